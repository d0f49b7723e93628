//! Who answers what was suggested to be not needed. Suggesting needs no proof: whoever signs in may.

use super::{Actor, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May answer suggestions of 减负反馈, read the words of all of them, and set the rates of the estimate.
    AnswerRelief,
}

/// 党风政风监督室: it asks for the forms, so it answers for them.
pub fn answer_relief(actor: &Actor) -> Result<AnswerRelief, Rejection> {
    when(actor.has(Role::ConductOffice), AnswerRelief { _only_here: () })
}
