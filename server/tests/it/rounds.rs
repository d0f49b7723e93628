//! The journal of an open round: nothing acknowledged is lost, nothing is counted that was not
//! acknowledged before 收回, and nothing is left that ties a ballot to a seat.

mod destroying;
mod disks;
mod halls;
mod journals;
mod losses;
mod races;
mod replays;

use std::sync::Mutex;

use domain::{
    ids::{PersonId, PresenterId, RoundId, SeatId},
    reviews::{Ballot, Fold, Frame, Grade, Line, Mark, Stated, Verdict, Vote},
    time::Instant,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;

fn round() -> RoundId {
    RoundId(Uuid::from_u128(7))
}

fn seat(n: u32) -> SeatId {
    SeatId(Uuid::from_u128(1_000 + u128::from(n)))
}

fn ballot(grade: Grade, words: &str) -> Ballot {
    let line = |n| Line {
        presenter: PresenterId(Uuid::from_u128(n)),
        vote: Vote::Rate { overall: Mark::Grade(grade), dimensions: [("team".to_owned(), Mark::Points(71))].into() },
        comment: words.to_owned(),
    };
    Ballot { lines: vec![line(1), line(2)] }
}

fn vote(n: u32, rev: u32, grade: Grade) -> Frame {
    Frame::Vote { seat: seat(n), epoch: 1, rev, ballot: ballot(grade, "") }
}

fn close() -> Frame {
    Frame::Closed { at: Instant(1_795_320_000_000) }
}

/// A frame of any kind, from few seats so that keys meet often.
fn any_frame(rng: &mut StdRng) -> Frame {
    let grade = Grade::ALL[rng.random_range(0..4)];
    let group = || ["a", "b"][usize::from(grade == Grade::Good)].to_owned();
    match rng.random_range(0..40) {
        0..=27 => Frame::Vote {
            seat: seat(rng.random_range(0..12)),
            epoch: rng.random_range(1..3),
            rev: rng.random_range(1..6),
            ballot: ballot(grade, ["", "群众工作要更细。"][rng.random_range(0..2)]),
        },
        28..=30 => Frame::Paper { seat: seat(rng.random_range(0..12)) },
        31..=33 => Frame::Entered {
            group: group(),
            number: rng.random_range(1..4),
            by: PersonId(Uuid::from_u128(rng.random_range(1..3))),
            ballot: ballot(grade, ""),
        },
        34 => Frame::Stated {
            group: group(),
            by: PersonId(Uuid::from_u128(rng.random_range(1..3))),
            counted: Stated { spoiled: rng.random_range(0..4), unreturned: rng.random_range(0..2) },
        },
        35 => Frame::Paused,
        36 | 37 => Frame::Resumed,
        38 => close(),
        _ => Frame::Reopened { reason: "一张纸质测评表夹在文件里".into() },
    }
}

fn seeded(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// What the phones were told, written down after each answer.
#[derive(Default)]
struct Told(Mutex<Vec<(Frame, Verdict)>>);

impl Told {
    fn note(&self, frame: &Frame, verdict: Verdict) {
        self.0.lock().unwrap().push((frame.clone(), verdict));
    }

    fn so_far(&self) -> Vec<(Frame, Verdict)> {
        self.0.lock().unwrap().clone()
    }
}

/// Ballots that were acknowledged and that `fold` does not know.
fn lost(told: &[(Frame, Verdict)], fold: &Fold) -> usize {
    let known = |f: &Frame| matches!(fold.judge(f), Verdict::Same | Verdict::Superseded | Verdict::OldDevice);
    told.iter().filter(|(f, v)| *v == Verdict::Accepted && matches!(f, Frame::Vote { .. }) && !known(f)).count()
}
