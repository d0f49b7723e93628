//! 督责: readings of books (翻阅检查), the sheet of one, and statutory 调取.

mod sheet;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, DutyId, InspectionId, ItemId, PersonId, PostId, RecordId, RemarkId, TakingId},
    oversight::{Phase, Purpose, RemarkKind},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;
pub use sheet::{MarkLine, OpenRow, PlannedCheck, RedrawView, Resume, SampleRow, SheetRecord};

/// Which readings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingsQuery {
    /// Year.
    pub year: Option<i32>,
    /// Draft to continue, or to confirm.
    pub draft: Option<String>,
    /// The last book of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// The step of the year's plan that a registration is for.
    #[serde(default)]
    pub step: Option<String>,
    /// The book to register a reading of: its box is ticked already.
    #[serde(default)]
    pub post: Option<String>,
    /// `open`: only books whose reading has begun and not ended.
    #[serde(default)]
    pub state: Option<String>,
}

/// A line of the list: a book that the body reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one line")]
pub struct ReadingRow {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// Head and title.
    pub who: String,
    /// The reading of the year that is not ended, or the last one.
    pub reading: Option<InspectionId>,
    /// Purpose and days of it.
    pub words: String,
    /// Word of its phase.
    pub phase: String,
    /// Is it still going on?
    pub open: bool,
    /// This period's step: 「半年梳理 7月15日前」.
    pub step: String,
    /// It is done.
    pub done: bool,
    /// A reading for it has begun and is not signed by both.
    pub underway: bool,
    /// It is late: the supervising body's own delay.
    pub late: bool,
    /// Before 「确认登记」: how many items are drawn, and why so many; else empty.
    pub draw: String,
}

/// The list with the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingsPage {
    /// Year.
    pub year: i32,
    /// Years to choose.
    pub years: Vec<i32>,
    /// Books in sight.
    pub rows: Vec<ReadingRow>,
    /// Only books that are being read.
    pub running: bool,
    /// The last book of the page before; empty on the first.
    pub after: String,
    /// The last book of this page, where more follow.
    pub next: Option<PostId>,
    /// People to name as readers.
    pub readers: Vec<(PersonId, String)>,
    /// What a reading registered today is for, unless another purpose is chosen.
    pub purpose: Purpose,
    /// Share of items in percent, as the office set it.
    pub share: u32,
    /// The post whose box is ticked already.
    pub chosen: String,
    /// May the actor register?
    pub may_register: bool,
    /// May he see statutory 调取?
    pub takings: bool,
    /// The draft is complete and waits for 「确认登记」.
    pub confirm: bool,
    /// Key for forms.
    pub command: CommandId,
    /// Today, ISO.
    pub today: String,
    /// What was typed before.
    pub draft: Draft,
}

/// Which reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
    /// Show the draw computed again.
    #[serde(default)]
    pub recheck: bool,
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which buttons stand below one remark")]
pub struct RemarkRow {
    /// Id.
    pub id: RemarkId,
    /// 「第 3 页」, `6.3`, 「整本」.
    pub about: String,
    /// Record it is about.
    pub record: Option<RecordId>,
    /// Kind.
    pub kind: RemarkKind,
    /// Words.
    pub text: String,
    /// Who and when.
    pub by: String,
    /// The second reader, or 「待第二人认定」.
    pub second: String,
    /// What the head wants checked.
    pub check: String,
    /// Answer.
    pub answer: String,
    /// Why it was taken back; empty while it stands.
    pub withdrawn: String,
    /// Item of the closed loop.
    pub item: Option<ItemId>,
    /// The viewer may agree as second reader.
    pub may_agree: bool,
    /// The viewer may take it back.
    pub may_retract: bool,
    /// The viewer may ask for a check.
    pub may_ask: bool,
    /// The viewer may answer,
    pub may_answer: bool,
    /// also by taking it back.
    pub may_yield: bool,
    /// Items that it takes off and turns red once a second reader agrees, or took off; empty otherwise.
    pub reach: String,
    /// What the form of taking back says it saw.
    pub seen: i64,
    /// The viewer may propose an item.
    pub may_open: bool,
    /// What was proposed, for those who propose and decide; empty for all others.
    pub proposal: String,
    /// The viewer decides on it.
    pub may_decide: bool,
    /// Another reader said the opposite about the same thing; in words, empty otherwise.
    pub against: String,
}

/// A signature of the feedback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignRow {
    /// 检查人员 or 党组织主要负责人.
    pub role: String,
    /// `黎若水　11月5日　手写签名`.
    pub words: String,
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct ReadingPage {
    /// Id.
    pub id: InspectionId,
    /// Post.
    pub post: PostId,
    /// Year of the book.
    pub year: i32,
    /// `区教育局　叶国平，党组织书记`.
    pub title: String,
    /// Purpose.
    pub purpose: String,
    /// Days.
    pub days: String,
    /// Phase.
    pub phase: Phase,
    /// Supervising body and names.
    pub readers: String,
    /// How the sample came about.
    pub sampling: String,
    /// Why it is so many; empty for a choice by hand.
    pub many: String,
    /// Readings of this book that were taken back before this one; empty without one.
    pub earlier: String,
    /// Why the feedback can not be written yet: the remarks that wait, and for whom.
    pub blocked: Vec<(RemarkId, String)>,
    /// The draw computed again, where it was asked for.
    pub redraw: Option<RedrawView>,
    /// The sample was drawn, so the draw can be checked.
    pub drawn: bool,
    /// The sample.
    pub sample: Vec<SampleRow>,
    /// Open items of the post.
    pub items: Vec<OpenRow>,
    /// Points of the 监督检查方案 of a talk with the head; empty for all but the readers.
    pub planned: Vec<PlannedCheck>,
    /// Where the readers stopped.
    pub resume: Option<Resume>,
    /// The head changed in the middle; empty otherwise.
    pub change: String,
    /// Last day, ISO: so long a device keeps the sheet.
    pub until: String,
    /// Items to choose by hand: id, number and text; empty where it may not be changed.
    pub choices: Vec<(DutyId, String)>,
    /// Remarks in the viewer's sight.
    pub remarks: Vec<RemarkRow>,
    /// Ticks taken off: 「第 3 页　8.2」, reason.
    pub unmatched: Vec<(RecordId, String, String)>,
    /// Conclusion.
    pub conclusion: String,
    /// Signatures.
    pub signed: Vec<SignRow>,
    /// Why it was taken back.
    pub withdrawn: String,
    /// Why the office ended it without the head's signature; empty otherwise.
    pub ended: String,
    /// Who signs for which time, where the head changed or the post is vacant; empty otherwise.
    pub who_signs: String,
    /// The office may end it: the post is vacant and nobody signed for it.
    pub may_end: bool,
    /// The viewer reads the book now.
    pub reads: bool,
    /// He may remark.
    pub may_remark: bool,
    /// He may take the reading back.
    pub may_withdraw: bool,
    /// He may write the feedback.
    pub may_feed_back: bool,
    /// He may send it back to the remarks.
    pub may_reopen: bool,
    /// He may sign on this screen.
    pub may_sign: bool,
    /// He may note a paper signature: the head's, or that of a colleague who has to sign, too.
    pub may_note_paper: bool,
    /// The head's signature stands.
    pub head_signed: bool,
    /// Who is still to sign, in words; empty before the feedback and after the end.
    pub awaits: String,
    /// It holds what takes two to say: those two sign.
    pub both: bool,
    /// While the post is vacant: 班子成员 one of whom signed on paper; who headed it when it was read; readers who have
    /// to sign and have not.
    pub acting: Vec<(PersonId, String)>,
    /// Who may sign as the head on this screen with his own secret; empty where nobody may now.
    pub signers: Vec<(PersonId, String)>,
    /// The viewer may let it go on for more days.
    pub may_prolong: bool,
    /// The viewer is the head.
    pub head: bool,
    /// Viewer's name, for the pad.
    pub name: String,
    /// Version for forms.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Statutory 调取: a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakingRow {
    /// Id.
    pub id: TakingId,
    /// 文号.
    pub number: String,
    /// Whose book.
    pub book: String,
    /// Why.
    pub reason: String,
    /// Word of the state.
    pub state: String,
    /// Who asked and decided.
    pub who: String,
    /// The viewer may decide.
    pub may_decide: bool,
    /// The viewer may confirm as the second handler.
    pub may_second: bool,
    /// The viewer may take the file.
    pub may_take: bool,
}

/// Statutory 调取.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakingsPage {
    /// Newest first.
    pub rows: Vec<TakingRow>,
    /// The last one of this page, where older ones follow.
    pub older: Option<TakingId>,
    /// Books to choose: post, words; empty where the viewer may not ask.
    pub books: Vec<(PostId, String)>,
    /// Years to choose.
    pub years: Vec<i32>,
    /// The draft is complete and waits for 「确认登记」.
    pub confirm: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal; never a secret.
    pub draft: Draft,
}

/// Draft of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakingsQuery {
    /// Draft to continue.
    pub draft: Option<String>,
    /// The last one of the page before.
    #[serde(default)]
    pub before: Option<String>,
}

/// Port of 督责.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Oversight: Send + Sync {
    /// Books with their readings.
    async fn readings(&self, actor: &Actor, query: ReadingsQuery) -> Result<ReadingsPage, ApiError>;
    /// One reading.
    async fn reading(&self, actor: &Actor, query: ReadingQuery) -> Result<ReadingPage, ApiError>;
    /// Statutory 调取.
    async fn takings(&self, actor: &Actor, query: TakingsQuery) -> Result<TakingsPage, ApiError>;
}

/// Books with their readings.
#[server(endpoint = "oversight/list", input = Json)]
pub async fn readings(form: ReadingsQuery) -> Result<ReadingsPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.oversight().readings(call.actor(), form).await)
}

/// One reading.
#[server(endpoint = "oversight/one", input = Json)]
pub async fn reading(form: ReadingQuery) -> Result<ReadingPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.oversight().reading(call.actor(), form).await)
}

/// Statutory 调取.
#[server(endpoint = "oversight/takings", input = Json)]
pub async fn takings(form: TakingsQuery) -> Result<TakingsPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.oversight().takings(call.actor(), form).await)
}
