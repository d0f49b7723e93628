//! Where the facts of a report came from: a source opens what was counted and nothing else, or says in words what it
//! was; and what time alone changes is no correction of what was filed.

use serde_json::{Value, json};
use server::storage::q;

use super::{a_year, block, computed, line, page, step, written};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Client, TestApp},
    reviews::sealed::{handed_item, sealed},
};

async fn asked(client: &mut Client, path: &str, form: Value) -> Value {
    let reply = client.call(path, form).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

fn len(value: &Value) -> u64 {
    u64::try_from(value.as_array().unwrap().len()).unwrap()
}

#[tokio::test]
async fn a_source_opens_what_was_counted_or_says_it_in_words() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        handed_item(&app).await;
        app.app.services().keep_seasons().await.unwrap();
        app.clock.advance_ms(60_000);
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        let found = page(&mut office, &id).await;
        let source = |key: &str| {
            let one = &block(&found, key)["sources"][0];
            (one["link"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap())
        };
        let narrowed = format!("cover={cover}&period=2026-h2");
        // Problems: those of this unit in this half, and no others.
        assert_eq!(source("loop"), (format!("/accountability?{narrowed}"), 1), "{database:?}");
        let town = format!("unit:{}", app.district.town);
        for (cover, period, n) in [(&cover, "2026-h2", 1), (&cover, "2026-h1", 0), (&town, "2026-h2", 0)] {
            let form = json!({ "cover": cover, "period": period });
            let shown = asked(&mut office, "/api/accountability/ledger", form).await;
            assert_eq!(len(&shown["rows"]), n, "{database:?} {cover} {period}");
        }
        let html = office.get(&format!("/accountability?{narrowed}")).await.text();
        assert!(html.contains("只看2026年下半年，区教育局在账的问题"), "{html}");
        let bad = json!({ "cover": "nowhere", "period": "2026-h2" });
        assert_eq!(office.call("/api/accountability/ledger", bad).await.status, 404);
        // Steps of the plan.
        let (link, count) = source("season");
        assert_eq!(link, format!("/oversight/season?year=2026&state=all&{narrowed}"));
        let own = json!({ "year": 2026, "state": "all", "cover": cover, "period": "2026-h2" });
        let own = asked(&mut office, "/api/season/board", own).await;
        let all = asked(&mut office, "/api/season/board", json!({ "year": 2026, "state": "all" })).await;
        assert!(count > 0 && own["total"] == count && all["total"].as_u64().unwrap() > count, "{database:?} {own}");
        assert!(own["rows"].as_array().unwrap().iter().all(|row| row["unit"] == "区教育局"), "{own}");
        for row in block(&found, "season")["rows"].as_array().unwrap() {
            assert_eq!(row["link"], format!("/oversight/season/{}", row["id"].as_str().unwrap()), "{row}");
        }
        let html = office.get(&link).await.text();
        assert!(html.contains("只看2026年下半年，区教育局的"), "{html}");
        // No page shows these and nothing else.
        let html = office.get(&format!("/reports/{id}")).await.text();
        for key in ["receipts", "items", "colours", "inspections"] {
            for one in block(&found, key)["sources"].as_array().unwrap() {
                assert_eq!(one["link"], "", "{database:?} {key}");
                assert!(html.contains(one["name"].as_str().unwrap()), "{key}: {html}");
            }
        }
    }
}

#[tokio::test]
async fn a_row_of_items_opens_those_of_its_period() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let mut office = app.sign_in("office").await;
        let (cover, post) = (format!("unit:{}", app.district.school), app.district.school_post.to_string());
        let id = computed(&app, &mut office, "quarter", &cover, "2026-q2").await;
        let found = page(&mut office, &id).await;
        let row = &block(&found, "items")["rows"][0];
        let link = format!("/board?year=2026&post={post}&duty=lv&period=2026-q2");
        assert_eq!(row["link"], link, "{database:?} {row}");
        let n: u64 = line(&found, "items", "all").trim().trim_end_matches(" 条").parse().unwrap();
        let form = json!({ "post": post, "year": 2026, "duty": "lv" });
        let whole = asked(&mut office, "/api/board/cell", form).await;
        let form = json!({ "post": post, "year": 2026, "duty": "lv", "period": "2026-q2" });
        let part = asked(&mut office, "/api/board/cell", form).await;
        assert_eq!((len(&part["items"]), part["only"].as_str()), (n, Some("2026年第二季度")), "{database:?}");
        assert!(n > 0 && len(&whole["items"]) > n && whole["only"] == "", "{database:?} {n}");
        let html = office.get(&link).await.text();
        assert!(html.contains(&format!("只列2026年第二季度应落实的 {n} 条")), "{html}");
    }
}

#[tokio::test]
async fn the_word_that_time_changes_is_no_correction() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let mut office = app.sign_in("office").await;
        // Yellow since before its day, which has passed.
        let find = q("SELECT post_id, duty_id FROM occurrences WHERE record_id IS NULL AND state = 'open'
                        AND due_on > '2026-11-10' ORDER BY due_on, duty_id LIMIT 1");
        let one = rows(&app, find).await.remove(0);
        let (post, duty) = (one.text("post_id").unwrap(), one.text("duty_id").unwrap());
        execute(&app, q("DELETE FROM colour_changes WHERE duty_id = $1").bind(&duty)).await;
        let yellow = q("INSERT INTO colour_changes (id, district_id, post_id, year, duty_id, before_tone, after_tone,
            reason, facts, rule_version, at) VALUES ('yellow', $1, $2, 2026, $3, 'none', 'warn', $4, '', 1, 1)");
        let reason = "3.3「某项」本年尚无记录，到期，已进入提醒期。";
        execute(&app, yellow.bind(app.district.id).bind(&post).bind(&duty).bind(reason)).await;
        let cover = format!("unit:{}", app.district.school);
        let id = computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        written(&mut office, &id, "判断").await;
        step(&mut office, &id, "ask", &[]).await;
        step(&mut app.sign_in("deputy").await, &id, "approve", &[]).await;
        let reader = app.district.person("secretary").to_string();
        step(&mut office, &id, "file", &[("reader", &reader)]).await;
        let before = page(&mut office, &id).await;
        assert!(before["drift"].as_array().unwrap().is_empty(), "{database:?}: {}", before["drift"]);
        let due = q("UPDATE occurrences SET due_on = '2026-11-01'
                     WHERE duty_id = $1 AND post_id = $2 AND state = 'open' AND record_id IS NULL AND due_on > '2026-11-10'");
        execute(&app, due.bind(&duty).bind(&post)).await;
        let after = page(&mut office, &id).await;
        let colours: Vec<&Value> =
            after["drift"].as_array().unwrap().iter().filter(|one| one["block"] == "colours").collect();
        assert!(colours.is_empty(), "{database:?}: {colours:?}");
    }
}
