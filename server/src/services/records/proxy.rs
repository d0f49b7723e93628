//! 代录 between 联络员 and head (H2): until when it is decided, sending it again, refusing all at
//! once, what the head changed while confirming, and letting the 联络员 read a talk. Refuses to
//! decide about a 代录 that is back with its 联络员.

mod change;

pub(super) use change::{change, may_change, withdraw};

use app::api::records::SavedRecord;
use domain::{
    Rejection,
    ids::{DistrictId, PersonId, RecordId},
    people::access::{self, Actor},
    records::{Look, RecordDetails, TalkType, Waiting, blocked},
    text,
    time::zh_short,
};

use super::{
    super::{posts, rows::Rows, search::index},
    closing,
    decide::{Stored, load, reason, refuse},
    rules::{self, RecordRules},
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// Where an undecided 代录 is `today`; `None` for every other record.
pub(super) async fn waiting(
    rows: &mut impl Rows,
    district: DistrictId,
    row: &Row,
    today: domain::time::Day,
) -> Result<Option<Waiting>, StorageError> {
    if row.text("state")? != "proxy" {
        return Ok(None);
    }
    let sent = match row.opt_day("proxy_sent_on")? {
        Some(day) => day,
        None => row.day("recorded_on")?,
    };
    let calendar = posts::calendar(rows, district).await?;
    let days = rules::of(rows, district).await?.days;
    Ok(Some(days.waiting(sent, today, &calendar)))
}

/// The same as a sentence for the page.
pub(super) fn waiting_words(waiting: Waiting) -> String {
    match waiting {
        Waiting::Head(until) => format!("请负责人于{}前确认，确认前不计入。", zh_short(until)),
        Waiting::Returned(until) => {
            format!("负责人没有在{}前确认，已退回联络员，不计入；联络员核对后可再次提交。", zh_short(until))
        }
    }
}

/// Refuses what is back with the 联络员.
pub(super) async fn still_with_head(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<(), Failure> {
    let today = tx.now().day();
    match waiting(tx, actor.district, &stored.row, today).await? {
        Some(Waiting::Returned(until)) => Err(Rejection::state(format!(
            "这条代录没有在{}前确认，已退回联络员。请联络员核对后再次提交，再确认。",
            zh_short(until)
        ))
        .into()),
        _ => Ok(()),
    }
}

/// Is it back with its 联络员? 「全部确认」 leaves such a one where it is.
pub(super) async fn is_returned(tx: &mut Tx, actor: &Actor, stored: &Stored) -> Result<bool, StorageError> {
    let today = tx.now().day();
    Ok(matches!(waiting(tx, actor.district, &stored.row, today).await?, Some(Waiting::Returned(_))))
}

/// Text typed into the form of a 代录, checked like that of a record; `None` where it is as before.
async fn typed(
    tx: &mut Tx,
    actor: &Actor,
    stored: &Stored,
    typed: Option<String>,
    look: Look,
) -> Result<Option<String>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    let details: RecordDetails = stored.row.json("details")?;
    let rules: RecordRules = rules::of(tx, actor.district).await?;
    let (typed, _) = rules.looked(look, typed, RecordDetails::default(), &stored.text)?;
    let clean = text::required("text", "内容", &typed, text::RECORD_MAX)?;
    if clean == stored.text.trim() {
        return Ok(None);
    }
    if let Some(what) = blocked(&clean) {
        return Err(Rejection::MustNotEnter { what }.into());
    }
    if details.talk.and_then(TalkType::marker).is_some() {
        return Err(Rejection::field("text", "这类谈话只存标记，内容不能改写。请直接确认，或退回联络员。").into());
    }
    Ok(Some(clean))
}

/// What the head changes while he confirms: both texts stay, each with its author.
pub(super) async fn edited(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: Stored,
    text: Option<String>,
    look: Look,
) -> Result<Stored, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    if stored.state != "proxy" || stored.row.id::<PersonId>("author_person")? != actor.person {
        // The confirmation itself says what is wrong.
        return Ok(stored);
    }
    let Some(after) = typed(tx, actor, &stored, text, look).await? else { return Ok(stored) };
    tx.insert(
        "INSERT INTO record_corrections (record_id, seq, district_id, before_text, after_text, reason, at, person_id)",
        vec![
            id.into(),
            stored.version.into(),
            actor.district.into(),
            (&stored.text).into(),
            (&after).into(),
            "确认代录时修改".into(),
            tx.now().into(),
            actor.person.into(),
        ],
    )
    .await?;
    tx.execute(q("UPDATE records SET text = $1, version = version + 1 WHERE id = $2").bind(after).bind(id)).await?;
    load(tx, actor.district, id).await
}

/// May its 联络员 send it again? Refused by the head, or back because nobody decided.
pub(super) fn may_resend(actor: &Actor, row: &Row, waiting: Option<Waiting>) -> Result<bool, StorageError> {
    let own = row.opt_id::<PersonId>("proxy_person")? == Some(actor.person);
    let drafts = access::draft_record(actor, row.id("unit_id")?).is_ok();
    let back = row.text("state")? == "refused" || matches!(waiting, Some(Waiting::Returned(_)));
    Ok(own && drafts && back)
}

/// The 联络员 sends a 代录 that came back once more; the days of the head begin again.
pub(super) async fn resend(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: &Stored,
    text: Option<String>,
    look: Look,
) -> Result<SavedRecord, Failure> {
    let today = tx.now().day();
    let _proof = access::draft_record(actor, stored.row.id("unit_id")?)?;
    let waiting = waiting(tx, actor.district, &stored.row, today).await?;
    if !may_resend(actor, &stored.row, waiting)? {
        return Err(Rejection::state("这条代录现在不能再次提交。请返回记录本查看它的情况。").into());
    }
    closing::open_year(tx, stored.post, stored.year).await?;
    let text = typed(tx, actor, stored, text, look).await?.unwrap_or_else(|| stored.text.clone());
    tx.execute(
        q("UPDATE records SET state = 'proxy', refused_why = '', text = $1, proxy_sent_on = $2, version = version + 1
           WHERE id = $3")
        .bind(text)
        .bind(today)
        .bind(id),
    )
    .await?;
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.resend", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}

/// 「全部退回」, with one reason.
pub(super) async fn refuse_all(tx: &mut Tx, actor: &Actor, ids: Vec<RecordId>, typed: &str) -> Result<u32, Failure> {
    let reason = &reason("全部退回的原因", typed)?;
    let mut refused = 0;
    for id in ids {
        refuse(tx, actor, id, reason).await?;
        refused += 1;
    }
    Ok(refused)
}

/// 让联络员看到, or not any more: the notes of one talk, by its author.
pub(super) async fn share(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: &Stored,
    shared: bool,
) -> Result<SavedRecord, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    if shared {
        closing::open_year(tx, stored.post, stored.year).await?;
    }
    if stored.state != "recorded" {
        return Err(Rejection::state("只有已编页的谈话记录才能设置是否让联络员看到。请先确认，再设置。").into());
    }
    tx.execute(q("UPDATE records SET shared = $1, version = version + 1 WHERE id = $2").bind(shared).bind(id)).await?;
    index::replace(tx, id).await?;
    let action = if shared { "records.share" } else { "records.unshare" };
    tx.audit(actor.district, Some(actor.account), action, &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: stored.page, late: false, codes: String::new() })
}
