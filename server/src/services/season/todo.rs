//! What of the season waits for somebody: notes for the office to decide on, and those that came back to whoever
//! drafted them.

use app::api::records::TodoRow;
use chrono::Datelike as _;
use domain::people::access::{self, Actor};

use super::{
    super::Services,
    page::{counted, in_sight},
};
use crate::storage::{Query, StorageError};

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn season_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        if access::see_season(actor).is_err() {
            return Ok(out);
        }
        let year = self.today().year();
        let start = || in_sight(counted(actor), actor).push_bind("AND e.year = ?", year);
        if access::set_season(actor).is_ok() {
            // Nobody decides on his own.
            let n = self.season_count(start().push_bind("AND e.state = 'drafted' AND e.drafted_by <> ?", actor.person));
            let n = n.await?;
            if n > 0 {
                out.push(TodoRow {
                    title: "审定督责提示".to_owned(),
                    note: format!("有 {n} 份起草的提示待审定"),
                    link: format!("/oversight/season?year={year}&state=drafted"),
                });
            }
        }
        // Words for a reminder that is decided on would be refused.
        let n = self.season_count(start().push_bind("AND e.state = 'returned' AND e.drafted_by = ?", actor.person).push(
            "AND NOT (e.kind = 'quarter_reminder' AND EXISTS (SELECT 1 FROM reminder_rounds d
                 WHERE d.district_id = e.district_id AND d.year = e.year AND d.quarter = e.period AND d.state <> 'draft'))",
        ));
        let n = n.await?;
        if n > 0 {
            out.push(TodoRow {
                title: "修改督责提示".to_owned(),
                note: format!("有 {n} 份提示被退回，请修改后再报审"),
                link: format!("/oversight/season?year={year}&state=returned"),
            });
        }
        Ok(out)
    }

    async fn season_count(&self, find: Query) -> Result<u32, StorageError> {
        self.store.read().row(find).await?.map_or(Ok(0), |row| row.small("n"))
    }
}
