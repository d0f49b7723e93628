//! What the office does with numbers by hand: sets a row, takes a number for a paper that is written outside, brings
//! one that was used before, voids one.

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    papers::number::{self, DocumentNumber, Series, year as checked_year},
    people::access::{self, Actor},
    text,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    super::{Services, rows::Rows},
    BY_HAND, SeriesYear, claim, highest, named, next, read, series_year, take, void,
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// A row as it is set.
#[derive(Debug, Clone, Serialize)]
pub struct SetSeries {
    /// Row.
    pub series: Series,
    /// Year.
    pub year: i32,
    /// 发文代字 as typed.
    pub prefix: String,
    /// Next free number as typed.
    pub next: String,
    /// What the form showed.
    pub seen: String,
}

/// A number for a paper that is written outside.
#[derive(Debug, Clone, Serialize)]
pub struct TakeByHand {
    /// Row.
    pub series: Series,
    /// Year.
    pub year: i32,
    /// Title of the paper.
    pub title: String,
}

/// A number that was used before or outside.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// Row.
    pub series: Series,
    /// Year.
    pub year: i32,
    /// Number as typed.
    pub number: String,
    /// Title of the paper.
    pub title: String,
}

/// A number to be voided.
#[derive(Debug, Clone, Serialize)]
pub struct VoidNumber {
    /// Row.
    pub series: Series,
    /// Year.
    pub year: i32,
    /// Number.
    pub number: u32,
    /// Why.
    pub reason: String,
}

/// Tells one state of a row from another.
pub(super) fn seen(row: &SeriesYear, next: u32) -> String {
    let text = format!("{}\u{1f}{}\u{1f}{}\u{1f}{next}", row.prefix, row.start, row.set);
    hex::encode(Sha256::digest(text)).chars().take(16).collect()
}

/// Two rows with one prefix would write one number twice.
async fn prefix_is_free(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
    prefix: &str,
) -> Result<(), Failure> {
    let no = |other: Series| {
        let words = format!(
            "“{prefix}”已是{}的发文代字，两种文书用同一个代字会编出相同的文号，没有保存。请换一个代字。",
            other.label()
        );
        Rejection::field("prefix", words)
    };
    for other in Series::ALL.into_iter().filter(|other| *other != series) {
        if series_year(rows, district, other, year).await?.prefix == prefix {
            return Err(no(other).into());
        }
    }
    let find = q("SELECT series FROM document_numbers WHERE district_id = $1 AND year = $2 AND prefix = $3
                  AND series <> $4 ORDER BY series LIMIT 1")
    .bind(district)
    .bind(year)
    .bind(prefix)
    .bind(series.key());
    match rows.first(find).await? {
        Some(row) => Err(no(row.keyed("series", Series::from_key)?).into()),
        None => Ok(()),
    }
}

/// Sets a row within a command.
pub(crate) async fn set_quietly(tx: &mut Tx, actor: &Actor, form: SetSeries) -> Result<(), Failure> {
    let _proof = access::keep_numbers(actor)?;
    let today = tx.now().day();
    let SetSeries { series, year, .. } = form;
    // Numbers of past years are written; nobody sets them any more.
    if year < today.year() {
        return Err(Rejection::field("year", format!("{year}年的文号已经结束，不能再设置，没有保存。")).into());
    }
    let year = checked_year("year", year, today)?;
    let row = series_year(tx, actor.district, series, year).await?;
    let free = next(tx, actor.district, series, year, row.start).await?;
    if seen(&row, free) != form.seen {
        return Err(Rejection::Stale.into());
    }
    let prefix = number::prefix(&form.prefix)?;
    // It is carried into the years after, where another row may have one of its own already.
    for later in year..=today.year().max(year) + 1 {
        prefix_is_free(tx, actor.district, series, later, &prefix).await?;
    }
    let wanted = number::typed("next", &form.next)?;
    let start = number::start(series, wanted, highest(tx, actor.district, series, year).await?)?;
    tx.execute(
        q("INSERT INTO document_series (district_id, series, year, prefix, start, set_name, set_on)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (district_id, series, year) DO UPDATE SET prefix = excluded.prefix, start = excluded.start,
             set_name = excluded.set_name, set_on = excluded.set_on")
        .bind(actor.district)
        .bind(series.key())
        .bind(year)
        .bind(&prefix)
        .bind(start)
        .bind(&actor.name)
        .bind(today),
    )
    .await?;
    let sample = DocumentNumber { series, year, number: start, prefix };
    let object = format!("district:{}", actor.district);
    let words = format!("{}：下一个文号 {sample}", series.label());
    tx.audit(actor.district, Some(actor.account), "numbers.set", &object, &words).await?;
    Ok(())
}

fn subject(tx: &Tx) -> String {
    format!("{BY_HAND}{}", random::id(tx.now()))
}

fn title(value: &str) -> Result<String, Rejection> {
    text::required("title", "文书标题", value, 120)
}

async fn take_by_hand(tx: &mut Tx, actor: &Actor, form: TakeByHand) -> Result<String, Failure> {
    let _proof = access::keep_numbers(actor)?;
    let today = tx.now().day();
    let year = checked_year("year", form.year, today)?;
    if year != today.year() {
        let words = format!("新的文号只在今年（{}年）取，没有取号。往年的文号请登记。", today.year());
        return Err(Rejection::field("year", words).into());
    }
    let title = title(&form.title)?;
    let subject = subject(tx);
    let number = take(tx, actor.district, form.series, year, &subject).await?;
    named(tx, actor, &number, &title, "").await?;
    Ok(number.to_string())
}

/// Brings a number within a command; as it is written.
pub(crate) async fn bring_quietly(tx: &mut Tx, actor: &Actor, form: Claim) -> Result<String, Failure> {
    let _proof = access::keep_numbers(actor)?;
    let year = checked_year("year", form.year, tx.now().day())?;
    let digits = number::typed("number", &form.number)?;
    let title = title(&form.title)?;
    let subject = subject(tx);
    let number = claim(tx, actor.district, form.series, year, digits, &subject).await?;
    named(tx, actor, &number, &title, "").await?;
    Ok(number.to_string())
}

/// Voids a number that was taken or brought by hand, within a command.
pub(crate) async fn void_quietly(tx: &mut Tx, actor: &Actor, form: VoidNumber) -> Result<(), Failure> {
    let _proof = access::keep_numbers(actor)?;
    let find = q("SELECT series, year, number, prefix, subject FROM document_numbers
                  WHERE district_id = $1 AND series = $2 AND year = $3 AND number = $4")
    .bind(actor.district)
    .bind(form.series.key())
    .bind(form.year)
    .bind(form.number);
    let row = tx.row(find).await?.ok_or(Rejection::NotFound)?;
    let number = read(&row)?;
    // A document of the system says itself when its number is void: else it would go on showing it.
    if !row.text("subject")?.starts_with(BY_HAND) {
        let words = format!("{number}是系统里一份文书的文号，不能在这里作废，没有改动。请打开那份文书作废。");
        return Err(Rejection::state(words).into());
    }
    void(tx, actor, &number, &form.reason).await
}

impl Services {
    /// Sets prefix and next free number of a row; they are 示范 no longer.
    ///
    /// # Errors
    /// Not the actor's to do, stale, a prefix of another row, a number at or below a used one.
    pub async fn set_series(&self, actor: &Actor, key: CommandId, form: SetSeries) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { set_quietly(tx, &actor, form).await }))
            .await
    }

    /// Takes the next free number for a paper that is written outside; the number as it is written.
    ///
    /// # Errors
    /// Not the actor's to do, another year than this one, no title, the row is full.
    pub async fn take_number(&self, actor: &Actor, key: CommandId, form: TakeByHand) -> Result<String, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { take_by_hand(tx, &actor, form).await }))
            .await
    }

    /// Brings a number that was used before; the number as it is written.
    ///
    /// # Errors
    /// Not the actor's to do, a number that is used, a wrong field.
    pub async fn bring_number(&self, actor: &Actor, key: CommandId, form: Claim) -> Result<String, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { bring_quietly(tx, &actor, form).await }))
            .await
    }

    /// Voids a number that was taken or brought by hand.
    ///
    /// # Errors
    /// Not the actor's to do, none of those, voided before, no reason.
    pub async fn void_number(&self, actor: &Actor, key: CommandId, form: VoidNumber) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { void_quietly(tx, &actor, form).await }))
            .await
    }
}

/// How a row of a year stands, and the number that is taken next; one beyond the last where the row is full.
pub(super) async fn row_of(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
) -> Result<(SeriesYear, u32), StorageError> {
    let row = series_year(rows, district, series, year).await?;
    let free = match next(rows, district, series, year, row.start).await {
        Ok(free) => free,
        Err(Failure::Storage(e)) => return Err(e),
        // Full: the page shows a number that cannot be taken.
        Err(Failure::Rejected(_)) => number::NUMBER_MAX + 1,
    };
    Ok((row, free))
}

/// What a form of the row would show now.
pub(crate) async fn seen_now(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
) -> Result<String, StorageError> {
    let (row, free) = row_of(rows, district, series, year).await?;
    Ok(seen(&row, free))
}
