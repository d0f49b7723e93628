//! 文号 and 通报 through the whole router on both databases: a number is used once, whatever happens at the same time.

mod letters;
mod numbers;

use serde_json::{Value, json};

use crate::harness::Client;

/// The page of 文号 in the running year.
async fn page(client: &mut Client) -> Value {
    let reply = client.call("/api/numbers/page", json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// The row of a series.
fn row<'a>(page: &'a Value, key: &str) -> &'a Value {
    page["series"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap()
}
