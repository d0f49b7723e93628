//! Looks into a database without changing it: no migration, no write, so that a
//! newer program can back up, export and verify beside an older server.

use std::time::Duration;

use sqlx::{
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::Trouble;
use crate::storage::{Conn, MIGRATIONS, Pool, Url, q};

/// The newest schema this program knows.
pub fn known_schema() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

/// A pool of two connections that cannot write.
///
/// # Errors
/// The file is not there, or the server does not answer.
pub async fn look(url: &Url) -> Result<Pool, Trouble> {
    match url {
        Url::Sqlite(path) => {
            if !path.is_file() {
                return Err(Trouble::new(format!(
                    "没有找到数据库文件 {}。请用 --data 或 --database-url 指明它在哪里。",
                    path.display()
                )));
            }
            // No query_only: VACUUM INTO would be refused. Read-only opening protects the file itself.
            let options = SqliteConnectOptions::new()
                .filename(path)
                .read_only(true)
                .busy_timeout(Duration::from_secs(30))
                .pragma("trusted_schema", "OFF");
            let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await?;
            Ok(Pool::Sqlite(pool))
        }
        Url::Postgres(text) => {
            let options: PgConnectOptions = text.parse()?;
            let options =
                options.options([("default_transaction_read_only", "on"), ("client_min_messages", "warning")]);
            let pool = PgPoolOptions::new()
                .max_connections(2)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await?;
            Ok(Pool::Postgres(pool))
        }
    }
}

/// Begins a read that sees one moment only, however much is written meanwhile.
///
/// # Errors
/// The database is gone.
pub async fn freeze(conn: &mut Conn) -> Result<(), Trouble> {
    let begin = if conn.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    Ok(conn.script(begin).await?)
}

/// Ends it.
///
/// # Errors
/// The database is gone.
pub async fn thaw(conn: &mut Conn) -> Result<(), Trouble> {
    Ok(conn.script("ROLLBACK").await?)
}

/// The schema version found; a database that is not ours has none.
///
/// # Errors
/// Not ours, or newer than this program knows.
pub async fn schema(conn: &mut Conn) -> Result<i64, Trouble> {
    let foreign = || Trouble::new("这里面没有五责链的数据表。请检查 --database-url 是否指对了数据库。");
    let rows = conn
        .rows(q("SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions"))
        .await
        .map_err(|_| foreign())?;
    let found = rows.first().ok_or_else(foreign)?.int("version")?;
    let known = known_schema();
    if found > known {
        return Err(Trouble::new(super::newer(found, known)));
    }
    Ok(found)
}
