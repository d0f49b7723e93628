//! When a presenter's materials open to the raters: from T−3 of an approved plan, once the leader
//! checked the facts, or had one whole working day for it, or the office opened them unchecked.

use std::collections::HashMap;

use domain::{
    ids::{MeetingId, PresenterId},
    time::Day,
};

use super::{
    super::{posts, rows::Rows},
    approve::STEP_OPEN,
    dates::Dates,
    reports::Report,
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
        let due = Dates::of(&calendar, stored.plan.on).pack;
        let row = rows.first(q("SELECT approved_at FROM meetings WHERE id = $1").bind(stored.id)).await?;
        let approved_at = row.map(|row| row.opt_int("approved_at")).transpose()?.flatten();
        let unchecked = match approved_at {
            Some(at) => {
                let last = calendar.plus_working(domain::time::Instant(at).day(), CHECK);
                last.succ_opt().unwrap_or(last).max(due)
            }
            None => due,
        };
        let opened = opened(rows, stored.id, approved_at.unwrap_or(0)).await?;
        let approved = stored.approved();
        Ok(Self { due, unchecked, approved, anyway: opened || !stored.preparing() })
    }

    /// Is what the raters read of this presenter open?
    pub fn is_open(&self, report: &Report, today: Day) -> bool {
        // Facts are kept by the leader's check, or by the first reader: what was open stays open.
        let settled = report.facts.is_some();
        self.approved && today >= self.due && (settled || self.anyway || today >= self.unchecked)
    }
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
