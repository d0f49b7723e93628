//! Who sees a 履责画像: the person himself, for ever, and the bodies of the commission that oversee the post. Nobody of
//! the unit, no successor, no 联络员, no administrator.

use super::{Actor, PostRef, when};
use crate::{Rejection, ids::PersonId, people::Role};

proofs! {
    /// May see the portrait of a term.
    SeePortrait,
    /// May see the list of posts whose portraits he oversees.
    ListPortraits,
}

/// The own portrait of a term that `person` holds or held.
pub fn own_portrait(actor: &Actor, person: PersonId) -> Result<SeePortrait, Rejection> {
    when(actor.person == person, SeePortrait { _only_here: () })
}

/// 书记, 分管副书记, 监督室 and the body that supervises the unit by the 归口表, never within the own unit; of the
/// 区委书记 the 书记 alone. A 镇（街道）纪（工）委 stands under the head whom it would look at, and only assists.
pub fn see_portrait(actor: &Actor, post: PostRef) -> Result<SeePortrait, Rejection> {
    let may = if post.leads_district {
        actor.has(Role::Secretary)
    } else {
        let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
        leads || actor.supervises(post.unit)
    };
    when(may && !actor.belongs_to(post.unit), SeePortrait { _only_here: () })
}

/// Whoever oversees some post; which ones, [`see_portrait`] says one by one.
pub fn list_portraits(actor: &Actor) -> Result<ListPortraits, Rejection> {
    let roles =
        [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::SupervisionOffice, Role::ResidentTeam];
    when(roles.into_iter().any(|role| actor.has(role)), ListPortraits { _only_here: () })
}
