//! Figures of quarters: totals alone, nothing where they would speak of one unit, kept once a quarter is over.

use domain::{ids::UnitId, time::parse_iso};
use serde_json::json;
use server::{random, storage::q};

use super::page;
use crate::{
    duties::{done, execute, issued, rows},
    harness::{BOTH, TestApp},
};

/// More units with a list, so that there are enough to show a total.
async fn more_units(app: &TestApp, n: i64) {
    for at in 0..n {
        let unit = UnitId(random::id(domain::time::Instant(1)));
        execute(
            app,
            q("INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)
               VALUES ($1, $2, $3, 'department', 0, '2024-01-01', $4)")
            .bind(unit)
            .bind(app.district.id)
            .bind(format!("区某某局{at}"))
            .bind(50 + at),
        )
        .await;
        execute(
            app,
            q("INSERT INTO leader_lists (id, district_id, post_id, unit_id, year, edition, state, version, template_id,
                 content_hash, effective_on, returned_why)
               SELECT $1, ll.district_id, ll.post_id, $2, 2025, $3, 'superseded', 1, ll.template_id, '', ll.effective_on, ''
               FROM leader_lists ll WHERE ll.state = 'issued' LIMIT 1")
            .bind(random::id(domain::time::Instant(2)).to_string())
            .bind(unit)
            .bind(90 + at),
        )
        .await;
    }
}

async fn record(app: &TestApp, login: &str, text: &str) {
    let post = app.district.school_post.to_string();
    let fields = [("post", post.as_str()), ("text", text), ("kind", "visit"), ("event_on", "2026-11-02")];
    done(&mut app.sign_in(login).await, "/records/save", &fields).await;
}

#[tokio::test]
async fn totals_are_shown_only_where_they_speak_of_nobody() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        record(&app, "leader_b", "到学校走访").await;
        record(&app, "leader_b", "研究食堂管理").await;
        let mut audit = app.sign_in("audit").await;
        let seen = page(&mut audit).await;
        let now = seen["quarters"].as_array().unwrap().last().unwrap().clone();
        // Lists are made for all four units, and four are too few.
        assert_eq!((now["label"].clone(), now["shown"].clone()), (json!("2026年第四季度"), json!(false)));
        assert_eq!((now["minutes"].clone(), now["forms"].clone()), (json!(0), json!([])));
        assert!(audit.get("/relief").await.text().contains("还没有可以公布的数字"));

        more_units(&app, 6).await;
        let seen = page(&mut audit).await;
        let now = seen["quarters"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(now["shown"], json!(true));
        let form = |n: usize| now["forms"][n].clone();
        // Two records of 2 taps and one field each: 2 × (2 × 2 + 25) = 58 seconds.
        assert_eq!(form(0), json!(["随手记（含代录）", 2, 1]));
        // The unit said 无意见: 3 taps, nothing to fill in.
        assert_eq!(form(2), json!(["清单征求意见", 1, 1]));
        let text = audit.get("/relief").await.text();
        assert!(!text.contains("叶国平") && !text.contains("区教育局"), "no person, no unit");
        // Groups under five are joined until nobody can be told from the total.
        for group in seen["groups"].as_array().unwrap() {
            assert!(group[1].as_i64().unwrap() >= 5, "{group}");
        }
    }
}

#[tokio::test]
async fn a_quarter_that_is_over_is_kept_once_and_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        more_units(&app, 6).await;
        record(&app, "leader_b", "到学校走访").await;
        app.clock.set_day(parse_iso("2027-01-04").unwrap());
        // The three quarters that the page shows; the first of the year is too long ago.
        assert_eq!(app.app.services().keep_relief_figures().await.unwrap(), 3);
        assert_eq!(app.app.services().keep_relief_figures().await.unwrap(), 0);
        let kept = rows(&app, q("SELECT year, quarter, figures FROM relief_quarters ORDER BY quarter DESC")).await;
        assert_eq!((kept.len(), kept[0].int("year").unwrap(), kept[0].int("quarter").unwrap()), (3, 2026, 4));
        let figures = kept[0].text("figures").unwrap();
        let school = app.district.school.to_string();
        assert!(figures.contains("\"record\"") && !figures.contains("走访") && !figures.contains(&school), "{figures}");
        // What is removed later does not change what was asked then.
        execute(&app, q("UPDATE records SET recorded_on = '2026-01-01'")).await;
        let seen = page(&mut app.sign_in("leader_a").await).await;
        let labels: Vec<_> = seen["quarters"].as_array().unwrap().iter().map(|x| x["label"].clone()).collect();
        assert_eq!(
            labels,
            [json!("2026年第二季度"), json!("2026年第三季度"), json!("2026年第四季度"), json!("2027年第一季度")]
        );
        assert_eq!(seen["quarters"][2]["forms"][0][1], json!(1));
        assert_eq!(seen["quarters"][3]["running"], json!(true));
    }
}
