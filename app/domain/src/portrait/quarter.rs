//! A quarter of a calendar year.

use std::fmt;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use crate::time::{Day, first_of, last_of};

/// A quarter; orders by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quarter {
    /// Calendar year.
    pub year: i32,
    /// 1 to 4.
    pub no: u32,
}

impl Quarter {
    /// The quarter that `day` lies in.
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), no: day.month0() / 3 + 1 }
    }

    /// Its first day.
    pub fn first(self) -> Day {
        first_of(self.year, self.no * 3 - 2)
    }

    /// Its last day.
    pub fn last(self) -> Day {
        last_of(self.year, self.no * 3)
    }

    /// Does `day` lie in it?
    pub fn holds(self, day: Day) -> bool {
        Self::of(day) == self
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.no >= 4 { Self { year: self.year + 1, no: 1 } } else { Self { no: self.no + 1, ..self } }
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        if self.no <= 1 { Self { year: self.year - 1, no: 4 } } else { Self { no: self.no - 1, ..self } }
    }

    /// Every quarter from that of `from` to that of `to`; none where `to` is earlier.
    pub fn between(from: Day, to: Day) -> Vec<Self> {
        let last = Self::of(to);
        std::iter::successors(Some(Self::of(from)), |q| Some(q.next())).take_while(|q| *q <= last).collect()
    }

    /// `2026年第三季度`.
    pub fn label(self) -> String {
        format!("{}年{}", self.year, self.name())
    }

    /// `第三季度`.
    pub fn name(self) -> &'static str {
        match self.no {
            1 => "第一季度",
            2 => "第二季度",
            3 => "第三季度",
            _ => "第四季度",
        }
    }

    /// The quarter of a [`Display`](fmt::Display) text.
    pub fn from_key(key: &str) -> Option<Self> {
        let (year, no) = key.split_once('q')?;
        let quarter = Self { year: year.parse().ok()?, no: no.parse().ok()? };
        ((1..=4).contains(&quarter.no) && (1900..=2200).contains(&quarter.year) && quarter.to_string() == key)
            .then_some(quarter)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}q{}", self.year, self.no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;

    #[test]
    fn quarters_follow_each_other_and_hold_their_days() {
        let d = |s| parse_iso(s).unwrap();
        let q = Quarter::of(d("2026-09-30"));
        assert_eq!((q.to_string().as_str(), q.label().as_str()), ("2026q3", "2026年第三季度"));
        assert_eq!((q.first(), q.last()), (d("2026-07-01"), d("2026-09-30")));
        assert!(q.holds(d("2026-07-01")) && !q.holds(d("2026-10-01")));
        let all = Quarter::between(d("2025-11-20"), d("2026-05-01"));
        assert_eq!(all.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2025q4", "2026q1", "2026q2"]);
        for q in all {
            assert_eq!((q.next().before(), Quarter::from_key(&q.to_string())), (q, Some(q)));
        }
        assert!(Quarter::between(d("2026-05-01"), d("2026-01-01")).is_empty());
        for wrong in ["", "q", "2026q0", "2026q5", "02026q1", "2026q01", "2026", "x2026q1"] {
            assert_eq!(Quarter::from_key(wrong), None, "{wrong}");
        }
    }
}
