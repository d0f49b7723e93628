//! Pieces: resumed, repeated, wrong, somebody else's.

use server::storage::q;

use super::{PDF, Sending, count, jpeg, listed, on_disk, piece, record, sha};
use crate::{
    duties::{command, rows},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "进村路上信号差", "other").await;
        let bytes = jpeg(900, 700, 3);
        let third = bytes.len() / 3;
        let sending = Sending { id: command(), record: &about, name: "路上.jpg", bytes: &bytes };
        assert_eq!(sending.begin(&mut leader).await.json()["sent"], 0);
        assert_eq!(sending.piece(&mut leader, 0, third).await.json()["sent"], third);
        // The answer was lost: the same piece again.
        assert_eq!(sending.piece(&mut leader, 0, third).await.json()["sent"], third);
        // A gap, an overlap, other bytes at a place that is taken: told where to go on.
        for (from, to) in [(third + 10, third + 20), (third - 10, third + 10)] {
            let reply = sending.piece(&mut leader, from, to).await;
            assert_eq!((reply.status, reply.json()["sent"].as_u64()), (409, u64::try_from(third).ok()));
        }
        assert_eq!(piece(&mut leader, &sending.id, 0, b"something else").await.status, 409);
        let early = sending.finish(&mut leader, &command()).await;
        assert_eq!(early.status, 422);
        assert!(early.json()["problem"].as_str().unwrap().contains("还没有传完"));
        // The server stops in the middle, the phone reloads.
        let app = app.restart().await;
        let mut leader = app.sign_in("leader_a").await;
        assert_eq!(sending.begin(&mut leader).await.json()["sent"], third);
        assert_eq!(sending.piece(&mut leader, third, bytes.len()).await.status, 200);
        // No byte more than was announced.
        assert_eq!(piece(&mut leader, &sending.id, bytes.len(), b"more").await.status, 409);
        let key = command();
        let done = sending.finish(&mut leader, &key).await;
        assert_eq!(done.status, 200, "{}", done.text());
        assert_eq!(done.json()["name"], "路上.jpg");
        assert_eq!(sending.finish(&mut leader, &key).await.json(), done.json(), "the same command, the same answer");
        assert_eq!(sending.finish(&mut leader, &command()).await.status, 404);
        assert_eq!(listed(&mut leader, &about).await.len(), 1);
        assert_eq!((count(&app, "uploads").await, on_disk(&app).len()), (0, 2));
        // After a lost answer all of it is sent again under the same ids: the same answer.
        assert_eq!(sending.begin(&mut leader).await.json()["sent"], 0);
        sending.piece(&mut leader, 0, bytes.len()).await;
        assert_eq!(sending.finish(&mut leader, &key).await.json(), done.json());
        // Chosen again it is there already.
        sending.begin(&mut leader).await;
        sending.piece(&mut leader, 0, bytes.len()).await;
        let again = sending.finish(&mut leader, &command()).await;
        assert!(again.text().contains("已经在这条记录里了"), "{}", again.text());
        assert_eq!((count(&app, "links").await, count(&app, "files").await), (1, 1));
    }
}

#[tokio::test]
async fn wrong_pieces_are_not_kept() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "传得不对", "other").await;
    let sending = Sending { id: command(), record: &about, name: "a.pdf", bytes: PDF };
    assert_eq!(sending.begin(&mut leader).await.status, 200);
    let wrong = [("upload", sending.id.as_str()), ("offset", "0"), ("hash", &sha(b"other"))];
    assert_eq!(leader.upload("/evidence/piece", &wrong, "piece", PDF).await.status, 422);
    let large = vec![b'x'; 512 * 1024 + 1];
    assert_eq!(piece(&mut leader, &sending.id, 0, &large).await.status, 422);
    for fields in [
        vec![("upload", sending.id.as_str()), ("offset", "-1"), ("hash", "x")],
        vec![("upload", "../../etc/passwd"), ("offset", "0"), ("hash", "x")],
        vec![("upload", sending.id.as_str()), ("offset", "0"), ("hash", "x"), ("record", &about)],
        vec![("offset", "0"), ("hash", "x")],
    ] {
        assert_eq!(leader.upload("/evidence/piece", &fields, "piece", PDF).await.status, 422, "{fields:?}");
    }
    assert_eq!(sending.begin(&mut leader).await.json()["sent"], 0);
    // The whole is other than announced: nothing of it stays, and it can be sent anew.
    assert_eq!(sending.piece(&mut leader, 0, PDF.len()).await.status, 200);
    let key = command();
    let lie = [("command", key.as_str()), ("upload", &sending.id), ("hash", &sha(b"other"))];
    let reply = leader.post("/evidence/finish", &lie).await;
    assert_eq!(reply.status, 422);
    assert!(reply.json()["problem"].as_str().unwrap().contains("内容变了"));
    assert_eq!((count(&app, "uploads").await, on_disk(&app).len()), (0, 0));
    // The same id for another record, another size: refused.
    assert_eq!(sending.begin(&mut leader).await.status, 200);
    let other = Sending { bytes: &PDF[..10], id: sending.id.clone(), ..sending };
    assert_eq!(other.begin(&mut leader).await.status, 422);
    for size in ["0", "20971521", "-1", "x", "99999999999999999999"] {
        let id = command();
        let fields = [("upload", id.as_str()), ("record", &about), ("name", "a"), ("size", size)];
        assert_eq!(leader.post("/evidence/begin", &fields).await.status, 422, "{size}");
    }
}

#[tokio::test]
async fn nobody_reaches_the_upload_or_the_record_of_another() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut other) = (app.sign_in("leader_a").await, app.sign_in("leader_c").await);
        let about = record(&mut leader, "自己的记录", "other").await;
        let theirs = record(&mut other, "别人的记录", "other").await;
        let sending = Sending { id: command(), record: &about, name: "a.pdf", bytes: PDF };
        assert_eq!(sending.begin(&mut leader).await.status, 200);
        sending.piece(&mut leader, 0, 10).await;
        assert_eq!(sending.piece(&mut other, 10, 20).await.status, 404);
        assert_eq!(sending.finish(&mut other, &command()).await.status, 404);
        assert_eq!(sending.begin(&mut other).await.status, 404);
        // His own upload under the same id is another upload.
        let own = Sending { id: sending.id.clone(), record: &theirs, name: "b.pdf", bytes: &[PDF, b"%%b"].concat() };
        assert_eq!(own.begin(&mut other).await.json()["sent"], 0);
        assert_eq!(sending.begin(&mut leader).await.json()["sent"], 10);
        for login in ["leader_c", "liaison_a", "office", "team", "deputy", "secretary", "member_a", "sysadmin"] {
            let mut client = app.sign_in(login).await;
            let reply = super::add(&mut client, &about, "a.pdf", PDF).await;
            assert!(reply.location().contains("draft="), "{login}: {}", reply.location());
            let forged = Sending { id: command(), record: &about, name: "a.pdf", bytes: PDF };
            assert_eq!(forged.begin(&mut client).await.status, 404, "{login}");
        }
        assert_eq!(count(&app, "links").await, 0);
    }
}

#[tokio::test]
async fn two_ends_of_one_upload_make_one_link() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "点了两下", "other").await;
    let bytes = jpeg(300, 200, 9);
    let sending = Sending { id: command(), record: &about, name: "a.jpg", bytes: &bytes };
    sending.begin(&mut leader).await;
    sending.piece(&mut leader, 0, bytes.len()).await;
    let (mut second, key) = (leader.clone(), command());
    let (a, b) = tokio::join!(sending.finish(&mut leader, &key), sending.finish(&mut second, &key));
    // One of them may come when the other is through; nobody is told of a link that is not there.
    assert!([a.status, b.status].contains(&200), "{} {}", a.text(), b.text());
    assert_eq!(listed(&mut leader, &about).await.len(), 1);
    assert_eq!(on_disk(&app).len(), 2);
}

#[tokio::test]
async fn a_whole_file_is_on_the_disk_while_it_comes() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let id = record(&mut leader, "一次传完的大文件", "other").await;
    let parts = app.app.config().evidence.base(&app.app.config().data).join("attachments/evidence/parts");
    // The file has no name while it comes: it is found by this process's handle of it.
    let spooled = move || {
        let handles = std::fs::read_dir("/proc/self/fd").unwrap().flatten().map(|e| e.path());
        let ours = handles.filter(|fd| std::fs::read_link(fd).is_ok_and(|to| to.starts_with(&parts)));
        ours.filter_map(|fd| std::fs::metadata(fd).ok()).map(|m| m.len()).sum::<u64>()
    };
    let file = [PDF, &vec![b' '; 6 * 1024 * 1024], b"\n%%EOF\n"].concat();
    let head = format!(
        "--m\r\nContent-Disposition: form-data; name=\"command\"\r\n\r\n{}\r\n\
         --m\r\nContent-Disposition: form-data; name=\"record\"\r\n\r\n{id}\r\n\
         --m\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n",
        command()
    );
    // A sender that is always ready; what it sent and is not on the disk is in memory.
    let (watch, mut sent) = (spooled.clone(), 0_u64);
    let held = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let most = held.clone();
    let whole = [head.as_bytes(), &file, b"\r\n--m--\r\n"].concat();
    let frames: Vec<_> = whole.chunks(64 * 1024).map(axum::body::Bytes::copy_from_slice).collect();
    let frames = frames.into_iter().map(move |frame| {
        most.fetch_max(sent.saturating_sub(watch()), std::sync::atomic::Ordering::Relaxed);
        sent += u64::try_from(frame.len()).unwrap();
        Ok::<_, std::io::Error>(frame)
    });
    let request = axum::http::Request::post("/evidence/add").header("content-type", "multipart/form-data; boundary=m");
    let reply = leader.send(request, axum::body::Body::from_stream(futures::stream::iter(frames))).await;
    assert_eq!((reply.status, reply.location()), (303, format!("/records/{id}#evidence")));
    let held = held.load(std::sync::atomic::Ordering::Relaxed);
    assert!(held < 1024 * 1024, "{held} bytes of 6 MB in memory");
    let kept = rows(&app, q("SELECT size FROM evidence_files")).await;
    assert_eq!(kept[0].int("size").unwrap(), i64::try_from(file.len()).unwrap());
}
