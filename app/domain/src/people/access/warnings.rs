//! Who takes which step of a “一件事” (H9), and how much of it one sees. The matter itself refuses two hands that are
//! one ([`crate::warnings::Matter`]).

use std::collections::BTreeSet;

use super::{Actor, when};
use crate::{
    Rejection,
    ids::{PersonId, PostId, UnitId},
    people::Role,
    warnings::Stage,
};

proofs! {
    /// May 点题.
    ProposeMatter,
    /// May adopt or decline, write the 问责清单, send up, report the end.
    RunMatter,
    /// May draft 问题清单 and 责任清单, send them round, note what was settled.
    DraftMatter,
    /// May fill in the cells of a unit and answer its notice.
    FillMatter,
    /// May countersign or sign for a unit in person.
    SpeakForUnit,
    /// May note that a unit signed on paper.
    NoteUnitPaper,
    /// May review (审定) before the 书记.
    ReviewMatter,
    /// May sign (签发).
    IssueMatter,
    /// May number and seal.
    SealMatter,
    /// May deliver a notice.
    DeliverNotice,
    /// May hold the 会商, note progress, and ask to start (提请启动).
    FollowMatter,
    /// May answer a 提请启动.
    AnswerStart,
}

/// A matter with what decides access to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRef {
    /// Stage.
    pub stage: Stage,
    /// 牵头部门; none before it is adopted.
    pub lead: Option<UnitId>,
    /// 监督牵头单位.
    pub supervisors: BTreeSet<UnitId>,
    /// Units of the 责任清单.
    pub parties: BTreeSet<UnitId>,
    /// Who 点题.
    pub proposer: PersonId,
}

/// How much of a matter one sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterSight {
    /// Everything.
    Whole,
    /// 问题清单 and 责任清单 of all units; not its source and not the 问责清单 before it is sent.
    Lists,
    /// The lines of these units, with who else stands in the same lines.
    Units(BTreeSet<UnitId>),
    /// Title and outcome: who 点题.
    Outcome,
}

fn speaks_in(actor: &Actor, unit: UnitId) -> bool {
    [Role::Principal, Role::Member, Role::Liaison].into_iter().any(|role| actor.has_in(role, unit))
}

fn of_body(actor: &Actor, bodies: &BTreeSet<UnitId>) -> bool {
    let works = [Role::ResidentTeam, Role::SupervisionOffice, Role::ConductOffice];
    actor.grants.iter().any(|g| works.contains(&g.role) && bodies.contains(&g.unit))
}

/// 日常监督, 群众 (through whoever heard it), departments: everybody who works with the lists; no administrator.
pub fn propose_matter(actor: &Actor) -> Result<ProposeMatter, Rejection> {
    let may = [
        Role::Principal,
        Role::Member,
        Role::Liaison,
        Role::Secretary,
        Role::DeputySecretary,
        Role::ConductOffice,
        Role::SupervisionOffice,
        Role::ResidentTeam,
        Role::TownCommittee,
    ];
    when(may.into_iter().any(|role| actor.has(role)), ProposeMatter { _only_here: () })
}

/// 党风政风监督室.
pub fn run_matter(actor: &Actor) -> Result<RunMatter, Rejection> {
    when(actor.has(Role::ConductOffice), RunMatter { _only_here: () })
}

/// The 牵头部门; 监督室 for one that brings its lists on paper.
pub fn draft_matter(actor: &Actor, lead: Option<UnitId>) -> Result<DraftMatter, Rejection> {
    let own = lead.is_some_and(|lead| speaks_in(actor, lead));
    when(own || actor.has(Role::ConductOffice), DraftMatter { _only_here: () })
}

/// Head, 班子成员 or 联络员 of the unit.
pub fn fill_matter(actor: &Actor, unit: UnitId) -> Result<FillMatter, Rejection> {
    when(speaks_in(actor, unit), FillMatter { _only_here: () })
}

/// 会签 by the head of the unit in person.
pub fn countersign(actor: &Actor, unit: UnitId) -> Result<SpeakForUnit, Rejection> {
    when(actor.has_in(Role::Principal, unit), SpeakForUnit { _only_here: () })
}

/// 签收 by the present head of the post in person.
pub fn sign_notice(actor: &Actor, post: PostId) -> Result<SpeakForUnit, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post), SpeakForUnit { _only_here: () })
}

/// 「纸质已签」 is noted by the unit's own 联络员 or 班子成员, by the body that supervises it, or by 监督室.
pub fn note_unit_paper(actor: &Actor, unit: UnitId) -> Result<NoteUnitPaper, Rejection> {
    let own = [Role::Member, Role::Liaison].into_iter().any(|role| actor.has_in(role, unit));
    when(own || actor.supervises(unit) || actor.has(Role::ConductOffice), NoteUnitPaper { _only_here: () })
}

/// 分管副书记.
pub fn review_matter(actor: &Actor) -> Result<ReviewMatter, Rejection> {
    when(actor.has(Role::DeputySecretary), ReviewMatter { _only_here: () })
}

/// 书记.
pub fn issue_matter(actor: &Actor) -> Result<IssueMatter, Rejection> {
    when(actor.has(Role::Secretary), IssueMatter { _only_here: () })
}

/// 区纪委办公室.
pub fn seal_matter(actor: &Actor) -> Result<SealMatter, Rejection> {
    when(actor.has(Role::GeneralOffice), SealMatter { _only_here: () })
}

/// The body that supervises the unit (派驻组, 联系室), or 监督室; nobody to his own unit.
pub fn deliver_notice(actor: &Actor, unit: UnitId) -> Result<DeliverNotice, Rejection> {
    let may = actor.supervises(unit) || actor.has(Role::ConductOffice);
    when(may && !actor.belongs_to(unit), DeliverNotice { _only_here: () })
}

/// 监督牵头单位 and 监督室.
pub fn follow_matter(actor: &Actor, supervisors: &BTreeSet<UnitId>) -> Result<FollowMatter, Rejection> {
    when(of_body(actor, supervisors) || actor.has(Role::ConductOffice), FollowMatter { _only_here: () })
}

/// 分管副书记 or 书记.
pub fn answer_start(actor: &Actor) -> Result<AnswerStart, Rejection> {
    when(actor.has(Role::DeputySecretary) || actor.has(Role::Secretary), AnswerStart { _only_here: () })
}

/// How much the actor sees; 「没有找到」 where it is nothing.
///
/// # Errors
/// Nothing of it.
pub fn see_matter(actor: &Actor, of: &MatterRef) -> Result<MatterSight, Rejection> {
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    let seals = actor.has(Role::GeneralOffice) && (of.stage == Stage::Sealing || of.stage.is_sent());
    if leads || seals || of_body(actor, &of.supervisors) {
        return Ok(MatterSight::Whole);
    }
    if of.lead.is_some_and(|lead| speaks_in(actor, lead)) {
        return Ok(MatterSight::Lists);
    }
    let asked = matches!(
        of.stage,
        Stage::Countersign | Stage::Simulating | Stage::Reviewing | Stage::Issuing | Stage::Sealing
    ) || of.stage.is_sent();
    let own = |unit: &&UnitId| speaks_in(actor, **unit) || (of.stage.is_sent() && actor.supervises(**unit));
    let units: BTreeSet<UnitId> = of.parties.iter().filter(own).copied().collect();
    if asked && !units.is_empty() {
        return Ok(MatterSight::Units(units));
    }
    let proposed = of.proposer == actor.person && propose_matter(actor).is_ok();
    if proposed { Ok(MatterSight::Outcome) } else { Err(Rejection::NotFound) }
}
