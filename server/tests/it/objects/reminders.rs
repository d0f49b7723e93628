//! Rows of the table for 提醒 and 系统设置.

use serde_json::json;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

/// Those who read the school's book, in full or as an outline.
const BOOK: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read the book of the 区委书记.
const LEADING: [&str; 2] = ["district_head", "secretary"];
const NOBODY: [&str; 0] = [];

/// Requests about somebody's month or notices; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    Some(match path {
        "/month" | "/month/ics" => {
            vec![get(format!("{path}?post={}", of.post), &BOOK), get(format!("{path}?post={}", of.leading), &LEADING)]
        }
        "/reminders" | "/reminders/urges" | "/settings" => {
            vec![get(format!("{path}?draft={}", of.draft), &NOBODY)]
        }
        "/api/reminders/month" => {
            vec![call(json!({ "post": of.post }), &BOOK), call(json!({ "post": of.leading }), &LEADING)]
        }
        "/api/reminders/ways" | "/api/reminders/desk" | "/api/reminders/urges" | "/api/settings/records" => {
            vec![call(json!({ "draft": of.draft }), &NOBODY)]
        }
        // No notice has this id. Somebody else's is tried in `crate::reminders`.
        "/reminders/seen" => vec![form(&[("id", &of.item)], &NOBODY)],
        // Nothing of the school is near its deadline; who may is tried in `crate::reminders`.
        "/reminders/urge" => vec![form(&[("subject", "item"), ("id", &of.item)], &NOBODY)],
        // The form and the page of one name; the page's draft is that of the function above.
        "/reminders/ways"
        | "/reminders/feed"
        | "/reminders/test"
        | "/reminders/decide"
        | "/reminders/channels"
        | "/settings/records" => Vec::new(),
        // A secret, not an id: tried in `crate::reminders`.
        "/calendar/{secret}" => Vec::new(),
        _ => return None,
    })
}
