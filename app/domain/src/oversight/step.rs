//! 督 on the board: which step of the year a post is in, and whether it is done. A delay is the
//! supervising body's and never colours the unit.

use chrono::Datelike as _;

use super::Purpose;
use crate::{
    board::OversightFacts,
    season::StepState,
    time::{Day, first_of},
};

/// A signed reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Purpose.
    pub purpose: Purpose,
    /// When both had signed.
    pub on: Day,
}

/// A step of the season's plan of a post, or a part of one that is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanStep {
    /// What a reading is for that does it.
    pub purpose: Purpose,
    /// State.
    pub state: StepState,
    /// Due now, moved days counted.
    pub due: Day,
    /// When it was done.
    pub done_on: Option<Day>,
    /// The vacant post holds it: nothing is due until somebody comes.
    pub paused: bool,
}

/// A reading that is neither signed by both nor taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Going {
    /// Purpose.
    pub purpose: Purpose,
    /// First day.
    pub from: Day,
}

/// What the step of the board is, given the readings that go on: one for it that has begun, or is about to.
pub fn with_going(step: OversightFacts, going: &[Going], today: Day) -> OversightFacts {
    let own = || going.iter().filter(|one| one.purpose.label() == step.step);
    let underway = step.done_on.is_none() && own().any(|one| one.from <= today);
    let begins = own().map(|one| one.from).filter(|from| *from > today).min();
    OversightFacts { underway, next: [step.next, begins].into_iter().flatten().min(), ..step }
}

/// First month in which the board speaks of 年底检查.
const YEAR_END_FROM: u32 = 11;

/// The purpose of a reading registered on `today` of the books of `year`, unless another one is chosen.
pub fn purpose_of(year: i32, today: Day) -> Purpose {
    if today >= first_of(year, YEAR_END_FROM) || today.year() > year { Purpose::YearEnd } else { Purpose::HalfYear }
}

/// The step of `year` that `today` is in. Where the plan has a step, it says when it is due and whether it is done, by
/// all of its parts; a reading without one counts as ever.
pub fn step(year: i32, today: Day, done: &[Done], plan: &[PlanStep]) -> OversightFacts {
    let turn = first_of(year, YEAR_END_FROM);
    let parts = |purpose| plan.iter().filter(move |p| p.purpose == purpose && p.state != StepState::Cancelled);
    let signed = |purpose| {
        if parts(purpose).next().is_none() {
            return done.iter().filter(|d| d.purpose == purpose).map(|d| d.on).max();
        }
        if parts(purpose).all(|p| p.state == StepState::Done) {
            parts(purpose).filter_map(|p| p.done_on).max()
        } else {
            None
        }
    };
    let due = |purpose: Purpose| {
        let planned = if parts(purpose).any(|p| p.state.is_open()) {
            parts(purpose).filter(|p| p.state.is_open() && !p.paused).map(|p| p.due).max()
        } else {
            parts(purpose).map(|p| p.due).max()
        };
        // Cancelled by the office: nothing is due.
        if plan.iter().any(|p| p.purpose == purpose) { planned } else { purpose.due(year) }
    };
    let late = purpose_of(year, today) == Purpose::YearEnd || signed(Purpose::YearEnd).is_some();
    let purpose = if late { Purpose::YearEnd } else { Purpose::HalfYear };
    OversightFacts {
        step: purpose.label().to_owned(),
        done_on: signed(purpose),
        due: due(purpose),
        next: (!late).then_some(turn),
        underway: false,
    }
}
