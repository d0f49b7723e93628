//! 立行立改, another 责任领导, another unit, repeated problems, lines of an outside ledger.

use super::*;

fn quick(item: &mut Item, on: &str) -> Result<ItemEvent, Rejection> {
    item.settle(&liaison(), d(on), "办公室", "当天已改", Vec::new(), &WorkCalendar::default())
}

#[test]
fn the_short_path_leaves_out_the_plan_and_no_hand() {
    for state in [State::Unsigned, State::Planning] {
        let mut item = at(state);
        let event = quick(&mut item, "2026-03-11").unwrap();
        assert_eq!((event.step, item.state, item.quick), (Step::Settle, State::Confirmed, true));
        assert!(item.words(&WorkCalendar::default()).contains("立行立改"));
        // Who filled in does not apply, and the check and 销号 have their own hands.
        assert!(item.apply(&liaison(), d("2026-03-11"), None).is_err());
        item.apply(&head(), d("2026-03-11"), None).unwrap();
        assert!(item.check(&liaison(), d("2026-03-12"), "好").is_err());
        item.check(&checker(), d("2026-03-12"), "现场看过").unwrap();
        assert!(item.strike(&checker(), d("2026-03-12")).is_err());
        item.strike(&office(), d("2026-03-12")).unwrap();
    }
    for state in [State::Working, State::Filled, State::Checking] {
        assert!(quick(&mut at(state), "2026-03-11").is_err(), "{state:?}");
    }
}

#[test]
fn what_was_not_put_right_at_once_gets_a_plan() {
    let mut item = at(State::Planning);
    quick(&mut item, "2026-03-11").unwrap();
    item.apply(&head(), d("2026-03-11"), None).unwrap();
    item.send_back(&checker(), d("2026-03-12"), "只改了一半", None).unwrap();
    assert_eq!((item.state, item.quick), (State::Planning, false));
    // The short path ends with the day of the plan: Monday 2 March and 15 working days.
    let mut late = at(State::Planning);
    assert_eq!(late.settle_by(&WorkCalendar::default()), d("2026-03-23"));
    assert!(quick(&mut late, "2026-03-24").unwrap_err().to_string().contains("3月23日"));
}

#[test]
fn a_leader_who_left_is_replaced_with_a_reason() {
    let on = d("2026-03-11");
    let other = || Owner { person: Some(person(13)), name: "人13".into() };
    let mut item = at(State::Filled);
    assert_eq!(item.reassign(&head(), on, other(), " ").unwrap_err().field_name(), Some("reason"));
    assert_eq!(item.reassign(&head(), on, owner(), "调离").unwrap_err().field_name(), Some("owner"));
    let filler = Owner { person: Some(liaison().person), name: "人10".into() };
    assert_eq!(item.reassign(&head(), on, filler, "调离").unwrap_err().field_name(), Some("owner"));
    let event = item.reassign(&head(), on, other(), "原责任领导调离").unwrap();
    assert!(event.words.contains("由人11改为人13"));
    assert!(item.lead(&leader(), on, None).is_err());
    item.lead(&hand(13, TOWN), on, None).unwrap();
    assert!(at(State::Checking).reassign(&head(), on, other(), "调离").is_err());
}

#[test]
fn a_merged_unit_hands_over_and_the_heir_begins_anew() {
    let on = d("2026-04-01");
    let heir =
        Standing { unit: UnitId(Uuid::from_u128(3)), name: "新设街道".into(), post: PostId(Uuid::from_u128(31)) };
    let mut item = at(State::Filled);
    for own in [liaison(), Hand { units: BTreeSet::from([heir.unit]), ..office() }] {
        assert!(item.transfer(&own, on, "老街道", &heir, "撤并", None).is_err());
    }
    let same = Standing { unit: TOWN, ..heir.clone() };
    assert_eq!(item.transfer(&office(), on, "老街道", &same, "撤并", None).unwrap_err().field_name(), Some("unit"));
    let past = item.transfer(&office(), on, "老街道", &heir, "撤并", Some(on)).unwrap_err();
    assert_eq!(past.field_name(), Some("until"));
    let event = item.transfer(&office(), on, "老街道", &heir, "撤并", None).unwrap();
    assert!(event.words.starts_with("由老街道移交新设街道"));
    assert_eq!((item.state, item.unit, item.owner.clone()), (State::Unsigned, heir.unit, None));
    // The heir's days run from the hand-over, the day it was found stays.
    assert_eq!((item.opened_on, item.handed()), (d("2026-03-02"), on));
    assert_eq!(item.due(&WorkCalendar::default()), Some((d("2026-04-08"), Waits::Unit)));
    assert!(at(State::Checking).transfer(&office(), on, "老街道", &heir, "撤并", None).is_err());
    // What the other unit was returned or excused is not the heir's, and no deadline is out of sight.
    let mut item = at(State::Checking);
    item.send_back(&checker(), d("2026-03-12"), "材料不全", None).unwrap();
    item.excused = true;
    let far = item.transfer(&office(), on, "老街道", &heir, "撤并", Some(d("2029-04-01"))).unwrap_err();
    assert_eq!(far.field_name(), Some("until"));
    item.transfer(&office(), on, "老街道", &heir, "撤并", None).unwrap();
    assert!(item.applied == Applied::default() && !item.excused);
}

#[test]
fn a_repeated_problem_is_linked_by_hand_where_the_rule_did_not_see_it() {
    let on = d("2026-03-11");
    let earlier = Item { id: ItemId(Uuid::from_u128(90)), opened_on: d("2025-01-02"), ..opened(ItemKind::Talk) };
    let mut item = at(State::Working);
    assert!(item.relate(&liaison(), on, &earlier, "2025-001").is_err());
    let foreign = Item { unit: COMMISSION, ..earlier.clone() };
    let later = Item { opened_on: d("2026-03-03"), ..earlier.clone() };
    for wrong in [foreign, later, item.clone()] {
        assert_eq!(item.relate(&office(), on, &wrong, "x").unwrap_err().field_name(), Some("earlier"));
    }
    item.relate(&office(), on, &earlier, "2025-001").unwrap();
    assert_eq!((item.repeats, item.state), (Some(earlier.id), State::Working));
    assert!(item.relate(&office(), on, &earlier, "2025-001").is_err());
    // Two of the same day are not each other's repetition.
    let mut twin = Item { id: ItemId(Uuid::from_u128(91)), ..at(State::Working) };
    twin.relate(&office(), on, &item, "2026-001").unwrap();
    assert_eq!(item.relate(&office(), on, &twin, "2026-002").unwrap_err().field_name(), Some("earlier"));
}

#[test]
fn whoever_checked_does_not_end_it_as_deputy_and_a_pause_keeps_the_short_path_out() {
    let mut item = at(State::Checking);
    for _ in 0..2 {
        item.check(&checker(), d("2026-03-12"), "好").unwrap();
        item.send_back(&office(), d("2026-03-12"), "材料不全", None).unwrap();
        if item.state == State::Working {
            item.fill(&liaison(), d("2026-03-12"), "已补").unwrap();
            item.lead(&leader(), d("2026-03-12"), None).unwrap();
            item.apply(&head(), d("2026-03-12"), None).unwrap();
        }
    }
    assert_eq!(item.state, State::Deciding);
    assert!(item.clone().decide(&checker(), d("2026-03-13"), &Ruling::Strike, "同意").is_err());
    item.decide(&deputy(), d("2026-03-13"), &Ruling::Suspend, "等判决").unwrap();
    assert!(item.resume(&liaison(), d("2026-03-13"), None).is_err(), "of the unit");
    item.resume(&office(), d("2026-03-13"), None).unwrap();
    assert_eq!((item.state, item.quick), (State::Working, false));
}

#[test]
fn proofs_are_bounded_and_each_counts_once() {
    let proof = |n: usize| Proof { kind: "record".into(), id: n.to_string(), title: format!("第{n}页") };
    let mut item = at(State::Working);
    let many = (0..21).map(proof).collect();
    let no = item.fill_with(&liaison(), d("2026-03-11"), "已改", many).unwrap_err();
    assert_eq!((no.field_name(), item.state), (Some("proof"), State::Working));
    item.fill_with(&liaison(), d("2026-03-11"), "已改", vec![proof(1), proof(1), proof(2)]).unwrap();
    assert_eq!(item.proofs, vec![proof(1), proof(2)]);
}

#[test]
fn lines_of_an_outside_ledger_come_in_as_far_as_they_were() {
    let on = d("2026-06-01");
    let calendar = WorkCalendar::default();
    let bring = |line: Brought, deadline: Option<&str>| {
        let new = NewItem { deadline: deadline.map(d), ..new(ItemKind::Patrol) };
        Item::brought(new, line, &office(), on, &calendar)
    };
    let opened_on = Some(d("2026-01-05"));
    let line = |progress| Brought { progress: Some(progress), opened_on, ..Brought::default() };
    // Late on paper is late here, and never before it was put on the account.
    let (late, event) = bring(line(Progress::Working), Some("2026-03-31")).unwrap();
    assert_eq!((late.state, late.deadline, event.step), (State::Working, d("2026-03-31"), Step::Bring));
    assert!(late.is_overdue(on));
    assert_eq!(bring(line(Progress::Working), Some("2025-12-31")).unwrap_err().field_name(), Some("deadline"));
    assert_eq!(bring(line(Progress::Closed), None).unwrap_err().field_name(), Some("closed_on"));
    // A ledger of years: far from its own day, but not from now.
    let old = Brought { opened_on: Some(d("2022-01-05")), ..line(Progress::Working) };
    assert_eq!(bring(old.clone(), Some("2026-12-31")).unwrap().0.deadline, d("2026-12-31"));
    assert_eq!(bring(old, Some("2028-12-31")).unwrap_err().field_name(), Some("deadline"));
    for (wrong, field) in [("2026-06-02", "closed_on"), ("2026-01-04", "closed_on")] {
        let ended = Brought { closed_on: Some(d(wrong)), ..line(Progress::Closed) };
        assert_eq!(bring(ended, None).unwrap_err().field_name(), Some(field));
    }
    let ended = Brought { closed_on: Some(d("2026-05-20")), ..line(Progress::Closed) };
    let (ended, event) = bring(ended, Some("2026-04-30")).unwrap();
    assert_eq!((ended.closed_on, event.state), (Some(d("2026-05-20")), State::Closed));
    let external = Some(External { ledger: "巡察整改台账".into(), number: "12".into() });
    let (checking, event) = bring(Brought { external, ..line(Progress::Checking) }, None).unwrap();
    assert_eq!(checking.due(&calendar), Some((d("2026-06-15"), Waits::Checker)));
    assert!(event.words.contains("巡察整改台账 12"));
    let ahead = Brought { opened_on: Some(d("2026-06-02")), ..Brought::default() };
    assert_eq!(bring(ahead, None).unwrap_err().field_name(), Some("opened_on"));
    // What goes on here goes on with two persons.
    let mut item = checking;
    assert!(item.check(&hand(14, TOWN), on, "好").is_err());
    item.check(&checker(), on, "印证充分").unwrap();
    assert!(item.strike(&checker(), on).is_err());
}

#[test]
fn units_never_read_which_channel_found_it() {
    for kind in ItemKind::ALL {
        let hidden = kind.label_for(false) == "监督中发现";
        assert_eq!(hidden, kind.is_inside(), "{kind:?}");
        assert_eq!(kind.label_for(true), kind.label());
        assert_eq!(ItemKind::from_key(kind.key()), Some(kind));
    }
    assert!(ItemKind::BY_HAND.iter().all(|kind| ItemKind::ALL.contains(kind)));
}
