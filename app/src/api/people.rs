//! People: the directory of units and persons, roles waiting for the second
//! person, the 归口表, slips, and everybody's own page.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{AccountId, CommandId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{Role, UnitKind},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

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
    /// A printed code that was not used yet, with its last day.
    pub code_until: String,
    /// The viewer may open, close and print for it.
    pub may_handle: bool,
    /// The viewer may end its sessions.
    pub may_end: bool,
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

/// A running session of the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Session.
    pub id: SessionId,
    /// `安卓手机 · 微信`.
    pub label: String,
    /// `11月22日 10:32 登录，最近 10:50`.
    pub note: String,
    /// This one.
    pub here: bool,
}

/// A bound device of the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    /// Row id.
    pub id: String,
    /// `安卓手机 · 微信`.
    pub label: String,
    /// `绑定至 2027年2月20日`.
    pub note: String,
}

/// Own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MePage {
    /// Idempotency key of forms on the page.
    pub command: CommandId,
    /// Name.
    pub name: String,
    /// Login name.
    pub login: String,
    /// Posts to act in: id, label, chosen.
    pub posts: Vec<(PostId, String, bool)>,
    /// Roles with their units, in words.
    pub roles: Vec<String>,
    /// Own sessions.
    pub sessions: Vec<SessionLine>,
    /// Own devices.
    pub devices: Vec<DeviceLine>,
    /// Has a password.
    pub has_password: bool,
    /// The session came from a bound device.
    pub by_device: bool,
    /// Announced readings of the own book: who, when.
    pub readings: Vec<(String, String)>,
    /// What was typed before a refusal (never secrets).
    pub draft: Draft,
}

/// Which part of the own page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeQuery {
    /// Draft of a refused form.
    pub draft: Option<String>,
}

/// Units to print slips for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipsPage {
    /// Idempotency key (the marks of every form).
    pub command: CommandId,
    /// Unit, name, people without an opened account.
    pub units: Vec<(UnitId, String, u32)>,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of the people service: what its pages read.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait People: Send + Sync {
    /// Units and, with a search, persons.
    async fn directory(&self, actor: &Actor, query: DirectoryQuery) -> Result<DirectoryPage, ApiError>;
    /// One unit.
    async fn unit(&self, actor: &Actor, query: UnitQuery) -> Result<UnitPage, ApiError>;
    /// One person.
    async fn person(&self, actor: &Actor, query: PersonQuery) -> Result<PersonPage, ApiError>;
    /// Roles waiting for the second person.
    async fn roles(&self, actor: &Actor, query: RolesQuery) -> Result<RolesPage, ApiError>;
    /// The 归口表.
    async fn map(&self, actor: &Actor, query: MapQuery) -> Result<MapPage, ApiError>;
    /// Units to print slips for.
    async fn slips(&self, actor: &Actor, query: RolesQuery) -> Result<SlipsPage, ApiError>;
    /// The own page.
    async fn me(&self, actor: &Actor, query: MeQuery) -> Result<MePage, ApiError>;
}

/// Units and, with a search, persons.
#[server(endpoint = "people/directory", input = Json)]
pub async fn people_directory(form: DirectoryQuery) -> Result<DirectoryPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().directory(call.actor(), form).await)
}

/// One unit.
#[server(endpoint = "people/unit", input = Json)]
pub async fn people_unit(form: UnitQuery) -> Result<UnitPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().unit(call.actor(), form).await)
}

/// One person.
#[server(endpoint = "people/person", input = Json)]
pub async fn people_person(form: PersonQuery) -> Result<PersonPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().person(call.actor(), form).await)
}

/// Roles waiting for the second person.
#[server(endpoint = "people/roles", input = Json)]
pub async fn people_roles(form: RolesQuery) -> Result<RolesPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().roles(call.actor(), form).await)
}

/// The 归口表.
#[server(endpoint = "people/map", input = Json)]
pub async fn people_map(form: MapQuery) -> Result<MapPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().map(call.actor(), form).await)
}

/// Units to print slips for.
#[server(endpoint = "people/slips", input = Json)]
pub async fn people_slips(form: RolesQuery) -> Result<SlipsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().slips(call.actor(), form).await)
}

/// The own page.
#[server(endpoint = "people/me", input = Json)]
pub async fn people_me(form: MeQuery) -> Result<MePage, ApiError> {
    let call = Call::current().await?;
    answer(call.people().me(call.actor(), form).await)
}
