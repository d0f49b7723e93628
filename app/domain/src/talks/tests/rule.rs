use proptest::prelude::*;
use uuid::Uuid;

use super::{
    super::{Arrival, Delegation, Level, Span, Speaker, TalkDays, TalkRule, TalkSettings, arrival},
    day,
};
use crate::{ids::PostId, people::UnitKind, time::WorkCalendar};

#[test]
fn who_talks_is_the_rule_of_2018() {
    let rule = TalkRule::default();
    rule.check().unwrap();
    let rows = [
        (Level::City, vec![Speaker::CitySecretary, Speaker::CityDeputy]),
        (Level::District, vec![Speaker::Secretary, Speaker::Deputy]),
        (Level::Department, vec![Speaker::Team]),
    ];
    for (level, speakers) in rows {
        assert_eq!(rule.speakers(level), speakers);
        assert_eq!(rule.speaker(level, None), Ok(speakers[0]));
    }
    assert_eq!(rule.speaker(Level::District, Some(Speaker::Deputy)), Ok(Speaker::Deputy));
    let no = rule.speaker(Level::Department, Some(Speaker::Secretary)).unwrap_err();
    assert_eq!(no.field_name(), Some("speaker"));
    assert_eq!(rule.level(UnitKind::Town, false), Level::District);
    assert_eq!(rule.level(UnitKind::Subordinate, false), Level::Department);
    assert_eq!(rule.level(UnitKind::Department, true), Level::City);
}

#[test]
fn a_circle_of_delegations_is_refused_by_name() {
    let mut rule = TalkRule::default();
    rule.delegations.push(Delegation { from: Speaker::Deputy, to: Speaker::Team });
    rule.check().unwrap();
    rule.delegations.push(Delegation { from: Speaker::Team, to: Speaker::Secretary });
    let no = rule.check().unwrap_err();
    assert!(no.field_name() == Some("delegation") && no.to_string().contains("绕了一圈"), "{no}");
    rule.delegations = vec![Delegation { from: Speaker::Team, to: Speaker::Team }];
    assert!(rule.check().unwrap_err().to_string().contains("不能委托自己"));
    rule.delegations.clear();
    rule.leads.pop();
    assert!(rule.check().unwrap_err().to_string().contains("还没有定主谈人"));
    assert!(TalkSettings { rule, ..TalkSettings::default() }.checked().is_err());
    assert!(TalkSettings { areas: vec![" ".into()], ..TalkSettings::default() }.checked().is_err());
}

#[test]
fn a_new_and_a_transferred_head_are_talked_with() {
    let rule = TalkRule::default();
    let span = |post: u128, from: &str, acting| Span { post: PostId(Uuid::from_u128(post)), from: day(from), acting };
    let now = span(1, "2026-03-02", false);
    let enabled = Some(day("2026-01-01"));
    assert_eq!(arrival(&rule, now, &[], enabled), Some(Arrival::New));
    let elsewhere = [span(2, "2019-05-01", false)];
    assert_eq!(arrival(&rule, now, &elsewhere, enabled), Some(Arrival::Transferred));
    // Back to the post he held last: nothing new is to be told.
    assert_eq!(arrival(&rule, now, &[span(1, "2021-05-01", false)], enabled), None);
    assert_eq!(arrival(&rule, now, &[span(1, "2021-05-01", false), elsewhere[0]], enabled), None);
    assert_eq!(arrival(&rule, now, &[], Some(day("2026-04-01"))), None);
    assert_eq!(arrival(&rule, span(1, "2026-03-02", true), &[], enabled), None);
    assert_eq!(
        arrival(&TalkRule { acting: true, ..rule }, span(1, "2026-03-02", true), &[], enabled),
        Some(Arrival::New)
    );
}

#[test]
fn the_days_are_those_of_the_practice() {
    let calendar = WorkCalendar::default();
    let days = TalkDays::default();
    // Monday 2 March 2026 arrived, registered on Wednesday, signed on Friday 20 March.
    assert_eq!(days.register_by(day("2026-03-02"), &calendar), day("2026-03-09"));
    let none = days.timetable((day("2026-03-02"), day("2026-03-04")), (None, None), &calendar);
    assert_eq!((none.prepare_by, none.talk_by, none.report_by), (day("2026-03-18"), day("2026-04-02"), None));
    let table = days.timetable((day("2026-03-02"), day("2026-03-04")), (Some(day("2026-03-20")), None), &calendar);
    assert_eq!(table.meet_by, Some(day("2026-03-31")));
    assert_eq!(table.plan_by, Some(day("2026-04-10")));
    assert_eq!(table.stage_by, Some(day("2026-05-20")));
    // 20 June is a Saturday.
    assert_eq!(table.report_by, Some(day("2026-06-19")));
    assert_eq!(table.track_by, Some(day("2026-07-03")));
    for (at, value) in [(0, 0), (2, 13), (5, 4)] {
        let mut values = days.values();
        values[at] = value;
        assert!(TalkDays::of(values).is_err(), "{at}");
    }
    assert_eq!(TalkDays::of(days.values()), Ok(days));
}

proptest! {
    #[test]
    fn a_rule_that_passes_always_finds_a_speaker(edges in prop::collection::vec((0_usize..5, 0_usize..5), 0..8)) {
        let delegations = edges.iter().map(|(a, b)| Delegation { from: Speaker::ALL[*a], to: Speaker::ALL[*b] }).collect();
        let rule = TalkRule { delegations, ..TalkRule::default() };
        if rule.check().is_ok() {
            for level in Level::ALL {
                let all = rule.speakers(*level);
                prop_assert!(!all.is_empty() && all[0] == rule.lead(*level));
                // Nobody stands in for himself, and whoever is asked is named once.
                let mut once = all.clone();
                once.sort();
                once.dedup();
                prop_assert_eq!(once.len(), all.len());
            }
        }
    }
}
