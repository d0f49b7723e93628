//! Texts that are far too long: said, and every character of them kept.

use serde_json::json;
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::rows,
    harness::{BOTH, TestApp},
};

/// Characters of three and of four bytes; encoded for a form they take three times as many.
const LONG: [&str; 2] = ["长", "𠮷"];

#[tokio::test]
async fn twenty_thousand_characters_are_refused_with_every_one_of_them_kept() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        for sign in LONG {
            let text = sign.repeat(20_000);
            let (command, post, _) = form(&mut leader).await;
            let fields = [("command", command.as_str()), ("post", &post), ("text", &text), ("event_on", "")];
            let reply = leader.post("/records/save", &fields).await;
            assert!(reply.location().starts_with("/records/new?draft="), "{} {}", reply.status, reply.location());
            let page = leader.get(&reply.location()).await.text();
            assert!(page.contains(&text), "{database:?}: not a character is lost");
            assert!(page.contains("有 20000 个字，超过了 5000 个字"), "the limit is named");
        }
        // The same where a record is corrected: what stands there stays.
        let id = saved(&mut leader, &[("text", "到窗口蹲点半天")]).await;
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        let text = LONG[0].repeat(20_000);
        let change = [("command", command), ("record", &id), ("seen", &seen), ("text", &text), ("reason", "写长了")];
        let reply = leader.post("/records/correct", &change).await;
        assert!(reply.location().contains("draft="), "{}", reply.location());
        assert!(leader.get(&reply.location()).await.text().contains(&text));
        assert_eq!(one(&mut leader, &id).await["row"]["text"], "到窗口蹲点半天");
        // On its way into the book nothing is half there.
        let book = leader.call("/api/records/book", json!({})).await.json();
        assert_eq!(book["rows"].as_array().unwrap().len(), 1);
        let there = rows(&app, q("SELECT COUNT(*) AS n FROM records WHERE text LIKE '%长长%'")).await;
        assert_eq!(there[0].int("n").unwrap(), 0, "{database:?}");
    }
}
