//! Tables and properties of windows, due days and superseding.

use super::*;
use crate::{
    duties::fixture::{item, occurrence},
    time::{DayKind, parse_iso},
};
use proptest::prelude::*;

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn plan<'a>(items: &'a [DutyItem], calendar: &'a WorkCalendar) -> Plan<'a> {
    Plan {
        year: 2026,
        items,
        term_from: d("2024-03-01"),
        enabled_on: d("2026-01-01"),
        effective_on: d("2026-01-01"),
        vacancies: &[],
        calendar,
    }
}

#[test]
fn each_frequency_has_its_windows_and_ends_on_a_working_day() {
    let calendar = WorkCalendar::new([(d("2026-12-31"), DayKind::Holiday)]);
    // Saturday 28 February, Sunday 31 May: the Friday before.
    let table = [
        (Frequency::Monthly, 12, "2026-01-30"),
        (Frequency::Quarterly, 4, "2026-03-31"),
        (Frequency::HalfYearly, 2, "2026-06-30"),
        (Frequency::Yearly, 1, "2026-12-30"),
        (Frequency::AnyTime, 0, ""),
        (Frequency::OncePerTerm, 0, ""),
    ];
    for (frequency, count, first_due) in table {
        let items = [item("1.1", "学习", frequency)];
        let made = plan(&items, &calendar).occurrences();
        assert_eq!(made.len(), count, "{frequency:?}");
        if let Some(first) = made.first() {
            assert_eq!(first.due, d(first_due));
            assert_eq!(first.period_no, 1);
        }
    }
}

#[test]
fn monthly_routine_is_confirmed_once_a_quarter() {
    let calendar = WorkCalendar::default();
    let items = [DutyItem { routine: true, ..item("7.1", "组织生活", Frequency::Monthly) }];
    let made = plan(&items, &calendar).occurrences();
    assert_eq!(made.len(), 4);
    assert_eq!(made[3].window, Window { from: d("2026-10-01"), to: d("2026-12-31") });
}

#[test]
fn a_named_date_belongs_to_the_window_that_holds_it_and_moves_back() {
    let calendar = WorkCalendar::default();
    let yearly = [DutyItem { due: Some((3, 31)), ..item("3.5", "报告", Frequency::Yearly) }];
    assert_eq!(plan(&yearly, &calendar).occurrences()[0].due, d("2026-03-31"));
    // 10 October 2026 is a Saturday.
    let half = [DutyItem { due: Some((10, 10)), ..item("3.3", "研究", Frequency::HalfYearly) }];
    let made = plan(&half, &calendar).occurrences();
    assert_eq!((made[0].due, made[1].due), (d("2026-06-30"), d("2026-10-09")));
    let no_such_day = [DutyItem { due: Some((2, 30)), ..item("3.1", "部署", Frequency::Yearly) }];
    assert_eq!(plan(&no_such_day, &calendar).occurrences()[0].due, d("2026-02-27"));
}

#[test]
fn once_per_term_is_due_three_months_after_arrival_in_that_year_only() {
    let calendar = WorkCalendar::default();
    let items = [item("12.2", "三个月报告", Frequency::OncePerTerm)];
    let arrived = |day: &str, year: i32| Plan { term_from: d(day), year, ..plan(&items, &calendar) }.occurrences();
    let made = arrived("2026-04-10", 2026);
    assert_eq!((made[0].period_no, made[0].due), (1, d("2026-07-10")));
    assert!(arrived("2026-11-16", 2026).is_empty());
    assert_eq!(arrived("2026-11-16", 2027)[0].due, d("2027-02-16"));
    assert!(arrived("2024-03-01", 2026).is_empty());
}

#[test]
fn nothing_is_due_before_arrival_start_or_in_a_vacancy() {
    let calendar = WorkCalendar::default();
    let items = [item("6.3", "谈心谈话", Frequency::Quarterly)];
    let base = plan(&items, &calendar);
    let new_head = Plan { term_from: d("2026-11-16"), ..base }.occurrences();
    assert_eq!(new_head.len(), 1);
    assert_eq!(new_head[0].window.from, d("2026-10-01"));
    assert_eq!(new_head[0].counts_from, d("2026-11-16"));
    assert_eq!(Plan { enabled_on: d("2026-07-01"), ..base }.occurrences().len(), 2);
    assert_eq!(Plan { effective_on: d("2026-04-01"), ..base }.occurrences().len(), 3);
    let vacancy = [Window { from: d("2026-06-20"), to: d("2026-08-01") }];
    let paused = Plan { vacancies: &vacancy, ..base }.occurrences();
    assert_eq!(paused.iter().map(|o| o.period_no).collect::<Vec<_>>(), [1, 3, 4]);
}

#[test]
fn superseding_keeps_what_is_done_or_past_and_cancels_what_is_dropped() {
    let calendar = WorkCalendar::default();
    let kept = item("6.3", "谈心谈话", Frequency::Quarterly);
    let dropped = item("9.3", "清廉项目", Frequency::Quarterly);
    let added = item("14.1", "自选动作", Frequency::Quarterly);
    let before = [kept.clone(), dropped.clone()];
    let old: Vec<_> = plan(&before, &calendar)
        .occurrences()
        .into_iter()
        .map(|new| {
            let satisfied = new.duty == dropped.duty && new.period_no == 4;
            ExistingOccurrence { satisfied, ..occurrence(&new) }
        })
        .collect();
    let after = [kept.clone(), added.clone()];
    let effective_on = d("2026-07-01");
    let new = Plan { effective_on, ..plan(&after, &calendar) }.occurrences();
    let result = supersede(&old, &new, effective_on);
    let period = |id: &OccurrenceId| {
        let found = old.iter().find(|o| o.id == *id).unwrap();
        (found.duty, found.period_no)
    };
    assert_eq!(result.cancel.iter().map(period).collect::<Vec<_>>(), [(dropped.duty, 3)]);
    assert_eq!(result.keep.len(), 7);
    assert_eq!(
        result.add.iter().map(|n| (n.duty, n.period_no)).collect::<Vec<_>>(),
        [(added.duty, 3), (added.duty, 4)]
    );
    assert!(result.reopen.is_empty());

    // The item comes back in a third edition.
    let cancelled: Vec<_> = old
        .iter()
        .cloned()
        .map(|o| {
            if result.cancel.contains(&o.id) {
                ExistingOccurrence { state: OccurrenceState::Cancelled, ..o }
            } else {
                o
            }
        })
        .collect();
    let again = supersede(&cancelled, &plan(&before, &calendar).occurrences(), effective_on);
    assert_eq!(again.reopen, result.cancel);
    assert!(again.cancel.is_empty() && again.add.is_empty());
}

#[test]
fn windows_have_chinese_names() {
    let label = |f, n: usize| period_label(f, windows(f, 2026)[n]);
    assert_eq!(label(Frequency::Monthly, 10), "11月");
    assert_eq!(label(Frequency::Quarterly, 3), "第四季度");
    assert_eq!(label(Frequency::HalfYearly, 1), "下半年");
    assert_eq!(label(Frequency::Yearly, 0), "全年");
}

proptest! {
    #[test]
    fn no_due_day_lies_before_the_start_or_outside_its_window(
        arrival in 0_u64..1_000, start in 0_u64..700, effect in 0_u64..700, year in 2025_i32..2028,
        holidays in proptest::collection::vec(0_u64..1_100, 0..40),
    ) {
        let day = |n: u64| d("2025-01-01") + chrono::Days::new(n);
        let calendar = WorkCalendar::new(holidays.into_iter().map(|n| (day(n), DayKind::Holiday)));
        let items: Vec<_> = Frequency::ALL.into_iter().map(|f| item("1.1", "事项", f)).collect();
        let plan = Plan {
            year, items: &items, term_from: day(arrival), enabled_on: day(start),
            effective_on: day(effect), vacancies: &[], calendar: &calendar,
        };
        for new in plan.occurrences() {
            prop_assert!(new.due >= day(arrival).max(day(start)).max(day(effect)));
            prop_assert!(new.window.holds(new.due));
            prop_assert!(new.counts_from >= day(arrival));
            prop_assert!(new.window.holds(new.counts_from));
        }
    }
}
