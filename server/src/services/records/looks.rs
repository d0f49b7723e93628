//! Looks into books by somebody other than their owner: one row per viewer, book and hour, all of a page in one
//! command, and none where the hour has them already. Refuses to say what was read.

use app::api::ApiError;
use domain::{ids::PostId, people::access::Actor};

use super::super::{Services, posts::PostInfo, storage, told};
use crate::storage::{Failure, StorageError, Tx, q};

const HOUR_MS: i64 = 3_600_000;

/// A book that is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services) struct Look {
    /// Whose book.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// In a reading that was announced to its owner, who is shown it.
    pub announced: bool,
}

impl Services {
    /// Notes that somebody other than the owner looked, once an hour; the owner is shown what was
    /// `announced` to him.
    pub(in crate::services) async fn note_reading(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
        announced: bool,
    ) -> Result<(), ApiError> {
        self.note_looks(actor, vec![Look { post: info.post, year, announced }]).await
    }

    /// [`note_reading`](Self::note_reading) of some books at once.
    pub(in crate::services) async fn note_looks(&self, actor: &Actor, looks: Vec<Look>) -> Result<(), ApiError> {
        if looks.is_empty() {
            return Ok(());
        }
        let new = self.not_noted(actor, looks).await.map_err(storage)?;
        if new.is_empty() {
            return Ok(());
        }
        let by = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for look in new {
                        note(tx, &by, look).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// Those of which nothing is noted in this hour, or not that they were announced.
    async fn not_noted(&self, actor: &Actor, mut looks: Vec<Look>) -> Result<Vec<Look>, StorageError> {
        let find = q("SELECT post_id, year, announced FROM readings WHERE viewer = $1 AND hour = $2")
            .bind(actor.account)
            .bind(self.clock.now().0 / HOUR_MS)
            .and_in("post_id", looks.iter().map(|look| look.post));
        for row in &self.store.read().rows(find).await? {
            let (post, year, announced): (PostId, _, _) =
                (row.id("post_id")?, row.year("year")?, row.flag("announced")?);
            looks.retain(|look| (look.post, look.year) != (post, year) || (look.announced && !announced));
        }
        Ok(looks)
    }
}

async fn note(tx: &mut Tx, actor: &Actor, look: Look) -> Result<(), Failure> {
    let Look { post, year, announced } = look;
    let hour = tx.now().0 / HOUR_MS;
    let mut noted = tx
        .execute(
            q("INSERT INTO readings (district_id, post_id, year, viewer, viewer_name, hour, announced)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
            .bind(actor.district)
            .bind(post)
            .bind(year)
            .bind(actor.account)
            .bind(&actor.name)
            .bind(hour)
            .bind(announced),
        )
        .await?;
    if noted == 0 && announced {
        // He looked at the outline first, within the same hour.
        noted = tx
            .execute(
                q("UPDATE readings SET announced = 1 WHERE post_id = $1 AND year = $2 AND viewer = $3
                   AND hour = $4 AND announced = 0")
                .bind(post)
                .bind(year)
                .bind(actor.account)
                .bind(hour),
            )
            .await?;
    }
    if noted > 0 {
        let how = if announced { "翻阅检查" } else { "" };
        let book = format!("book:{post}:{year}");
        tx.audit(actor.district, Some(actor.account), "records.read", &book, how).await?;
    }
    Ok(())
}
