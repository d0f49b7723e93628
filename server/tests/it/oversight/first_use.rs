//! What a first user of 督责 meets: the purpose of today, an empty signature, an early feedback, whose
//! book is taken.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{act, ids, not, page, registered, written};
use crate::{
    duties::{execute, refused, rows, send},
    harness::{BOTH, Database, PASSWORD, TestApp},
};

#[tokio::test]
async fn the_form_begins_with_the_step_of_today_and_the_only_reader() {
    let app = TestApp::new(Database::Sqlite).await;
    for (day, purpose) in [("2026-06-20", "half_year"), ("2026-11-23", "year_end")] {
        app.clock.set_day(parse_iso(day).unwrap());
        let mut office = app.sign_in("office").await;
        let form = office.call("/api/oversight/list", json!({})).await.json();
        assert_eq!(form["purpose"], purpose, "{day}");
        let text = office.get("/oversight").await.text();
        assert!(text.contains("当天就告知各单位负责人"), "{text}");
    }
    // An office of one has nobody to choose from.
    let ended = q("UPDATE role_grants SET ends_on = '2026-01-31' WHERE person_id = $1");
    for (ticked, ended) in [(false, None), (true, Some(ended.bind(app.district.person("office2"))))] {
        if let Some(ended) = ended {
            execute(&app, ended).await;
        }
        let mut office = app.sign_in("office").await;
        let form = office.call("/api/oversight/list", json!({})).await.json();
        assert_eq!(form["readers"].as_array().unwrap().len() == 1, ticked, "{form}");
        let text = office.get("/oversight").await.text();
        let mut readers = text.split('<').filter(|tag| tag.contains("name=\"reader\""));
        assert_eq!(readers.any(|tag| tag.contains("checked")), ticked, "{text}");
    }
}

#[tokio::test]
async fn feedback_before_the_last_day_is_asked_about_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let asked = not(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        assert!(asked.contains("提前结束，形成反馈意见") && asked.contains("总体扎实"), "{database:?} {asked}");
        let mut office = app.sign_in("office").await;
        assert_eq!(page(&mut office, &id).await["phase"], "running");
        // It was asked about, not refused: nothing waits to be mended.
        assert!(office.get("/drafts").await.text().contains("没有留下的内容"), "{database:?}");
        // What was refused for a reason of its own ends with the form, although that has a button's field more.
        let seen = page(&mut office, &id).await["version"].to_string();
        let long = "长".repeat(4_000);
        let step = [("inspection", id.as_str()), ("seen", seen.as_str()), ("do", "feedback"), ("words", long.as_str())];
        assert!(send(&mut office, "/oversight/step", &step).await.location().contains("draft="));
        assert!(office.get("/drafts").await.text().contains("长长长"), "{database:?}");
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        assert!(office.get("/drafts").await.text().contains("没有留下的内容"), "{database:?}");
        // Whoever presses without having signed is told that, and led to the pad.
        let mut leader = app.sign_in("leader_b").await;
        let sheet = leader.get(&format!("/oversight/{id}")).await.text();
        assert!(sheet.contains("href=\"#sign\"") && sheet.contains("须与签字人姓名"), "{sheet}");
        let seen = page(&mut leader, &id).await["version"].to_string();
        let empty = [("inspection", id.as_str()), ("seen", &seen), ("do", "sign"), ("drawing", ""), ("typed", "")];
        let reply = send(&mut leader, "/oversight/step", &empty).await;
        assert!(reply.location().ends_with("#sign"), "{}", reply.location());
        let told = leader.get(&reply.location()).await.text();
        assert!(told.contains("还没有签字") && !told.contains("不一致"), "{told}");
    }
}

#[tokio::test]
async fn nobody_takes_a_book_that_he_did_not_choose() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (post, ..) = ids(&app);
        let mut office = app.sign_in("office").await;
        let fields = |post| [("post", post), ("year", "2026"), ("number", "滨纪〔2026〕9号"), ("reason", "依规调取")];
        let form = office.get("/oversight/takings").await.text();
        assert!(form.contains("<option value=\"\">请选择"), "{form}");
        assert!(refused(&mut office, "/oversight/takings/ask", &fields("")).await.contains("还没有选记录本"));
        let reply = send(&mut office, "/oversight/takings/ask", &fields(post.as_str())).await;
        let check = office.get(&reply.location()).await.text();
        assert!(
            check.contains("核对后登记") && check.contains("叶国平") && check.contains("type=\"password\""),
            "{check}"
        );
        assert!(rows(&app, q("SELECT id FROM book_takings")).await.is_empty(), "{database:?}: only looked at");
        let sure: Vec<(&str, &str)> =
            fields(post.as_str()).into_iter().chain([("secret", PASSWORD), ("sure", "1")]).collect();
        let wrong: Vec<(&str, &str)> =
            fields(post.as_str()).into_iter().chain([("secret", "not-it"), ("sure", "1")]).collect();
        let again = refused(&mut office, "/oversight/takings/ask", &wrong).await;
        assert!(again.contains("核对后登记") && !again.contains("not-it"), "{again}");
        let reply = send(&mut office, "/oversight/takings/ask", &sure).await;
        let said = office.get(&reply.location()).await.text();
        assert!(said.contains("已登记，待区纪委书记或副书记审批。"), "{said}");
    }
}
