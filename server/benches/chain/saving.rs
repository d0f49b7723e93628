//! Saving one record durably: alone and by 50 writers at once, with and without items
//! ticked; then how many statements one save is, and how long the database works on them.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::api::records::{Records as _, SaveRecord};
use domain::{
    ids::{CommandId, DutyId, PostId},
    people::access::Actor,
    records::RecordKind,
};
use server::{random, storage::q};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{
    Outcome, RUNS,
    district::Bench,
    limits,
    numbers::ratio,
    times::{ms, p},
};

/// Writers at once, and records of each.
const WRITERS: usize = 50;
const EACH: usize = 10;
/// Most milliseconds that 50 writers wait beyond fdatasync, p99 (issue 4).
const BEYOND_MS: f64 = 60.0;
/// Items ticked per record, in the second half of the runs.
const TICKS: usize = 2;

/// Saves alone, then all at once.
pub async fn record(dir: &Path, flush: Duration) -> Outcome<()> {
    let bench = Bench::new(&dir.join("record.db"), WRITERS, true).await?;
    for ticks in [0, TICKS] {
        println!("\nsave one record, {ticks} items ticked");
        alone(&bench, ticks, flush).await?;
        at_once(&bench, ticks, flush).await?;
    }
    // sqlx works on a thread of its own, so that only a listener of the whole process hears it.
    let told = Told::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(told.clone()))?;
    for ticks in [0, TICKS] {
        statements(&bench, ticks, &told).await?;
    }
    bench.app.store().close().await;
    Ok(())
}

/// Items of a leader's list, in an order that starts elsewhere for each.
async fn items(bench: &Bench, leader: &Actor, skip: usize) -> Outcome<Vec<DutyId>> {
    let post = leader.terms.first().ok_or("no term")?.post;
    let rows = bench
        .app
        .store()
        .read()
        .rows(
            q("SELECT i.duty_id FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE l.post_id = $1 ORDER BY i.position")
                .bind(post),
        )
        .await?;
    let mut items = rows.iter().map(|row| Ok(row.id("duty_id")?)).collect::<Outcome<Vec<DutyId>>>()?;
    let by = skip % items.len().max(1);
    items.rotate_left(by);
    Ok(items)
}

fn form(bench: &Bench, leader: &Actor, items: &[DutyId], n: usize, ticks: usize) -> SaveRecord {
    SaveRecord {
        command: CommandId(random::id(bench.clock_now())),
        post: leader.terms.first().map_or(PostId(uuid::Uuid::nil()), |t| t.post),
        kind: Some(RecordKind::Visit),
        text: format!("到窗口蹲点，第 {n} 次"),
        event_on: String::new(),
        duties: items.iter().copied().cycle().skip(n * ticks).take(ticks).collect(),
        details: domain::records::RecordDetails::default(),
        look: domain::records::Look::default(),
    }
}

async fn alone(bench: &Bench, ticks: usize, flush: Duration) -> Outcome<()> {
    let leader = bench.leader(0);
    let items = items(bench, &leader, 0).await?;
    let mut times = Vec::new();
    for n in 0..RUNS {
        let form = form(bench, &leader, &items, n, ticks);
        let start = Instant::now();
        bench.app.services().save(&leader, form).await?;
        times.push(start.elapsed());
    }
    println!(
        "  one writer: p50 {:.2} ms, p99 {:.2} ms = {:.1} × fdatasync",
        ms(p(&times, 50)),
        ms(p(&times, 99)),
        ratio(p(&times, 50), flush)
    );
    Ok(())
}

async fn at_once(bench: &Bench, ticks: usize, flush: Duration) -> Outcome<()> {
    let mut tasks = tokio::task::JoinSet::new();
    let mut all_forms = Vec::new();
    for who in 0..WRITERS {
        let leader = bench.leader(who);
        let items = items(bench, &leader, who).await?;
        let forms: Vec<_> = (0..EACH).map(|n| form(bench, &leader, &items, n, ticks)).collect();
        all_forms.push((leader, forms));
    }
    let start = Instant::now();
    for (leader, forms) in all_forms {
        let app = bench.app.clone();
        tasks.spawn(async move {
            let mut times = Vec::new();
            for form in forms {
                let start = Instant::now();
                app.services().save(&leader, form).await.map_err(|e| e.to_string())?;
                times.push(start.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done??);
    }
    let all = start.elapsed();
    let beyond = ms(p(&times, 99).saturating_sub(flush));
    println!(
        "  {WRITERS} writers, {} records: {:.0} records/s, p50 {:.1} ms, p99 {:.1} ms, beyond fdatasync {beyond:.1} ms {}",
        times.len(),
        f64::from(u32::try_from(times.len())?) / all.as_secs_f64(),
        ms(p(&times, 50)),
        ms(p(&times, 99)),
        limits::of(beyond, BEYOND_MS, "ms"),
    );
    Ok(())
}

/// Statements by their first words: how often, seconds, rows.
type Asked = BTreeMap<String, (u32, f64, u64)>;

/// What the database was asked, as sqlx tells it to whoever listens.
#[derive(Debug, Clone, Default)]
struct Told(Arc<Mutex<Asked>>);

impl<S: tracing::Subscriber> Layer<S> for Told {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let words = if line.statement.is_empty() { line.summary } else { line.statement };
        let key: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(72).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = all.entry(key).or_default();
        one.0 += 1;
        one.1 += line.seconds;
        one.2 += line.rows;
    }
}

#[derive(Debug, Default)]
struct Line {
    summary: String,
    statement: String,
    seconds: f64,
    rows: u64,
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.seconds = value;
        }
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.rows = value;
        }
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.statement),
            _ => {}
        }
    }
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Statements of one save: how many, and the time until their last row is taken.
async fn statements(bench: &Bench, ticks: usize, told: &Told) -> Outcome<()> {
    let leader = bench.leader(1);
    let items = items(bench, &leader, 0).await?;
    let forms: Vec<_> = (0..EACH).map(|n| form(bench, &leader, &items, n + EACH, ticks)).collect();
    told.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    for form in forms {
        bench.app.services().save(&leader, form).await?;
    }
    let all = told.0.lock().unwrap_or_else(PoisonError::into_inner);
    let each = f64::from(u32::try_from(EACH)?);
    let count: u32 = all.values().map(|one| one.0).sum();
    let seconds: f64 = all.values().map(|one| one.1).sum();
    println!("\nstatements of a save, {ticks} ticked: {:.1}, {:.2} ms", f64::from(count) / each, seconds * 1e3 / each);
    for (words, (count, seconds, rows)) in all.iter() {
        println!(
            "  {:>5.1} × {:>7.1} us {rows:>5} rows  {words}",
            f64::from(*count) / each,
            seconds * 1e6 / f64::from(*count)
        );
    }
    Ok(())
}
