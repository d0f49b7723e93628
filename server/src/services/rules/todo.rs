//! Drafts of the rules that wait for somebody: to adopt, or to mend.

use app::api::records::TodoRow;
use domain::people::access::{self, Actor};

use super::{
    super::Services,
    draft::{self, DraftState},
};
use crate::storage::{StorageError, q};

/// Most rows.
const SHOWN: usize = 6;

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn rule_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let drafts = access::draft_rules(actor).is_ok();
        if !drafts && !super::decides(actor) {
            return Ok(Vec::new());
        }
        let find = q("SELECT * FROM rule_drafts WHERE district_id = $1 AND state IN ('asked', 'returned')
                      ORDER BY saved_at, id");
        let rows = self.store.read().rows(find.bind(actor.district)).await?;
        let mut out = Vec::new();
        for row in &rows {
            let kept = draft::read(row)?;
            let note = match kept.state {
                DraftState::Asked if access::adopt_rules(actor, kept.by).is_ok() => {
                    format!("{}报审，请审定", kept.by_name)
                }
                DraftState::Returned if drafts && kept.by == actor.person => format!("退回修改：{}", kept.returned),
                _ => continue,
            };
            out.push(TodoRow {
                title: "三色预警规则".to_owned(),
                note,
                link: format!("/oversight/rules?id={}", kept.id),
            });
            if out.len() == SHOWN {
                break;
            }
        }
        Ok(out)
    }
}
