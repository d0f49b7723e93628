//! Writes who and what is there before the story begins: district, units, persons,
//! posts, terms, roles, 归口表, accounts, holidays, rules.

use std::{collections::HashMap, sync::Arc};

use domain::{
    board::RuleSet,
    ids::{AccountId, DistrictId, PersonId, PostId, TermId, UnitId},
    people::Role,
    time::{Day, Instant, iso},
};

use super::{
    clear::MARK,
    houses,
    load::Loader,
    plan::{DemoPlan, UnitNo, at},
};
use crate::{
    random,
    services::{
        duties::{lists, store},
        people::names,
    },
    storage::{Failure, StorageError, Tx, Value},
};

/// The day before the oldest term: everything that has no date of its own began then.
const EARLIER_YEARS: i32 = 12;

/// Writes it; the loader knows the ids.
pub async fn write(tx: &mut Tx, plan: Arc<DemoPlan>, password_hash: String) -> Result<Loader, Failure> {
    tx.pretend(at(plan.founded, 8, 0));
    let now = tx.now();
    let district = DistrictId(random::id(now));
    tx.insert(
        "INSERT INTO districts (id, name, enabled_on, settings, demo, created_at)",
        vec![district.into(), houses::DISTRICT.into(), plan.enabled_on.into(), MARK.into(), true.into(), now.into()],
    )
    .await?;
    let begun = domain::time::first_of(plan.years()[0] - EARLIER_YEARS, 1);
    let units = units(tx, &plan, district, begun).await?;
    let persons = persons(tx, &plan, district).await?;
    let accounts = accounts(tx, &plan, district, &persons, &password_hash).await?;
    let mut loader = Loader::new(plan, district, units, persons, accounts);
    terms(tx, &mut loader, begun).await?;
    grants(tx, &loader).await?;
    calendar_and_rules(tx, &loader).await?;
    lists::seed_lists(tx, district).await?;
    tx.audit(district, None, "demo.founded", &format!("district:{district}"), houses::DISTRICT).await?;
    Ok(loader)
}

async fn units(tx: &mut Tx, plan: &DemoPlan, district: DistrictId, begun: Day) -> Result<Vec<UnitId>, StorageError> {
    let now = tx.now();
    let ids: Vec<UnitId> = plan.units.iter().map(|_| UnitId(random::id(now))).collect();
    for ((position, unit), id) in (1_i64..).zip(&plan.units).zip(&ids) {
        tx.insert(
            "INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position, pinyin, strokes)",
            vec![
                (*id).into(),
                district.into(),
                (&unit.name).into(),
                unit.kind.key().into(),
                unit.leads_district.into(),
                begun.into(),
                position.into(),
                names::unit_key(&unit.name).into(),
                names::stroke_key(&unit.name).into(),
            ],
        )
        .await?;
    }
    for (unit, id) in plan.units.iter().zip(&ids) {
        if unit.watched_by.iter().all(Option::is_none) {
            continue;
        }
        let body = |n: usize| -> Value { unit.watched_by[n].and_then(|no: UnitNo| ids.get(no).copied()).into() };
        tx.insert(
            "INSERT INTO oversight_map (unit_id, district_id, team_id, office_id, committee_id)",
            vec![(*id).into(), district.into(), body(0), body(1), body(2)],
        )
        .await?;
    }
    Ok(ids)
}

async fn persons(tx: &mut Tx, plan: &DemoPlan, district: DistrictId) -> Result<Vec<PersonId>, StorageError> {
    let now = tx.now();
    let mut ids = Vec::with_capacity(plan.persons.len());
    for person in &plan.persons {
        let id = PersonId(random::id(now));
        tx.insert(
            "INSERT INTO persons (id, district_id, name, pinyin, strokes, initials)",
            vec![
                id.into(),
                district.into(),
                (&person.name).into(),
                names::person_key(&person.name).into(),
                names::stroke_key(&person.name).into(),
                names::initials(&person.name).into(),
            ],
        )
        .await?;
        ids.push(id);
    }
    Ok(ids)
}

/// Demonstration accounts share one hash; everybody else who acts has an account that no password opens.
async fn accounts(
    tx: &mut Tx,
    plan: &DemoPlan,
    district: DistrictId,
    persons: &[PersonId],
    password_hash: &str,
) -> Result<Vec<Option<AccountId>>, StorageError> {
    let now = tx.now();
    let mut taken: HashMap<String, u32> = HashMap::new();
    let mut ids = Vec::with_capacity(persons.len());
    for (person, id) in plan.persons.iter().zip(persons) {
        if !person.acts && person.login.is_none() {
            ids.push(None);
            continue;
        }
        let login = person.login.map_or_else(|| names::login_stem(&person.name), str::to_owned);
        let count = taken.entry(login.clone()).and_modify(|n| *n += 1).or_insert(1);
        let login = if *count > 1 { format!("{login}{count}") } else { login };
        let account = AccountId(random::id(now));
        tx.insert(
            "INSERT INTO accounts (id, district_id, person_id, login, password_hash, demo, changed_at)",
            vec![
                account.into(),
                district.into(),
                (*id).into(),
                login.into(),
                person.login.map_or("", |_| password_hash).into(),
                person.login.is_some().into(),
                now.into(),
            ],
        )
        .await?;
        ids.push(Some(account));
    }
    Ok(ids)
}

async fn terms(tx: &mut Tx, loader: &mut Loader, begun: Day) -> Result<(), Failure> {
    let plan = loader.plan.clone();
    let now = tx.now();
    let mut positions: HashMap<UnitNo, i64> = HashMap::new();
    for term in &plan.terms {
        let unit = loader.unit(term.unit)?;
        let known = if term.head { loader.head_posts.get(&term.unit).copied() } else { None };
        let post = if let Some(post) = known {
            post
        } else {
            let post = PostId(random::id(now));
            let position = positions.entry(term.unit).and_modify(|n| *n += 1).or_insert(1);
            tx.insert(
                "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on, position)",
                vec![
                    post.into(),
                    loader.district.into(),
                    unit.into(),
                    term.title.into(),
                    term.head.into(),
                    begun.into(),
                    (*position).into(),
                ],
            )
            .await?;
            if term.head {
                loader.head_posts.insert(term.unit, post);
            }
            post
        };
        let id = TermId(random::id(now));
        tx.insert(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on, ends_on, acting)",
            vec![
                id.into(),
                loader.district.into(),
                post.into(),
                loader.person(term.person)?.into(),
                term.from.into(),
                term.to.into(),
                term.acting.into(),
            ],
        )
        .await?;
        loader.terms.push(id);
    }
    Ok(())
}

/// Roles beyond one unit were proposed by the 系统管理员 and confirmed by the 安全管理员; those of
/// the two by each other.
async fn grants(tx: &mut Tx, loader: &Loader) -> Result<(), Failure> {
    let plan = loader.plan.clone();
    let account = |name: &str| plan.person(name).and_then(|no| loader.account(no));
    let [system, security, _] = houses::ADMINS.map(account);
    let from = plan.founded;
    for (no, person) in plan.persons.iter().enumerate() {
        for (role, unit, confirmed) in &person.roles {
            let second = if *role == Role::SecurityAdmin { system } else { security };
            let proposer = if *role == Role::SystemAdmin { security } else { system };
            // One role was asked for just before the first start and still waits.
            let from = if *confirmed { from } else { plan.base - chrono::Days::new(1) };
            tx.insert(
                "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, confirmed_by, starts_on)",
                vec![
                    random::id(tx.now()).to_string().into(),
                    loader.district.into(),
                    loader.person(no)?.into(),
                    role.key().into(),
                    loader.unit(*unit)?.into(),
                    if *confirmed { "active" } else { "proposed" }.into(),
                    proposer.map(|a| a.to_string()).unwrap_or_default().into(),
                    second.filter(|_| *confirmed && role.needs_confirmation()).into(),
                    from.into(),
                ],
            )
            .await?;
        }
    }
    Ok(())
}

async fn calendar_and_rules(tx: &mut Tx, loader: &Loader) -> Result<(), StorageError> {
    for holiday in &loader.plan.holidays {
        tx.insert(
            "INSERT INTO holidays (district_id, day, kind, name)",
            vec![
                loader.district.into(),
                iso(holiday.day).into(),
                store::day_key(holiday.kind).into(),
                (&holiday.name).into(),
            ],
        )
        .await?;
    }
    let rules = RuleSet::default();
    let text = serde_json::to_string(&rules).map_err(|_| StorageError::shape("rules"))?;
    let now: Instant = tx.now();
    tx.insert(
        "INSERT INTO rule_sets (district_id, version, rules, adopted_at)",
        vec![loader.district.into(), rules.version.into(), text.into(), now.into()],
    )
    .await?;
    Ok(())
}
