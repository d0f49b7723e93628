//! What each of the two officers does: looks once, prints, signs, says so.

use domain::{Rejection, people::access::Actor, time::Instant};

use super::{
    common::Common,
    erase::Left,
    found,
    matter::{Act, Matter},
    officers,
    pages::handled,
    request::{Officer, Request, end, open},
};
use crate::storage::{Failure, Tx, q};

/// The sheet that is shown and printed.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// A record of the book: a page stays, and there may be files.
    pub record: bool,
    /// Where the words stood.
    pub source: String,
    /// The words.
    pub text: String,
    /// Fields of the kind, and earlier texts.
    pub lines: Vec<(String, String)>,
    /// Its files: id and name.
    pub files: Vec<(String, String)>,
    /// The two officers.
    pub officers: [String; 2],
    /// Who looked before and was replaced.
    pub former: Vec<String>,
    /// When.
    pub at: Instant,
}

/// Shows the words to one of the two, once.
pub async fn show(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<Sheet, Failure> {
    let (request, matter) = found(tx, actor, subject).await?;
    let own = officer(tx, actor, &request, &matter).await?;
    if own.seen {
        let words = "内容只显示一次，您已经看过。没有打印成的，请在另一名干部打印的办理单上签字，再回来确认。";
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
    matter.note(tx, actor, Act::Shown, "").await?;
    let shown = matter.shown(tx, &request).await?;
    Ok(Sheet {
        record: matches!(matter, Matter::Record(_)),
        source: matter.source()?,
        text: shown.text,
        lines: shown.lines,
        files: shown.files,
        officers: request.names(),
        former: request.former.iter().map(|officer| officer.name.clone()).collect(),
        at: now,
    })
}

/// His word that it is printed and signed; the second one erases.
///
/// # Errors
/// Stale where the second one would erase other words than those that `common` was asked about.
pub async fn confirm(tx: &mut Tx, actor: &Actor, subject: &str, common: &Common) -> Result<Option<Left>, Failure> {
    if open(tx, actor.district, subject).await?.is_none() {
        // A second click of the second officer.
        return if handled(tx, actor, subject).await? { Ok(None) } else { Err(Rejection::NotFound.into()) };
    }
    let (request, matter) = found(tx, actor, subject).await?;
    let own = officer(tx, actor, &request, &matter).await?;
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
    matter.note(tx, actor, Act::Printed, "").await?;
    if request.officers.iter().any(|o| o.slot != own.slot && !o.done) {
        return Ok(None);
    }
    let left = matter.erase(tx, actor, &request, common).await?;
    end(tx, &request, "erased").await?;
    for owner in &left.drafts {
        matter.note(tx, actor, Act::Cut, owner).await?;
    }
    matter.note(tx, actor, Act::Erased, &request.names().join("、")).await?;
    Ok(Some(left))
}

/// The actor as one of the two; he must still be an officer.
async fn officer(tx: &mut Tx, actor: &Actor, request: &Request, matter: &Matter) -> Result<Officer, Failure> {
    let own = request.officers.iter().find(|o| o.person == actor.person).ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    let known = officers(tx, actor.district, matter.person()?, today).await?;
    if known.iter().all(|(id, _)| *id != actor.person.to_string()) {
        return Err(Rejection::NotFound.into());
    }
    Ok(own.clone())
}
