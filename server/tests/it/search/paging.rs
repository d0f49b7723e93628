//! Page by page: nothing twice, nothing left out, whatever is written meanwhile.

use std::collections::BTreeSet;

use serde_json::json;

use super::{correct, find, ids, many, save};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn pages_stay_where_they_were() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        many(&app, 120, |n| format!("第{n}次到窗口蹲点，廉政提醒")).await;
        let mut leader = app.sign_in("leader_b").await;
        let first = find(&mut leader, json!({ "q": "廉政" })).await;
        let mut all = ids(&first);
        assert_eq!(all.len(), 50);
        // A new record, and a correction of one that was shown.
        save(&mut leader, "新的一条，廉政", "visit", "").await;
        correct(&mut leader, &all[10], "更正后的廉政提醒", "visit").await;
        let mut older = first["older"].clone();
        let mut pages = 1;
        while older.is_string() {
            let page = find(&mut leader, json!({ "q": "廉政", "before": older })).await;
            all.extend(ids(&page));
            older = page["older"].clone();
            pages += 1;
        }
        assert_eq!((all.len(), pages), (120, 3), "{database:?}");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120);
        let again = find(&mut leader, json!({ "q": "廉政" })).await;
        assert_eq!(ids(&again)[1..], all[..49], "{database:?}");
        // The page of a browser without scripts leads on.
        let html = leader.get("/search?q=%E5%BB%89%E6%94%BF&kind=visit").await.text();
        let next =
            format!("/search?q=%E5%BB%89%E6%94%BF&amp;kind=visit&amp;before={}", again["older"].as_str().unwrap());
        assert!(html.contains(&next), "{html}");
        let next = leader.get(&next.replace("&amp;", "&")).await;
        assert!(next.status == 200 && next.text().contains("更早的记录"));
    }
}

#[tokio::test]
async fn what_only_looks_alike_is_passed_over() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // Both pairs of 廉政治 stand in it, the word does not.
        many(&app, 3, |_| "讲廉政治理".to_owned()).await;
        many_alike(&app, 160).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = find(&mut leader, json!({ "q": "廉政治" })).await;
        assert_eq!((ids(&page).len(), page["older"].clone()), (3, json!(null)), "{database:?}");
        // So many of them that a page is not filled at once: one goes on from there.
        many_alike(&app, 1_100).await;
        let page = find(&mut leader, json!({ "q": "廉政治" })).await;
        assert_eq!(ids(&page).len(), 0);
        let page = find(&mut leader, json!({ "q": "廉政治", "before": page["older"] })).await;
        assert_eq!((ids(&page).len(), page["older"].clone()), (3, json!(null)), "{database:?}");
    }
}

async fn many_alike(app: &TestApp, n: usize) {
    many(app, n, |_| "廉政、政治学习".to_owned()).await;
}

#[tokio::test]
async fn another_ones_record_is_no_cursor() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    let id = save(&mut leader, "到窗口蹲点", "visit", "").await;
    let nothing = server::random::id(domain::time::Instant(9)).to_string();
    for (login, known) in [("leader_b", true), ("office", true), ("leader_a", false), ("member_a", false)] {
        let mut client = app.sign_in(login).await;
        for (before, there) in [(&id, known), (&nothing, false)] {
            let reply = client.call("/api/search/find", json!({ "q": "蹲点", "before": before })).await;
            assert_eq!(reply.status, if there { 200 } else { 404 }, "{login}");
        }
    }
}
