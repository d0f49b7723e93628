//! Looks at a portrait by somebody other than its person: one row of the audit log per viewer, term and hour.

use app::api::ApiError;
use domain::people::access::Actor;

use super::{
    super::{Services, storage, told},
    load::Term,
};
use crate::storage::q;

const HOUR_MS: i64 = 3_600_000;

impl Services {
    /// Notes that `actor` looks, where this hour has it not yet.
    pub(super) async fn note_portrait_look(&self, actor: &Actor, term: &Term) -> Result<(), ApiError> {
        let (account, id, district) = (actor.account, term.id, actor.district);
        let hour = self.clock.now().0 / HOUR_MS;
        let known = q("SELECT term_id FROM portrait_looks WHERE term_id = $1 AND viewer = $2 AND hour = $3")
            .bind(id)
            .bind(account)
            .bind(hour);
        if !self.store.read().rows(known).await.map_err(storage)?.is_empty() {
            return Ok(());
        }
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let hour = tx.now().0 / HOUR_MS;
                    let noted = tx
                        .execute(
                            q("INSERT INTO portrait_looks (district_id, term_id, viewer, hour)
                               VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                            .bind(district)
                            .bind(id)
                            .bind(account)
                            .bind(hour),
                        )
                        .await?;
                    if noted > 0 {
                        let term = format!("term:{id}");
                        tx.audit(district, Some(account), "oversight.portrait_seen", &term, "").await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}
