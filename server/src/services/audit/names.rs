//! What the objects of audit rows are called: units, persons, titles of lists and meetings. One
//! question per kind and page. Refuses texts: of a record the page number, of an item its number,
//! of what was said in a meeting nothing but that it was said.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    accountability::AdviceKind,
    ids::DistrictId,
    papers::number::Series,
    people::access::{self, Actor},
};

use super::words;
use crate::{
    services::rows::Rows,
    storage::{Row, StorageError, q},
};

/// Questions of the kinds that have a name: `$1` the district, then the ids; answers `id` and the
/// columns `a`, `b`, `c` that [`title`] puts together.
const QUESTIONS: [(&str, &str, &str); 22] = [
    ("person", "SELECT id, name AS a FROM persons WHERE district_id = $1", "id"),
    (
        "account",
        "SELECT x.id, p.name AS a, x.login AS b FROM accounts x JOIN persons p ON p.id = x.person_id WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "device",
        "SELECT x.id, p.name AS a FROM devices x JOIN accounts c ON c.id = x.account_id JOIN persons p ON p.id = c.person_id
         WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "session",
        "SELECT x.id, p.name AS a FROM sessions x JOIN accounts c ON c.id = x.account_id JOIN persons p ON p.id = c.person_id
         WHERE x.district_id = $1",
        "x.id",
    ),
    ("unit", "SELECT id, name AS a FROM units WHERE district_id = $1", "id"),
    ("post", "SELECT x.id, u.name AS a, x.title AS b FROM posts x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1", "x.id"),
    (
        "term",
        "SELECT x.id, u.name AS a, o.title AS b, p.name AS c FROM terms x JOIN posts o ON o.id = x.post_id
         JOIN units u ON u.id = o.unit_id JOIN persons p ON p.id = x.person_id WHERE x.district_id = $1",
        "x.id",
    ),
    ("book", "SELECT x.id, u.name AS a FROM posts x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1", "x.id"),
    (
        "record",
        "SELECT x.id, u.name AS a, x.year, x.page FROM records x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "leader_list",
        "SELECT x.id, u.name AS a, x.year, x.edition FROM leader_lists x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "template",
        "SELECT x.id, d.name AS a, x.year, x.edition FROM templates x JOIN duty_lists d ON d.id = x.list_id WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "handover",
        "SELECT x.id, u.name AS a, x.year FROM handovers x JOIN posts o ON o.id = x.post_id JOIN units u ON u.id = o.unit_id
         WHERE x.district_id = $1",
        "x.id",
    ),
    ("meeting", "SELECT id, title AS a FROM meetings WHERE district_id = $1", "id"),
    (
        "feedback",
        "SELECT x.id, u.name AS a FROM feedback_sheets x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "item",
        "SELECT x.id, u.name AS a, x.year, x.number FROM items x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1",
        "x.id",
    ),
    ("warning", "SELECT id, title AS a FROM warning_matters WHERE district_id = $1", "id"),
    ("notice", "SELECT id, unit_name AS a, number AS b FROM warning_notices WHERE district_id = $1", "id"),
    ("talk", "SELECT x.id, u.name AS a FROM talks x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1", "x.id"),
    ("talk_group", "SELECT id, title AS a FROM talk_groups WHERE district_id = $1", "id"),
    (
        "advice",
        "SELECT x.id, u.name AS a, x.kind AS b, x.number AS c FROM advices x JOIN units u ON u.id = x.unit_id
         WHERE x.district_id = $1",
        "x.id",
    ),
    (
        "regulation",
        "SELECT x.id, u.name AS a, x.number AS b FROM regulations x JOIN units u ON u.id = x.unit_id WHERE x.district_id = $1",
        "x.id",
    ),
    ("letter", "SELECT id, number AS a FROM letters WHERE district_id = $1 AND number <> ''", "id"),
];

/// Kind and id of an object as written: `unit:0193…`, `book:0193…:2026`, or the bare id of a meeting.
pub(super) fn parts(object: &str) -> (&str, &str) {
    let (kind, rest) = object.split_once(':').unwrap_or(("meeting", object));
    (kind, if kind == "book" { rest.split(':').next().unwrap_or(rest) } else { rest })
}

/// Names of the objects of a page, by the object as written.
pub(super) async fn of(
    rows: &mut impl Rows,
    district: DistrictId,
    objects: &[String],
) -> Result<BTreeMap<String, String>, StorageError> {
    let mut names = BTreeMap::new();
    for (kind, question, column) in QUESTIONS {
        let wanted: BTreeSet<&str> =
            objects.iter().map(|object| parts(object)).filter(|(k, _)| *k == kind).map(|(_, id)| id).collect();
        if wanted.is_empty() {
            continue;
        }
        let mut found = BTreeMap::new();
        for row in rows.all(q(question).bind(district).and_in(column, wanted)).await? {
            found.insert(row.text("id")?, title(kind, &row)?);
        }
        for object in objects {
            let (k, id) = parts(object);
            if let Some(title) = found.get(id).filter(|_| k == kind) {
                // The year stands behind the post.
                let year = object.rsplit_once(':').filter(|_| k == "book").map(|(_, year)| format!("{year}年"));
                let tail = if k == "book" { "记录本" } else { "" };
                names.insert(object.clone(), format!("{title}{}{tail}", year.unwrap_or_default()));
            }
        }
    }
    Ok(names)
}

fn title(kind: &str, row: &Row) -> Result<String, StorageError> {
    let a = row.text("a")?;
    Ok(match kind {
        "account" => format!("{a}（{}）", row.text("b")?),
        "post" => format!("{a}{}", row.text("b")?),
        "term" => format!("{}（{a}{}）", row.text("c")?, row.text("b")?),
        "record" => match row.opt_int("page")? {
            Some(page) => format!("{a}{}年记录本第{page}页", row.year("year")?),
            None => format!("{a}{}年代录，未确认", row.year("year")?),
        },
        "leader_list" => {
            format!("{a}{}年第一责任人履责清单（第{}版）", row.year("year")?, row.int("edition")?)
        }
        "template" => format!("{}年{a}模板（第{}版）", row.year("year")?, row.int("edition")?),
        "handover" => format!("{a}{}年移交单", row.year("year")?),
        "feedback" => format!("{a}评议反馈单"),
        "item" => format!("{a}问题整改 {}年第{}号", row.year("year")?, row.int("number")?),
        "warning" => format!("“一件事”《{a}》"),
        "notice" => format!("{a}问责预警提示单 {}", row.text("b")?).trim_end().to_owned(),
        "talk" => format!("{a}“三交底”廉政谈话"),
        "talk_group" => format!("集体谈话《{a}》"),
        "advice" => {
            let kind = AdviceKind::from_key(&row.text("b")?).map_or("", AdviceKind::label);
            format!("{a}{kind} {}", row.text("c")?).trim_end().to_owned()
        }
        "regulation" => format!("{a}制度 {}", row.text("b")?).trim_end().to_owned(),
        "letter" => format!("通报 {a}"),
        _ => a,
    })
}

/// What is shown of an object: its name, else its kind and what helps to find it in the log again.
pub(super) fn shown(object: &str, names: &BTreeMap<String, String>) -> String {
    if let Some(name) = names.get(object) {
        return name.clone();
    }
    let (kind, id) = parts(object);
    match kind {
        "calendar" => format!("{id}年工作日历"),
        "entry" => format!("访问入口 {id}"),
        "district" => "本区".to_owned(),
        "number" => numbered(id).unwrap_or_else(|| words::kind(kind).to_owned()),
        _ => format!("{} {}", words::kind(kind), id.chars().take(8).collect::<String>()),
    }
}

/// A 文号 by its row, year and number: `prompt-2026-8`.
fn numbered(id: &str) -> Option<String> {
    let mut parts = id.rsplitn(3, '-');
    let (number, year, series) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("文号 {}{year}年第{number}号", Series::from_key(series)?.label()))
}

/// Where the viewer may look at an object: the log opens no door that his other roles do not.
pub(super) fn link(actor: &Actor, object: &str) -> Option<String> {
    let (kind, id) = parts(object);
    let directory = access::see_directory(actor).is_ok();
    match kind {
        "person" if directory => Some(format!("/people/{id}")),
        "unit" if directory => Some(format!("/people/units/{id}")),
        "leader_list" if access::edit_lists(actor).is_ok() => Some(format!("/duties/lists/{id}")),
        "template" if access::edit_lists(actor).is_ok() => Some(format!("/duties/templates/{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_named_by_its_row() {
        let shown = |object: &str| shown(object, &BTreeMap::new());
        assert_eq!(shown("number:warning_notice-2026-8"), "文号 问责预警提示单2026年第8号");
        assert_eq!(shown("number:none-2026-8"), "文号");
        assert_eq!(shown("measure:0193aaaa-bbbb"), "问责处理 0193aaaa");
    }
}
