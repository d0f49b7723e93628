//! Statutory deadlines (签收, 报告, 整改) of one person, merged into at most one digest a day. Each is
//! mentioned when it comes near (at once, where it was set that late) and on its last working day; what is overdue is the supervising
//! body's to urge, not the machine's.

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::time::{Day, Instant, WorkCalendar};

/// Working days before the deadline at which it is first mentioned (示范).
pub const NEAR_DAYS: usize = 5;
/// What falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 签收 of the list.
    Receipt,
    /// 年度报告, 三个月报告: hard items that ask for a report.
    Report,
    /// 整改.
    Rectification,
}

impl DeadlineKind {
    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Receipt => "签收清单",
            Self::Report => "报告事项",
            Self::Rectification => "问题整改",
        }
    }
}

/// One deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What.
    pub kind: DeadlineKind,
    /// In-app words; never leave the system.
    pub title: String,
    /// Where to read on.
    pub link: String,
    /// Last day.
    pub due: Day,
    /// When it was set; it cannot have been mentioned before.
    pub set_at: Instant,
}

impl Deadline {
    /// Days on which it is mentioned, the first one first: near, and the last working day.
    fn mentions(&self, calendar: &WorkCalendar) -> [Day; 2] {
        let floor = self.due - Days::new(60);
        let last = calendar.last_working(self.due, floor);
        let mut near = last;
        for _ in 0..NEAR_DAYS {
            near = calendar.last_working(near - Days::new(1), floor);
        }
        [near, last]
    }
}

/// What today's digest of a person says: deadlines still ahead of which a mention fell after his `last` digest and
/// not later than today. One that was set after that digest has been mentioned by none. Empty: no digest.
pub fn digest<'a>(
    deadlines: &'a [Deadline],
    last: Option<Instant>,
    today: Day,
    calendar: &WorkCalendar,
) -> Vec<&'a Deadline> {
    let mut said: Vec<&Deadline> = deadlines
        .iter()
        .filter(|d| d.due >= today)
        .filter(|d| {
            let told = last.filter(|last| d.set_at <= *last).map(Instant::day);
            d.mentions(calendar).iter().any(|day| *day <= today && told.is_none_or(|told| *day > told))
        })
        .collect();
    said.sort_by_key(|d| d.due);
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DayKind, parse_iso};

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn due(day: &str) -> Deadline {
        Deadline {
            kind: DeadlineKind::Receipt,
            title: day.into(),
            link: "/todo".into(),
            due: d(day),
            set_at: Instant(0),
        }
    }

    fn at(day: &str) -> Instant {
        Instant::start_of(d(day))
    }

    #[test]
    fn one_set_at_short_notice_is_mentioned_with_the_next_digest() {
        let calendar = WorkCalendar::default();
        // Set on Tuesday at 10:00 for Thursday; on Tuesday at 0:00 another deadline had a digest.
        let short = Deadline { set_at: Instant::start_of(d("2026-12-08")).plus_ms(36_000_000), ..due("2026-12-10") };
        let all = [short, due("2026-12-15")];
        let said = |last: &str, today: &str| {
            let said = digest(&all, Some(at(last)), d(today), &calendar);
            said.into_iter().map(|d| d.title.clone()).collect::<Vec<_>>()
        };
        assert_eq!(said("2026-12-08", "2026-12-09"), ["2026-12-10"]);
        assert_eq!(said("2026-12-09", "2026-12-10"), ["2026-12-10"], "and on its last day");
        assert!(said("2026-12-10", "2026-12-11").is_empty(), "the other was mentioned when it came near");
    }

    #[test]
    fn a_deadline_is_mentioned_twice_and_merged() {
        let calendar = WorkCalendar::default();
        // 2026-12-11 is a Friday, five working days before is 2026-12-04.
        let all = [due("2026-12-11"), due("2026-12-13"), due("2026-12-01")];
        let mut last = None;
        let mut days = Vec::new();
        let mut today = d("2026-11-30");
        while today <= d("2026-12-20") {
            let said = digest(&all, last, today, &calendar);
            if calendar.is_working(today) && !said.is_empty() {
                days.push((crate::time::iso(today), said.iter().map(|d| d.title.as_str()).collect::<Vec<_>>()));
                last = Some(Instant::start_of(today));
            }
            today = today + Days::new(1);
        }
        assert_eq!(
            days,
            [
                // Its near day was in the week before.
                ("2026-11-30".to_owned(), vec!["2026-12-01"]),
                ("2026-12-01".to_owned(), vec!["2026-12-01"]),
                // Sunday's deadline is Friday's in working days: both in one.
                ("2026-12-04".to_owned(), vec!["2026-12-11", "2026-12-13"]),
                ("2026-12-11".to_owned(), vec!["2026-12-11", "2026-12-13"]),
            ]
        );
    }

    #[test]
    fn a_mention_that_fell_into_a_holiday_is_made_up_once() {
        let calendar =
            WorkCalendar::new((1..=7).map(|n| (crate::time::first_of(2026, 10) + Days::new(n - 1), DayKind::Holiday)));
        let all = [due("2026-10-08")];
        let before = digest(&all, Some(at("2026-09-22")), d("2026-09-25"), &calendar);
        assert_eq!(before.len(), 1);
        assert!(digest(&all, Some(at("2026-09-25")), d("2026-09-30"), &calendar).is_empty());
        assert_eq!(digest(&all, Some(at("2026-09-25")), d("2026-10-08"), &calendar).len(), 1);
        assert!(digest(&all, None, d("2026-10-09"), &calendar).is_empty());
    }
}
