//! Storage: the only place with SQL. One body of queries serves the embedded
//! SQLite file and PostgreSQL; every write goes through one [`Writer`] task that
//! commits in groups. Refuses to decide anything: rules live in `domain`, order
//! of steps in `services`.

mod awake;
mod db;
mod late;
mod migrate;
mod open;
mod query;
mod traces;
mod tx;
mod value;
mod writer;

pub use db::{Conn, Pool, counted};
pub use migrate::{MIGRATIONS, Migration, schema_version};
pub use open::{Syncs, Url, syncs};
pub use query::{Query, q};
pub use tx::{Tx, digest as audit_digest, hash as audit_hash};
pub use value::{Row, Value};
pub use writer::{Failure, Store};

use std::fmt;

/// Storage failed. Never shown to a browser; logged once at the boundary.
#[derive(Debug)]
pub enum StorageError {
    /// The database refused or is gone.
    Db(sqlx::Error),
    /// A row does not have the expected shape; names the column.
    Shape(String),
    /// The disk is full: nothing was written, reading goes on.
    Full,
    /// The writer stopped after an I/O error; the process is about to exit.
    Stopped,
    /// The schema is newer than this program.
    Newer {
        /// Version found.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// Wrong configuration, in Chinese, for the operator.
    Config(String),
}

impl StorageError {
    /// A column that is missing or of the wrong type.
    pub fn shape(column: &str) -> Self {
        Self::Shape(column.to_owned())
    }

    /// Must the process stop? After a failed write or flush no database can be trusted.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Db(sqlx::Error::Database(e)) => {
                // SQLITE_IOERR = 10, SQLITE_CORRUPT = 11 (low byte of the extended code).
                e.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some_and(|_| {
                    e.code().and_then(|c| c.parse::<i64>().ok()).is_some_and(|c| matches!(c & 0xff, 10 | 11))
                })
            }
            Self::Stopped | Self::Db(sqlx::Error::WorkerCrashed) => true,
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(e: sqlx::Error) -> Self {
        // SQLITE_FULL = 13; PostgreSQL disk_full = 53100.
        let full = matches!(&e, sqlx::Error::Database(d)
            if d.code().is_some_and(|c| c == "13" || c == "53100"));
        if full { Self::Full } else { Self::Db(e) }
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Db(e) => write!(f, "database: {e}"),
            Self::Shape(column) => write!(f, "unexpected shape of column {column}"),
            Self::Full => f.write_str("disk full"),
            Self::Stopped => f.write_str("writer stopped"),
            Self::Newer { found, known } => write!(f, "schema version {found} is newer than {known}"),
            Self::Config(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for StorageError {}
