//! What a colour is made of. Facts go in, colours with their reasons come out; both
//! are data and can be stored and compared. The rule itself stands in `rules`.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::Tone;
use crate::{
    duties::{Frequency, ListState},
    ids::{DutyId, OccurrenceId, PostId, RecordId, RemarkId},
    time::{Day, Window},
};

/// The record that satisfied an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Satisfied {
    /// Record.
    pub record: RecordId,
    /// When it happened.
    pub event_on: Day,
    /// When it was recorded.
    pub recorded_on: Day,
    /// 已核实 by a checker.
    pub verified: bool,
}

/// One open occurrence of an item. Cancelled ones are no facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Occurrence.
    pub id: OccurrenceId,
    /// Window.
    pub window: Window,
    /// Last day to do it.
    pub due: Day,
    /// The satisfying record, if any.
    pub satisfied: Option<Satisfied>,
}

/// 核查不符: a 翻阅检查 found that a record of the item does not match what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refuted {
    /// The remark that two readers agreed on.
    pub remark: RemarkId,
    /// When the second reader agreed.
    pub on: Day,
    /// A record came after it: it waits for the checker, and `true` once he marked it 已核实.
    pub answered: Option<bool>,
}

/// One item of the list in force, with its occurrences of the year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub text: String,
    /// The frequency that its windows follow (see `duties::cadence`).
    pub cadence: Frequency,
    /// May it go red?
    pub hard: bool,
    /// Has a record of the year named it? What counts for 随时 items, which have no occurrence.
    pub recorded: bool,
    /// 核查不符, where two readers found so.
    pub refuted: Option<Refuted>,
    /// Its occurrences.
    pub occurrences: Vec<Fact>,
}

/// The list of post and year as the board needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFacts {
    /// State of the newest edition.
    pub state: ListState,
    /// Last day for the receipt (`LeaderList::receipt_due`).
    pub receipt_due: Option<Day>,
    /// Last day before it becomes a telephone item (`LeaderList::telephone_after`).
    pub telephone_after: Option<Day>,
    /// When it was signed.
    pub signed_on: Option<Day>,
}

/// 督: the step of this period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OversightFacts {
    /// Name of the step, such as 半年梳理.
    pub step: String,
    /// When both signed.
    pub done_on: Option<Day>,
    /// Last day for the supervising body.
    pub due: Option<Day>,
    /// First day on which another step is this period's, or on which its announced reading begins.
    pub next: Option<Day>,
    /// A reading for it has begun and is not signed by both.
    pub underway: bool,
}

/// 评: the last sealed review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFacts {
    /// Year and grade (等次) of the last sealed review; `None` where there was none or the
    /// viewer may not see it.
    pub sealed: Option<(i32, String)>,
    /// Day of the next review.
    pub next_on: Option<Day>,
}

/// 问: rectification going on. Never 问责 itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationFacts {
    /// 整改在办.
    pub open: u32,
    /// 其中逾期.
    pub overdue: u32,
    /// Past their deadline since before the head arrived or the district began: never his, and no colour.
    #[serde(default)]
    pub before: u32,
    /// Next day after which one of the open ones is overdue.
    pub next_due: Option<Day>,
}

/// All that is known of one post in one year. The colours depend on nothing else but
/// the rules and the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// 启用日.
    pub enabled_on: Day,
    /// First day of the present head's term; `None` while the post is vacant.
    pub term_from: Option<Day>,
    /// Times without a head.
    pub vacancies: Vec<Window>,
    /// The list, `None` if there is none.
    pub list: Option<ListFacts>,
    /// Items of the list in force; empty while nothing is issued.
    pub items: Vec<ItemFacts>,
    /// 督; `None` while no feature feeds it.
    pub oversight: Option<OversightFacts>,
    /// 评; `None` while no feature feeds it.
    pub review: Option<ReviewFacts>,
    /// 问; `None` while no feature feeds it.
    pub rectification: Option<RectificationFacts>,
    /// Occurrences that nobody is asked for any more: 容错 was decided, or they were cleared. They cause no colour, and
    /// no reason says why: that is for those authorised (domain 2.6).
    #[serde(default)]
    pub excused: BTreeSet<OccurrenceId>,
}

impl Facts {
    /// Facts of a post that nothing is known of yet.
    pub fn empty(post: PostId, year: i32, enabled_on: Day) -> Self {
        Self {
            post,
            year,
            enabled_on,
            term_from: None,
            vacancies: Vec::new(),
            list: None,
            items: Vec::new(),
            oversight: None,
            review: None,
            rectification: None,
            excused: BTreeSet::new(),
        }
    }

    /// Is somebody asked for what falls due on `due`? Not before 启用日 or arrival, not while
    /// the post was or is vacant.
    pub fn obliges(&self, due: Day) -> bool {
        self.term_from.is_some_and(|from| due >= from)
            && due >= self.enabled_on
            && !self.vacancies.iter().any(|v| v.holds(due))
    }

    /// [`obliges`](Self::obliges), and it was not excused.
    pub fn asks_for(&self, fact: &Fact) -> bool {
        self.obliges(fact.due) && !self.excused.contains(&fact.id)
    }
}

/// What a colour rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum FactId {
    /// An occurrence.
    Occurrence(OccurrenceId),
    /// A record.
    Record(RecordId),
    /// A remark of a 翻阅检查: 核查不符.
    Remark(RemarkId),
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Occurrence(id) => write!(f, "occurrence:{id}"),
            Self::Record(id) => write!(f, "record:{id}"),
            Self::Remark(id) => write!(f, "remark:{id}"),
        }
    }
}

/// The colour of one item, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// Item.
    pub duty_id: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub text: String,
    /// Tone.
    pub tone: Tone,
    /// Past its due day without a record: 逾期 for a hard item, 「需关注」 for an ordinary one.
    pub overdue: bool,
    /// 核查不符 is what makes it so, whatever its dates.
    pub refuted: bool,
    /// One plain sentence: number, text, window, date.
    pub reason: String,
    /// What it rests on.
    pub facts: Vec<FactId>,
    /// 已落实、推进中、未到期.
    pub progress: Progress,
    /// Version of the rules.
    pub rule_version: u32,
    /// First day on which time alone changes tone or reason; `None` if time cannot.
    pub valid_until: Option<Day>,
}

impl Colour {
    /// Word beside the icon.
    pub fn word(&self) -> &'static str {
        closer(self.tone, self.refuted, self.overdue)
    }
}

/// Word for yellow that is not 临近到期.
pub const NEEDS_ATTENTION: &str = "需关注";

/// Word for red, or yellow, that no date made so: two readers found that a record does not match what was done.
pub const REFUTED: &str = "核查不符";

fn closer(tone: Tone, refuted: bool, overdue: bool) -> &'static str {
    match tone {
        Tone::Late | Tone::Warn if refuted => REFUTED,
        Tone::Warn if overdue => NEEDS_ATTENTION,
        _ => tone.word(),
    }
}

/// [`Colour::word`] of a colour of which only tone and reason were kept: a change in the history, or what stood where
/// somebody asked.
pub fn word_of(tone: Tone, reason: &str) -> &'static str {
    // Neither the item's own text nor the name of a rule may decide it.
    let said = reason.split_once('」').map_or(reason, |(_, rest)| rest);
    let said = said.split_once("；按补充规则").map_or(said, |(rest, _)| rest);
    closer(tone, said.contains(FOUND), said.contains(OVER))
}

/// What every reason of 核查不符 says.
pub(super) const FOUND: &str = "认定核查不符";
/// What every reason of something past its day says.
pub(super) const OVER: &str = "已到期";

/// How far an item is. Items are counted, never occurrences or entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// 已落实: recorded, and nothing that fell due so far is wanting.
    Done,
    /// 推进中: something that fell due, or is about to, is wanting.
    Going,
    /// 未到期: nothing due yet.
    NotDue,
}

impl Progress {
    /// What 「已落实」 says of items, wherever they are counted.
    pub const DONE_MEANS: &'static str =
        "已落实，指到今天为止到期的都已落实；本期还没有记录、还没有到期的（显示黄色）也在内";

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "已落实",
            Self::Going => "推进中",
            Self::NotDue => "未到期",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Going => "going",
            Self::NotDue => "not_due",
        }
    }

    /// The progress of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Done, Self::Going, Self::NotDue].into_iter().find(|p| p.key() == key)
    }
}
