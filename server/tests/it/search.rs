//! 搜索 through the whole router on both databases: who finds what, by what, page by page.

mod details;
mod paging;
mod people;
mod quick;
mod reading;
mod rights;
mod words;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{done, execute},
    harness::{Client, TestApp},
};

/// Asks for records; the whole answer.
pub async fn find(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/search/find", form.clone()).await;
    assert_eq!(reply.status, 200, "{form}: {}", reply.text());
    reply.json()
}

/// Ids of the records found, in order.
pub fn ids(page: &Value) -> Vec<String> {
    let rows = page["rows"].as_array().unwrap();
    rows.iter().map(|row| row["row"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Snippets of the records found, found words in brackets.
pub fn snippets(page: &Value) -> Vec<String> {
    let piece = |p: &Value| {
        let text = p["text"].as_str().unwrap();
        if p["hit"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    let rows = page["rows"].as_array().unwrap();
    rows.iter().map(|row| row["snippet"].as_array().unwrap().iter().map(piece).collect()).collect()
}

/// A record, or a 代录 where a 联络员 writes; its id.
pub async fn save(client: &mut Client, text: &str, kind: &str, event_on: &str) -> String {
    let form = client.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap();
    let fields = [("post", post), ("text", text), ("kind", kind), ("event_on", event_on)];
    let place = done(client, "/records/save", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// Decides about a record.
pub async fn decide(client: &mut Client, id: &str, decision: &str) {
    let one = client.call("/api/records/one", json!({ "id": id })).await.json();
    let seen = one["version"].to_string();
    let fields = [("record", id), ("seen", &seen), ("decision", decision), ("reason", "不用这一条")];
    done(client, "/records/decide", &fields).await;
}

/// Corrects a record.
pub async fn correct(client: &mut Client, id: &str, text: &str, kind: &str) {
    let one = client.call("/api/records/one", json!({ "id": id })).await.json();
    let seen = one["version"].to_string();
    let fields = [("record", id), ("seen", &seen), ("text", text), ("kind", kind), ("reason", "写错了")];
    done(client, "/records/correct", &fields).await;
}

/// Many records at once, straight into the tables and the index; their texts by `text`.
pub async fn many(app: &TestApp, n: usize, text: impl Fn(usize) -> String) {
    let district = app.district.clone();
    let author = district.person("leader_b");
    let texts: Vec<String> = (0..n).map(text).collect();
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let last = tx.row(q("SELECT COALESCE(MAX(page), 0) AS page FROM records")).await?;
                let from = last.map_or(Ok(0), |row| row.int("page"))? + 1;
                for (page, text) in (from..).zip(texts) {
                    let id = domain::ids::RecordId(server::random::id(now));
                    tx.insert(
                        "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person)",
                        vec![
                            id.into(),
                            district.id.into(),
                            district.school_post.into(),
                            district.school.into(),
                            2026.into(),
                            page.into(),
                            "recorded".into(),
                            "visit".into(),
                            text.into(),
                            "2026-10-08".into(),
                            now.into(),
                            "2026-10-08".into(),
                            author.into(),
                        ],
                    )
                    .await?;
                    server::services::search::index::add(tx, id).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

/// A record lawfully removed, as far as the tables know.
pub async fn make_stub(app: &TestApp, id: &str) {
    execute(app, q("UPDATE records SET state = 'stub', text = '已依规移除' WHERE id = $1").bind(id)).await;
    reindexed(app, id).await;
}

/// Brings one record's document up to date.
pub async fn reindexed(app: &TestApp, id: &str) {
    let id = id.parse().unwrap();
    let job = app
        .app
        .store()
        .write(move |tx| Box::pin(async move { Ok(server::services::search::index::replace(tx, id).await?) }));
    job.await.unwrap();
}
