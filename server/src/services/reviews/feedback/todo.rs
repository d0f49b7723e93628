//! Sheets that wait for somebody, for his 待办.

use app::api::{ApiError, records::TodoRow};
use domain::{people::access::Actor, reviews::FeedbackState, time::zh_short};

use super::load;
use crate::{
    services::{Services, storage, told},
    storage::q,
};

impl Services {
    /// A signed sheet that its presenter has not received yet.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn sheet_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT f.id FROM feedback_sheets f
                   JOIN review_results r ON r.meeting_id = f.meeting_id AND r.presenter_id = f.presenter_id
                   WHERE f.district_id = $1 AND r.person_id = $2 AND f.state = $3 ORDER BY r.on_day DESC")
                .bind(actor.district)
                .bind(actor.person)
                .bind(FeedbackState::Signed.key()),
            )
            .await
            .map_err(storage)?;
        let mut read = self.store.read().clone();
        let mut out = Vec::new();
        for row in &rows {
            let kept = load(&mut read, actor.district, &row.text("id").map_err(storage)?).await.map_err(told)?;
            if kept.sheet.received.is_none() {
                out.push(TodoRow {
                    title: "签收评议反馈单".to_owned(),
                    note: format!("{}召开的述责述廉评议会，当面交接时签收", zh_short(kept.plan.on)),
                    link: format!("/reviews/mine/{}", kept.id),
                });
            }
        }
        Ok(out)
    }
}
