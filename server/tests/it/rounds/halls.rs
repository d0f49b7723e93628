//! The program itself with a small hall, through its public API only: the parts of `room_load` that
//! decide right or wrong. Times are `make bench`'s.

#[path = "../../../examples/room_load/mod.rs"]
#[expect(dead_code, reason = "the load generator measures more than is asserted here")]
mod load;

use std::path::Path;

use load::{crash, hall::Hall, race};
use tempfile::TempDir;

use crate::harness::times;

fn hall(dir: &TempDir, raters: usize) -> Hall {
    Hall::open(Path::new(env!("CARGO_BIN_EXE_wuze")), dir.path(), 0, raters).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_among_ballots_nothing_acknowledged_is_lost_or_doubled() {
    let dir = TempDir::new().unwrap();
    let mut hall = hall(&dir, 300);
    let kills = times("kills among 300 ballots", 5, 20);
    let report = crash::run(&mut hall, kills, 7).await.unwrap();
    assert!(report.is_clean(), "{report:#?}");
    assert!(report.acknowledged > 0 && report.unanswered > 0, "no kill fell among the ballots: {report:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_among_ballots_every_answer_is_true() {
    let dir = TempDir::new().unwrap();
    let hall = hall(&dir, 300);
    let report = race::run(&hall, times("closings among 300 ballots", 50, 200)).await.unwrap();
    assert!(report.is_clean(), "{report:#?}");
    assert!(report.mixed > 0, "no close fell among the ballots: {report:#?}");
}
