//! Who may do and see what around a review meeting (H4–H6). Parts of one meeting (主持人, 监票人 …)
//! come from its plan; roles of the house decide the rest.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Actor, when};
use crate::{
    Rejection,
    ids::{PersonId, PostId, UnitId},
    people::Role,
    reviews::{Part, Secrecy},
};

proofs! {
    /// May draft and change the plan of a meeting and its roll.
    PlanMeeting,
    /// May see plans of meetings with their rolls.
    SeePlans,
    /// May approve or return the plan of a meeting.
    ApproveMeeting,
    /// May draft the sealed questions for a presenter, and see those of the own hand.
    DraftQuestion,
    /// May take a clue offline (转线下) that came before the meeting.
    HandleQuestions,
    /// May hand in the 述责报告 of a post and confirm the facts of its pack.
    ReportOwn,
    /// May draft the 述责报告 for the leader of the own unit (代录), never hand it in.
    ReportDraft,
    /// May open the sealed questions in the hall and note 询问 and 点评 down.
    RunHall,
    /// May draft the 评议反馈单, clear comments and hand the signed sheet over.
    DraftFeedback,
    /// May sign the 评议反馈单.
    SignFeedback,
    /// May read the 计票报告单 of a sealed round, with every score in it.
    ReadCount,
    /// May note that the 计票报告单 was signed by hand.
    NoteCountSigned,
    /// May take the sealed bundle of a round away as a file.
    TakeBundle,
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
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    when(leads, SeePlans { _only_here: () })
}

/// The plan is decided by the 书记, or the 副书记 to whom it is delegated.
pub fn approve_meeting(actor: &Actor) -> Result<ApproveMeeting, Rejection> {
    when(actor.has(Role::Secretary) || actor.has(Role::DeputySecretary), ApproveMeeting { _only_here: () })
}

/// The body that supervises the presenter's unit (派驻组, for towns the 联系室) drafts, never within the own unit.
pub fn draft_question(actor: &Actor, unit: UnitId) -> Result<DraftQuestion, Rejection> {
    when(actor.supervises(unit) && !actor.belongs_to(unit), DraftQuestion { _only_here: () })
}

/// 监督室 takes clues offline (转线下) from questions and notes; never about the own unit.
pub fn handle_questions(actor: &Actor, unit: UnitId) -> Result<HandleQuestions, Rejection> {
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(unit), HandleQuestions { _only_here: () })
}

/// The 述责报告 is the presenter's own, in the post that he holds.
pub fn report_own(actor: &Actor, post: PostId, presenter: PersonId) -> Result<ReportOwn, Rejection> {
    let holds = actor.terms.iter().any(|t| t.post == post);
    when(holds && actor.person == presenter, ReportOwn { _only_here: () })
}

/// 联络员 of the unit drafts (H2); only the leader hands in.
pub fn report_draft(actor: &Actor, unit: UnitId) -> Result<ReportDraft, Rejection> {
    when(actor.has_in(Role::Liaison, unit), ReportDraft { _only_here: () })
}

/// 主持人 and 会务操作员 of this meeting, who do not report in it: questions and remarks in the hall.
/// Commands, seats and ballots of the room itself are decided by the room.
pub fn run_hall(parts: &BTreeSet<Part>) -> Result<RunHall, Rejection> {
    let runs = parts.contains(&Part::Chair) || parts.contains(&Part::Operator);
    when(runs && !parts.contains(&Part::Presenter), RunHall { _only_here: () })
}

/// 监督室 drafts and, once it is signed, hands over face to face; never for the own unit.
pub fn draft_feedback(actor: &Actor, unit: UnitId) -> Result<DraftFeedback, Rejection> {
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(unit), DraftFeedback { _only_here: () })
}

/// 分管副书记 signs (or the 书记), never for the own unit.
pub fn sign_feedback(actor: &Actor, unit: UnitId) -> Result<SignFeedback, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && !actor.belongs_to(unit), SignFeedback { _only_here: () })
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

/// 计票报告单: 主持人 and 监票人 of the meeting, and whoever sees the score of everybody on it. Nobody who
/// reports in that meeting: the others' scores are none of his.
pub fn read_count(actor: &Actor, results: &[ResultRef], parts: &BTreeSet<Part>) -> Result<ReadCount, Rejection> {
    let reports = parts.contains(&Part::Presenter) || results.iter().any(|r| r.person == actor.person);
    let signs = parts.contains(&Part::Teller) || parts.contains(&Part::Chair);
    when(!reports && (signs || sees_all(actor, results)), ReadCount { _only_here: () })
}

/// 监督室 keeps the paper; where only the 书记 may read it, he does.
pub fn note_count_signed(actor: &Actor, _read: &ReadCount) -> Result<NoteCountSigned, Rejection> {
    when(actor.has(Role::ConductOffice) || actor.has(Role::Secretary), NoteCountSigned { _only_here: () })
}

/// The bundle holds single votes. Without names it goes to those who see every score by their office and to the
/// 监票人, who answer for the seal; with names (记名) to the former alone: nobody of the hall saw who chose what.
pub fn take_bundle(
    actor: &Actor,
    results: &[ResultRef],
    parts: &BTreeSet<Part>,
    secrecy: Secrecy,
) -> Result<TakeBundle, Rejection> {
    let _read = read_count(actor, results, parts)?;
    let seals = parts.contains(&Part::Teller) && secrecy == Secrecy::Anonymous;
    when(seals || sees_all(actor, results), TakeBundle { _only_here: () })
}

fn sees_all(actor: &Actor, results: &[ResultRef]) -> bool {
    !results.is_empty() && results.iter().all(|r| see_results(actor, *r) == Ok(ResultSight::Score))
}

/// 「提请研究」 is offered to 书记 and 分管副书记 only.
pub fn sees_study_hint(actor: &Actor, result: ResultRef) -> bool {
    let leads = actor.has(Role::Secretary) || (actor.has(Role::DeputySecretary) && !result.leads_district);
    leads && !actor.belongs_to(result.unit) && actor.person != result.person
}
