//! H4: 监督室 asks, the 书记 (or the 副书记 he delegates to) approves or returns; on paper
//! the same, with day and handler. Whoever asked never approves. Approval makes the seats.

use app::api::ApiError;
use domain::{
    Rejection,
    approval::Decision,
    people::{
        Role,
        access::{self, Actor},
    },
    text,
    time::{Day, zh_short},
};

use super::{
    super::{Services, rows::Rows, told},
    change::About,
    edit::tellers_have_accounts,
    opening::Opening,
    ready::ready,
    store::{self, APPROVED, ASKED, DRAFT, Kept, RETURNED, Stored},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Word of the request.
pub(super) const STEP_ASK: &str = "提请审定";
/// Word of the decision.
pub(super) const STEP_DECIDE: &str = "审定";
/// Word of taking the request back.
pub(super) const STEP_WITHDRAW: &str = "撤回";
/// Word of drafting again what was approved.
pub(super) const STEP_REOPEN: &str = "重新报审";

/// Word of opening the pack before the presenters checked their facts.
pub(super) const STEP_OPEN: &str = "按未核对开放";

/// A step of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStep {
    /// 提请审定.
    Ask,
    /// 审定同意.
    Approve,
    /// 退回修改.
    Return,
    /// 撤回.
    Withdraw,
    /// 重新报审 of an approved plan.
    Reopen,
    /// 按未核对开放 of the pack of an approved plan.
    OpenPack,
}

impl PlanStep {
    /// The step of a form's word.
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "ask" => Self::Ask,
            "approve" => Self::Approve,
            "return" => Self::Return,
            "withdraw" => Self::Withdraw,
            "reopen" => Self::Reopen,
            "open_pack" => Self::OpenPack,
            _ => return None,
        })
    }
}

/// What is said with a step.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Reason or opinion.
    pub reason: String,
    /// 「纸质已批」: the day.
    pub paper_on: Option<Day>,
    /// And who brought it.
    pub paper_handler: String,
}

impl Services {
    /// One step of a plan.
    ///
    /// # Errors
    /// No right to it; stale; not in a state for it; the plan is not complete.
    pub async fn plan_step(&self, actor: &Actor, about: About, step: PlanStep, said: Said) -> Result<(), ApiError> {
        let decides = matches!(step, PlanStep::Approve | PlanStep::Return);
        // A decision on paper is noted by the office, with day and handler.
        let on_paper = decides && (said.paper_on.is_some() || !said.paper_handler.trim().is_empty());
        let decider = if decides && !on_paper { Some(access::approve_meeting(actor)?) } else { None };
        if decider.is_none() {
            let _proof = access::plan_meeting(actor)?;
        }
        let (actor, today) = (actor.clone(), self.today());
        let body = about.body.clone();
        self.store
            .once(actor.account, about.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let mut stored = store::open(tx, actor.district, about.meeting, about.seen).await?;
                    let paper = if on_paper { Some(paper(&said, today)?) } else { None };
                    take(tx, &actor, &mut stored, step, &said.reason, paper, today).await
                })
            })
            .await
            .map_err(told)
    }
}

fn paper(said: &Said, today: Day) -> Result<(Day, String), Rejection> {
    let on = said
        .paper_on
        .ok_or_else(|| Rejection::field("paper_on", "还没有填纸质审定的日期，没有保存。请填写批示上的日期。"))?;
    if on > today {
        return Err(Rejection::field("paper_on", "纸质审定的日期晚于今天，没有保存。请核对日期。"));
    }
    Ok((on, text::required("paper_handler", "经办人", &said.paper_handler, text::NAME_MAX)?))
}

pub(crate) async fn take(
    tx: &mut Tx,
    actor: &Actor,
    stored: &mut Stored,
    step: PlanStep,
    reason: &str,
    paper: Option<(Day, String)>,
    today: Day,
) -> Result<(), Failure> {
    let reason = text::optional("reason", "意见", reason, text::LINE_MAX)?;
    let needs_reason = |label: &str| {
        if reason.is_empty() {
            return Err(Rejection::field("reason", format!("还没有写{label}，没有保存。请写明后再提交。")));
        }
        Ok(())
    };
    let wrong_state = |stored: &Stored| {
        Rejection::state(format!("会议方案现在是“{}”，不能办理这一步，没有保存。请刷新页面。", stored.label()))
    };
    let subject = stored.id.to_string();
    let decider = if actor.has(Role::Secretary) { Role::Secretary } else { Role::DeputySecretary };
    let (name, role, decision, action) = match step {
        PlanStep::Ask if stored.editable() => {
            ready(&stored.plan, today)?;
            tellers_have_accounts(tx, actor.district, &stored.plan).await?;
            holds(tx, stored, today).await?;
            stored.state = ASKED.to_owned();
            (STEP_ASK, Role::ConductOffice, Decision::Agreed, "reviews.asked")
        }
        PlanStep::Withdraw if stored.state == ASKED => {
            stored.state = DRAFT.to_owned();
            (STEP_WITHDRAW, Role::ConductOffice, Decision::Returned, "reviews.withdrawn")
        }
        PlanStep::Approve if stored.state == ASKED => {
            if paper.is_none() {
                not_the_asker(tx, actor, &subject).await?;
            }
            ready(&stored.plan, today)?;
            tellers_have_accounts(tx, actor.district, &stored.plan).await?;
            stored.state = APPROVED.to_owned();
            let role = if paper.is_some() { Role::Secretary } else { decider };
            (STEP_DECIDE, role, Decision::Agreed, "reviews.approved")
        }
        PlanStep::Return if stored.state == ASKED => {
            needs_reason("退回的理由")?;
            stored.state = RETURNED.to_owned();
            let role = if paper.is_some() { Role::Secretary } else { decider };
            (STEP_DECIDE, role, Decision::Returned, "reviews.returned")
        }
        PlanStep::Reopen if stored.preparing() => {
            needs_reason("重新报审的理由")?;
            stored.state = DRAFT.to_owned();
            (STEP_REOPEN, Role::ConductOffice, Decision::Returned, "reviews.reopened")
        }
        PlanStep::OpenPack if stored.preparing() => {
            let opening = Opening::of(&mut *tx, stored).await?;
            if today < opening.due {
                let on = zh_short(opening.due);
                return Err(Rejection::state(format!("评议材料{on}才开放，没有保存。请到期再办理。")).into());
            }
            (STEP_OPEN, Role::ConductOffice, Decision::Agreed, "reviews.pack_opened")
        }
        _ => return Err(wrong_state(stored).into()),
    };
    store::save(tx, stored).await?;
    let now = tx.now();
    match step {
        PlanStep::Ask => {
            tx.execute(q("UPDATE meetings SET proposed_at = $1 WHERE id = $2").bind(now).bind(stored.id)).await?;
        }
        PlanStep::Approve => {
            tx.execute(q("UPDATE meetings SET approved_at = $1 WHERE id = $2").bind(now).bind(stored.id)).await?;
            seats(tx, stored).await?;
        }
        PlanStep::Reopen => no_seats(tx, stored).await?,
        PlanStep::Return | PlanStep::Withdraw | PlanStep::OpenPack => {}
    }
    if matches!(step, PlanStep::Approve | PlanStep::Reopen) {
        next_meeting(tx, stored).await?;
    }
    store::keep(tx, actor, Kept { subject: &subject, step: name, role, decision, reason: &reason, paper }).await?;
    let object = format!("meeting:{}", stored.id);
    tx.audit(actor.district, Some(actor.account), action, &object, &format!("{} {reason}", stored.plan.title)).await?;
    Ok(())
}

/// 评 of the presenters' rows names the day of an approved meeting; a plan that is opened again, whose
/// day or presenters may change, takes it back.
async fn next_meeting(tx: &mut Tx, stored: &Stored) -> Result<(), Failure> {
    for presenter in &stored.plan.presenters {
        super::report::refresh_board(tx, stored.district, presenter.post, stored.plan.year).await?;
    }
    Ok(())
}

/// Whoever asked never approves what he asked for.
async fn not_the_asker(tx: &mut Tx, actor: &Actor, subject: &str) -> Result<(), Failure> {
    if asked_last(&mut *tx, actor, subject).await? {
        return Err(Rejection::state("这份方案是您提请审定的，不能由您自己审定。请由另一位负责同志审定。").into());
    }
    Ok(())
}

/// Did the actor himself ask for the approval of the plan that waits now?
pub(super) async fn asked_by(rows: &mut impl Rows, actor: &Actor, stored: &Stored) -> Result<bool, StorageError> {
    asked_last(rows, actor, &stored.id.to_string()).await
}

async fn asked_last(rows: &mut impl Rows, actor: &Actor, subject: &str) -> Result<bool, StorageError> {
    let asked = rows
        .first(
            q("SELECT account_id FROM approvals WHERE subject = $1 AND step = $2 ORDER BY at DESC, id DESC LIMIT 1")
                .bind(subject)
                .bind(STEP_ASK),
        )
        .await?;
    Ok(asked.is_some_and(|row| row.text("account_id").is_ok_and(|a| a == actor.account.to_string())))
}

/// Do the presenters still hold their posts? Between drafting and asking somebody may have moved.
async fn holds(tx: &mut Tx, stored: &Stored, today: Day) -> Result<(), Failure> {
    for presenter in &stored.plan.presenters {
        let info = super::super::posts::post(&mut *tx, stored.district, presenter.post, today).await?;
        let head = info.and_then(|i| i.head);
        if head.is_none_or(|h| h.person != presenter.person) {
            return Err(Rejection::field(
                "presenters",
                format!("“{}”已不在{}的岗位上。请在“述责对象”里重新保存后再报审。", presenter.name, presenter.title),
            )
            .into());
        }
    }
    Ok(())
}

/// Makes the seats of an approved meeting.
async fn seats(tx: &mut Tx, stored: &Stored) -> Result<(), Failure> {
    no_seats(tx, stored).await?;
    crate::live::seats::make(tx, stored.district, stored.id, &stored.plan).await
}

/// Takes the seats of an earlier approval away; nobody has checked in yet.
async fn no_seats(tx: &mut Tx, stored: &Stored) -> Result<(), Failure> {
    tx.execute(q("DELETE FROM meeting_seats WHERE meeting_id = $1").bind(stored.id)).await?;
    tx.execute(q("DELETE FROM meeting_roll WHERE meeting_id = $1").bind(stored.id)).await?;
    Ok(())
}
