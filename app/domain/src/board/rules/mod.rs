//! The rules by which items get their colours: serialisable, versioned data and one pure
//! function. Refuses clocks, counting of entries and any factor such as sign-ins: the language of the
//! rules has no word for them (`language`).
//!
//! Source: interfaces 2; red only for hard items (practice 3.7).

mod coherent;
mod colour;
mod dry;
mod foreign;
mod form;
mod language;
mod reach;
mod rebase;
mod set;
#[cfg(test)]
mod tests;
mod words;

pub use colour::evaluate;
pub use dry::{DryRun, Shift, receipt_shift};
pub use foreign::foreign;
pub use form::{RULES_MAX, field_names, from_form, refuse_foreign, to_form};
pub use language::{Condition, Count, Rule};
pub use reach::Reach;
pub use rebase::rebased;
pub use set::{HardItems, HardKind, RuleSet};
pub use words::{changes, sentences};
