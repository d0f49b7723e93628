//! Whatever anybody does in whatever order: no item ends without a second person from outside the unit, and a refused
//! step changes nothing.

use proptest::prelude::*;

use super::*;

/// Everybody who ever touches an item: of the unit, of the commission, and one who is of both.
fn everybody() -> Vec<Hand> {
    vec![
        liaison(),
        leader(),
        head(),
        hand(13, TOWN),
        checker(),
        office(),
        deputy(),
        Hand { units: BTreeSet::from([TOWN, COMMISSION]), ..hand(30, TOWN) },
    ]
}

/// One try: which step, whose hand, some small numbers for days and choices.
fn attempt(item: &mut Item, step: Step, by: &Hand, on: Day, n: u8) -> Result<ItemEvent, Rejection> {
    let later = on + chrono::Days::new(u64::from(n) % 40);
    let until = (n % 3 != 0).then_some(later);
    let paper = (n % 4 == 0).then(|| Paper { on, handler: "经办人".into() });
    let someone = everybody()[usize::from(n) % 8].clone();
    match step {
        Step::Sign => item.sign(by, on, paper),
        Step::Plan => {
            let owner = Owner { person: (n % 2 == 0).then_some(someone.person), name: someone.name };
            item.plan(by, on, owner, "办公室", "措施", on)
        }
        Step::Progress => item.progress(by, on, "推进中"),
        Step::Fill => item.fill(by, on, "已完成"),
        Step::Lead => item.lead(by, on, paper),
        Step::Apply => item.apply(by, on, paper),
        Step::Check => item.check(by, on, "印证充分"),
        Step::Return => item.send_back(by, on, "材料不全", until),
        Step::Strike => item.strike(by, on),
        Step::Decide => {
            let ruling = match n % 3 {
                0 => Ruling::GoOn { until: later },
                1 => Ruling::Strike,
                _ => Ruling::Suspend,
            };
            item.decide(by, on, &ruling, "审定")
        }
        Step::AskExtension => item.ask_extension(by, on, later, "原因"),
        Step::Extend => item.answer_extension(by, on, true, ""),
        Step::RefuseExtension => item.answer_extension(by, on, false, "不同意"),
        Step::Suspend => item.suspend(by, on, "等待判决"),
        Step::Resume => item.resume(by, on, until),
        Step::Link => item.link(by, on, "台账", "1"),
        Step::Look => item.look(by, on, n % 2 == 0, "看过"),
        Step::Settle => item.settle(by, on, "办公室", "已改", Vec::new(), &WorkCalendar::default()),
        Step::Owner => item.reassign(by, on, Owner { person: Some(someone.person), name: someone.name }, "分工调整"),
        Step::Transfer => {
            let heir = Standing { unit: UnitId(Uuid::from_u128(3)), name: "承接单位".into(), post: item.post };
            item.transfer(by, on, "原单位", &heir, "职能划转", until)
        }
        Step::Relate => {
            let earlier = Item { id: ItemId(Uuid::from_u128(7)), ..item.clone() };
            item.relate(by, on, &earlier, "2026-001")
        }
        Step::Open | Step::Bring => Err(Rejection::state("not a step of its own")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_path_skips_the_second_person(
        kind in 0_usize..11,
        tries in prop::collection::vec((0_usize..Step::ALL.len(), 0_usize..8, any::<u8>()), 1..120),
    ) {
        let mut item = opened(ItemKind::ALL[kind]);
        let mut events: Vec<(Step, PersonId)> = Vec::new();
        let mut day = d("2026-03-02");
        for (step, who, n) in tries {
            if n % 5 == 0 {
                day = day + chrono::Days::new(u64::from(n) % 9);
            }
            let (step, by) = (Step::ALL[step], everybody()[who].clone());
            let before = item.clone();
            match attempt(&mut item, step, &by, day, n) {
                Err(_) => prop_assert_eq!(&item, &before, "a refused {:?} changed something", step),
                Ok(event) => {
                    prop_assert!(!before.is_closed() || matches!(step, Step::Link | Step::Relate));
                    prop_assert_eq!(event.state, item.state);
                    if step != Step::Look {
                        prop_assert_eq!(item.version, before.version + 1);
                    }
                    if item.is_closed() && !before.is_closed() {
                        let part = [before.hands.filler, before.hands.leader, before.hands.applicant];
                        prop_assert!(matches!(step, Step::Strike | Step::Decide));
                        prop_assert!(!by.units.contains(&before.unit), "struck off by its own unit");
                        prop_assert!(!part.contains(&Some(by.person)), "struck off by who took part");
                        prop_assert!(before.owner.as_ref().and_then(|o| o.person) != Some(by.person));
                        if step == Step::Strike {
                            let checker = before.hands.checker.expect("checked");
                            prop_assert!(checker != by.person && !part.contains(&Some(checker)));
                            prop_assert!(events.iter().any(|(s, p)| *s == Step::Check && *p == checker));
                        } else {
                            // What the 分管副书记 ends was returned twice by somebody from outside.
                            prop_assert!(before.applied.returns >= 2);
                        }
                        prop_assert!(before.hands.filler.is_some(), "nobody said what was done");
                        prop_assert!(item.closed_on == Some(day));
                    }
                    events.push((step, by.person));
                }
            }
            prop_assert!(item.state != State::Closed || item.closed_on.is_some());
            prop_assert!(item.state != State::Suspended || item.pause.is_some());
            let read: Item = serde_json::from_str(&serde_json::to_string(&item).unwrap()).unwrap();
            prop_assert_eq!(&read, &item);
        }
    }
}
