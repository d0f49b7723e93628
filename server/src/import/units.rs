//! 归口表: 被监督单位, 单位类型, 归口派驻组, 联系纪检监察室, 镇街纪（工）委. Owns
//! the plan of who supervises whom; an empty cell leaves what is stored.

use std::collections::{BTreeMap, HashMap};

use domain::{ids::UnitId, people::UnitKind, text::NAME_MAX};
use serde::{Deserialize, Serialize};

use super::{
    folding::same_text,
    grid::{Book, Row},
    headers::{self, Field, Table},
    preview::{CellProblem, Change, Outcome, PlannedRow, Preview, UnitFact, UnitIndex, UnitRef},
};

/// The units and assignments that exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsSnapshot {
    /// Units that have not ended.
    pub units: Vec<UnitFact>,
    /// Present assignments.
    pub assignments: Vec<Assignment>,
}

/// Who supervises a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The supervised unit.
    pub unit: UnitId,
    /// 派驻纪检监察组.
    pub team: Option<UnitId>,
    /// 联系纪检监察室.
    pub office: Option<UnitId>,
    /// 镇（街道）纪（工）委.
    pub committee: Option<UnitId>,
}

/// One row of the 归口表, ready to be stored. Bodies without an id are to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRow {
    /// The supervised unit.
    pub unit: UnitRef,
    /// 派驻纪检监察组; `None` leaves what is stored.
    pub team: Option<UnitRef>,
    /// 联系纪检监察室; `None` leaves what is stored.
    pub office: Option<UnitRef>,
    /// 镇（街道）纪（工）委; `None` leaves what is stored.
    pub committee: Option<UnitRef>,
}

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "unit",
        names: &["被监督单位", "单位", "单位名称", "监督单位", "综合监督单位", "联系单位", "归口单位", "部门"],
        hints: &["被监督", "单位名称"],
    },
    Field { key: "kind", names: &["单位类型", "单位类别", "单位性质", "类型"], hints: &["单位类"] },
    Field {
        key: "team",
        names: &["归口派驻组", "派驻组", "派驻机构", "派驻纪检监察组", "归口派驻纪检监察组", "归口派驻机构"],
        hints: &["派驻"],
    },
    Field {
        key: "office",
        names: &["联系纪检监察室", "联系室", "纪检监察室", "监督检查室", "联系科室", "联系监督检查室"],
        hints: &["监察室", "联系室"],
    },
    Field {
        key: "committee",
        names: &["镇街纪（工）委", "镇（街道）纪（工）委", "纪工委", "纪（工）委", "镇街纪委", "镇街纪工委"],
        hints: &["工)委", "工委", "纪委"],
    },
];

/// The three kinds of body, each with its field, kind and Chinese name.
const BODIES: [(&str, UnitKind, &str); 3] = [
    ("team", UnitKind::Team, "归口派驻组"),
    ("office", UnitKind::Commission, "联系纪检监察室"),
    ("committee", UnitKind::Committee, "镇街纪（工）委"),
];

fn enough(keys: &[&str]) -> bool {
    keys.contains(&"unit") && BODIES.iter().any(|(key, ..)| keys.contains(key))
}

/// Plans the import of a 归口表.
pub fn plan(book: &Book, snapshot: &UnitsSnapshot) -> Preview<UnitRow> {
    let found = headers::find(book, FIELDS, enough);
    let mut errors = found.problems;
    let mut notes = found.notes;
    let units = UnitIndex::of(&snapshot.units);
    let mut planned = Vec::new();
    let mut first: HashMap<String, u32> = HashMap::new();
    let mut bodies: BTreeMap<String, UnitKind> = BTreeMap::new();
    for table in &found.tables {
        for row in table.rows().filter(|row| !table.says_nothing(row)) {
            let before = errors.len();
            errors.extend(table.faults(row));
            if errors.len() > before {
                continue;
            }
            let unit = unit(table, row, &units, &mut errors);
            let [team, office, committee] =
                BODIES.map(|(key, kind, label)| body(table, row, (key, kind, label), &units, &mut errors));
            let Some(unit) = unit else { continue };
            if let Some(at) = first.insert(same_text(&unit.name), row.number) {
                errors.push(table.problem(
                    row,
                    "unit",
                    format!("“{}”重复：第{at}行和第{}行是同一个单位。请只保留一行。", unit.name, row.number),
                ));
            }
            if errors.len() > before {
                continue;
            }
            for body in [&team, &office, &committee].into_iter().flatten().filter(|b| b.id.is_none()) {
                bodies.insert(body.name.clone(), body.kind);
            }
            let item = UnitRow { unit, team, office, committee };
            let outcome = outcome(&item, snapshot);
            planned.push(PlannedRow { sheet: table.grid.name.clone(), row: row.number, outcome, item });
        }
    }
    if !bodies.is_empty() {
        let names: Vec<&str> = bodies.keys().map(String::as_str).collect();
        notes.push(format!("系统里还没有的监督机构会一并新建：{}。", names.join("、")));
    }
    if planned.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到单位。请确认内容填在表头下面。".to_owned());
    }
    Preview::of(planned, errors, Vec::new(), notes)
}

fn unit<'b>(table: &Table<'b>, row: &'b Row, units: &UnitIndex<'_>, errors: &mut Vec<CellProblem>) -> Option<UnitRef> {
    let name = table.text(row, "unit");
    let word = table.text(row, "kind");
    let kind = UnitKind::from_label(&word);
    let problem = if name.is_empty() {
        table.problem(row, "unit", "被监督单位没有填写。请补上；如果这一行不需要，请整行删除。")
    } else if name.chars().count() > NAME_MAX {
        table.problem(row, "unit", format!("单位名称超过了 {NAME_MAX} 个字。请改成单位全称。"))
    } else if !word.is_empty() && kind.is_none() {
        table.problem(row, "kind", super::people::kind_message(&word))
    } else if let Some(fact) = units.find(&name) {
        return Some(UnitRef { name: fact.name.clone(), id: Some(fact.id), kind: fact.kind });
    } else if let Some(kind) = kind {
        return Some(UnitRef { name, id: None, kind });
    } else {
        let message = format!(
            "系统里还没有“{name}”。请核对单位全称；如是新单位，请在“单位类型”列填写{}。",
            super::people::kinds_in_words()
        );
        table.problem(row, "unit", message)
    };
    errors.push(problem);
    None
}

fn body<'b>(
    table: &Table<'b>,
    row: &'b Row,
    (key, kind, label): (&str, UnitKind, &str),
    units: &UnitIndex<'_>,
    errors: &mut Vec<CellProblem>,
) -> Option<UnitRef> {
    let name = table.text(row, key);
    if name.is_empty() || matches!(name.as_str(), "/" | "-" | "—" | "无") {
        return None;
    }
    if name.chars().count() > NAME_MAX {
        errors.push(table.problem(row, key, format!("{label}的名称超过了 {NAME_MAX} 个字。请改成机构全称。")));
        return None;
    }
    match units.find(&name) {
        Some(fact) if fact.kind == kind => Some(UnitRef { name: fact.name.clone(), id: Some(fact.id), kind }),
        Some(fact) => {
            errors.push(table.problem(
                row,
                key,
                format!("“{name}”在系统里是“{}”，不能作为{label}。请核对是否填错了列。", fact.kind.label()),
            ));
            None
        }
        None => Some(UnitRef { name, id: None, kind }),
    }
}

fn outcome(item: &UnitRow, snapshot: &UnitsSnapshot) -> Outcome {
    let stored = item.unit.id.and_then(|id| snapshot.assignments.iter().find(|a| a.unit == id));
    let Some(stored) = stored else {
        let says_nothing = item.team.is_none() && item.office.is_none() && item.committee.is_none();
        return if item.unit.id.is_some() && says_nothing { Outcome::Skipped } else { Outcome::New };
    };
    let name = |id: Option<UnitId>| {
        id.and_then(|id| snapshot.units.iter().find(|u| u.id == id)).map(|u| u.name.clone()).unwrap_or_default()
    };
    let named = [(&item.team, stored.team), (&item.office, stored.office), (&item.committee, stored.committee)];
    let changes = BODIES.iter().zip(named).filter_map(|((_, _, label), (after, before))| {
        let after = after.as_ref()?;
        (after.id.is_none() || after.id != before).then(|| Change::between(label, name(before), &after.name))?
    });
    Outcome::of(changes.collect())
}
