//! The fold of a round's journal: the verdict on every kind of frame, and what any disorder leaves.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{CommandId, PersonId, PresenterId, SeatId},
    reviews::{Ballot, CHANGES, Fold, Frame, Grade, Line, Mark, Stated, Verdict, Vote},
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

fn seat(n: u8) -> SeatId {
    SeatId(Uuid::from_u128(u128::from(n)))
}

fn by(n: u8) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(n) + 500))
}

const HERE: PresenterId = PresenterId(Uuid::from_u128(9));

fn stated(who: u8, spoiled: u32, unreturned: u32) -> Frame {
    Frame::Stated { group: "a".into(), by: by(who), counted: Stated { spoiled, unreturned } }
}

fn papers(key: u128, seats: &[u8]) -> Frame {
    let key = CommandId(Uuid::from_u128(key));
    Frame::Papers { key, group: "a".into(), seats: seats.iter().map(|n| seat(*n)).collect() }
}

fn ballot(n: u8) -> Ballot {
    let vote = Vote::Rate { overall: Mark::Grade(Grade::ALL[usize::from(n) % 4]), dimensions: BTreeMap::new() };
    let line = Line { presenter: HERE, vote, comment: format!("{n}") };
    Ballot { lines: vec![line] }
}

fn vote(s: u8, epoch: u32, rev: u32, content: u8) -> Frame {
    Frame::Vote { seat: seat(s), epoch, rev, ballot: ballot(content) }
}

fn entered(number: u32, who: u8, content: u8) -> Frame {
    Frame::Entered { group: "a".into(), number, by: by(who), ballot: ballot(content) }
}

fn withdrawn(number: u32, who: u8) -> Frame {
    Frame::Withdrawn { group: "a".into(), number, by: by(who) }
}

const CLOSED: Frame = Frame::Closed { at: Instant(1_000) };

/// Applies in order and names the verdicts; judging before applying must say the same.
fn verdicts(fold: &mut Fold, frames: &[Frame]) -> Vec<Verdict> {
    frames
        .iter()
        .map(|frame| {
            let judged = fold.judge(frame);
            let applied = fold.apply(frame);
            assert_eq!(judged, applied);
            applied
        })
        .collect()
}

#[test]
fn a_seat_keeps_its_highest_key() {
    use Verdict::*;
    let mut fold = Fold::default();
    let table = [
        (vote(1, 0, 1, 1), Accepted),
        (vote(1, 0, 1, 1), Same),
        (vote(1, 0, 1, 2), Conflict),
        (vote(1, 0, 3, 3), Accepted),
        (vote(1, 0, 2, 2), Superseded),
        (vote(1, 0, 1, 1), Superseded),
        (vote(1, 1, 1, 4), Accepted), // a new device starts its own counter
        (vote(1, 0, 9, 5), OldDevice),
        (vote(1, 1, 1, 4), Same),
        (vote(2, 0, 1, 1), Accepted),
    ];
    for (frame, expected) in table {
        assert_eq!(verdicts(&mut fold, &[frame]), [expected]);
    }
    assert_eq!(fold.electronic(), 2);
    let kept = fold.ballots(&[HERE], |_| Some("a".into()));
    assert_eq!(kept[0], (Some(seat(1)), "a".into(), ballot(4)));
}

#[test]
fn closed_takes_nothing_new_and_still_acknowledges_what_counts() {
    use Verdict::*;
    let mut fold = Fold::default();
    let table = [
        (vote(1, 0, 1, 1), Accepted),
        (vote(1, 0, 2, 2), Accepted),
        (CLOSED, Accepted),
        (CLOSED, Same),
        (vote(1, 0, 2, 2), Same),
        (vote(1, 0, 1, 1), Superseded),
        (vote(1, 0, 2, 3), Conflict),
        (vote(1, 0, 3, 3), Closed),
        (vote(2, 0, 1, 1), Closed),
        (Frame::Paper { seat: seat(3) }, Closed),
        (Frame::Paused, Closed),
        (Frame::Resumed, Closed),
        (entered(1, 1, 1), Accepted), // the box is opened after 收回
        (stated(1, 1, 0), Accepted),
        (stated(1, 1, 0), Same),
        (Frame::Reopened { reason: "漏了一位".into() }, Accepted),
        (Frame::Reopened { reason: "漏了一位".into() }, Same),
        (vote(2, 0, 1, 1), Accepted),
    ];
    for (frame, expected) in table {
        assert_eq!(verdicts(&mut fold, std::slice::from_ref(&frame)), [expected], "{frame:?}");
    }
    assert_eq!((fold.is_closed(), fold.reopened().len(), fold.unstated().len()), (false, 1, 1));
    assert!(Same.counts() && Superseded.counts() && !Conflict.counts() && !Closed.counts() && !Paused.counts());
}

#[test]
fn a_pause_keeps_what_is_in_and_ends_with_the_closing() {
    use Verdict::*;
    let mut fold = Fold::default();
    let table = [
        (vote(1, 0, 1, 1), Accepted),
        (Frame::Paused, Accepted),
        (Frame::Paused, Same),
        (vote(1, 0, 1, 1), Same),
        (vote(1, 0, 2, 2), Paused),
        (vote(2, 0, 1, 2), Paused),
        (Frame::Resumed, Accepted),
        (Frame::Resumed, Same),
        (vote(2, 0, 1, 2), Accepted),
        (Frame::Paused, Accepted),
        (CLOSED, Accepted),
        (Frame::Reopened { reason: "重开".into() }, Accepted),
        (vote(3, 0, 1, 2), Accepted), // a closing ends a pause
    ];
    for (frame, expected) in table {
        assert_eq!(verdicts(&mut fold, std::slice::from_ref(&frame)), [expected], "{frame:?}");
    }
    assert_eq!((fold.electronic(), fold.is_paused()), (3, false));
}

#[test]
fn paper_voids_and_blocks_the_electronic_ballot() {
    use Verdict::*;
    let mut fold = Fold::default();
    let took = Frame::Paper { seat: seat(1) };
    let frames = [vote(1, 0, 1, 1), took.clone(), vote(1, 0, 1, 1), vote(1, 1, 1, 1), took];
    assert_eq!(verdicts(&mut fold, &frames), [Accepted, Accepted, OnPaper, OnPaper, Same]);
    assert_eq!((fold.electronic(), fold.on_paper()), (0, &BTreeSet::from([seat(1)])));
    fold.apply(&Frame::Closed { at: Instant(0) });
    assert_eq!(fold.judge(&vote(1, 0, 2, 1)), OnPaper);
}

#[test]
fn paper_counts_when_two_entered_it_alike() {
    use Verdict::*;
    let mut fold = Fold::default();
    assert_eq!(verdicts(&mut fold, &[entered(1, 1, 1), entered(1, 1, 1)]), [Accepted, Same]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE])), (0, vec![("a".into(), 1, 1)]));
    // The second reads otherwise: nothing counts; a third reading may settle it.
    assert_eq!(verdicts(&mut fold, &[entered(1, 2, 2)]), [Accepted]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE]).len()), (0, 1));
    assert_eq!(verdicts(&mut fold, &[entered(1, 3, 2)]), [Accepted]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE]).len()), (1, 0));
    // Settled: a fourth can agree, not undo.
    assert_eq!(verdicts(&mut fold, &[entered(1, 4, 2), entered(1, 4, 3)]), [Same, Conflict]);
    // Who read it may correct himself: unsettled until they agree again.
    assert_eq!(verdicts(&mut fold, &[entered(2, 1, 1), entered(2, 2, 1), entered(2, 1, 3)]), [Accepted; 3]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE])), (1, vec![("a".into(), 2, 2)]));
    assert_eq!(verdicts(&mut fold, &[entered(2, 2, 3)]), [Accepted]);
    assert_eq!((fold.entered("a", &[HERE]), fold.entered("b", &[HERE]), fold.stated("a").sum()), (2, 0, 0));
    assert_eq!(fold.ballots(&[HERE], |_| None).iter().map(|b| b.0).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn a_sheet_numbered_twice_is_taken_back_by_both() {
    use Verdict::*;
    let mut fold = Fold::default();
    fold.apply(&entered(1, 1, 1));
    fold.apply(&entered(1, 2, 1));
    assert_eq!(verdicts(&mut fold, &[withdrawn(1, 3), withdrawn(7, 1), withdrawn(1, 1)]), [Same, Same, Accepted]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE]).len()), (0, 1));
    assert_eq!(verdicts(&mut fold, &[withdrawn(1, 2)]), [Accepted]);
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE]).len()), (0, 0));
    assert_eq!(fold, Fold::default());
}

#[test]
fn two_pairs_that_differ_agree_on_nothing() {
    let mut fold = Fold::default();
    for frame in [entered(1, 1, 1), entered(1, 2, 2), entered(1, 3, 1), entered(1, 4, 1)] {
        fold.apply(&frame);
    }
    assert_eq!(fold.entered("a", &[HERE]), 1);
    // One of the three turns to the other reading: two against two.
    assert_eq!(fold.apply(&entered(1, 3, 2)), Verdict::Accepted);
    assert_eq!(fold.entered("a", &[HERE]), 1, "the fourth was told Same and holds no reading of its own");
}

#[test]
fn spoiled_and_unreturned_hold_when_two_counted_alike() {
    use Verdict::*;
    let mut fold = Fold::default();
    assert_eq!(verdicts(&mut fold, &[stated(1, 0, 0)]), [Same], "nothing is as if not stated");
    assert_eq!(verdicts(&mut fold, &[stated(1, 1, 1)]), [Accepted]);
    assert_eq!((fold.stated("a"), fold.unstated()), (Stated::default(), vec![("a".into(), 1)]));
    assert_eq!(verdicts(&mut fold, &[stated(2, 2, 0)]), [Accepted]);
    assert_eq!((fold.stated("a").sum(), fold.unstated()), (0, vec![("a".into(), 2)]));
    // A third count settles it and cannot undo it; who counted may correct himself.
    assert_eq!(verdicts(&mut fold, &[stated(3, 1, 1), stated(4, 1, 1), stated(4, 3, 0)]), [Accepted, Same, Conflict]);
    assert_eq!((fold.stated("a"), fold.unstated()), (Stated { spoiled: 1, unreturned: 1 }, vec![]));
    assert_eq!(fold.stated_by("a", by(2)), Stated { spoiled: 2, unreturned: 0 });
    assert_eq!(verdicts(&mut fold, &[stated(1, 0, 0)]), [Accepted]);
    assert_eq!((fold.stated("a").sum(), fold.unstated().len()), (0, 1));
    assert_eq!(verdicts(&mut fold, &[stated(2, 0, 0), stated(3, 0, 0)]), [Accepted, Accepted]);
    assert_eq!(fold, Fold::default(), "as if nothing had been said");
}

#[test]
fn who_was_excused_since_a_reading_is_left_out_of_it() {
    use Verdict::*;
    let gone = PresenterId(Uuid::from_u128(10));
    let both = |n: u8, other: u8| {
        let mut whole = ballot(n);
        whole.lines.push(Line { presenter: gone, ..ballot(other).lines[0].clone() });
        whole
    };
    let long =
        |number, who, n, other| Frame::Entered { group: "a".into(), number, by: by(who), ballot: both(n, other) };
    let mut fold = Fold::default();
    assert_eq!(verdicts(&mut fold, &[long(1, 1, 1, 2), long(2, 1, 1, 2), long(2, 2, 1, 3)]), [Accepted; 3]);
    assert_eq!((fold.unsettled(&[HERE, gone]).len(), fold.unsettled(&[HERE]).len()), (2, 1));
    assert_eq!(
        verdicts(&mut fold, &[entered(1, 2, 1), entered(1, 1, 1), entered(1, 3, 1), entered(1, 3, 2)]),
        [Accepted, Same, Same, Conflict]
    );
    assert_eq!((fold.entered("a", &[HERE]), fold.unsettled(&[HERE]).len()), (2, 0));
    let lines = fold.ballots(&[HERE], |_| None).into_iter().map(|b| b.2).collect::<Vec<_>>();
    assert_eq!(lines, [ballot(1), ballot(1)], "nothing is kept of him");
}

#[test]
fn papers_by_number_count_once_for_their_form() {
    use Verdict::*;
    let mut fold = Fold::default();
    fold.apply(&vote(1, 0, 1, 1));
    let other = Frame::Papers { key: CommandId(Uuid::from_u128(7)), group: "b".into(), seats: vec![seat(1), seat(2)] };
    let table = [
        (papers(7, &[1, 2]), Accepted),
        (papers(7, &[3, 4]), Same), // the same form, looked up anew: it has its two
        (papers(7, &[3]), Conflict),
        (other, Conflict),
        (papers(8, &[2, 3]), OnPaper), // one of them got paper in between
        (papers(8, &[3]), Accepted),
        (Frame::Paper { seat: seat(3) }, Same),
        (CLOSED, Accepted),
        (papers(9, &[4]), Closed),
        (papers(8, &[4]), Same),
    ];
    for (frame, expected) in table {
        assert_eq!(verdicts(&mut fold, std::slice::from_ref(&frame)), [expected], "{frame:?}");
    }
    assert_eq!((fold.electronic(), fold.on_paper().len()), (0, 3));
}

#[test]
fn a_seat_changes_so_many_times_and_a_restart_forgets_none_of_them() {
    let mut fold = Fold::default();
    let mut journal = Vec::new();
    for rev in 1..=CHANGES {
        let frame = vote(1, 0, rev, 1);
        assert_eq!(fold.admit(&frame), Verdict::Accepted);
        journal.push(frame);
    }
    for mut fold in [fold.clone(), Fold::of(&journal)] {
        assert_eq!(fold.admit(&vote(1, 0, CHANGES + 1, 2)), Verdict::TooMany);
        assert_eq!(fold.admit(&vote(1, 1, 1, 2)), Verdict::TooMany, "a new device counts on");
        assert_eq!(fold.admit(&vote(1, 0, CHANGES, 1)), Verdict::Same);
        assert_eq!(fold.admit(&vote(1, 0, 5, 1)), Verdict::Superseded);
        assert_eq!(fold.newest(seat(1)), Some((0, CHANGES)));
        assert_eq!(fold.admit(&vote(2, 0, 1, 1)), Verdict::Accepted);
    }
    // What an older program acknowledged beyond counts all the same.
    journal.push(vote(1, 0, CHANGES + 1, 3));
    assert_eq!(Fold::of(&journal).newest(seat(1)), Some((0, CHANGES + 1)));
    assert!(!Verdict::TooMany.counts());
}

#[test]
fn frames_survive_storage() {
    let frames = [
        vote(1, 2, 3, 1),
        Frame::Paper { seat: seat(1) },
        entered(1, 1, 2),
        withdrawn(1, 1),
        stated(1, 2, 1),
        papers(7, &[1, 2]),
        Frame::Paused,
        Frame::Resumed,
        CLOSED,
        Frame::Reopened { reason: "原因".into() },
    ];
    for frame in frames {
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(serde_json::from_str::<Frame>(&text).unwrap(), frame, "{text}");
    }
}

/// What phones of three seats send: one ballot per key, sent again and again in any order.
fn any_sends() -> impl Strategy<Value = Vec<(u8, u32, u32)>> {
    prop::collection::vec((1_u8..=3, 0_u32..=2, 1_u32..=4), 1..60)
}

fn content(s: u8, epoch: u32, rev: u32) -> u8 {
    let [low, ..] = (epoch * 7 + rev).to_le_bytes();
    s.wrapping_mul(31).wrapping_add(low)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_disorder_of_retries_gives_the_highest_key_of_each_seat(sends in any_sends()) {
        let mut fold = Fold::default();
        for (s, epoch, rev) in &sends {
            let verdict = fold.apply(&vote(*s, *epoch, *rev, content(*s, *epoch, *rev)));
            prop_assert!(verdict != Verdict::Conflict && verdict != Verdict::Closed);
        }
        let mut highest: BTreeMap<SeatId, (u32, u32, u8)> = BTreeMap::new();
        for (s, epoch, rev) in &sends {
            let key = (*epoch, *rev, content(*s, *epoch, *rev));
            let held = highest.entry(seat(*s)).or_insert(key);
            *held = (*held).max(key);
        }
        let kept: BTreeMap<SeatId, Ballot> =
            fold.ballots(&[HERE], |_| Some("a".into())).into_iter().map(|(s, _, b)| (s.unwrap(), b)).collect();
        let expected: BTreeMap<SeatId, Ballot> = highest.into_iter().map(|(s, k)| (s, ballot(k.2))).collect();
        prop_assert_eq!(kept, expected);
    }

    #[test]
    fn nothing_new_gets_in_after_the_closing(sends in any_sends(), cut in 0_usize..60) {
        let cut = cut.min(sends.len());
        let mut fold = Fold::default();
        let frame = |(s, e, r): &(u8, u32, u32)| vote(*s, *e, *r, content(*s, *e, *r));
        let acknowledged: Vec<Frame> = sends[..cut]
            .iter()
            .map(frame)
            .filter(|f| fold.apply(f) == Verdict::Accepted)
            .collect();
        fold.apply(&CLOSED);
        let sealed = fold.clone();
        for send in &sends {
            let verdict = fold.apply(&frame(send));
            prop_assert!(verdict != Verdict::Accepted);
            let known = acknowledged.contains(&frame(send));
            // What was acknowledged is acknowledged for ever, unless its device was replaced.
            if known {
                prop_assert!(verdict.counts() || verdict == Verdict::OldDevice);
            }
        }
        prop_assert_eq!(fold, sealed);
    }

    #[test]
    fn a_restart_in_the_middle_changes_nothing(
        sends in any_sends(),
        papers in prop::collection::vec((1_u8..=3, 0_usize..60), 0..3),
        at in 0_usize..60,
    ) {
        let mut frames: Vec<Frame> = sends.iter().map(|(s, e, r)| vote(*s, *e, *r, content(*s, *e, *r))).collect();
        for (s, place) in papers {
            frames.insert(place.min(frames.len()), Frame::Paper { seat: seat(s) });
        }
        frames.push(CLOSED);
        let mut live = Fold::default();
        // The journal holds accepted frames only; a restart reads it from the front.
        let mut journal = Vec::new();
        for (n, frame) in frames.iter().enumerate() {
            if live.apply(frame) == Verdict::Accepted {
                journal.push(frame.clone());
            }
            if n == at {
                live = Fold::of(&journal);
            }
        }
        prop_assert_eq!(Fold::of(&journal), live.clone());
        // No seat is both on paper and electronic.
        prop_assert!(live.returned().all(|s| !live.on_paper().contains(&s)));
    }
}
