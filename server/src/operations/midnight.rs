//! Jobs of the start and of 00:00 in Asia/Shanghai. A job that fails is logged
//! and tried again the next night; it never stops the server.

use std::{sync::Arc, time::Duration};

use app::api::ApiError;
use domain::time::{DAY_MS, Instant};
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    clock::Clock,
    storage::{Failure, Store, q},
};

/// Longest sleep: a machine that was suspended notices the new day within this time.
const NAP: Duration = Duration::from_mins(10);
/// Days that answers to commands are kept (`interfaces.md` 4).
const ANSWER_DAYS: i64 = 30;
/// Days that it is known that a command was carried out. What waits on a phone without a network does not expire:
/// sent within a year and its closing it must not be entered twice.
const COMMAND_DAYS: i64 = 400;

/// A job and its name in the log; answers how much it did.
pub type Job = (&'static str, Box<dyn Fn() -> BoxFuture<'static, Result<u64, ApiError>> + Send + Sync>);

/// The jobs of an installation.
pub fn jobs(app: &App) -> Vec<Job> {
    let store = app.store().clone();
    let services = app.services().clone();
    let (names, denials, searched, uploads) = (services.clone(), services.clone(), services.clone(), services.clone());
    let (books, drafts, tables) = (services.clone(), services.clone(), services.clone());
    let (reminded, seasons) = (services.clone(), services.clone());
    let figures = services.clone();
    vec![
        (
            "sort names by strokes",
            Box::new(move || {
                let services = names.clone();
                Box::pin(async move { services.refresh_strokes().await.map_err(crate::services::told) })
            }),
        ),
        (
            "index records for search",
            Box::new(move || {
                let services = searched.clone();
                Box::pin(async move { services.refresh_search().await })
            }),
        ),
        (
            "note denials",
            Box::new(move || {
                let services = denials.clone();
                Box::pin(async move { services.flush_denials(false).await.map_err(crate::services::told) })
            }),
        ),
        (
            "close books of the last year",
            Box::new(move || {
                let services = books.clone();
                Box::pin(async move { services.close_due_books().await })
            }),
        ),
        (
            // Before the colours: 督 names what is due.
            "keep the season's plan",
            Box::new(move || {
                let services = seasons.clone();
                Box::pin(async move { services.keep_seasons().await })
            }),
        ),
        (
            "recolour what is due",
            Box::new(move || {
                let services = services.clone();
                Box::pin(async move { services.recolour_due().await.map(u64::from) })
            }),
        ),
        (
            "remind of what is due",
            Box::new(move || {
                let services = reminded.clone();
                Box::pin(async move { services.remind().await })
            }),
        ),
        (
            "keep the figures of the last quarter",
            Box::new(move || {
                let services = figures.clone();
                Box::pin(async move { services.keep_relief_figures().await })
            }),
        ),
        (
            "forget unfinished uploads",
            Box::new(move || {
                let services = uploads.clone();
                Box::pin(async move { services.forget_uploads().await })
            }),
        ),
        (
            "forget uploaded tables",
            Box::new(move || {
                let services = tables.clone();
                Box::pin(async move { services.forget_tables().await.map_err(crate::services::told) })
            }),
        ),
        (
            "forget drafts that must not stay",
            Box::new(move || {
                let services = drafts.clone();
                Box::pin(async move { services.forget_secret_drafts().await })
            }),
        ),
        (
            "forget old commands",
            Box::new(move || {
                let store = store.clone();
                Box::pin(async move { forget_commands(&store).await.map_err(crate::services::told) })
            }),
        ),
    ]
}

/// Runs every job once.
pub async fn run(jobs: &[Job]) {
    for (name, job) in jobs {
        match job().await {
            Ok(0) => {}
            Ok(n) => tracing::info!(job = name, n, "done"),
            Err(error) => tracing::error!(job = name, ?error, "job failed; it is tried again at midnight"),
        }
    }
}

/// Runs the jobs at every midnight until `stop`.
pub async fn watch(jobs: Vec<Job>, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut today = clock.today();
    loop {
        let nap = until_midnight(clock.now()).min(NAP);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(nap) => {}
        }
        if clock.today() != today {
            today = clock.today();
            run(&jobs).await;
        }
    }
}

/// Time to the next 00:00 in Asia/Shanghai; a little more, so that waking early does not miss it.
fn until_midnight(now: Instant) -> Duration {
    let since = now.0 - Instant::start_of(now.day()).0;
    Duration::from_millis(u64::try_from(DAY_MS - since).unwrap_or(0) + 5)
}

async fn forget_commands(store: &Store) -> Result<u64, Failure> {
    let old = store.now().plus_ms(-ANSWER_DAYS * DAY_MS);
    // Found by a reader: the writer must not pass over a year of blank answers each night.
    let find = q("SELECT MIN(at) AS at FROM commands WHERE at < $1 AND answer <> ''").bind(old);
    let first = store.read().row(find).await?.map_or(Ok(None), |row| row.opt_instant("at"))?;
    store
        .write(move |tx| {
            Box::pin(async move {
                let before = tx.now().plus_ms(-COMMAND_DAYS * DAY_MS);
                let mut n = tx.execute(q("DELETE FROM commands WHERE at < $1").bind(before)).await?;
                if let Some(first) = first {
                    let blank = q("UPDATE commands SET body_hash = '', answer = ''
                                   WHERE at >= $1 AND at < $2 AND answer <> ''");
                    n += tx.execute(blank.bind(first).bind(old)).await?;
                }
                Ok(n)
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_that_of_shanghai() {
        // 1970-01-01 08:00 in Shanghai.
        assert_eq!(until_midnight(Instant(0)), Duration::from_millis(16 * 3_600_000 + 5));
    }
}
