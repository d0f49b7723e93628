//! What a search costs: one book of 5,000 records inside a district of a million, on SQLite and,
//! where `WUZE_TEST_POSTGRES` names a cluster, on PostgreSQL with fewer. The whole call is timed:
//! rights, index, rows, the look at every text, snippets.
//!
//! `WUZE_SEARCH_RECORDS=1000000` is the default; PostgreSQL gets a fifth of it.
//! Every p99 stands beside its limit (issue 4), and one above it ends with 1.

mod fill;
#[path = "../parts/limits.rs"]
mod limits;
#[path = "../parts/people.rs"]
mod people;
mod sentences;
#[path = "../parts/times.rs"]
mod times;

use std::{error::Error, time::Instant};

use app::api::search::{Search as _, SearchQuery};
use domain::people::{Role, access::Actor};
use server::{
    services::search::index,
    storage::{Store, Url, q},
};

use fill::District;
use times::{ms, p};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Units of the district.
const UNITS: usize = 1_000;
/// Records of the one book that is searched by its owner.
const OWN: usize = 5_000;
const RUNS: usize = 200;
/// Most milliseconds in one's own book.
const OWN_MS: f64 = 50.0;
/// Most milliseconds in the district.
const DISTRICT_MS: f64 = 200.0;
/// A month far behind what PostgreSQL reads newest first (`ask::NEWEST`): its hits are taken whole and sorted.
const OLD: &str = "2026-01";

fn main() -> Outcome<()> {
    let wanted = std::env::var("WUZE_SEARCH_RECORDS").ok().and_then(|n| n.parse().ok());
    let records: usize = wanted.unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let dir = tempfile::tempdir()?;
        let keep = std::env::var_os("WUZE_SEARCH_DB").map(std::path::PathBuf::from);
        let file = keep.unwrap_or_else(|| dir.path().join("search.db"));
        if std::env::var_os("WUZE_SEARCH_ONLY_POSTGRES").is_none() {
            run("SQLite", Url::Sqlite(file), records).await?;
        }
        if let Ok(url) = std::env::var("WUZE_TEST_POSTGRES") {
            run("PostgreSQL", Url::Postgres(url), (records / 5).max(OWN + UNITS)).await?;
        }
        limits::verdict()
    })
}

async fn run(name: &str, url: Url, records: usize) -> Outcome<()> {
    let start = Instant::now();
    let district = District::open(url, records).await?;
    let store = district.app.store();
    println!("\n{name}: {records} records, {UNITS} units, {OWN} in one book ({:.0} s)", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let n = index::refresh(store).await?;
    println!("  indexed {n} in {:.0} s", start.elapsed().as_secs_f64());
    sizes(store).await?;
    let (leader, liaison) = (district.leader(0), district.liaison(0));
    let (small, office) = (district.leader(7), district.office(Role::ConductOffice));
    let team = Actor { watched: district.units(3..6), ..district.office(Role::ResidentTeam) };
    let wide = Actor { watched: district.units(0..UNITS * 2 / 5), ..district.office(Role::SupervisionOffice) };
    let word = |text: &str| SearchQuery { q: Some(text.to_owned()), ..SearchQuery::default() };
    let kind = |text: &str, kind: &str| SearchQuery { kind: Some(kind.to_owned()), ..word(text) };
    println!("  own book of {OWN}");
    for (what, query) in [
        ("two characters, common 「廉政」", word("廉政")),
        ("two characters, rare 「龙舟」", word("龙舟")),
        ("two characters, nowhere 「飞艇」", word("飞艇")),
        ("one character 「党」", word("党")),
        ("four characters 「廉政教育」", word("廉政教育")),
        ("three words 「窗口 群众 材料」", word("窗口 群众 材料")),
        ("filters alone: month and kind", SearchQuery { month: Some("2026-05".into()), ..kind("", "visit") }),
    ] {
        time(&district, &leader, (what, query), OWN_MS).await?;
    }
    println!("  district, common word and a rare right");
    for (what, actor, query) in [
        ("head of 7th unit 「廉政」", &small, word("廉政")),
        ("head of 7th unit 「龙舟」 (not in his book)", &small, word("龙舟")),
        ("联络员 「谈话」 (in hidden talks too)", &liaison, word("谈话")),
        ("派驻组 of 3 units 「谈心谈话」", &team, word("谈心谈话")),
        ("派驻组 of 3 units, text not his 「廉政」", &team, word("廉政")),
        ("派驻组 of 3 units, kind and month", &team, kind("2026年5月", "talk")),
    ] {
        time(&district, actor, (what, query), DISTRICT_MS).await?;
    }
    println!("  district, whole");
    for (what, actor, query) in [
        ("office 「谈心谈话」", &office, word("谈心谈话")),
        ("office, rare item 「14.9」", &office, word("14.9")),
        ("office, one unit 「第777街道」", &office, word("第777街道")),
        ("office, every unit 「街道 5月」", &office, word("街道 5月")),
        (
            "office, filter without a hit",
            &office,
            SearchQuery { status: Some("refused".into()), ..kind("", "warning") },
        ),
        ("监督室 of 400 units 「谈心谈话」", &wide, word("谈心谈话")),
        ("监督室 of 400 units, rare item", &wide, word("14.9")),
    ] {
        time(&district, actor, (what, query), DISTRICT_MS).await?;
    }
    // Months ago, behind everything that is read newest first: a whole month hits.
    println!("  district, an old month");
    let old = |query: SearchQuery| SearchQuery { month: Some(OLD.into()), ..query };
    for (what, actor, query) in [
        ("office, the month alone", &office, old(word(""))),
        ("office, the month and 「廉政」", &office, old(word("廉政"))),
        ("office, the month and a kind", &office, old(kind("", "talk"))),
        ("office, the month and 「龙舟」", &office, old(word("龙舟"))),
        ("监督室 of 400 units, the month and 「谈心谈话」", &wide, old(word("谈心谈话"))),
        ("head of 7th unit, the month alone", &small, old(word(""))),
    ] {
        time(&district, actor, (what, query), DISTRICT_MS).await?;
    }
    println!("  people");
    for (what, query) in
        [("initials", word("zgp")), ("a head's name", word("曾国平777")), ("part of a unit", word("777街"))]
    {
        time(&district, &office, (what, query), DISTRICT_MS).await?;
    }
    saving(&district).await?;
    store.close().await;
    Ok(())
}

async fn time(district: &District, actor: &Actor, (what, query): (&str, SearchQuery), most: f64) -> Outcome<()> {
    let services = district.app.services();
    let page = services.find(actor, query.clone()).await?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        services.find(actor, query.clone()).await?;
        times.push(start.elapsed());
    }
    let p99 = ms(p(&times, 99));
    println!(
        "    p50 {:6.2} ms  p99 {p99:6.2} ms {}  {what}: {} rows, {} units",
        ms(p(&times, 50)),
        limits::of(p99, most, "ms"),
        page.rows.len(),
        page.posts.len()
    );
    Ok(())
}

/// What the index adds to a command.
async fn saving(district: &District) -> Outcome<()> {
    let ids = district.some_records(100).await?;
    let start = Instant::now();
    let n = ids.len();
    for id in ids {
        let job = district.app.store().write(move |tx| Box::pin(async move { Ok(index::replace(tx, id).await?) }));
        job.await?;
    }
    println!(
        "  writing a document anew, one command each: {:.2} ms",
        ms(start.elapsed()) / f64::from(u32::try_from(n)?)
    );
    Ok(())
}

async fn sizes(store: &Store) -> Outcome<()> {
    let text = if store.read().is_sqlite() {
        "SELECT (SELECT SUM(LENGTH(block)) FROM search_index_data) + (SELECT SUM(LENGTH(sz) + 8) FROM search_index_docsize) AS bytes,
           (SELECT SUM(LENGTH(text)) FROM records) AS chars"
    } else {
        "SELECT pg_total_relation_size('search_index') AS bytes, pg_relation_size('search_index_tokens') AS gin,
           (SELECT SUM(LENGTH(text)) FROM records) AS chars"
    };
    let row = store.read().row(q(text)).await?.ok_or("size")?;
    let mb = |n: i64| f64::from(u32::try_from(n / 1_024).unwrap_or(u32::MAX)) / 1_024.0;
    print!("  index {:.0} MB over {:.1} million characters", mb(row.int("bytes")?), mb(row.int("chars")?) * 1.048_576);
    match row.opt_int("gin") {
        Ok(Some(gin)) => println!(" (inverted index {:.0} MB, the rest tokens by row)", mb(gin)),
        _ => println!(),
    }
    Ok(())
}
