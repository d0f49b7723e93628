//! What one account may leave on the server, and forms that say two things at once: refused with words, never dropped
//! or guessed.

use server::storage::q;

use crate::{
    duties::{execute, issued},
    harness::{BOTH, Client, Database, Reply, TestApp},
};

fn id(n: u32) -> String {
    format!("0199b3a4-0000-7000-8000-{n:012}")
}

async fn note(client: &mut Client, n: u32, text: &str) -> Reply {
    let subject = id(n);
    let fields = [("form", "records.new"), ("subject", subject.as_str()), ("seen", ""), ("f.text", text)];
    client.post("/drafts", &fields).await
}

async fn read(client: &mut Client, n: u32) -> u16 {
    client.get(&format!("/drafts?form=records.new&subject={}", id(n))).await.status
}

#[tokio::test]
async fn the_newest_note_is_refused_with_words_and_no_older_one_goes() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        for n in 0..40 {
            assert_eq!(note(&mut leader, n, "一句").await.status, 200, "{n}");
        }
        let refused = note(&mut leader, 40, "多的一句").await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("草稿已有 40 份"), "{}", refused.text());
        assert_eq!((read(&mut leader, 0).await, read(&mut leader, 40).await), (200, 204), "{database:?}");
        let first = id(0);
        let gone = [("form", "records.new"), ("subject", first.as_str()), ("seen", "")];
        assert_eq!(leader.post("/drafts/drop", &gone).await.status, 204);
        assert_eq!(note(&mut leader, 40, "多的一句").await.status, 200);
    }
}

#[tokio::test]
async fn drafts_are_of_forms_that_there_are() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let odd = leader.post("/drafts", &[("form", "zzz"), ("subject", ""), ("f.text", "一句")]).await;
    assert_eq!(odd.status, 422);
    assert_eq!(leader.get("/drafts?form=zzz").await.status, 422);
    let bare = leader.get("/drafts").await;
    assert!(bare.status == 200 && bare.text().contains("没有留下的内容"));
    for path in ["/drafts?zzz=1", "/drafts?form=records.new&form=records.correct", "/drafts?subject=1&x"] {
        let reply = leader.get(path).await;
        assert!(reply.status == 422 && reply.text().contains("没有打开草稿"), "{path}: {}", reply.text());
    }
    assert!(leader.post("/drafts", &[]).await.text().contains("草稿没有存下"));
}

#[tokio::test]
async fn a_draft_goes_with_the_role_that_it_was_written_in() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_a").await;
        assert_eq!(note(&mut liaison, 1, "代领导记一句").await.status, 200);
        assert_eq!(read(&mut liaison, 1).await, 200);
        let ended = q("UPDATE role_grants SET state = 'ended' WHERE person_id = $1");
        execute(&app, ended.bind(app.district.person("liaison_a"))).await;
        assert_eq!(read(&mut liaison, 1).await, 204, "{database:?}");
        let all = liaison.get("/drafts?form=records.new&all=1").await;
        assert_eq!(all.json()["notes"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn a_form_says_one_thing() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let page = leader.call("/api/records/new", serde_json::json!({})).await.json();
    let (command, post) = (page["command"].as_str().unwrap().to_owned(), page["post"].as_str().unwrap().to_owned());
    let own = [("command", command.as_str()), ("post", post.as_str())];
    for (more, words) in [
        ([("text", "甲"), ("text", "乙")].as_slice(), "表单内容重复"),
        (&[("text", "甲"), ("kind", "talk"), ("kind", "other")], "表单内容重复"),
        (&[("text", "甲"), ("event_on", "2026-11-01"), ("event_on", "2026-11-02")], "表单内容重复"),
        (&[("text", "甲"), ("kind", "zzz")], "选项不在可选范围"),
        (&[("text", "甲"), ("kind", "talk"), ("d.talk", "zzz")], "选项不在可选范围"),
    ] {
        let back = leader.post("/records/save", &[&own[..], more].concat()).await.location();
        assert!(back.contains("draft="), "{more:?} {back}");
        assert!(leader.get(&back).await.text().contains(words), "{more:?}");
    }
    for path in ["/records/correct", "/records/decide", "/records/offline"] {
        let record = id(1);
        let name = if path == "/records/offline" { "first" } else { "seen" };
        let twice = [("command", command.as_str()), ("record", record.as_str()), (name, "1"), (name, "2")];
        app.clock.advance_ms(1_000);
        let back = leader.post(path, &twice).await.location();
        let draft = app.app.store().read();
        let kept = draft.row(q("SELECT problem FROM drafts ORDER BY updated_at DESC, id DESC LIMIT 1")).await.unwrap();
        assert!(kept.unwrap().text("problem").unwrap().contains("表单内容重复"), "{path} {back}");
    }
}

#[tokio::test]
async fn unfinished_uploads_are_bounded() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let fields = [("kind", "units"), ("target", ""), ("pasted", "单位名称\t单位类型\n甲街道\t镇（街道）")];
    for n in 0..20 {
        let at = admin.upload("/imports/upload", &fields, "", b"").await.location();
        assert!(!at.contains("draft="), "{n} {at}");
    }
    let back = admin.upload("/imports/upload", &fields, "", b"").await.location();
    assert!(back.contains("draft="), "{back}");
    assert!(admin.get(&back).await.text().contains("20 份文件上传后还没有导入"));
    // The midnight after a day makes room.
    app.clock.advance_ms(2 * domain::time::DAY_MS);
    app.app.services().forget_tables().await.unwrap();
    let mut admin = app.sign_in("sysadmin").await;
    assert!(!admin.upload("/imports/upload", &fields, "", b"").await.location().contains("draft="));
}
