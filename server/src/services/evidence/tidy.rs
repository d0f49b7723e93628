//! What is cleared away: unfinished uploads after a week, and at the start what a crash left.

use app::api::ApiError;
use domain::{evidence::UPLOAD_DAYS, time::DAY_MS};

use super::{
    super::{Services, storage, told},
    add::blocking,
    disk,
};
use crate::{
    evidence::PartName,
    storage::{Row, StorageError, q},
};

fn part(row: &Row) -> Result<PartName, StorageError> {
    Ok(PartName::of(row.id("account_id")?, row.id("id")?))
}

impl Services {
    /// Before anybody is let in: files that were being placed and never got a row, parts of no
    /// upload. Safe only while no upload can end.
    ///
    /// # Errors
    /// Database or disk.
    pub async fn recover_evidence(&self) -> Result<u64, ApiError> {
        let read = self.store.read();
        let orphans = read
            .rows(q("SELECT DISTINCT u.stored_as FROM evidence_uploads u
                     WHERE u.stored_as <> '' AND NOT EXISTS (SELECT 1 FROM evidence_files f WHERE f.hash = u.stored_as)"))
            .await
            .map_err(storage)?;
        let orphans: Vec<String> =
            orphans.iter().map(|row| row.text("stored_as")).collect::<Result<_, _>>().map_err(storage)?;
        let rows = read.rows(q("SELECT account_id, id FROM evidence_uploads")).await.map_err(storage)?;
        let known: Vec<PartName> = rows.iter().map(part).collect::<Result<_, _>>().map_err(storage)?;
        let files = self.evidence.clone();
        let gone = blocking(move || {
            let mut gone = files.sweep(&known).map_err(|e| disk(&e))?;
            for hash in orphans {
                files.remove(&hash).map_err(|e| disk(&e))?;
                gone += 1;
            }
            Ok(gone)
        })
        .await?;
        self.store
            .write(|tx| {
                Box::pin(async move {
                    tx.execute(q("UPDATE evidence_uploads SET stored_as = '' WHERE stored_as <> ''")).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)?;
        Ok(gone)
    }

    /// Unfinished uploads older than a week; how many.
    ///
    /// # Errors
    /// Database or disk.
    pub async fn forget_uploads(&self) -> Result<u64, ApiError> {
        let old = self
            .store
            .write(|tx| {
                Box::pin(async move {
                    let before = tx.now().plus_ms(-UPLOAD_DAYS * DAY_MS);
                    let rows = tx
                        .rows(q("SELECT account_id, id FROM evidence_uploads WHERE started_at < $1").bind(before))
                        .await?;
                    tx.execute(q("DELETE FROM evidence_uploads WHERE started_at < $1").bind(before)).await?;
                    Ok(rows.iter().map(part).collect::<Result<Vec<_>, _>>()?)
                })
            })
            .await
            .map_err(told)?;
        let n = u64::try_from(old.len()).unwrap_or(0);
        for name in old {
            self.drop_part(name).await;
        }
        Ok(n)
    }
}
