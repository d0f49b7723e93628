//! What repeats something is asked about once, before it is saved, issued or given: an item of a list, a list into
//! which items were merged, a yearly task. Whoever says that both shall stay is believed; nothing is decided here.

use domain::{
    Rejection,
    duties::{self, DutyItem, ListState, Wording},
    ids::UnitId,
    people::access::Actor,
};

use super::{
    command::issuer,
    store::{self, ItemsOf, ListRow},
};
use crate::{
    import::duties::DutyRow,
    storage::{Failure, Tx, q},
};

/// Asks about an item of a draft that repeats another one; not about one whose words and frequency stay as they were.
///
/// # Errors
/// It repeats one and nobody said yet that both shall stay.
pub(super) fn item(items: &[DutyItem], new: &DutyItem, sure: bool) -> Result<(), Rejection> {
    let same = |old: &DutyItem| old.duty == new.duty && old.text == new.text && old.frequency == new.frequency;
    if sure || items.iter().any(same) {
        return Ok(());
    }
    duties::ask_about(&duties::twins(new, items)).map_or(Ok(()), Err)
}

async fn of_list(tx: &mut Tx, actor: &Actor, row: &ListRow) -> Result<Option<Rejection>, Failure> {
    // Who may not issue it is told so below, and not what stands in it.
    if issuer(actor, row).is_err() || row.list.state != ListState::Approved {
        return Ok(None);
    }
    let items = store::load_items(tx, ItemsOf::Leader(row.list.id)).await?;
    Ok(duties::ask_before_issue(&items))
}

/// Asks before one list is issued.
///
/// # Errors
/// Something merged into it repeats another item, and nobody said yet that both shall stay.
pub(super) async fn list(tx: &mut Tx, actor: &Actor, row: &ListRow, sure: bool) -> Result<(), Failure> {
    match of_list(tx, actor, row).await? {
        Some(asked) if !sure => Err(asked.into()),
        _ => Ok(()),
    }
}

/// The same of a list among many: it is looked at by itself.
///
/// # Errors
/// As above; the whole batch waits.
pub(super) async fn list_of_batch(tx: &mut Tx, actor: &Actor, row: &ListRow) -> Result<(), Failure> {
    match of_list(tx, actor, row).await? {
        Some(asked) => Err(Rejection::state(format!("{asked}这份清单请打开后单独下达，或先不勾选它。")).into()),
        None => Ok(()),
    }
}

/// Asks about a yearly task that repeats an item of the unit's lists of the year or another of its tasks.
///
/// # Errors
/// It repeats one and nobody said yet that both shall stay.
pub(super) async fn task(
    tx: &mut Tx,
    actor: &Actor,
    (unit, year): (UnitId, i32),
    title: &str,
    sure: bool,
) -> Result<(), Failure> {
    if sure {
        return Ok(());
    }
    let mut known: Vec<(String, String)> = Vec::new();
    let items = q("SELECT it.code, it.text FROM leader_items it JOIN leader_lists ll ON ll.id = it.list_id
                   WHERE ll.district_id = $1 AND ll.unit_id = $2 AND ll.year = $3
                     AND ll.state NOT IN ('superseded', 'frozen') ORDER BY it.position, it.list_id, it.duty_id");
    for row in &tx.rows(items.bind(actor.district).bind(unit).bind(year)).await? {
        known.push((format!("清单条目 {}", row.text("code")?), row.text("text")?));
    }
    let tasks =
        q("SELECT title FROM annual_tasks WHERE district_id = $1 AND unit_id = $2 AND year = $3 ORDER BY due_on, id");
    for row in &tx.rows(tasks.bind(actor.district).bind(unit).bind(year)).await? {
        known.push(("年度任务".to_owned(), row.text("title")?));
    }
    known.dedup();
    let asked = duties::ask_about_task(title, known.iter().map(|(name, text)| (name.clone(), text.as_str())));
    asked.map_or(Ok(()), |asked| Err(asked.into()))
}

/// A refusal within a batch, with the unit that it is about.
pub(super) fn named(unit: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Rejected(Rejection::State { message }) => {
            Rejection::state(format!("{unit}：{message}（这一批都没有办理）")).into()
        }
        Failure::Rejected(Rejection::Stale) => {
            Rejection::state(format!("{unit}的清单刚刚被别人改过，这一批都没有办理。请刷新页面后重新勾选。")).into()
        }
        other => other,
    }
}

/// Rows of an import that are compared with one another; a longer table is no list of one leader.
const COMPARED: usize = 400;
/// Notes of an import about such rows.
const NOTES: usize = 20;

/// Notes of an import about rows that repeat one another, or an item that stays beside them in the draft.
pub(super) fn notes(rows: &[(u32, &DutyRow)], kept: &[DutyItem]) -> Vec<String> {
    let rows: Vec<(u32, &DutyRow, Wording)> =
        rows.iter().take(COMPARED).map(|(n, row)| (*n, *row, Wording::of(&row.text))).collect();
    // Rows take the place of items of the same number; the others stay beside them.
    let beside: Vec<(&DutyItem, Wording)> = kept
        .iter()
        .filter(|item| !rows.iter().any(|(_, row, _)| row.duty == Some(item.duty) || row.code == item.code))
        .map(|item| (item, Wording::of(&item.text)))
        .collect();
    let mut out = Vec::new();
    for (at, (n, row, words)) in rows.iter().enumerate() {
        for (other, twin, _) in
            rows.iter().take(at).filter(|(_, twin, of)| twin.frequency == row.frequency && of.is_like(words))
        {
            out.push(format!(
                "第 {n} 行（{}）与第 {other} 行（{}）很相近，频次相同。确需分列的可以照常导入；要合并，请在表格里删去一行。",
                row.code, twin.code
            ));
        }
        for (twin, _) in beside.iter().filter(|(twin, of)| twin.frequency == row.frequency && of.is_like(words)) {
            out.push(format!(
                "第 {n} 行（{}）与草稿里已有的 {}「{}」很相近，频次相同。确需分列的可以照常导入；要合并，请先处理其中一条。",
                row.code, twin.code, twin.text
            ));
        }
        if out.len() >= NOTES {
            break;
        }
    }
    out
}
