//! Who may add, see and withdraw 佐证材料. A file is as open as the text of its record, and no further.

use super::{Actor, PostRef, draft_record, when};
use crate::{Rejection, ids::PersonId};

proofs! {
    /// May add files to a record, and take his own back from view.
    AddEvidence,
    /// May open a file of a record.
    SeeEvidence,
    /// May mark a file as withdrawn (已撤下).
    WithdrawEvidence,
}

/// Whose record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hands {
    /// The head it belongs to.
    pub author: PersonId,
    /// The 联络员 who drafted it.
    pub proxy: Option<PersonId>,
}

/// The head of the record, while he holds the post; the 联络员 who drafted it, while he drafts for the post.
pub fn add_evidence(actor: &Actor, post: PostRef, hands: Hands) -> Result<AddEvidence, Rejection> {
    let own = hands.author == actor.person && actor.terms.iter().any(|t| t.post == post.post);
    let drafted = hands.proxy == Some(actor.person) && draft_record(actor, post).is_ok();
    when(own || drafted, AddEvidence { _only_here: () })
}

/// Whoever reads the text of the record; the 联络员 also what he added himself to one that he may
/// know of (`knows`: the record is in his sight at all).
pub fn see_evidence(
    actor: &Actor,
    reads_text: bool,
    knows: bool,
    added_by: PersonId,
) -> Result<SeeEvidence, Rejection> {
    when(reads_text || (knows && added_by == actor.person), SeeEvidence { _only_here: () })
}

/// The head any file of his record, the 联络员 those that he added.
pub fn withdraw_evidence(
    actor: &Actor,
    post: PostRef,
    hands: Hands,
    added_by: PersonId,
) -> Result<WithdrawEvidence, Rejection> {
    let _proof = add_evidence(actor, post, hands)?;
    let own = hands.author == actor.person;
    when(own || added_by == actor.person, WithdrawEvidence { _only_here: () })
}
