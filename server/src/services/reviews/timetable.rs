//! The dates before a meeting with what is still missing by name. Nothing is done where there is
//! nobody to do it for.

use std::collections::HashMap;

use app::api::reviews::DateLine;
use domain::{
    board::Tone,
    ids::PresenterId,
    reviews::Plan,
    time::{Day, zh_short},
};

use super::{dates::Dates, opening::Opening, questions::EACH, reports::Report, store::Stored};

/// The four dates with what is missing by name.
pub(super) fn lines(
    stored: &Stored,
    dates: &Dates,
    opening: &Opening,
    reports: &HashMap<PresenterId, Report>,
    questions: &HashMap<PresenterId, u32>,
    today: Day,
) -> Vec<DateLine> {
    let plan = &stored.plan;
    let enough = u32::try_from(EACH).unwrap_or(u32::MAX);
    let nobody = || vec!["还没有述责对象".to_owned()];
    let questions_missing = || {
        let short = plan.presenters.iter().filter(|p| questions.get(&p.id).is_none_or(|n| *n < enough));
        short.map(|p| p.name.clone()).collect()
    };
    let reports_missing = || {
        let wants = plan.presenters.iter().filter_map(|p| {
            let report = reports.get(&p.id);
            let mut wants = Vec::new();
            if report.is_none_or(|r| r.handed_at.is_none()) {
                wants.push("报告");
            }
            if report.is_none_or(|r| r.checked_at.is_none()) {
                wants.push("事实核对");
            }
            (!wants.is_empty()).then(|| format!("{}（{}）", p.name, wants.join("、")))
        });
        wants.collect()
    };
    let closed = unopened(plan, opening, reports, today);
    let empty = plan.presenters.is_empty();
    let missing = [
        if stored.approved() { Vec::new() } else { vec![format!("方案{}", stored.label())] },
        if empty { nobody() } else { questions_missing() },
        if empty { nobody() } else { reports_missing() },
        if empty {
            nobody()
        } else if !stored.approved() {
            vec![format!("方案{}，审定后才开放", stored.label())]
        } else if today < dates.pack {
            vec!["到期自动开放".to_owned()]
        } else {
            let until = zh_short(opening.unchecked);
            closed.iter().map(|name| format!("{name}（待本人核对，最迟{until}开放）")).collect()
        },
    ];
    let what = [
        "会议方案和评议人员名册报书记审定",
        "派驻组、联系室为每位述责对象备两道询问题，密封",
        "述责报告提交，评议材料的事实由本人核对",
        "评议材料向本次会议的评议人员开放",
    ];
    dates
        .lines()
        .into_iter()
        .zip(what)
        .zip(missing)
        .map(|(((label, day), what), missing)| {
            let (tone, word) = match (missing.is_empty(), day < today) {
                (true, _) => (Tone::Ok, "已办"),
                (false, true) => (Tone::Warn, "已过时限"),
                (false, false) => (Tone::None, "未到"),
            };
            DateLine { label, what: what.to_owned(), day: zh_short(day), tone, word: word.to_owned(), missing }
        })
        .collect()
}

/// Names of the presenters whose materials are due and not open.
pub(super) fn unopened(
    plan: &Plan,
    opening: &Opening,
    reports: &HashMap<PresenterId, Report>,
    today: Day,
) -> Vec<String> {
    if today < opening.due {
        return Vec::new();
    }
    let none = Report::default();
    let closed = plan.presenters.iter().filter(|p| !opening.is_open(reports.get(&p.id).unwrap_or(&none), today));
    closed.map(|p| p.name.clone()).collect()
}
