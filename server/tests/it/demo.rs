//! The demonstration district: the same plan for the same seed and day, true to the
//! rules on any day of the year, loaded once, with a chain of audit that holds.

mod briefs;
mod ledger;
mod reviews;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::Datelike as _;
use domain::{
    audit::Entry,
    board::Tone,
    time::{Day, WorkCalendar, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    config::Config,
    demo::{self, Act, DemoPlan},
    http::router::site,
    storage::{Store, audit_digest, audit_hash, q},
};
use sha2::{Digest as _, Sha256};

use crate::harness::{self, Client, CountingHasher, Database, Place, fresh};

/// The first days of the year, when there are no lists of the year in use elsewhere, and the last.
const BASES: [&str; 4] = ["2026-01-03", "2026-02-24", "2026-06-15", "2026-12-30"];

/// Names of real persons and places that must not turn up, as the first half of their
/// SHA-256: this file must not hold them either.
const REAL: [&str; 40] = [
    "e055d06daca073fd",
    "b0de8c87a73a8629",
    "ece4682f50b1422b",
    "0671e5cd0736602e",
    "380d0ea01f1b5b4c",
    "8417925bd2fcf772",
    "e282b3df067174d3",
    "d9da460f3ae3854b",
    "65598025ba3eda69",
    "2169beeeacd1cac3",
    "4e258255d1dd95c4",
    "d7d30e7353b27a8b",
    "1fcfa2f2bc2df3dd",
    "54465289650be618",
    "d671946cecfb0e21",
    "2e8a24edb5cd4ab8",
    "39baefd15d0b4a1f",
    "4dfffc78edb8c811",
    "73971d11980cbb76",
    "779787cec55d136e",
    "0df3cd7e163c9ca5",
    "95f5dc31115d2ef6",
    "db3ea2a97940af4b",
    "2f5e062b509c5a2c",
    "67ad1ca3f0dd0b12",
    "6ba008810b639557",
    "d56910c64b759516",
    "fabaaf340318a79a",
    "9157d066dd55e6af",
    "a8027f71a8e38bcb",
    "b785df28b26ae06b",
    "da78e2a198f5e4f7",
    "e901ac0968c5a34f",
    "b4af34f64e66d920",
    "2ef3a0602214744d",
    "5ace0a7968ae67f9",
    "0ee4219bcbc857f1",
    "f3f05cec15dc2eae",
    "5681e864d514603d",
    "8631ef491b6a9786",
];

/// Characters of the longest of them.
const LONGEST: usize = 4;

/// Does any run of characters of `text` stand in [`REAL`]?
fn holds_real(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=LONGEST).any(|n| {
        chars.windows(n).any(|run| {
            let word: String = run.iter().collect();
            REAL.contains(&&hex::encode(Sha256::digest(word.as_bytes()))[..16])
        })
    })
}

fn day(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn calendar(plan: &DemoPlan) -> WorkCalendar {
    WorkCalendar::new(plan.holidays.iter().map(|h| (h.day, h.kind)))
}

fn config(place: &Place) -> Config {
    Config { demo: true, ..harness::config(place.folder()) }
}

struct Loaded {
    store: Store,
    base: Day,
    place: Place,
}

impl Loaded {
    async fn new(database: Database, base: &str) -> Self {
        let place = fresh(database).await;
        let base = day(base);
        let store = Store::open(place.url.clone(), Arc::new(FixedClock::at_noon(base)), false).await.unwrap();
        let hasher = Arc::new(CountingHasher::default());
        let done = demo::load(&store, hasher.clone(), demo::plan(demo::SEED, base)).await.unwrap().unwrap();
        println!("{database:?} {base}: {} records in {} ms", done.records, done.milliseconds);
        assert_eq!(hasher.runs(), 1, "one hash for all demonstration accounts");
        assert!(done.records > 2_000);
        Self { store, base, place }
    }

    async fn rows(&self, query: &'static str) -> Vec<server::storage::Row> {
        self.store.read().rows(q(query)).await.unwrap()
    }

    async fn count(&self, query: &'static str) -> i64 {
        self.rows(query).await[0].int("n").unwrap()
    }
}

#[test]
fn the_same_seed_and_day_give_the_same_district() {
    let base = day("2026-11-22");
    assert_eq!(demo::plan(1, base), demo::plan(1, base));
    assert_ne!(demo::plan(1, base).steps, demo::plan(2, base).steps);
}

/// Every day of two years: the plan can be made, lies before its day, in order, on working days.
#[test]
fn a_plan_for_any_day() {
    let mut base = day("2026-01-01");
    while base < day("2028-01-10") {
        let plan = demo::plan(demo::SEED, base);
        let calendar = calendar(&plan);
        assert!(plan.steps.is_sorted_by_key(|s| s.at));
        assert!(plan.steps.iter().all(|s| s.at.day() < base), "{base}");
        for step in &plan.steps {
            if let Act::Save(record) = &step.act {
                assert!(record.event_on <= step.at.day(), "{base} {record:?}");
                let duty = record.event_on.month() == 1 && record.event_on.day() <= 2;
                // What was asked for near the first of January may lie on a holiday; nothing else does.
                assert!(calendar.is_working(record.event_on) || duty || record.proxy, "{base} {record:?}");
                assert!(record.codes.len() <= 4);
                assert!(!record.text.contains(['{', '}']), "{}", record.text);
            }
        }
        base = base + chrono::Days::new(9);
    }
}

#[test]
fn no_book_is_read_more_than_thrice_a_year_and_most_heads_sign_its_closing() {
    for base in ["2026-11-22", "2026-12-30", "2026-06-14"] {
        let plan = demo::plan(demo::SEED, day(base));
        let mut read: BTreeMap<(usize, i32), usize> = BTreeMap::new();
        for step in plan.steps.iter().filter(|step| matches!(step.act, Act::Read(_) | Act::Verify(_))) {
            *read.entry((step.house, step.year)).or_default() += 1;
        }
        assert!(read.values().all(|times| *times <= 3) && read.len() > 24, "{base}: {read:?}");
        let signed = plan.steps.iter().filter(|step| matches!(step.act, Act::Close(_))).count();
        assert!((13..25).contains(&signed), "{base}: {signed}");
    }
}

#[test]
fn nobody_real_and_no_two_units_alike() {
    let plan = demo::plan(demo::SEED, day("2026-11-22"));
    let names = plan.units.iter().map(|u| &u.name).chain(plan.persons.iter().map(|p| &p.name));
    let mut texts: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in names {
        assert!(!holds_real(name), "{name}");
    }
    for step in &plan.steps {
        if let Act::Save(record) = &step.act {
            assert!(!holds_real(&record.text), "{}", record.text);
            assert!(plan.persons.iter().all(|p| !record.text.contains(&p.name)), "{}", record.text);
            texts.entry(record.house).or_default().push(&record.text);
        }
    }
    assert_eq!(texts.len(), 25);
    assert_eq!(texts.values().collect::<BTreeSet<_>>().len(), 25);
    // About six entries a month, and hardly any sentence twice in one book.
    for (house, said) in &texts {
        let months = 22;
        assert!((3 * months..=8 * months).contains(&said.len()), "{house}: {}", said.len());
        let different = said.iter().collect::<BTreeSet<_>>().len();
        assert!(different * 10 >= said.len() * 8, "{house}: {different} of {}", said.len());
    }
}

async fn check(loaded: &Loaded) {
    let (base, year) = (loaded.base, loaded.base.year());
    // Red only on hard items; every tone on the boards of both years, from February on already on this year's.
    let reds = loaded.rows("SELECT code, year FROM colours WHERE tone IN ('late', 'pending')").await;
    for red in &reds {
        let code = red.text("code").unwrap();
        assert!(["3.3", "3.5", "4.4", "12.2"].contains(&code.as_str()), "{base}: {code}");
    }
    let of_year = "SELECT year FROM colours WHERE tone = 'late'";
    let late = loaded.rows(of_year).await.iter().filter(|r| r.year("year").unwrap() == year).count();
    assert!(late <= 4, "{base}: red is rare");
    // From July on enough waits to be checked at once, for each of the shown bodies.
    if base.month() > 6 {
        let waiting = "SELECT unit_id, COUNT(*) AS n FROM colours WHERE tone = 'pending' GROUP BY unit_id";
        let waiting = loaded.rows(waiting).await;
        assert_eq!(waiting.iter().filter(|row| row.int("n").unwrap() > 1).count(), 2, "{base}");
    }
    history_holds(loaded).await;
    let mut tones: BTreeSet<(Tone, bool)> = BTreeSet::new();
    for row in loaded.rows("SELECT tone, year FROM board_cells").await {
        tones.insert((row.keyed("tone", Tone::from_key).unwrap(), row.year("year").unwrap() == year));
    }
    for tone in Tone::ALL {
        let now = tones.contains(&(tone, true));
        let before = tones.contains(&(tone, false));
        assert!(now || base.month() == 1 && before, "{base}: {tone:?} on no board, {tones:?}");
    }
    // Most units are in order.
    let calm = loaded
        .rows("SELECT COUNT(*) AS n, year FROM board_cells WHERE duty = 'lv' AND tone IN ('ok', 'none') GROUP BY year")
        .await;
    for row in calm {
        assert!(row.int("n").unwrap() >= 13, "{base}: {} of {}", row.int("n").unwrap(), row.year("year").unwrap());
    }
    for (what, query) in [
        ("unconfirmed", "SELECT COUNT(*) AS n FROM records WHERE state = 'proxy'"),
        ("refused", "SELECT COUNT(*) AS n FROM records WHERE state = 'refused'"),
        ("late", "SELECT COUNT(*) AS n FROM records WHERE late = 1"),
        ("verified", "SELECT COUNT(*) AS n FROM records WHERE verified_at IS NOT NULL"),
        ("proxy", "SELECT COUNT(*) AS n FROM records WHERE state = 'recorded' AND proxy_person IS NOT NULL"),
        ("corrected", "SELECT COUNT(*) AS n FROM record_corrections"),
        ("reviewing", "SELECT COUNT(*) AS n FROM leader_lists WHERE state = 'reviewing'"),
        ("commenting", "SELECT COUNT(*) AS n FROM leader_lists WHERE state = 'commenting'"),
        ("issued", "SELECT COUNT(*) AS n FROM leader_lists WHERE state = 'issued'"),
        ("hand-over", "SELECT COUNT(*) AS n FROM handovers WHERE to_signed_at IS NULL"),
        ("announced", "SELECT COUNT(*) AS n FROM readings WHERE announced = 1"),
        ("opinions", "SELECT COUNT(DISTINCT conclusion) - 3 AS n FROM inspections"),
        ("tasks", "SELECT COUNT(*) AS n FROM annual_tasks WHERE done_on IS NULL"),
        ("sources", "SELECT COUNT(*) AS n FROM leader_items WHERE source IS NOT NULL"),
        ("proposed", "SELECT COUNT(*) AS n FROM role_grants WHERE state = 'proposed'"),
        ("acting", "SELECT COUNT(*) AS n FROM terms WHERE acting = 1 AND ends_on IS NULL"),
        ("answered notice", "SELECT COUNT(*) AS n FROM warning_notices WHERE state = 'answered'"),
        ("objection", "SELECT COUNT(*) AS n FROM warning_countersigns WHERE state = 'objected'"),
        ("matter to judge", "SELECT COUNT(*) AS n FROM warning_matters WHERE stage = 'proposed'"),
        ("held stage", "SELECT COUNT(*) AS n FROM warning_progress WHERE held_by IS NOT NULL"),
    ] {
        assert!(loaded.count(query).await > 0, "{base}: nothing {what}");
    }
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM leader_lists WHERE state = 'signed' AND year = (SELECT MIN(year) FROM leader_lists)").await, 25);
    assert_eq!(
        loaded.count("SELECT COUNT(*) AS n FROM units WHERE kind NOT IN ('team', 'committee', 'commission')").await,
        25
    );
    assert_eq!(
        loaded.count("SELECT COUNT(*) AS n FROM accounts WHERE demo = 1").await,
        i64::try_from(demo::accounts().len()).unwrap()
    );
    // Where January is over, most of last year's heads signed the end of their books.
    if base.month() > 2 {
        let signed = loaded.count("SELECT COUNT(*) AS n FROM book_closings WHERE by_whom = 'head'").await;
        let signatures = "SELECT COUNT(*) AS n FROM signatures WHERE purpose = 'records.closing'";
        assert!((13..25).contains(&signed) && loaded.count(signatures).await == signed, "{base}: {signed}");
    }
    // Nothing in the future of the first start.
    let noon = loaded.store.now().0;
    for query in [
        "SELECT MAX(at) AS n FROM audit",
        "SELECT MAX(recorded_at) AS n FROM records",
        "SELECT MAX(at) AS n FROM thread_events",
        "SELECT MAX(at) AS n FROM approvals",
        "SELECT MAX(at) AS n FROM colour_changes",
    ] {
        assert!(loaded.count(query).await <= noon, "{query}");
    }
    reviews::check(loaded).await;
    ledger::check(loaded).await;
    briefs::check(loaded).await;
    chain_holds(loaded).await;
}

/// The history of the colours ends where they stand, and turned on the day that made it so.
async fn history_holds(loaded: &Loaded) {
    let (base, year) = (loaded.base, loaded.base.year());
    let ends = "SELECT c.year, c.code, c.tone, h.after_tone FROM colours c
                LEFT JOIN colour_changes h ON h.post_id = c.post_id AND h.year = c.year AND h.duty_id = c.duty_id
                  AND NOT EXISTS (SELECT 1 FROM colour_changes n WHERE n.post_id = h.post_id AND n.year = h.year
                    AND n.duty_id = h.duty_id AND n.at > h.at)";
    for row in loaded.rows(ends).await.iter().filter(|row| row.year("year").unwrap() == year) {
        let said = row.opt_text("after_tone").unwrap().unwrap_or_else(|| "none".to_owned());
        assert_eq!(said, row.text("tone").unwrap(), "{base}: {}", row.text("code").unwrap());
    }
    // 年度报告, due at the end of March: red on the days after it, whenever somebody looked.
    let red = "SELECT h.at, h.year FROM colour_changes h JOIN colours c ON c.post_id = h.post_id AND c.year = h.year
               AND c.duty_id = h.duty_id WHERE c.code = '3.5' AND h.after_tone = 'late'";
    for row in loaded.rows(red).await.iter().filter(|row| row.year("year").unwrap() == year) {
        let on = row.instant("at").unwrap().day();
        assert!(on.month() == 4 && on.day() <= 3, "{base}: {on}");
    }
}

async fn chain_holds(loaded: &Loaded) {
    let rows = loaded
        .rows("SELECT a.*, d.salt, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq ORDER BY a.seq")
        .await;
    let (mut prev, mut time) = (String::new(), i64::MIN);
    for (seq, row) in (1..).zip(&rows) {
        let text = |name: &str| row.text(name).unwrap();
        let (actor, action, object, digest) = (text("actor"), text("action"), text("object"), text("digest"));
        assert_eq!(digest, audit_digest(&text("salt"), &text("text")));
        let at = row.instant("at").unwrap();
        let entry = Entry { seq, prev: &prev, at, actor: &actor, action: &action, object: &object, digest: &digest };
        assert_eq!((row.int("seq").unwrap(), text("prev")), (seq, prev.clone()));
        assert_eq!(text("hash"), audit_hash(&entry));
        assert!(at.0 >= time, "the log is in the order of time");
        (prev, time) = (text("hash"), at.0);
    }
    assert!(rows.len() > 3_000);
}

#[tokio::test]
async fn it_loads_on_the_third_of_january() {
    check(&Loaded::new(Database::Sqlite, BASES[0]).await).await;
}

#[tokio::test]
async fn it_loads_in_february() {
    check(&Loaded::new(Database::Sqlite, BASES[1]).await).await;
}

#[tokio::test]
async fn it_loads_in_june() {
    check(&Loaded::new(Database::Sqlite, BASES[2]).await).await;
}

#[tokio::test]
async fn it_loads_at_the_end_of_december_on_postgresql() {
    check(&Loaded::new(Database::Postgres, BASES[3]).await).await;
}

#[tokio::test]
async fn a_second_load_does_nothing() {
    let loaded = Loaded::new(Database::Sqlite, "2026-11-22").await;
    check(&loaded).await;
    let before = loaded.count("SELECT COUNT(*) AS n FROM audit").await;
    let hasher = Arc::new(CountingHasher::default());
    let again = demo::load(&loaded.store, hasher.clone(), demo::plan(9, loaded.base)).await.unwrap();
    assert_eq!((again, hasher.runs()), (None, 0));
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM audit").await, before);
}

#[tokio::test]
async fn every_account_shown_at_the_start_opens_the_door() {
    let loaded = Loaded::new(Database::Sqlite, "2026-11-22").await;
    let clock = Arc::new(FixedClock::at_noon(loaded.base));
    let app = App::new(config(&loaded.place), loaded.store.clone(), clock, Arc::new(CountingHasher::default()));
    let router = site(&app).router;
    for account in demo::accounts() {
        let mut client = Client::new(router.clone(), app.config().origin());
        let reply = client.post("/signin", &[("login", account.login), ("password", account.password)]).await;
        assert_eq!(reply.status, 303, "{}: {}", account.login, reply.text());
    }
    // Nobody else has a password.
    let others = "SELECT COUNT(*) AS n FROM accounts WHERE demo = 0 AND password_hash <> ''";
    assert_eq!(loaded.count(others).await, 0);
}

/// A start that was cut short leaves a marked district; the next one begins again.
#[tokio::test]
async fn a_load_cut_short_is_taken_back() {
    let loaded = Loaded::new(Database::Sqlite, "2026-11-22").await;
    let mark = r#"UPDATE districts SET settings = '{"demo_loading":true}'"#;
    let cut = loaded.store.write(move |tx| Box::pin(async move { Ok(tx.execute(q(mark)).await?) })).await;
    assert_eq!(cut.ok(), Some(1));
    let plan = demo::plan(demo::SEED, loaded.base);
    let again = demo::load(&loaded.store, Arc::new(CountingHasher::default()), plan).await.unwrap();
    assert!(again.is_some());
    assert_eq!(loaded.count("SELECT COUNT(*) AS n FROM districts WHERE settings = '{}'").await, 1);
    chain_holds(&loaded).await;
}
