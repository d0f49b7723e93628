//! Any clicks in any order: what is left is a state that a replay gives again.

use domain::reviews::{Announce, Command, Meeting, Mode, Phase, Plan, RoundState};
use proptest::prelude::*;

use crate::{hall::*, reviews_fixture::*};

fn any_command() -> impl Strategy<Value = Command> {
    let mut all: Vec<Command> = commands().into_iter().map(|(_, c)| c).collect();
    all.extend((1..=3).map(call));
    all.extend((1..=4).map(open));
    all.extend((1..=3).map(|n| excuse(n, "因公")));
    all.extend([Command::CloseRound, confirm(round(1)), confirm(round(2)), Command::RunClock { run: false }]);
    prop::sample::select(all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_clicks_leave_a_state_that_a_replay_gives_again(
        clicks in prop::collection::vec((any_command(), 0_usize..4), 0..60),
        one_by_one in any::<bool>(),
        announce in prop::sample::select(vec![Announce::Afterwards, Announce::Chair, Announce::AtOnce]),
    ) {
        let mode = if one_by_one { Mode::OneByOne } else { Mode::Together };
        let plan = Plan { mode, announce, ..plan() };
        let mut hall = Hall::new(plan.clone());
        for (command, who) in clicks {
            let by = [OPERATOR, CHAIR, TELLERS[0], TELLERS[1]][who];
            let before = hall.meeting.clone();
            let _ = hall.by(by, &command, FULL);
            prop_assert!(hall.meeting.phase >= before.phase, "phases only go on");
        }
        let m = &hall.meeting;
        prop_assert_eq!(m, &Meeting::replay(plan.clone(), &hall.events));
        prop_assert_eq!(m.seq, u64::try_from(hall.events.len()).unwrap());
        // At most the last round is not ended; a presenter is sealed at most once.
        let ended = |s: RoundState| matches!(s, RoundState::Sealed | RoundState::Void | RoundState::Lost);
        prop_assert!(m.rounds.iter().rev().skip(1).all(|r| ended(r.state)));
        for p in &plan.presenters {
            let times = m.rounds.iter().filter(|r| r.state == RoundState::Sealed && r.presenters.contains(&p.id)).count();
            prop_assert!(times <= 1);
            prop_assert!(!(times == 1 && m.excused.contains_key(&p.id)));
        }
        // Nothing is told that was agreed to be told afterwards, or is not sealed.
        prop_assert!(announce != Announce::Afterwards || m.announced.is_empty());
        prop_assert!(m.announced.iter().all(|p| m.sealed(*p).is_some()));
        if m.phase > Phase::Running {
            prop_assert!(plan.presenters.iter().all(|p| m.sealed(p.id).is_some() || m.excused.contains_key(&p.id)));
        }
        prop_assert!(m.rounds.iter().all(|r| !r.presenters.is_empty()));
    }
}
