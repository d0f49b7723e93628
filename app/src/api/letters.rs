//! 通报. Port, server functions and wire types.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, UnitId},
    letters::LetterState,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LettersQuery {
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRow {
    /// Id.
    pub id: String,
    /// 关于…的通报.
    pub title: String,
    /// 文号; empty before.
    pub number: String,
    /// `11月5日`.
    pub on: String,
    /// State.
    pub state: LetterState,
}

/// A unit that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitChoice {
    /// Id.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// It goes there.
    pub chosen: bool,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LettersPage {
    /// Papers in sight, the latest first.
    pub rows: Vec<LetterRow>,
    /// More follow.
    pub next: bool,
    /// Page of them.
    pub page: u32,
    /// Units to choose from, for whoever may write one.
    pub units: Vec<UnitChoice>,
    /// The viewer writes.
    pub may_draft: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A unit that it went to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    /// Unit.
    pub unit: UnitId,
    /// Name then.
    pub name: String,
    /// `段敏，11月5日`; empty before.
    pub receipt: String,
    /// The viewer may confirm for it.
    pub mine: bool,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterPage {
    /// Id.
    pub id: String,
    /// Version for forms.
    pub seen: u32,
    /// Title.
    pub title: String,
    /// Facts.
    pub facts: String,
    /// Requirements.
    pub demands: Vec<String>,
    /// State.
    pub state: LetterState,
    /// 文号; empty before.
    pub number: String,
    /// Who wrote it, and when; for those who work on it.
    pub drafted: String,
    /// Who approved it, and when.
    pub approved: String,
    /// Day of issue.
    pub issued: String,
    /// Why it was sent back, dropped or voided.
    pub reason: String,
    /// Units: all of them for those who work on it, else the viewer's own.
    pub receipts: Vec<ReceiptRow>,
    /// Units that have not confirmed.
    pub waiting: u32,
    /// Units to choose from while it is written.
    pub units: Vec<UnitChoice>,
    /// What the viewer may do: `edit`, `ask`, `drop`, `approve`, `issue`, `void`, `paper`.
    pub acts: Vec<String>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of 通报.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Letters: Send + Sync {
    /// The list.
    async fn letters_page(&self, actor: &Actor, query: LettersQuery) -> Result<LettersPage, ApiError>;
    /// One.
    async fn letter_page(&self, actor: &Actor, query: LetterQuery) -> Result<LetterPage, ApiError>;
}

/// The list.
#[server(endpoint = "letters/list", input = Json)]
pub async fn letters_list(form: LettersQuery) -> Result<LettersPage, ApiError> {
    let call = Call::current().await?;
    answer(call.letters().letters_page(call.actor(), form).await)
}

/// One.
#[server(endpoint = "letters/one", input = Json)]
pub async fn letter_one(form: LetterQuery) -> Result<LetterPage, ApiError> {
    let call = Call::current().await?;
    answer(call.letters().letter_page(call.actor(), form).await)
}
