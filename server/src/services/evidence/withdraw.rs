//! 撤下: the line stays with its reason, like the struck text of a correction.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, EvidenceId, RecordId},
    people::access::{self, Actor},
    text,
};
use serde::Serialize;

use super::super::{
    Services, posts,
    records::{self, decide::verified_no_more},
    told,
};
use crate::storage::q;

/// Marks a file as withdrawn.
#[derive(Debug, Clone, Serialize)]
pub struct Withdraw {
    /// Idempotency key.
    pub command: CommandId,
    /// The link.
    pub evidence: EvidenceId,
    /// Why.
    pub reason: String,
}

impl Services {
    /// Marks a file as withdrawn; its record.
    ///
    /// # Errors
    /// Not found for everybody but the head and whoever added it; without a reason, or with one that
    /// must not enter; twice.
    pub async fn withdraw_evidence(&self, actor: &Actor, form: Withdraw) -> Result<RecordId, ApiError> {
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        let (doer, today) = (actor.clone(), self.today());
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let link = tx
                        .row(
                            q("SELECT record_id, added_by, withdrawn_at FROM evidence_links
                               WHERE id = $1 AND district_id = $2")
                            .bind(form.evidence)
                            .bind(doer.district),
                        )
                        .await?
                        .ok_or(Rejection::NotFound)?;
                    let record: RecordId = link.id("record_id")?;
                    let row = tx.row(records::reach::find(doer.district, record)).await?.ok_or(Rejection::NotFound)?;
                    let info = posts::post(tx, doer.district, row.id("post_id")?, today).await?;
                    let info = info.ok_or(Rejection::NotFound)?;
                    let hands = records::reach::hands(&row)?;
                    let _proof = access::withdraw_evidence(&doer, info.access(), hands, link.id("added_by")?)
                        .map_err(|_| Rejection::NotFound)?;
                    if link.opt_int("withdrawn_at")?.is_some() {
                        return Err(Rejection::state("这个文件已经撤下了。请刷新页面查看。").into());
                    }
                    super::open_book(tx, &row).await?;
                    let reason = text::required("reason", "撤下的原因", &form.reason, text::LINE_MAX)?;
                    let now = tx.now();
                    tx.execute(
                        q("UPDATE evidence_links SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_why = $3
                           WHERE id = $4 AND withdrawn_at IS NULL")
                        .bind(now)
                        .bind(doer.person)
                        .bind(&reason)
                        .bind(form.evidence),
                    )
                    .await?;
                    verified_no_more(tx, doer.district, record, today).await?;
                    let object = format!("record:{record}");
                    tx.audit(doer.district, Some(doer.account), "records.evidence_withdrawn", &object, &reason).await?;
                    Ok(record)
                })
            })
            .await
            .map_err(told)
    }
}
