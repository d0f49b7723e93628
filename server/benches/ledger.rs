//! What the ledger of 100,000 items costs: every filter as the page asks for it, with rights, counts, units and the rows
//! of one page, on SQLite and, where `WUZE_TEST_POSTGRES` names a cluster, on PostgreSQL. Every p99 stands beside the limit
//! of 100 ms, and one above it ends with 1.
//!
//! `WUZE_LEDGER_ITEMS=100000` is the default.

#[path = "parts/limits.rs"]
mod limits;
#[path = "parts/people.rs"]
mod people;
#[path = "search/sentences.rs"]
mod sentences;
#[path = "parts/times.rs"]
mod times;

use std::{collections::BTreeSet, error::Error, sync::Arc, time::Instant};

use app::api::accountability::{Accountability as _, FiguresQuery, LedgerQuery};
use domain::{
    accountability::{Brought, External, Hand, Item, ItemKind, NewItem, Origin, Progress, State},
    ids::{DistrictId, ItemId, PersonId, UnitId},
    people::{Role, UnitKind, access::Actor},
    time::{Day, WorkCalendar, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    random,
    services::accountability::store,
    storage::{Failure, StorageError, Store, Tx, Url, q},
};

use people::{Head, Unit};
use sentences::{Dice, sentence};
use times::{ms, p};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Units of the district.
const UNITS: usize = 500;
/// Items in one command.
const AT_ONCE: usize = 2_000;
const RUNS: usize = 100;
/// Most milliseconds of any filter.
const MS: f64 = 100.0;
/// Days over which the items are spread.
const DAYS: u64 = 700;

fn main() -> Outcome<()> {
    let wanted = std::env::var("WUZE_LEDGER_ITEMS").ok().and_then(|n| n.parse().ok());
    let items: usize = wanted.unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let dir = tempfile::tempdir()?;
        run("SQLite", Url::Sqlite(dir.path().join("ledger.db")), items).await?;
        if let Ok(url) = std::env::var("WUZE_TEST_POSTGRES") {
            run("PostgreSQL", Url::Postgres(url), items).await?;
        }
        limits::verdict()
    })
}

fn day(text: &str) -> Result<Day, Failure> {
    parse_iso(text).ok_or_else(|| StorageError::shape("day").into())
}

/// An item as far as `n` says: a fifth with the supervising bodies, half ended, some late, some repeated.
fn item(n: usize, head: Head, dice: &mut Dice) -> Result<Item, Failure> {
    let today = day("2026-11-20")?;
    let ago = u64::try_from(n).unwrap_or(0) * 7 % DAYS;
    let opened_on = today - chrono::Days::new(ago + 1);
    let progress = Progress::ALL[[1, 1, 0, 2, 3, 3, 3, 3][n % 8]];
    let id = ItemId(random::id(domain::time::Instant::start_of(opened_on)));
    let new = NewItem {
        id,
        origin: Origin { feature: "ledger".into(), id: id.to_string() },
        kind: ItemKind::ALL[dice.below(ItemKind::ALL.len())],
        unit: head.unit,
        post: head.post,
        duty: None,
        problem: sentence(dice),
        demand: "按期整改到位，并报送整改情况。".into(),
        deadline: Some(opened_on + chrono::Days::new(20 + u64::try_from(dice.below(200)).unwrap_or(0))),
    };
    let line = Brought {
        progress: Some(progress),
        opened_on: Some(opened_on),
        department: "办公室".into(),
        measures: "建立制度，定期核对。".into(),
        closed_on: (progress == Progress::Closed).then_some(today),
        external: (n % 10 == 0).then(|| External { ledger: "整改台账".into(), number: format!("{n}") }),
        ..Brought::default()
    };
    let hand = Hand { person: PersonId(head.unit.0), name: "测试".into(), units: [head.unit].into() };
    let (mut item, _) = Item::brought(new, line, &hand, today, &WorkCalendar::default())?;
    if item.state == State::Checking && n % 3 == 0 {
        item.state = State::Checked;
    }
    if n.is_multiple_of(40) {
        item.repeats = Some(item.id);
    }
    item.quick = n.is_multiple_of(50);
    Ok(item)
}

struct District {
    app: App,
    of: people::District,
    heads: Vec<Head>,
}

async fn units(tx: &mut Tx) -> Result<(people::District, Vec<Head>), Failure> {
    let district = people::District::insert(tx).await?;
    let mut heads = Vec::with_capacity(UNITS);
    for n in 0..UNITS {
        let unit = Unit { name: format!("第{n}街道"), pinyin: format!("di {n} jie dao"), kind: UnitKind::Town };
        let person = (format!("曾国平{n}"), format!("zeng guo ping {n}"), "zgp");
        heads.push(district.head(tx, unit, "党工委书记", person).await?);
    }
    Ok((district, heads))
}

async fn fill(tx: &mut Tx, district: DistrictId, items: Vec<Item>) -> Result<(), Failure> {
    for item in items {
        store::insert(tx, district, &item).await?;
    }
    Ok(())
}

impl District {
    async fn open(url: Url, items: usize) -> Outcome<Self> {
        let clock = Arc::new(FixedClock::at_noon(parse_iso("2026-11-20").ok_or("day")?));
        let store = Store::open(url, clock.clone(), false).await?;
        let (of, heads) = store.write(|tx| Box::pin(units(tx))).await?;
        let mut dice = Dice::new(20_261_120);
        let mut from = 0;
        while from < items {
            let to = (from + AT_ONCE).min(items);
            let mut some = Vec::with_capacity(to - from);
            for n in from..to {
                let head = heads[dice.below(UNITS)];
                some.push(item(n, head, &mut dice)?);
            }
            let id = of.id();
            store.write(move |tx| Box::pin(fill(tx, id, some))).await?;
            from = to;
        }
        // As after some weeks of use: the planner knows the tables.
        store.write(|tx| Box::pin(async move { Ok(tx.execute(q("ANALYZE")).await?) })).await?;
        let app = people::app(std::env::temp_dir(), store, clock)?;
        Ok(Self { app, of, heads })
    }

    fn watching(&self, role: Role, units: std::ops::Range<usize>) -> Actor {
        let watched: BTreeSet<UnitId> = self.heads[units].iter().map(|head| head.unit).collect();
        Actor { watched, ..self.of.of_office(role) }
    }
}

async fn run(name: &str, url: Url, items: usize) -> Outcome<()> {
    let start = Instant::now();
    let district = District::open(url, items).await?;
    println!("\n{name}: {items} items, {UNITS} units ({:.0} s)", start.elapsed().as_secs_f64());
    let office = district.of.of_office(Role::ConductOffice);
    let deputy = district.of.of_office(Role::DeputySecretary);
    let team = district.watching(Role::ResidentTeam, 3..33);
    let leader = district.of.leader(district.heads[7]);
    let liaison = district.of.of_unit(Role::Liaison, district.heads[7].unit);
    let unit = district.heads[11].unit.to_string();
    let none = LedgerQuery::default;
    let state = |key: &str| LedgerQuery { state: Some(key.into()), ..LedgerQuery::default() };
    let search = |text: &str| LedgerQuery { q: Some(text.into()), ..LedgerQuery::default() };
    let mine = || LedgerQuery { turn: Some("mine".into()), ..LedgerQuery::default() };
    let year = || LedgerQuery { from: Some("2026-01-01".into()), to: Some("2026-12-31".into()), ..none() };
    for (what, actor, query) in [
        ("office, everything", &office, none()),
        ("office, page 1,500", &office, LedgerQuery { page: Some(1_500), ..none() }),
        ("office, one unit", &office, LedgerQuery { unit: Some(unit.clone()), ..none() }),
        ("office, open", &office, state("open")),
        ("office, struck off", &office, state("closed")),
        ("office, with the bodies that check", &office, state("checking")),
        ("office, 巡察", &office, LedgerQuery { kind: Some("patrol".into()), ..none() }),
        ("office, all problems", &office, LedgerQuery { kind: Some("problems".into()), ..none() }),
        ("office, late", &office, LedgerQuery { due: Some("overdue".into()), ..none() }),
        ("office, near", &office, LedgerQuery { due: Some("soon".into()), ..none() }),
        ("office, my turn", &office, mine()),
        ("deputy, my turn", &deputy, mine()),
        ("office, a year", &office, year()),
        (
            "office, a day",
            &office,
            LedgerQuery { from: Some("2026-06-01".into()), to: Some("2026-06-01".into()), ..none() },
        ),
        ("office, struck off today", &office, LedgerQuery { ended_from: Some("2026-11-20".into()), ..none() }),
        ("office, repeated", &office, LedgerQuery { repeated: Some("1".into()), ..none() }),
        ("office, 立行立改 of a year", &office, LedgerQuery { quick: Some("1".into()), ..year() }),
        ("office, words 「廉政」", &office, search("廉政")),
        ("office, words 「谈心谈话」", &office, search("谈心谈话")),
        ("office, rare words 「龙舟」", &office, search("龙舟")),
        ("office, nowhere 「飞艇」", &office, search("飞艇")),
        ("office, number", &office, search("2026-77")),
        ("office, words of one unit", &office, LedgerQuery { unit: Some(unit.clone()), ..search("廉政") }),
        ("派驻组 of 30 units, everything", &team, none()),
        ("派驻组 of 30 units, my turn", &team, mine()),
        ("派驻组 of 30 units, words", &team, search("廉政")),
        ("派驻组 of 30 units, rare words", &team, search("龙舟")),
        ("head, everything", &leader, none()),
        ("联络员, my turn", &liaison, mine()),
        (
            "office, several filters without a hit",
            &office,
            LedgerQuery {
                repeated: Some("1".into()),
                quick: Some("1".into()),
                kind: Some("audit".into()),
                ..state("at:checked")
            },
        ),
    ] {
        time(&district, actor, (what, query)).await?;
    }
    let services = district.app.services();
    for (what, actor) in [("office", &office), ("派驻组", &team), ("head", &leader)] {
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let start = Instant::now();
            services.item_todos(actor).await?;
            times.push(start.elapsed());
        }
        said(&format!("待办 of the {what}"), &times, "");
    }
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        services.statistics(&office, FiguresQuery { year: Some(2026) }).await?;
        times.push(start.elapsed());
    }
    println!(
        "    p50 {:6.2} ms  p99 {:6.2} ms  the numbers of a year (no limit)",
        ms(p(&times, 50)),
        ms(p(&times, 99))
    );
    district.app.store().close().await;
    Ok(())
}

async fn time(district: &District, actor: &Actor, (what, query): (&str, LedgerQuery)) -> Outcome<()> {
    let services = district.app.services();
    let page = services.ledger(actor, query.clone()).await?;
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        services.ledger(actor, query.clone()).await?;
        times.push(start.elapsed());
    }
    said(what, &times, &format!(": {} of {}", page.rows.len(), page.total));
    Ok(())
}

fn said(what: &str, times: &[std::time::Duration], more: &str) {
    let p99 = ms(p(times, 99));
    println!("    p50 {:6.2} ms  p99 {p99:6.2} ms {}  {what}{more}", ms(p(times, 50)), limits::of(p99, MS, "ms"));
}
