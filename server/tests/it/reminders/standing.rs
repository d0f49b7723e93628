//! What stands in 待办 and on the card, however much has come since.

use chrono::{Datelike as _, Days};
use domain::time::iso;
use serde_json::json;
use server::storage::q;

use super::todos;
use crate::{
    duties::{self, command, done, execute, rows},
    harness::{BOTH, TestApp},
    reviews::sealed::{handed_item, sealed},
};

#[tokio::test]
async fn an_urge_stands_behind_any_number_of_newer_digests() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let item = handed_item(&app).await;
        let mut due = rows(&app, q("SELECT due_on FROM items")).await[0].day("due_on").unwrap();
        while due.weekday().num_days_from_monday() > 4 {
            due = due - Days::new(1);
        }
        app.clock.set_day(due);
        let fields = [("subject", "item"), ("id", item.as_str())];
        done(&mut app.sign_in("team").await, "/reminders/urge", &fields).await;
        for n in 0..45_u32 {
            let day = due - Days::new(n.into());
            let digest =
                q("INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link)
                            SELECT $1, id, $2, 'digest', $3, $3, $4, 1, '近期到期', '', '/month' FROM districts");
            let of = app.district.person("liaison_b");
            execute(&app, digest.bind(command()).bind(of).bind(iso(day)).bind(9_000_000_000_000_i64 - i64::from(n)))
                .await;
        }
        let seen = todos(&app, "liaison_b").await;
        assert!(seen.contains("请跟进：整改"), "{seen}");
        assert_eq!(seen.matches("近期到期").count(), 1, "the newest says it all: {seen}");
        // Put off: what was urged is another deadline.
        execute(&app, q("UPDATE items SET due_on = '2027-06-30'")).await;
        assert!(!todos(&app, "liaison_b").await.contains("请跟进"));
    }
}

#[tokio::test]
async fn a_report_is_what_the_list_asks_a_report_for() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let due =
            q("SELECT duty_id FROM occurrences WHERE post_id = $1 AND due_on LIKE '2026-12-%' AND state = 'open'");
        let duty = rows(&app, due.bind(app.district.school_post)).await[0].text("duty_id").unwrap();
        for (evidence, text, listed) in
            [("meeting,paper", "听取某项工作报告", false), ("paper,report", "按要求提交总结", true)]
        {
            let ask = q("UPDATE leader_items SET hard = 1, evidence = $1, text = $2 WHERE duty_id = $3");
            execute(&app, ask.bind(evidence).bind(text).bind(&duty)).await;
            let card = leader.call("/api/reminders/month", json!({ "year": 2026, "month": 12 })).await;
            assert_eq!(card.status, 200, "{}", card.text());
            let statutory = card.json()["statutory"].to_string();
            assert_eq!(statutory.contains(text), listed, "{statutory}");
        }
    }
}

#[tokio::test]
async fn what_was_recorded_late_waits_on_the_card_and_in_the_calendar_as_on_the_board() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        execute(&app, q("UPDATE leader_items SET hard = 1 WHERE code = '6.3'")).await;
        let mut leader = app.sign_in("leader_b").await;
        let find = q("SELECT duty_id FROM leader_items WHERE code = '6.3'");
        let duty = rows(&app, find).await[0].text("duty_id").unwrap();
        // Three quarters are over: each is recorded now, after its last day.
        for day in ["2026-03-20", "2026-06-20", "2026-09-28"] {
            let fields = [("text", "与三名干部谈心"), ("event_on", day), ("duty", &duty)];
            crate::records::saved(&mut leader, &fields).await;
        }
        let of = q("SELECT tone FROM colours WHERE post_id = $1 AND duty_id = $2");
        let of = || of.clone().bind(app.district.school_post).bind(&duty);
        assert_eq!(rows(&app, of()).await[0].text("tone").unwrap(), "pending", "{database:?}");
        let card = leader.call("/api/reminders/month", json!({ "year": 2026, "month": 9 })).await.json();
        let line = card["lines"].as_array().unwrap().iter().find(|line| line["code"] == "6.3").unwrap().clone();
        assert_eq!((&line["done"], &line["state"]), (&json!(true), &json!(["pending", "已补记，待核"])), "{line}");
        let html = leader.get("/month?year=2026&month=9").await.text();
        assert!(html.contains("已补记，待核") && !html.contains("项已落实"), "{database:?} {html}");
        let calendar = leader.get("/book/calendar?year=2026").await.text();
        let september = calendar.split("id=\"m9\"").nth(1).unwrap().split("id=\"m10\"").next().unwrap();
        assert!(september.contains("已补记，待核") && !september.contains("已落实"), "{database:?} {september}");
        let leaf = leader.get("/book?year=2026&at=months-2").await.text();
        assert!(leaf.contains("◇已补记，待核 6.3"), "{database:?} {leaf}");
        let paper = leader.get(&format!("/documents/book/{}/2026/page", app.district.school_post)).await.text();
        let months = paper.split("履职月历").nth(1).unwrap().split("谈心谈话要素梳理").next().unwrap();
        assert!(months.contains("已补记，待核"), "{database:?} {months}");
        // Checked: green everywhere.
        execute(&app, q("UPDATE colours SET tone = 'ok', word = '正常'")).await;
        let html = leader.get("/month?year=2026&month=9").await.text();
        assert!(html.contains("1 项已落实") && !html.contains("待核"), "{database:?} {html}");
    }
}
