//! People: the door (A01–A14), sessions, activation, roles of two persons, units
//! and their history, imports of name lists and the 归口表.

mod administration;
mod ages;
mod audit;
mod denials;
mod devices;
mod district;
mod imports;
mod kept;
mod liaisons;
mod ports;
mod resets;
mod resumed;
mod sessions;
mod sign_in;
mod strokes;

use axum::{body::Body, http::Request};
use server::{
    http::accept::Peer,
    services::people::sessions::Live,
    storage::{Query, Row, q},
};

use crate::harness::{Client, Reply, TestApp};

/// An id for the command of a form; `n` tells the forms of a test apart.
fn command(n: u32) -> String {
    format!("01930000-0000-7000-8000-{n:012}")
}

/// The session behind a browser's cookie.
async fn live(app: &TestApp, client: &Client) -> Option<Live> {
    let token = &client.cookies.iter().find(|(n, _)| n.ends_with("wuze"))?.1;
    app.app.services().session(token).await.unwrap()
}

async fn row(app: &TestApp, query: Query) -> Option<Row> {
    app.app.store().read().row(query).await.unwrap()
}

async fn count(app: &TestApp, query: Query) -> i64 {
    row(app, query).await.unwrap().int("n").unwrap()
}

/// Rows of the audit log with this action.
async fn audited(app: &TestApp, action: &str) -> i64 {
    count(app, q("SELECT COUNT(*) AS n FROM audit WHERE action = $1").bind(action)).await
}

/// A form from a given address, with other headers.
async fn post_from(
    client: &mut Client,
    address: [u8; 4],
    headers: &[(&str, &str)],
    path: &str,
    fields: &[(&str, &str)],
) -> Reply {
    let body: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let mut request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .extension(Peer((address, 40_000).into()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request, Body::from(body.join("&"))).await
}

/// The version of a unit that a form must show.
async fn version(app: &TestApp, unit: impl ToString) -> String {
    row(app, q("SELECT version FROM units WHERE id = $1").bind(unit.to_string()))
        .await
        .unwrap()
        .int("version")
        .unwrap()
        .to_string()
}

/// Where a refused form leads, and what the page then says.
async fn refusal(client: &mut Client, reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert!(reply.location().contains("draft="), "not refused: {}", reply.location());
    client.get(&reply.location()).await.text()
}
