//! 报告 of the office: facts computed in the background, judgements written by people, 起草 → 审核 → 限阅归档. What is
//! filed stands as it was computed; a source that is corrected later is pointed out beside it. Refuses to store any
//! content of 干部廉情状况分析 and 廉情报告. A leader's own 述责报告 is another thing (`records::papers`, `reviews`).

mod compare;
mod course;
mod cover;
mod file;
pub mod gather;
mod list;
mod make;
mod outside;
mod page;
mod paper;
pub(in crate::services) mod slice;
mod store;
mod story;
mod texts;
mod todo;
mod work;
mod write;

use app::api::{
    ApiError,
    reports::{
        CompareQuery, ComparedPage, ProgressQuery, ReportPage, ReportProgress, ReportQuery, Reports, ReportsPage,
        ReportsQuery,
    },
};
use async_trait::async_trait;
use domain::people::access::Actor;
use tokio::sync::{Mutex, Notify};

use super::Services;

pub(in crate::services) use gather::due_in;
pub use make::{Begin, New};
pub use outside::{NewOutside, Skeleton};
pub(crate) use story::{Story, tell};
pub use texts::{Save, Saved, Then, TypedPart};
pub use work::worker;
pub(in crate::services) use work::is_busy;
pub use write::{Act, Step};

/// Form of the drafts of a new report.
pub const NEW: &str = "reports.new";
/// Form of the drafts of the judgements of a report.
pub const TEXT: &str = "reports.text";
/// Form of the drafts of the steps of a report.
pub const STEP: &str = "reports.step";
/// Form of the drafts of the register of papers finished outside.
pub const OUTSIDE: &str = "reports.outside";

/// What the background work on reports keeps in memory.
#[derive(Debug, Default)]
pub struct Desk {
    /// Rung when something was queued.
    pub(super) bell: Notify,
    /// One report at a time in the whole server.
    pub(super) turn: Mutex<()>,
}

#[async_trait]
impl Reports for Services {
    async fn reports(&self, actor: &Actor, query: ReportsQuery) -> Result<ReportsPage, ApiError> {
        self.reports_page(actor, query).await
    }

    async fn office_report(&self, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError> {
        self.office_report_page(actor, query).await
    }

    async fn report_progress(&self, actor: &Actor, query: ProgressQuery) -> Result<ReportProgress, ApiError> {
        self.progress_of_report(actor, query).await
    }

    async fn compared(&self, actor: &Actor, query: CompareQuery) -> Result<ComparedPage, ApiError> {
        self.compared_page(actor, query).await
    }
}
