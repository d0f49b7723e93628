//! “三交底”廉政谈话: the list, one talk with what follows it, its three lists in the making, the register of risks, what a
//! unit passed on, and the settings.

mod one;
mod rest;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, TalkId, TermId},
    talks::TalkState,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

pub use one::{ItemLine, Passed, PreparePage, Suggestion, TalkPage, TalkQuery};
pub use rest::{CaseRow, PassedList, PassedPage, PassedQuery, RiskRow, RisksPage, RisksQuery, TalkSettingsPage};

/// Which part of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalksQuery {
    /// State key; every state if left out.
    #[serde(default)]
    pub state: Option<String>,
    /// Only those held in a year, as the year's numbers count them.
    #[serde(default)]
    pub year: Option<i32>,
    /// The last talk of the page before.
    #[serde(default)]
    pub before: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkRow {
    /// Id.
    pub id: TalkId,
    /// Unit, as it was called then.
    pub unit: String,
    /// The head with his title.
    pub who: String,
    /// New or transferred.
    pub arrival: String,
    /// State.
    pub state: TalkState,
    /// What is next, by when.
    pub next: String,
    /// It is late.
    pub late: bool,
    /// `4 个方面 15 个问题，已销号 3 个`; empty where the viewer may not know.
    pub account: String,
    /// Title of the talk with several; empty otherwise.
    pub group: String,
}

/// A head with whom a talk is due and not registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRow {
    /// Term.
    pub term: TermId,
    /// Unit.
    pub unit: String,
    /// The head with his title.
    pub who: String,
    /// New or transferred.
    pub arrival: String,
    /// First day of the term.
    pub from: String,
    /// To be registered by.
    pub by: String,
    /// That day is past.
    pub late: bool,
    /// Key of the level that the rule gives.
    pub level: String,
    /// Who talks by the rule.
    pub speaker: String,
}

/// A list that was passed on to a unit of the viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedRow {
    /// Talk.
    pub talk: TalkId,
    /// Unit that passed it on.
    pub from: String,
    /// When.
    pub at: String,
    /// Word of its state.
    pub state: String,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalksPage {
    /// Newest first.
    pub rows: Vec<TalkRow>,
    /// The last one of this page, where older ones follow.
    pub older: Option<TalkId>,
    /// State as it was asked for.
    pub state: String,
    /// Year as it was asked for.
    pub year: Option<i32>,
    /// Heads to be registered; empty where the viewer does not register.
    pub due: Vec<DueRow>,
    /// Levels to choose: key and name.
    pub levels: Vec<(String, String)>,
    /// Lists passed on to the viewer's unit.
    pub passed: Vec<PassedRow>,
    /// `廉政谈话 17 人，问题 120 个，已销号 96 个`; empty where the viewer does not see the district.
    pub totals: String,
    /// May the viewer register?
    pub may_register: bool,
    /// May the viewer set the rule and keep the dictionaries?
    pub may_set: bool,
    /// May the viewer keep a register of risks?
    pub may_risks: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before.
    pub draft: Draft,
}

/// Port of the talks.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Talks: Send + Sync {
    /// The list.
    async fn talks(&self, actor: &Actor, query: TalksQuery) -> Result<TalksPage, ApiError>;
    /// One talk.
    async fn talk(&self, actor: &Actor, query: TalkQuery) -> Result<TalkPage, ApiError>;
    /// The three lists in the making.
    async fn prepared(&self, actor: &Actor, query: TalkQuery) -> Result<PreparePage, ApiError>;
    /// The register of risks.
    async fn risks(&self, actor: &Actor, query: RisksQuery) -> Result<RisksPage, ApiError>;
    /// A list that was passed on.
    async fn passed_on(&self, actor: &Actor, query: PassedQuery) -> Result<PassedPage, ApiError>;
    /// The settings.
    async fn talk_settings(&self, actor: &Actor, query: TalksQuery) -> Result<TalkSettingsPage, ApiError>;
}

/// The list.
#[server(endpoint = "talks/list", input = Json)]
pub async fn talk_list(form: TalksQuery) -> Result<TalksPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().talks(call.actor(), form).await)
}

/// One talk.
#[server(endpoint = "talks/one", input = Json)]
pub async fn one_talk(form: TalkQuery) -> Result<TalkPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().talk(call.actor(), form).await)
}

/// The three lists in the making.
#[server(endpoint = "talks/prepare", input = Json)]
pub async fn prepared_talk(form: TalkQuery) -> Result<PreparePage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().prepared(call.actor(), form).await)
}

/// The register of risks.
#[server(endpoint = "talks/risks", input = Json)]
pub async fn talk_risks(form: RisksQuery) -> Result<RisksPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().risks(call.actor(), form).await)
}

/// A list that was passed on.
#[server(endpoint = "talks/passed", input = Json)]
pub async fn passed_talk(form: PassedQuery) -> Result<PassedPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().passed_on(call.actor(), form).await)
}

/// The settings.
#[server(endpoint = "talks/settings", input = Json)]
pub async fn set_of_talks(form: TalksQuery) -> Result<TalkSettingsPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.talks().talk_settings(call.actor(), form).await)
}
