//! Rows of the table for the office's reports: a draft about the school, its facts computed, one judgement written.

use serde_json::json;
use server::storage::q;

use super::{
    table::{Ask, call, form, get},
    world::{CANARY, Ids, one},
};
use crate::{duties::done, harness::TestApp};

/// Those who write about the school, and those who approve.
pub const READS: [&str; 5] = ["team", "office", "office2", "deputy", "secretary"];
/// Those who write about the school.
const DRAFTS: [&str; 3] = ["team", "office", "office2"];
/// Those who go on with what the 监督室 began.
const WRITES: [&str; 2] = ["office", "office2"];
/// Those who read it and are told that it is not theirs to change.
const NOT_ITS_OWN: [&str; 3] = ["team", "deputy", "secretary"];
/// Those who keep the readers of what is filed.
const KEEPS: [&str; 4] = ["office", "office2", "deputy", "secretary"];
/// What a form is given of a judgement that nobody wrote yet.
const UNWRITTEN: &str = "0.cbf29ce484222325";
/// Those who approve.
const APPROVE: [&str; 2] = ["deputy", "secretary"];
const NOBODY: [&str; 0] = [];

/// Requests about the school's report; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (id, seen) = (of.report.as_str(), of.versions.office_report.as_str());
    let cover = format!("unit:{}", of.unit);
    let step = |act: &str, who: &[&'static str], sees: &'static [&'static str]| {
        let fields = [("report", id), ("seen", seen), ("do", act), ("reason", "补充"), ("reader", &of.person)];
        form(&fields, who).versioned().seen_by(sees)
    };
    Some(match path {
        "/reports" => vec![
            get(format!("/reports?draft={}", of.draft), &NOBODY),
            // There is no earlier one to show.
            get(format!("/reports?before={id}"), &NOBODY),
        ],
        "/reports/export" => vec![
            get(format!("/reports/export?draft={}", of.draft), &NOBODY),
            get(format!("/reports/export?before={id}"), &NOBODY),
        ],
        "/api/reports/list" => {
            vec![call(json!({ "draft": of.draft }), &NOBODY), call(json!({ "before": id }), &NOBODY)]
        }
        "/reports/{id}" => vec![get(format!("/reports/{id}"), &READS)],
        "/reports/{id}/compare" => vec![get(format!("/reports/{id}/compare"), &READS)],
        "/reports/{id}/export" => vec![get(format!("/reports/{id}/export"), &READS)],
        "/reports/{id}/compare/export" => vec![get(format!("/reports/{id}/compare/export"), &READS)],
        "/api/reports/one" | "/api/reports/progress" | "/api/reports/compare" => {
            vec![call(json!({ "id": id }), &READS)]
        }
        "/reports/new" => {
            let fields = [("kind", "half_year"), ("cover", cover.as_str()), ("period", "2026-h2"), ("sure", "1")];
            vec![form(&fields, &DRAFTS)]
        }
        "/reports/text" => {
            let fields = [("report", id), ("version", seen), ("seen.advice", UNWRITTEN), ("text.advice", "别人写的")];
            // Another body reads the draft of the 监督室 and leaves it alone.
            vec![form(&fields, &WRITES).seen_by(&NOT_ITS_OWN)]
        }
        "/reports/step" => vec![
            step("refresh", &WRITES, &NOT_ITS_OWN),
            step("cancel", &WRITES, &NOT_ITS_OWN),
            step("ask", &WRITES, &NOT_ITS_OWN),
            step("file", &WRITES, &NOT_ITS_OWN),
            step("drop", &WRITES, &NOT_ITS_OWN),
            step("widen", &KEEPS, &["team"]),
            step("approve", &APPROVE, &DRAFTS),
            step("return", &APPROVE, &DRAFTS),
        ],
        "/reports/skeleton" => {
            vec![get(format!("/reports/skeleton?paper=cadres&cover={cover}&period=2026-h2"), &DRAFTS)]
        }
        // Number, date and copies: nothing with an id.
        "/reports/outside" => Vec::new(),
        _ => return None,
    })
}

/// A report about the school by the office; its id.
pub async fn of_school(app: &TestApp) -> String {
    let mut office = app.sign_in("office").await;
    let cover = format!("unit:{}", app.district.school);
    done(&mut office, "/reports/new", &[("kind", "half_year"), ("cover", &cover), ("period", "2026-h2")]).await;
    app.app.services().work_on_reports().await.unwrap();
    let id = one(app, q("SELECT id FROM reports"), "id").await;
    let text = format!("{CANARY}判断");
    let fields =
        [("report", id.as_str()), ("version", "1"), ("seen.overall", UNWRITTEN), ("text.overall", text.as_str())];
    done(&mut office, "/reports/text", &fields).await;
    id
}
