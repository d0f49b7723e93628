//! “三交底”廉政谈话 (H8): registered for a new or transferred head, three lists prepared and approved, the talk held and
//! signed, then 整改方案, stage checks, 监督检查方案 and the two reports. The problems live in the closed loop
//! ([`super::accountability`]) from the last signature on; a talk keeps no status of them.

pub mod act;
mod checks;
mod course;
mod due;
mod facts;
mod here;
pub mod lines;
mod list_page;
mod page;
mod paper;
pub mod passed;
mod people;
pub mod plan;
pub mod register;
mod risk_import;
pub mod risks;
pub mod settings;
mod sight;
pub mod sign;
mod store;
pub(in crate::services) mod todo;

/// The same steps inside a command of somebody else's, such as the demonstration district's.
pub(crate) mod quietly {
    pub(crate) use super::{
        act::take,
        lines::change,
        plan::plan,
        register::register,
        risks::{case, keep as risk},
        sign::sign,
    };
}

use app::api::{
    ApiError,
    talks::{
        PassedPage, PassedQuery, PreparePage, RisksPage, RisksQuery, TalkPage, TalkQuery, TalkSettingsPage, Talks,
        TalksPage, TalksQuery,
    },
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub(in crate::services) use checks::checks_of;
pub(in crate::services) use here::STEP as HERE_STEP;
pub use paper::PAPERS;
pub use risk_import::RisksImport;
pub(in crate::services) use store::place_of;

/// Form of the drafts of a registration.
pub const REGISTER_DRAFT: &str = "talks.register";
/// Form of the drafts of the steps of a talk.
pub const DRAFT: &str = "talks.step";
/// Form of the drafts of the leader's report, also while it is written.
pub const REPORT_DRAFT: &str = "talks.report";
/// Form of the drafts of a 跟踪评估报告, also while it is written.
pub const TRACKING_DRAFT: &str = "talks.tracking";
/// Form of the drafts of a line of a list.
pub const LINE_DRAFT: &str = "talks.line";
/// Form of the drafts of an entry of the register of risks, or of a case.
pub const RISK_DRAFT: &str = "talks.risk";
/// Form of the drafts of an answer to what was passed on.
pub const PASSED_DRAFT: &str = "talks.passed";
/// Form of the drafts of the settings.
pub const SETTINGS_DRAFT: &str = "talks.settings";

#[async_trait]
impl Talks for Services {
    async fn talks(&self, actor: &Actor, query: TalksQuery) -> Result<TalksPage, ApiError> {
        self.talks_page(actor, query).await
    }

    async fn talk(&self, actor: &Actor, query: TalkQuery) -> Result<TalkPage, ApiError> {
        self.talk_page(actor, query).await
    }

    async fn prepared(&self, actor: &Actor, query: TalkQuery) -> Result<PreparePage, ApiError> {
        self.prepare_page(actor, query).await
    }

    async fn risks(&self, actor: &Actor, query: RisksQuery) -> Result<RisksPage, ApiError> {
        self.risks_page(actor, query).await
    }

    async fn passed_on(&self, actor: &Actor, query: PassedQuery) -> Result<PassedPage, ApiError> {
        self.passed_page(actor, query).await
    }

    async fn talk_settings(&self, actor: &Actor, query: TalksQuery) -> Result<TalkSettingsPage, ApiError> {
        self.talk_settings_page(actor, query).await
    }
}
