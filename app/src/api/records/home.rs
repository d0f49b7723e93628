//! Wire types of the leader's home and of 待办.

use domain::{
    board::Tone,
    ids::{CommandId, DutyId, PostId, RecordId},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// One ring of the chain on the leader's home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// `ming`, `lv`, `du`, `ping`, `wen`.
    pub duty: String,
    /// State.
    pub tone: Tone,
    /// Its word as the board says it: 核查不符 is red and no 逾期.
    pub word: String,
    /// Short words below the ring.
    pub text: String,
    /// One sentence: why.
    pub why: String,
}

/// Where a reminder stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderGroup {
    /// 核查不符: a reading found that a record does not match what was done.
    Refuted,
    /// 本月建议: the calendar's own suggestion for this month.
    Month,
    /// 临近到期, or due and without a record.
    Near,
    /// Folded: recorded already, and what would make the lists above too long to read.
    Rest,
}

/// One line of 本月履责提醒.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Item.
    pub duty: DutyId,
    /// `6.3`.
    pub code: String,
    /// The item's whole text; rows wrap.
    pub short: String,
    /// Second line: window, days left, what can be done together.
    pub note: String,
    /// Done already.
    pub done: bool,
    /// Where it stands.
    pub group: ReminderGroup,
    /// Where the colour of the item and its history are explained; empty for who does not read them.
    pub why: String,
}

/// A post of somebody who holds several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostChoice {
    /// Post.
    pub post: PostId,
    /// Unit and title.
    pub label: String,
    /// He acts in it now.
    pub chosen: bool,
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
    /// Posts of the same person to choose from; empty with only one.
    pub posts: Vec<PostChoice>,
    /// The five links.
    pub chain: Vec<ChainLink>,
    /// 本月履责提醒.
    pub reminders: Vec<Reminder>,
    /// `年度应落实 60 条：已落实 40 条，推进中 12 条，未到期 1 条，随时 7 条`; items, never entries.
    pub progress: String,
    /// What of it is due in this quarter and not recorded yet; empty where nothing is.
    pub quarter: String,
    /// The same number in the own portrait; empty for who has none.
    pub quarter_link: String,
    /// The colours of all items and how they came about; empty for who does not read them.
    pub colours: String,
    /// A list waits for 签收: its id.
    pub to_sign: Option<String>,
    /// A list waits for the unit's opinion (征求意见): its year, and until when.
    pub to_comment: Option<(i32, String)>,
    /// Announced readings of the own book, and a note that was not finished: title, link, words.
    pub announced: Vec<(String, String, String)>,
    /// Proxy drafts waiting for confirmation.
    pub to_confirm: u32,
    /// The viewer drafts for the head (联络员).
    pub liaison: bool,
}

/// Which home, or which 待办.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeQuery {
    /// Draft of 「全部退回」 to continue.
    pub draft: Option<String>,
    /// What was just done to all of them: `confirmed-4`, `refused-4`.
    pub done: Option<String>,
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
    /// Their versions, in the same order.
    pub seen: Vec<i64>,
    /// What was just done, as a sentence; empty otherwise.
    pub said: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Confirms, or with a reason refuses, the waiting 代录 of the own book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAll {
    /// Idempotency key.
    pub command: CommandId,
    /// The records that the page showed.
    pub records: Vec<RecordId>,
    /// Versions that it showed, in the same order: what was changed since is left alone.
    pub seen: Vec<i64>,
    /// Why all of them go back to the 联络员; `None` confirms them.
    #[serde(default)]
    pub refuse: Option<String>,
}
