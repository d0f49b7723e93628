//! Whoever marked or agreed what the head questions does not answer the question.

use serde_json::json;
use server::storage::q;

use super::{registered, remark, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

/// The item is red by the word of the two of the office, and its head asks for a check of that; the question's id.
async fn asked(app: &TestApp) -> String {
    let (work, _, duty) = written(app).await;
    let id = registered(app, "2026-11-02", "2026-11-06").await;
    let wrong = [("record", work.as_str()), ("kind", "mismatch"), ("text", "没有这项议题")];
    let wrong = remark(app, "office", &id, &wrong).await;
    let agree = [("inspection", id.as_str()), ("remark", &wrong), ("do", "agree"), ("words", "")];
    done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agree).await;
    let post = app.district.school_post.to_string();
    let ask = [("kind", "colour"), ("post", &post), ("year", "2026"), ("key", &duty), ("words", "附件里有议题")];
    done(&mut app.sign_in("leader_b").await, "/oversight/checks/ask", &ask).await;
    rows(app, q("SELECT id FROM fact_checks")).await[0].text("id").unwrap()
}

#[tokio::test]
async fn who_marked_or_agreed_it_does_not_answer_and_a_colleague_does() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let check = asked(&app).await;
        let answer = [("check", check.as_str()), ("do", "uphold"), ("words", "已核对，维持")];
        for login in ["office", "office2"] {
            let mut client = app.sign_in(login).await;
            let shown = client.call("/api/oversight/checks", json!({})).await.json();
            assert_eq!(shown["rows"][0]["may_answer"], false, "{database:?} {login}: {shown}");
            let html = client.get("/oversight/checks").await.text();
            assert!(html.contains("不能由您答复，由没有参与标记的同志或党风政风监督室答复"), "{login}: {html}");
            assert!(!client.get("/todo").await.text().contains("申请核对 · "), "{login}");
            let back = refused(&mut client, "/oversight/checks/step", &answer).await;
            assert!(back.contains("您标记或认定的，不能由您答复"), "{database:?} {login}: {back}");
        }
        assert!(!app.sign_in("deputy").await.get("/todo").await.text().contains("申请核对 · "), "others are left");
        let mut team = app.sign_in("team").await;
        assert!(team.get("/todo").await.text().contains("申请核对 · "));
        done(&mut team, "/oversight/checks/step", &answer).await;
        let kept = rows(&app, q("SELECT answered_name FROM fact_checks")).await;
        assert_eq!(kept[0].text("answered_name").unwrap(), "黎若水", "{database:?}");
    }
}

#[tokio::test]
async fn a_tick_taken_off_is_its_readers_own_word_too() {
    let app = TestApp::new(BOTH[0]).await;
    let (work, _, duty) = written(&app).await;
    let id = registered(&app, "2026-11-02", "2026-11-06").await;
    let off = [("inspection", id.as_str()), ("record", &work), ("duty", &duty), ("reason", "蹲点不是专题研究")];
    done(&mut app.sign_in("office").await, "/oversight/unmatch", &off).await;
    let post = app.district.school_post.to_string();
    execute(&app, q("UPDATE colours SET tone = 'warn' WHERE duty_id = $1").bind(&duty)).await;
    let ask = [("kind", "colour"), ("post", &post), ("year", "2026"), ("key", &duty), ("words", "")];
    done(&mut app.sign_in("leader_b").await, "/oversight/checks/ask", &ask).await;
    let check = rows(&app, q("SELECT id FROM fact_checks")).await[0].text("id").unwrap();
    let answer = [("check", check.as_str()), ("do", "uphold"), ("words", "已核对，维持")];
    let back = refused(&mut app.sign_in("office").await, "/oversight/checks/step", &answer).await;
    assert!(back.contains("不能由您答复"), "{back}");
    done(&mut app.sign_in("office2").await, "/oversight/checks/step", &answer).await;
}

#[tokio::test]
async fn where_nobody_else_is_left_a_leader_answers() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let check = asked(&app).await;
        let gone = q("UPDATE role_grants SET ends_on = '2026-11-01' WHERE person_id = $1");
        execute(&app, gone.bind(app.district.person("team"))).await;
        let html = app.sign_in("office").await.get("/oversight/checks").await.text();
        assert!(html.contains("由区纪委书记或副书记答复"), "{database:?}: {html}");
        let mut deputy = app.sign_in("deputy").await;
        assert!(deputy.get("/todo").await.text().contains("申请核对 · "), "{database:?}");
        let answer = [("check", check.as_str()), ("do", "uphold"), ("words", "已核对，维持")];
        done(&mut deputy, "/oversight/checks/step", &answer).await;
    }
}
