//! The same operations without a clock: instructions per operation, which another process on
//! the machine does not change. This program starts itself under valgrind with N and with
//! 2N operations; the difference over N is what one costs, without the start.

use std::{
    hint::black_box,
    process::{Command, Stdio},
};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use domain::{
    board::{Fact, Facts, ItemFacts, RuleSet, evaluate, row},
    duties::{DutyItem, ExistingOccurrence, OccurrenceState, cadence},
    ids::{OccurrenceId, PostId},
    records::{RecordKind, suggest},
    time::{Day, Instant, parse_iso},
};
use server::{http::router::site, random};
use tower::ServiceExt as _;

use super::{
    Outcome,
    district::Bench,
    list::{sample, year_of},
    runtime,
};

/// Operation, what it is, and N.
const OPERATIONS: [(&str, &str, usize); 6] = [
    ("rules-24", "rules and cells of the board, 24 posts × 60 items", 4),
    ("rules-240", "rules and cells of the board, 240 posts × 60 items", 2),
    ("rules-1000", "rules and cells of the board, 1,000 posts × 60 items", 1),
    ("suggest", "suggestions for one record among 60 items", 200),
    ("matrix", "board query, 24 units, SQLite", 20),
    ("home", "leader's home: whole request, SQLite and SSR", 20),
];

/// Counts all operations, where valgrind is there.
pub fn count() -> Outcome<()> {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("\ninstructions: valgrind is not installed, not counted");
        return Ok(());
    }
    println!("\ninstructions per operation (valgrind; difference of 2N and N runs)");
    for (op, what, n) in OPERATIONS {
        let (once, twice) = (collected(op, n)?, collected(op, 2 * n)?);
        let each = twice.saturating_sub(once) / u64::try_from(n)?;
        println!("  {what}: {each}");
    }
    Ok(())
}

/// Instructions of a whole run, as callgrind says on its last lines.
fn collected(op: &str, n: usize) -> Outcome<u64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([op, &n.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&run.stderr);
    let line = said.lines().find_map(|l| l.split("Collected :").nth(1));
    Ok(line.ok_or_else(|| format!("{op}: {said}"))?.trim().parse()?)
}

/// Runs one operation `n` times.
pub fn run(op: &str, n: usize) -> Outcome<()> {
    let today = parse_iso("2026-11-20").ok_or("day")?;
    match op {
        "matrix" | "home" => runtime()?.block_on(served(op, n)),
        "suggest" => {
            let (items, occurrences) = post(today);
            for _ in 0..n {
                black_box(suggest(black_box(RecordKind::Visit), &items, &occurrences, today));
            }
            Ok(())
        }
        _ => {
            let posts: usize = op.strip_prefix("rules-").ok_or("no such operation")?.parse()?;
            let (items, occurrences) = post(today);
            let facts = facts(&items, &occurrences, today);
            let rules = RuleSet::default();
            for _ in 0..n * posts {
                let colours = evaluate(&rules, black_box(&facts), today);
                black_box(row(&rules, &facts, &colours, today));
            }
            Ok(())
        }
    }
}

/// A list and its year; every third occurrence still wants something.
fn post(today: Day) -> (Vec<DutyItem>, Vec<ExistingOccurrence>) {
    let items = sample(Instant(0));
    let occurrences = year_of(&items, today)
        .into_iter()
        .enumerate()
        .map(|(n, new)| ExistingOccurrence {
            id: OccurrenceId(random::id(Instant(0))),
            duty: new.duty,
            period_no: new.period_no,
            window: new.window,
            due: new.due,
            counts_from: new.counts_from,
            state: OccurrenceState::Open,
            satisfied: !n.is_multiple_of(3),
        })
        .collect();
    (items, occurrences)
}

fn facts(items: &[DutyItem], occurrences: &[ExistingOccurrence], today: Day) -> Facts {
    let since = parse_iso("2026-01-01").unwrap_or(today);
    let items = items
        .iter()
        .map(|item| ItemFacts {
            duty: item.duty,
            code: item.code.clone(),
            text: item.short(),
            cadence: cadence(item),
            hard: item.hard,
            recorded: false,
            refuted: None,
            occurrences: occurrences
                .iter()
                .filter(|o| o.duty == item.duty)
                .map(|o| Fact { id: o.id, window: o.window, due: o.due, satisfied: None })
                .collect(),
        })
        .collect();
    Facts { term_from: Some(since), items, ..Facts::empty(PostId(random::id(Instant(0))), 2026, since) }
}

/// An operation of the whole server, in process.
async fn served(op: &str, n: usize) -> Outcome<()> {
    use app::api::board::{Board as _, BoardQuery};
    let dir = tempfile::tempdir()?;
    let bench = Bench::new(&dir.path().join("instructions.db"), 24, false).await?;
    let office = bench.office();
    let cookie = bench.cookie().await?;
    let router = site(&bench.app).router;
    for _ in 0..n {
        if op == "matrix" {
            black_box(bench.app.services().matrix(&office, BoardQuery::default()).await?);
        } else {
            let request = Request::get("/home").header(header::COOKIE, &cookie).body(Body::empty())?;
            let response = router.clone().oneshot(request).await?;
            if !response.status().is_success() {
                return Err(format!("the leader's home answers {}", response.status()).into());
            }
            black_box(to_bytes(response.into_body(), usize::MAX).await?);
        }
    }
    bench.app.store().close().await;
    Ok(())
}
