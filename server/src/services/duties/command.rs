//! Every write of 明责 as one command: a form becomes a [`Command`], the command runs at
//! most once in the writer and answers with the path to go to.

use app::api::ApiError;
use domain::{
    Rejection,
    chain::Answer,
    duties::Source,
    ids::{CommandId, DutyId, DutyListId, HandoverId, ItemId, LeaderListId, PostId, TaskId, TemplateId, UnitId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    signature::Signing,
    time::Day,
};

use super::{
    calendar::{self, DayLine},
    handover::{self, Side},
    issue::{self, Issuer},
    item_edit::{change_items, propose, swap},
    item_form::ItemForm,
    learned, lists, office, pass_down,
    sign::{self, Signer},
    steps::{self, Keeper, Returner},
    store::{self, By, ItemsOf, ListRow},
    tasks::{self, TaskForm},
    twins::{self, named},
};
use crate::{
    services::{Services, told},
    storage::{Failure, Tx},
};

pub use super::sight::leading_role;

/// One line of the names table.
#[derive(Debug, Clone)]
pub struct ListEdit {
    /// The list; a new one when empty.
    pub id: Option<DutyListId>,
    /// Name; a line without one is left out.
    pub name: String,
    /// Responsible party.
    pub party: String,
    /// Order as typed.
    pub position: String,
    /// Take it out.
    pub drop: bool,
}

/// A step of H1 for one list or many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 送单位征求意见.
    Send,
    /// 提交审定.
    Submit,
    /// 审定.
    Approve,
    /// 退回起草.
    Return,
    /// 下达.
    Issue,
}

impl Step {
    /// The step of a form key.
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "send" => Self::Send,
            "submit" => Self::Submit,
            "approve" => Self::Approve,
            "return" => Self::Return,
            "issue" => Self::Issue,
            _ => return None,
        })
    }

    fn done(self) -> &'static str {
        match self {
            Self::Send => "sent",
            Self::Submit => "submitted",
            Self::Approve => "approved",
            Self::Return => "returned",
            Self::Issue => "issued",
        }
    }
}

/// A write.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the forms, named alike")]
pub enum Command {
    /// Names, parties, order, number of the lists.
    SaveLists(Vec<ListEdit>),
    /// An empty draft template, or the next edition of another.
    NewTemplate { list: String, kind: Option<UnitKind>, year: i32, from: Option<TemplateId> },
    /// Publishes a draft template.
    Publish { template: TemplateId, seen: i64 },
    /// Adds or changes an item.
    SaveItem { of: ItemsOf, seen: i64, form: ItemForm },
    /// Takes an item out.
    DropItem { of: ItemsOf, seen: i64, duty: DutyId },
    /// 采用 of a suggestion; 不采用 takes it out.
    AdoptItem { of: ItemsOf, seen: i64, duty: DutyId },
    /// Swaps an item with its neighbour in the same 大项.
    MoveItem { of: ItemsOf, seen: i64, duty: DutyId, up: bool },
    /// Draft lists for all units of a kind.
    MakeLists { year: i32, kind: Option<UnitKind>, effective_on: Day },
    /// One step for many lists: all or none.
    Batch { step: Step, year: i32, lists: Vec<(LeaderListId, i64)> },
    /// One step for one list.
    Step { step: Step, list: LeaderListId, seen: i64, reason: String, effective_on: Option<Day>, alike: bool },
    /// A unit's comment.
    Comment { list: LeaderListId, words: String, back: &'static str },
    /// A proposed 自选动作.
    Propose { list: LeaderListId, seen: i64, form: ItemForm },
    /// An answer to a suggestion that comes from a problem.
    Learn { list: LeaderListId, seen: i64, problem: ItemId, answer: Answer },
    /// 签收.
    Sign { list: LeaderListId, seen: i64, signing: Signing },
    /// 另制新版.
    NextEdition { list: LeaderListId, effective_on: Day },
    /// Hands chosen items down to heads of 下属单位.
    PassDown { list: LeaderListId, duties: Vec<DutyId>, posts: Vec<PostId>, effective_on: Day },
    /// The holiday table of a year.
    SaveDays { year: i32, lines: Vec<DayLine> },
    /// 启用日.
    Enable { day: Day },
    /// A yearly task.
    AddTask { unit: UnitId, year: i32, form: TaskForm },
    /// A task is done.
    FinishTask { task: TaskId, seen: i64, on: Day },
    /// A task is taken out.
    RemoveTask { task: TaskId, seen: i64 },
    /// A side signs the 移交单.
    SignHandover { id: HandoverId, seen: i64, side: Side, signing: Signing },
}

impl Services {
    /// Runs a command of 明责 at most once for its key; answers with the path to go to.
    pub async fn duties_do(
        &self,
        actor: &Actor,
        key: CommandId,
        body: &[u8],
        command: Command,
    ) -> Result<String, ApiError> {
        let actor = actor.clone();
        self.store
            .once(actor.account, format!("duties:{key}"), body, move |tx| {
                Box::pin(async move { run(tx, &actor, command).await })
            })
            .await
            .map_err(told)
    }
}

async fn run(tx: &mut Tx, actor: &Actor, command: Command) -> Result<String, Failure> {
    let at = tx.now();
    let office = By::of(actor, Role::ConductOffice, at);
    if matches!(command, Command::SaveLists(_) | Command::NewTemplate { .. }) {
        let _ = access::edit_lists(actor)?;
        lists::seed_lists(tx, actor.district).await?;
    }
    match command {
        Command::SaveLists(edits) => {
            office::save_lists(tx, &office, access::edit_lists(actor)?, &edits).await?;
            Ok("/duties?done=saved".into())
        }
        Command::NewTemplate { list, kind, year, from } => {
            let id = office::new_template(tx, &office, access::edit_lists(actor)?, &list, kind, year, from).await?;
            Ok(format!("/duties/templates/{id}?done=made"))
        }
        Command::Publish { template, seen } => {
            office::publish(tx, &office, access::edit_lists(actor)?, template, seen).await?;
            Ok(format!("/duties/templates/{template}?done=published"))
        }
        Command::SaveItem { of, seen, form } => {
            let (duty, code, sure) = (form.duty, form.code.clone(), form.alike);
            change_items(tx, actor, of, seen, &format!("保存 {code}"), |items| {
                let known = duty.filter(|d| items.iter().any(|i| i.duty == *d));
                let item = form.build(known.unwrap_or_else(|| lists::new_duty(at)))?;
                twins::item(items, &item, sure)?;
                lists::add_item(items, item)
            })
            .await
        }
        Command::DropItem { of, seen, duty } => {
            change_items(tx, actor, of, seen, "移出条目", |items| {
                let before = items.len();
                items.retain(|item| item.duty != duty);
                if items.len() == before { Err(Rejection::NotFound) } else { Ok(()) }
            })
            .await
        }
        Command::AdoptItem { of, seen, duty } => {
            change_items(tx, actor, of, seen, "采用建议", |items| {
                let item = items.iter_mut().find(|item| item.duty == duty).ok_or(Rejection::NotFound)?;
                item.source = item.source.map(Source::adopted);
                Ok(())
            })
            .await
        }
        Command::MoveItem { of, seen, duty, up } => {
            change_items(tx, actor, of, seen, "调整顺序", |items| swap(items, duty, up)).await
        }
        Command::MakeLists { year, kind, effective_on } => {
            let made = office::make_lists(tx, &office, access::edit_lists(actor)?, year, kind, effective_on).await?;
            Ok(format!("/duties?year={year}&done=made&n={made}"))
        }
        Command::Batch { step, year, lists } => {
            let n = lists.len();
            if n == 0 {
                return Err(Rejection::state("还没有勾选清单，没有办理。请先勾选再点按钮。").into());
            }
            for (list, seen) in lists {
                let row = visible_list(tx, actor, list).await?;
                let name = row.unit_name.clone();
                if step == Step::Issue {
                    twins::list_of_batch(tx, actor, &row).await.map_err(|e| named(&name, e))?;
                }
                one_step(tx, actor, step, row, seen, "", None).await.map_err(|e| named(&name, e))?;
            }
            Ok(format!("/duties?year={year}&done={}&n={n}", step.done()))
        }
        Command::Step { step, list, seen, reason, effective_on, alike } => {
            let row = visible_list(tx, actor, list).await?;
            if step == Step::Issue {
                twins::list(tx, actor, &row, alike).await?;
            }
            one_step(tx, actor, step, row, seen, &reason, effective_on).await?;
            Ok(format!("/duties/lists/{list}?done={}", step.done()))
        }
        Command::Comment { list, words, back } => {
            let row = visible_list(tx, actor, list).await?;
            let proof = access::comment_list(actor, row.unit)?;
            let role = if actor.has_in(Role::Principal, row.unit) { Role::Principal } else { Role::Liaison };
            steps::comment(tx, &By::of(actor, role, at), proof, list, &words).await?;
            Ok(if back == "mine" {
                format!("/duties/mine?year={}&done=commented", row.list.year)
            } else {
                format!("/duties/lists/{list}?done=commented")
            })
        }
        Command::Learn { list, seen, problem, answer } => learned::answer(tx, actor, list, seen, problem, answer).await,
        Command::Propose { list, seen, form } => propose(tx, actor, list, seen, form).await,
        Command::Sign { list, seen, signing } => {
            let row = visible_list(tx, actor, list).await?;
            if let Signing::Paper { .. } = signing {
                let proof = access::note_paper_receipt(actor, row.unit)?;
                sign::sign(tx, &By::of(actor, leading_role(actor), at), Signer::Paper(proof), list, seen, signing)
                    .await?;
                return Ok(format!("/duties/lists/{list}?done=signed"));
            }
            let proof = access::sign_list(actor, row.list.post)?;
            sign::sign(tx, &By::of(actor, Role::Principal, at), Signer::Head(proof), list, seen, signing).await?;
            Ok(format!("/duties/sign/{list}?done=signed"))
        }
        Command::NextEdition { list, effective_on } => {
            let row = visible_list(tx, actor, list).await?;
            let _ = keeper(actor, &row)?;
            if !row.list.state.is_in_force() {
                return Err(Rejection::state(format!(
                    "这份清单现在是“{}”，不能另制新版。请在这个岗位最新一版清单上办理。",
                    row.list.state.label()
                ))
                .into());
            }
            let id = lists::next_edition(tx, &By::of(actor, leading_role(actor), at), &row, effective_on).await?;
            Ok(format!("/duties/lists/{id}?done=edition"))
        }
        Command::PassDown { list, duties, posts, effective_on } => {
            let row = visible_list(tx, actor, list).await?;
            let proof = access::sign_list(actor, row.list.post)?;
            let by = By::of(actor, Role::Principal, at);
            let n = pass_down::pass_down(tx, &by, proof, &row, &duties, &posts, effective_on).await?;
            Ok(format!("/duties/lists/{list}?done=passed&n={n}"))
        }
        Command::SaveDays { year, lines } => {
            let n = calendar::save(tx, &office, access::edit_lists(actor)?, year, &lines).await?;
            Ok(format!("/duties/calendar?year={year}&done=days&n={n}"))
        }
        Command::Enable { day } => {
            calendar::set_enabled(tx, &office, access::edit_lists(actor)?, day).await?;
            Ok("/duties/calendar?done=enabled".into())
        }
        Command::AddTask { unit, year, form } => {
            tasks::check_unit(tx, actor, unit).await?;
            twins::task(tx, actor, (unit, year), &form.title, form.alike).await?;
            tasks::add(tx, &By::of(actor, leading_role(actor), at), actor, unit, year, form).await?;
            Ok(format!("/duties/tasks?year={year}&unit={unit}&done=saved"))
        }
        Command::FinishTask { task, seen, on } => {
            let year = tasks::finish(tx, &By::of(actor, leading_role(actor), at), actor, task, seen, on).await?;
            Ok(format!("/duties/tasks?year={year}&done=saved"))
        }
        Command::RemoveTask { task, seen } => {
            let year = tasks::remove(tx, &By::of(actor, leading_role(actor), at), actor, task, seen).await?;
            Ok(format!("/duties/tasks?year={year}&done=removed"))
        }
        Command::SignHandover { id, seen, side, signing } => {
            let row = handover::load(tx, actor.district, id).await?;
            if !handover::may_see(actor, &row) {
                return Err(Rejection::NotFound.into());
            }
            let paper = actor.has(Role::ConductOffice).then(|| access::hand_over(actor, row.post)).transpose()?;
            let by = By::of(actor, leading_role(actor), at);
            handover::sign(tx, &by, paper, actor.person, &row, seen, side, signing).await?;
            Ok(format!("/duties/handovers/{id}?done=signed"))
        }
    }
}

/// A list that the actor may see; anything else is 「没有找到」.
pub(super) async fn visible_list(tx: &mut Tx, actor: &Actor, id: LeaderListId) -> Result<ListRow, Failure> {
    let row = store::load_list(tx, actor.district, id).await?;
    if super::sight::sees(actor, &row) { Ok(row) } else { Err(Rejection::NotFound.into()) }
}

/// Who keeps the draft of this list.
pub fn keeper(actor: &Actor, row: &ListRow) -> Result<Keeper, Rejection> {
    match row.from_unit {
        None => Ok(Keeper::Office(access::edit_lists(actor)?)),
        Some(parent) => {
            let term = actor.terms.iter().find(|t| t.unit == parent).ok_or(Rejection::NotAllowed)?;
            Ok(Keeper::Parent(access::sign_list(actor, term.post)?))
        }
    }
}

/// Who issues this list.
pub fn issuer(actor: &Actor, row: &ListRow) -> Result<Issuer, Rejection> {
    match row.from_unit {
        None => Ok(Issuer::Office(access::issue_list(actor)?)),
        Some(parent) => {
            let term = actor.terms.iter().find(|t| t.unit == parent).ok_or(Rejection::NotAllowed)?;
            Ok(Issuer::Parent(access::sign_list(actor, term.post)?))
        }
    }
}

async fn one_step(
    tx: &mut Tx,
    actor: &Actor,
    step: Step,
    row: ListRow,
    seen: i64,
    reason: &str,
    effective_on: Option<Day>,
) -> Result<(), Failure> {
    let at = tx.now();
    let id = row.list.id;
    let keeping = if row.from_unit.is_some() { Role::Principal } else { Role::ConductOffice };
    if matches!(step, Step::Send | Step::Submit) {
        let items = store::load_items(tx, ItemsOf::Leader(id)).await?;
        let open = items.iter().filter(|item| item.source == Some(Source::Suggested)).count();
        if open > 0 {
            let words = format!("还有 {open} 条评议反馈带来的建议没有定，没有办理。请在清单上逐条点“采用”或“不采用”。");
            return Err(Rejection::state(words).into());
        }
    }
    match step {
        Step::Send => steps::send_for_comment(tx, &By::of(actor, keeping, at), keeper(actor, &row)?, id, seen).await,
        Step::Submit => steps::submit(tx, &By::of(actor, keeping, at), keeper(actor, &row)?, id, seen).await,
        Step::Approve => {
            let proof = access::approve_list(actor, row.post_ref())?;
            steps::approve(tx, &By::of(actor, approving(actor), at), proof, id, seen, reason).await
        }
        Step::Return => {
            let (who, role) = match access::approve_list(actor, row.post_ref()) {
                Ok(proof) => (Returner::Approver(proof), approving(actor)),
                Err(_) => (Returner::Keeper(keeper(actor, &row)?), keeping),
            };
            steps::return_to_draft(tx, &By::of(actor, role, at), who, id, seen, reason).await
        }
        Step::Issue => {
            let on = effective_on.unwrap_or(row.effective_on);
            issue::issue(tx, &By::of(actor, keeping, at), issuer(actor, &row)?, id, seen, on).await
        }
    }
}

fn approving(actor: &Actor) -> Role {
    if actor.has(Role::DeputySecretary) { Role::DeputySecretary } else { Role::Secretary }
}
