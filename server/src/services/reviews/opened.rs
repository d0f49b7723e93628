//! Sealed questions in the hall: the operator opens them while the meeting runs and marks what was asked.
//! Before that not even their number leaves here.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{MeetingId, PresenterId, QuestionId},
    people::access::{self, Actor},
};

use super::{
    super::{Services, storage, told},
    store::{self, Stored, parts_of},
};
use crate::storage::{Failure, Row, StorageError, q};

/// A question as the operator sees it once it is opened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenQuestion {
    /// Id.
    pub id: QuestionId,
    /// Text.
    pub text: String,
    /// `opened`, `asked`.
    pub state: String,
    /// Name of the body that drafted it; empty for a suggestion without a name.
    pub author: String,
}

fn opened(row: &Row) -> Result<OpenQuestion, StorageError> {
    Ok(OpenQuestion {
        id: row.id("id")?,
        text: row.text("text")?,
        state: row.text("state")?,
        author: row.opt_text("author")?.unwrap_or_default(),
    })
}

const OPENED: &str = "SELECT n.id, n.text, n.state, u.name AS author FROM meeting_questions n
     LEFT JOIN units u ON u.id = n.author_unit
     WHERE n.meeting_id = $1 AND n.presenter_id = $2 AND n.state IN ('opened', 'asked')
     ORDER BY n.anonymous, n.id";

/// Those who handle questions in the hall.
fn in_hall(actor: &Actor, stored: &Stored) -> Result<(), Rejection> {
    access::run_hall(&parts_of(actor, stored)).map(|_| ()).map_err(|_| Rejection::NotFound)
}

impl Services {
    /// What was opened for a presenter, for the operator and the chair.
    ///
    /// # Errors
    /// No part in it.
    pub async fn opened_questions(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        presenter: PresenterId,
    ) -> Result<Vec<OpenQuestion>, ApiError> {
        let mut read = self.store.read().clone();
        let stored = store::load(&mut read, actor.district, meeting).await.map_err(told)?;
        in_hall(actor, &stored)?;
        let rows = read.rows(q(OPENED).bind(meeting).bind(presenter)).await.map_err(storage)?;
        rows.iter().map(opened).collect::<Result<_, _>>().map_err(storage)
    }

    /// 启封: the operator opens the sealed questions of a presenter while the meeting runs. That he is at 询问
    /// the page of the hall asks, which knows the step; here it is not asked again.
    ///
    /// # Errors
    /// No part in it; the meeting does not run.
    pub async fn open_questions(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        presenter: PresenterId,
    ) -> Result<Vec<OpenQuestion>, ApiError> {
        let actor = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, meeting).await?;
                    in_hall(&actor, &stored)?;
                    stored.plan.presenter(presenter).ok_or(Rejection::NotFound)?;
                    if !stored.running() {
                        return Err(Rejection::state("会议还没有开始或已经结束，询问题不能启封。").into());
                    }
                    let now = tx.now();
                    let touched = tx
                        .execute(
                            q("UPDATE meeting_questions SET state = 'opened', opened_at = $1
                               WHERE meeting_id = $2 AND presenter_id = $3 AND state = 'sealed'")
                            .bind(now)
                            .bind(meeting)
                            .bind(presenter),
                        )
                        .await?;
                    if touched > 0 {
                        let object = format!("presenter:{presenter}");
                        let (who, words) = (Some(actor.account), format!("启封 {touched} 道"));
                        tx.audit(actor.district, who, "reviews.questions_opened", &object, &words).await?;
                    }
                    let rows = tx.rows(q(OPENED).bind(meeting).bind(presenter)).await?;
                    Ok(rows.iter().map(opened).collect::<Result<_, StorageError>>()?)
                })
            })
            .await
            .map_err(told)
    }

    /// Marks an opened question as asked.
    ///
    /// # Errors
    /// No part in it; the question is not open.
    pub async fn question_asked(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        question: QuestionId,
    ) -> Result<(), ApiError> {
        let actor = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let stored = store::load(&mut *tx, actor.district, meeting).await?;
                    in_hall(&actor, &stored)?;
                    let touched = tx
                        .execute(
                            q("UPDATE meeting_questions SET state = 'asked'
                               WHERE id = $1 AND meeting_id = $2 AND state IN ('opened', 'asked')")
                            .bind(question)
                            .bind(meeting),
                        )
                        .await?;
                    if touched == 0 { Err(Failure::from(Rejection::NotFound)) } else { Ok(()) }
                })
            })
            .await
            .map_err(told)
    }
}
