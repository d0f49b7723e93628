//! Rows of the table for “三交底”廉政谈话: a talk with the head of the school whose lists are being prepared.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, Versions, one},
};
use crate::{
    duties::{done, execute},
    harness::TestApp,
};

/// Before a talk is held it is the commission's own: those who lead, and the body that supervises the unit.
pub const SEES: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
/// Those who work on the lists.
const PREPARES: [&str; 3] = ["team", "office", "office2"];
/// Those who run the talk.
const RUNS: [&str; 2] = ["office", "office2"];
/// The body that supervises the unit.
const TRACKS: [&str; 1] = ["team"];
/// Those who keep the register of risks of the school.
const KEEPS: [&str; 5] = ["leader_b", "liaison_b", "team", "office", "office2"];
const NOBODY: [&str; 0] = [];

/// Requests about the talk; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (id, seen) = (of.talk.as_str(), of.versions.talk.as_str());
    let talk = |more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("talk", id), ("seen", seen)];
        fields.extend_from_slice(more);
        form(&fields, who).versioned().seen_by(&SEES)
    };
    let parts = [("part_ecology", "好"), ("part_problems", "好"), ("part_risks", "好")];
    Some(match path {
        "/talks" => vec![get(format!("/talks?draft={}", of.draft), &NOBODY)],
        "/talks/export" => vec![get(format!("/talks/export?draft={}", of.draft), &NOBODY)],
        "/api/talks/list" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/talks/settings" => vec![get(format!("/talks/settings?draft={}", of.draft), &NOBODY)],
        "/api/talks/settings" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/talks/risks" | "/talks/risks/export" => vec![get(format!("{path}?unit={}", of.unit), &KEEPS)],
        // Nothing was passed on.
        "/talks/passed/export" => vec![get(format!("{path}?id={id}"), &NOBODY)],
        "/api/talks/risks" => vec![call(json!({ "unit": of.unit }), &KEEPS)],
        "/api/talks/passed" => vec![call(json!({ "id": id }), &NOBODY)],
        "/talks/{id}" => vec![get(format!("/talks/{id}"), &SEES)],
        "/talks/{id}/export" => vec![get(format!("/talks/{id}/export"), &SEES)],
        "/api/talks/one" => vec![call(json!({ "id": id }), &SEES)],
        "/talks/{id}/prepare" => vec![get(format!("/talks/{id}/prepare"), &PREPARES)],
        "/api/talks/prepare" => vec![call(json!({ "id": id }), &PREPARES)],
        // The term began before the district's first day: no talk is due.
        "/talks/register" => vec![form(&[("term", of.term.as_str())], &NOBODY)],
        "/talks/line" => {
            let line =
                [("list", "problem"), ("area", "主体责任"), ("symptom", "病"), ("cause", "因"), ("remedy", "方")];
            vec![
                talk(&line, &PREPARES),
                talk(&[("list", "problem"), ("no", "1"), ("do", "drop")], &PREPARES),
                talk(&[("list", "problem"), ("do", "seal"), ("number", "1号"), ("place", "机要室")], &PREPARES),
            ]
        }
        "/talks/take" => vec![talk(&[("pick", format!("risk:{id}").as_str())], &PREPARES)],
        "/talks/step" => {
            let person = of.other.as_str();
            let lead = [("do", "delegate"), ("speaker", "secretary"), ("speaker_person", person)];
            let held = [
                ("do", "hold"),
                ("held_on", "2026-11-02"),
                ("place", "室"),
                ("writer", "人"),
                ("words", "要点"),
                ("answer", "表态"),
            ];
            vec![
                talk(&[("do", "ask")], &PREPARES),
                talk(&[("do", "approve")], &["secretary"]),
                talk(&lead, &RUNS),
                talk(&held, &RUNS),
                talk(&[("do", "meet"), ("met_on", "2026-11-02"), ("met_words", "研究")], &NOBODY),
                talk(&[("do", "file_report")], &RUNS),
                talk(&[("do", "close")], &RUNS),
                talk(&[("do", "end"), ("reason", "登记有误")], &RUNS),
            ]
        }
        "/talks/sign" => {
            let paper = [
                ("paper", "record"),
                ("side", "leader"),
                ("do", "paper"),
                ("paper_on", "2026-11-02"),
                ("handler", "林思源"),
            ];
            vec![talk(&paper, &RUNS)]
        }
        "/talks/plan" => vec![talk(&[("department_1", "办公室"), ("measures_1", "整改")], &NOBODY)],
        "/talks/assess" => {
            let fields = [&[("stage_on", "2026-11-02")][..], &parts].concat();
            vec![talk(&fields, &TRACKS)]
        }
        "/talks/checks" => {
            vec![talk(&[("point", "problem:1"), ("how_1", "查"), ("by_1", "2026-12-01")], &TRACKS)]
        }
        "/talks/look" => vec![talk(&[("no", "1"), ("looked_1", "看过")], &TRACKS)],
        "/talks/report" => vec![talk(&parts, &NOBODY)],
        "/talks/tracking" => vec![talk(&parts, &TRACKS)],
        "/talks/pass" => vec![talk(&[("unit", of.unit.as_str()), ("problem", "1"), ("words", "对照")], &NOBODY)],
        "/talks/passed" => {
            let answer = [("talk", id), ("unit", of.unit.as_str()), ("state", "read"), ("answer", "")];
            // Nothing was passed on.
            vec![get(format!("/talks/passed?id={id}"), &NOBODY), form(&answer, &NOBODY)]
        }
        "/talks/risk" => {
            let entry = [
                ("unit", of.unit.as_str()),
                ("post_name", "计财科"),
                ("point", "拨付"),
                ("level", "high"),
                ("control", "双审"),
                ("owner", "科长"),
            ];
            vec![form(&entry, &KEEPS)]
        }
        "/talks/case" => vec![form(&[("case", id)], &NOBODY)],
        _ => return None,
    })
}

/// A talk with the head of the school; its id, and its version among the others.
pub async fn of_school(app: &TestApp, versions: Versions) -> (String, Versions) {
    // His term began before the district's first day, which moves for a moment.
    let first = |day: &'static str| q("UPDATE districts SET enabled_on = $1 WHERE id = $2").bind(day);
    execute(app, first("2023-01-01").bind(app.district.id)).await;
    let find = q("SELECT id FROM terms WHERE post_id = $1 AND ends_on IS NULL").bind(app.district.school_post);
    let term = one(app, find, "id").await;
    let mut office = app.sign_in("office").await;
    let place = done(&mut office, "/talks/register", &[("term", &term)]).await;
    execute(app, first("2026-01-01").bind(app.district.id)).await;
    let id = place.split('/').nth(2).unwrap().to_owned();
    let seen = one(app, q("SELECT version FROM talks WHERE id = $1").bind(&id), "version").await;
    let text = format!("{CANARY}病症");
    let line = [
        ("talk", id.as_str()),
        ("seen", &seen),
        ("list", "problem"),
        ("area", "金丝雀方面"),
        ("symptom", &text),
        ("cause", "金丝雀病因"),
        ("remedy", "金丝雀处方"),
        ("source", "petition"),
    ];
    done(&mut office, "/talks/line", &line).await;
    let talk = one(app, q("SELECT version FROM talks WHERE id = $1").bind(&id), "version").await;
    (id, Versions { talk, ..versions })
}
