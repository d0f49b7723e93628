//! Denials of signed-in accounts: each leaves a row, a flood leaves its count.

use serde_json::json;
use server::storage::q;

use super::{audited, command, count};
use crate::harness::{BOTH, Client, TestApp};

const NOBODYS_ID: &str = "01930000-0000-7000-8000-000000000000";

/// Objects of the rows, in order.
async fn noted(app: &TestApp) -> Vec<String> {
    let rows = app
        .app
        .store()
        .read()
        .rows(q("SELECT object FROM audit WHERE action = 'people.denied' ORDER BY seq"))
        .await
        .unwrap();
    rows.iter().map(|r| r.text("object").unwrap()).collect()
}

/// A record for somebody else's book; where the form leads.
async fn foreign(client: &mut Client, app: &TestApp, n: u32) -> String {
    let (post, command) = (app.district.school_post.to_string(), command(n));
    let fields = [("command", command.as_str()), ("post", post.as_str()), ("text", "不是我的"), ("event_on", "")];
    client.post("/records/save", &fields).await.location()
}

#[tokio::test]
async fn refused_by_role_by_object_and_behind_a_form_each_leave_a_row() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        assert_eq!(leader.get("/audit").await.status, 404);
        assert_eq!(leader.call("/api/audit/log", json!({})).await.status, 404);
        assert_eq!(leader.get(&format!("/records/{NOBODYS_ID}")).await.status, 404);
        assert!(foreign(&mut leader, &app, 1).await.contains("draft="));
        let rows = noted(&app).await;
        let wanted =
            ["entry:GET /audit", "entry:POST /api/audit/log", "entry:GET /records/{id}", "entry:POST /records/save"];
        assert_eq!(rows, wanted, "{database:?}");
        let mine = q("SELECT COUNT(*) AS n FROM audit WHERE action = 'people.denied' AND actor = $1");
        assert_eq!(count(&app, mine.bind(app.district.account("leader_a"))).await, 4);
        // What is allowed, an address that is none of ours, and a visitor leave nothing.
        assert_eq!(leader.get("/me").await.status, 200);
        assert_eq!(leader.get("/nowhere").await.status, 404);
        assert_eq!(app.visitor().call("/api/audit/log", json!({})).await.status, 401);
        assert_eq!(audited(&app, "people.denied").await, 4);
    }
}

#[tokio::test]
async fn a_flood_is_one_row_a_minute_and_its_count_is_kept() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let mut other = app.sign_in("leader_b").await;
        for _ in 0..50 {
            assert_eq!(leader.call("/api/audit/log", json!({})).await.status, 404);
        }
        assert_eq!(other.call("/api/audit/log", json!({})).await.status, 404);
        assert_eq!(audited(&app, "people.denied").await, 2, "{database:?}");
        app.clock.advance_ms(60_000);
        assert_eq!(leader.call("/api/audit/log", json!({})).await.status, 404);
        assert_eq!(leader.call("/api/audit/log", json!({})).await.status, 404);
        // A stop of the server writes what was only counted.
        assert_eq!(app.app.services().flush_denials(true).await.unwrap(), 1);
        let entry = "entry:POST /api/audit/log";
        let wanted =
            [entry.to_owned(), entry.to_owned(), format!("{entry} +49"), entry.to_owned(), format!("{entry} +1")];
        assert_eq!(noted(&app).await, wanted, "{database:?}");
        assert_eq!(app.app.services().flush_denials(true).await.unwrap(), 0);
    }
}
