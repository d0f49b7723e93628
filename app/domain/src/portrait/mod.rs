//! 履责画像: what one head did in one term, against the items of his own list. A pure fold over facts: every
//! number is the length of the list of facts behind it, a quarter without facts is a gap and no zero, and nothing
//! before the arrival or the 启用日 exists.
//!
//! Refuses scores, ranks, averages, neighbours, and every opinion about the person: a 政治画像 never enters.

mod count;
mod facts;
mod fold;
mod key;
mod paper;
mod quarter;
mod since;
mod subject;
mod told;
mod year;

#[cfg(test)]
mod tests;

pub use count::{About, Count, Fact};
pub use facts::{
    FindingFact, ItemFact, ListFact, OccurrenceFact, PortraitFacts, ReadingFact, RemarkFact, ReviewFact, TermSpan,
};
pub use fold::{Column, Finding, Portrait, Series, portrait};
pub use key::{Change, ItemState, Key, Part};
pub use paper::{IS, IS_NOT, PaperHead, portrait_doc};
pub use quarter::Quarter;
pub use since::Changes;
pub use subject::Subject;
pub use year::Dimension;
