//! The plan of the demonstration district as plain data: everything refers to everything
//! else by its place in a list, ids are made when it is loaded. No clock, no database.

use chrono::Datelike as _;
use domain::{
    duties::{Action, DutyItem, DutyListKey, Evidence, Frequency, Source},
    ids::DutyId,
    people::{Role, UnitKind},
    records::RecordKind,
    time::{Day, Instant, WorkCalendar},
};

use super::holidays::Holiday;

/// Place of a unit in [`DemoPlan::units`]; the first ones are [`super::houses::HOUSES`] in order.
pub type UnitNo = usize;
/// Place of a person in [`DemoPlan::persons`].
pub type PersonNo = usize;
/// Place of a record among the records, in the order of the plan.
pub type RecordNo = usize;

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPlan {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// 区委.
    pub leads_district: bool,
    /// 归口表: team, office, committee.
    pub watched_by: [Option<UnitNo>; 3],
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonPlan {
    /// Name.
    pub name: String,
    /// Acts in the story, so has an account.
    pub acts: bool,
    /// Sign-in name of a demonstration account with the shared password.
    pub login: Option<&'static str>,
    /// Roles beside 一把手: role, unit, already confirmed.
    pub roles: Vec<(Role, UnitNo, bool)>,
}

/// A term in a post; the head post of a unit has the title of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermPlan {
    /// Unit.
    pub unit: UnitNo,
    /// Title.
    pub title: &'static str,
    /// Head post of its unit.
    pub head: bool,
    /// Person.
    pub person: PersonNo,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Option<Day>,
    /// 主持工作.
    pub acting: bool,
}

impl TermPlan {
    /// Does it run on `day`?
    pub fn runs_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A 自选动作.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionalItem {
    /// Unit.
    pub house: UnitNo,
    /// Year.
    pub year: i32,
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: &'static str,
    /// Frequency.
    pub frequency: Frequency,
    /// Named date.
    pub due: Option<(u32, u32)>,
    /// Where it comes from, for the office only.
    pub source: Source,
    /// Comes with the second edition.
    pub second_edition: bool,
}

impl OptionalItem {
    /// As an item of a list.
    pub fn item(&self, duty: DutyId) -> DutyItem {
        DutyItem {
            duty,
            code: self.code.clone(),
            group_no: 14,
            group: "自选动作".to_owned(),
            text: self.text.to_owned(),
            frequency: self.frequency,
            due: self.due,
            months: Vec::new(),
            evidence: vec![Evidence::Ledger, Evidence::Inspection],
            action: Action::Optional,
            hard: false,
            routine: false,
            list: DutyListKey::first_responsible(),
            source: Some(self.source),
        }
    }
}

/// How a list is signed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The name typed.
    Typed,
    /// Drawn by hand.
    Drawn,
    /// On paper, noted by the office.
    Paper,
}

/// A record to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlan {
    /// Its number.
    pub no: RecordNo,
    /// Unit.
    pub house: UnitNo,
    /// 履责类型.
    pub kind: RecordKind,
    /// Text.
    pub text: String,
    /// When it happened.
    pub event_on: Day,
    /// Items it corresponds to.
    pub codes: Vec<String>,
    /// Typed by the 联络员.
    pub proxy: bool,
}

/// How far a reading has come when the story ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Both signed.
    Signed,
    /// The head has still to sign.
    Signing,
    /// The readers are reading.
    Running,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The templates of a year are published.
    Publish,
    /// The office makes a list.
    Make,
    /// It goes to the unit.
    Send,
    /// The unit's words; empty for 无意见.
    Comment(&'static str),
    /// 提交审定.
    Submit,
    /// 审定.
    Approve,
    /// 退回起草.
    Return(&'static str),
    /// 下达, in force from the day.
    Issue(Day),
    /// 签收.
    Sign(How),
    /// The office drafts the second edition.
    Revise(Day),
    /// The head leaves; nobody follows yet.
    Leave,
    /// A new head arrives.
    Arrive,
    /// One side signs the 移交单.
    HandOver {
        /// The former head's side.
        former: bool,
        /// How.
        how: How,
    },
    /// A record is saved.
    Save(RecordPlan),
    /// The head confirms a 代录.
    Confirm(RecordNo),
    /// The head refuses a 代录.
    Refuse(RecordNo, &'static str),
    /// The head corrects a record.
    Correct(RecordNo, String),
    /// A checker reads the book on one day and marks these records as 已核实.
    Verify(Vec<RecordNo>),
    /// 翻阅检查 of a book, announced.
    Read(Reading),
    /// The head signs the 年度结转 of his book.
    Close(How),
    /// A yearly task is given.
    Task(TaskPlan),
    /// A yearly task is done.
    Done(String),
    /// A step of a review meeting or of what followed.
    Review(super::meeting::Review),
    /// A report of the office, taken through its steps at once.
    Report(super::briefs::Brief),
    /// A step of the year's plan of 督责.
    Season(super::season::Season),
    /// A step of the colour rules, or of a question about a colour.
    Warn(super::warnings::Warning),
    /// A part of the story of “一件事”.
    Matter(super::matters::Telling),
    /// A step of a “三交底” talk.
    Talk(super::talks::Talking),
    /// A step of the closed loop beside reviews, talks and matters.
    Account(super::ledger::Accounting),
    /// A step of 文号, 通报, 容错纠错 or 澄清正名.
    File(super::documents::Filing),
}

/// A yearly task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskPlan {
    /// 任务.
    pub title: String,
    /// 节点.
    pub node: &'static str,
    /// 完成时限.
    pub due_on: Day,
    /// 责任人.
    pub owner: &'static str,
    /// 完成标志.
    pub done_mark: &'static str,
    /// Internal source.
    pub source: Option<Source>,
}

/// One step of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// Unit it is about; meaningless for [`Act::Publish`].
    pub house: UnitNo,
    /// Year of the list, book or task.
    pub year: i32,
    /// What.
    pub act: Act,
}

/// The whole district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPlan {
    /// Seed.
    pub seed: u64,
    /// First start: the story ends the evening before.
    pub base: Day,
    /// When the district was set up.
    pub founded: Day,
    /// 启用日.
    pub enabled_on: Day,
    /// Holidays of both years.
    pub holidays: Vec<Holiday>,
    /// Units.
    pub units: Vec<UnitPlan>,
    /// Persons.
    pub persons: Vec<PersonPlan>,
    /// Terms, head posts and others, in the order of units.
    pub terms: Vec<TermPlan>,
    /// 自选动作.
    pub optional: Vec<OptionalItem>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

impl DemoPlan {
    /// This year and the last.
    pub fn years(&self) -> [i32; 2] {
        [self.base.year() - 1, self.base.year()]
    }

    /// The head term of a house on `day`.
    pub fn head_on(&self, house: UnitNo, day: Day) -> Option<&TermPlan> {
        self.terms.iter().find(|t| t.head && t.unit == house && t.runs_on(day))
    }

    /// The person of a name.
    pub fn person(&self, name: &str) -> Option<PersonNo> {
        self.persons.iter().position(|p| p.name == name)
    }
}

/// Keeps steps that follow one another in their order: a holiday week pushes several of their days to the one before it.
pub fn rising(mut steps: Vec<Step>) -> Vec<Step> {
    let mut last = Instant(i64::MIN);
    for step in &mut steps {
        if step.at <= last {
            step.at = last.plus_ms(10 * 60_000);
        }
        last = step.at;
    }
    steps
}

/// Time of day on a day.
pub fn at(day: Day, hour: u32, minute: u32) -> Instant {
    Instant::start_of(day).plus_ms(i64::from(hour * 60 + minute) * 60_000)
}

/// The day `n` working days before `day`.
pub fn minus_working(calendar: &WorkCalendar, day: Day, n: u32) -> Day {
    let mut at = day;
    let mut left = n;
    for _ in 0..400 {
        if left == 0 {
            break;
        }
        at = at.pred_opt().unwrap_or(at);
        if calendar.is_working(at) {
            left -= 1;
        }
    }
    at
}

/// `day` itself where it is worked, else the working day before.
pub fn worked(calendar: &WorkCalendar, day: Day) -> Day {
    if calendar.is_working(day) { day } else { minus_working(calendar, day, 1) }
}
