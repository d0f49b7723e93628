//! Room, what is cleared away, what a crash leaves, and the way into a backup and out of it.

use std::fs;

use domain::time::{DAY_MS, Instant};
use server::{
    operations::{backup::backup, evidence::verify, export::export, restore},
    storage::{Url, q},
};

use super::{PDF, Sending, add, added, count, jpeg, on_disk, piece, problem, record, sha};
use crate::{
    duties::{command, execute, rows},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn without_room_records_still_save() {
    for database in BOTH {
        let app = TestApp::with(database, |config| config.evidence.quota = 1_000).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "空间满了也能记", "other").await;
        let first = [PDF, &vec![b' '; 700]].concat();
        added(&mut leader, &about, "一.pdf", &first).await;
        let second = [PDF, &vec![b'\n'; 700]].concat();
        let reply = add(&mut leader, &about, "二.pdf", &second).await;
        assert!(problem(&mut leader, &about, &reply).await.contains("记录本身照常保存"));
        // What is on the way counts too: two halves do not slip in together.
        let small = [PDF, b"small"].concat();
        let one = Sending { id: command(), record: &about, name: "a.pdf", bytes: &small };
        let two = Sending { id: command(), record: &about, name: "b.pdf", bytes: &second };
        assert_eq!(one.begin(&mut leader).await.status, 200);
        assert_eq!(two.begin(&mut leader).await.status, 422);
        record(&mut leader, "还能再记一条", "other").await;
        assert_eq!(count(&app, "links").await, 1);
    }
    let app = TestApp::with(Database::Sqlite, |config| config.evidence.reserve = u64::MAX).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "磁盘满了也能记", "other").await;
    let reply = add(&mut leader, &about, "一.pdf", PDF).await;
    assert!(problem(&mut leader, &about, &reply).await.contains("服务器剩余空间"));
    assert_eq!((count(&app, "uploads").await, on_disk(&app).len()), (0, 0));
}

#[tokio::test]
async fn unfinished_uploads_go_after_a_week_and_by_number() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "传了一半", "other").await;
    let sending = Sending { id: command(), record: &about, name: "a.pdf", bytes: PDF };
    sending.begin(&mut leader).await;
    sending.piece(&mut leader, 0, 10).await;
    app.clock.advance_ms(6 * DAY_MS);
    assert_eq!(app.app.services().forget_uploads().await.unwrap(), 0);
    app.clock.advance_ms(2 * DAY_MS);
    assert_eq!(app.app.services().forget_uploads().await.unwrap(), 1);
    assert_eq!((count(&app, "uploads").await, on_disk(&app).len()), (0, 0));
    let mut leader = app.sign_in("leader_a").await;
    assert_eq!(sending.piece(&mut leader, 10, 20).await.status, 404);
    // The seventh makes room by the oldest.
    for n in 0..7_u8 {
        app.clock.advance_ms(1_000);
        let one = Sending { id: command(), record: &about, name: "a.pdf", bytes: &[PDF, &[n]].concat() };
        assert_eq!(one.begin(&mut leader).await.status, 200);
        piece(&mut leader, &one.id, 0, &PDF[..10]).await;
    }
    assert_eq!((count(&app, "uploads").await, on_disk(&app).len()), (6, 6));
}

#[tokio::test]
async fn a_crash_leaves_no_row_without_its_file_and_no_file_without_its_row() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "断电", "other").await;
        let id = added(&mut leader, &about, "在.pdf", PDF).await;
        let other = [PDF, b"lost"].concat();
        let sending = Sending { id: command(), record: &about, name: "断.pdf", bytes: &other };
        sending.begin(&mut leader).await;
        sending.piece(&mut leader, 0, other.len()).await;
        // As the power leaves it between the rename and the commit, and before the rename.
        let files = app.folder().join("attachments/evidence");
        for (hash, bytes) in [(sha(&other), other.as_slice()), (sha(PDF), PDF)] {
            let place = files.join("files").join(&hash[..2]);
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join(&hash), bytes).unwrap();
            let lost = q("UPDATE evidence_uploads SET stored_as = $1").bind(&hash);
            execute(&app, lost).await;
            fs::write(files.join("parts/half.part"), b"half").unwrap();
            app.app.services().recover_evidence().await.unwrap();
        }
        let left = on_disk(&app);
        assert!(left.contains(&sha(PDF)), "a file with a row stays");
        assert!(!left.contains(&sha(&other)) && !left.contains(&"half.part".to_owned()), "{left:?}");
        // And the upload can be ended after all.
        let app = app.restart().await;
        let mut leader = app.sign_in("leader_a").await;
        assert_eq!(leader.get(&format!("/evidence/{id}")).await.body, PDF);
        assert_eq!(sending.begin(&mut leader).await.json()["sent"], other.len());
        assert_eq!(sending.finish(&mut leader, &command()).await.status, 200);
    }
}

#[tokio::test]
async fn a_refused_end_leaves_no_file() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
    let about = record(&mut liaison, "代录后被退回", "other").await;
    let sending = Sending { id: command(), record: &about, name: "a.pdf", bytes: PDF };
    sending.begin(&mut liaison).await;
    sending.piece(&mut liaison, 0, PDF.len()).await;
    let key = command();
    let refuse =
        [("command", key.as_str()), ("record", &about), ("seen", "1"), ("decision", "refuse"), ("reason", "不对")];
    leader.post("/records/decide", &refuse).await;
    assert_eq!(sending.finish(&mut liaison, &command()).await.status, 422);
    assert_eq!((count(&app, "files").await, on_disk(&app).len()), (0, 1), "only the part");
}

#[tokio::test]
async fn backup_restore_and_export_carry_the_files() {
    let now = Instant(1_795_320_000_000);
    let elsewhere = tempfile::TempDir::new().unwrap();
    let mounted = elsewhere.path().join("mounted");
    for dir in [None, Some(mounted)] {
        let app = TestApp::with(Database::Sqlite, |config| config.evidence.dir.clone_from(&dir)).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "带附件备份", "other").await;
        added(&mut leader, &about, "照片.jpg", &jpeg(100, 80, 1)).await;
        added(&mut leader, &about, "方案.pdf", PDF).await;
        let sending = Sending { id: command(), record: &about, name: "半.pdf", bytes: &[PDF, b"half"].concat() };
        sending.begin(&mut leader).await;
        sending.piece(&mut leader, 0, 10).await;
        let config = app.app.config();
        let base = config.evidence.base(&config.data);
        let out = tempfile::TempDir::new().unwrap();
        let file = out.path().join("b.wuze");
        let made = backup(app.app.store().url(), base, &file, now).await.unwrap();
        // Two files, a thumbnail, the database; nothing half.
        assert_eq!(made.files.len(), 4, "{:?}", made.files);
        let (data, mount) = (out.path().join("data"), out.path().join("mount"));
        fs::create_dir_all(&data).unwrap();
        let attachments = dir.is_some().then_some(mount.as_path());
        let place = restore::Folders { data: &data, keys: None, attachments };
        restore::restore(&file, &Url::Sqlite(data.join("wuze.db")), place, false, now).await.unwrap();
        let there = attachments.unwrap_or(&data).join("attachments/evidence/files");
        for row in rows(&app, q("SELECT hash FROM evidence_files")).await {
            let hash = row.text("hash").unwrap();
            assert_eq!(sha(&fs::read(there.join(&hash[..2]).join(&hash)).unwrap()), hash);
        }
        let zip = out.path().join("e.zip");
        export(app.app.store().url(), base, &zip, now).await.unwrap();
        let zip = zip::ZipArchive::new(fs::File::open(zip).unwrap()).unwrap();
        let names: Vec<String> = zip.file_names().map(|n| n.unwrap().into_owned()).collect();
        assert_eq!(names.iter().filter(|n| n.starts_with("attachments/evidence/files/")).count(), 3);
        assert!(names.contains(&"evidence_links.csv".to_owned()));
        assert!(!names.iter().any(|n| n.contains("uploads") || n.contains("parts")));
    }
}

#[tokio::test]
async fn a_changed_or_missing_file_is_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "查一遍", "other").await;
        added(&mut leader, &about, "一.pdf", PDF).await;
        let other = [PDF, b"other"].concat();
        let id = added(&mut leader, &about, "二.pdf", &other).await;
        let (url, base) = (app.app.store().url().clone(), app.folder());
        let checked = verify(&url, &base).await.unwrap();
        assert_eq!((checked.whole, checked.wrong.len()), (2, 0));
        let place = |bytes: &[u8]| base.join("attachments/evidence/files").join(&sha(bytes)[..2]).join(sha(bytes));
        fs::write(place(PDF), b"changed").unwrap();
        fs::remove_file(place(&other)).unwrap();
        let checked = verify(&url, &base).await.unwrap();
        assert_eq!(checked.wrong.len(), 2);
        assert!(
            checked.wrong.iter().any(|w| w.contains("内容变了")) && checked.wrong.iter().any(|w| w.contains("不见了"))
        );
        // Who opens it is told that it is not there now, not that it never was.
        assert_eq!(leader.get(&format!("/evidence/{id}")).await.status, 503);
    }
}

#[tokio::test]
async fn a_closed_book_takes_nothing_and_gives_nothing_back() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "年底前的一件", "other").await;
        let id = added(&mut leader, &about, "一.pdf", PDF).await;
        let close = q("INSERT INTO book_closings
             (post_id, year, district_id, unit_id, closed_on, closed_at, by_whom, person_name, done)
           VALUES ($1, 2026, $2, $3, '2026-11-02', 0, 'head', '', '{}')")
        .bind(app.district.town_post)
        .bind(app.district.id)
        .bind(app.district.town);
        execute(&app, close).await;
        let reply = add(&mut leader, &about, "二.pdf", &[PDF, b"2"].concat()).await;
        assert!(problem(&mut leader, &about, &reply).await.contains("结转"));
        let key = command();
        let fields = [("command", key.as_str()), ("evidence", &id), ("reason", "不要了")];
        assert_eq!(leader.post("/evidence/withdraw", &fields).await.status, 422);
        assert_eq!(leader.get(&format!("/evidence/{id}")).await.body, PDF);
        let page = leader.get(&format!("/records/{about}")).await.text();
        assert!(page.contains("一.pdf") && !page.contains("data-evidence"));
    }
}
