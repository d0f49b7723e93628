//! Who comes in between: uploads begun anew while they are ended, files that go while another record
//! takes them, one account in the way of all others.

use std::time::Duration;

use domain::ids::UploadId;
use server::{evidence::PartName, operations::evidence::verify, storage::q};
use tokio::{task::JoinHandle, time::timeout};

use super::{PDF, Sending, added, count, jpeg, listed, on_disk, piece, record, sha};
use crate::{
    duties::{command, rows},
    harness::{BOTH, Client, Database, Reply, TestApp},
};

/// Longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sends all of a file without ending it; the upload.
async fn sent(client: &mut Client, record: &str, name: &str, bytes: &[u8]) -> String {
    let sending = Sending { id: command(), record, name, bytes };
    assert_eq!(sending.begin(client).await.status, 200);
    assert_eq!(sending.piece(client, 0, bytes.len()).await.status, 200);
    sending.id
}

/// Ends an upload beside the test.
fn ending(client: &Client, upload: &str, bytes: &[u8]) -> JoinHandle<Reply> {
    let (mut client, upload, hash) = (client.clone(), upload.to_owned(), sha(bytes));
    let key = command();
    tokio::spawn(async move {
        client.post("/evidence/finish", &[("command", &key), ("upload", &upload), ("hash", &hash)]).await
    })
}

async fn done<T>(job: JoinHandle<T>) -> T {
    timeout(PATIENCE, job).await.expect("it waits for something that never comes").unwrap()
}

/// Until the upload is in the hands of its end.
async fn held(app: &TestApp, login: &str, upload: &str) {
    let part = PartName::of(app.district.account(login), upload.parse::<UploadId>().unwrap());
    while app.app.services().evidence_files().hold_now(&part).is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_upload_that_is_being_ended_is_nobody_elses() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "一边传一边换", "other").await;
        let bytes = jpeg(120, 90, 5);
        let upload = sent(&mut leader, &about, "真.jpg", &bytes).await;
        let decoder = app.app.services().evidence_files().decoding.clone().acquire_owned().await.unwrap();
        let end = ending(&leader, &upload, &bytes);
        held(&app, "leader_a", &upload).await;
        // More uploads than an account may have: others make room, not this one.
        for n in 0..8_u8 {
            app.clock.advance_ms(1_000);
            let one = Sending { id: command(), record: &about, name: "a.pdf", bytes: &[PDF, &[n]].concat() };
            assert_eq!(one.begin(&mut leader).await.status, 200);
        }
        let there = rows(&app, q("SELECT id FROM evidence_uploads WHERE id = $1").bind(&upload)).await;
        assert_eq!(there.len(), 1, "{database:?}");
        // Begun anew with another size, and a piece of something else: both wait.
        let evil = b"<html><script>alert(1)</script> not what was checked".to_vec();
        let (mut one, mut two) = (leader.clone(), leader.clone());
        let (id, to, other) = (upload.clone(), about.clone(), evil.clone());
        let again =
            tokio::spawn(async move { Sending { id, record: &to, name: "x", bytes: &other }.begin(&mut one).await });
        let id = upload.clone();
        let forged = tokio::spawn(async move { piece(&mut two, &id, 0, &evil).await });
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert!(!again.is_finished() && !forged.is_finished() && !end.is_finished());
        drop(decoder);
        let end = done(end).await;
        assert_eq!(end.status, 200, "{}", end.text());
        assert_eq!(done(again).await.json()["sent"].as_u64().unwrap_or(0), 0, "none of the old bytes");
        done(forged).await;
        let id = end.json()["evidence"].as_str().unwrap().to_owned();
        let file = leader.get(&format!("/evidence/{id}")).await;
        assert_eq!((file.status, &file.body[..2]), (200, b"\xFF\xD8".as_slice()));
        let checked = verify(app.app.store().url(), &app.folder()).await.unwrap();
        assert_eq!((checked.whole, checked.wrong), (1, Vec::<String>::new()));
    }
}

#[tokio::test]
async fn an_end_and_a_beginning_at_once_leave_what_was_checked() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "来回几次", "other").await;
    for n in 0..12_u8 {
        let bytes = [PDF, &vec![n; 40_000]].concat();
        let upload = sent(&mut leader, &about, "通知.pdf", &bytes).await;
        let end = ending(&leader, &upload, &bytes);
        let evil = b"<html><script>alert(1)</script>".as_slice();
        let again = Sending { id: upload, record: &about, name: "通知.pdf", bytes: evil };
        again.begin(&mut leader).await;
        again.piece(&mut leader, 0, evil.len()).await;
        assert_eq!(done(end).await.status, 200);
    }
    let checked = verify(app.app.store().url(), &app.folder()).await.unwrap();
    assert_eq!((checked.whole, checked.wrong), (12, Vec::<String>::new()));
    for row in listed(&mut leader, &about).await {
        let file = leader.get(&format!("/evidence/{}", row["id"].as_str().unwrap())).await;
        assert!(file.body.starts_with(b"%PDF"));
    }
}

#[tokio::test]
async fn a_file_that_another_record_takes_does_not_go_with_the_first() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut first, mut second) = (app.sign_in("leader_b").await, app.sign_in("leader_a").await);
        let (one, two) = (app.district.person("office").to_string(), app.district.person("office2").to_string());
        let mut officers = [app.sign_in("office").await, app.sign_in("office2").await];
        for n in 0..6_u8 {
            let bytes = [PDF, &[n]].concat();
            let gone = record(&mut first, "鸬鹚一事", "visit").await;
            let stays = record(&mut second, "留下的一件", "visit").await;
            added(&mut first, &gone, "x.pdf", &bytes).await;
            let upload = sent(&mut second, &stays, "y.pdf", &bytes).await;
            first.post("/records/offline", &[("record", &gone), ("first", &one), ("second", &two)]).await;
            for officer in &mut officers {
                assert_eq!(officer.post("/handling/sheet", &[("id", &gone)]).await.status, 200);
            }
            let printed = [("id", gone.as_str()), ("printed", "1")];
            officers[0].post("/handling/printed", &printed).await;
            let alone = app.app.services().evidence_files().alone().await;
            let end = ending(&second, &upload, &bytes);
            // Both stand before the same door.
            for _ in 0..u32::from(n) * 20 {
                tokio::task::yield_now().await;
            }
            drop(alone);
            officers[1].post("/handling/printed", &printed).await;
            let left = q("SELECT 1 AS n FROM evidence_links WHERE record_id = $1");
            assert!(rows(&app, left.bind(&gone)).await.is_empty(), "{database:?}: it went offline");
            let end = done(end).await;
            assert_eq!(end.status, 200, "{}", end.text());
            let id = end.json()["evidence"].as_str().unwrap().to_owned();
            assert_eq!(second.get(&format!("/evidence/{id}")).await.body, bytes, "{database:?} {n}");
        }
        assert_eq!((count(&app, "links").await, on_disk(&app).len()), (6, 6));
        // And where the rows say otherwise than whoever asks for the removal knew, the rows are right.
        let named = rows(&app, q("SELECT hash FROM evidence_files LIMIT 1")).await[0].text("hash").unwrap();
        let alone = app.app.services().evidence_files().alone().await;
        assert_eq!(app.app.services().remove_unnamed(alone, vec![named.clone(), sha(b"nobody")]).await, 0);
        assert!(on_disk(&app).contains(&named));
    }
}

#[tokio::test]
async fn nobody_waits_for_the_pictures_of_another() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut one, mut two) = (app.sign_in("leader_a").await, app.sign_in("leader_c").await);
    let (about, other) = (record(&mut one, "很多图片", "other").await, record(&mut two, "一份文件", "other").await);
    let files = app.app.services().evidence_files();
    let decoder = files.decoding.clone().acquire_owned().await.unwrap();
    let mut ends = Vec::new();
    for n in 0..3 {
        let bytes = jpeg(60, 40, n);
        let upload = sent(&mut one, &about, "图.jpg", &bytes).await;
        ends.push(ending(&one, &upload, &bytes));
    }
    // With the decoder taken and three pictures waiting, a document goes through.
    timeout(PATIENCE, added(&mut two, &other, "方案.pdf", PDF)).await.unwrap();
    assert!(ends.iter().all(|end| !end.is_finished()));
    drop(decoder);
    for end in ends {
        assert_eq!(done(end).await.status, 200);
    }
    // One account has one file made at a time, so another's picture is never behind more than one of its.
    let turn = files.turn(app.district.account("leader_a")).await;
    let bytes = jpeg(60, 40, 9);
    let upload = sent(&mut one, &about, "图.jpg", &bytes).await;
    let waits = ending(&one, &upload, &bytes);
    timeout(PATIENCE, added(&mut two, &other, "图.jpg", &jpeg(60, 40, 8))).await.unwrap();
    assert!(!waits.is_finished());
    drop(turn);
    assert_eq!(done(waits).await.status, 200);
}

#[tokio::test]
async fn announced_bytes_reserve_one_file_of_an_account() {
    const MB: u64 = 1024 * 1024;
    for database in BOTH {
        let app = TestApp::with(database, |config| config.evidence.quota = 45 * MB).await;
        let (mut one, mut two) = (app.sign_in("leader_a").await, app.sign_in("leader_c").await);
        let (about, other) = (record(&mut one, "占着不传", "other").await, record(&mut two, "真要传", "other").await);
        let size = (20 * MB).to_string();
        for _ in 0..20 {
            let id = command();
            let fields = [("upload", id.as_str()), ("record", &about), ("name", "a.pdf"), ("size", &size)];
            assert_eq!(one.post("/evidence/begin", &fields).await.status, 200);
        }
        let id = command();
        let fields = [("upload", id.as_str()), ("record", &other), ("name", "b.pdf"), ("size", &size)];
        assert_eq!(two.post("/evidence/begin", &fields).await.status, 200, "{database:?}");
        added(&mut two, &other, "小.pdf", PDF).await;
    }
}
