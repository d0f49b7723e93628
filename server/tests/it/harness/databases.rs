//! A fresh database per test: migrated once per process, then copied, and gone when the test ends: kept, those of one
//! run would take 5 GB of disk.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use domain::time::first_of;
use server::{
    clock::FixedClock,
    storage::{Store, Url},
};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::Database;

static NEXT: AtomicU32 = AtomicU32::new(0);
static SQLITE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();

/// Where a test's database lives, until the test ends.
pub struct Place {
    pub url: Url,
    dir: TempDir,
    _made: Option<Made>,
}

impl Place {
    pub fn folder(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// A database of the cluster, dropped with whoever made it.
struct Made {
    name: String,
}

impl Made {
    async fn new(sql: &str) -> Self {
        let name = format!("wuze_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        run(&maintenance(), &format!("CREATE DATABASE {name} {sql}")).await;
        Self { name }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // A thread with a runtime of its own: a test's may be ending, and cannot be waited on from within.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&maintenance(), &sql));
        });
        // A failing test says more than what its database left behind.
        let dropped = dropping.join().is_ok();
        assert!(dropped || std::thread::panicking(), "{} could not be dropped", self.name);
    }
}

pub async fn fresh(database: Database) -> Place {
    let dir = TempDir::new().unwrap();
    let url = match database {
        Database::Sqlite => {
            let (_, template) = SQLITE.get_or_init(sqlite_template).await;
            let path = dir.path().join("wuze.db");
            std::fs::copy(template, &path).unwrap();
            Url::Sqlite(path)
        }
        Database::Postgres => {
            let template = POSTGRES.get_or_init(postgres_template).await;
            return postgres(dir, &format!("TEMPLATE {template}")).await;
        }
    };
    Place { url, dir, _made: None }
}

/// A database without any table, for upgrades.
pub async fn empty(database: Database) -> Place {
    let dir = TempDir::new().unwrap();
    match database {
        Database::Sqlite => Place { url: Url::Sqlite(dir.path().join("wuze.db")), dir, _made: None },
        Database::Postgres => postgres(dir, "").await,
    }
}

async fn postgres(dir: TempDir, sql: &str) -> Place {
    let made = Made::new(sql).await;
    Place { url: Url::Postgres(with_name(&maintenance(), &made.name)), dir, _made: Some(made) }
}

async fn sqlite_template() -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("template.db");
    migrate(Url::Sqlite(path.clone())).await;
    (dir, path)
}

async fn postgres_template() -> String {
    let name = format!("wuze_template_{}", std::process::id());
    run(&maintenance(), &format!("CREATE DATABASE {name}")).await;
    migrate(Url::Postgres(with_name(&maintenance(), &name))).await;
    name
}

/// Migrates and closes: a copied file must have no open write-ahead log.
async fn migrate(url: Url) {
    let clock = Arc::new(FixedClock::at_noon(first_of(2026, 1)));
    let store = Store::open(url, clock, false).await.unwrap();
    store.close().await;
}

/// The cluster made by `.ci/postgres.sh`.
fn maintenance() -> String {
    std::env::var("WUZE_TEST_POSTGRES")
        .expect("WUZE_TEST_POSTGRES is not set: run the tests through `make test` or `.ci/postgres.sh cargo test …`")
}

async fn run(url: &str, sql: &str) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    conn.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap();
    conn.close().await.unwrap();
}

/// The same URL with another database name.
fn with_name(url: &str, name: &str) -> String {
    let (head, query) = url.split_once('?').map_or((url, ""), |(h, q)| (h, q));
    let scheme = head.find("://").map_or(0, |i| i + 3);
    let path = head[scheme..].find('/').map_or(head.len(), |i| scheme + i);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{}/{name}{query}", &head[..path])
}
