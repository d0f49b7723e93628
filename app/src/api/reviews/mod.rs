//! 评责 before the meeting: list of meetings, plan, questions, 述责报告, material pack. Port
//! and server functions; the hall's own pages and ballots are no business of this module.

pub mod feedback;
mod list;
mod pack;
mod plan;
mod prepare;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

pub use list::{MeetingRow, MeetingsPage, MeetingsQuery};
pub use pack::{PackEntry, PackFacts, PackGroup, PackItem, PackKind, PackPage, PackPerson, PackQuery};
pub use plan::{ApprovalLine, DateLine, PlanMay, PlanPage, PlanQuery, RecusalLine, ReportLine, WaitingQuestion};
pub use prepare::{OwnQuestion, QuestionsOf, QuestionsPage, QuestionsQuery, ReportPage, ReportQuery};

/// Port of the service of 评责 before and around the meeting.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Meetings as far as the viewer has to do with them.
    async fn meetings(&self, actor: &Actor, query: MeetingsQuery) -> Result<MeetingsPage, ApiError>;
    /// One plan with its dates, roll and approvals.
    async fn plan(&self, actor: &Actor, query: PlanQuery) -> Result<PlanPage, ApiError>;
    /// The sealed questions that the viewer's own team or office drafted.
    async fn questions(&self, actor: &Actor, query: QuestionsQuery) -> Result<QuestionsPage, ApiError>;
    /// The presenter's own 述责报告.
    async fn report(&self, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError>;
    /// The material pack.
    async fn pack(&self, actor: &Actor, query: PackQuery) -> Result<PackPage, ApiError>;
}

/// Meetings as far as the viewer has to do with them.
#[server(endpoint = "reviews/meetings", input = Json)]
pub async fn meetings(form: MeetingsQuery) -> Result<MeetingsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reviews().meetings(call.actor(), form).await)
}

/// One plan.
#[server(endpoint = "reviews/plan", input = Json)]
pub async fn plan(form: PlanQuery) -> Result<PlanPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reviews().plan(call.actor(), form).await)
}

/// Sealed questions of the own team or office.
#[server(endpoint = "reviews/questions", input = Json)]
pub async fn questions(form: QuestionsQuery) -> Result<QuestionsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reviews().questions(call.actor(), form).await)
}

/// The presenter's own 述责报告.
#[server(endpoint = "reviews/report", input = Json)]
pub async fn report(form: ReportQuery) -> Result<ReportPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reviews().report(call.actor(), form).await)
}

/// The material pack.
#[server(endpoint = "reviews/pack", input = Json)]
pub async fn pack(form: PackQuery) -> Result<PackPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reviews().pack(call.actor(), form).await)
}
