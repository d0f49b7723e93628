//! The ledgers that a district brings on the first day: 整改, “三交底”, 提示单, 建议书, mostly in merged cells. Owns reading
//! their lines, what is asked about them, and which of them the system has already. Refuses units that it does not know
//! and a 文号 that stands on two units.

mod line;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    accountability::{Brought, External, ItemKind, Owner, Progress},
    ids::{PostId, UnitId},
    papers::number,
    text::{LINE_MAX, NAME_MAX},
    time::{Day, WorkCalendar, zh},
};
use serde::{Deserialize, Serialize};

use super::{
    folding::{same_text, tidy},
    grid::{Book, Row},
    headers::{self, Field, Table},
    preview::{Answers, CellProblem, Choice, Outcome, PlannedRow, Preview, Question, UnitFact, UnitIndex},
    raters::{KnownPerson, matched},
};
use line::Line;
use words::Until;

/// Longest problem, demand, measures or result, in characters.
const TEXT_MAX: usize = 2_000;
/// Working days that an overdue open line gets, if the office wants it so (示范).
const ANEW: u32 = 30;

/// Which ledger a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerOf {
    /// 问题整改台账, with a column for the source.
    Work,
    /// “三交底”问题台账.
    Talk,
    /// 提示单台账.
    Prompt,
    /// 建议书台账.
    Recommendation,
}

impl LedgerOf {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Work, Self::Talk, Self::Prompt, Self::Recommendation];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Talk => "talk",
            Self::Prompt => "prompt",
            Self::Recommendation => "recommendation",
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Work => "问题整改台账",
            Self::Talk => "“三交底”问题台账",
            Self::Prompt => "提示单台账",
            Self::Recommendation => "纪检监察建议书台账",
        }
    }

    /// The ledger of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.key() == key)
    }

    fn kind(self) -> ItemKind {
        match self {
            Self::Work => ItemKind::Daily,
            Self::Talk => ItemKind::Talk,
            Self::Prompt => ItemKind::Prompt,
            Self::Recommendation => ItemKind::Recommendation,
        }
    }
}

/// A unit with the post that answers for it.
#[derive(Debug, Clone)]
pub struct Answering {
    /// Unit.
    pub fact: UnitFact,
    /// Its head post.
    pub post: Option<PostId>,
}

/// The district as it is.
#[derive(Debug, Clone, Default)]
pub struct LedgerSnapshot {
    /// Units that have not ended.
    pub units: Vec<Answering>,
    /// Persons.
    pub persons: Vec<KnownPerson>,
    /// Holidays.
    pub calendar: WorkCalendar,
}

/// One line, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// Kind.
    pub kind: ItemKind,
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Head post.
    pub post: PostId,
    /// What is wrong.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// Deadline.
    pub deadline: Option<Day>,
    /// The rest.
    pub line: Brought,
}

/// What the lines of a file say before it is known which of them are there already.
pub struct Lines {
    rows: Vec<(String, u32, LedgerLine)>,
    errors: Vec<CellProblem>,
    questions: Vec<Question>,
    notes: Vec<String>,
}

const FIELDS: &[Field] = &[
    Field { key: "code", names: &["序号"], hints: &[] },
    Field {
        key: "unit",
        names: &["单位", "责任单位", "整改单位", "被监督单位", "受文单位", "被谈话单位", "单位名称", "所在单位"],
        hints: &["单位"],
    },
    Field {
        key: "problem",
        names: &[
            "问题",
            "存在问题",
            "发现问题",
            "反馈问题",
            "问题描述",
            "具体问题",
            "问题清单",
            "病症",
            "提示事项",
            "建议事项",
        ],
        hints: &["问题", "事项"],
    },
    Field { key: "source", names: &["来源", "问题来源"], hints: &["来源"] },
    Field {
        key: "demand",
        names: &["整改要求", "工作要求", "处方", "提示内容", "建议内容", "整改建议", "意见建议"],
        hints: &["要求", "建议"],
    },
    Field { key: "measures", names: &["整改措施", "措施", "整改举措"], hints: &["措施", "举措"] },
    Field { key: "owner", names: &["责任领导", "牵头领导", "分管领导", "责任人"], hints: &["领导"] },
    Field {
        key: "department", names: &["责任部门", "责任科室", "牵头部门", "责任处室"], hints: &["部门", "科室"]
    },
    Field {
        key: "opened",
        names: &[
            "挂账日期",
            "反馈日期",
            "发现日期",
            "谈话日期",
            "发文日期",
            "发出日期",
            "下发日期",
            "反馈时间",
            "谈话时间",
        ],
        hints: &[],
    },
    Field {
        key: "closed", names: &["销号日期", "销号时间", "完成日期", "完成时间", "办结日期"], hints: &[]
    },
    Field {
        key: "deadline",
        names: &["整改期限", "整改时限", "完成时限", "完成期限", "回复期限", "答复期限", "期限", "时限"],
        hints: &["时限", "期限"],
    },
    Field {
        key: "state",
        names: &["整改状态", "状态", "进度", "是否销号", "是否完成", "办理状态"],
        hints: &["状态", "销号"],
    },
    Field {
        key: "evidence",
        names: &["整改情况", "整改进展", "进展情况", "落实情况", "完成情况", "回复情况", "答复情况"],
        hints: &["情况", "进展"],
    },
    Field {
        key: "number",
        names: &["文号", "发文字号", "提示单编号", "建议书编号", "外部编号", "原编号", "台账编号", "编号"],
        hints: &["文号", "编号"],
    },
];

fn enough(keys: &[&str]) -> bool {
    keys.contains(&"unit") && keys.contains(&"problem")
}

/// What is asked about the whole file, with the rows it is about.
#[derive(Default)]
struct Asked {
    states: BTreeMap<String, Vec<u32>>,
    undated: Vec<u32>,
    late: Vec<u32>,
    open_ended: Vec<u32>,
}

/// Reads the lines of a file.
pub fn read(book: &Book, of: LedgerOf, snapshot: &LedgerSnapshot, answers: &Answers, today: Day) -> Lines {
    let found = headers::find(book, FIELDS, enough);
    let (mut errors, mut notes) = (found.problems, found.notes);
    let facts: Vec<UnitFact> = snapshot.units.iter().map(|u| u.fact.clone()).collect();
    let units = UnitIndex::of(&facts);
    let mut rows: Vec<(String, u32, LedgerLine)> = Vec::new();
    let mut asked = Asked::default();
    for table in &found.tables {
        for row in table.rows().filter(|row| !table.says_nothing(row)) {
            let before = errors.len();
            errors.extend(table.faults(row));
            if errors.len() > before {
                continue;
            }
            let mut reader = Line { table, row, of, snapshot, today, answers, errors: &mut errors, asked: &mut asked };
            for line in reader.read(&units) {
                rows.push((table.grid.name.clone(), row.number, line));
            }
        }
    }
    numbers_once(&rows, &mut errors);
    if rows.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到问题。请确认台账填在表头下面。".to_owned());
    }
    if !asked.open_ended.is_empty() {
        let list = super::preview::row_list(&asked.open_ended);
        notes.push(format!("{list}没有写明日期（如“长期坚持”），按类别的默认期限导入，导入后可在台账里延期。"));
    }
    let questions = questions(&asked, answers);
    Lines { rows, errors, questions, notes }
}

impl Lines {
    /// Units that the lines are about.
    pub fn units(&self) -> HashSet<UnitId> {
        self.rows.iter().map(|(_, _, line)| line.unit).collect()
    }

    /// The plan: lines whose problem the unit has already (`known`: unit, kind, problem) are skipped.
    pub fn plan(self, known: &HashSet<(UnitId, ItemKind, String)>) -> Preview<LedgerLine> {
        let Self { rows, mut errors, questions, notes } = self;
        let mut seen: HashMap<(UnitId, ItemKind, String), u32> = HashMap::new();
        let mut planned = Vec::with_capacity(rows.len());
        for (sheet, number, line) in rows {
            let key = (line.unit, line.kind, same(&line.problem));
            if let Some(first) = seen.insert(key.clone(), number) {
                errors.push(CellProblem {
                    sheet,
                    row: number,
                    column: String::new(),
                    header: "问题".to_owned(),
                    value: line.problem.chars().take(30).collect(),
                    message: format!("与第{first}行重复：同一单位的同一个问题只能挂账一次。请只保留一行。"),
                });
                continue;
            }
            let outcome = if known.contains(&key) { Outcome::Skipped } else { Outcome::New };
            planned.push(PlannedRow { sheet, row: number, outcome, item: line });
        }
        Preview::of(planned, errors, questions, notes)
    }
}

/// A problem for comparison.
pub fn same(problem: &str) -> String {
    same_text(problem)
}

/// A number that stands on papers of two units is one of them by mistake.
fn numbers_once(rows: &[(String, u32, LedgerLine)], errors: &mut Vec<CellProblem>) {
    let mut held: HashMap<&str, (&LedgerLine, u32)> = HashMap::new();
    for (sheet, row, line) in rows {
        let Some(external) = line.line.external.as_ref().filter(|e| number::parse(&e.number).is_some()) else {
            continue;
        };
        if !line.kind.is_replied() {
            continue;
        }
        let (first, at) = *held.entry(external.number.as_str()).or_insert((line, *row));
        if first.unit != line.unit && at != *row {
            errors.push(CellProblem {
                sheet: sheet.clone(),
                row: *row,
                column: String::new(),
                header: "文号".to_owned(),
                value: external.number.clone(),
                message: format!(
                    "文号“{}”第{at}行已用于{}。一个文号只能用于一份文书，请核对。",
                    external.number, first.unit_name
                ),
            });
        }
    }
}

fn questions(asked: &Asked, answers: &Answers) -> Vec<Question> {
    let choice = |key: &str, label: &str| Choice { key: key.to_owned(), label: label.to_owned() };
    let given = |id: &str, otherwise: &str| answers.get(id).unwrap_or(otherwise).to_owned();
    let mut out: Vec<Question> = asked
        .states
        .iter()
        .map(|(wording, rows)| {
            let id = format!("state:{wording}");
            Question {
                proposal: given(&id, Progress::Working.key()),
                id,
                value: wording.clone(),
                question: "这是什么进度？".to_owned(),
                rows: rows.clone(),
                options: Progress::ALL.iter().map(|p| choice(p.key(), p.label())).collect(),
            }
        })
        .collect();
    if !asked.undated.is_empty() {
        out.push(Question {
            id: "undated".to_owned(),
            value: "已销号，没有日期".to_owned(),
            question: "销号日期按哪一天登记？".to_owned(),
            rows: asked.undated.clone(),
            proposal: given("undated", "deadline"),
            options: vec![choice("deadline", "按整改期限（晚于今天的按今天）"), choice("today", "按今天")],
        });
    }
    if !asked.late.is_empty() {
        out.push(Question {
            id: "late".to_owned(),
            value: "没有完成，期限已过".to_owned(),
            question: "这些问题的期限怎么定？".to_owned(),
            rows: asked.late.clone(),
            proposal: given("late", "anew"),
            options: vec![
                choice("anew", &format!("自今天起重新给 {ANEW} 个工作日")),
                choice("keep", "保留原期限，列为逾期"),
            ],
        });
    }
    out
}
