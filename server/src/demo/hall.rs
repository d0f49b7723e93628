//! `wuze demo meeting`: an approved meeting of the demonstration district, open for check-in, with
//! drawn cards, for a hall's own screen or a load generator. Its raters are numbered lines of a roll,
//! not people. Refuses a database that is no demonstration.

use std::collections::BTreeSet;

use domain::{
    ids::{DistrictId, MeetingId, PersonId, PostId, PresenterId, RaterId, SeatId, UnitId},
    reviews::{Announce, Event, Identity, Meeting, Mode, Plan, Presenter, Rater, ReviewRules, Secrecy},
};
use serde::Serialize;

use super::PASSWORD;
use crate::{
    App,
    live::{code, seats},
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Presenters of the meeting.
const PRESENTERS: usize = 5;

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Login {
    /// Sign-in name.
    pub login: String,
    /// Password; public.
    pub password: String,
}

/// A card of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoCard {
    /// 「粉色 03」.
    pub label: String,
    /// Key of the group.
    pub group: String,
    /// Code.
    pub code: String,
}

/// What a generator needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoMeeting {
    /// Meeting.
    pub meeting: MeetingId,
    /// Address of the server.
    pub url: String,
    /// 主持人.
    pub chair: Login,
    /// 会务操作员.
    pub operator: Login,
    /// 监票人.
    pub tellers: Vec<Login>,
    /// 计票人.
    pub counters: Vec<Login>,
    /// Presenters in order.
    pub presenters: Vec<PresenterId>,
    /// One card per rater.
    pub cards: Vec<DemoCard>,
}

/// Makes the meeting. The secret of its codes is made here too: a generator asks for a ticket with
/// the code that the operator's page shows.
///
/// # Errors
/// No demonstration district; storage failed.
pub async fn meeting(app: &App, raters: u32) -> Result<DemoMeeting, Failure> {
    let url = app.config().origin();
    let today = app.services().today();
    app.store().write(move |tx| Box::pin(make(tx, raters, today, url))).await
}

async fn make(tx: &mut Tx, raters: u32, today: domain::time::Day, url: String) -> Result<DemoMeeting, Failure> {
    let row = tx.row(q("SELECT id FROM districts WHERE demo = 1 ORDER BY id LIMIT 1")).await?;
    let district: DistrictId = row.ok_or(domain::Rejection::NotFound)?.id("id")?;
    let mut staff = Vec::new();
    for login in ["secretary", "office", "deputy", "general", "office2", "supervisor"] {
        staff.push(person(tx, login).await?);
    }
    let now = tx.now();
    let rules = ReviewRules::default();
    let plan = Plan {
        title: "演练用述责述廉评议会".into(),
        year: chrono::Datelike::year(&today),
        on: today,
        place: "演练会场".into(),
        mode: Mode::Together,
        secrecy: Secrecy::Anonymous,
        identity: Identity::Card,
        announce: Announce::Afterwards,
        presenters: presenters(tx, district).await?,
        raters: (0..raters).map(|n| rater(n, &rules, now)).collect(),
        rules,
        recusals: BTreeSet::new(),
        chair: Some(staff[0]),
        operators: BTreeSet::from([staff[1]]),
        tellers: vec![staff[2], staff[3]],
        counters: vec![staff[4], staff[5]],
    };
    plan.check()?;
    let id = MeetingId(random::id(now));
    insert(tx, district, id, &plan).await?;
    seats::make(tx, district, id, &plan).await?;
    let login = |login: &str| Login { login: login.into(), password: PASSWORD.into() };
    Ok(DemoMeeting {
        meeting: id,
        url,
        chair: login("secretary"),
        operator: login("office"),
        tellers: vec![login("deputy"), login("general")],
        counters: vec![login("office2"), login("supervisor")],
        presenters: plan.presenters.iter().map(|p| p.id).collect(),
        cards: cards(tx, id).await?,
    })
}

/// The rows of an approved meeting; then its check-in is opened.
async fn insert(tx: &mut Tx, district: DistrictId, id: MeetingId, plan: &Plan) -> Result<(), Failure> {
    let now = tx.now();
    let text = serde_json::to_string(plan).map_err(|_| StorageError::shape("plan"))?;
    tx.insert(
        "INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, proposed_at, approved_at, created_at)",
        vec![
            id.into(),
            district.into(),
            plan.year.into(),
            plan.on.into(),
            (&plan.title).into(),
            "approved".into(),
            text.into(),
            now.into(),
            now.into(),
            now.into(),
        ],
    )
    .await?;
    let people = plan.operators.iter().chain(&plan.chair).chain(&plan.tellers).chain(&plan.counters);
    let mut known: BTreeSet<PersonId> = people.copied().collect();
    known.extend(plan.presenters.iter().map(|p| p.person));
    for person in known {
        for part in plan.parts(person) {
            let key = serde_json::to_value(part).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
            tx.insert(
                "INSERT INTO meeting_people (meeting_id, person_id, part, district_id)",
                vec![id.into(), person.into(), key.into(), district.into()],
            )
            .await?;
        }
    }
    crate::live::append_event(tx, (district, id), &Meeting::new(plan.clone()), Event::CheckInOpened).await?;
    Ok(())
}

async fn cards(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<DemoCard>, Failure> {
    let rows = tx
        .rows(
            q("SELECT id, label, group_key FROM meeting_seats WHERE meeting_id = $1 ORDER BY group_key, label")
                .bind(meeting),
        )
        .await?;
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        let code = code::card();
        let hash = code::fingerprint(&code::card_text(&code));
        let seat: SeatId = row.id("id")?;
        tx.execute(q("UPDATE meeting_seats SET card_hash = $1 WHERE id = $2").bind(hash).bind(seat)).await?;
        cards.push(DemoCard { label: row.text("label")?, group: row.text("group_key")?, code });
    }
    Ok(cards)
}

/// Two of five in the first two groups, one of five in the third.
fn rater(n: u32, rules: &ReviewRules, now: domain::time::Instant) -> Rater {
    let place = [0, 1, 0, 1, 2][n as usize % 5].min(rules.groups.len() - 1);
    Rater {
        id: RaterId(random::id(now)),
        person: None,
        unit: None,
        name: format!("演练评议人员 {:04}", n + 1),
        place: String::new(),
        group: rules.groups[place].key.clone(),
    }
}

async fn person(tx: &mut Tx, login: &'static str) -> Result<PersonId, Failure> {
    let row = tx.row(q("SELECT person_id FROM accounts WHERE login = $1").bind(login)).await?;
    Ok(row.ok_or(domain::Rejection::NotFound)?.id("person_id")?)
}

async fn presenters(tx: &mut Tx, district: DistrictId) -> Result<Vec<Presenter>, Failure> {
    let rows = tx
        .rows(
            q("SELECT t.post_id, t.person_id, p.unit_id, p.title, u.name AS unit, n.name
               FROM terms t JOIN posts p ON p.id = t.post_id JOIN units u ON u.id = p.unit_id
               JOIN persons n ON n.id = t.person_id
               WHERE t.district_id = $1 AND t.ends_on IS NULL AND p.is_head = 1 AND p.ends_on IS NULL
                 AND u.leads_district = 0 ORDER BY u.position, p.position")
            .bind(district),
        )
        .await?;
    let mut found: Vec<Presenter> = Vec::new();
    for row in rows {
        let (post, person): (PostId, PersonId) = (row.id("post_id")?, row.id("person_id")?);
        if found.len() == PRESENTERS || found.iter().any(|p| p.post == post || p.person == person) {
            continue;
        }
        let unit: UnitId = row.id("unit_id")?;
        let title = format!("{}{}", row.text("unit")?, row.text("title")?);
        let id = PresenterId(random::id(tx.now()));
        found.push(Presenter { id, post, unit, person, name: row.text("name")?, title });
    }
    Ok(found)
}
