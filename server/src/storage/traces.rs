//! What a database keeps of a change beside the rows: old versions, free pages, its log. Commands that
//! promise to leave nothing ([`Tx::leave_no_trace`](super::Tx::leave_no_trace)) have it swept before
//! they are answered, or, where a reader is in the way, as soon as he is gone.
//!
//! Embedded: deleted bytes are overwritten (`secure_delete`), the write-ahead log is folded in and cut
//! to nothing. PostgreSQL: the small tables are written anew in the order of their ids, without old
//! versions. Cannot reach: PostgreSQL's own write-ahead log and its archive, blocks that a file system
//! freed, snapshots and backups made before.

use super::{Conn, StorageError, q};

/// How long a sweep waits for a reader, in milliseconds: meanwhile nothing else is written.
const SQLITE_WAIT: &str = "PRAGMA busy_timeout = 200";
/// As the connection was opened.
const SQLITE_WAIT_BEFORE: &str = "PRAGMA busy_timeout = 10000";

/// Takes old versions out first. `CLUSTER` alone would keep those that a transaction of any other database
/// of the same server might still see by its number; `VACUUM` asks only about this one.
const POSTGRES_OLD: &str =
    "VACUUM meeting_questions, meeting_remarks, meeting_reports, sealed_comments, comment_readings";

/// Every table whose words can be taken offline or name nobody. `CLUSTER` writes a table anew in the
/// order of an index; the old file is unlinked at the commit.
const POSTGRES: &str = "SET LOCAL lock_timeout = '200ms';
     CLUSTER meeting_questions USING meeting_questions_pkey;
     CLUSTER meeting_remarks USING meeting_remarks_pkey;
     CLUSTER meeting_reports USING meeting_reports_pkey;
     CLUSTER sealed_comments USING sealed_comments_pkey;
     CLUSTER comment_readings USING comment_readings_pkey";

/// Sweeps, outside of any transaction. `false` where a reader was in the way: to be done again.
///
/// # Errors
/// The database failed.
pub(super) async fn sweep(conn: &mut Conn) -> Result<bool, StorageError> {
    if conn.is_sqlite() {
        conn.script(SQLITE_WAIT).await?;
        let rows = conn.rows(q("PRAGMA wal_checkpoint(TRUNCATE)")).await;
        conn.script(SQLITE_WAIT_BEFORE).await?;
        return rows?.first().map_or(Ok(false), |row| Ok(row.int("busy")? == 0));
    }
    conn.script(POSTGRES_OLD).await?;
    conn.script("BEGIN").await?;
    let done = conn.script(POSTGRES).await;
    conn.script(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    match done {
        Ok(()) => Ok(true),
        // 55P03: lock_not_available.
        Err(StorageError::Db(sqlx::Error::Database(e))) if e.code().is_some_and(|c| c == "55P03") => Ok(false),
        Err(e) => Err(e),
    }
}
