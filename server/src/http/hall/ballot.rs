//! The ballot as a plain form: what was typed, and the ballot it means. Keeps every value for the
//! page that comes back; refuses fields that the sheet does not have.

use std::collections::BTreeMap;

use domain::{
    Rejection,
    ids::RoundId,
    reviews::{Ballot, Line, Mark, ReviewRules, Sheet, Vote},
};

use crate::http::fields::Fields;

/// Values by field name, as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed(BTreeMap<String, String>);

impl Typed {
    /// Everything of a posted form that belongs to the sheet.
    pub fn of(fields: &Fields) -> Self {
        let mut values = BTreeMap::new();
        for (name, value) in fields.content() {
            // A number and a radio share the name of a row: the one that says something counts.
            if name.starts_with("v.") || name.starts_with("d.") || name.starts_with("c.") {
                let value = value.trim_end().to_owned();
                if !value.is_empty() {
                    values.insert(name, value);
                }
            }
        }
        Self(values)
    }

    /// Was nothing chosen or written?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A posted ballot with its key.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Round of the form.
    pub round: RoundId,
    /// Epoch of the form.
    pub epoch: u32,
    /// Counter of the form.
    pub rev: u32,
    /// The ballot.
    pub ballot: Ballot,
}

/// Reads a form against the sheet.
///
/// # Errors
/// One refusal per wrong row, with the presenter's id as the field; a form that is not ours first.
pub fn read(fields: &Fields, sheet: &Sheet, rules: &ReviewRules) -> Result<Posted, Vec<Rejection>> {
    let one = |r: Rejection| vec![r];
    let known = |name: &str| {
        let mut parts = name.splitn(3, '.');
        let (kind, id, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next());
        let listed = sheet.lines.iter().any(|l| l.presenter.to_string() == id);
        listed
            && match (kind, rest) {
                ("v" | "c", None) => true,
                ("d", Some(key)) => rules.dimensions.iter().any(|d| d.key == key),
                _ => false,
            }
    };
    let hidden = ["round", "epoch", "rev", "tablet"];
    if fields.content().iter().any(|(n, _)| !hidden.contains(&n.as_str()) && !known(n)) {
        return Err(one(Rejection::state("表单里有不属于这张测评表的内容，没有收下。请刷新页面后重新填写。")));
    }
    let round = fields.parsed("round").map_err(one)?;
    let epoch = fields.parsed("epoch").map_err(one)?;
    let rev = fields.parsed("rev").map_err(one)?;
    let typed = Typed::of(fields);
    let mut lines = Vec::with_capacity(sheet.lines.len());
    let mut wrong = Vec::new();
    for line in &sheet.lines {
        let id = line.presenter.to_string();
        match vote(&typed, &id, rules) {
            Ok(Some(vote)) => {
                lines.push(Line { presenter: line.presenter, vote, comment: typed.get(&format!("c.{id}")).to_owned() });
            }
            Ok(None) => {
                wrong
                    .push(Rejection::field(id, format!("对“{}”还没有总体评价。请选一个等次，或选“弃权”。", line.name)));
            }
            Err(words) => wrong.push(Rejection::field(id, words)),
        }
    }
    if wrong.is_empty() { Ok(Posted { round, epoch, rev, ballot: Ballot { lines } }) } else { Err(wrong) }
}

fn vote(typed: &Typed, id: &str, rules: &ReviewRules) -> Result<Option<Vote>, String> {
    Ok(match typed.get(&format!("v.{id}")) {
        "" => None,
        "abstain" => Some(Vote::Abstain),
        "recuse" => Some(Vote::Recuse),
        mark => {
            let overall = Mark::parse(mark, rules.scale)?;
            let mut dimensions = BTreeMap::new();
            for dimension in &rules.dimensions {
                let value = typed.get(&format!("d.{id}.{}", dimension.key));
                if !value.is_empty() {
                    dimensions.insert(dimension.key.clone(), Mark::parse(value, rules.scale)?);
                }
            }
            Some(Vote::Rate { overall, dimensions })
        }
    })
}

#[cfg(test)]
mod tests {
    use domain::{
        ids::PresenterId,
        reviews::{Grade, SheetLine},
    };

    use super::*;

    const ROUND: &str = "01930000-0000-7000-8000-000000000001";

    fn sheet() -> (Sheet, String) {
        let id = PresenterId(uuid::Uuid::from_u128(7));
        let line = SheetLine { presenter: id, name: "甲".into(), title: "乙".into() };
        (Sheet { lines: vec![line] }, id.to_string())
    }

    fn form(more: &[(&str, &str)]) -> Fields {
        let base = [("round", ROUND), ("epoch", "1"), ("rev", "2")];
        Fields::new(base.iter().chain(more).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_row_becomes_a_vote() {
        let (sheet, id) = sheet();
        let (v, d, c) = (format!("v.{id}"), format!("d.{id}.team"), format!("c.{id}"));
        let rules = ReviewRules::default();
        let posted = read(&form(&[(&v, "good"), (&d, "fair"), (&c, " 一句 ")]), &sheet, &rules).unwrap();
        assert_eq!((posted.epoch, posted.rev), (1, 2));
        let Vote::Rate { overall, dimensions } = &posted.ballot.lines[0].vote else { panic!("no rating") };
        assert_eq!(*overall, Mark::Grade(Grade::Good));
        assert_eq!(dimensions["team"], Mark::Grade(Grade::Fair));
        assert_eq!(read(&form(&[(&v, "recuse")]), &sheet, &rules).unwrap().ballot.lines[0].vote, Vote::Recuse);
    }

    #[test]
    fn an_empty_row_is_said_beside_it_and_foreign_fields_are_refused() {
        let (sheet, id) = sheet();
        let rules = ReviewRules::default();
        let wrong = read(&form(&[]), &sheet, &rules).unwrap_err();
        assert_eq!(wrong[0].field_name(), Some(id.as_str()));
        for name in ["v.other", "x", "d.x.team", &format!("d.{id}.nothing"), &format!("v.{id}.x")] {
            let wrong = read(&form(&[(&format!("v.{id}"), "good"), (name, "good")]), &sheet, &rules).unwrap_err();
            assert_eq!(wrong[0].field_name(), None, "{name}");
        }
        assert!(read(&form(&[(&format!("v.{id}"), "120")]), &sheet, &rules).is_err());
    }
}
