//! The board (五责链看板): cells, colours with reasons, the thread of an item.

mod cell;
mod colour;
mod row;
mod rules;
#[cfg(test)]
mod tests;
mod thread;

pub use cell::{Cell, Duty, Tone};
pub use colour::{
    Colour, Fact, FactId, Facts, ItemFacts, ListFacts, NEEDS_ATTENTION, OversightFacts, Progress, REFUTED,
    RectificationFacts, Refuted, ReviewFacts, Satisfied, word_of,
};
pub use row::{Row, Tally, ThisQuarter, row, worst};
pub use rules::{
    Condition, Count, DryRun, HardItems, HardKind, RULES_MAX, Reach, Rule, RuleSet, Shift, changes, evaluate,
    field_names, foreign, from_form, rebased, receipt_shift, refuse_foreign, sentences, to_form,
};
pub use thread::{Stage, ThreadEvent, Visibility};
