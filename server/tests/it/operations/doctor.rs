//! `wuze doctor` through the real program: what would undo a promise is said in plain words.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use server::{operations::database, storage::q};

use super::{
    programs::{err, out, wuze},
    tamper,
};
use crate::harness::{Database, TestApp};

const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units\n\
     Max core file size        0                    unlimited            bytes\n";

/// A machine as it should be, beside the data.
fn proc(dir: &Path) -> PathBuf {
    let proc = dir.join("proc");
    fs::create_dir_all(proc.join("self")).unwrap();
    fs::create_dir_all(proc.join("sys/kernel")).unwrap();
    fs::write(proc.join("swaps"), "Filename Type Size Used Priority\n").unwrap();
    fs::write(proc.join("self/limits"), LIMITS).unwrap();
    fs::write(proc.join("sys/kernel/core_pattern"), "core\n").unwrap();
    proc
}

struct Patient {
    app: TestApp,
    data: PathBuf,
    proc: PathBuf,
}

impl Patient {
    /// A sound installation: private folder, holidays of this year and the next.
    async fn sound() -> Self {
        let app = TestApp::new(Database::Sqlite).await;
        let data = app.app.config().data.clone();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
        for year in 2026..=2099 {
            let day = format!("{year}-01-01");
            tamper(
                app.app.store(),
                q("INSERT INTO holidays (district_id, day, kind, name) VALUES ($1, $2, 'holiday', '元旦')
                   ON CONFLICT (district_id, day) DO NOTHING")
                .bind(app.district.id)
                .bind(day),
            )
            .await;
        }
        let proc = proc(&data);
        Self { app, data, proc }
    }

    fn doctor(&self) -> Command {
        let mut command = wuze(&self.data);
        command.args(["doctor", "--data", ".", "--proc"]).arg(&self.proc);
        command
    }

    fn asked(&self, extra: &[&str]) -> Output {
        self.doctor().args(extra).output().unwrap()
    }

    /// The one thing that is wrong, and that the program ends with 1.
    fn wrong(&self, check: &str, words: &str, extra: &[&str]) {
        let told = self.asked(extra);
        assert_eq!(told.status.code(), Some(1), "{check}: {}{}", out(&told), err(&told));
        assert!(out(&told).lines().any(|l| l.starts_with("[请注意]") && l.contains(words)), "{words}: {}", out(&told));
        let json: Value = serde_json::from_str(&out(&self.asked(&[extra, &["--json"]].concat()))).unwrap();
        assert_eq!(json["healthy"], false);
        let warned: Vec<&str> = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["level"] == "warn")
            .map(|f| f["check"].as_str().unwrap())
            .collect();
        assert_eq!(warned, [check], "{json}");
    }

    fn put(&self, file: &str, text: &str) {
        fs::write(self.proc.join(file), text).unwrap();
    }
}

#[tokio::test]
async fn a_sound_installation_ends_with_zero() {
    let patient = Patient::sound().await;
    let told = patient.asked(&[]);
    assert_eq!(told.status.code(), Some(0), "{}{}", out(&told), err(&told));
    assert!(out(&told).contains("没有发现需要处理的问题。") && !out(&told).contains("[请注意]"), "{}", out(&told));
    assert!(out(&told).contains("synchronous=FULL"), "{}", out(&told));
    let told = patient.asked(&["--json"]);
    assert_eq!(told.status.code(), Some(0));
    let json: Value = serde_json::from_str(&out(&told)).unwrap();
    let checks: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|f| f["check"].as_str().unwrap()).collect();
    assert_eq!(
        checks,
        ["swap", "core_dumps", "rights", "media", "disk", "tls", "flush", "clock", "holidays", "evidence"]
    );
}

#[tokio::test]
async fn swap_core_dumps_rights_and_media_are_told() {
    let patient = Patient::sound().await;
    let swaps = fs::read_to_string(patient.proc.join("swaps")).unwrap();
    patient.put("swaps", &format!("{swaps}/dev/sdz9 partition 1000 0 -2\n"));
    patient.wrong("swap", "/dev/sdz9", &[]);
    patient.put("swaps", &swaps);

    patient.put("self/limits", &LIMITS.replacen("        0    ", "        unlimited    ", 1));
    patient.wrong("core_dumps", "LimitCORE=0", &[]);
    patient.put("self/limits", LIMITS);
    patient.put("sys/kernel/core_pattern", "|/usr/lib/somebody %p\n");
    patient.wrong("core_dumps", "core_pattern", &[]);
    patient.put("sys/kernel/core_pattern", "core\n");

    for mode in [0o750, 0o705] {
        fs::set_permissions(&patient.data, fs::Permissions::from_mode(mode)).unwrap();
        patient.wrong("rights", "chmod 700", &[]);
    }
    fs::set_permissions(&patient.data, fs::Permissions::from_mode(0o700)).unwrap();
    let keys = patient.data.join("keys");
    fs::create_dir(&keys).unwrap();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o755)).unwrap();
    patient.wrong("rights", "keys（0755）", &["--key-dir", "keys"]);

    // Backups beside the keys; on another medium nothing is said.
    patient.wrong("media", "同一介质", &["--backups", "backups"]);
    assert_eq!(patient.asked(&["--backups", "/proc/self"]).status.code(), Some(0));
}

#[tokio::test]
async fn the_clock_the_holidays_and_the_address_are_told() {
    let patient = Patient::sound().await;
    patient.wrong("tls", "没有证书", &["--public-url", "https://wuze.example"]);
    let (cert, key) = (pem("one.pem"), pem("one.key"));
    let tls = ["--tls-cert", &cert, "--tls-key", &key];
    let key_mode = fs::metadata(&key).unwrap().permissions().mode();
    if key_mode.trailing_zeros() >= 6 {
        patient.wrong("tls", "不是给 wuze.example 的", &[&tls[..], &["--public-url", "https://wuze.example"]].concat());
    }
    let own = patient.data.join("own.key");
    fs::copy(&key, &own).unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o644)).unwrap();
    let tls = ["--tls-cert", &cert, "--tls-key", "own.key"];
    let here = ["--public-url", "https://localhost:8443"];
    patient.wrong("tls", "chmod 600", &[&tls[..], &here].concat());
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(patient.asked(&[&tls[..], &here].concat()).status.code(), Some(0));
    patient.wrong("tls", "不是给 wuze.example 的", &[&tls[..], &["--public-url", "https://wuze.example"]].concat());
    patient.wrong("settings", "https://", &[&tls[..], &["--public-url", "http://localhost"]].concat());

    tamper(patient.app.app.store(), q("DELETE FROM holidays")).await;
    patient.wrong("holidays", "节假日表", &[]);
    let patient = Patient::sound().await;
    super::log(&patient.app, 1).await;
    tamper(patient.app.app.store(), q("UPDATE audit SET at = 4102444800000")).await;
    patient.wrong("clock", "早于审计日志最后一行", &[]);
}

/// The tests' own servers do not flush: that is exactly what must be told.
#[tokio::test]
async fn a_database_that_does_not_flush_or_is_not_there_is_told() {
    let patient = Patient::sound().await;
    // A file that some tool took out of write-ahead mode.
    let plain = patient.data.join("plain.db");
    let pool = database::look(patient.app.app.store().url()).await.unwrap();
    pool.rows(q("VACUUM INTO $1").bind(plain.display().to_string())).await.unwrap();
    pool.close().await;
    patient.wrong("flush", "WAL", &["--database-url", "sqlite:plain.db"]);
    let told = patient.asked(&["--database-url", "sqlite:nothing.db"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(out(&told).contains("没有找到数据库文件"), "{}", out(&told));
    let server = TestApp::new(Database::Postgres).await;
    let server::storage::Url::Postgres(url) = server.app.store().url().clone() else { panic!("a server") };
    let off = server.app.store().read().rows(q("SELECT current_setting('fsync') AS v")).await.unwrap();
    let told = patient.doctor().env("WUZE_DATABASE_URL", &url).output().unwrap();
    let warned = out(&told).contains("PostgreSQL 关掉了 fsync");
    assert_eq!(warned, off[0].text("v").unwrap() == "off", "{}", out(&told));
    assert!(!out(&told).contains(&url), "the address holds a password");
}

fn pem(name: &str) -> String {
    format!("{}/tests/it/operations/{name}", env!("CARGO_MANIFEST_DIR"))
}
