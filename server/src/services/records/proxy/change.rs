//! What its own 联络员 still does with a 代录 that the head has not confirmed: change it, take it back.
//! Nothing of it counts yet, so no reason is asked for and no version is kept; the head sees that it
//! was changed. The log says who and when, never the words: they must stay erasable (转线下).

use app::api::records::SavedRecord;
use domain::{
    Rejection,
    ids::{DutyId, PersonId, RecordId},
    people::access::{self, Actor, PostRef},
    records::{CorrectionDraft, DROPPED, NewRecord, ProxyDays, RecordKind, WITHDRAWN},
    time::{Day, zh_short},
};

use super::super::{
    super::search::index,
    closing,
    decide::Stored,
    opened::Book,
    save::{mark_late, stored_details},
    ticks::ticked,
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// May its 联络员 change it? His own, as long as it is not confirmed.
pub(in super::super) fn may_change(actor: &Actor, post: PostRef, row: &Row) -> Result<bool, StorageError> {
    let own = row.opt_id::<PersonId>("proxy_person")? == Some(actor.person);
    let drafts = access::draft_record(actor, post).is_ok();
    Ok(own && drafts && matches!(row.text("state")?.as_str(), "proxy" | "refused"))
}

/// His own, of an open year; the proof that he drafts for the post.
async fn own(tx: &mut Tx, actor: &Actor, post: PostRef, stored: &Stored) -> Result<(), Failure> {
    let _proof = access::draft_record(actor, post)?;
    if stored.row.opt_id::<PersonId>("proxy_person")? != Some(actor.person) {
        return Err(Rejection::NotAllowed.into());
    }
    closing::open_year(tx, stored.post, stored.year).await
}

/// Changes an unconfirmed 代录; where the head has it, he is told.
pub(in super::super) async fn change(
    tx: &mut Tx,
    actor: &Actor,
    post: PostRef,
    (id, stored): (RecordId, &Stored),
    days: ProxyDays,
    term_from: Day,
    draft: CorrectionDraft,
) -> Result<SavedRecord, Failure> {
    own(tx, actor, post, stored).await?;
    let today = tx.now().day();
    let waiting = super::waiting(tx, actor.district, &stored.row, today).await?;
    let recorded_on = stored.row.day("recorded_on")?;
    let before = NewRecord {
        kind: stored.row.keyed("kind", RecordKind::from_key)?,
        text: stored.text.clone(),
        event_on: stored.row.day("event_on")?,
        duties: ticked(tx, id).await?,
        details: stored.row.json("details")?,
    };
    let book = Book::open(tx, stored.post, stored.year).await?;
    let known: Vec<DutyId> = book.items.iter().map(|i| i.duty).collect();
    let note = format!("{}已修改", zh_short(today));
    let draft = CorrectionDraft { reason: note.clone(), ..draft };
    let new = draft.check(before, today, term_from, &known)?;
    // As in a correction: what is ticked or dated anew counts from today. What came back is written anew
    // whatever is changed of it.
    let anew = super::is_back(&stored.row, waiting)? || !new.added().is_empty() || new.moved();
    for duty in new.removed() {
        let untick = q("DELETE FROM record_duties WHERE record_id = $1 AND duty_id = $2").bind(id).bind(duty);
        tx.execute(untick).await?;
    }
    let ticks =
        new.added().into_iter().map(|duty| vec![id.into(), duty.into(), actor.district.into(), book.code(duty).into()]);
    let ticks = ticks.collect();
    tx.insert_all("INSERT INTO record_duties (record_id, duty_id, district_id, code)", ticks, "").await?;
    tx.execute(
        q("UPDATE records SET text = $1, kind = $2, event_on = $3, details = $4, version = version + 1,
             refused_why = CASE WHEN state = 'proxy' THEN $5 ELSE refused_why END WHERE id = $6")
        .bind(&new.after.text)
        .bind(new.after.kind.key())
        .bind(new.after.event_on)
        .bind(stored_details(&new.after.details))
        .bind(note)
        .bind(id),
    )
    .await?;
    if anew {
        super::written(tx, id).await?;
    }
    mark_late(tx, actor.district, days, id, new.after.event_on, recorded_on).await?;
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.redraft", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}

/// 撤回: back with the 联络员 at his own wish. It never counts, and can be sent again.
pub(in super::super) async fn withdraw(
    tx: &mut Tx,
    actor: &Actor,
    post: PostRef,
    (id, stored): (RecordId, &Stored),
) -> Result<SavedRecord, Failure> {
    own(tx, actor, post, stored).await?;
    if stored.state != "proxy" {
        return Err(Rejection::state("这条代录已经处理过了，不能撤回。请返回记录本查看。").into());
    }
    tx.execute(
        q("UPDATE records SET state = 'refused', refused_why = $1, version = version + 1 WHERE id = $2")
            .bind(WITHDRAWN)
            .bind(id),
    )
    .await?;
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.withdraw", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}

/// 不再提交: what the head refused stays refused, with his reason, and waits for nobody.
pub(in super::super) async fn give_up(
    tx: &mut Tx,
    actor: &Actor,
    post: PostRef,
    (id, stored): (RecordId, &Stored),
) -> Result<SavedRecord, Failure> {
    own(tx, actor, post, stored).await?;
    let why = stored.row.text("refused_why")?;
    if stored.state != "refused" || why == WITHDRAWN || why.starts_with(DROPPED) {
        return Err(Rejection::state("这条代录不在退回状态，不用再办。请返回记录本查看。").into());
    }
    tx.execute(
        q("UPDATE records SET refused_why = $1, version = version + 1 WHERE id = $2")
            .bind(format!("{DROPPED}{why}"))
            .bind(id),
    )
    .await?;
    tx.audit(actor.district, Some(actor.account), "records.drop", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}
