//! Opens a database from its URL: `sqlite:PATH` (embedded, default) or `postgres:…`.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Pool, Row, StorageError, migrate::migrate, q};

/// Where the data is.
#[derive(Clone)]
pub enum Url {
    /// Path of the embedded file.
    Sqlite(PathBuf),
    /// PostgreSQL connection string; holds a password, so it is never printed.
    Postgres(String),
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres:…"),
        }
    }
}

impl FromStr for Url {
    type Err = StorageError;
    fn from_str(text: &str) -> Result<Self, StorageError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StorageError::Config("数据库地址不对：请写 sqlite:文件路径 或 postgres://用户@主机/库名。".into()))
    }
}

/// Pools: one for reading, one connection's worth for writing.
pub(super) struct Pools {
    pub read: Pool,
    pub write: Pool,
}

/// How every connection to the embedded file is opened.
fn sqlite(path: &Path, durable: bool) -> SqliteConnectOptions {
    let sync = if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(sync)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // A year of occurrences in one go: at 50 rows the connection's thread stops to be read.
        .row_buffer_size(512)
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        // What is taken offline must not stay in free pages.
        .pragma("secure_delete", "ON")
}

/// Does the server's connection flush every commit, and is the file in the mode it relies on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syncs {
    /// `synchronous` is FULL or more.
    pub full: bool,
    /// The file itself is in write-ahead mode.
    pub wal: bool,
}

/// Looks at the file, then opens it the way the server does and asks what came of it.
///
/// # Errors
/// The file cannot be opened.
pub async fn syncs(path: &Path) -> Result<Syncs, StorageError> {
    let text = |row: Option<Row>, name: &str| row.map_or(Ok(String::new()), |r| r.text(name));
    // Without the server's options, which would put it right by asking.
    let plain = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(10));
    let plain = Pool::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(plain).await?);
    let wal = text(plain.row(q("PRAGMA journal_mode")).await?, "journal_mode")? == "wal";
    plain.close().await;
    if !wal {
        return Ok(Syncs { full: false, wal });
    }
    let own = SqlitePoolOptions::new().max_connections(1).connect_with(sqlite(path, true).read_only(true)).await?;
    let own = Pool::Sqlite(own);
    // 2 is FULL, 3 is EXTRA.
    let full = own.row(q("PRAGMA synchronous")).await?.map_or(Ok(0), |r| r.int("synchronous"))? >= 2;
    own.close().await;
    Ok(Syncs { full, wal })
}

/// Opens both pools and migrates. `durable` is false only in tests, which lose nothing at a power cut.
pub(super) async fn open(url: &Url, durable: bool) -> Result<Pools, StorageError> {
    match url {
        Url::Sqlite(path) => {
            let options = sqlite(path, durable).create_if_missing(true);
            let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
            let write = Pool::Sqlite(write);
            migrate(&mut write.acquire().await?).await?;
            let read =
                SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "ON")).await?;
            Ok(Pools { read: Pool::Sqlite(read), write })
        }
        Url::Postgres(text) => {
            let options: PgConnectOptions = text.parse()?;
            let commit = if durable { "on" } else { "off" };
            let pool = PgPoolOptions::new()
                .max_connections(10)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options.options([("synchronous_commit", commit), ("client_min_messages", "warning")]))
                .await?;
            let pool = Pool::Postgres(pool);
            migrate(&mut pool.acquire().await?).await?;
            Ok(Pools { read: pool.clone(), write: pool })
        }
    }
}
