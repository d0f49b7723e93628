//! When a presenter's materials open to the raters: from T−3 of an approved plan, once the leader
//! checked the facts, or had one whole working day for it, or the office opened them unchecked.

use std::collections::HashMap;

use domain::{
    ids::{MeetingId, PresenterId},
    time::{Day, WorkCalendar},
};

use super::{
    super::{posts, rows::Rows},
    approve::STEP_OPEN,
    dates::Dates,
    reports::{self, Report},
    store::Stored,
};
use crate::storage::{StorageError, q};

/// Whole working days that a leader has for his check, counted from the approval.
const CHECK: u32 = 1;

/// What decides it for one meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    /// T−3.
    pub due: Day,
    /// From this day on also without his check.
    pub unchecked: Day,
    /// The plan is approved; nothing opens before.
    approved: bool,
    /// 按未核对开放, or the meeting has begun.
    anyway: bool,
}

impl Opening {
    /// Of a meeting as it stands.
    pub async fn of(rows: &mut impl Rows, stored: &Stored) -> Result<Self, StorageError> {
        let calendar = posts::calendar(&mut *rows, stored.district).await?;
        Self::by(rows, stored, &calendar).await
    }

    /// The same by a calendar that was read already. A meeting that has begun needs nothing else.
    pub async fn by(rows: &mut impl Rows, stored: &Stored, calendar: &WorkCalendar) -> Result<Self, StorageError> {
        let due = Dates::of(calendar, stored.plan.on).pack;
        if !stored.preparing() {
            return Ok(Self { due, unchecked: due, approved: stored.approved(), anyway: true });
        }
        let row = rows.first(q("SELECT approved_at FROM meetings WHERE id = $1").bind(stored.id)).await?;
        let approved_at = row.map(|row| row.opt_int("approved_at")).transpose()?.flatten();
        let unchecked = match approved_at {
            Some(at) => {
                let last = calendar.plus_working(domain::time::Instant(at).day(), CHECK);
                unchecked(due, last.succ_opt().unwrap_or(last), stored.plan.on)
            }
            None => due,
        };
        let opened = opened(rows, stored.id, approved_at.unwrap_or(0)).await?;
        Ok(Self { due, unchecked, approved: stored.approved(), anyway: opened })
    }

    /// Is what the raters read of this presenter open?
    pub fn is_open(&self, report: &Report, today: Day) -> bool {
        // Facts are kept by the leader's check, or by the first reader: what was open stays open.
        let settled = report.facts.is_some();
        self.approved && today >= self.due && (settled || self.anyway || today >= self.unchecked)
    }
}

/// From which day on without his check: T−3, or later where the plan was approved so late that his working day
/// ends after it. Where that day is not before the meeting there is no room for a check: they open at once.
fn unchecked(due: Day, checked_by: Day, on: Day) -> Day {
    if checked_by < on { checked_by.max(due) } else { due }
}

/// Are this presenter's materials open to the raters? Not, where there is no such presenter.
pub(super) async fn is_open(
    rows: &mut impl Rows,
    stored: &Stored,
    presenter: PresenterId,
    today: Day,
) -> Result<bool, StorageError> {
    if stored.plan.presenter(presenter).is_none() {
        return Ok(false);
    }
    let opening = Opening::of(rows, stored).await?;
    let report = reports::load(rows, stored.id, presenter).await?;
    Ok(opening.is_open(&report, today))
}

/// The rows of all presenters of a meeting; who wrote nothing has none.
pub(super) async fn reports_of(
    rows: &mut impl Rows,
    meeting: MeetingId,
) -> Result<HashMap<PresenterId, Report>, StorageError> {
    let found = rows.all(q("SELECT * FROM meeting_reports WHERE meeting_id = $1").bind(meeting)).await?;
    found.iter().map(|row| Ok((row.id("presenter_id")?, Report::of(row)?))).collect()
}

/// Did the office open the pack since the approval?
async fn opened(rows: &mut impl Rows, meeting: MeetingId, since: i64) -> Result<bool, StorageError> {
    let found = rows
        .first(
            q("SELECT id FROM approvals WHERE subject = $1 AND step = $2 AND at >= $3 LIMIT 1")
                .bind(meeting.to_string())
                .bind(STEP_OPEN)
                .bind(since),
        )
        .await?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use domain::time::parse_iso;

    use super::*;

    #[test]
    fn the_materials_open_before_the_meeting_however_late_the_plan_was_approved() {
        let day = |text: &str| parse_iso(text).unwrap_or_default();
        let (due, on) = (day("2026-11-18"), day("2026-11-23"));
        // In time, late with a day left for the check, and without one.
        assert_eq!(unchecked(due, day("2026-11-05"), on), due);
        assert_eq!(unchecked(due, day("2026-11-21"), on), day("2026-11-21"));
        for late in ["2026-11-23", "2026-11-25"] {
            assert_eq!(unchecked(due, day(late), on), due, "{late}");
        }
    }
}
