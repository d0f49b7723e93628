//! Rows of 明责: items, leaders' lists, templates, the working calendar. Only
//! queries and mapping; who may and when is decided by the callers.

use domain::{
    Rejection,
    duties::{DutyItem, LeaderList, ListState},
    ids::{AccountId, DistrictId, LeaderListId, PostId, TemplateId, UnitId},
    people::{
        Role,
        access::{Actor, PostRef},
    },
    time::{Day, DayKind, Instant},
};
use sha2::{Digest, Sha256};

pub use super::super::posts::{calendar, enabled_on};
use super::super::{items, rows::Rows};
use crate::storage::{Failure, Query, Row, StorageError, Tx, Value, q};

/// Who acts, in which role, when. `at` is the server's now except in demonstration
/// data, which is made for days that are over.
#[derive(Debug, Clone)]
pub struct By {
    /// District.
    pub district: DistrictId,
    /// Account; `None` for the system itself.
    pub account: Option<AccountId>,
    /// Name as it is kept beside the decision.
    pub name: String,
    /// Role in which it is done.
    pub role: Role,
    /// When.
    pub at: Instant,
}

impl By {
    /// `actor` acting in `role` at `at`.
    pub fn of(actor: &Actor, role: Role, at: Instant) -> Self {
        Self { district: actor.district, account: Some(actor.account), name: actor.name.clone(), role, at }
    }

    /// The day of the act.
    pub fn day(&self) -> Day {
        self.at.day()
    }
}

/// Whose items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemsOf {
    /// A template's.
    Template(TemplateId),
    /// A leader's list's.
    Leader(LeaderListId),
}

/// A leader's list with what its steps need to know around it.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The list.
    pub list: LeaderList,
    /// Unit of the post.
    pub unit: UnitId,
    /// Name of the unit.
    pub unit_name: String,
    /// Head post of the district's party committee.
    pub leads_district: bool,
    /// Template it was made of.
    pub template: TemplateId,
    /// Planned first day while it is drafted, the real one once issued.
    pub effective_on: Day,
    /// Last day for the unit's comments.
    pub comment_until: Option<Day>,
    /// Last day for the receipt.
    pub receipt_due: Option<Day>,
    /// Hash of the issued items; empty before.
    pub content_hash: String,
    /// Handed down by this unit.
    pub from_unit: Option<UnitId>,
}

impl ListRow {
    /// The post for access questions.
    pub fn post_ref(&self) -> PostRef {
        PostRef { post: self.list.post, unit: self.unit, leads_district: self.leads_district }
    }
}

/// Items of a template or list in the order of their printed numbers.
pub async fn load_items(from: &mut impl Rows, of: ItemsOf) -> Result<Vec<DutyItem>, StorageError> {
    let query = match of {
        ItemsOf::Template(id) => q("SELECT * FROM template_items WHERE template_id = $1 ORDER BY position").bind(id),
        ItemsOf::Leader(id) => q("SELECT * FROM leader_items WHERE list_id = $1 ORDER BY position").bind(id),
    };
    let rows = from.all(query).await?;
    let mut items = rows.iter().map(items::item_of).collect::<Result<Vec<_>, _>>()?;
    items.sort_by_cached_key(|item| DutyItem::order(&item.code));
    Ok(items)
}

/// Adds an item at `position`.
pub async fn insert_item(
    tx: &mut Tx,
    district: DistrictId,
    of: ItemsOf,
    item: &DutyItem,
    position: usize,
) -> Result<(), StorageError> {
    let (head, owner): (_, Value) = match of {
        ItemsOf::Template(id) => (
            "INSERT INTO template_items (template_id, duty_id, code, group_no, group_name, text, frequency, due_month, due_day,
             months, evidence, action, hard, routine, list_key, source, position, district_id)",
            id.into(),
        ),
        ItemsOf::Leader(id) => (
            "INSERT INTO leader_items (list_id, duty_id, code, group_no, group_name, text, frequency, due_month, due_day,
             months, evidence, action, hard, routine, list_key, source, position, district_id)",
            id.into(),
        ),
    };
    let mut values = vec![owner];
    values.extend(items::item_values(item));
    values.push(i64::try_from(position).unwrap_or(i64::MAX).into());
    values.push(district.into());
    tx.insert(head, values).await?;
    Ok(())
}

/// Replaces all items, in the order of their printed numbers.
pub async fn replace_items(
    tx: &mut Tx,
    district: DistrictId,
    of: ItemsOf,
    items: &[DutyItem],
) -> Result<(), StorageError> {
    let query = match of {
        ItemsOf::Template(id) => q("DELETE FROM template_items WHERE template_id = $1").bind(id),
        ItemsOf::Leader(id) => q("DELETE FROM leader_items WHERE list_id = $1").bind(id),
    };
    tx.execute(query).await?;
    let mut sorted: Vec<&DutyItem> = items.iter().collect();
    sorted.sort_by_cached_key(|item| DutyItem::order(&item.code));
    for (position, item) in sorted.into_iter().enumerate() {
        insert_item(tx, district, of, item, position).await?;
    }
    Ok(())
}

/// The items as everyone outside the office reads them: no internal source.
pub fn without_sources(mut items: Vec<DutyItem>) -> Vec<DutyItem> {
    for item in &mut items {
        item.source = None;
    }
    items
}

/// Hex SHA-256 of the items as the signer reads them (without internal sources).
pub fn content_hash(items: &[DutyItem]) -> Result<String, StorageError> {
    let text = serde_json::to_vec(&without_sources(items.to_vec())).map_err(|_| StorageError::shape("items"))?;
    Ok(hex::encode(Sha256::digest(text)))
}

const LIST: &str = "SELECT l.*, u.name AS unit_name, u.leads_district
  FROM leader_lists l JOIN units u ON u.id = l.unit_id WHERE l.district_id = $1";

/// A leader's list from a row of [`lists_query`].
pub fn read_list(row: &Row) -> Result<ListRow, StorageError> {
    let state = row.keyed("state", ListState::from_key)?;
    let effective_on = row.day("effective_on")?;
    Ok(ListRow {
        list: LeaderList {
            id: row.id("id")?,
            post: row.id("post_id")?,
            year: row.year("year")?,
            version: row.int("version")?,
            edition: row.small("edition")?,
            state,
            sent_on: row.opt_day("sent_on")?,
            issued_on: row.opt_instant("issued_at")?.map(Instant::day),
            effective_on: state.is_issued().then_some(effective_on),
            signed_on: row.opt_day("signed_on")?,
            returned: Some(row.text("returned_why")?).filter(|t| !t.is_empty()),
        },
        unit: row.id("unit_id")?,
        unit_name: row.text("unit_name")?,
        leads_district: row.flag("leads_district")?,
        template: row.id("template_id")?,
        effective_on,
        comment_until: row.opt_day("comment_until")?,
        receipt_due: row.opt_day("receipt_due")?,
        content_hash: row.text("content_hash")?,
        from_unit: row.opt_id("from_unit_id")?,
    })
}

/// Leaders' lists of a district; more conditions can be pushed (`l` list, `u` unit).
pub fn lists_query(district: DistrictId) -> Query {
    q(LIST).bind(district)
}

/// One leader's list, or 「没有找到」.
pub async fn load_list(from: &mut impl Rows, district: DistrictId, id: LeaderListId) -> Result<ListRow, Failure> {
    let rows = from.all(lists_query(district).push_bind("AND l.id = ?", id)).await?;
    let row = rows.first().ok_or(Rejection::NotFound)?;
    Ok(read_list(row)?)
}

/// The newest edition of post and year.
pub async fn newest_list(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
) -> Result<Option<ListRow>, StorageError> {
    let query = lists_query(district)
        .push_bind("AND l.post_id = ?", post)
        .push_bind("AND l.year = ? ORDER BY l.edition DESC LIMIT 1", year);
    let rows = from.all(query).await?;
    rows.first().map(read_list).transpose()
}

/// Editions of post and year, newest first.
pub async fn editions(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
) -> Result<Vec<ListRow>, StorageError> {
    let query = lists_query(district)
        .push_bind("AND l.post_id = ?", post)
        .push_bind("AND l.year = ? ORDER BY l.edition DESC", year);
    from.all(query).await?.iter().map(read_list).collect()
}

/// Saves a list after a step, if nobody changed it since version `seen`.
pub async fn save_list(tx: &mut Tx, row: &ListRow, seen: i64, at: Instant) -> Result<(), Failure> {
    let list = &row.list;
    let issued_at = list.issued_on.map(|day| if at.day() == day { at } else { Instant::start_of(day) });
    let signed_at = list.signed_on.map(|day| if at.day() == day { at } else { Instant::start_of(day) });
    let touched = tx
        .execute(
            q("UPDATE leader_lists SET state = $1, version = version + 1, sent_on = $2, comment_until = $3,
               issued_at = $4, effective_on = $5, signed_on = $6, signed_at = $7, receipt_due = $8,
               content_hash = $9, returned_why = $10 WHERE id = $11 AND version = $12")
            .bind(list.state.key())
            .bind(list.sent_on)
            .bind(row.comment_until)
            .bind(issued_at)
            .bind(list.effective_on.unwrap_or(row.effective_on))
            .bind(list.signed_on)
            .bind(signed_at)
            .bind(row.receipt_due)
            .bind(&row.content_hash)
            .bind(list.returned.as_deref().unwrap_or(""))
            .bind(list.id)
            .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// The kind of day of a storage key.
pub fn day_kind(key: &str) -> Option<DayKind> {
    match key {
        "holiday" => Some(DayKind::Holiday),
        "workday" => Some(DayKind::Workday),
        _ => None,
    }
}

/// Storage key of a kind of day.
pub fn day_key(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Holiday => "holiday",
        DayKind::Workday => "workday",
    }
}
