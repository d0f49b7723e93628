//! Interruptions of a few persons: asked of the quota, entered into the ledger, and handed to each
//! person's channel, all in one command.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ids::{DistrictId, PersonId},
    reminders::{Interruption, ReminderWay, Sent, may_interrupt},
    time::{Day, Instant, WorkCalendar},
};

use super::{
    outbox,
    switches::{self, Switches},
};
use crate::{
    random,
    services::{posts, rows::Rows},
    storage::{StorageError, Tx, q},
};

/// Persons told in one command: other writes wait no longer than a few milliseconds.
pub(super) const AT_ONCE: usize = 16;

/// What is said in the system.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// Slot of the quota: quarter, day, or subject and deadline.
    pub mark: String,
    /// How many things.
    pub n: u32,
    pub title: String,
    pub note: String,
    pub link: String,
}

/// What every interruption of a command asks: loaded once, for one person or a whole district.
#[derive(Debug, Clone)]
pub(super) struct House {
    pub district: DistrictId,
    pub calendar: WorkCalendar,
    pub on: Switches,
}

impl House {
    pub(super) async fn load(rows: &mut impl Rows, district: DistrictId) -> Result<Self, StorageError> {
        Ok(Self {
            district,
            calendar: posts::calendar(rows, district).await?,
            on: switches::load(rows, district).await?,
        })
    }
}

/// The last day on which each of some persons had an interruption of one kind.
pub(super) async fn last_days(
    rows: &mut impl Rows,
    kind: Interruption,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Day>, StorageError> {
    let query = q("SELECT person_id, MAX(on_day) AS last FROM reminders WHERE kind = $1").bind(kind.key());
    let rows = rows.all(query.and_in("person_id", persons.iter().copied()).push("GROUP BY person_id")).await?;
    rows.iter().map(|row| Ok((row.id("person_id")?, row.day("last")?))).collect()
}

/// When each of some persons last had an interruption of one kind.
pub(super) async fn last_times(
    rows: &mut impl Rows,
    kind: Interruption,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, Instant>, StorageError> {
    let query = q("SELECT person_id, MAX(at) AS last FROM reminders WHERE kind = $1").bind(kind.key());
    let rows = rows.all(query.and_in("person_id", persons.iter().copied()).push("GROUP BY person_id")).await?;
    rows.iter().map(|row| Ok((row.id("person_id")?, row.instant("last")?))).collect()
}

/// What of the ledgers the quota asks for: the last one of its kind, of a 催办 the same one.
async fn ledgers(
    rows: &mut impl Rows,
    kind: Interruption,
    some: &[(PersonId, Words)],
) -> Result<Vec<(PersonId, Sent)>, StorageError> {
    let persons: Vec<PersonId> = some.iter().map(|(person, _)| *person).collect();
    if kind != Interruption::Urge {
        let last = last_days(rows, kind, &persons).await?;
        return Ok(last.into_iter().map(|(person, on)| (person, Sent { kind, on, about: String::new() })).collect());
    }
    let marks: BTreeSet<&str> = some.iter().map(|(_, words)| &*words.mark).collect();
    let query = q("SELECT person_id, on_day, mark FROM reminders WHERE kind = $1").bind(kind.key());
    let rows = rows.all(query.and_in("person_id", persons).and_in("mark", marks)).await?;
    rows.iter()
        .map(|row| Ok((row.id("person_id")?, Sent { kind, on: row.day("on_day")?, about: row.text("mark")? })))
        .collect()
}

/// Tells a few persons, each once; to whom it was said. The others had theirs already.
pub(super) async fn tell(
    tx: &mut Tx,
    house: &House,
    kind: Interruption,
    some: &[(PersonId, Words)],
) -> Result<Vec<PersonId>, StorageError> {
    let now = tx.now();
    let sent = ledgers(tx, kind, some).await?;
    let (mut reached, mut rows, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for (person, words) in some {
        let mine: Vec<Sent> = sent.iter().filter(|(of, _)| of == person).map(|(_, sent)| sent.clone()).collect();
        if reached.contains(person) || may_interrupt(kind, &words.mark, &mine, now.day(), &house.calendar).is_err() {
            continue;
        }
        reached.push(*person);
        letters.push((*person, words.n));
        rows.push(vec![
            random::id(now).to_string().into(),
            house.district.into(),
            (*person).into(),
            kind.key().into(),
            (&words.mark).into(),
            now.day().into(),
            now.into(),
            words.n.into(),
            (&words.title).into(),
            (&words.note).into(),
            (&words.link).into(),
        ]);
    }
    tx.insert_all(
        "INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link)",
        rows,
        "",
    )
    .await?;
    let addresses = addresses(tx, house.on, &reached).await?;
    for (person, n) in letters {
        if let Some(address) = addresses.get(&person) {
            let to = outbox::To::Email(person, address.clone());
            outbox::enqueue(tx, house.district, &to, n, &house.calendar).await?;
        }
    }
    Ok(reached)
}

/// The addresses to use, if the district sends e-mail: of those who want it.
async fn addresses(
    rows: &mut impl Rows,
    on: Switches,
    persons: &[PersonId],
) -> Result<HashMap<PersonId, String>, StorageError> {
    if !on.email || persons.is_empty() {
        return Ok(HashMap::new());
    }
    let query = q("SELECT person_id, email FROM reminder_ways WHERE way = $1").bind(ReminderWay::Email.key());
    let rows = rows.all(query.and_in("person_id", persons.iter().copied())).await?;
    rows.iter().map(|row| Ok((row.id("person_id")?, row.text("email")?))).collect()
}

/// [`addresses`] of one person.
pub(super) async fn email_of(
    rows: &mut impl Rows,
    district: DistrictId,
    person: PersonId,
) -> Result<Option<String>, StorageError> {
    let on = switches::load(rows, district).await?;
    Ok(addresses(rows, on, &[person]).await?.remove(&person))
}

/// One line to the district's group, merged over the day.
pub(super) async fn tell_group(tx: &mut Tx, house: &House, n: u32) -> Result<(), StorageError> {
    if n > 0 && house.on.robot {
        outbox::enqueue(tx, house.district, &outbox::To::Robot, n, &house.calendar).await?;
    }
    Ok(())
}
