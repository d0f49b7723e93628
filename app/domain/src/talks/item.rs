//! A problem on its way into the closed loop.

use super::Talk;
use crate::{
    accountability::{ItemKind, NewItem, Origin},
    ids::ItemId,
    time::{Day, WorkCalendar},
};

/// Feature name of the items' origin.
pub const ORIGIN: &str = "talks";

/// The item of a problem of a signed talk. Where only numbers are stored, its words name the paper and nothing else;
/// the cause (病因) stays with the talk.
pub fn item_of(talk: &Talk, no: u32, id: ItemId, on: Day, calendar: &WorkCalendar) -> Option<NewItem> {
    let problem = talk.lists.problem(no)?;
    let report_by = talk.timetable(calendar).report_by;
    let (words, demand) = if let Some(sealed) = &talk.lists.sealed {
        let n = talk.lists.printed(no);
        (
            format!("“三交底”问题清单第 {n} 项（{}），内容见纸质清单 {}", problem.area, sealed.number),
            "按纸质问题清单的处方整改".to_owned(),
        )
    } else {
        (format!("{}：{}", problem.area, problem.symptom), problem.remedy.clone())
    };
    Some(NewItem {
        id,
        origin: Origin { feature: ORIGIN.to_owned(), id: talk.id.to_string() },
        kind: ItemKind::Talk,
        unit: talk.unit,
        post: talk.post,
        duty: problem.duty,
        problem: words,
        demand,
        // A deadline that passed on the way to the signatures starts anew with the day of the report.
        deadline: problem.due.filter(|due| *due > on).or(report_by),
    })
}
