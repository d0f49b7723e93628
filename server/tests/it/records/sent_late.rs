//! A record that was on its way for a month: the phone never had the answer and sends it again.

use server::{operations::midnight, storage::q};

use super::form;
use crate::{
    duties::rows,
    harness::{BOTH, TestApp},
};

const DAY_MS: i64 = 24 * 3_600_000;

#[tokio::test]
async fn what_is_sent_again_after_a_month_is_not_entered_twice() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (command, post, _) = form(&mut leader).await;
        let fields = [("command", command.as_str()), ("post", &post), ("text", "地下室里记的一条"), ("event_on", "")];
        let first = leader.post("/records/save", &fields).await.location();
        assert!(first.contains("saved=1"), "{first}");
        let kept = async || {
            let rows = rows(&app, q("SELECT body_hash, answer FROM commands WHERE key = $1").bind(&command)).await;
            rows.iter().map(|r| (r.text("body_hash").unwrap(), r.text("answer").unwrap())).collect::<Vec<_>>()
        };
        app.clock.advance_ms(31 * DAY_MS);
        midnight::run(&midnight::jobs(&app.app)).await;
        assert_eq!(kept().await, [(String::new(), String::new())], "{database:?}: the id alone is kept");
        let mut leader = app.sign_in("leader_a").await;
        assert_eq!(leader.post("/records/save", &fields).await.location(), "/records");
        let there = rows(&app, q("SELECT id FROM records WHERE text = '地下室里记的一条'")).await;
        assert_eq!(there.len(), 1, "{database:?}");
        assert!(rows(&app, q("SELECT id FROM drafts")).await.is_empty(), "nothing is to be mended");
        app.clock.advance_ms(370 * DAY_MS);
        midnight::run(&midnight::jobs(&app.app)).await;
        assert!(kept().await.is_empty(), "{database:?}");
    }
}
