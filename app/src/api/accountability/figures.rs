//! 「发现问题 n 个，廉政谈话 n 人，工作建议 n 条，制度 n 项」: each number opens its rows. Units and bodies, never persons.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;

/// Which year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// Year; this one without.
    pub year: Option<i32>,
}

/// A number with its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// 「发现问题」.
    pub label: String,
    /// How many.
    pub count: u32,
    /// 个, 人, 条, 项.
    pub unit: String,
    /// Where the rows are; empty where there is nothing to open.
    pub link: String,
}

/// The numbers of a year as far as the viewer sees the items behind them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiguresPage {
    /// Year.
    pub year: i32,
    /// Years with anything in them, newest first.
    pub years: Vec<i32>,
    /// `11月20日`.
    pub as_of: String,
    /// The article's sentence.
    pub head: Vec<Figure>,
    /// By stage, what is not ended.
    pub stages: Vec<Figure>,
    /// By kind, opened in the year.
    pub kinds: Vec<Figure>,
    /// 逾期, 延期待批, 挂起, 重复发生, 立行立改, 已销号.
    pub marks: Vec<Figure>,
    /// Where open items wait: unit, supervising bodies.
    pub waits: Vec<Figure>,
    /// Published measures by way, for those who may read them.
    pub measures: Vec<Figure>,
}

/// The numbers of a year.
#[server(endpoint = "accountability/figures", input = Json)]
pub async fn item_figures(form: FiguresQuery) -> Result<FiguresPage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().statistics(call.actor(), form).await)
}
