//! Wire types of the lists: directory, roles, 归口表, slips.

use domain::{
    ids::{CommandId, PersonId, UnitId},
    people::UnitKind,
};
use serde::{Deserialize, Serialize};

use super::{Bodies, GrantLine, OversightLine};
use crate::api::drafts::Draft;

/// A unit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Unit.
    pub id: UnitId,
    /// Present name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// `孔一帆，党工委书记`; empty where there is no head post.
    pub head: String,
    /// The head post is vacant.
    pub vacant: bool,
    /// `2026年3月1日撤销`; empty while it runs.
    pub ended: String,
    /// Supervising bodies, in words.
    pub watched_by: String,
}

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Unit and post, or roles.
    pub place: String,
}

/// Which part of the directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryQuery {
    /// Kind key; all when empty.
    pub kind: Option<String>,
    /// Name, pinyin or initials of a unit or person.
    pub find: Option<String>,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// The directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryPage {
    /// Idempotency key of the form on the page.
    pub command: CommandId,
    /// Units, by kind, running ones first.
    pub units: Vec<UnitLine>,
    /// Kind and how many units it has, in the order of a page.
    pub kinds: Vec<(UnitKind, u32)>,
    /// Persons that fit the search; empty without one.
    pub persons: Vec<PersonLine>,
    /// Roles that wait for confirmation.
    pub waiting: u32,
    /// May add and change.
    pub may_edit: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which roles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolesQuery {
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// Roles waiting, and the holders of those that reach beyond one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesPage {
    /// Idempotency keys, one for each waiting role.
    pub commands: Vec<CommandId>,
    /// Waiting for confirmation.
    pub waiting: Vec<GrantLine>,
    /// Running.
    pub running: Vec<GrantLine>,
    /// The viewer confirms.
    pub may_confirm: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which row of the 归口表 is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapQuery {
    /// Unit to edit.
    pub unit: Option<String>,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// A row of the 归口表.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapLine {
    /// Unit.
    pub unit: UnitId,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// Version for writes.
    pub version: i64,
    /// 归口.
    pub by: OversightLine,
}

/// The 归口表.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPage {
    /// Idempotency key of the form.
    pub command: CommandId,
    /// Rows.
    pub rows: Vec<MapLine>,
    /// Bodies to choose from.
    pub bodies: Bodies,
    /// The row to edit.
    pub open: Option<MapLine>,
    /// May change.
    pub may_edit: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// A unit with people without an opened account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipUnit {
    /// Unit.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// Its people without an opened account.
    pub people: Vec<SlipPerson>,
}

/// A person without an opened account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipPerson {
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Day of the last slip, `11月20日`; empty where none was printed.
    pub printed: String,
    /// That slip still opens the account.
    pub opens: bool,
}

/// Units to print slips for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipsPage {
    /// Idempotency key (the marks of every form).
    pub command: CommandId,
    /// Units with people without an opened account.
    pub units: Vec<SlipUnit>,
    /// What was typed before a refusal.
    pub draft: Draft,
}
