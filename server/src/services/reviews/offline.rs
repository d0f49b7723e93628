//! 「转线下」 (practice 3.4): what turns out to hold a clue is shown to two named officers and printed
//! for the 信访室; a second step erases it here. The log keeps a digest, never the words.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{MeetingId, PersonId, PresenterId, QuestionId},
    people::access::{self, Actor},
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{
    super::{Services, told},
    reports,
    store::{self, parts_of},
};
use crate::storage::{Failure, Tx, q};

/// What goes offline.
#[derive(Debug, Clone)]
pub enum Clue {
    /// A question or a suggestion.
    Question(QuestionId),
    /// A remark noted in the meeting.
    Remark(String),
    /// The note that a presenter left on the facts.
    Note(PresenterId),
}

/// A clue in the hands of two officers.
#[derive(Debug, Clone)]
pub struct Handling {
    /// Meeting.
    pub meeting: MeetingId,
    /// What.
    pub clue: Clue,
    /// The two officers.
    pub officers: (PersonId, PersonId),
}

/// The sheet that is shown and printed.
#[derive(Debug, Clone)]
pub struct OfflineSheet {
    /// Meeting.
    pub title: String,
    /// Whom it is about.
    pub presenter: String,
    /// What it was, such as 询问建议.
    pub what: &'static str,
    /// The words, which are still kept here until they are erased.
    pub text: String,
    /// Digest of the words: what is erased later is what was shown.
    pub seen: String,
    /// The two officers.
    pub officers: [String; 2],
    /// When.
    pub at: Instant,
}

/// What a clue is about and says, with the names of the two officers.
struct Found {
    stored: store::Stored,
    presenter: String,
    what: &'static str,
    text: String,
    object: String,
    officers: [String; 2],
}

impl Services {
    /// Shows the words to two officers, to be printed. Nothing is erased: a lost answer loses
    /// nothing, and every showing stands in the log.
    ///
    /// # Errors
    /// Neither the office nor those who run the hall; two different officers are needed; it is gone already.
    pub async fn show_offline(&self, actor: &Actor, of: Handling) -> Result<OfflineSheet, ApiError> {
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let found = find(tx, &actor, &of).await?;
                    if found.text.is_empty() {
                        return Err(Rejection::state("内容已经转线下，系统里没有了。请查看已打印的办理单。").into());
                    }
                    let seen = hex::encode(Sha256::digest(&found.text));
                    note(tx, &actor, &found, "reviews.offline_shown", &seen).await?;
                    Ok(OfflineSheet {
                        title: found.stored.plan.title,
                        presenter: found.presenter,
                        what: found.what,
                        text: found.text,
                        seen,
                        officers: found.officers,
                        at: tx.now(),
                    })
                })
            })
            .await
            .map_err(told)
    }

    /// Erases the words that were shown, once the sheet is printed. Again: nothing more happens.
    ///
    /// # Errors
    /// As [`Self::show_offline`]; stale where the words are no longer those that were shown.
    pub async fn erase_offline(&self, actor: &Actor, of: Handling, seen: &str) -> Result<(), ApiError> {
        let (actor, seen) = (actor.clone(), seen.to_owned());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let found = find(tx, &actor, &of).await?;
                    if found.text.is_empty() {
                        return Ok(());
                    }
                    let digest = hex::encode(Sha256::digest(&found.text));
                    if digest != seen {
                        return Err(Rejection::Stale.into());
                    }
                    erase(tx, &found.stored, &of.clue).await?;
                    tx.leave_no_trace();
                    note(tx, &actor, &found, "reviews.offline", &digest).await
                })
            })
            .await
            .map_err(told)
    }
}

async fn find(tx: &mut Tx, actor: &Actor, of: &Handling) -> Result<Found, Failure> {
    let stored = store::load(&mut *tx, actor.district, of.meeting).await?;
    let (what, presenter, text, object) = words(tx, &stored, &of.clue).await?;
    let presenter = stored.plan.presenter(presenter).ok_or(Rejection::NotFound)?;
    let office = access::handle_questions(actor, presenter.unit).is_ok();
    let may = match &of.clue {
        Clue::Question(_) | Clue::Note(_) => office,
        Clue::Remark(_) => office || access::run_hall(&parts_of(actor, &stored)).is_ok(),
    };
    if !may {
        return Err(Rejection::NotFound.into());
    }
    let (first, second) = of.officers;
    if first == second {
        return Err(Rejection::state("应由两名不同的干部一同查看，没有转出。请重新选择。").into());
    }
    let officers = [name(tx, actor, first).await?, name(tx, actor, second).await?];
    let presenter = format!("{}　{}", presenter.title, presenter.name);
    Ok(Found { stored, presenter, what, text, object, officers })
}

/// The log keeps who looked and a digest.
async fn note(tx: &mut Tx, actor: &Actor, found: &Found, action: &'static str, digest: &str) -> Result<(), Failure> {
    let details = format!("{} sha256:{digest}", found.officers.join("、"));
    tx.audit(actor.district, Some(actor.account), action, &found.object, &details).await?;
    Ok(())
}

async fn name(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<String, Failure> {
    let row = tx
        .row(q("SELECT name FROM persons WHERE id = $1 AND district_id = $2").bind(person).bind(actor.district))
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(row.text("name")?)
}

async fn words(
    tx: &mut Tx,
    stored: &store::Stored,
    clue: &Clue,
) -> Result<(&'static str, PresenterId, String, String), Failure> {
    match clue {
        Clue::Question(id) => {
            // Only what the office can see: suggestions, and questions that were opened.
            let row = tx
                .row(
                    q("SELECT presenter_id, text, anonymous FROM meeting_questions
                       WHERE id = $1 AND meeting_id = $2 AND (anonymous = 1 OR state <> 'sealed')")
                    .bind(*id)
                    .bind(stored.id),
                )
                .await?
                .ok_or(Rejection::NotFound)?;
            let what = if row.flag("anonymous")? { "询问建议" } else { "询问题" };
            Ok((what, row.id("presenter_id")?, row.text("text")?, format!("question:{id}")))
        }
        Clue::Remark(id) => {
            let row = tx
                .row(
                    q("SELECT presenter_id, text FROM meeting_remarks WHERE id = $1 AND meeting_id = $2")
                        .bind(id)
                        .bind(stored.id),
                )
                .await?
                .ok_or(Rejection::NotFound)?;
            Ok(("会议记录", row.id("presenter_id")?, row.text("text")?, format!("remark:{id}")))
        }
        Clue::Note(presenter) => {
            stored.plan.presenter(*presenter).ok_or(Rejection::NotFound)?;
            let report = reports::load(&mut *tx, stored.id, *presenter).await?;
            Ok(("事实核对说明", *presenter, report.note, format!("presenter:{presenter}")))
        }
    }
}

async fn erase(tx: &mut Tx, stored: &store::Stored, clue: &Clue) -> Result<(), Failure> {
    match clue {
        Clue::Question(id) => {
            tx.execute(q("UPDATE meeting_questions SET text = '', state = 'offline' WHERE id = $1").bind(*id)).await?;
        }
        Clue::Remark(id) => {
            tx.execute(
                q("UPDATE meeting_remarks SET text = '' WHERE id = $1 AND meeting_id = $2").bind(id).bind(stored.id),
            )
            .await?;
        }
        Clue::Note(presenter) => {
            tx.execute(
                q("UPDATE meeting_reports SET facts_note = '', version = version + 1
                   WHERE meeting_id = $1 AND presenter_id = $2")
                .bind(stored.id)
                .bind(*presenter),
            )
            .await?;
        }
    }
    Ok(())
}
