//! Who drafts the reports of a post, and who hands in the district's own Word files.

use super::{Actor, PostRef, when};
use crate::{Rejection, people::Role};

proofs! {
    /// May draft, change and export the reports of a post.
    WriteReport,
    /// May hand in and remove the district's templates of papers.
    KeepTemplates,
}

/// The head, and the 联络员 of his unit who prepares the text; nobody else reads an unfinished report.
/// The 区委书记 has nobody who prepares his.
pub fn write_report(actor: &Actor, post: PostRef) -> Result<WriteReport, Rejection> {
    let head = actor.terms.iter().any(|t| t.post == post.post);
    let liaison = !post.leads_district && actor.has_in(Role::Liaison, post.unit);
    when(head || liaison, WriteReport { _only_here: () })
}

/// The office.
pub fn keep_templates(actor: &Actor) -> Result<KeepTemplates, Rejection> {
    when(actor.has(Role::ConductOffice), KeepTemplates { _only_here: () })
}
