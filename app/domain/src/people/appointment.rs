//! Rules of roles and terms: who may propose and confirm a role, what cannot be
//! held together, and on which day a term can start.

use super::{Grant, Role, UnitKind, access::Actor};
use crate::{
    Rejection,
    ids::{AccountId, PersonId},
    time::{Day, zh},
};

/// 三员: system, security and audit administrators never in one hand (等保三级 8.1.5).
const ADMINS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

/// May `actor` propose `grant` for `person`, who holds or waits for `held`?
/// Nobody proposes for himself; a head comes from a term, never from a grant.
pub fn check_proposal(
    actor: &Actor,
    person: PersonId,
    grant: Grant,
    unit_kind: UnitKind,
    held: &[Grant],
) -> Result<(), Rejection> {
    if person == actor.person {
        return Err(Rejection::state("不能给自己授予角色。请由另一位管理人员提出。"));
    }
    let wanted = match grant.role {
        Role::Principal => return Err(Rejection::state("一把手由任职产生，不单独授予。请在单位页登记任职。")),
        Role::ResidentTeam => Some(UnitKind::Team),
        Role::TownCommittee => Some(UnitKind::Committee),
        Role::SupervisionOffice | Role::ConductOffice | Role::GeneralOffice => Some(UnitKind::Commission),
        _ => None,
    };
    if let Some(kind) = wanted
        && kind != unit_kind
    {
        return Err(Rejection::field(
            "unit",
            format!("「{}」只能授予在{}类单位，没有保存。请另选单位。", grant.role.label(), kind.label()),
        ));
    }
    if held.contains(&grant) {
        return Err(Rejection::state("这个角色已经有了或正等待确认，不用再提。"));
    }
    apart(grant.role, held)?;
    if ADMINS.contains(&grant.role)
        && let Some(other) = held.iter().find(|g| ADMINS.contains(&g.role) && g.role != grant.role)
    {
        return Err(Rejection::state(format!(
            "此人已是{}（或正等待确认）。系统管理员、安全管理员、审计管理员须分别由不同的人担任，请另选一人。",
            other.role.label()
        )));
    }
    Ok(())
}

/// Who drafts for a head and reads his book supervises nobody and administers nothing (H2: a 联络员 never checks).
fn apart(wanted: Role, held: &[Grant]) -> Result<(), Rejection> {
    let other = match wanted {
        Role::Liaison => held.iter().map(|g| g.role).find(|r| r.needs_confirmation()),
        _ if wanted.needs_confirmation() => held.iter().map(|g| g.role).find(|r| *r == Role::Liaison),
        _ => None,
    };
    let Some(other) = other else { return Ok(()) };
    Err(Rejection::state(format!(
        "此人已是{}（或正等待确认），不能再任{}：联络员看得到本单位的记录本，须与监督、管理的角色分开。请另选一人，或先结束原来的角色。",
        other.label(),
        wanted.label()
    )))
}

/// May somebody who holds a post in the unit, or none, be its 联络员?
///
/// # Errors
/// Of another unit: he would read the book of a head whom he does not work for.
pub fn check_liaison(unit: &str, works_there: bool) -> Result<(), Rejection> {
    if works_there {
        return Ok(());
    }
    Err(Rejection::field(
        "unit",
        format!(
            "此人在「{unit}」没有任职，不能担任该单位联络员，没有保存。请先在单位页登记他的岗位和任职，或另选本单位人员。"
        ),
    ))
}

/// The second person: not who proposed, not whom it is about.
pub fn check_second(actor: &Actor, person: PersonId, proposed_by: AccountId) -> Result<(), Rejection> {
    if actor.account == proposed_by || actor.person == person {
        return Err(Rejection::state("提出人和本人都不能确认这个角色。请由另一位安全管理员确认。"));
    }
    Ok(())
}

/// When a term starts: not in the future (it is registered on the day), and after
/// the start of the one before it.
pub fn check_start(start: Day, before: Option<Day>, today: Day) -> Result<(), Rejection> {
    if start > today {
        return Err(Rejection::field("starts_on", "任职日期晚于今天，没有保存。请到任当天再登记，或核对日期。"));
    }
    match before {
        Some(before) if start <= before => Err(Rejection::field(
            "starts_on",
            format!("任职日期须晚于前任的任职日期（{}），没有保存。请核对日期。", zh(before)),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        ids::{DistrictId, SessionId, UnitId},
        time::first_of,
    };
    use uuid::Uuid;

    fn actor() -> Actor {
        let id = Uuid::from_u128;
        Actor {
            district: DistrictId(id(1)),
            account: AccountId(id(2)),
            person: PersonId(id(3)),
            session: SessionId(id(4)),
            name: "甲".into(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: BTreeSet::new(),
        }
    }

    fn unit() -> UnitId {
        UnitId(Uuid::from_u128(9))
    }

    fn propose(person: u128, role: Role, kind: UnitKind, held: &[Role]) -> Result<(), Rejection> {
        let held: Vec<Grant> = held.iter().map(|r| Grant { role: *r, unit: unit() }).collect();
        check_proposal(&actor(), PersonId(Uuid::from_u128(person)), Grant { role, unit: unit() }, kind, &held)
    }

    #[test]
    fn nobody_serves_himself_and_the_three_administrators_stay_apart() {
        use Role::*;
        assert!(propose(3, Liaison, UnitKind::Town, &[]).is_err());
        assert!(propose(5, Liaison, UnitKind::Town, &[]).is_ok());
        assert!(propose(5, Liaison, UnitKind::Town, &[Liaison]).is_err());
        assert!(propose(5, Principal, UnitKind::Town, &[]).is_err());
        assert!(propose(5, ResidentTeam, UnitKind::Town, &[]).is_err());
        assert!(propose(5, AuditAdmin, UnitKind::Commission, &[SystemAdmin]).is_err());
        assert!(propose(5, AuditAdmin, UnitKind::Commission, &[ConductOffice]).is_ok());
    }

    #[test]
    fn who_drafts_for_a_head_supervises_nobody() {
        use Role::*;
        for other in Role::ALL.into_iter().filter(|r| r.needs_confirmation()) {
            assert!(propose(5, Liaison, UnitKind::Town, &[other]).is_err(), "{other:?}");
            assert!(check_kinds(other, &[Liaison]).is_err(), "{other:?}");
        }
        assert!(propose(5, Liaison, UnitKind::Town, &[Member]).is_ok());
        assert!(propose(5, Member, UnitKind::Town, &[Liaison]).is_ok());
        assert!(check_liaison("甲镇", true).is_ok());
        assert!(check_liaison("甲镇", false).unwrap_err().to_string().contains("没有任职"));
    }

    fn check_kinds(role: Role, held: &[Role]) -> Result<(), Rejection> {
        let kind = match role {
            Role::ResidentTeam => UnitKind::Team,
            Role::TownCommittee => UnitKind::Committee,
            _ => UnitKind::Commission,
        };
        propose(5, role, kind, held)
    }

    #[test]
    fn the_second_person_is_a_third_one() {
        let person = |n| PersonId(Uuid::from_u128(n));
        assert!(check_second(&actor(), person(5), AccountId(Uuid::from_u128(2))).is_err());
        assert!(check_second(&actor(), person(3), AccountId(Uuid::from_u128(8))).is_err());
        assert!(check_second(&actor(), person(5), AccountId(Uuid::from_u128(8))).is_ok());
    }

    #[test]
    fn terms_follow_each_other() {
        let (old, today) = (first_of(2026, 3), first_of(2026, 11));
        assert!(check_start(first_of(2026, 12), Some(old), today).is_err());
        assert!(check_start(old, Some(old), today).is_err());
        assert!(check_start(today, Some(old), today).is_ok());
    }
}
