//! 取消对应: a reader takes an item off a record, with his reason, inside a running reading. The tick
//! stays in the book as un-matched; the next record of the window takes its place, and colours follow.

use app::api::ApiError;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Visibility},
    ids::{CommandId, DutyId, InspectionId, OccurrenceId, PersonId, RecordId},
    oversight::{Phase, check_word},
    people::access::{self, Actor},
    time::Day,
};
use serde::Serialize;

use super::{
    super::{
        Services, colours,
        records::{Book, correct::release},
        search::index,
    },
    remark::known,
    store::Kept,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Beginning of the reason of an un-matching that a mismatch brought along.
pub const MISMATCH: &str = "核查不符：";

/// Which tick, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Unmatch {
    /// Key.
    pub command: CommandId,
    /// Reading.
    pub inspection: InspectionId,
    /// Record.
    pub record: RecordId,
    /// Item.
    pub duty: DutyId,
    /// Why.
    pub reason: String,
}

/// Items that a record corresponds to now.
pub async fn ticked(tx: &mut Tx, record: RecordId) -> Result<Vec<DutyId>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT duty_id FROM record_duties WHERE record_id = $1 AND unmatched_why IS NULL ORDER BY code")
                .bind(record),
        )
        .await?;
    rows.iter().map(|row| row.id("duty_id")).collect()
}

/// Takes one item off. Colours are the caller's.
pub async fn undo(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    record: RecordId,
    duty: DutyId,
    why: &str,
) -> Result<(), Failure> {
    let mut book = Book::open(tx, kept.info.post, kept.plain.year).await?;
    release(tx, &mut book, record, duty).await?;
    let touched = tx
        .execute(
            q("UPDATE record_duties SET unmatched_why = $1, unmatched_by = $2
               WHERE record_id = $3 AND duty_id = $4 AND unmatched_why IS NULL")
            .bind(why)
            .bind(actor.person)
            .bind(record)
            .bind(duty),
        )
        .await?;
    if touched != 1 {
        return Err(Rejection::NotFound.into());
    }
    // The author's form shows what stood before: he must look again.
    tx.execute(q("UPDATE records SET version = version + 1 WHERE id = $1").bind(record)).await?;
    index::replace(tx, record).await?;
    Ok(())
}

/// Gives back what [`undo`] took with exactly this reason: the remark behind it was taken back. While it
/// stood, no other of its words was written about the record.
pub async fn restore(tx: &mut Tx, record: RecordId, by: PersonId, why: &str) -> Result<(), Failure> {
    let rows = tx
        .rows(
            q("SELECT d.duty_id, d.occurrence_id, r.event_on, r.verified_at, COALESCE(d.ticked_on, r.recorded_on) AS ticked
               FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE d.record_id = $1 AND d.unmatched_by = $2 AND d.unmatched_why = $3")
            .bind(record)
            .bind(by)
            .bind(why),
        )
        .await?;
    for row in &rows {
        let (duty, ticked): (DutyId, Day) = (row.id("duty_id")?, row.day("ticked")?);
        tx.execute(
            q("UPDATE record_duties SET unmatched_why = NULL, unmatched_by = NULL WHERE record_id = $1 AND duty_id = $2")
                .bind(record)
                .bind(duty),
        )
        .await?;
        let Some(occurrence) = row.opt_id::<OccurrenceId>("occurrence_id")? else { continue };
        tx.execute(
            q("UPDATE occurrences SET record_id = $1, event_on = $2, recorded_on = $3, verified_at = $4
               WHERE id = $5 AND record_id IS NULL")
            .bind(record)
            .bind(row.day("event_on")?)
            .bind(ticked)
            .bind(row.opt_int("verified_at")?)
            .bind(occurrence),
        )
        .await?;
    }
    tx.execute(q("UPDATE records SET version = version + 1 WHERE id = $1").bind(record)).await?;
    index::replace(tx, record).await?;
    Ok(())
}

async fn unmatch(tx: &mut Tx, actor: &Actor, form: &Unmatch) -> Result<(), Failure> {
    let kept = known(tx, actor, form.inspection).await?;
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    if kept.plain.phase(tx.now().day()) != Phase::Running {
        return Err(Rejection::state("只能在翻阅检查的日期内取消对应，没有保存。").into());
    }
    let row = tx
        .row(
            q("SELECT d.code, r.page FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE r.id = $1 AND r.district_id = $2 AND r.post_id = $3 AND r.year = $4 AND r.state = 'recorded'
                 AND d.duty_id = $5 AND d.unmatched_why IS NULL")
            .bind(form.record)
            .bind(actor.district)
            .bind(kept.info.post)
            .bind(kept.plain.year)
            .bind(form.duty),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let why = check_word("reason", "取消对应的原因", &form.reason)?;
    if why.starts_with(MISMATCH) {
        // These words belong to what two agreed, and come and go with it.
        let words = "“核查不符”须由两人认定，没有保存。请在检查意见里选“与实际不符”，或换一种写法写明原因。";
        return Err(Rejection::field("reason", words).into());
    }
    undo(tx, actor, &kept, form.record, form.duty, &why).await?;
    let (code, page) = (row.text("code")?, row.opt_int("page")?.unwrap_or_default());
    let event = ThreadEvent {
        post: kept.info.post,
        year: kept.plain.year,
        duty: Some(form.duty),
        stage: Duty::Du,
        at: tx.now(),
        source: "oversight.unmatched".into(),
        title: format!("取消对应：第 {page} 页与 {code}（{}）", kept.plain.purpose.label()),
        link: Some(format!("/records/{}", form.record)),
        visibility: Visibility::All,
    };
    tx.thread(actor.district, &event).await?;
    tx.audit(
        actor.district,
        Some(actor.account),
        "oversight.unmatched",
        &format!("record:{}", form.record),
        &format!("{code} {why}"),
    )
    .await?;
    colours::refresh(tx, actor.district, kept.info.post, kept.plain.year, tx.now().day()).await
}

impl Services {
    /// Takes an item off a record.
    ///
    /// # Errors
    /// Not a reader, not on its days, no such tick, no reason, or storage failed.
    pub async fn unmatch_record(&self, actor: &Actor, form: Unmatch) -> Result<RecordId, ApiError> {
        let record = form.record;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { unmatch(tx, &actor, &form).await })
        })
        .await?;
        Ok(record)
    }
}
