//! 问责: the closed loop (挂账销号) that all five duties share. An [`Item`] has an owner, a
//! deadline, measures, evidence, a checker who is not the filler, and an end.
//!
//! 评, 督, 问, 三交底 and 一件事 create items and keep no status of their own. Refuses to say who
//! may act at all (that is [`crate::people::access`]); it does refuse two hands that are one.
//!
//! Beside the loop: 问责 measures as they were published (number, date, kind), 工作建议 and 建议书, 制度 that were made as
//! a result. The system suggests, warns and records; it never decides (practice 3.9).

mod advice;
mod brought;
mod deadline;
mod dictionary;
mod event;
mod item;
mod keyed;
mod kind;
mod ledger;
mod measure;
mod moves;
mod regulation;
mod responsibility;
mod state;
mod steps;
pub mod words;

#[cfg(test)]
mod tests;

pub use advice::{Advice, AdviceKind, AdviceState, Lines as AdviceLines};
pub use brought::{Brought, Progress};
pub use deadline::{DEADLINE_MONTHS, near};
pub use dictionary::{Dictionary, MeasureKind};
pub use event::{Hand, ItemEvent, Paper};
pub use item::{Applied, Extension, External, Hands, Item, NewItem, Origin, Owner, Pause, Proof, Standing};
pub use kind::{Days, ItemKind};
pub use ledger::{Ledger, repeats};
pub use measure::{Dual, Measure, MeasureState, NewMeasure};
pub use regulation::{Regulation, RegulationKind};
pub use responsibility::{Form, Responsibility, Rulebook, Target, Way};
pub use state::{Stage, State, Step, Waits};
pub use steps::Ruling;
