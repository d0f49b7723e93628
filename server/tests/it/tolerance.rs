//! 容错纠错 and 澄清正名 through the whole router on both databases: nobody decides alone, nobody else learns of it,
//! and the colours go.

mod clearance;
mod colours;
mod course;
mod lists;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{done, refused, rows},
    harness::{Client, TestApp},
};

/// 澄清 is used from now on.
async fn switched_on(app: &TestApp) {
    let set = [("situations", "探索中的失误"), ("clearance", "1"), ("seen", "0")];
    done(&mut app.sign_in("office").await, "/tolerance/settings", &set).await;
}

/// A case as somebody's page shows it.
async fn case(client: &mut Client, id: &str) -> Value {
    let reply = client.call("/api/tolerance/one", json!({ "id": id })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Fields of an application about `about`.
fn application<'a>(post: &'a str, about: &'a str, whom: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("post", post),
        ("about", about),
        ("matter", "先行先试的事项"),
        ("whom", whom),
        ("facts", "按程序先行先试，进度比计划晚。"),
        ("reasons", "没有先例可循。"),
        ("remedy", "已调整方案。"),
    ]
}

/// Asked for by `login`; the case.
async fn asked(app: &TestApp, login: &str, about: &str, whom: &str) -> String {
    let post = app.district.school_post.to_string();
    let place = done(&mut app.sign_in(login).await, "/tolerance/ask", &application(&post, about, whom)).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn seen(app: &TestApp, id: &str) -> String {
    let found = rows(app, q("SELECT version FROM tolerance_cases WHERE id = $1").bind(id)).await;
    found[0].int("version").unwrap().to_string()
}

/// A step that must succeed.
async fn act(app: &TestApp, login: &str, id: &str, step: &str, more: &[(&str, &str)]) {
    let seen = seen(app, id).await;
    let mut fields = vec![("case", id), ("seen", seen.as_str()), ("step", step)];
    fields.extend_from_slice(more);
    done(&mut app.sign_in(login).await, "/tolerance/step", &fields).await;
}

/// A step that must be refused; the page it comes back to.
async fn not(app: &TestApp, login: &str, id: &str, step: &str, more: &[(&str, &str)]) -> String {
    let seen = seen(app, id).await;
    let mut fields = vec![("case", id), ("seen", seen.as_str()), ("step", step)];
    fields.extend_from_slice(more);
    refused(&mut app.sign_in(login).await, "/tolerance/step", &fields).await
}

/// What the verifier writes.
const FOUND: [(&str, &str); 6] = [
    ("motive", "为推进工作，没有谋取私利。"),
    ("procedure", "经党组会研究。"),
    ("outcome", "影响轻微，已挽回。"),
    ("remedy", "已补正。"),
    ("eligible", "yes"),
    ("situation", "为推动发展的无意过失"),
];

/// Through 受理 and 核实 by the 派驻组, and allowed by the 分管副书记.
async fn allowed(app: &TestApp, id: &str) {
    let team = app.district.person("team").to_string();
    act(app, "office", id, "accept", &[("verifier", &team)]).await;
    act(app, "team", id, "verify", &FOUND).await;
    act(app, "deputy", id, "allow", &[("reason", "符合可容错情形。")]).await;
}
