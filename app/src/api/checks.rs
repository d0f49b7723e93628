//! 申请核对 of colours and facts with their answers, and the batch of 「已补记，待核」.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    ids::{CheckId, CommandId, InspectionId, PostId, RecordId},
    oversight::CheckState,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

/// A question as it stands beside what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckView {
    /// Id.
    pub id: CheckId,
    /// Where it stands.
    pub state: CheckState,
    /// 「孔一帆 11月5日申请核对，11月12日前答复」.
    pub asked: String,
    /// What was asked; may be empty.
    pub words: String,
    /// The answer, with who and when; empty until then.
    pub answer: String,
    /// May the viewer take it back?
    pub may_withdraw: bool,
    /// The viewer asked, was answered, and has not said 「知道了」.
    pub unseen: bool,
}

/// An open or answered question in the office's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// The question.
    pub view: CheckView,
    /// Unit and head.
    pub unit: String,
    /// 「颜色」 or 「履责画像」.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// Tone that stood there when it was asked with its word, where it was a colour.
    pub tone: Option<(Tone, String)>,
    /// Words that stood there.
    pub shown: String,
    /// What stands there now; empty where it is the same.
    pub now: String,
    /// Where it stands.
    pub link: String,
    /// The days for the answer are over: the supervising body's own delay.
    pub late: bool,
    /// May the viewer answer?
    pub may_answer: bool,
    /// It is about his own mark: who answers instead; empty otherwise.
    pub barred: String,
}

/// A record that waits for the checker so that its item turns green.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingRow {
    /// Record.
    pub record: RecordId,
    /// Unit.
    pub unit: String,
    /// Number and short text of the item.
    pub item: String,
    /// 「第 3 页，7月9日补记」.
    pub words: String,
    /// Why it waits.
    pub why: String,
    /// May the viewer confirm it now? He reads the book in a running reading.
    pub may_verify: bool,
    /// It is a talk: its own words for what was checked.
    pub talk: bool,
    /// The viewer's running reading of the book.
    pub reading: Option<InspectionId>,
    /// What keeps him from it; empty where nothing does.
    pub hint: String,
    /// Post and year of the book, for registering a reading of it.
    pub book: (PostId, i32),
}

/// Which of the two lists, and from where on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecksQuery {
    /// `open` (default) or `done`.
    #[serde(default)]
    pub show: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// What became of a batch: 「3-1」, confirmed and refused.
    #[serde(default)]
    pub done: Option<String>,
    /// What was typed before a refusal, or the rows of a batch that were refused.
    #[serde(default)]
    pub draft: Option<String>,
}

/// `/oversight/checks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChecksPage {
    /// Questions: the open ones with the oldest first, or the answered ones with the newest first.
    pub rows: Vec<CheckRow>,
    /// `open` or `done`.
    pub show: String,
    /// Page, from 1.
    pub page: u32,
    /// Are there more?
    pub more: bool,
    /// 「已补记，待核」 of the units in sight.
    pub pending: Vec<PendingRow>,
    /// What became of the last batch.
    pub said: String,
    /// Working days for an answer.
    pub days: u32,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of 申请核对.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Checks: Send + Sync {
    /// Questions and what waits for the checker.
    async fn checks(&self, actor: &Actor, query: ChecksQuery) -> Result<ChecksPage, ApiError>;
}

/// Questions and what waits for the checker.
#[server(endpoint = "oversight/checks", input = Json)]
pub async fn check_page(form: ChecksQuery) -> Result<ChecksPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.checks().checks(call.actor(), form).await)
}
