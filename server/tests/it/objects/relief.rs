//! Rows of the table for 减负反馈. The page is everybody's; what a link brings along is not.

use serde_json::json;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

/// Those whose own list has the item of the school alone.
const OWN: [&str; 2] = ["leader_b", "liaison_b"];
const NOBODY: [&str; 0] = [];

/// Requests about a subject or a suggestion; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let about = format!("item:{}", of.duty);
    Some(match path {
        "/relief" => {
            vec![get(format!("/relief?about={about}"), &OWN), get(format!("/relief?draft={}", of.draft), &NOBODY)]
        }
        "/api/relief/page" => {
            vec![call(json!({ "about": about }), &OWN), call(json!({ "draft": of.draft }), &NOBODY)]
        }
        "/relief/suggest" => vec![
            form(&[("about", &about), ("words", "没必要")], &OWN),
            form(&[("about", &about), ("words", "没必要"), ("nameless", "1")], &OWN),
        ],
        // Somebody else's suggestion, and one that is open, are tried in `crate::relief`.
        "/relief/withdraw" => vec![form(&[("voice", &of.item)], &NOBODY)],
        "/relief/answer" => vec![form(&[("about", &about), ("verdict", "declined"), ("reason", "要留")], &NOBODY)],
        // No id.
        "/relief/rates" | "/relief/export" => Vec::new(),
        _ => return None,
    })
}
