//! 五责链看板: the matrix, the drawer of a cell, the thread of an item.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::{board::Tone, ids::ItemId};
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;

/// Filters of the board; all of them in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardQuery {
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Unit kind key.
    pub kind: Option<String>,
    /// `attention`: only rows with something 临近 or 逾期; a tone such as `late`: by the most urgent cell; `lv.late`:
    /// by one cell; `due.DUTY.DAY`: an item without a record by its day.
    pub state: Option<String>,
    /// Team or office (unit id) by the 归口表.
    pub team: Option<String>,
    /// Search: unit, name or pinyin initials.
    pub q: Option<String>,
}

/// A cell as sent: tone, word beside the icon, text. The reason comes with the drawer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCell(pub Tone, pub String, pub String);

/// A row: post id, unit, head, kind, five cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    /// Post id.
    pub post: String,
    /// Unit name.
    pub unit: String,
    /// Present head, or 「空缺」.
    pub head: String,
    /// Unit kind key.
    pub kind: String,
    /// 明 履 督 评 问.
    pub cells: Vec<BoardCell>,
}

/// The matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardPage {
    /// Year shown.
    pub year: i32,
    /// Years that have lists.
    pub years: Vec<i32>,
    /// `11月20日`.
    pub as_of: String,
    /// Rows after filtering, in the units' own order.
    pub rows: Vec<BoardRow>,
    /// Units in sight before filtering.
    pub total: u32,
    /// Rows that need attention, before the state filter.
    pub attention: u32,
    /// Kinds present: key, label.
    pub kinds: Vec<(String, String)>,
    /// Teams and offices present: unit id, name.
    pub teams: Vec<(String, String)>,
    /// Years without holidays, for the office that fills them in: from November on the next one too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_holidays: Vec<i32>,
}

/// Which cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellQuery {
    /// Post id.
    pub post: String,
    /// Year.
    pub year: Option<i32>,
    /// `ming` … `wen`.
    pub duty: String,
    /// Of 履责 only the items that fall due in this period of a report.
    #[serde(default)]
    pub period: Option<String>,
}

/// An item in the drawer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellItem {
    /// Duty id.
    pub duty: String,
    /// `6.3`.
    pub code: String,
    /// Text.
    pub text: String,
    /// State.
    pub tone: Tone,
    /// Word beside the icon: an ordinary item past its day is 「需关注」.
    pub word: String,
    /// One sentence: why.
    pub why: String,
}

/// A problem in the drawer of 问责.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellProblem {
    /// Item of the closed loop.
    pub id: ItemId,
    /// `2026-003`.
    pub number: String,
    /// Its first words.
    pub problem: String,
    /// State.
    pub tone: Tone,
    /// Word beside the icon.
    pub word: String,
}

/// The drawer of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellPage {
    /// Unit.
    pub unit: String,
    /// Head and title.
    pub head: String,
    /// `ming` … `wen`.
    pub duty: String,
    /// State.
    pub tone: Tone,
    /// Word beside the icon.
    pub word: String,
    /// Text of the cell.
    pub text: String,
    /// Why.
    pub why: String,
    /// `规则第1版`.
    pub rule: String,
    /// `60 条：…` items, for 履.
    pub progress: String,
    /// Items that need attention first, then the rest.
    pub items: Vec<CellItem>,
    /// The period that the items are narrowed to; empty without.
    #[serde(default)]
    pub only: String,
    /// Of 问责: numbers in words, each with the ledger narrowed to what it counts.
    #[serde(default)]
    pub ledger: Vec<(String, String)>,
    /// Of 问责: open problems, the nearest deadline first.
    #[serde(default)]
    pub problems: Vec<CellProblem>,
    /// Events of the post (not of one item).
    pub thread: Vec<ThreadRow>,
    /// The viewer may open the book.
    pub book: bool,
}

/// Which item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemQuery {
    /// Post id.
    pub post: String,
    /// Year.
    pub year: Option<i32>,
    /// Duty id.
    pub item: String,
}

/// One event of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadRow {
    /// `ming` … `wen`.
    pub stage: String,
    /// What happened.
    pub title: String,
    /// Day and source.
    pub note: String,
    /// Link, empty when the viewer may not follow it.
    pub link: String,
}

/// An occurrence of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceRow {
    /// `第四季度`.
    pub period: String,
    /// Due day.
    pub due: String,
    /// State in words.
    pub state: String,
    /// Tone.
    pub tone: Tone,
}

/// The thread of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPage {
    /// Unit.
    pub unit: String,
    /// Head.
    pub head: String,
    /// `6.3`.
    pub code: String,
    /// Text.
    pub text: String,
    /// 大项.
    pub group: String,
    /// Frequency, 规定动作/自选动作, source as the viewer may read it.
    pub note: String,
    /// State.
    pub tone: Tone,
    /// Word beside the icon.
    pub word: String,
    /// Why.
    pub why: String,
    /// Rule line in small print.
    pub rule: String,
    /// Occurrences of the year.
    pub occurrences: Vec<OccurrenceRow>,
    /// Events, oldest first.
    pub thread: Vec<ThreadRow>,
}

/// Port of the board service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Board: Send + Sync {
    /// The matrix within the actor's scope.
    async fn matrix(&self, actor: &Actor, query: BoardQuery) -> Result<BoardPage, ApiError>;
    /// The drawer of a cell.
    async fn cell(&self, actor: &Actor, query: CellQuery) -> Result<CellPage, ApiError>;
    /// The thread of an item.
    async fn item(&self, actor: &Actor, query: ItemQuery) -> Result<ItemPage, ApiError>;
}

/// The matrix.
#[server(endpoint = "board/matrix", input = Json)]
pub async fn matrix(form: BoardQuery) -> Result<BoardPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.board().matrix(call.actor(), form).await)
}

/// The drawer of a cell.
#[server(endpoint = "board/cell", input = Json)]
pub async fn cell(form: CellQuery) -> Result<CellPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.board().cell(call.actor(), form).await)
}

/// The thread of an item.
#[server(endpoint = "board/item", input = Json)]
pub async fn item(form: ItemQuery) -> Result<ItemPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.board().item(call.actor(), form).await)
}
