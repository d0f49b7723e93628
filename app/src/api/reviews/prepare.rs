//! Wire types of what is prepared for a meeting: sealed questions and the 述责报告.

use domain::{
    board::Tone,
    ids::{CommandId, MeetingId, PresenterId, QuestionId},
};
use serde::{Deserialize, Serialize};

use super::PackFacts;
use crate::api::drafts::Draft;

/// Which questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionsQuery {
    /// Meeting.
    pub id: String,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// A question of the own team or office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnQuestion {
    /// Id.
    pub id: QuestionId,
    /// Text; empty once it went offline.
    pub text: String,
    /// `sealed`, `opened`, `asked`, `offline`.
    pub state: String,
    /// Mark of the text shown, against overwriting a colleague's.
    pub seen: String,
    /// Idempotency key of its form.
    pub command: CommandId,
}

/// Questions for one presenter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionsOf {
    /// Presenter.
    pub presenter: PresenterId,
    /// Name and title.
    pub name: String,
    /// At most two.
    pub questions: Vec<OwnQuestion>,
    /// Another one can be added.
    pub room: bool,
    /// Idempotency key of the form that adds one.
    pub command: CommandId,
}

/// The page of sealed questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionsPage {
    /// Meeting.
    pub id: MeetingId,
    /// Title.
    pub title: String,
    /// 「请于11月25日前交」.
    pub due: String,
    /// Still open for changes.
    pub open: bool,
    /// Presenters of the units that the viewer supervises.
    pub rows: Vec<QuestionsOf>,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Meeting.
    pub id: String,
    /// Presenter: the viewer himself.
    pub presenter: String,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// The presenter's own page: report and facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// Idempotency key of its forms.
    pub command: CommandId,
    /// Meeting.
    pub meeting: MeetingId,
    /// Presenter.
    pub presenter: PresenterId,
    /// Title of the meeting.
    pub title: String,
    /// Day and place.
    pub place: String,
    /// Is the reader the presenter himself? Otherwise his 联络员, who drafts only.
    pub own: bool,
    /// Name of the presenter.
    pub name: String,
    /// 「联络员吴某 11月20日代录」; empty where the leader wrote himself.
    pub proxy: String,
    /// Unit and title of the post.
    pub post: String,
    /// Row version; 0 before anything was saved.
    pub version: i64,
    /// Text so far.
    pub text: String,
    /// Most characters.
    pub most: usize,
    /// Tone of the report.
    pub tone: Tone,
    /// 「11月30日已提交」, 「还没有提交，请于12月2日前提交」.
    pub state: String,
    /// It can be changed.
    pub open: bool,
    /// It was handed in (a draft can no longer be kept).
    pub handed: bool,
    /// The day of handing in is over: what is handed in now is locked at once.
    pub late: bool,
    /// Why it was returned, while it is.
    pub returned: String,
    /// Facts of the pack.
    pub facts: PackFacts,
    /// Mark of the facts shown.
    pub shown: String,
    /// Tone of the check.
    pub facts_tone: Tone,
    /// 「已核对」 and the like.
    pub facts_state: String,
    /// The facts can still be checked.
    pub facts_open: bool,
    /// The leader's own note.
    pub note: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}
