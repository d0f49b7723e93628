//! 述责述廉报告 taken over into the report of a review meeting: as an unsent draft of its form, to be
//! read and handed in by the person himself.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
};
use domain::{
    Rejection,
    ids::{DraftId, MeetingId, PostId, PresenterId},
    papers::report_text,
    people::access::Actor,
};

use super::ReportOf;
use crate::services::{Services, reviews, storage};

impl Services {
    /// Approved meetings that have not begun and at which this post reports through the actor.
    pub(super) async fn meetings_that_take(
        &self,
        actor: &Actor,
        post: PostId,
    ) -> Result<Vec<(String, String, String)>, ApiError> {
        let mut read = self.store.read().clone();
        let places = reviews::reporting_places(&mut read, actor, post).await.map_err(storage)?;
        Ok(places.into_iter().map(|(m, p, title)| (m.to_string(), p.to_string(), title)).collect())
    }

    /// Puts the text of a report into the form of a meeting's report; the draft that holds it.
    ///
    /// # Errors
    /// Not his report; the meeting takes none; longer than a meeting's report may be.
    pub async fn take_report(
        &self,
        actor: &Actor,
        of: ReportOf,
        (meeting, presenter): (MeetingId, PresenterId),
    ) -> Result<DraftId, ApiError> {
        let (_, sections) = self.report_paper(actor, of).await?;
        let places = self.meetings_that_take(actor, of.post).await?;
        if !places.iter().any(|(m, p, _)| *m == meeting.to_string() && *p == presenter.to_string()) {
            return Err(Rejection::NotFound.into());
        }
        let text = report_text(&sections);
        let long = text.chars().count();
        if long > reviews::REPORT_MAX {
            return Err(Rejection::state(format!(
                "报告有 {long} 字，超过述责报告的 {} 字，没有取用。请先删减各部分，再点取用。",
                reviews::REPORT_MAX
            ))
            .into());
        }
        let fields = vec![("meeting".to_owned(), meeting.to_string()), ("text".to_owned(), text)];
        let draft = Draft { fields, problem: String::new(), problem_field: None };
        self.keep(actor, "reviews.report", &presenter.to_string(), draft).await
    }
}
