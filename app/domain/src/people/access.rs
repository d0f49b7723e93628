//! Who may do and see what. Services ask here first and get a proof value that
//! only this module can build; storage methods that change or reveal something
//! take the proof, so a forgotten check does not compile.
//!
//! Source of the rules: the visibility matrix (最小可见) and the hand-overs H1–H10.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Grant, HeadTerm, Role};
use crate::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, UnitId},
};

/// The signed-in person, with everything access needs to know. Built by the server per request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// District; every query is bound to it.
    pub district: DistrictId,
    /// Account.
    pub account: AccountId,
    /// Person of the account.
    pub person: PersonId,
    /// Session of the request.
    pub session: SessionId,
    /// Name, for pages and texts.
    pub name: String,
    /// Confirmed, running roles.
    pub grants: Vec<Grant>,
    /// Running terms in head posts.
    pub terms: Vec<HeadTerm>,
    /// The head post chosen in the session, among `terms`.
    pub post: Option<PostId>,
    /// Units that the actor's teams and offices supervise by the 归口表.
    pub watched: BTreeSet<UnitId>,
}

impl Actor {
    /// Does the actor hold `role` anywhere?
    pub fn has(&self, role: Role) -> bool {
        match role {
            Role::Principal => !self.terms.is_empty(),
            _ => self.grants.iter().any(|g| g.role == role),
        }
    }

    /// Does the actor hold `role` in `unit`?
    pub fn has_in(&self, role: Role, unit: UnitId) -> bool {
        match role {
            Role::Principal => self.terms.iter().any(|t| t.unit == unit),
            _ => self.grants.iter().any(|g| g.role == role && g.unit == unit),
        }
    }

    /// The chosen head term.
    pub fn term(&self) -> Option<&HeadTerm> {
        self.post.and_then(|post| self.terms.iter().find(|t| t.post == post)).or(self.terms.first())
    }

    /// Units the actor belongs to as head, member or liaison.
    pub fn own_units(&self) -> BTreeSet<UnitId> {
        let held = self.grants.iter().filter(|g| matches!(g.role, Role::Member | Role::Liaison)).map(|g| g.unit);
        self.terms.iter().map(|t| t.unit).chain(held).collect()
    }

    /// Does the actor belong to `unit` in any role? Nobody checks his own unit.
    fn belongs_to(&self, unit: UnitId) -> bool {
        self.terms.iter().any(|t| t.unit == unit) || self.grants.iter().any(|g| g.unit == unit)
    }

    /// Does the actor supervise `unit` by the 归口表? A 镇（街道）纪（工）委 only assists.
    fn supervises(&self, unit: UnitId) -> bool {
        (self.has(Role::ResidentTeam) || self.has(Role::SupervisionOffice)) && self.watched.contains(&unit)
    }

    /// One who leads or runs the chain for the whole district.
    fn sees_district(&self) -> bool {
        [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::GeneralOffice]
            .into_iter()
            .any(|r| self.has(r))
    }
}

/// What is asked about: a post with what decides access to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostRef {
    /// Post.
    pub post: PostId,
    /// Its unit.
    pub unit: UnitId,
    /// Is it the head post of the district's party committee (区委书记)? His book is
    /// seen by himself and the 区纪委书记 only.
    pub leads_district: bool,
}

/// Rows an actor may see in lists: storage ANDs this into every query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every unit of the district.
    District,
    /// Only these units.
    Units(BTreeSet<UnitId>),
}

impl Scope {
    /// Does the scope hold `unit`?
    pub fn holds(&self, unit: UnitId) -> bool {
        match self {
            Self::District => true,
            Self::Units(units) => units.contains(&unit),
        }
    }
}

/// How much of a book one may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Everything: the leader himself.
    Full,
    /// Everything but the notes of talks (谈话要点): the 联络员.
    WithoutTalks,
    /// Kind, date, items, 补记/代录: office eyes outside a registered 翻阅检查.
    Outline,
    /// Everything that the head confirmed but the notes of talks: a named reader on the days of
    /// a registered 翻阅检查.
    Reading,
}

impl Sight {
    /// A look from outside the unit: noted, and only of what the head confirmed.
    pub fn is_from_outside(self) -> bool {
        matches!(self, Self::Outline | Self::Reading)
    }
}

macro_rules! proofs {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        #[must_use = "pass the proof to the storage method it permits"]
        pub struct $name { _only_here: () }
    )*};
}

mod accountability;
mod checks;
mod closing;
mod documents;
mod evidence;
mod oversight;
mod overview;
mod papers;
mod portrait;
mod relief;
mod reminders;
mod reports;
mod reset;
mod reviews;
mod season;
mod settings;
mod talks;
mod tolerance;
mod warnings;

pub use accountability::*;
pub use checks::*;
pub use closing::*;
pub use documents::*;
pub use evidence::*;
pub use oversight::*;
pub use overview::*;
pub use papers::*;
pub use portrait::*;
pub use relief::*;
pub use reminders::*;
pub use reports::*;
pub use reset::*;
pub use reviews::*;
pub use season::*;
pub use settings::*;
pub use talks::*;
pub use tolerance::*;
pub use warnings::*;

proofs! {
    /// May edit list templates, import lists, set holidays and 启用日.
    EditLists,
    /// May propose 自选动作 for a unit (派驻组/联系室).
    ProposeItems,
    /// May comment on a list drafted for the own unit.
    CommentList,
    /// May decide 审定 (分管副书记).
    ApproveList,
    /// May issue an approved list (下达).
    IssueList,
    /// May sign the receipt (签收) in a post.
    SignList,
    /// May note a receipt on paper for somebody else.
    NotePaperReceipt,
    /// May write into the book of a post.
    WriteRecord,
    /// May draft for the head of a unit (代录).
    DraftRecord,
    /// May mark a record as checked (已核实).
    VerifyRecord,
    /// May maintain units, posts, persons, accounts and the 归口表.
    ManagePeople,
    /// May confirm roles and end other people's sessions.
    ManageSecurity,
    /// May open, close and print slips for the account of a person.
    HandleAccount,
    /// May see the directory of units, persons and accounts.
    SeeDirectory,
    /// May read the audit log.
    ReadAudit,
    /// May prepare and sign a hand-over of a post.
    HandOver,
}

fn when<T>(allowed: bool, proof: T) -> Result<T, Rejection> {
    if allowed { Ok(proof) } else { Err(Rejection::NotAllowed) }
}

/// Templates, imports of lists, calendar: the office.
pub fn edit_lists(actor: &Actor) -> Result<EditLists, Rejection> {
    when(actor.has(Role::ConductOffice), EditLists { _only_here: () })
}

/// 自选动作 are proposed by the body that supervises the unit, or by the office.
pub fn propose_items(actor: &Actor, unit: UnitId) -> Result<ProposeItems, Rejection> {
    when(actor.supervises(unit) || actor.has(Role::ConductOffice), ProposeItems { _only_here: () })
}

/// A unit comments on its own list through its head or 联络员.
pub fn comment_list(actor: &Actor, unit: UnitId) -> Result<CommentList, Rejection> {
    when(actor.has_in(Role::Principal, unit) || actor.has_in(Role::Liaison, unit), CommentList { _only_here: () })
}

/// 审定 by the 分管副书记 (or the 书记), who never approves the list of the own post.
pub fn approve_list(actor: &Actor, post: PostRef) -> Result<ApproveList, Rejection> {
    let own = actor.terms.iter().any(|t| t.post == post.post);
    when(!own && (actor.has(Role::DeputySecretary) || actor.has(Role::Secretary)), ApproveList { _only_here: () })
}

/// 下达 by the office.
pub fn issue_list(actor: &Actor) -> Result<IssueList, Rejection> {
    when(actor.has(Role::ConductOffice), IssueList { _only_here: () })
}

/// 签收 by the present head of the post, in person.
pub fn sign_list(actor: &Actor, post: PostId) -> Result<SignList, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post), SignList { _only_here: () })
}

/// 「纸质已签」 is noted by the office or by the body that handed the paper over.
pub fn note_paper_receipt(actor: &Actor, unit: UnitId) -> Result<NotePaperReceipt, Rejection> {
    when(actor.supervises(unit) || actor.has(Role::ConductOffice), NotePaperReceipt { _only_here: () })
}

/// Only the head writes into his book.
pub fn write_record(actor: &Actor, post: PostId) -> Result<WriteRecord, Rejection> {
    when(actor.terms.iter().any(|t| t.post == post), WriteRecord { _only_here: () })
}

/// The 联络员 of the unit drafts; it counts only when the head confirms. For the 区委书记 nobody drafts:
/// his book is open to no 联络员.
pub fn draft_record(actor: &Actor, post: PostRef) -> Result<DraftRecord, Rejection> {
    when(!post.leads_district && actor.has_in(Role::Liaison, post.unit), DraftRecord { _only_here: () })
}

/// 已核实 is set by the supervising body or the office, never within the own unit (the checker is
/// not of the checked unit in any role), and only by a reader of a running 翻阅检查: nobody checks
/// what he has not read.
pub fn verify_record(
    actor: &Actor,
    post: PostRef,
    year: i32,
    reading: Option<Reading>,
) -> Result<VerifyRecord, Rejection> {
    let checks = register_reading(actor, post).is_ok();
    let reads = matches!(read_during(actor, post, year, reading), Ok(Sight::Reading));
    when(checks && reads, VerifyRecord { _only_here: () })
}

/// Organisation data: 系统管理员 and the office.
pub fn manage_people(actor: &Actor) -> Result<ManagePeople, Rejection> {
    when(actor.has(Role::SystemAdmin) || actor.has(Role::ConductOffice), ManagePeople { _only_here: () })
}

/// Roles and sessions of others: 安全管理员 alone; never for the own person.
pub fn manage_security(actor: &Actor, about: Option<PersonId>) -> Result<ManageSecurity, Rejection> {
    when(actor.has(Role::SecurityAdmin) && about != Some(actor.person), ManageSecurity { _only_here: () })
}

/// Accounts: whoever maintains people; the account of somebody with a role for the whole
/// district or an administrator's only the 安全管理员 (a slip in the wrong hands is the
/// account itself); nobody the own one.
pub fn handle_account(actor: &Actor, person: PersonId, privileged: bool) -> Result<HandleAccount, Rejection> {
    let may = if privileged {
        actor.has(Role::SecurityAdmin)
    } else {
        [Role::SystemAdmin, Role::ConductOffice, Role::SecurityAdmin].into_iter().any(|r| actor.has(r))
    };
    when(may && person != actor.person, HandleAccount { _only_here: () })
}

/// The directory: those who maintain people, and the 安全管理员 who confirms roles.
pub fn see_directory(actor: &Actor) -> Result<SeeDirectory, Rejection> {
    when(
        [Role::SystemAdmin, Role::ConductOffice, Role::SecurityAdmin].into_iter().any(|r| actor.has(r)),
        SeeDirectory { _only_here: () },
    )
}

/// The audit log: 审计管理员 alone.
pub fn read_audit(actor: &Actor) -> Result<ReadAudit, Rejection> {
    when(actor.has(Role::AuditAdmin), ReadAudit { _only_here: () })
}

/// H10 is prepared by the office and signed by the two heads.
pub fn hand_over(actor: &Actor, post: PostId) -> Result<HandOver, Rejection> {
    let head = actor.terms.iter().any(|t| t.post == post);
    when(head || actor.has(Role::ConductOffice), HandOver { _only_here: () })
}

/// Rows of the board, lists, occurrences and threads that the actor may see.
pub fn board_scope(actor: &Actor) -> Result<Scope, Rejection> {
    if actor.sees_district() {
        return Ok(Scope::District);
    }
    let mut units = actor.own_units();
    if [Role::ResidentTeam, Role::SupervisionOffice, Role::TownCommittee].into_iter().any(|r| actor.has(r)) {
        units.extend(actor.watched.iter().copied());
    }
    // Administrators see no business at all.
    if units.is_empty() { Err(Rejection::NotAllowed) } else { Ok(Scope::Units(units)) }
}

/// How much of a post's book may the actor read? 班子成员 and the 办公室 see the row of the
/// board, not the book (最小可见).
pub fn read_book(actor: &Actor, post: PostRef) -> Result<Sight, Rejection> {
    if actor.terms.iter().any(|t| t.post == post.post) {
        return Ok(Sight::Full);
    }
    if post.leads_district {
        return when(actor.has(Role::Secretary), Sight::Outline);
    }
    if actor.has_in(Role::Liaison, post.unit) {
        return Ok(Sight::WithoutTalks);
    }
    let office = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    let assists = actor.has(Role::TownCommittee) && actor.watched.contains(&post.unit);
    when(office || assists || actor.supervises(post.unit), Sight::Outline)
}

/// Internal sources of a 自选动作 (检查, 巡察, 信访, 执纪) are for the office only;
/// everybody else reads 「监督中发现」.
pub fn sees_sources(actor: &Actor) -> bool {
    actor.has(Role::ConductOffice) || actor.has(Role::Secretary) || actor.has(Role::DeputySecretary)
}
