//! 全区总览 and 大屏 through the whole router: who sees which units, numbers that lead to what they count, files that
//! hold what their page shows, and a wall that changes when something was written.

mod files;
mod wall;

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{execute, issued, rows},
    harness::{BOTH, Client, Database, TestApp, logins},
    reviews::sealed::{handed_item, sealed},
};

/// An installation with an issued list of the town and an item of the school.
async fn busy(database: Database) -> TestApp {
    let app = TestApp::new(database).await;
    issued(&app, "东湖街道").await;
    sealed(&app).await;
    handed_item(&app).await;
    app
}

async fn page(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/overview/page", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn total(tones: &Value) -> u64 {
    tones.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum()
}

/// What a link of the chain says of some words.
fn count(page: &Value, stage: usize, words: &str) -> u64 {
    let stage = &page["stages"][stage];
    let all = stage["counts"].as_array().unwrap().iter().chain(stage["going"].as_array().unwrap());
    all.filter(|c| c["words"] == words).map(|c| c["n"].as_u64().unwrap()).sum()
}

/// How many steps the season board shows at the place of a line or count.
async fn steps_at(client: &mut Client, of: &Value) -> u64 {
    let to = of["to"].as_str().unwrap().split('#').next().unwrap();
    let asked = to.strip_prefix("/oversight/season?").unwrap_or_else(|| panic!("{to}"));
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), if name == "year" { json!(value.parse::<i32>().unwrap()) } else { json!(value) })
    };
    let form = Value::Object(asked.split('&').map(pair).collect());
    let reply = client.call("/api/season/board", form).await;
    assert_eq!(reply.status, 200, "{to}: {}", reply.text());
    reply.json()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn leaders_and_the_office_see_all_teams_their_own_others_nothing() {
    for database in BOTH {
        let app = busy(database).await;
        for login in logins() {
            let mut client = app.sign_in(login).await;
            let reply = client.call("/api/overview/page", json!({})).await;
            let units = match login {
                // The post of the 区委书记 is the 区纪委书记's alone.
                "secretary" => 4,
                "office" | "office2" | "deputy" => 3,
                "team" | "team2" => 1,
                _ => {
                    assert_ne!(reply.status, 200, "{login}");
                    assert_ne!(client.get("/overview").await.status, 200, "{login}");
                    assert_ne!(client.get("/overview/export").await.status, 200, "{login}");
                    continue;
                }
            };
            assert_eq!(reply.status, 200, "{login}: {}", reply.text());
            let page = reply.json();
            assert_eq!(total(&page["standing"]["all"]), units, "{login}");
            for (stage, n) in page["stages"].as_array().unwrap().iter().zip(0..) {
                let counts: u64 = stage["counts"].as_array().unwrap().iter().map(|c| c["n"].as_u64().unwrap()).sum();
                assert_eq!(counts, units, "{login}, link {n}");
            }
            assert_eq!(page["district"], !login.starts_with("team"), "{login}");
            let shown = client.get("/overview").await;
            assert_eq!(
                (shown.status, shown.text().contains("大屏和其他人看到的总览不含")),
                (200, login == "secretary"),
                "{login}"
            );
        }
        // A team reads nothing of another's units.
        let other = app.sign_in("team2").await.get("/overview").await.text();
        assert!(!other.contains("区教育局") && other.contains("归口单位总览"), "{database:?}");
        let own = app.sign_in("team").await.get("/overview").await.text();
        assert!(own.contains("区教育局") && !own.contains("区民政局"), "{database:?}");
    }
}

#[tokio::test]
async fn the_numbers_are_those_of_the_places_they_lead_to() {
    for database in BOTH {
        let app = busy(database).await;
        let mut office = app.sign_in("office").await;
        let overview = page(&mut office, json!({})).await;
        assert_eq!(count(&overview, 0, "已下达，待签收"), 1);
        assert_eq!(count(&overview, 4, "拟方案"), 1);
        // Every count of units leads to a board with as many rows.
        for stage in overview["stages"].as_array().unwrap() {
            for count in stage["counts"].as_array().unwrap() {
                let state = count["to"].as_str().unwrap().strip_prefix("/board?state=").unwrap();
                let board = office.call("/api/board/matrix", json!({ "state": state })).await.json();
                // The board shows 区委 to nobody here but the 区纪委书记, as the overview does.
                assert_eq!(board["rows"].as_array().unwrap().len() as u64, count["n"].as_u64().unwrap(), "{state}");
            }
        }
        for row in overview["standing"]["rows"].as_array().unwrap() {
            for tone in ["late", "pending", "warn", "ok", "none"] {
                let asked = json!({ "state": tone, "kind": row["kind"] });
                let board = office.call("/api/board/matrix", asked).await.json();
                let shown = board["rows"].as_array().unwrap().len() as u64;
                assert_eq!(shown, row["all"][tone].as_u64().unwrap(), "{} {tone}", row["kind"]);
            }
        }
        // What is due opens; an item says whose turn it is.
        // A meeting and a book that is being read open the list that has just these.
        let going = overview["stages"].as_array().unwrap().iter().flat_map(|s| s["going"].as_array().unwrap());
        for count in going {
            let (to, n) = (count["to"].as_str().unwrap(), count["n"].as_u64().unwrap());
            if let Some(state) = to.strip_prefix("/reviews?state=") {
                let shown = office.call("/api/reviews/meetings", json!({ "state": state })).await.json();
                assert_eq!(shown["rows"].as_array().unwrap().len() as u64, n, "{to}");
            }
            assert_eq!(office.get(to).await.status, 200, "{to}");
        }
        let due = overview["due"]["lines"].as_array().unwrap().clone();
        assert!(due.iter().any(|l| l["kind"] == "receipt" && l["who"] == "东湖街道"), "{due:?}");
        let item = due.iter().find(|l| l["kind"] == "item").unwrap();
        assert_eq!((&item["who"], &item["by"]), (&json!("区教育局"), &json!("区教育局")));
        for line in &due {
            let to = line["to"].as_str().unwrap();
            assert_eq!(office.get(to).await.status, 200, "{to}");
        }
    }
}

#[tokio::test]
async fn a_hard_item_leads_to_the_units_without_a_record() {
    for database in BOTH {
        let app = busy(database).await;
        execute(&app, q("UPDATE leader_items SET hard = 1 WHERE code = '1.1'")).await;
        // Monthly routine falls due with its quarter, beyond the days that the page shows.
        let near = q(
            "UPDATE occurrences SET due_on = '2026-11-25' WHERE post_id = $1 AND code = '1.1' AND due_on > '2026-11-25'",
        );
        execute(&app, near.bind(app.district.town_post)).await;
        let hard = rows(
            &app,
            q("SELECT duty_id, due_on FROM occurrences WHERE post_id = $1 AND code = '1.1' AND state = 'open'
                 AND due_on >= '2026-11-02' ORDER BY due_on, duty_id")
            .bind(app.district.town_post),
        )
        .await;
        let (duty, due) = (hard[0].text("duty_id").unwrap(), hard[0].text("due_on").unwrap());
        let mut office = app.sign_in("office").await;
        let overview = page(&mut office, json!({ "within": 30 })).await;
        let lines = overview["due"]["lines"].as_array().unwrap();
        let line =
            lines.iter().find(|l| l["kind"] == "hard" && l["on"] == json!(due)).unwrap_or_else(|| panic!("{lines:?}"));
        assert!(line["what"].as_str().unwrap().starts_with("1.1 "), "{line}");
        assert_eq!((&line["who"], &line["on"]), (&json!("东湖街道"), &json!(due)));
        let state = format!("due.{duty}.{due}");
        let board = office.call("/api/board/matrix", json!({ "state": state })).await.json();
        let units: Vec<&str> = board["rows"].as_array().unwrap().iter().map(|r| r["unit"].as_str().unwrap()).collect();
        assert_eq!(units, ["东湖街道"]);
        // Words that are no state ask for all.
        for state in ["due.x.y", "late.late", "一二三", "ming.nothing", "due"] {
            let board = office.call("/api/board/matrix", json!({ "state": state })).await.json();
            assert_eq!(board["rows"].as_array().unwrap().len(), 3, "{state}");
        }
        // Past its day and red it is still there, and says so.
        app.clock.set_day(parse_iso(&due).unwrap().succ_opt().unwrap());
        let red = q("UPDATE colours SET tone = 'late' WHERE duty_id = $1 AND post_id = $2");
        execute(&app, red.bind(&duty).bind(app.district.town_post)).await;
        let overview = page(&mut app.sign_in("office").await, json!({ "within": 7 })).await;
        let lines = overview["due"]["lines"].as_array().unwrap();
        let line = lines.iter().find(|l| l["kind"] == "hard" && l["on"] == due.as_str());
        let line = line.unwrap_or_else(|| panic!("{database:?} {lines:?}"));
        assert_eq!((&line["late"], &line["who"]), (&json!(true), &json!("东湖街道")));
        // What only a list handed down says stays with parent and subordinate.
        let above = q("UPDATE leader_lists SET from_unit_id = $1 WHERE post_id = $2").bind(app.district.school);
        execute(&app, above.bind(app.district.town_post)).await;
        let alone = q("UPDATE leader_items SET duty_id = '00000000-0000-7000-8000-000000000001' WHERE duty_id = $1
                         AND list_id NOT IN (SELECT id FROM leader_lists WHERE post_id = $2)");
        execute(&app, alone.bind(&duty).bind(app.district.town_post)).await;
        let overview = page(&mut app.sign_in("office").await, json!({ "within": 7 })).await;
        let lines = overview["due"]["lines"].as_array().unwrap();
        let line = lines.iter().find(|l| l["kind"] == "hard" && l["on"] == due.as_str()).unwrap();
        assert_eq!(line["what"], "1.1 下达给下属单位的条目");
        // What is no head's (a vacancy) is not red, and not there.
        let grey = q("UPDATE colours SET tone = 'none' WHERE duty_id = $1").bind(&duty);
        execute(&app, grey).await;
        let overview = page(&mut app.sign_in("office").await, json!({ "within": 7 })).await;
        let lines = overview["due"]["lines"].as_array().unwrap();
        assert!(lines.iter().all(|l| l["kind"] != "hard" || l["on"] != due.as_str()), "{lines:?}");
    }
}

#[tokio::test]
async fn what_was_finished_this_month_is_told_with_its_place() {
    for database in BOTH {
        let app = busy(database).await;
        let item = rows(&app, q("SELECT id, item FROM items")).await;
        let (id, mut text): (String, Value) = (item[0].text("id").unwrap(), item[0].json("item").unwrap());
        text["state"] = json!("closed");
        text["closed_on"] = json!("2026-11-02");
        execute(
            &app,
            q("UPDATE items SET state = 'closed', closed_on = '2026-11-02', item = $1 WHERE id = $2")
                .bind(text.to_string())
                .bind(&id),
        )
        .await;
        let mut office = app.sign_in("office").await;
        let overview = page(&mut office, json!({})).await;
        let closed = overview["closed"]["lines"].as_array().unwrap();
        let line = closed.iter().find(|l| l["kind"] == "item").unwrap();
        assert_eq!(line["to"], format!("/accountability/{id}"));
        assert_eq!(overview["stages"][4]["note"], "整改在办 0 项，本月销号 1 项。");
        // The month before is not this month.
        execute(
            &app,
            q("UPDATE items SET closed_on = '2026-10-31', item = $1 WHERE id = $2")
                .bind(text.to_string().replace("2026-11-02", "2026-10-31"))
                .bind(&id),
        )
        .await;
        let overview = page(&mut office, json!({})).await;
        assert!(overview["closed"]["lines"].as_array().unwrap().iter().all(|l| l["kind"] != "item"));
    }
}

#[tokio::test]
async fn steps_of_the_year_are_due_by_their_body() {
    for database in BOTH {
        let app = busy(database).await;
        execute(&app, q("DELETE FROM season_steps WHERE 1 = 1")).await;
        let d = &app.district;
        for (post, unit, body, due, state) in [
            (d.school_post, d.school, d.team, "2026-11-12", "planned"),
            (d.civil_post, d.civil, d.team2, "2026-10-30", "planned"),
            (d.town_post, d.town, d.team, "2026-12-31", "planned"),
        ] {
            execute(
                &app,
                q("INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, body_id, planned_on, due_on, state, made_at, changed_at)
                   VALUES ($1, $2, $3, $4, 2026, 'year_end', 1, $5, $6, $6, $7, 0, 0)")
                .bind(random::id(domain::time::Instant(7)).to_string())
                .bind(d.id)
                .bind(unit)
                .bind(post)
                .bind(body)
                .bind(due)
                .bind(state),
            )
            .await;
        }
        let mut office = app.sign_in("office").await;
        let overview = page(&mut office, json!({ "within": 30 })).await;
        let steps: Vec<&Value> =
            overview["due"]["lines"].as_array().unwrap().iter().filter(|l| l["kind"] == "step").collect();
        assert_eq!(steps.len(), 2, "{steps:?}");
        assert_eq!((&steps[0]["by"], &steps[0]["late"]), (&json!("派驻第二纪检监察组"), &json!(true)));
        assert_eq!((&steps[1]["who"], &steps[1]["late"]), (&json!("区教育局"), &json!(false)));
        assert_eq!(count(&overview, 2, "监督单位应办未办"), 1);
        assert_eq!(count(&overview, 2, "监督单位待办"), 2);
        // Each line and each count of the chain opens exactly its steps, and nothing of a vacant post or another body.
        for (post, unit, due) in [(d.school_post, d.school, "2026-10-30"), (d.civil_post, d.civil, "2026-11-12")] {
            execute(
                &app,
                q("INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, part, planned_on, due_on, state, paused_on, made_at, changed_at)
                   VALUES ($1, $2, $3, $4, 2026, 'year_end', 1, 2, $5, $5, 'planned', '2026-10-01', 0, 0)")
                .bind(random::id(domain::time::Instant(8)).to_string())
                .bind(d.id)
                .bind(unit)
                .bind(post)
                .bind(due),
            )
            .await;
        }
        let overview = page(&mut office, json!({ "within": 30 })).await;
        let lines = overview["due"]["lines"].as_array().unwrap().iter().filter(|l| l["kind"] == "step");
        for line in lines.clone() {
            assert_eq!(steps_at(&mut office, line).await, line["units"].as_u64().unwrap(), "{database:?} {line}");
        }
        assert_eq!(lines.count(), 2);
        for count in overview["stages"][2]["going"].as_array().unwrap() {
            assert_eq!(steps_at(&mut office, count).await, count["n"].as_u64().unwrap(), "{database:?} {count}");
        }
        assert_eq!(count(&overview, 2, "归口表没有监督单位"), 2);
        // One kind alone, with the totals of all.
        let steps = page(&mut office, json!({ "within": 30, "due": "step" })).await["due"].clone();
        assert!(steps["lines"].as_array().unwrap().iter().all(|l| l["kind"] == "step"));
        assert_eq!(steps["totals"], overview["due"]["totals"]);
        execute(&app, q("DELETE FROM season_steps WHERE part = 2")).await;
        // A delay of the body is none of the unit: its cell is not yellow.
        assert!(overview["standing"]["duties"][2]["warn"].as_u64().unwrap() == 0);
        let later = page(&mut office, json!({ "within": 90 })).await;
        assert_eq!(later["due"]["lines"].as_array().unwrap().iter().filter(|l| l["kind"] == "step").count(), 3);
        // Anything that is not offered is the usual month.
        assert_eq!(page(&mut office, json!({ "within": 4000 })).await["within"], 30);
        // What nobody did in its year stays after New Year, and leads to the plan of its year.
        app.clock.set_day(parse_iso("2027-01-08").unwrap());
        let after = page(&mut app.sign_in("office").await, json!({ "within": 7 })).await;
        let lines = after["due"]["lines"].as_array().unwrap();
        let of_2026 = |l: &&Value| l["late"] == true && l["to"].as_str().unwrap().contains("/season?year=2026&");
        let last: Vec<&Value> = lines.iter().filter(of_2026).collect();
        assert_eq!(last.len(), 3, "{lines:?}");
        assert!(last.iter().all(|l| l["what"].as_str().unwrap().starts_with("2026年")), "{last:?}");
        for line in last {
            let shown = steps_at(&mut app.sign_in("office").await, line).await;
            assert_eq!(shown, line["units"].as_u64().unwrap(), "{line}");
        }
    }
}
