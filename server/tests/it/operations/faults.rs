//! The disk fails under the running program: an I/O error ends it with exit code 3 and
//! loses nothing that was confirmed; a full disk is said, and reading goes on.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
};

use server::storage::{Failure, StorageError, q};
use tempfile::TempDir;

use super::programs::{Running, err, out, wuze};
use crate::harness::{Database, TestApp};

/// Size to which the faulty disk lets a file grow, in bytes.
const LARGEST: u64 = 512 * 1024;
/// Sign-ins that a write-ahead log of [`LARGEST`] cannot hold, many times over.
const MOST: usize = 200;

/// An installation with its first administrator, on a sound disk.
fn found(dir: &Path) {
    let mut child = wuze(dir)
        .args([
            "admin",
            "create-user",
            "--name",
            "石小满",
            "--role",
            "system_admin",
            "--password-stdin",
            "--login",
            "shi",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"qing-he-shi-fan-2026\n").unwrap();
    assert!(child.wait().unwrap().success());
}

/// A wrong sign-in: each writes to the audit log. None where the server is gone.
fn knock(addr: &str, n: usize) -> Option<String> {
    let body = format!("login=nobody{n}&password=wrong");
    let mut stream = TcpStream::connect(addr).ok()?;
    write!(
        stream,
        "POST /signin HTTP/1.1\r\nhost: {addr}\r\norigin: http://{addr}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}

/// The server, started by `script`, which ends with `exec "$@"`.
fn served(dir: &Path, script: &str) -> Running {
    let plain = wuze(dir);
    let mut command = Command::new("sh");
    command.current_dir(dir).args(["-c", script, "sh"]).arg(plain.get_program());
    for (name, _) in plain.get_envs() {
        command.env_remove(name);
    }
    command.args(["serve", "--addr", "127.0.0.1:0"]);
    Running::start(command)
}

#[test]
fn an_io_error_ends_the_program_with_three_and_a_restart_finds_everything() {
    let dir = TempDir::new().unwrap();
    found(dir.path());
    // A write beyond the limit fails with EFBIG, which is no full disk; POSIX counts in 512 bytes.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", LARGEST / 512);
    let mut running = served(dir.path(), &script);
    let mut confirmed = 0;
    let mut said = String::new();
    for n in 0..MOST {
        match knock(&running.addr, n) {
            Some(answer) if answer.starts_with("HTTP/1.1 422") => confirmed += 1,
            other => {
                said = other.unwrap_or_default();
                break;
            }
        }
    }
    assert_eq!(running.child.wait().unwrap().code(), Some(3), "{said}");
    assert!(confirmed > 0);
    assert!(said.is_empty() || said.contains("没有保存"), "{said}");
    let verify = wuze(dir.path()).arg("verify-audit").output().unwrap();
    assert_eq!(verify.status.code(), Some(0), "{}{}", out(&verify), err(&verify));
    // The administrator and every answered sign-in; the one in flight was never acknowledged.
    let point = wuze(dir.path()).arg("checkpoint").output().unwrap();
    let line: serde_json::Value = serde_json::from_slice(&point.stdout).unwrap();
    assert_eq!(line["size"], confirmed + 1, "{line}");
    let mut command = wuze(dir.path());
    command.args(["serve", "--addr", "127.0.0.1:0"]);
    let again = Running::start(command);
    assert!(Running::get(&again.addr, "/readyz").ends_with("ready"));
    assert_eq!(again.stop().0, Some(0));
}

/// May this machine give the program a small disk of its own?
fn can_mount() -> bool {
    let probe = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"])
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_said_and_the_program_goes_on() {
    if !can_mount() {
        // The writer's own test below needs no disk and runs everywhere.
        eprintln!("no user namespaces here: the full disk is tried inside the process only");
        return;
    }
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    let script = "exec unshare --user --map-root-user --mount sh -c '\
         mount -t tmpfs -o size=3m none data && echo qing-he-shi-fan-2026 | \
         \"$1\" admin create-user --name 石小满 --role system_admin --password-stdin --login shi >&2 && \
         exec \"$@\"' sh \"$@\"";
    let running = served(dir.path(), script);
    // The disk as the program sees it.
    let disk = format!("/proc/{}/root{}/data", running.child.id(), dir.path().display());
    let mut filler = fs::File::create(format!("{disk}/filler")).unwrap();
    while filler.write_all(&[7; 4_096]).is_ok() {}
    drop(filler);
    let refused = (0..MOST).find_map(|n| knock(&running.addr, n).filter(|a| !a.starts_with("HTTP/1.1 422"))).unwrap();
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("存储空间已满"), "{refused}");
    assert!(Running::get(&running.addr, "/readyz").ends_with("ready"), "reading goes on");
    fs::remove_file(format!("{disk}/filler")).unwrap();
    assert!(knock(&running.addr, 0).unwrap().starts_with("HTTP/1.1 422"), "and writing when there is room again");
    assert_eq!(running.stop().0, Some(0));
}

#[tokio::test]
async fn the_writer_says_that_the_disk_is_full_and_goes_on_when_it_is_not() {
    let test = TestApp::new(Database::Sqlite).await;
    let store = test.app.store();
    let pages = |n: &'static str| async move {
        store
            .write(move |tx| {
                Box::pin(async move {
                    tx.rows(q(n)).await?;
                    Ok::<(), Failure>(())
                })
            })
            .await
            .unwrap();
    };
    // SQLite never goes below what it has: from here on every new page is one too many.
    pages("PRAGMA max_page_count = 1").await;
    let mut client = test.visitor();
    let mut refused = None;
    for n in 0..2_000 {
        let reply = client.post("/signin", &[("login", format!("nobody{n}").as_str()), ("password", "x")]).await;
        if reply.status != 422 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.status, 503);
    assert!(refused.text().contains("存储空间已满"), "{}", refused.text());
    let district = test.district.id;
    let large = "x".repeat(100_000);
    let failed: Result<(), Failure> = store
        .write(move |tx| Box::pin(async move { Ok(tx.audit(district, None, "test.done", "large", &large).await?) }))
        .await;
    assert!(matches!(failed, Err(Failure::Storage(StorageError::Full))), "{failed:?}");
    assert!(!store.broken().is_cancelled(), "a full disk is no broken one");
    let mut leader = test.visitor();
    assert_eq!(leader.get("/signin").await.status, 200, "reading goes on");
    pages("PRAGMA max_page_count = 1000000").await;
    super::log(&test, 3).await;
    let chains = super::verified(store.url(), &[]).await;
    assert!(chains.iter().all(|c| c.findings.is_empty()));
}
