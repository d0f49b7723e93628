//! 「转线下」 (practice 3.4): what turns out to hold a clue is shown once to two named officers,
//! printed for the 信访室 and erased here. The log keeps a digest, never the words.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{MeetingId, PersonId, PresenterId, QuestionId},
    people::access::{self, Actor},
    reviews::Part,
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{
    super::{Services, told},
    reports,
    store::{self, has_part},
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

/// The one sheet that is shown and printed.
#[derive(Debug, Clone)]
pub struct OfflineSheet {
    /// Meeting.
    pub title: String,
    /// Whom it is about.
    pub presenter: String,
    /// What it was, such as 询问建议.
    pub what: &'static str,
    /// The words; nowhere else from now on.
    pub text: String,
    /// The two officers.
    pub officers: [String; 2],
    /// When.
    pub at: Instant,
}

impl Services {
    /// Takes the words out and returns them, once.
    ///
    /// # Errors
    /// Neither the office nor the operator; two different officers are needed; it is gone already.
    pub async fn take_offline(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        clue: Clue,
        officers: (PersonId, PersonId),
    ) -> Result<OfflineSheet, ApiError> {
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, meeting).await?;
                    let office = access::plan_meeting(&actor).is_ok();
                    let may = match &clue {
                        // Sealed questions of a supervising body are not the office's to read.
                        Clue::Question(_) | Clue::Note(_) => office,
                        Clue::Remark(_) => office || has_part(&actor, &stored, &[Part::Operator]),
                    };
                    if !may {
                        return Err(Rejection::NotFound.into());
                    }
                    if officers.0 == officers.1 {
                        return Err(Rejection::state("应由两名不同的干部一同查看，没有转出。请重新选择。").into());
                    }
                    let first = name(tx, &actor, officers.0).await?;
                    let second = name(tx, &actor, officers.1).await?;
                    let (what, presenter, text, object) = words(tx, &stored, &clue).await?;
                    if text.is_empty() {
                        return Err(Rejection::state("内容已经转线下，不能再次显示。").into());
                    }
                    erase(tx, &stored, &clue).await?;
                    let details = format!("{first}、{second} sha256:{}", hex::encode(Sha256::digest(&text)));
                    tx.audit(actor.district, Some(actor.account), "reviews.offline", &object, &details).await?;
                    let presenter = stored.plan.presenter(presenter).map(|p| format!("{}　{}", p.title, p.name));
                    Ok(OfflineSheet {
                        title: stored.plan.title.clone(),
                        presenter: presenter.unwrap_or_default(),
                        what,
                        text,
                        officers: [first, second],
                        at: tx.now(),
                    })
                })
            })
            .await
            .map_err(told)
    }
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
