//! A full hall sealed: how long the second 监票人's confirmation takes, from the fold of the journal to the
//! answer, with rows, certificate, sweep of old places and destruction of the key.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{
    ids::{CommandId, MeetingId, PersonId, PresenterId, RaterId, RoundId},
    people::{Role, UnitKind, access::Actor},
    reviews::{
        Announce, Ballot, Command, Grade, Identity, Line, Mark, Meeting, Mode, Plan, Presenter, Rater, ReviewRules,
        Secrecy, Vote,
    },
    time::parse_iso,
};
use server::{
    clock::FixedClock,
    live::{CheckIn, Device, Room, append_event, seats},
    random,
    storage::{Failure, Store, Tx, Url},
};
use uuid::Uuid;

use super::{
    Outcome,
    people::{District, Unit, app},
    times::ms,
};

/// Presenters of the sealed sheet.
const PRESENTERS: usize = 5;

/// `raters` ballots on five presenters, on the embedded database, durable as in production; on PostgreSQL
/// where `WUZE_BENCH_PG` names an empty database.
pub async fn sealing(dir: &Path, raters: usize) -> Outcome<()> {
    for (place, whole) in [("plain", false), ("whole", true)] {
        let file = dir.join(format!("sealing-{place}.db"));
        hall("SQLite", Url::Sqlite(file), &dir.join(place), (raters, whole)).await?;
    }
    // Two empty databases.
    if let Ok(urls) = std::env::var("WUZE_BENCH_PG") {
        for (n, url) in urls.split_whitespace().enumerate() {
            hall("PostgreSQL", Url::Postgres(url.into()), &dir.join(format!("pg-{n}")), (raters, n > 0)).await?;
        }
    }
    Ok(())
}

/// `whole`: every optional dimension marked and a comment on everybody, the most there can be.
async fn hall(name: &str, url: Url, data: &Path, (raters, whole): (usize, bool)) -> Outcome<()> {
    let today = parse_iso("2026-11-20").ok_or("day")?;
    let clock = Arc::new(FixedClock::at_noon(today));
    let store = Store::open(url, clock.clone(), true).await?;
    let (district, plan) = store.write(move |tx| Box::pin(made(tx, raters, today))).await?;
    let staff = plan.clone();
    let meeting = store.write(move |tx| Box::pin(approved(tx, district, plan))).await?;
    let app = app(data.to_owned(), store, clock)?;
    let who = |person: PersonId| Actor {
        person,
        account: domain::ids::AccountId(person.0),
        ..district.of_office(Role::ConductOffice)
    };
    let room = app.rooms().room(district.id(), meeting).await?;
    let chair = who(staff.chair.ok_or("chair")?);
    let start = Instant::now();
    let round = fill(&room, &chair, &staff, whole).await?;
    println!("\n{name}: {raters} raters came and cast in {:.1} s", start.elapsed().as_secs_f64());
    tell(&room, &chair, Command::CloseRound).await?;
    tell(&room, &who(staff.tellers[0]), Command::ConfirmSeal { round }).await?;
    let took = tell(&room, &who(staff.tellers[1]), Command::ConfirmSeal { round }).await?;
    let bundle = room.bundle(round).await?.ok_or("bundle")?;
    let (ballots, marks) = (bundle.ballots.len(), bundle.marks.len());
    println!("  seal of {ballots} ballots and {marks} marks: {:.0} ms, from the confirmation to its answer", ms(took));
    let start = Instant::now();
    let differences = bundle.differences();
    println!("  counted again: {:.0} ms, {} differences", ms(start.elapsed()), differences.len());
    app.store().close().await;
    Ok(())
}

async fn tell(room: &Arc<Room>, by: &Actor, command: Command) -> Outcome<Duration> {
    let start = Instant::now();
    room.command(by, CommandId(Uuid::new_v4()), None, command).await?;
    Ok(start.elapsed())
}

/// Everybody comes in with a card and casts; 64 at a time.
async fn fill(room: &Arc<Room>, chair: &Actor, plan: &Plan, whole: bool) -> Outcome<RoundId> {
    let cards = room.deal_cards(chair).await?;
    let ticket = room.ticket(&room.code().0, "")?;
    let mut tokens = Vec::with_capacity(cards.len());
    for some in cards.chunks(64) {
        let mut tasks = tokio::task::JoinSet::new();
        for card in some {
            let (room, ticket, code) = (room.clone(), ticket.clone(), card.code.clone());
            tasks.spawn(async move { room.check_in(&ticket, CheckIn::Card(&code), Device::default()).await });
        }
        while let Some(done) = tasks.join_next().await {
            let grant = done??;
            tokens.push((grant.token, grant.epoch));
        }
    }
    let round = RoundId(Uuid::new_v4());
    tell(room, chair, Command::OpenRound { round }).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for (token, epoch) in tokens {
        let (room, ballot) = (room.clone(), ballot(plan, whole));
        tasks.spawn(async move { room.cast(&token, round, epoch, 1, ballot).await });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(round)
}

fn ballot(plan: &Plan, whole: bool) -> Ballot {
    let dimensions =
        || plan.rules.dimensions.iter().filter(|_| whole).map(|d| (d.key.clone(), Mark::Grade(Grade::Good))).collect();
    let line = |p: &Presenter| Line {
        presenter: p.id,
        vote: Vote::Rate { overall: Mark::Grade(Grade::Better), dimensions: dimensions() },
        comment: if whole {
            "责任压得实，群众身边的事还要盯得再细一些。".into()
        } else {
            String::new()
        },
    };
    Ballot { lines: plan.presenters.iter().map(line).collect() }
}

async fn made(tx: &mut Tx, raters: usize, today: domain::time::Day) -> Result<(District, Plan), Failure> {
    let district = District::insert(tx).await?;
    let mut presenters = Vec::new();
    for n in 0..PRESENTERS {
        let unit = Unit { name: format!("第{n}单位"), pinyin: String::new(), kind: UnitKind::Department };
        let title = "党组书记";
        let name = format!("负责人{n}");
        let head = district.head(tx, unit, title, (name.clone(), "fuzeren".into(), "fzr")).await?;
        presenters.push(Presenter {
            id: PresenterId(Uuid::new_v4()),
            post: head.post,
            unit: head.unit,
            person: head.person,
            name,
            title: title.into(),
        });
    }
    let rules = ReviewRules::default();
    let person = || PersonId(Uuid::new_v4());
    let rater = |n: usize| Rater {
        id: RaterId(Uuid::new_v4()),
        person: None,
        unit: None,
        name: format!("评议人员{n:04}"),
        place: String::new(),
        group: rules.groups[n % rules.groups.len()].key.clone(),
    };
    let plan = Plan {
        title: "封存计时".into(),
        year: 2026,
        on: today,
        place: "会场".into(),
        mode: Mode::Together,
        secrecy: Secrecy::Anonymous,
        identity: Identity::Card,
        announce: Announce::Afterwards,
        raters: (0..raters).map(rater).collect(),
        presenters,
        rules,
        recusals: BTreeSet::new(),
        chair: Some(person()),
        operators: BTreeSet::from([person()]),
        tellers: vec![person(), person()],
        counters: vec![person(), person()],
    };
    Ok((district, plan))
}

async fn approved(tx: &mut Tx, district: District, plan: Plan) -> Result<MeetingId, Failure> {
    let (now, id) = (tx.now(), MeetingId(random::id(tx.now())));
    let text = serde_json::to_string(&plan).map_err(|_| domain::Rejection::state("plan"))?;
    tx.insert(
        "INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, approved_at, created_at)",
        vec![
            id.into(),
            district.id().into(),
            plan.year.into(),
            plan.on.into(),
            (&plan.title).into(),
            "approved".into(),
            text.into(),
            now.into(),
            now.into(),
        ],
    )
    .await?;
    seats::make(tx, district.id(), id, &plan).await?;
    let opened = domain::reviews::Event::CheckInOpened;
    append_event(tx, (district.id(), id), &Meeting::new(plan), opened).await?;
    Ok(id)
}
