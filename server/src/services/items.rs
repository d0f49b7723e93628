//! Items of templates and leaders' lists: the same columns in both tables.

use std::collections::HashMap;

use domain::{
    duties::{Action, DutyItem, DutyListKey, Evidence, Frequency, Source},
    ids::{LeaderListId, TemplateId},
};

use super::rows::Rows;
use crate::storage::{Row, StorageError, Value, q};

/// A column of the item `$duty` on the newest list of `$post` and `$year` that was handed out, as a sub-query:
/// NULL where none has it. What stands in a draft, or is commented on or waits for approval, is not said.
macro_rules! issued_item {
    ($column:literal, $duty:literal, $post:literal, $year:literal) => {
        concat!(
            "(SELECT i.",
            $column,
            " FROM leader_items i JOIN leader_lists l ON l.id = i.list_id WHERE i.duty_id = ",
            $duty,
            " AND l.post_id = ",
            $post,
            " AND l.year = ",
            $year,
            " AND l.state IN ('issued', 'signed', 'superseded', 'frozen') ORDER BY l.edition DESC LIMIT 1)"
        )
    };
}
pub(crate) use issued_item;

/// What [`item_of`] reads of a row.
pub const COLUMNS: [&str; 15] = [
    "duty_id",
    "code",
    "group_no",
    "group_name",
    "text",
    "frequency",
    "due_month",
    "due_day",
    "months",
    "evidence",
    "action",
    "hard",
    "routine",
    "list_key",
    "source",
];

/// Reads an item.
pub fn item_of(row: &Row) -> Result<DutyItem, StorageError> {
    let due = match (row.opt_int("due_month")?, row.opt_int("due_day")?) {
        (Some(m), Some(d)) => Some((
            u32::try_from(m).map_err(|_| StorageError::shape("due_month"))?,
            u32::try_from(d).map_err(|_| StorageError::shape("due_day"))?,
        )),
        _ => None,
    };
    Ok(DutyItem {
        duty: row.id("duty_id")?,
        code: row.text("code")?,
        group_no: row.small("group_no")?,
        group: row.text("group_name")?,
        text: row.text("text")?,
        frequency: row.keyed("frequency", Frequency::from_key)?,
        due,
        months: row.text("months")?.split(',').filter_map(|m| m.parse().ok()).collect(),
        evidence: row.text("evidence")?.split(',').filter_map(Evidence::from_key).collect(),
        action: row.keyed("action", Action::from_key)?,
        hard: row.flag("hard")?,
        routine: row.flag("routine")?,
        list: DutyListKey(row.text("list_key")?),
        source: row.opt_text("source")?.as_deref().and_then(Source::from_key),
    })
}

/// The values of an item, in the order `duty_id, code, group_no, group_name, text,
/// frequency, due_month, due_day, months, evidence, action, hard, routine, list_key, source`.
pub fn item_values(item: &DutyItem) -> Vec<Value> {
    let months: Vec<String> = item.months.iter().map(ToString::to_string).collect();
    let evidence: Vec<&str> = item.evidence.iter().map(|e| e.key()).collect();
    vec![
        item.duty.into(),
        (&item.code).into(),
        item.group_no.into(),
        (&item.group).into(),
        (&item.text).into(),
        item.frequency.key().into(),
        item.due.map(|d| d.0).into(),
        item.due.map(|d| d.1).into(),
        months.join(",").into(),
        evidence.join(",").into(),
        item.action.key().into(),
        item.hard.into(),
        item.routine.into(),
        (&item.list.0).into(),
        item.source.map(Source::key).into(),
    ]
}

/// Items of a leader's list in printed order.
pub async fn items_of_list(rows: &mut impl Rows, list: LeaderListId) -> Result<Vec<DutyItem>, StorageError> {
    let rows = rows.all(q("SELECT * FROM leader_items WHERE list_id = $1 ORDER BY position").bind(list)).await?;
    rows.iter().map(item_of).collect()
}

/// [`items_of_list`] of some lists. One statement.
pub async fn items_of_lists(
    rows: &mut impl Rows,
    lists: &[LeaderListId],
) -> Result<HashMap<LeaderListId, Vec<DutyItem>>, StorageError> {
    let find = q("SELECT * FROM leader_items WHERE 1 = 1").and_in("list_id", lists.iter().copied());
    let mut out: HashMap<LeaderListId, Vec<DutyItem>> = HashMap::new();
    for row in &rows.all(find.push("ORDER BY list_id, position")).await? {
        out.entry(row.id("list_id")?).or_default().push(item_of(row)?);
    }
    Ok(out)
}

/// Items of a template in printed order.
pub async fn items_of_template(rows: &mut impl Rows, template: TemplateId) -> Result<Vec<DutyItem>, StorageError> {
    let rows =
        rows.all(q("SELECT * FROM template_items WHERE template_id = $1 ORDER BY position").bind(template)).await?;
    rows.iter().map(item_of).collect()
}
