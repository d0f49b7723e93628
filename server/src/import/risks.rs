//! 岗位廉政风险表: 单位, 岗位, 风险点, 等级, 防控措施, 责任人. Owns the plan of an import: what is new, what changes. An entry is
//! known by its unit, 岗位 and 风险点; what the table does not name stays as it is.

use std::collections::HashMap;

use domain::{
    ids::{RiskId, UnitId},
    talks::RiskLevel,
    text::{LINE_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

use super::{
    folding::same_text,
    grid::{Book, Row},
    headers::{self, Field, Table},
    preview::{CellProblem, Change, Outcome, PlannedRow, Preview, UnitFact, UnitIndex},
};

/// An entry that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRisk {
    /// Id.
    pub id: RiskId,
    /// Unit.
    pub unit: UnitId,
    /// 岗位.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// 等级.
    pub level: RiskLevel,
    /// 防控措施.
    pub control: String,
    /// 责任人.
    pub owner: String,
}

/// The district as it is.
#[derive(Debug, Clone, Default)]
pub struct RisksSnapshot {
    /// Units that have not ended.
    pub units: Vec<UnitFact>,
    /// Entries that stand.
    pub known: Vec<KnownRisk>,
}

/// One entry, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskRow {
    /// The entry it changes.
    pub id: Option<RiskId>,
    /// Unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// 岗位.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// 等级.
    pub level: RiskLevel,
    /// 防控措施.
    pub control: String,
    /// 责任人.
    pub owner: String,
}

const FIELDS: &[Field] = &[
    Field { key: "unit", names: &["单位", "单位名称", "所在单位", "单位（科室）"], hints: &["单位"] },
    Field {
        key: "post", names: &["岗位", "岗位名称", "风险岗位", "职务", "职权名称"], hints: &["岗位"]
    },
    Field {
        key: "point",
        names: &["风险点", "廉政风险点", "风险内容", "风险表现", "廉政风险表现", "风险描述"],
        hints: &["风险点", "风险内容", "风险表现"],
    },
    Field { key: "level", names: &["等级", "风险等级", "级别", "风险级别"], hints: &["等级", "级别"] },
    Field {
        key: "control", names: &["防控措施", "防范措施", "措施", "预防措施", "管控措施"], hints: &["措施"]
    },
    Field {
        key: "owner", names: &["责任人", "责任领导", "防控责任人", "责任主体"], hints: &["责任"]
    },
];

fn enough(keys: &[&str]) -> bool {
    ["unit", "post", "point"].into_iter().all(|key| keys.contains(&key))
}

/// Plans the import.
pub fn plan(book: &Book, snapshot: &RisksSnapshot) -> Preview<RiskRow> {
    let found = headers::find(book, FIELDS, enough);
    let (mut errors, mut notes) = (found.problems, found.notes);
    let units = UnitIndex::of(&snapshot.units);
    let mut planned: Vec<PlannedRow<RiskRow>> = Vec::new();
    let mut first: HashMap<(UnitId, String, String), u32> = HashMap::new();
    for table in &found.tables {
        // Merged cells of 单位 and 岗位 carry on downwards where the reader did not fill them already.
        let mut above = (String::new(), String::new());
        for row in table.rows().filter(|row| !table.says_nothing(row)) {
            let before = errors.len();
            errors.extend(table.faults(row));
            if errors.len() > before {
                continue;
            }
            let Some(item) = line(table, row, &units, &mut above, &mut errors) else { continue };
            let key = (item.unit, same_text(&item.post), same_text(&item.point));
            if let Some(at) = first.insert(key, row.number) {
                let words =
                    format!("这个风险点重复：第{at}行和第{}行是同一个岗位的同一个风险点。请只保留一行。", row.number);
                errors.push(table.problem(row, "point", words));
                continue;
            }
            let (item, outcome) = outcome(item, snapshot);
            planned.push(PlannedRow { sheet: table.grid.name.clone(), row: row.number, outcome, item });
        }
    }
    if planned.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到风险点。请确认内容填在表头下面。".to_owned());
    }
    Preview::of(planned, errors, Vec::new(), notes)
}

fn line(
    table: &Table<'_>,
    row: &Row,
    units: &UnitIndex<'_>,
    above: &mut (String, String),
    errors: &mut Vec<CellProblem>,
) -> Option<RiskRow> {
    let before = errors.len();
    let carried = |key: &str, last: &mut String| {
        let typed = table.text(row, key);
        if !typed.is_empty() {
            *last = typed;
        }
        last.clone()
    };
    let unit_name = carried("unit", &mut above.0);
    let post = carried("post", &mut above.1);
    let mut bounded = |key: &str, label: &str, value: String, most: usize, needed: bool| {
        if needed && value.is_empty() {
            errors.push(table.problem(row, key, format!("{label}没有填写。请补上；如果这一行不需要，请整行删除。")));
        } else if value.chars().count() > most {
            errors.push(table.problem(row, key, format!("{label}超过了 {most} 个字。请删减。")));
        }
        value
    };
    let post = bounded("post", "岗位", post, NAME_MAX, true);
    let point = bounded("point", "风险点", table.text(row, "point"), LINE_MAX, true);
    let control = bounded("control", "防控措施", table.text(row, "control"), LINE_MAX, true);
    let owner = bounded("owner", "责任人", table.text(row, "owner"), NAME_MAX, true);
    let typed = table.text(row, "level");
    let level = RiskLevel::from_word(&typed);
    if level.is_none() {
        errors.push(table.problem(row, "level", format!("不认识等级“{typed}”。请改成：高、中、低。")));
    }
    let unit = units.find(&unit_name);
    if unit.is_none() {
        let words = format!("系统里没有单位“{unit_name}”。请按组织与人员里的名称填写。");
        errors.push(table.problem(row, "unit", words));
    }
    if errors.len() > before {
        return None;
    }
    let fact = unit?;
    Some(RiskRow { id: None, unit: fact.id, unit_name: fact.name.clone(), post, point, level: level?, control, owner })
}

fn outcome(mut item: RiskRow, snapshot: &RisksSnapshot) -> (RiskRow, Outcome) {
    let same = |k: &&KnownRisk| {
        k.unit == item.unit
            && same_text(&k.post) == same_text(&item.post)
            && same_text(&k.point) == same_text(&item.point)
    };
    let Some(known) = snapshot.known.iter().find(same) else { return (item, Outcome::New) };
    item.id = Some(known.id);
    let pairs = [
        ("等级", known.level.label(), item.level.label()),
        ("防控措施", known.control.as_str(), item.control.as_str()),
        ("责任人", known.owner.as_str(), item.owner.as_str()),
    ];
    let changes: Vec<Change> = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change {
            field: field.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        })
        .collect();
    let outcome = if changes.is_empty() { Outcome::Skipped } else { Outcome::Updated(changes) };
    (item, outcome)
}
