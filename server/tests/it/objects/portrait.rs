//! Rows of the table for the 履责画像 of the school's head: his own, and the one that the commission oversees.

use serde_json::json;

use super::{
    table::{Ask, call, get},
    world::Ids,
};

/// The person himself.
const OWN: [&str; 1] = ["leader_b"];
/// The bodies that oversee the school; nobody of its unit.
const OVERSEES: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
/// Those who take the tables as a paper.
pub const PAPER: [&str; 6] = ["leader_b", "team", "office", "office2", "deputy", "secretary"];
/// The portrait of the 区委书记.
const LEADING: [&str; 1] = ["secretary"];
const NOBODY: [&str; 0] = [];

/// Requests about the portrait; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (post, term, leading) = (&of.post, &of.term, &of.leading);
    Some(match path {
        "/portrait" => {
            vec![get(format!("/portrait?term={term}"), &OWN), get(format!("/portrait?draft={}", of.draft), &NOBODY)]
        }
        "/portraits/{post}" => vec![
            get(format!("/portraits/{post}"), &OVERSEES),
            get(format!("/portraits/{post}?term={term}"), &OVERSEES),
            get(format!("/portraits/{leading}"), &LEADING),
        ],
        "/portrait/export" => vec![get(format!("/portrait/export?term={term}"), &OWN)],
        "/portraits/{post}/export" => vec![
            get(format!("/portraits/{post}/export?term={term}"), &OVERSEES),
            get(format!("/portraits/{leading}/export"), &LEADING),
        ],
        // A place in the directory, nothing of anybody.
        "/portraits" | "/portraits/export" | "/api/portrait/list" => Vec::new(),
        "/api/portrait/own" => vec![call(json!({ "term": term }), &OWN)],
        "/api/portrait/one" => vec![
            call(json!({ "post": post }), &OVERSEES),
            call(json!({ "post": post, "term": term }), &OVERSEES),
            call(json!({ "post": leading }), &LEADING),
        ],
        _ => return None,
    })
}
