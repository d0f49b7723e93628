//! What a reader of a registered inspection finds of an item on site goes into that item's history; the inspection
//! keeps no list of its own. Refuses whoever could not check or strike off the item anyway.

use domain::{
    Rejection,
    accountability::Step,
    ids::{ItemId, PostId},
    people::access::Actor,
    time::Instant,
};

use super::{
    access::{hand, reader, sees},
    open::{Writer, stepped},
    store,
};
use crate::{
    services::rows::Rows,
    storage::{Failure, StorageError, Tx, q},
};

/// Notes a look at an item of `post`. The caller has the proof of the reading.
///
/// # Errors
/// No such item of this post in the actor's sight, ended, wrong words, or storage failed.
pub(in crate::services) async fn look(
    tx: &mut Tx,
    actor: &Actor,
    (post, id): (PostId, ItemId),
    settled: bool,
    words: &str,
) -> Result<(), Failure> {
    let kept = store::load(tx, actor.district, id).await?;
    if kept.item.post != post || !sees(actor, &kept) {
        return Err(Rejection::NotFound.into());
    }
    let role = reader(actor, &kept).ok_or(Rejection::NotAllowed)?;
    let event = kept.item.look(&hand(actor), tx.now().day(), settled, words)?;
    if said_already(tx, actor, id, &event.words).await? {
        return Ok(());
    }
    let by = Writer { district: actor.district, account: actor.account, role, hand: hand(actor) };
    stepped(tx, &by, &kept.item, &event, &format!("{} {}", kept.unit_name, kept.number)).await
}

/// Are these the last words of the actor about the item, said today? A second tap adds no line.
async fn said_already(tx: &mut Tx, actor: &Actor, id: ItemId, words: &str) -> Result<bool, StorageError> {
    let find = q("SELECT words, at FROM item_events WHERE item_id = $1 AND person_id = $2 AND step = $3
                  ORDER BY seq DESC LIMIT 1");
    let last = tx.row(find.bind(id).bind(actor.person).bind(Step::Look.key())).await?;
    let Some(last) = last else { return Ok(false) };
    Ok(last.text("words")? == words && last.instant("at")?.day() == tx.now().day())
}

/// An open item of a post, with the looks at it since a moment.
pub(in crate::services) struct OpenItem {
    /// The item and what stands around it.
    pub(in crate::services) kept: store::Kept,
    /// `林思源 11月5日：仍未整改：…`, oldest first.
    pub(in crate::services) looks: Vec<(String, Instant, String)>,
}

/// Items of a post that are not ended and in the actor's sight, what is due first, with the looks since `since`.
/// Two statements.
pub(in crate::services) async fn open_of(
    from: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    since: Instant,
) -> Result<Vec<OpenItem>, StorageError> {
    let find = store::items_query(actor.district)
        .push_bind("AND i.post_id = ?", post)
        .push("AND i.state <> 'closed' ORDER BY i.due_on, i.year, i.number");
    let rows = from.all(find).await?;
    let all = rows.iter().map(store::read).collect::<Result<Vec<_>, StorageError>>()?;
    let all: Vec<store::Kept> = all.into_iter().filter(|kept| sees(actor, kept)).collect();
    let find = q("SELECT item_id, person_name, at, words FROM item_events WHERE district_id = $1 AND at >= $2")
        .bind(actor.district)
        .bind(since)
        .push_bind("AND step = ?", Step::Look.key())
        .and_in("item_id", all.iter().map(|kept| kept.item.id))
        .push("ORDER BY item_id, seq");
    let looks = from.all(find).await?;
    let mut out: Vec<OpenItem> = all.into_iter().map(|kept| OpenItem { kept, looks: Vec::new() }).collect();
    for row in &looks {
        let id: ItemId = row.id("item_id")?;
        let line = (row.text("person_name")?, row.instant("at")?, row.text("words")?);
        if let Some(item) = out.iter_mut().find(|item| item.kept.item.id == id) {
            item.looks.push(line);
        }
    }
    Ok(out)
}
