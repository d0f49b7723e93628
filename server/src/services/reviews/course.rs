//! What went otherwise than planned in a meeting, in words for the 计票报告单: rounds that were void
//! before the sealed one, rounds that a restored backup lost, presenters who did not report. Refuses
//! whatever happened after the seal.

use domain::{
    ids::{MeetingId, RoundId},
    reviews::{Event, Meeting, Plan},
};

use super::super::rows::Rows;
use crate::storage::{StorageError, q};

/// The sentences for a sealed round, in the order in which it happened; 未述责 last.
pub(super) async fn course(
    rows: &mut impl Rows,
    plan: &Plan,
    meeting: MeetingId,
    round: RoundId,
) -> Result<Vec<String>, StorageError> {
    let query = q("SELECT at, event FROM meeting_events WHERE meeting_id = $1 ORDER BY seq").bind(meeting);
    let (mut state, mut said) = (Meeting::new(plan.clone()), Vec::new());
    for row in rows.all(query).await? {
        let event: Event = row.json("event")?;
        state.apply(row.instant("at")?, &event);
        match event {
            Event::RoundVoided { reason } => {
                said.push(format!("第 {} 轮测评作废，重新测评，理由：{reason}", state.rounds.len()));
            }
            Event::RoundLost => {
                said.push(format!("第 {} 轮测评因服务器从备份恢复，重新测评", state.rounds.len()));
            }
            Event::RoundSealed { .. } if state.rounds.last().is_some_and(|r| r.id == round) => break,
            // What went before belongs to the report of that round.
            Event::RoundSealed { .. } => said.clear(),
            _ => {}
        }
    }
    for presenter in &plan.presenters {
        if let Some(reason) = state.excused.get(&presenter.id) {
            let late = state.rounds.iter().any(|r| r.id == round && r.taken_off.contains(&presenter.id));
            let late =
                if late { "（测评开始后注明，已交测评表上对他的评价不计入）" } else { "" };
            said.push(format!("{}未述责，原因：{reason}{late}", presenter.name));
        }
    }
    Ok(said)
}
