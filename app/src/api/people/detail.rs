//! Wire types of one unit and one person in full.

use domain::{
    ids::{AccountId, CommandId, PersonId, PostId, TermId, UnitId},
    people::Role,
};
use serde::{Deserialize, Serialize};

use super::{PersonLine, UnitLine};
use crate::api::drafts::Draft;

/// Which unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitQuery {
    /// Unit id.
    pub id: String,
    /// Name of a person to appoint.
    pub find: Option<String>,
    /// Post to appoint to.
    pub post: Option<String>,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermLine {
    /// Term.
    pub id: TermId,
    /// Person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// `2021年12月1日起` or `… 至 …`.
    pub span: String,
    /// 主持工作.
    pub acting: bool,
    /// Still running.
    pub running: bool,
}

/// A post with its terms, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostLine {
    /// Post.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Head post.
    pub is_head: bool,
    /// Terms.
    pub terms: Vec<TermLine>,
}

/// A role of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantLine {
    /// Row id.
    pub id: String,
    /// Person.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Unit in which it is held.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Waits for confirmation.
    pub waits: bool,
    /// Who proposed it.
    pub proposed_by: String,
    /// May be confirmed by the viewer.
    pub may_confirm: bool,
    /// May be ended by the viewer.
    pub may_end: bool,
}

/// Who supervises a unit, with names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OversightLine {
    /// 派驻组.
    pub team: Option<(UnitId, String)>,
    /// 联系纪检监察室.
    pub office: Option<(UnitId, String)>,
    /// 镇（街道）纪（工）委.
    pub committee: Option<(UnitId, String)>,
}

/// Bodies that can supervise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bodies {
    /// 派驻组.
    pub teams: Vec<(UnitId, String)>,
    /// 纪检监察室.
    pub offices: Vec<(UnitId, String)>,
    /// 镇（街道）纪（工）委.
    pub committees: Vec<(UnitId, String)>,
}

/// A unit in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPage {
    /// Idempotency keys, one for each form of the page.
    pub commands: Vec<CommandId>,
    /// The unit.
    pub unit: UnitLine,
    /// Version for writes.
    pub version: i64,
    /// Former names with their spans.
    pub names: Vec<(String, String)>,
    /// Merged into this unit.
    pub merged_into: Option<(UnitId, String)>,
    /// Posts.
    pub posts: Vec<PostLine>,
    /// Roles held in it.
    pub grants: Vec<GrantLine>,
    /// 归口.
    pub oversight: OversightLine,
    /// Bodies to choose from.
    pub bodies: Bodies,
    /// Other running units to merge into.
    pub others: Vec<(UnitId, String)>,
    /// Persons of the searched name, for an appointment.
    pub found: Vec<PersonLine>,
    /// May change.
    pub may_edit: bool,
    /// Runs still.
    pub running: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// Person id.
    pub id: String,
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Account.
    pub id: AccountId,
    /// Login name.
    pub login: String,
    /// 「已启用」「未启用」「已停用」.
    pub state: String,
    /// Disabled.
    pub disabled: bool,
    /// Running sessions.
    pub sessions: u32,
    /// Bound devices.
    pub devices: u32,
    /// Day on which a slip was printed that still opens; empty where there is none.
    pub printed: String,
    /// Its last day.
    pub code_until: String,
    /// The viewer may open, close and print for it.
    pub may_handle: bool,
    /// The viewer may end its sessions.
    pub may_end: bool,
    /// The reset of one that was opened before.
    pub reset: ResetLine,
}

/// How the way in of an account is set anew: two persons are needed where somebody opened it before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLine {
    /// Somebody opened the account before.
    pub opened: bool,
    /// The viewer may ask for it, or take it back.
    pub may_ask: bool,
    /// 「11月23日由甲提出，等第二人确认」, or empty.
    pub waits: String,
    /// The viewer may be the second person.
    pub may_confirm: bool,
}

/// A person in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPage {
    /// Idempotency keys, one for each form of the page.
    pub commands: Vec<CommandId>,
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Posts: unit, its name, title, span, still running.
    pub posts: Vec<(UnitId, String, String, String, bool)>,
    /// Roles, running and waiting.
    pub grants: Vec<GrantLine>,
    /// Accounts.
    pub accounts: Vec<AccountLine>,
    /// Roles that can be proposed.
    pub roles: Vec<Role>,
    /// Running units to hold them in.
    pub units: Vec<(UnitId, String)>,
    /// May change.
    pub may_edit: bool,
    /// It is the viewer himself.
    pub own: bool,
    /// What was typed before a refusal.
    pub draft: Draft,
}
