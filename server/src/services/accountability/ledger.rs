//! The ledger (台账) as a page and as a file. Filtering, sorting, counting and paging are the database's; only the rows of
//! one page are read as items.

use app::api::{
    ApiError,
    accountability::{LedgerPage, LedgerQuery, LedgerRow},
};
use chrono::Days;
use domain::{
    accountability::{ItemKind, Stage, State, Waits},
    board::Tone,
    ids::ItemId,
    people::access::{self as sight, Actor},
    time::{Day, zh, zh_short},
};

use super::{
    super::{Services, reports::slice, rows::Rows, storage, told},
    access::sees,
    find::{Asked, Reader, SOON},
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, q};

/// Most lines of a file.
pub const EXPORT_MAX: i64 = 100_000;
/// Items read at once for a file.
const CHUNK: usize = 500;
/// Last page that is shown; a search is narrowed, not leafed through.
const PAGES_MAX: u32 = 2_000;

const ORDER: &str = "ORDER BY l.turn, l.due_on, l.year, l.number";

/// Tone and word of an item. Red only for the unit's own delay (overdue 整改 is hard).
pub(crate) fn tone(kept: &Kept, today: Day) -> (Tone, String) {
    let item = &kept.item;
    if item.is_overdue(today) {
        return (Tone::Late, Tone::Late.word().to_owned());
    }
    match item.state.waits() {
        Waits::Unit if item.counts_until() <= today + Days::new(SOON) => (Tone::Warn, Tone::Warn.word().to_owned()),
        Waits::Unit => (Tone::Ok, Tone::Ok.word().to_owned()),
        Waits::Checker | Waits::Office | Waits::Deputy => (Tone::Pending, item.state.label().to_owned()),
        Waits::Nobody if item.is_closed() => (Tone::Ok, State::Closed.label().to_owned()),
        Waits::Nobody => (Tone::None, item.state.label().to_owned()),
    }
}

/// A line as a reader may see it; `office` for those who may know sources.
pub(super) fn row(kept: &Kept, today: Day, office: bool) -> LedgerRow {
    let item = &kept.item;
    let (tone, word) = tone(kept, today);
    // The name of another ledger says as much as the kind does.
    let tells = office || !item.kind.is_inside();
    let external = item.external.as_ref().filter(|_| tells);
    LedgerRow {
        id: item.id,
        number: kept.number.clone(),
        unit: kept.unit_name.clone(),
        kind: item.kind.label_for(office).to_owned(),
        problem: item.problem.clone(),
        demand: item.demand.clone(),
        owner: item.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
        department: item.department.clone(),
        opened_on: zh(item.opened_on),
        deadline: zh(item.deadline),
        state: item.state.label().to_owned(),
        tone,
        word,
        repeated: item.repeats.is_some(),
        external: external.map(|e| format!("{} {}", e.ledger, e.number)).unwrap_or_default(),
        quick: item.quick,
    }
}

/// Ids of the lines that a reader asks for, in the order of the ledger.
pub(super) async fn ids(
    rows: &mut impl Rows,
    reader: &Reader<'_>,
    actor: &Actor,
    asked: &Asked,
    (skip, take): (i64, i64),
) -> Result<Vec<ItemId>, StorageError> {
    let rarest = reader.rarest(rows, asked).await?;
    let query = q("SELECT l.item_id FROM item_lines l WHERE l.district_id = $1").bind(actor.district);
    let query = reader.only(reader.sees(query), asked, rarest.as_deref());
    let query = query.push(ORDER).push_bind("LIMIT ?", take).push_bind("OFFSET ?", skip).for_these_values();
    rows.all(query).await?.iter().map(|row| row.id("item_id")).collect()
}

/// How many a filter finds; of a search no more than are counted.
async fn count(
    rows: &mut impl Rows,
    reader: &Reader<'_>,
    actor: &Actor,
    asked: &Asked,
    most: i64,
) -> Result<u32, StorageError> {
    let rarest = reader.rarest(rows, asked).await?;
    let query = q("SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM item_lines l WHERE l.district_id = $1");
    let query = reader.only(reader.sees(query.bind(actor.district)), asked, rarest.as_deref());
    let query = query.push_bind("LIMIT ?) found", most).for_these_values();
    rows.first(query).await?.map_or(Ok(0), |row| row.small("n"))
}

/// With the part of a report that an address names.
async fn sliced(
    rows: &mut impl Rows,
    actor: &Actor,
    query: &LedgerQuery,
    mut asked: Asked,
    today: Day,
) -> Result<Asked, Failure> {
    asked.slice = slice::of(rows, actor, (query.cover.as_deref(), query.period.as_deref()), today).await?;
    Ok(asked)
}

impl Services {
    pub(super) async fn ledger_page(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError> {
        let _scope = sight::board_scope(actor)?;
        let mut read = self.store.read().clone();
        self.ledger_rows(&mut read, actor, query).await.map_err(told)
    }

    async fn ledger_rows(
        &self,
        read: &mut impl Rows,
        actor: &Actor,
        query: LedgerQuery,
    ) -> Result<LedgerPage, Failure> {
        let (today, office) = (self.today(), sight::sees_sources(actor));
        let reader = Reader::of(read, actor, today).await?;
        let asked = sliced(read, actor, &query, Asked::of(&query, office), today).await?;
        let page = query.page.unwrap_or(1).clamp(1, PAGES_MAX);
        let shown = i64::from(LedgerPage::SHOWN);
        let ids = ids(read, &reader, actor, &asked, (i64::from(page - 1) * shown, shown)).await?;
        let (all, open, overdue) = totals(read, &reader, actor, today).await?;
        let searched = query.q.as_deref().is_some_and(|typed| !typed.trim().is_empty());
        let total = match (asked.any(), searched) {
            (false, _) => all,
            (true, true) => count(read, &reader, actor, &asked, i64::from(LedgerPage::COUNTED)).await?,
            (true, false) => count(read, &reader, actor, &asked, EXPORT_MAX * 10).await?,
        };
        let kept = store::these(read, actor.district, &ids).await?;
        let rows = kept.iter().filter(|kept| sees(actor, kept)).map(|kept| row(kept, today, office)).collect();
        let words = |key: &str, label: &str| (key.to_owned(), label.to_owned());
        let mut kinds: Vec<(String, String)> = ItemKind::ALL
            .into_iter()
            .filter(|kind| office || !kind.is_inside())
            .map(|kind| words(kind.key(), kind.label()))
            .collect();
        if !office {
            kinds.push(words(ItemKind::FOUND, domain::duties::Source::OUTSIDE));
        }
        Ok(LedgerPage {
            rows,
            total,
            page,
            pages: total.div_ceil(LedgerPage::SHOWN).clamp(1, PAGES_MAX),
            keeps: sight::bring_ledger(actor).is_ok(),
            measures: sight::list_measures(actor).is_ok(),
            units: units(read, &reader, actor).await?,
            stages: Stage::ALL.iter().map(|s| words(s.key(), s.label())).collect(),
            kinds,
            open,
            overdue,
            only: asked.slice.map(|slice| slice.words).unwrap_or_default(),
            as_of: zh_short(today),
        })
    }

    /// Every line that a filter finds, for a file: what the page shows on all of its pages.
    ///
    /// # Errors
    /// Sees no items at all; storage failed.
    pub async fn ledger_file(&self, actor: &Actor, query: LedgerQuery) -> Result<Vec<LedgerRow>, ApiError> {
        let _scope = sight::board_scope(actor)?;
        let mut read = self.store.read().clone();
        let (today, office) = (self.today(), sight::sees_sources(actor));
        let reader = Reader::of(&mut read, actor, today).await.map_err(storage)?;
        let asked = sliced(&mut read, actor, &query, Asked::of(&query, office), today).await.map_err(told)?;
        let ids = ids(&mut read, &reader, actor, &asked, (0, EXPORT_MAX)).await.map_err(storage)?;
        let mut out = Vec::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            let kept = store::these(&mut read, actor.district, some).await.map_err(storage)?;
            out.extend(kept.iter().filter(|kept| sees(actor, kept)).map(|kept| row(kept, today, office)));
        }
        Ok(out)
    }

    /// What waits for the actor, and for a head what his unit is to do: the nearest deadline first.
    pub(super) async fn waiting(&self, actor: &Actor, most: usize) -> Result<Vec<Kept>, StorageError> {
        let mut read = self.store.read().clone();
        let reader = Reader::of(&mut read, actor, self.today()).await?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let ids = ids(&mut read, &reader, actor, &Asked::todo(), (0, most)).await?;
        let kept = store::these(&mut read, actor.district, &ids).await?;
        Ok(kept.into_iter().filter(|kept| sees(actor, kept)).collect())
    }
}

/// All in sight, 在办, 逾期.
async fn totals(
    rows: &mut impl Rows,
    reader: &Reader<'_>,
    actor: &Actor,
    today: Day,
) -> Result<(u32, u32, u32), StorageError> {
    let query =
        q("SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CASE WHEN l.turn < 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS open,
           CAST(COALESCE(SUM(CASE WHEN l.turn = 0 AND l.due_on < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late
         FROM item_lines l WHERE l.district_id = $2");
    let query = reader.sees(query.bind(today).bind(actor.district)).for_these_values();
    let Some(row) = rows.first(query).await? else { return Ok((0, 0, 0)) };
    Ok((row.small("n")?, row.small("open")?, row.small("late")?))
}

/// Units with items in sight, in the order of the directory.
async fn units(
    rows: &mut impl Rows,
    reader: &Reader<'_>,
    actor: &Actor,
) -> Result<Vec<(String, String)>, StorageError> {
    let query = q("SELECT u.id, u.name FROM units u WHERE u.district_id = $1 AND EXISTS (
           SELECT 1 FROM item_lines l WHERE l.district_id = $2 AND l.unit_id = u.id");
    let query =
        reader.sees(query.bind(actor.district).bind(actor.district)).push(") ORDER BY u.position, u.name, u.id");
    let rows = rows.all(query.for_these_values()).await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.text("name")?))).collect()
}
