//! What issue-level promises cost, printed as ratios against something measured in
//! the same run: the board at 24, 240 and 1,000 units, saving a record durably,
//! suggestions, the leader's home rendered on the server; then the same without a clock,
//! in instructions.
//!
//! What an issue promises stands with its limit beside it, and a value above one ends with 1:
//! the board of 1,000 units, 50 writers beyond fdatasync.

mod district;
#[path = "../parts/flush.rs"]
mod flush;
mod instructions;
#[path = "../parts/limits.rs"]
mod limits;
mod list;
mod numbers;
#[path = "../parts/people.rs"]
mod people;
mod saving;
#[path = "../parts/times.rs"]
mod times;

use std::{error::Error, path::Path, time::Instant};

use app::api::{
    board::{Board as _, BoardQuery},
    records::{NewRecordQuery, Records as _},
};

use district::Bench;
use flush::fdatasync;
use numbers::{brotli, kb};
use times::{ms, p};

type Outcome<T> = Result<T, Box<dyn Error>>;

const RUNS: usize = 200;
/// Most milliseconds of the board of the largest district, p99 warm (issue 2).
const BOARD_MS: f64 = 100.0;
/// Most kilobytes of its matrix on the wire (issue 2).
const BOARD_KB: f64 = 25.0;
/// Units of the largest district.
const MOST: usize = 1_000;

fn main() -> Outcome<()> {
    // `chain OP N`: what the counter of instructions starts, one operation N times.
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    // `chain saving`: that part alone.
    if args == ["saving"] {
        runtime()?.block_on(saving_alone())?;
        return limits::verdict();
    }
    if let [op, n] = args.as_slice() {
        return instructions::run(op, n.parse()?);
    }
    runtime()?.block_on(all())?;
    instructions::count()?;
    limits::verdict()
}

/// Two workers, like the machines that CI has.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

async fn all() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let flush = fdatasync(dir.path())?;
    println!("fdatasync of 4 KB: p50 {:.2} ms, p99 {:.2} ms", ms(p(&flush, 50)), ms(p(&flush, 99)));
    for units in [24, 240, MOST] {
        board(dir.path(), units).await?;
    }
    saving::record(dir.path(), p(&flush, 50)).await
}

async fn saving_alone() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let flush = fdatasync(dir.path())?;
    println!("fdatasync of 4 KB: p50 {:.2} ms, p99 {:.2} ms", ms(p(&flush, 50)), ms(p(&flush, 99)));
    saving::record(dir.path(), p(&flush, 50)).await
}

/// The matrix of `units` × 60 items with a year of records.
async fn board(dir: &Path, units: usize) -> Outcome<()> {
    let made = Instant::now();
    let bench = Bench::new(&dir.join(format!("board-{units}.db")), units, false).await?;
    println!("\n{units} units × 60 items, 12 months of records (made in {:.1} s)", made.elapsed().as_secs_f64());
    let office = bench.office();
    let mut times = Vec::new();
    let mut size = 0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let page = bench.app.services().matrix(&office, BoardQuery::default()).await?;
        times.push(start.elapsed());
        if size == 0 {
            let json = serde_json::to_vec(&page)?;
            size = json.len();
            let wire = kb(brotli(&json));
            print!("  matrix {} rows: {:.1} KB JSON, {wire:.1} KB brotli ", page.rows.len(), kb(size));
            println!("{}", if units == MOST { limits::of(wire, BOARD_KB, "KB") } else { String::new() });
        }
    }
    let p99 = ms(p(&times, 99));
    let limit = if units == MOST { limits::of(p99, BOARD_MS, "ms") } else { String::new() };
    println!("  board query warm: p50 {:.2} ms, p99 {p99:.2} ms {limit}", ms(p(&times, 50)));
    let leader = bench.leader(0);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        bench.app.services().home(&leader).await?;
        times.push(start.elapsed());
    }
    println!("  leader's home query: p50 {:.2} ms, p99 {:.2} ms", ms(p(&times, 50)), ms(p(&times, 99)));
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        bench.app.services().new_page(&leader, NewRecordQuery::default()).await?;
        times.push(start.elapsed());
    }
    println!("  随手记 form with suggestions: p50 {:.2} ms, p99 {:.2} ms", ms(p(&times, 50)), ms(p(&times, 99)));
    bench.app.store().close().await;
    Ok(())
}
