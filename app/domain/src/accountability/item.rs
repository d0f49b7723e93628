//! The item itself: what is wrong, who puts it right by when, and where it stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Days, Hand, ItemEvent, ItemKind, State, Step, Waits, near};
use crate::{
    Rejection,
    ids::{DutyId, ItemId, PersonId, PostId, UnitId},
    text,
    time::{Day, WorkCalendar, zh},
};

/// Longest problem, measures or evidence, in characters.
pub(super) const TEXT_MAX: usize = 2_000;

/// Where an item came from. The feature keeps its own document, never a status.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Feature, by the house's word: `reviews`, `oversight`, `talks`, `warnings`.
    pub feature: String,
    /// Id of the document there, such as the 评议反馈单.
    pub id: String,
}

/// 责任领导.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The person, where known to the system; without, he confirms on paper.
    pub person: Option<PersonId>,
    /// Name on the ledger.
    pub name: String,
}

/// The number of the same matter in another ledger (七项问题清单 and so on), so that nothing is typed twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Name of that ledger.
    pub ledger: String,
    /// Number in it.
    pub number: String,
}

/// The one extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Deadline before.
    pub from: Day,
    /// Deadline asked for.
    pub to: Day,
    /// Why.
    pub reason: String,
    /// `None` while it waits for the office.
    pub granted: Option<bool>,
}

/// 挂起.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Since.
    pub since: Day,
    /// Why.
    pub reason: String,
    /// State that comes back.
    pub state: State,
}

/// Who acted in the present run, for the rule that no two of these hands are one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hands {
    /// Filled in.
    pub filler: Option<PersonId>,
    /// Confirmed as 责任领导 (none when on paper).
    pub leader: Option<PersonId>,
    /// Applied.
    pub applicant: Option<PersonId>,
    /// Checked.
    pub checker: Option<PersonId>,
}

/// What was handed in with the application, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Day of the present application.
    pub on: Option<Day>,
    /// Returns so far; at two the 分管副书记 decides.
    pub returns: u32,
    /// Words of the last return.
    pub returned_for: String,
}

/// What proves that it was put right: a record or a document of the unit's own, never a text from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// `record` or `regulation`.
    pub kind: String,
    /// Id there.
    pub id: String,
    /// What everybody who reads the item may know of it: 「履责记录第12页（6月3日 专题研究）」, the title of a 制度.
    pub title: String,
}

/// A unit with its head post, as an item is handed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its head post.
    pub post: PostId,
}

/// What it takes to open an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewItem {
    /// Id.
    pub id: ItemId,
    /// Where from.
    pub origin: Origin,
    /// Kind.
    pub kind: ItemKind,
    /// Unit that puts it right.
    pub unit: UnitId,
    /// Post that answers for it; stays with the post when the head changes (H10).
    pub post: PostId,
    /// Item of the duty list it is about.
    pub duty: Option<DutyId>,
    /// What is wrong.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// Deadline; `None` takes the default of the kind.
    pub deadline: Option<Day>,
}

/// An item of the closed loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Id.
    pub id: ItemId,
    /// Where from.
    pub origin: Origin,
    /// Kind.
    pub kind: ItemKind,
    /// Unit.
    pub unit: UnitId,
    /// Post.
    pub post: PostId,
    /// Item of the duty list.
    pub duty: Option<DutyId>,
    /// What is wrong. Its source inside the commission is never in here: units read 「监督中发现」.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// 责任领导, from the plan on.
    pub owner: Option<Owner>,
    /// 责任部门（科室）.
    pub department: String,
    /// Handed over.
    pub opened_on: Day,
    /// To be finished by.
    pub deadline: Day,
    /// 整改措施.
    pub measures: String,
    /// Day of the 党组会 that adopted the plan.
    pub planned_on: Option<Day>,
    /// 整改情况 and evidence, as filled in last.
    pub evidence: String,
    /// State.
    pub state: State,
    /// Since which day it is in it.
    pub since: Day,
    /// Application and returns.
    pub applied: Applied,
    /// Who acted.
    pub hands: Hands,
    /// The one extension.
    pub extension: Option<Extension>,
    /// On hold.
    pub pause: Option<Pause>,
    /// Linked number.
    pub external: Option<External>,
    /// An earlier item that this one repeats.
    pub repeats: Option<ItemId>,
    /// Struck off on.
    pub closed_on: Option<Day>,
    /// Handed to the present unit, where it is not the first.
    #[serde(default)]
    pub handed_on: Option<Day>,
    /// On the short path: 立行立改.
    #[serde(default)]
    pub quick: bool,
    /// 容错 was decided, or it was cleared: its delay is no colour any more ([`crate::tolerance`]).
    #[serde(default)]
    pub excused: bool,
    /// What proves the last filling-in.
    #[serde(default)]
    pub proofs: Vec<Proof>,
    /// Counted up by every step.
    pub version: u32,
}

impl ItemKind {
    /// Where an item of the kind begins.
    pub(super) fn first(self) -> State {
        if self.is_signed() {
            State::Unsigned
        } else if self.is_planned() {
            State::Planning
        } else {
            State::Working
        }
    }
}

/// A text of the loop: bounded, and nothing in it that must not be stored.
pub(super) fn clean(field: &str, label: &str, value: &str, max: usize) -> Result<String, Rejection> {
    text::required(field, label, value, max)
}

impl Item {
    /// Puts a matter on the account. The event is the first of its history.
    ///
    /// # Errors
    /// A missing or too long problem or demand; a deadline that is not in the future, or too far in it.
    pub fn open(new: NewItem, by: &Hand, on: Day, calendar: &WorkCalendar) -> Result<(Self, ItemEvent), Rejection> {
        let deadline = new.deadline.unwrap_or_else(|| calendar.plus_working(on, new.kind.days().work));
        if deadline <= on {
            return Err(Rejection::field("deadline", "整改期限应晚于今天，没有保存。请重新选择日期。"));
        }
        let deadline = near("deadline", deadline, on)?;
        let state = new.kind.first();
        let item = Self {
            id: new.id,
            origin: new.origin,
            kind: new.kind,
            unit: new.unit,
            post: new.post,
            duty: new.duty,
            problem: clean("problem", "问题", &new.problem, TEXT_MAX)?,
            demand: clean("demand", "整改要求", &new.demand, TEXT_MAX)?,
            owner: None,
            department: String::new(),
            opened_on: on,
            deadline,
            measures: String::new(),
            planned_on: None,
            evidence: String::new(),
            state,
            since: on,
            applied: Applied::default(),
            hands: Hands::default(),
            extension: None,
            pause: None,
            external: None,
            repeats: None,
            closed_on: None,
            handed_on: None,
            quick: false,
            excused: false,
            proofs: Vec::new(),
            version: 1,
        };
        let event = ItemEvent::new(Step::Open, by, on, state, item.problem.clone());
        Ok((item, event))
    }

    /// Is it ended?
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Day since which the present unit has it: its days to sign and to plan run from there.
    pub fn handed(&self) -> Day {
        self.handed_on.unwrap_or(self.opened_on)
    }

    /// Day by which the present stage should be done, and by whom.
    pub fn due(&self, calendar: &WorkCalendar) -> Option<(Day, Waits)> {
        let days: Days = self.kind.days();
        let after = |from: Day, n: u32| calendar.plus_working(from, n);
        let day = match self.state {
            State::Unsigned => after(self.handed(), days.sign),
            State::Planning => after(self.handed(), days.plan),
            State::Working | State::Filled | State::Confirmed => self.deadline,
            State::Checking => after(self.since, days.check),
            State::Checked | State::Deciding => after(self.since, days.strike),
            State::Suspended | State::Closed => return None,
        };
        Some((day, self.state.waits()))
    }

    /// Is the unit late: past the deadline with the application not yet made? Only this is red (hard).
    pub fn is_overdue(&self, today: Day) -> bool {
        self.state.waits() == Waits::Unit && today > self.deadline && !self.excused
    }

    /// The day up to which its delay counts in ledgers: the deadline; of what was excused, no day that comes.
    pub fn counts_until(&self) -> Day {
        let never = Day::from_ymd_opt(9999, 12, 31).unwrap_or(self.deadline);
        if self.excused { never } else { self.deadline }
    }

    /// Is the body whose turn it is late? For the unit this also covers 签收 and 方案, which are yellow at most.
    pub fn is_late(&self, today: Day, calendar: &WorkCalendar) -> bool {
        self.due(calendar).is_some_and(|(day, _)| today > day)
    }

    /// Steps that make sense now; who may take them is asked of access. For buttons.
    pub fn next(&self) -> Vec<Step> {
        let mut steps = match self.state {
            State::Unsigned => vec![Step::Sign, Step::Settle],
            State::Planning => vec![Step::Plan, Step::Settle],
            State::Working => vec![Step::Progress, Step::Fill, Step::Owner],
            State::Filled => vec![Step::Lead, Step::Return, Step::Owner],
            State::Confirmed => vec![Step::Apply, Step::Return],
            State::Checking => vec![Step::Check, Step::Return],
            State::Checked => vec![Step::Strike, Step::Return],
            State::Deciding => vec![Step::Decide],
            State::Suspended => vec![Step::Resume],
            State::Closed => Vec::new(),
        };
        if self.state.waits() == Waits::Unit {
            match &self.extension {
                None => steps.push(Step::AskExtension),
                Some(e) if e.granted.is_none() => steps.extend([Step::Extend, Step::RefuseExtension]),
                Some(_) => {}
            }
        }
        if !matches!(self.state, State::Closed | State::Suspended) {
            steps.push(Step::Suspend);
        }
        if self.state.waits() == Waits::Unit || self.state == State::Suspended {
            steps.push(Step::Transfer);
        }
        steps
    }

    /// The line below the state on a page: whose turn, by when.
    pub fn words(&self, calendar: &WorkCalendar) -> String {
        let by = self.due(calendar).map(|(day, _)| zh(day)).unwrap_or_default();
        match self.state {
            State::Unsigned => format!("请于{by}前签收。"),
            State::Planning => format!("请于{by}前经党组会研究报送整改方案。"),
            State::Working if self.applied.returns > 0 => {
                format!("退回{}次：{}。请于{by}前完成。", self.applied.returns, self.applied.returned_for)
            }
            State::Working => format!("正在整改，期限{by}。"),
            State::Filled => format!("整改情况已填报，等待责任领导确认，期限{by}。"),
            State::Confirmed if self.quick => format!("已立行立改，等待主要负责人申请销号，期限{by}。"),
            State::Confirmed => format!("责任领导已确认，等待主要负责人申请销号，期限{by}。"),
            State::Checking => format!("已申请销号，监督单位应于{by}前复核。"),
            State::Checked => format!("复核已通过，党风政风监督室应于{by}前销号。"),
            State::Deciding => "已退回两次，由分管副书记审定下一步。".into(),
            State::Suspended => {
                let pause = self.pause.as_ref().map(|p| (zh(p.since), p.reason.clone())).unwrap_or_default();
                format!("{}起挂起：{}。", pause.0, pause.1)
            }
            State::Closed => self.closed_on.map(|d| format!("{}销号。", zh(d))).unwrap_or_default(),
        }
    }

    /// Key → words, for a document or an export of one line.
    pub fn fields(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("kind", self.kind.label().to_owned()),
            ("problem", self.problem.clone()),
            ("demand", self.demand.clone()),
            ("owner", self.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default()),
            ("department", self.department.clone()),
            ("opened_on", zh(self.opened_on)),
            ("deadline", zh(self.deadline)),
            ("measures", self.measures.clone()),
            ("evidence", self.evidence.clone()),
            ("state", self.state.label().to_owned()),
            ("closed_on", self.closed_on.map(zh).unwrap_or_default()),
            ("external", self.external.as_ref().map(|e| format!("{} {}", e.ledger, e.number)).unwrap_or_default()),
        ])
    }
}
