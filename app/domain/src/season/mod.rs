//! The rhythm of 督责 (季度一提醒、半年一梳理、年底一检查): the plan of a year made from the calendar, a step for each
//! head post, and what may be done with a step (H3).
//!
//! Refuses steps before the 启用日 or outside the life of a post, days off, and a delay that would be the unit's: it is
//! always the supervising body's.

mod days;
mod plan;
mod step;

#[cfg(test)]
mod tests;

pub use days::{MonthDay, SeasonDays};
pub use plan::{Due, Life, Watch, body_of, plan, resumed};
pub use step::{
    NOTE_MAX, PARTS_MAX, Place, Share, StepKind, StepState, assigned, late, moved, on_paper, parts, why_given,
    why_split,
};
