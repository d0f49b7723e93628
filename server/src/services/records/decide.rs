//! What is decided about a record after it was saved: confirmation or refusal of a 代录 by
//! the head, 已核实 by a checker. Changes of what stands in it are `correct`'s.

use std::collections::HashMap;

use app::api::{
    ApiError,
    records::{ConfirmAll, DecideRecord, SavedRecord},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, PersonId, PostId, RecordId},
    oversight::RemarkKind,
    people::access::{self, Actor, PostRef, Sight},
    records::{Checking, NewRecord, REWRITTEN, RecordKind, blocked},
    text,
    time::Day,
};

use super::{
    super::{
        Services, colours,
        oversight::{self, NewRemark},
        posts::{self, PostInfo},
        rows::Rows,
        search::index,
    },
    book::shown_in_outline,
    closing,
    one::talked,
    opened::Book,
    proxy, rules,
    save::{codes, enter},
    ticks,
};
use crate::{
    random,
    storage::{Failure, Row, Tx, q},
};

/// A record row as commands need it.
pub(in crate::services) struct Stored {
    pub post: PostId,
    pub year: i32,
    pub state: String,
    pub text: String,
    pub page: Option<u32>,
    pub version: i64,
    pub row: Row,
}

pub(super) async fn load(rows: &mut impl Rows, district: DistrictId, id: RecordId) -> Result<Stored, Failure> {
    let row = rows
        .first(q("SELECT * FROM records WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(Stored {
        post: row.id("post_id")?,
        year: row.year("year")?,
        state: row.text("state")?,
        text: row.text("text")?,
        page: row.opt_int("page")?.and_then(|p| u32::try_from(p).ok()),
        version: row.int("version")?,
        row,
    })
}

/// A record and its post. Whoever may not read of the record gets the answer of one that does not exist,
/// before its version or state could tell him otherwise.
pub(super) async fn visible(tx: &mut Tx, actor: &Actor, id: RecordId) -> Result<(Stored, PostInfo), Failure> {
    let stored = load(tx, actor.district, id).await?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, stored.post, today).await?.ok_or(Rejection::NotFound)?;
    match access::read_book(actor, info.access()) {
        Ok(Sight::Full | Sight::WithoutTalks) => Ok((stored, info)),
        Ok(Sight::Outline | Sight::Reading) if shown_in_outline(&stored.state) => Ok((stored, info)),
        _ => Err(Rejection::NotFound.into()),
    }
}

impl Services {
    /// 「全部确认」: every waiting 代录 that the page showed, oldest event first. One that
    /// came in or was changed later was not read and is left where it is.
    pub(super) async fn confirm_all_records(&self, actor: &Actor, form: ConfirmAll) -> Result<u32, ApiError> {
        let post = actor.term().ok_or(Rejection::NotAllowed)?.post;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let rows = tx
                    .rows(
                        q("SELECT id, version FROM records
                           WHERE post_id = $1 AND district_id = $2 AND state = 'proxy' AND author_person = $3")
                        .bind(post)
                        .bind(actor.district)
                        .bind(actor.person)
                        .and_in("id", form.records.iter().copied())
                        .push("ORDER BY event_on, recorded_at, id"),
                    )
                    .await?;
                let shown: HashMap<RecordId, i64> = form.records.iter().copied().zip(form.seen).collect();
                let mut ids: Vec<RecordId> = Vec::new();
                for row in &rows {
                    let id = row.id("id")?;
                    // Changed since: the head has not read what stands there now.
                    if shown.get(&id) == Some(&row.int("version")?) {
                        ids.push(id);
                    }
                }
                if let Some(reason) = &form.refuse {
                    return proxy::refuse_all(tx, &actor, ids, reason).await;
                }
                let mut confirmed = 0;
                for id in ids {
                    let stored = load(tx, actor.district, id).await?;
                    if proxy::is_returned(tx, &actor, &stored).await? {
                        continue;
                    }
                    confirm(tx, &actor, &stored, id).await?;
                    confirmed += 1;
                }
                Ok(confirmed)
            })
        })
        .await
    }

    pub(super) async fn decide_record(&self, actor: &Actor, form: DecideRecord) -> Result<SavedRecord, ApiError> {
        let today = self.today();
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let (stored, info) = visible(tx, &actor, form.record).await?;
                if stored.version != form.seen {
                    return Err(Rejection::Stale.into());
                }
                match form.decision.as_str() {
                    "confirm" => {
                        proxy::still_with_head(tx, &actor, &stored).await?;
                        let stored = proxy::edited(tx, &actor, form.record, stored, form.text, form.look).await?;
                        confirm(tx, &actor, &stored, form.record).await
                    }
                    "resend" => {
                        let own = (form.record, &stored);
                        proxy::resend(tx, &actor, info.access(), own, form.text, form.look).await
                    }
                    "share" => proxy::share(tx, &actor, form.record, &stored, true).await,
                    "unshare" => proxy::share(tx, &actor, form.record, &stored, false).await,
                    "withdraw" => proxy::withdraw(tx, &actor, info.access(), (form.record, &stored)).await,
                    "drop" => proxy::give_up(tx, &actor, info.access(), (form.record, &stored)).await,
                    "refuse" => {
                        let rules = rules::of(tx, actor.district).await?;
                        let text = proxy::rewritten(tx, &actor, &stored, form.text, form.look).await?;
                        let text = rules.looked_at(form.look, text, ("不采用的原因", form.reason.as_str()))?;
                        refuse_with(tx, &actor, form.record, &form.reason, text.as_deref()).await
                    }
                    other => {
                        let how = Checking::from_key(other)
                            .ok_or_else(|| Rejection::state("没有这样的操作。请刷新页面后重试。"))?;
                        let saved = verify_quietly(tx, &actor, info.access(), form.record, how).await?;
                        colours::refresh(tx, actor.district, stored.post, stored.year, today).await?;
                        Ok(saved)
                    }
                }
            })
        })
        .await
    }
}

/// Confirms a 代录 inside a command and colours its post.
async fn confirm(tx: &mut Tx, actor: &Actor, stored: &Stored, id: RecordId) -> Result<SavedRecord, Failure> {
    let duties = ticks::ticked(tx, id).await?;
    let mut book = Book::about(tx, stored.post, stored.year, &duties).await?;
    let saved = enter_confirmed(tx, &mut book, actor, stored, id).await?;
    let today = tx.now().day();
    book.touch(tx, actor.district, duties.len(), today).await?;
    Ok(saved)
}

/// Confirms a 代录 without colours, for the demonstration district.
pub(crate) async fn confirm_quietly(
    tx: &mut Tx,
    book: &mut Book,
    actor: &Actor,
    id: RecordId,
) -> Result<SavedRecord, Failure> {
    let stored = load(tx, actor.district, id).await?;
    enter_confirmed(tx, book, actor, &stored, id).await
}

async fn enter_confirmed(
    tx: &mut Tx,
    book: &mut Book,
    actor: &Actor,
    stored: &Stored,
    id: RecordId,
) -> Result<SavedRecord, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    closing::open_year(tx, stored.post, stored.year).await?;
    if stored.state != "proxy" {
        return Err(Rejection::state("这条记录已经处理过了。请返回记录本查看。").into());
    }
    // Drafted for a predecessor: his successor cannot answer for it.
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    let duties = ticks::ticked(tx, id).await?;
    let new = NewRecord {
        kind: stored.row.keyed("kind", RecordKind::from_key)?,
        text: stored.text.clone(),
        event_on: stored.row.day("event_on")?,
        duties,
        details: stored.row.json("details")?,
    };
    // It counts from the day it was written down, not from the day it was confirmed.
    let written = stored.row.day("recorded_on")?;
    let (page, late) = enter(tx, actor.district, book, id, &new, written).await?;
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.confirm", &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: Some(page), late, codes: codes(&book.items, &new.duties) })
}

/// A reason for sending something back, `label` as the form calls it.
pub(super) fn reason(label: &str, typed: &str) -> Result<String, Rejection> {
    let reason = text::required("reason", label, typed, text::LINE_MAX)?;
    match blocked(&reason) {
        // Said at its own field: the form has a text, too.
        Some(what) => Err(Rejection::field("reason", Rejection::MustNotEnter { what }.to_string())),
        None => Ok(reason),
    }
}

/// Refuses a 代录, with the reason that goes back to its 联络员.
pub(crate) async fn refuse(tx: &mut Tx, actor: &Actor, id: RecordId, reason: &str) -> Result<SavedRecord, Failure> {
    refuse_with(tx, actor, id, reason, None).await
}

/// [`refuse`] with what the head wrote in place of its text, which goes back with the reason.
async fn refuse_with(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    reason: &str,
    text: Option<&str>,
) -> Result<SavedRecord, Failure> {
    let stored = load(tx, actor.district, id).await?;
    let _proof = access::write_record(actor, stored.post)?;
    closing::open_year(tx, stored.post, stored.year).await?;
    if stored.state != "proxy" {
        return Err(Rejection::state("这条记录已经处理过了。请返回记录本查看。").into());
    }
    // Drafted for a predecessor: his successor does not judge it.
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    let reason = self::reason("不采用的原因", reason)?;
    let why = text.map_or_else(|| reason.clone(), |text| format!("{reason}{REWRITTEN}{text}"));
    tx.execute(
        q("UPDATE records SET state = 'refused', refused_why = $1, version = version + 1 WHERE id = $2")
            .bind(why)
            .bind(id),
    )
    .await?;
    index::replace(tx, id).await?;
    tx.audit(actor.district, Some(actor.account), "records.refuse", &format!("record:{id}"), &reason).await?;
    Ok(SavedRecord { record: id, page: None, late: false, codes: String::new() })
}

/// 已核实, without colours. `post` is the record's own. That a talk was checked against its paper is also said
/// by a remark of the reading, which stands beside the record and in the paper that both sign.
pub(crate) async fn verify_quietly(
    tx: &mut Tx,
    actor: &Actor,
    post: PostRef,
    id: RecordId,
    how: Checking,
) -> Result<SavedRecord, Failure> {
    let stored = load(tx, actor.district, id).await?;
    if stored.post != post.post {
        return Err(Rejection::NotFound.into());
    }
    let today = tx.now().day();
    let reading = oversight::reading_of(tx, actor, stored.post, stored.year, today).await?;
    let _proof = access::verify_record(actor, post, stored.year, reading.as_ref().map(|r| r.proof))?;
    if stored.state != "recorded" {
        return Err(Rejection::state("只有已编页的记录才能核实。请等负责人确认后再核实。").into());
    }
    how.check(stored.row.keyed("kind", RecordKind::from_key)?.is_talk(talked(tx, id).await?))?;
    let now = tx.now();
    tx.execute(
        q("UPDATE records SET verified_at = $1, verified_by = $2, version = version + 1 WHERE id = $3")
            .bind(now)
            .bind(actor.person)
            .bind(id),
    )
    .await?;
    ticks::verified(tx, id, Some(now)).await?;
    index::replace(tx, id).await?;
    let paper = reading.filter(|_| how == Checking::Paper);
    if let Some(reading) = &paper {
        let form = NewRemark {
            command: CommandId(random::id(now)),
            inspection: reading.id,
            record: Some(id),
            duty: None,
            kind: RemarkKind::Sound,
            text: how.label().to_owned(),
            tap: false,
            row: None,
        };
        oversight::write_quietly(tx, actor, &form).await?;
    }
    let said = if paper.is_some() { how.label() } else { "" };
    tx.audit(actor.district, Some(actor.account), "records.verify", &format!("record:{id}"), said).await?;
    Ok(SavedRecord { record: id, page: stored.page, late: false, codes: String::new() })
}

/// Takes 已核实 back because what was checked is not what stands there any more; who checked it stays
/// noted until somebody does again. Nothing happens to a record that is not verified.
pub(crate) async fn verified_no_more(
    tx: &mut Tx,
    district: DistrictId,
    id: RecordId,
    today: Day,
) -> Result<(), Failure> {
    let undone = tx
        .execute(
            q("UPDATE records SET verified_at = NULL, version = version + 1
               WHERE id = $1 AND district_id = $2 AND verified_at IS NOT NULL")
            .bind(id)
            .bind(district),
        )
        .await?;
    if undone == 0 {
        return Ok(());
    }
    ticks::verified(tx, id, None).await?;
    index::replace(tx, id).await?;
    let stored = load(tx, district, id).await?;
    colours::refresh(tx, district, stored.post, stored.year, today).await
}
