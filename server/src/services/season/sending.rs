//! The quarter's reminder and its steps: the district's one sending takes the approved words of the bodies along and
//! does the steps. There is no second interruption, and no quota of its own.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{DistrictId, PostId},
    reminders::Quarter,
    season::{Place, StepState},
    time::Day,
};

use super::super::rows::Rows;
use crate::storage::{StorageError, Tx, q};

/// What the plan says of a quarter's reminder.
#[derive(Debug, Clone, Default)]
pub struct OfQuarter {
    /// Approved words by post.
    pub notes: BTreeMap<PostId, String>,
    /// Posts that the office took out, or told on paper.
    pub without: BTreeSet<PostId>,
    /// How many notes wait for the office.
    pub waiting: u32,
}

/// Reads it. One statement.
pub async fn of_quarter(rows: &mut impl Rows, district: DistrictId, of: Quarter) -> Result<OfQuarter, StorageError> {
    let found = rows
        .all(
            q("SELECT post_id, state, note FROM season_steps
               WHERE district_id = $1 AND year = $2 AND kind = 'quarter_reminder' AND period = $3")
            .bind(district)
            .bind(of.year)
            .bind(of.quarter),
        )
        .await?;
    let mut out = OfQuarter::default();
    for row in &found {
        let post = row.id("post_id")?;
        match row.keyed("state", StepState::from_key)? {
            StepState::Approved => drop(out.notes.insert(post, row.text("note")?)),
            StepState::Drafted => out.waiting += 1,
            StepState::Done | StepState::Cancelled => drop(out.without.insert(post)),
            StepState::Planned | StepState::Returned | StepState::Underway => {}
        }
    }
    Ok(out)
}

/// Has the office decided on the reminder of the quarter? Words drafted after that would go out with nothing.
///
/// # Errors
/// Storage failed.
pub async fn decided(rows: &mut impl Rows, district: DistrictId, of: Place) -> Result<bool, StorageError> {
    let find = q("SELECT state FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND quarter = $3")
        .bind(district)
        .bind(of.year)
        .bind(of.period);
    Ok(rows.first(find).await?.map(|row| row.text("state")).transpose()?.is_some_and(|state| state != "draft"))
}

/// The quarters of a year on whose reminder the office has decided.
///
/// # Errors
/// Storage failed.
pub async fn decided_in(rows: &mut impl Rows, district: DistrictId, year: i32) -> Result<Vec<u32>, StorageError> {
    let find = q("SELECT quarter FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND state <> 'draft'");
    rows.all(find.bind(district).bind(year)).await?.iter().map(|row| row.small("quarter")).collect()
}

/// The reminder of a quarter went out, or the office decided that it does not: its steps end with it. What a vacancy
/// holds is told to nobody.
///
/// # Errors
/// Storage failed.
pub async fn round_ended(
    tx: &mut Tx,
    district: DistrictId,
    of: Quarter,
    sent: Option<Day>,
) -> Result<(), StorageError> {
    let now = tx.now();
    if let Some(on) = sent {
        tx.execute(
            q("UPDATE season_steps SET state = 'done', done_on = $1, version = version + 1, changed_at = $2
               WHERE district_id = $3 AND year = $4 AND kind = 'quarter_reminder' AND period = $5
                 AND state NOT IN ('done', 'cancelled') AND paused_on IS NULL")
            .bind(on)
            .bind(now)
            .bind(district)
            .bind(of.year)
            .bind(of.quarter),
        )
        .await?;
    }
    let why =
        if sent.is_some() { "岗位空缺，本季度没有提醒对象" } else { "区纪委决定本季度不发" };
    tx.execute(
        q("UPDATE season_steps SET state = 'cancelled', ended_why = $1, paused_on = NULL, version = version + 1,
             changed_at = $2
           WHERE district_id = $3 AND year = $4 AND kind = 'quarter_reminder' AND period = $5
             AND state NOT IN ('done', 'cancelled')")
        .bind(why)
        .bind(now)
        .bind(district)
        .bind(of.year)
        .bind(of.quarter),
    )
    .await
    .map(drop)
}
