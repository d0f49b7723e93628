//! What each of the two officers does: looks once, prints, signs, says so.

use domain::{
    Rejection,
    ids::RecordId,
    people::access::Actor,
    records::RecordKind,
    time::{Day, Instant},
};

use super::{
    super::decide::{Stored, load},
    end,
    erase::{Left, erase},
    found, note, officers,
    pages::handled,
    request::{Officer, Request, open},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// The sheet that is shown and printed.
#[derive(Debug, Clone)]
pub struct RecordSheet {
    /// Unit and post.
    pub post: String,
    /// Page of the book.
    pub page: Option<u32>,
    /// 履责类型.
    pub kind: RecordKind,
    /// When it happened.
    pub event_on: Day,
    /// The words.
    pub text: String,
    /// Fields of the kind, and earlier texts.
    pub lines: Vec<(String, String)>,
    /// Its files: id and name.
    pub files: Vec<(String, String)>,
    /// The two officers.
    pub officers: [String; 2],
    /// When.
    pub at: Instant,
}

/// Shows the words to one of the two, once.
pub async fn show(tx: &mut Tx, actor: &Actor, record: RecordId) -> Result<RecordSheet, Failure> {
    let (request, stored, info) = found(tx, actor, record).await?;
    let own = officer(tx, actor, &request, &stored).await?;
    if own.seen {
        let words = "内容只显示一次，您已经看过。没有打印成的，请转出的人或监督室重新指定您或另一名干部。";
        return Err(Rejection::state(words).into());
    }
    let now = tx.now();
    tx.execute(
        q("UPDATE offline_officers SET seen_at = $1 WHERE request_id = $2 AND slot = $3")
            .bind(now)
            .bind(&request.id)
            .bind(own.slot),
    )
    .await?;
    tx.execute(
        q("UPDATE offline_requests SET looked_at = COALESCE(looked_at, $1) WHERE id = $2").bind(now).bind(&request.id),
    )
    .await?;
    note(tx, actor, record, "records.offline_shown", "").await?;
    let files = tx
        .rows(q("SELECT id, name FROM evidence_links WHERE record_id = $1 ORDER BY added_at, id").bind(record))
        .await?
        .iter()
        .map(|row| Ok((row.text("id")?, row.text("name")?)))
        .collect::<Result<_, StorageError>>()?;
    let kind = stored.row.keyed("kind", RecordKind::from_key)?;
    let held = request.held()?;
    let name = |slot: i64| request.officers.iter().find(|o| o.slot == slot).map(|o| o.name.clone()).unwrap_or_default();
    Ok(RecordSheet {
        post: format!("{}{}", info.unit_name, info.title),
        page: stored.page,
        kind,
        event_on: stored.row.day("event_on")?,
        text: held.text().to_owned(),
        lines: held.lines(kind)?,
        files,
        officers: [name(1), name(2)],
        at: now,
    })
}

/// His word that it is printed and signed; the second one erases.
pub async fn confirm(tx: &mut Tx, actor: &Actor, record: RecordId) -> Result<Option<Left>, Failure> {
    let Some(request) = open(tx, actor.district, record).await? else {
        // A second click of the second officer.
        return if handled(tx, actor, record).await? { Ok(None) } else { Err(Rejection::NotFound.into()) };
    };
    let stored = load(tx, actor.district, record).await?;
    let own = officer(tx, actor, &request, &stored).await?;
    if own.done {
        return Ok(None);
    }
    if !own.seen {
        return Err(Rejection::state("您还没有查看内容，没有确认。请先查看并打印办理单。").into());
    }
    let now = tx.now();
    tx.execute(
        q("UPDATE offline_officers SET done_at = $1 WHERE request_id = $2 AND slot = $3")
            .bind(now)
            .bind(&request.id)
            .bind(own.slot),
    )
    .await?;
    note(tx, actor, record, "records.offline_printed", "").await?;
    if request.officers.iter().any(|o| o.slot != own.slot && !o.done) {
        return Ok(None);
    }
    let left = erase(tx, actor, record, &stored, &request.held()?).await?;
    end(tx, &request, "erased").await?;
    let names: Vec<&str> = request.officers.iter().map(|o| o.name.as_str()).collect();
    note(tx, actor, record, "records.offline", &names.join("、")).await?;
    Ok(Some(left))
}

/// The actor as one of the two; he must still be an officer.
async fn officer(tx: &mut Tx, actor: &Actor, request: &Request, stored: &Stored) -> Result<Officer, Failure> {
    let own = request.officers.iter().find(|o| o.person == actor.person).ok_or(Rejection::NotFound)?;
    let known = officers(tx, actor.district, stored.row.id("author_person")?).await?;
    if known.iter().all(|(id, _)| *id != actor.person.to_string()) {
        return Err(Rejection::NotFound.into());
    }
    Ok(own.clone())
}
