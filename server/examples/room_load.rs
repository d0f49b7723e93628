//! Load and faults for the live meeting: starts its own `wuze serve` on loopback, speaks only the
//! public API (join, stream, ballot, commands), prints what it measured against `fdatasync` and a
//! bare stream of the same run, and ends by itself.
//!
//! ```text
//! cargo run --release --example room_load -- --wuze target/release/wuze [all|burst|screen|idle|restart|kill|race]
//! ```
//!
//! Exit code 1 where something was lost, doubled or miscounted; times alone fail nothing, machines are shared.

#[path = "room_load/floor.rs"]
mod floor;
#[path = "room_load/mod.rs"]
mod load;
#[path = "room_load/measures.rs"]
mod measures;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use load::{
    crash,
    hall::Outcome,
    numbers::{fdatasync, ms},
    race,
};
use measures::Setup;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    All,
    Burst,
    Screen,
    Idle,
    Restart,
    Kill,
    Race,
}

/// Load generator for one meeting over loopback.
#[derive(Parser)]
struct Args {
    /// What to run.
    #[arg(value_enum, default_value = "all")]
    part: Part,
    /// The program under test.
    #[arg(long, default_value = "target/release/wuze")]
    wuze: PathBuf,
    /// Folder on the disk that is measured.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 is any.
    #[arg(long, default_value_t = 3_900)]
    port: u16,
    /// Phones of the large hall.
    #[arg(long, default_value_t = 3_000)]
    phones: usize,
    /// Idle streams of the largest hall.
    #[arg(long, default_value_t = 10_000)]
    streams: usize,
    /// Kills.
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// Closings among ballots in flight.
    #[arg(long, default_value_t = 1_000)]
    races: usize,
}

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let Ok(runtime) = runtime else { return ExitCode::FAILURE };
    server::operations::limits::set();
    let done = match given.as_slice() {
        [_, floor, kind] if floor == "floor" => runtime.block_on(floor::serve(kind)).map(|()| true),
        _ => runtime.block_on(run(Args::parse())),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("room_load: {e}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Outcome<bool> {
    let dir = args.dir.clone().unwrap_or_else(std::env::temp_dir);
    let wuze = args.wuze.canonicalize().map_err(|e| format!("{}: {e}", args.wuze.display()))?;
    let flush = fdatasync(&dir)?;
    println!("fdatasync of 4 KB in {}: {} ({} times)", dir.display(), flush.line(), flush.len());
    let setup = Setup { wuze, dir, port: args.port, flush };
    let chosen = |part| args.part == Part::All || args.part == part;
    let mut clean = true;
    if chosen(Part::Burst) {
        measures::bursts(&setup, &[30, 300, args.phones]).await?;
    }
    if chosen(Part::Screen) {
        measures::screen(&setup, args.phones).await?;
    }
    if chosen(Part::Idle) {
        measures::idle(&setup, &[args.phones, args.streams]).await?;
    }
    if chosen(Part::Restart) {
        measures::restart(&setup, args.phones).await?;
    }
    if chosen(Part::Kill) {
        clean &= kills(&setup, args.phones, args.kills).await?;
    }
    if chosen(Part::Race) {
        clean &= races(&setup, args.races).await?;
    }
    let again = fdatasync(&setup.dir)?;
    println!("\nfdatasync at the end: {} ({:.1} ms p50 before)", again.line(), ms(setup.flush.p(50)));
    Ok(clean)
}

async fn kills(setup: &Setup, phones: usize, kills: usize) -> Outcome<bool> {
    let mut hall = setup.hall(phones)?;
    println!("\nkill -9 among the ballots of {phones} phones, {kills} times");
    let report = crash::run(&mut hall, kills, 20_261_122).await?;
    println!(
        "  acknowledged before a kill {}, sent again {} (of them stored all the same {}), slowest start {:.0} ms",
        report.acknowledged,
        report.unanswered,
        report.stored_unknown,
        ms(report.slowest_start)
    );
    println!(
        "  lost {}, wrong answers {}, differences from the oracle {}",
        report.lost,
        report.wrong.len(),
        report.differences.len()
    );
    report.wrong.iter().chain(&report.differences).take(20).for_each(|line| println!("    {line}"));
    Ok(report.is_clean())
}

async fn races(setup: &Setup, races: usize) -> Outcome<bool> {
    println!("\nclose among 300 ballots in flight, {races} times");
    let mut report = race::Report::default();
    // A seat may change its ballot 200 times, so a hall is good for so many races.
    for from in (0..races).step_by(race::PER_HALL) {
        let hall = setup.hall(300)?;
        report.add(race::run(&hall, race::PER_HALL.min(races - from)).await?);
    }
    println!(
        "  {} races with ballots on both sides; accepted {}, too late {}",
        report.mixed, report.accepted, report.late
    );
    println!(
        "  acknowledged but not counted {}, counted after the close {}, wrong answers {}, differences {}",
        report.uncounted,
        report.counted_late,
        report.wrong.len(),
        report.differences.len()
    );
    report.wrong.iter().chain(&report.differences).take(20).for_each(|line| println!("    {line}"));
    Ok(report.is_clean())
}
