//! Who may take which step of the closed loop (H7). The item itself refuses two hands that are one.

use std::collections::BTreeSet;

use super::{Actor, PostRef, when};
use crate::{
    Rejection,
    accountability::Hand,
    ids::{PersonId, PostId, UnitId},
    people::Role,
};

proofs! {
    /// May sign for an item (签收), apply to be struck off, and ask for the extension.
    AcceptItem,
    /// May fill in, and note papers of the own unit.
    FillItem,
    /// May bring the plan and note progress.
    PlanItem,
    /// May confirm as 责任领导.
    LeadItem,
    /// May check (复核) or return.
    CheckItem,
    /// May strike off, return, extend, suspend, link.
    StrikeItem,
    /// May decide after two returns.
    DecideItem,
    /// May put what was found outside of the system on the account, by hand or from a ledger.
    OpenItem,
    /// May read published measures.
    SeeMeasures,
    /// May fill one in, or strike one out.
    EnterMeasure,
    /// May compare one with the published document.
    ConfirmMeasure,
    /// May change the dictionaries of measures.
    KeepDictionary,
    /// May write a 工作建议 or 建议书.
    DraftAdvice,
    /// May approve one.
    SignAdvice,
    /// May read one.
    SeeAdvice,
    /// May register a 制度.
    AddRegulation,
}

/// The actor as a hand of the loop: every unit of a term or a role of his.
pub fn hand(actor: &Actor) -> Hand {
    let units: BTreeSet<UnitId> =
        actor.terms.iter().map(|t| t.unit).chain(actor.grants.iter().map(|g| g.unit)).collect();
    Hand { person: actor.person, name: actor.name.clone(), units }
}

/// 签收, application and extension by the present head of the post. Paper is noted with [`super::note_paper_receipt`].
pub fn accept_item(actor: &Actor, post: PostId) -> Result<AcceptItem, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post), AcceptItem { _only_here: () })
}

/// 责任部门 through the 联络员 or a 班子成员 of the unit.
pub fn fill_item(actor: &Actor, unit: UnitId) -> Result<FillItem, Rejection> {
    when(actor.has_in(Role::Liaison, unit) || actor.has_in(Role::Member, unit), FillItem { _only_here: () })
}

/// The plan and what is said of its progress: the head in person, a 班子成员 such as the 责任领导, or the 联络员. Filling in
/// stays with [`fill_item`]: whoever fills in neither confirms nor applies.
pub fn plan_item(actor: &Actor, unit: UnitId) -> Result<PlanItem, Rejection> {
    let may = [Role::Principal, Role::Member, Role::Liaison].into_iter().any(|role| actor.has_in(role, unit));
    when(may, PlanItem { _only_here: () })
}

/// 责任领导: the person of the plan, still of the unit; without a named one any leader of the unit.
pub fn lead_item(actor: &Actor, unit: UnitId, owner: Option<PersonId>) -> Result<LeadItem, Rejection> {
    let leads = actor.has_in(Role::Principal, unit) || actor.has_in(Role::Member, unit);
    let named = owner.is_none_or(|person| person == actor.person);
    when(leads && named, LeadItem { _only_here: () })
}

/// 派驻组, for towns the 联系室, by the 归口表; a 镇（街道）纪（工）委 only assists.
pub fn check_item(actor: &Actor, post: PostRef) -> Result<CheckItem, Rejection> {
    let sees = !post.leads_district || actor.has(Role::Secretary);
    when(actor.supervises(post.unit) && !actor.belongs_to(post.unit) && sees, CheckItem { _only_here: () })
}

/// 党风政风监督室, never for the own unit.
pub fn strike_item(actor: &Actor, post: PostRef) -> Result<StrikeItem, Rejection> {
    when(actor.has(Role::ConductOffice) && !actor.belongs_to(post.unit), StrikeItem { _only_here: () })
}

/// 分管副书记 (or the 书记), never for the own unit.
pub fn decide_item(actor: &Actor, post: PostRef) -> Result<DecideItem, Rejection> {
    let may = actor.has(Role::Secretary) || (actor.has(Role::DeputySecretary) && !post.leads_district);
    when(may && !actor.belongs_to(post.unit), DecideItem { _only_here: () })
}

/// What comes from outside is put on the account by the 监督室, never for the own unit. The post of the 区委书记 is not the
/// district's to supervise.
pub fn open_item(actor: &Actor, post: PostRef) -> Result<OpenItem, Rejection> {
    let may = actor.has(Role::ConductOffice) && !actor.belongs_to(post.unit) && !post.leads_district;
    when(may, OpenItem { _only_here: () })
}

/// May the actor bring a whole ledger? Each of its lines is asked for with [`open_item`] as well.
pub fn bring_ledger(actor: &Actor) -> Result<OpenItem, Rejection> {
    when(actor.has(Role::ConductOffice), OpenItem { _only_here: () })
}

/// Published measures are for those who run and lead the chain, never a unit's state (practice 3.1).
pub fn list_measures(actor: &Actor) -> Result<SeeMeasures, Rejection> {
    let may = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    when(may, SeeMeasures { _only_here: () })
}

/// 监督室 fills in; what was published about the 区委书记 the 区纪委书记 alone (practice 1), never the 区委书记 himself.
pub fn enter_measure(actor: &Actor, post: PostRef) -> Result<EnterMeasure, Rejection> {
    let may = if post.leads_district { actor.has(Role::Secretary) } else { actor.has(Role::ConductOffice) };
    when(may && !actor.belongs_to(post.unit), EnterMeasure { _only_here: () })
}

/// The second person: of the 监督室, the 分管副书记 or the 书记. That he is another than the first is the measure's rule; about
/// the 区委书记 it is another 区纪委书记, such as the next one: nobody else may know.
pub fn confirm_measure(actor: &Actor, post: PostRef) -> Result<ConfirmMeasure, Rejection> {
    let all = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    let may = if post.leads_district { actor.has(Role::Secretary) } else { all };
    when(may && !actor.belongs_to(post.unit), ConfirmMeasure { _only_here: () })
}

/// Is what was published about the post in the actor's sight?
pub fn see_measure(actor: &Actor, post: PostRef) -> Result<SeeMeasures, Rejection> {
    let proof = list_measures(actor)?;
    when(!post.leads_district || actor.has(Role::Secretary), proof)
}

/// 监督室.
pub fn keep_dictionary(actor: &Actor) -> Result<KeepDictionary, Rejection> {
    when(actor.has(Role::ConductOffice), KeepDictionary { _only_here: () })
}

/// 监督室, and whoever supervises the unit (H3: the 派驻组 drafts).
pub fn draft_advice(actor: &Actor, post: PostRef) -> Result<DraftAdvice, Rejection> {
    let may = (actor.has(Role::ConductOffice) || actor.supervises(post.unit))
        && !actor.belongs_to(post.unit)
        && !post.leads_district;
    when(may, DraftAdvice { _only_here: () })
}

/// 分管副书记 or 书记. That he did not write it is the paper's own rule.
pub fn sign_advice(actor: &Actor, post: PostRef) -> Result<SignAdvice, Rejection> {
    let may = actor.has(Role::Secretary) || actor.has(Role::DeputySecretary);
    when(may && !actor.belongs_to(post.unit) && !post.leads_district, SignAdvice { _only_here: () })
}

/// Those who write and approve; the unit itself once it was handed over (`issued`), and those who assist there.
pub fn see_advice(actor: &Actor, post: PostRef, issued: bool) -> Result<SeeAdvice, Rejection> {
    if post.leads_district {
        return Err(Rejection::NotAllowed);
    }
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    let assists = actor.has(Role::TownCommittee) && actor.watched.contains(&post.unit);
    let own = actor.terms.iter().any(|t| t.post == post.post)
        || actor.has_in(Role::Liaison, post.unit)
        || actor.has_in(Role::Member, post.unit);
    when(leads || actor.supervises(post.unit) || (issued && (own || assists)), SeeAdvice { _only_here: () })
}

/// The unit itself through its 联络员, a 班子成员 or its head; or the 监督室 from a paper it was given. What the unit of the
/// 区委书记 makes is nobody's to register here (`leads`).
pub fn add_regulation(actor: &Actor, unit: UnitId, leads: bool) -> Result<AddRegulation, Rejection> {
    let own = [Role::Principal, Role::Liaison, Role::Member].into_iter().any(|r| actor.has_in(r, unit));
    when((own || actor.has(Role::ConductOffice)) && !leads, AddRegulation { _only_here: () })
}
