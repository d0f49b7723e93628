//! “一件事”问责预警 against the limits of its issue: opening a matter of 27 problems × 14 units as a page (150 ms), and 500
//! notices with numbers and papers made in the background, each drawn as .docx (10 s). Exits 1 above one.

#[path = "parts/limits.rs"]
mod limits;
#[path = "parts/people.rs"]
#[expect(dead_code, reason = "of the measured district only the office and units are needed")]
mod people;
#[path = "parts/times.rs"]
mod times;

use std::{error::Error, sync::Arc, time::Instant};

use app::api::warnings::{MatterQuery, Warnings as _};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use domain::{
    ids::{CommandId, PersonId, UnitId, WarningId},
    people::{Role, UnitKind, access::Actor},
    time::parse_iso,
    warnings::{Hands, sample::MARKET},
};
use server::{
    App,
    clock::FixedClock,
    documents::{Form, as_form},
    http::router::site,
    random,
    services::warnings::{Act, Paste, Step},
    storage::{Failure, Store, Url, q},
};
use tower::ServiceExt as _;

use people::{District, Unit, app};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Units that get a notice.
const UNITS: usize = 500;
/// Units of the matter that is opened.
const COLUMNS: usize = 14;
/// Most milliseconds to open it.
const OPEN_MS: f64 = 150.0;
/// Most milliseconds for all notices with their papers.
const MADE_MS: f64 = 10_000.0;

/// The district, with the office's person as a signed-in account.
async fn district(app_dir: &std::path::Path) -> Outcome<(App, District, Vec<UnitId>)> {
    let clock = Arc::new(FixedClock::at_noon(parse_iso("2026-11-20").ok_or("day")?));
    let store = Store::open(Url::Sqlite(app_dir.join("wuze.db")), clock.clone(), true).await?;
    let district = store.write(|tx| Box::pin(District::insert(tx))).await?;
    let mut units = Vec::new();
    for n in 0..UNITS {
        let head = store
            .write(move |tx| {
                Box::pin(async move {
                    let unit = Unit { name: format!("第{n}单位"), pinyin: String::new(), kind: UnitKind::Department };
                    district.head(tx, unit, "党组书记", (format!("负责人{n}"), "fuzeren".into(), "fzr")).await
                })
            })
            .await?;
        units.push(head.unit);
    }
    let office = district.of_office(Role::ConductOffice);
    let grant = office.grants.first().ok_or("grant")?.unit;
    store
        .write(move |tx| {
            Box::pin(async move {
                let (now, person) = (tx.now(), office.person);
                tx.insert(
                    "INSERT INTO persons (id, district_id, name, pinyin, initials)",
                    vec![person.into(), office.district.into(), "测试".into(), "ceshi".into(), "cs".into()],
                )
                .await?;
                tx.insert(
                    "INSERT INTO accounts (id, district_id, person_id, login, changed_at)",
                    vec![office.account.into(), office.district.into(), person.into(), "bench".into(), now.into()],
                )
                .await?;
                for role in [Role::ConductOffice, Role::GeneralOffice] {
                    tx.insert(
                        "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
                        vec![
                            random::id(now).to_string().into(),
                            office.district.into(),
                            person.into(),
                            role.key().into(),
                            grant.into(),
                            "active".into(),
                            "system".into(),
                            "2024-01-01".into(),
                        ],
                    )
                    .await?;
                }
                tx.insert(
                    "INSERT INTO sessions (id, district_id, account_id, token_hash, form_token, label, created_at, seen_at, expires_at)",
                    vec![
                        person.to_string().into(),
                        office.district.into(),
                        office.account.into(),
                        server::services::people::fingerprint("bench").into(),
                        "bench".into(),
                        "bench".into(),
                        now.into(),
                        now.into(),
                        now.plus_ms(3_600_000).into(),
                    ],
                )
                .await?;
                Ok::<(), Failure>(())
            })
        })
        .await?;
    Ok((app(app_dir.join("data"), store, clock)?, district, units))
}

fn command(app: &App) -> CommandId {
    CommandId(random::id(app.store().now()))
}

/// A matter in the hands of its 牵头部门, with a pasted 责任清单 of `duties` on `units` units each and one situation.
async fn matter(app: &App, office: &Actor, title: &'static str, duties: usize, units: usize) -> Outcome<WarningId> {
    let id = WarningId(random::id(app.store().now()));
    let hand = |n: u128| Some(PersonId(uuid::Uuid::from_u128(n)));
    let hands = Hands { proposer: hand(1), adopter: hand(2), sender: hand(3), reviewer: hand(4), issuer: hand(5), ..Hands::default() };
    let hands = serde_json::to_string(&hands)?;
    let by = office.clone();
    app.store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                tx.insert(
                    "INSERT INTO warning_matters (id, district_id, year, title, aim, source, proposed_by, proposed_name,
                       proposed_at, analysis, lead_id, ends_on, stage, hands, issued_on)",
                    vec![
                        id.into(),
                        by.district.into(),
                        2026.into(),
                        title.into(),
                        "说明".into(),
                        "daily".into(),
                        by.person.into(),
                        "测试".into(),
                        now.into(),
                        "研判".into(),
                        by.grants.first().map(|g| g.unit).into(),
                        "2027-12-31".into(),
                        "drafting".into(),
                        hands.into(),
                        "2026-11-20".into(),
                    ],
                )
                .await?;
                tx.insert(
                    "INSERT INTO warning_situations (id, district_id, matter_id, position, text, direct, deputy, head, basis)",
                    vec![
                        random::id(now).to_string().into(),
                        by.district.into(),
                        id.into(),
                        1.into(),
                        "推诿卸责".into(),
                        "提醒谈话".into(),
                        "提醒谈话".into(),
                        "约谈".into(),
                        "办法（示范）".into(),
                    ],
                )
                .await?;
                Ok::<(), Failure>(())
            })
        })
        .await?;
    let mut table = "大类\t问题\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限".to_owned();
    for (group, problem) in MARKET.iter().take(duties) {
        for n in 0..units {
            let (group, problem, part) = if n == 0 { (*group, *problem, "牵头") } else { ("", "", "属地") };
            table.push_str(&format!("\n{group}\t{problem}\t第{n}单位\t{part}\t业务科\t科长\t分管领导\t每周巡查\t2027-06-30"));
        }
    }
    app.services().paste_matter(office, Paste { command: command(app), matter: id, table }).await?;
    Ok(id)
}


async fn opened(app: &App, office: &Actor) -> Outcome<()> {
    let id = matter(app, office, "专业市场文明创建", MARKET.len(), COLUMNS).await?;
    let router = site(app).router;
    let (mut data, mut pages, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..40 {
        let start = Instant::now();
        let query = MatterQuery { id: id.to_string(), view: Some("duties".into()), ..MatterQuery::default() };
        serde_json::to_string(&app.services().matter(office, query).await?)?;
        data.push(start.elapsed());
        let start = Instant::now();
        let request = Request::builder()
            .uri(format!("/warnings/{id}?view=duties"))
            .header(header::COOKIE, "wuze=bench")
            .body(Body::empty())?;
        let response = router.clone().oneshot(request).await?;
        if response.status() != 200 {
            return Err(format!("the page answers {}", response.status()).into());
        }
        bytes = to_bytes(response.into_body(), usize::MAX).await?.len();
        pages.push(start.elapsed());
    }
    let p99 = times::ms(times::p(&pages, 99));
    println!(
        "a matter of {} problems on {COLUMNS} units: data p99 {:.1} ms, page p50 {:.1} ms p99 {p99:.1} ms {}, {} KB",
        MARKET.len(),
        times::ms(times::p(&data, 99)),
        times::ms(times::p(&pages, 50)),
        limits::of(p99, OPEN_MS, "ms"),
        bytes / 1024,
    );
    Ok(())
}

async fn made(app: &App, office: &Actor, general: &Actor) -> Outcome<()> {
    let id = matter(app, office, "全区减负", 2, UNITS).await?;
    app.store()
        .write(move |tx| {
            Box::pin(async move {
                let set = q("UPDATE warning_matters SET stage = 'sealing' WHERE id = $1").bind(id);
                tx.execute(set).await?;
                Ok::<(), Failure>(())
            })
        })
        .await?;
    let start = Instant::now();
    let form = Step { command: command(app), matter: id, seen: 1, act: Act::Seal(None), paper: None };
    app.services().matter_step(general, form).await?;
    let sealed = times::ms(start.elapsed());
    let n = app.services().work_on_notices().await?;
    let numbered = times::ms(start.elapsed());
    let found = app.store().read().rows(q("SELECT doc FROM warning_notices WHERE matter_id = $1").bind(id)).await?;
    let mut bytes = 0;
    for row in &found {
        bytes += as_form(&row.json("doc")?, Form::Docx).ok_or("docx")?.len();
    }
    let all = times::ms(start.elapsed());
    println!(
        "{n} notices: sealed after {sealed:.0} ms, numbered with papers {numbered:.0} ms, every .docx drawn {all:.0} ms {}, {} KB",
        limits::of(all, MADE_MS, "ms"),
        bytes / 1024,
    );
    if n as usize != UNITS {
        return Err(format!("{n} notices instead of {UNITS}").into());
    }
    Ok(())
}

async fn measured() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let (app, district, _) = district(dir.path()).await?;
    let (office, general) = (district.of_office(Role::ConductOffice), district.of_office(Role::GeneralOffice));
    opened(&app, &office).await?;
    made(&app, &office, &general).await?;
    limits::verdict()
}

fn main() -> Outcome<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(measured())
}
