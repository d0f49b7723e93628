//! 容错纠错 and 澄清正名 (domain 2.6): facts and procedure, decided by people. A case goes from application or proposal
//! through 受理, 核实, 认定 and 反馈 to its use; what it is about loses the colours that it caused.
//!
//! Refuses to judge: nothing here weighs anything, and nothing is decided by whoever asked or verified. What somebody
//! reported about a person never enters (domain 2.8); of 澄清 only the summary of the conclusion and the receipt do.

mod about;
mod case;
mod clear;
mod settings;
mod state;
#[cfg(test)]
mod tests;

pub use about::About;
pub use case::{Application, Case, Concerned, Findings, Talk, TalkState};
pub use clear::{Clearance, ClearanceState, Way};
pub use settings::{SITUATIONS, Settings};
pub use state::{CaseState, Step, Waits};
