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
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use crate::harness::{Database, TestApp};

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
async fn empty(database: Database) -> (TempDir, Url) {
    let dir = TempDir::new().unwrap();
    let url = match database {
        Database::Sqlite => Url::Sqlite(dir.path().join("wuze.db")),
        Database::Postgres => Url::Postgres(empty_postgres().await),
    };
    (dir, url)
}

async fn empty_postgres() -> String {
    let base = std::env::var("WUZE_TEST_POSTGRES").unwrap();
    let name = format!("wuze_empty_{}", uuid::Uuid::new_v4().simple());
    let mut conn = PgConnection::connect(&base).await.unwrap();
    conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    conn.close().await.unwrap();
    let (head, query) = base.split_once('?').unwrap();
    format!("{}/{name}?{query}", head.rsplit_once('/').unwrap().0)
}
