//! 评议人员名册: 姓名, 分组, 单位. Owns the plan of a roll: who is new, who changes the group,
//! which person of the district a line means. Refuses a person in two groups.

use std::collections::HashMap;

use domain::{
    ids::{PersonId, RaterId, UnitId},
    text::NAME_MAX,
};
use serde::{Deserialize, Serialize};

use super::{
    folding::same_text,
    grid::{Book, Row},
    headers::{self, Field, Table},
    preview::{CellProblem, Change, Outcome, PlannedRow, Preview, UnitFact, UnitIndex},
};

/// A person of the district with the units he works in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Units, the head post's first.
    pub units: Vec<UnitId>,
}

/// A line that stands on the roll already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRoll {
    /// Line.
    pub id: RaterId,
    /// Person, where known.
    pub person: Option<PersonId>,
    /// Unit, where known.
    pub unit: Option<UnitId>,
    /// Name.
    pub name: String,
    /// Unit outside of the district, as typed.
    pub place: String,
    /// Key of the group.
    pub group: String,
}

/// The meeting and the district as they are.
#[derive(Debug, Clone, Default)]
pub struct RatersSnapshot {
    /// Groups of the rules: key and name, in order.
    pub groups: Vec<(String, String)>,
    /// Units that have not ended.
    pub units: Vec<UnitFact>,
    /// Persons.
    pub persons: Vec<KnownPerson>,
    /// The roll.
    pub roll: Vec<OnRoll>,
}

/// One line of the roll, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaterRow {
    /// Name.
    pub name: String,
    /// Key of the group.
    pub group: String,
    /// Unit, where the district has it.
    pub unit: Option<UnitId>,
    /// Unit as shown.
    pub unit_name: String,
    /// Unit that the district does not have, as typed.
    pub place: String,
    /// Person, where one is meant beyond doubt.
    pub person: Option<PersonId>,
    /// The line it changes.
    pub on_roll: Option<RaterId>,
}

const FIELDS: &[Field] = &[
    Field {
        key: "name", names: &["姓名", "评议人员", "评议人员姓名", "名字", "人员"], hints: &["姓名"]
    },
    Field {
        key: "group",
        names: &["分组", "组别", "评议分组", "类别", "评议人员类别", "组", "身份类别"],
        hints: &["分组", "组别", "类别"],
    },
    Field {
        key: "unit",
        names: &["单位", "所在单位", "工作单位", "单位名称", "单位（全称）", "单位及职务"],
        hints: &["单位"],
    },
];

fn enough(keys: &[&str]) -> bool {
    keys.contains(&"name") && keys.contains(&"group")
}

/// The person that a name means, with his unit. Without a unit only a name that is there once is meant.
///
/// # Errors
/// How many persons carry the name, where it does not say which.
pub fn matched(
    persons: &[KnownPerson],
    name: &str,
    unit: Option<UnitId>,
) -> Result<(Option<PersonId>, Option<UnitId>), usize> {
    let name = same_text(name);
    let named: Vec<&KnownPerson> = persons.iter().filter(|p| same_text(&p.name) == name).collect();
    let Some(unit) = unit else {
        return match named[..] {
            [] => Ok((None, None)),
            [one] => Ok((Some(one.id), one.units.first().copied())),
            _ => Err(named.len()),
        };
    };
    let there: Vec<&&KnownPerson> = named.iter().filter(|p| p.units.contains(&unit)).collect();
    match there[..] {
        [] => Ok((None, Some(unit))),
        [one] => Ok((Some(one.id), Some(unit))),
        _ => Err(there.len()),
    }
}

/// Plans the import of a roll.
pub fn plan(book: &Book, snapshot: &RatersSnapshot) -> Preview<RaterRow> {
    let found = headers::find(book, FIELDS, enough);
    let mut errors = found.problems;
    let mut notes = found.notes;
    let units = UnitIndex::of(&snapshot.units);
    let mut planned: Vec<PlannedRow<RaterRow>> = Vec::new();
    let mut first: HashMap<String, u32> = HashMap::new();
    let mut strange: Vec<String> = Vec::new();
    for table in &found.tables {
        for row in table.rows().filter(|row| !table.says_nothing(row)) {
            let before = errors.len();
            errors.extend(table.faults(row));
            if errors.len() > before {
                continue;
            }
            let Some(item) = line(table, row, snapshot, &units, &mut errors, &mut strange) else { continue };
            let who = match item.person {
                Some(person) => person.to_string(),
                None => format!("{}\u{1f}{}", same_text(&item.name), same_text(&item.unit_name)),
            };
            if let Some(at) = first.insert(who, row.number) {
                errors.push(table.problem(
                    row,
                    "name",
                    format!(
                        "“{}”重复：第{at}行和第{}行是同一人，一人只能进一个组。请只保留一行；\
                         如果是同名的两位，请在“单位”列写明各自的单位或区分说明。",
                        item.name, row.number
                    ),
                ));
                continue;
            }
            let outcome = outcome(&item, snapshot);
            planned.push(PlannedRow { sheet: table.grid.name.clone(), row: row.number, outcome, item });
        }
    }
    if !strange.is_empty() {
        strange.truncate(10);
        notes.push(format!("系统里没有这些单位，按原文列在名册上，不用于提示回避：{}。", strange.join("、")));
    }
    if planned.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到人。请确认名单填在表头下面。".to_owned());
    }
    Preview::of(planned, errors, Vec::new(), notes)
}

fn line<'b>(
    table: &Table<'b>,
    row: &'b Row,
    snapshot: &RatersSnapshot,
    units: &UnitIndex<'_>,
    errors: &mut Vec<CellProblem>,
    strange: &mut Vec<String>,
) -> Option<RaterRow> {
    let name = table.text(row, "name");
    if name.is_empty() {
        errors.push(table.problem(row, "name", "姓名没有填写。请补上；如果这一行不需要，请整行删除。"));
        return None;
    }
    if name.chars().count() > NAME_MAX {
        errors.push(table.problem(row, "name", format!("姓名超过了 {NAME_MAX} 个字。请只填姓名。")));
        return None;
    }
    let typed = table.text(row, "group");
    let Some(group) = group(&snapshot.groups, &typed) else {
        let names: Vec<&str> = snapshot.groups.iter().map(|(_, name)| name.as_str()).collect();
        errors.push(table.problem(row, "group", format!("不认识分组“{typed}”。请改成：{}。", names.join("、"))));
        return None;
    };
    let unit_name = table.text(row, "unit");
    let fact = if unit_name.is_empty() { None } else { units.find(&unit_name) };
    if fact.is_none() && !unit_name.is_empty() && !strange.contains(&unit_name) {
        strange.push(unit_name.clone());
    }
    let (person, unit) = if fact.is_none() && !unit_name.is_empty() {
        // Somebody of a unit that the district does not know is nobody that it knows.
        (None, None)
    } else {
        match matched(&snapshot.persons, &name, fact.map(|f| f.id)) {
            Ok(found) => found,
            Err(n) => {
                let message = format!("系统里有 {n} 位“{name}”。请在“单位”列填写单位全称，以便确定是哪一位。");
                errors.push(table.problem(row, "name", message));
                return None;
            }
        }
    };
    let shown = unit.and_then(|id| snapshot.units.iter().find(|u| u.id == id)).map(|u| u.name.clone());
    let place = if unit.is_none() && person.is_none() { unit_name.clone() } else { String::new() };
    if place.chars().count() > NAME_MAX {
        errors.push(table.problem(row, "unit", format!("单位超过了 {NAME_MAX} 个字。请写简称。")));
        return None;
    }
    let named = |r: &&OnRoll| r.person.is_none() && same_text(&r.name) == same_text(&name) && r.unit == unit;
    let on_roll = match person {
        Some(_) => snapshot.roll.iter().find(|r| r.person == person),
        // Guests of one name are told apart by what the table says of their units.
        None => snapshot.roll.iter().filter(named).find(|r| same_text(&r.place) == same_text(&place)),
    };
    let on_roll = on_roll.map(|r| r.id);
    Some(RaterRow { name, group, unit, unit_name: shown.unwrap_or(unit_name), place, person, on_roll })
}

/// The group that a cell means: its name, its key, or 甲 乙 丙 in the order of the rules.
fn group(groups: &[(String, String)], typed: &str) -> Option<String> {
    let folded = same_text(typed);
    if folded.is_empty() {
        return None;
    }
    let exact = groups.iter().find(|(key, name)| same_text(name) == folded || *key == folded.to_lowercase());
    let nth = || {
        let word = folded.trim_end_matches('组').trim_end_matches('类');
        let at = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"].iter().position(|w| *w == word)?;
        groups.get(at)
    };
    let within = || {
        let mut some = groups.iter().filter(|(_, name)| same_text(name).contains(&folded));
        let only = some.next()?;
        some.next().is_none().then_some(only)
    };
    exact.or_else(nth).or_else(within).map(|(key, _)| key.clone())
}

fn outcome(item: &RaterRow, snapshot: &RatersSnapshot) -> Outcome {
    let Some(before) = item.on_roll.and_then(|id| snapshot.roll.iter().find(|r| r.id == id)) else {
        return Outcome::New;
    };
    let name =
        |key: &str| snapshot.groups.iter().find(|(k, _)| k == key).map(|(_, name)| name.clone()).unwrap_or_default();
    Outcome::of(Change::between("分组", name(&before.group), name(&item.group)).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_by_name_key_place_or_part() {
        let groups: Vec<(String, String)> = [("a", "区纪委监委班子成员"), ("b", "区纪委委员"), ("c", "特邀评议人员")]
            .map(|(k, n)| (k.to_owned(), n.to_owned()))
            .to_vec();
        for (typed, key) in [("区纪委委员", "b"), ("A", "a"), ("丙组", "c"), ("特邀", "c"), ("班子成员", "a")]
        {
            assert_eq!(group(&groups, typed).as_deref(), Some(key), "{typed}");
        }
        assert_eq!(group(&groups, "区纪委"), None, "two groups hold it");
        assert_eq!(group(&groups, ""), None);
    }
}
