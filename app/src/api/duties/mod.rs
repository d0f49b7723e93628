//! 明责: wire types, the server functions of its pages, and the port. Every write of the
//! feature is a plain form (see the server's `duties_forms`); these functions only read.

mod leader;
mod overview;
mod rest;
mod template;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::duties::{DutyItem, Source};
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

pub use leader::{
    DecisionRow, Learned, ListMay, ListPage, ListQuery, MineGroup, MineItem, MineList, MinePage, MineQuery, SignPage,
    SignQuery, SignatureView, StepMark,
};
pub use overview::{DutiesPage, DutiesQuery, LeaderLine, ListName, OfficeMay, TemplateLine, Waiting};
pub use rest::{
    CalendarPage, CalendarQuery, DayRow, HandoverItem, HandoverPage, HandoverQuery, HandoverSide, ImportPage,
    ImportQuery, TaskRow, TasksPage, TasksQuery,
};
pub use template::{ComparePage, CompareQuery, TemplatePage, TemplateQuery};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// An item as a viewer may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The item; its internal source only for those who may see it.
    pub item: DutyItem,
    /// Name of the list it belongs to.
    pub list: String,
    /// Source in words: the real one for the office, 「监督中发现」 for everybody else, empty without one.
    pub source: String,
}

impl ItemRow {
    /// `item` as read by somebody who may (`inside`) or may not see internal sources.
    pub fn new(mut item: DutyItem, list: String, inside: bool) -> Self {
        let source = match item.source {
            None => "",
            Some(source) if inside => source.label(),
            Some(_) => Source::OUTSIDE,
        };
        if !inside {
            item.source = None;
        }
        Self { item, list, source: source.to_owned() }
    }
}

/// Port of the service of 明责: what its pages read.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Duties: Send + Sync {
    /// The year at a glance.
    async fn overview(&self, actor: &Actor, query: DutiesQuery) -> Result<DutiesPage, ApiError>;
    /// A template with its items.
    async fn template(&self, actor: &Actor, query: TemplateQuery) -> Result<TemplatePage, ApiError>;
    /// Differences of two templates or two leaders' lists.
    async fn compare(&self, actor: &Actor, query: CompareQuery) -> Result<ComparePage, ApiError>;
    /// A leader's list with its steps.
    async fn leader_list(&self, actor: &Actor, query: ListQuery) -> Result<ListPage, ApiError>;
    /// The own list with progress by item.
    async fn mine(&self, actor: &Actor, query: MineQuery) -> Result<MinePage, ApiError>;
    /// The list to be signed.
    async fn sign_page(&self, actor: &Actor, query: SignQuery) -> Result<SignPage, ApiError>;
    /// Holidays and 启用日.
    async fn calendar(&self, actor: &Actor, query: CalendarQuery) -> Result<CalendarPage, ApiError>;
    /// 年度任务清单.
    async fn tasks(&self, actor: &Actor, query: TasksQuery) -> Result<TasksPage, ApiError>;
    /// 移交单.
    async fn handover(&self, actor: &Actor, query: HandoverQuery) -> Result<HandoverPage, ApiError>;
    /// Where to import into.
    async fn import_page(&self, actor: &Actor, query: ImportQuery) -> Result<ImportPage, ApiError>;
}

/// The year at a glance.
#[server(endpoint = "duties/overview", input = Json)]
pub async fn overview(form: DutiesQuery) -> Result<DutiesPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().overview(call.actor(), form).await)
}

/// A template with its items.
#[server(endpoint = "duties/template", input = Json)]
pub async fn template(form: TemplateQuery) -> Result<TemplatePage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().template(call.actor(), form).await)
}

/// Differences of two templates or two leaders' lists.
#[server(endpoint = "duties/compare", input = Json)]
pub async fn compare(form: CompareQuery) -> Result<ComparePage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().compare(call.actor(), form).await)
}

/// A leader's list with its steps.
#[server(endpoint = "duties/list", input = Json)]
pub async fn leader_list(form: ListQuery) -> Result<ListPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().leader_list(call.actor(), form).await)
}

/// The own list with progress by item.
#[server(endpoint = "duties/mine", input = Json)]
pub async fn mine(form: MineQuery) -> Result<MinePage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().mine(call.actor(), form).await)
}

/// The list to be signed.
#[server(endpoint = "duties/sign", input = Json)]
pub async fn signing(form: SignQuery) -> Result<SignPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().sign_page(call.actor(), form).await)
}

/// Holidays and 启用日.
#[server(endpoint = "duties/calendar", input = Json)]
pub async fn calendar(form: CalendarQuery) -> Result<CalendarPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().calendar(call.actor(), form).await)
}

/// 年度任务清单.
#[server(endpoint = "duties/tasks", input = Json)]
pub async fn tasks(form: TasksQuery) -> Result<TasksPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().tasks(call.actor(), form).await)
}

/// 移交单.
#[server(endpoint = "duties/handover", input = Json)]
pub async fn handover(form: HandoverQuery) -> Result<HandoverPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().handover(call.actor(), form).await)
}

/// Where to import into.
#[server(endpoint = "duties/import", input = Json)]
pub async fn importing(form: ImportQuery) -> Result<ImportPage, ApiError> {
    let call = Call::current().await?;
    answer(call.duties().import_page(call.actor(), form).await)
}
