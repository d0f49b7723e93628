//! 问责: the ledger of problems being put right (问题整改台账), one item with its history and what
//! the viewer may do next.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    accountability::Step,
    board::Tone,
    ids::{CommandId, ItemId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

/// Filters of the ledger; all of them in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    /// Unit id.
    pub unit: Option<String>,
    /// Stage key; `open` for everything not ended.
    pub state: Option<String>,
    /// Kind key.
    pub kind: Option<String>,
    /// `overdue`, or `soon`: the deadline is within ten days.
    pub due: Option<String>,
    /// `mine`: the next step is the viewer's.
    pub turn: Option<String>,
    /// With `period`: only units of this cover of a report.
    #[serde(default)]
    pub cover: Option<String>,
    /// With `cover`: only what was on the account in this period.
    #[serde(default)]
    pub period: Option<String>,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Item.
    pub id: ItemId,
    /// `2026-003`.
    pub number: String,
    /// Unit name.
    pub unit: String,
    /// Word of the kind.
    pub kind: String,
    /// What is wrong.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// 责任领导.
    pub owner: String,
    /// 责任部门.
    pub department: String,
    /// ISO.
    pub opened_on: String,
    /// ISO.
    pub deadline: String,
    /// Word of the state.
    pub state: String,
    /// Tone of the state.
    pub tone: Tone,
    /// Word beside the tone: 「逾期」, 「临近到期」, 「正常」.
    pub word: String,
    /// Same unit, item and kind within twelve months.
    pub repeated: bool,
    /// Number in another ledger.
    pub external: String,
}

/// The ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// Rows after filtering: what is late first, then by deadline.
    pub rows: Vec<LedgerRow>,
    /// Units in sight that have items: id, name.
    pub units: Vec<(String, String)>,
    /// Stages: key, word.
    pub stages: Vec<(String, String)>,
    /// Kinds: key, word.
    pub kinds: Vec<(String, String)>,
    /// 整改在办, before filtering.
    pub open: u32,
    /// Of them 逾期.
    pub overdue: u32,
    /// Cover and period that the rows are narrowed to; empty without.
    #[serde(default)]
    pub only: String,
    /// `11月20日`.
    pub as_of: String,
}

/// Which item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoopQuery {
    /// Item id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRow {
    /// What was done.
    pub step: String,
    /// Name and role.
    pub who: String,
    /// `2026年11月5日`.
    pub on: String,
    /// Words said with it.
    pub words: String,
    /// 「纸质已签：日期、经办人」, or empty.
    pub paper: String,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopPage {
    /// Which list it became a suggestion of, for the office; empty where none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suggested: String,
    /// As in the ledger.
    pub row: LedgerRow,
    /// Version that forms show.
    pub version: u32,
    /// Key for forms.
    pub command: CommandId,
    /// Whose turn, by when.
    pub words: String,
    /// Why this colour.
    pub why: String,
    /// 整改措施.
    pub measures: String,
    /// 整改情况.
    pub evidence: String,
    /// Extension in words, or empty.
    pub extension: String,
    /// An earlier item that this one repeats.
    pub repeats: Option<ItemId>,
    /// Where it came from, in the words this viewer may read.
    pub origin: String,
    /// Link to the sheet it came from, where the viewer may open it.
    pub origin_link: String,
    /// History, oldest first.
    pub history: Vec<PastRow>,
    /// Steps to offer, with whether only a paper signature can be noted.
    pub steps: Vec<(Step, bool)>,
    /// 班子成员 of the unit: id, name, for the plan.
    pub owners: Vec<(String, String)>,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of the closed loop.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Accountability: Send + Sync {
    /// The ledger.
    async fn ledger(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError>;
    /// One item.
    async fn closed_loop(&self, actor: &Actor, query: LoopQuery) -> Result<LoopPage, ApiError>;
}

/// The ledger.
#[server(endpoint = "accountability/ledger", input = Json)]
pub async fn ledger(form: LedgerQuery) -> Result<LedgerPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.accountability().ledger(call.actor(), form).await)
}

/// One item.
#[server(endpoint = "accountability/item", input = Json)]
pub async fn closed_loop(form: LoopQuery) -> Result<LoopPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.accountability().closed_loop(call.actor(), form).await)
}
