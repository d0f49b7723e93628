//! What of the closed loop waits for somebody, for his 待办.

use app::api::{ApiError, records::TodoRow};
use domain::{
    accountability::Waits,
    people::access::{self, Actor},
    time::zh_short,
};

use super::{super::Services, page::is_turn, store::Kept};

/// Most rows of the closed loop in one list; the ledger shows the rest.
const SHOWN: usize = 10;

impl Services {
    /// Items whose next step is the actor's, and for a head what his unit is to do: he answers for it.
    /// The nearest deadline first.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn item_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let all = self.items_in_sight(actor).await?;
        let answers =
            |kept: &Kept| kept.item.state.waits() == Waits::Unit && access::accept_item(actor, kept.item.post).is_ok();
        let mine = all.iter().filter(|kept| is_turn(actor, kept) || answers(kept)).take(SHOWN);
        Ok(mine
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
            .collect())
    }
}
