use chrono::{Datelike as _, Days};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    ids::{PersonId, UnitId},
    people::UnitKind,
    time::{Day, DayKind, WorkCalendar, first_of, parse_iso},
};

fn d(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn life(from: &str, to: Option<&str>) -> Life {
    Life { from: d(from), to: to.map(d), leads_district: false }
}

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(n))
}

fn days_of(life: Life, enabled: &str) -> Vec<String> {
    plan(2026, life, SeasonDays::default(), &WorkCalendar::default(), Some(d(enabled)))
        .into_iter()
        .map(|due| format!("{} {}", due.kind.title(due.period), due.on))
        .collect()
}

#[test]
fn a_whole_year_has_six_steps_on_working_days() {
    assert_eq!(
        days_of(life("2010-01-01", None), "2025-01-01"),
        [
            "第一季度提醒 2026-03-25",
            "第二季度提醒 2026-06-25",
            "第三季度提醒 2026-09-25",
            "第四季度提醒 2026-12-25",
            "半年梳理 2026-07-15",
            // 20 December is a Sunday.
            "年底检查 2026-12-18",
        ]
    );
}

#[test]
fn nothing_before_the_first_day_and_nothing_after_the_last() {
    let may = days_of(life("2026-05-06", None), "2025-01-01");
    assert!(may.len() == 5 && may[0] == "第二季度提醒 2026-06-25", "{may:?}");
    assert_eq!(days_of(life("2010-01-01", Some("2026-07-01")), "2025-01-01").len(), 2);
    assert_eq!(days_of(life("2010-01-01", None), "2026-10-01"), ["第四季度提醒 2026-12-25", "年底检查 2026-12-18"]);
    assert!(days_of(life("2010-01-01", None), "2027-01-01").is_empty());
}

#[test]
fn the_post_of_the_first_secretary_has_no_reminder() {
    let steps = plan(
        2026,
        Life { leads_district: true, ..life("2010-01-01", None) },
        SeasonDays::default(),
        &WorkCalendar::default(),
        None,
    );
    assert!(steps.len() == 2 && steps.iter().all(|s| s.kind != StepKind::QuarterReminder));
}

#[test]
fn a_holiday_week_moves_the_day_forward_and_never_out_of_the_quarter() {
    let week = (1..=30).map(|n| (first_of(2026, 9) + Days::new(n - 1), DayKind::Holiday));
    let steps = plan(2026, life("2010-01-01", None), SeasonDays::default(), &WorkCalendar::new(week), None);
    let third = steps.iter().find(|s| s.kind == StepKind::QuarterReminder && s.period == 3).unwrap();
    assert_eq!(third.on, d("2026-08-31"));
}

#[test]
fn towns_are_the_offices_and_all_others_the_teams() {
    let both = Watch { team: Some(unit(1)), office: Some(unit(2)) };
    assert_eq!(body_of(UnitKind::Town, both), Some(unit(2)));
    assert_eq!(body_of(UnitKind::Department, both), Some(unit(1)));
    assert_eq!(body_of(UnitKind::Town, Watch { office: None, ..both }), Some(unit(1)));
    assert_eq!(body_of(UnitKind::Enterprise, Watch::default()), None);
}

#[test]
fn a_vacancy_gives_time_after_the_arrival() {
    let (days, calendar) = (SeasonDays { resume_days: 5, ..SeasonDays::default() }, WorkCalendar::default());
    let of = |kind, period, due: &str, arrived: &str| {
        resumed(kind, (2026, period), d(due), d(arrived), days, &calendar).map(|day| day.to_string())
    };
    assert_eq!(of(StepKind::MidYear, 1, "2026-07-15", "2026-07-01").as_deref(), Some("2026-07-15"));
    assert_eq!(of(StepKind::MidYear, 1, "2026-07-15", "2026-08-03").as_deref(), Some("2026-08-07"));
    assert_eq!(of(StepKind::YearEnd, 1, "2026-12-18", "2026-12-30").as_deref(), Some("2026-12-31"));
    assert_eq!(of(StepKind::YearEnd, 1, "2026-12-18", "2027-01-04").as_deref(), Some("2027-01-08"));
    assert_eq!(of(StepKind::QuarterReminder, 3, "2026-09-25", "2026-09-28").as_deref(), Some("2026-09-30"));
    assert_eq!(of(StepKind::QuarterReminder, 3, "2026-09-25", "2026-10-09"), None);
}

#[test]
fn states_and_kinds_lead_back_and_permit_what_they_should() {
    for state in StepState::ALL {
        assert_eq!(StepState::from_key(state.key()), Some(state));
        assert_eq!(state.changes().is_ok(), state.is_open());
    }
    for kind in StepKind::ALL {
        assert_eq!(StepKind::from_key(kind.key()), Some(kind));
        assert_eq!(kind.purpose().and_then(StepKind::of_purpose), kind.purpose().map(|_| kind));
    }
    let may = |f: fn(StepState) -> Result<(), crate::Rejection>| {
        StepState::ALL.into_iter().filter(|s| f(*s).is_ok()).collect::<Vec<_>>()
    };
    assert_eq!(may(StepState::drafts), [StepState::Planned, StepState::Drafted, StepState::Returned]);
    assert_eq!(may(StepState::approves), [StepState::Drafted]);
    assert_eq!(may(StepState::returns), [StepState::Drafted, StepState::Approved]);
    assert_eq!(may(StepState::restores), [StepState::Cancelled]);
}

#[test]
fn a_step_is_late_the_day_after_and_never_while_the_post_is_vacant() {
    let due = d("2026-07-15");
    assert!(!late(StepState::Planned, due, false, due));
    assert!(late(StepState::Approved, due, false, d("2026-07-16")));
    assert!(!late(StepState::Planned, due, true, d("2026-08-16")));
    assert!(!late(StepState::Done, due, false, d("2026-08-16")));
}

#[test]
fn a_move_keeps_within_its_time_and_says_why() {
    let calendar = WorkCalendar::default();
    let mid = Place { kind: StepKind::MidYear, year: 2026, period: 1 };
    let third = Place { kind: StepKind::QuarterReminder, year: 2026, period: 3 };
    let today = d("2026-07-08");
    let said =
        |place, to: &str, why: &str| moved(place, parse_iso(to), why, today, &calendar).map_err(|no| no.to_string());
    assert_eq!(said(mid, "2026-07-22", " 与巡察错开 "), Ok((d("2026-07-22"), "与巡察错开".into())));
    for (place, to, why, words) in [
        (mid, "", "因故", "还没有选"),
        (mid, "2026-07-07", "因故", "早于今天"),
        (mid, "2027-01-04", "因故", "本年度最后一天"),
        (mid, "2026-07-18", "因故", "不是工作日"),
        (mid, "2026-07-22", "  ", "改期原因"),
        (third, "2026-10-08", "因故", "本季度内"),
    ] {
        assert!(said(place, to, why).is_err_and(|no| no.contains(words)), "{to} {words}");
    }
}

#[test]
fn paper_has_a_day_and_a_handler() {
    let place = Place { kind: StepKind::YearEnd, year: 2026, period: 1 };
    let said = |on: &str, handler: &str| on_paper(place, parse_iso(on), handler, "双方签字的检查单", d("2026-12-10"));
    assert!(said("2026-12-09", "黎若水").is_ok());
    let bare = on_paper(place, parse_iso("2026-12-09"), "黎若水", " ", d("2026-12-10"));
    assert_eq!(bare.unwrap_err().field_name(), Some("why"));
    for why in [why_given, why_split] {
        assert_eq!(why("").unwrap_err().field_name(), Some("why"));
        assert_eq!(why(" 人手调整 ").unwrap(), "人手调整");
    }
    for (on, handler, field) in
        [("", "甲", "on"), ("2026-12-11", "甲", "on"), ("2025-12-31", "甲", "on"), ("2026-12-09", " ", "handler")]
    {
        assert_eq!(said(on, handler).unwrap_err().field_name(), Some(field), "{on}");
    }
}

#[test]
fn a_split_has_two_that_may_have_it() {
    let share = |n| Share { body: unit(n), person: None };
    let of = |n| Share { body: unit(1), person: Some(PersonId(Uuid::from_u128(n))) };
    let allowed = [share(1), share(2), share(3), share(4), share(5), of(11), of(12)];
    assert_eq!(parts(StepKind::MidYear, &allowed[..2], &allowed).unwrap().len(), 2);
    assert_eq!(parts(StepKind::MidYear, &allowed[5..], &allowed).unwrap(), [of(11), of(12)]);
    for (chosen, words) in [
        (vec![], "至少选两家"),
        (vec![share(1)], "至少选两家"),
        (vec![share(1), share(1)], "两次"),
        (vec![share(1), share(9)], "没有归口"),
        (vec![of(11), of(13)], "没有归口"),
        (allowed[..5].to_vec(), "最多"),
    ] {
        assert!(parts(StepKind::YearEnd, &chosen, &allowed).is_err_and(|no| no.to_string().contains(words)), "{words}");
    }
    assert!(parts(StepKind::QuarterReminder, &allowed[..2], &allowed).is_err());
    assert_eq!(assigned(of(12), &allowed), Ok(of(12)));
    assert_eq!(assigned(share(9), &allowed).unwrap_err().field_name(), Some("share"));
}

#[test]
fn days_of_the_office_are_checked() {
    let days = SeasonDays::default();
    assert_eq!(days.check(), Ok(days));
    for (bad, field) in [
        (SeasonDays { reminder_day: 0, ..days }, "reminder_day"),
        (SeasonDays { mid_year: MonthDay { month: 5, day: 1 }, ..days }, "mid_year"),
        (SeasonDays { year_end: MonthDay { month: 12, day: 32 }, ..days }, "year_end"),
        (SeasonDays { resume_days: 0, ..days }, "resume_days"),
    ] {
        assert_eq!(bad.check().unwrap_err().field_name(), Some(field));
    }
    assert_eq!(MonthDay { month: 9, day: 31 }.of(2026), d("2026-09-30"));
}

proptest! {
    /// Whatever is configured, off and begun: every step lies in its year, on a working day where there is one, within
    /// the life of the post and not before the 启用日; and the same plan comes out again.
    #[test]
    fn every_plan_keeps_its_bounds(
        begun in 0_u64..900,
        lasts in prop::option::of(0_u64..900),
        enabled in 0_u64..900,
        day in 5_u32..=31,
        off in prop::collection::vec(0_u64..400, 0..40),
    ) {
        let start = d("2025-01-01");
        let calendar = WorkCalendar::new(off.iter().map(|n| (start + Days::new(365 + n), DayKind::Holiday)));
        let from = start + Days::new(begun);
        let life = Life { from, to: lasts.map(|n| from + Days::new(n)), leads_district: false };
        let days = SeasonDays { reminder_day: day, ..SeasonDays::default() }.check().unwrap();
        let enabled = start + Days::new(enabled);
        let steps = plan(2026, life, days, &calendar, Some(enabled));
        prop_assert!(steps.len() <= 6);
        for step in &steps {
            prop_assert!(step.on.year() == 2026 && life.holds(step.on) && step.on >= enabled);
            prop_assert!(calendar.is_working(step.on));
        }
        prop_assert_eq!(&steps, &plan(2026, life, days, &calendar, Some(enabled)));
    }
}
