//! 本月履责提醒: which items the month suggests, which are near their due day, which are
//! done already, and which can be done in one activity. A suggested month is never a
//! deadline; refuses counts and rankings.

use std::cmp::Reverse;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::{DutyItem, ExistingOccurrence, cadence, period_label};
use crate::{
    board::RuleSet,
    ids::DutyId,
    time::{Day, zh_short},
};

/// One line of the month's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub short: String,
    /// Why it stands here, one sentence.
    pub why: String,
    /// Last day of the occurrence meant, if there is one.
    pub due: Option<Day>,
    /// Recorded in the present window.
    pub done: bool,
    /// Numbers of other lines of this card that one activity can serve as well.
    pub together: Vec<String>,
}

/// 一录多用 (示范): items whose texts hold these words can be served by one activity. Words
/// instead of numbers, so that an imported list works. 蹲点 and 研究 are kept apart.
const ACTIVITIES: [&[&str]; 8] = [
    // 党组（党委）专题会
    &["研究全面从严治党", "意识形态", "会商廉情", "汇报并逐一点评", "第一议题"],
    // 民主生活会
    &["民主生活会", "评议反馈问题整改"],
    // 警示教育＋文化点教学
    &["警示教育", "文化点", "专题党课"],
    // 一线蹲点
    &["蹲点", "联系点调研"],
    // 班子谈心一轮
    &["班子成员逐一谈心", "汇报并逐一点评", "家风"],
    // 季度卡点调度
    &["跟踪台账", "难点问题", "按期研究回复"],
    // 收到问题清单、提示单后的会
    &["接到问题清单", "按期研究回复", "推诿事项"],
    // 述责述廉会
    &["述责述廉", "听下级书记述职", "报告上年度主体责任"],
];

/// What the activities of [`ACTIVITIES`] are called, in its order.
const ACTIVITY_NAMES: [&str; 8] = [
    "党组（党委）专题会",
    "民主生活会",
    "警示教育和文化点教学",
    "一线蹲点",
    "班子谈心一轮",
    "季度卡点调度",
    "收到问题清单、提示单后的会",
    "述责述廉会",
];

/// One activity that serves several items (一录多用, 示范).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// What to hold.
    pub activity: String,
    /// Printed numbers it can correspond to, two or more.
    pub codes: Vec<String>,
}

/// Activities that serve two or more of these items (number, text). A suggestion: the leader
/// ticks what he really did.
pub fn served_together(items: &[(&str, &str)]) -> Vec<Together> {
    let mut found: Vec<Together> = Vec::new();
    for (words, activity) in ACTIVITIES.iter().zip(ACTIVITY_NAMES) {
        let served = items.iter().filter(|(_, text)| words.iter().any(|w| text.contains(w)));
        let mut codes: Vec<String> = served.map(|(code, _)| (*code).to_owned()).collect();
        codes.sort_by_cached_key(|code| DutyItem::order(code));
        codes.dedup();
        if codes.len() > 1 && found.iter().all(|f| f.codes != codes) {
            found.push(Together { activity: activity.to_owned(), codes });
        }
    }
    found
}

/// The card of the month that holds `today`: items suggested for this month, items in
/// their reminder days, and items past their due day whose record is still wanting. One
/// line per item; what is still to do first, by due day.
pub fn month_card(
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    rules: &RuleSet,
    today: Day,
) -> Vec<Suggested> {
    let mut lines: Vec<(&DutyItem, Suggested)> =
        items.iter().filter_map(|item| Some((item, line(item, occurrences, rules, today)?))).collect();
    lines.sort_by_cached_key(|(item, s)| (s.done, s.due.is_none(), s.due, DutyItem::order(&item.code)));
    let open: Vec<(String, &str)> =
        lines.iter().filter(|(_, s)| !s.done).map(|(item, s)| (s.code.clone(), item.text.as_str())).collect();
    lines
        .iter()
        .map(|(item, s)| Suggested { together: if s.done { Vec::new() } else { together(item, &open) }, ..s.clone() })
        .collect()
}

fn line(item: &DutyItem, occurrences: &[ExistingOccurrence], rules: &RuleSet, today: Day) -> Option<Suggested> {
    let cadence = cadence(item);
    let mine = || occurrences.iter().filter(|o| o.is_of(item.duty));
    let said = |why: String, due: Option<Day>, done: bool| {
        Some(Suggested {
            duty: item.duty,
            code: item.code.clone(),
            short: item.short(),
            why,
            due,
            done,
            together: Vec::new(),
        })
    };
    // The most recent gap only: one line per item.
    if let Some(late) = mine().filter(|o| o.is_wanting() && o.due < today).max_by_key(|o| o.due) {
        let period = period_label(cadence, late.window);
        return said(
            format!("{}到期的{period}事项还没有记录，当时已开展的可以补记", zh_short(late.due)),
            Some(late.due),
            false,
        );
    }
    let now = mine().filter(|o| o.window.holds(today)).max_by_key(|o| Reverse(o.due));
    let this_month = item.months.contains(&today.month());
    match now {
        Some(o) if o.satisfied && (this_month || month_of(o.due, today)) => {
            said(format!("{}已记录", period_label(cadence, o.window)), Some(o.due), true)
        }
        Some(o) if !o.satisfied && (month_of(o.due, today) || today >= rules.yellow_from(cadence, o.due)) => {
            said(format!("{}尚无记录，{}到期", period_label(cadence, o.window), zh_short(o.due)), Some(o.due), false)
        }
        Some(o) if !o.satisfied && this_month => {
            said(format!("月历建议本月开展，{}到期", zh_short(o.due)), Some(o.due), false)
        }
        None if this_month && occurrences.iter().all(|o| o.duty != item.duty) => {
            said("月历建议本月开展".to_owned(), None, false)
        }
        _ => None,
    }
}

fn month_of(day: Day, today: Day) -> bool {
    (day.year(), day.month()) == (today.year(), today.month())
}

fn together(item: &DutyItem, open: &[(String, &str)]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for words in ACTIVITIES.iter().filter(|words| words.iter().any(|w| item.text.contains(w))) {
        for (code, text) in open {
            if *code != item.code && words.iter().any(|w| text.contains(w)) && !codes.contains(code) {
                codes.push(code.clone());
            }
        }
    }
    codes.sort_by_cached_key(|code| DutyItem::order(code));
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::{Frequency, Plan, fixture},
        time::{WorkCalendar, parse_iso},
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn stored(items: &[DutyItem]) -> Vec<ExistingOccurrence> {
        let calendar = WorkCalendar::default();
        let plan = Plan {
            year: 2026,
            items,
            term_from: d("2024-01-01"),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        };
        plan.occurrences().iter().map(fixture::occurrence).collect()
    }

    fn card(items: &[DutyItem], stored: &[ExistingOccurrence], today: &str) -> Vec<(String, bool, String)> {
        month_card(items, stored, &RuleSet::default(), d(today)).into_iter().map(|s| (s.code, s.done, s.why)).collect()
    }

    #[test]
    fn suggested_near_and_done_lines() {
        let in_months = |months: &[u32], i: DutyItem| DutyItem { months: months.to_vec(), ..i };
        let items = [
            in_months(&[11], fixture::item("3.3", "研究", Frequency::HalfYearly)),
            in_months(&[12], fixture::item("13.2", "述责", Frequency::Yearly)),
            in_months(&[11], fixture::item("6.1", "谈心", Frequency::HalfYearly)),
            fixture::item("1.2", "台账", Frequency::Monthly),
            fixture::item("1.4", "请示报告", Frequency::AnyTime),
        ];
        let mut all = stored(&items);
        for o in &mut all {
            let second_half = o.duty == items[2].duty && o.period_no == 2;
            o.satisfied = o.due < d("2026-11-20") || second_half;
        }
        let lines = card(&items, &all, "2026-11-20");
        assert_eq!(
            lines,
            [
                ("1.2".into(), false, "11月尚无记录，11月30日到期".into()),
                ("3.3".into(), false, "月历建议本月开展，12月31日到期".into()),
                ("6.1".into(), true, "下半年已记录".into()),
            ]
        );
        // 30 days before its due day the yearly item joins, whatever its month.
        assert!(card(&items, &all, "2026-12-01").iter().any(|l| l.0 == "13.2"));
    }

    #[test]
    fn a_gap_shows_once_and_offers_a_late_entry() {
        let items = [fixture::item("1.2", "台账", Frequency::Monthly)];
        let lines = card(&items, &stored(&items), "2026-11-20");
        assert_eq!(lines, [("1.2".into(), false, "10月30日到期的10月事项还没有记录，当时已开展的可以补记".into())]);
    }

    #[test]
    fn one_activity_for_several_lines() {
        let month = |i: DutyItem| DutyItem { months: vec![5], ..i };
        let items = [
            month(fixture::item("9.1", "主持警示教育会，用身边案例", Frequency::Yearly)),
            month(fixture::item("9.4", "组织到清廉文化点现场教学", Frequency::Yearly)),
            month(fixture::item("2.4", "带头学新修订党内法规", Frequency::Yearly)),
            month(fixture::item("8.2", "到窗口、一线、企业蹲点", Frequency::Yearly)),
            month(fixture::item("8.3", "研究企业群众反映集中的问题", Frequency::Yearly)),
        ];
        let lines = month_card(&items, &stored(&items), &RuleSet::default(), d("2026-05-06"));
        let of = |code: &str| lines.iter().find(|l| l.code == code).unwrap().together.clone();
        assert_eq!(of("9.1"), ["9.4"]);
        assert_eq!(of("9.4"), ["9.1"]);
        assert!(of("2.4").is_empty() && of("8.2").is_empty());
        let texts: Vec<_> = items.iter().map(|i| (i.code.as_str(), i.text.as_str())).collect();
        let served = served_together(&texts);
        assert_eq!(served.len(), 1);
        assert_eq!(
            (served[0].activity.as_str(), &served[0].codes[..]),
            ("警示教育和文化点教学", &["9.1".to_owned(), "9.4".to_owned()][..])
        );
    }
}
