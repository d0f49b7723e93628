//! Computes the facts of reports in the background: one report at a time in the whole server, block by block, each
//! stored before the next, so that a restart goes on where it stopped. Between two blocks it gives way to a round of a
//! meeting that is open, and stops where somebody cancelled.

use std::time::Duration;

use app::api::ApiError;
use domain::{
    ids::{DistrictId, ReportId},
    reports::Block,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{Services, posts, rows::Rows, storage, told},
    gather::{self, Ask},
    store::{self, Kept},
};
use crate::{
    App,
    storage::{Failure, StorageError, q},
};

/// How soon it is looked again for what waits, where nobody rang: after an open round, after a restart.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What became of one look at the queue.
enum Turn {
    /// A block was computed, or an edition ended.
    Went,
    /// Nothing waits.
    Idle,
    /// A meeting is being rated.
    GaveWay,
}

/// Is a round of a meeting open? Nothing heavy runs then.
pub async fn is_busy(from: &mut impl Rows) -> Result<bool, StorageError> {
    Ok(from.first(q("SELECT id FROM meeting_rounds WHERE state = 'open' LIMIT 1")).await?.is_some())
}

/// The edition whose turn it is.
struct Next {
    district: DistrictId,
    report: ReportId,
    edition: i64,
}

impl Services {
    /// Works on what is queued until nothing is left or it has to give way; how many blocks were computed.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn work_on_reports(&self) -> Result<u32, ApiError> {
        let _turn = self.reports.turn.lock().await;
        let mut blocks = 0;
        loop {
            match self.one_block().await? {
                Turn::Went => blocks += 1,
                Turn::Idle | Turn::GaveWay => return Ok(blocks),
            }
        }
    }

    async fn one_block(&self) -> Result<Turn, ApiError> {
        let mut read = self.store.read().clone();
        let Some(next) = next(&mut read).await.map_err(storage)? else { return Ok(Turn::Idle) };
        if is_busy(&mut read).await.map_err(storage)? {
            return Ok(Turn::GaveWay);
        }
        let done = self.block_of(&mut read, &next).await;
        if let Err(error) = done {
            tracing::error!(report = %next.report, %error, "facts of a report were not computed");
            self.failed(next).await?;
        }
        Ok(Turn::Went)
    }

    async fn block_of(&self, read: &mut impl Rows, next: &Next) -> Result<(), Failure> {
        let kept = store::load(read, next.district, next.report).await?;
        // Given up or stopped since.
        if kept.edition.no != next.edition || !kept.plain.job.goes_on() {
            return Ok(());
        }
        let kept = if kept.edition.as_of.0 == 0 { self.began(read, kept).await? } else { kept };
        let known = store::facts(read, kept.id, kept.edition.no).await?;
        let missing = kept.plain.kind.blocks().iter().find(|block| known.iter().all(|k| k.block != **block));
        match missing {
            Some(block) => self.computed(read, &kept, *block, known.len() + 1).await,
            None => self.ended(&kept).await,
        }
    }

    /// Fixes the moment and the rules that all blocks of the edition are about.
    async fn began(&self, read: &mut impl Rows, mut kept: Kept) -> Result<Kept, Failure> {
        let version = posts::rules(read, kept.district).await?.version;
        let (id, no) = (kept.id, kept.edition.no);
        let at = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let begin = q("UPDATE report_editions SET job = 'running', as_of = $1, rule_version = $2
                                   WHERE report_id = $3 AND edition = $4 AND job IN ('queued', 'running') AND as_of = 0");
                    tx.execute(begin.bind(now).bind(version).bind(id).bind(no)).await?;
                    Ok::<Instant, Failure>(now)
                })
            })
            .await?;
        kept.edition.as_of = at;
        kept.edition.rule_version = version;
        Ok(kept)
    }

    async fn computed(&self, read: &mut impl Rows, kept: &Kept, block: Block, n: usize) -> Result<(), Failure> {
        let district = kept.district;
        let ask = Ask {
            district,
            cover: kept.cover,
            posts: kept.posts.clone(),
            period: kept.period,
            as_of: kept.edition.as_of,
        };
        let facts = gather::block(read, &ask, block, self.clock.now()).await?;
        let text = store::json(&facts)?;
        let (id, no) = (kept.id, kept.edition.no);
        let last = n == kept.plain.kind.blocks().len();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // Stopped while it was computed: nothing of it is kept.
                    let find = q("SELECT n.edition FROM reports n JOIN report_editions e ON e.report_id = n.id AND e.edition = n.edition
                                  WHERE n.id = $1 AND e.edition = $2 AND e.job = 'running'");
                    if tx.row(find.bind(id).bind(no)).await?.is_none() {
                        return Ok(());
                    }
                    let at = tx.now();
                    tx.insert_all(
                        "INSERT INTO report_facts (report_id, edition, block, district_id, facts, computed_at)",
                        vec![vec![id.into(), no.into(), block.key().into(), district.into(), text.into(), at.into()]],
                        "ON CONFLICT DO NOTHING",
                    )
                    .await?;
                    if last {
                        done(tx, id, no).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn ended(&self, kept: &Kept) -> Result<(), Failure> {
        let (id, no) = (kept.id, kept.edition.no);
        self.store.write(move |tx| Box::pin(async move { Ok(done(tx, id, no).await?) })).await
    }

    /// Nothing of it is kept: half of the numbers would be taken for all of them.
    async fn failed(&self, next: Next) -> Result<(), ApiError> {
        let stop = q("UPDATE report_editions SET job = 'failed' WHERE report_id = $1 AND edition = $2
                      AND job IN ('queued', 'running')");
        let stop = stop.bind(next.report).bind(next.edition);
        let gone = q("DELETE FROM report_facts WHERE report_id = $1 AND edition = $2");
        let gone = gone.bind(next.report).bind(next.edition);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if tx.execute(stop).await? > 0 {
                        tx.execute(gone).await?;
                    }
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

async fn done(tx: &mut crate::storage::Tx, id: ReportId, no: i64) -> Result<(), StorageError> {
    let end = q("UPDATE report_editions SET job = 'done' WHERE report_id = $1 AND edition = $2 AND job = 'running'");
    tx.execute(end.bind(id).bind(no)).await.map(drop)
}

/// What was begun goes on first, then whatever waits longest.
async fn next(from: &mut impl Rows) -> Result<Option<Next>, StorageError> {
    let find =
        q("SELECT e.district_id, e.report_id, e.edition FROM report_editions e JOIN reports n ON n.id = e.report_id
                  WHERE e.job IN ('queued', 'running') AND n.state = 'draft'
                  ORDER BY CASE WHEN e.job = 'running' THEN 0 ELSE 1 END, e.queued_at, e.report_id LIMIT 1");
    let row = from.first(find).await?;
    row.map(|row| {
        Ok(Next { district: row.id("district_id")?, report: row.id("report_id")?, edition: row.int("edition")? })
    })
    .transpose()
}

/// Works on reports until `stop`.
pub async fn worker(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = app.services().work_on_reports().await {
            tracing::error!(?error, "reports are not worked on, tried again later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.services().reports.bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}
