//! 履责: what a leader logs, to which items it corresponds, what must not enter.

mod correction;
mod guard;
mod kind;
mod record;
mod suggestion;

pub use correction::{Corrected, CorrectionDraft};
pub use guard::{Hit, blocked, inspect, masked};
pub use kind::RecordKind;
pub use record::{NewRecord, Placement, RecordDraft};
pub use suggestion::{SUGGESTIONS_MAX, Suggestion, suggest, why};
