//! A matter is put on the account (挂账): number, repetition, history, audit, thread, board, all in
//! the transaction of whatever found it.

use domain::{
    Rejection,
    accountability::{Hand, Item, ItemEvent, NewItem, repeats},
    board::{Duty, ThreadEvent, Visibility},
    ids::{AccountId, DistrictId, ItemId, UnitId},
    people::Role,
    time::{Day, zh},
};

use super::{
    super::{posts, rows::Rows},
    store,
};
use crate::{
    random,
    services::reviews::report::refresh_board,
    storage::{Failure, StorageError, Tx, q},
};

/// Why nothing new can be handed to a unit: it ended, and which one took over.
///
/// # Errors
/// Storage failed.
pub(super) async fn over(rows: &mut impl Rows, unit: UnitId, today: Day) -> Result<Option<String>, StorageError> {
    let find = q("SELECT u.name, u.ends_on, h.name AS heir FROM units u LEFT JOIN units h ON h.id = u.merged_into
         WHERE u.id = $1 AND u.ends_on IS NOT NULL AND u.ends_on < $2");
    let Some(row) = rows.first(find.bind(unit).bind(today)).await? else { return Ok(None) };
    let (name, day) = (row.text("name")?, zh(row.day("ends_on")?));
    Ok(Some(match row.opt_text("heir")? {
        Some(heir) => format!("{name}已于{day}并入{heir}，没有办理。请改选{heir}。"),
        None => format!("{name}已于{day}撤销，没有办理。请改选承接单位。"),
    }))
}

/// A fresh id.
pub fn new_id(tx: &Tx) -> ItemId {
    ItemId(random::id(tx.now()))
}

/// In whose name something is written.
#[derive(Debug, Clone)]
pub struct Writer {
    /// District.
    pub district: DistrictId,
    /// Account, for the audit.
    pub account: AccountId,
    /// Role in which it is done.
    pub role: Role,
    /// The hand of the history.
    pub hand: Hand,
}

/// Opens an item today. Whether the writer may is the caller's question: the feature that found the
/// matter has its own approvals.
///
/// # Errors
/// As [`open_on`].
pub async fn open_in(tx: &mut Tx, by: &Writer, new: NewItem) -> Result<Item, Failure> {
    let today = tx.now().day();
    open_on(tx, by, new, today).await
}

/// Opens an item that was handed over on `on`, today or before: its working days run since then.
///
/// # Errors
/// A wrong text or deadline, a post that is not the unit's, or storage failed.
pub async fn open_on(tx: &mut Tx, by: &Writer, new: NewItem, on: Day) -> Result<Item, Failure> {
    let today = tx.now().day();
    let calendar = posts::calendar(tx, by.district).await?;
    let info = posts::post(tx, by.district, new.post, today).await?.ok_or(Rejection::NotFound)?;
    if info.unit != new.unit {
        return Err(Rejection::NotFound.into());
    }
    let (mut item, event) = Item::open(new, &by.hand, on, &calendar)?;
    if let Some(duty) = item.duty {
        let rows = tx
            .rows(
                q("SELECT i.item FROM item_lines l JOIN items i ON i.id = l.item_id
                   WHERE l.duty_id = $1 AND l.unit_id = $2 AND l.kind = $3 AND l.opened_on >= $4")
                .bind(duty)
                .bind(item.unit)
                .bind(item.kind.key())
                .bind(on - chrono::Days::new(366)),
            )
            .await?;
        let earlier = rows.iter().map(|row| row.json("item")).collect::<Result<Vec<Item>, _>>()?;
        item.repeats = repeats(&item, &earlier);
    }
    let number = store::insert(tx, by.district, &item).await?;
    let words = format!("{} 第{number}号", info.unit_name);
    stepped(tx, by, &item, &event, &words).await?;
    Ok(item)
}

/// What every step leaves beside the item: history, audit, thread, board.
pub(crate) async fn stepped(
    tx: &mut Tx,
    by: &Writer,
    item: &Item,
    event: &ItemEvent,
    words: &str,
) -> Result<(), Failure> {
    store::note(tx, by.district, item.id, event, by.role).await?;
    // Number and unit: the words stand in the history, and what goes offline there must not stay here.
    let details = format!("{} {words}", event.step.label());
    tx.audit(by.district, Some(by.account), "accountability.step", &format!("item:{}", item.id), details.trim())
        .await?;
    thread(tx, by.district, item, event).await?;
    refresh_board(tx, by.district, item.post, chrono::Datelike::year(&item.opened_on)).await
}

pub(super) async fn thread(tx: &mut Tx, district: DistrictId, item: &Item, event: &ItemEvent) -> Result<(), Failure> {
    let short: String = item.problem.chars().take(24).collect();
    let dots = if item.problem.chars().count() > 24 { "…" } else { "" };
    let line = ThreadEvent {
        post: item.post,
        year: chrono::Datelike::year(&tx.now().day()),
        duty: item.duty,
        stage: Duty::Wen,
        at: tx.now(),
        source: format!("accountability.{}", event.step.key()),
        title: format!("问题整改 · {}：{short}{dots}", event.step.label()),
        link: Some(format!("/accountability/{}", item.id)),
        visibility: Visibility::All,
    };
    tx.thread(district, &line).await?;
    // The thread of one item of the list does not show on the cell, the post's own does.
    if item.duty.is_some() {
        tx.thread(district, &ThreadEvent { duty: None, ..line }).await?;
    }
    Ok(())
}
