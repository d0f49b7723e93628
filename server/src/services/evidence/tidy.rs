//! What is cleared away: files that no row names any more, unfinished uploads after a week, and at the
//! start what a crash left.

use app::api::ApiError;
use domain::{evidence::UPLOAD_DAYS, time::DAY_MS};
use tokio::sync::OwnedMutexGuard;

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

    /// Takes files away that no row names any more; those that a row names stay, whatever the caller
    /// knew. `alone` since before the rows were looked at or changed: nobody can name one of them while
    /// it goes. It is kept to the end even where nobody waits for it. How many did not go.
    pub async fn remove_unnamed(&self, alone: OwnedMutexGuard<()>, hashes: Vec<String>) -> usize {
        let (store, files) = (self.store.clone(), self.evidence.clone());
        let work = async move {
            let mut left = 0;
            for hash in hashes {
                let named = q("SELECT 1 AS n FROM evidence_files WHERE hash = $1 LIMIT 1").bind(&hash);
                let gone = match store.read().row(named).await {
                    Ok(Some(_)) => true,
                    Ok(None) => {
                        let files = files.clone();
                        blocking(move || files.remove(&hash).map_err(|e| disk(&e))).await.is_ok()
                    }
                    // A database that does not answer may name it: the next start or `wuze doctor` looks again.
                    Err(_) => false,
                };
                left += usize::from(!gone);
            }
            drop(alone);
            if left > 0 {
                tracing::warn!(left, "files without a row were not removed");
            }
            left
        };
        tokio::spawn(work).await.unwrap_or(usize::MAX)
    }

    /// Unfinished uploads older than a week; how many. One that is being ended stays.
    ///
    /// # Errors
    /// Database or disk.
    pub async fn forget_uploads(&self) -> Result<u64, ApiError> {
        let files = self.evidence.clone();
        let old = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let before = tx.now().plus_ms(-UPLOAD_DAYS * DAY_MS);
                    let rows = tx
                        .rows(q("SELECT account_id, id FROM evidence_uploads WHERE started_at < $1").bind(before))
                        .await?;
                    let mut old = Vec::new();
                    for row in &rows {
                        let name = part(row)?;
                        let Some(lease) = files.hold_now(&name) else { continue };
                        tx.execute(
                            q("DELETE FROM evidence_uploads WHERE account_id = $1 AND id = $2")
                                .bind(row.text("account_id")?)
                                .bind(row.text("id")?),
                        )
                        .await?;
                        old.push((name, lease));
                    }
                    Ok(old)
                })
            })
            .await
            .map_err(told)?;
        let n = u64::try_from(old.len()).unwrap_or(0);
        for (name, lease) in old {
            self.drop_part(name).await;
            drop(lease);
        }
        Ok(n)
    }
}
