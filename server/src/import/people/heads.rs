//! One head per unit at a time. Owns the check over the file and what exists;
//! refuses to end a predecessor's term by itself: the file or the office says so.

use std::collections::{BTreeMap, BTreeSet};

use domain::{people::Role, time::Day};

use super::{
    PeopleSnapshot, PersonRow,
    rows::{Draft, overlaps},
};
use crate::import::preview::{CellProblem, PlannedRow};

struct Head<'a> {
    /// Equal for the same person.
    person: String,
    name: &'a str,
    term: (Option<Day>, Option<Day>),
    draft: Option<&'a Draft>,
}

/// A row with the title of its unit's head post and no 系统角色 is about the head: it would be
/// stored as a term of that post, so it is checked and handed over as one.
pub(super) fn name_heads(drafts: &mut [Draft], snapshot: &PeopleSnapshot) {
    let mut titles: BTreeSet<(String, String)> = drafts
        .iter()
        .filter(|draft| draft.roles.contains(&Role::Principal))
        .map(|draft| (draft.unit.name.clone(), draft.title.clone()))
        .collect();
    for post in snapshot.persons.iter().flat_map(|p| &p.posts).filter(|p| p.roles.contains(&Role::Principal)) {
        if let Some(unit) = snapshot.units.iter().find(|u| u.id == post.unit) {
            titles.insert((unit.name.clone(), post.title.clone()));
        }
    }
    for draft in drafts.iter_mut().filter(|draft| draft.roles.is_empty()) {
        if titles.contains(&(draft.unit.name.clone(), draft.title.clone())) {
            draft.roles.push(Role::Principal);
        }
    }
}

/// A problem for each head of the file whose term overlaps another's in the same unit.
pub(super) fn clashes(
    drafts: &[Draft],
    planned: &[PlannedRow<PersonRow>],
    snapshot: &PeopleSnapshot,
) -> Vec<CellProblem> {
    let mut heads: BTreeMap<&str, Vec<Head<'_>>> = BTreeMap::new();
    for (draft, row) in drafts.iter().zip(planned).filter(|(draft, _)| draft.roles.contains(&Role::Principal)) {
        heads.entry(&row.item.unit.name).or_default().push(Head {
            person: row.item.person_key.clone(),
            name: &draft.name,
            term: (row.item.from, row.item.to),
            draft: Some(draft),
        });
    }
    for person in &snapshot.persons {
        for post in person.posts.iter().filter(|post| post.roles.contains(&Role::Principal)) {
            let Some(unit) = snapshot.units.iter().find(|u| u.id == post.unit) else { continue };
            let Some(list) = heads.get_mut(unit.name.as_str()) else { continue };
            // A row about this very term replaces what is stored.
            let restated = planned.iter().any(|row| {
                row.item.person == Some(person.id)
                    && row.item.unit.id == Some(post.unit)
                    && row.item.title == post.title
            });
            if !restated {
                let term = (post.from, post.to);
                list.push(Head { person: format!("id:{}", person.id), name: &person.name, term, draft: None });
            }
        }
    }
    let mut problems = Vec::new();
    for (unit, list) in heads {
        for (at, head) in list.iter().enumerate() {
            let Some(draft) = head.draft else { continue };
            // Of two rows of the file the later one is marked; against what exists the row is.
            let other = list.iter().enumerate().find(|(index, o)| {
                o.person != head.person && overlaps(o.term, head.term) && (*index < at || o.draft.is_none())
            });
            let Some((_, other)) = other else { continue };
            let mut problem = draft.place.at_role.clone();
            problem.message = match other.draft {
                Some(first) => format!(
                    "“{unit}”在同一时间有两位党组织主要负责人：第{}行“{}”和第{}行“{}”。请给前任填写“任职止”，或改正系统角色。",
                    first.place.row, other.name, draft.place.row, head.name
                ),
                None => format!(
                    "“{unit}”已有党组织主要负责人“{}”，与第{}行“{}”的任职时间重叠。请在文件里加一行“{}”并填写“任职止”，或改正系统角色。",
                    other.name, draft.place.row, head.name, other.name
                ),
            };
            problems.push(problem);
        }
    }
    problems
}
