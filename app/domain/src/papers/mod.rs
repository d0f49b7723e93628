//! Papers of a book: the book itself as a document, the year's reports drafted from it, and the
//! fields that a district's own Word file may hold. Facts are filled in, judgement is left to the
//! person. Refuses counts of entries, the notes of talks in anything that is handed in, and I/O.

mod book;
mod entry;
mod facts;
mod fields;
mod meeting;
pub mod number;
pub mod official;
mod range;
mod report;
#[cfg(test)]
mod tests;
mod typed;

pub(crate) use entry::push as push_entry;

pub use book::{book_doc, cover_doc, paper_name, remarks_doc};
pub use facts::{FiveLists, blank, first_sentence, tells};
pub use fields::{Fields, Paper, report_fields, sample_fields};
pub use meeting::meeting_fields;
pub use range::Range;
pub use report::{
    HEADS_OWN, ReportKind, SECTION_MAX, Section, added, blanks, drafted, refreshed, report_doc, report_text, withheld,
    without_heads_own,
};
pub use typed::{Change, Seen, Typed};
