//! 评责 before and around the meeting: plan and approval (H4), raters, questions, 述责报告,
//! material pack, remarks. Refuses ballots: an open round is the hall's (`live`).

pub mod approve;
pub mod change;
pub mod comments;
pub mod count;
mod course;
mod dates;
pub mod edit;
mod facts;
pub mod feedback;
mod list;
mod nameless;
pub mod offline;
pub mod opened;
mod opening;
mod pack;
pub mod papers;
mod plan;
mod proxy;
pub mod questions;
pub mod raters;
mod ready;
pub mod remarks;
pub mod report;
mod report_words;
pub mod reports;
mod second;
mod store;
mod timetable;
mod todo;
mod warnings;

use app::api::{
    ApiError,
    reviews::{
        MeetingsPage, MeetingsQuery, PackPage, PackQuery, PlanPage, PlanQuery, QuestionsPage, QuestionsQuery,
        ReportPage, ReportQuery, Reviews,
    },
};
use async_trait::async_trait;
use domain::people::access::Actor;

pub use dates::Dates;
pub(in crate::services) use proxy::reporting_places;
pub use reports::REPORT_MAX;
pub(crate) use store::insert;
pub(in crate::services) use store::{Kept as Approved, keep as approved};
pub use store::{Stored, has_part, load, part_key, parts_of};

use super::Services;

#[async_trait]
impl Reviews for Services {
    async fn meetings(&self, actor: &Actor, query: MeetingsQuery) -> Result<MeetingsPage, ApiError> {
        list::page(self, actor, query).await
    }

    async fn plan(&self, actor: &Actor, query: PlanQuery) -> Result<PlanPage, ApiError> {
        plan::page(self, actor, query).await
    }

    async fn questions(&self, actor: &Actor, query: QuestionsQuery) -> Result<QuestionsPage, ApiError> {
        questions::page(self, actor, query).await
    }

    async fn report(&self, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError> {
        reports::page(self, actor, query).await
    }

    async fn pack(&self, actor: &Actor, query: PackQuery) -> Result<PackPage, ApiError> {
        pack::page(self, actor, query).await
    }
}
