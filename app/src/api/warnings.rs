//! “一件事”问责预警: the list of matters, one matter with its three lists, one notice.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    ids::{CommandId, UnitId, WarningId, WarningLineId, WarningNoticeId},
    time::Day,
    warnings::Stage,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

mod rows;

pub use rows::*;

/// Which matters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MattersQuery {
    /// Key of a stage, or `over`.
    #[serde(default)]
    pub stage: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A matter as a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterRow {
    /// Id.
    pub id: WarningId,
    /// Title.
    pub title: String,
    /// 牵头部门.
    pub lead: String,
    /// Stage.
    pub stage: Stage,
    /// `7 个部门、7 个镇街`-like: how many units.
    pub units: u32,
    /// `提示单 14 份，未签收 2 份`; what waits.
    pub words: String,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MattersPage {
    /// Stage filter, cleaned.
    pub stage: String,
    /// Matters.
    pub rows: Vec<MatterRow>,
    /// Page shown.
    pub page: u32,
    /// Another one follows.
    pub more: bool,
    /// May 点题.
    pub may_propose: bool,
    /// Works in the office: sees sources.
    pub office: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which matter, and what of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatterQuery {
    /// Id.
    pub id: String,
    /// `problems`, `duties`, `situations`, `signs`, `notices`, `flow`, `talks`, `course`.
    #[serde(default)]
    pub view: Option<String>,
    /// Page of units in the matrix and of notices, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// The line that is open for change.
    #[serde(default)]
    pub line: Option<String>,
    /// The unit of the cell that is open.
    #[serde(default)]
    pub unit: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// One matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterPage {
    /// Id.
    pub id: WarningId,
    /// Title.
    pub title: String,
    /// What it is about.
    pub aim: String,
    /// Stage.
    pub stage: Stage,
    /// Facts in order: label and words.
    pub facts: Vec<(String, String)>,
    /// View shown.
    pub view: String,
    /// Views to choose: key and label.
    pub views: Vec<(String, String)>,
    /// What the viewer may do.
    pub may: MatterMay,
    /// What the lists lack: at most ten, with how many in all.
    pub gaps: (Vec<String>, u32),
    /// Problems.
    pub problems: Vec<ProblemRow>,
    /// Duties with the cells of the units shown.
    pub duties: Vec<DutyRow>,
    /// Units shown as columns.
    pub columns: Vec<(UnitId, String)>,
    /// How many units there are.
    pub unit_total: u32,
    /// Page of units or notices, from 1, and whether another follows.
    pub page: (u32, bool),
    /// Situations.
    pub situations: Vec<SituationRow>,
    /// 会签.
    pub signs: Vec<SignRow>,
    /// Hand-ons: sentences.
    pub handoffs: Vec<String>,
    /// Notices.
    pub notices: Vec<NoticeRow>,
    /// How far the background work is: made and all; none when it is done.
    pub making: Option<(u32, u32)>,
    /// Flow.
    pub flow: Vec<FlowRow>,
    /// First and last day of the flow's drawing.
    pub span: Option<(Day, Day)>,
    /// 会商 so far: sentences.
    pub talks: Vec<String>,
    /// When the next is due.
    pub next_talk: Option<Day>,
    /// 提请启动.
    pub starts: Vec<StartRow>,
    /// 经过.
    pub course: Vec<String>,
    /// Units to choose.
    pub choices: Vec<(UnitId, String)>,
    /// Bodies to choose as 监督牵头单位.
    pub bodies: Vec<(UnitId, String)>,
    /// Process stages.
    pub stages: Vec<String>,
    /// End of the matter.
    pub ends_on: Option<Day>,
    /// Units of the lists that ended, with the name of the one that took over; for whoever may put that one in.
    pub heirs: Vec<(UnitId, String)>,
    /// The line and the unit that are open for change.
    pub open: (Option<WarningLineId>, Option<UnitId>),
    /// Today.
    pub today: Day,
    /// Viewer's name, for the handler.
    pub name: String,
    /// Version for steps.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A line of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    /// Duty.
    pub id: WarningLineId,
    /// Number.
    pub no: u32,
    /// 任务.
    pub text: String,
    /// 标准.
    pub standard: String,
    /// The cell.
    pub cell: CellRow,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct NoticePage {
    /// Id.
    pub id: WarningNoticeId,
    /// Matter.
    pub matter: WarningId,
    /// Its title.
    pub title: String,
    /// 文号.
    pub number: String,
    /// Unit.
    pub unit: String,
    /// Tone and word of its state.
    pub state: (Tone, String),
    /// Facts in order.
    pub facts: Vec<(String, String)>,
    /// Its lines.
    pub lines: Vec<NoticeLine>,
    /// Situations.
    pub situations: Vec<SituationRow>,
    /// Deliver.
    pub may_deliver: bool,
    /// Sign in person.
    pub may_sign: bool,
    /// Note a paper signature.
    pub may_note: bool,
    /// Hand in measures.
    pub may_answer: bool,
    /// Who signs.
    pub signer: String,
    /// Today.
    pub today: Day,
    /// Viewer's name.
    pub name: String,
    /// Version.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of “一件事”.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Warnings: Send + Sync {
    /// The list.
    async fn matters(&self, actor: &Actor, query: MattersQuery) -> Result<MattersPage, ApiError>;
    /// One matter.
    async fn matter(&self, actor: &Actor, query: MatterQuery) -> Result<MatterPage, ApiError>;
    /// One notice.
    async fn warning_notice(&self, actor: &Actor, query: NoticeQuery) -> Result<NoticePage, ApiError>;
}

/// The list.
#[server(endpoint = "warnings/list", input = Json)]
pub async fn warning_matters(form: MattersQuery) -> Result<MattersPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.warnings().matters(call.actor(), form).await)
}

/// One matter.
#[server(endpoint = "warnings/one", input = Json)]
pub async fn warning_matter(form: MatterQuery) -> Result<MatterPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.warnings().matter(call.actor(), form).await)
}

/// One notice.
#[server(endpoint = "warnings/notice", input = Json)]
pub async fn warning_notice(form: NoticeQuery) -> Result<NoticePage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.warnings().warning_notice(call.actor(), form).await)
}
