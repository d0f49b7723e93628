//! Who may close a book at the end of its year (年度结转).

use super::{Actor, PostRef, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May close the book of the own post with his signature.
    CloseOwnBook,
    /// May close the book of a vacant post, or note the head's signature on paper.
    CloseForHead,
}

/// The present head closes the book of his post, a predecessor's year too: it belongs to the post.
pub fn close_own_book(actor: &Actor, post: PostRef) -> Result<CloseOwnBook, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post.post), CloseOwnBook { _only_here: () })
}

/// The office, for the books it may know of; never for a post of its own.
pub fn close_for_head(actor: &Actor, post: PostRef) -> Result<CloseForHead, Rejection> {
    let own = actor.terms.iter().any(|t| t.post == post.post);
    let sees = !post.leads_district || actor.has(Role::Secretary);
    when(!own && sees && actor.has(Role::ConductOffice), CloseForHead { _only_here: () })
}
