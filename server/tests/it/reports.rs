//! 报告 of the office through the whole router: what every file here does stands first.

mod bad;
mod counts;
mod flow;
mod jobs;
mod others;
mod outside;
mod sources;
mod texts;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{done, issued, refused, rows, version},
    harness::{Client, TestApp},
};

/// The judgements of a 半年梳理情况报告.
const PARTS: [&str; 4] = ["overall", "traits", "problems", "advice"];

/// Begins a report as `client`; its id.
pub async fn begun(client: &mut Client, kind: &str, cover: &str, period: &str) -> String {
    let fields = [("kind", kind), ("cover", cover), ("period", period), ("sure", "1")];
    let place = done(client, "/reports/new", &fields).await;
    place.rsplit('/').next().unwrap().to_owned()
}

/// Begins a report and computes its facts.
pub async fn computed(app: &TestApp, client: &mut Client, kind: &str, cover: &str, period: &str) -> String {
    let id = begun(client, kind, cover, period).await;
    app.app.services().work_on_reports().await.unwrap();
    id
}

/// What the page of a report reads.
pub async fn page(client: &mut Client, id: &str) -> Value {
    let reply = client.call("/api/reports/one", json!({ "id": id })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// A step that must succeed; the page it leads to.
pub async fn step(client: &mut Client, id: &str, act: &str, more: &[(&str, &str)]) -> String {
    let seen = page(client, id).await["version"].to_string();
    let mut fields = vec![("report", id), ("seen", seen.as_str()), ("do", act)];
    fields.extend_from_slice(more);
    done(client, "/reports/step", &fields).await
}

/// A step that must be refused; the page it comes back to.
async fn not(app: &TestApp, client: &mut Client, id: &str, act: &str, more: &[(&str, &str)]) -> String {
    let seen = rows(app, q("SELECT version FROM reports WHERE id = $1").bind(id)).await[0].int("version").unwrap();
    let seen = seen.to_string();
    let mut fields = vec![("report", id), ("seen", seen.as_str()), ("do", act)];
    fields.extend_from_slice(more);
    refused(client, "/reports/step", &fields).await
}

/// The fields of a form of these judgements as the page gave them to `client`.
pub async fn boxes(client: &mut Client, id: &str, texts: &[(&str, &str)]) -> Vec<(String, String)> {
    let known = page(client, id).await;
    let mut fields = vec![("report".to_owned(), id.to_owned()), ("version".to_owned(), known["version"].to_string())];
    for (part, words) in texts {
        let one = known["parts"].as_array().unwrap().iter().find(|p| p["key"] == *part).unwrap();
        fields.push((format!("seen.{part}"), one["seen"].as_str().unwrap().to_owned()));
        fields.push((format!("text.{part}"), (*words).to_owned()));
    }
    fields
}

/// Borrowed fields.
pub fn lent(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Saves these judgements; the page it leads to.
pub async fn saved(client: &mut Client, id: &str, texts: &[(&str, &str)]) -> String {
    let fields = boxes(client, id, texts).await;
    done(client, "/reports/text", &lent(&fields)).await
}

/// Writes every judgement of a 半年梳理情况报告.
pub async fn written(client: &mut Client, id: &str, words: &str) {
    let texts = PARTS.map(|part| (part, format!("{words}·{part}。")));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(part, words)| (*part, words.as_str())).collect();
    saved(client, id, &texts).await;
}

/// The block of a page.
fn block<'a>(page: &'a Value, key: &str) -> &'a Value {
    page["facts"].as_array().unwrap().iter().find(|b| b["block"] == key).unwrap_or_else(|| panic!("{key}: {page}"))
}

/// The value of a line of a block.
fn line(page: &Value, key: &str, id: &str) -> String {
    let lines = block(page, key)["lines"].as_array().unwrap();
    lines.iter().find(|l| l["id"] == id).unwrap_or_else(|| panic!("{id}: {lines:?}"))["value"].as_str().unwrap().into()
}

async fn count(app: &TestApp, query: server::storage::Query) -> i64 {
    rows(app, query).await[0].int("n").unwrap()
}

/// The school's list, signed; a record of 9.1; a reading by the two of the office with one 「需补充」. The ids of
/// reading and remark.
async fn a_year(app: &TestApp) -> (String, String) {
    let list = issued(app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let seen = version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "叶国平")]).await;
    let duty = rows(app, q("SELECT duty_id FROM leader_items WHERE code = '9.1'")).await[0].text("duty_id").unwrap();
    let post = app.district.school_post.to_string();
    let record =
        [("post", post.as_str()), ("text", "主持警示教育会"), ("kind", "study"), ("event_on", ""), ("duty", &duty)];
    done(&mut leader, "/records/save", &record).await;
    let reading = crate::oversight::registered(app, "2026-11-02", "2026-11-06").await;
    let mut office = app.sign_in("office").await;
    let remark = [("inspection", reading.as_str()), ("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")];
    done(&mut office, "/oversight/remark", &remark).await;
    let remark = rows(app, q("SELECT id FROM inspection_remarks")).await[0].text("id").unwrap();
    (reading, remark)
}
