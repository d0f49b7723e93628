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
}
