//! Days of a notice and of the 会商. Working days unless the matter says calendar days (practice: day counts are working
//! days, defaults, configurable).

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    time::{Day, WorkCalendar},
};

/// The 会商 is held every so many calendar days (H9: every two weeks).
pub const TALK_EVERY: u64 = 14;

/// How the days of a notice are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// 工作日.
    #[default]
    Working,
    /// 自然日.
    Calendar,
}

impl Count {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Calendar => "calendar",
        }
    }

    /// The way of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Working, Self::Calendar].into_iter().find(|c| c.key() == key)
    }

    /// 「个工作日」, 「日」.
    pub fn label(self) -> &'static str {
        match self {
            Self::Working => "个工作日",
            Self::Calendar => "日",
        }
    }

    /// The day `n` days after `from`.
    pub fn after(self, from: Day, n: u32, calendar: &WorkCalendar) -> Day {
        match self {
            Self::Working => calendar.plus_working(from, n),
            Self::Calendar => from.checked_add_days(Days::new(n.into())).unwrap_or(from),
        }
    }

    /// Days of a notice as somebody set them: 签收 5, 报措施 10 (示范).
    ///
    /// # Errors
    /// None, more than 60, or measures before the signature.
    pub fn days(sign: u32, answer: u32) -> Result<(u32, u32), Rejection> {
        if !(1..=60).contains(&sign) || !(1..=60).contains(&answer) {
            return Err(Rejection::field("sign_days", "签收和报措施的期限应在 1 到 60 之间，没有保存。请改正。"));
        }
        if answer < sign {
            return Err(Rejection::field("answer_days", "报措施的期限不能短于签收的期限，没有保存。请改正。"));
        }
        Ok((sign, answer))
    }
}

/// When the next 会商 is due: two weeks after the last one, or after the notices went out; on a day off the next
/// working day.
pub fn next_talk(last: Day, calendar: &WorkCalendar) -> Day {
    let due = last.checked_add_days(Days::new(TALK_EVERY)).unwrap_or(last);
    if calendar.is_working(due) { due } else { calendar.plus_working(due, 1) }
}
