//! 全区总览: what the five duties are at in a whole district, folded from counts that storage groups. Counts units
//! and items by state; refuses counts of entries and of people, and any order of units by a number.

mod flow;
mod lines;
mod standing;
#[cfg(test)]
mod tests;

pub use flow::{Count, FlowFacts, ItemFacts, Stage, StepFacts, flow};
pub use lines::{Line, LineKind, Panel, folded, nameless, panel, units_in_words};
pub use standing::{KindRow, Pattern, Standing, Tones, standing};
