//! What stands against 提请审定, all of it at once: the plan's own rules, its day, and who runs the
//! meeting. Refuses nothing by itself: the steps of the approval and the page of the plan ask here.

use domain::{
    Rejection,
    reviews::{Plan, Rater},
    time::Day,
};

/// What stands against asking for approval: the first of [`missing`].
pub(super) fn ready(plan: &Plan, today: Day) -> Result<(), Rejection> {
    missing(plan, today).into_iter().next().map_or(Ok(()), Err)
}

/// Everything that stands against asking for approval: the plan's own rules and who runs the meeting.
pub(super) fn missing(plan: &Plan, today: Day) -> Vec<Rejection> {
    let mut found = plan.problems();
    let mut wrong = |field: &str, message: &str| found.push(Rejection::field(field, message));
    if plan.on < today {
        wrong("on_day", "会议日期已经过去。请先改好日期。");
    }
    if plan.chair.is_none() {
        wrong("chair", "还没有确定主持人。请先选定。");
    }
    if plan.operators.is_empty() {
        wrong("operators", "还没有确定会务操作员。请先选定。");
    }
    // One alone, or one twice, the plan itself complains of.
    if plan.counters.is_empty() || plan.counters.len() > 2 {
        wrong("counters", "计票人应为两名，纸质测评表由两人各录一遍。请补齐。");
    }
    let own = |r: &&Rater| plan.presenters.iter().any(|p| Some(p.person) == r.person && !plan.recused(r.id, p.id));
    if let Some(rater) = plan.raters.iter().find(own) {
        found.push(Rejection::field(
            "recusals",
            format!("“{}”既是评议人员又是述责对象，不能评议本人。请在“回避”里确认。", rater.name),
        ));
    }
    found
}
