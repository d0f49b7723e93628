//! Wire types of the plan of a meeting (H4).

use domain::{
    board::Tone,
    ids::{CommandId, MeetingId, PersonId, PostId, PresenterId, RaterId, UnitId},
    reviews::Plan,
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// Which plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanQuery {
    /// Meeting.
    pub id: String,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// What the viewer may do with it now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button of the page")]
pub struct PlanMay {
    /// Change it.
    pub edit: bool,
    /// 提请审定.
    pub ask: bool,
    /// 撤回 what was asked for.
    pub withdraw: bool,
    /// 审定 or 退回.
    pub approve: bool,
    /// Note an approval on paper.
    pub paper: bool,
    /// 重新报审 of an approved plan, before 签到.
    pub reopen: bool,
    /// Add recusals (also to an approved plan).
    pub recuse: bool,
    /// 按未核对开放: the pack is due and somebody has not checked his facts.
    pub open_pack: bool,
    /// Return a 述责报告 and see what the leader noted.
    pub reports: bool,
}

/// One of the dates before the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateLine {
    /// `会前15个工作日`.
    pub label: String,
    /// What is due.
    pub what: String,
    /// `11月18日`.
    pub day: String,
    /// State.
    pub tone: Tone,
    /// Word of the state.
    pub word: String,
    /// What is missing, by name.
    pub missing: Vec<String>,
}

/// A recusal, set or proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecusalLine {
    /// Who.
    pub rater: RaterId,
    /// Name.
    pub rater_name: String,
    /// Whom not.
    pub presenter: PresenterId,
    /// Name.
    pub presenter_name: String,
    /// Why; for the office alone.
    pub why: String,
}

/// A step of the approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalLine {
    /// `审定 · 同意`.
    pub words: String,
    /// Who.
    pub who: String,
    /// When; on paper with day and handler.
    pub at: String,
    /// Reason.
    pub reason: String,
}

/// Where a presenter's materials stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLine {
    /// Presenter.
    pub presenter: PresenterId,
    /// Name and title.
    pub name: String,
    /// 「11月30日交」, 「11月30日交，迟交」 or 「还没有交」.
    pub report: String,
    /// Handed in.
    pub handed: bool,
    /// 「已核对」, 「有说明」 or 「还没有核对」.
    pub facts: String,
    /// The leader's note on the facts.
    pub note: String,
    /// Questions handed in by the supervising body; never their texts.
    pub questions: u32,
    /// Row version.
    pub version: i64,
}

/// A suggestion of a rater without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingQuestion {
    /// Id.
    pub id: domain::ids::QuestionId,
    /// For whom.
    pub presenter: String,
    /// Text.
    pub text: String,
    /// `sealed`, `opened`, `asked`, `offline`.
    pub state: String,
}

/// The page of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPage {
    /// Idempotency key of its forms.
    pub command: CommandId,
    /// Meeting.
    pub id: MeetingId,
    /// Row version.
    pub version: i64,
    /// State in a word.
    pub state: String,
    /// Tone of the state.
    pub tone: Tone,
    /// Buttons.
    pub may: PlanMay,
    /// Approved: the hall's pages are there.
    pub approved: bool,
    /// The plan.
    pub plan: Plan,
    /// Why it was returned, while it is.
    pub returned: String,
    /// Everything that still stands against asking for approval: field and sentence.
    pub problems: Vec<(String, String)>,
    /// What does not stop the approval and ought to be known before it.
    pub warnings: Vec<String>,
    /// T−15, T−10, T−5, T−3.
    pub dates: Vec<DateLine>,
    /// Head posts that can report: post, unit and name.
    pub posts: Vec<(PostId, String)>,
    /// Persons who can have a part: name and unit.
    pub people: Vec<(PersonId, String)>,
    /// Officers who may be named for 「转线下」; empty where the viewer takes nothing offline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handlers: Vec<(String, String)>,
    /// Said where they are fewer than two: whom to appoint.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub too_few: String,
    /// Units, for raters added by hand.
    pub units: Vec<(UnitId, String)>,
    /// Names of the units of raters, in the order of the roll.
    pub rater_units: Vec<String>,
    /// The district's own lists: key and name.
    pub lists: Vec<(String, String)>,
    /// Recusals set.
    pub recusals: Vec<RecusalLine>,
    /// Recusals that follow from the roll and are not set yet.
    pub implied: Vec<RecusalLine>,
    /// Raters whom drawn cards could not hold to their recusal: to be taken off the roll.
    pub unheld: Vec<RaterId>,
    /// Steps of the approval.
    pub approvals: Vec<ApprovalLine>,
    /// Materials by presenter.
    pub reports: Vec<ReportLine>,
    /// Suggestions without a name.
    pub suggestions: Vec<WaitingQuestion>,
    /// Why an upload was refused.
    pub upload_problem: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}
