//! 提醒: the month's card, ways to be told, 催办, and the desk of the quarter's reminder. Port,
//! server functions and wire types. Numbers about interruptions are totals, never per person.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    duties::Together,
    ids::{CommandId, PostId, ReminderId},
    reminders::ReminderWay,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer, records::TodoRow};

/// Which month of whose book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthQuery {
    /// Post; the own one when empty.
    pub post: Option<String>,
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Month; this one when empty.
    pub month: Option<u32>,
}

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLine {
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: String,
    /// When, or why it stands here.
    pub note: String,
    /// Done in this window.
    pub done: bool,
    /// Past its last day.
    pub late: bool,
    /// What the board says of it, where it is near, overdue or waits for a checker: it stands for 已落实, too.
    #[serde(default)]
    pub state: Option<(Tone, String)>,
}

/// A notice of the viewer's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Id.
    pub id: ReminderId,
    /// What.
    pub title: String,
    /// Detail.
    pub note: String,
}

/// 「本月卡」.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "what the card shows of one month")]
pub struct MonthCardPage {
    /// Post.
    pub post: PostId,
    /// `东湖街道　党工委书记`.
    pub whose: String,
    /// Year.
    pub year: i32,
    /// Month.
    pub month: u32,
    /// The running month.
    pub now: bool,
    /// A list is in force.
    pub listed: bool,
    /// One sentence.
    pub phrase: String,
    /// Items.
    pub lines: Vec<CardLine>,
    /// Statutory deadlines of the month: kind, what and when, where to read on.
    pub statutory: Vec<(String, String, String)>,
    /// The viewer reads them here: to everybody else their absence says nothing.
    pub inside: bool,
    /// What one activity can serve.
    pub together: Vec<Together>,
    /// Unread notices of the viewer, on his own card of the running month.
    pub notices: Vec<Notice>,
    /// The district lets calendars out of the house: the month is offered as a file.
    pub calendar: bool,
    /// Idempotency key.
    pub command: CommandId,
}

/// Continues a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftQuery {
    /// Draft to continue.
    pub draft: Option<String>,
}

/// How often people were interrupted in a quarter, in total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterTotal {
    /// Quarter.
    pub quarter: String,
    /// 季度履责提醒, 法定期限提醒, 请联络员跟进.
    pub times: [u32; 3],
}

/// How the viewer wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysPage {
    /// Chosen.
    pub way: ReminderWay,
    /// Address.
    pub email: String,
    /// The district sends e-mail.
    pub email_on: bool,
    /// The district offers feeds.
    pub feed_on: bool,
    /// Since when the viewer has a feed address.
    pub feed_since: Option<String>,
    /// Totals of this year.
    pub totals: Vec<QuarterTotal>,
    /// Idempotency key.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// The quarter's reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundView {
    /// `2026年第四季度`.
    pub name: String,
    /// Year.
    pub year: i32,
    /// Quarter.
    pub quarter: u32,
    /// Version.
    pub version: u32,
    /// `draft`, `approved`, `sent`, `skipped`.
    pub state: String,
    /// Who decided when, how many it reached.
    pub note: String,
    /// Preview: unit, person, what he gets, and by which way. Only while it waits.
    pub preview: Vec<(String, String, u32, String, String)>,
}

/// The desk of the office and the 系统管理员.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPage {
    /// The viewer decides on the round.
    pub office: bool,
    /// The viewer sets channels.
    pub sysadmin: bool,
    /// This quarter's.
    pub round: Option<RoundView>,
    /// 未送达 and 未确认送达: who, channel, day, state. For the office.
    pub undelivered: Vec<(String, String, String, String)>,
    /// Switches: e-mail, feed, robot.
    pub switches: [bool; 3],
    /// Set up in the configuration: e-mail, robot.
    pub ready: [bool; 2],
    /// Totals of this year.
    pub totals: Vec<QuarterTotal>,
    /// Idempotency key.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Something near or overdue that the 联络员 can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgeRow {
    /// `item` or `occurrence`.
    pub subject: String,
    /// Its id.
    pub id: String,
    /// Unit.
    pub unit: String,
    /// What.
    pub title: String,
    /// Last day.
    pub due: String,
    /// Tone.
    pub tone: Tone,
    /// Word of the state.
    pub word: String,
    /// Asked already: by whom and when; empty where not.
    pub urged: String,
}

/// What can be urged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgesPage {
    /// Rows.
    pub rows: Vec<UrgeRow>,
    /// There are more than are shown.
    pub more: bool,
    /// Idempotency key.
    pub command: CommandId,
    /// What was refused.
    pub draft: Draft,
}

/// Port of the service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Reminders: Send + Sync {
    /// 「本月卡」.
    async fn month_card(&self, actor: &Actor, query: MonthQuery) -> Result<MonthCardPage, ApiError>;
    /// Ways.
    async fn reminder_ways(&self, actor: &Actor, query: DraftQuery) -> Result<WaysPage, ApiError>;
    /// Desk.
    async fn reminder_desk(&self, actor: &Actor, query: DraftQuery) -> Result<DeskPage, ApiError>;
    /// 催办.
    async fn urgeable(&self, actor: &Actor, query: DraftQuery) -> Result<UrgesPage, ApiError>;
    /// Rows of the viewer's 待办 and lines of his home.
    async fn reminder_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError>;
}

/// 「本月卡」.
#[server(endpoint = "reminders/month", input = Json)]
pub async fn month_card(form: MonthQuery) -> Result<MonthCardPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reminders().month_card(call.actor(), form).await)
}

/// Ways.
#[server(endpoint = "reminders/ways", input = Json)]
pub async fn reminder_ways(form: DraftQuery) -> Result<WaysPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reminders().reminder_ways(call.actor(), form).await)
}

/// Desk.
#[server(endpoint = "reminders/desk", input = Json)]
pub async fn reminder_desk(form: DraftQuery) -> Result<DeskPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reminders().reminder_desk(call.actor(), form).await)
}

/// 催办.
#[server(endpoint = "reminders/urges", input = Json)]
pub async fn urgeable(form: DraftQuery) -> Result<UrgesPage, ApiError> {
    let call = Call::current().await?;
    answer(call.reminders().urgeable(call.actor(), form).await)
}
