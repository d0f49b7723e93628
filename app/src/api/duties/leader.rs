//! Wire types of one leader's list: the office's page, the leader's own page, the receipt.

use domain::{
    duties::{DutyItem, ListState},
    ids::{CommandId, HandoverId, ItemId, LeaderListId, PostId},
};
use serde::{Deserialize, Serialize};

use super::ItemRow;
use crate::api::drafts::Draft;

/// Which list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// List id.
    pub id: String,
    /// Item to edit (duty id).
    pub edit: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// A step of H1 on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMark {
    /// 起草、征求意见、审定、下达、签收.
    pub label: String,
    /// Who and when, or what it waits for.
    pub note: String,
    /// `done`, `back`, `now` or empty.
    pub mark: String,
}

/// A decision or comment kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Step.
    pub step: String,
    /// Outcome in words.
    pub outcome: String,
    /// Role and name.
    pub who: String,
    /// Day.
    pub on: String,
    /// Reason or comment.
    pub reason: String,
}

/// The receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureView {
    /// 手写签名、输入姓名、纸质已签.
    pub label: String,
    /// Signer.
    pub name: String,
    /// Day.
    pub on: String,
    /// SVG path of a drawn signature, else empty.
    pub path: String,
    /// Who handled the paper, else empty.
    pub handler: String,
}

/// What the viewer may do with the list now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "one flag per button of the page")]
pub struct ListMay {
    /// Change items.
    pub edit: bool,
    /// Propose a 自选动作.
    pub propose: bool,
    /// Comment for the unit.
    pub comment: bool,
    /// 送单位征求意见.
    pub send: bool,
    /// 提交审定.
    pub submit: bool,
    /// 审定.
    pub approve: bool,
    /// 退回起草.
    pub give_back: bool,
    /// 下达.
    pub issue: bool,
    /// 签收 on the screen.
    pub sign: bool,
    /// 「纸质已签」.
    pub paper: bool,
    /// 另制新版.
    pub supersede: bool,
    /// 下发给下属单位.
    pub pass_down: bool,
}

/// What the problems of the closed loop say about a list, as far as the viewer sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// Suggestions: problem, its number, why, text of the 自选动作, and whether the unit asks for it.
    pub offered: Vec<(ItemId, String, String, String, bool)>,
    /// Items of the list that came from a problem: printed number, problem, its number.
    pub taken: Vec<(String, ItemId, String)>,
    /// The viewer may take one into the draft.
    pub take: bool,
    /// He may refuse one.
    pub refuse: bool,
    /// He may ask for one, while the unit is asked for its comments.
    pub ask: bool,
}

/// A leader's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    /// Suggestions that wait for 采用 or 不采用: item, its words, where it comes from, and the way there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<(String, String, String, String)>,
    /// What last year's problems suggest, and what came of it.
    #[serde(default)]
    pub learned: Learned,
    /// Idempotency key.
    pub command: CommandId,
    /// List.
    pub id: LeaderListId,
    /// Row version for writes.
    pub version: i64,
    /// `西桥街道 2026年第一责任人履责清单`.
    pub title: String,
    /// Head and title of the post.
    pub head: String,
    /// Year.
    pub year: i32,
    /// Edition.
    pub edition: u32,
    /// State.
    pub state: ListState,
    /// One line: what it waits for, until when.
    pub note: String,
    /// Why it was last returned.
    pub returned: Option<String>,
    /// Items; empty where the viewer sees the state only.
    pub items: Vec<ItemRow>,
    /// The viewer sees contents.
    pub contents: bool,
    /// The viewer sees internal sources.
    pub inside: bool,
    /// Steps.
    pub steps: Vec<StepMark>,
    /// Decisions and comments, oldest first.
    pub decisions: Vec<DecisionRow>,
    /// The receipt.
    pub signature: Option<SignatureView>,
    /// Other editions and years: id, label.
    pub others: Vec<(String, String)>,
    /// 移交单 of the post: id, words.
    pub handovers: Vec<(HandoverId, String)>,
    /// First day on which it obliges, ISO.
    pub effective_on: String,
    /// Today, ISO.
    pub today: String,
    /// Handed down by this unit; empty otherwise.
    pub from_unit: String,
    /// The district's lists: key, name.
    pub lists: Vec<(String, String)>,
    /// Heads of 下属单位 to hand down to: post, label.
    pub subordinates: Vec<(PostId, String)>,
    /// The item being edited.
    pub edit: Option<DutyItem>,
    /// Next free number for a new item and its 大项.
    pub next: (u32, String, String),
    /// Rights.
    pub may: ListMay,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which year of the own list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MineQuery {
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// The own list's head line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineList {
    /// List.
    pub id: LeaderListId,
    /// State.
    pub state: ListState,
    /// What is to be done, until when.
    pub note: String,
    /// 签收 is possible.
    pub may_sign: bool,
    /// A comment is possible.
    pub may_comment: bool,
    /// The unit's comments since the list was last sent: who and when, words.
    pub said: Vec<(String, String)>,
    /// Page of its colours with their history; empty but for the head, and until it is in force.
    pub colours: String,
}

/// An item of the own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineItem {
    /// Duty id.
    pub duty: String,
    /// `6.3`.
    pub code: String,
    /// Text.
    pub text: String,
    /// Frequency, next due day, source.
    pub note: String,
    /// 已落实、推进中、未到期, empty before the list is issued.
    pub progress: String,
    /// Key of the progress for its mark.
    pub mark: String,
}

/// A 大项 of the own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineGroup {
    /// `六、谈心谈话`.
    pub title: String,
    /// Items.
    pub items: Vec<MineItem>,
}

/// The own list with progress by item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinePage {
    /// Idempotency key.
    pub command: CommandId,
    /// Unit and title of the post.
    pub title: String,
    /// Year.
    pub year: i32,
    /// Years with a list.
    pub years: Vec<i32>,
    /// The list shown, if any.
    pub list: Option<MineList>,
    /// Items by 大项.
    pub groups: Vec<MineGroup>,
    /// `60 条：已落实 40 条，推进中 12 条，未到期 8 条`.
    pub tally: String,
    /// 移交单 that wait for the viewer's own signature: id, words.
    pub handovers: Vec<(HandoverId, String)>,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which list to sign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignQuery {
    /// List id.
    pub id: String,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// The list to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignPage {
    /// Idempotency key.
    pub command: CommandId,
    /// List.
    pub id: LeaderListId,
    /// Row version for writes.
    pub version: i64,
    /// Title.
    pub title: String,
    /// Signer.
    pub name: String,
    /// Until when.
    pub note: String,
    /// Items as the signer reads them.
    pub items: Vec<ItemRow>,
    /// Short form of the content's hash, printed beside the signature.
    pub hash: String,
    /// Already signed: the receipt.
    pub signature: Option<SignatureView>,
    /// What was typed before a refusal.
    pub draft: Draft,
}
