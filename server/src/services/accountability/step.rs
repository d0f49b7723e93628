//! One step of an item (H7) as one command: load, version, role, domain rule, rows, audit, thread
//! and board in the same transaction.

use std::collections::BTreeSet;

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::{Item, ItemEvent, Owner, Paper, Proof, Ruling, Standing, State, Step, words},
    ids::{CommandId, DistrictId, ItemId, PersonId, PostId, UnitId},
    people::access::Actor,
    text,
    time::{Day, WorkCalendar},
};
use serde::Serialize;

use super::{
    access::{hand, role_for, sees},
    bring,
    open::{Writer, stepped},
    proofs,
    store::{self, Kept},
};
use crate::{
    services::{Services, people::held_on, posts, reviews::report::refresh_board, rows::Rows, told},
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
    /// What proves it: `record:id`, `regulation:id`.
    pub proofs: Vec<String>,
    /// The unit that takes it over.
    pub unit: Option<UnitId>,
    /// `2026-003`: the earlier problem that it repeats.
    pub earlier: String,
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
    let today = tx.now().day();
    let looked = looked_up(tx, actor, &kept, step, &said, today).await?;
    let event = apply(&mut item, actor, today, step, said, looked)?;
    store::save(tx, &item, seen).await?;
    if step == Step::Link {
        bring::keep_number(tx, actor, &item, &kept.unit_name).await?;
    }
    let by = Writer { district: actor.district, account: actor.account, role, hand: hand(actor) };
    stepped(tx, &by, &item, &event, &format!("{} {}", kept.unit_name, kept.number)).await?;
    if item.post != kept.item.post {
        // The unit that gave it away has one less on its account.
        refresh_board(tx, actor.district, kept.item.post, chrono::Datelike::year(&item.opened_on)).await?;
    }
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

/// What a step needs of the district, looked up before it is taken.
#[derive(Default)]
struct Looked {
    /// Name of the chosen 责任领导.
    owner: Option<String>,
    proofs: Vec<Proof>,
    heir: Option<Standing>,
    /// The earlier problem and its number.
    earlier: Option<(Item, String)>,
    calendar: WorkCalendar,
    /// Unit of the item, as it is called today.
    unit: String,
}

async fn looked_up(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    step: Step,
    said: &StepWords,
    today: Day,
) -> Result<Looked, Failure> {
    let (district, item) = (actor.district, &kept.item);
    let mut looked = Looked { unit: kept.unit_name.clone(), ..Looked::default() };
    match step {
        Step::Plan | Step::Owner => {
            if let Some(person) = said.owner {
                looked.owner = Some(leader_of(tx, item, person).await?);
            }
        }
        Step::Fill | Step::Settle => {
            looked.proofs = proofs::chosen(tx, district, item, &said.proofs).await?;
            looked.calendar = posts::calendar(tx, district).await?;
        }
        Step::Transfer => {
            let missing = || Rejection::field("unit", "还没有选承接单位，没有移交。请选择。");
            let unit = said.unit.ok_or_else(missing)?;
            looked.heir = Some(heir(tx, district, unit, today).await?.ok_or_else(missing)?);
        }
        Step::Relate => {
            let typed = text::required("earlier", "原问题编号", &said.earlier, text::NAME_MAX)?;
            looked.earlier = Some(earlier(tx, actor, &typed).await?);
        }
        _ => {}
    }
    Ok(looked)
}

/// A unit that can take an item over, with its head post.
async fn heir(tx: &mut Tx, district: DistrictId, unit: UnitId, today: Day) -> Result<Option<Standing>, StorageError> {
    let find = q("SELECT p.id, u.name FROM posts p JOIN units u ON u.id = p.unit_id
         WHERE u.id = $1 AND u.district_id = $2 AND u.leads_district = 0 AND p.is_head = 1
           AND (p.ends_on IS NULL OR p.ends_on >= $3) AND (u.ends_on IS NULL OR u.ends_on >= $3)
         ORDER BY p.position, p.id LIMIT 1");
    let row = tx.row(find.bind(unit).bind(district).bind(today)).await?;
    row.map(|row| Ok(Standing { unit, name: row.text("name")?, post: row.id("id")? })).transpose()
}

/// The problem of a number, in the actor's sight.
async fn earlier(tx: &mut Tx, actor: &Actor, typed: &str) -> Result<(Item, String), Failure> {
    let none =
        || Rejection::field("earlier", format!("没有找到编号“{typed}”的问题，没有保存。请照台账填写，如 2026-003。"));
    let (year, number) = words::numbered(typed).ok_or_else(none)?;
    let find =
        store::items_query(actor.district).push_bind("AND i.year = ?", year).push_bind("AND i.number = ?", number);
    let kept = store::read(&tx.row(find).await?.ok_or_else(none)?)?;
    if sees(actor, &kept) { Ok((kept.item, kept.number)) } else { Err(none().into()) }
}

fn apply(
    item: &mut Item,
    actor: &Actor,
    today: Day,
    step: Step,
    said: StepWords,
    looked: Looked,
) -> Result<ItemEvent, Rejection> {
    let by = &hand(actor);
    let wanted = |day: Option<Day>, field: &str, words: &str| day.ok_or_else(|| Rejection::field(field, words));
    match step {
        Step::Sign => item.sign(by, today, said.paper),
        Step::Plan => {
            let met = wanted(said.adopted_on, "adopted_on", "还没有填党组会日期，没有保存。请选择日期。")?;
            let name = looked.owner.unwrap_or(said.owner_name);
            item.plan(by, today, Owner { person: said.owner, name }, &said.department, &said.words, met)
        }
        Step::Progress => item.progress(by, today, &said.words),
        Step::Fill => item.fill_with(by, today, &said.words, looked.proofs),
        Step::Settle => item.settle(by, today, &said.department, &said.words, looked.proofs, &looked.calendar),
        Step::Owner => {
            let name = looked.owner.unwrap_or(said.owner_name);
            item.reassign(by, today, Owner { person: said.owner, name }, &said.words)
        }
        Step::Transfer => match looked.heir {
            Some(heir) => item.transfer(by, today, &looked.unit, &heir, &said.words, said.until),
            None => Err(Rejection::NotFound),
        },
        Step::Relate => match looked.earlier {
            Some((earlier, number)) => item.relate(by, today, &earlier, &number),
            None => Err(Rejection::NotFound),
        },
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
        Step::Open | Step::Look | Step::Bring => Err(Rejection::state("没有这样的操作。请刷新页面后重试。")),
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
