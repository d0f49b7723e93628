//! 代录 (H2): the 联络员 drafts soon after the event, the head confirms within his days, else the
//! draft goes back. Unconfirmed it never counts and never colours.

use serde::{Deserialize, Serialize};

use crate::time::{Day, WorkCalendar};

/// Working days of H2, configurable (示范).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProxyDays {
    /// To draft after the event; later is marked, not refused.
    pub draft: u32,
    /// To confirm.
    pub confirm: u32,
}

impl Default for ProxyDays {
    fn default() -> Self {
        Self { draft: 3, confirm: 10 }
    }
}

/// Why a 代录 is back that its own 联络员 took back.
pub const WITHDRAWN: &str = "联络员已撤回";

/// Stands before the reason of a refused 代录 that its 联络员 leaves as it is.
pub const DROPPED: &str = "联络员不再提交；退回原因：";

/// Stands between the reason of a refused 代录 and what the head wrote in its place, on a line of its own.
pub const REWRITTEN: &str = "\n负责人改的文字：";

/// Why a 代录 came back, and what its head wrote in its place, where he did.
pub fn refusal(why: &str) -> (&str, Option<&str>) {
    why.split_once(REWRITTEN).map_or((why, None), |(reason, text)| (reason, Some(text)))
}

/// Where an undecided 代录 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// With the head, until this day.
    Head(Day),
    /// Back with the 联络员: the head let this day pass.
    Returned(Day),
    /// Back with the 联络员: the head it was sent to has left the post.
    HeadLeft,
}

impl Waiting {
    /// Back with its 联络员, who looks at it and sends it again?
    pub fn is_back(self) -> bool {
        !matches!(self, Self::Head(_))
    }
}

impl ProxyDays {
    /// Drafted later than the event allows?
    pub fn drafted_late(self, event_on: Day, drafted_on: Day, calendar: &WorkCalendar) -> bool {
        drafted_on > calendar.plus_working(event_on, self.draft)
    }

    /// Where a 代录 sent to the head on `sent_on` is `today`.
    pub fn waiting(self, sent_on: Day, today: Day, calendar: &WorkCalendar) -> Waiting {
        let until = calendar.plus_working(sent_on, self.confirm);
        if today > until { Waiting::Returned(until) } else { Waiting::Head(until) }
    }

    /// The first day of sending with which a 代录 is still with the head `today`; all sent before it are back.
    pub fn sent_since(self, today: Day, calendar: &WorkCalendar) -> Day {
        let with_head = |sent: &Day| matches!(self.waiting(*sent, today, calendar), Waiting::Head(_));
        // `confirm` working days before a day always reach it; days without work before those do as well.
        let reaches = calendar.minus_working(today, self.confirm);
        let earlier = std::iter::successors(reaches.pred_opt(), Day::pred_opt).take_while(with_head);
        earlier.last().unwrap_or(reaches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DayKind, parse_iso};

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    #[test]
    fn three_working_days_to_draft_ten_to_confirm() {
        let days = ProxyDays::default();
        // 2 November 2026 is a Monday; the 5th a holiday.
        let calendar = WorkCalendar::new([(d("2026-11-05"), DayKind::Holiday)]);
        for (drafted, late) in
            [("2026-11-02", false), ("2026-11-06", false), ("2026-11-07", true), ("2026-11-09", true)]
        {
            assert_eq!(days.drafted_late(d("2026-11-02"), d(drafted), &calendar), late, "{drafted}");
        }
        for (today, expected) in [
            ("2026-11-02", Waiting::Head(d("2026-11-17"))),
            ("2026-11-17", Waiting::Head(d("2026-11-17"))),
            ("2026-11-18", Waiting::Returned(d("2026-11-17"))),
        ] {
            assert_eq!(days.waiting(d("2026-11-02"), d(today), &calendar), expected, "{today}");
        }
    }

    #[test]
    fn the_first_day_of_sending_parts_those_with_the_head_from_those_that_are_back() {
        let calendar = WorkCalendar::new([
            (d("2026-11-05"), DayKind::Holiday),
            (d("2026-11-14"), DayKind::Workday),
            (d("2026-11-20"), DayKind::Holiday),
        ]);
        for confirm in [0, 1, 5, 10] {
            let days = ProxyDays { confirm, ..ProxyDays::default() };
            for today in d("2026-11-01").iter_days().take(30) {
                let first = days.sent_since(today, &calendar);
                for sent in first.iter_days().take(40).take_while(|day| *day <= today) {
                    assert!(!days.waiting(sent, today, &calendar).is_back(), "{confirm} {sent} {today}");
                }
                let before = first.pred_opt().unwrap();
                assert!(days.waiting(before, today, &calendar).is_back(), "{confirm} {before} {today}");
            }
        }
    }
}
