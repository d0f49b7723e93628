//! 进展与堵点: the duties of a matter over time, and between whom one is stuck.

use std::collections::BTreeMap;

use app::api::warnings::{FlowRow, MatterPage};
use domain::{
    board::Tone,
    ids::{UnitId, WarningLineId},
    time::Day,
    warnings::{Node, Part, standings},
};

use super::{
    super::rows::Rows,
    store::{Kept, Whole},
    view,
};
use crate::storage::{StorageError, q};

/// What is noted of a duty's stages.
#[derive(Debug, Default)]
struct Noted {
    done: BTreeMap<u32, Day>,
    held: Option<(u32, UnitId, String, Day)>,
}

/// Fills in the rows of the flow. Three statements.
pub async fn flow(
    from: &mut impl Rows,
    kept: &Kept,
    whole: &Whole,
    today: Day,
    out: &mut MatterPage,
) -> Result<(), StorageError> {
    let items = view::items(from, kept.id, today).await?;
    let noted = noted(from, kept).await?;
    let begin = kept.sent_on.unwrap_or(today);
    let end = kept.end(today);
    let nodes = whole.lists.duties.iter().filter_map(|duty| node(kept, whole, &items, &noted, duty));
    let nodes: Vec<Node> = nodes.collect();
    let numbers: BTreeMap<WarningLineId, u32> = (1..).zip(&whole.lists.duties).map(|(n, d)| (d.id, n)).collect();
    let last = nodes.iter().map(|n| n.due).chain([end, today]).max().unwrap_or(end);
    out.span = Some((begin, last.max(begin)));
    for (node, standing) in nodes.iter().zip(standings(&nodes, today)) {
        let stages: Vec<_> = (0..)
            .zip(&kept.stages)
            .map(|(n, name)| (name.clone(), noted.get(&node.duty).and_then(|of| of.done.get(&n).copied())))
            .collect();
        let tone = match (&standing.stuck, standing.done) {
            (_, true) => Tone::Ok,
            (Some(_), _) => Tone::Warn,
            _ => Tone::None,
        };
        out.flow.push(FlowRow {
            id: node.duty,
            no: numbers.get(&node.duty).copied().unwrap_or_default(),
            text: node.text.clone(),
            unit: node.unit_name.clone(),
            from: begin,
            due: node.due,
            done: node.done,
            after: view::before(&numbers, &node.after),
            tone,
            words: standing.words,
            at: at(noted.get(&node.duty)),
            stages,
        });
    }
    Ok(())
}

fn at(noted: Option<&Noted>) -> u32 {
    noted.map_or(0, |of| u32::try_from(of.done.len()).unwrap_or_default())
}

fn node(
    kept: &Kept,
    whole: &Whole,
    items: &BTreeMap<(WarningLineId, UnitId), view::ItemOf>,
    noted: &BTreeMap<WarningLineId, Noted>,
    duty: &domain::warnings::Duty,
) -> Option<Node> {
    let cells: Vec<_> = whole.lists.cells.iter().filter(|c| c.duty == duty.id && c.part.is_followed()).collect();
    let lead = cells.iter().find(|c| c.part == Part::Lead)?;
    // Done when every unit that is followed is struck off.
    let closed: Vec<Option<Day>> =
        cells.iter().map(|c| items.get(&(c.duty, c.unit)).and_then(|item| item.closed)).collect();
    let done = if closed.iter().all(Option::is_some) { closed.into_iter().flatten().max() } else { None };
    let of = noted.get(&duty.id);
    let stage = kept.stages.get(usize::try_from(at(of)).unwrap_or_default()).cloned();
    let held = of.and_then(|of| of.held.as_ref().filter(|(n, ..)| *n == at(Some(of))));
    Some(Node {
        duty: duty.id,
        text: duty.text.clone(),
        unit: lead.unit,
        unit_name: whole.name(lead.unit),
        due: lead.due.or(kept.ends_on)?,
        done,
        after: duty.after.clone(),
        stage,
        held_by: held.map(|(_, unit, name, since)| (*unit, name.clone(), *since)),
    })
}

/// What was noted of each duty, in the order of writing: what is said later counts.
async fn noted(from: &mut impl Rows, kept: &Kept) -> Result<BTreeMap<WarningLineId, Noted>, StorageError> {
    let find = q("SELECT p.duty_id, p.stage_no, p.done_on, p.held_by, p.on_day, u.name FROM warning_progress p
                  LEFT JOIN units u ON u.id = p.held_by WHERE p.matter_id = $1 ORDER BY p.at, p.id");
    let mut out: BTreeMap<WarningLineId, Noted> = BTreeMap::new();
    for row in from.all(find.bind(kept.id)).await? {
        let of = out.entry(row.id("duty_id")?).or_default();
        let stage = row.small("stage_no")?;
        if let Some(done) = row.opt_day("done_on")? {
            of.done.insert(stage, done);
        }
        of.held = match row.opt_id::<UnitId>("held_by")? {
            Some(unit) => {
                // Waiting for the same unit goes on since it began.
                let since = match &of.held {
                    Some((n, same, _, since)) if *n == stage && *same == unit => *since,
                    _ => row.day("on_day")?,
                };
                Some((stage, unit, row.opt_text("name")?.unwrap_or_default(), since))
            }
            None => None,
        };
    }
    Ok(out)
}
