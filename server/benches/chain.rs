//! What issue-level promises cost, printed as ratios against something measured in
//! the same run: the board at 24, 240 and 1,000 units, saving a record durably,
//! suggestions, the leader's home rendered on the server.
//!
//! `cargo bench -p server` prints; nothing is asserted here, machines are shared.

use std::{
    error::Error,
    fs::File,
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use app::api::{
    board::{Board as _, BoardQuery},
    records::{NewRecordQuery, Records as _, SaveRecord},
};
use domain::{
    ids::{AccountId, CommandId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{Grant, HeadTerm, Role, UnitKind, access::Actor},
    records::RecordKind,
    time::{Day, parse_iso},
};
use server::{
    App,
    clock::FixedClock,
    config::Config,
    hasher::Argon2id,
    random,
    services::{colours, items},
    storage::{Store, Url, q},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

const RUNS: usize = 200;

fn main() -> Outcome<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(all())
}

async fn all() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let flush = fdatasync(dir.path())?;
    println!("fdatasync of 4 KB: p50 {:.2} ms, p99 {:.2} ms", ms(p(&flush, 50)), ms(p(&flush, 99)));
    for units in [24, 240, 1_000] {
        board(dir.path(), units).await?;
    }
    record(dir.path(), p(&flush, 50)).await
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
            println!("  matrix {} rows: {:.1} KB JSON, {:.1} KB brotli", page.rows.len(), kb(size), kb(brotli(&json)));
        }
    }
    println!("  board query warm: p50 {:.2} ms, p99 {:.2} ms", ms(p(&times, 50)), ms(p(&times, 99)));
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

/// Saving one record durably: alone, and by 50 writers at once.
async fn record(dir: &Path, flush: Duration) -> Outcome<()> {
    let bench = Bench::new(&dir.join("record.db"), 50, true).await?;
    let form = |leader: &Actor, n: usize| SaveRecord {
        command: CommandId(random::id(bench.clock_now())),
        post: leader.terms.first().map_or(PostId(uuid::Uuid::nil()), |t| t.post),
        kind: Some(RecordKind::Visit),
        text: format!("到窗口蹲点，第 {n} 次"),
        event_on: String::new(),
        duties: Vec::new(),
    };
    let leader = bench.leader(0);
    let mut times = Vec::new();
    for n in 0..RUNS {
        let start = Instant::now();
        bench.app.services().save(&leader, form(&leader, n)).await?;
        times.push(start.elapsed());
    }
    println!(
        "\nsave one record, one writer: p50 {:.2} ms = {:.1} × fdatasync",
        ms(p(&times, 50)),
        ratio(p(&times, 50), flush)
    );
    let mut tasks = tokio::task::JoinSet::new();
    let start = Instant::now();
    for who in 0..50 {
        let (app, leader) = (bench.app.clone(), bench.leader(who));
        let forms: Vec<_> = (0..10).map(|n| form(&leader, n)).collect();
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
    println!(
        "50 writers, 500 records: {:.0} records/s, p50 {:.1} ms, p99 {:.1} ms ({:.1} ms beyond fdatasync)",
        500.0 / all.as_secs_f64(),
        ms(p(&times, 50)),
        ms(p(&times, 99)),
        ms(p(&times, 99).saturating_sub(flush)),
    );
    Ok(())
}

struct Bench {
    app: App,
    district: DistrictId,
    office: UnitId,
    heads: Vec<(PostId, UnitId, TermId, PersonId)>,
    today: Day,
}

impl Bench {
    async fn new(file: &Path, units: usize, durable: bool) -> Outcome<Self> {
        let today = parse_iso("2026-11-20").ok_or("day")?;
        let clock = Arc::new(FixedClock::at_noon(today));
        let store = Store::open(Url::Sqlite(file.to_owned()), clock.clone(), durable).await?;
        let (district, office) = (DistrictId(random::id(store.now())), UnitId(random::id(store.now())));
        let mut heads = Vec::new();
        {
            let district_row = store
                .write(move |tx| {
                    Box::pin(async move {
                        let now = tx.now();
                        tx.insert(
                            "INSERT INTO districts (id, name, enabled_on, created_at)",
                            vec![district.into(), "基准测试区".into(), "2026-01-01".into(), now.into()],
                        )
                        .await?;
                        unit(tx, district, office, "党风政风监督室", UnitKind::Commission).await
                    })
                })
                .await;
            district_row?;
        }
        for n in 0..units {
            heads.push(store.write(move |tx| Box::pin(async move { leader(tx, district, n, today).await })).await?);
        }
        let config = Config {
            addr: ([127, 0, 0, 1], 0).into(),
            data: file.with_extension("data"),
            public_url: "http://127.0.0.1:3000".into(),
            insecure: false,
            demo: false,
            tls: None,
            admin_addr: None,
            trusted_proxies: Vec::new(),
            login_header: None,
        };
        let app = App::new(config, store, clock, Arc::new(Argon2id));
        Ok(Self { app, district, office, heads, today })
    }

    fn clock_now(&self) -> domain::time::Instant {
        self.app.store().now()
    }

    fn actor(&self, person: PersonId) -> Actor {
        Actor {
            district: self.district,
            account: AccountId(person.0),
            person,
            session: SessionId(person.0),
            name: "测试".into(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: std::collections::BTreeSet::new(),
        }
    }

    fn office(&self) -> Actor {
        Actor {
            grants: vec![Grant { role: Role::ConductOffice, unit: self.office }],
            ..self.actor(PersonId(self.office.0))
        }
    }

    fn leader(&self, n: usize) -> Actor {
        let (post, unit, term, person) = self.heads[n % self.heads.len()];
        let from = parse_iso("2024-01-01").unwrap_or(self.today);
        Actor { terms: vec![HeadTerm { term, post, unit, from, to: None, acting: false }], ..self.actor(person) }
    }
}

async fn unit(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    id: UnitId,
    name: &str,
    kind: UnitKind,
) -> Result<(), server::storage::Failure> {
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on)",
        vec![id.into(), district.into(), name.into(), kind.key().into(), "2024-01-01".into()],
    )
    .await?;
    Ok(())
}

/// A unit with its head, a signed list of 60 items, occurrences, a year of records, colours.
async fn leader(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    n: usize,
    today: Day,
) -> Result<(PostId, UnitId, TermId, PersonId), server::storage::Failure> {
    let now = tx.now();
    let (u, post) = (UnitId(random::id(now)), PostId(random::id(now)));
    let (person, term) = (PersonId(random::id(now)), TermId(random::id(now)));
    unit(tx, district, u, &format!("第{n}单位"), UnitKind::Department).await?;
    tx.insert(
        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
        vec![post.into(), district.into(), u.into(), "党组书记".into(), true.into(), "2024-01-01".into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO persons (id, district_id, name, pinyin, initials)",
        vec![person.into(), district.into(), format!("负责人{n}").into(), "fuzeren".into(), "fzr".into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
        vec![term.into(), district.into(), post.into(), person.into(), "2024-01-01".into()],
    )
    .await?;
    signed_list(tx, district, post, u, today).await?;
    // Every third occurrence stays open, so that the board has something to say.
    let open = tx
        .rows(
            q("SELECT id, window_from, due_on FROM occurrences WHERE post_id = $1 AND window_from <= $2 ORDER BY due_on, id")
                .bind(post)
                .bind(today),
        )
        .await?;
    for (place, row) in open.iter().enumerate().filter(|(place, _)| !(place + n).is_multiple_of(3)) {
        let record = domain::ids::RecordId(random::id(now));
        let on = row.day("window_from")?;
        tx.insert(
            "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person, author_term)",
            vec![
                record.into(),
                district.into(),
                post.into(),
                u.into(),
                2026.into(),
                i64::try_from(place + 1).unwrap_or(1).into(),
                "recorded".into(),
                "visit".into(),
                "到窗口蹲点，听办事群众说材料重复提交，当场定了合并两张表。".into(),
                on.into(),
                now.into(),
                on.into(),
                person.into(),
                term.into(),
            ],
        )
        .await?;
        tx.execute(
            q("UPDATE occurrences SET record_id = $1, event_on = $2, recorded_on = $2 WHERE id = $3")
                .bind(record)
                .bind(on)
                .bind(row.text("id")?),
        )
        .await?;
    }
    colours::refresh(tx, district, post, 2026, today).await?;
    Ok((post, u, term, person))
}

/// The 60 sample items as a signed list, with the year's occurrences.
async fn signed_list(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    post: PostId,
    unit: UnitId,
    today: Day,
) -> Result<(), server::storage::Failure> {
    let now = tx.now();
    let (duties, template) = (random::id(now).to_string(), random::id(now).to_string());
    let list = domain::ids::LeaderListId(random::id(now));
    tx.insert(
        "INSERT INTO duty_lists (id, district_id, key, name, party, position)",
        vec![duties.as_str().into(), district.into(), duties.as_str().into(), "清单".into(), "书记".into(), 1.into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO templates (id, district_id, list_id, year, edition, state, created_at)",
        vec![
            template.as_str().into(),
            district.into(),
            duties.as_str().into(),
            2026.into(),
            1.into(),
            "issued".into(),
            now.into(),
        ],
    )
    .await?;
    tx.insert(
        "INSERT INTO leader_lists (id, district_id, post_id, unit_id, year, edition, state, template_id, effective_on, issued_at, signed_on)",
        vec![
            list.into(),
            district.into(),
            post.into(),
            unit.into(),
            2026.into(),
            1.into(),
            "signed".into(),
            template.as_str().into(),
            "2026-01-01".into(),
            now.into(),
            "2026-02-11".into(),
        ],
    )
    .await?;
    let items: Vec<_> = domain::duties::sample::sample_items()
        .into_iter()
        .map(|sample| sample.item(domain::ids::DutyId(random::id(now))))
        .collect();
    for (place, item) in (0_i64..).zip(&items) {
        let mut values = vec![list.into(), district.into(), place.into()];
        values.extend(items::item_values(item));
        tx.insert(
            "INSERT INTO leader_items (list_id, district_id, position, duty_id, code, group_no, group_name, text, frequency, due_month, due_day, months, evidence, action, hard, routine, list_key, source)",
            values,
        )
        .await?;
    }
    let since = parse_iso("2026-01-01").unwrap_or(today);
    let calendar = domain::time::WorkCalendar::default();
    let plan = domain::duties::Plan {
        year: 2026,
        items: &items,
        term_from: since,
        enabled_on: since,
        effective_on: since,
        vacancies: &[],
        calendar: &calendar,
    };
    for new in plan.occurrences() {
        tx.insert(
            "INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from, window_to, counts_from, due_on, state)",
            vec![
                random::id(now).to_string().into(),
                district.into(),
                post.into(),
                unit.into(),
                2026.into(),
                new.duty.into(),
                new.code.into(),
                new.period_no.into(),
                new.window.from.into(),
                new.window.to.into(),
                new.counts_from.into(),
                new.due.into(),
                "open".into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Time of one flush, many times.
fn fdatasync(dir: &Path) -> Outcome<Vec<Duration>> {
    let mut file = File::create(dir.join("flush"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[7; 4_096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(times)
}

fn brotli(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut out, &params).map_or(0, |_| out.len())
}

fn p(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1_000.0
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

fn kb(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1_024.0
}
