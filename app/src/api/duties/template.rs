//! Wire types of a template's page and of comparisons.

use domain::{
    duties::{Change, DutyItem},
    ids::CommandId,
};
use serde::{Deserialize, Serialize};

use super::{ItemRow, TemplateLine};
use crate::api::drafts::Draft;

/// Which template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateQuery {
    /// Template id.
    pub id: String,
    /// Item to edit (duty id).
    pub edit: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// A template with its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplatePage {
    /// Idempotency key.
    pub command: CommandId,
    /// The template.
    pub line: TemplateLine,
    /// Row version for writes.
    pub version: i64,
    /// Items in the order of their numbers.
    pub items: Vec<ItemRow>,
    /// The district's lists: key, name.
    pub lists: Vec<(String, String)>,
    /// Other editions to compare with: id, label.
    pub others: Vec<(String, String)>,
    /// The viewer may change it.
    pub may_edit: bool,
    /// The item being edited; a new one has no text.
    pub edit: Option<DutyItem>,
    /// Next free number for a new item and its 大项.
    pub next: (u32, String, String),
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// What to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareQuery {
    /// `template` or `list`.
    pub what: String,
    /// The newer one.
    pub id: String,
    /// The one before; the former edition or year when empty.
    pub with: Option<String>,
}

/// Differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparePage {
    /// What is compared.
    pub title: String,
    /// Where to go back.
    pub back: String,
    /// Label of the one before.
    pub before: String,
    /// Label of the newer one.
    pub after: String,
    /// Lines.
    pub changes: Vec<Change>,
    /// What else to compare with: id, label.
    pub others: Vec<(String, String)>,
    /// Chosen among `others`.
    pub with: String,
}
