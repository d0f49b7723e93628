//! Power loss, a full disk, a failing disk: what was acknowledged stays, the rest is refused.

use std::{
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    task::{Context, Waker},
};

use domain::reviews::{Fold, Frame, Grade, Verdict};
use server::live::{
    key::Key,
    round::{JournalError, OpenRound},
};
use tokio_util::sync::CancellationToken;

use super::{
    Told, close,
    disks::{Faults, Memory},
    lost, round, seat, seeded, vote,
};
use crate::harness::times;

/// 40 phones cast three times each while the power fails again and again; how many acknowledged
/// ballots were missing afterwards, over all failures.
async fn power_losses(seed: u64, faults: Faults) -> usize {
    let key = Arc::new(Key::random());
    let disk = Memory::failing(faults);
    let broken = CancellationToken::new();
    let open = OpenRound::create_on(disk.clone(), &key, round(), &broken).unwrap();
    let (told, done) = (Arc::new(Told::default()), Arc::new(AtomicBool::new(false)));
    let watcher = {
        let (told, done, key, broken) = (told.clone(), done.clone(), key.clone(), broken.clone());
        tokio::task::spawn_blocking(move || {
            let (mut rng, mut missing) = (seeded(seed), 0);
            loop {
                // In this order: whoever was told before the failure must be found after it.
                let last = done.load(Ordering::SeqCst);
                let before = told.so_far();
                let after = disk.after_power_loss(&mut rng);
                match OpenRound::resume_on(after, &key, round(), &broken) {
                    Ok(again) => missing += lost(&before, &again.fold()),
                    Err(e) => {
                        assert!(matches!(e, JournalError::Damaged(_)), "{e}");
                        missing += before.len();
                    }
                }
                if last {
                    return missing;
                }
            }
        })
    };
    let mut phones = tokio::task::JoinSet::new();
    for n in 0..40 {
        let (open, told) = (open.clone(), told.clone());
        phones.spawn(async move {
            for rev in 1..=3 {
                let frame = vote(n, rev, Grade::ALL[(n + rev) as usize % 4]);
                told.note(&frame, open.submit(frame.clone()).await.unwrap());
                tokio::task::yield_now().await;
            }
        });
    }
    phones.join_all().await;
    done.store(true, Ordering::SeqCst);
    let missing = watcher.await.unwrap();
    assert!(!broken.is_cancelled());
    assert_eq!(open.with(Fold::electronic), 40);
    missing
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unflushed_pages_may_go() {
    for seed in 0..times("power losses", 20, 1_000) {
        assert_eq!(power_losses(seed as u64, Faults::default()).await, 0, "seed {seed}");
    }
    // The test can see a loss: a disk that only pretends to flush loses acknowledged ballots.
    assert!(power_losses(1, Faults { lies: true, ..Faults::default() }).await > 0);
}

#[tokio::test]
async fn a_full_disk_refuses_and_stays_alive() {
    let (key, broken) = (Key::random(), CancellationToken::new());
    // Room for the first record, three more, and half of one.
    let disk = Memory::failing(Faults { space: Some(4 * 4_096 + 2_000), ..Faults::default() });
    let open = OpenRound::create_on(disk.clone(), &key, round(), &broken).unwrap();
    for n in 0..3 {
        assert_eq!(open.submit(vote(n, 1, Grade::Good)).await.unwrap(), Verdict::Accepted);
    }
    let durable = disk.bytes();
    for n in 3..6 {
        let refused = open.submit(vote(n, 1, Grade::Good)).await.unwrap_err();
        assert!(matches!(refused, JournalError::Full), "{refused}");
        assert_eq!(disk.bytes(), durable, "half a record stayed");
    }
    // Those acknowledged are still answered, and the refused are not in the count.
    assert_eq!(open.submit(vote(1, 1, Grade::Good)).await.unwrap(), Verdict::Same);
    assert_eq!(open.with(Fold::electronic), 3);
    disk.faults.lock().unwrap().space = None;
    assert_eq!(open.submit(vote(3, 1, Grade::Poor)).await.unwrap(), Verdict::Accepted);
    assert!(!broken.is_cancelled());
    let again = OpenRound::resume_on(disk, &key, round(), &broken).unwrap();
    assert_eq!(again.fold(), open.fold());
    assert_eq!(again.with(Fold::electronic), 4);
}

#[tokio::test]
async fn a_failing_disk_stops_the_round_and_the_process() {
    for n in 2..8 {
        for write in [true, false] {
            let (key, broken) = (Key::random(), CancellationToken::new());
            let (write, flush) = (write.then_some(n), (!write).then_some(n));
            let disk = Memory::failing(Faults { write, flush, ..Faults::default() });
            let open = OpenRound::create_on(disk.clone(), &key, round(), &broken).unwrap();
            let told = Told::default();
            let mut refused = 0;
            for i in 0..10 {
                let frame = vote(i, 1, Grade::Good);
                match open.submit(frame.clone()).await {
                    Ok(verdict) => told.note(&frame, verdict),
                    Err(e) => {
                        assert!(matches!(e, JournalError::Stopped), "{e}");
                        refused += 1;
                    }
                }
            }
            broken.cancelled().await;
            assert_eq!(told.so_far().len() + 2, n, "the first flush was the empty record's");
            assert_eq!(told.so_far().len() + refused, 10);
            let after = disk.after_power_loss(&mut seeded(n as u64));
            let again = OpenRound::resume_on(after, &key, round(), &CancellationToken::new()).unwrap();
            assert_eq!(lost(&told.so_far(), &again.fold()), 0);
            // The phones send again whatever was not acknowledged.
            for i in 0..10 {
                assert!(again.submit(vote(i, 1, Grade::Good)).await.unwrap().counts());
            }
            assert_eq!(again.with(Fold::electronic), 10);
        }
    }
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_nothing_on_the_way() {
    let (key, broken) = (Key::random(), CancellationToken::new());
    let disk = Memory::default();
    let open = OpenRound::create_on(disk.clone(), &key, round(), &broken).unwrap();
    {
        let mut given_up = Box::pin(open.submit(vote(1, 1, Grade::Good)));
        // Nothing is written while this is held: the answer cannot be there before the caller has gone.
        let _held = disk.state.lock().unwrap();
        assert!(given_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(given_up);
    }
    assert_eq!(open.submit(Frame::Paused).await.unwrap(), Verdict::Accepted);
    assert_eq!(open.on_the_way(), 0);
    assert_eq!(open.submit(vote(1, 1, Grade::Good)).await.unwrap(), Verdict::Same, "it had arrived");
}

/// The steps of the seal as the journal sees them: who is away, 收回, the end of its thread. After a power
/// failure behind each of them every acknowledged ballot is there, and what was acknowledged as closed is.
#[tokio::test]
async fn power_lost_at_every_step_of_the_seal() {
    for seed in 0..times("power losses at the seal", 20, 500) {
        let mut rng = seeded(seed as u64);
        let (key, broken) = (Key::random(), CancellationToken::new());
        let disk = Memory::default();
        let open = OpenRound::create_on(disk.clone(), &key, round(), &broken).unwrap();
        let told = Told::default();
        for n in 0..8 {
            let frame = vote(n, 1, Grade::ALL[n as usize % 4]);
            told.note(&frame, open.submit(frame.clone()).await.unwrap());
        }
        let mut after = |closed: bool| {
            let again = OpenRound::resume_on(disk.after_power_loss(&mut rng), &key, round(), &broken).unwrap();
            assert_eq!(lost(&told.so_far(), &again.fold()), 0, "seed {seed}");
            assert_eq!((again.with(Fold::electronic), again.with(Fold::is_closed)), (8, closed), "seed {seed}");
            again.with(Fold::clone)
        };
        after(false);
        let away = Frame::Away { seats: [seat(9)].into() };
        assert_eq!(open.submit(away).await.unwrap(), Verdict::Accepted);
        assert!(!after(false).was_there(seat(9)));
        assert_eq!(open.submit(close()).await.unwrap(), Verdict::Accepted);
        let sealed = open.fold();
        assert_eq!(after(true), *sealed, "what is counted is what a restart counts");
        let stood = disk.bytes();
        open.stop().await;
        assert_eq!(disk.bytes(), stood, "the end of its thread writes nothing");
        assert_eq!(after(true), *sealed);
    }
}
