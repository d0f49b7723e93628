//! Cells of the 责任清单: one by one, pasted as a table, and moved to the unit that took over from one that ended.

use std::collections::BTreeMap;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, UnitId, WarningId, WarningLineId},
    people::access::{self, Actor, MatterSight},
    text,
    warnings::{CELLS_MAX, DUTIES_MAX, PROBLEMS_MAX, Pasted, ahead, paste},
};
use serde::Serialize;

use super::{
    super::Services,
    edit::{CellForm, Edit, drafter, full},
    new::{answering, units},
    store::{self, Kept, Whole},
};
use crate::{
    random,
    storage::{Failure, Tx, Value, q},
};

/// Longest name of a 科室, a person and so on.
const WHO_MAX: usize = 60;

/// A pasted table.
#[derive(Debug, Clone, Serialize)]
pub struct Paste {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// The table.
    pub table: String,
}

/// Writes one cell: all of it by the drafter; who and how by the unit itself, or noted for it by 监督室.
pub(super) async fn set_cell(
    tx: &mut Tx,
    actor: &Actor,
    (kept, sight): (&Kept, &MatterSight),
    whole: &Whole,
    form: &Edit,
    cell: &CellForm,
) -> Result<String, Failure> {
    let today = tx.now().day();
    let Some(duty) = form.line.filter(|id| whole.lists.duties.iter().any(|d| d.id == *id)) else {
        return Err(Rejection::NotFound.into());
    };
    let known = whole.lists.cells.iter().find(|c| c.duty == duty && c.unit == cell.unit);
    let drafts = kept.matter.stage.drafts() && access::draft_matter(actor, kept.lead).is_ok();
    let own = matches!(sight, MatterSight::Units(units) if units.contains(&cell.unit))
        || access::fill_matter(actor, cell.unit).is_ok();
    if !drafts {
        // A unit fills in who and how; the borders are the drafter's.
        let office = kept.matter.stage.fills() && access::run_matter(actor).is_ok();
        if !(own || office) {
            return Err(Rejection::NotAllowed.into());
        }
        if !kept.matter.stage.fills() {
            return Err(Rejection::state("清单已经送审，不能再填，没有保存。需要改的，请联系党风政风监督室。").into());
        }
        if known.is_none() {
            return Err(Rejection::NotFound.into());
        }
    }
    let who = [
        text::optional("office", "责任科室", &cell.office, WHO_MAX)?,
        text::optional("person", "责任人", &cell.person, WHO_MAX)?,
        text::optional("leader", "分管领导", &cell.leader, WHO_MAX)?,
        text::optional("measure", "措施", &cell.measure, text::LINE_MAX)?,
    ];
    let [office, person, leader, measure] = who;
    let name = answering(tx, actor.district, cell.unit, today).await?;
    let (part, due) = match known {
        Some(known) if !drafts => (known.part, known.due),
        _ => {
            let due = ahead(cell.due, today, kept.end(today))?;
            (cell.part.ok_or_else(|| Rejection::field("part", "还没有选分工，没有保存。请选一项。"))?, due)
        }
    };
    if known.is_some() {
        let done = tx
            .execute(
                q("UPDATE warning_cells SET part = $1, office = $2, person = $3, leader = $4, measure = $5, due_on = $6,
                     version = version + 1 WHERE duty_id = $7 AND unit_id = $8 AND version = $9")
                .bind(part.key())
                .bind(office)
                .bind(person)
                .bind(leader)
                .bind(measure)
                .bind(due)
                .bind(duty)
                .bind(cell.unit)
                .bind(form.seen),
            )
            .await?;
        return if done == 1 { Ok(name) } else { Err(Rejection::Stale.into()) };
    }
    if whole.lists.cells.len() >= CELLS_MAX {
        return Err(full("unit", CELLS_MAX));
    }
    tx.insert(
        "INSERT INTO warning_cells (duty_id, unit_id, district_id, matter_id, part, office, person, leader, measure, due_on)",
        vec![
            duty.into(),
            cell.unit.into(),
            actor.district.into(),
            kept.id.into(),
            part.key().into(),
            office.into(),
            person.into(),
            leader.into(),
            measure.into(),
            due.into(),
        ],
    )
    .await?;
    Ok(name)
}

const CELLS: &str = "INSERT INTO warning_cells (duty_id, unit_id, district_id, matter_id, part, office, person, leader,
  measure, due_on)";

/// Adds a pasted table to what is there: lines of the same problem and duty go together.
async fn add(tx: &mut Tx, actor: &Actor, form: &Paste) -> Result<u32, Failure> {
    let (kept, _) = store::seen(tx, actor, form.matter).await?;
    drafter(actor, &kept)?;
    let (now, today, district) = (tx.now(), tx.now().day(), actor.district);
    let known: BTreeMap<String, UnitId> =
        units(tx, district, today, false).await?.into_iter().map(|(id, name)| (name, id)).collect();
    let rows = paste(&form.table, &known, today.year())?;
    let whole = store::whole(tx, kept.id, today).await?;
    let mut problems: BTreeMap<(String, String), WarningLineId> =
        whole.lists.problems.iter().map(|p| ((p.group.clone(), p.text.clone()), p.id)).collect();
    let mut duties: BTreeMap<(Option<WarningLineId>, String), WarningLineId> =
        whole.lists.duties.iter().map(|d| ((d.problem, d.text.clone()), d.id)).collect();
    let mut taken: BTreeMap<(WarningLineId, UnitId), ()> = whole.cells.keys().map(|key| (*key, ())).collect();
    let (mut new_problems, mut new_duties, mut new_cells) = (Vec::new(), Vec::new(), Vec::new());
    for (n, row) in (2_u32..).zip(&rows) {
        let Pasted { group, problem, duty, standard, .. } = row;
        let problem = (!problem.is_empty()).then(|| {
            *problems.entry((group.clone(), problem.clone())).or_insert_with(|| {
                let id = WarningLineId(random::id(now));
                let at = position(whole.lists.problems.len() + new_problems.len());
                let row: Vec<Value> =
                    vec![id.into(), district.into(), kept.id.into(), at.into(), group.into(), problem.into()];
                new_problems.push(row);
                id
            })
        });
        let duty = *duties.entry((problem, duty.clone())).or_insert_with(|| {
            let id = WarningLineId(random::id(now));
            let at = position(whole.lists.duties.len() + new_duties.len());
            let row: Vec<Value> = vec![
                id.into(),
                district.into(),
                kept.id.into(),
                at.into(),
                problem.into(),
                duty.into(),
                standard.into(),
            ];
            new_duties.push(row);
            id
        });
        let wrong = |words: String| Rejection::field("table", words);
        if taken.insert((duty, row.unit), ()).is_some() {
            let words = format!("第{n}行：同一项责任里同一个单位出现两次，没有读入。请合并后重新粘贴。");
            return Err(wrong(words).into());
        }
        let due = ahead(row.due, today, kept.end(today)).map_err(|e| wrong(format!("第{n}行：{e}")))?;
        new_cells.push(vec![
            duty.into(),
            row.unit.into(),
            district.into(),
            kept.id.into(),
            row.part.key().into(),
            (&row.office).into(),
            (&row.person).into(),
            (&row.leader).into(),
            (&row.measure).into(),
            due.into(),
        ]);
    }
    for (n, most) in [(problems.len(), PROBLEMS_MAX), (duties.len(), DUTIES_MAX), (taken.len(), CELLS_MAX)] {
        if n > most {
            return Err(full("table", most));
        }
    }
    let read = u32::try_from(new_cells.len()).unwrap_or(u32::MAX);
    let head = "INSERT INTO warning_problems (id, district_id, matter_id, position, category, text)";
    tx.insert_all(head, new_problems, "").await?;
    let head = "INSERT INTO warning_duties (id, district_id, matter_id, position, problem_id, text, standard)";
    tx.insert_all(head, new_duties, "").await?;
    tx.insert_all(CELLS, new_cells, "").await?;
    store::audit(tx, actor, &kept, "warnings.pasted", &format!("{read} 行")).await?;
    Ok(read)
}

fn position(have: usize) -> i64 {
    i64::try_from(have).unwrap_or_default() + 1
}

/// The unit ended: its cells go to the one that took over. Where that one stands in the same line already, the weightier
/// part stays.
pub(super) async fn inherit(tx: &mut Tx, whole: &Whole, from: UnitId, to: UnitId) -> Result<(), Failure> {
    for cell in whole.lists.cells.iter().filter(|c| c.unit == from) {
        let other = whole.lists.cells.iter().find(|c| c.duty == cell.duty && c.unit == to);
        if let Some(other) = other {
            let part = cell.part.min(other.part);
            let set =
                q("UPDATE warning_cells SET part = $1, version = version + 1 WHERE duty_id = $2 AND unit_id = $3");
            tx.execute(set.bind(part.key()).bind(cell.duty).bind(to)).await?;
            let gone = q("DELETE FROM warning_cells WHERE duty_id = $1 AND unit_id = $2");
            tx.execute(gone.bind(cell.duty).bind(from)).await?;
        } else {
            let set =
                q("UPDATE warning_cells SET unit_id = $1, version = version + 1 WHERE duty_id = $2 AND unit_id = $3");
            tx.execute(set.bind(to).bind(cell.duty).bind(from)).await?;
        }
    }
    Ok(())
}

impl Services {
    /// Adds a pasted table; how many lines were read.
    ///
    /// # Errors
    /// Not his, not now, a wrong line, too many, or storage failed.
    pub async fn paste_matter(&self, actor: &Actor, form: Paste) -> Result<u32, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { add(tx, &actor, &form).await })
        })
        .await
    }
}

/// Adds a pasted table in a story that is told at once.
pub(crate) async fn paste_quietly(tx: &mut Tx, actor: &Actor, form: &Paste) -> Result<u32, Failure> {
    add(tx, actor, form).await
}
