//! 减负反馈 through the whole router: suggestions and answers, what a suggestion without a name leaves, figures that
//! say nothing of one unit, and duplicates pointed out before they are saved or issued.

mod answers;
mod figures;
mod forms;
mod nameless;
mod repeats;

use serde_json::{Value, json};

use crate::{
    duties::{self, done},
    harness::{Client, TestApp},
};

/// What the page shows to somebody.
async fn page(client: &mut Client) -> Value {
    let reply = client.call("/api/relief/page", json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// A district whose school has a signed list; the duty ids of its items by number.
async fn with_list(app: &TestApp) -> Vec<(String, String)> {
    let list = duties::issued(app, "区教育局").await;
    let page = duties::page(&mut app.sign_in("office").await, "/api/duties/list", &list).await;
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["item"]["code"].as_str().unwrap().to_owned(), row["item"]["duty"].as_str().unwrap().to_owned()))
        .collect()
}

async fn suggest(app: &TestApp, login: &str, about: &str, words: &str) {
    done(&mut app.sign_in(login).await, "/relief/suggest", &[("about", about), ("words", words)]).await;
}

async fn answer(app: &TestApp, about: &str, verdict: &str, changed: &str, reason: &str) {
    let fields = [("about", about), ("verdict", verdict), ("changed", changed), ("reason", reason)];
    done(&mut app.sign_in("office").await, "/relief/answer", &fields).await;
}
