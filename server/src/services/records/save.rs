//! Saving: check, place among the occurrences, number the page, colour, tell the thread.
//! Decisions about what was saved stand in `decide`, corrections in `correct`.

use app::api::{
    ApiError,
    records::{SaveRecord, SavedRecord},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Stage, ThreadEvent, Visibility},
    duties::DutyItem,
    ids::{DistrictId, DutyId, PersonId, PostId, RecordId, TermId},
    people::access::{Actor, DraftRecord, WriteRecord},
    records::{NewRecord, Placement, ProxyDays, RecordDetails, RecordDraft, RecordKind, blocked},
    search::Doc,
    time::{self, Day},
};

use super::{
    super::{Services, posts, search::index, storage, told},
    closing,
    opened::Book,
    rules,
    ticks::{self, Doing},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Who writes, with the proof of it.
#[derive(Debug, Clone, Copy)]
pub enum Writing {
    /// The head himself: counts at once.
    Head(WriteRecord),
    /// The 联络员: counts when confirmed.
    Proxy(DraftRecord),
}

/// Where a record goes.
#[derive(Debug, Clone, Copy)]
pub struct Into {
    /// District.
    pub district: DistrictId,
    /// Book.
    pub post: PostId,
    /// Author: the head, whoever typed.
    pub author: PersonId,
    /// His term.
    pub term: TermId,
    /// Who typed, when not the head.
    pub proxy: Option<PersonId>,
}

/// Saves a checked record inside a command and colours its post. `book` has the items that
/// the record names.
pub(super) async fn save_in(
    tx: &mut Tx,
    book: &mut Book,
    writing: Writing,
    into: Into,
    unit: domain::ids::UnitId,
    new: &NewRecord,
    recorded_on: Day,
) -> Result<SavedRecord, Failure> {
    let saved = save_quietly(tx, book, writing, into, unit, new, recorded_on).await?;
    if saved.page.is_some() {
        // Colours are about today, whenever the event was.
        let today = tx.now().day();
        book.touch(tx, into.district, new.duties.len(), today).await?;
    }
    Ok(saved)
}

/// The page after the last one of a post and year: `$3` and `$5` of the statement.
const NEXT_PAGE: &str = "INSERT INTO records (id, district_id, post_id, unit_id, year, state, kind, text, event_on,
    recorded_at, recorded_on, author_person, author_term, proxy_person, late, details, page)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
    CASE WHEN $6 = 'recorded' THEN (SELECT COALESCE(MAX(page), 0) + 1 FROM records WHERE post_id = $3 AND year = $5) END)
  RETURNING page";

/// [`save_in`] without colours, for the demonstration district: thousands of records,
/// coloured once at the end.
pub(crate) async fn save_quietly(
    tx: &mut Tx,
    book: &mut Book,
    writing: Writing,
    into: Into,
    unit: domain::ids::UnitId,
    new: &NewRecord,
    recorded_on: Day,
) -> Result<SavedRecord, Failure> {
    let now = tx.now();
    let id = RecordId(random::id(now));
    let confirmed = matches!(writing, Writing::Head(_));
    let state = if confirmed { "recorded" } else { "proxy" };
    // A 代录 is placed when it is confirmed.
    let placements = if confirmed { new.place(recorded_on, &book.items, &book.occurrences) } else { Vec::new() };
    let late = placements.iter().any(|p| p.late);
    let row = tx
        .row(
            q(NEXT_PAGE)
                .bind(id)
                .bind(into.district)
                .bind(into.post)
                .bind(unit)
                .bind(book.year)
                .bind(state)
                .bind(new.kind.key())
                .bind(&new.text)
                .bind(new.event_on)
                .bind(now)
                .bind(recorded_on)
                .bind(into.author)
                .bind(into.term)
                .bind(into.proxy)
                .bind(late)
                .bind(stored_details(&new.details)),
        )
        .await?
        .ok_or_else(|| StorageError::shape("page"))?;
    let numbers: Vec<String> = new.duties.iter().map(|duty| book.code(*duty)).collect();
    let ticks = new.duties.iter().zip(&numbers).map(|(duty, code)| {
        let occurrence = placements.iter().find(|p| p.duty == *duty).and_then(|p| p.occurrence);
        vec![id.into(), (*duty).into(), into.district.into(), code.into(), occurrence.into()]
    });
    let ticks = ticks.collect();
    tx.insert_all("INSERT INTO record_duties (record_id, duty_id, district_id, code, occurrence_id)", ticks, "")
        .await?;
    let details = new.details.searched(new.kind);
    // As `index::add` would read it back.
    let doc = Doc {
        district: into.district,
        post: into.post,
        state,
        kind: new.kind,
        text: &new.text,
        details: &details,
        event_on: new.event_on,
        late,
        verified: false,
        corrected: false,
        added: false,
        talked: false,
        shared: false,
        author: into.author,
        proxy: into.proxy,
        codes: &numbers,
    };
    index::add_new(tx, id, &doc).await?;
    let codes = codes(&book.items, &new.duties);
    if !confirmed {
        return Ok(SavedRecord { record: id, page: None, late: false, codes });
    }
    let page = row.small("page")?;
    book.settle(tx, id, new, recorded_on, &placements).await?;
    tell(tx, into.district, book, id, new, page, late).await?;
    Ok(SavedRecord { record: id, page: Some(page), late, codes })
}

/// Enters a confirmed 代录 into the book: page number, occurrences, thread. Colours are the
/// caller's.
pub(super) async fn enter(
    tx: &mut Tx,
    district: DistrictId,
    book: &mut Book,
    id: RecordId,
    new: &NewRecord,
    recorded_on: Day,
) -> Result<(u32, bool), Failure> {
    let placements = new.place(recorded_on, &book.items, &book.occurrences);
    let late = placements.iter().any(|p| p.late);
    let row = tx
        .row(
            q("UPDATE records SET late = $1, state = 'recorded', refused_why = '', version = version + 1,
                 page = (SELECT COALESCE(MAX(r.page), 0) + 1 FROM records r WHERE r.post_id = $2 AND r.year = $3)
               WHERE id = $4 RETURNING page")
            .bind(late)
            .bind(book.post)
            .bind(book.year)
            .bind(id),
        )
        .await?
        .ok_or_else(|| StorageError::shape("page"))?;
    let page = row.small("page")?;
    for placement in placements.iter().filter(|p| p.occurrence.is_some()) {
        ticks::place(tx, id, placement.duty, placement.occurrence).await?;
    }
    book.settle(tx, id, new, recorded_on, &placements).await?;
    tell(tx, district, book, id, new, page, late).await?;
    Ok((page, late))
}

/// Sends one tick of a correction to its occurrence; the first one satisfies it.
pub(super) async fn satisfy(
    tx: &mut Tx,
    id: RecordId,
    new: &NewRecord,
    recorded_on: Day,
    placement: &Placement,
) -> Result<(), StorageError> {
    ticks::place(tx, id, placement.duty, placement.occurrence).await?;
    match placement.occurrence.filter(|_| placement.satisfies) {
        Some(first) => ticks::satisfy(tx, Doing::unchecked(id, new.event_on, recorded_on), &[first]).await,
        None => Ok(()),
    }
}

/// Fields of a kind as they are stored.
pub(super) fn stored_details(details: &RecordDetails) -> String {
    serde_json::to_string(details).unwrap_or_else(|_| "{}".to_owned())
}

/// Marks a 代录 that came later than the district allows.
pub(super) async fn mark_late(
    tx: &mut Tx,
    district: DistrictId,
    days: ProxyDays,
    id: RecordId,
    event_on: Day,
    today: Day,
) -> Result<(), StorageError> {
    let calendar = posts::calendar(tx, district).await?;
    if days.drafted_late(event_on, today, &calendar) {
        tx.execute(q("UPDATE records SET proxy_late = 1 WHERE id = $1").bind(id)).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    district: DistrictId,
    book: &Book,
    id: RecordId,
    new: &NewRecord,
    page: u32,
    late: bool,
) -> Result<(), StorageError> {
    let mark = if late { " · 补记" } else { "" };
    let codes = codes(&book.items, &new.duties);
    let about = if codes.is_empty() { String::new() } else { format!("，对应 {codes}") };
    let title = format!("{}{about}（第 {page} 页{mark}）", new.kind.label());
    let at = tx.now();
    let duties: Vec<Option<DutyId>> =
        if new.duties.is_empty() { vec![None] } else { new.duties.iter().copied().map(Some).collect() };
    let events: Vec<ThreadEvent> = duties
        .into_iter()
        .map(|duty| ThreadEvent {
            post: book.post,
            year: book.year,
            duty,
            stage: Stage::Lv,
            at,
            source: "records.saved".into(),
            title: title.clone(),
            link: Some(format!("/records/{id}")),
            visibility: Visibility::All,
        })
        .collect();
    tx.thread_all(district, &events).await
}

pub(super) fn codes(list: &[DutyItem], duties: &[DutyId]) -> String {
    let codes: Vec<&str> =
        duties.iter().filter_map(|d| list.iter().find(|i| i.duty == *d)).map(|i| i.code.as_str()).collect();
    codes.join("、")
}

/// 发生日期 as it was typed; none where it was left to be today.
pub(super) fn event_day(typed: &str) -> Result<Option<Day>, Rejection> {
    match typed.trim() {
        "" => Ok(None),
        text => time::parse_iso(text)
            .map(Some)
            .ok_or_else(|| Rejection::field("event_on", format!("「{text}」不是日期。请写成 2026-11-05 这样的格式。"))),
    }
}

impl Services {
    pub(super) async fn save_record(&self, actor: &Actor, form: SaveRecord) -> Result<SavedRecord, ApiError> {
        let today = self.today();
        let info = self.post_info(actor, form.post, today).await?;
        let writing = Self::writes(actor, &info).map_err(|_| Rejection::NotFound)?;
        let head = info
            .head
            .clone()
            .ok_or_else(|| Rejection::state("这个岗位目前没有负责人，不能记录。请等负责人到任后再记。"))?;
        if let Some(what) = blocked(&form.text) {
            return Err(Rejection::MustNotEnter { what }.into());
        }
        let event_on = event_day(&form.event_on)?;
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        let rules = rules::of(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        let kind = form.kind.unwrap_or(RecordKind::Other);
        let (text, details) = rules.looked(form.look, kind, form.text, form.details, "")?;
        let draft = RecordDraft { kind: form.kind, text, event_on, duties: form.duties, details };
        let into = Into {
            district: actor.district,
            post: info.post,
            author: head.person,
            term: head.term,
            proxy: matches!(writing, Writing::Proxy(_)).then_some(actor.person),
        };
        let (account, unit) = (actor.account, info.unit);
        self.store
            .once(account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let year = draft.event_on.unwrap_or(today).year();
                    closing::open_year(tx, into.post, year).await?;
                    let mut book = Book::about(tx, into.post, year, &draft.duties).await?;
                    let known: Vec<DutyId> = book.items.iter().map(|i| i.duty).collect();
                    let new = draft.check(today, head.from, &known)?;
                    let saved = save_in(tx, &mut book, writing, into, unit, &new, today).await?;
                    if into.proxy.is_some() {
                        mark_late(tx, into.district, rules.days, saved.record, new.event_on, today).await?;
                    }
                    let action = if into.proxy.is_some() { "records.draft" } else { "records.save" };
                    tx.audit(
                        into.district,
                        Some(account),
                        action,
                        &format!("record:{}", saved.record),
                        new.kind.label(),
                    )
                    .await?;
                    Ok(saved)
                })
            })
            .await
            .map_err(told)
    }
}
