//! Duty lists: 编号, 大项, 条目, 频次, 佐证材料, 动作类型. Owns the plan of one
//! list against its open draft; never deletes: an item that the file does not
//! name stays as it is.

mod asking;
mod codes;
mod matching;

use domain::{
    duties::{Action, DutyItem, Evidence, Frequency},
    ids::DutyId,
    text::{LINE_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

use super::{
    folding::{header, numbered, tidy},
    grid::{Book, Origin, Row},
    headers::{self, Field, Table},
    preview::{Answers, Change, Outcome, PlannedRow, Preview, row_list},
};
use asking::{Asked, Wording};

/// One row of a duty list, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyRow {
    /// The item of the draft that it is; `None` for a new one.
    pub duty: Option<DutyId>,
    /// Number as printed: `6.3`.
    pub code: String,
    /// 大项 number, from 1.
    pub group_no: u32,
    /// 大项 name.
    pub group: String,
    /// What is to be done.
    pub text: String,
    /// How often.
    pub frequency: Frequency,
    /// A named date (month, day).
    pub due: Option<(u32, u32)>,
    /// Evidence kinds; those of the draft where the file has no such column.
    pub evidence: Vec<Evidence>,
    /// 规定动作 or 自选动作; 规定动作 where nothing is said.
    pub action: Action,
    /// Suggested months, where the file has such a column.
    pub months: Option<Vec<u32>>,
    /// 刚性事项, where the file has such a column.
    pub hard: Option<bool>,
}

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "code",
        names: &["编号", "条目编号", "任务编号", "条目序号", "清单编号", "序号", "编码", "代码"],
        hints: &["编号", "序号"],
    },
    Field {
        key: "group",
        names: &[
            "大项",
            "责任大项",
            "责任类别",
            "项目",
            "类别",
            "责任项目",
            "大类",
            "一级事项",
            "责任事项",
            "工作类别",
        ],
        hints: &["大项", "类别"],
    },
    Field {
        key: "text",
        names: &[
            "履责条目",
            "条目",
            "具体任务",
            "责任内容",
            "履责内容",
            "工作任务",
            "任务内容",
            "具体内容",
            "具体措施",
            "责任清单",
            "任务",
            "内容",
            "主要内容",
            "具体事项",
            "责任条目",
            "工作内容",
            "履责事项",
        ],
        hints: &["条目", "任务", "履责内容", "责任内容"],
    },
    Field {
        key: "frequency",
        names: &[
            "频次",
            "完成频次",
            "频次要求",
            "频率",
            "履责频次",
            "工作频次",
            "时限要求",
            "完成时限",
            "完成时间",
            "时间要求",
            "时间节点",
        ],
        hints: &["频次", "频率"],
    },
    Field {
        key: "evidence",
        names: &[
            "佐证材料",
            "印证资料",
            "印证材料",
            "佐证资料",
            "证明材料",
            "留痕资料",
            "台账资料",
            "佐证",
            "履责资料",
        ],
        hints: &["佐证", "印证", "留痕"],
    },
    Field { key: "action", names: &["动作类型", "动作类别", "规定/自选", "动作"], hints: &["动作"] },
    Field { key: "months", names: &["建议月份", "履职月份", "月份"], hints: &[] },
    Field { key: "hard", names: &["刚性事项", "是否刚性", "刚性"], hints: &["刚性"] },
];

fn enough(keys: &[&str]) -> bool {
    keys.contains(&"text") && ["code", "group", "frequency", "evidence"].iter().any(|key| keys.contains(key))
}

/// A row that passed its own checks.
struct Draft<'b> {
    table: usize,
    row: &'b Row,
    code: String,
    group_no: u32,
    group: String,
    text: String,
    wording: Wording,
    evidence: Option<Vec<Evidence>>,
    action: Option<Action>,
    months: Option<Vec<u32>>,
    hard: Option<bool>,
}

/// Plans the import of a duty list. `current` is the open draft (empty where
/// there is none); the file is matched to it by equal number and text, then by
/// equal text, then by number, so that a renumbered item keeps its identity.
pub fn plan(book: &Book, current: &[DutyItem], answers: &Answers) -> Preview<DutyRow> {
    let found = headers::find(book, FIELDS, enough);
    let mut errors = found.problems;
    let mut notes = found.notes;
    let tables = found.tables;
    let rows = codes::number(book.origin, &tables, current, &mut errors, &mut notes);
    let mut unknown: Vec<(String, Vec<u32>)> = Vec::new();
    let mut drafts = Vec::new();
    for numbered in rows {
        let Some(table) = tables.get(numbered.table) else { continue };
        let before = errors.len();
        let row = numbered.row;
        errors.extend(table.faults(row));
        if errors.len() > before {
            continue;
        }
        let text = check_text(table, row, &mut errors);
        let wording = match asking::read(table, row, &text) {
            Ok(wording) => wording,
            Err(message) => {
                errors.push(table.problem(row, "frequency", message));
                Wording::Nothing
            }
        };
        let evidence = table.has("evidence").then(|| evidence(&table.text(row, "evidence"), row.number, &mut unknown));
        let action = action(&table.text(row, "action")).unwrap_or_else(|()| {
            let message = "动作类型只有“规定动作”和“自选动作”两种。请改成其中一种，或留空按规定动作导入。";
            errors.push(table.problem(row, "action", message));
            None
        });
        let months = table.has("months").then(|| months(&table.text(row, "months")));
        let hard = table
            .has("hard")
            .then(|| matches!(table.text(row, "hard").as_str(), "是" | "√" | "✓" | "Y" | "y" | "刚性" | "TRUE"));
        if errors.len() == before && !numbered.bad {
            drafts.push(Draft {
                table: numbered.table,
                row,
                code: numbered.code,
                group_no: numbered.group_no,
                group: numbered.group,
                text,
                wording,
                evidence,
                action,
                months,
                hard,
            });
        }
    }
    for (word, rows) in unknown {
        notes.push(format!(
            "佐证材料里的“{word}”（{}）不在系统的种类中，没有导入。可用的种类：{}。",
            row_list(&rows),
            Evidence::ALL.map(Evidence::label).join("、")
        ));
    }
    let matched = matching::items(&drafts, current);
    let Asked { readings, questions } = asking::ask(&drafts, &matched, answers);
    let mut planned = Vec::new();
    for ((draft, item), (frequency, due)) in drafts.into_iter().zip(&matched).zip(readings) {
        let sheet = tables.get(draft.table).map(|t| t.grid.name.clone()).unwrap_or_default();
        let row = draft.row.number;
        let (item, outcome) = settle(draft, *item, frequency, due);
        planned.push(PlannedRow { sheet, row, outcome, item });
    }
    let kept = current.len().saturating_sub(matched.iter().flatten().count());
    if kept > 0 && errors.is_empty() && !planned.is_empty() {
        notes.push(format!("清单草稿里另有 {kept} 条不在文件中，保留不变。"));
    }
    if planned.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到要导入的条目。请确认内容填在表头下面。".to_owned());
    }
    Preview::of(planned, errors, questions, notes)
}

/// The row as it will be stored, and what that changes.
fn settle(
    draft: Draft<'_>,
    item: Option<&DutyItem>,
    frequency: Frequency,
    due: Option<(u32, u32)>,
) -> (DutyRow, Outcome) {
    let Some(old) = item else {
        let row = DutyRow {
            duty: None,
            code: draft.code,
            group_no: draft.group_no,
            group: draft.group,
            text: draft.text,
            frequency,
            due,
            evidence: draft.evidence.unwrap_or_default(),
            action: draft.action.unwrap_or(Action::Mandatory),
            months: draft.months,
            hard: draft.hard,
        };
        return (row, Outcome::New);
    };
    let same_text = matching::same(&old.text, &draft.text);
    let same_group = matching::same(&old.group, &draft.group);
    let row = DutyRow {
        duty: Some(old.duty),
        code: draft.code,
        group_no: draft.group_no,
        group: if same_group { old.group.clone() } else { draft.group },
        text: if same_text { old.text.clone() } else { draft.text },
        frequency,
        due,
        evidence: match draft.evidence {
            Some(evidence) if !matching::same_set(&evidence, &old.evidence) => evidence,
            _ => old.evidence.clone(),
        },
        action: draft.action.unwrap_or(old.action),
        months: draft.months.filter(|months| *months != old.months),
        hard: draft.hard.filter(|hard| *hard != old.hard),
    };
    let kinds = |list: &[Evidence]| list.iter().map(|e| e.label()).collect::<Vec<_>>().join("、");
    let month_words = |list: &[u32]| list.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
    let yes_no = |yes: bool| if yes { "是" } else { "否" };
    let changes = [
        Change::between("编号", &old.code, &row.code),
        Change::between("大项", format!("{} {}", old.group_no, old.group), format!("{} {}", row.group_no, row.group)),
        Change::between("履责条目", &old.text, &row.text),
        Change::between("频次", asking::label(old.frequency, old.due), asking::label(row.frequency, row.due)),
        Change::between("佐证材料", kinds(&old.evidence), kinds(&row.evidence)),
        Change::between("动作类型", old.action.label(), row.action.label()),
        row.months
            .as_deref()
            .and_then(|months| Change::between("建议月份", month_words(&old.months), month_words(months))),
        row.hard.and_then(|hard| Change::between("刚性事项", yes_no(old.hard), yes_no(hard))),
    ];
    (row, Outcome::of(changes.into_iter().flatten().collect()))
}

fn check_text<'b>(table: &Table<'b>, row: &'b Row, errors: &mut Vec<super::CellProblem>) -> String {
    let text = table.text(row, "text");
    let count = text.chars().count();
    if text.is_empty() {
        errors.push(table.problem(row, "text", "这一行的条目内容没有填写。请补上；如果这一行不需要，请整行删除。"));
    } else if count > LINE_MAX {
        errors.push(table.problem(
            row,
            "text",
            format!("条目内容有 {count} 个字，超过了 {LINE_MAX} 个字。请删减后再上传。"),
        ));
    }
    text
}

/// A 大项 name within its bounds; the empty text where it is too long.
fn check_group(name: String) -> Result<String, String> {
    let count = name.chars().count();
    if count > NAME_MAX {
        Err(format!("大项名称有 {count} 个字，超过了 {NAME_MAX} 个字。请删减后再上传。"))
    } else {
        Ok(name)
    }
}

fn evidence(text: &str, row: u32, unknown: &mut Vec<(String, Vec<u32>)>) -> Vec<Evidence> {
    let mut kinds = Vec::new();
    for word in text.split(['、', '；', ';', ',', '，', '/', '／', '|', '。']) {
        let word = numbered(word).1;
        let word = word.trim_end_matches("等");
        if word.is_empty() {
            continue;
        }
        let bare = super::folding::without_brackets(&header(word));
        match Evidence::from_label(word).or_else(|| Evidence::from_label(&bare)) {
            Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
            Some(_) => {}
            None => {
                let word: String = super::identity::masked(word).chars().take(20).collect();
                match unknown.iter().position(|(known, _)| *known == word) {
                    Some(at) => unknown.iter_mut().skip(at).take(1).for_each(|(_, rows)| rows.push(row)),
                    // A column of free text would flood the preview.
                    None if unknown.len() < 30 => unknown.push((word, vec![row])),
                    None => {}
                }
            }
        }
    }
    kinds
}

fn action(text: &str) -> Result<Option<Action>, ()> {
    match text {
        "" => Ok(None),
        "规定动作" | "规定" | "必做" | "必选" | "规定项目" => Ok(Some(Action::Mandatory)),
        "自选动作" | "自选" | "选做" | "可选" | "自选项目" | "个性化" => Ok(Some(Action::Optional)),
        _ => Err(()),
    }
}

/// `3、6、9月` → months; anything else in the cell is ignored, they are only suggestions.
fn months(text: &str) -> Vec<u32> {
    let text = tidy(text);
    let mut months: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .filter(|month| (1..=12).contains(month))
        .collect();
    months.sort_unstable();
    months.dedup();
    months
}

/// Numbers stored as numbers lose trailing zeros; plain text files come out of such programs.
fn loses_zeros(origin: Origin, number: bool) -> bool {
    number || matches!(origin, Origin::Csv | Origin::Paste)
}
