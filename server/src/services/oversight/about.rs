//! What a remark may be about: what its page offers. Two readers' word colours an item red, so it must not reach one that
//! the page it is said of never stood for.

use domain::{
    Rejection,
    ids::{DutyId, RecordId},
    oversight::RemarkKind,
    people::access::Actor,
};

use super::{
    super::items::issued_item,
    remark::NewRemark,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Is it about a page of this book, an item that this page corresponds to, an item of the sheet, or the book as a whole,
/// and was the tap on a row of just that? `empty`: it says nothing but 「印证充分」.
///
/// # Errors
/// Not found; a page that nobody can read any more; nothing said where no page speaks for the item.
pub async fn offered(tx: &mut Tx, actor: &Actor, kept: &Kept, form: &NewRemark, empty: bool) -> Result<(), Failure> {
    if let Some(record) = form.record {
        let of_book = tx
            .row(
                q("SELECT state FROM records WHERE id = $1 AND district_id = $2 AND post_id = $3 AND year = $4
                   AND state IN ('recorded', 'stub')")
                .bind(record)
                .bind(actor.district)
                .bind(kept.info.post)
                .bind(kept.plain.year),
            )
            .await?;
        // Nothing is said about what nobody can read any more.
        if of_book.ok_or(Rejection::NotFound)?.text("state")? == "stub" {
            let words = "这条记录已经转线下，不能再写检查意见，没有保存。请刷新页面查看。";
            return Err(Rejection::state(words).into());
        }
    }
    match (form.record, form.duty) {
        (Some(record), Some(duty)) => of_page(tx, kept, (record, duty), form.kind).await?,
        (None, Some(duty)) => of_sheet(tx, kept, duty, empty).await?,
        (_, None) => {}
    }
    match &form.row {
        Some(row) if !on_row(tx, kept, form, row).await? => Err(Rejection::NotFound.into()),
        _ => Ok(()),
    }
}

/// The tick of a record for an item: does it stand, or did this reading itself take it off? None: there never was one, or
/// somebody else took it off.
async fn tick(tx: &mut Tx, kept: &Kept, (record, duty): (RecordId, DutyId)) -> Result<Option<bool>, StorageError> {
    let row = tx
        .row(
            q("SELECT CASE WHEN d.unmatched_why IS NULL THEN 1 ELSE 0 END AS stands
               FROM record_duties d JOIN records r ON r.id = d.record_id
               WHERE r.id = $1 AND r.post_id = $2 AND r.year = $3 AND r.state = 'recorded' AND d.duty_id = $4
                 AND (d.unmatched_why IS NULL OR d.cause_id IN (SELECT m.id FROM inspection_remarks m
                   WHERE m.inspection_id = $5 AND m.withdrawn_at IS NULL))")
            .bind(record)
            .bind(kept.info.post)
            .bind(kept.plain.year)
            .bind(duty)
            .bind(kept.id),
        )
        .await?;
    row.map(|row| row.flag("stands")).transpose()
}

async fn of_page(tx: &mut Tx, kept: &Kept, pair: (RecordId, DutyId), kind: RemarkKind) -> Result<(), Failure> {
    let stands = tick(tx, kept, pair).await?.ok_or(Rejection::NotFound)?;
    // It stays beside its item on the sheet, where it may be seen otherwise; not to match twice says nothing new.
    if !stands && kind == RemarkKind::Mismatch {
        let words = "这一页与这一条的对应，已经按两人认定的“与实际不符”取消，没有重复保存。请刷新页面查看。";
        return Err(Rejection::state(words).into());
    }
    Ok(())
}

async fn of_sheet(tx: &mut Tx, kept: &Kept, duty: DutyId, empty: bool) -> Result<(), Failure> {
    let of_list = tx
        .row(
            q(concat!("SELECT ", issued_item!("duty_id", "$1", "$2", "$3"), " AS duty_id"))
                .bind(duty)
                .bind(kept.info.post)
                .bind(kept.plain.year),
        )
        .await?;
    of_list.map_or(Ok(None), |row| row.opt_text("duty_id"))?.ok_or(Rejection::NotFound)?;
    if kept.sample.iter().all(|sampled| sampled.duty != duty) {
        let words = "这一条不在本次抽查的条目里，没有保存。请打开对应这一条的记录，在记录下面写意见；没有记录的，选“整本”写明。";
        return Err(Rejection::field("about", words).into());
    }
    if empty && !store::has_records(tx, (kept.info.post, kept.plain.year), duty).await? {
        let words =
            "这一条还没有对应的记录，选“印证充分”须写明是用什么材料印证的，没有保存。请补上说明，或改选“需补充”。";
        return Err(Rejection::field("text", words).into());
    }
    Ok(())
}

/// Rows of the sheet are its items, and `RECORD-ITEM` for a page beside one of them; what the page is chosen to speak
/// for may be another one.
async fn on_row(tx: &mut Tx, kept: &Kept, form: &NewRemark, row: &str) -> Result<bool, StorageError> {
    let Some(record) = form.record else {
        return Ok(form.duty.is_some_and(|duty| duty.to_string() == row));
    };
    let beside = row.strip_prefix(&record.to_string()).and_then(|rest| rest.strip_prefix('-'));
    let beside = beside.and_then(|duty| duty.parse::<DutyId>().ok());
    let Some(beside) = beside.filter(|duty| kept.sample.iter().any(|sampled| sampled.duty == *duty)) else {
        return Ok(false);
    };
    // The author may have taken it off since the page was opened: the row was there.
    let find = q("SELECT record_id FROM record_duties WHERE record_id = $1 AND duty_id = $2");
    Ok(tx.row(find.bind(record).bind(beside)).await?.is_some())
}
