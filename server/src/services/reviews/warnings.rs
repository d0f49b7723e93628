//! What does not stop the approval of a plan and ought to be known before it: dates that are
//! over already, groups too small to count by themselves. Refuses nothing.

use domain::{
    reviews::{Group, Identity, Plan, Rater},
    time::{Day, zh_short},
};

use super::dates::Dates;

/// Sentences, the most urgent first.
pub(super) fn of(plan: &Plan, dates: &Dates, today: Day) -> Vec<String> {
    let mut out = Vec::new();
    let over: Vec<String> = dates
        .lines()
        .into_iter()
        .take(3)
        .filter(|(_, day)| *day < today)
        .map(|(label, day)| format!("{label}（{}）", zh_short(day)))
        .collect();
    if !over.is_empty() {
        out.push(format!(
            "{}的时限已经过去，询问题、述责报告和事实核对的时间会不够。请考虑推迟会议日期，或督促抓紧办理。",
            over.join("、")
        ));
    }
    if !plan.raters.is_empty() {
        groups(plan, &mut out);
    }
    out
}

fn groups(plan: &Plan, out: &mut Vec<String>) {
    let least = plan.rules.smallest_cell;
    let size = |group: &Group, keep: &dyn Fn(&Rater) -> bool| {
        let members = plan.raters.iter().filter(|r| r.group == group.key && keep(r)).count();
        u32::try_from(members).unwrap_or(u32::MAX)
    };
    for group in &plan.rules.groups {
        let n = size(group, &|_| true);
        if n < least {
            out.push(format!(
                "“{}”只有 {n} 人，不足 {least} 人：该组并入其他组一起计分，{}% 的权重不再单独起作用。",
                group.name, group.weight
            ));
            continue;
        }
        // With cards a recusal is tapped in the ballot: how many there will be nobody knows.
        if plan.identity == Identity::Card {
            continue;
        }
        for presenter in &plan.presenters {
            let left = size(group, &|r| !plan.recused(r.id, presenter.id));
            if left < least {
                out.push(format!(
                    "“{}”回避后只剩 {left} 人评议{}，不足 {least} 人：对这一位，该组并入其他组一起计分。",
                    group.name, presenter.name
                ));
            }
        }
    }
}
