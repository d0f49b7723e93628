//! Days, instants and the working calendar, with Chinese wording. No clock here:
//! "today" is always an argument, and a day is always a day in Asia/Shanghai.

use std::{collections::BTreeMap, fmt};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// A calendar day in Asia/Shanghai.
pub type Day = NaiveDate;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Milliseconds of one day.
pub const DAY_MS: i64 = 86_400_000;
/// Asia/Shanghai has been UTC+8 without summer time since 1992.
const SHANGHAI_MS: i64 = 8 * 3_600_000;

impl Instant {
    /// The day in Asia/Shanghai that this instant falls on.
    pub fn day(self) -> Day {
        let days = (self.0 + SHANGHAI_MS).div_euclid(DAY_MS);
        epoch() + chrono::TimeDelta::days(days)
    }

    /// The first instant of `day` in Asia/Shanghai.
    pub fn start_of(day: Day) -> Self {
        Self((day - epoch()).num_days() * DAY_MS - SHANGHAI_MS)
    }

    /// `10:32` in Asia/Shanghai.
    pub fn clock(self) -> String {
        let minutes = (self.0 + SHANGHAI_MS).rem_euclid(DAY_MS) / 60_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// This instant `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }
}

fn epoch() -> Day {
    NaiveDate::default()
}

/// `2026年11月5日`: documents and sentences (GB/T 9704, no leading zeros).
pub fn zh(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `11月5日`: where the year is plain from the place.
pub fn zh_short(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// [`zh_short`] on a page of `year`; a day of another year says so.
pub fn zh_in(day: Day, year: i32) -> String {
    if day.year() == year { zh_short(day) } else { zh(day) }
}

/// `星期日`.
pub fn weekday(day: Day) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "星期一",
        Weekday::Tue => "星期二",
        Weekday::Wed => "星期三",
        Weekday::Thu => "星期四",
        Weekday::Fri => "星期五",
        Weekday::Sat => "星期六",
        Weekday::Sun => "星期日",
    }
}

/// `2026-11-05`: tables, storage, form fields.
pub fn iso(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// Parses `2026-11-05` and nothing else (form fields and storage).
pub fn parse_iso(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || y.len() != 4 || m.len() != 2 || d.len() != 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
}

/// The first day of `year`-`month`, clamped to a real month.
pub fn first_of(year: i32, month: u32) -> Day {
    NaiveDate::from_ymd_opt(year, month.clamp(1, 12), 1).unwrap_or_default()
}

/// The last day of `year`-`month`.
pub fn last_of(year: i32, month: u32) -> Day {
    let first = first_of(year, month);
    // Only the last month that a calendar can hold has no next one.
    first.checked_add_months(Months::new(1)).map_or(first, |next| next - Days::new(1))
}

/// A year from outside, held to what a register can be about: years far away would
/// make calendars of millions of days.
pub fn sane_year(year: i32) -> i32 {
    year.clamp(2000, 2100)
}

/// Chinese name of a month: `十一月`.
pub fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] =
        ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"];
    usize::try_from(month.saturating_sub(1)).ok().and_then(|i| NAMES.get(i)).copied().unwrap_or("")
}

/// What an administrator says of one day, against the plain week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 放假: no work although it may be a weekday.
    Holiday,
    /// 调休上班: work although it is a weekend day.
    Workday,
}

/// The editable holiday table (节假日与调休); days not named follow the plain week.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkCalendar {
    days: BTreeMap<Day, DayKind>,
}

impl WorkCalendar {
    /// A calendar of the given exceptions.
    pub fn new(days: impl IntoIterator<Item = (Day, DayKind)>) -> Self {
        Self { days: days.into_iter().collect() }
    }

    /// Is `day` a working day?
    pub fn is_working(&self, day: Day) -> bool {
        match self.days.get(&day) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::Workday) => true,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The last working day on or before `day`, not before `earliest`; `day` itself where there is none.
    pub fn last_working(&self, day: Day, earliest: Day) -> Day {
        let mut at = day;
        while at >= earliest {
            if self.is_working(at) {
                return at;
            }
            at = at - Days::new(1);
        }
        day
    }

    /// The day `n` working days after `day` (H-rules count working days).
    pub fn plus_working(&self, day: Day, n: u32) -> Day {
        let mut at = day;
        let mut left = n;
        // 20 years bound the walk even if an administrator marks everything a holiday.
        for _ in 0..7_300 {
            if left == 0 {
                break;
            }
            at = at + Days::new(1);
            if self.is_working(at) {
                left -= 1;
            }
        }
        at
    }

    /// The day `n` working days before `day`; where the calendar ends, the last that it has.
    pub fn minus_working(&self, day: Day, n: u32) -> Day {
        let (mut at, mut left) = (day, n);
        // Bounded as above.
        for _ in 0..7_300 {
            if left == 0 {
                break;
            }
            at = at.checked_sub_days(Days::new(1)).unwrap_or(at);
            if self.is_working(at) {
                left -= 1;
            }
        }
        at
    }
}

/// A closed range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Window {
    /// Does the window hold `day`?
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}—{}", zh_short(self.from), zh_short(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    #[test]
    fn days_turn_at_midnight_in_shanghai() {
        let noon = Instant::start_of(d("2026-11-22")).plus_ms(12 * 3_600_000);
        assert_eq!(noon.day(), d("2026-11-22"));
        assert_eq!(noon.clock(), "12:00");
        assert_eq!(Instant::start_of(d("2026-11-22")).plus_ms(-1).day(), d("2026-11-21"));
    }

    #[test]
    fn a_due_day_moves_back_over_a_holiday_week() {
        let cal = WorkCalendar::new((1..=7).map(|n| (first_of(2026, 10) + Days::new(n - 1), DayKind::Holiday)));
        assert_eq!(cal.last_working(d("2026-10-05"), d("2026-09-01")), d("2026-09-30"));
        assert_eq!(cal.plus_working(d("2026-09-30"), 1), d("2026-10-08"));
        assert_eq!(cal.minus_working(d("2026-10-08"), 1), d("2026-09-30"));
        assert_eq!(
            (cal.minus_working(d("2026-10-08"), 0), cal.minus_working(Day::MIN, 3)),
            (d("2026-10-08"), Day::MIN)
        );
    }

    #[test]
    fn only_the_plain_form_of_a_date_is_taken() {
        assert_eq!(parse_iso("2026-2-3"), None);
        assert_eq!(parse_iso("2026-02-30"), None);
        assert_eq!(parse_iso("2026-02-03x"), None);
    }
}
