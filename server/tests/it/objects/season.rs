//! Rows of the table for 督责安排: the 年底检查 of the school, which its team has.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{Ids, one},
};
use crate::harness::TestApp;

/// The body, the office, and those who lead both.
const SEES: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
const BODY: [&str; 1] = ["team"];
const OFFICE: [&str; 2] = ["office", "office2"];
const NOBODY: [&str; 0] = [];

/// Requests about the step; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (id, seen) = (of.season.as_str(), of.versions.season.as_str());
    let pick = format!("{id}.{seen}");
    let list = |act: &str, who: &[&'static str]| {
        let fields = [("pick", pick.as_str()), ("note", "请准备材料"), ("why", "请写具体"), ("do", act)];
        form(&fields, who).versioned().seen_by(&SEES)
    };
    Some(match path {
        "/oversight/season" => vec![get(format!("{path}?draft={}", of.draft), &NOBODY)],
        "/api/season/board" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        // The file holds what the list holds; the days are the district's.
        "/oversight/season/export" | "/oversight/season/days" => Vec::new(),
        "/oversight/season/{id}" => vec![get(format!("/oversight/season/{id}"), &SEES)],
        "/api/season/step" => vec![call(json!({ "id": id }), &SEES)],
        "/oversight/season/draft" => vec![list("", &BODY)],
        // Nothing was drafted yet.
        "/oversight/season/decide" => vec![list("approve", &NOBODY), list("return", &NOBODY)],
        "/oversight/season/act" => {
            let act = |act: &str, who: &[&'static str]| {
                let fields = [
                    ("step", id),
                    ("seen", seen),
                    ("do", act),
                    ("to", "2026-12-10"),
                    ("why", "与述责错开"),
                    ("share", &of.team),
                    ("part", &of.team),
                    ("on", "2026-11-02"),
                    ("handler", "经办人"),
                ];
                form(&fields, who).versioned().seen_by(&SEES)
            };
            vec![
                act("move", &OFFICE),
                act("assign", &OFFICE),
                act("paper", &OFFICE),
                act("cancel", &OFFICE),
                // Over one body nothing is split, and what stands needs no coming back.
                act("split", &NOBODY),
                act("restore", &NOBODY),
            ]
        }
        _ => return None,
    })
}

/// The plan of the district; the step of 年底检查 of `post`.
pub async fn of_school(app: &TestApp, post: &str) -> String {
    app.app.services().keep_seasons().await.unwrap();
    let find = q("SELECT id FROM season_steps WHERE post_id = $1 AND kind = 'year_end'").bind(post);
    one(app, find, "id").await
}
