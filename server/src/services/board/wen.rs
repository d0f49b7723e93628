//! The 问责 cell opened: what the closed loop holds of the unit, each number leading to the ledger narrowed to just that.
//! For whoever sees the unit's problems; of others the cell says its state alone.

use app::api::board::CellProblem;
use chrono::Datelike as _;
use domain::{people::access::Actor, time::Day};

use super::super::{
    accountability::{access::sees_of, ledger_tone, store},
    posts::PostInfo,
};
use crate::storage::{Pool, StorageError, q};

/// Problems listed; the ledger shows the rest.
const SHOWN: i64 = 12;

/// Words with their ledger, and the open problems with the nearest deadline first.
pub(super) type Wen = (Vec<(String, String)>, Vec<CellProblem>);

/// What stands behind the cell of `year`: what was put on the account up to it.
pub(super) async fn wen(
    read: &Pool,
    actor: &Actor,
    info: &PostInfo,
    (year, today): (i32, Day),
) -> Result<Wen, StorageError> {
    if !sees_of(actor, info.access()) {
        return Ok(Wen::default());
    }
    // Not by the index of days: a unit has few, a year holds most of the ledger.
    let last = format!("{year}-12-31");
    let find = q("SELECT CAST(COALESCE(SUM(CASE WHEN l.turn < 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS open,
           CAST(COALESCE(SUM(CASE WHEN l.turn = 0 AND l.due_on < $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late,
           CAST(COALESCE(SUM(CASE WHEN l.turn = 3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS ended
         FROM item_lines l WHERE l.district_id = $1 AND l.unit_id = $2 AND COALESCE(l.opened_on, '') <= $4");
    let row = read.row(find.bind(actor.district).bind(info.unit).bind(today).bind(&last)).await?;
    let Some(row) = row else { return Ok(Wen::default()) };
    // A row of an earlier year counts what was opened up to its end.
    let until = if year < today.year() { format!("&to={last}") } else { String::new() };
    let mut words = Vec::new();
    for (label, n, narrowed) in [
        ("整改在办", row.small("open")?, "state=open"),
        ("其中逾期", row.small("late")?, "due=overdue"),
        ("已销号", row.small("ended")?, "state=closed"),
    ] {
        if n > 0 {
            words.push((format!("{label} {n} 项"), format!("/accountability?unit={}&{narrowed}{until}", info.unit)));
        }
    }
    let find = store::items_query(actor.district)
        .push_bind("AND i.unit_id = ?", info.unit)
        .push_bind("AND i.opened_on <= ?", last)
        .push_bind("AND i.state <> 'closed' ORDER BY i.due_on, i.year, i.number LIMIT ?", SHOWN);
    let mut problems = Vec::new();
    for row in read.rows(find).await? {
        let kept = store::read(&row)?;
        let (tone, word) = ledger_tone(&kept, today);
        problems.push(CellProblem {
            id: kept.item.id,
            number: kept.number,
            problem: kept.item.problem.chars().take(40).collect(),
            tone,
            word,
        });
    }
    Ok((words, problems))
}
