//! 制度 that units made or mended as a result, each with the problems it answers.

use domain::ids::{CommandId, RegulationId};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::Call;
use super::{super::ApiError, Draft};

/// Which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegulationsQuery {
    /// Year of adoption.
    pub year: Option<i32>,
    /// Unit id.
    pub unit: Option<String>,
    /// Key of the kind.
    pub kind: Option<String>,
    /// Item that a new one answers.
    #[serde(default)]
    pub item: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegulationRow {
    /// Id.
    pub id: RegulationId,
    /// Unit name.
    pub unit: String,
    /// Word of the kind.
    pub kind: String,
    /// Title in its marks.
    pub title: String,
    /// The unit's 文号, or empty.
    pub number: String,
    /// Adopted.
    pub adopted_on: String,
    /// 新建 or 修订.
    pub made: String,
    /// Problems it answers that the viewer may read: address and number.
    pub items: Vec<(String, String)>,
    /// Who registered it and when; why it was withdrawn.
    pub note: String,
    /// Withdrawn.
    pub withdrawn: bool,
    /// May the viewer withdraw it?
    pub withdraws: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegulationsPage {
    /// Key for forms.
    pub command: CommandId,
    /// Rows.
    pub rows: Vec<RegulationRow>,
    /// All rows of the filter.
    pub total: u32,
    /// Page shown, from 1.
    pub page: u32,
    /// Pages.
    pub pages: u32,
    /// Years with anything in them.
    pub years: Vec<i32>,
    /// Units: id, name.
    pub units: Vec<(String, String)>,
    /// Kinds: key, word.
    pub kinds: Vec<(String, String)>,
    /// Units for which the viewer may register one: id, name.
    pub own: Vec<(String, String)>,
    /// Problem of the address: id, words, unit id; or empty.
    pub about: (String, String, String),
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// 制度.
#[server(endpoint = "accountability/regulations", input = Json)]
pub async fn regulation_list(form: RegulationsQuery) -> Result<RegulationsPage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().regulations(call.actor(), form).await)
}
