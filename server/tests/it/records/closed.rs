//! A record in a closed book offers nothing that would be refused, and readings say what and why.

use serde_json::json;
use server::storage::q;

use super::{one, saved};
use crate::{
    duties::execute,
    harness::{BOTH, Database, TestApp},
    oversight::open,
};

#[tokio::test]
async fn a_closed_year_offers_only_reading_and_printing() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("kind", "talk"), ("text", "与三名干部谈心")]).await;
        let offers = ["补充细节…", "更正…", "让联络员看到"];
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(offers.iter().all(|o| page.contains(o)) && !page.contains("已结转"));
        app.clock.set_day(domain::time::parse_iso("2027-01-08").unwrap());
        let close = q("INSERT INTO book_closings
             (post_id, year, district_id, unit_id, closed_on, closed_at, by_whom, person_name, done)
           VALUES ($1, 2026, $2, $3, '2027-01-05', 0, 'head', '', '{}')")
        .bind(app.district.school_post)
        .bind(app.district.id)
        .bind(app.district.school);
        execute(&app, close).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("2026年记录本已结转，只供阅读和打印"));
        for offer in offers {
            assert!(!page.contains(offer), "{offer} would be refused");
        }
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        let share = [("command", command), ("record", &id), ("seen", &seen), ("decision", "share"), ("reason", "")];
        assert!(leader.post("/records/decide", &share).await.location().contains("draft="));
        assert_eq!(one(&mut leader, &id).await["row"]["shared"], false);
    }
}

#[tokio::test]
async fn own_page_says_what_was_read_and_why() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &[("text", "到班级听课")]).await;
        open(&app, app.district.school_post, "office").await;
        let mut office = app.sign_in("office").await;
        for _ in 0..12 {
            office.call("/api/records/book", json!({ "post": app.district.school_post })).await;
            app.clock.advance_ms(60 * 60 * 1000);
        }
        let me = app.sign_in("leader_b").await.get("/me").await.text();
        assert!(me.contains("2026年记录本正文 · 日常翻阅检查（2026年1月1日至2026年12月31日）"), "{me}");
        assert!(me.contains("更早的 2 次"), "the latest ten, the rest folded");
    }
}

#[tokio::test]
async fn an_item_of_a_reminder_is_named_above_the_suggestions() {
    let app = TestApp::new(Database::Sqlite).await;
    crate::duties::issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let (_, _, choices) = super::form(&mut leader).await;
    let (code, duty) = choices[0].clone();
    let page = leader.get(&format!("/records/new?duty={duty}")).await.text();
    assert!(page.contains(&format!("从 {code} 进入，可勾选对应")));
    assert!(!page.contains("checked"), "never ticked for him");
}
