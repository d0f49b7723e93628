//! Ticks of records, and the occurrences that they satisfy: the one hand that writes the satisfaction of an
//! occurrence, for saving, confirming, correcting, checking and un-matching. Where a tick goes is the
//! record's own rule (`NewRecord::place`); who may make or take one is asked before.

use domain::{
    ids::{DutyId, OccurrenceId, PersonId, RecordId, RemarkId},
    time::{Day, Instant},
};

use super::opened::Book;
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// A record as it satisfies an occurrence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doing {
    /// Record.
    pub record: RecordId,
    /// When it was done.
    pub event_on: Day,
    /// When that was written down for the item.
    pub written_on: Day,
    /// When it was checked, in milliseconds.
    pub verified_at: Option<i64>,
}

impl Doing {
    /// A record that nobody has checked.
    pub fn unchecked(record: RecordId, event_on: Day, written_on: Day) -> Self {
        Self { record, event_on, written_on, verified_at: None }
    }

    /// From a row with `event_on`, `ticked` and `verified_at`.
    fn of(record: RecordId, row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            record,
            event_on: row.day("event_on")?,
            written_on: row.day("ticked")?,
            verified_at: row.opt_int("verified_at")?,
        })
    }
}

/// The first record of an occurrence satisfies it; one that is satisfied stays as it is.
pub(super) async fn satisfy(tx: &mut Tx, by: Doing, occurrences: &[OccurrenceId]) -> Result<(), StorageError> {
    if occurrences.is_empty() {
        return Ok(());
    }
    tx.execute(
        q("UPDATE occurrences SET record_id = $1, event_on = $2, recorded_on = $3, verified_at = $4
           WHERE record_id IS NULL")
        .bind(by.record)
        .bind(by.event_on)
        .bind(by.written_on)
        .bind(by.verified_at)
        .and_in("id", occurrences.iter().copied()),
    )
    .await?;
    Ok(())
}

/// Frees the occurrence that the tick satisfied; the next record of its window takes its place.
pub(crate) async fn release(tx: &mut Tx, book: &mut Book, record: RecordId, duty: DutyId) -> Result<(), StorageError> {
    let Some(occurrence) = occurrence_of(tx, record, duty).await? else { return Ok(()) };
    let freed = tx
        .execute(
            q("UPDATE occurrences SET record_id = NULL, event_on = NULL, recorded_on = NULL, verified_at = NULL
               WHERE id = $1 AND record_id = $2")
            .bind(occurrence)
            .bind(record),
        )
        .await?;
    if freed == 0 {
        return Ok(());
    }
    let next = tx
        .row(
            q("SELECT r.id, r.event_on, r.verified_at, COALESCE(d.ticked_on, r.recorded_on) AS ticked
               FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE d.occurrence_id = $1 AND d.unmatched_why IS NULL AND r.state = 'recorded' AND r.id <> $2
               ORDER BY ticked, r.page LIMIT 1")
            .bind(occurrence)
            .bind(record),
        )
        .await?;
    if let Some(row) = &next {
        satisfy(tx, Doing::of(row.id("id")?, row)?, &[occurrence]).await?;
    }
    if let Some(open) = book.occurrences.iter_mut().find(|o| o.id == occurrence) {
        open.satisfied = next.is_some();
    }
    Ok(())
}

/// The event was on another day of the same window.
pub(super) async fn moved(
    tx: &mut Tx,
    record: RecordId,
    occurrence: OccurrenceId,
    event_on: Day,
) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE occurrences SET event_on = $1 WHERE id = $2 AND record_id = $3")
            .bind(event_on)
            .bind(occurrence)
            .bind(record),
    )
    .await?;
    Ok(())
}

/// What a record satisfies is checked, or is not any more.
pub(super) async fn verified(tx: &mut Tx, record: RecordId, at: Option<Instant>) -> Result<(), StorageError> {
    let at = at.map(|at| at.0);
    tx.execute(q("UPDATE occurrences SET verified_at = $1 WHERE record_id = $2").bind(at).bind(record)).await?;
    Ok(())
}

/// Items that a record corresponds to now, in the order of their numbers as text.
pub(crate) async fn ticked(tx: &mut Tx, record: RecordId) -> Result<Vec<DutyId>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT duty_id FROM record_duties WHERE record_id = $1 AND unmatched_why IS NULL ORDER BY code")
                .bind(record),
        )
        .await?;
    rows.iter().map(|row| row.id("duty_id")).collect()
}

/// Where a tick was placed.
pub(super) async fn occurrence_of(
    tx: &mut Tx,
    record: RecordId,
    duty: DutyId,
) -> Result<Option<OccurrenceId>, StorageError> {
    let row = tx
        .row(q("SELECT occurrence_id FROM record_duties WHERE record_id = $1 AND duty_id = $2").bind(record).bind(duty))
        .await?;
    row.map_or(Ok(None), |row| row.opt_id("occurrence_id"))
}

/// Sends a tick to its occurrence.
pub(super) async fn place(
    tx: &mut Tx,
    record: RecordId,
    duty: DutyId,
    occurrence: Option<OccurrenceId>,
) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE record_duties SET occurrence_id = $1 WHERE record_id = $2 AND duty_id = $3")
            .bind(occurrence)
            .bind(record)
            .bind(duty),
    )
    .await?;
    Ok(())
}

/// A tick made or moved by a correction counts from now, not from the day of the record.
pub(super) async fn made_now(tx: &mut Tx, record: RecordId, duty: DutyId) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(
        q("UPDATE record_duties SET ticked_on = $1, ticked_at = $2 WHERE record_id = $3 AND duty_id = $4")
            .bind(now.day())
            .bind(now)
            .bind(record)
            .bind(duty),
    )
    .await?;
    Ok(())
}

/// Why and by whom a tick is taken off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Off<'a> {
    /// Reason.
    pub why: &'a str,
    /// Who.
    pub by: PersonId,
    /// The mismatch that took it off; it may be given back with it.
    pub cause: Option<RemarkId>,
}

/// Takes a tick off; it stays in the book as un-matched, and keeps its place where it may come back. The
/// occurrence is freed. `false` where there was no such tick.
pub(crate) async fn take_off(
    tx: &mut Tx,
    book: &mut Book,
    record: RecordId,
    duty: DutyId,
    off: Off<'_>,
) -> Result<bool, Failure> {
    release(tx, book, record, duty).await?;
    let touched = tx
        .execute(
            q("UPDATE record_duties SET unmatched_why = $1, unmatched_by = $2, cause_id = $3
               WHERE record_id = $4 AND duty_id = $5 AND unmatched_why IS NULL")
            .bind(off.why)
            .bind(off.by)
            .bind(off.cause)
            .bind(record)
            .bind(duty),
        )
        .await?;
    Ok(touched == 1)
}

/// A tick stands again.
pub(super) async fn on_again(tx: &mut Tx, record: RecordId, duty: DutyId) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE record_duties SET unmatched_why = NULL, unmatched_by = NULL, cause_id = NULL
           WHERE record_id = $1 AND duty_id = $2")
        .bind(record)
        .bind(duty),
    )
    .await?;
    Ok(())
}

/// Gives back every tick that `cause` took off a record; each takes its old place where that is free.
pub(crate) async fn give_back(tx: &mut Tx, record: RecordId, cause: RemarkId) -> Result<(), StorageError> {
    let rows = tx
        .rows(
            q("SELECT d.duty_id, d.occurrence_id, r.event_on, r.verified_at, COALESCE(d.ticked_on, r.recorded_on) AS ticked
               FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE d.record_id = $1 AND d.cause_id = $2")
            .bind(record)
            .bind(cause),
        )
        .await?;
    for row in &rows {
        on_again(tx, record, row.id("duty_id")?).await?;
        if let Some(occurrence) = row.opt_id::<OccurrenceId>("occurrence_id")? {
            satisfy(tx, Doing::of(record, row)?, &[occurrence]).await?;
        }
    }
    Ok(())
}
