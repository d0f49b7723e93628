//! 询问 and 点评 as the operator notes them down in the meeting. Who said it and what; no
//! marks, no ballots. Read by those who run the meeting and by the office.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, MeetingId, PresenterId},
    people::access::{self, Actor},
    reviews::Step,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, storage, told},
    reports::guarded,
    store::{self, Stored, parts_of},
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// Most characters of a remark.
const REMARK_MAX: usize = 1_000;

/// What the operator notes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRemark {
    /// Idempotency key.
    pub command: CommandId,
    /// Meeting.
    pub meeting: MeetingId,
    /// About whom.
    pub presenter: PresenterId,
    /// 询问 or 点评.
    pub step: Step,
    /// Who spoke.
    pub person_name: String,
    /// What.
    pub text: String,
}

/// A remark as noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Id, also for 「转线下」.
    pub id: String,
    /// `questions` or `comments`.
    pub step: String,
    /// Who spoke.
    pub person_name: String,
    /// What; empty once it went offline.
    pub text: String,
    /// When it was noted.
    pub at: Instant,
}

fn step_key(step: Step) -> Option<&'static str> {
    match step {
        Step::Questions => Some("questions"),
        Step::Comments => Some("comments"),
        Step::Report | Step::Appraisal => None,
    }
}

/// Those who run the meeting; the office reads along.
fn may_read(actor: &Actor, stored: &Stored) -> Result<(), Rejection> {
    let runs = access::run_hall(&parts_of(actor, stored)).is_ok();
    if runs || access::see_plans(actor).is_ok() { Ok(()) } else { Err(Rejection::NotFound) }
}

fn read(row: &Row) -> Result<Remark, StorageError> {
    Ok(Remark {
        id: row.text("id")?,
        step: row.text("step")?,
        person_name: row.text("person_name")?,
        text: row.text("text")?,
        at: row.instant("at")?,
    })
}

impl Services {
    /// Notes a remark; its id.
    ///
    /// # Errors
    /// Not the operator or chair; the meeting does not run; a text is too long or must not enter.
    pub async fn note_remark(&self, actor: &Actor, form: NoteRemark) -> Result<String, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let stored = store::load(&mut *tx, actor.district, form.meeting).await?;
                if access::run_hall(&parts_of(&actor, &stored)).is_err()
                    || stored.plan.presenter(form.presenter).is_none()
                {
                    return Err(Rejection::NotFound.into());
                }
                if !stored.running() {
                    return Err(Rejection::state("会议还没有开始或已经结束，没有记下。").into());
                }
                let step = step_key(form.step)
                    .ok_or_else(|| Rejection::field("step", "只有询问和点评可以记录。请选择其中一项。"))?;
                let name = text::required("person_name", "发言人", &form.person_name, text::NAME_MAX)?;
                let words = guarded("text", "内容", &form.text, REMARK_MAX)?;
                let words = text::required("text", "内容", &words, REMARK_MAX)?;
                let now = tx.now();
                let id = random::id(now).to_string();
                tx.insert(
                    "INSERT INTO meeting_remarks (id, meeting_id, presenter_id, district_id, step, person_name, text, at)",
                    vec![
                        (&id).into(),
                        form.meeting.into(),
                        form.presenter.into(),
                        actor.district.into(),
                        step.into(),
                        name.into(),
                        words.into(),
                        now.into(),
                    ],
                )
                .await?;
                let object = format!("remark:{id}");
                tx.audit(actor.district, Some(actor.account), "reviews.remark", &object, step).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Remarks about a presenter, in the order of noting.
    ///
    /// # Errors
    /// No part in it and not the office.
    pub async fn remarks(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        presenter: PresenterId,
    ) -> Result<Vec<Remark>, ApiError> {
        let mut pool = self.store.read().clone();
        let stored = store::load(&mut pool, actor.district, meeting).await.map_err(told)?;
        may_read(actor, &stored)?;
        let rows = pool
            .rows(
                q("SELECT id, step, person_name, text, at FROM meeting_remarks
                   WHERE meeting_id = $1 AND presenter_id = $2 ORDER BY at, id")
                .bind(meeting)
                .bind(presenter),
            )
            .await
            .map_err(storage)?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(storage)
    }
}
