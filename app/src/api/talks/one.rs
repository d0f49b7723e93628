//! One talk, and its three lists in the making.

use domain::{
    ids::{CommandId, ItemId, PersonId, UnitId},
    talks::{CheckPoint, ListKind, Talk, Timetable},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// Which talk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TalkQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
    /// A line to change, by its number.
    #[serde(default)]
    pub line: Option<u32>,
    /// A fact to begin a problem with, by its key.
    #[serde(default)]
    pub from: Option<String>,
}

/// The item of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemLine {
    /// Number of the problem.
    pub no: u32,
    /// Item.
    pub id: ItemId,
    /// Number in the ledger.
    pub number: String,
    /// Word of its state.
    pub state: String,
    /// Struck off.
    pub closed: bool,
    /// Past its deadline, the unit's turn.
    pub overdue: bool,
    /// Waits for the plan.
    pub planning: bool,
    /// 责任领导.
    pub owner: String,
    /// 责任部门.
    pub department: String,
    /// Deadline in words.
    pub deadline: String,
    /// Deadline, ISO.
    pub due: String,
    /// 整改措施.
    pub measures: String,
}

/// A list that was passed on to a 下属单位: its state and nothing of its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Unit.
    pub unit: String,
    /// When, by whom.
    pub at: String,
    /// Word of its state.
    pub state: String,
}

/// One talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "what of a talk the viewer reads")]
pub struct TalkPage {
    /// The talk as far as the viewer may read it: without record, sources or drafts that are not his.
    pub talk: Talk,
    /// Name of the unit today, where it differs.
    pub unit_now: String,
    /// Of the commission.
    pub inside: bool,
    /// Reads internal sources.
    pub sources: bool,
    /// Reads the record.
    pub record: bool,
    /// The head himself.
    pub own: bool,
    /// The head is not in that term any more.
    pub left: bool,
    /// What the viewer may do now: keys of forms.
    pub may: Vec<String>,
    /// Days.
    pub table: Timetable,
    /// What is late, in words.
    pub late: Vec<String>,
    /// What is wanting before it can be closed; empty where the talk is not that far.
    pub unfinished: Vec<String>,
    /// Items of the problems.
    pub items: Vec<ItemLine>,
    /// Steps, the earliest first.
    pub history: Vec<String>,
    /// Who may lead it by the rule: key and name; whose talk it is first.
    pub speakers: Vec<(String, String)>,
    /// People who can lead it: key of the speaker, person, name.
    pub people: Vec<(String, PersonId, String)>,
    /// Who can be 责任领导.
    pub leaders: Vec<(PersonId, String)>,
    /// Points proposed for the 监督检查方案.
    pub points: Vec<CheckPoint>,
    /// 下属单位 that a list can be passed on to.
    pub below: Vec<(UnitId, String)>,
    /// Where it was passed on.
    pub passed: Vec<Passed>,
    /// Others of the same group: link and name.
    pub group: Vec<(String, String)>,
    /// Title of the group; empty without.
    pub group_title: String,
    /// Lines of the promise.
    pub commitment: String,
    /// Check codes of record and promise, as they are signed.
    pub hashes: [String; 2],
    /// Today, ISO.
    pub today: String,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

impl TalkPage {
    /// Does the viewer have this form?
    pub fn can(&self, act: &str) -> bool {
        self.may.iter().any(|may| may == act)
    }
}

/// Something that the system knows and that may belong on a list. Nothing is taken before somebody takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Key: `risk:…`, `case:…`, `duty:…`, `item:…`, `late:…`, `remark:…`.
    pub key: String,
    /// Which list.
    pub list: ListKind,
    /// What it says.
    pub text: String,
    /// Where it is from.
    pub why: String,
}

/// The three lists in the making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparePage {
    /// The talk.
    pub talk: Talk,
    /// Reads and sets internal sources.
    pub sources: bool,
    /// May change the lists now.
    pub may: bool,
    /// 方面 to choose.
    pub areas: Vec<String>,
    /// What the system knows.
    pub suggestions: Vec<Suggestion>,
    /// Items of the list that a problem can be about: id and words.
    pub duties: Vec<(String, String)>,
    /// What is wanting before the lists can go to the approval.
    pub wanting: Vec<String>,
    /// The line that is changed.
    pub line: Option<u32>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal, or what a fact begins a problem with.
    pub draft: Draft,
}
