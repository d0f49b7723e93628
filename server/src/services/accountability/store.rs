//! Rows of the closed loop: items with their history. Only queries and mapping; the item itself
//! is kept as the rules know it, with the columns that lists need written from it.

use domain::{
    Rejection,
    accountability::{Item, ItemEvent, Ledger, State, Step},
    board::RectificationFacts,
    ids::{DistrictId, ItemId, PostId},
    people::Role,
    time::Day,
};

use super::{super::rows::Rows, lines};
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// An item with what stands around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The item.
    pub item: Item,
    /// `2026-003`.
    pub number: String,
    /// Unit name.
    pub unit_name: String,
    /// Unit kind key.
    pub unit_kind: String,
    /// Title of the post.
    pub post_title: String,
    /// Post of the 区委书记.
    pub leads_district: bool,
}

/// One line of the history.
#[derive(Debug, Clone)]
pub struct Past {
    /// Step.
    pub step: Step,
    /// State after it.
    pub state: State,
    /// Who.
    pub name: String,
    /// In which role.
    pub role: Option<Role>,
    /// Day.
    pub on: Day,
    /// Words.
    pub words: String,
    /// Paper: day and handler.
    pub paper: Option<(Day, String)>,
}

const ITEMS: &str = "SELECT i.*, u.name AS unit_name, u.kind AS unit_kind, u.leads_district, p.title AS post_title
  FROM items i JOIN units u ON u.id = i.unit_id JOIN posts p ON p.id = i.post_id WHERE i.district_id = $1";

/// Items of a district; more conditions can be pushed (`i` item, `u` unit, `p` post).
pub fn items_query(district: DistrictId) -> Query {
    q(ITEMS).bind(district)
}

/// An item from a row of [`items_query`].
pub fn read(row: &Row) -> Result<Kept, StorageError> {
    Ok(Kept {
        item: row.json("item")?,
        number: format!("{}-{:03}", row.int("year")?, row.int("number")?),
        unit_name: row.text("unit_name")?,
        unit_kind: row.text("unit_kind")?,
        post_title: row.text("post_title")?,
        leads_district: row.flag("leads_district")?,
    })
}

/// These items, in their order; ids that are not there are left out.
pub(super) async fn these(
    from: &mut impl Rows,
    district: DistrictId,
    ids: &[ItemId],
) -> Result<Vec<Kept>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let find = items_query(district).and_in("i.id", ids.iter().copied()).for_these_values();
    let mut found: std::collections::HashMap<ItemId, Kept> = std::collections::HashMap::with_capacity(ids.len());
    for row in from.all(find).await? {
        let kept = read(&row)?;
        found.insert(kept.item.id, kept);
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// One item, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: ItemId) -> Result<Kept, Failure> {
    let row = from.first(items_query(district).push_bind("AND i.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// The history of an item, oldest first.
pub async fn history(from: &mut impl Rows, id: ItemId) -> Result<Vec<Past>, StorageError> {
    let rows = from.all(q("SELECT * FROM item_events WHERE item_id = $1 ORDER BY seq").bind(id)).await?;
    rows.iter()
        .map(|row| {
            Ok(Past {
                step: row.keyed("step", Step::from_key)?,
                state: row.keyed("state", State::from_key)?,
                name: row.text("person_name")?,
                role: Role::from_key(&row.text("by_role")?),
                on: row.instant("at")?.day(),
                words: row.text("words")?,
                paper: row.opt_day("paper_on")?.zip(row.opt_text("paper_handler")?),
            })
        })
        .collect()
}

fn text_of(item: &Item) -> Result<String, StorageError> {
    serde_json::to_string(item).map_err(|_| StorageError::shape("item"))
}

/// Puts a new item on the account; its running number in the year.
pub async fn insert(tx: &mut Tx, district: DistrictId, item: &Item) -> Result<i64, StorageError> {
    let year = chrono::Datelike::year(&item.opened_on);
    let last = tx
        .row(
            q("SELECT COALESCE(MAX(number), 0) AS n FROM items WHERE district_id = $1 AND year = $2")
                .bind(district)
                .bind(year),
        )
        .await?;
    let number = last.map_or(Ok(0), |row| row.int("n"))? + 1;
    tx.insert(
        "INSERT INTO items (id, district_id, year, number, unit_id, post_id, duty_id, kind, origin, origin_id, state,
         opened_on, due_on, closed_on, repeated, item, version)",
        vec![
            item.id.into(),
            district.into(),
            year.into(),
            number.into(),
            item.unit.into(),
            item.post.into(),
            item.duty.into(),
            item.kind.key().into(),
            (&item.origin.feature).into(),
            (&item.origin.id).into(),
            item.state.key().into(),
            item.opened_on.into(),
            item.deadline.into(),
            item.closed_on.into(),
            item.repeats.is_some().into(),
            text_of(item)?.into(),
            item.version.into(),
        ],
    )
    .await?;
    lines::insert(tx, district, item, year, number).await?;
    Ok(number)
}

/// Saves an item after a step, if nobody changed it since version `seen`.
pub async fn save(tx: &mut Tx, item: &Item, seen: u32) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE items SET state = $1, due_on = $2, closed_on = $3, item = $4, version = $5, unit_id = $6,
                 post_id = $7, repeated = $8 WHERE id = $9 AND version = $10")
            .bind(item.state.key())
            .bind(item.deadline)
            .bind(item.closed_on)
            .bind(text_of(item)?)
            .bind(item.version)
            .bind(item.unit)
            .bind(item.post)
            .bind(item.repeats.is_some())
            .bind(item.id)
            .bind(seen),
        )
        .await?;
    if touched != 1 {
        return Err(Rejection::Stale.into());
    }
    Ok(lines::update(tx, item).await?)
}

/// Appends to the history.
pub async fn note(
    tx: &mut Tx,
    district: DistrictId,
    id: ItemId,
    event: &ItemEvent,
    role: Role,
) -> Result<(), StorageError> {
    let last = tx.row(q("SELECT COALESCE(MAX(seq), 0) AS n FROM item_events WHERE item_id = $1").bind(id)).await?;
    let seq = last.map_or(Ok(0), |row| row.int("n"))? + 1;
    tx.insert(
        "INSERT INTO item_events (item_id, seq, district_id, at, step, state, by_role, person_id, person_name, words,
         paper_on, paper_handler)",
        vec![
            id.into(),
            seq.into(),
            district.into(),
            tx.now().into(),
            event.step.key().into(),
            event.state.key().into(),
            role.key().into(),
            event.by.into(),
            (&event.by_name).into(),
            (&event.words).into(),
            event.paper.as_ref().map(|p| p.on).into(),
            event.paper.as_ref().map(|p| p.handler.clone()).into(),
        ],
    )
    .await?;
    Ok(())
}

/// 问 of a post in the row of `year`: what was opened up to it. `None` where there never was an item. What was late
/// before `since` (the arrival of the head, 启用日) is not his (practice 3.7); without a head nobody is late.
pub(crate) async fn facts(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    since: Option<Day>,
    today: Day,
) -> Result<Option<RectificationFacts>, StorageError> {
    let rows = rows.all(q("SELECT item FROM items WHERE post_id = $1 AND year <= $2").bind(post).bind(year)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let items = rows.iter().map(|row| row.json("item")).collect::<Result<Vec<Item>, _>>()?;
    let ledger = Ledger::of(&items, today);
    let early = |item: &&Item| item.is_overdue(today) && since.is_none_or(|since| item.deadline < since);
    let before = u32::try_from(items.iter().filter(early).count()).unwrap_or(u32::MAX);
    let overdue = ledger.overdue.saturating_sub(before);
    Ok(Some(RectificationFacts { open: ledger.open, overdue, before, next_due: ledger.next_due }))
}
