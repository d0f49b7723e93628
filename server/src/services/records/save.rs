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
    duties::{DutyItem, ExistingOccurrence},
    ids::{DistrictId, DutyId, PersonId, PostId, RecordId, TermId},
    people::access::{Actor, DraftRecord, WriteRecord},
    records::{NewRecord, Placement, RecordDraft, blocked},
    time::{self, Day},
};

use super::super::{Services, colours, facts, items, told};
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

/// A book as saving needs it: the items in force and the occurrences of its year. Read
/// once, kept true by what is saved through it; a step of the list makes it stale.
#[derive(Debug, Clone)]
pub struct Book {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Items of the list in force.
    pub items: Vec<DutyItem>,
    /// Occurrences.
    pub occurrences: Vec<ExistingOccurrence>,
}

impl Book {
    /// Reads the book of a post and year.
    pub async fn open(tx: &mut Tx, post: PostId, year: i32) -> Result<Self, StorageError> {
        let items = items_in_force(tx, post, year).await?;
        let occurrences = facts::occurrences(tx, post, year).await?.into_iter().map(|o| o.plain).collect();
        Ok(Self { post, year, items, occurrences })
    }
}

/// Saves a checked record inside a command and colours its post.
pub async fn save_in(
    tx: &mut Tx,
    writing: Writing,
    into: Into,
    unit: domain::ids::UnitId,
    new: &NewRecord,
    recorded_on: Day,
) -> Result<SavedRecord, Failure> {
    let mut book = Book::open(tx, into.post, new.event_on.year()).await?;
    let saved = save_quietly(tx, &mut book, writing, into, unit, new, recorded_on).await?;
    if saved.page.is_some() {
        // Colours are about today, whenever the event was.
        let today = tx.now().day();
        colours::refresh(tx, into.district, book.post, book.year, today).await?;
    }
    Ok(saved)
}

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
    let year = book.year;
    let now = tx.now();
    let id = RecordId(random::id(now));
    let confirmed = matches!(writing, Writing::Head(_));
    let state = if confirmed { "recorded" } else { "proxy" };
    tx.insert(
        "INSERT INTO records (id, district_id, post_id, unit_id, year, state, kind, text, event_on, recorded_at, recorded_on, author_person, author_term, proxy_person)",
        vec![
            id.into(),
            into.district.into(),
            into.post.into(),
            unit.into(),
            year.into(),
            state.into(),
            new.kind.key().into(),
            (&new.text).into(),
            new.event_on.into(),
            now.into(),
            recorded_on.into(),
            into.author.into(),
            into.term.into(),
            into.proxy.into(),
        ],
    )
    .await?;
    for duty in &new.duties {
        let code = book.items.iter().find(|i| i.duty == *duty).map(|i| i.code.clone()).unwrap_or_default();
        tx.insert(
            "INSERT INTO record_duties (record_id, duty_id, district_id, code)",
            vec![id.into(), (*duty).into(), into.district.into(), code.into()],
        )
        .await?;
    }
    if !confirmed {
        return Ok(SavedRecord { record: id, page: None, late: false, codes: codes(&book.items, &new.duties) });
    }
    let (page, late) = enter(tx, into.district, book, id, new, recorded_on).await?;
    Ok(SavedRecord { record: id, page: Some(page), late, codes: codes(&book.items, &new.duties) })
}

/// Enters a record into the book: page number, occurrences, thread. Colours are the caller's.
pub(super) async fn enter(
    tx: &mut Tx,
    district: DistrictId,
    book: &mut Book,
    id: RecordId,
    new: &NewRecord,
    recorded_on: Day,
) -> Result<(u32, bool), Failure> {
    let (post, year) = (book.post, book.year);
    let placements = new.place(recorded_on, &book.items, &book.occurrences);
    let row = tx
        .row(
            q("SELECT COALESCE(MAX(page), 0) + 1 AS page FROM records WHERE post_id = $1 AND year = $2")
                .bind(post)
                .bind(year),
        )
        .await?;
    let page = row.map_or(Ok(1), |row| row.small("page"))?;
    let late = placements.iter().any(|p| p.late);
    tx.execute(
        q("UPDATE records SET page = $1, late = $2, state = 'recorded', version = version + 1 WHERE id = $3")
            .bind(page)
            .bind(late)
            .bind(id),
    )
    .await?;
    for placement in &placements {
        satisfy(tx, id, new, recorded_on, placement).await?;
        if let Some(done) = book.occurrences.iter_mut().find(|o| Some(o.id) == placement.occurrence) {
            done.satisfied = true;
        }
    }
    tell(tx, district, post, year, id, new, page, &book.items, late).await?;
    Ok((page, late))
}

/// Sends one tick to its occurrence; the first one satisfies it.
pub(super) async fn satisfy(
    tx: &mut Tx,
    id: RecordId,
    new: &NewRecord,
    recorded_on: Day,
    placement: &Placement,
) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE record_duties SET occurrence_id = $1 WHERE record_id = $2 AND duty_id = $3")
            .bind(placement.occurrence)
            .bind(id)
            .bind(placement.duty),
    )
    .await?;
    if let (true, Some(occurrence)) = (placement.satisfies, placement.occurrence) {
        tx.execute(
            q("UPDATE occurrences SET record_id = $1, event_on = $2, recorded_on = $3 WHERE id = $4 AND record_id IS NULL")
                .bind(id)
                .bind(new.event_on)
                .bind(recorded_on)
                .bind(occurrence),
        )
        .await?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the thread line names all of it")]
async fn tell(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    year: i32,
    id: RecordId,
    new: &NewRecord,
    page: u32,
    list: &[DutyItem],
    late: bool,
) -> Result<(), StorageError> {
    let mark = if late { " · 补记" } else { "" };
    let codes = codes(list, &new.duties);
    let about = if codes.is_empty() { String::new() } else { format!("，对应 {codes}") };
    let title = format!("{}{about}（第 {page} 页{mark}）", new.kind.label());
    let at = tx.now();
    let duties: Vec<Option<DutyId>> =
        if new.duties.is_empty() { vec![None] } else { new.duties.iter().copied().map(Some).collect() };
    for duty in duties {
        let event = ThreadEvent {
            post,
            year,
            duty,
            stage: Stage::Lv,
            at,
            source: "records.saved".into(),
            title: title.clone(),
            link: Some(format!("/records/{id}")),
            visibility: Visibility::All,
        };
        tx.thread(district, &event).await?;
    }
    Ok(())
}

pub(super) fn codes(list: &[DutyItem], duties: &[DutyId]) -> String {
    let codes: Vec<&str> =
        duties.iter().filter_map(|d| list.iter().find(|i| i.duty == *d)).map(|i| i.code.as_str()).collect();
    codes.join("、")
}

async fn items_in_force(tx: &mut Tx, post: PostId, year: i32) -> Result<Vec<DutyItem>, StorageError> {
    let heads = facts::lists(tx, post, year).await?;
    match heads.iter().find(|l| l.state.is_in_force()) {
        Some(list) => items::items_of_list(tx, list.id).await,
        None => Ok(Vec::new()),
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
        let event_on = match form.event_on.trim() {
            "" => None,
            text => Some(time::parse_iso(text).ok_or_else(|| {
                Rejection::field("event_on", format!("「{text}」不是日期。请写成 2026-11-05 这样的格式。"))
            })?),
        };
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        let draft = RecordDraft { kind: form.kind, text: form.text, event_on, duties: form.duties };
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
                    let known: Vec<DutyId> =
                        items_in_force(tx, into.post, year).await?.iter().map(|i| i.duty).collect();
                    let new = draft.check(today, head.from, &known)?;
                    let saved = save_in(tx, writing, into, unit, &new, today).await?;
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
