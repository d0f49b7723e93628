//! One interruption of one person: asked of the quota, entered into the ledger, and handed to the
//! person's channel, all in one command.

use domain::{
    ids::{DistrictId, PersonId},
    reminders::{Interruption, No, ReminderWay, Sent, may_interrupt},
    time::Day,
};

use super::{outbox, switches};
use crate::{
    random,
    services::{posts, rows::Rows},
    storage::{StorageError, Tx, q},
};

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

/// The person's ledger of one kind.
pub(super) async fn ledger(
    rows: &mut impl Rows,
    person: PersonId,
    kind: Interruption,
) -> Result<Vec<Sent>, StorageError> {
    let rows = rows
        .all(q("SELECT on_day, mark FROM reminders WHERE person_id = $1 AND kind = $2").bind(person).bind(kind.key()))
        .await?;
    rows.iter().map(|row| Ok(Sent { kind, on: row.day("on_day")?, about: row.text("mark")? })).collect()
}

/// Tells a person, or says why not.
pub(super) async fn tell(
    tx: &mut Tx,
    district: DistrictId,
    person: PersonId,
    kind: Interruption,
    words: &Words,
) -> Result<Result<(), No>, StorageError> {
    let today = tx.now().day();
    let calendar = posts::calendar(tx, district).await?;
    let sent = ledger(tx, person, kind).await?;
    if let Err(no) = may_interrupt(kind, &words.mark, &sent, today, &calendar) {
        return Ok(Err(no));
    }
    let now = tx.now();
    tx.insert(
        "INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link)",
        vec![
            random::id(now).to_string().into(),
            district.into(),
            person.into(),
            kind.key().into(),
            (&words.mark).into(),
            today.into(),
            now.into(),
            words.n.into(),
            (&words.title).into(),
            (&words.note).into(),
            (&words.link).into(),
        ],
    )
    .await?;
    if let Some(address) = email_of(tx, district, person).await? {
        outbox::enqueue(tx, district, &outbox::To::Email(person, address), words.n, today).await?;
    }
    Ok(Ok(()))
}

/// The address to use, if the district sends e-mail and the person wants it.
pub(super) async fn email_of(
    rows: &mut impl Rows,
    district: DistrictId,
    person: PersonId,
) -> Result<Option<String>, StorageError> {
    if !switches::load(rows, district).await?.email {
        return Ok(None);
    }
    let row = rows.first(q("SELECT way, email FROM reminder_ways WHERE person_id = $1").bind(person)).await?;
    let Some(row) = row else { return Ok(None) };
    Ok((row.keyed("way", ReminderWay::from_key)? == ReminderWay::Email).then_some(row.text("email")?))
}

/// One line to the district's group, merged over the day.
pub(super) async fn tell_group(tx: &mut Tx, district: DistrictId, n: u32, today: Day) -> Result<(), StorageError> {
    if n > 0 && switches::load(tx, district).await?.robot {
        outbox::enqueue(tx, district, &outbox::To::Robot, n, today).await?;
    }
    Ok(())
}
