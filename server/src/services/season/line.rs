//! A step as a line: its pill, and what the viewer may do with its words.

use app::api::season::StepRow;
use domain::{
    people::access::{self, Actor},
    season::{StepKind, StepState},
    time::{Day, zh_short},
};

use super::store::Kept;

/// The office's own name where it keeps a step waiting.
pub(super) const OFFICE: &str = "党风政风监督室";

/// Class and word of a step's pill. A delay is the supervising body's and is said as its own.
pub fn pill(step: &Kept, today: Day) -> (&'static str, String) {
    if step.late(today) {
        let by = if step.waits_for_office() || step.body.is_none() { OFFICE } else { step.body_name.as_str() };
        return ("warn", format!("▲ {by}待完成"));
    }
    match step.state {
        StepState::Done => {
            let on = step.done_on.map(|day| format!(" {}", zh_short(day))).unwrap_or_default();
            ("ok", format!("✓ {}{on}", step.state.label()))
        }
        StepState::Cancelled => ("none", format!("— {}", step.state.label())),
        _ if step.paused_on.is_some() => ("none", "— 岗位空缺，暂停".to_owned()),
        StepState::Drafted => ("pending", format!("◔ {}", step.state.label())),
        state => ("none", format!("— {}", state.label())),
    }
}

/// A reminder on which the office has decided takes no words along any more.
pub(super) fn takes_no_words(step: &Kept, decided: &[u32]) -> bool {
    step.place.kind == StepKind::QuarterReminder && decided.contains(&step.place.period)
}

/// A step as a line for the actor. `decided` are the quarters of its year on whose reminder the office has decided.
pub fn row(step: &Kept, actor: &Actor, today: Day, decided: &[u32]) -> StepRow {
    let (tone, word) = pill(step, today);
    let by = match (step.body_name.as_str(), step.assignee_name.as_str()) {
        (body, "") => body.to_owned(),
        (body, person) => format!("{body}　{person}"),
    };
    let part = if step.part > 1 { format!("（{}）", step.part) } else { String::new() };
    StepRow {
        id: step.id,
        post: step.post.post,
        unit: step.unit_name.clone(),
        title: format!("{}{part}", step.place.kind.title(step.place.period)),
        kind: step.place.kind,
        due: step.due,
        moved: !step.moved_why.is_empty(),
        by,
        state: step.state,
        tone: tone.to_owned(),
        word,
        note: step.note.clone(),
        inspection: step.inspection,
        version: step.version,
        may_draft: step.state.drafts().is_ok()
            && !takes_no_words(step, decided)
            && access::draft_step(actor, step.of()).is_ok(),
        may_decide: step.state.approves().is_ok()
            && step.drafted_by != Some(actor.person)
            && access::run_step(actor, step.of()).is_ok(),
    }
}
