//! The page of 文号: rows with their next free numbers, and the register.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    numbers::{NumberRow, Numbers, NumbersPage, NumbersQuery, SeriesRow},
};
use async_trait::async_trait;
use chrono::Datelike as _;
use domain::{
    ids::{CommandId, DistrictId},
    papers::number::{DocumentNumber, Series},
    people::access::{self, Actor},
    time::zh,
};

use super::{
    super::{Services, rows::Rows, storage},
    BY_HAND, DRAFT, SETTINGS_DRAFT, keep, read,
};
use crate::{
    random,
    storage::{Query, Row, StorageError, q},
};

/// Lines of a page.
const LINES: u32 = 100;
/// Lines of the file.
const FILE_LINES: u32 = 20_000;

async fn series(rows: &mut impl Rows, district: DistrictId, year: i32) -> Result<Vec<SeriesRow>, StorageError> {
    let mut out = Vec::with_capacity(Series::ALL.len());
    for series in Series::ALL {
        let (row, next) = keep::row_of(rows, district, series, year).await?;
        let sample = DocumentNumber { series, year, number: next, prefix: row.prefix.clone() };
        out.push(SeriesRow {
            key: series.key().to_owned(),
            label: series.label().to_owned(),
            sample: sample.to_string(),
            seen: keep::seen(&row, next),
            prefix: row.prefix,
            next,
            confirmed: row.set,
        });
    }
    Ok(out)
}

fn line(row: &Row, may_keep: bool) -> Result<NumberRow, StorageError> {
    let number = read(row)?;
    let void = row.text("state")? == "void";
    let reserved = number.series.is_reserved();
    let shown = |text: String| if reserved { String::new() } else { text };
    let void_by = match row.opt_instant("void_at")? {
        Some(at) => format!("{}，{}", row.text("void_name")?, zh(at.day())),
        None => String::new(),
    };
    let by_hand = row.text("subject")?.starts_with(BY_HAND);
    Ok(NumberRow {
        text: number.to_string(),
        on: zh(row.instant("taken_at")?.day()),
        label: number.series.label().to_owned(),
        title: shown(row.text("title")?),
        link: shown(row.text("link")?),
        who: shown(row.text("taken_name")?),
        outside: row.flag("outside")?,
        void: if void { row.text("reason")? } else { String::new() },
        void_by,
        may_void: (may_keep && by_hand && !void).then(|| (number.series.key().to_owned(), number.number)),
    })
}

fn asked(start: &'static str, district: DistrictId, year: i32, series: Option<Series>) -> Query {
    let find = q(start).bind(district).bind(year);
    match series {
        Some(series) => find.push_bind("AND series = ?", series.key()),
        None => find,
    }
}

impl Services {
    async fn numbers_of(
        &self,
        actor: &Actor,
        query: &NumbersQuery,
        lines: u32,
    ) -> Result<NumbersPage, StorageError> {
        let (mut read, district, today) = (self.store.read().clone(), actor.district, self.today());
        let year = query.year.unwrap_or(today.year()).clamp(2000, today.year() + 1);
        let which = query.series.as_deref().and_then(Series::from_key);
        let may_keep = access::keep_numbers(actor).is_ok();
        let found = q("SELECT DISTINCT year FROM document_numbers WHERE district_id = $1 ORDER BY year DESC");
        let found = read.rows(found.bind(district)).await?;
        let mut years = found.iter().map(|row| row.year("year")).collect::<Result<Vec<_>, _>>()?;
        years.extend([today.year() + 1, today.year(), year]);
        years.sort_unstable_by_key(|year| std::cmp::Reverse(*year));
        years.dedup();

        let count = "SELECT COUNT(*) AS n FROM document_numbers WHERE district_id = $1 AND year = $2";
        let total = read.row(asked(count, district, year, which)).await?.map_or(Ok(0), |row| row.small("n"))?;
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let find = asked("SELECT * FROM document_numbers WHERE district_id = $1 AND year = $2", district, year, which)
            .push("ORDER BY taken_at DESC, series, number DESC")
            .push_bind("LIMIT ?", i64::from(lines))
            .push_bind("OFFSET ?", i64::from(page - 1) * i64::from(lines));
        let rows = read.rows(find).await?.iter().map(|row| line(row, may_keep)).collect::<Result<Vec<_>, _>>()?;
        Ok(NumbersPage {
            year,
            years,
            open: year >= today.year(),
            series: series(&mut read, district, year).await?,
            next: total > page.saturating_mul(lines),
            rows,
            total,
            page,
            may_keep,
            command: CommandId(random::id(self.clock.now())),
            draft: app::api::drafts::Draft::default(),
        })
    }

    /// The register of a year as far as a file goes.
    ///
    /// # Errors
    /// Not the actor's to see, or storage failed.
    pub async fn numbers_for_file(&self, actor: &Actor, query: NumbersQuery) -> Result<NumbersPage, ApiError> {
        let _proof = access::see_numbers(actor)?;
        self.numbers_of(actor, &NumbersQuery { page: None, ..query }, FILE_LINES).await.map_err(storage)
    }
}

#[async_trait]
impl Numbers for Services {
    async fn numbers_page(&self, actor: &Actor, query: NumbersQuery) -> Result<NumbersPage, ApiError> {
        let _proof = access::see_numbers(actor)?;
        let mut page = self.numbers_of(actor, &query, LINES).await.map_err(storage)?;
        for form in [SETTINGS_DRAFT, DRAFT] {
            let draft = self.load(actor, form, query.draft.as_deref()).await?;
            if !draft.fields.is_empty() || !draft.problem.is_empty() {
                page.draft = draft;
            }
        }
        Ok(page)
    }
}
