//! 明责: duty lists, their items, the leader's own list and its occurrences.

mod alike;
mod calendar;
mod diff;
#[cfg(test)]
pub(crate) mod fixture;
mod frequency;
mod item;
mod leader_list;
mod occurrence;
#[cfg(any(test, feature = "sample"))]
pub mod sample;
mod wording;

pub use alike::{ALIKE_FIELD, Wording, alike, ask_about, ask_about_task, ask_before_issue, merged_twins, twins};
pub use calendar::{Suggested, Together, month_card, served_together};
pub use diff::{Change, FieldChange, diff};
pub use frequency::Frequency;
pub use item::{Action, DutyItem, DutyListKey, Evidence, Source};
pub use leader_list::{COMMENT_DAYS, LeaderList, ListDays, ListState, RECEIPT_DAYS, TELEPHONE_DAYS};
pub use occurrence::{
    ExistingOccurrence, NewOccurrence, OccurrenceState, Plan, SupersedePlan, TERM_MONTHS, cadence, period_label,
    supersede, windows,
};
pub use wording::{Reading, read_frequency};
