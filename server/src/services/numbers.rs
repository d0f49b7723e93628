//! 文号: every number of a document is taken here, in the transaction of whatever is numbered. What was taken is never
//! given again, also after 作废. Refuses to number anything twice: the same subject gets the number it has.
//!
//! Races: a district has one writer on both databases, so two takers stand in line; the primary key of the table says
//! no should that ever fail.

mod keep;
mod page;

use std::collections::BTreeSet;

use domain::{
    Rejection,
    ids::DistrictId,
    papers::number::{DocumentNumber, NUMBER_MAX, Series, next_free},
    people::access::Actor,
    text,
};

use super::rows::Rows;
use crate::storage::{Failure, Row, StorageError, Tx, q};

pub use keep::{Claim, SetSeries, TakeByHand, VoidNumber};
pub(crate) use keep::{bring_quietly, seen_now, set_quietly, void_quietly};

/// Form of the drafts of the settings of a row.
pub const SETTINGS_DRAFT: &str = "numbers.settings";
/// Form of the drafts of numbers taken or brought by hand.
pub const DRAFT: &str = "numbers.hand";
/// What a number that was taken or brought by hand stands on begins so.
const BY_HAND: &str = "hand:";

/// How a row of one year stands: prefix and lowest number of those that are taken from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services) struct SeriesYear {
    /// 发文代字.
    pub(in crate::services) prefix: String,
    /// Lowest number.
    pub(in crate::services) start: u32,
    /// Who set it and when; empty while it is 示范. What another year was given counts as set for the prefix.
    pub(in crate::services) set: String,
}

/// Takes the next free number for `subject` (`notice:…`, `talk:…`), or gives the one that it has. [`named`] then says
/// in the register what it stands on.
///
/// # Errors
/// The row of the year is full, or storage failed.
pub async fn take(
    tx: &mut Tx,
    district: DistrictId,
    series: Series,
    year: i32,
    subject: &str,
) -> Result<DocumentNumber, Failure> {
    if let Some(number) = of_subject(tx, district, series, subject).await? {
        return Ok(number);
    }
    let row = series_year(tx, district, series, year).await?;
    let number = next(tx, district, series, year, row.start).await?;
    let number = DocumentNumber { series, year, number, prefix: row.prefix };
    keep(tx, district, &number, subject, false).await?;
    Ok(number)
}

/// Notes a number from outside (a document of before, or written on paper) for `subject`.
///
/// # Errors
/// It is used, with its holder named; `subject` has another one; no number from 1 to [`NUMBER_MAX`]; or storage failed.
pub async fn claim(
    tx: &mut Tx,
    district: DistrictId,
    series: Series,
    year: i32,
    number: u32,
    subject: &str,
) -> Result<DocumentNumber, Failure> {
    if !(1..=NUMBER_MAX).contains(&number) {
        return Err(Rejection::field("number", format!("号数要在 1 到 {NUMBER_MAX} 之间，没有保存。请改正。")).into());
    }
    if let Some(has) = of_subject(tx, district, series, subject).await? {
        if (has.year, has.number) == (year, number) {
            return Ok(has);
        }
        let words = format!("这份文书已经是{has}，不能再登记另一个文号，没有保存。号登错了的，请先作废。");
        return Err(Rejection::field("number", words).into());
    }
    if let Some(words) = held(tx, district, series, year, number).await? {
        return Err(Rejection::field("number", words).into());
    }
    let row = series_year(tx, district, series, year).await?;
    let number = DocumentNumber { series, year, number, prefix: row.prefix };
    keep(tx, district, &number, subject, true).await?;
    Ok(number)
}

/// Says in the register what a number stands on and who took it, and writes it to the audit log. For a reserved row
/// ([`Series::is_reserved`]) the register shows neither title nor link, whoever looks.
///
/// # Errors
/// Storage failed.
pub async fn named(
    tx: &mut Tx,
    actor: &Actor,
    number: &DocumentNumber,
    title: &str,
    link: &str,
) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE document_numbers SET title = $1, link = $2, taken_name = $3")
            .bind(title)
            .bind(link)
            .bind(&actor.name)
            .push_bind("WHERE district_id = ?", actor.district)
            .push_bind("AND series = ?", number.series.key())
            .push_bind("AND year = ?", number.year)
            .push_bind("AND number = ?", number.number),
    )
    .await?;
    // What it stands on is no business of the log's readers: the register says it to those who may know.
    tx.audit(actor.district, Some(actor.account), "numbers.taken", &object(number), &number.to_string()).await
}

/// 作废: the number stays as a stub with its reason, and is never given again. Whether the actor may is the question of
/// whoever keeps the document.
///
/// # Errors
/// No such number, or voided before; no reason; or storage failed.
pub async fn void(tx: &mut Tx, actor: &Actor, number: &DocumentNumber, reason: &str) -> Result<(), Failure> {
    let reason = text::required("reason", "作废原因", reason, text::LINE_MAX)?;
    let now = tx.now();
    let done = tx
        .execute(
            q("UPDATE document_numbers SET state = 'void', reason = $1, void_name = $2, void_at = $3")
                .bind(&reason)
                .bind(&actor.name)
                .bind(now)
                .push_bind("WHERE district_id = ?", actor.district)
                .push_bind("AND series = ?", number.series.key())
                .push_bind("AND year = ?", number.year)
                .push_bind("AND number = ?", number.number)
                .push("AND state = 'taken'"),
        )
        .await?;
    if done == 0 {
        return Err(Rejection::state(format!("{number}没有登记或已经作废，没有改动。请刷新页面核对。")).into());
    }
    tx.audit(actor.district, Some(actor.account), "numbers.void", &object(number), &number.to_string()).await?;
    Ok(())
}

/// The number of a subject, if it has one that is not voided.
///
/// # Errors
/// Storage failed.
pub async fn of_subject(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    subject: &str,
) -> Result<Option<DocumentNumber>, StorageError> {
    let find = q("SELECT series, year, number, prefix FROM document_numbers
                  WHERE district_id = $1 AND series = $2 AND subject = $3 AND state = 'taken'")
    .bind(district)
    .bind(series.key())
    .bind(subject);
    rows.first(find).await?.map(|row| read(&row)).transpose()
}

/// A number of a row with the columns series, year, number and prefix.
pub(in crate::services) fn read(row: &Row) -> Result<DocumentNumber, StorageError> {
    Ok(DocumentNumber {
        series: Series::from_key(&row.text("series")?).ok_or_else(|| StorageError::shape("series"))?,
        year: i32::try_from(row.int("year")?).map_err(|_| StorageError::shape("year"))?,
        number: u32::try_from(row.int("number")?).map_err(|_| StorageError::shape("number"))?,
        prefix: row.text("prefix")?,
    })
}

/// Prefix and start of a row: of the year; else the prefix of the last year that was set, from 1; else 示范.
pub(in crate::services) async fn series_year(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
) -> Result<SeriesYear, StorageError> {
    let find = q("SELECT year, prefix, start, set_name, set_on FROM document_series
                  WHERE district_id = $1 AND series = $2 AND year <= $3 ORDER BY year DESC LIMIT 1")
    .bind(district)
    .bind(series.key())
    .bind(year);
    if let Some(row) = rows.first(find).await? {
        let own = row.int("year")? == i64::from(year);
        let start = if own { u32::try_from(row.int("start")?).unwrap_or(1) } else { 1 };
        let set = format!("{}，{}", row.text("set_name")?, domain::time::zh(row.day("set_on")?));
        return Ok(SeriesYear { prefix: row.text("prefix")?, start, set });
    }
    let name = rows.first(q("SELECT name FROM districts WHERE id = $1").bind(district)).await?;
    let name = name.map(|row| row.text("name")).transpose()?.unwrap_or_default();
    Ok(SeriesYear { prefix: series.sample_prefix(&name), start: 1, set: String::new() })
}

/// Highest number that counts for going on: a voided one from outside does not.
pub(in crate::services) async fn highest(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
) -> Result<Option<u32>, StorageError> {
    let find = q("SELECT number FROM document_numbers WHERE district_id = $1 AND series = $2 AND year = $3
                  AND (outside = 0 OR state = 'taken') ORDER BY number DESC LIMIT 1")
    .bind(district)
    .bind(series.key())
    .bind(year);
    let number = rows.first(find).await?.map(|row| row.int("number")).transpose()?;
    Ok(number.and_then(|n| u32::try_from(n).ok()))
}

/// The number that would be taken next.
pub(in crate::services) async fn next(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
    start: u32,
) -> Result<u32, Failure> {
    let highest = highest(rows, district, series, year).await?;
    let above = q("SELECT number FROM document_numbers WHERE district_id = $1 AND series = $2 AND year = $3
                   AND number > $4 ORDER BY number")
    .bind(district)
    .bind(series.key())
    .bind(year)
    .bind(highest.unwrap_or(0));
    let mut used = BTreeSet::new();
    for row in rows.all(above).await? {
        used.insert(u32::try_from(row.int("number")?).map_err(|_| StorageError::shape("number"))?);
    }
    Ok(next_free(start, highest, &used)?)
}

/// Who has a number, in words for whoever wants it; none where it is free.
async fn held(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
    number: u32,
) -> Result<Option<String>, StorageError> {
    let find = q("SELECT series, year, number, prefix, title, state, reason, taken_name, taken_at FROM document_numbers
                  WHERE district_id = $1 AND series = $2 AND year = $3 AND number = $4")
    .bind(district)
    .bind(series.key())
    .bind(year)
    .bind(number);
    let Some(row) = rows.first(find).await? else { return Ok(None) };
    let number = read(&row)?;
    let day = domain::time::zh(row.instant("taken_at")?.day());
    let (title, name) = (row.text("title")?, row.text("taken_name")?);
    let holder = match (series.is_reserved(), title.is_empty()) {
        (true, _) => series.label().to_owned(),
        (false, true) => format!("{}（{day}）", series.label()),
        (false, false) => format!("{}《{title}》（{name}，{day}）", series.label()),
    };
    Ok(Some(if row.text("state")? == "void" {
        format!("{number}已作废（{}），作废的号不再使用，没有保存。请换一个号。", row.text("reason")?)
    } else {
        format!("{number}已用于{holder}，同一个文号不能用两次，没有保存。请核对号数。")
    }))
}

async fn keep(
    tx: &mut Tx,
    district: DistrictId,
    number: &DocumentNumber,
    subject: &str,
    outside: bool,
) -> Result<(), StorageError> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO document_numbers (district_id, series, year, number, prefix, subject, outside, taken_at)",
        vec![
            district.into(),
            number.series.key().into(),
            number.year.into(),
            number.number.into(),
            (&number.prefix).into(),
            subject.into(),
            outside.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The audit's name of a number.
fn object(number: &DocumentNumber) -> String {
    format!("number:{}-{}-{}", number.series.key(), number.year, number.number)
}
