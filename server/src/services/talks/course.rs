//! What every step of a talk leaves beside it: history, audit, thread.

use chrono::Datelike as _;
use domain::{
    board::{Duty, ThreadEvent, Visibility},
    papers::number::Series,
    people::{Role, access::Actor},
    talks::{TalkEvent, TalkState, TalkStep},
};

use super::{
    super::numbers,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx};

/// Takes one number for a paper of a talk and says in the register what it stands on.
pub async fn number(tx: &mut Tx, actor: &Actor, kept: &Kept, series: Series) -> Result<String, Failure> {
    let year = chrono::Datelike::year(&tx.now().day());
    let subject = format!("talk:{}", kept.talk.id);
    let taken = numbers::take(tx, actor.district, series, year, &subject).await?;
    // The register is read by the whole office: of the 区委书记 it says no more than that the number is used.
    let (title, link) = if kept.leads_district {
        (series.label().to_owned(), String::new())
    } else {
        (format!("{}（{}）", series.label(), kept.talk.unit_name), format!("/talks/{}", kept.talk.id))
    };
    numbers::named(tx, actor, &taken, &title, &link).await?;
    Ok(taken.to_string())
}

/// Saves a talk after a step and what the step leaves; `seen` is the version before it.
pub async fn saved(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    seen: u32,
    event: &TalkEvent,
    role: Role,
) -> Result<(), Failure> {
    store::save(tx, &kept.talk, seen).await?;
    stepped(tx, actor, kept, event, role).await
}

/// History, audit and thread of a step.
pub async fn stepped(tx: &mut Tx, actor: &Actor, kept: &Kept, event: &TalkEvent, role: Role) -> Result<(), Failure> {
    store::note(tx, actor.district, kept.talk.id, event, role).await?;
    // Names and the step: what was said stands in the talk, which the log does not quote.
    let words = format!("{} {}", kept.label(), event.step.label());
    let object = format!("talk:{}", kept.talk.id);
    tx.audit(actor.district, Some(actor.account), "talks.step", &object, &words).await?;
    thread(tx, actor, kept, event).await?;
    Ok(())
}

/// Steps that stand in the thread of the post.
fn is_told(step: TalkStep) -> bool {
    matches!(
        step,
        TalkStep::Register
            | TalkStep::Approve
            | TalkStep::Hold
            | TalkStep::Meet
            | TalkStep::Plan
            | TalkStep::Assess
            | TalkStep::CheckPlan
            | TalkStep::SendReport
            | TalkStep::FileReport
            | TalkStep::FileTracking
            | TalkStep::Publish
            | TalkStep::Close
            | TalkStep::End
    )
}

async fn thread(tx: &mut Tx, actor: &Actor, kept: &Kept, event: &TalkEvent) -> Result<(), StorageError> {
    let signed = event.step == TalkStep::Sign && event.state == TalkState::Signed;
    if !signed && !is_told(event.step) {
        return Ok(());
    }
    let before = event.state.is_inside() || (event.state == TalkState::Ended && kept.talk.minutes.is_none());
    let visibility = match (kept.leads_district, before) {
        // What is known of the 区委书记 stands in his own thread alone.
        (true, true) => return Ok(()),
        (true, false) => Visibility::Owner,
        (false, true) => Visibility::Office,
        (false, false) => Visibility::All,
    };
    let what = if signed { "记录和承诺已签字，接单整改" } else { event.step.label() };
    let stage = match event.step {
        TalkStep::Assess | TalkStep::CheckPlan | TalkStep::FileTracking => Duty::Du,
        _ => Duty::Wen,
    };
    let line = ThreadEvent {
        post: kept.talk.post,
        year: tx.now().day().year(),
        duty: None,
        stage,
        at: tx.now(),
        source: format!("talks.{}", event.step.key()),
        title: format!("“三交底”廉政谈话 · {what}"),
        link: Some(format!("/talks/{}", kept.talk.id)),
        visibility,
    };
    tx.thread(actor.district, &line).await
}
