//! Who may interrupt whom: 催办, the quarter's reminder, channels beyond the system.

use super::{Actor, PostRef, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May ask the 联络员 of a unit to follow something up (催办).
    UrgeLiaison,
    /// May decide on the quarter's reminder, the one sending in the 区纪委's name (H3).
    DecideReminder,
    /// May switch channels beyond the system on and off.
    SetChannels,
}

/// 催办 by the office or the body that supervises the unit; never within the own unit. The post of
/// the 区委书记 is the 区纪委书记's alone.
pub fn urge_liaison(actor: &Actor, post: PostRef) -> Result<UrgeLiaison, Rejection> {
    let checks = actor.has(Role::ConductOffice) || actor.supervises(post.unit);
    let sees = !post.leads_district || actor.has(Role::Secretary);
    when(checks && !actor.belongs_to(post.unit) && sees, UrgeLiaison { _only_here: () })
}

/// 党风政风监督室 approves, the 区纪委 sends.
pub fn decide_reminder(actor: &Actor) -> Result<DecideReminder, Rejection> {
    when(actor.has(Role::ConductOffice), DecideReminder { _only_here: () })
}

/// 系统管理员 alone.
pub fn set_channels(actor: &Actor) -> Result<SetChannels, Rejection> {
    when(actor.has(Role::SystemAdmin), SetChannels { _only_here: () })
}
