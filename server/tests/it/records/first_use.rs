//! What a first user of 履责 meets: a refused correction that loses nothing, a sentence that finds its item
//! afterwards, due items first, papers that can be found, a 代录 that came to nothing.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{
    form, one,
    proxy::{decide, todo},
    saved,
};
use crate::{
    duties::{execute, issued},
    harness::{BOTH, Client, Database, TestApp},
};

/// Sends a correction; where it leads.
async fn correct(leader: &mut Client, id: &str, more: &[(&str, &str)]) -> String {
    let now = one(leader, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let mut fields = vec![("command", command), ("record", id), ("seen", &seen)];
    fields.extend_from_slice(more);
    leader.post("/records/correct", &fields).await.location()
}

/// The draft that an address names.
fn draft(place: &str) -> &str {
    place.split("draft=").nth(1).unwrap().split('#').next().unwrap()
}

#[tokio::test]
async fn a_refused_correction_says_everything_at_once_and_keeps_the_choice() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let id = saved(&mut leader, &[("text", "与店主谈")]).await;
        let words = [("text", "与店主（13800000000）谈"), ("items", "1")];
        let back = correct(&mut leader, &id, &[&words[..], &[("reason", "")]].concat()).await;
        assert!(back.ends_with("#correct"), "{back}");
        let text = leader.get(&back).await.text();
        assert!(text.contains("id=\"correct\"") && text.contains("更正原因还没有填写"), "{database:?} {text}");
        assert!(text.contains("把号码中间四位遮住再保存"), "both in one round");
        // 「遮住」 without the reason: the choice stands when only the reason follows.
        let tried = draft(&back).to_owned();
        let more = [("reason", ""), ("look", "mask"), ("_draft", tried.as_str())];
        let back = correct(&mut leader, &id, &[&words[..], &more].concat()).await;
        let tried = draft(&back).to_owned();
        let more = [("reason", "漏了号码"), ("_draft", tried.as_str())];
        let done = correct(&mut leader, &id, &[&words[..], &more].concat()).await;
        assert_eq!(done, format!("/records/{id}?done=corrected"), "{database:?}");
        assert!(leader.get(&done).await.text().contains("已更正"));
        assert_eq!(one(&mut leader, &id).await["row"]["text"], "与店主（138****0000）谈");
        // Other words are asked about anew.
        let words = [("text", "与店主（13900000000）谈"), ("items", "1"), ("reason", "换号码")];
        let back = correct(&mut leader, &id, &[&words[..], &[("_draft", tried.as_str())]].concat()).await;
        assert!(back.contains("draft="), "{back}");
    }
}

#[tokio::test]
async fn one_sentence_alone_still_finds_its_item() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", "与年轻干部小周谈心")]).await;
        let page = one(&mut leader, &id).await;
        let said = page["suggests"][0].as_str().unwrap().to_owned();
        assert!(said.starts_with("这像一次谈心谈话，可对应") && said.contains("6.3"), "{database:?} {said}");
        let text = leader.get(&format!("/records/{id}")).await.text();
        assert!(text.contains("对应清单条目") && text.contains(&format!("/records/{id}?add=1#adding")), "{text}");
        let open = leader.get(&format!("/records/{id}?add=1")).await.text();
        let form_of_it = open.split("id=\"adding\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(form_of_it.contains("name=\"duty\"") && form_of_it.contains("6.3"), "{form_of_it}");
        let boxes = form_of_it.split('<').filter(|tag| tag.contains("name=\"duty\""));
        assert!(boxes.clone().all(|tag| !tag.contains("checked")), "nothing is ticked for him");
        // Nobody else is told what it could be.
        assert!(one(&mut app.sign_in("office").await, &id).await["suggests"].is_null());
        let duty = form(&mut leader).await.2.into_iter().find(|(code, _)| code == "6.3").unwrap().1;
        let more = [("only", "details"), ("items", "1"), ("duty", duty.as_str()), ("kind", "other"), ("reason", "")];
        assert_eq!(correct(&mut leader, &id, &more).await, format!("/records/{id}?done=added"));
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["codes"].clone(), now["suggests"].clone()), (json!(["6.3"]), json!(null)));
    }
}

#[tokio::test]
async fn what_is_due_stands_before_what_the_calendar_suggests() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    execute(&app, q("UPDATE leader_items SET months = '6,11,12' WHERE code = '9.1'")).await;
    let mut seen = 0;
    for day in ["2026-06-20", "2026-11-25", "2026-12-10", "2026-12-22"] {
        app.clock.set_day(parse_iso(day).unwrap());
        let text = app.sign_in("leader_b").await.get("/home").await.text();
        let at = |name: &str| text.find(&format!("section-label\">{name}"));
        if let (Some(near), Some(month)) = (at("临近到期"), at("本月建议")) {
            assert!(near < month, "{day}");
            seen += 1;
        }
    }
    assert!(seen > 0, "no day has both");
}

#[tokio::test]
async fn a_month_without_deadlines_says_so_and_papers_are_found() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let mut empty = 0;
    for month in 1..=12 {
        let card = leader.call("/api/reminders/month", json!({ "month": month })).await.json();
        let text = leader.get(&format!("/month?month={month}")).await.text();
        let none = card["statutory"].as_array().unwrap().is_empty();
        assert_eq!(text.contains("本月没有法定期限"), none, "{month}");
        empty += u32::from(none);
    }
    assert!(empty > 0, "every month has a deadline");
    let book = leader.get("/book").await.text();
    let (papers, leaves) = (book.find("打印与导出").unwrap(), book.find("class=\"book\"").unwrap());
    assert!(papers < leaves && !book.contains("后面几页"), "at the head of the book");
    assert!(leader.get("/me").await.text().contains("打印与导出"));
    // Totals of the whole district are the office's to look at.
    let totals = "系统提醒了多少次";
    assert!(!app.sign_in("liaison_b").await.get("/reminders/ways").await.text().contains(totals));
    let mut office = app.sign_in("office").await;
    assert!(office.get("/reminders/ways").await.text().contains(totals));
    assert!(office.get("/board").await.text().contains("href=\"/papers/templates\""));
    let templates = office.get("/papers/templates").await.text();
    assert!(templates.contains("aria-label=\"主菜单\"") && templates.contains("aria-current=\"page\""), "{templates}");
}

#[tokio::test]
async fn a_refused_draft_is_folded_and_can_be_left() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "组织学习一次")]).await;
        let mut leader = app.sign_in("leader_b").await;
        decide(&mut leader, &id, "refuse", &[("reason", "请写明参会人")]).await;
        let today = saved(&mut leader, &[("text", "到窗口蹲点半天")]).await;
        let list = leader.get("/records").await.text();
        let (fold, own) =
            (list.find("未采用和已撤回的代录").unwrap(), list.find(&format!("/records/{today}")).unwrap());
        assert!(own < fold && fold < list.find(&format!("/records/{id}")).unwrap(), "{database:?}");
        let rows = todo(&mut liaison).await["rows"].to_string();
        assert!(rows.contains("改好再提交，或不再提交") && rows.contains(&format!("/records/{id}#decide")), "{rows}");
        assert!(liaison.get(&format!("/records/{id}")).await.text().contains("不再提交"));
        // The head, and another time: refused.
        assert!(decide(&mut leader, &id, "drop", &[]).await.contains("draft="));
        assert_eq!(decide(&mut liaison, &id, "drop", &[]).await, format!("/records/{id}"));
        assert!(decide(&mut liaison, &id, "drop", &[]).await.contains("draft="));
        assert!(!todo(&mut liaison).await["rows"].to_string().contains(&id), "waits for nobody");
        let kept = one(&mut liaison, &id).await;
        assert!(kept["row"]["refused"].as_str().unwrap().ends_with("请写明参会人"), "{kept}");
        // He may still think better of it.
        assert_eq!(decide(&mut liaison, &id, "resend", &[]).await, format!("/records/{id}"));
        assert_eq!(todo(&mut leader).await["to_confirm"], json!([id]));
    }
}
