//! 待办 of a reader: readings in which nothing waits for him hide none in which something does.

use domain::{
    ids::{PostId, UnitId},
    signature::Signing,
    time::{Instant, parse_iso},
};
use serde_json::json;
use server::{random, storage::q};

use super::open;
use crate::{
    duties::execute,
    harness::{BOTH, TestApp},
};

/// A reading by `login` of a unit of its own, which he has signed and its head has not.
async fn signed(app: &TestApp, login: &str, n: i64) {
    let now = Instant(n);
    let (unit, post, id) = (UnitId(random::id(now)), PostId(random::id(now)), random::id(now).to_string());
    let (district, reader) = (app.district.id, app.district.person(login));
    let on = parse_iso("2026-10-31").unwrap();
    let signing = serde_json::to_string(&Signing::Paper { on, handler: "经办人甲".to_owned() }).unwrap();
    for query in [
        q("INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)
           VALUES ($1, $2, '又一个局', 'department', 0, '2024-01-01', 90)")
        .bind(unit)
        .bind(district),
        q("INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on) VALUES ($1, $2, $3, '党组书记', 1, '2024-01-01')")
            .bind(post)
            .bind(district)
            .bind(unit),
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2024-01-01')")
            .bind(random::id(now).to_string())
            .bind(district)
            .bind(post)
            .bind(app.district.person("leader_a")),
        q("INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing,
             sampling, sample, announced_by, announced_at)
           VALUES ($1, $2, $3, '', 2026, 'daily', '2026-10-01', '2026-10-31', '', 'feedback', '{\"by\":\"hand\"}', '[]', $4, 0)")
        .bind(&id)
        .bind(district)
        .bind(post)
        .bind(reader),
        q("INSERT INTO inspection_readers (inspection_id, person_id, district_id, name) VALUES ($1, $2, $3, '')")
            .bind(&id)
            .bind(reader)
            .bind(district),
        q("INSERT INTO signatures (id, district_id, purpose, subject, version, content_hash, person_id, post_id, at, signing)
           VALUES ($1, $2, 'oversight.reader', $3, 1, '', $4, $5, 0, $6)")
        .bind(random::id(now).to_string())
        .bind(district)
        .bind(&id)
        .bind(reader)
        .bind(post)
        .bind(signing),
    ] {
        execute(app, query).await;
    }
}

#[tokio::test]
async fn what_he_has_signed_hides_nothing_that_waits() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        for n in 0..14 {
            signed(&app, "office", n).await;
        }
        let mut office = app.sign_in("office").await;
        let before = office.call("/api/records/todo", json!({})).await.json()["rows"].clone();
        assert!(!before.to_string().contains("/oversight/"), "{database:?} {before}");
        open(&app, app.district.school_post, "office").await;
        let rows = office.call("/api/records/todo", json!({})).await.json()["rows"].clone();
        assert!(rows.to_string().contains("正在翻阅"), "{database:?} {rows}");
    }
}
