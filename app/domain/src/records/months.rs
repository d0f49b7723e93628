//! 履职月历 of one list: which items stand in which month, adjusted to what the post is really
//! asked for. The suggested month is only a hint; occurrences (which know 启用日, arrival,
//! vacancies and working days) decide. Refuses months before the start, and counts.

use std::collections::HashSet;

use super::{BookItem, BookMonth, BookMonthItem};
use crate::{
    duties::{DutyItem, ExistingOccurrence, Frequency, Together, served_together},
    ids::{DutyId, OccurrenceId},
    time::{Day, Window, first_of, last_of},
};

/// One sentence for each month (示范), without printed numbers: an imported list has its own.
const PHRASES: [&str; 12] = [
    "年度报告、民主生活会和春节前的提醒都在本月；开好一次民主生活会，可同时对应上年评议问题的整改。",
    "纪委下达本年清单：定好年度安排和五张清单，签好承诺书，分工调整随时备案。",
    "季度提醒：一季度的事项到月底；岗位廉政风险排查、清廉单元项目可以启动。",
    "清明、五一前提醒并抽查；有新任的，核对三个月报告的期限。",
    "二季度过半；警示教育与清廉文化点教学可以合办一次。",
    "季度提醒和半年梳理：半年一次的事项到月底，一次专题会可对应几条。",
    "半年梳理反馈的问题本月整改；高温月少打扰，不另发提醒。",
    "三季度事项可以提前安排；听一次内控审计情况。",
    "季度提醒：中秋、国庆前部署并抽查；下级党组织书记的监督谈话可以启动。",
    "监督谈话收尾；述责材料从今年的记录里汇总，不用另写。",
    "半年一次的事项第二轮；听下级书记述职，可与专题会一并安排。",
    "季度提醒和年底检查：述责述廉，四季度事项到月底，元旦前提醒。",
];

/// What decides the months of a post and year.
#[derive(Debug, Clone, Copy)]
pub struct MonthFacts<'a> {
    /// Year.
    pub year: i32,
    /// First day that counts: the latest of 启用日, list and first head of the year; none
    /// where nobody is asked for anything yet.
    pub start: Option<Day>,
    /// Items of the list, in printed order.
    pub items: &'a [DutyItem],
    /// Occurrences of the year.
    pub occurrences: &'a [ExistingOccurrence],
    /// Those of them that were recorded after their last day and that nobody has checked.
    pub awaited: &'a HashSet<OccurrenceId>,
    /// Items recorded in a month, for those without occurrences (随时).
    pub recorded: &'a HashSet<(DutyId, u32)>,
}

/// The sentence of a month; empty for a month that is none.
pub fn month_phrase(month: u32) -> &'static str {
    usize::try_from(month).ok().and_then(|m| m.checked_sub(1)).and_then(|i| PHRASES.get(i)).copied().unwrap_or("")
}

/// The twelve months, January first.
pub fn year_months(facts: &MonthFacts<'_>) -> Vec<BookMonth> {
    (1..=12).map(|month| facts.month(month)).collect()
}

impl MonthFacts<'_> {
    fn month(&self, month: u32) -> BookMonth {
        let days = Window { from: first_of(self.year, month), to: last_of(self.year, month) };
        let begun = self.start.is_some_and(|start| start <= days.to);
        let items =
            if begun { self.items.iter().filter_map(|i| self.line(i, month, days)).collect() } else { Vec::new() };
        BookMonth { month, items, phrase: month_phrase(month).to_owned() }
    }

    fn line(&self, item: &DutyItem, month: u32, days: Window) -> Option<BookMonthItem> {
        let mut mine = self.occurrences.iter().filter(|o| o.is_of(item.duty));
        let due = mine.clone().filter(|o| days.holds(o.due)).max_by_key(|o| o.due);
        // An occurrence counts from the arrival: what was suggested before it is not asked for.
        let now =
            mine.clone().find(|o| o.window.from <= days.to && o.window.to >= days.from && o.counts_from <= days.to);
        let suggested = item.months.contains(&month);
        let any_time = item.frequency == Frequency::AnyTime && mine.next().is_none();
        if due.is_none() && !(suggested && (now.is_some() || any_time)) {
            return None;
        }
        let (done, awaited) = match due.or(now) {
            Some(occurrence) => (occurrence.satisfied, self.awaited.contains(&occurrence.id)),
            None => (self.recorded.contains(&(item.duty, month)), false),
        };
        Some(BookMonthItem {
            duty: item.duty,
            code: item.code.clone(),
            short: item.short(),
            due: due.map(|o| o.due),
            done,
            awaited,
            state: None,
        })
    }
}

/// 「一次可对应 n 条」: activities that serve several lines of a month, each line still to do.
pub fn month_together(items: &[BookItem], month: &BookMonth) -> Vec<Together> {
    let open: Vec<(&str, &str)> = month
        .items
        .iter()
        .filter(|line| !line.done)
        .filter_map(|line| items.iter().find(|i| i.duty == line.duty))
        .map(|item| (item.code.as_str(), item.text.as_str()))
        .collect();
    served_together(&open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::{Plan, fixture},
        time::{DayKind, WorkCalendar, parse_iso},
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn months(items: &[DutyItem], arrival: &str, done: &[&str]) -> Vec<BookMonth> {
        // 2026-06-30 is taken as a holiday here: the due day moves back to a working day.
        let calendar = WorkCalendar::new([(d("2026-06-30"), DayKind::Holiday)]);
        let plan = Plan {
            year: 2026,
            items,
            term_from: d(arrival),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        };
        let mut all: Vec<_> = plan.occurrences().iter().map(fixture::occurrence).collect();
        for o in &mut all {
            o.satisfied = items.iter().any(|i| i.duty == o.duty && done.contains(&i.code.as_str()));
        }
        let recorded = HashSet::from([(items[3].duty, 4)]);
        let awaited = all.iter().filter(|o| o.satisfied).map(|o| o.id).collect();
        let start = Some(d(arrival));
        let (awaited, recorded) = (&awaited, &recorded);
        year_months(&MonthFacts { year: 2026, start, items, occurrences: &all, awaited, recorded })
    }

    fn list() -> [DutyItem; 4] {
        let of = |months: &[u32], i: DutyItem| DutyItem { months: months.to_vec(), ..i };
        [
            of(&[6, 11], fixture::item("3.3", "主持专题会议研究全面从严治党", Frequency::HalfYearly)),
            of(&[2], fixture::item("3.1", "年度安排", Frequency::Yearly)),
            of(&[], fixture::item("6.3", "谈心谈话", Frequency::Quarterly)),
            of(&[4, 5], fixture::item("12.3", "随时的事项", Frequency::AnyTime)),
        ]
    }

    fn line<'a>(months: &'a [BookMonth], month: u32, code: &str) -> Option<&'a BookMonthItem> {
        months.iter().find(|m| m.month == month)?.items.iter().find(|i| i.code == code)
    }

    #[test]
    fn a_month_holds_what_it_suggests_and_what_falls_due_in_it() {
        let months = months(&list(), "2024-01-01", &["3.1"]);
        assert_eq!(months.len(), 12);
        let june = line(&months, 6, "3.3").unwrap();
        assert_eq!((june.due, june.done), (Some(d("2026-06-29")), false));
        assert!(line(&months, 11, "3.3").is_some_and(|l| l.due.is_none()));
        assert!(line(&months, 12, "3.3").is_some_and(|l| l.due == Some(d("2026-12-31"))));
        assert!(line(&months, 2, "3.1").is_some_and(|l| l.done && l.awaited && l.due.is_none()));
        assert!(line(&months, 3, "6.3").is_some(), "no suggested month: where it falls due");
        assert!(line(&months, 2, "6.3").is_none());
        assert!(line(&months, 4, "12.3").is_some_and(|l| l.done) && line(&months, 5, "12.3").is_some_and(|l| !l.done));
    }

    #[test]
    fn nothing_before_the_arrival() {
        let months = months(&list(), "2026-08-15", &[]);
        assert!(months.iter().take(7).all(|m| m.items.is_empty()));
        // Suggested in February, before he came; it still falls due at the end of the year.
        assert!(line(&months, 12, "3.1").is_some_and(|l| l.due.is_some()));
        assert!(line(&months, 9, "6.3").is_some());
    }

    #[test]
    fn every_month_has_its_sentence_without_numbers_of_items() {
        for month in 1..=12 {
            let phrase = month_phrase(month);
            assert!(!phrase.is_empty() && !phrase.contains('.'), "{phrase}");
        }
        assert_eq!((month_phrase(0), month_phrase(13)), ("", ""));
    }
}
