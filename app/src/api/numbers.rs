//! 文号: rows of numbers and the register. Port, server function and wire types.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::ids::CommandId;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumbersQuery {
    /// Year; the running one without.
    #[serde(default)]
    pub year: Option<i32>,
    /// Key of a row; all without.
    #[serde(default)]
    pub series: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A row of numbers in the year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRow {
    /// Key.
    pub key: String,
    /// `问责预警提示单`.
    pub label: String,
    /// 发文代字.
    pub prefix: String,
    /// Number that is taken next.
    pub next: u32,
    /// `滨纪预〔2026〕8号`: the next one as it will be written.
    pub sample: String,
    /// `林思源，2026年11月2日`; empty while the prefix is 示范.
    pub confirmed: String,
    /// What the form shows, for a save that comes later than somebody else's.
    pub seen: String,
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberRow {
    /// `滨纪预〔2026〕8号`.
    pub text: String,
    /// `2026年11月5日`: the day on which it was taken or brought.
    pub on: String,
    /// `问责预警提示单`.
    pub label: String,
    /// What it stands on; empty where the reader may not know.
    pub title: String,
    /// Its page; may be empty.
    pub link: String,
    /// Who took it.
    pub who: String,
    /// Brought from outside.
    pub outside: bool,
    /// Why it was voided; empty for one that stands.
    pub void: String,
    /// Who voided it and when.
    pub void_by: String,
    /// Row and number for the form of 作废; none where it is not voided here.
    pub may_void: Option<(String, u32)>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumbersPage {
    /// Year shown.
    pub year: i32,
    /// Years to choose from, the newest first.
    pub years: Vec<i32>,
    /// The year may be set and numbered in.
    pub open: bool,
    /// Rows in the order of the page.
    pub series: Vec<SeriesRow>,
    /// The register, newest first.
    pub rows: Vec<NumberRow>,
    /// Lines in total.
    pub total: u32,
    /// Page of them.
    pub page: u32,
    /// More follow.
    pub next: bool,
    /// The viewer keeps the numbers.
    pub may_keep: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of 文号.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Numbers: Send + Sync {
    /// The page.
    async fn numbers_page(&self, actor: &Actor, query: NumbersQuery) -> Result<NumbersPage, ApiError>;
}

/// The page.
#[server(endpoint = "numbers/page", input = Json)]
pub async fn numbers_register(form: NumbersQuery) -> Result<NumbersPage, ApiError> {
    let call = Call::current().await?;
    answer(call.numbers().numbers_page(call.actor(), form).await)
}
