//! The .ics feed: a secret address per person, only its hash stored, revocable. Whatever is wrong
//! (unknown, revoked, switched off, account closed) looks the same from outside.

use app::api::ApiError;
use chrono::{Datelike as _, Days};
use domain::{
    Rejection,
    ids::{DistrictId, PersonId},
    people::access::Actor,
    reminders::{FeedEvent, calendar_text, reconcile, wanted_days},
    time::Day,
};
use sha2::{Digest as _, Sha256};

use super::{due, switches};
use crate::{
    random,
    services::{Services, rows::Rows, storage, told},
    storage::{StorageError, Tx, q},
};

/// Letters of a secret: 256 bits in hex.
const SECRET: usize = 64;
/// How far ahead a feed looks, in days.
const AHEAD: u64 = 370;

/// Name of a feed in the identities of its events; says nothing of whose it is.
pub(super) fn owner(of: &str) -> String {
    hex::encode(Sha256::digest(format!("wuze feed {of}"))).chars().take(24).collect()
}

/// Calendars leave the house only where the district has switched them on.
pub(super) fn closed() -> Rejection {
    Rejection::state("本区没有打开日历订阅。请联系系统管理员。")
}

/// What is stored of a secret. Looking up a hash tells nothing of the secret by its time.
fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

impl Services {
    /// A new address; the old one ends. The secret exists in this answer only.
    ///
    /// # Errors
    /// The district offers no feeds.
    pub async fn new_feed(&self, actor: &Actor) -> Result<String, ApiError> {
        let secret = random::token();
        let stored = hash(&secret);
        let (district, person, account) = (actor.district, actor.person, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if !switches::load(tx, district).await?.feed {
                        return Err(closed().into());
                    }
                    revoke(tx, person).await?;
                    let now = tx.now();
                    tx.insert(
                        "INSERT INTO reminder_feeds (secret_hash, district_id, person_id, made_at)",
                        vec![stored.into(), district.into(), person.into(), now.into()],
                    )
                    .await?;
                    tx.audit(district, Some(account), "reminders.feed_made", &format!("person:{person}"), "").await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)?;
        Ok(secret)
    }

    /// Ends the address.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn end_feed(&self, actor: &Actor) -> Result<(), ApiError> {
        let (district, person, account) = (actor.district, actor.person, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if revoke(tx, person).await? > 0 {
                        let object = format!("person:{person}");
                        tx.audit(district, Some(account), "reminders.feed_ended", &object, "").await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// The calendar behind a secret; `None` for whatever reason.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn feed(&self, secret: &str) -> Result<Option<String>, ApiError> {
        if secret.len() != SECRET || !secret.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let mut read = self.store.read().clone();
        let found = read
            .first(
                q("SELECT f.district_id, f.person_id FROM reminder_feeds f
                   JOIN reminder_switches s ON s.district_id = f.district_id AND s.feed = 1
                   JOIN accounts a ON a.person_id = f.person_id AND a.disabled_at IS NULL
                   WHERE f.secret_hash = $1 AND f.revoked_at IS NULL LIMIT 1")
                .bind(hash(secret)),
            )
            .await
            .map_err(storage)?;
        let Some(row) = found else { return Ok(None) };
        let district: DistrictId = row.id("district_id").map_err(storage)?;
        let person: PersonId = row.id("person_id").map_err(storage)?;
        let events = self.published(district, person).await?;
        Ok(Some(calendar_text(&owner(&person.to_string()), "履责提醒", &events)))
    }

    /// Events as of now; written only where something changed.
    async fn published(&self, district: DistrictId, person: PersonId) -> Result<Vec<FeedEvent>, ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        let wanted = wanted(&mut read, district, person, today).await.map_err(storage)?;
        let old = events(&mut read, person).await.map_err(storage)?;
        let now = self.clock.now();
        let fresh = reconcile(&old, &wanted, today, now);
        if fresh == old {
            return Ok(old);
        }
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // Again inside: two fetches at once must not count the same change twice.
                    let old = events(tx, person).await?;
                    let fresh = reconcile(&old, &wanted, today, now);
                    for event in fresh.iter().filter(|e| !old.contains(e)) {
                        save(tx, district, person, event).await?;
                    }
                    Ok(fresh)
                })
            })
            .await
            .map_err(told)
    }
}

async fn wanted(
    rows: &mut impl Rows,
    district: DistrictId,
    person: PersonId,
    today: Day,
) -> Result<std::collections::BTreeMap<Day, u32>, StorageError> {
    let mine: Vec<_> = due::people(rows, district, today).await?.into_iter().filter(|p| p.person == person).collect();
    let until = today + Days::new(AHEAD);
    let posts: Vec<_> = mine.iter().map(|one| one.post).collect();
    let deadlines = due::deadlines(rows, district, Some(&posts), today, until).await?;
    let mut days = Vec::new();
    for one in &mine {
        days.extend(due::wanting_days(rows, one.post, today).await?);
        // A report is an item of the book too: counted once, there.
        let others = deadlines.iter().filter(|d| d.post == one.post && (one.head || !d.head_only));
        days.extend(
            others.filter(|d| d.deadline.kind != domain::reminders::DeadlineKind::Report).map(|d| d.deadline.due),
        );
    }
    Ok(wanted_days(days.into_iter().filter(|d| d.year() <= until.year())))
}

async fn events(rows: &mut impl Rows, person: PersonId) -> Result<Vec<FeedEvent>, StorageError> {
    let rows = rows
        .all(
            q("SELECT day, n, sequence, cancelled, changed_at FROM reminder_events WHERE person_id = $1 ORDER BY day")
                .bind(person),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(FeedEvent {
                day: row.day("day")?,
                n: row.small("n")?,
                sequence: row.small("sequence")?,
                cancelled: row.flag("cancelled")?,
                changed_at: row.instant("changed_at")?,
            })
        })
        .collect()
}

async fn save(tx: &mut Tx, district: DistrictId, person: PersonId, event: &FeedEvent) -> Result<(), StorageError> {
    tx.insert_all(
        "INSERT INTO reminder_events (person_id, day, district_id, n, sequence, cancelled, changed_at)",
        vec![vec![
            person.into(),
            event.day.into(),
            district.into(),
            event.n.into(),
            event.sequence.into(),
            event.cancelled.into(),
            event.changed_at.into(),
        ]],
        "ON CONFLICT (person_id, day) DO UPDATE SET n = excluded.n, sequence = excluded.sequence,
         cancelled = excluded.cancelled, changed_at = excluded.changed_at",
    )
    .await
    .map(drop)
}

async fn revoke(tx: &mut Tx, person: PersonId) -> Result<u64, StorageError> {
    let now = tx.now();
    tx.execute(
        q("UPDATE reminder_feeds SET revoked_at = $1 WHERE person_id = $2 AND revoked_at IS NULL")
            .bind(now)
            .bind(person),
    )
    .await
}
