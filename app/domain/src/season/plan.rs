//! The plan of a year: which steps a post has, when they are due and whose they are.

use chrono::Days;

use super::{SeasonDays, StepKind};
use crate::{
    ids::UnitId,
    people::UnitKind,
    reminders::Quarter,
    time::{Day, WorkCalendar, first_of, last_of},
};

/// From when to when a unit with its head post is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// First day.
    pub from: Day,
    /// Last day, if it ended.
    pub to: Option<Day>,
    /// The post of the 区委书记: no part of the reminder.
    pub leads_district: bool,
}

impl Life {
    /// Is it there on `day`?
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A step as the calendar makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub kind: StepKind,
    /// Quarter of a reminder; 1 for the others.
    pub period: u32,
    /// Last day, a working day where the months before it have one.
    pub on: Day,
}

/// Who watches a unit by the 归口表. The 镇（街道）纪（工）委 only assists and is nobody's body here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watch {
    /// 派驻组.
    pub team: Option<UnitId>,
    /// 联系纪检监察室.
    pub office: Option<UnitId>,
}

/// Whose step it is: the 派驻组's, of a 街道/镇 the 联系室's (H7); the other one where there is only that.
pub fn body_of(kind: UnitKind, watch: Watch) -> Option<UnitId> {
    if kind == UnitKind::Town { watch.office.or(watch.team) } else { watch.team.or(watch.office) }
}

/// Steps of `year` for a post: due on working days, within its life, none before the 启用日.
pub fn plan(year: i32, life: Life, days: SeasonDays, calendar: &WorkCalendar, enabled_on: Option<Day>) -> Vec<Due> {
    let begins = enabled_on.unwrap_or(first_of(year, 1)).max(life.from);
    StepKind::periods()
        .filter(|(kind, _)| *kind != StepKind::QuarterReminder || !life.leads_district)
        .map(|(kind, period)| {
            let earliest = match kind {
                StepKind::QuarterReminder => Quarter { year, quarter: period }.first_day(),
                StepKind::MidYear | StepKind::YearEnd => first_of(year, 1),
            };
            Due { kind, period, on: calendar.last_working(days.day(kind, year, period), earliest) }
        })
        .filter(|due| due.on >= begins && life.holds(due.on))
        .collect()
}

/// The due day of an open step after a vacancy that ended on the day before `arrived`: unchanged where it is still to
/// come, some working days after the arrival where it fell into the vacancy; `None` for the reminder of a quarter that
/// is over, because nobody can be reminded of it any more. Never beyond the last working day of the year, unless he
/// arrived after it.
pub fn resumed(
    kind: StepKind,
    (year, period): (i32, u32),
    due: Day,
    arrived: Day,
    days: SeasonDays,
    calendar: &WorkCalendar,
) -> Option<Day> {
    if due >= arrived {
        return Some(due);
    }
    let end = match kind {
        StepKind::QuarterReminder => Quarter { year, quarter: period.clamp(1, 4) }.last_day(),
        StepKind::MidYear | StepKind::YearEnd => last_of(year, 12),
    };
    let last = calendar.last_working(end, arrived);
    if kind == StepKind::QuarterReminder && arrived > end {
        return None;
    }
    let wanted = calendar.plus_working(arrived - Days::new(1), days.resume_days);
    Some(if arrived > end { wanted } else { wanted.min(last) })
}
