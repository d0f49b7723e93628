//! The year's plan of 督责: who sees a step, drafts its note, decides on it, and runs the plan (H3).

use super::{Actor, PostRef, when};
use crate::{
    Rejection,
    ids::{PersonId, UnitId},
    people::Role,
};

proofs! {
    /// May see the season board at all.
    SeeSeason,
    /// May write the note of a step.
    DraftStep,
    /// May approve or return the note of a step, move, split, assign, complete and cancel it.
    RunStep,
    /// May change the days of the plan.
    SetSeason,
}

/// Whose step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepOf {
    /// The post that it is about.
    pub post: PostRef,
    /// The body that has it.
    pub body: Option<UnitId>,
    /// The person who has it.
    pub assignee: Option<PersonId>,
}

/// Bodies in which the actor supervises, and the office where he works in it.
pub fn bodies(actor: &Actor) -> impl Iterator<Item = UnitId> {
    let roles = [Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice];
    actor.grants.iter().filter(move |g| roles.contains(&g.role)).map(|g| g.unit)
}

/// Does the actor see the whole plan? The office, the 书记 and the 分管副书记.
pub fn sees_all_steps(actor: &Actor) -> bool {
    [Role::ConductOffice, Role::Secretary, Role::DeputySecretary].into_iter().any(|r| actor.has(r))
}

/// Everybody who supervises or assists, and those who lead them.
pub fn see_season(actor: &Actor) -> Result<SeeSeason, Rejection> {
    let own = [Role::ResidentTeam, Role::SupervisionOffice, Role::TownCommittee].into_iter().any(|r| actor.has(r));
    when(own || sees_all_steps(actor), SeeSeason { _only_here: () })
}

/// The whole plan, or the steps of the own body, of the own person, and of the units that one watches. The post of the
/// 区委书记 is the 区纪委书记's alone.
pub fn see_step(actor: &Actor, of: StepOf) -> Result<SeeSeason, Rejection> {
    let proof = see_season(actor)?;
    let own = of.body.is_some_and(|body| bodies(actor).any(|b| b == body)) || of.assignee == Some(actor.person);
    let may = sees_all_steps(actor) || own || actor.watched.contains(&of.post.unit);
    let sees = !of.post.leads_district || actor.has(Role::Secretary);
    when(may && sees, proof)
}

/// The body that has it or the person it was given to; never for the own unit.
pub fn draft_step(actor: &Actor, of: StepOf) -> Result<DraftStep, Rejection> {
    let _seen = see_step(actor, of)?;
    let own = of.body.is_some_and(|body| bodies(actor).any(|b| b == body)) || of.assignee == Some(actor.person);
    when(own && !actor.belongs_to(of.post.unit), DraftStep { _only_here: () })
}

/// 党风政风监督室, never for the own unit.
pub fn run_step(actor: &Actor, of: StepOf) -> Result<RunStep, Rejection> {
    let _seen = see_step(actor, of)?;
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(of.post.unit), RunStep { _only_here: () })
}

/// 党风政风监督室.
pub fn set_season(actor: &Actor) -> Result<SetSeason, Rejection> {
    when(actor.has(Role::ConductOffice), SetSeason { _only_here: () })
}
