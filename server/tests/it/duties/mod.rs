//! 明责 through the whole router: from an imported list to the receipt, and what must not happen.

mod comments;
mod flow;
mod handover;
mod imports;
mod issued;
mod sources;
mod templates;

use serde_json::{Value, json};
use server::{
    random,
    storage::{Query, Row, q},
};

use crate::harness::{Client, Database, TestApp};

/// A list as an office pastes it: 60 items are not needed to see the rules.
pub const PASTED: &str = "编号\t大项\t履责条目\t频次\t佐证材料
1.1\t政治建设\t把上级重大决策列为第一议题学习\t每月\t会议记录、台账
3.3\t责任部署\t主持专题会议研究全面从严治党\t每半年\t会议记录
6.3\t谈心谈话\t与年轻干部经常性谈心谈话\t每季度\t谈话要点
9.1\t纪律教育\t主持警示教育会，用身边案例\t每年\t会议记录
12.2\t问题整改\t“三交底”满3个月书面报告\t任期一次\t书面报告
13.4\t廉洁表率\t守亲清政商规矩，应报告的主动报告\t随时\t签批或承诺";

/// A key that no form has used yet.
pub fn command() -> String {
    random::id(domain::time::Instant(0)).to_string()
}

/// Fields with a fresh command id.
pub async fn send(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> crate::harness::Reply {
    let key = command();
    let mut all = vec![("command", key.as_str())];
    all.extend_from_slice(fields);
    client.post(path, &all).await
}

/// Sends a form that must succeed; the path it leads to.
pub async fn done(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = send(client, path, fields).await;
    assert_eq!(reply.status, 303, "{path}: {}", reply.text());
    assert!(!reply.location().contains("draft="), "{path}: {}", refusal(client, &reply.location()).await);
    reply.location()
}

/// Sends a form that must be refused; the page it comes back to.
pub async fn refused(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = send(client, path, fields).await;
    assert_eq!(reply.status, 303, "{path}: {}", reply.text());
    assert!(reply.location().contains("draft="), "{path} was taken: {}", reply.location());
    client.get(&reply.location()).await.text()
}

async fn refusal(client: &mut Client, page: &str) -> String {
    let text = client.get(page).await.text();
    text.split("role=\"alert\"").nth(1).unwrap_or(&text).chars().take(300).collect()
}

/// Imports [`PASTED`] and publishes it; the template's id.
pub async fn published(office: &mut Client) -> String {
    import(office, PASTED).await;
    let template = newest_template(office).await;
    let seen = page(office, "/api/duties/template", &template).await["version"].to_string();
    done(office, "/duties/templates/publish", &[("template", &template), ("seen", &seen)]).await;
    template
}

/// Uploads a pasted table and commits it; the preview as text of its page.
pub async fn import(office: &mut Client, pasted: &str) -> String {
    let target = json!({ "list": "first_responsible", "year": 2026 }).to_string();
    let reply =
        office.upload("/imports/upload", &[("kind", "duties"), ("target", &target), ("pasted", pasted)], "", b"").await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let preview = office.get(&reply.location()).await.text();
    let upload = reply.location().rsplit('/').next().unwrap().to_owned();
    done(office, "/imports/commit", &[("upload", &upload)]).await;
    preview
}

pub async fn newest_template(office: &mut Client) -> String {
    let overview = office.call("/api/duties/overview", json!({})).await.json();
    overview["templates"][0]["id"].as_str().unwrap().to_owned()
}

/// What a page reads of one object.
pub async fn page(client: &mut Client, path: &str, id: &str) -> Value {
    let reply = client.call(path, json!({ "id": id })).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// The row version of a list.
pub async fn version(client: &mut Client, list: &str) -> String {
    page(client, "/api/duties/list", list).await["version"].to_string()
}

/// One step of H1 by whoever `client` is.
pub async fn step(client: &mut Client, list: &str, step: &str, more: &[(&str, &str)]) -> String {
    let seen = version(client, list).await;
    let mut fields = vec![("leader", list), ("seen", seen.as_str()), ("step", step)];
    fields.extend_from_slice(more);
    done(client, "/duties/lists/step", &fields).await
}

/// Makes the drafts of all units; the list of a unit by its name.
pub async fn made(office: &mut Client, unit: &str) -> String {
    done(office, "/duties/make", &[("year", "2026"), ("kind", ""), ("effective_on", "2026-01-01")]).await;
    list_of(office, unit).await
}

/// The newest list of a unit by its name.
pub async fn list_of(client: &mut Client, unit: &str) -> String {
    let overview = client.call("/api/duties/overview", json!({ "q": unit })).await.json();
    overview["rows"][0]["list"][0].as_str().unwrap_or_else(|| panic!("{overview}")).to_owned()
}

/// A list that went all the way to 下达.
pub async fn issued(app: &TestApp, unit: &str) -> String {
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    published(&mut office).await;
    let list = made(&mut office, unit).await;
    through(app, &mut office, &mut deputy, &list).await;
    list
}

/// Draft → 下达; the unit's head has no objection, so nobody waits for the five days.
pub async fn through(app: &TestApp, office: &mut Client, deputy: &mut Client, list: &str) {
    step(office, list, "send", &[]).await;
    agree(app, office, list).await;
    step(office, list, "submit", &[]).await;
    step(deputy, list, "approve", &[]).await;
    step(office, list, "issue", &[("effective_on", "2026-01-01"), ("alike", "1")]).await;
}

/// 「无意见」 of the unit, by its 联络员 (a post may be vacant).
pub async fn agree(app: &TestApp, office: &mut Client, list: &str) {
    let title = page(office, "/api/duties/list", list).await["title"].as_str().unwrap().to_owned();
    let login = if title.starts_with("区教育局") { "liaison_b" } else { "liaison_a" };
    let mut liaison = app.sign_in(login).await;
    done(&mut liaison, "/duties/lists/comment", &[("leader", list), ("comment", "")]).await;
}

/// Rows straight from the database.
pub async fn rows(app: &TestApp, query: Query) -> Vec<Row> {
    app.app.store().read().rows(query).await.unwrap()
}

/// `duty code, window_from, due_on, state, satisfied` of a post's occurrences.
pub async fn occurrences(app: &TestApp, post: domain::ids::PostId) -> Vec<(String, String, String, String, bool)> {
    rows(
        app,
        q("SELECT code, window_from, due_on, state, record_id FROM occurrences WHERE post_id = $1 ORDER BY code, window_from")
            .bind(post),
    )
    .await
    .iter()
    .map(|r| {
        (
            r.text("code").unwrap(),
            r.text("window_from").unwrap(),
            r.text("due_on").unwrap(),
            r.text("state").unwrap(),
            r.opt_text("record_id").unwrap().is_some(),
        )
    })
    .collect()
}

/// Runs a statement in the writer.
pub async fn execute(app: &TestApp, query: Query) {
    app.app.store().write(move |tx| Box::pin(async move { Ok(tx.execute(query).await?) })).await.unwrap();
}

/// A fresh app on SQLite.
pub async fn sqlite() -> TestApp {
    TestApp::new(Database::Sqlite).await
}
