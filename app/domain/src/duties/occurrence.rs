//! Occurrences: one item due once in one window. Owns which windows a year has,
//! when each is due, for whom it counts, and what a superseding list does to those
//! already made. Refuses colours (the board's work) and storage.
//!
//! Source: interfaces 1 (time, persons, posts) and hand-over H10.

use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

use super::{DutyItem, Frequency};
use crate::{
    ids::{DutyId, OccurrenceId},
    time::{Day, Window, WorkCalendar, first_of, last_of},
};

/// 任期一次 is due this many months after the term began.
pub const TERM_MONTHS: u32 = 3;

/// Everything that decides the occurrences of one post in one year.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// Calendar year.
    pub year: i32,
    /// Items of the list.
    pub items: &'a [DutyItem],
    /// First day of the present head's term.
    pub term_from: Day,
    /// 启用日 of the district.
    pub enabled_on: Day,
    /// First day on which the list obliges.
    pub effective_on: Day,
    /// Times without a head: what falls due in one of them is due of nobody.
    pub vacancies: &'a [Window],
    /// Working days.
    pub calendar: &'a WorkCalendar,
}

/// An occurrence to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOccurrence {
    /// Item.
    pub duty: DutyId,
    /// Its printed number at that time.
    pub code: String,
    /// Number of the window within the year, from 1.
    pub period_no: u32,
    /// Window in which the event must lie.
    pub window: Window,
    /// Last day to do it.
    pub due: Day,
    /// Events of the present head count from this day: the later of window and arrival.
    /// The window itself stays whole, because an occurrence belongs to the post and what
    /// a predecessor satisfied in it stays satisfied.
    pub counts_from: Day,
}

/// Does the occurrence still stand?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceState {
    /// Stands, satisfied or not.
    Open,
    /// Taken back by a superseding list; never coloured.
    Cancelled,
    /// Carried over into the next year, which asks for it now (年度结转); never coloured here.
    Carried,
    /// Nobody is asked for it any more: 容错 was decided, or it was cleared; never coloured again.
    Excused,
}

impl OccurrenceState {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Cancelled => "cancelled",
            Self::Carried => "carried",
            Self::Excused => "excused",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Open, Self::Cancelled, Self::Carried, Self::Excused].into_iter().find(|s| s.key() == key)
    }
}

/// An occurrence as it stands in storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExistingOccurrence {
    /// Identity.
    pub id: OccurrenceId,
    /// Item.
    pub duty: DutyId,
    /// Number of the window within the year.
    pub period_no: u32,
    /// Window.
    pub window: Window,
    /// Last day to do it.
    pub due: Day,
    /// See [`NewOccurrence::counts_from`].
    pub counts_from: Day,
    /// Stands or cancelled.
    pub state: OccurrenceState,
    /// Has a record satisfied it?
    pub satisfied: bool,
}

impl ExistingOccurrence {
    /// Does it stand, and for this item? What every reader of a book's occurrences asks first.
    pub fn is_of(&self, duty: DutyId) -> bool {
        self.duty == duty && self.state == OccurrenceState::Open
    }

    /// Open and without a satisfying record.
    pub fn is_wanting(&self) -> bool {
        self.state == OccurrenceState::Open && !self.satisfied
    }
}

/// The frequency that windows follow: monthly routine is confirmed once a quarter.
pub fn cadence(item: &DutyItem) -> Frequency {
    match item.frequency {
        Frequency::Monthly if item.routine => Frequency::Quarterly,
        other => other,
    }
}

/// The calendar windows of `year` at `frequency`, in order; none for 随时 and 任期一次.
pub fn windows(frequency: Frequency, year: i32) -> Vec<Window> {
    let count = frequency.per_year();
    if count == 0 {
        return Vec::new();
    }
    let months = 12 / count;
    (0..count).map(|n| Window { from: first_of(year, n * months + 1), to: last_of(year, (n + 1) * months) }).collect()
}

/// Chinese name of a window: `11月`, `第四季度`, `下半年`, `全年`, `任期初`.
pub fn period_label(cadence: Frequency, window: Window) -> String {
    let month = window.from.month();
    match cadence {
        Frequency::Monthly => format!("{month}月"),
        Frequency::Quarterly => {
            let name = match month {
                1..=3 => "第一季度",
                4..=6 => "第二季度",
                7..=9 => "第三季度",
                _ => "第四季度",
            };
            name.into()
        }
        Frequency::HalfYearly if month <= 6 => "上半年".into(),
        Frequency::HalfYearly => "下半年".into(),
        Frequency::Yearly => "全年".into(),
        Frequency::AnyTime => "随时".into(),
        Frequency::OncePerTerm => "任期初".into(),
    }
}

impl Plan<'_> {
    /// The occurrences of the year, in the order of the printed numbers, then of the windows.
    ///
    /// Nothing is due before the head arrived, before 启用日, before the list obliges, or in a
    /// vacancy: such windows have no occurrence at all, so nothing can ever colour them.
    pub fn occurrences(&self) -> Vec<NewOccurrence> {
        let mut items: Vec<&DutyItem> = self.items.iter().collect();
        items.sort_by_cached_key(|item| DutyItem::order(&item.code));
        items.into_iter().flat_map(|item| self.of_item(item)).collect()
    }

    fn of_item(&self, item: &DutyItem) -> Vec<NewOccurrence> {
        let windows = match item.frequency {
            Frequency::OncePerTerm => {
                vec![Window { from: self.term_from, to: self.term_from + Months::new(TERM_MONTHS) }]
            }
            _ => windows(cadence(item), self.year),
        };
        (1..)
            .zip(windows)
            .map(|(period_no, window)| NewOccurrence {
                duty: item.duty,
                code: item.code.clone(),
                period_no,
                window,
                due: self.due(item, window),
                counts_from: window.from.max(self.term_from),
            })
            .filter(|new| self.obliges(new.due))
            .collect()
    }

    /// The last working day of the window, or the named date where it lies in this window,
    /// moved back to a working day.
    fn due(&self, item: &DutyItem, window: Window) -> Day {
        let named = item
            .due
            .filter(|_| item.frequency != Frequency::OncePerTerm)
            .map(|(month, day)| {
                // 2月30日 of a hasty list means the end of February.
                let last = last_of(self.year, month);
                last.with_day(day.max(1)).unwrap_or(last)
            })
            .filter(|day| window.holds(*day));
        self.calendar.last_working(named.unwrap_or(window.to), window.from)
    }

    fn obliges(&self, due: Day) -> bool {
        let earliest = self.enabled_on.max(self.term_from).max(self.effective_on);
        due.year() == self.year && due >= earliest && !self.vacancies.iter().any(|v| v.holds(due))
    }
}

/// What a superseding list does to the occurrences of the year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupersedePlan {
    /// Stay as they are.
    pub keep: Vec<OccurrenceId>,
    /// To be cancelled.
    pub cancel: Vec<OccurrenceId>,
    /// Cancelled by an earlier list and wanted again.
    pub reopen: Vec<OccurrenceId>,
    /// To be made.
    pub add: Vec<NewOccurrence>,
}

/// Replaces an issued list: `new` are the occurrences of the new list, whose plan has its
/// `effective_on`. Matched by item and window. What is satisfied stays, what fell due before
/// the effective date stays (a new list never erases a gap), what is yet to come and no
/// longer asked for is cancelled, and nothing new is due before the effective date.
pub fn supersede(old: &[ExistingOccurrence], new: &[NewOccurrence], effective_on: Day) -> SupersedePlan {
    let mut plan = SupersedePlan::default();
    for was in old {
        let wanted = new.iter().any(|n| n.duty == was.duty && n.window == was.window);
        match was.state {
            OccurrenceState::Cancelled if wanted => plan.reopen.push(was.id),
            OccurrenceState::Cancelled | OccurrenceState::Carried | OccurrenceState::Excused => {}
            OccurrenceState::Open if wanted || was.satisfied || was.due < effective_on => plan.keep.push(was.id),
            OccurrenceState::Open => plan.cancel.push(was.id),
        }
    }
    plan.add = new
        .iter()
        .filter(|n| n.due >= effective_on && !old.iter().any(|o| o.duty == n.duty && o.window == n.window))
        .cloned()
        .collect();
    plan
}

#[cfg(test)]
mod tests;
