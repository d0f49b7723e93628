//! Who reads an item and who may take which step (H7). The hands that must not be one are the
//! domain's own; here only: in which role does somebody act at all?
//!
//! The post of the 区委书记 is the 区纪委书记's alone, in every part that the commission has.

use domain::{
    accountability::{State, Step},
    people::{
        Role,
        access::{self, Actor, PostRef},
    },
};

pub use domain::people::access::hand;

use super::store::Kept;

impl Kept {
    /// The post for access questions.
    pub fn post(&self) -> PostRef {
        PostRef { post: self.item.post, unit: self.item.unit, leads_district: self.leads_district }
    }
}

/// What the commission does for the post of the 区委书记 is the 书记's alone.
fn secretary(actor: &Actor) -> Option<Role> {
    actor.has(Role::Secretary).then_some(Role::Secretary)
}

fn office(actor: &Actor, kept: &Kept) -> Option<Role> {
    if kept.leads_district {
        return secretary(actor);
    }
    access::strike_item(actor, kept.post()).ok().map(|_| Role::ConductOffice)
}

/// In which role a reader of a registered inspection marks it on site.
pub(super) fn reader(actor: &Actor, kept: &Kept) -> Option<Role> {
    checker(actor, kept).or_else(|| office(actor, kept))
}

fn deputy(actor: &Actor, kept: &Kept) -> Option<Role> {
    let _ = access::decide_item(actor, kept.post()).ok()?;
    [Role::DeputySecretary, Role::Secretary].into_iter().find(|r| actor.has(*r))
}

fn head(actor: &Actor, kept: &Kept) -> Option<Role> {
    access::accept_item(actor, kept.item.post).ok().map(|_| Role::Principal)
}

/// 责任部门: 班子成员 or 联络员.
fn department(actor: &Actor, kept: &Kept) -> Option<Role> {
    let _ = access::fill_item(actor, kept.item.unit).ok()?;
    [Role::Member, Role::Liaison].into_iter().find(|r| actor.has_in(*r, kept.item.unit))
}

/// The plan is the head's to bring as well; for the 区委书记 nobody else does.
fn planner(actor: &Actor, kept: &Kept) -> Option<Role> {
    let _ = access::plan_item(actor, kept.item.unit).ok()?;
    department(actor, kept).or_else(|| head(actor, kept))
}

/// 责任领导.
fn leader(actor: &Actor, kept: &Kept) -> Option<Role> {
    let owner = kept.item.owner.as_ref().and_then(|o| o.person);
    let _ = access::lead_item(actor, kept.item.unit, owner).ok()?;
    [Role::Principal, Role::Member].into_iter().find(|r| actor.has_in(*r, kept.item.unit))
}

/// 复核: whoever supervises the unit by the 归口表.
fn checker(actor: &Actor, kept: &Kept) -> Option<Role> {
    if kept.leads_district {
        return secretary(actor);
    }
    let _ = access::check_item(actor, kept.post()).ok()?;
    [Role::ResidentTeam, Role::SupervisionOffice].into_iter().find(|r| actor.has(*r))
}

/// May the actor read the item at all? Otherwise it does not exist for him.
pub fn sees(actor: &Actor, kept: &Kept) -> bool {
    sees_of(actor, kept.post())
}

/// The same of every item of a post.
pub fn sees_of(actor: &Actor, post: PostRef) -> bool {
    let head = access::accept_item(actor, post.post).is_ok();
    if post.leads_district {
        return head || actor.has(Role::Secretary);
    }
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    let watches = [Role::ResidentTeam, Role::SupervisionOffice, Role::TownCommittee].into_iter().any(|r| actor.has(r))
        && actor.watched.contains(&post.unit);
    let works = access::fill_item(actor, post.unit).is_ok()
        && [Role::Member, Role::Liaison].into_iter().any(|r| actor.has_in(r, post.unit));
    head || works || leads || watches
}

/// The role in which the actor may take `step`, `None` if he may not.
pub fn role_for(actor: &Actor, kept: &Kept, step: Step, paper: bool) -> Option<Role> {
    match step {
        Step::Open
        | Step::Link
        | Step::Strike
        | Step::Extend
        | Step::RefuseExtension
        | Step::Suspend
        | Step::Transfer
        | Step::Relate
        | Step::Resume => office(actor, kept),
        // A paper signature is noted by whoever handled it.
        Step::Sign if paper => office(actor, kept).or_else(|| checker(actor, kept)),
        Step::Lead | Step::Apply if paper => department(actor, kept),
        Step::Sign | Step::Apply | Step::AskExtension | Step::Owner => head(actor, kept),
        Step::Plan | Step::Progress => planner(actor, kept),
        Step::Fill | Step::Settle => department(actor, kept),
        Step::Lead => leader(actor, kept),
        // A look on site is taken by a registered reading, a ledger by its import, never by this form.
        Step::Look | Step::Bring => None,
        Step::Check => checker(actor, kept),
        Step::Return => match kept.item.state {
            State::Filled => leader(actor, kept).or_else(|| head(actor, kept)),
            State::Confirmed => head(actor, kept),
            State::Checking => checker(actor, kept),
            State::Checked => office(actor, kept),
            _ => None,
        },
        Step::Decide => deputy(actor, kept),
    }
}

/// Steps to offer the actor now, with whether only a paper signature is his to note.
pub fn offered(actor: &Actor, kept: &Kept) -> Vec<(Step, bool)> {
    let own = hand(actor).units.contains(&kept.item.unit);
    let part = [kept.item.hands.filler, kept.item.hands.leader, kept.item.hands.applicant];
    let took_part = part.contains(&Some(actor.person));
    kept.item
        .next()
        .into_iter()
        .filter_map(|step| {
            let outside = matches!(step, Step::Check | Step::Strike | Step::Decide)
                || (step == Step::Return && matches!(kept.item.state, State::Checking | State::Checked));
            if outside && (own || took_part) {
                return None;
            }
            // Who filled in does not confirm, apply or send back.
            let filler = kept.item.hands.filler == Some(actor.person);
            if filler && matches!(step, Step::Lead | Step::Apply | Step::Return) {
                return role_for(actor, kept, step, true).filter(|_| step != Step::Return).map(|_| (step, true));
            }
            if step == Step::Strike && kept.item.hands.checker == Some(actor.person) {
                return None;
            }
            if role_for(actor, kept, step, false).is_some() {
                return Some((step, false));
            }
            let on_paper =
                matches!(step, Step::Sign | Step::Lead | Step::Apply) && role_for(actor, kept, step, true).is_some();
            on_paper.then_some((step, true))
        })
        .collect()
}
