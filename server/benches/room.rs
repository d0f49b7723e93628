//! The journal of a round without HTTP: what a batch costs beside a bare flush, what a restart
//! reads, how long a full hall is sealed. `cargo bench -p server --bench room` prints; nothing is asserted,
//! machines are shared.

#[path = "parts/flush.rs"]
mod flush;
#[expect(dead_code, reason = "leaders ask nothing here")]
#[path = "parts/people.rs"]
mod people;
#[path = "parts/sealing.rs"]
mod sealing;
#[path = "parts/times.rs"]
mod times;

use std::{
    error::Error,
    fs::OpenOptions,
    path::Path,
    time::{Duration, Instant},
};

use domain::{
    ids::{PresenterId, RoundId, SeatId},
    reviews::{Ballot, Fold, Frame, Grade, Line, Mark, Vote},
};
use server::live::{
    journal::Journal,
    key::Key,
    round::{OpenRound, RoundFiles},
};
use uuid::Uuid;

use flush::fdatasync;
use times::{ms, p};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Presenters on a sheet.
const PRESENTERS: u128 = 6;

fn vote(seat: u128, rev: u32) -> Frame {
    let line = |n| Line {
        presenter: PresenterId(Uuid::from_u128(n)),
        vote: Vote::Rate {
            overall: Mark::Grade(Grade::Better),
            dimensions: [("team".into(), Mark::Grade(Grade::Good))].into(),
        },
        comment: "责任压得实，群众身边的事还要盯得再细一些。".into(),
    };
    let ballot = Ballot { lines: (0..PRESENTERS).map(line).collect() };
    Frame::Vote { seat: SeatId(Uuid::from_u128(seat)), epoch: 1, rev, ballot }
}

fn main() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let flush = fdatasync(dir.path())?;
    println!("fdatasync of 4 KB: p50 {:.2} ms, p99 {:.2} ms", ms(p(&flush, 50)), ms(p(&flush, 99)));
    records(dir.path(), p(&flush, 50))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(burst(dir.path(), 3_000))?;
    runtime.block_on(sealing::sealing(dir.path(), 3_000))
}

/// One record of so many ballots.
fn records(dir: &Path, flush: Duration) -> Outcome<()> {
    for size in [1_u32, 30, 512] {
        let (key, path) = (Key::random(), dir.join(format!("votes-{size}")));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        let mut journal = Journal::create(file, &key, RoundId(Uuid::nil()))?;
        let frames: Vec<Frame> = (0..size).map(|n| vote(n.into(), 1)).collect();
        let batch: Vec<&Frame> = frames.iter().collect();
        let mut times = Vec::new();
        for _ in 0..50 {
            let start = Instant::now();
            journal.append(&batch)?;
            times.push(start.elapsed());
        }
        let took = p(&times, 50);
        let (times, each) = (took.as_secs_f64() / flush.as_secs_f64().max(1e-9), took / size);
        println!(
            "record of {size} ballots: p50 {:.2} ms = {times:.1} × fdatasync, {:.1} µs a ballot",
            ms(took),
            ms(each) * 1e3
        );
    }
    Ok(())
}

/// Everybody at once, and the restart after it.
async fn burst(dir: &Path, phones: u32) -> Outcome<()> {
    let files = RoundFiles::at(dir.join("rounds"));
    let id = RoundId(Uuid::nil());
    let open = OpenRound::create(&files, id)?;
    for rev in 1..=3 {
        let frames: Vec<Frame> = (0..phones).map(|n| vote(n.into(), rev)).collect();
        let mut tasks = tokio::task::JoinSet::new();
        let start = Instant::now();
        for frame in frames {
            let open = open.clone();
            tasks.spawn(async move { open.submit(frame).await });
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        println!("{phones} ballots at once, run {rev}: all durable in {:.0} ms", ms(start.elapsed()));
    }
    open.stop().await;
    let start = Instant::now();
    let again = OpenRound::resume(&files, id)?;
    let took = start.elapsed();
    println!("restart of {} ballots of {} seats: {:.0} ms", phones * 3, again.with(Fold::electronic), ms(took));
    OpenRound::destroy(&files, id)?;
    Ok(())
}
