//! The plan that makes itself, and the board that shows it: to the office all of it, to a body its own.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::{random, storage::q};

use super::{column, night, planned};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

async fn page(app: &TestApp, login: &str, form: Value) -> Value {
    let reply = app.sign_in(login).await.call("/api/season/board", form).await;
    assert_eq!(reply.status, 200, "{login}: {}", reply.text());
    reply.json()
}

fn units(page: &Value) -> Vec<String> {
    let mut all: Vec<String> =
        page["rows"].as_array().unwrap().iter().map(|row| row["unit"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

#[tokio::test]
async fn the_plan_is_made_once_and_given_to_whoever_watches() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        execute(&app, q("UPDATE districts SET enabled_on = NULL")).await;
        assert_eq!(night(&app, "2026-01-05").await, 0, "nothing has begun");
        execute(&app, q("UPDATE districts SET enabled_on = '2026-04-01'")).await;
        assert!(night(&app, "2026-01-06").await > 0);
        assert_eq!(night(&app, "2026-01-06").await, 0, "{database:?}: nothing twice");
        let first = rows(&app, q("SELECT MIN(due_on) AS day FROM season_steps")).await[0].text("day").unwrap();
        assert_eq!(first, "2026-06-25", "nothing before the first day");
        let body = column(&app, app.district.school_post, "year_end", 1, "body_id").await;
        assert_eq!(body, app.district.team.to_string());
        assert_eq!(column(&app, app.district.town_post, "year_end", 1, "body_id").await, "");
        let found = q("SELECT kind FROM season_steps WHERE post_id = $1 AND kind = 'quarter_reminder'");
        assert!(rows(&app, found.bind(app.district.leading_post)).await.is_empty(), "{database:?}");

        // The office sees the whole plan but that of the 区委书记, a body its own, a unit nothing.
        let office = page(&app, "office", json!({ "year": 2026 })).await;
        assert_eq!(units(&office), ["东湖街道", "区教育局", "区民政局"], "{database:?}");
        assert_eq!(office["unassigned"], json!(["东湖街道"]), "{database:?}");
        let html = app.sign_in("office").await.get("/oversight/season").await.text();
        assert!(html.contains("还没有派驻组或联系室归口监督") && html.contains("href=\"/people/map\""), "{html}");
        assert_eq!(units(&page(&app, "team", json!({})).await), ["区教育局"], "{database:?}");
        assert_eq!(units(&page(&app, "team2", json!({})).await), ["区民政局"], "{database:?}");
        let all = page(&app, "secretary", json!({ "year": 2026 })).await;
        assert!(units(&all).contains(&"滨海示范区委".to_owned()), "{database:?}");
        for login in ["leader_b", "liaison_b", "member_a", "sysadmin", "audit", "general"] {
            let reply = app.sign_in(login).await.call("/api/season/board", json!({})).await;
            assert!(reply.status >= 400, "{database:?} {login}");
        }
        // The 归口表 gives the town a body at once.
        let seen = rows(&app, q("SELECT version FROM units WHERE id = $1").bind(app.district.town)).await[0]
            .int("version")
            .unwrap()
            .to_string();
        let (unit, team) = (app.district.town.to_string(), app.district.team.to_string());
        let fields = [("unit", unit.as_str()), ("seen", &seen), ("team", &team)];
        done(&mut app.sign_in("office").await, "/people/map/save", &fields).await;
        assert_eq!(column(&app, app.district.town_post, "year_end", 1, "body_id").await, team, "{database:?}");
    }
}

#[tokio::test]
async fn filters_the_month_and_the_file_show_the_same_plan() {
    for database in BOTH {
        let app = planned(database).await;
        let team = app.district.team.to_string();
        let n = |page: &Value| page["rows"].as_array().unwrap().len();
        assert_eq!(n(&page(&app, "office", json!({ "body": team })).await), 6, "{database:?}");
        assert_eq!(n(&page(&app, "office", json!({ "body": "none" })).await), 6);
        assert_eq!(n(&page(&app, "office", json!({ "kind": "mid_year" })).await), 3);
        // On 5 January all that is open is still to come; nothing was done on any day.
        assert_eq!(n(&page(&app, "office", json!({ "state": "coming" })).await), 18);
        assert_eq!(n(&page(&app, "office", json!({ "done_on": "2026-07-15", "state": "done" })).await), 0);
        assert_eq!(n(&page(&app, "office", json!({ "month": 12, "state": "open" })).await), 6);
        assert_eq!(n(&page(&app, "office", json!({ "day": "2026-07-15" })).await), 3);
        assert_eq!(n(&page(&app, "office", json!({ "state": "done" })).await), 0);
        let month = page(&app, "office", json!({ "view": "month", "month": 7 })).await;
        assert_eq!(month["marks"][0]["n"], 3, "{month}");
        let mut office = app.sign_in("office").await;
        let html = office.get("/oversight/season?year=2026&view=month&month=7").await.text();
        assert!(html.contains("2026年7月") && html.contains("3 项，未完成 3"), "{database:?}: {html}");
        let file = office.get("/oversight/season/export?year=2026&kind=mid_year&body=").await;
        assert_eq!(file.status, 200, "{}", file.text());
        assert!(file.body.starts_with(b"PK"), "{database:?}");
        assert!(app.sign_in("leader_b").await.get("/oversight/season/export").await.status >= 400);
        // Late: the body's own line, and never the unit's colour.
        app.clock.set_day(parse_iso("2026-07-16").unwrap());
        let late = page(&app, "team", json!({ "state": "late", "kind": "mid_year" })).await;
        assert_eq!(late["rows"][0]["word"], "▲ 派驻第一纪检监察组待完成", "{late}");
        let summary = late["summary"].to_string();
        assert!(summary.contains("有超期") && summary.contains("其中 1 项超过期限"), "{summary}");
        // Two reminders that were not sent are the office's own delay.
        let reminders = page(&app, "office", json!({ "state": "late", "kind": "quarter_reminder" })).await;
        assert_eq!(reminders["rows"][0]["word"], "▲ 党风政风监督室待完成", "{reminders}");
    }
}

#[tokio::test]
async fn a_vacancy_pauses_and_gives_time_afterwards() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        execute(&app, q("UPDATE terms SET ends_on = '2026-06-30' WHERE post_id = $1").bind(post)).await;
        night(&app, "2026-07-01").await;
        assert_eq!(column(&app, post, "mid_year", 1, "paused_on").await, "2026-07-01", "{database:?}");
        night(&app, "2026-07-20").await;
        assert_eq!(page(&app, "team", json!({ "state": "late", "kind": "mid_year" })).await["total"], 0);
        let html = app.sign_in("team").await.get("/oversight/season?kind=mid_year").await.text();
        assert!(html.contains("岗位空缺，暂停"), "{database:?}: {html}");
        let new = q(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-08-10')",
        );
        let id = random::id(domain::time::Instant(11)).to_string();
        let person = app.district.person("member_a");
        execute(&app, new.bind(id).bind(app.district.id).bind(post).bind(person)).await;
        night(&app, "2026-08-10").await;
        // Twenty working days, the day of arrival the first.
        assert_eq!(column(&app, post, "mid_year", 1, "due_on").await, "2026-09-04", "{database:?}");
        assert_eq!(column(&app, post, "mid_year", 1, "paused_on").await, "");
        assert_eq!(column(&app, post, "year_end", 1, "due_on").await, "2026-12-18");
        assert_eq!(night(&app, "2026-08-10").await, 0, "{database:?}");
        // The unit ends: what is open ends with it.
        execute(&app, q("UPDATE units SET ends_on = '2026-10-31' WHERE id = $1").bind(app.district.school)).await;
        night(&app, "2026-10-31").await;
        assert_eq!(column(&app, post, "year_end", 1, "state").await, "planned");
        night(&app, "2026-11-01").await;
        assert_eq!(column(&app, post, "year_end", 1, "state").await, "cancelled", "{database:?}");
    }
}

#[tokio::test]
async fn a_head_who_is_entered_late_makes_no_delay_of_the_bodys() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        execute(&app, q("UPDATE terms SET ends_on = '2026-06-30' WHERE post_id = $1").bind(post)).await;
        night(&app, "2026-07-01").await;
        // He arrived before the due day of 15 July, and was entered after it.
        let new = q(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-07-10')",
        );
        let id = random::id(domain::time::Instant(12)).to_string();
        let person = app.district.person("member_a");
        execute(&app, new.bind(id).bind(app.district.id).bind(post).bind(person)).await;
        night(&app, "2026-07-20").await;
        assert_eq!(column(&app, post, "mid_year", 1, "paused_on").await, "", "{database:?}");
        assert_eq!(column(&app, post, "mid_year", 1, "due_on").await, "2026-08-14", "{database:?}");
    }
}

#[tokio::test]
async fn the_days_of_the_plan_are_the_offices() {
    for database in BOTH {
        let app = planned(database).await;
        let fields = |day: &'static str, seen: &'static str| {
            [
                ("seen", seen),
                ("reminder_day", "20"),
                ("mid_month", "7"),
                ("mid_day", day),
                ("end_month", "12"),
                ("end_day", "11"),
                ("resume_days", "10"),
            ]
        };
        let path = "/oversight/season/days";
        let mut office = app.sign_in("office").await;
        for (day, words) in [("三十", "整数"), ("40", "半年梳理的期限")] {
            let html = refused(&mut office, path, &fields(day, "0")).await;
            assert!(html.contains(words), "{database:?} {day}: {html}");
        }
        for login in ["team", "deputy", "sysadmin", "leader_b"] {
            refused(&mut app.sign_in(login).await, path, &fields("10", "0")).await;
        }
        done(&mut office, path, &fields("11", "0")).await;
        let post = app.district.school_post;
        // 11 July is a Saturday.
        assert_eq!(column(&app, post, "mid_year", 1, "due_on").await, "2026-07-10", "{database:?}");
        assert_eq!(column(&app, post, "year_end", 1, "due_on").await, "2026-12-11");
        assert_eq!(column(&app, post, "quarter_reminder", 1, "due_on").await, "2026-03-20");
        let html = refused(&mut app.sign_in("office2").await, path, &fields("13", "0")).await;
        assert!(html.contains("刚刚被别人改过"), "{database:?}: {html}");
    }
}
