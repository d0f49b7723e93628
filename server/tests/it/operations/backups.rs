//! Backup while writing, restore elsewhere, and everything a restore must refuse.

use std::{fs, path::Path};

use server::{
    live::{
        journal::JournalError,
        round::{OpenRound, RoundFiles},
    },
    operations::{
        archive::{FORMAT, Kind, Manifest, Reader, Writer},
        backup::backup,
        restore::restore,
    },
    storage::{Url, q},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{NOW, checkpoints, empty, log, verified};
use crate::harness::{BOTH, Database, TestApp};

async fn backed_up(test: &TestApp) -> (TempDir, std::path::PathBuf, Manifest) {
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("wuze.backup.zip");
    let manifest = backup(test.app.store().url(), &test.app.config().data, &out, NOW).await.unwrap();
    (dir, out, manifest)
}

fn attach(test: &TestApp) {
    let data = &test.app.config().data;
    fs::create_dir_all(data.join("attachments/2026")).unwrap();
    fs::write(data.join("attachments/2026/photo.jpg"), b"picture".repeat(5_000)).unwrap();
    fs::create_dir_all(data.join("rounds/1")).unwrap();
    fs::write(data.join("rounds/1/key"), b"secret").unwrap();
}

async fn hashes(url: &Url, up_to: i64) -> Vec<String> {
    let pool = server::operations::database::look(url).await.unwrap();
    let rows = pool.rows(q("SELECT hash FROM audit WHERE seq <= $1 ORDER BY seq").bind(up_to)).await.unwrap();
    pool.close().await;
    rows.iter().map(|r| r.text("hash").unwrap()).collect()
}

#[tokio::test]
async fn a_backup_taken_while_writing_restores_the_same_rows() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        attach(&test);
        log(&test, 20).await;
        let (dir, out, manifest) = {
            let writing = log(&test, 60);
            let backing = backed_up(&test);
            let ((), done) = tokio::join!(writing, backing);
            done
        };
        let size = manifest.audit[0].size;
        assert!((20..=80).contains(&size), "{database:?}: {size}");

        let (folder, url) = empty(database).await;
        let done = restore(&out, &url, (folder.path(), None), false, NOW).await.unwrap();
        assert!(done.chains.iter().all(|c| c.findings.is_empty()), "{database:?}: {:?}", done.chains);
        assert!(done.kept.is_empty());
        assert_eq!(hashes(&url, i64::MAX).await, hashes(test.app.store().url(), size).await, "{database:?}");
        assert_eq!(checkpoints(&url).await[0].head, manifest.audit[0].head);
        assert_eq!(
            fs::read(folder.path().join("attachments/2026/photo.jpg")).unwrap(),
            b"picture".repeat(5_000),
            "{database:?}"
        );
        assert!(!folder.path().join("rounds").exists(), "open rounds must not travel");
        assert_eq!(left_over(folder.path()), Vec::<String>::new());
        assert_eq!(left_over(dir.path()), Vec::<String>::new());
        // The chain that went on is longer than the checkpoint and agrees with it.
        assert!(verified(test.app.store().url(), &manifest.audit).await[0].findings.is_empty());
    }
}

fn left_over(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n.contains("part")).collect()
}

#[tokio::test]
async fn nothing_is_overwritten_silently() {
    for database in BOTH {
        let test = TestApp::new(database).await;
        attach(&test);
        log(&test, 3).await;
        let (_dir, out, _) = backed_up(&test).await;
        let url = test.app.store().url();
        let again = backup(url, &test.app.config().data, &out, NOW).await.unwrap_err().to_string();
        assert!(again.contains("不会覆盖"), "{again}");

        log(&test, 2).await;
        let refused =
            restore(&out, url, (test.app.config().data.as_path(), None), false, NOW).await.unwrap_err().to_string();
        assert!(refused.contains("不会覆盖"), "{database:?}: {refused}");
        assert_eq!(checkpoints(url).await[0].size, 5);
    }
}

#[tokio::test]
async fn a_forced_restore_keeps_what_was_there() {
    let test = TestApp::new(Database::Sqlite).await;
    log(&test, 3).await;
    let (_dir, out, _) = backed_up(&test).await;
    let (folder, url) = empty(Database::Sqlite).await;
    fs::create_dir(folder.path().join("attachments")).unwrap();
    fs::write(folder.path().join("attachments/old.jpg"), b"old").unwrap();
    fs::write(folder.path().join("wuze.db"), b"old database").unwrap();
    fs::write(folder.path().join("wuze.db-wal"), b"old journal").unwrap();
    let done = restore(&out, &url, (folder.path(), None), true, NOW).await.unwrap();
    assert_eq!(done.kept.len(), 3, "{:?}", done.kept);
    let kept = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(kept("wuze.db.old-20261122-120000"), b"old database");
    assert_eq!(kept("wuze.db.old-20261122-120000-wal"), b"old journal");
    assert_eq!(kept("attachments.old-20261122-120000/old.jpg"), b"old");
    assert_eq!(checkpoints(&url).await[0].size, 3);
}

#[tokio::test]
async fn keys_on_a_medium_of_their_own_are_put_aside_with_their_journals() {
    let test = TestApp::new(Database::Sqlite).await;
    let (_dir, out, _) = backed_up(&test).await;
    let (folder, url) = empty(Database::Sqlite).await;
    let medium = TempDir::new().unwrap();
    let keys = medium.path().join("keys");
    let round = domain::ids::RoundId(uuid::Uuid::from_u128(7));
    let files = RoundFiles { dir: folder.path().join("rounds"), keys: keys.clone(), broken: CancellationToken::new() };
    OpenRound::create(&files, round).unwrap().stop().await;
    fs::write(keys.join("readme.txt"), b"not ours").unwrap();
    // The journal alone was lost with the data folder.
    fs::remove_dir_all(&files.dir).unwrap();
    assert_eq!(OpenRound::found(&files).unwrap(), [round]);
    let place = (folder.path(), Some(keys.as_path()));
    let refused = restore(&out, &url, place, false, NOW).await.unwrap_err().to_string();
    assert!(refused.contains(&round.to_string()) && refused.contains("--force"), "{refused}");
    let done = restore(&out, &url, place, true, NOW).await.unwrap();
    assert_eq!(done.kept, [keys.join(format!("{round}.old-20261122-120000"))]);
    assert!(done.kept[0].join("key").exists() && keys.join("readme.txt").exists());
    // Nothing is half there: a room whose round was open in the backup says 需重新测评.
    assert_eq!(OpenRound::found(&files).unwrap(), []);
    assert!(matches!(OpenRound::resume(&files, round), Err(JournalError::Missing)));
}

#[tokio::test]
async fn a_running_server_is_not_pulled_away() {
    let test = TestApp::new(Database::Sqlite).await;
    let (_dir, out, _) = backed_up(&test).await;
    let (folder, url) = empty(Database::Sqlite).await;
    let _held = server::operations::lock::hold(folder.path()).unwrap();
    let refused = restore(&out, &url, (folder.path(), None), true, NOW).await.unwrap_err().to_string();
    assert!(refused.contains("正由另一个 wuze 使用"), "{refused}");
}

/// An archive with the given schema and bytes as its database.
fn forged(dir: &Path, schema_version: i64, database: &[u8], extra: Option<&str>) -> std::path::PathBuf {
    let source = dir.join("database");
    fs::write(&source, database).unwrap();
    let path = dir.join("forged.zip");
    let mut writer = Writer::new(fs::File::create(&path).unwrap(), &path);
    writer.add("wuze.db", &source, true).unwrap();
    if let Some(name) = extra {
        writer.add(name, &source, true).unwrap();
    }
    let manifest = Manifest {
        format: FORMAT,
        program: "9.9.9".into(),
        schema_version,
        created_at: "2099-01-01T00:00:00+08:00".into(),
        database: Kind::Sqlite,
        files: Vec::new(),
        audit: Vec::new(),
    };
    writer.finish(manifest).unwrap();
    path
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = forged(dir.path(), 9_999, b"whatever", None);
    let (folder, url) = empty(Database::Sqlite).await;
    let refused = restore(&path, &url, (folder.path(), None), true, NOW).await.unwrap_err().to_string();
    assert!(refused.contains("更新的版本") && refused.contains("9999"), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn files_outside_the_attachments_are_refused() {
    for name in ["attachments/../../escaped", "/tmp/escaped", "wuze.toml"] {
        let dir = TempDir::new().unwrap();
        let path = forged(dir.path(), 1, b"whatever", Some(name));
        let (folder, url) = empty(Database::Sqlite).await;
        let refused = restore(&path, &url, (folder.path(), None), true, NOW).await.unwrap_err().to_string();
        assert!(refused.contains("位置不对"), "{name}: {refused}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_backup_that_is_no_database_of_ours_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = forged(dir.path(), 1, b"this is not an SQLite file", None);
    let (folder, url) = empty(Database::Sqlite).await;
    assert!(restore(&path, &url, (folder.path(), None), true, NOW).await.is_err());
    assert!(!folder.path().join("wuze.db").exists());
    assert_eq!(left_over(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_cut_or_damaged_backup_is_refused_before_anything_is_touched() {
    let test = TestApp::new(Database::Sqlite).await;
    attach(&test);
    log(&test, 30).await;
    let (dir, out, _) = backed_up(&test).await;
    let whole = fs::read(&out).unwrap();
    assert!(Reader::open(&out).unwrap().check().is_ok());
    let mut bad = vec![whole[..whole.len() / 2].to_vec(), whole[..whole.len() - 10].to_vec(), Vec::new()];
    // One bit, in the database and in the attachment (which is stored as it is).
    let picture = whole.windows(7).position(|w| w == b"picture").unwrap();
    for at in [200, picture + 1_000] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bad.push(bytes);
    }
    let (folder, url) = empty(Database::Sqlite).await;
    fs::write(folder.path().join("wuze.db"), b"precious").unwrap();
    for (i, bytes) in bad.iter().enumerate() {
        let path = dir.path().join(format!("bad-{i}.zip"));
        fs::write(&path, bytes).unwrap();
        let refused = restore(&path, &url, (folder.path(), None), true, NOW).await.unwrap_err().to_string();
        assert!(refused.contains("什么也没有改动"), "{i}: {refused}");
        assert_eq!(fs::read(folder.path().join("wuze.db")).unwrap(), b"precious");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{i}");
    }
}

#[tokio::test]
async fn the_other_database_is_refused() {
    let test = TestApp::new(Database::Sqlite).await;
    let (_dir, out, _) = backed_up(&test).await;
    let (folder, url) = empty(Database::Postgres).await;
    let refused = restore(&out, &url, (folder.path(), None), false, NOW).await.unwrap_err().to_string();
    assert!(refused.contains("SQLite"), "{refused}");
}
