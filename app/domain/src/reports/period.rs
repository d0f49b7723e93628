//! The quarter, half-year or year that a report is about.

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    time::{Day, Window, first_of, last_of, sane_year},
};

/// Part of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 1 to 4.
    Quarter(u32),
    /// 1 or 2.
    Half(u32),
    /// The whole year.
    Year,
}

/// A period of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// Year.
    pub year: i32,
    /// Which part of it.
    pub part: Part,
}

impl Period {
    /// Every period of a year, in the order of a form.
    pub fn of_year(year: i32) -> [Self; 7] {
        let part = |part| Self { year, part };
        [
            part(Part::Quarter(1)),
            part(Part::Quarter(2)),
            part(Part::Half(1)),
            part(Part::Quarter(3)),
            part(Part::Quarter(4)),
            part(Part::Half(2)),
            part(Part::Year),
        ]
    }

    /// `2026-q3`, `2026-h1`, `2026`.
    pub fn key(self) -> String {
        match self.part {
            Part::Quarter(n) => format!("{}-q{n}", self.year),
            Part::Half(n) => format!("{}-h{n}", self.year),
            Part::Year => self.year.to_string(),
        }
    }

    /// The period of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        let year: i32 = key.get(..4)?.parse().ok()?;
        if sane_year(year) != year {
            return None;
        }
        Self::of_year(year).into_iter().find(|p| p.key() == key)
    }

    /// `2026年第三季度`, `2026年上半年`, `2026年度`.
    pub fn label(self) -> String {
        const NUMBERS: [&str; 5] = ["", "一", "二", "三", "四"];
        match self.part {
            Part::Quarter(n) => {
                format!("{}年第{}季度", self.year, NUMBERS.get(n as usize).copied().unwrap_or_default())
            }
            Part::Half(1) => format!("{}年上半年", self.year),
            Part::Half(_) => format!("{}年下半年", self.year),
            Part::Year => format!("{}年度", self.year),
        }
    }

    /// First and last day.
    pub fn window(self) -> Window {
        let (from, to) = match self.part {
            Part::Quarter(n) => (n * 3 - 2, n * 3),
            Part::Half(n) => (n * 6 - 5, n * 6),
            Part::Year => (1, 12),
        };
        Window { from: first_of(self.year, from), to: last_of(self.year, to) }
    }

    /// Has it begun by `today`?
    ///
    /// # Errors
    /// It lies in the future: there is nothing to report on.
    pub fn begun(self, today: Day) -> Result<Self, Rejection> {
        if self.window().from > today {
            return Err(Rejection::field(
                "period",
                format!("{}还没有开始，没有新建报告。请选择已经开始的时段。", self.label()),
            ));
        }
        Ok(self)
    }

    /// The last day of it that facts can be about: its own, or `today` while it runs.
    pub fn until(self, today: Day) -> Day {
        self.window().to.min(today)
    }

    /// The last periods of each length that were complete by `today`, and those running, newest first: what a form
    /// offers.
    pub fn offered(today: Day) -> Vec<Self> {
        let year = today.year();
        let mut all: Vec<Self> = Self::of_year(year).into_iter().chain(Self::of_year(year - 1)).collect();
        all.retain(|p| p.window().from <= today);
        all.sort_by_key(|p| std::cmp::Reverse((p.window().to, p.window().from)));
        all
    }
}
