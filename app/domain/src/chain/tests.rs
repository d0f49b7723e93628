use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    accountability::{ItemKind, State, Waits},
    board::{Duty, Tone},
    duties::ListState,
    ids::ItemId,
    overview::Tones,
    time::{Day, parse_iso},
};

fn day(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn knot(station: Station, on: &str, title: &str) -> Knot {
    Knot::done(station, day(on), title)
}

#[test]
fn a_thread_has_six_stations_and_stands_at_the_last_open_one() {
    let open = knot(Station::Wen, "2026-09-01", "2026-001").standing(Tone::Late, true);
    let made = thread(vec![open, knot(Station::Lv, "2026-03-02", "专题会"), knot(Station::Ming, "2026-02-01", "下达")]);
    let order: Vec<Station> = made.stretches.iter().map(|s| s.station).collect();
    assert_eq!(order, Station::ALL);
    assert_eq!((made.now, made.closed), (Some(Station::Wen), false));
    let tones: Vec<Tone> = made.stretches.iter().map(|s| s.tone).collect();
    assert_eq!(tones, [Tone::Ok, Tone::Ok, Tone::None, Tone::None, Tone::Late, Tone::None]);
    assert!(made.words().contains("1 项还没有销号"));
}

#[test]
fn the_chain_is_closed_once_the_next_list_has_its_answer() {
    let struck = knot(Station::Wen, "2026-09-01", "2026-001");
    let made = thread(vec![struck.clone()]);
    assert!(!made.closed && made.words().contains("待研究"));
    let taken = knot(Station::Next, "2026-12-01", "已列入2027年清单");
    let made = thread(vec![taken, struck]);
    assert!(made.closed && made.words().contains("已有安排"));
    // Nothing was found: there is nothing to close.
    assert!(thread(vec![knot(Station::Lv, "2026-03-02", "专题会")]).closed);
    assert_eq!(thread(Vec::new()).words(), "这一条还没有任何记载。");
}

fn problem(n: u128, opened: &str, closed: Option<&str>) -> Problem {
    Problem {
        id: ItemId(Uuid::from_u128(n)),
        kind: ItemKind::Inspection,
        opened_on: day(opened),
        closed_on: closed.map(day),
        repeats: None,
        problem: format!("第{n}个问题"),
        demand: "每季度研究一次，2026年12月31日前补上".into(),
        answer: None,
    }
}

fn found(problems: &[Problem], texts: &[&str]) -> Vec<u128> {
    let texts: BTreeSet<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    suggestions(problems, 2027, &texts).into_iter().map(|s| s.id.0.as_u128()).collect()
}

#[test]
fn what_was_struck_off_or_repeated_is_suggested_once_and_an_answer_ends_it() {
    let repeated = Problem { repeats: Some(ItemId(Uuid::from_u128(1))), ..problem(4, "2026-11-01", None) };
    let all = [
        problem(1, "2026-02-01", Some("2026-04-01")),
        problem(2, "2026-03-01", Some("2026-05-01")),
        problem(3, "2026-10-01", None),
        repeated,
        problem(5, "2025-03-01", Some("2025-05-01")),
        problem(6, "2026-12-20", Some("2027-01-15")),
    ];
    // The repeated one speaks for the first; what is still open or was struck off the year before is not asked.
    assert_eq!(found(&all, &[]), [4, 2, 6]);
    let said = |answer| [Problem { answer: Some(answer), ..problem(2, "2026-03-01", Some("2026-05-01")) }];
    assert_eq!(found(&said(Answer::Asked), &[]), [2]);
    assert!(suggestions(&said(Answer::Asked), 2027, &BTreeSet::new())[0].asked);
    assert!(found(&said(Answer::Refused), &[]).is_empty() && found(&said(Answer::Taken), &[]).is_empty());
    assert!(found(&[problem(2, "2026-03-01", Some("2026-05-01"))], &["整改“第2个问题”：每季度研究一次"]).is_empty());
    for kind in [ItemKind::Review, ItemKind::Suggestion, ItemKind::Recommendation] {
        let one = Problem { kind, ..problem(1, "2026-02-01", Some("2026-04-01")) };
        assert!(found(&[one], &[]).is_empty(), "{kind:?}");
    }
}

#[test]
fn a_suggestion_asks_for_nothing_by_a_day_that_is_over() {
    assert_eq!(words("研究少", "每季度研究一次，2026年12月31日前补上"), "整改“研究少”：每季度研究一次");
    assert_eq!(words("研究少", "12月底前办结"), "整改“研究少”");
    assert_eq!(words("研究\n少", "每季度研究1次"), "整改“研究 少”：每季度研究1次");
    assert_eq!(words(&"长".repeat(900), "改").chars().count(), crate::text::LINE_MAX);
}

#[test]
fn the_flow_says_what_waits_with_whom_and_for_how_long() {
    let since = |text| Some(day(text));
    let facts = FlowFacts {
        without: 2,
        lists: vec![
            (ListState::Commenting, Counted { n: 3, since: since("2026-11-10") }),
            (ListState::Signed, Counted::of(40)),
        ],
        fulfilment: Tones { late: 1, pending: 2, warn: 0, ok: 40, none: 0 },
        wanting_since: since("2026-10-31"),
        steps_late: Counted { n: 1, since: since("2026-11-01") },
        steps_open: 9,
        steps_drafted: 4,
        meetings_asked: Counted::of(1),
        sheets: [Counted::of(0), Counted { n: 1, since: None }, Counted::of(0)],
        items: vec![
            (State::Working, Counted { n: 7, since: since("2026-08-20") }),
            (State::Checking, Counted { n: 2, since: since("2026-11-15") }),
            (State::Deciding, Counted { n: 1, since: since("2026-11-18") }),
            (State::Closed, Counted::of(99)),
        ],
        overdue: Counted { n: 2, since: since("2026-11-01") },
        closed: 99,
        ..FlowFacts::default()
    };
    let made = flow(&facts, 2026, day("2026-11-20"));
    assert_eq!(made.links.iter().map(|l| l.duty).collect::<Vec<_>>(), Duty::ALL);
    let spot = |to: &str| {
        let found = made.links.iter().flat_map(|l| &l.spots).find(|s| s.to == to);
        found.unwrap_or_else(|| panic!("{to} in {made:#?}"))
    };
    let working = spot("/accountability?state=at:working");
    assert_eq!((working.n, working.seat, working.days), (7, Waits::Unit, Some(92)));
    assert_eq!(spot("/duties?year=2026&state=commenting").days, Some(10));
    assert_eq!(spot("/duties?year=2026&state=none").n, 2);
    assert_eq!(spot("/board?year=2026&state=lv.late").days, Some(20));
    assert!(spot("/accountability?due=overdue").within && spot("/oversight/season?year=2026&state=drafted").within);
    assert_eq!(spot("/reviews?state=sheet.asked").seat, Waits::Deputy);
    let seat = |seat| made.seats.iter().find(|s| s.seat == seat).unwrap();
    assert_eq!(seat(Waits::Unit).days, Some(92));
    assert_eq!((seat(Waits::Deputy).days, seat(Waits::Deputy).spots.len()), (Some(2), 3));
    assert!(made.seats.iter().all(|s| s.spots.iter().all(|spot| spot.seat == s.seat)));
    assert_eq!((made.closed.n, made.links[4].spots.iter().any(|s| s.to.contains("at:closed"))), (99, false));
    let empty = flow(&FlowFacts::default(), 2026, day("2026-11-20"));
    assert!(empty.links.iter().all(|l| l.spots.is_empty()) && empty.seats.iter().all(|s| s.days.is_none()));
}

fn knots() -> impl Strategy<Value = Vec<Knot>> {
    let one = (0_usize..6, 0_i64..400, any::<bool>(), 0_u8..4).prop_map(|(station, days, open, title)| {
        let on = day("2026-01-01") + chrono::Duration::days(days);
        Knot::done(Station::ALL[station], on, format!("{title}")).standing(Tone::Warn, open)
    });
    prop::collection::vec(one, 0..20)
}

proptest! {
    #[test]
    fn the_order_of_the_hands_does_not_matter(all in knots(), turn in 0_usize..20) {
        let mut other = all.clone();
        if !other.is_empty() {
            let by = turn % other.len();
            other.rotate_left(by);
        }
        other.reverse();
        prop_assert_eq!(thread(all), thread(other));
    }

    #[test]
    fn nothing_is_lost_and_days_run_forward(all in knots()) {
        let distinct: BTreeSet<String> = all.iter().map(|k| format!("{k:?}")).collect();
        let made = thread(all);
        let kept: Vec<String> = made.stretches.iter().flat_map(|s| &s.knots).map(|k| format!("{k:?}")).collect();
        prop_assert_eq!(kept.len(), distinct.len());
        prop_assert!(kept.iter().all(|k| distinct.contains(k)));
        for stretch in &made.stretches {
            prop_assert!(stretch.knots.windows(2).all(|two| two[0].on <= two[1].on));
            prop_assert!(stretch.knots.iter().all(|k| k.station == stretch.station));
        }
        // A chain with a problem that is not struck off is not closed.
        if made.at(Station::Wen).iter().any(|k| k.open) {
            prop_assert!(!made.closed);
        }
    }
}
