//! The three lists line by line: problems and duties by the 牵头部门, cells by it and by the unit itself, situations by
//! 监督室. Each line has its own version, so that fourteen units fill in at once. Refuses a circle of duties at once, a
//! day that is past, a decision in the 问责清单.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, UnitId, WarningId, WarningLineId},
    people::access::{self, Actor},
    text,
    time::Day,
    warnings::{DUTIES_MAX, Level, PROBLEMS_MAX, Part, SITUATIONS_MAX, Stage, circle, handling},
};
use serde::Serialize;

use super::{
    super::Services,
    cells::set_cell,
    store::{self, Kept, Whole},
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// What is changed.
#[derive(Debug, Clone, Serialize)]
pub enum Change {
    /// A problem: 大类 and words.
    Problem(String, String),
    /// A duty.
    Duty {
        /// Its problem.
        problem: Option<WarningLineId>,
        /// 任务.
        text: String,
        /// 标准.
        standard: String,
        /// Numbers of the duties before it, as typed.
        after: String,
    },
    /// A cell: added, or changed.
    Cell(CellForm),
    /// A cell taken out.
    DropCell(UnitId),
    /// A situation: words, three ways of handling, basis.
    Situation(String, [String; 3], String),
    /// The line taken out.
    Remove,
}

/// A cell as a form says it.
#[derive(Debug, Clone, Serialize)]
pub struct CellForm {
    /// Unit.
    pub unit: UnitId,
    /// Part; for the drafter.
    pub part: Option<Part>,
    /// 科室.
    pub office: String,
    /// 责任人.
    pub person: String,
    /// 分管领导.
    pub leader: String,
    /// 措施.
    pub measure: String,
    /// 时限; for the drafter.
    pub due: Option<Day>,
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct Edit {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// The line; none: a new one.
    pub line: Option<WarningLineId>,
    /// Version of the line that the page showed; 0 for a new one.
    pub seen: i64,
    /// What.
    pub change: Change,
}

pub(super) fn full(field: &str, most: usize) -> Failure {
    Rejection::field(field, format!("最多 {most} 条，没有保存。请合并或删减。")).into()
}

pub(super) fn drafter(actor: &Actor, kept: &Kept) -> Result<(), Rejection> {
    let _proof = access::draft_matter(actor, kept.lead)?;
    if kept.matter.stage.drafts() {
        return Ok(());
    }
    Err(Rejection::state(format!(
        "这件事现在是“{}”，问题和责任不能再改，没有保存。需要改的，请先退回起草。",
        kept.matter.stage.label()
    )))
}

fn simulator(actor: &Actor, kept: &Kept) -> Result<(), Rejection> {
    let _proof = access::run_matter(actor)?;
    if matches!(kept.matter.stage, Stage::Drafting | Stage::Countersign | Stage::Simulating) {
        return Ok(());
    }
    Err(Rejection::state(format!("这件事现在是“{}”，问责清单不能再改，没有保存。", kept.matter.stage.label())))
}

/// Writes one line of one of the tables, new or changed.
async fn line(tx: &mut Tx, form: &Edit, change: &'static str, bind: Vec<crate::storage::Value>) -> Result<(), Failure> {
    let Some(id) = form.line else { return Err(Rejection::NotFound.into()) };
    let mut query = q(change);
    for value in bind {
        query = query.bind(value);
    }
    let query = query.push("version = version + 1").push_bind("WHERE id = ?", id);
    let query = query.push_bind("AND version = ?", form.seen).push_bind("AND matter_id = ?", form.matter);
    if tx.execute(query).await? == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

async fn edit(tx: &mut Tx, actor: &Actor, form: &Edit) -> Result<(), Failure> {
    let (kept, sight) = store::seen(tx, actor, form.matter).await?;
    let today = tx.now().day();
    let whole = store::whole(tx, kept.id, today).await?;
    if form.line.is_some_and(|id| !whole.versions.contains_key(&id)) {
        return Err(Rejection::NotFound.into());
    }
    let (id, district) = (WarningLineId(random::id(tx.now())), actor.district);
    let words = match &form.change {
        Change::Problem(group, typed) => {
            drafter(actor, &kept)?;
            let group = text::optional("group", "大类", group, 30)?;
            let typed = text::required("text", "问题", typed, text::LINE_MAX)?;
            if form.line.is_some() {
                let bind = vec![group.into(), (&typed).into()];
                line(tx, form, "UPDATE warning_problems SET category = $1, text = $2,", bind).await?;
            } else {
                if whole.lists.problems.len() >= PROBLEMS_MAX {
                    return Err(full("text", PROBLEMS_MAX));
                }
                let at = next(whole.lists.problems.len());
                tx.insert(
                    "INSERT INTO warning_problems (id, district_id, matter_id, position, category, text)",
                    vec![id.into(), district.into(), kept.id.into(), at.into(), group.into(), (&typed).into()],
                )
                .await?;
            }
            typed
        }
        Change::Duty { problem, text: typed, standard, after } => {
            drafter(actor, &kept)?;
            duty(tx, actor, &kept, &whole, form, (*problem, typed, standard, after)).await?
        }
        Change::Cell(cell) => set_cell(tx, actor, (&kept, &sight), &whole, form, cell).await?,
        Change::DropCell(unit) => {
            drafter(actor, &kept)?;
            let Some(duty) = form.line else { return Err(Rejection::NotFound.into()) };
            let gone = q("DELETE FROM warning_cells WHERE duty_id = $1 AND unit_id = $2 AND version = $3");
            if tx.execute(gone.bind(duty).bind(*unit).bind(form.seen)).await? == 0 {
                return Err(Rejection::Stale.into());
            }
            format!("撤下{}", whole.name(*unit))
        }
        Change::Situation(typed, levels, basis) => {
            simulator(actor, &kept)?;
            let typed = text::required("text", "情形", typed, text::LINE_MAX)?;
            let basis = text::required("basis", "依据", basis, text::LINE_MAX)?;
            let mut ways: Vec<String> = Vec::new();
            for (level, words) in Level::ALL.into_iter().zip(levels) {
                ways.push(handling(level, words)?);
            }
            let mut bind: Vec<crate::storage::Value> = vec![(&typed).into()];
            bind.extend(ways.iter().map(Into::into));
            bind.push((&basis).into());
            if form.line.is_some() {
                let change =
                    "UPDATE warning_situations SET text = $1, direct = $2, deputy = $3, head = $4, basis = $5,";
                line(tx, form, change, bind).await?;
            } else {
                if whole.lists.situations.len() >= SITUATIONS_MAX {
                    return Err(full("text", SITUATIONS_MAX));
                }
                let at = next(whole.lists.situations.len());
                let mut row = vec![id.into(), district.into(), kept.id.into(), at.into()];
                row.extend(bind);
                tx.insert(
                    "INSERT INTO warning_situations (id, district_id, matter_id, position, text, direct, deputy, head, basis)",
                    row,
                )
                .await?;
            }
            typed
        }
        Change::Remove => remove(tx, actor, &kept, &whole, form).await?,
    };
    store::audit(tx, actor, &kept, "warnings.edited", &words).await?;
    Ok(())
}

fn next(have: usize) -> i64 {
    i64::try_from(have).unwrap_or_default() + 1
}

async fn duty(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    whole: &Whole,
    form: &Edit,
    (problem, typed, standard, after): (Option<WarningLineId>, &str, &str, &str),
) -> Result<String, Failure> {
    let typed = text::required("text", "任务", typed, text::LINE_MAX)?;
    let standard = text::optional("standard", "标准", standard, text::LINE_MAX)?;
    if problem.is_some_and(|id| whole.lists.problems.iter().all(|p| p.id != id)) {
        return Err(Rejection::field("problem", "这个问题已经删去，没有保存。请重新选择。").into());
    }
    let id = form.line.unwrap_or_else(|| WarningLineId(random::id(tx.now())));
    let mut before = Vec::new();
    for part in after.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()) {
        let found = part.parse::<usize>().ok().and_then(|n| whole.lists.duties.get(n.checked_sub(1)?));
        let Some(found) = found else {
            let words = format!("前置任务里的“{part}”不是责任清单的序号，没有保存。请写序号，如 1、3。");
            return Err(Rejection::field("after", words).into());
        };
        if found.id == id {
            return Err(Rejection::field("after", "前置任务不能是它自己，没有保存。请改正。").into());
        }
        if !before.contains(&found.id) {
            before.push(found.id);
        }
    }
    let mut all: Vec<_> = whole.lists.duties.iter().filter(|d| d.id != id).map(|d| (d.id, d.after.clone())).collect();
    all.push((id, before.clone()));
    if let Some(round) = circle(&all) {
        return Err(Rejection::field("after", format!("{}没有保存。", whole.lists.round(&round))).into());
    }
    let before = store::json(&before)?;
    if form.line.is_some() {
        let bind = vec![problem.into(), (&typed).into(), standard.into(), before.into()];
        let change = "UPDATE warning_duties SET problem_id = $1, text = $2, standard = $3, follows = $4,";
        line(tx, form, change, bind).await?;
    } else {
        if whole.lists.duties.len() >= DUTIES_MAX {
            return Err(full("text", DUTIES_MAX));
        }
        let at = next(whole.lists.duties.len());
        tx.insert(
            "INSERT INTO warning_duties (id, district_id, matter_id, position, problem_id, text, standard, follows)",
            vec![
                id.into(),
                actor.district.into(),
                kept.id.into(),
                at.into(),
                problem.into(),
                (&typed).into(),
                standard.into(),
                before.into(),
            ],
        )
        .await?;
    }
    Ok(typed)
}

/// Takes a line out, with what hangs on it.
async fn remove(tx: &mut Tx, actor: &Actor, kept: &Kept, whole: &Whole, form: &Edit) -> Result<String, Failure> {
    let Some(id) = form.line else { return Err(Rejection::NotFound.into()) };
    let seen = form.seen;
    if whole.lists.situations.iter().any(|s| s.id == id) {
        simulator(actor, kept)?;
        let gone = q("DELETE FROM warning_situations WHERE id = $1 AND version = $2").bind(id).bind(seen);
        return if tx.execute(gone).await? == 1 {
            Ok("删去一种情形".into())
        } else {
            Err(Rejection::Stale.into())
        };
    }
    drafter(actor, kept)?;
    if let Some(problem) = whole.lists.problems.iter().find(|p| p.id == id) {
        if whole.lists.duties.iter().any(|d| d.problem == Some(id)) {
            return Err(Rejection::state("这个问题下面有责任，没有删去。请先删去或改派那些责任。").into());
        }
        let gone = q("DELETE FROM warning_problems WHERE id = $1 AND version = $2").bind(id).bind(seen);
        let words = format!("删去问题：{}", problem.text);
        return if tx.execute(gone).await? == 1 { Ok(words) } else { Err(Rejection::Stale.into()) };
    }
    for other in whole.lists.duties.iter().filter(|d| d.after.contains(&id)) {
        let after: Vec<_> = other.after.iter().filter(|before| **before != id).collect();
        let set = q("UPDATE warning_duties SET follows = $1, version = version + 1 WHERE id = $2");
        tx.execute(set.bind(store::json(&after)?).bind(other.id)).await?;
    }
    tx.execute(q("DELETE FROM warning_handoffs WHERE duty_id = $1").bind(id)).await?;
    tx.execute(q("DELETE FROM warning_cells WHERE duty_id = $1").bind(id)).await?;
    let gone = q("DELETE FROM warning_duties WHERE id = $1 AND version = $2").bind(id).bind(seen);
    if tx.execute(gone).await? == 1 { Ok("删去一项责任".into()) } else { Err(Rejection::Stale.into()) }
}

impl Services {
    /// Changes one line.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, wrong words, or storage failed.
    pub async fn edit_matter(&self, actor: &Actor, form: Edit) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { edit(tx, &actor, &form).await })
        })
        .await
    }
}

/// Changes one line in a story that is told at once.
pub(crate) async fn edit_quietly(tx: &mut Tx, actor: &Actor, form: &Edit) -> Result<(), Failure> {
    edit(tx, actor, form).await
}
