//! A book outlives its holder: records carry the name of whoever wrote them.

use domain::ids::{PersonId, TermId};
use serde_json::json;
use server::storage::{Query, q};

use super::form;
use crate::harness::{BOTH, TestApp};

async fn execute(app: &TestApp, query: Query) {
    app.app.store().write(|tx| Box::pin(async move { Ok(tx.execute(query).await?) })).await.unwrap();
}

#[tokio::test]
async fn a_predecessors_book_keeps_his_name_and_his_readings() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let before = leader.call("/api/records/book", json!({})).await.json()["title"].as_str().unwrap().to_owned();
        let (command, post, _) = form(&mut leader).await;
        let fields = [("command", command.as_str()), ("post", &post), ("text", "到班级听课"), ("event_on", "")];
        leader.post("/records/save", &fields).await;
        let book = leader.call("/api/records/book", json!({})).await.json();
        let record = book["rows"][0]["id"].as_str().unwrap().to_owned();
        let old = leader.call("/api/records/one", json!({ "id": record })).await;
        let name = old.json()["title"].as_str().unwrap().to_owned();
        assert_eq!(name, before);
        app.sign_in("office").await.call("/api/records/book", json!({ "post": post })).await;
        execute(&app, q("UPDATE readings SET announced = 1")).await;
        assert!(leader.get("/me").await.text().contains("时许"), "the office read his book");
        // Had he come a day later, that reading would have been of somebody else's book.
        app.clock.set_day(domain::time::parse_iso("2026-11-04").unwrap());
        let starts = |day: &str| q("UPDATE terms SET starts_on = $1 WHERE post_id = $2").bind(day.to_owned());
        execute(&app, starts("2026-11-03").bind(app.district.school_post)).await;
        let later = app.sign_in("leader_b").await.get("/me").await.text();
        assert!(later.contains("还没有人翻阅检查"), "readings before the own term are not shown");
        execute(&app, starts("2024-01-01").bind(app.district.school_post)).await;

        app.clock.set_day(domain::time::parse_iso("2026-11-16").unwrap());
        let arriving: PersonId = app.district.person("member_a");
        let gone = q("UPDATE terms SET ends_on = '2026-11-15' WHERE post_id = $1").bind(app.district.school_post);
        execute(&app, gone).await;
        let came =
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-16')";
        let came = q(came)
            .bind(TermId(server::random::id(domain::time::Instant(1))))
            .bind(app.district.id)
            .bind(app.district.school_post)
            .bind(arriving);
        execute(&app, came).await;
        let mut successor = app.sign_in("member_a").await;
        let page = successor.call("/api/records/one", json!({ "id": record })).await;
        assert_eq!(page.json()["title"], json!(name), "{}", page.text());
        let title = successor.call("/api/records/book", json!({ "post": post })).await.json()["title"].clone();
        let (unit, who) = name.split_once('　').unwrap();
        let (who, _) = who.split_once('，').unwrap();
        assert!(title.as_str().unwrap().starts_with(&format!("{unit}　{who}（至11月15日）、")), "{title}");
        let last = successor.call("/api/records/book", json!({ "post": post, "year": 2025 })).await.json();
        assert!(!last["title"].as_str().unwrap().contains('、'), "{}", last["title"]);
    }
}
