//! 「已更正」 is true only where something was put right; a second question says what is new; long lists have pages.

use serde_json::json;
use server::storage::q;

use super::{about, ask, borrowed, colours, duty, listed, newest};
use crate::{
    duties::{command, done, execute, issued, refused, rows, send},
    harness::{BOTH, Database, TestApp},
    records::saved,
};

#[tokio::test]
async fn nothing_is_called_corrected_while_the_same_stands_there() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        ask(&app, &mut head, "3.3", "").await;
        let id = newest(&app).await;
        let mut team = app.sign_in("team").await;
        let step = [("check", id.as_str()), ("do", "correct"), ("words", "已经改过来了")];
        let reply = send(&mut team, "/oversight/checks/step", &step).await;
        assert!(reply.location().contains("draft=") && reply.location().ends_with(&format!("#c{id}")), "{database:?}");
        let page = team.get(&reply.location()).await.text();
        assert!(page.contains("还没有更正，没有保存") && page.contains("已经改过来了"), "{page}");
        assert!(
            page.contains("href=\"#pending\"") && page.contains("href=\"/accountability\""),
            "where to put it right"
        );
        assert_eq!(colours(&mut head, &app, "3.3").await["checks"][0]["state"], "asked");
        // The record that was missing came in: now it is true.
        let study = duty(&app, "3.3").await;
        saved(&mut head, &[("text", "六月专题研究"), ("event_on", "2026-06-12"), ("duty", &study)]).await;
        done(&mut team, "/oversight/checks/step", &step).await;
        assert_eq!(colours(&mut head, &app, "3.3").await["checks"][0]["state"], "corrected");
    }
}

#[tokio::test]
async fn a_second_question_says_at_its_field_that_it_needs_words() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut head = app.sign_in("leader_b").await;
    let post = app.district.school_post;
    let page = format!("/oversight/colours/{post}?year=2026");
    assert!(!head.get(&page).await.text().contains("再次申请必填"));
    ask(&app, &mut head, "6.3", "").await;
    let id = newest(&app).await;
    let answer = [("check", id.as_str()), ("do", "uphold"), ("words", "核对过")];
    done(&mut app.sign_in("team").await, "/oversight/checks/step", &answer).await;
    let shown = head.get(&page).await.text();
    assert_eq!(shown.matches("再次申请必填").count(), 1);
    let fields = about(&app, "6.3", "").await;
    let reply = send(&mut head, "/oversight/checks/ask", &borrowed(&fields)).await;
    let item = duty(&app, "6.3").await;
    assert!(reply.location().contains("draft=") && reply.location().ends_with(&format!("#i{item}")));
    let back = head.get(&reply.location()).await.text();
    let row = back.split(&format!("id=\"i{item}\"")).nth(1).unwrap();
    assert!(row.split("</li>").next().unwrap().contains("再次申请请写明"), "said where it was asked");
}

#[tokio::test]
async fn open_questions_have_pages_and_a_refused_answer_stays_on_its_own() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        ask(&app, &mut head, "6.3", "").await;
        let first = newest(&app).await;
        for n in 0..41 {
            let copy = "INSERT INTO fact_checks (id, district_id, kind, post_id, unit_id, year, subject_key, title,
                          shown, tone, words, state, by_person, by_name, asked_at, asked_on, due_on)
                        SELECT $1, district_id, kind, post_id, unit_id, year, $2, title, shown, tone, words, state,
                          by_person, by_name, asked_at + 1, asked_on, due_on FROM fact_checks WHERE id = $3";
            let id = format!("00000000-0000-7000-8000-0000000001{n:02}");
            execute(&app, q(copy).bind(&id).bind(command()).bind(&first)).await;
        }
        let mut office = app.sign_in("office").await;
        let page = listed(&mut office, json!({})).await;
        assert_eq!((page["rows"].as_array().unwrap().len(), page["more"].as_bool()), (40, Some(true)), "{database:?}");
        let rest = listed(&mut office, json!({ "page": 2 })).await;
        assert_eq!((rest["rows"].as_array().unwrap().len(), rest["more"].as_bool()), (2, Some(false)), "{database:?}");
        let last = rest["rows"][1]["view"]["id"].as_str().unwrap().to_owned();
        assert!(office.get("/oversight/checks?page=2").await.text().contains("rel=\"prev\""));
        let empty = [("check", last.as_str()), ("do", "uphold"), ("words", ""), ("page", "2")];
        assert!(refused(&mut office, "/oversight/checks/step", &empty).await.contains("答复还没有填写"));
        assert_eq!(rows(&app, q("SELECT id FROM fact_checks WHERE state = 'asked'")).await.len(), 42);
    }
}
