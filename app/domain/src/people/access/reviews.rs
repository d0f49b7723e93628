//! Who may do and see what around a review meeting (H4–H6). Parts of one meeting (主持人, 监票人 …)
//! come from its plan; roles of the house decide the rest.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Actor, when};
use crate::{
    Rejection,
    ids::{PersonId, PostId, UnitId},
    people::Role,
    reviews::Part,
};

proofs! {
    /// May draft and change the plan of a meeting and its roll.
    PlanMeeting,
    /// May see plans of meetings with their rolls.
    SeePlans,
    /// May approve or return the plan of a meeting.
    ApproveMeeting,
    /// May see plan and state of a meeting.
    SeeMeeting,
    /// May draft the sealed questions for a presenter, and see those of the own hand.
    DraftQuestion,
    /// May open the sealed questions and take a clue offline (转线下).
    HandleQuestions,
    /// May hand in the 述责报告 of a post and confirm the facts of its pack.
    ReportOwn,
    /// May put together the material pack about a unit.
    PreparePack,
    /// May read the packs of a meeting.
    ReadPack,
    /// May click for the chair: commands of the room, seats, cards.
    RunRoom,
    /// May confirm the seal (监票人).
    ConfirmSeal,
    /// May enter paper ballots (计票人).
    CountPaper,
    /// May note 询问 and 点评 down.
    NoteRemark,
    /// May draft the 评议反馈单 and clear comments.
    DraftFeedback,
    /// May sign the 评议反馈单.
    SignFeedback,
    /// May hand the signed 评议反馈单 over face to face.
    HandFeedback,
}

/// A result that somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultRef {
    /// Who reported.
    pub person: PersonId,
    /// Unit reported on.
    pub unit: UnitId,
    /// Is it the district's own leader (区委书记)?
    pub leads_district: bool,
}

/// How much of a sealed result one may see. Nobody sees one score beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultSight {
    /// 等次 and year.
    Grade,
    /// 等次, score, group means, the whole 计票报告单.
    Score,
}

/// 监督室 plans meeting and roll.
pub fn plan_meeting(actor: &Actor) -> Result<PlanMeeting, Rejection> {
    when(actor.has(Role::ConductOffice), PlanMeeting { _only_here: () })
}

/// Plans with their rolls: the office and those who approve. A rater sees no roll of others.
pub fn see_plans(actor: &Actor) -> Result<SeePlans, Rejection> {
    when(leads_reviews(actor), SeePlans { _only_here: () })
}

/// The plan is decided by the 书记, or the 副书记 to whom it is delegated.
pub fn approve_meeting(actor: &Actor) -> Result<ApproveMeeting, Rejection> {
    when(actor.has(Role::Secretary) || actor.has(Role::DeputySecretary), ApproveMeeting { _only_here: () })
}

/// The office and those who lead it; everybody with a part in the meeting.
pub fn see_meeting(actor: &Actor, parts: &BTreeSet<Part>) -> Result<SeeMeeting, Rejection> {
    when(leads_reviews(actor) || !parts.is_empty(), SeeMeeting { _only_here: () })
}

/// The body that supervises the presenter's unit (派驻组, for towns the 联系室) drafts, never within the own unit.
pub fn draft_question(actor: &Actor, unit: UnitId) -> Result<DraftQuestion, Rejection> {
    when(actor.supervises(unit) && !actor.belongs_to(unit), DraftQuestion { _only_here: () })
}

/// 监督室 opens the sealed questions at the meeting and takes clues offline; never of the own unit.
pub fn handle_questions(actor: &Actor, unit: UnitId) -> Result<HandleQuestions, Rejection> {
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(unit), HandleQuestions { _only_here: () })
}

/// The 述责报告 is the presenter's own, in the post that he holds.
pub fn report_own(actor: &Actor, post: PostId, presenter: PersonId) -> Result<ReportOwn, Rejection> {
    let holds = actor.terms.iter().any(|t| t.post == post);
    when(holds && actor.person == presenter, ReportOwn { _only_here: () })
}

/// The supervising body or the office, never of the own unit.
pub fn prepare_pack(actor: &Actor, unit: UnitId) -> Result<PreparePack, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(unit);
    when(may && !actor.belongs_to(unit), PreparePack { _only_here: () })
}

/// Raters and the chair of this meeting, the office; a presenter only `his_own`.
pub fn read_pack(actor: &Actor, parts: &BTreeSet<Part>, his_own: bool) -> Result<ReadPack, Rejection> {
    let rates = parts.contains(&Part::Rater) || parts.contains(&Part::Chair);
    when(rates || leads_reviews(actor) || (his_own && parts.contains(&Part::Presenter)), ReadPack { _only_here: () })
}

/// 主持人 and 会务操作员 of this meeting, who do not report in it.
pub fn run_room(parts: &BTreeSet<Part>) -> Result<RunRoom, Rejection> {
    let runs = parts.contains(&Part::Chair) || parts.contains(&Part::Operator);
    when(runs && !parts.contains(&Part::Presenter), RunRoom { _only_here: () })
}

/// 监票人 of this meeting.
pub fn confirm_seal(parts: &BTreeSet<Part>) -> Result<ConfirmSeal, Rejection> {
    when(parts.contains(&Part::Teller), ConfirmSeal { _only_here: () })
}

/// 计票人 of this meeting.
pub fn count_paper(parts: &BTreeSet<Part>) -> Result<CountPaper, Rejection> {
    when(parts.contains(&Part::Counter), CountPaper { _only_here: () })
}

/// The operator notes in the hall; the office afterwards.
pub fn note_remark(actor: &Actor, parts: &BTreeSet<Part>) -> Result<NoteRemark, Rejection> {
    let may = parts.contains(&Part::Operator) || parts.contains(&Part::Chair) || actor.has(Role::ConductOffice);
    when(may && !parts.contains(&Part::Presenter), NoteRemark { _only_here: () })
}

/// 监督室 drafts, never for the own unit.
pub fn draft_feedback(actor: &Actor, unit: UnitId) -> Result<DraftFeedback, Rejection> {
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(unit), DraftFeedback { _only_here: () })
}

/// 分管副书记 signs (or the 书记), never for the own unit.
pub fn sign_feedback(actor: &Actor, unit: UnitId) -> Result<SignFeedback, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && !actor.belongs_to(unit), SignFeedback { _only_here: () })
}

/// 监督室 or the body that supervises the unit hands it over.
pub fn hand_feedback(actor: &Actor, unit: UnitId) -> Result<HandFeedback, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(unit);
    when(may && !actor.belongs_to(unit), HandFeedback { _only_here: () })
}

/// A sealed result: the whole to 书记, 分管副书记, 监督室 and the presenter himself; the 等次 to
/// the body that supervises the unit; nothing to the rest of the unit, to a successor, to other units.
pub fn see_results(actor: &Actor, result: ResultRef) -> Result<ResultSight, Rejection> {
    if actor.person == result.person {
        return Ok(ResultSight::Score);
    }
    if result.leads_district {
        return when(actor.has(Role::Secretary), ResultSight::Score);
    }
    if actor.belongs_to(result.unit) {
        return Err(Rejection::NotAllowed);
    }
    if [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r)) {
        return Ok(ResultSight::Score);
    }
    when(actor.supervises(result.unit), ResultSight::Grade)
}

/// 「提请研究」 is offered to 书记 and 分管副书记 only.
pub fn sees_study_hint(actor: &Actor, result: ResultRef) -> bool {
    let leads = actor.has(Role::Secretary) || (actor.has(Role::DeputySecretary) && !result.leads_district);
    leads && !actor.belongs_to(result.unit) && actor.person != result.person
}

fn leads_reviews(actor: &Actor) -> bool {
    [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r))
}
