//! On which days of a year the steps are due (示范), configurable by the office.

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::{
    Rejection,
    reminders::Quarter,
    time::{Day, last_of},
};

/// A day of any year. A day that the month does not have stands for its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl MonthDay {
    /// The day in `year`.
    pub fn of(self, year: i32) -> Day {
        let last = last_of(year, self.month);
        last.with_day(self.day.clamp(1, last.day())).unwrap_or(last)
    }
}

/// Days of the plan. None of them is published anywhere but those of H3 (半年梳理 by 15 July, 年底检查 by 20 December).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeasonDays {
    /// Day of the last month of a quarter by which its reminder goes out.
    pub reminder_day: u32,
    /// Last day of 半年梳理.
    pub mid_year: MonthDay,
    /// Last day of 年底检查.
    pub year_end: MonthDay,
    /// Working days for a step after a vacancy in which it fell due.
    pub resume_days: u32,
}

impl Default for SeasonDays {
    fn default() -> Self {
        Self {
            reminder_day: 25,
            mid_year: MonthDay { month: 7, day: 15 },
            year_end: MonthDay { month: 12, day: 20 },
            resume_days: 20,
        }
    }
}

impl SeasonDays {
    /// Checks what the office typed.
    ///
    /// # Errors
    /// A day outside of its months, or an order that makes no year.
    pub fn check(self) -> Result<Self, Rejection> {
        let no = |field: &str, words: &str| Err(Rejection::field(field, words));
        if !(5..=31).contains(&self.reminder_day) {
            return no("reminder_day", "季度提醒日应在 5 日到 31 日之间，没有保存。请改正。");
        }
        if !(6..=10).contains(&self.mid_year.month) || !(1..=31).contains(&self.mid_year.day) {
            return no("mid_year", "半年梳理的期限应在 6 月到 10 月之间，没有保存。请改正。");
        }
        if !(11..=12).contains(&self.year_end.month) || !(1..=31).contains(&self.year_end.day) {
            return no("year_end", "年底检查的期限应在 11 月到 12 月之间，没有保存。请改正。");
        }
        if !(1..=60).contains(&self.resume_days) {
            return no("resume_days", "补办期限应在 1 到 60 个工作日之间，没有保存。请改正。");
        }
        Ok(self)
    }

    /// The plain day on which a step is due, before the calendar moves it.
    pub fn day(self, kind: StepKind, year: i32, period: u32) -> Day {
        match kind {
            StepKind::QuarterReminder => {
                let month = Quarter { year, quarter: period.clamp(1, 4) }.last_day().month();
                MonthDay { month, day: self.reminder_day }.of(year)
            }
            StepKind::MidYear => self.mid_year.of(year),
            StepKind::YearEnd => self.year_end.of(year),
        }
    }
}
