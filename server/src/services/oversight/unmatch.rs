//! 取消对应: a reader takes an item off a record, with his reason, inside a running reading. The tick
//! stays in the book as un-matched; the next record of the window takes its place, and colours follow.

use app::api::ApiError;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Visibility},
    ids::{CommandId, DutyId, InspectionId, RecordId, RemarkId},
    oversight::{Phase, check_word},
    people::access::{self, Actor},
};
use serde::Serialize;

use super::{
    super::{
        Services, colours,
        records::{
            Book,
            ticks::{self, Off},
        },
        search::index,
    },
    remark::known,
    store::Kept,
};
use crate::storage::{Failure, Tx, q};

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

/// Takes one item off. Colours are the caller's.
pub async fn undo(tx: &mut Tx, kept: &Kept, record: RecordId, duty: DutyId, off: Off<'_>) -> Result<(), Failure> {
    let mut book = Book::open(tx, kept.info.post, kept.plain.year).await?;
    if !ticks::take_off(tx, &mut book, record, duty, off).await? {
        return Err(Rejection::NotFound.into());
    }
    // The author's form shows what stood before: he must look again.
    tx.execute(q("UPDATE records SET version = version + 1 WHERE id = $1").bind(record)).await?;
    index::replace(tx, record).await?;
    Ok(())
}

/// Gives back what [`undo`] took for the mismatch `cause`: it was taken back.
pub async fn restore(tx: &mut Tx, record: RecordId, cause: RemarkId) -> Result<(), Failure> {
    ticks::give_back(tx, record, cause).await?;
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
    let off = Off { why: &why, by: actor.person, cause: None };
    undo(tx, &kept, form.record, form.duty, off).await?;
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
