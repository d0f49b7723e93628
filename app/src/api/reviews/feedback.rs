//! 会后: what raters wrote is read by two persons, every presenter gets one 评议反馈单. Port and
//! server functions; the problems of a sheet live on in 问责.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    ids::{CommandId, MeetingId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use crate::api::{Call, call::answer};

/// Which meeting's sheets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetsQuery {
    /// Meeting id.
    pub meeting: String,
    /// Draft of a refused form.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A sheet in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// Sheet.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit and title.
    pub title: String,
    /// 等次, or why none.
    pub grade: String,
    /// 「提请研究」: for the 书记 and the 分管副书记 only, `false` to everybody else.
    pub study: bool,
    /// Word of the state.
    pub state: String,
    /// Tone of the state: yellow once the day of the handing over is past.
    pub tone: Tone,
    /// 「12月16日前当面交接」, or empty.
    pub owed: String,
    /// Comments that wait for a reader, in words; empty when none.
    pub comments: String,
}

/// A sealed round and its 计票报告单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRow {
    /// Id of the round.
    pub id: String,
    /// Short code of the certificate.
    pub code: String,
    /// 「纸质已签：…」; empty while nothing was noted.
    pub signed: String,
    /// May the reader note the signatures?
    pub may_note: bool,
    /// May the reader take the sealed bundle?
    pub may_take: bool,
}

/// Sheets of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsPage {
    /// Meeting.
    pub meeting: MeetingId,
    /// Title.
    pub title: String,
    /// `2026年12月9日`.
    pub day: String,
    /// Sealed rounds whose 计票报告单 the reader may see.
    pub rounds: Vec<RoundRow>,
    /// Key of the form that notes signatures.
    pub command: CommandId,
    /// Today, ISO.
    pub today: String,
    /// What a refused form had typed.
    pub draft: Draft,
    /// Sheets in the order of the meeting.
    pub rows: Vec<SheetRow>,
}

/// Which sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetQuery {
    /// Sheet id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// A problem as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemRow {
    /// What is wrong.
    pub text: String,
    /// What is asked.
    pub requirement: String,
    /// Last day, ISO.
    pub due: String,
    /// Item of the presenter's list, or empty.
    pub duty: String,
    /// Its item of the ledger, or empty.
    pub item: String,
    /// Number and state of that item, or empty.
    pub state: String,
}

/// A side of the handing over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideRow {
    /// 「移交」 or 「接收」.
    pub side: String,
    /// Name, day and how; empty while not signed.
    pub words: String,
}

/// What the viewer may do with a sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetMay {
    /// Draft and send to the signature.
    pub draft: bool,
    /// Sign or send back.
    pub sign: bool,
    /// Sign as the one who hands over, or note paper for both.
    pub give: bool,
    /// Sign as the one who receives.
    pub receive: bool,
    /// Note that a higher level signed on paper: nobody here may sign the sheet of his own leader.
    pub superior: bool,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPage {
    /// Sheet id.
    pub id: String,
    /// Meeting.
    pub meeting: MeetingId,
    /// Title of the meeting.
    pub title: String,
    /// Day of the meeting.
    pub day: String,
    /// Presenter.
    pub name: String,
    /// Unit and title.
    pub post: String,
    /// 等次.
    pub grade: String,
    /// 「提请研究」, as in [`SheetRow::study`].
    pub study: bool,
    /// State key and word.
    pub state: (String, String),
    /// Version that forms show.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// What is owed next, in words.
    pub owed: String,
    /// Opinion on the whole.
    pub opinion: String,
    /// Kept comments, shuffled.
    pub comments: Vec<String>,
    /// Problems.
    pub problems: Vec<ProblemRow>,
    /// Why it came back.
    pub returned: String,
    /// Who signed it, when.
    pub signed: String,
    /// Both sides.
    pub sides: Vec<SideRow>,
    /// Items of the presenter's list: id, number and short text; for the draft only.
    pub duties: Vec<(String, String)>,
    /// What the viewer may do.
    pub may: SheetMay,
    /// Is the viewer the presenter himself?
    pub own: bool,
    /// Comments that still wait for a reader.
    pub unread: u32,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Comments of which meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentsQuery {
    /// Meeting id.
    pub meeting: String,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// A comment to be read. No group, no ballot, no time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentRow {
    /// Comment id.
    pub id: String,
    /// Idempotency key of its form.
    pub command: CommandId,
    /// On whom.
    pub name: String,
    /// As written; empty once 转线下 or settled.
    pub text: String,
    /// Text to keep, by the last reader.
    pub words: String,
    /// The viewer's own decision key, or empty.
    pub mine: String,
    /// 「另一位已阅：保留」, or empty.
    pub other: String,
    /// Word of the state.
    pub state: String,
    /// Settled by two.
    pub settled: bool,
    /// May the second reader be one on paper, named in the form? Only where the house may have no second.
    pub paper: bool,
}

/// Comments of a meeting, by presenter, shuffled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentsPage {
    /// Meeting.
    pub meeting: MeetingId,
    /// Title.
    pub title: String,
    /// Comments.
    pub rows: Vec<CommentRow>,
    /// Presenters whose comments the viewer reads, with the number of valid ballots that was not
    /// reached where words are withheld for that: whether there were any, nobody is told.
    pub withheld: Vec<(String, Option<u32>)>,
    /// Where fewer than two can read: whose comments, and whom to appoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alone: Vec<String>,
    /// Was a round sealed?
    pub sealed: bool,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of what follows a meeting.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait FeedbackDesk: Send + Sync {
    /// Sheets of a meeting, for the office.
    async fn sheets(&self, actor: &Actor, query: SheetsQuery) -> Result<SheetsPage, ApiError>;
    /// One sheet, for the office or its presenter.
    async fn sheet(&self, actor: &Actor, query: SheetQuery) -> Result<SheetPage, ApiError>;
    /// Comments of a meeting, for their readers.
    async fn comments(&self, actor: &Actor, query: CommentsQuery) -> Result<CommentsPage, ApiError>;
}

/// Sheets of a meeting.
#[server(endpoint = "reviews/sheets", input = Json)]
pub async fn sheets(form: SheetsQuery) -> Result<SheetsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.feedback().sheets(call.actor(), form).await)
}

/// One sheet.
#[server(endpoint = "reviews/sheet", input = Json)]
pub async fn sheet(form: SheetQuery) -> Result<SheetPage, ApiError> {
    let call = Call::current().await?;
    answer(call.feedback().sheet(call.actor(), form).await)
}

/// Comments of a meeting.
#[server(endpoint = "reviews/comments", input = Json)]
pub async fn comments(form: CommentsQuery) -> Result<CommentsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.feedback().comments(call.actor(), form).await)
}
