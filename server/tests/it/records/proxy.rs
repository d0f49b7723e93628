//! 代录 (H2) through the router: days, edits, refusals, and talks that the head shares.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::rows,
    harness::{BOTH, Client, TestApp},
};

async fn decide(client: &mut Client, id: &str, decision: &str, more: &[(&str, &str)]) -> String {
    let now = one(client, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let mut fields = vec![("command", command), ("record", id), ("seen", seen.as_str()), ("decision", decision)];
    fields.extend_from_slice(more);
    if !more.iter().any(|(n, _)| *n == "reason") {
        fields.push(("reason", ""));
    }
    client.post("/records/decide", &fields).await.location()
}

async fn todo(client: &mut Client) -> Value {
    client.call("/api/records/todo", json!({})).await.json()
}

#[tokio::test]
async fn not_confirmed_in_ten_working_days_it_goes_back_and_can_be_sent_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "组织学习"), ("kind", "lecture")]).await;
        let late = saved(&mut liaison, &[("text", "上月的事"), ("event_on", "2026-10-20")]).await;
        assert_eq!(one(&mut liaison, &id).await["row"]["drafted_late"], false);
        assert_eq!(one(&mut liaison, &late).await["row"]["drafted_late"], true);
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(todo(&mut leader).await["to_confirm"].as_array().unwrap().len(), 2);
        // 2 November is a Monday: until the 16th.
        app.clock.set_day(parse_iso("2026-11-17").unwrap());
        let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
        assert!(todo(&mut leader).await["to_confirm"].as_array().unwrap().is_empty());
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_confirm"], 0);
        assert!(todo(&mut liaison).await["rows"].to_string().contains("退回的代录"));
        let now = one(&mut leader, &id).await;
        assert_eq!((now["may_confirm"].clone(), now["may_resend"].clone()), (json!(false), json!(false)));
        assert!(decide(&mut leader, &id, "confirm", &[]).await.contains("draft="));
        assert!(one(&mut liaison, &id).await["may_resend"] == true);
        assert!(decide(&mut liaison, &id, "resend", &[("text", "组织学习两次")]).await.starts_with("/records/"));
        assert_eq!(todo(&mut leader).await["to_confirm"], json!([id]));
        decide(&mut leader, &id, "confirm", &[]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["page"].clone(), now["row"]["text"].clone()), (json!(1), json!("组织学习两次")));
        let never = rows(&app, q("SELECT page FROM records WHERE id = $1").bind(late)).await;
        assert_eq!(never[0].opt_int("page").unwrap(), None, "what nobody confirmed does not count");
    }
}

#[tokio::test]
async fn the_head_may_change_it_while_confirming_and_both_authors_are_shown() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "与两人谈")]).await;
        let mut leader = app.sign_in("leader_b").await;
        // What must not enter is refused here as everywhere; a clue-like word asks.
        assert!(decide(&mut leader, &id, "confirm", &[("text", "证件11010519491231002X")]).await.contains("draft="));
        let back = decide(&mut leader, &id, "confirm", &[("text", "与三人谈线索管理")]).await;
        assert!(leader.get(&back).await.text().contains("value=\"confirm+keep\""));
        decide(&mut leader, &id, "confirm+keep", &[("text", "与三人谈线索管理")]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["page"].clone(), now["row"]["text"].clone()), (json!(1), json!("与三人谈线索管理")));
        let kept = &now["corrections"][0];
        assert_eq!((kept["before"].clone(), kept["by"].clone()), (json!("与两人谈"), json!("叶国平")));
        assert_eq!(now["row"]["proxy"], "沈宏斌");
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("与两人谈") && page.contains("叶国平") && page.contains("沈宏斌"));
    }
}

#[tokio::test]
async fn all_go_back_at_once_with_one_reason() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let first = saved(&mut liaison, &[("text", "一")]).await;
    let second = saved(&mut liaison, &[("text", "二")]).await;
    let mut leader = app.sign_in("leader_b").await;
    let refuse = |command: String, reason: &'static str| {
        let (first, second) = (first.clone(), second.clone());
        vec![
            ("command", command),
            ("record", first),
            ("record", second),
            ("do", "refuse".to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    for (reason, state) in [("", "proxy"), ("请写明参会人", "refused")] {
        let command = todo(&mut leader).await["command"].as_str().unwrap().to_owned();
        let fields = refuse(command, reason);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        leader.post("/records/confirm", &fields).await;
        let states = rows(&app, q("SELECT state FROM records")).await;
        assert!(states.iter().all(|r| r.text("state").unwrap() == state), "{reason}");
    }
    assert!(todo(&mut liaison).await["rows"].to_string().contains("请写明参会人"));
}

#[tokio::test]
async fn a_talk_is_read_by_the_liaison_only_while_it_is_shared() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("kind", "talk"), ("text", "谈话要点金丝雀"), ("d.follow_up", "金丝雀二")]).await;
        let mut liaison = app.sign_in("liaison_b").await;
        for (decision, reads) in [("", false), ("share", true), ("unshare", false)] {
            if !decision.is_empty() {
                decide(&mut leader, &id, decision, &[]).await;
            }
            let page = liaison.get(&format!("/records/{id}")).await.text();
            assert_eq!(page.contains("金丝雀"), reads, "{decision}");
            assert_eq!(page.contains("金丝雀二"), reads, "{decision}");
            assert!(!app.sign_in("office").await.get(&format!("/records/{id}")).await.text().contains("金丝雀"));
        }
        // He shares nothing himself, and checks nothing of his own unit.
        for decision in ["share", "verify"] {
            assert!(decide(&mut liaison, &id, decision, &[]).await.contains("draft="), "{decision}");
        }
        assert!(!liaison.get(&format!("/records/{id}")).await.text().contains("金丝雀"));
        let (command, post, _) = form(&mut leader).await;
        assert!(!command.is_empty() && !post.is_empty());
    }
}
