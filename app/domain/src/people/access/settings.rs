//! Who confirms what a district may set for its record books.

use super::{Actor, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May set warning words, days of 代录 and the day of 年度结转.
    SetRecordRules,
}

/// 党风政风监督室: business content, never the 系统管理员's.
pub fn set_record_rules(actor: &Actor) -> Result<SetRecordRules, Rejection> {
    when(actor.has(Role::ConductOffice), SetRecordRules { _only_here: () })
}
