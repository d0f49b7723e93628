//! Operations: backup and restore, the audit chain, the export, the writer, TLS
//! and the program itself. Everything that touches a database runs on both.

#![expect(clippy::unwrap_used, reason = "test code: a failed unwrap is a failed test")]

mod backups;
mod certificates;
mod chains;
mod doctor;
mod exports;
mod faults;
mod meetings;
mod programs;
mod schemas;
mod writing;

use domain::time::Instant;
use server::{
    operations::{
        audit::{self, Chain},
        checkpoint::{self, Checkpoint},
        database,
    },
    storage::{Query, Store, Url},
};

use crate::harness::{self, Database, Place, TestApp};

/// 2026-11-22 12:00 in Asia/Shanghai.
const NOW: Instant = Instant(1_795_320_000_000);

/// Appends `n` entries to the chain of the district.
async fn log(test: &TestApp, n: usize) {
    let district = test.district.id;
    for i in 0..n {
        test.app
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    let details = format!("第 {i} 次");
                    Ok(tx.audit(district, None, "test.done", &format!("thing:{i}"), &details).await?)
                })
            })
            .await
            .unwrap();
    }
}

/// Runs a statement behind the program's back.
async fn tamper(store: &Store, query: Query) {
    store.write(move |tx| Box::pin(async move { Ok(tx.execute(query).await?) })).await.unwrap();
}

async fn verified(url: &Url, known: &[Checkpoint]) -> Vec<Chain> {
    let pool = database::look(url).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let chains = audit::verify(&mut conn, known).await.unwrap();
    drop(conn);
    pool.close().await;
    chains
}

async fn checkpoints(url: &Url) -> Vec<Checkpoint> {
    let pool = database::look(url).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let taken = checkpoint::take(&mut conn, NOW).await.unwrap();
    drop(conn);
    pool.close().await;
    taken
}

/// An empty folder and an empty database of the same kind.
async fn empty(database: Database) -> (Place, Url) {
    let place = harness::empty(database).await;
    let url = place.url.clone();
    (place, url)
}
