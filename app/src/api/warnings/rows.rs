//! Lines of the pages of “一件事”.

use domain::{
    board::Tone,
    ids::{ItemId, UnitId, WarningLineId, WarningNoticeId},
    time::Day,
    warnings::Part,
};
use serde::{Deserialize, Serialize};

/// What the viewer may do now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct MatterMay {
    /// Adopt or decline.
    pub judge: bool,
    /// Change problems and duties.
    pub draft: bool,
    /// Send round for 会签.
    pub ask: bool,
    /// End the 会签.
    pub settle: bool,
    /// Note what was settled outside, and papers of any unit.
    pub note: bool,
    /// Send back to the 牵头部门.
    pub redraft: bool,
    /// Write the 问责清单.
    pub simulate: bool,
    /// 审定.
    pub review: bool,
    /// 签发.
    pub issue: bool,
    /// 编号用印.
    pub seal: bool,
    /// 终止.
    pub drop: bool,
    /// 会商, progress, 提请启动.
    pub follow: bool,
    /// Answer a 提请启动.
    pub answer: bool,
    /// 办结报告.
    pub report: bool,
    /// 撤回用印: nothing of it was delivered yet.
    pub recall: bool,
    /// 审定办结.
    pub close: bool,
    /// Sees source and 问责清单 before it is sent.
    pub whole: bool,
}

/// A line of the 问题清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemRow {
    /// Id.
    pub id: WarningLineId,
    /// Number, from 1.
    pub no: u32,
    /// 大类.
    pub group: String,
    /// What.
    pub text: String,
    /// How many duties answer it.
    pub duties: u32,
    /// Version for forms.
    pub version: i64,
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRow {
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Part.
    pub part: Part,
    /// 科室.
    pub office: String,
    /// 责任人.
    pub person: String,
    /// 分管领导.
    pub leader: String,
    /// 措施.
    pub measure: String,
    /// 时限.
    pub due: Option<Day>,
    /// All four are there.
    pub whole: bool,
    /// The item of the closed loop, with the word and tone of its state.
    pub item: Option<(ItemId, String, Tone)>,
    /// The viewer may fill it in.
    pub may_fill: bool,
    /// Version for forms.
    pub version: i64,
}

/// A line of the 责任清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRow {
    /// Id.
    pub id: WarningLineId,
    /// Number, from 1.
    pub no: u32,
    /// 任务.
    pub text: String,
    /// 标准.
    pub standard: String,
    /// Number of its problem.
    pub problem: Option<u32>,
    /// Its id.
    pub problem_id: Option<WarningLineId>,
    /// Numbers of the duties before it.
    pub after: Vec<u32>,
    /// 牵头.
    pub lead: String,
    /// Cells of the units shown.
    pub cells: Vec<CellRow>,
    /// Version for forms.
    pub version: i64,
}

/// A line of the 问责清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationRow {
    /// Id.
    pub id: WarningLineId,
    /// Number, from 1.
    pub no: u32,
    /// 情形.
    pub text: String,
    /// Ways of handling on three levels.
    pub handling: [String; 3],
    /// 依据.
    pub basis: String,
    /// Version for forms.
    pub version: i64,
}

/// A unit's 会签.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignRow {
    /// Unit.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// Tone of its state.
    pub tone: Tone,
    /// Word of it.
    pub word: String,
    /// Who, when, what.
    pub words: String,
    /// The viewer countersigns in person.
    pub may_sign: bool,
    /// The viewer may note a paper.
    pub may_note: bool,
    /// An objection waits to be settled.
    pub objected: bool,
    /// Version for forms.
    pub version: i64,
}

/// A notice as a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    /// Id.
    pub id: WarningNoticeId,
    /// 文号, empty while it waits for one.
    pub number: String,
    /// Unit as it was called.
    pub unit: String,
    /// Tone of its state.
    pub tone: Tone,
    /// Word of it.
    pub word: String,
    /// Next day and who.
    pub words: String,
    /// Items and how many are struck off.
    pub items: (u32, u32),
    /// The viewer may deliver it.
    pub may_deliver: bool,
    /// The unit ended: the notice goes to the one that took over.
    pub heir: Option<(UnitId, String)>,
    /// Version for forms.
    pub version: i64,
}

/// A duty over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRow {
    /// Duty.
    pub id: WarningLineId,
    /// Number.
    pub no: u32,
    /// 任务.
    pub text: String,
    /// 牵头.
    pub unit: String,
    /// From.
    pub from: Day,
    /// 时限.
    pub due: Day,
    /// Struck off on.
    pub done: Option<Day>,
    /// Numbers of the duties before it.
    pub after: Vec<u32>,
    /// Tone.
    pub tone: Tone,
    /// How it stands, in a sentence.
    pub words: String,
    /// Process stages: name, day it was done.
    pub stages: Vec<(String, Option<Day>)>,
    /// The stage it is at, from 0.
    pub at: u32,
}

/// A 提请启动.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRow {
    /// Id, as text.
    pub id: String,
    /// Situation.
    pub situation: String,
    /// Unit.
    pub unit: String,
    /// Facts.
    pub words: String,
    /// State.
    pub state: String,
    /// Who and when; the answer.
    pub course: String,
    /// It waits for an answer.
    pub open: bool,
    /// Version for forms.
    pub version: i64,
}
