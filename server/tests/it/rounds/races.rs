//! 收回 fired among ballots in flight: acknowledged means counted, and nothing after it is.

use domain::reviews::{Fold, Frame, Grade, Verdict};
use server::live::round::{OpenRound, RoundFiles};
use tempfile::TempDir;

use super::{close, round, vote};
use crate::harness::times;

const PHONES: u32 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_among_ballots_in_flight() {
    let mut both = 0;
    for run in 0..times("close races", 50, 1_000) {
        let dir = TempDir::new().unwrap();
        let files = RoundFiles::at(dir.path());
        let open = OpenRound::create(&files, round()).unwrap();
        let mut phones = tokio::task::JoinSet::new();
        let place = u32::try_from(run).unwrap() * 37 % PHONES;
        let mut closing = None;
        for n in 0..PHONES {
            if n == place {
                let open = open.clone();
                closing = Some(tokio::spawn(async move { open.submit(close()).await.unwrap() }));
            }
            let open = open.clone();
            phones.spawn(async move { (n, open.submit(vote(n, 1, Grade::Good)).await.unwrap()) });
        }
        assert_eq!(closing.unwrap().await.unwrap(), Verdict::Accepted);
        // What is counted is fixed as soon as the operator hears 「已收回」.
        let counted = open.fold();
        let mut told = phones.join_all().await;
        told.sort_by_key(|(n, _)| *n);
        for (n, verdict) in &told {
            match counted.judge(&vote(*n, 1, Grade::Good)) {
                Verdict::Same => assert_eq!(*verdict, Verdict::Accepted, "run {run}: counted, not acknowledged"),
                _ => assert_eq!(*verdict, Verdict::Closed, "run {run}: acknowledged, not counted"),
            }
        }
        let accepted = told.iter().filter(|(_, v)| *v == Verdict::Accepted).count();
        both += usize::from((1..PHONES as usize).contains(&accepted));
        assert_eq!(open.fold(), counted);
        drop(open);
        let again = OpenRound::resume(&files, round()).unwrap();
        assert_eq!(again.fold(), counted, "run {run}");
        assert_eq!(again.with(Fold::electronic) as usize, accepted);
        assert_eq!(again.submit(vote(PHONES, 1, Grade::Good)).await.unwrap(), Verdict::Closed);
        let reason = "还有一人没有填完".to_owned();
        assert_eq!(again.submit(Frame::Reopened { reason }).await.unwrap(), Verdict::Accepted);
        assert_eq!(again.submit(vote(PHONES, 1, Grade::Good)).await.unwrap(), Verdict::Accepted);
    }
    assert!(both > 0, "no race was ever run: every close came before or after all ballots");
}
