//! Rows of the table for 问责 beside the steps of an item: measures, 工作建议, 制度, what is put on the account by hand.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, Versions, one},
};
use crate::{duties::done, harness::TestApp};

/// Those who read an item of the school.
const ITEM: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read published measures.
const MEASURES: [&str; 4] = ["office", "office2", "deputy", "secretary"];
/// Those of them who did not fill it in.
const SECOND: [&str; 3] = ["office2", "deputy", "secretary"];
/// Those who read a 工作建议 that waits for its approval.
const ADVICE: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
/// Those who write one to the school.
const WRITES: [&str; 3] = ["team", "office", "office2"];
/// Those who approve it.
const SIGNS: [&str; 2] = ["deputy", "secretary"];
/// Those who register and withdraw a 制度 of the school.
const REGISTERS: [&str; 4] = ["leader_b", "liaison_b", "office", "office2"];
const OFFICE: [&str; 2] = ["office", "office2"];
const NOBODY: [&str; 0] = [];

/// Requests about them; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (item, unit, post) = (of.item.as_str(), of.unit.as_str(), of.post.as_str());
    let about = |who: &[&'static str]| vec![get(format!("{path}?item={item}"), who)];
    Some(match path {
        "/accountability/new" | "/accountability/bring" => vec![get(format!("{path}?draft={}", of.draft), &NOBODY)],
        "/accountability/figures" | "/accountability/figures/export" | "/api/accountability/figures" => Vec::new(),
        "/accountability/measures/export" => about(&MEASURES),
        "/accountability/measures" => {
            // Waiting for its second person it is nobody's to fill in anew.
            let mend = get(format!("{path}?mend={}", of.measure), &NOBODY);
            vec![get(format!("{path}?item={item}"), &MEASURES), mend]
        }
        "/accountability/advices" | "/accountability/advices/export" => about(&ITEM),
        "/accountability/advices/{id}" => vec![get(format!("/accountability/advices/{}", of.advice), &ADVICE)],
        "/accountability/regulations" | "/accountability/regulations/export" => {
            vec![get(format!("{path}?item={item}"), &ITEM), get(format!("{path}?unit={unit}"), &ITEM)]
        }
        "/api/accountability/new" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/api/accountability/measures" => vec![call(json!({ "item": item }), &MEASURES)],
        "/api/accountability/advices" => vec![call(json!({ "item": item }), &ITEM)],
        "/api/accountability/advice" => vec![call(json!({ "id": of.advice }), &ADVICE)],
        "/api/accountability/regulations" => {
            vec![call(json!({ "item": item }), &ITEM), call(json!({ "unit": unit }), &ITEM)]
        }
        "/accountability/open" => {
            let fields = [("kind", "daily"), ("post", post), ("problem", "别人登记的"), ("demand", "改")];
            vec![form(&fields, &OFFICE)]
        }
        // Nothing of the school is near its deadline; who may is tried in `crate::accountability`.
        "/accountability/urge" => vec![form(&[("item", item)], &NOBODY)],
        "/accountability/measures/do" => measures(of),
        "/accountability/advices/do" => advices(of),
        "/accountability/regulations/do" => {
            let id = of.regulation.as_str();
            vec![
                form(&[("do", "withdraw"), ("id", id), ("reason", "重复")], &REGISTERS),
                form(&[("do", "link"), ("id", id), ("item", item)], &REGISTERS),
            ]
        }
        _ => return None,
    })
}

fn measures(of: &Ids) -> Vec<Ask> {
    let act = |what: &str, more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("do", what), ("id", of.measure.as_str()), ("seen", of.versions.measure.as_str())];
        fields.extend_from_slice(more);
        form(&fields, who).versioned().seen_by(&MEASURES)
    };
    let new = [
        ("do", "enter"),
        ("post", of.post.as_str()),
        ("item", of.item.as_str()),
        ("kind", "circular"),
        ("number", "滨纪通〔2026〕9号"),
        ("decided_on", "2026-11-01"),
        ("published_on", "2026-11-02"),
    ];
    vec![
        act("confirm", &[], &SECOND),
        act("return", &[("reason", "日期")], &SECOND),
        act("strike", &[("reason", "重复")], &OFFICE),
        form(&new, &OFFICE),
    ]
}

fn advices(of: &Ids) -> Vec<Ask> {
    let act = |what: &str, more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("do", what), ("id", of.advice.as_str()), ("seen", of.versions.advice.as_str())];
        fields.extend_from_slice(more);
        form(&fields, who).versioned().seen_by(&ADVICE)
    };
    let text = [("title", "别人写的"), ("problem", "别人写的"), ("demand", "改")];
    let mut new = vec![("do", "draft"), ("kind", "suggestion"), ("post", of.post.as_str()), ("item", of.item.as_str())];
    new.extend_from_slice(&text);
    vec![
        act("rewrite", &text, &WRITES),
        act("drop", &[("reason", "不发")], &WRITES),
        act("issue", &[], &SIGNS),
        act("return", &[("reason", "再改")], &SIGNS),
        form(&new, &WRITES),
    ]
}

/// A measure about the school that waits for its second person, a 工作建议 that waits for its approval, a 制度 of the
/// school; their ids, and their versions with those of before.
pub async fn of_school(app: &TestApp, item: &str, versions: Versions) -> (String, String, String, Versions) {
    let mut office = app.sign_in("office").await;
    let post = app.district.school_post.to_string();
    let measure = [
        ("do", "enter"),
        ("post", post.as_str()),
        ("item", item),
        ("kind", "circular"),
        ("number", "滨纪通〔2026〕3号"),
        ("decided_on", "2026-11-01"),
        ("published_on", "2026-11-02"),
    ];
    done(&mut office, "/accountability/measures/do", &measure).await;
    let advice = [
        ("do", "draft"),
        ("kind", "suggestion"),
        ("post", post.as_str()),
        ("item", item),
        ("title", CANARY),
        ("problem", "金丝雀发现"),
        ("demand", "金丝雀建议"),
        ("ask", "1"),
    ];
    let place = done(&mut office, "/accountability/advices/do", &advice).await;
    let advice = place.split(['/', '?']).nth(3).unwrap().to_owned();
    let unit = app.district.school.to_string();
    let regulation = [
        ("do", "add"),
        ("unit", unit.as_str()),
        ("kind", "decisions"),
        ("title", "金丝雀议事规则"),
        ("adopted_on", "2026-11-02"),
        ("item", item),
    ];
    done(&mut app.sign_in("liaison_b").await, "/accountability/regulations/do", &regulation).await;
    let measure = one(app, q("SELECT id FROM measures"), "id").await;
    let regulation = one(app, q("SELECT id FROM regulations"), "id").await;
    let versions = Versions {
        measure: one(app, q("SELECT version AS v FROM measures WHERE id = $1").bind(&measure), "v").await,
        advice: one(app, q("SELECT version AS v FROM advices WHERE id = $1").bind(&advice), "v").await,
        ..versions
    };
    (measure, advice, regulation, versions)
}
