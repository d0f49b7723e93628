//! Rows of a name list checked one by one: names, units, roles, dates, phones.
//! Refuses questions across rows except repeats of the very same post.

use std::collections::{BTreeMap, HashMap};

use domain::{
    people::{Role, UnitKind},
    text::NAME_MAX,
    time::Day,
};

use super::{Key, PeopleSnapshot, renamed_note};
use crate::import::{
    folding,
    grid::Row,
    headers::Table,
    preview::{CellProblem, UnitIndex, UnitRef, row_list},
};

/// Words for people who only take part in one meeting: imported without a role.
const PER_MEETING: [&str; 5] = ["评委", "评议人员", "监票人", "计票人", "会务操作员"];

/// Where a row stands, with its problem templates for checks across rows.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) sheet: String,
    pub(super) row: u32,
    /// A problem at the role cell, its message still empty.
    pub(super) at_role: CellProblem,
    /// A problem at the name cell, its message still empty.
    pub(super) at_name: CellProblem,
}

/// A row that passed its own checks.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) unit: UnitRef,
    pub(super) title: String,
    pub(super) roles: Vec<Role>,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
    pub(super) mobile: Option<String>,
}

/// Reads all rows; problems go to `errors`.
pub(super) fn read(
    tables: &[Table<'_>],
    snapshot: &PeopleSnapshot,
    errors: &mut Vec<CellProblem>,
    notes: &mut Vec<String>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let units = UnitIndex::of(&snapshot.units);
    let mut renamed: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    let mut new_units: HashMap<String, (UnitKind, u32)> = HashMap::new();
    let mut meeting: Vec<u32> = Vec::new();
    let mut undated: Vec<u32> = Vec::new();
    for table in tables {
        for row in table.rows().filter(|row| !table.says_nothing(row)) {
            let before = errors.len();
            errors.extend(table.faults(row));
            if errors.len() > before {
                continue;
            }
            let name = name(table, row, errors);
            let unit = unit(table, row, &units, &mut new_units, errors);
            let (roles, only_meeting) = roles(table, row, errors);
            if only_meeting {
                meeting.push(row.number);
            }
            let title = title(table, row, &roles, errors);
            let (from, to) = term(table, row, errors);
            let mobile = mobile(table, row, errors);
            let (Some(unit), true) = (unit, errors.len() == before) else { continue };
            let written = table.text(row, "unit");
            if folding::same_text(&written) != folding::same_text(&unit.name) {
                renamed.entry((written, unit.name.clone())).or_default().push(row.number);
            }
            if from.is_none() {
                undated.push(row.number);
            }
            drafts.push(Draft {
                place: Place {
                    sheet: table.grid.name.clone(),
                    row: row.number,
                    at_role: table.problem(row, if table.has("role") { "role" } else { "name" }, ""),
                    at_name: table.problem(row, "name", ""),
                },
                name,
                unit,
                title,
                roles,
                from,
                to,
                mobile,
            });
        }
    }
    notes.extend(renamed_note(renamed));
    if !meeting.is_empty() {
        notes.push(format!(
            "{}写的是评议、监票等角色，这些角色每次会议单独确定，这里只导入人员，不授角色。",
            row_list(&meeting)
        ));
    }
    if !undated.is_empty() {
        notes.push(format!("{}没有写任职起，按导入当天或启用日处理，可在人员页面补改。", row_list(&undated)));
    }
    drafts
}

fn name<'b>(table: &Table<'b>, row: &'b Row, errors: &mut Vec<CellProblem>) -> String {
    let name = table.cell(row, "name").map(|cell| folding::person(&cell.text)).unwrap_or_default();
    if name.is_empty() {
        errors.push(table.problem(row, "name", "姓名没有填写。请补上；如果这一行不需要，请整行删除。"));
    } else if name.chars().count() > NAME_MAX {
        errors.push(table.problem(row, "name", format!("姓名超过了 {NAME_MAX} 个字。请核对是否填错了列。")));
    }
    name
}

fn unit<'b>(
    table: &Table<'b>,
    row: &'b Row,
    units: &UnitIndex<'_>,
    new_units: &mut HashMap<String, (UnitKind, u32)>,
    errors: &mut Vec<CellProblem>,
) -> Option<UnitRef> {
    let name = table.text(row, "unit");
    let word = table.text(row, "kind");
    if name.is_empty() {
        errors.push(table.problem(row, "unit", "单位没有填写。请补上单位全称。"));
        return None;
    }
    if name.chars().count() > NAME_MAX {
        errors.push(table.problem(row, "unit", format!("单位名称超过了 {NAME_MAX} 个字。请改成单位全称。")));
        return None;
    }
    let kind = UnitKind::from_label(&word);
    if !word.is_empty() && kind.is_none() {
        errors.push(table.problem(row, "kind", kind_message(&word)));
        return None;
    }
    if let Some(fact) = units.find(&name) {
        return Some(UnitRef { name: fact.name.clone(), id: Some(fact.id), kind: fact.kind });
    }
    let seen = new_units.get(&name).copied();
    match (kind, seen) {
        (Some(kind), Some((first, at))) if kind != first => {
            errors.push(table.problem(
                row,
                "kind",
                format!(
                    "“{name}”在第{at}行是“{}”，在第{}行是“{}”。请改成一致。",
                    first.label(),
                    row.number,
                    kind.label()
                ),
            ));
            None
        }
        (Some(kind), _) => {
            new_units.entry(name.clone()).or_insert((kind, row.number));
            Some(UnitRef { name, id: None, kind })
        }
        (None, Some((kind, _))) => Some(UnitRef { name, id: None, kind }),
        (None, None) => {
            let message =
                format!("系统里还没有“{name}”。请核对单位全称；如是新单位，请在“单位类型”列填写{}。", kinds_in_words());
            errors.push(table.problem(row, "unit", message));
            None
        }
    }
}

/// What to say of an unknown 单位类型.
pub(in crate::import) fn kind_message(word: &str) -> String {
    format!("认不出单位类型“{word}”。请改成{}。", kinds_in_words())
}

pub(in crate::import) fn kinds_in_words() -> String {
    UnitKind::ALL.map(|kind| format!("“{}”", kind.label())).join("、")
}

/// Roles of a row, and whether it names only roles per meeting.
fn roles<'b>(table: &Table<'b>, row: &'b Row, errors: &mut Vec<CellProblem>) -> (Vec<Role>, bool) {
    let text = table.text(row, "role");
    let mut roles = Vec::new();
    let mut meeting = false;
    let whole = Role::from_label(&text);
    let words: Vec<&str> =
        if whole.is_some() { vec![text.as_str()] } else { text.split(['、', '；', ';', ',', '，']).collect() };
    for word in words.into_iter().map(str::trim).filter(|w| !w.is_empty() && !matches!(*w, "无" | "-" | "—")) {
        match Role::from_label(word) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            Some(_) => {}
            None if PER_MEETING.contains(&word) => meeting = true,
            None => errors.push(table.problem(
                row,
                "role",
                format!("认不出系统角色“{word}”。请改成{}，或留空只导入人员。", Role::ALL.map(Role::label).join("、")),
            )),
        }
    }
    let only_meeting = meeting && roles.is_empty();
    (roles, only_meeting)
}

fn title<'b>(table: &Table<'b>, row: &'b Row, roles: &[Role], errors: &mut Vec<CellProblem>) -> String {
    let title = table.text(row, "title");
    if title.chars().count() > NAME_MAX {
        errors.push(table.problem(row, "title", format!("职务超过了 {NAME_MAX} 个字。请只写本单位的职务。")));
    }
    match (title.is_empty(), roles.first()) {
        (false, _) => title,
        (true, Some(role)) => role.label().to_owned(),
        (true, None) => {
            errors.push(table.problem(
                row,
                if table.has("title") { "title" } else { "name" },
                "职务没有填写。请补上职务，如“办公室主任”。",
            ));
            title
        }
    }
}

fn term<'b>(table: &Table<'b>, row: &'b Row, errors: &mut Vec<CellProblem>) -> (Option<Day>, Option<Day>) {
    let mut read = |key: &str, label: &str| match table.day(row, key) {
        Ok(day) => day,
        Err(())
            if matches!(table.text(row, key).as_str(), "至今" | "今" | "-" | "—" | "/" | "无" | "现任" | "在任") =>
        {
            None
        }
        Err(()) => {
            errors.push(table.problem(
                row,
                key,
                format!("认不出{label}的日期。请写成 2026-03-12、2026.3.12 或 2026年3月。"),
            ));
            None
        }
    };
    let from = read("from", "任职起");
    let to = read("to", "任职止");
    if let (Some(start), Some(end)) = (from, to)
        && end < start
    {
        errors.push(table.problem(row, "to", "任职止早于任职起。请核对两个日期。"));
    }
    (from, to)
}

fn mobile<'b>(table: &Table<'b>, row: &'b Row, errors: &mut Vec<CellProblem>) -> Option<String> {
    let text: String = table
        .text(row, "mobile")
        .chars()
        .map(folding::half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '(' | ')'))
        .collect();
    let digits = text.strip_prefix("+86").unwrap_or(&text);
    if digits.is_empty() || digits == "/" || digits == "无" {
        return None;
    }
    if digits.chars().all(|c| c.is_ascii_digit()) && (6..=13).contains(&digits.len()) {
        Some(digits.to_owned())
    } else {
        errors.push(table.problem(row, "mobile", "电话号码不对，应全是数字，手机为 11 位。请改正，或留空。"));
        None
    }
}

/// Rows that repeat the same post of the same person are joined (their roles added up);
/// terms of one post that overlap are a problem naming both rows.
pub(super) fn join_repeats(
    drafts: Vec<Draft>,
    keys: Vec<Key>,
    errors: &mut Vec<CellProblem>,
    notes: &mut Vec<String>,
) -> (Vec<Draft>, Vec<Key>) {
    let mut kept: Vec<(Draft, Key)> = Vec::new();
    let mut posts: HashMap<(String, String, String), Vec<usize>> = HashMap::new();
    for (draft, key) in drafts.into_iter().zip(keys) {
        let post = (key.text.clone(), draft.unit.name.clone(), draft.title.clone());
        let earlier = posts.entry(post).or_default();
        let same = earlier.iter().copied().find(|at| {
            kept.get(*at).is_some_and(|(other, _)| {
                draft.from.is_none()
                    || other.from.is_none()
                    || (draft.from == other.from && (draft.to.is_none() || draft.to == other.to))
            })
        });
        if let Some((other, _)) = same.and_then(|at| kept.get_mut(at)) {
            let added: Vec<Role> = draft.roles.iter().copied().filter(|r| !other.roles.contains(r)).collect();
            other.roles.extend(added);
            other.from = other.from.or(draft.from);
            other.to = other.to.or(draft.to);
            other.mobile = other.mobile.take().or(draft.mobile);
            notes.push(format!("第{}行与第{}行是同一人的同一职务，已合并成一条。", other.place.row, draft.place.row));
            continue;
        }
        let overlap = earlier
            .iter()
            .filter_map(|at| kept.get(*at))
            .find(|(other, _)| overlaps((other.from, other.to), (draft.from, draft.to)));
        if let Some((other, _)) = overlap {
            let mut problem = draft.place.at_name.clone();
            problem.message = format!(
                "第{}行和第{}行是“{}”的同一职务，任职时间重叠。请改正任职起止，或删去一行。",
                other.place.row, draft.place.row, draft.name
            );
            errors.push(problem);
            continue;
        }
        earlier.push(kept.len());
        kept.push((draft, key));
    }
    kept.into_iter().unzip()
}

/// Do two terms share more than a day of hand-over?
pub(super) fn overlaps(a: (Option<Day>, Option<Day>), b: (Option<Day>, Option<Day>)) -> bool {
    let starts_before_end = |start: Option<Day>, end: Option<Day>| match (start, end) {
        (Some(start), Some(end)) => start < end,
        _ => true,
    };
    starts_before_end(a.0, b.1) && starts_before_end(b.0, a.1)
}
