//! Rows of the table for 会后 and 问责: sheets, comments, documents, the closed loop.

use serde_json::json;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

/// Those who read every sheet and every comment.
const READERS: [&str; 4] = ["office", "office2", "deputy", "secretary"];
/// And the presenter himself, once it is signed.
const SHEET: [&str; 5] = ["leader_b", "office", "office2", "deputy", "secretary"];
/// The readers, and the two 监票人 of the meeting.
const COUNT: [&str; 5] = ["office", "office2", "deputy", "secretary", "general"];
/// Those of them who note that it was signed by hand.
const NOTES: [&str; 3] = ["office", "office2", "secretary"];
/// Those who read an item of the school.
const ITEM: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read the sheet of a reading.
const READING: [&str; 6] = ["leader_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read a 工作建议 that is not out yet.
const ADVICE: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
/// Those of the school who bring its plans.
const PLANS: [&str; 2] = ["leader_b", "liaison_b"];
const NOBODY: [&str; 0] = [];

/// Requests about what followed the school's review; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (sheet, item, meeting) = (&of.sheet, &of.item, &of.reviewed);
    let v = &of.versions;
    Some(match path {
        "/reviews/feedback" => vec![get(format!("/reviews/feedback?meeting={meeting}"), &READERS)],
        "/reviews/feedback/export" => vec![get(format!("/reviews/feedback/export?meeting={meeting}"), &READERS)],
        "/reviews/comments" => vec![get(format!("/reviews/comments?meeting={meeting}"), &READERS)],
        "/reviews/comments/export" => vec![get(format!("/reviews/comments/export?meeting={meeting}"), &READERS)],
        "/reviews/feedback/{id}" => vec![get(format!("/reviews/feedback/{sheet}"), &SHEET)],
        "/reviews/mine/{id}" => vec![get(format!("/reviews/mine/{sheet}"), &SHEET)],
        "/accountability" => vec![get(format!("/accountability?unit={}", of.unit), &ITEM)],
        "/accountability/export" => vec![get(format!("/accountability/export?unit={}", of.unit), &ITEM)],
        "/accountability/{id}" => vec![get(format!("/accountability/{item}"), &ITEM)],
        "/documents/{what}/{id}/{form}" => vec![
            get(format!("/documents/feedback/{sheet}/page"), &SHEET),
            get(format!("/documents/feedback/{sheet}/docx"), &SHEET),
            get(format!("/documents/advice/{}/page", of.advice), &ADVICE),
            get(format!("/documents/reading/{}/page", of.reading), &READING),
            get(format!("/documents/report/{}/page", of.report), &super::reports::READS),
            get(format!("/documents/portrait/{}/page", of.term), &super::portrait::PAPER),
            get(format!("/documents/talk-lists/{}/page", of.talk), &super::talks::SEES),
            get(format!("/documents/talk-record/{}/docx", of.talk), &super::talks::SEES),
            // Nothing was reported yet.
            get(format!("/documents/talk-report/{}/page", of.talk), &NOBODY),
            get(format!("/documents/circular/{}/page", of.letter), &super::documents::LETTER),
            get(format!("/documents/notice/{}/page", of.notice), &super::warnings::SEES),
            get(format!("/documents/notices/{}/page", of.matter), &super::warnings::WHOLE),
            get(format!("/documents/matter/{}/page", of.matter), &super::warnings::WHOLE),
            // Nothing was told yet.
            get(format!("/documents/tolerance/{}/page", of.tolerance), &[]),
            get(format!("/documents/count/{}/page", of.round), &COUNT),
            get(format!("/documents/count/{}/xlsx", of.round), &COUNT),
        ],
        "/reviews/rounds/{id}/bundle" => vec![get(format!("/reviews/rounds/{}/bundle", of.round), &COUNT)],
        "/reviews/count/signed" => {
            let fields = [
                ("round", of.round.as_str()),
                ("meeting", meeting.as_str()),
                ("paper_on", "2026-11-02"),
                ("handler", "林思源"),
            ];
            vec![form(&fields, &NOTES).seen_by(&COUNT)]
        }
        "/api/reviews/sheets" => vec![call(json!({ "meeting": meeting }), &READERS)],
        "/api/reviews/comments" => vec![call(json!({ "meeting": meeting }), &READERS)],
        "/api/reviews/sheet" => vec![call(json!({ "id": sheet }), &SHEET)],
        "/api/accountability/ledger" => vec![call(json!({ "unit": of.unit }), &ITEM)],
        "/api/accountability/item" => vec![call(json!({ "id": item }), &ITEM)],
        "/accountability/step" => {
            let step = |step: &str, more: &[(&str, &str)], who: &[&'static str]| {
                let mut fields = vec![("item", item.as_str()), ("seen", v.item.as_str()), ("step", step)];
                fields.extend_from_slice(more);
                form(&fields, who).versioned().seen_by(&ITEM)
            };
            let plan =
                [("owner_name", "某某"), ("department", "办公室"), ("adopted_on", "2026-11-02"), ("words", "措施")];
            vec![
                step("plan", &plan, &PLANS),
                step("check", &[("words", "行")], &NOBODY),
                step("strike", &[], &NOBODY),
                step("decide", &[("ruling", "strike"), ("words", "行")], &NOBODY),
            ]
        }
        "/reviews/feedback/draft" => {
            let fields = [("sheet", sheet.as_str()), ("seen", &v.sheet), ("do", "save"), ("opinion", "改了")];
            vec![form(&fields, &NOBODY).versioned().seen_by(&SHEET)]
        }
        "/reviews/feedback/step" => ["sign", "give", "receive", "above"]
            .into_iter()
            .map(|step| {
                let fields = [("sheet", sheet.as_str()), ("seen", &v.sheet), ("step", step), ("typed", "叶国平")];
                form(&fields, &NOBODY).versioned().seen_by(&SHEET)
            })
            .collect(),
        "/reviews/comments/read" => {
            let fields = [
                ("meeting", meeting.as_str()),
                ("comment", of.comment.as_str()),
                ("decision", "kept"),
                ("words", "行"),
            ];
            vec![form(&fields, &NOBODY).seen_by(&READERS)]
        }
        _ => return None,
    })
}
