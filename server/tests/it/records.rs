//! 履责 through the whole router: 随手记 on both databases, and what must not happen.

mod closed;
mod clues;
mod colours;
mod confined;
mod corrections;
mod details;
mod first_use;
mod handover;
mod lengths;
mod many_waiting;
pub mod offline;
mod offline_again;
mod offline_many;
mod offline_others;
mod offline_quotes;
pub mod proxy;
mod queries;
mod resent;
mod sent_late;
mod two_posts;
mod words;

use serde_json::json;
use server::storage::q;

use crate::harness::{BOTH, Client, Database, TestApp};

/// A fresh form of 随手记: command id, post, items by code.
async fn form(client: &mut Client) -> (String, String, Vec<(String, String)>) {
    let page = client.call("/api/records/new", json!({})).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.json();
    let choices = page["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["code"].as_str().unwrap().to_owned(), c["duty"].as_str().unwrap().to_owned()))
        .collect();
    (page["command"].as_str().unwrap().to_owned(), page["post"].as_str().unwrap().to_owned(), choices)
}

/// A record saved with these fields; its id.
pub async fn saved(client: &mut Client, more: &[(&str, &str)]) -> String {
    let (command, post, _) = form(client).await;
    let mut fields = vec![("command", command.as_str()), ("post", &post)];
    if !more.iter().any(|(name, _)| *name == "event_on") {
        fields.push(("event_on", ""));
    }
    fields.extend_from_slice(more);
    let reply = client.post("/records/save", &fields).await;
    assert!(reply.location().contains("saved=1"), "{more:?} {}", reply.location());
    reply.location().split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn one(client: &mut Client, id: &str) -> serde_json::Value {
    client.call("/api/records/one", json!({ "id": id, "draft": null })).await.json()
}

#[tokio::test]
async fn one_sentence_is_enough_and_gets_a_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (command, post, _) = form(&mut leader).await;
        let reply = leader
            .post(
                "/records/save",
                &[("command", &command), ("post", &post), ("text", "到窗口蹲点半天"), ("event_on", "")],
            )
            .await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        let book = leader.call("/api/records/book", json!({})).await.json();
        assert_eq!(book["rows"][0]["page"], 1);
        assert_eq!(book["rows"][0]["text"], "到窗口蹲点半天");
        // The same submit again (a double click, a retry): the same record.
        let again = leader
            .post(
                "/records/save",
                &[("command", &command), ("post", &post), ("text", "到窗口蹲点半天"), ("event_on", "")],
            )
            .await;
        assert_eq!(again.location(), reply.location());
        // The same key with another text is refused, and the text is kept as a draft.
        let other = leader
            .post("/records/save", &[("command", &command), ("post", &post), ("text", "另一句话"), ("event_on", "")])
            .await;
        assert!(other.location().starts_with("/records/new?draft="), "{}", other.location());
        let draft = leader.get(&other.location()).await;
        assert!(draft.text().contains("另一句话"));
        let book = leader.call("/api/records/book", json!({})).await.json();
        assert_eq!(book["rows"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_refused_form_comes_back_with_every_word() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let (command, post, _) = form(&mut leader).await;
    let reply = leader
        .post(
            "/records/save",
            &[("command", &command), ("post", &post), ("text", "𠮷䶮镇蹲点 <b>😀</b>"), ("event_on", "2026-11-31")],
        )
        .await;
    let page = leader.get(&reply.location()).await.text();
    assert!(page.contains("𠮷䶮镇蹲点 &lt;b&gt;😀&lt;/b&gt;"), "text escaped and kept");
    assert!(page.contains("不是日期"));
    assert!(!page.contains("<b>😀</b>"));
}

#[tokio::test]
async fn words_that_must_not_enter_are_kept_in_the_draft_only() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let (command, post, _) = form(&mut leader).await;
    let reply = leader
        .post(
            "/records/save",
            &[("command", &command), ("post", &post), ("text", "与证件11010519491231002X的同志谈话"), ("event_on", "")],
        )
        .await;
    assert!(reply.location().contains("draft="));
    // Every word of it, for its author and for nobody else.
    let text = "与证件11010519491231002X的同志谈话";
    let page = leader.get(&reply.location()).await.text();
    assert!(page.contains(text) && page.contains("不能存入"), "{page}");
    let other = app.sign_in("leader_b").await.get(&reply.location()).await.text();
    assert!(!other.contains("11010519491231002X"));
    let found = |query| {
        let read = app.app.store().read().clone();
        async move { read.rows(query).await.unwrap().len() }
    };
    assert_eq!(found(q("SELECT id FROM drafts")).await, 1);
    assert_eq!(found(q("SELECT id FROM records")).await, 0);
    for elsewhere in [
        q("SELECT answer FROM commands WHERE answer LIKE '%19491231%'"),
        q("SELECT text FROM audit_details WHERE text LIKE '%19491231%'"),
        q("SELECT title FROM thread_events WHERE title LIKE '%19491231%'"),
    ] {
        assert_eq!(found(elsewhere).await, 0, "in the draft only");
    }
}

#[tokio::test]
async fn a_correction_keeps_both_texts_and_the_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (command, post, _) = form(&mut leader).await;
        let saved = leader
            .post("/records/save", &[("command", &command), ("post", &post), ("text", "谈话两人"), ("event_on", "")])
            .await;
        let id = saved.location().split(['/', '?']).nth(2).unwrap().to_owned();
        let one = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        let seen = one["version"].to_string();
        let command = one["command"].as_str().unwrap();
        let fields = [
            ("command", command),
            ("record", id.as_str()),
            ("seen", seen.as_str()),
            ("text", "谈话三人"),
            ("reason", "人数写错"),
        ];
        let reply = leader.post("/records/correct", &fields).await;
        assert_eq!(reply.location(), format!("/records/{id}?done=corrected"));
        let after = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        assert_eq!(after["corrections"][0]["before"], "谈话两人");
        assert_eq!(after["row"]["text"], "谈话三人");
        assert_eq!(after["row"]["page"], 1);
        // The old version is stale now.
        let stale = leader
            .post(
                "/records/correct",
                &[
                    ("command", after["command"].as_str().unwrap()),
                    ("record", &id),
                    ("seen", &seen),
                    ("text", "谈话四人"),
                    ("reason", "再改"),
                ],
            )
            .await;
        assert!(stale.location().contains("draft="), "{}", stale.location());
    }
}

#[tokio::test]
async fn a_proxy_entry_counts_only_when_the_head_confirms() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_a").await;
        let (command, post, _) = form(&mut liaison).await;
        let reply = liaison
            .post("/records/save", &[("command", &command), ("post", &post), ("text", "专题会"), ("event_on", "")])
            .await;
        assert_eq!(reply.status, 303);
        let id = reply.location().split(['/', '?']).nth(2).unwrap().to_owned();
        let mut office = app.sign_in("office").await;
        let seen = office.call("/api/records/one", json!({ "id": id, "draft": null })).await;
        assert_eq!(seen.status, 404, "office eyes never see an unconfirmed draft");
        let mut leader = app.sign_in("leader_a").await;
        let one = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        assert_eq!(one["row"]["page"], json!(null));
        assert_eq!(one["may_confirm"], true);
        // The 联络员 cannot confirm what he wrote.
        let version = one["version"].to_string();
        let own = liaison.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        let fields = |command: String| {
            vec![
                ("command".to_owned(), command),
                ("record".to_owned(), id.clone()),
                ("seen".to_owned(), version.clone()),
                ("decision".to_owned(), "confirm".to_owned()),
                ("reason".to_owned(), String::new()),
            ]
        };
        let post_all = |list: &[(String, String)]| list.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
        let mine = fields(own["command"].as_str().unwrap().to_owned());
        let pairs = post_all(&mine);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        liaison.post("/records/decide", &pairs).await;
        let still = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        assert_eq!(still["row"]["unconfirmed"], true);
        let theirs = fields(one["command"].as_str().unwrap().to_owned());
        let pairs: Vec<(&str, &str)> = theirs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        leader.post("/records/decide", &pairs).await;
        let after = leader.call("/api/records/one", json!({ "id": id, "draft": null })).await.json();
        assert_eq!(after["row"]["page"], 1);
        assert_eq!(after["row"]["proxy"], "耿伟");
    }
}

#[tokio::test]
async fn talks_of_the_head_stay_hidden_from_the_liaison_and_texts_from_the_office() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    let (command, post, _) = form(&mut leader).await;
    leader
        .post(
            "/records/save",
            &[("command", &command), ("post", &post), ("kind", "talk"), ("text", "谈话要点金丝雀"), ("event_on", "")],
        )
        .await;
    for login in ["liaison_b", "office", "team", "secretary"] {
        let mut other = app.sign_in(login).await;
        let book = other.call("/api/records/book", json!({ "post": post })).await;
        assert_eq!(book.status, 200, "{login}: {}", book.text());
        assert!(!book.text().contains("金丝雀"), "{login} reads the talk");
        let page = other.get(&format!("/records?post={post}")).await;
        assert!(!page.text().contains("金丝雀"), "{login} finds the talk in the page");
    }
    for login in ["leader_a", "leader_c", "team2", "liaison_a", "sysadmin", "audit"] {
        let mut other = app.sign_in(login).await;
        let book = other.call("/api/records/book", json!({ "post": post })).await;
        assert_eq!(book.status, 404, "{login}");
    }
}
