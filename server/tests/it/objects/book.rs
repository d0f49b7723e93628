//! Rows of the table for the book and its closing.

use serde_json::json;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

/// Those who read the school's book, in full or as an outline.
const BOOK: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who may close it, or note that its head did.
const CLOSERS: [&str; 3] = ["leader_b", "office", "office2"];
/// Those who read the book of the 区委书记.
const LEADING: [&str; 2] = ["district_head", "secretary"];
const NOBODY: [&str; 0] = [];

/// Requests about a book; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    Some(match path {
        "/book" | "/book/map" | "/book/calendar" => vec![
            get(format!("{path}?post={}&year=2026", of.post), &BOOK),
            get(format!("{path}?post={}&year=2026", of.leading), &LEADING),
        ],
        "/book/closing" => vec![
            get(format!("{path}?post={}&year=2026", of.post), &CLOSERS).seen_by(&BOOK),
            get(format!("{path}?post={}&year=2026", of.leading), &["district_head"]).seen_by(&LEADING),
        ],
        "/api/book/turn" | "/api/book/map" | "/api/book/calendar" => vec![
            call(json!({ "post": of.post, "year": 2026 }), &BOOK),
            call(json!({ "post": of.leading, "year": 2026 }), &LEADING),
        ],
        "/api/book/closing" => vec![
            call(json!({ "post": of.post, "year": 2026 }), &CLOSERS).seen_by(&BOOK),
            call(json!({ "post": of.leading, "year": 2026 }), &["district_head"]).seen_by(&LEADING),
        ],
        // The year runs: nobody's works.
        "/book/close" => {
            let fields = [("post", of.post.as_str()), ("year", "2026"), ("seen", ""), ("typed", "叶国平")];
            vec![form(&fields, &NOBODY).seen_by(&BOOK)]
        }
        _ => return None,
    })
}
