//! Who does what in a “三交底” talk (H8). The post of the 区委书记 is his own and the 区纪委书记's alone; a talk with him is
//! led by a higher level and only kept here.

use super::{Actor, PostRef, fill_item, when};
use crate::{
    Rejection,
    ids::{PersonId, TermId, UnitId},
    people::Role,
};

proofs! {
    /// May set the rule, the days and the texts of the talks.
    SetTalks,
    /// May register a talk, ask for approval, note the talk and its papers, file, close.
    RunTalk,
    /// May work on the three lists of a talk.
    PrepareTalk,
    /// May approve the three lists or send them back (书记审定).
    ApproveTalk,
    /// May check what follows a talk: stage checks, 监督检查方案, 跟踪评估.
    TrackTalk,
    /// May confirm the 跟踪评估 of another person.
    ConfirmTracking,
    /// Is the head the talk is with, still in that term.
    OwnTalk,
    /// May fill in for the unit: 党组会, 整改方案, the draft of the report.
    AnswerTalk,
    /// May keep the register of risks of a unit.
    KeepRisks,
    /// May see the list of talks at all.
    SeeTalks,
}

/// The office sets them.
pub fn set_talks(actor: &Actor) -> Result<SetTalks, Rejection> {
    when(actor.has(Role::ConductOffice), SetTalks { _only_here: () })
}

/// 党风政风监督室, never for the own unit; for the 区委书记 the 区纪委书记.
pub fn run_talk(actor: &Actor, post: PostRef) -> Result<RunTalk, Rejection> {
    let role = if post.leads_district { Role::Secretary } else { Role::ConductOffice };
    when(actor.has(role) && !actor.belongs_to(post.unit), RunTalk { _only_here: () })
}

/// 联系室 and 派驻组 prepare, the office with them.
pub fn prepare_talk(actor: &Actor, post: PostRef) -> Result<PrepareTalk, Rejection> {
    let watches = !post.leads_district && actor.supervises(post.unit) && !actor.belongs_to(post.unit);
    when(watches || run_talk(actor, post).is_ok(), PrepareTalk { _only_here: () })
}

/// 书记, never for the own unit.
pub fn approve_talk(actor: &Actor, post: PostRef) -> Result<ApproveTalk, Rejection> {
    when(actor.has(Role::Secretary) && !actor.belongs_to(post.unit), ApproveTalk { _only_here: () })
}

/// The body that supervises the unit; the office where nobody else may look (区委书记: the 区纪委书记).
pub fn track_talk(actor: &Actor, post: PostRef) -> Result<TrackTalk, Rejection> {
    let may = if post.leads_district { actor.has(Role::Secretary) } else { actor.supervises(post.unit) };
    when(may && !actor.belongs_to(post.unit), TrackTalk { _only_here: () })
}

/// Another one of the body, the office, or those who lead both; that it is another person is the talk's own rule.
pub fn confirm_tracking(actor: &Actor, post: PostRef) -> Result<ConfirmTracking, Rejection> {
    let leads = actor.has(Role::Secretary) || (actor.has(Role::DeputySecretary) && !post.leads_district);
    let may = leads || track_talk(actor, post).is_ok() || run_talk(actor, post).is_ok();
    when(may && !actor.belongs_to(post.unit), ConfirmTracking { _only_here: () })
}

/// The head in the very term that made the talk due. Whoever left answers for nothing any more.
pub fn own_talk(actor: &Actor, term: TermId) -> Result<OwnTalk, Rejection> {
    when(actor.terms.iter().any(|t| t.term == term), OwnTalk { _only_here: () })
}

/// The head, a 班子成员 or the 联络员 of the unit; for the 区委书记 nobody but himself.
pub fn answer_talk(actor: &Actor, post: PostRef, term: TermId) -> Result<AnswerTalk, Rejection> {
    let own = own_talk(actor, term).is_ok();
    let helps = !post.leads_district && fill_item(actor, post.unit).is_ok();
    when(own || helps, AnswerTalk { _only_here: () })
}

/// The unit itself keeps its register (排摸), and the office and the supervising body may.
pub fn keep_risks(actor: &Actor, unit: UnitId) -> Result<KeepRisks, Rejection> {
    let own = actor.has_in(Role::Principal, unit) || actor.has_in(Role::Liaison, unit);
    when(own || actor.supervises(unit) || actor.has(Role::ConductOffice), KeepRisks { _only_here: () })
}

/// May the actor read this talk? Before it was held (`inside`) the commission alone; then also the head himself
/// (`person`), and his unit the lists and what follows, never the record.
pub fn see_talk(actor: &Actor, post: PostRef, person: PersonId, inside: bool) -> Result<TalkSight, Rejection> {
    let secretary = actor.has(Role::Secretary) && !actor.belongs_to(post.unit);
    if post.leads_district {
        return match (secretary, actor.person == person && !inside) {
            (true, _) => Ok(TalkSight::Whole),
            (_, true) => Ok(TalkSight::Own),
            _ => Err(Rejection::NotFound),
        };
    }
    if actor.person == person {
        return if inside { Err(Rejection::NotFound) } else { Ok(TalkSight::Own) };
    }
    let runs = actor.has(Role::DeputySecretary) || actor.has(Role::ConductOffice);
    if secretary || (runs && !actor.belongs_to(post.unit)) {
        return Ok(TalkSight::Whole);
    }
    if actor.supervises(post.unit) && !actor.belongs_to(post.unit) {
        return Ok(TalkSight::Watching);
    }
    let unit = fill_item(actor, post.unit).is_ok();
    let successor = actor.terms.iter().any(|t| t.post == post.post);
    if !inside && (unit || successor) { Ok(TalkSight::Unit) } else { Err(Rejection::NotFound) }
}

/// How much of a talk somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TalkSight {
    /// Everything, internal sources too: the office, 分管副书记, 书记.
    Whole,
    /// Everything but internal sources: the supervising body.
    Watching,
    /// The head himself: lists, record, promise, reports.
    Own,
    /// His unit, and whoever holds the post after him: lists and what follows, not the record.
    Unit,
}

impl TalkSight {
    /// 谈话要点 and 表态 are hidden from the 联络员 and from a successor (H2, H10).
    pub fn reads_record(self) -> bool {
        self != Self::Unit
    }

    /// Internal sources are for the office.
    pub fn reads_sources(self) -> bool {
        self == Self::Whole
    }

    /// Is this somebody of the commission?
    pub fn is_commission(self) -> bool {
        matches!(self, Self::Whole | Self::Watching)
    }
}

/// Everybody with business here: the commission, heads, 联络员, 班子成员. Administrators see none of it.
pub fn see_talks(actor: &Actor) -> Result<SeeTalks, Rejection> {
    let may = [
        Role::Secretary,
        Role::DeputySecretary,
        Role::ConductOffice,
        Role::SupervisionOffice,
        Role::ResidentTeam,
        Role::Principal,
        Role::Liaison,
        Role::Member,
    ];
    when(may.into_iter().any(|role| actor.has(role)), SeeTalks { _only_here: () })
}
