//! Both sign the feedback of a reading, and nothing changes later.

use serde_json::json;
use server::storage::q;

use super::{act, not, page, registered, remark, text_of, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn both_sign_and_nothing_changes_later() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let wanting =
            remark(&app, "office", &id, &[("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
        // Sent twice by the outbox: once.
        let mut office = app.sign_in("office").await;
        let key = crate::duties::command();
        let sound =
            [("command", key.as_str()), ("inspection", &id), ("record", &work), ("kind", "sound"), ("text", "")];
        for _ in 0..2 {
            assert!(!office.post("/oversight/remark", &sound).await.location().contains("draft="));
        }
        assert_eq!(rows(&app, q("SELECT id FROM inspection_remarks")).await.len(), 2);
        refused(&mut app.sign_in("team").await, "/oversight/remark", &[("inspection", &id), ("kind", "sound")]).await;
        refused(&mut office, "/oversight/remark", &[("inspection", &id), ("kind", "wanting"), ("text", "机密★10年")])
            .await;
        let item = [
            ("inspection", id.as_str()),
            ("remark", &wanting),
            ("do", "item"),
            ("words", "会议记录不全"),
            ("demand", "补齐会议记录"),
            ("deadline", "2026-12-20"),
        ];
        done(&mut office, "/oversight/remark/step", &item).await;
        refused(&mut office, "/oversight/remark/step", &item).await;
        let agreed = [("inspection", id.as_str()), ("remark", &wanting), ("do", "approve"), ("words", "")];
        done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agreed).await;
        let opened = rows(&app, q("SELECT origin, origin_id, kind FROM items")).await;
        assert_eq!((opened.len(), opened[0].text("origin").unwrap().as_str()), (1, "oversight"));
        assert_eq!(opened[0].text("origin_id").unwrap(), wanting);
        not(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实，请补齐记录")]).await;
        assert!(text_of(&mut office, &work).await.is_null(), "the feedback ends the reading");
        refused(&mut office, "/oversight/remark", &[("inspection", &id), ("kind", "sound")]).await;
        // Wrong hands, wrong names, an old page.
        not(&app, "team", &id, "sign", &[("typed", "黎若水")]).await;
        not(&app, "office", &id, "sign", &[("typed", "叶国平")]).await;
        not(&app, "deputy", &id, "sign", &[("typed", "蔡国平")]).await;
        not(&app, "leader_b", &id, "paper", &[("paper_on", "2026-11-02"), ("handler", "自己")]).await;
        let stale = [("inspection", id.as_str()), ("seen", "1"), ("do", "sign"), ("typed", "叶国平")];
        refused(&mut app.sign_in("leader_b").await, "/oversight/step", &stale).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        not(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        // Sent back, a signature falls.
        act(&app, "office", &id, "reopen", &[]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
        act(&app, "office", &id, "paper", &[("paper_on", "2026-11-02"), ("handler", "林思源")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let closed = page(&mut leader, &id).await;
        assert_eq!(closed["phase"], "closed", "{closed}");
        for (login, what) in
            [("office", "reopen"), ("office", "feedback"), ("office", "withdraw"), ("leader_b", "sign")]
        {
            not(&app, login, &id, what, &[("words", "改一改"), ("typed", "叶国平")]).await;
        }
        let late = [("inspection", id.as_str()), ("remark", &wanting), ("do", "ask"), ("words", "再看看")];
        refused(&mut leader, "/oversight/remark/step", &late).await;
        let paper = leader.get(&format!("/documents/reading/{id}/page")).await.text();
        for words in ["履责检查反馈意见", "补充会议记录", "总体扎实", "陶文博", "经办人林思源", "需补充"]
        {
            assert!(paper.contains(words), "{words}: {paper}");
        }
        assert_eq!(leader.get(&format!("/documents/reading/{id}/docx")).await.status, 200);
        let board =
            leader.call("/api/board/cell", json!({ "post": app.district.school_post, "duty": "du" })).await.json();
        assert!(board["text"].as_str().unwrap().contains("年底检查已确认"), "{board}");
        assert!(board["thread"].to_string().contains("双方已在检查反馈意见上签字"), "{board}");
        let book = leader.call("/api/records/book", json!({})).await.status;
        assert_eq!(book, 200);
    }
}

#[tokio::test]
async fn two_readers_of_one_name_both_sign() {
    let app = TestApp::new(BOTH[0]).await;
    let same = q("UPDATE persons SET name = '林思源' WHERE id = $1");
    execute(&app, same.bind(app.district.person("office2"))).await;
    written(&app).await;
    let id = registered(&app, "2026-11-02", "2026-11-06").await;
    act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
    act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
    assert_eq!(page(&mut app.sign_in("office").await, &id).await["may_sign"], false);
    assert_eq!(page(&mut app.sign_in("office2").await, &id).await["may_sign"], true);
    act(&app, "office2", &id, "sign", &[("typed", "林思源")]).await;
    let signed = rows(&app, q("SELECT person_id FROM signatures WHERE purpose = 'oversight.reader'")).await;
    assert_eq!(signed.len(), 2);
}

#[tokio::test]
async fn whose_role_ended_is_not_named() {
    let app = TestApp::new(BOTH[0]).await;
    written(&app).await;
    let ended = q("UPDATE role_grants SET ends_on = '2026-11-01' WHERE person_id = $1");
    execute(&app, ended.bind(app.district.person("office2"))).await;
    let mut office = app.sign_in("office").await;
    let form = office.call("/api/oversight/list", json!({})).await.json();
    let named = form["readers"].to_string();
    assert!(named.contains("林思源") && !named.contains("陶文博"), "{named}");
    let (post, reader) = (app.district.school_post.to_string(), app.district.person("office2").to_string());
    let fields = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", "daily"),
        ("from", "2026-11-05"),
        ("reader", &reader),
        ("share", "10"),
        ("sure", "1"),
    ];
    assert!(refused(&mut office, "/oversight/register", &fields).await.contains("不在可选范围"));
}
