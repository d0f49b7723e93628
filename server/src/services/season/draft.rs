//! Words of the bodies (H3): drafted by the 派驻组 or 联系室 for some of their units at once, approved or given back by the
//! 监督室, also in a batch. Those of a quarter go out with its one reminder.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, SeasonStepId},
    people::access::{self, Actor},
    season::{NOTE_MAX, StepKind},
    text,
    time::zh_short,
};
use serde::Serialize;

use super::{
    super::Services,
    sending,
    store::{self, Kept, stepped},
};
use crate::storage::{Failure, Tx, q};

/// Most steps of one form: a page of the list.
pub const AT_ONCE: usize = 200;

/// A step with the version that the page showed.
pub type Picked = (SeasonStepId, i64);

/// Words for some steps.
#[derive(Debug, Clone, Serialize)]
pub struct Drafted {
    /// Key.
    pub command: CommandId,
    /// Which.
    pub steps: Vec<Picked>,
    /// What.
    pub note: String,
}

/// The decision on some.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// Key.
    pub command: CommandId,
    /// Which.
    pub steps: Vec<Picked>,
    /// Approved, else given back.
    pub approve: bool,
    /// Why it is given back.
    pub why: String,
}

async fn picked(tx: &mut Tx, actor: &Actor, steps: &[Picked]) -> Result<Vec<(Kept, i64)>, Failure> {
    if steps.is_empty() {
        return Err(Rejection::field("pick", "还没有勾选，没有保存。请至少勾选一项。").into());
    }
    if steps.len() > AT_ONCE {
        return Err(Rejection::field("pick", format!("一次最多办理 {AT_ONCE} 项，没有保存。请分批办理。")).into());
    }
    let mut out: Vec<(Kept, i64)> = Vec::new();
    for (id, seen) in steps {
        if out.iter().any(|(kept, _)| kept.id == *id) {
            continue;
        }
        let kept = store::load(tx, actor.district, *id).await?;
        let _seen = access::see_step(actor, kept.of()).map_err(|_| Rejection::NotFound)?;
        out.push((kept, *seen));
    }
    Ok(out)
}

/// Which of several it is that cannot be done.
fn about(kept: &Kept, many: bool, no: Rejection) -> Failure {
    match no {
        Rejection::State { message } if many => Rejection::state(format!("{}：{message}", kept.title())).into(),
        other => other.into(),
    }
}

async fn draft(tx: &mut Tx, actor: &Actor, form: &Drafted) -> Result<(), Failure> {
    let all = picked(tx, actor, &form.steps).await?;
    let note = text::required("note", "提示内容", &form.note, NOTE_MAX)?;
    for (kept, seen) in &all {
        let _proof = access::draft_step(actor, kept.of())?;
        kept.state.drafts().map_err(|no| about(kept, all.len() > 1, no))?;
        if kept.place.kind == StepKind::QuarterReminder && sending::decided(tx, actor.district, kept.place).await? {
            let no = Rejection::state("这个季度的提醒已经审定，不再收提示，没有保存。需要说明的，请另行通知。");
            return Err(about(kept, all.len() > 1, no));
        }
        stepped(tx, kept, *seen).await?;
        tx.execute(
            q("UPDATE season_steps SET note = $1, state = 'drafted', drafted_by = $2, drafted_name = $3,
                 returned_why = '', decided_name = '', decided_on = NULL WHERE id = $4")
            .bind(&note)
            .bind(actor.person)
            .bind(&actor.name)
            .bind(kept.id),
        )
        .await?;
        audit(tx, actor, "season.drafted", kept, "").await?;
    }
    Ok(())
}

async fn decide(tx: &mut Tx, actor: &Actor, form: &Decided) -> Result<(), Failure> {
    let all = picked(tx, actor, &form.steps).await?;
    let today = tx.now().day();
    let why = if form.approve { String::new() } else { text::required("why", "退回原因", &form.why, NOTE_MAX)? };
    for (kept, seen) in &all {
        let _proof = access::run_step(actor, kept.of())?;
        let fits = if form.approve { kept.state.approves() } else { kept.state.returns() };
        fits.map_err(|no| about(kept, all.len() > 1, no))?;
        if form.approve && kept.drafted_by == Some(actor.person) {
            let no = Rejection::state("自己起草的内容由本室另一位同志审定，没有保存。");
            return Err(about(kept, all.len() > 1, no));
        }
        stepped(tx, kept, *seen).await?;
        let state = if form.approve { "approved" } else { "returned" };
        tx.execute(
            q("UPDATE season_steps SET state = $1, decided_name = $2, decided_on = $3, returned_why = $4 WHERE id = $5")
                .bind(state)
                .bind(&actor.name)
                .bind(today)
                .bind(&why)
                .bind(kept.id),
        )
        .await?;
        let action = if form.approve { "season.approved" } else { "season.returned" };
        audit(tx, actor, action, kept, &why).await?;
    }
    Ok(())
}

async fn audit(tx: &mut Tx, actor: &Actor, action: &'static str, kept: &Kept, words: &str) -> Result<(), Failure> {
    let details = format!("{}（{}前） {words}", kept.title(), zh_short(kept.due));
    let object = format!("season:{}", kept.id);
    tx.audit(actor.district, Some(actor.account), action, &object, details.trim()).await?;
    Ok(())
}

impl Services {
    /// Drafts words for some steps.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, wrong words, or storage failed.
    pub async fn season_draft(&self, actor: &Actor, form: Drafted) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { draft(tx, &actor, &form).await })
        })
        .await
    }

    /// Approves words of some steps, or gives them back.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, no reason, or storage failed.
    pub async fn season_decide(&self, actor: &Actor, form: Decided) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { decide(tx, &actor, &form).await })
        })
        .await
    }
}

/// Drafts as the body, inside a story that is told at once.
pub(crate) async fn draft_quietly(tx: &mut Tx, actor: &Actor, form: &Drafted) -> Result<(), Failure> {
    draft(tx, actor, form).await
}

/// Decides as the office, inside a story that is told at once.
pub(crate) async fn decide_quietly(tx: &mut Tx, actor: &Actor, form: &Decided) -> Result<(), Failure> {
    decide(tx, actor, form).await
}
