//! Words of the bodies (H3): drafted for several units, approved or returned by the office, sent once with the quarter's
//! reminder.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{column, marks, planned};
use crate::{
    duties::{done, execute, issued, refused, rows},
    harness::{BOTH, TestApp},
};

const DRAFT: &str = "/oversight/season/draft";
const DECIDE: &str = "/oversight/season/decide";

async fn pick(app: &TestApp, period: i64) -> String {
    let (id, seen) = marks(app, app.district.school_post, "quarter_reminder", period).await;
    format!("{id}.{seen}")
}

async fn send_round(app: &TestApp) -> (bool, String) {
    let mut office = app.sign_in("office").await;
    let round = office.call("/api/reminders/desk", json!({})).await.json()["round"].clone();
    let (year, quarter, seen) = (round["year"].to_string(), round["quarter"].to_string(), round["version"].to_string());
    let fields = [("year", year.as_str()), ("quarter", &quarter), ("seen", &seen), ("do", "send")];
    let reply = crate::duties::send(&mut office, "/reminders/decide", &fields).await;
    let taken = !reply.location().contains("draft=");
    (taken, office.get(&reply.location()).await.text())
}

#[tokio::test]
async fn approved_words_go_out_with_the_one_reminder() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        issued(&app, "区教育局").await;
        app.clock.set_day(parse_iso("2026-03-10").unwrap());
        app.app.services().remind().await.unwrap();
        let mut team = app.sign_in("team").await;
        for (note, words) in [("", "提示内容还没有填写"), ("机密★10年", "不能存入本系统")] {
            let html = refused(&mut team, DRAFT, &[("pick", &pick(&app, 1).await), ("note", note)]).await;
            assert!(html.contains(words), "{database:?} {note}: {html}");
        }
        assert!(refused(&mut team, DRAFT, &[("note", "请准备")]).await.contains("还没有勾选"));
        done(&mut team, DRAFT, &[("pick", &pick(&app, 1).await), ("note", "请补齐第一季度谈话记录")]).await;
        assert_eq!(column(&app, post, "quarter_reminder", 1, "state").await, "drafted", "{database:?}");
        // The body does not approve, and the round waits for the decision.
        refused(&mut team, DECIDE, &[("pick", &pick(&app, 1).await), ("do", "approve")]).await;
        assert!(app.sign_in("office").await.get("/todo").await.text().contains("有 1 份起草的提示待审定"));
        let (taken, html) = send_round(&app).await;
        assert!(!taken && html.contains("还有 1 份"), "{database:?}: {html}");
        let mut office = app.sign_in("office").await;
        let html = refused(&mut office, DECIDE, &[("pick", &pick(&app, 1).await), ("do", "return")]).await;
        assert!(html.contains("退回原因"), "{database:?}: {html}");
        done(&mut office, DECIDE, &[("pick", &pick(&app, 1).await), ("do", "return"), ("why", "请写明是哪几次")]).await;
        assert!(team.get("/todo").await.text().contains("有 1 份提示被退回"), "{database:?}");
        let (id, _) = marks(&app, post, "quarter_reminder", 1).await;
        let html = team.get(&format!("/oversight/season/{id}")).await.text();
        assert!(html.contains("请写明是哪几次") && html.contains("请补齐第一季度谈话记录"), "{database:?}: {html}");
        done(&mut team, DRAFT, &[("pick", &pick(&app, 1).await), ("note", "请补记3月的两次谈话")]).await;
        let approved = pick(&app, 1).await;
        done(&mut office, DECIDE, &[("pick", &approved), ("do", "approve")]).await;
        // Twice, and by two.
        let html = refused(&mut app.sign_in("office2").await, DECIDE, &[("pick", &approved), ("do", "approve")]).await;
        assert!(html.contains("已经审定过"), "{database:?}: {html}");
        let html = refused(&mut team, DRAFT, &[("pick", &approved), ("note", "再改一改")]).await;
        assert!(html.contains("已经审定"), "{database:?}: {html}");
        let (taken, html) = send_round(&app).await;
        assert!(taken, "{database:?}: {html}");
        let told = rows(&app, q("SELECT person_id, note FROM reminders WHERE kind = 'quarter'")).await;
        assert_eq!(told.len(), 1, "{database:?}: one interruption");
        assert_eq!(
            told[0].text("note").unwrap(),
            "区纪委统一提醒，每季度一次。请补记3月的两次谈话。打开本月卡查看。",
            "{database:?}"
        );
        assert_eq!(column(&app, post, "quarter_reminder", 1, "state").await, "done", "{database:?}");
        assert_eq!(column(&app, post, "quarter_reminder", 1, "done_on").await, "2026-03-10");
        let html = refused(&mut team, DRAFT, &[("pick", &pick(&app, 1).await), ("note", "还有一句")]).await;
        assert!(html.contains("已经完成"), "{database:?}: {html}");
    }
}

#[tokio::test]
async fn words_alone_are_a_reminder_and_who_was_taken_out_gets_none() {
    for database in BOTH {
        let app = planned(database).await;
        // Nobody has a list: nothing would be said but the words of the body.
        app.clock.set_day(parse_iso("2026-06-10").unwrap());
        app.app.services().remind().await.unwrap();
        let mut office = app.sign_in("office").await;
        for (login, post) in [("team", app.district.school_post), ("team2", app.district.civil_post)] {
            let (id, seen) = marks(&app, post, "quarter_reminder", 2).await;
            let pick = format!("{id}.{seen}");
            done(&mut app.sign_in(login).await, DRAFT, &[("pick", &pick), ("note", "请准备半年梳理的材料。")]).await;
        }
        let mut picks = Vec::new();
        for post in [app.district.school_post, app.district.civil_post] {
            let (id, seen) = marks(&app, post, "quarter_reminder", 2).await;
            picks.push(format!("{id}.{seen}"));
        }
        // In a batch, all of it or nothing.
        let stale = format!("{}.999", picks[1].split('.').next().unwrap());
        let fields = [("pick", picks[0].as_str()), ("pick", stale.as_str()), ("do", "approve")];
        refused(&mut office, DECIDE, &fields).await;
        assert_eq!(column(&app, app.district.school_post, "quarter_reminder", 2, "state").await, "drafted");
        let fields = [("pick", picks[0].as_str()), ("pick", picks[1].as_str()), ("do", "approve")];
        done(&mut office, DECIDE, &fields).await;
        let (id, seen) = marks(&app, app.district.civil_post, "quarter_reminder", 2).await;
        let fields = [("step", id.as_str()), ("seen", &seen), ("do", "cancel"), ("why", "已当面提醒")];
        done(&mut office, "/oversight/season/act", &fields).await;
        assert!(send_round(&app).await.0, "{database:?}");
        let told = rows(&app, q("SELECT person_id, title, n FROM reminders WHERE kind = 'quarter'")).await;
        assert_eq!(told.len(), 1, "{database:?}");
        assert_eq!(told[0].text("person_id").unwrap(), app.district.person("leader_b").to_string());
        assert_eq!((told[0].text("title").unwrap(), told[0].int("n").unwrap()), ("2026年第二季度履责提醒".into(), 1));
        assert_eq!(column(&app, app.district.civil_post, "quarter_reminder", 2, "ended_why").await, "已当面提醒");
        assert_eq!(column(&app, app.district.town_post, "quarter_reminder", 2, "state").await, "done");
    }
}

#[tokio::test]
async fn a_quarter_without_a_reminder_ends_its_steps() {
    for database in BOTH {
        let app = planned(database).await;
        execute(&app, q("UPDATE terms SET ends_on = '2026-02-28' WHERE post_id = $1").bind(app.district.town_post))
            .await;
        app.clock.set_day(parse_iso("2026-03-02").unwrap());
        app.app.services().keep_seasons().await.unwrap();
        app.app.services().remind().await.unwrap();
        assert!(send_round(&app).await.0, "{database:?}");
        // Nobody is there to be reminded.
        let why = column(&app, app.district.town_post, "quarter_reminder", 1, "ended_why").await;
        assert!(why.contains("岗位空缺"), "{database:?}: {why}");
        app.clock.set_day(parse_iso("2026-06-10").unwrap());
        app.app.services().remind().await.unwrap();
        let mut office = app.sign_in("office").await;
        let round = office.call("/api/reminders/desk", json!({})).await.json()["round"].clone();
        let seen = round["version"].to_string();
        let fields = [("year", "2026"), ("quarter", "2"), ("seen", seen.as_str()), ("do", "skip")];
        done(&mut office, "/reminders/decide", &fields).await;
        let post = app.district.school_post;
        assert_eq!(column(&app, post, "quarter_reminder", 2, "state").await, "cancelled", "{database:?}");
        assert!(column(&app, post, "quarter_reminder", 2, "ended_why").await.contains("本季度不发"));
    }
}

#[tokio::test]
async fn words_that_come_after_the_decision_are_refused_and_not_lost() {
    for database in BOTH {
        let app = planned(database).await;
        issued(&app, "区教育局").await;
        // A Saturday: approved, and waiting for Monday.
        app.clock.set_day(parse_iso("2026-03-07").unwrap());
        app.app.services().remind().await.unwrap();
        assert!(send_round(&app).await.0, "{database:?}");
        let rounds = rows(&app, q("SELECT state FROM reminder_rounds")).await;
        assert_eq!(rounds[0].text("state").unwrap(), "approved", "{database:?}");
        let fields = [("pick", pick(&app, 1).await), ("note", "请补齐第一季度谈话记录".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let mut team = app.sign_in("team").await;
        let html = refused(&mut team, DRAFT, &fields).await;
        assert!(html.contains("不再收提示") && html.contains("请补齐第一季度谈话记录"), "{database:?}: {html}");
        assert_eq!(column(&app, app.district.school_post, "quarter_reminder", 1, "note").await, "", "{database:?}");
        // No page offers what would be refused: the list has no box for it, its own page says why.
        let shown = team.call("/api/season/board", json!({ "year": 2026 })).await.json();
        for row in shown["rows"].as_array().unwrap() {
            let is_first = row["title"] == "第一季度提醒";
            assert_eq!(row["may_draft"], !is_first, "{database:?}: {row}");
        }
        let (id, _) = marks(&app, app.district.school_post, "quarter_reminder", 1).await;
        let own = team.get(&format!("/oversight/season/{id}")).await.text();
        assert!(own.contains("不再收提示") && !own.contains("name=\"note\""), "{database:?}: {own}");
        // Nor is what came back before the decision to be mended.
        let back = q("UPDATE season_steps SET state = 'returned', drafted_by = $1 WHERE id = $2");
        execute(&app, back.bind(app.district.person("team")).bind(&id)).await;
        assert!(!team.get("/todo").await.text().contains("份提示被退回"), "{database:?}");
    }
}
