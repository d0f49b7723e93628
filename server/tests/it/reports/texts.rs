//! The judgements of a report: one form, one save, and nothing that was typed is ever lost or overtaken by an older
//! text.

use serde_json::json;

use super::{boxes, computed, lent, page, saved, step, written};
use crate::{
    duties::{done, refused},
    harness::{BOTH, Client, Database, TestApp},
};

/// What is stored of a part.
async fn text(client: &mut Client, id: &str, part: &str) -> String {
    let found = page(client, id).await;
    let parts = found["parts"].as_array().unwrap();
    parts.iter().find(|p| p["key"] == part).unwrap()["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_save_keeps_every_part() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
        let html = office.get(&format!("/reports/{id}")).await.text();
        assert_eq!(html.matches("action=\"/reports/text\"").count(), 1, "one form of all parts");
        assert!(html.contains("data-outbox=\"reports.text\""), "the drafts of the house keep what is typed");
        saved(&mut office, &id, &[("traits", "特点"), ("problems", "问题")]).await;
        saved(&mut office, &id, &[("overall", "总体"), ("traits", "特点二"), ("problems", "问题")]).await;
        for (part, words) in [("overall", "总体"), ("traits", "特点二"), ("problems", "问题"), ("advice", "")] {
            assert_eq!(text(&mut office, &id, part).await, words, "{database:?}");
        }
    }
}

#[tokio::test]
async fn what_goes_for_approval_is_what_stands_in_the_boxes() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
        let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
        // Something is still missing: saved, not sent, and said which.
        let mut fields = boxes(&mut office, &id, &[("traits", "第一稿")]).await;
        fields.push(("then".to_owned(), "ask".to_owned()));
        let place = done(&mut office, "/reports/text", &lent(&fields)).await;
        assert!(place.contains("done=unready"), "{place}");
        let html = office.get(&place).await.text();
        assert!(html.contains("文字已保存，还没有送审") && html.contains("总体情况"), "{html}");
        assert_eq!(text(&mut office, &id, "traits").await, "第一稿");
        written(&mut office, &id, "第一稿").await;
        step(&mut office, &id, "ask", &[]).await;
        step(&mut deputy, &id, "return", &[("reason", "特点写具体")]).await;
        // One part is edited, and the button of 送审 pressed: the new text goes.
        let mut fields = boxes(&mut office, &id, &[("traits", "写具体的特点")]).await;
        fields.push(("then".to_owned(), "ask".to_owned()));
        let place = done(&mut office, "/reports/text", &lent(&fields)).await;
        assert!(place.contains("done=asked"), "{place}");
        assert!(office.get(&place).await.text().contains("已保存并送分管副书记审核"));
        assert_eq!(text(&mut deputy, &id, "traits").await, "写具体的特点", "{database:?}");
        assert_eq!(page(&mut deputy, &id).await["state"], "asked");
    }
}

#[tokio::test]
async fn facts_are_computed_anew_after_the_texts_are_saved() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
    let mut fields = boxes(&mut office, &id, &[("traits", "更新前写的")]).await;
    fields.push(("then".to_owned(), "refresh".to_owned()));
    done(&mut office, "/reports/text", &lent(&fields)).await;
    assert_eq!(text(&mut office, &id, "traits").await, "更新前写的");
    app.app.services().work_on_reports().await.unwrap();
    let found = page(&mut office, &id).await;
    assert_eq!(found["editions"].as_array().unwrap().len(), 2);
    assert!(found["course"].to_string().contains("更新事实"), "{found}");
    // The edition that was left has the text that was its last.
    let compared = office.call("/api/reports/compare", json!({ "id": id })).await.json();
    assert_eq!(compared["parts"].as_array().unwrap().len(), 0, "{compared}");
    let html = office.get(&format!("/reports/{id}/compare")).await.text();
    assert!(html.contains("最后保存的文字"), "it is said what is compared: {html}");
}

#[tokio::test]
async fn two_editors_meet_in_one_part_only() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut one, mut two) = (app.sign_in("office").await, app.sign_in("office2").await);
    let id = computed(&app, &mut one, "half_year", "district", "2026-h2").await;
    // Both opened the page before either saved.
    let first = boxes(&mut one, &id, &[("traits", "第一人写的特点"), ("problems", "")]).await;
    let second = boxes(&mut two, &id, &[("traits", ""), ("problems", "第二人写的问题")]).await;
    let mut third = boxes(&mut two, &id, &[("traits", "第二人写的特点"), ("advice", "第二人写的建议")]).await;
    done(&mut one, "/reports/text", &lent(&first)).await;
    done(&mut two, "/reports/text", &lent(&second)).await;
    assert_eq!(text(&mut one, &id, "traits").await, "第一人写的特点", "an empty box writes over nobody");
    assert_eq!(text(&mut one, &id, "problems").await, "第二人写的问题");
    let back = refused(&mut two, "/reports/text", &lent(&third)).await;
    assert!(back.contains("“主要特点”刚刚被别人改过") && back.contains("第一人写的特点"), "{back}");
    assert!(back.contains("第二人写的特点") && back.contains("第二人写的建议"), "nothing typed is lost: {back}");
    assert_eq!(text(&mut one, &id, "advice").await, "", "refused as a whole");
    // Sent on to 审核 with a part that the sender never read: saved, and not sent.
    third.retain(|(name, _)| !name.ends_with(".traits"));
    third.extend(first.iter().filter(|(name, _)| name.starts_with("seen.traits")).cloned());
    third.push(("text.traits".to_owned(), String::new()));
    third.push(("then".to_owned(), "ask".to_owned()));
    let place = done(&mut two, "/reports/text", &lent(&third)).await;
    assert!(place.contains("done=moved"), "{place}");
    assert!(two.get(&place).await.text().contains("别人刚刚改过其中的文字"));
    assert_eq!(page(&mut one, &id).await["state"], "draft");
    assert_eq!(text(&mut one, &id, "advice").await, "第二人写的建议");
    // Having seen both, the second writes over it.
    saved(&mut two, &id, &[("traits", "两人商量后的特点")]).await;
    assert_eq!(text(&mut one, &id, "traits").await, "两人商量后的特点");
    let found = page(&mut one, &id).await;
    let part = found["parts"].as_array().unwrap().iter().find(|p| p["key"] == "traits").unwrap();
    assert!(part["saved"].as_str().unwrap().contains("陶文博"));
    // What must not enter is kept out here, too.
    let id_card = boxes(&mut one, &id, &[("overall", "身份证号 11010519491231002X")]).await;
    assert!(refused(&mut one, "/reports/text", &lent(&id_card)).await.contains("身份证号"));
    // A form that is none of the page.
    let report = ("report", id.as_str());
    for bad in [vec![report], vec![report, ("text.traits", "x"), ("seen.traits", "1")]] {
        refused(&mut one, "/reports/text", &bad).await;
    }
}

#[tokio::test]
async fn every_step_says_what_it_did_and_who_took_it() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
    written(&mut office, &id, "第一稿").await;
    let place = step(&mut office, &id, "ask", &[]).await;
    assert!(office.get(&place).await.text().contains("送分管副书记审核"));
    app.clock.advance_ms(60_000);
    let place = step(&mut deputy, &id, "return", &[("reason", "问题写得不够具体")]).await;
    assert!(deputy.get(&place).await.text().contains("已退回修改"));
    app.clock.advance_ms(60_000);
    step(&mut office, &id, "ask", &[]).await;
    app.clock.advance_ms(60_000);
    let place = step(&mut deputy, &id, "approve", &[("reason", "同意")]).await;
    assert!(deputy.get(&place).await.text().contains("已审核通过"));
    let found = page(&mut office, &id).await;
    let course: Vec<&str> = found["course"].as_array().unwrap().iter().filter_map(|line| line.as_str()).collect();
    let who = |login: &str| if login == "office" { found["writer"].as_str().unwrap() } else { "" };
    let writer = who("office").split('　').next().unwrap();
    let told: Vec<bool> = [
        ("起草", writer, ""),
        ("送审", writer, "第1稿"),
        ("退回修改", "", "问题写得不够具体"),
        ("送审", writer, "第2稿"),
        ("审核通过", "", "同意"),
    ]
    .iter()
    .zip(&course)
    .map(|((what, who, why), line)| line.contains(what) && line.contains(who) && line.contains(why))
    .collect();
    assert_eq!((told, course.len()), (vec![true; 5], 5), "{course:?}");
    assert!(!course[2].contains(writer), "sent back by the 分管副书记: {}", course[2]);
    let editions = found["editions"].to_string();
    assert!(editions.contains("退回后修改") && !editions.contains(&format!("{writer}退回")), "{editions}");
}
