//! What is acknowledged live and what a restart rebuilds are the same fold.

use std::sync::Arc;

use domain::reviews::{Fold, Frame, Grade, Verdict};
use server::live::round::{JournalError, OpenRound, RoundFiles};
use tempfile::TempDir;

use super::{Told, any_frame, ballot, lost, round, seat, seeded, vote};
use crate::harness::times;

#[tokio::test]
async fn verdicts_and_replay_equal_the_reference() {
    for seed in 0..times("random journals", 20, 400) {
        let dir = TempDir::new().unwrap();
        let files = RoundFiles::at(dir.path());
        let mut rng = seeded(seed as u64);
        let mut open = OpenRound::create(&files, round()).unwrap();
        let mut reference = Fold::default();
        for step in 0..150 {
            // Several at once, so that keys meet within one batch.
            let frames: Vec<Frame> = (0..=step % 7).map(|_| any_frame(&mut rng)).collect();
            let told = futures::future::join_all(frames.iter().map(|f| open.submit(f.clone()))).await;
            for (frame, told) in frames.iter().zip(told) {
                assert_eq!(told.unwrap(), reference.apply(frame), "seed {seed} step {step}: {frame:?}");
            }
            assert!(open.with(|f| *f == reference));
            if step % 50 == 49 {
                drop(open);
                open = OpenRound::resume(&files, round()).unwrap();
                assert!(*open.fold() == reference, "seed {seed}: replay differs");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_ballot_is_there_after_a_restart() {
    let dir = TempDir::new().unwrap();
    let files = RoundFiles::at(dir.path());
    let open = OpenRound::create(&files, round()).unwrap();
    let told = Arc::new(Told::default());
    let mut phones = tokio::task::JoinSet::new();
    for n in 0..300 {
        let (open, told) = (open.clone(), told.clone());
        phones.spawn(async move {
            for (rev, grade) in [(1, Grade::Good), (2, Grade::Fair), (1, Grade::Good), (2, Grade::Fair)] {
                let frame = vote(n, rev, grade);
                told.note(&frame, open.submit(frame.clone()).await.unwrap());
            }
        });
    }
    while let Some(done) = phones.join_next().await {
        done.unwrap();
    }
    let told = told.so_far();
    let count = |v| told.iter().filter(|(_, told)| *told == v).count();
    assert_eq!((count(Verdict::Accepted), count(Verdict::Superseded), count(Verdict::Same)), (600, 300, 300));
    assert_eq!(open.on_the_way(), 0);
    let live = open.fold();
    open.stop().await;
    assert!(matches!(open.submit(vote(1, 9, Grade::Good)).await, Err(JournalError::Stopped)));

    let again = OpenRound::resume(&files, round()).unwrap();
    assert_eq!(lost(&told, &again.fold()), 0);
    assert_eq!((again.fold(), again.with(Fold::electronic)), (live, 300));
}

#[tokio::test]
async fn duplicates_within_one_batch_are_told_apart() {
    let dir = TempDir::new().unwrap();
    let open = OpenRound::create(&RoundFiles::at(dir.path()), round()).unwrap();
    let other = Frame::Vote { seat: seat(1), epoch: 1, rev: 2, ballot: ballot(Grade::Poor, "") };
    let mut changed = open.changed();
    let frames = [
        vote(1, 2, Grade::Good),
        vote(1, 2, Grade::Good),
        other,
        vote(1, 1, Grade::Good),
        Frame::Paper { seat: seat(1) },
        vote(1, 3, Grade::Good),
    ];
    let told = futures::future::join_all(frames.iter().map(|f| open.submit(f.clone()))).await;
    let told: Vec<Verdict> = told.into_iter().map(Result::unwrap).collect();
    assert_eq!(
        told,
        [Verdict::Accepted, Verdict::Same, Verdict::Conflict, Verdict::Superseded, Verdict::Accepted, Verdict::OnPaper]
    );
    assert!(changed.has_changed().unwrap());
    changed.mark_unchanged();
    assert_eq!(open.submit(vote(1, 3, Grade::Good)).await.unwrap(), Verdict::OnPaper);
    assert!(!changed.has_changed().unwrap(), "nothing was written");
}
