//! 督 on the board: which step of the year a post is in, and whether it is done. A delay is the
//! supervising body's and never colours the unit.

use chrono::Datelike as _;

use super::Purpose;
use crate::{
    board::OversightFacts,
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

/// First month in which the board speaks of 年底检查.
const YEAR_END_FROM: u32 = 11;

/// The purpose of a reading registered on `today` of the books of `year`, unless another one is chosen.
pub fn purpose_of(year: i32, today: Day) -> Purpose {
    if today >= first_of(year, YEAR_END_FROM) || today.year() > year { Purpose::YearEnd } else { Purpose::HalfYear }
}

/// The step of `year` that `today` is in.
pub fn step(year: i32, today: Day, done: &[Done]) -> OversightFacts {
    let turn = first_of(year, YEAR_END_FROM);
    let signed = |purpose| done.iter().filter(|d| d.purpose == purpose).map(|d| d.on).max();
    let late = purpose_of(year, today) == Purpose::YearEnd || signed(Purpose::YearEnd).is_some();
    let purpose = if late { Purpose::YearEnd } else { Purpose::HalfYear };
    OversightFacts {
        step: purpose.label().to_owned(),
        done_on: signed(purpose),
        due: purpose.due(year),
        next: (!late).then_some(turn),
    }
}
