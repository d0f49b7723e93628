//! What the promises of 督责 over a whole district cost, at 1,000 units × 60 items: the 全区总览, a dry run of changed
//! rules, and the wall with a hundred who look while somebody writes each second.
//!
//! Each stands with its limit beside it, and a value above one ends with 1. The wall is measured as what it adds to
//! the same writes without it.

#[path = "../chain/district.rs"]
#[expect(dead_code, reason = "chain asks more of its district")]
mod district;
#[path = "../parts/limits.rs"]
mod limits;
#[path = "../chain/list.rs"]
mod list;
#[path = "../parts/people.rs"]
mod people;
mod season;
#[path = "../parts/times.rs"]
mod times;
mod wall;

use std::{error::Error, time::Instant};

use app::api::overview::{Overview as _, OverviewQuery};
use domain::board::RuleSet;

use district::Bench;
use times::{ms, p};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Units of the district.
const UNITS: usize = 1_000;
const RUNS: usize = 200;
/// Most milliseconds of the overview, p99 warm (issue 5).
const OVERVIEW_MS: f64 = 150.0;
/// Most milliseconds of a dry run (issue 5).
const DRY_MS: f64 = 2_000.0;
const DRY_RUNS: usize = 5;

fn main() -> Outcome<()> {
    // Two workers, like the machines that CI has.
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(all())?;
    limits::verdict()
}

async fn all() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let made = Instant::now();
    let bench = Bench::new(&dir.path().join("overview.db"), UNITS, false).await?;
    season::add(&bench).await?;
    println!("{UNITS} units × 60 items, 12 months of records (made in {:.1} s)", made.elapsed().as_secs_f64());
    overview(&bench).await?;
    dry_run(&bench).await?;
    wall::look(&bench).await?;
    bench.app.store().close().await;
    Ok(())
}

async fn overview(bench: &Bench) -> Outcome<()> {
    let office = bench.office();
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let page = bench.app.services().at_a_glance(&office, OverviewQuery::default()).await?;
        times.push(start.elapsed());
        if times.len() == 1 {
            let all = page.standing.all;
            println!("  overview of {} units: {}", all.total(), all.words());
            println!(
                "  due: {} lines and {} more; finished: {}",
                page.due.lines.len(),
                page.due.more,
                page.closed.total()
            );
        }
    }
    // The first look reads the pages of the database.
    let warm = &times[1..];
    let p99 = ms(p(warm, 99));
    println!(
        "  first {:.1} ms; warm p50 {:.1} ms, p99 {p99:.1} ms {}",
        ms(times[0]),
        ms(p(warm, 50)),
        limits::of(p99, OVERVIEW_MS, "ms")
    );
    Ok(())
}

/// The rules in force beside themselves: as much to evaluate as any other pair.
async fn dry_run(bench: &Bench) -> Outcome<()> {
    let (office, rules) = (bench.office(), RuleSet::default());
    let mut times = Vec::new();
    for _ in 0..DRY_RUNS {
        let start = Instant::now();
        bench.app.services().dry_run(&office, &rules, &rules).await?;
        times.push(start.elapsed());
    }
    let slowest = ms(p(&times, 100));
    println!(
        "  dry run: p50 {:.0} ms, slowest {slowest:.0} ms {}",
        ms(p(&times, 50)),
        limits::of(slowest, DRY_MS, "ms")
    );
    Ok(())
}
