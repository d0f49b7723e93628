//! 整改方案: one form gives every problem its 责任领导, 责任部门, 时限 and measures. Each line is the plan of its item; the
//! talk keeps none of it.

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::{Owner, State, Step},
    ids::{CommandId, PersonId, PostId, TalkId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    time::{Day, zh},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Services,
        accountability::{
            access::role_for,
            open::{Writer, stepped as item_stepped},
            store as item_store,
        },
        people::held_on,
        reviews::report::refresh_held,
        rows::Rows,
    },
    act::answerer,
    course::saved,
    store,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// A line of the plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanLine {
    /// Problem.
    pub no: u32,
    /// 责任领导, where the system knows him.
    pub owner: Option<PersonId>,
    /// His name, where it does not.
    pub owner_name: String,
    /// 责任部门.
    pub department: String,
    /// 时限; at most what was asked for. Empty keeps it.
    pub due: Option<Day>,
    /// 整改措施.
    pub measures: String,
}

/// The form of the plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanForm {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Version that was seen.
    pub seen: u32,
    /// Lines that are filled in.
    pub lines: Vec<PlanLine>,
}

/// Head of the post and 班子成员 of the unit: who can be 责任领导.
pub async fn leaders(
    from: &mut impl Rows,
    unit: UnitId,
    post: PostId,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let members = q("SELECT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                     WHERE g.unit_id = $1 AND g.role = 'member'");
    let members = held_on(members.bind(unit), today).push("ORDER BY s.strokes, s.name, s.id");
    let heads = q("SELECT s.id, s.name, s.strokes FROM terms t JOIN persons s ON s.id = t.person_id
                   WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
                   ORDER BY s.strokes, s.name, s.id");
    let heads = heads.bind(post).bind(today);
    let mut out: Vec<(PersonId, String)> = Vec::new();
    for row in from.all(heads).await?.iter().chain(&from.all(members).await?) {
        let one = (row.id("id")?, row.text("name")?);
        if !out.contains(&one) {
            out.push(one);
        }
    }
    Ok(out)
}

/// A refusal of the item says at which line it happened.
fn at(no: u32, rejection: Rejection) -> Rejection {
    match rejection {
        Rejection::Field { field, message } => {
            let known = ["owner", "department", "measures"].contains(&field.as_str());
            if known { Rejection::field(format!("{field}_{no}"), message) } else { Rejection::field(field, message) }
        }
        other => other,
    }
}

pub(crate) async fn plan(tx: &mut Tx, actor: &Actor, form: PlanForm) -> Result<(), Failure> {
    let (mut kept, _sight) = store::readable(tx, actor, form.talk).await?;
    let _proof = access::answer_talk(actor, kept.post(), kept.talk.term)?;
    if kept.talk.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let (today, by) = (tx.now().day(), access::hand(actor));
    if form.lines.is_empty() {
        return Err(Rejection::state("整改方案还是空的，没有报送。请至少填写一个问题。").into());
    }
    let event = kept.talk.planned(&by, today, form.lines.len())?;
    let met = kept.talk.met.as_ref().map_or(today, |met| met.on);
    let known = leaders(tx, kept.talk.unit, kept.talk.post, today).await?;
    let begun = tx.hold_colours();
    for line in &form.lines {
        let problem = kept.talk.lists.problem(line.no).ok_or(Rejection::NotFound)?;
        let id = problem.item.ok_or(Rejection::NotFound)?;
        let item_kept = item_store::load(tx, actor.district, id).await?;
        // The head may bring the plan of his own talk himself; for the 区委书记 nobody else does.
        let own = access::own_talk(actor, kept.talk.term).ok().map(|_| Role::Principal);
        let role = role_for(actor, &item_kept, Step::Plan, false).or(own).ok_or(Rejection::NotAllowed)?;
        let mut item = item_kept.item.clone();
        let seen = item.version;
        if let Some(due) = line.due {
            if due > item.deadline && item.state == State::Planning {
                let words = format!(
                    "整改时限晚于要求的{}，没有报送。请改到期限以内；确需延期的，报送后再申请延期。",
                    zh(item.deadline)
                );
                return Err(Rejection::field(format!("due_{}", line.no), words).into());
            }
            if due <= today {
                let words = "整改时限应晚于今天，没有报送。请重新选择日期。";
                return Err(Rejection::field(format!("due_{}", line.no), words).into());
            }
            item.deadline = due.min(item.deadline);
        }
        let name = match line.owner {
            None => line.owner_name.clone(),
            Some(person) => {
                let found = known.iter().find(|(id, _)| *id == person);
                let none = || {
                    let words = "责任领导应是本单位现任班子成员。请重新选择，或填写姓名。";
                    Rejection::field(format!("owner_{}", line.no), words)
                };
                found.ok_or_else(none)?.1.clone()
            }
        };
        let owner = Owner { person: line.owner, name };
        let day = met.max(item.opened_on);
        let done = item
            .plan(&by, today, owner, &line.department, &line.measures, day)
            .map_err(|rejection| at(line.no, rejection))?;
        item_store::save(tx, &item, seen).await?;
        let writer = Writer { district: actor.district, account: actor.account, role, hand: by.clone() };
        item_stepped(tx, &writer, &item, &done, &format!("{} {}", item_kept.unit_name, item_kept.number)).await?;
    }
    refresh_held(tx, begun).await?;
    let role = answerer(actor, &kept);
    saved(tx, actor, &kept, form.seen, &event, role).await
}

impl Services {
    /// Brings the plan, all lines or none.
    ///
    /// # Errors
    /// Not of the unit; stale; a line that a rule refuses.
    pub async fn plan_talk(&self, actor: &Actor, form: PlanForm) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { plan(tx, &actor, form).await })
        })
        .await
    }
}
