//! The loop from 挂账 to 销号, and every way it refuses.

mod deadline;
mod look;
mod machine;
mod moves;
mod papers;

use std::collections::BTreeSet;

use super::*;
use crate::{
    Rejection,
    ids::{DutyId, ItemId, PersonId, PostId, UnitId},
    time::{Day, WorkCalendar, parse_iso},
};
use uuid::Uuid;

const TOWN: UnitId = UnitId(Uuid::from_u128(1));
const COMMISSION: UnitId = UnitId(Uuid::from_u128(2));

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn hand(n: u128, unit: UnitId) -> Hand {
    Hand { person: person(n), name: format!("人{n}"), units: BTreeSet::from([unit]) }
}

fn liaison() -> Hand {
    hand(10, TOWN)
}

fn leader() -> Hand {
    hand(11, TOWN)
}

fn head() -> Hand {
    hand(12, TOWN)
}

fn checker() -> Hand {
    hand(20, COMMISSION)
}

fn office() -> Hand {
    hand(21, COMMISSION)
}

fn deputy() -> Hand {
    hand(22, COMMISSION)
}

fn new(kind: ItemKind) -> NewItem {
    NewItem {
        id: ItemId(Uuid::from_u128(100)),
        origin: Origin { feature: "reviews".into(), id: "sheet".into() },
        kind,
        unit: TOWN,
        post: PostId(Uuid::from_u128(30)),
        duty: Some(DutyId(Uuid::from_u128(40))),
        problem: "专题研究不够深入".into(),
        demand: "三个月内补开专题会并报送纪要".into(),
        deadline: None,
    }
}

fn opened(kind: ItemKind) -> Item {
    Item::open(new(kind), &office(), d("2026-03-02"), &WorkCalendar::default()).unwrap().0
}

fn owner() -> Owner {
    Owner { person: Some(leader().person), name: "人11".into() }
}

/// Name of the state that permits it, and the step.
type Try = (&'static str, fn(&mut Item, Day, Option<Day>) -> Result<ItemEvent, Rejection>);
/// The state before, and the step that leaves it.
type Leave = (State, fn(&mut Item, Day));

/// An item brought as far as `state`, on 10 March 2026.
fn at(state: State) -> Item {
    let on = d("2026-03-10");
    let mut item = opened(ItemKind::Review);
    let path: [Leave; 6] = [
        (State::Unsigned, |i, on| drop(i.sign(&head(), on, None).unwrap())),
        (State::Planning, |i, on| {
            drop(i.plan(&liaison(), on, owner(), "党建工作办公室", "补开专题会", on).unwrap());
        }),
        (State::Working, |i, on| drop(i.fill(&liaison(), on, "已补开").unwrap())),
        (State::Filled, |i, on| drop(i.lead(&leader(), on, None).unwrap())),
        (State::Confirmed, |i, on| drop(i.apply(&head(), on, None).unwrap())),
        (State::Checking, |i, on| drop(i.check(&checker(), on, "印证充分").unwrap())),
    ];
    for (before, step) in path {
        if item.state == state {
            return item;
        }
        assert_eq!(item.state, before);
        step(&mut item, on);
    }
    assert_eq!(item.state, state);
    item
}

#[test]
fn an_item_goes_from_hand_over_to_strike_off() {
    let mut item = at(State::Checked);
    let event = item.strike(&office(), d("2026-03-12")).unwrap();
    assert_eq!((event.step, event.state, event.by), (Step::Strike, State::Closed, office().person));
    assert_eq!((item.closed_on, item.version, item.is_closed()), (Some(d("2026-03-12")), 8, true));
    assert!(item.next().is_empty() && item.due(&WorkCalendar::default()).is_none());
    let text = serde_json::to_string(&item).unwrap();
    assert_eq!(serde_json::from_str::<Item>(&text).unwrap(), item);
}

#[test]
fn kinds_choose_their_first_stage_and_days() {
    for (kind, state) in [
        (ItemKind::Review, State::Unsigned),
        (ItemKind::Inspection, State::Planning),
        (ItemKind::Talk, State::Unsigned),
        (ItemKind::Warning, State::Unsigned),
        (ItemKind::Prompt, State::Unsigned),
    ] {
        assert_eq!(opened(kind).state, state, "{kind:?}");
        assert_eq!(ItemKind::from_key(kind.key()), Some(kind));
    }
    let mut prompt = opened(ItemKind::Prompt);
    assert_eq!(prompt.deadline, d("2026-03-23"));
    prompt.sign(&head(), d("2026-03-03"), None).unwrap();
    assert_eq!(prompt.state, State::Working);
    // Without a named owner another leader of the unit confirms, never the filler.
    prompt.fill(&liaison(), d("2026-03-04"), "已答复").unwrap();
    assert!(prompt.lead(&liaison(), d("2026-03-04"), None).is_err());
    assert!(prompt.lead(&leader(), d("2026-03-04"), None).is_ok());
}

#[test]
fn every_step_in_a_wrong_state_is_refused_and_changes_nothing() {
    let on = d("2026-03-11");
    let until = Some(d("2026-06-30"));
    let tries: [Try; 10] = [
        ("unsigned", |i, on, _| i.sign(&head(), on, None)),
        ("planning", |i, on, _| i.plan(&liaison(), on, owner(), "办公室", "措施", on)),
        ("working", |i, on, _| i.progress(&liaison(), on, "推进中")),
        ("working", |i, on, _| i.fill(&liaison(), on, "已完成")),
        ("filled", |i, on, _| i.lead(&leader(), on, None)),
        ("confirmed", |i, on, _| i.apply(&head(), on, None)),
        ("checking", |i, on, _| i.check(&checker(), on, "印证充分")),
        ("checked", |i, on, _| i.strike(&office(), on)),
        ("deciding", |i, on, until| i.decide(&deputy(), on, &Ruling::GoOn { until: until.unwrap() }, "继续")),
        ("suspended", |i, on, until| i.resume(&office(), on, until)),
    ];
    let mut states: Vec<Item> =
        [State::Unsigned, State::Planning, State::Working, State::Filled, State::Confirmed, State::Checking]
            .map(at)
            .to_vec();
    states.push(at(State::Checked));
    let mut deciding = at(State::Checked);
    deciding.applied.returns = 1;
    deciding.send_back(&office(), on, "不实", until).unwrap();
    assert_eq!(deciding.state, State::Deciding);
    let mut suspended = at(State::Working);
    suspended.suspend(&office(), on, "等待法院判决").unwrap();
    let mut closed = at(State::Checked);
    closed.strike(&office(), on).unwrap();
    states.extend([deciding, suspended, closed]);
    for item in states {
        for (allowed, step) in tries {
            let mut after = item.clone();
            let result = step(&mut after, on, until);
            assert_eq!(result.is_ok(), item.state.key() == allowed, "{:?} {allowed}: {result:?}", item.state);
            if let Err(no) = result {
                assert_eq!(after, item);
                assert!(matches!(no, Rejection::State { .. }), "{no:?}");
            } else {
                assert_eq!(after.version, item.version + 1);
            }
        }
    }
}

#[test]
fn no_two_hands_are_one() {
    let on = d("2026-03-11");
    // Filler is not the leader.
    let mut item = at(State::Working);
    assert!(item.fill(&leader(), on, "已完成").is_err());
    // The leader of the plan confirms, nobody else; the filler never.
    let mut item = at(State::Filled);
    for other in [liaison(), head(), hand(13, TOWN)] {
        assert!(item.lead(&other, on, None).is_err());
    }
    // The filler does not apply.
    let mut item = at(State::Confirmed);
    assert!(item.apply(&liaison(), on, None).is_err());
    // The checker is of another unit and took no part, also when he changed his unit meanwhile.
    let mut item = at(State::Checking);
    assert!(item.check(&hand(14, TOWN), on, "好").is_err());
    for moved in [liaison(), leader(), head()] {
        let moved = Hand { units: BTreeSet::from([COMMISSION]), ..moved };
        assert!(item.check(&moved, on, "好").is_err());
        assert!(item.send_back(&moved, on, "不实", Some(d("2026-06-30"))).is_err());
    }
    let both = Hand { units: BTreeSet::from([COMMISSION, TOWN]), ..checker() };
    assert!(item.check(&both, on, "好").is_err());
    // Who checked does not strike off.
    let mut item = at(State::Checked);
    assert!(item.strike(&checker(), on).is_err());
    assert!(item.strike(&hand(14, TOWN), on).is_err());
    assert!(item.strike(&office(), on).is_ok());
}

#[test]
fn the_second_return_goes_to_the_deputy_secretary() {
    let mut item = at(State::Checking);
    let back = item.send_back(&checker(), d("2026-03-11"), "纪要没有附上", Some(d("2026-07-01"))).unwrap();
    assert_eq!((back.state, item.applied.returns, item.deadline), (State::Working, 1, d("2026-07-01")));
    assert!(item.words(&WorkCalendar::default()).contains("纪要没有附上"));
    item.fill(&liaison(), d("2026-03-12"), "已附纪要").unwrap();
    // A return inside the unit is a correction and does not count.
    item.send_back(&leader(), d("2026-03-12"), "写具体些", None).unwrap();
    assert_eq!((item.state, item.applied.returns), (State::Working, 1));
    item.fill(&liaison(), d("2026-03-12"), "已附会议纪要").unwrap();
    item.lead(&leader(), d("2026-03-12"), None).unwrap();
    item.apply(&head(), d("2026-03-12"), None).unwrap();
    item.check(&checker(), d("2026-03-13"), "印证充分").unwrap();
    item.send_back(&office(), d("2026-03-16"), "仍不具体", None).unwrap();
    assert_eq!((item.state, item.applied.returns), (State::Deciding, 2));
    assert_eq!(item.next(), vec![Step::Decide, Step::Suspend]);
    assert!(item.decide(&head(), d("2026-03-17"), &Ruling::Strike, "可以").is_err());
    let before = Ruling::GoOn { until: d("2026-03-17") };
    assert_eq!(item.decide(&deputy(), d("2026-03-17"), &before, "继续").unwrap_err().field_name(), Some("until"));
    let mut struck = item.clone();
    struck.decide(&deputy(), d("2026-03-17"), &Ruling::Strike, "已基本到位").unwrap();
    assert!(struck.is_closed());
    item.decide(&deputy(), d("2026-03-17"), &Ruling::GoOn { until: d("2026-08-31") }, "限期补齐").unwrap();
    assert_eq!((item.state, item.deadline), (State::Working, d("2026-08-31")));
}

#[test]
fn one_extension_with_a_reason_answered_by_the_office() {
    let mut item = at(State::Working);
    let to = d("2026-08-31");
    assert_eq!(item.ask_extension(&head(), d("2026-03-11"), to, " ").unwrap_err().field_name(), Some("reason"));
    assert_eq!(
        item.ask_extension(&head(), d("2026-03-11"), item.deadline, "需要").unwrap_err().field_name(),
        Some("to")
    );
    item.ask_extension(&head(), d("2026-03-11"), to, "工程未验收").unwrap();
    assert!(item.next().contains(&Step::Extend));
    assert!(item.answer_extension(&head(), d("2026-03-12"), true, "").is_err());
    assert!(item.answer_extension(&office(), d("2026-03-12"), false, "").is_err());
    let event = item.answer_extension(&office(), d("2026-03-12"), true, "").unwrap();
    assert_eq!((event.step, item.deadline, item.state), (Step::Extend, to, State::Working));
    assert!(item.answer_extension(&office(), d("2026-03-12"), true, "").is_err());
    let again = item.ask_extension(&head(), d("2026-03-13"), d("2026-09-30"), "再延").unwrap_err();
    assert!(again.to_string().contains("只能延期一次"));
}

#[test]
fn an_extension_is_answered_only_while_the_unit_works() {
    let mut asked = at(State::Working);
    asked.ask_extension(&head(), d("2026-03-11"), d("2026-08-31"), "工程未验收").unwrap();
    for state in [State::Checking, State::Checked, State::Deciding, State::Suspended, State::Closed] {
        let mut item = Item { state, ..asked.clone() };
        let before = item.clone();
        for agree in [true, false] {
            let no = item.answer_extension(&office(), d("2026-03-12"), agree, "不同意").unwrap_err();
            assert!(no.to_string().contains(state.label()), "{no}");
        }
        assert_eq!(item, before, "{state:?}");
        assert!(!item.next().contains(&Step::Extend), "{state:?}");
    }
    for state in [State::Unsigned, State::Planning, State::Working, State::Filled, State::Confirmed] {
        let mut item = Item { state, ..asked.clone() };
        assert!(item.next().contains(&Step::Extend), "{state:?}");
        item.answer_extension(&office(), d("2026-03-12"), true, "").unwrap();
    }
}

#[test]
fn on_hold_is_never_late_and_comes_back_with_a_day_ahead() {
    let mut item = at(State::Filled);
    assert!(item.suspend(&head(), d("2026-03-11"), "等待").is_err());
    item.suspend(&office(), d("2026-03-11"), "等待法院判决").unwrap();
    let later = d("2027-01-04");
    assert!(!item.is_overdue(later) && !item.is_late(later, &WorkCalendar::default()));
    assert_eq!(item.resume(&office(), later, None).unwrap_err().field_name(), Some("until"));
    item.resume(&office(), later, Some(d("2027-03-31"))).unwrap();
    assert_eq!((item.state, item.pause.clone()), (State::Filled, None));
}

#[test]
fn only_the_units_own_delay_is_overdue() {
    let calendar = WorkCalendar::default();
    let late = d("2026-12-01");
    for state in [State::Unsigned, State::Planning, State::Working, State::Filled, State::Confirmed] {
        assert!(at(state).is_overdue(late), "{state:?}");
    }
    for (state, waits) in [(State::Checking, Waits::Checker), (State::Checked, Waits::Office)] {
        let item = at(state);
        assert!(!item.is_overdue(late) && item.is_late(late, &calendar), "{state:?}");
        assert_eq!(item.due(&calendar).map(|(_, w)| w), Some(waits));
    }
    // 签收 5 and 方案 15 working days from the hand-over on Monday 2 March; 复核 10 from the application.
    assert_eq!(at(State::Unsigned).due(&calendar), Some((d("2026-03-09"), Waits::Unit)));
    assert_eq!(at(State::Planning).due(&calendar), Some((d("2026-03-23"), Waits::Unit)));
    assert_eq!(at(State::Checking).due(&calendar), Some((d("2026-03-24"), Waits::Checker)));
    let ledger = Ledger::of(&[at(State::Working), at(State::Checking), at(State::Unsigned)], d("2026-05-01"));
    assert_eq!((ledger.open, ledger.overdue, ledger.closed), (3, 0, 0));
    assert_eq!(ledger.next_due, Some(d("2026-05-25")));
    let ledger = Ledger::of(&[at(State::Working), at(State::Checking)], late);
    assert_eq!((ledger.open, ledger.overdue, ledger.next_due), (2, 1, None));
}

#[test]
fn a_return_after_the_day_names_a_new_one() {
    let mut item = at(State::Checking);
    let after = d("2026-06-01");
    assert_eq!(item.send_back(&checker(), after, "不实", None).unwrap_err().field_name(), Some("until"));
    assert!(item.send_back(&checker(), after, "不实", Some(d("2026-07-01"))).is_ok());
    assert!(!item.is_overdue(after));
}

#[test]
fn paper_is_equal() {
    let on = d("2026-03-12");
    let paper = |day: &str| Some(Paper { on: d(day), handler: "经办人甲".into() });
    let mut item = at(State::Unsigned);
    assert_eq!(item.sign(&office(), on, paper("2026-03-13")).unwrap_err().field_name(), Some("paper_on"));
    let nobody = Some(Paper { on, handler: " ".into() });
    assert_eq!(item.sign(&office(), on, nobody).unwrap_err().field_name(), Some("handler"));
    assert!(item.sign(&office(), on, paper("2026-03-05")).unwrap().paper.is_some());
    // The leader's paper may be noted by the one who filled in.
    let mut item = at(State::Filled);
    item.lead(&liaison(), on, paper("2026-03-12")).unwrap();
    assert_eq!(item.hands.leader, Some(leader().person));
    assert!(item.apply(&liaison(), on, paper("2026-03-12")).is_ok());
    // An owner without an account confirms on paper only.
    let mut item = at(State::Planning);
    let plain = Owner { person: None, name: "郑言".into() };
    item.plan(&liaison(), on, plain, "办公室", "措施", on).unwrap();
    item.fill(&liaison(), on, "已完成").unwrap();
    assert!(item.lead(&head(), on, None).is_err());
    assert!(item.lead(&head(), on, paper("2026-03-12")).is_ok());
}

#[test]
fn repeated_is_the_same_unit_duty_and_kind_within_a_year() {
    let earlier = Item { id: ItemId(Uuid::from_u128(90)), opened_on: d("2025-03-02"), ..opened(ItemKind::Review) };
    let now = opened(ItemKind::Review);
    assert_eq!(repeats(&now, [&earlier, &now]), Some(earlier.id));
    let others = [
        Item { opened_on: d("2025-03-01"), ..earlier.clone() },
        Item { unit: COMMISSION, ..earlier.clone() },
        Item { kind: ItemKind::Talk, ..earlier.clone() },
        Item { duty: None, ..earlier.clone() },
    ];
    assert_eq!(repeats(&now, &others), None);
    assert_eq!(repeats(&Item { duty: None, ..now }, [&earlier]), None);
}

#[test]
fn words_are_bounded_and_guarded() {
    let missing = NewItem { problem: " ".into(), ..new(ItemKind::Review) };
    let calendar = WorkCalendar::default();
    let refused = Item::open(missing, &office(), d("2026-03-02"), &calendar).unwrap_err();
    assert_eq!(refused.field_name(), Some("problem"));
    let past = NewItem { deadline: Some(d("2026-03-02")), ..new(ItemKind::Review) };
    assert_eq!(Item::open(past, &office(), d("2026-03-02"), &calendar).unwrap_err().field_name(), Some("deadline"));
    let mut item = at(State::Working);
    let no = item.fill(&liaison(), d("2026-03-11"), "【秘密】").unwrap_err();
    assert!(no.to_string().contains("密级标志"), "{no}");
    item.link(&office(), d("2026-03-11"), "七项问题清单", "2026-031").unwrap();
    assert_eq!(item.fields()["external"], "七项问题清单 2026-031");
    assert_eq!(item.state, State::Working);
    for state in State::ALL {
        assert_eq!(State::from_key(state.key()), Some(*state));
        assert!(Stage::from_key(state.stage().key()).is_some());
    }
    for step in Step::ALL {
        assert_eq!(Step::from_key(step.key()), Some(*step));
    }
}
