//! A report as a document, for its readers.

use app::api::ApiError;
use domain::{
    documents::Doc,
    ids::ReportId,
    people::access::Actor,
    reports::{Job, Paper, State, report_doc},
    time::zh,
};

use super::{
    super::{Services, storage, told},
    page::in_sight,
    store,
};

impl Services {
    /// The paper of a report that the actor may read.
    ///
    /// # Errors
    /// No such report for the actor, or storage failed.
    pub async fn office_report_paper(&self, actor: &Actor, id: ReportId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let kept = store::readable(&mut read, actor, id).await.map_err(told)?;
        let filed = kept.plain.state == State::Filed;
        if filed {
            self.note_opening(actor, &kept).await?;
        }
        // Half of the numbers on paper would be taken for all of them.
        let done = kept.plain.job == Job::Done;
        let facts =
            if done { store::facts(&mut read, id, kept.edition.no).await.map_err(storage)? } else { Vec::new() };
        let texts = store::texts(&mut read, &kept).await.map_err(storage)?;
        let approved = kept.approved.as_ref().map(|(name, at)| (name.clone(), zh(at.day()))).unwrap_or_default();
        Ok(report_doc(&Paper {
            kind: kept.plain.kind,
            cover: kept.cover_name.clone(),
            period: kept.period,
            standing: if filed { String::new() } else { kept.plain.state.label().to_owned() },
            as_of: kept.edition.as_of,
            rule_version: kept.edition.rule_version,
            facts: in_sight(actor, facts),
            texts: store::words(&texts),
            writer: store::writers(&kept, &texts).join("、"),
            approved,
            readers: store::readers(&mut read, id).await.map_err(storage)?.join("、"),
            hash: kept.hash.clone(),
        }))
    }
}
