//! One step of an item (H7) as one command: load, version, role, domain rule, rows, audit, thread
//! and board in the same transaction.

use std::collections::BTreeSet;

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::{Item, ItemEvent, Owner, Paper, Ruling, State, Step},
    ids::{CommandId, ItemId, PersonId, PostId, UnitId},
    people::access::Actor,
    time::Day,
};
use serde::Serialize;

use super::{
    access::{hand, role_for, sees},
    open::{Writer, stepped},
    store,
};
use crate::{
    services::{Services, people::held_on, rows::Rows, told},
    storage::{Failure, StorageError, Tx, q},
};

/// What a form of an item says; every step reads its own part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StepWords {
    /// Reason, evidence, opinion, measures.
    pub words: String,
    /// New deadline.
    pub until: Option<Day>,
    /// Day of the 党组会.
    pub adopted_on: Option<Day>,
    /// 责任领导 by id.
    pub owner: Option<PersonId>,
    /// 责任领导 by name, where he has no account.
    pub owner_name: String,
    /// 责任部门.
    pub department: String,
    /// `go_on`, `strike`, `suspend`.
    pub ruling: String,
    /// 「纸质已签」.
    pub paper: Option<Paper>,
    /// Other ledger.
    pub ledger: String,
    /// Number in it.
    pub number: String,
}

impl Services {
    /// Takes a step at most once for its key.
    ///
    /// # Errors
    /// No such item for this actor, a stale version, or a rule said no.
    pub async fn take_step(
        &self,
        actor: &Actor,
        key: CommandId,
        id: ItemId,
        seen: u32,
        step: Step,
        said: StepWords,
    ) -> Result<(), ApiError> {
        let actor = actor.clone();
        let body = serde_json::to_vec(&(id, seen, step, &said)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, key.to_string(), &body, move |tx| {
                Box::pin(async move { take(tx, &actor, id, seen, step, said).await })
            })
            .await
            .map_err(told)
    }
}

/// Takes a step inside a command.
pub(crate) async fn take(
    tx: &mut Tx,
    actor: &Actor,
    id: ItemId,
    seen: u32,
    step: Step,
    said: StepWords,
) -> Result<(), Failure> {
    let kept = store::load(tx, actor.district, id).await?;
    if !sees(actor, &kept) {
        return Err(Rejection::NotFound.into());
    }
    if kept.item.version != seen {
        return Err(Rejection::Stale.into());
    }
    let paper = said.paper.is_some();
    let role = role_for(actor, &kept, step, paper).ok_or(Rejection::NotAllowed)?;
    let mut item = kept.item.clone();
    let owner = match (step, said.owner) {
        (Step::Plan, Some(person)) => Some(leader_of(tx, &item, person).await?),
        _ => None,
    };
    let today = tx.now().day();
    let event = apply(&mut item, actor, today, step, said, owner)?;
    store::save(tx, &item, seen).await?;
    let by = Writer { district: actor.district, account: actor.account, role, hand: hand(actor) };
    stepped(tx, &by, &item, &event, &format!("{} {}", kept.unit_name, kept.number)).await?;
    if item.is_closed() {
        crate::services::reviews::feedback::item_closed(tx, actor.district, &item).await?;
    }
    Ok(())
}

/// The 责任领导 must be of the unit: head or 班子成员.
async fn leader_of(tx: &mut Tx, item: &Item, person: PersonId) -> Result<String, Failure> {
    let today = tx.now().day();
    let found = leaders(tx, item.unit, item.post, today).await?;
    let none = || Rejection::field("owner", "责任领导应是本单位现任班子成员。请重新选择，或填写姓名。");
    Ok(found.into_iter().find(|(id, _)| *id == person).ok_or_else(none)?.1)
}

/// Head of the post and 班子成员 of the unit on a day, by strokes: who can be 责任领导.
pub(super) async fn leaders(
    rows: &mut impl Rows,
    unit: UnitId,
    post: PostId,
    day: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let members = q("SELECT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
         WHERE g.unit_id = $1 AND g.role = 'member'")
    .bind(unit);
    let heads = q("SELECT s.id, s.name, s.strokes FROM terms t JOIN persons s ON s.id = t.person_id
         WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)")
    .bind(post)
    .bind(day);
    let mut found = BTreeSet::new();
    for row in rows.all(held_on(members, day)).await?.iter().chain(&rows.all(heads).await?) {
        found.insert((row.text("strokes")?, row.id::<PersonId>("id")?, row.text("name")?));
    }
    Ok(found.into_iter().map(|(_, id, name)| (id, name)).collect())
}

fn apply(
    item: &mut Item,
    actor: &Actor,
    today: Day,
    step: Step,
    said: StepWords,
    owner: Option<String>,
) -> Result<ItemEvent, Rejection> {
    let by = &hand(actor);
    let wanted = |day: Option<Day>, field: &str, words: &str| day.ok_or_else(|| Rejection::field(field, words));
    match step {
        Step::Sign => item.sign(by, today, said.paper),
        Step::Plan => {
            let met = wanted(said.adopted_on, "adopted_on", "还没有填党组会日期，没有保存。请选择日期。")?;
            let name = owner.unwrap_or(said.owner_name);
            item.plan(by, today, Owner { person: said.owner, name }, &said.department, &said.words, met)
        }
        Step::Progress => item.progress(by, today, &said.words),
        Step::Fill => item.fill(by, today, &said.words),
        Step::Lead => item.lead(by, today, said.paper),
        Step::Apply => item.apply(by, today, said.paper),
        Step::Check => item.check(by, today, &said.words),
        Step::Strike => item.strike(by, today),
        Step::Return => {
            // Inside the unit only the named 责任领导 or the head sends back, never the filler.
            if item.state == State::Filled && item.hands.filler == Some(actor.person) {
                return Err(Rejection::state("填报人不能退回自己的填报。请由责任领导退回。"));
            }
            item.send_back(by, today, &said.words, said.until)
        }
        Step::Decide => {
            let ruling = match said.ruling.as_str() {
                "go_on" => Ruling::GoOn {
                    until: wanted(said.until, "until", "继续整改要写明新的整改期限，没有保存。请选择日期。")?,
                },
                "strike" => Ruling::Strike,
                "suspend" => Ruling::Suspend,
                _ => return Err(Rejection::field("ruling", "还没有选审定意见，没有保存。请选一项。")),
            };
            item.decide(by, today, &ruling, &said.words)
        }
        Step::AskExtension => {
            let to = wanted(said.until, "until", "还没有填延期后的日期，没有保存。请选择日期。")?;
            item.ask_extension(by, today, to, &said.words)
        }
        Step::Extend => item.answer_extension(by, today, true, &said.words),
        Step::RefuseExtension => item.answer_extension(by, today, false, &said.words),
        Step::Suspend => item.suspend(by, today, &said.words),
        Step::Resume => item.resume(by, today, said.until),
        Step::Link => item.link(by, today, &said.ledger, &said.number),
        Step::Open | Step::Look => Err(Rejection::state("没有这样的操作。请刷新页面后重试。")),
    }
    // Errors of the rules name their own fields; two of them are this form's by another name.
    .map_err(renamed)
}

/// The form has one box of words and one of a new day for every step.
fn renamed(no: Rejection) -> Rejection {
    match no {
        Rejection::Field { field, message } => {
            let field = match field.as_str() {
                "reason" | "evidence" | "measures" => "words",
                "to" => "until",
                other => other,
            };
            Rejection::field(field, message)
        }
        other => other,
    }
}
