//! 年度结转 inside a command: what it would do, doing it, and the check that keeps a closed book
//! closed. Nothing is deleted; unconfirmed 代录 go back, 任期一次 items go on in the next year.
//!
//! What a closed book says stays: texts, fields, ticks, days, corrections, 佐证材料 (`content`). What may
//! still be added are marks about it: a 翻阅检查 of a past year is held like any other, with its remarks,
//! 已核实, 核查不符 and 取消对应 (the tick stands, marked as un-matched), and its author may take back from
//! the 联络员 what he shared. Only 转线下 takes words out of it, and the page says how many pages went.

mod content;
mod due;
mod page;

pub use page::{draft_of, may};

use content::{FORMAT, content_hash};

use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Stage, ThreadEvent, Visibility},
    duties::OccurrenceState,
    ids::{AccountId, DistrictId, OccurrenceId, PersonId, PostId, RecordId, UnitId},
    records::{ClosedBy, ClosingEffects, NOT_CONFIRMED, RecordKind, may_close, takes_records},
    signature::{Signature, Signing},
    time::{Day, Instant, zh_short},
};

use super::super::{accountability::store as ledger, colours, rows::Rows, search::index, signatures};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Purpose of the signature under a closing.
pub const CLOSING: &str = "records.closing";

/// A book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Of {
    /// District.
    pub district: DistrictId,
    /// Post.
    pub post: PostId,
    /// Its unit.
    pub unit: UnitId,
    /// Year.
    pub year: i32,
}

/// Who closes it.
#[derive(Debug, Clone)]
pub struct Closer {
    /// How it comes about.
    pub by: ClosedBy,
    /// Account; none for the midnight job.
    pub account: Option<AccountId>,
    /// Who signs, with the signature.
    pub signed: Option<(PersonId, String, Signing)>,
}

/// What the signature under a closing is about.
pub fn subject(post: PostId, year: i32) -> String {
    format!("book:{post}:{year}")
}

/// The day on which a book was closed.
pub async fn closed_on(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Option<Day>, StorageError> {
    let row = rows
        .first(q("SELECT closed_on FROM book_closings WHERE post_id = $1 AND year = $2").bind(post).bind(year))
        .await?;
    row.map(|row| row.day("closed_on")).transpose()
}

/// The day on which a book was closed no later than `until`, and how.
pub async fn closed_by(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    until: Instant,
) -> Result<Option<(Day, ClosedBy)>, StorageError> {
    let find = q("SELECT closed_on, by_whom FROM book_closings WHERE post_id = $1 AND year = $2 AND closed_at <= $3");
    let row = rows.first(find.bind(post).bind(year).bind(until)).await?;
    row.map(|row| Ok((row.day("closed_on")?, row.keyed("by_whom", ClosedBy::from_key)?))).transpose()
}

/// Every command that changes what a book says asks here first: saving, confirming, refusing, correcting,
/// sharing, files. Marks of a 翻阅检查 do not: they may come to a closed book, too.
///
/// # Errors
/// For a closed book.
pub async fn open_year(tx: &mut Tx, post: PostId, year: i32) -> Result<(), Failure> {
    // The book of a running year is never closed: saving pays nothing for the question.
    if year >= tx.now().day().year() {
        return Ok(());
    }
    Ok(takes_records(year, closed_on(tx, post, year).await?)?)
}

/// What closing would do now, for a reader who may know of what waits.
pub async fn effects(rows: &mut impl Rows, of: Of) -> Result<ClosingEffects, StorageError> {
    let waiting = rows
        .all(
            q("SELECT kind, event_on FROM records
               WHERE district_id = $1 AND post_id = $2 AND year = $3 AND state = 'proxy' ORDER BY event_on, id")
            .bind(of.district)
            .bind(of.post)
            .bind(of.year),
        )
        .await?;
    let returned = waiting
        .iter()
        .map(|row| {
            Ok(format!("{} {}", row.keyed("kind", RecordKind::from_key)?.label(), zh_short(row.day("event_on")?)))
        })
        .collect::<Result<_, StorageError>>()?;
    let open = rows
        .all(
            ledger::items_query(of.district)
                .push_bind("AND i.post_id = ?", of.post)
                .push_bind("AND i.year <= ?", of.year)
                .push("AND i.closed_on IS NULL ORDER BY i.year, i.number"),
        )
        .await?;
    let items = open
        .iter()
        .map(|row| {
            let kept = ledger::read(row)?;
            Ok(format!("{} {}", kept.number, kept.item.kind.label()))
        })
        .collect::<Result<_, StorageError>>()?;
    let carried = carried(rows, of).await?.into_iter().map(|(_, words)| words).collect();
    Ok(ClosingEffects { returned, items, carried })
}

/// 任期一次 items without a record, with their words.
async fn carried(rows: &mut impl Rows, of: Of) -> Result<Vec<(OccurrenceId, String)>, StorageError> {
    let found = rows
        .all(
            q("SELECT DISTINCT o.id, i.code, i.text, o.due_on FROM occurrences o
               JOIN leader_lists l ON l.post_id = o.post_id AND l.year = o.year
               JOIN leader_items i ON i.list_id = l.id AND i.duty_id = o.duty_id
               WHERE o.district_id = $1 AND o.post_id = $2 AND o.year = $3 AND o.state = 'open' AND o.record_id IS NULL
                 AND i.frequency = 'once_per_term' AND l.state IN ('issued', 'signed')
               ORDER BY o.due_on, i.code")
            .bind(of.district)
            .bind(of.post)
            .bind(of.year),
        )
        .await?;
    found.iter().map(|row| Ok((row.id("id")?, format!("{} {}", row.text("code")?, row.text("text")?)))).collect()
}

/// Closes a book inside a command. `today` is the day of closing.
///
/// # Errors
/// While the year runs, for a closed book, and for one that never was.
pub async fn close(tx: &mut Tx, of: Of, closer: &Closer, today: Day) -> Result<ClosingEffects, Failure> {
    may_close(of.year, today, closed_on(tx, of.post, of.year).await?)?;
    if !exists(tx, of).await? {
        return Err(Rejection::state(format!("{}年没有下达清单，也没有记录，不需要结转。请核对年度。", of.year)).into());
    }
    let effects = effects(tx, of).await?;
    let words = serde_json::to_string(&effects).map_err(|_| StorageError::shape("done"))?;
    let (person, name) = closer.signed.as_ref().map(|(p, n, _)| (*p, n.clone())).unzip();
    tx.insert(
        "INSERT INTO book_closings (post_id, year, district_id, unit_id, closed_on, closed_at, by_whom, person_id, person_name, done)",
        vec![
            of.post.into(),
            of.year.into(),
            of.district.into(),
            of.unit.into(),
            today.into(),
            tx.now().into(),
            closer.by.key().into(),
            person.into(),
            name.unwrap_or_default().into(),
            words.into(),
        ],
    )
    .await?;
    send_back(tx, of).await?;
    carry_over(tx, of).await?;
    colours::stand_still(tx, of.post, of.year).await?;
    // What is signed is the book as it stays: without what just went back.
    let hash = content_hash(tx, of).await?;
    if let Some((person, _, signing)) = &closer.signed {
        sign(tx, of, *person, signing, &hash).await?;
    }
    let details = format!("{} 内容校验码 {hash}", closer.by.label());
    tx.audit(of.district, closer.account, "records.closed", &subject(of.post, of.year), &details).await?;
    let event = ThreadEvent {
        post: of.post,
        year: of.year,
        duty: None,
        stage: Stage::Lv,
        at: tx.now(),
        source: "records.closed".into(),
        title: format!("{}年记录本结转（{}）", of.year, closer.by.label()),
        link: Some(format!("/book?post={}&year={}", of.post, of.year)),
        visibility: Visibility::All,
    };
    tx.thread(of.district, &event).await?;
    // The closed year keeps its colours (`stand_still`); the next one has something more to ask for.
    colours::refresh(tx, of.district, of.post, of.year + 1, today).await?;
    Ok(effects)
}

async fn exists(tx: &mut Tx, of: Of) -> Result<bool, StorageError> {
    let row = tx
        .row(
            q("SELECT id FROM leader_lists WHERE district_id = $1 AND post_id = $2 AND year = $3
                 AND state IN ('issued', 'signed', 'superseded', 'frozen')
               UNION ALL
               SELECT id FROM records WHERE district_id = $1 AND post_id = $2 AND year = $3 AND state NOT IN ('refused', 'offline')
               LIMIT 1")
            .bind(of.district)
            .bind(of.post)
            .bind(of.year),
        )
        .await?;
    Ok(row.is_some())
}

/// Unconfirmed 代录 go back to the 联络员 with the reason.
async fn send_back(tx: &mut Tx, of: Of) -> Result<(), StorageError> {
    let waiting = tx
        .rows(
            q("UPDATE records SET state = 'refused', refused_why = $1, version = version + 1
               WHERE district_id = $2 AND post_id = $3 AND year = $4 AND state = 'proxy' RETURNING id")
            .bind(NOT_CONFIRMED)
            .bind(of.district)
            .bind(of.post)
            .bind(of.year),
        )
        .await?;
    for row in &waiting {
        index::replace(tx, row.id::<RecordId>("id")?).await?;
    }
    Ok(())
}

/// The next year asks for what the term still owes, under the next free number of the item; a list
/// that asks for the same window already is left alone. The closed year no longer asks for it.
async fn carry_over(tx: &mut Tx, of: Of) -> Result<(), StorageError> {
    for (occurrence, _) in carried(tx, of).await? {
        tx.execute(
            q("INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from,
                 window_to, counts_from, due_on, state)
               SELECT $1, o.district_id, o.post_id, o.unit_id, o.year + 1, o.duty_id, o.code,
                 COALESCE((SELECT MAX(n.period_no) + 1 FROM occurrences n
                   WHERE n.post_id = o.post_id AND n.year = o.year + 1 AND n.duty_id = o.duty_id), o.period_no),
                 o.window_from, o.window_to, o.counts_from, o.due_on, o.state
               FROM occurrences o WHERE o.id = $2 AND NOT EXISTS (SELECT 1 FROM occurrences s
                 WHERE s.post_id = o.post_id AND s.year = o.year + 1 AND s.duty_id = o.duty_id
                   AND s.window_from = o.window_from AND s.window_to = o.window_to AND s.state = 'open')")
            .bind(OccurrenceId(random::id(tx.now())))
            .bind(occurrence),
        )
        .await?;
        let taken = q("UPDATE occurrences SET state = $1 WHERE id = $2");
        tx.execute(taken.bind(OccurrenceState::Carried.key()).bind(occurrence)).await?;
    }
    Ok(())
}

async fn sign(tx: &mut Tx, of: Of, person: PersonId, signing: &Signing, hash: &str) -> Result<(), StorageError> {
    let signature = Signature {
        purpose: CLOSING.to_owned(),
        subject: subject(of.post, of.year),
        version: FORMAT,
        content_hash: hash.to_owned(),
        person,
        post: of.post,
        at: tx.now(),
        signing: signing.clone(),
    };
    signatures::keep(tx, of.district, &signature).await
}
