//! 督责的节奏: the season board and one step of it.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, InspectionId, PostId, SeasonStepId, UnitId},
    season::{SeasonDays, Share, StepKind, StepState},
    time::Day,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

/// What of the plan is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeasonQuery {
    /// Year.
    pub year: Option<i32>,
    /// `month` for the calendar; else the list.
    #[serde(default)]
    pub view: Option<String>,
    /// Only what is due in this month; the month of the calendar.
    #[serde(default)]
    pub month: Option<u32>,
    /// Only what is due on this day, ISO.
    #[serde(default)]
    pub day: Option<String>,
    /// Only what was done on this day, ISO.
    #[serde(default)]
    pub done_on: Option<String>,
    /// Only the steps of this body; `none`: those of nobody.
    #[serde(default)]
    pub body: Option<String>,
    /// Only steps of this kind.
    #[serde(default)]
    pub kind: Option<String>,
    /// `open`, `late`, `coming` (open, nobody's delay yet), or the key of a state.
    #[serde(default)]
    pub state: Option<String>,
    /// With `period`: only steps for units of this cover of a report.
    #[serde(default)]
    pub cover: Option<String>,
    /// With `cover`: only what falls due in this period.
    #[serde(default)]
    pub period: Option<String>,
    /// Page of the list, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A step as a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    /// Id.
    pub id: SeasonStepId,
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// `第三季度提醒`, `半年梳理（2）`.
    pub title: String,
    /// Kind.
    pub kind: StepKind,
    /// Due now.
    pub due: Day,
    /// By the office, or after a vacancy.
    pub moved: bool,
    /// Name of the body, with the person it was given to; empty while nobody has it.
    pub by: String,
    /// State.
    pub state: StepState,
    /// Class of its pill.
    pub tone: String,
    /// Icon and word of it.
    pub word: String,
    /// The body's words for the unit.
    pub note: String,
    /// The reading that does it.
    pub inspection: Option<InspectionId>,
    /// Version for forms.
    pub version: i64,
    /// The viewer may draft its words.
    pub may_draft: bool,
    /// The viewer may decide on them.
    pub may_decide: bool,
}

/// How a body stands: its own summary line, which a delay colours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyLine {
    /// Body; none for steps of nobody, and for what waits for the office.
    pub body: Option<UnitId>,
    /// Filter of the board that shows its steps: `body=…`.
    pub filter: String,
    /// Name.
    pub name: String,
    /// Class of the pill.
    pub tone: String,
    /// Icon and word.
    pub word: String,
    /// `还有 8 项，最近 12月18日前`.
    pub words: String,
}

/// What the calendar says of a day: how many steps of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayMark {
    /// Day.
    pub day: Day,
    /// `年底检查`.
    pub title: String,
    /// Steps.
    pub n: u32,
    /// Of them still open.
    pub open: u32,
}

/// The season board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct SeasonPage {
    /// What was asked for, cleaned.
    pub asked: SeasonQuery,
    /// Year.
    pub year: i32,
    /// Years to choose.
    pub years: Vec<i32>,
    /// Cover and period that the steps are narrowed to; empty without.
    #[serde(default)]
    pub only: String,
    /// Steps of the list page.
    pub rows: Vec<StepRow>,
    /// Marks of the calendar.
    pub marks: Vec<DayMark>,
    /// Days off of the calendar's month.
    pub off: Vec<Day>,
    /// Bodies to choose.
    pub bodies: Vec<(UnitId, String)>,
    /// A line for each body in sight.
    pub summary: Vec<BodyLine>,
    /// Units that no body watches.
    pub unassigned: Vec<String>,
    /// How many steps the filter finds.
    pub total: u32,
    /// Page shown, from 1.
    pub page: u32,
    /// Another page follows.
    pub more: bool,
    /// Notes that wait for the office.
    pub waiting: u32,
    /// The viewer works in the office.
    pub office: bool,
    /// The viewer may draft something on this page.
    pub drafts: bool,
    /// There is a plan of this year.
    pub planned: bool,
    /// What the quarter's sending stands at; empty outside of its month.
    pub round: String,
    /// Days of the plan with their version; for the office.
    pub days: Option<(SeasonDays, i64)>,
    /// Today.
    pub today: Day,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// One step with what may be done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct StepPage {
    /// The step.
    pub row: StepRow,
    /// Year.
    pub year: i32,
    /// Head of the post, or 「空缺」.
    pub who: String,
    /// Facts in order: label and words.
    pub facts: Vec<(String, String)>,
    /// The other parts of one that is split.
    pub parts: Vec<StepRow>,
    /// The office runs it: move, split, assign, complete, cancel.
    pub may_run: bool,
    /// A cancelled one may come back.
    pub may_restore: bool,
    /// An approved note may be given back.
    pub may_return: bool,
    /// A reading may be registered for it.
    pub may_register: bool,
    /// The post has no head now.
    pub vacant: bool,
    /// Who may have it.
    pub shares: Vec<(Share, String)>,
    /// Who has it.
    pub share: Option<Share>,
    /// Today.
    pub today: Day,
    /// Viewer's name, for the handler.
    pub name: String,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of the season.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Season: Send + Sync {
    /// The season board.
    async fn season(&self, actor: &Actor, query: SeasonQuery) -> Result<SeasonPage, ApiError>;
    /// One step.
    async fn season_step(&self, actor: &Actor, query: StepQuery) -> Result<StepPage, ApiError>;
}

/// The season board.
#[server(endpoint = "season/board", input = Json)]
pub async fn season_board(form: SeasonQuery) -> Result<SeasonPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.season().season(call.actor(), form).await)
}

/// One step.
#[server(endpoint = "season/step", input = Json)]
pub async fn season_step(form: StepQuery) -> Result<StepPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.season().season_step(call.actor(), form).await)
}
