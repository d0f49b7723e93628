//! In what somebody wrote a draft: the post whose book it was for, or the roles he held. Refuses to show it once that
//! has ended: who drafted for a unit and does so no more does not read on there.

use std::collections::BTreeSet;

use domain::people::{Role, access::Actor};
use serde_json::Value;

use super::super::Services;
use crate::storage::{Row, StorageError};

/// Key beside the fields of a stored draft; drafts of before have none and are shown.
const KEY: &str = "standing";
/// Forms of the own book; all others belong to a role.
const BOOK: [&str; 6] = ["records.", "reviews.report", "reviews.question", "book.", "evidence.", "papers.report"];

/// What somebody holds now, for all drafts of one look.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(BTreeSet<String>);

fn post(id: impl std::fmt::Display) -> String {
    format!("post:{id}")
}

fn roles(actor: &Actor) -> impl Iterator<Item = String> + '_ {
    actor.grants.iter().map(|g| format!("{}:{}", g.role.key(), g.unit))
}

/// In what the actor writes `form` now. A post that he merely looks at may have been chosen long ago; the head of
/// several posts has chosen one.
fn standing(actor: &Actor, form: &str) -> Vec<String> {
    if BOOK.iter().any(|start| form.starts_with(start)) {
        if let Some(term) = actor.term() {
            return vec![post(term.post)];
        }
        if let Some(chosen) = actor.post.filter(|_| actor.has(Role::Liaison)) {
            return vec![post(chosen)];
        }
    }
    actor.terms.iter().map(|t| post(t.post)).chain(roles(actor)).collect()
}

/// `fields` with what the actor writes it in.
pub(super) fn stamped(fields: &str, actor: &Actor, form: &str) -> Result<String, StorageError> {
    let mut sheet: Value = serde_json::from_str(fields).map_err(|_| StorageError::shape("fields"))?;
    if let Some(sheet) = sheet.as_object_mut() {
        sheet.insert(KEY.to_owned(), standing(actor, form).into());
    }
    serde_json::to_string(&sheet).map_err(|_| StorageError::shape("fields"))
}

impl Held {
    /// May the draft of a row still be shown? One of the things it was written in must still be held.
    pub(super) fn shows(&self, row: &Row) -> Result<bool, StorageError> {
        Ok(self.covers(&row.json::<Value>("fields")?))
    }

    /// How many of these rows may still be shown.
    pub(super) fn count(&self, rows: &[Row]) -> Result<i64, StorageError> {
        rows.iter().try_fold(0, |n, row| Ok(n + i64::from(self.shows(row)?)))
    }

    fn covers(&self, sheet: &Value) -> bool {
        let Some(written_in) = sheet.get(KEY).and_then(Value::as_array) else { return true };
        written_in.is_empty() || written_in.iter().filter_map(Value::as_str).any(|one| self.0.contains(one))
    }
}

impl Services {
    /// What the actor holds on this day: head posts, roles, and the posts that he drafts for.
    pub(super) async fn held_for_drafts(&self, actor: &Actor) -> Result<Held, StorageError> {
        let mut held: BTreeSet<String> = roles(actor).collect();
        held.extend(actor.terms.iter().map(|t| post(t.post)));
        held.extend(self.own_posts(actor).await?.into_iter().map(post));
        Ok(Held(held))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_draft_goes_with_what_it_was_written_in() {
        let held = Held(BTreeSet::from(["post:a".to_owned(), "conduct_office:u".to_owned()]));
        assert!(held.covers(&json!({ "fields": [] })), "of before");
        assert!(held.covers(&json!({ KEY: [] })), "in no role at all");
        assert!(held.covers(&json!({ KEY: ["post:b", "conduct_office:u"] })));
        assert!(!held.covers(&json!({ KEY: ["post:b"] })));
        assert!(!Held::default().covers(&json!({ KEY: ["post:a"] })));
    }
}
