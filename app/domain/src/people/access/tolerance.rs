//! Who asks for 容错 and 澄清, who takes which step, and who may know of it at all (domain 2.6: those authorised). The
//! case itself refuses two hands that are one ([`crate::tolerance`]). What concerns the 区委书记 is decided above the
//! district: none of it is done here.

use super::{Actor, PostRef, when};
use crate::{
    Rejection,
    ids::PersonId,
    people::Role,
    tolerance::{Case, Clearance, Concerned},
};

proofs! {
    /// May ask for 容错, for himself, a cadre or the unit.
    AskTolerance,
    /// May propose 容错 for a unit that he supervises.
    ProposeTolerance,
    /// May take a case on, tell its result and note its use.
    HandleTolerance,
    /// May be the verifier of a case.
    VerifyTolerance,
    /// May decide a case.
    DecideTolerance,
    /// May read a case.
    SeeTolerance,
    /// May note the 勉励谈话 of a case.
    NoteTalk,
    /// May propose a 澄清.
    AskClearance,
    /// May decide on one.
    DecideClearance,
    /// May carry one out, and note its receipt on paper.
    CarryClearance,
    /// May confirm that he was cleared.
    ReceiveClearance,
    /// May read one.
    SeeClearance,
    /// May set situations, and whether 澄清 is used.
    SetTolerance,
}

fn head(actor: &Actor, post: PostRef) -> bool {
    actor.terms.iter().any(|t| t.post == post.post)
}

/// Of the commission, and not of the unit itself.
fn outside(actor: &Actor, post: PostRef) -> bool {
    !post.leads_district && !actor.belongs_to(post.unit)
}

/// The present head of the post in person.
pub fn ask_tolerance(actor: &Actor, post: PostRef) -> Result<AskTolerance, Rejection> {
    when(head(actor, post) && !post.leads_district, AskTolerance { _only_here: () })
}

/// The body that supervises the unit, or the 监督室; never for the own unit.
pub fn propose_tolerance(actor: &Actor, post: PostRef) -> Result<ProposeTolerance, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(post.unit);
    when(may && outside(actor, post), ProposeTolerance { _only_here: () })
}

/// 监督室, never for the own unit.
pub fn handle_tolerance(actor: &Actor, post: PostRef) -> Result<HandleTolerance, Rejection> {
    when(actor.has(Role::ConductOffice) && outside(actor, post), HandleTolerance { _only_here: () })
}

/// The body that supervises the unit, or the 监督室; that he is the named one is the case's own rule.
pub fn verify_tolerance(actor: &Actor, post: PostRef) -> Result<VerifyTolerance, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(post.unit);
    when(may && outside(actor, post), VerifyTolerance { _only_here: () })
}

/// 分管副书记 or 书记; that he had no hand in it is the case's own rule.
pub fn decide_tolerance(actor: &Actor, post: PostRef) -> Result<DecideTolerance, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && outside(actor, post), DecideTolerance { _only_here: () })
}

/// Whoever asked or is concerned; the present head, where it is for his unit or a cadre of it and not for a head before
/// him; the 监督室, its named verifier, and those who decide.
pub fn see_tolerance(actor: &Actor, post: PostRef, case: &Case) -> Result<SeeTolerance, Rejection> {
    let own = match &case.concerned {
        Concerned::Head { person, .. } => *person == actor.person,
        Concerned::Cadre { .. } | Concerned::Unit => head(actor, post),
    };
    let verifies = case.verifier.as_ref().is_some_and(|(person, _)| *person == actor.person);
    let asked = case.by.0 == actor.person;
    let leads = [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|r| actor.has(r));
    let office = (leads || (verifies && verify_tolerance(actor, post).is_ok())) && outside(actor, post);
    // Whoever proposed it for the commission and is of it no more does not read on.
    let asked = asked && (!case.proposed || propose_tolerance(actor, post).is_ok());
    when(own || asked || office, SeeTolerance { _only_here: () })
}

/// A cadre's is noted by the head who is asked to talk with him; a head's by the 书记, the 分管副书记 or the 监督室.
pub fn note_talk(actor: &Actor, post: PostRef, for_head: bool) -> Result<NoteTalk, Rejection> {
    let leads = [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|r| actor.has(r));
    let may = if for_head { leads && outside(actor, post) } else { head(actor, post) };
    when(may, NoteTalk { _only_here: () })
}

/// Whoever verifies clears: the body that supervises the unit, or the 监督室.
pub fn ask_clearance(actor: &Actor, post: PostRef) -> Result<AskClearance, Rejection> {
    let may = actor.has(Role::ConductOffice) || actor.supervises(post.unit);
    when(may && outside(actor, post), AskClearance { _only_here: () })
}

/// 分管副书记 or 书记; that he did not propose it is the case's own rule.
pub fn decide_clearance(actor: &Actor, post: PostRef) -> Result<DecideClearance, Rejection> {
    let may = actor.has(Role::DeputySecretary) || actor.has(Role::Secretary);
    when(may && outside(actor, post), DecideClearance { _only_here: () })
}

/// Whoever may propose one.
pub fn carry_clearance(actor: &Actor, post: PostRef) -> Result<CarryClearance, Rejection> {
    let _proof = ask_clearance(actor, post)?;
    Ok(CarryClearance { _only_here: () })
}

/// The person himself, whatever he is now.
pub fn receive_clearance(actor: &Actor, person: PersonId) -> Result<ReceiveClearance, Rejection> {
    when(actor.person == person, ReceiveClearance { _only_here: () })
}

/// The person from the day on which it was approved; the 监督室, who proposed it, and those who decide. Never the own
/// unit.
pub fn see_clearance(actor: &Actor, post: PostRef, case: &Clearance) -> Result<SeeClearance, Rejection> {
    let told = case.decided.is_some() && case.state != crate::tolerance::ClearanceState::Refused;
    let own = actor.person == case.person.0 && told;
    let leads = [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|r| actor.has(r));
    let asked = case.by.0 == actor.person && ask_clearance(actor, post).is_ok();
    when(own || asked || (leads && outside(actor, post)), SeeClearance { _only_here: () })
}

/// 监督室.
pub fn set_tolerance(actor: &Actor) -> Result<SetTolerance, Rejection> {
    when(actor.has(Role::ConductOffice), SetTolerance { _only_here: () })
}

/// May the actor know that the page is there? Heads for what is theirs, and those of the commission who take part.
pub fn open_tolerance(actor: &Actor) -> Result<SeeTolerance, Rejection> {
    let office = [
        Role::ConductOffice,
        Role::DeputySecretary,
        Role::Secretary,
        Role::ResidentTeam,
        Role::SupervisionOffice,
    ];
    let may = !actor.terms.is_empty() || office.into_iter().any(|role| actor.has(role));
    when(may, SeeTolerance { _only_here: () })
}
