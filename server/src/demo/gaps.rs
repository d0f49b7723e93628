//! What is wanting in the story: hard items that are red or were made good late, and
//! ordinary gaps. Everything else is done in time.

use chrono::{Datelike as _, Days};
use domain::{
    duties::{Frequency, windows},
    time::{Day, Window, WorkCalendar, last_of},
};

use super::{houses::part, people, plan::UnitNo};

/// A window in which an item is not done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// House.
    pub house: UnitNo,
    /// Item.
    pub code: &'static str,
    /// Window.
    pub window: Window,
    /// Recorded on this day after all, too late.
    pub made_good: Option<Day>,
}

/// The last window at `frequency` whose last working day lies before `before`, in either year of the story.
fn last_over(calendar: &WorkCalendar, frequency: Frequency, before: Day) -> Option<Window> {
    [before.year() - 1, before.year()]
        .into_iter()
        .flat_map(|year| windows(frequency, year))
        .filter(|w| calendar.last_working(w.to, w.from) < before && w.to < before)
        .max_by_key(|w| w.to)
}

/// The gaps of the story. `changed` says where the report of three months plays the part early in the year.
pub fn gaps(calendar: &WorkCalendar, base: Day, changed: impl Fn(UnitNo) -> bool) -> Vec<Gap> {
    let mut all = Vec::new();
    let year = base.year();
    let mut gap = |house, code, window: Option<Window>, made_good| {
        all.extend(window.map(|window| Gap { house, code, window, made_good }));
    };
    let half = last_over(calendar, Frequency::HalfYearly, base);
    let this_years = |w: &Window| w.to.year() == year;
    let report = Some(Window { from: domain::time::first_of(year, 1), to: last_of(year, 12) });
    let reports_due = base >= people::report_overdue_from(base) + Days::new(3);
    if reports_due {
        gap(part::NO_REPORT, "3.5", report, None);
    }
    // 专题研究: of this year from July on; before, of the last half-year, unless the report of
    // three months shows the same in this year.
    let early = changed(part::NO_REPORT);
    if half.as_ref().is_some_and(this_years) || (!reports_due && !early) {
        gap(part::NO_STUDY, "3.3", half, None);
    }
    let eve = base - Days::new(1);
    if let Some(window) = half.filter(|w| this_years(w) && w.to < eve) {
        gap(part::MADE_GOOD, "3.3", Some(window), Some((window.to + Days::new(6)).min(eve)));
    } else if reports_due {
        gap(part::MADE_GOOD, "3.5", report, Some((last_of(year, 3) + Days::new(7)).min(eve)));
    } else if !changed(part::MADE_GOOD) {
        let day = half.map(|w| (w.to + Days::new(5)).min(eve)).filter(|d| half.is_some_and(|w| *d > w.to));
        if day.is_some() {
            gap(part::MADE_GOOD, "3.3", half, day);
        }
    }
    // Made good like that one, and waiting for the two bodies that are shown: two in each of two books that they read.
    for (n, house) in (0_u32..).zip(part::TO_CHECK) {
        if let Some(window) = half.filter(|w| this_years(w) && w.to < eve && !changed(house)) {
            gap(house, "3.3", Some(window), Some(calendar.plus_working(window.to, 3 + n).min(eve)));
        }
        if reports_due && !changed(house) {
            gap(house, "3.5", report, Some(calendar.plus_working(last_of(year, 3), 4 + n).min(eve)));
        }
    }
    let quarter = last_over(calendar, Frequency::Quarterly, base).filter(this_years);
    gap(part::GAP, "6.3", quarter, None);
    gap(part::SECOND_GAP, "8.2", quarter, None);
    let spot = half.filter(this_years);
    gap(part::SECOND_GAP, "10.4", spot, None);
    all
}
