//! Who sees a district at a glance, and who may put it on a wall.

use super::{Actor, Scope, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May open the wall screen.
    OpenWall,
    /// May have the units named on the wall screen.
    NameOnWall,
}

fn leads(actor: &Actor) -> bool {
    [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|role| actor.has(role))
}

/// Units of the 全区总览: all for those who lead the chain and the office that runs it, their own by the 归口表 for
/// 派驻组 and 联系室. A 镇（街道）纪（工）委 only assists, and units see their own row of the board.
pub fn overview_scope(actor: &Actor) -> Result<Scope, Rejection> {
    if leads(actor) {
        return Ok(Scope::District);
    }
    let supervises = actor.has(Role::ResidentTeam) || actor.has(Role::SupervisionOffice);
    if supervises { Ok(Scope::Units(actor.watched.clone())) } else { Err(Rejection::NotAllowed) }
}

/// The wall shows the whole district: those who see it, and the 区纪委办公室, in whose room it hangs.
pub fn open_wall(actor: &Actor) -> Result<OpenWall, Rejection> {
    when(leads(actor) || actor.has(Role::GeneralOffice), OpenWall { _only_here: () })
}

/// Names of units on the wall, asked for on purpose: whoever answers for the chain.
pub fn name_on_wall(actor: &Actor) -> Result<NameOnWall, Rejection> {
    when(leads(actor), NameOnWall { _only_here: () })
}
