//! 代录 in numbers: the list of a book pages what has no page number yet, and what came back hides nothing
//! that waits for the head.

use std::collections::BTreeSet;

use domain::ids::RecordId;
use serde_json::{Value, json};
use server::storage::q;

use super::{
    one,
    proxy::{decide, todo},
    saved,
};
use crate::{
    duties::execute,
    harness::{BOTH, Client, TestApp},
};

/// 代录 of the school's 联络员, written and sent on `day`, their events a day later each time.
async fn drafted(app: &TestApp, n: usize, day: &'static str, event_on: &'static str) {
    let district = app.district.clone();
    let (head, liaison) = (district.person("leader_b"), district.person("liaison_b"));
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                for at in 0..n {
                    tx.insert(
                        "INSERT INTO records (id, district_id, post_id, unit_id, year, state, kind, text, event_on,
                           recorded_at, recorded_on, author_person, proxy_person, proxy_sent_on)",
                        vec![
                            RecordId(server::random::id(now)).into(),
                            district.id.into(),
                            district.school_post.into(),
                            district.school.into(),
                            2026.into(),
                            "proxy".into(),
                            "visit".into(),
                            format!("代录第{at}件").into(),
                            event_on.into(),
                            // Many within the same millisecond.
                            now.plus_ms(i64::try_from(at / 20).unwrap()).into(),
                            day.into(),
                            head.into(),
                            liaison.into(),
                            day.into(),
                        ],
                    )
                    .await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn page(client: &mut Client, before: &Value) -> Value {
    let page = client.call("/api/records/book", json!({ "before": before })).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()
}

#[tokio::test]
async fn every_waiting_row_of_a_book_is_reached_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        for text in ["第一件", "第二件"] {
            saved(&mut leader, &[("text", text)]).await;
        }
        drafted(&app, 130, "2026-11-02", "2026-11-02").await;
        let mut liaison = app.sign_in("liaison_b").await;
        let (mut seen, mut pages, mut before) = (BTreeSet::new(), Vec::new(), json!(null));
        loop {
            let found = page(&mut liaison, &before).await;
            let rows = found["rows"].as_array().unwrap();
            pages.push(rows.len());
            for row in rows {
                assert!(seen.insert(row["id"].as_str().unwrap().to_owned()), "{database:?} twice: {row}");
            }
            before = found["older"].clone();
            if before.is_null() {
                // What has a number stands behind all that has none.
                assert_eq!(rows.iter().rev().take(2).map(|r| r["page"].clone()).collect::<Vec<_>>(), [1, 2]);
                break;
            }
        }
        assert_eq!((seen.len(), pages), (132, vec![50, 50, 32]), "{database:?}");
        // The page links to the next one, and an odd address is the first page.
        let html = liaison.get("/records").await.text();
        let link = html.split("before=w").nth(1).unwrap().split('"').next().unwrap();
        assert!(liaison.get(&format!("/records?before=w{link}")).await.text().contains("before=w"));
        assert_eq!(page(&mut liaison, &json!("w1-x")).await["rows"].as_array().unwrap().len(), 50);
    }
}

#[tokio::test]
async fn what_came_back_does_not_hide_what_waits() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // Back with the 联络员 since long, and newer by their events.
        drafted(&app, 205, "2026-09-01", "2026-10-30").await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "等确认的一件"), ("event_on", "2026-10-20")]).await;
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(todo(&mut leader).await["to_confirm"], json!([id]), "{database:?}");
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_confirm"], 1);
        // The other way round: those that wait do not hide the one that came back.
        execute(
            &app,
            q("UPDATE records SET proxy_sent_on = '2026-11-01', event_on = '2026-11-01' WHERE id <> $1")
                .bind(id.clone()),
        )
        .await;
        execute(&app, q("UPDATE records SET proxy_sent_on = '2026-09-01' WHERE id = $1").bind(id.clone())).await;
        let rows = todo(&mut liaison).await["rows"].clone();
        assert!(rows.to_string().contains("退回的代录：等确认的一件"), "{database:?} {rows}");
        assert_eq!(rows.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn only_a_talk_is_shared_also_one_that_is_called_something_else_since() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let visit = saved(&mut leader, &[("kind", "visit"), ("text", "到学校蹲点")]).await;
        assert_eq!(one(&mut leader, &visit).await["may_share"], false);
        assert!(decide(&mut leader, &visit, "share", &[]).await.contains("draft="), "he reads it anyway");
        let talk = saved(&mut leader, &[("kind", "talk"), ("text", "谈话要点金丝雀")]).await;
        let now = one(&mut leader, &talk).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        let correct = [
            ("command", command),
            ("record", &talk),
            ("seen", &seen),
            ("text", "谈话要点金丝雀"),
            ("kind", "visit"),
            ("event_on", "2026-11-02"),
            ("reason", "类型选错"),
        ];
        let place = leader.post("/records/correct", &correct).await.location();
        assert!(!place.contains("draft="), "{place}");
        let mut liaison = app.sign_in("liaison_b").await;
        let reads =
            async |liaison: &mut Client| liaison.get(&format!("/records/{talk}")).await.text().contains("金丝雀");
        assert!(!reads(&mut liaison).await);
        assert_eq!(one(&mut leader, &talk).await["may_share"], true, "{database:?}");
        decide(&mut leader, &talk, "share", &[]).await;
        assert!(reads(&mut liaison).await);
    }
}
