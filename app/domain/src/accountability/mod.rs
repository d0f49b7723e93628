//! 问责: the closed loop (挂账销号) that all five duties share. An [`Item`] has an owner, a
//! deadline, measures, evidence, a checker who is not the filler, and an end.
//!
//! 评, 督, 问, 三交底 and 一件事 create items and keep no status of their own. Refuses to say who
//! may act at all (that is [`crate::people::access`]); it does refuse two hands that are one.

mod deadline;
mod event;
mod item;
mod kind;
mod ledger;
mod state;
mod steps;

#[cfg(test)]
mod tests;

pub use deadline::{DEADLINE_MONTHS, near};
pub use event::{Hand, ItemEvent, Paper};
pub use item::{Applied, Extension, External, Hands, Item, NewItem, Origin, Owner, Pause};
pub use kind::{Days, ItemKind};
pub use ledger::{Ledger, repeats};
pub use state::{Stage, State, Step, Waits};
pub use steps::Ruling;
