//! Who keeps the 文号 of the commission.

use super::{Actor, when};
use crate::{Rejection, ids::UnitId, people::Role};

proofs! {
    /// May see the register of numbers.
    SeeNumbers,
    /// May set prefixes and next free numbers, take a number for a paper that is written outside, and void such a one.
    KeepNumbers,
    /// May write a 通报.
    DraftLetter,
    /// May approve one or send it back.
    ApproveLetter,
    /// May number and seal one, and void it.
    IssueLetter,
    /// May read one.
    SeeLetter,
    /// May confirm that it arrived.
    ReceiveLetter,
}

/// 区纪委办公室 numbers and seals (H9); 监督室, which drafts most of the documents; and those who sign them.
pub fn see_numbers(actor: &Actor) -> Result<SeeNumbers, Rejection> {
    let may = [Role::GeneralOffice, Role::ConductOffice, Role::Secretary, Role::DeputySecretary];
    when(may.into_iter().any(|role| actor.has(role)), SeeNumbers { _only_here: () })
}

/// 区纪委办公室 and 监督室.
pub fn keep_numbers(actor: &Actor) -> Result<KeepNumbers, Rejection> {
    when(actor.has(Role::GeneralOffice) || actor.has(Role::ConductOffice), KeepNumbers { _only_here: () })
}

/// 监督室.
pub fn draft_letter(actor: &Actor) -> Result<DraftLetter, Rejection> {
    when(actor.has(Role::ConductOffice), DraftLetter { _only_here: () })
}

/// 分管副书记 or 书记; that he did not write it is the paper's own rule.
pub fn approve_letter(actor: &Actor) -> Result<ApproveLetter, Rejection> {
    when(actor.has(Role::DeputySecretary) || actor.has(Role::Secretary), ApproveLetter { _only_here: () })
}

/// 区纪委办公室 numbers and seals (H9); 监督室 where there is nobody in it.
pub fn issue_letter(actor: &Actor) -> Result<IssueLetter, Rejection> {
    when(actor.has(Role::GeneralOffice) || actor.has(Role::ConductOffice), IssueLetter { _only_here: () })
}

/// Those who write, approve and number; once it is out (`issued`) the heads, 班子成员 and 联络员 of its units, and
/// those who supervise one of them.
pub fn see_letter(actor: &Actor, units: &[UnitId], issued: bool) -> Result<SeeLetter, Rejection> {
    let office = [Role::ConductOffice, Role::GeneralOffice, Role::Secretary, Role::DeputySecretary];
    let of = |unit: &UnitId| {
        let own = [Role::Principal, Role::Member, Role::Liaison].into_iter().any(|role| actor.has_in(role, *unit));
        let assists = actor.has(Role::TownCommittee) && actor.watched.contains(unit);
        own || assists || actor.supervises(*unit)
    };
    let may = office.into_iter().any(|role| actor.has(role)) || (issued && units.iter().any(of));
    when(may, SeeLetter { _only_here: () })
}

/// The head of the unit, or its 联络员 for it; 「纸质已签」 is noted by whoever may issue it.
pub fn receive_letter(actor: &Actor, unit: UnitId) -> Result<ReceiveLetter, Rejection> {
    let may = actor.has_in(Role::Principal, unit) || actor.has_in(Role::Liaison, unit);
    when(may, ReceiveLetter { _only_here: () })
}

/// May the actor know that there are such papers? Everybody to whom one could be sent, and who makes them.
pub fn list_letters(actor: &Actor) -> Result<SeeLetter, Rejection> {
    let business = |role: &Role| !matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin);
    let may = !actor.terms.is_empty() || actor.grants.iter().any(|grant| business(&grant.role));
    when(may, SeeLetter { _only_here: () })
}
