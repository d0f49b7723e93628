//! 履责: the leader's home, 随手记, the book's list of records.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    ids::{CommandId, DutyId, PostId, RecordId},
    people::access::Sight,
    records::RecordKind,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::Call;
use super::{ApiError, drafts::Draft};

/// One ring of the chain on the leader's home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// `ming`, `lv`, `du`, `ping`, `wen`.
    pub duty: String,
    /// State.
    pub tone: Tone,
    /// Short words below the ring.
    pub text: String,
    /// One sentence: why.
    pub why: String,
}

/// One line of 本月履责提醒.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Item.
    pub duty: DutyId,
    /// `6.3`.
    pub code: String,
    /// Short text.
    pub short: String,
    /// Second line: window, days left, what can be done together.
    pub note: String,
    /// Done already.
    pub done: bool,
}

/// The leader's home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// `十一月`.
    pub month: String,
    /// `2026年11月20日 星期五`.
    pub day: String,
    /// Unit and title of the chosen post.
    pub unit: String,
    /// Other posts of the same person to switch to: id and label.
    pub posts: Vec<(PostId, String)>,
    /// The five links.
    pub chain: Vec<ChainLink>,
    /// 本月履责提醒.
    pub reminders: Vec<Reminder>,
    /// `60 条：已落实 40 条，推进中 12 条，未到期 8 条`; items, never entries.
    pub progress: String,
    /// A list waits for 签收: its id.
    pub to_sign: Option<String>,
    /// Proxy drafts waiting for confirmation.
    pub to_confirm: u32,
    /// The viewer drafts for the head (联络员).
    pub liaison: bool,
}

/// An item that a record can correspond to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Item.
    pub duty: DutyId,
    /// `8.2`.
    pub code: String,
    /// Short text.
    pub short: String,
    /// 大项.
    pub group: String,
}

/// Items suggested for a kind, with the sentence that explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Kind the suggestion is for.
    pub kind: RecordKind,
    /// 「因为类型是专题研究部署，可对应」.
    pub why: String,
    /// Items, open ones first.
    pub duties: Vec<DutyId>,
}

/// The page of 随手记.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecordPage {
    /// Idempotency key of this form.
    pub command: CommandId,
    /// Post the record goes to.
    pub post: PostId,
    /// Unit and title.
    pub unit: String,
    /// Today, ISO.
    pub today: String,
    /// Earliest event day that counts, ISO.
    pub earliest: String,
    /// Every item of the list.
    pub choices: Vec<Choice>,
    /// Suggestions by kind.
    pub suggested: Vec<Suggested>,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// 代录: the head must confirm.
    pub proxy: bool,
}

/// What 随手记 sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Post.
    pub post: PostId,
    /// Kind; 其他 when not chosen.
    pub kind: Option<RecordKind>,
    /// The one required field.
    pub text: String,
    /// Event day, ISO; today when empty.
    pub event_on: String,
    /// Ticked items.
    pub duties: Vec<DutyId>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRecord {
    /// The record.
    pub record: RecordId,
    /// Page in the book; none for an unconfirmed 代录.
    pub page: Option<u32>,
    /// Recorded after the due day.
    pub late: bool,
    /// `8.2、7.2`: the items it corresponds to.
    pub codes: String,
}

/// A record as a row of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Record.
    pub id: RecordId,
    /// Page number.
    pub page: Option<u32>,
    /// Kind.
    pub kind: RecordKind,
    /// Text, as far as the viewer may read it.
    pub text: Option<String>,
    /// Event day.
    pub event_on: String,
    /// Day of recording, when another one.
    pub recorded_on: String,
    /// 补记.
    pub late: bool,
    /// 代录 by whom.
    pub proxy: Option<String>,
    /// Waits for confirmation.
    pub unconfirmed: bool,
    /// Refused by the head, with the reason.
    pub refused: Option<String>,
    /// 已核实.
    pub verified: bool,
    /// Items.
    pub codes: Vec<String>,
    /// Has corrections.
    pub corrected: bool,
}

/// The book's list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookPage {
    /// Post.
    pub post: PostId,
    /// Unit, head.
    pub title: String,
    /// Year.
    pub year: i32,
    /// How much the viewer may read.
    pub sight: Sight,
    /// Rows, newest first.
    pub rows: Vec<RecordRow>,
    /// May write here.
    pub may_write: bool,
    /// Older rows exist: `before` cursor for the next page.
    pub older: Option<u32>,
}

/// Which rows of the book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookQuery {
    /// Post; the own one when empty.
    pub post: Option<String>,
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Only records of this item (duty id).
    pub duty: Option<String>,
    /// Rows before this page number.
    pub before: Option<u32>,
}

/// A correction: both texts stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Text before.
    pub before: String,
    /// Text after.
    pub after: String,
    /// Why.
    pub reason: String,
    /// `11月20日 10:32`.
    pub at: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPage {
    /// Idempotency key of the form on the page.
    pub command: CommandId,
    /// The row.
    pub row: RecordRow,
    /// Post of the book.
    pub post: PostId,
    /// Unit, head.
    pub title: String,
    /// Items with short text: id, code, text.
    pub items: Vec<(DutyId, String, String)>,
    /// Corrections in order.
    pub corrections: Vec<Correction>,
    /// May correct.
    pub may_correct: bool,
    /// May confirm or refuse (head, unconfirmed 代录).
    pub may_confirm: bool,
    /// May mark as checked.
    pub may_verify: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// Row version for writes.
    pub version: i64,
}

/// A correction of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Record.
    pub record: RecordId,
    /// Version seen.
    pub seen: i64,
    /// New text.
    pub text: String,
    /// Why.
    pub reason: String,
}

/// A decision about a record: confirm or refuse a 代录, mark as checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Record.
    pub record: RecordId,
    /// Version seen.
    pub seen: i64,
    /// `confirm`, `refuse`, `verify`.
    pub decision: String,
    /// Why refused.
    pub reason: String,
}

/// One thing that waits for the viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodoRow {
    /// What.
    pub title: String,
    /// Until when, from whom.
    pub note: String,
    /// Where it is done.
    pub link: String,
}

/// 待办: everything that waits for the viewer, in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodoPage {
    /// Rows, the most pressing first.
    pub rows: Vec<TodoRow>,
    /// Idempotency key of 「全部确认」.
    pub command: CommandId,
    /// 代录 records on the page that can be confirmed at once.
    pub to_confirm: Vec<RecordId>,
}

/// Confirms every waiting 代录 of the own book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAll {
    /// Idempotency key.
    pub command: CommandId,
    /// The records that the page showed.
    pub records: Vec<RecordId>,
}

/// Which home.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeQuery {}

/// Which new record form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRecordQuery {
    /// Draft to continue.
    pub draft: Option<String>,
}

/// Which record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordQuery {
    /// Record id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// Port of the record service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Records: Send + Sync {
    /// The leader's or 联络员's home.
    async fn home(&self, actor: &Actor) -> Result<HomePage, ApiError>;
    /// The form of 随手记.
    async fn new_page(&self, actor: &Actor, query: NewRecordQuery) -> Result<NewRecordPage, ApiError>;
    /// Saves a record, or a 代录 where a 联络员 writes.
    async fn save(&self, actor: &Actor, form: SaveRecord) -> Result<SavedRecord, ApiError>;
    /// Rows of a book.
    async fn book(&self, actor: &Actor, query: BookQuery) -> Result<BookPage, ApiError>;
    /// One record.
    async fn record(&self, actor: &Actor, query: RecordQuery) -> Result<RecordPage, ApiError>;
    /// Corrects a record; both texts stay.
    async fn correct(&self, actor: &Actor, form: CorrectRecord) -> Result<SavedRecord, ApiError>;
    /// Confirms, refuses or verifies.
    async fn decide(&self, actor: &Actor, form: DecideRecord) -> Result<SavedRecord, ApiError>;
    /// What waits for the viewer.
    async fn todo(&self, actor: &Actor) -> Result<TodoPage, ApiError>;
    /// Confirms every waiting 代录; returns how many.
    async fn confirm_all(&self, actor: &Actor, form: ConfirmAll) -> Result<u32, ApiError>;
}

/// The leader's home.
#[server(endpoint = "records/home", input = Json)]
pub async fn home(form: HomeQuery) -> Result<HomePage, ApiError> {
    let _ = form;
    let call = Call::current().await?;
    super::call::answer(call.records().home(call.actor()).await)
}

/// The form of 随手记.
#[server(endpoint = "records/new", input = Json)]
pub async fn new_record(form: NewRecordQuery) -> Result<NewRecordPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().new_page(call.actor(), form).await)
}

/// Saves a record from a hydrated page.
#[server(endpoint = "records/save", input = Json)]
pub async fn submit_record(form: SaveRecord) -> Result<SavedRecord, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().save(call.actor(), form).await)
}

/// Rows of a book.
#[server(endpoint = "records/book", input = Json)]
pub async fn book(form: BookQuery) -> Result<BookPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().book(call.actor(), form).await)
}

/// One record.
#[server(endpoint = "records/one", input = Json)]
pub async fn record(form: RecordQuery) -> Result<RecordPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().record(call.actor(), form).await)
}

/// What waits for the viewer.
#[server(endpoint = "records/todo", input = Json)]
pub async fn todo(form: HomeQuery) -> Result<TodoPage, ApiError> {
    let _ = form;
    let call = Call::current().await?;
    super::call::answer(call.records().todo(call.actor()).await)
}
