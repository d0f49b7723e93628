//! What of a report waits for somebody: 审核 for who approves, what came back and what is to be filed for who writes.

use app::api::{ApiError, records::TodoRow};
use domain::{
    people::access::{Actor, draft_office_report, read_office_report, review_office_report, see_office_reports},
    reports::State,
};

use super::{
    super::{Services, storage},
    make::title,
    store, write,
};

/// Most rows of reports in one list.
const SHOWN: usize = 12;

impl Services {
    /// Rows of the actor's 待办.
    pub(in crate::services) async fn report_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        if see_office_reports(actor).is_err() {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        let find = store::reports_query(actor.district)
            .push("AND (n.state IN ('asked', 'approved') OR (n.state = 'draft' AND n.returned_why <> ''))")
            .push("ORDER BY n.made_at, n.id");
        let rows = super::super::rows::Rows::all(&mut read, find).await.map_err(storage)?;
        let mut out = Vec::new();
        for row in &rows {
            let kept = store::read(row).map_err(storage)?;
            if read_office_report(actor, kept.cover, false, false).is_err() {
                continue;
            }
            let own = kept.made_by == actor.person && draft_office_report(actor, kept.cover).is_ok();
            let note = match kept.plain.state {
                State::Asked => {
                    let hands = write::hands(&mut read, &kept).await.map_err(storage)?;
                    if review_office_report(actor, &hands).is_err() {
                        continue;
                    }
                    format!("{}起草，请审核", kept.made_name)
                }
                State::Approved if own => "审核通过，请选定阅读人员归档".to_owned(),
                State::Draft if own => format!("退回修改：{}", kept.returned_why),
                _ => continue,
            };
            out.push(TodoRow { title: title(&kept), note, link: format!("/reports/{}", kept.id) });
            if out.len() == SHOWN {
                break;
            }
        }
        Ok(out)
    }
}
