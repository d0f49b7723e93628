//! The dates before a meeting (H4), counted in working days: T−15 plan, T−10 questions,
//! T−5 reports and facts, T−3 pack. The numbers are 示范 defaults of the district's practice.

use domain::time::{Day, WorkCalendar, zh, zh_short};

/// Working days before the meeting: plan and roll go to the 书记.
const PLAN: u32 = 15;
/// Two questions per presenter are handed in.
const QUESTIONS: u32 = 10;
/// 述责报告 handed in, facts checked.
const REPORTS: u32 = 5;
/// The pack opens to this meeting's raters.
const PACK: u32 = 3;

/// The four dates of one meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// T−15.
    pub plan: Day,
    /// T−10.
    pub questions: Day,
    /// T−5.
    pub reports: Day,
    /// T−3.
    pub pack: Day,
}

impl Dates {
    /// The dates of a meeting on a day.
    pub fn of(calendar: &WorkCalendar, on: Day) -> Self {
        let back = |n| calendar.minus_working(on, n);
        Self { plan: back(PLAN), questions: back(QUESTIONS), reports: back(REPORTS), pack: back(PACK) }
    }

    /// Label and day of each, in order.
    pub fn lines(&self) -> [(String, Day); 4] {
        [(PLAN, self.plan), (QUESTIONS, self.questions), (REPORTS, self.reports), (PACK, self.pack)]
            .map(|(n, day)| (format!("会前 {n} 个工作日"), day))
    }
}

/// 「还有 3 天」, 「今天到期」, 「已过 2 天」.
pub fn distance(day: Day, today: Day) -> String {
    away(day, today, zh_short)
}

/// The same in a list whose days have their years.
pub fn distance_in_full(day: Day, today: Day) -> String {
    away(day, today, zh)
}

fn away(day: Day, today: Day, written: fn(Day) -> String) -> String {
    match (day - today).num_days() {
        0 => "今天到期".to_owned(),
        n if n > 0 => format!("{}前，还有 {n} 天", written(day)),
        n => format!("应于{}前完成，已过 {} 天", written(day), -n),
    }
}

#[cfg(test)]
mod tests {
    use domain::time::{DayKind, parse_iso};

    use super::*;

    #[test]
    fn working_days_are_counted_back_over_weekends_and_holidays() {
        let on = parse_iso("2026-12-09").unwrap_or_default();
        let dates = Dates::of(&WorkCalendar::default(), on);
        let days = [dates.plan, dates.questions, dates.reports, dates.pack].map(domain::time::iso);
        assert_eq!(days, ["2026-11-18", "2026-11-25", "2026-12-02", "2026-12-04"]);
        let holiday = WorkCalendar::new([(dates.pack, DayKind::Holiday)]);
        assert_eq!(domain::time::iso(Dates::of(&holiday, on).pack), "2026-12-03");
    }
}
