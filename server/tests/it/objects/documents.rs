//! Rows of the table for 文号, 通报, 容错纠错 and 澄清正名.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, Versions, one},
};
use crate::{
    duties::{done, rows},
    harness::TestApp,
};

/// Those who read a 通报 to the school once it is out.
pub const LETTER: [&str; 8] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary", "general"];
/// Those who number and seal.
const SEAL: [&str; 3] = ["office", "office2", "general"];
const UNIT: [&str; 2] = ["leader_b", "liaison_b"];
const OFFICE: [&str; 2] = ["office", "office2"];
const DECIDE: [&str; 2] = ["deputy", "secretary"];
/// Those who read the case that the school's head asked for.
const CASE: [&str; 5] = ["leader_b", "office", "office2", "deputy", "secretary"];
/// Those who read a 澄清 that is not approved yet.
const CLEAR: [&str; 4] = ["office", "office2", "deputy", "secretary"];
/// Those who may ask or propose for the school.
const ASKS: [&str; 4] = ["leader_b", "team", "office", "office2"];
const PROPOSES: [&str; 3] = ["team", "office", "office2"];
const HEAD: [&str; 1] = ["leader_b"];
const NOBODY: [&str; 0] = [];

/// Requests about them; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (letter, case, clearance) = (of.letter.as_str(), of.tolerance.as_str(), of.clearance.as_str());
    let draft = || vec![get(format!("{path}?draft={}", of.draft), &NOBODY)];
    let drafted = || vec![call(json!({ "draft": of.draft }), &NOBODY)];
    Some(match path {
        "/numbers" | "/letters" | "/letters/export" | "/tolerance/export" => draft(),
        "/letters/{id}/export" => vec![get(format!("/letters/{letter}/export"), &LETTER)],
        "/api/numbers/page" | "/api/letters/list" => drafted(),
        // Numbers are no ids.
        "/numbers/set" | "/numbers/take" | "/numbers/bring" | "/numbers/void" | "/numbers/export" => Vec::new(),
        "/letters/{id}" => vec![get(format!("/letters/{letter}"), &LETTER)],
        "/api/letters/one" => vec![call(json!({ "id": letter }), &LETTER)],
        "/letters/save" => {
            let fields = [
                ("letter", letter),
                ("seen", of.versions.letter.as_str()),
                ("title", "别人改的"),
                ("facts", "别人改的"),
                ("all", "1"),
            ];
            vec![form(&fields, &OFFICE).versioned().seen_by(&LETTER)]
        }
        "/letters/step" => letters(of),
        "/tolerance" => vec![
            get(format!("/tolerance?post={}", of.post), &ASKS),
            get(format!("/tolerance?draft={}", of.draft), &NOBODY),
        ],
        "/api/tolerance/page" => vec![call(json!({ "post": of.post }), &ASKS)],
        "/tolerance/ask" => {
            let fields = [
                ("post", of.post.as_str()),
                ("about", "matter"),
                ("matter", "别人提的"),
                ("whom", "unit"),
                ("facts", "事"),
                ("reasons", "因"),
                ("remedy", "补"),
            ];
            vec![form(&fields, &ASKS)]
        }
        "/tolerance/settings" => Vec::new(),
        "/tolerance/{id}" => vec![get(format!("/tolerance/{case}"), &CASE)],
        "/api/tolerance/one" => vec![call(json!({ "id": case }), &CASE)],
        "/tolerance/step" => cases(of),
        "/tolerance/talk" => {
            let talk = |name, id, seen| {
                let fields =
                    [(name, id), ("seen", seen), ("talk", "held"), ("talk_on", "2026-11-02"), ("talk_by", "蔡国平")];
                form(&fields, &CLEAR).versioned()
            };
            vec![
                talk("case", case, of.versions.tolerance.as_str()).seen_by(&CASE),
                talk("clearance", clearance, of.versions.clearance.as_str()),
            ]
        }
        "/clearances/{id}" => vec![get(format!("/clearances/{clearance}"), &CLEAR)],
        "/api/clearances/one" => vec![call(json!({ "id": clearance }), &CLEAR)],
        "/clearances/ask" => {
            let about = format!("item:{}", of.item);
            let fields = [
                ("post", of.post.as_str()),
                ("about", about.as_str()),
                ("way", "face"),
                ("summary", "别人提的"),
                ("untrue", "1"),
            ];
            vec![form(&fields, &PROPOSES)]
        }
        "/clearances/step" => clearances(of),
        _ => return None,
    })
}

fn letters(of: &Ids) -> Vec<Ask> {
    let start = [("letter", of.letter.as_str()), ("seen", of.versions.letter.as_str())];
    let step = |more: &[(&str, &str)], who: &[&'static str]| {
        let fields: Vec<(&str, &str)> = start.into_iter().chain(more.iter().copied()).collect();
        form(&fields, who).seen_by(&LETTER)
    };
    let paper = [("do", "paper"), ("unit", of.unit.as_str()), ("paper_on", "2026-11-02"), ("handler", "林思源")];
    vec![
        step(&[("do", "ask")], &OFFICE).versioned(),
        step(&[("do", "drop"), ("reason", "不发")], &OFFICE).versioned(),
        step(&[("do", "approve")], &DECIDE).versioned(),
        step(&[("do", "return"), ("reason", "再改")], &DECIDE).versioned(),
        step(&[("do", "issue")], &SEAL).versioned(),
        step(&[("do", "void"), ("reason", "有误")], &SEAL).versioned(),
        step(&[("do", "receive"), ("unit", of.unit.as_str())], &UNIT),
        step(&paper, &SEAL),
    ]
}

fn cases(of: &Ids) -> Vec<Ask> {
    let start = [("case", of.tolerance.as_str()), ("seen", of.versions.tolerance.as_str())];
    let step = |act: &str, more: &[(&str, &str)], who: &[&'static str]| {
        let fields: Vec<(&str, &str)> = start.into_iter().chain([("step", act)]).chain(more.iter().copied()).collect();
        form(&fields, who).versioned().seen_by(&CASE)
    };
    let found = [("motive", "为公"), ("procedure", "合规"), ("outcome", "轻"), ("remedy", "已补"), ("eligible", "no")];
    vec![
        step("accept", &[("verifier", of.other.as_str())], &OFFICE),
        step("decline", &[("reason", "不属于")], &OFFICE),
        step("withdraw", &[], &HEAD),
        step("verify", &found, &OFFICE),
        step("send_back", &[("reason", "补充")], &DECIDE),
        step("allow", &[("reason", "同意")], &DECIDE),
        step("deny", &[("reason", "不同意")], &DECIDE),
        step("tell", &[("told_on", "2026-11-02"), ("how", "当面，林思源")], &OFFICE),
        step("use", &[("used", "备案")], &OFFICE),
    ]
}

fn clearances(of: &Ids) -> Vec<Ask> {
    let start = [("clearance", of.clearance.as_str()), ("seen", of.versions.clearance.as_str())];
    let step = |act: &str, more: &[(&str, &str)], who: &[&'static str]| {
        let fields: Vec<(&str, &str)> = start.into_iter().chain([("do", act)]).chain(more.iter().copied()).collect();
        form(&fields, who).versioned().seen_by(&CLEAR)
    };
    vec![
        step("approve", &[], &DECIDE),
        step("refuse", &[("reason", "再核")], &DECIDE),
        step("carry", &[("done_on", "2026-11-02"), ("where", "党组会")], &OFFICE),
        step("receive", &[], &NOBODY),
        step("paper", &[("paper_on", "2026-11-02"), ("handler", "林思源")], &OFFICE),
    ]
}

/// A 通报 to the school that is out, a case of its head, a 澄清 about its item; their ids, and their versions with
/// those of before.
pub async fn of_school(app: &TestApp, item: &str, versions: Versions) -> (String, String, String, Versions) {
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    let set = [("situations", "探索中的失误"), ("clearance", "1"), ("seen", "0")];
    done(&mut office, "/tolerance/settings", &set).await;
    let words = format!("{CANARY}经过");
    let school = app.district.school.to_string();
    let paper = [("title", CANARY), ("facts", words.as_str()), ("demands", CANARY), ("unit", school.as_str())];
    let place = done(&mut office, "/letters/save", &paper).await;
    let letter = place.split(['/', '?']).nth(2).unwrap().to_owned();
    for (act, by) in [("ask", &mut office), ("approve", &mut deputy)] {
        step(app, by, &letter, act).await;
    }
    step(app, &mut office, &letter, "issue").await;

    let post = app.district.school_post.to_string();
    let case = [
        ("post", post.as_str()),
        ("about", "matter"),
        ("matter", words.as_str()),
        ("whom", "head"),
        ("facts", words.as_str()),
        ("reasons", words.as_str()),
        ("remedy", words.as_str()),
    ];
    let place = done(&mut app.sign_in("leader_b").await, "/tolerance/ask", &case).await;
    let tolerance = place.split(['/', '?']).nth(2).unwrap().to_owned();

    let about = format!("item:{item}");
    let clear = [
        ("post", post.as_str()),
        ("about", about.as_str()),
        ("way", "face"),
        ("summary", words.as_str()),
        ("untrue", "1"),
    ];
    let place = done(&mut office, "/clearances/ask", &clear).await;
    let clearance = place.split(['/', '?']).nth(2).unwrap().to_owned();
    let version = async |sql: &'static str, id: &str| one(app, q(sql).bind(id), "version").await;
    let versions = Versions {
        letter: version("SELECT version FROM letters WHERE id = $1", &letter).await,
        tolerance: version("SELECT version FROM tolerance_cases WHERE id = $1", &tolerance).await,
        clearance: version("SELECT version FROM clearances WHERE id = $1", &clearance).await,
        ..versions
    };
    (letter, tolerance, clearance, versions)
}

/// A step of a 通报 by whoever `client` is.
pub async fn step(app: &TestApp, client: &mut crate::harness::Client, letter: &str, act: &str) {
    let seen = one(app, q("SELECT version FROM letters WHERE id = $1").bind(letter), "version").await;
    done(client, "/letters/step", &[("letter", letter), ("seen", &seen), ("do", act)]).await;
    assert_eq!(rows(app, q("SELECT id FROM letters WHERE id = $1").bind(letter)).await.len(), 1);
}
