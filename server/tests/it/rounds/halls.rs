//! The program itself with a small hall, through its public API only: the parts of `room_load` that
//! decide right or wrong. Times are `make bench`'s.

#[path = "../../../examples/room_load/mod.rs"]
#[expect(dead_code, reason = "the load generator measures more than is asserted here")]
mod load;

use std::{path::Path, sync::Arc};

use load::{
    crash,
    hall::Hall,
    phones::{GRADES, Told, begin},
    race,
};
use server::{
    clock::SystemClock,
    storage::{Store, Url, q},
};
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
    let report = race::run(&hall, times("closings among 300 ballots", 50, race::PER_HALL)).await.unwrap();
    assert!(report.is_clean(), "{report:#?}");
    assert!(report.mixed > 0, "no close fell among the ballots: {report:#?}");
}

/// The loudest log there is, of the whole process: the journal writes on a thread of its own, and the server
/// of a test shares its process with other tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loudest_log_tells_nothing_of_a_ballot() {
    let dir = TempDir::new().unwrap();
    let mut hall = hall(&dir, 60);
    let going = begin(&hall).await.unwrap();
    hall.kill().unwrap();
    let log = dir.path().join("log");
    hall.loud = Some(log.clone());
    hall.start().unwrap();
    for phone in &going.phones {
        let told = phone.cast_until_told(&going.round, 1, GRADES[phone.n % 4]).await.unwrap();
        assert_eq!(told, Told::Accepted);
    }
    hall.kill().unwrap();
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains(" DEBUG sqlx::query"), "it is loud: {} bytes", text.len());
    let rows = {
        let url = Url::Sqlite(hall.place.path().join("data").join("wuze.db"));
        let store = Store::open(url, Arc::new(SystemClock), false).await.unwrap();
        store
            .read()
            .rows(q("SELECT id FROM meeting_seats WHERE meeting_id = $1").bind(&hall.made.meeting))
            .await
            .unwrap()
    };
    let seats: Vec<String> = rows.iter().map(|r| r.text("id").unwrap()).collect();
    assert_eq!(seats.len(), 60);
    let tokens = going.phones.iter().map(|p| p.bearer.trim_start_matches("Bearer ").to_owned());
    for word in seats.into_iter().chain(tokens).chain(["回访要做到人头上", "\"poor\"", "overall"].map(String::from))
    {
        let line = text.lines().find(|l| l.contains(&word));
        assert_eq!(line, None, "a log line holds {word}");
    }
}
