//! The program itself, as an operator meets it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use server::storage::q;
use tempfile::TempDir;

use super::tamper;
use crate::harness::{Database, TestApp};

pub(super) fn wuze(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wuze"));
    command.current_dir(dir);
    // What the machine happens to have set must not decide a test.
    for (name, _) in std::env::vars().filter(|(n, _)| n.starts_with("WUZE_")) {
        command.env_remove(name);
    }
    command
}

pub(super) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(super) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that is ended with the test.
pub(super) struct Running {
    pub child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub addr: String,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, lines, addr }
    }

    pub fn get(addr: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(addr).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// SIGTERM; exit code, what else was printed, and how long the stop took.
    pub fn stop(mut self) -> (Option<i32>, String, Duration) {
        let began = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest, began.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_serves_prints_one_line_and_stops_when_asked() {
    let dir = TempDir::new().unwrap();
    let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let admin = probe.local_addr().unwrap().to_string();
    drop(probe);
    let mut command = wuze(dir.path());
    command.args(["serve", "--addr", "127.0.0.1:0", "--data", "d", "--admin-addr", &admin]);
    let running = Running::start(command);
    assert!(!running.addr.ends_with(":0"));
    assert!(Running::get(&running.addr, "/healthz").ends_with("ok"));
    assert!(Running::get(&running.addr, "/readyz").ends_with("ready"));
    assert!(Running::get(&running.addr, "/metrics").starts_with("HTTP/1.1 404"), "not on the public address");
    let metrics = Running::get(&admin, "/metrics");
    for name in [
        "wuze_requests_total{kind=\"file\",status=\"200\"} 2",
        "wuze_request_seconds_count 3",
        "wuze_writer_waiting 0",
        // How many is a race with the closing of the earlier ones.
        "wuze_connections_open ",
        "process_resident_memory_bytes ",
        "wuze_build_info{version=",
    ] {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
    let mut second = wuze(dir.path());
    second.args(["serve", "--addr", "127.0.0.1:0", "--data", "d"]);
    let refused = second.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("正由另一个 wuze 使用"), "{}", err(&refused));

    // A backup works beside it.
    let backup = wuze(dir.path()).args(["backup", "--data", "d", "--out", "b.zip"]).output().unwrap();
    assert!(backup.status.success(), "{}", err(&backup));
    let (code, rest, took) = running.stop();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[tokio::test]
async fn a_production_start_refuses_demo_passwords() {
    let test = TestApp::new(Database::Sqlite).await;
    tamper(test.app.store(), q("UPDATE accounts SET demo = 1 WHERE login = 'office'")).await;
    let data = test.app.config().data.clone();
    let mut command = wuze(&data);
    command.args(["serve", "--addr", "127.0.0.1:0", "--data"]).arg(&data);
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(out(&refused), "");
    assert!(err(&refused).contains("演示账号") && err(&refused).contains("--demo"), "{}", err(&refused));
}

#[test]
fn flags_beat_the_environment_beats_the_file() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("wuze.toml"), "data = \"from-file\"\n").unwrap();
    let asked = |flag: Option<&str>, env: Option<&str>| {
        let mut command = wuze(dir.path());
        command.arg("checkpoint");
        if let Some(data) = flag {
            command.args(["--data", data]);
        }
        if let Some(data) = env {
            command.env("WUZE_DATA", data);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        err(&output)
    };
    assert!(asked(Some("from-flag"), Some("from-env")).contains("from-flag/wuze.db"));
    assert!(asked(None, Some("from-env")).contains("from-env/wuze.db"));
    assert!(asked(None, None).contains("from-file/wuze.db"));
    fs::remove_file(dir.path().join("wuze.toml")).unwrap();
    assert!(asked(None, None).contains("data/wuze.db"));
}

#[test]
fn a_misspelt_setting_and_an_open_plain_server_are_refused() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("wuze.toml"), "adress = \"127.0.0.1:0\"\n").unwrap();
    let output = wuze(dir.path()).arg("serve").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("adress"), "{}", err(&output));
    fs::remove_file(dir.path().join("wuze.toml")).unwrap();
    let output = wuze(dir.path()).args(["serve", "--addr", "0.0.0.0:0", "--public-url", "http://x.example"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("--insecure"), "{}", err(&output));
    assert!(!dir.path().join("data").exists(), "nothing is made before the address is judged");
}

#[test]
fn the_commented_file_can_be_printed_and_read_back() {
    let dir = TempDir::new().unwrap();
    let printed = wuze(dir.path()).args(["config", "--print"]).output().unwrap();
    assert!(printed.status.success());
    fs::write(dir.path().join("wuze.toml"), &printed.stdout).unwrap();
    let output = wuze(dir.path()).arg("checkpoint").output().unwrap();
    assert!(err(&output).contains("data/wuze.db"), "{}", err(&output));
    assert!(out(&wuze(dir.path()).arg("version").output().unwrap()).starts_with("wuze "));
}

#[tokio::test]
async fn verify_audit_ends_with_one_where_something_is_wrong() {
    let test = TestApp::new(Database::Sqlite).await;
    super::log(&test, 4).await;
    let data = test.app.config().data.clone();
    let verify = |extra: &[&str]| wuze(&data).args(["verify-audit", "--data", "."]).args(extra).output().unwrap();
    assert_eq!(verify(&[]).status.code(), Some(0));
    let point = wuze(&data).args(["checkpoint", "--data", "."]).output().unwrap();
    let line: serde_json::Value = serde_json::from_slice(&point.stdout).unwrap();
    assert_eq!(line["size"], 4);
    fs::write(data.join("point.json"), &point.stdout).unwrap();
    let backup = wuze(&data).args(["backup", "--data", ".", "--out", "b.zip"]).output().unwrap();
    assert!(backup.status.success(), "{}", err(&backup));
    tamper(test.app.store(), q("DELETE FROM audit_details WHERE seq = 4")).await;
    tamper(test.app.store(), q("DELETE FROM audit WHERE seq = 4")).await;
    assert_eq!(verify(&[]).status.code(), Some(0));
    for known in ["point.json", "b.zip"] {
        let caught = verify(&["--checkpoint", known]);
        assert_eq!(caught.status.code(), Some(1), "{known}");
        assert!(out(&caught).contains("链尾被截断：缺少第 4 行。"), "{}", out(&caught));
    }
    tamper(test.app.store(), q("UPDATE audit SET actor = 'nobody' WHERE seq = 2")).await;
    let caught = verify(&[]);
    assert_eq!(caught.status.code(), Some(1));
    assert!(out(&caught).contains("第 2 行被改动"), "{}", out(&caught));
}

fn counts(output: &Output) -> (serde_json::Value, Option<i32>) {
    let text = out(output);
    assert_eq!(text.lines().count(), 1, "one object on stdout: {text}");
    (serde_json::from_str(&text).unwrap(), output.status.code())
}

/// Rows of a table, read beside the program.
fn rows(dir: &Path, table: &str) -> usize {
    let zip = dir.join(format!("{}.zip", uuid::Uuid::new_v4()));
    let done = wuze(dir).arg("export").arg("--out").arg(&zip).output().unwrap();
    assert!(done.status.success(), "{}", err(&done));
    let mut zip = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(&format!("{table}.jsonl")).unwrap().read_to_string(&mut text).unwrap();
    text.lines().count()
}

#[test]
fn a_list_is_imported_into_an_empty_database_once() {
    let dir = TempDir::new().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/duties_plain.xlsx");
    let import = |extra: &[&str]| {
        counts(&wuze(dir.path()).args(["import", "duties", "--json"]).arg(&file).args(extra).output().unwrap())
    };
    let (seen, code) = import(&["--dry-run"]);
    assert_eq!((seen["new"].as_u64(), code), (Some(60), Some(0)));
    assert_eq!((rows(dir.path(), "districts"), rows(dir.path(), "template_items")), (0, 0), "a dry run writes nothing");
    let (seen, code) = import(&["--district", "青禾区"]);
    assert_eq!((seen["new"].as_u64(), code), (Some(60), Some(0)));
    assert_eq!((rows(dir.path(), "districts"), rows(dir.path(), "template_items")), (1, 60));
    let (seen, code) = import(&[]);
    assert_eq!((seen["new"].as_u64(), seen["skipped"].as_u64(), code), (Some(0), Some(60), Some(0)));
    assert_eq!(rows(dir.path(), "template_items"), 60);
}

#[test]
fn an_import_names_a_district_that_has_no_name_yet_and_says_when_it_does_not() {
    let dir = TempDir::new().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/duties_plain.xlsx");
    let import =
        |extra: &[&str]| wuze(dir.path()).args(["import", "duties", "--json"]).arg(&file).args(extra).output().unwrap();
    assert_eq!(import(&[]).status.code(), Some(0));
    let named = import(&["--district", "青禾区"]);
    assert!(!err(&named).contains("--district"), "{}", err(&named));
    let other = import(&["--district", "白石区"]);
    assert_eq!(other.status.code(), Some(0));
    assert!(err(&other).contains("--district 没有采用：这个区已经叫「青禾区」"), "{}", err(&other));
}

#[test]
fn one_wrong_cell_and_nothing_is_written() {
    let dir = TempDir::new().unwrap();
    let text = "编号,大项,履责条目,频次,佐证材料,动作类型\n1.1,甲,做一件事,每月,台账,规定动作\n1.2,甲,再做一件,每旬,台账,规定动作\n";
    fs::write(dir.path().join("bad.csv"), text).unwrap();
    let output = wuze(dir.path()).args(["import", "duties", "bad.csv", "--json"]).output().unwrap();
    let (seen, code) = counts(&output);
    assert_eq!(code, Some(1));
    let wrong = &seen["errors"][0];
    assert_eq!(
        (wrong["row"].as_u64(), wrong["column"].as_str(), wrong["value"].as_str()),
        (Some(3), Some("D"), Some("每旬"))
    );
    assert!(wrong["message"].as_str().unwrap().contains("请改成"));
    assert_eq!((rows(dir.path(), "districts"), rows(dir.path(), "template_items")), (0, 0));
    let plain = wuze(dir.path()).args(["import", "duties", "bad.csv"]).output().unwrap();
    assert_eq!(plain.status.code(), Some(1));
    assert!(err(&plain).contains("第 3 行 D 列「每旬」"), "{}", err(&plain));

    fs::write(dir.path().join("bad.xlsx"), b"PK\x03\x04 not a workbook").unwrap();
    let (seen, code) = counts(&wuze(dir.path()).args(["import", "people", "bad.xlsx", "--json"]).output().unwrap());
    assert_eq!((seen["errors"].as_array().map(Vec::len), code), (Some(1), Some(1)));
}

#[test]
fn the_first_administrator_comes_from_the_command_line() {
    let dir = TempDir::new().unwrap();
    let create = |login: &str, password: &str| {
        let mut child = wuze(dir.path())
            .args([
                "admin",
                "create-user",
                "--name",
                "石小满",
                "--role",
                "system_admin",
                "--password-stdin",
                "--login",
                login,
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(create("shi", "").status.code(), Some(1));
    let made = create("shi", "qing-he-shi-fan-2026\n");
    assert!(made.status.success(), "{}", err(&made));
    let listed = out(&wuze(dir.path()).args(["admin", "list-users"]).output().unwrap());
    assert!(listed.contains("shi\t石小满\t系统管理员"), "{listed}");
    assert!(!listed.contains("argon2"));
    assert_eq!(create("shi2", "qing-he-shi-fan-2026\n").status.code(), Some(1), "the door closes behind the first");
}
