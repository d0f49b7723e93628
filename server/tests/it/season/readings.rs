//! A reading does the step that it was registered for: linked when it is registered, free again when it is taken back,
//! done when both signed.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{column, night, planned, step};
use crate::{
    duties::{done, execute, issued, rows},
    harness::{BOTH, TestApp},
};

/// Registers a reading of the school's book for `purpose` on the clock's day; its id.
async fn registered(app: &TestApp, purpose: &str) -> String {
    let (post, reader) = (app.district.school_post.to_string(), app.district.person("team").to_string());
    let today = domain::time::iso(app.app.services().today());
    let fields = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", purpose),
        ("from", &today),
        ("to", &today),
        ("reader", &reader),
        ("share", "50"),
        ("sure", "1"),
    ];
    done(&mut app.sign_in("team").await, "/oversight/register", &fields).await;
    let find = q("SELECT id FROM inspections ORDER BY announced_at DESC, id DESC LIMIT 1");
    rows(app, find).await[0].text("id").unwrap()
}

async fn reading(app: &TestApp, login: &str, id: &str, what: &str, more: &[(&str, &str)]) {
    let mut client = app.sign_in(login).await;
    let seen = client.call("/api/oversight/one", json!({ "id": id })).await.json()["version"].to_string();
    let mut fields = vec![("inspection", id), ("seen", seen.as_str()), ("do", what)];
    fields.extend_from_slice(more);
    done(&mut client, "/oversight/step", &fields).await;
}

#[tokio::test]
async fn both_signatures_complete_the_step() {
    for database in BOTH {
        let app = planned(database).await;
        let post = app.district.school_post;
        issued(&app, "区教育局").await;
        app.clock.set_day(parse_iso("2026-07-06").unwrap());
        // A daily one does nothing.
        let daily = registered(&app, "daily").await;
        assert_eq!(column(&app, post, "mid_year", 1, "inspection_id").await, "", "{database:?}");
        reading(&app, "team", &daily, "withdraw", &[("words", "改期")]).await;
        app.clock.advance_ms(1_000);
        let first = registered(&app, "half_year").await;
        assert_eq!(column(&app, post, "mid_year", 1, "inspection_id").await, first, "{database:?}");
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "underway");
        reading(&app, "team", &first, "withdraw", &[("words", "改期")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "inspection_id").await, "", "{database:?}");
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "planned");
        app.clock.set_day(parse_iso("2026-07-07").unwrap());
        let second = registered(&app, "half_year").await;
        // The board does not call that unconfirmed which is going on.
        let find = q("SELECT text FROM board_cells WHERE post_id = $1 AND duty = 'du'").bind(post);
        assert_eq!(rows(&app, find).await[0].text("text").unwrap(), "半年梳理进行中", "{database:?}");
        // The overview's number opens just the books that are being read.
        let open = json!({ "year": 2026, "state": "open" });
        let mut team = app.sign_in("team").await;
        let shown = team.call("/api/oversight/list", open.clone()).await.json();
        let units: Vec<&str> = shown["rows"].as_array().unwrap().iter().map(|r| r["unit"].as_str().unwrap()).collect();
        assert_eq!(units, ["区教育局"], "{database:?}");
        let overview = team.call("/api/overview/page", json!({})).await.json();
        let going = overview["stages"][2]["going"].as_array().unwrap();
        let count = going.iter().find(|c| c["to"] == "/oversight?year=2026&state=open");
        assert_eq!(count.map(|c| c["n"].clone()), Some(json!(1)), "{database:?} {going:?}");
        // Read, the step is not cancelled under the readers.
        let row = step(&app, post, "mid_year", 1).await;
        let (id, seen) = (row.text("id").unwrap(), row.int("version").unwrap().to_string());
        let fields = [("step", id.as_str()), ("seen", &seen), ("do", "cancel"), ("why", "不做了")];
        let html = crate::duties::refused(&mut app.sign_in("office").await, "/oversight/season/act", &fields).await;
        assert!(html.contains("正在翻阅检查"), "{database:?}: {html}");
        let page = app.sign_in("team").await.get(&format!("/oversight/season/{id}")).await.text();
        assert!(page.contains(&format!("href=\"/oversight/{second}\"")), "{database:?}: {page}");
        reading(&app, "team", &second, "feedback", &[("words", "总体扎实"), ("early", "1")]).await;
        reading(&app, "team", &second, "sign", &[("typed", "黎若水")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "underway", "{database:?}");
        reading(&app, "leader_b", &second, "sign", &[("typed", "叶国平")]).await;
        assert_eq!(column(&app, post, "mid_year", 1, "state").await, "done", "{database:?}");
        assert_eq!(column(&app, post, "mid_year", 1, "done_on").await, "2026-07-07");
        // None is read any more: said on the page, which is his all the same.
        let none = app.sign_in("team").await.get("/oversight?year=2026&state=open").await;
        assert!(none.status == 200 && none.text().contains("现在没有正在进行的翻阅检查"), "{database:?}");
        assert_ne!(app.sign_in("leader_b").await.call("/api/oversight/list", open).await.status, 200, "{database:?}");
        let find = q("SELECT text, why FROM board_cells WHERE post_id = $1 AND duty = 'du'").bind(post);
        assert_eq!(rows(&app, find).await[0].text("text").unwrap(), "半年梳理已确认", "{database:?}");
    }
}

#[tokio::test]
async fn a_plan_made_later_finds_the_readings_that_there_are() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let id = registered(&app, "year_end").await;
        night(&app, "2026-11-03").await;
        let post = app.district.school_post;
        assert_eq!(column(&app, post, "year_end", 1, "inspection_id").await, id, "{database:?}");
        assert_eq!(column(&app, post, "year_end", 1, "state").await, "underway");
        // What was due before there was a plan is in nobody's plan.
        let found = rows(&app, q("SELECT due_on FROM season_steps WHERE due_on < '2026-11-03'")).await;
        assert!(found.is_empty(), "{database:?}");
        execute(&app, q("DELETE FROM season_steps")).await;
        execute(&app, q("UPDATE inspections SET standing = 'closed', closed_on = '2026-11-03'")).await;
        night(&app, "2026-11-04").await;
        assert_eq!(column(&app, post, "year_end", 1, "state").await, "done", "{database:?}");
        assert_eq!(column(&app, post, "year_end", 1, "done_on").await, "2026-11-03");
    }
}
