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
    /// May bring the plan, note progress, fill in, and note papers of the own unit.
    FillItem,
    /// May confirm as 责任领导.
    LeadItem,
    /// May check (复核) or return.
    CheckItem,
    /// May strike off, return, extend, suspend, link.
    StrikeItem,
    /// May decide after two returns.
    DecideItem,
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
