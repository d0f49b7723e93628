//! The papers of a talk, for whoever reads what stands on them.

use app::api::ApiError;
use domain::{
    Rejection,
    accountability::Item,
    documents::Doc,
    ids::TalkId,
    people::access::{Actor, TalkSight},
    talks::{check_plan_doc, commitment_doc, lists_doc, plan_doc, record_doc, report_doc, tracking_doc},
};

use super::{
    super::{Services, storage, told},
    page::items,
    sight::seen,
    store,
};

/// Words in the address of a paper.
pub const PAPERS: [(&str, &str); 7] = [
    ("talk-record", "廉政谈话记录表"),
    ("talk-commitment", "廉洁从政承诺书"),
    ("talk-lists", "三张清单"),
    ("talk-plan", "整改方案"),
    ("talk-report", "落实情况报告"),
    ("talk-tracking", "跟踪评估报告"),
    ("talk-checks", "监督检查方案"),
];

impl Services {
    /// A paper of a talk by the word of its address.
    ///
    /// # Errors
    /// No such talk for the actor, or nothing that he may read.
    pub async fn talk_paper(&self, actor: &Actor, what: &str, id: TalkId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let (kept, sight) = store::readable(&mut read, actor, id).await.map_err(told)?;
        let talk = seen(kept.talk.clone(), sight);
        let only = |yes: bool| if yes { Ok(()) } else { Err(ApiError::from(Rejection::NotFound)) };
        match what {
            "talk-record" => {
                only(sight.reads_record())?;
                Ok(record_doc(&talk))
            }
            "talk-commitment" => {
                only(sight.reads_record())?;
                let (settings, ..) = store::settings(&mut read, actor.district).await.map_err(storage)?;
                Ok(commitment_doc(&talk, &settings.commitment))
            }
            "talk-lists" => Ok(lists_doc(&talk)),
            "talk-plan" => {
                let all = items(&mut read, actor.district, &kept).await.map_err(storage)?;
                let all: Vec<Item> = all.into_iter().map(|(item, _)| item).collect();
                Ok(plan_doc(&talk, &all))
            }
            "talk-report" => {
                only(talk.report.is_some())?;
                Ok(report_doc(&talk))
            }
            "talk-tracking" => {
                only(talk.tracking.is_some() && (sight != TalkSight::Unit))?;
                Ok(tracking_doc(&talk))
            }
            "talk-checks" => {
                only(sight.is_commission())?;
                Ok(check_plan_doc(&talk))
            }
            _ => Err(Rejection::NotFound.into()),
        }
    }
}
