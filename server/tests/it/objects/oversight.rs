//! Rows of the table for 督责: a running reading of the school's book by the two of the office, a
//! remark in it, and a 调取 that nobody decided yet.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, one},
};
use crate::{
    duties::done,
    harness::{PASSWORD, TestApp},
};

/// The head, and every eye of the commission that knows the book.
const SEES: [&str; 6] = ["leader_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who register readings of the school.
const REGISTER: [&str; 3] = ["team", "office", "office2"];
/// The named readers.
const READERS: [&str; 2] = ["office", "office2"];
const HEAD: [&str; 1] = ["leader_b"];
const DECIDE: [&str; 2] = ["deputy", "secretary"];
const NOBODY: [&str; 0] = [];

/// Requests about the school's reading; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (id, v) = (of.reading.as_str(), &of.versions);
    let draft = || vec![get(format!("{path}?draft={}", of.draft), &NOBODY)];
    let call_draft = || vec![call(json!({ "draft": of.draft }), &NOBODY)];
    Some(match path {
        "/oversight" | "/oversight/takings" => draft(),
        "/api/oversight/list" | "/api/oversight/takings" => call_draft(),
        "/oversight/{id}" => vec![get(format!("/oversight/{id}"), &SEES)],
        "/oversight/{id}/export" => vec![get(format!("/oversight/{id}/export"), &SEES)],
        "/api/oversight/one" => vec![call(json!({ "id": id }), &SEES)],
        "/oversight/register" => {
            let fields = [
                ("year", "2026"),
                ("post", of.post.as_str()),
                ("purpose", "daily"),
                ("from", "2026-11-02"),
                ("reader", &of.person),
                ("share", "10"),
                ("sure", "1"),
            ];
            vec![form(&fields, &REGISTER)]
        }
        "/oversight/step" => {
            let step = |act: &str, who: &[&'static str]| {
                let fields = [
                    ("inspection", id),
                    ("seen", v.reading.as_str()),
                    ("do", act),
                    ("words", "意见"),
                    ("early", "1"),
                    ("typed", "叶国平"),
                    ("paper_on", "2026-11-02"),
                    ("handler", "经办人"),
                    ("duty", &of.duty),
                ];
                form(&fields, who).versioned().seen_by(&SEES)
            };
            vec![
                step("feedback", &READERS),
                step("choose", &NOBODY),
                step("withdraw", &NOBODY),
                step("reopen", &NOBODY),
                step("sign", &NOBODY),
                step("paper", &NOBODY),
                step("here", &NOBODY),
                step("prolong", &NOBODY),
                step("end", &NOBODY),
            ]
        }
        "/oversight/remark" => {
            let fields = [("inspection", id), ("record", &of.record), ("kind", "wanting"), ("text", "补充")];
            vec![form(&fields, &READERS).seen_by(&SEES)]
        }
        "/oversight/remark/step" => {
            let step = |act: &str, who: &[&'static str]| {
                let fields = [
                    ("inspection", id),
                    ("remark", &of.remark),
                    ("seen", "0"),
                    ("do", act),
                    ("words", "请核对"),
                    ("demand", "补齐"),
                ];
                form(&fields, who).seen_by(&SEES)
            };
            vec![
                step("agree", &NOBODY),
                step("ask", &HEAD),
                // Its author.
                step("retract", &["office"]),
                step("keep", &NOBODY),
                step("item", &READERS),
                // Nothing was proposed.
                step("approve", &NOBODY),
                step("decline", &NOBODY),
            ]
        }
        "/oversight/look" => {
            let fields = [("inspection", id), ("item", &of.item), ("kind", "unsettled"), ("text", "台账没有更新")];
            vec![form(&fields, &READERS).seen_by(&SEES)]
        }
        "/oversight/unmatch" => {
            let fields = [("inspection", id), ("record", &of.record), ("duty", &of.duty), ("reason", "不符")];
            vec![form(&fields, &READERS).seen_by(&SEES)]
        }
        "/oversight/takings/ask" => {
            let fields = [
                ("post", of.post.as_str()),
                ("year", "2026"),
                ("number", "另一文号"),
                ("reason", "依规"),
                ("secret", PASSWORD),
                ("sure", "1"),
            ];
            vec![form(&fields, &READERS)]
        }
        "/oversight/takings/decide" => {
            let decide =
                |act, who: &[&'static str]| form(&[("taking", &of.taking), ("do", act), ("secret", PASSWORD)], who);
            // Nothing is approved yet that a second could confirm.
            vec![decide("approve", &DECIDE), decide("second", &NOBODY).seen_by(&READERS)]
        }
        "/oversight/takings/file" => vec![form(&[("taking", &of.taking), ("secret", PASSWORD)], &NOBODY)],
        _ => return None,
    })
}

/// A reading, a remark and a 调取 of the school; their ids.
pub async fn of_school(app: &TestApp, record: &str) -> (String, String, String) {
    let (mut office, post) = (app.sign_in("office").await, app.district.school_post.to_string());
    let person = |login| app.district.person(login).to_string();
    let fields = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", "daily"),
        ("from", "2026-11-02"),
        ("to", "2026-11-20"),
        ("reader", &person("office")),
        ("reader", &person("office2")),
        ("share", "10"),
        ("sure", "1"),
    ];
    done(&mut office, "/oversight/register", &fields).await;
    let reading = one(app, q("SELECT id FROM inspections"), "id").await;
    let text = format!("{CANARY}意见");
    let fields = [("inspection", reading.as_str()), ("record", record), ("kind", "wanting"), ("text", &text)];
    done(&mut office, "/oversight/remark", &fields).await;
    let remark = one(app, q("SELECT id FROM inspection_remarks"), "id").await;
    let number = format!("{CANARY}文号");
    let fields = [
        ("post", post.as_str()),
        ("year", "2026"),
        ("number", &number),
        ("reason", "依规"),
        ("secret", PASSWORD),
        ("sure", "1"),
    ];
    done(&mut office, "/oversight/takings/ask", &fields).await;
    (reading, remark, one(app, q("SELECT id FROM book_takings"), "id").await)
}
