//! “一件事”问责预警 (H9): one matter that crosses the borders of many units, its 问题清单, 责任清单 and 问责清单, the way
//! from 点题 to 办结, the 问责预警提示单 of each unit, and the view of where a matter is stuck and between whom.
//!
//! Refuses to name a decision (the lists warn, practice 3.9), a way to a notice that skips the second person, a circle of
//! units that hand one duty to each other, and a status of what is put right: that is the closed loop's
//! ([`crate::accountability`]).

mod circle;
mod days;
mod doc;
mod flow;
mod handling;
mod lists;
mod matter;
mod paste;
#[cfg(feature = "sample")]
pub mod sample;
mod stage;

#[cfg(test)]
mod tests;

pub use circle::{circle, hand_on};
pub use days::{Count, TALK_EVERY, next_talk};
pub use doc::{LINES, NoticeFacts, lists_doc, notice_doc};
pub use flow::{Node, Standing, Stuck, standings};
pub use handling::{HANDLING_MAX, HANDLINGS, Level, handling};
pub use lists::{
    CELLS_MAX, Cell, DUTIES_MAX, Duty, Gap, Lists, PROBLEMS_MAX, Part, Problem, SITUATIONS_MAX, STAGES_MAX, Situation,
    Which, ahead, stages,
};
pub use matter::{Hands, Matter};
pub use paste::{Pasted, paste};
pub use stage::{FiveStep, Source, Stage};
