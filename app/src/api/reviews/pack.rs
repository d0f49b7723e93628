//! Wire types of the material pack: facts with links, never counts of entries, never scores.

use domain::ids::{CommandId, MeetingId, PresenterId};
use serde::{Deserialize, Serialize};

/// Which pack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackQuery {
    /// Meeting.
    pub id: String,
    /// Presenter; the list of presenters when empty.
    pub presenter: Option<String>,
}

/// An item of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackItem {
    /// `6.3`.
    pub code: String,
    /// Text.
    pub text: String,
    /// 自选动作, 逾期 and the like.
    pub note: String,
}

/// Items by progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackGroup {
    /// 已落实, 推进中, 未到期.
    pub label: String,
    /// By name.
    pub items: Vec<PackItem>,
}

/// A record in outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackEntry {
    /// `3月5日`.
    pub on: String,
    /// 「对应 6.3、8.2」.
    pub items: String,
    /// 「一次对应 2 条」, 补记, 代录, 已核实.
    pub marks: Vec<String>,
    /// The record; for its readers only.
    pub link: Option<String>,
}

/// Records of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackKind {
    /// 履责类型.
    pub label: String,
    /// In order of the day.
    pub entries: Vec<PackEntry>,
}

/// The facts of a pack; frozen when it opens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFacts {
    /// Day on which they were put together, `11月30日`.
    pub on: String,
    /// 明责 in one sentence.
    pub list: String,
    /// The list; for its readers only.
    pub list_link: Option<String>,
    /// 履责: items by progress.
    pub progress: Vec<PackGroup>,
    /// 履责: records in outline.
    pub kinds: Vec<PackKind>,
    /// 督责 in one sentence.
    pub oversight: String,
    /// Why something is left out.
    pub left_out: String,
}

/// A presenter in the list of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackPerson {
    /// Id.
    pub id: PresenterId,
    /// Name.
    pub name: String,
    /// Unit and title.
    pub title: String,
    /// 「第 2 位述责」.
    pub place: String,
}

/// The pack: agenda and presenters, or one presenter's materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackPage {
    /// Idempotency key of a suggestion.
    pub command: CommandId,
    /// Meeting.
    pub meeting: MeetingId,
    /// Title.
    pub title: String,
    /// Day and place.
    pub place: String,
    /// What happens in the meeting, in order.
    pub agenda: Vec<String>,
    /// Presenters whose materials the viewer may open.
    pub presenters: Vec<PackPerson>,
    /// The presenter at hand.
    pub presenter: Option<PackPerson>,
    /// 「联络员吴某 11月20日代录，本人核对后提交」; empty where the presenter wrote himself.
    pub proxy: String,
    /// His 述责报告, once handed in.
    pub report: Option<String>,
    /// The facts.
    pub facts: Option<PackFacts>,
    /// 「本人已核对」 and what he noted.
    pub checked: String,
    /// The viewer is a rater and may leave a suggestion without a name.
    pub may_suggest: bool,
    /// The facts do not change any more.
    pub frozen: bool,
    /// Whose materials are not open yet, and until when; empty where all are.
    pub waiting: String,
}
