//! Who may have the way in of an account set anew that somebody has opened before. The slip of such an account is the
//! account itself, so two persons are needed: one asks, another confirms and prints, and one of the two is a
//! 安全管理员. Refuses the owner himself and whoever drafts for him (联络员).

use std::collections::BTreeSet;

use super::{Actor, HandleAccount, handle_account, when};
use crate::{
    Rejection,
    ids::{PersonId, UnitId},
    people::Role,
};

proofs! {
    /// May ask that an opened account be set anew.
    AskReset,
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Person.
    pub person: PersonId,
    /// Holds a role that only the 安全管理员 may touch.
    pub privileged: bool,
    /// Units he belongs to.
    pub units: BTreeSet<UnitId>,
}

/// Who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedBy {
    /// Person.
    pub person: PersonId,
    /// As 安全管理员.
    pub security: bool,
}

/// A 联络员 has the secrets of those he drafts for soon enough without the password.
fn drafts_for(actor: &Actor, owner: &Owner) -> bool {
    owner.units.iter().any(|unit| actor.has_in(Role::Liaison, *unit))
}

/// Any of those who maintain people or confirm roles may ask: nothing is printed yet.
///
/// # Errors
/// Not one of them, the owner, or his 联络员.
pub fn ask_reset(actor: &Actor, owner: &Owner) -> Result<AskReset, Rejection> {
    let may = [Role::SystemAdmin, Role::ConductOffice, Role::SecurityAdmin].into_iter().any(|r| actor.has(r));
    when(may && actor.person != owner.person && !drafts_for(actor, owner), AskReset { _only_here: () })
}

/// The second person, who prints the slip.
///
/// # Errors
/// Not one who may handle the account, the one who asked, the owner's 联络员, or two of whom none is a 安全管理员.
pub fn confirm_reset(actor: &Actor, owner: &Owner, asked: AskedBy) -> Result<HandleAccount, Rejection> {
    let proof = handle_account(actor, owner.person, owner.privileged)?;
    if drafts_for(actor, owner) {
        return Err(Rejection::NotAllowed);
    }
    if actor.person == asked.person {
        return Err(Rejection::state("提出重置的人不能自己确认，没有打印。请由另一位有权限的人员确认。"));
    }
    if !asked.security && !actor.has(Role::SecurityAdmin) {
        return Err(Rejection::state("重置登录方式的两人中须有一位安全管理员，没有打印。请由安全管理员确认。"));
    }
    Ok(proof)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::{AccountId, DistrictId, SessionId},
        people::Grant,
    };

    fn actor(n: u128, roles: &[(Role, u128)]) -> Actor {
        let id = Uuid::from_u128;
        Actor {
            district: DistrictId(id(1)),
            account: AccountId(id(100 + n)),
            person: PersonId(id(n)),
            session: SessionId(id(200 + n)),
            name: "冯青".into(),
            grants: roles.iter().map(|(role, unit)| Grant { role: *role, unit: UnitId(id(*unit)) }).collect(),
            terms: Vec::new(),
            post: None,
            watched: BTreeSet::new(),
        }
    }

    #[test]
    fn two_persons_of_whom_one_is_the_security_administrator() {
        let owner = |privileged| Owner {
            person: PersonId(Uuid::from_u128(9)),
            privileged,
            units: BTreeSet::from([UnitId(Uuid::from_u128(50))]),
        };
        let by = |actor: &Actor| AskedBy { person: actor.person, security: actor.has(Role::SecurityAdmin) };
        let office = actor(2, &[(Role::ConductOffice, 60)]);
        let system = actor(3, &[(Role::SystemAdmin, 60)]);
        let security = actor(4, &[(Role::SecurityAdmin, 60)]);
        let both = actor(5, &[(Role::SystemAdmin, 60), (Role::SecurityAdmin, 60)]);
        for asks in [&office, &system, &security] {
            assert!(ask_reset(asks, &owner(true)).is_ok());
            assert!(confirm_reset(asks, &owner(false), by(asks)).is_err(), "nobody alone");
        }
        assert!(confirm_reset(&both, &owner(false), by(&both)).is_err(), "two roles are not two persons");
        assert!(confirm_reset(&security, &owner(false), by(&office)).is_ok());
        assert!(confirm_reset(&security, &owner(true), by(&system)).is_ok());
        assert!(confirm_reset(&system, &owner(false), by(&security)).is_ok());
        assert!(confirm_reset(&office, &owner(false), by(&system)).is_err(), "no security administrator");
        assert!(confirm_reset(&system, &owner(true), by(&security)).is_err(), "not his to print");
        // Whoever drafts for the owner, and the owner.
        let liaison = actor(6, &[(Role::SecurityAdmin, 60), (Role::Liaison, 50)]);
        assert!(ask_reset(&liaison, &owner(false)).is_err());
        assert!(confirm_reset(&liaison, &owner(false), by(&office)).is_err());
        assert!(ask_reset(&actor(9, &[(Role::SecurityAdmin, 60)]), &owner(false)).is_err());
        assert!(ask_reset(&actor(7, &[(Role::AuditAdmin, 60)]), &owner(false)).is_err());
    }
}
