//! 履责: what a leader logs, to which items it corresponds, what must not enter.

mod guard;
mod kind;
mod record;
mod suggestion;

pub use guard::{Hit, blocked, inspect, masked};
pub use kind::RecordKind;
pub use record::{Corrected, NewRecord, Placement, RecordDraft};
pub use suggestion::{SUGGESTIONS_MAX, Suggestion, suggest};
