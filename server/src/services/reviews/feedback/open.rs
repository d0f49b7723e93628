//! Sheets that were not handed over face to face yet: what 归档 of their meeting has to wait for (H6), or
//! may leave open with a reason. Names and states only.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{AccountId, DistrictId, MeetingId},
    reviews::FeedbackState,
};

use super::super::report::plan_of;
use crate::{
    services::{Services, rows::Rows, told},
    storage::{Failure, Tx, q},
};

/// Whose sheets are not handed over, and how far each is, in the order of the meeting.
async fn open_sheets(
    rows: &mut impl Rows,
    district: DistrictId,
    meeting: MeetingId,
) -> Result<Vec<(String, FeedbackState)>, Failure> {
    let plan = plan_of(rows, district, meeting).await?;
    let found = rows
        .all(
            q("SELECT presenter_id, state FROM feedback_sheets WHERE meeting_id = $1 AND district_id = $2")
                .bind(meeting)
                .bind(district),
        )
        .await?;
    let mut open = Vec::new();
    for presenter in &plan.presenters {
        let key = presenter.id.to_string();
        for row in found.iter().filter(|r| r.text("presenter_id").is_ok_and(|p| p == key)) {
            let state = row.keyed("state", FeedbackState::from_key)?;
            if state < FeedbackState::Handed {
                open.push((presenter.name.clone(), state));
            }
        }
    }
    Ok(open)
}

fn list(open: &[(String, FeedbackState)]) -> String {
    open.iter().map(|(name, state)| format!("{name}（{}）", state.label())).collect::<Vec<_>>().join("、")
}

/// 归档 waits until every sheet is handed over, or goes on with a reason: the log then names the sheets.
///
/// # Errors
/// Sheets are open and no reason was said; storage failed.
pub(crate) async fn may_archive(
    tx: &mut Tx,
    (district, meeting): (DistrictId, MeetingId),
    account: Option<AccountId>,
    said: bool,
) -> Result<(), Failure> {
    let open = open_sheets(tx, district, meeting).await?;
    if open.is_empty() {
        return Ok(());
    }
    if !said {
        return Err(Rejection::field(
            "reason",
            format!(
                "还有 {} 张反馈单没有当面交接：{}。没有归档。请先办完；确需先归档的，请写明原因。",
                open.len(),
                list(&open)
            ),
        )
        .into());
    }
    tx.audit(district, account, "reviews.archived_open", &meeting.to_string(), &list(&open)).await?;
    Ok(())
}

impl Services {
    /// The same list for the console, before somebody presses 归档. None: nothing is open.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn open_sheets(
        &self,
        district: DistrictId,
        meeting: MeetingId,
    ) -> Result<Option<(usize, String)>, ApiError> {
        let mut read = self.store.read().clone();
        let open = open_sheets(&mut read, district, meeting).await.map_err(told)?;
        Ok((!open.is_empty()).then(|| (open.len(), list(&open))))
    }
}
