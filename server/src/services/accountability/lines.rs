//! The narrow line of an item: what the ledger filters, sorts and counts by, and the pairs of characters it is searched
//! by. Written with the item in the same command. Holds nothing that the item does not say.

use domain::{
    accountability::{Item, State, Waits},
    ids::{DistrictId, ItemId},
};

use super::grams;
use crate::storage::{Failure, StorageError, Store, Tx, Value, q};

/// Lines indexed in one command after an update.
const AT_ONCE: i64 = 500;

/// Place in the order of the ledger: the unit's turn first, then the supervising bodies', on hold, ended.
pub(super) fn turn(state: State) -> i64 {
    match state.waits() {
        Waits::Unit => 0,
        Waits::Checker | Waits::Office | Waits::Deputy => 1,
        Waits::Nobody if state == State::Suspended => 2,
        Waits::Nobody => 3,
    }
}

fn external(item: &Item) -> String {
    item.external.as_ref().map(|e| format!("{} {}", e.ledger, e.number)).unwrap_or_default()
}

fn asked(item: &Item) -> bool {
    item.extension.as_ref().is_some_and(|e| e.granted.is_none())
}

/// Puts the line of a new item beside it.
pub(super) async fn insert(
    tx: &mut Tx,
    district: DistrictId,
    item: &Item,
    year: i32,
    number: i64,
) -> Result<(), StorageError> {
    let row = tx.row(q("SELECT COALESCE(MAX(doc), 0) + 1 AS doc FROM item_lines")).await?;
    let doc = row.map_or(Ok(1), |row| row.int("doc"))?;
    tx.insert(
        "INSERT INTO item_lines (item_id, district_id, doc, indexed, unit_id, post_id, duty_id, kind, origin, origin_id,
         state, turn, due_on, opened_on, closed_on, year, number, repeats, asked, quick, owner_id, filler_id, leader_id,
         applicant_id, checker_id, external, since)",
        vec![
            item.id.into(),
            district.into(),
            doc.into(),
            true.into(),
            item.unit.into(),
            item.post.into(),
            item.duty.into(),
            item.kind.key().into(),
            (&item.origin.feature).into(),
            (&item.origin.id).into(),
            item.state.key().into(),
            turn(item.state).into(),
            item.counts_until().into(),
            item.opened_on.into(),
            item.closed_on.into(),
            year.into(),
            number.into(),
            item.repeats.into(),
            asked(item).into(),
            item.quick.into(),
            item.owner.as_ref().and_then(|o| o.person).into(),
            item.hands.filler.into(),
            item.hands.leader.into(),
            item.hands.applicant.into(),
            item.hands.checker.into(),
            external(item).into(),
            item.since.into(),
        ],
    )
    .await?;
    words(tx, district, doc, item).await
}

/// Brings the line up to date after a step.
pub(super) async fn update(tx: &mut Tx, item: &Item) -> Result<(), StorageError> {
    let find = q("SELECT doc, district_id, external FROM item_lines WHERE item_id = $1").bind(item.id);
    let Some(row) = tx.row(find).await? else { return Ok(()) };
    tx.execute(
        q("UPDATE item_lines SET unit_id = $1, post_id = $2, state = $3, turn = $4, due_on = $5, closed_on = $6,
             repeats = $7, asked = $8, quick = $9, owner_id = $10, filler_id = $11, leader_id = $12, applicant_id = $13,
             checker_id = $14, external = $15, since = $16 WHERE item_id = $17")
        .bind(item.unit)
        .bind(item.post)
        .bind(item.state.key())
        .bind(turn(item.state))
        .bind(item.counts_until())
        .bind(item.closed_on)
        .bind(item.repeats)
        .bind(asked(item))
        .bind(item.quick)
        .bind(item.owner.as_ref().and_then(|o| o.person))
        .bind(item.hands.filler)
        .bind(item.hands.leader)
        .bind(item.hands.applicant)
        .bind(item.hands.checker)
        .bind(external(item))
        .bind(item.since)
        .bind(item.id),
    )
    .await?;
    if row.text("external")? == external(item) {
        return Ok(());
    }
    let (doc, district) = (row.int("doc")?, row.id("district_id")?);
    forget(tx, doc).await?;
    words(tx, district, doc, item).await
}

async fn forget(tx: &mut Tx, doc: i64) -> Result<(), StorageError> {
    tx.execute(q("DELETE FROM item_grams WHERE doc = $1").bind(doc)).await.map(drop)
}

async fn words(tx: &mut Tx, district: DistrictId, doc: i64, item: &Item) -> Result<(), StorageError> {
    let all = grams::of(item, &external(item)).into_iter();
    let rows: Vec<Vec<Value>> = all.map(|gram| vec![gram.into(), doc.into(), district.into()]).collect();
    tx.insert_all("INSERT INTO item_grams (gram, doc, district_id)", rows, "").await.map(drop)
}

/// What an item says was changed outside of its steps: words that went offline are not found any more.
///
/// # Errors
/// Storage failed.
pub(in crate::services) async fn reword(tx: &mut Tx, id: ItemId) -> Result<(), StorageError> {
    let find = q("SELECT l.doc, l.district_id, i.item FROM item_lines l JOIN items i ON i.id = l.item_id
         WHERE l.item_id = $1");
    let Some(row) = tx.row(find.bind(id)).await? else { return Ok(()) };
    let (doc, district, item): (i64, DistrictId, Item) = (row.int("doc")?, row.id("district_id")?, row.json("item")?);
    forget(tx, doc).await?;
    words(tx, district, doc, &item).await?;
    let text = external(&item);
    tx.execute(q("UPDATE item_lines SET external = $1 WHERE item_id = $2").bind(text).bind(id)).await.map(drop)
}

/// Indexes the lines that an update of the program made; how many. A few hundred in one command.
///
/// # Errors
/// Storage failed.
pub(in crate::services) async fn refresh(store: &Store) -> Result<u64, Failure> {
    let mut all = 0;
    loop {
        let n = store
            .write(|tx| {
                Box::pin(async move {
                    let find =
                        q("SELECT l.doc, l.district_id, i.item FROM item_lines l JOIN items i ON i.id = l.item_id
                         WHERE l.indexed = 0 ORDER BY l.doc LIMIT $1");
                    let rows = tx.rows(find.bind(AT_ONCE)).await?;
                    for row in &rows {
                        let doc = row.int("doc")?;
                        forget(tx, doc).await?;
                        words(tx, row.id("district_id")?, doc, &row.json("item")?).await?;
                        tx.execute(q("UPDATE item_lines SET indexed = 1 WHERE doc = $1").bind(doc)).await?;
                    }
                    Ok(u64::try_from(rows.len()).unwrap_or(0))
                })
            })
            .await?;
        all += n;
        if n == 0 {
            return Ok(all);
        }
    }
}
