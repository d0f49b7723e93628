//! Rows of the table for 评责 before the meeting: plan, questions, report, pack.

use serde_json::json;

use super::{
    table::{Ask, call, form, get},
    world::Ids,
};

const OFFICE: [&str; 2] = ["office", "office2"];
/// Those who approve.
const DECIDE: [&str; 2] = ["deputy", "secretary"];
/// Those who see plans with their rolls.
const PLANS: [&str; 4] = ["office", "office2", "deputy", "secretary"];
/// Those who open the school's materials: the head his own, the body that supervises, the office, raters.
const PACK: [&str; 6] = ["leader_b", "team", "office", "office2", "deputy", "secretary"];
const HEAD: [&str; 1] = ["leader_b"];
/// He and the 联络员 of his unit, who drafts for him.
const DRAFTS: [&str; 2] = ["leader_b", "liaison_b"];
const TEAM: [&str; 1] = ["team"];
const NOBODY: [&str; 0] = [];

/// Requests about the school's meeting; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    reads(path, of).or_else(|| plan_forms(path, of)).or_else(|| own_forms(path, of))
}

fn reads(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (meeting, presenter) = (&of.meeting, &of.presenter);
    let one = json!({ "id": meeting, "presenter": presenter });
    Some(match path {
        "/reviews" => vec![get(format!("/reviews?draft={}", of.draft), &NOBODY)],
        "/reviews/{id}" => vec![
            get(format!("/reviews/{meeting}"), &PLANS),
            get(format!("/reviews/{meeting}?tab=raters"), &PLANS),
            get(format!("/reviews/{meeting}?tab=reports"), &PLANS),
        ],
        "/reviews/{id}/export" => vec![get(format!("/reviews/{meeting}/export"), &PLANS)],
        "/reviews/{id}/questions" => vec![get(format!("/reviews/{meeting}/questions"), &TEAM)],
        "/reviews/{id}/report/{presenter}" => vec![get(format!("/reviews/{meeting}/report/{presenter}"), &DRAFTS)],
        "/reviews/{id}/pack" => vec![get(format!("/reviews/{meeting}/pack"), &PACK)],
        "/reviews/{id}/pack/{presenter}" => vec![get(format!("/reviews/{meeting}/pack/{presenter}"), &PACK)],
        "/api/reviews/meetings" => vec![call(json!({ "draft": of.draft }), &NOBODY)],
        "/api/reviews/plan" => vec![call(json!({ "id": meeting }), &PLANS)],
        "/api/reviews/questions" => vec![call(json!({ "id": meeting }), &TEAM)],
        "/api/reviews/report" => vec![call(one, &DRAFTS)],
        "/api/reviews/pack" => vec![call(json!({ "id": meeting }), &PACK), call(one, &PACK)],
        _ => return None,
    })
}

fn plan_forms(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    let about = |more: &[(&str, &str)], who: &[&'static str]| {
        let mut fields = vec![("meeting", of.meeting.as_str()), ("seen", v.meeting.as_str())];
        fields.extend_from_slice(more);
        form(&fields, who).versioned()
    };
    Some(match path {
        "/reviews/new" => Vec::new(),
        "/reviews/base" => {
            let fields = [
                ("title", "改名"),
                ("year", "2026"),
                ("on_day", "2026-12-09"),
                ("place", ""),
                ("mode", "together"),
                ("secrecy", "anonymous"),
                ("identity", "card"),
                ("announce", "afterwards"),
            ];
            vec![about(&fields, &OFFICE)]
        }
        "/reviews/rules" => {
            let fields = [
                ("name.0", "一组"),
                ("weight.0", "100"),
                ("scale", "grades"),
                ("point.0", "100"),
                ("point.1", "80"),
                ("point.2", "60"),
                ("point.3", "40"),
                ("line.0", "90"),
                ("line.1", "75"),
                ("line.2", "60"),
                ("start.n", "2"),
                ("start.d", "3"),
                ("valid.n", "1"),
                ("valid.d", "2"),
                ("smallest_cell", "5"),
                ("speech_minutes", "8"),
            ];
            vec![about(&fields, &OFFICE)]
        }
        "/reviews/presenters" => vec![about(&[("add", &of.post)], &OFFICE)],
        "/reviews/raters" => vec![
            about(&[("do", "add"), ("name", "某人"), ("group", "a"), ("unit", &of.unit)], &OFFICE),
            about(&[("do", "remove"), ("rater", &of.rater)], &OFFICE),
        ],
        "/reviews/recusals" => {
            let fields = [("do", "add"), ("rater", &of.rater), ("presenter", &of.presenter), ("reason", "亲属")];
            let fields = fields.map(|(n, v): (&str, &str)| (n, v));
            vec![about(&fields, &OFFICE)]
        }
        "/reviews/people" => vec![about(&[("chair", &of.person)], &OFFICE)],
        "/reviews/step" => vec![
            about(&[("step", "ask")], &OFFICE),
            about(&[("step", "reopen"), ("reason", "换人")], &OFFICE),
            about(&[("step", "approve")], &DECIDE),
            about(&[("step", "return"), ("reason", "不行")], &DECIDE),
        ],
        "/reviews/report/return" => {
            let fields = [
                ("meeting", of.meeting.as_str()),
                ("presenter", &of.presenter),
                ("version", &v.report),
                ("reason", "重写"),
            ];
            vec![form(&fields, &OFFICE).versioned()]
        }
        _ => return None,
    })
}

fn own_forms(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let v = &of.versions;
    let own = |more: &[(&str, &str)]| {
        let mut fields =
            vec![("meeting", of.meeting.as_str()), ("presenter", of.presenter.as_str()), ("seen", &v.report)];
        fields.extend_from_slice(more);
        form(&fields, &HEAD).versioned().seen_by(&DRAFTS)
    };
    let pair = [("meeting", of.meeting.as_str()), ("presenter", of.presenter.as_str())];
    Some(match path {
        "/reviews/report" => vec![own(&[("do", "hand"), ("text", "别人写的报告")])],
        // Multipart: `reviews::own` sends it as a stranger.
        "/reviews/report/file" => Vec::new(),
        "/reviews/facts" => vec![own(&[("shown", "0000"), ("note", "别人的说明")])],
        "/reviews/questions" => {
            let fresh = [("question", ""), ("seen", ""), ("do", "save"), ("text", "别人的题")];
            let old = [("question", of.question.as_str()), ("seen", &v.report), ("do", "drop"), ("text", "")];
            vec![form(&[&pair[..], &fresh].concat(), &TEAM), form(&[&pair[..], &old].concat(), &TEAM).versioned()]
        }
        // Raters of the meeting are among those who see its plan.
        "/reviews/suggest" => {
            vec![form(&[&pair[..], &[("text", "别人的建议")]].concat(), &["office2", "deputy", "secretary"])]
        }
        "/reviews/offline" => {
            let officers = [("first", of.person.as_str()), ("second", of.other.as_str())];
            let clue = [("meeting", of.meeting.as_str()), ("what", "question"), ("id", &of.suggestion)];
            vec![form(&[&clue[..], &officers].concat(), &OFFICE)]
        }
        _ => return None,
    })
}
