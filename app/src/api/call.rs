//! One call of a server function: the actor and the services, from the request.

use std::sync::Arc;

use axum::http::request::Parts;
use domain::people::access::Actor;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::{
    ApiError,
    accountability::Accountability,
    audit::Audit,
    board::Board,
    book::YearBooks,
    chain::Chain,
    checks::Checks,
    drafts::Drafts,
    duties::Duties,
    imports::Imports,
    letters::Letters,
    numbers::Numbers,
    oversight::Oversight,
    overview::Overview,
    people::People,
    portrait::Portraits,
    records::Records,
    relief::Relief,
    reminders::Reminders,
    reports::Reports,
    reviews::{Reviews, feedback::FeedbackDesk},
    rules::Rules,
    search::Search,
    season::Season,
    settings::Settings,
    tolerance::Tolerance,
    talks::Talks,
    warnings::Warnings,
};
use crate::viewer::Viewer;

/// Everything the pages can ask for. Implemented by the server's services.
pub trait Backend: Send + Sync {
    /// 问责.
    fn accountability(&self) -> &dyn Accountability;
    /// 评议反馈.
    fn feedback(&self) -> &dyn FeedbackDesk;
    /// 通报.
    fn letters(&self) -> &dyn Letters;
    /// 文号.
    fn numbers(&self) -> &dyn Numbers;
    /// 督责.
    fn oversight(&self) -> &dyn Oversight;
    /// 全区总览.
    fn overview(&self) -> &dyn Overview;
    /// 审计日志.
    fn audit(&self) -> &dyn Audit;
    /// 五责链看板.
    fn board(&self) -> &dyn Board;
    /// The chain closed.
    fn chain(&self) -> &dyn Chain;
    /// 申请核对.
    fn checks(&self) -> &dyn Checks;
    /// 三色预警规则.
    fn rules(&self) -> &dyn Rules;
    /// 履责.
    fn records(&self) -> &dyn Records;
    /// 《履责记录本》 as a book.
    fn year_books(&self) -> &dyn YearBooks;
    /// 减负反馈.
    fn relief(&self) -> &dyn Relief;
    /// 提醒.
    fn reminders(&self) -> &dyn Reminders;
    /// 报告 of the office.
    fn reports(&self) -> &dyn Reports;
    /// 评责.
    fn reviews(&self) -> &dyn Reviews;
    /// 明责.
    fn duties(&self) -> &dyn Duties;
    /// 组织与人员.
    fn people(&self) -> &dyn People;
    /// 履责画像.
    fn portraits(&self) -> &dyn Portraits;
    /// Imports of tables.
    fn imports(&self) -> &dyn Imports;
    /// 搜索.
    fn search(&self) -> &dyn Search;
    /// 督责的节奏.
    fn season(&self) -> &dyn Season;
    /// 系统设置.
    fn settings(&self) -> &dyn Settings;
    /// 容错纠错.
    fn tolerance(&self) -> &dyn Tolerance;
    /// “一件事”问责预警.
    fn warnings(&self) -> &dyn Warnings;
    /// “三交底”廉政谈话.
    fn talks(&self) -> &dyn Talks;
    /// Forms that were refused or not finished.
    fn drafts(&self) -> &dyn Drafts;
}

/// Who makes the request; put into its extensions by the session middleware.
#[derive(Clone)]
pub struct Visitor {
    /// Services.
    pub backend: Arc<dyn Backend>,
    /// The signed-in actor, if any.
    pub actor: Option<Arc<Actor>>,
    /// For layouts.
    pub viewer: Viewer,
}

/// A call by a signed-in actor.
pub struct Call {
    backend: Arc<dyn Backend>,
    actor: Arc<Actor>,
}

impl Call {
    /// The call of the current request.
    ///
    /// # Errors
    /// [`ApiError::SignIn`] without a session.
    #[expect(clippy::unused_async, reason = "sign-in ports that ask another server will wait here")]
    pub async fn current() -> Result<Self, ApiError> {
        let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
        let Some(Visitor { backend, actor: Some(actor), .. }) = visitor else {
            return refuse(ApiError::SignIn);
        };
        Ok(Self { backend, actor })
    }

    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Service of the closed loop.
    pub fn accountability(&self) -> &dyn Accountability {
        self.backend.accountability()
    }

    /// Service of the threads and the flow of the chain.
    pub fn chain(&self) -> &dyn Chain {
        self.backend.chain()
    }

    /// Service of the feedback after a review.
    pub fn feedback(&self) -> &dyn FeedbackDesk {
        self.backend.feedback()
    }

    /// Service of the season.
    pub fn season(&self) -> &dyn Season {
        self.backend.season()
    }

    /// Service of 系统设置.
    pub fn settings(&self) -> &dyn Settings {
        self.backend.settings()
    }

    /// Service of 容错纠错.
    pub fn tolerance(&self) -> &dyn Tolerance {
        self.backend.tolerance()
    }

    /// Service of 通报.
    pub fn letters(&self) -> &dyn Letters {
        self.backend.letters()
    }

    /// Service of 文号.
    pub fn numbers(&self) -> &dyn Numbers {
        self.backend.numbers()
    }

    /// Service of 督责.
    pub fn oversight(&self) -> &dyn Oversight {
        self.backend.oversight()
    }

    /// Service of the 全区总览.
    pub fn overview(&self) -> &dyn Overview {
        self.backend.overview()
    }

    /// Audit service.
    pub fn audit(&self) -> &dyn Audit {
        self.backend.audit()
    }

    /// Board service.
    pub fn board(&self) -> &dyn Board {
        self.backend.board()
    }

    /// Service of 申请核对.
    pub fn checks(&self) -> &dyn Checks {
        self.backend.checks()
    }

    /// Service of 三色预警.
    pub fn rules(&self) -> &dyn Rules {
        self.backend.rules()
    }

    /// Record service.
    pub fn records(&self) -> &dyn Records {
        self.backend.records()
    }

    /// Service of the book.
    pub fn year_books(&self) -> &dyn YearBooks {
        self.backend.year_books()
    }

    /// Service of 减负反馈.
    pub fn relief(&self) -> &dyn Relief {
        self.backend.relief()
    }

    /// Service of 提醒.
    pub fn reminders(&self) -> &dyn Reminders {
        self.backend.reminders()
    }

    /// Service of the office's reports.
    pub fn reports(&self) -> &dyn Reports {
        self.backend.reports()
    }

    /// Service of 评责.
    pub fn reviews(&self) -> &dyn Reviews {
        self.backend.reviews()
    }

    /// Service of 明责.
    pub fn duties(&self) -> &dyn Duties {
        self.backend.duties()
    }

    /// People service.
    pub fn people(&self) -> &dyn People {
        self.backend.people()
    }

    /// Service of 履责画像.
    pub fn portraits(&self) -> &dyn Portraits {
        self.backend.portraits()
    }

    /// Import service.
    pub fn imports(&self) -> &dyn Imports {
        self.backend.imports()
    }

    /// Search service.
    pub fn search(&self) -> &dyn Search {
        self.backend.search()
    }

    /// Service of “一件事”问责预警.
    pub fn warnings(&self) -> &dyn Warnings {
        self.backend.warnings()
    }

    /// Service of the talks.
    pub fn talks(&self) -> &dyn Talks {
        self.backend.talks()
    }

    /// Draft service.
    pub fn drafts(&self) -> &dyn Drafts {
        self.backend.drafts()
    }
}

fn refuse<T>(error: ApiError) -> Result<T, ApiError> {
    answer(Err(error))
}

/// Gives the HTTP answer the status of an error; on a page the most severe wins.
pub fn answer<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    if let (Err(error), Some(response)) = (&result, use_context::<ResponseOptions>())
        && let Ok(status) = axum::http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    result
}
