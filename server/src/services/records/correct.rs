//! 更正 of a record by its author: text, kind, event date, items. What stood before is kept
//! beside what stands now; the page stays. A tick made later counts from the day of the
//! correction, and 补记 once shown stays shown: a moved date makes nothing punctual.

use app::api::{
    ApiError,
    records::{CorrectRecord, SavedRecord},
};
use domain::{
    Rejection,
    board::{Stage, ThreadEvent, Visibility},
    ids::{DutyId, PersonId, RecordId},
    people::access::{self, Actor},
    records::{Corrected, CorrectionDraft, NewRecord, RecordDetails, RecordKind, Shareable, blocked},
    time::Day,
};

use super::{
    super::{Services, colours, search::index, storage},
    closing,
    decide::{Stored, load, visible},
    opened::Book,
    proxy, rules,
    save::{codes, event_day, satisfy, stored_details},
    ticks::{self, Off},
};
use crate::storage::{Failure, StorageError, Tx, q};

impl Services {
    pub(super) async fn correct_record(&self, actor: &Actor, form: CorrectRecord) -> Result<SavedRecord, ApiError> {
        if let Some(what) = form.text.as_deref().and_then(blocked) {
            return Err(Rejection::MustNotEnter { what }.into());
        }
        let event_on = event_day(&form.event_on)?;
        let today = self.today();
        let rules = rules::of(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let (stored, info) = visible(tx, &actor, form.record).await?;
                if form.seen != stored.version {
                    return Err(Rejection::Stale.into());
                }
                let from = info.head.as_ref().map_or(today, |h| h.from);
                let details: RecordDetails = stored.row.json("details")?;
                let before: String =
                    std::iter::once(stored.text.as_str()).chain(details.texts()).collect::<Vec<_>>().join("\n");
                let typed = form.details.clone().unwrap_or_default();
                let text = form.text.unwrap_or_else(|| stored.text.clone());
                let kind = form.kind.map_or_else(|| stored.row.keyed("kind", RecordKind::from_key), Ok)?;
                let (detailed, post) = (form.details.is_some(), info.access());
                let redrafts = proxy::may_change(&actor, post, &stored.row)?;
                let draft = |text, details| CorrectionDraft {
                    kind: form.kind,
                    text,
                    event_on,
                    duties: form.duties.clone(),
                    details: detailed.then_some(details),
                    reason: form.reason.clone(),
                };
                let looked = rules.looked(form.look, kind, text.clone(), typed.clone(), &before);
                let (text, typed) = match rules.looked_at(form.look, looked, ("更正原因", form.reason.as_str())) {
                    Ok(looked) => looked,
                    Err(asked) if redrafts => return Err(asked.into()),
                    // What else is wrong is said in the same round.
                    Err(asked) => {
                        let also = wrong_too(tx, &actor, (form.record, &stored), from, draft(text, typed)).await?;
                        return Err(Rejection::field("look", format!("{asked}{also}")).into());
                    }
                };
                let draft = draft(text, typed);
                if redrafts {
                    return proxy::change(tx, &actor, post, (form.record, &stored), rules.days, from, draft).await;
                }
                let saved = correct(tx, &actor, form.record, Some(form.seen), from, draft).await?;
                colours::refresh(tx, actor.district, stored.post, stored.year, today).await?;
                Ok(saved)
            })
        })
        .await
    }
}

/// What a correction would be refused for besides the question about its words; empty for nothing. Nobody
/// but the author learns it.
async fn wrong_too(
    tx: &mut Tx,
    actor: &Actor,
    (id, stored): (RecordId, &Stored),
    term_from: Day,
    draft: CorrectionDraft,
) -> Result<String, Failure> {
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Ok(String::new());
    }
    let book = Book::open(tx, stored.post, stored.year).await?;
    let known: Vec<DutyId> = book.items.iter().map(|i| i.duty).collect();
    let before = standing(tx, id, stored).await?;
    let refused = draft.check(before, stored.row.day("recorded_on")?, term_from, &known).err();
    Ok(refused.map(|why| format!("另外，{why}")).unwrap_or_default())
}

/// What stands in the book.
async fn standing(tx: &mut Tx, id: RecordId, stored: &Stored) -> Result<NewRecord, StorageError> {
    Ok(NewRecord {
        kind: stored.row.keyed("kind", RecordKind::from_key)?,
        text: stored.text.clone(),
        event_on: stored.row.day("event_on")?,
        duties: ticks::ticked(tx, id).await?,
        details: stored.row.json("details")?,
    })
}

/// 更正 by the author himself, whose term began on `term_from`; `seen` is the version his
/// page showed, `None` where there was no page. Colours are the caller's.
pub(crate) async fn correct(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    seen: Option<i64>,
    term_from: Day,
    draft: CorrectionDraft,
) -> Result<SavedRecord, Failure> {
    let stored = load(tx, actor.district, id).await?;
    let _proof = access::write_record(actor, stored.post)?;
    closing::open_year(tx, stored.post, stored.year).await?;
    // A predecessor's pages are his; they are read, never changed.
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    if seen.is_some_and(|seen| seen != stored.version) {
        return Err(Rejection::Stale.into());
    }
    let Some(page) = stored.page.filter(|_| stored.state == "recorded") else {
        return Err(Rejection::state("这条记录还没有编页，不能更正。请先确认，再更正。").into());
    };
    talk_while_read(tx, &stored, draft.kind).await?;
    let mut book = Book::open(tx, stored.post, stored.year).await?;
    let before = standing(tx, id, &stored).await?;
    let known: Vec<DutyId> = book.items.iter().map(|i| i.duty).collect();
    let new = draft.check(before, stored.row.day("recorded_on")?, term_from, &known)?;
    let late = replace_ticks(tx, actor, &mut book, id, &stored, &new).await? || stored.row.flag("late")?;
    keep_both(tx, actor, &book, id, &stored, &new).await?;
    // What was checked is not what stands there any more.
    tx.execute(
        q("UPDATE records SET text = $1, kind = $2, event_on = $3, late = $4, details = $5, verified_at = NULL,
             verified_by = NULL, version = version + 1 WHERE id = $6")
        .bind(&new.after.text)
        .bind(new.after.kind.key())
        .bind(new.after.event_on)
        .bind(late)
        .bind(stored_details(&new.after.details))
        .bind(id),
    )
    .await?;
    if Shareable::confined_of(new.after.details.talk).is_some() {
        tx.execute(q("UPDATE records SET shared = 0 WHERE id = $1").bind(id)).await?;
    }
    ticks::verified(tx, id, None).await?;
    tell(tx, actor, &book, id, page, &new).await?;
    index::replace(tx, id).await?;
    tx.audit(
        actor.district,
        Some(actor.account),
        "records.correct",
        &format!("record:{id}"),
        if new.adds_only() { "补充" } else { "" },
    )
    .await?;
    Ok(SavedRecord { record: id, page: Some(page), late, codes: codes(&book.items, &new.after.duties) })
}

/// A talk is closed to whoever reads the book: nothing becomes one under his eyes.
async fn talk_while_read(tx: &mut Tx, stored: &Stored, kind: Option<RecordKind>) -> Result<(), Failure> {
    if kind != Some(RecordKind::Talk) || stored.row.text("kind")? == RecordKind::Talk.key() {
        return Ok(());
    }
    let today = tx.now().day();
    let read = tx
        .row(
            q("SELECT 1 AS n FROM inspections WHERE post_id = $1 AND year = $2 AND standing = 'open'
                 AND from_day <= $3 AND to_day >= $3 LIMIT 1")
            .bind(stored.post)
            .bind(stored.year)
            .bind(today),
        )
        .await?;
    match read {
        Some(_) => Err(Rejection::field("kind", "翻阅检查期间不能改为谈心谈话，检查结束后再改").into()),
        None => Ok(()),
    }
}

/// Takes back and makes ticks, and moves all of them where the event date changed. Answers
/// whether one of them came after its due day.
async fn replace_ticks(
    tx: &mut Tx,
    actor: &Actor,
    book: &mut Book,
    id: RecordId,
    stored: &Stored,
    new: &Corrected,
) -> Result<bool, Failure> {
    for duty in new.removed() {
        let off = Off { why: &new.reason, by: actor.person, cause: None };
        ticks::take_off(tx, book, id, duty, off).await?;
        ticks::place(tx, id, duty, None).await?;
    }
    for duty in new.added() {
        tick(tx, actor, book, id, duty).await?;
    }
    let today = tx.now().day();
    let mut late = false;
    let mut again = new.added();
    if new.moved() {
        // An item that the list in force no longer has stays where it is.
        let kept = new.after.duties.iter().filter(|d| !again.contains(d) && book.items.iter().any(|i| i.duty == **d));
        again.extend(kept.copied().collect::<Vec<_>>());
    }
    for duty in again {
        let alone = NewRecord { duties: vec![duty], ..new.after.clone() };
        let was = ticks::occurrence_of(tx, id, duty).await?;
        let place = |book: &Book| alone.place(today, &book.items, &book.occurrences).into_iter().next();
        let Some(placed) = place(book) else { continue };
        if let Some(same) = was.filter(|was| placed.occurrence == Some(*was)) {
            // The same window: it keeps the day of its first writing.
            ticks::moved(tx, id, same, alone.event_on).await?;
            continue;
        }
        ticks::release(tx, book, id, duty).await?;
        let Some(placed) = place(book) else { continue };
        satisfy(tx, id, &alone, today, &placed).await?;
        ticks::made_now(tx, id, duty).await?;
        if let Some(done) = book.occurrences.iter_mut().find(|o| Some(o.id) == placed.occurrence) {
            done.satisfied = true;
        }
        late |= placed.late;
    }
    Ok(late || stored.row.flag("late")?)
}

/// Ticks an item again or for the first time. What an inspector un-matched stays so.
async fn tick(tx: &mut Tx, actor: &Actor, book: &Book, id: RecordId, duty: DutyId) -> Result<(), Failure> {
    let row = tx
        .row(q("SELECT unmatched_by FROM record_duties WHERE record_id = $1 AND duty_id = $2").bind(id).bind(duty))
        .await?;
    let Some(row) = row else {
        let code = book.items.iter().find(|i| i.duty == duty).map(|i| i.code.clone()).unwrap_or_default();
        tx.insert(
            "INSERT INTO record_duties (record_id, duty_id, district_id, code)",
            vec![id.into(), duty.into(), actor.district.into(), code.into()],
        )
        .await?;
        return Ok(());
    };
    if row.opt_id::<PersonId>("unmatched_by")? != Some(actor.person) {
        return Err(Rejection::field(
            "duties",
            "有一条对应已由检查人员取消，不能重新对应，没有保存。请去掉这一条，或与派驻纪检监察组核对。",
        )
        .into());
    }
    Ok(ticks::on_again(tx, id, duty).await?)
}

async fn keep_both(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    id: RecordId,
    stored: &Stored,
    new: &Corrected,
) -> Result<(), StorageError> {
    let kinds = (new.before.kind != new.after.kind).then_some((new.before.kind.key(), new.after.kind.key()));
    let days = new.moved().then_some((new.before.event_on, new.after.event_on));
    let fields = new.detailed().then(|| (stored_details(&new.before.details), stored_details(&new.after.details)));
    let changed = !new.added().is_empty() || !new.removed().is_empty();
    let items = changed.then(|| (codes(&book.items, &new.before.duties), codes(&book.items, &new.after.duties)));
    tx.insert(
        "INSERT INTO record_corrections (record_id, seq, district_id, before_text, after_text, reason, at, person_id, before_kind, after_kind, before_event, after_event, before_codes, after_codes, before_details, after_details)",
        vec![
            id.into(),
            stored.version.into(),
            actor.district.into(),
            (&new.before.text).into(),
            (&new.after.text).into(),
            (&new.reason).into(),
            tx.now().into(),
            actor.person.into(),
            kinds.map(|k| k.0).into(),
            kinds.map(|k| k.1).into(),
            days.map(|d| d.0).into(),
            days.map(|d| d.1).into(),
            items.as_ref().map(|c| c.0.clone()).into(),
            items.map(|c| c.1).into(),
            fields.as_ref().map(|d| d.0.clone()).into(),
            fields.map(|d| d.1).into(),
        ],
    )
    .await?;
    Ok(())
}

/// A line in the thread of each item ticked later.
async fn tell(
    tx: &mut Tx,
    actor: &Actor,
    book: &Book,
    id: RecordId,
    page: u32,
    new: &Corrected,
) -> Result<(), StorageError> {
    let added = new.added();
    let how = if new.adds_only() { "后来补充" } else { "更正时补充" };
    let title = format!("{}，对应 {}（第 {page} 页，{how}）", new.after.kind.label(), codes(&book.items, &added));
    for duty in added {
        let event = ThreadEvent {
            post: book.post,
            year: book.year,
            duty: Some(duty),
            stage: Stage::Lv,
            at: tx.now(),
            source: "records.corrected".into(),
            title: title.clone(),
            link: Some(format!("/records/{id}")),
            visibility: Visibility::All,
        };
        tx.thread(actor.district, &event).await?;
    }
    Ok(())
}
