//! From a new report to its filing, and what stays when a source is corrected afterwards.

use serde_json::{Value, json};
use server::storage::q;

use super::{a_year, block, boxes, computed, count, lent, line, not, page, saved, step, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, Client, Database, TestApp},
    reviews::sealed::sealed,
};

async fn filed_for(app: &TestApp, id: &str, readers: &[&str]) {
    let mut office = app.sign_in("office").await;
    written(&mut office, id, "由人写的判断").await;
    step(&mut office, id, "ask", &[]).await;
    step(&mut app.sign_in("deputy").await, id, "approve", &[]).await;
    let people: Vec<String> = readers.iter().map(|login| app.district.person(login).to_string()).collect();
    let chosen: Vec<(&str, &str)> = people.iter().map(|person| ("reader", person.as_str())).collect();
    step(&mut office, id, "file", &chosen).await;
}

#[tokio::test]
async fn facts_carry_their_sources_and_judgements_are_people_s() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (reading, _) = a_year(&app).await;
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        app.clock.advance_ms(60_000);
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        let found = page(&mut office, &id).await;
        assert_eq!(found["title"], "区教育局2026年下半年梳理情况报告");
        assert_eq!(found["progress"]["job"], "done");
        assert_eq!(line(&found, "receipts", "signed"), " 1 份");
        assert_eq!(line(&found, "items", "done"), " 1 条", "{found}");
        let held = block(&found, "inspections");
        assert_eq!(line(&found, "inspections", "wanting"), " 1 处");
        assert_eq!(held["rows"][0]["link"], format!("/oversight/{reading}"));
        // The words of a remark are about the leader's book and stay with the reading.
        assert!(!found.to_string().contains("补充会议记录"));
        for block in found["facts"].as_array().unwrap() {
            assert!(block["at"].as_i64().unwrap() > 0);
            let nothing = block["lines"].as_array().unwrap().is_empty() && block["rows"].as_array().unwrap().is_empty();
            assert_eq!(nothing, !block["empty"].as_str().unwrap().is_empty(), "explained where empty: {block}");
        }
        assert!(block(&found, "talks")["empty"].as_str().unwrap().contains("没有数据"));
        // Nothing is filled in beforehand where people judge.
        for part in found["parts"].as_array().unwrap() {
            assert_eq!((part["text"].as_str(), part["typed"].as_str()), (Some(""), Some("")));
        }
        let html = office.get(&format!("/reports/{id}")).await.text();
        assert!(html.contains(&format!("/oversight/{reading}")) && html.contains("由人填写，系统不代写"), "{html}");
        // The paper of the draft says that it is one.
        let paper = office.get(&format!("/documents/report/{id}/print")).await.text();
        assert!(paper.contains("起草中") && paper.contains("（待填写）"), "{paper}");
        assert_eq!(office.get(&format!("/documents/report/{id}/docx")).await.status, 200);
    }
}

#[tokio::test]
async fn approved_by_another_hand_then_filed_for_readers() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
        let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
        assert!(not(&app, &mut office, &id, "ask", &[]).await.contains("还没有填写"));
        written(&mut office, &id, "第一稿").await;
        assert!(not(&app, &mut deputy, &id, "approve", &[]).await.contains("没有送审"));
        step(&mut office, &id, "ask", &[]).await;
        // Not by whoever wrote it, and not without a word of why.
        assert!(not(&app, &mut office, &id, "approve", &[]).await.contains("没有办理这件事的权限"));
        assert!(deputy.get("/todo").await.text().contains("请审核"));
        assert!(not(&app, &mut deputy, &id, "return", &[("reason", "")]).await.contains("退回原因还没有填写"));
        let fields = boxes(&mut office, &id, &[("traits", "送审后改")]).await;
        let back = refused(&mut office, "/reports/text", &lent(&fields)).await;
        assert!(back.contains("待审核") && back.contains("送审后改"), "nothing typed is lost: {back}");
        step(&mut deputy, &id, "return", &[("reason", "问题写得不够具体")]).await;
        assert!(page(&mut office, &id).await["returned"].as_str().unwrap().contains("不够具体"));
        assert!(office.get("/todo").await.text().contains("退回修改"));
        written(&mut office, &id, "第二稿").await;
        let compared = office.call("/api/reports/compare", json!({ "id": id })).await.json();
        assert_eq!((compared["from"].as_i64(), compared["to"].as_i64()), (Some(1), Some(2)));
        assert!(compared["parts"].to_string().contains("removed") && compared["facts"].as_array().unwrap().is_empty());
        step(&mut office, &id, "ask", &[]).await;
        step(&mut deputy, &id, "approve", &[]).await;
        // A mistake that is found before it is filed does not stay for ever.
        assert!(not(&app, &mut deputy, &id, "approve", &[]).await.contains("没有重复审核"));
        assert!(deputy.get(&format!("/reports/{id}")).await.text().contains("归档前退回"));
        assert!(
            not(&app, &mut office, &id, "return", &[("reason", "来源更正")]).await.contains("没有办理这件事的权限")
        );
        step(&mut deputy, &id, "return", &[("reason", "来源更正了，请重新取数")]).await;
        let back = page(&mut office, &id).await;
        assert_eq!((back["state"].as_str(), back["approved"].as_str()), (Some("draft"), Some("")), "{back}");
        step(&mut office, &id, "ask", &[]).await;
        step(&mut deputy, &id, "approve", &[]).await;
        assert!(not(&app, &mut office, &id, "file", &[]).await.contains("还没有选阅读人员"));
        let outsider = app.district.person("leader_b").to_string();
        assert!(not(&app, &mut office, &id, "file", &[("reader", &outsider)]).await.contains("不在可选范围"));
        let reader = app.district.person("secretary").to_string();
        let place = step(&mut office, &id, "file", &[("reader", &reader)]).await;
        assert_eq!(place, format!("/reports/{id}?done=filed"));
        // 限阅: whom it was filed for, who wrote, approved and filed it, and nobody else.
        for login in ["team", "general", "leader_b", "sysadmin"] {
            let mut other = app.sign_in(login).await;
            assert_eq!(other.call("/api/reports/one", json!({ "id": id })).await.status, 404, "{login}");
            assert_eq!(other.get(&format!("/documents/report/{id}/docx")).await.status, 404, "{login}");
            assert!(!other.get("/reports").await.text().contains(&id), "{login}");
        }
        for login in ["office", "deputy"] {
            let mut own = app.sign_in(login).await;
            assert_eq!(page(&mut own, &id).await["closed"], false, "{login}");
        }
        let mut secretary = app.sign_in("secretary").await;
        let opened = page(&mut secretary, &id).await;
        assert_eq!((opened["state"].as_str(), opened["hash_holds"].as_bool()), (Some("filed"), Some(true)));
        assert_eq!(secretary.get(&format!("/documents/report/{id}/docx")).await.status, 200);
        // Opened is written down, once an hour.
        page(&mut secretary, &id).await;
        let opened = q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reports.opened'");
        assert_eq!(count(&app, opened).await, 3, "{database:?}: the three who opened it");
    }
}

async fn facts(client: &mut Client, id: &str) -> Value {
    page(client, id).await["facts"].clone()
}

#[tokio::test]
async fn a_source_corrected_later_is_said_and_the_numbers_stay() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (reading, remark) = a_year(&app).await;
        app.clock.advance_ms(60_000);
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        filed_for(&app, &id, &["secretary", "office"]).await;
        let before = facts(&mut office, &id).await;
        assert_eq!(page(&mut office, &id).await["drift"].as_array().unwrap().len(), 0);
        // What goes on by itself is no correction: another remark, a day later.
        app.clock.advance_ms(3_600_000);
        let post = q("SELECT duty_id FROM leader_items WHERE code = '3.3'");
        let duty = rows(&app, post).await[0].text("duty_id").unwrap();
        let more = [("inspection", reading.as_str()), ("duty", &duty), ("kind", "wanting"), ("text", "补充签到")];
        done(&mut office, "/oversight/remark", &more).await;
        assert_eq!(page(&mut office, &id).await["drift"].as_array().unwrap().len(), 0);
        // The remark that was counted is taken back.
        let back = [
            ("inspection", reading.as_str()),
            ("remark", &remark),
            ("seen", "0"),
            ("do", "retract"),
            ("words", "填错了"),
        ];
        done(&mut office, "/oversight/remark/step", &back).await;
        let found = page(&mut office, &id).await;
        let drift = found["drift"].as_array().unwrap();
        assert!(!drift.is_empty(), "{found}");
        assert!(drift.iter().any(|d| d["link"] == format!("/oversight/{reading}")), "{drift:?}");
        assert!(drift.iter().any(|d| d["before"] == " 1 处" && d["after"] == " 0 处"), "{drift:?}");
        assert_eq!(found["facts"], before, "what was filed stays");
        assert_eq!(found["hash_holds"], true);
        let html = office.get(&format!("/reports/{id}")).await.text();
        assert!(html.contains("来源在归档后有更正"), "{html}");
        // Filed is the end.
        assert!(not(&app, &mut office, &id, "refresh", &[]).await.contains("已经限阅归档"));
        assert!(not(&app, &mut office, &id, "cancel", &[]).await.contains("已经限阅归档"));
        let reader = app.district.person("office").to_string();
        assert!(not(&app, &mut office, &id, "file", &[("reader", &reader)]).await.contains("没有重复归档"));
    }
}

#[tokio::test]
async fn a_change_of_what_was_filed_is_seen() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
    filed_for(&app, &id, &["office"]).await;
    assert_eq!(page(&mut office, &id).await["hash_holds"], true);
    crate::duties::execute(&app, q("UPDATE report_texts SET text = '另一句话' WHERE part = 'advice'")).await;
    assert_eq!(page(&mut office, &id).await["hash_holds"], false);
    assert!(office.get(&format!("/reports/{id}")).await.text().contains("内容与归档时不一致"));
}

#[tokio::test]
async fn a_grade_is_shown_to_whom_it_is_for() {
    let app = TestApp::new(Database::Sqlite).await;
    sealed(&app).await;
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "year_end", "district", "2026").await;
    let found = page(&mut office, &id).await;
    let grade = block(&found, "reviews")["rows"][0]["cells"][3].as_str().unwrap().to_owned();
    assert!(!grade.starts_with("已评议"), "{grade}");
    filed(&app, &mut office, &id).await;
    // The body that supervises the school reads its 等次, another one only that there was a review.
    for (login, sees) in [("secretary", true), ("team", true), ("team2", false), ("general", false)] {
        let mut reader = app.sign_in(login).await;
        let shown = page(&mut reader, &id).await;
        let rows = block(&shown, "reviews")["rows"].clone();
        let school = rows.as_array().unwrap().iter().find(|r| r["cells"][0] == "区教育局").unwrap().clone();
        assert_eq!(school["cells"][3] != "已评议（2026年）", sees, "{login}: {school}");
        let paper = reader.get(&format!("/documents/report/{id}/page")).await.text();
        assert_eq!(paper.contains("已评议（2026年）"), login != "secretary", "{login}");
    }
}

async fn filed(app: &TestApp, office: &mut Client, id: &str) {
    let texts = ["overall", "traits", "problems", "causes", "advice"].map(|part| (part, "判断"));
    saved(office, id, &texts).await;
    step(office, id, "ask", &[]).await;
    step(&mut app.sign_in("deputy").await, id, "approve", &[]).await;
    let people = ["secretary", "team", "team2", "general"].map(|login| app.district.person(login).to_string());
    let readers: Vec<(&str, &str)> = people.iter().map(|person| ("reader", person.as_str())).collect();
    step(office, id, "file", &readers).await;
}

/// 一级抓一级: the office reads how the items of a list handed down stand, not what they say.
#[tokio::test]
async fn items_of_a_list_handed_down_stay_below() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        app.clock.advance_ms(60_000);
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        let open = page(&mut office, &id).await;
        let named = block(&open, "colours")["rows"].as_array().unwrap().clone();
        assert!(!named.is_empty() && named[0]["cells"][1] != "下级清单条目", "{database:?}: {open}");
        let parent = q("UPDATE leader_lists SET from_unit_id = $1").bind(app.district.leading);
        crate::duties::execute(&app, parent).await;
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        let masked = page(&mut office, &id).await;
        let masked = block(&masked, "colours")["rows"].as_array().unwrap().clone();
        assert_eq!(masked.len(), named.len(), "{database:?}: states go up");
        for (row, before) in masked.iter().zip(&named) {
            assert_eq!((&row["cells"][1], &row["cells"][4]), (&"下级清单条目".into(), &"".into()), "{database:?}");
            assert_eq!(row["cells"][2], before["cells"][2], "{database:?}");
        }
    }
}
