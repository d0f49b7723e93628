//! The form of 评议规则: groups, scale, dimensions, points, lines, quorum as typed. Only reads;
//! the numbers are checked against each other by `ReviewRules::check`.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    reviews::{Dimension, Group, ReviewRules, Scale},
};

use super::fields::Fields;
use crate::services::reviews::change::Change;

/// Most groups that the form has rows for.
const GROUPS: usize = 8;

/// A whole number of the rules.
fn number(fields: &Fields, name: &str, field: &str, label: &str) -> Result<u32, Rejection> {
    let typed = fields.text(name);
    typed
        .trim()
        .parse()
        .map_err(|_| Rejection::field(field, format!("{label}「{typed}」不是整数，没有保存。请填整数。")))
}

/// The change that the form asks for.
pub(super) fn read(fields: &Fields) -> Result<Change, Rejection> {
    let mut known: Vec<String> = [
        "meeting",
        "seen",
        "scale",
        "dimension",
        "point.0",
        "point.1",
        "point.2",
        "point.3",
        "line.0",
        "line.1",
        "line.2",
        "start.n",
        "start.d",
        "valid.n",
        "valid.d",
        "smallest_cell",
        "trimmed",
        "speech_minutes",
        "study_below",
    ]
    .map(str::to_owned)
    .to_vec();
    for n in 0..GROUPS {
        known.extend(["key", "name", "weight", "colour"].map(|part| format!("{part}.{n}")));
    }
    fields.only(&known.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut groups = Vec::new();
    for n in 0..GROUPS {
        let part = |name: &str| fields.text(&format!("{name}.{n}"));
        if part("name").trim().is_empty() {
            continue;
        }
        let key = part("key");
        groups.push(Group {
            key: if key.is_empty() { free_key(fields, &groups) } else { key },
            name: part("name"),
            weight: number(fields, &format!("weight.{n}"), "groups", "权重")?,
            colour: part("colour"),
        });
    }
    let points = ["好", "较好", "一般", "差"];
    let point = |n: usize| number(fields, &format!("point.{n}"), "points", points[n]);
    let line = |n: usize| number(fields, &format!("line.{n}"), "lines", "等次分数线");
    let share = |name: &str, field: &str| {
        Ok::<_, Rejection>((
            number(fields, &format!("{name}.n"), field, "人数比例")?,
            number(fields, &format!("{name}.d"), field, "人数比例")?,
        ))
    };
    Ok(Change::Rules(Box::new(ReviewRules {
        groups,
        scale: fields.choice("scale", &[("grades", Scale::Grades), ("points", Scale::Points)])?,
        dimensions: fields.many("dimension").into_iter().map(|key| Dimension { key, label: String::new() }).collect(),
        points: [point(0)?, point(1)?, point(2)?, point(3)?],
        lines: [line(0)?, line(1)?, line(2)?],
        start_quorum: share("start", "start_quorum")?,
        valid_quorum: share("valid", "valid_quorum")?,
        smallest_cell: number(fields, "smallest_cell", "smallest_cell", "并组人数")?,
        trimmed: fields.opt("trimmed").is_some(),
        speech_minutes: number(fields, "speech_minutes", "speech_minutes", "述责时间")?,
        study_below: fields
            .opt("study_below")
            .map(|_| number(fields, "study_below", "study_below", "提请研究的分数线"))
            .transpose()?,
        ..ReviewRules::default()
    })))
}

/// A key that neither the form nor the groups before use.
fn free_key(fields: &Fields, groups: &[Group]) -> String {
    let used: BTreeSet<String> =
        (0..GROUPS).map(|n| fields.text(&format!("key.{n}"))).chain(groups.iter().map(|g| g.key.clone())).collect();
    ('a'..='z').map(String::from).find(|key| !used.contains(key)).unwrap_or_default()
}
