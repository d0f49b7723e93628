//! Rows of the table for 三色预警: a draft of the rules by the office, and the head's question about a colour.

use domain::board::{HardItems, RuleSet, to_form};
use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, one},
};
use crate::{duties::done, harness::TestApp};

const OFFICE: [&str; 2] = ["office", "office2"];
const DECIDE: [&str; 2] = ["deputy", "secretary"];
/// Those who draft and those who decide.
const DRAFTS: [&str; 4] = ["office", "office2", "deputy", "secretary"];
const HEAD: [&str; 1] = ["leader_b"];
/// The head, and every eye of the commission that knows the book.
const SEES: [&str; 6] = ["leader_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who supervise the school.
const ANSWER: [&str; 3] = ["team", "office", "office2"];
const NOBODY: [&str; 0] = [];

/// 3.3 is no hard item any more.
fn fields() -> Vec<(String, String)> {
    let hard = HardItems { never: vec!["3.3".into()], ..HardItems::default() };
    let mut out = Vec::new();
    for (name, value) in to_form(&RuleSet { hard, ..RuleSet::default() }) {
        let values: Vec<&str> = if name == "kinds" { value.split(' ').collect() } else { vec![value.as_str()] };
        out.extend(values.into_iter().filter(|v| !v.is_empty()).map(|v| (name.clone(), v.to_owned())));
    }
    out
}

fn with<'a>(all: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(more.iter().copied()).collect()
}

/// Requests about them; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (draft, check) = (of.rule_draft.as_str(), of.check.as_str());
    let seen = of.versions.rule_draft.as_str();
    let subject = [("kind", "colour"), ("post", of.post.as_str()), ("year", "2026"), ("key", of.duty.as_str())];
    Some(match path {
        "/oversight/rules" => {
            vec![get(format!("{path}?id={draft}"), &DRAFTS), get(format!("{path}?draft={}", of.draft), &NOBODY)]
        }
        "/api/oversight/rules" => vec![call(json!({ "id": draft, "dry": "1" }), &DRAFTS)],
        "/oversight/rules/export" => vec![get(format!("{path}?id={draft}&dry=1"), &DRAFTS)],
        // What is in force, a draft out of a file, and lists without ids.
        "/oversight/rules/file.json" | "/oversight/rules/file" | "/oversight/checks/export" => Vec::new(),
        "/oversight/rules/save" => {
            vec![form(&with(&fields(), &[("id", draft), ("seen", seen), ("do", "save")]), &OFFICE).versioned()]
        }
        "/oversight/rules/step" => {
            let step = |act: &str, who: &[&'static str]| {
                let fields = [("id", draft), ("seen", seen), ("do", act), ("words", "先听意见")];
                form(&fields, who).versioned().seen_by(&DRAFTS)
            };
            let own = ["ask", "withdraw", "rebase"].map(|act| step(act, &OFFICE));
            own.into_iter().chain(["adopt", "return"].map(|act| step(act, &DECIDE))).collect()
        }
        "/oversight/colours/{post}" => vec![get(format!("/oversight/colours/{}", of.post), &SEES)],
        "/api/oversight/colours" => vec![call(json!({ "post": of.post }), &SEES)],
        "/oversight/checks" => vec![get(format!("{path}?draft={}", of.draft), &NOBODY)],
        "/api/oversight/checks" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/oversight/checks/ask" => {
            let fields: Vec<(&str, &str)> = subject.into_iter().chain([("words", "请核对")]).collect();
            vec![form(&fields, &HEAD)]
        }
        "/oversight/checks/step" => {
            let step = |act: &str, who: &[&'static str]| {
                let more = [("check", check), ("do", act), ("words", "核对过")];
                let fields: Vec<(&str, &str)> = subject.into_iter().chain(more).collect();
                form(&fields, who)
            };
            vec![
                step("correct", &ANSWER),
                step("uphold", &ANSWER),
                step("withdraw", &HEAD),
                // Nothing was answered yet.
                step("seen", &NOBODY).seen_by(&HEAD),
            ]
        }
        "/oversight/checks/verify" => vec![form(&[("paper", &of.record)], &OFFICE)],
        _ => return None,
    })
}

/// A draft of the rules, and a question of the school's head; their ids.
pub async fn of_school(app: &TestApp, post: &str, duty: &str) -> (String, String) {
    let mut office = app.sign_in("office").await;
    done(&mut office, "/oversight/rules/save", &with(&fields(), &[("do", "save")])).await;
    let words = format!("{CANARY}核对");
    let asked = [("kind", "colour"), ("post", post), ("year", "2026"), ("key", duty), ("words", words.as_str())];
    done(&mut app.sign_in("leader_b").await, "/oversight/checks/ask", &asked).await;
    (one(app, q("SELECT id FROM rule_drafts"), "id").await, one(app, q("SELECT id FROM fact_checks"), "id").await)
}
