//! What of the closed loop waits for somebody, for his 待办.

use app::api::{ApiError, records::TodoRow};
use domain::{
    people::{
        Role,
        access::{self, Actor},
    },
    time::zh_short,
};

use super::{
    super::{Services, storage},
    advices, measures,
    page::is_turn,
};
use crate::storage::StorageError;

/// Most rows of the closed loop in one list; the ledger shows the rest.
const SHOWN: usize = 10;

impl Services {
    /// Items whose next step is the actor's, and for a head what his unit is to do: he answers for it.
    /// The nearest deadline first.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn item_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        // Administrators see no business at all.
        if access::board_scope(actor).is_err() {
            return Ok(Vec::new());
        }
        let mine = self.waiting(actor, SHOWN).await.map_err(storage)?;
        let mut out: Vec<TodoRow> = mine
            .iter()
            .map(|kept| {
                let problem: String = kept.item.problem.chars().take(20).collect();
                TodoRow {
                    title: format!("问题整改 · {}：{problem}", kept.item.state.label()),
                    note: format!(
                        "{}整改期限{}",
                        if is_turn(actor, kept) { "" } else { "由责任部门办理，" },
                        zh_short(kept.item.deadline)
                    ),
                    link: format!("/accountability/{}", kept.item.id),
                }
            })
            .collect();
        out.extend(self.paper_todos(actor).await.map_err(storage)?);
        Ok(out)
    }

    /// 工作建议 that wait for the actor's approval or mending, measures that wait for him as the second person.
    async fn paper_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let roles =
            [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::ResidentTeam, Role::SupervisionOffice];
        if !roles.into_iter().any(|role| actor.has(role)) {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        for (advice, unit) in advices::waiting(&mut self.store.read().clone(), actor).await? {
            let title: String = advice.lines.title.chars().take(20).collect();
            out.push(TodoRow {
                title: format!("{} · {}：{title}", advice.kind.label(), advice.state.label()),
                note: unit,
                link: format!("/accountability/advices/{}", advice.id),
            });
        }
        for (measure, unit) in measures::waiting(&mut self.store.read().clone(), actor).await? {
            out.push(TodoRow {
                title: format!("问责处理 · {}：{}", measure.state.label(), measure.label),
                note: unit,
                link: format!("/accountability/measures?state={}", measure.state.key()),
            });
        }
        out.truncate(SHOWN);
        Ok(out)
    }
}
