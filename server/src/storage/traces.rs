//! What a database keeps of a change beside the rows: old versions, free pages, its log. Commands that
//! promise to leave nothing ([`Tx::leave_no_trace`](super::Tx::leave_no_trace),
//! [`Tx::leave_no_trace_of_record`](super::Tx::leave_no_trace_of_record)) have it swept before
//! they are answered, or, where a reader is in the way, as soon as he is gone.
//!
//! Embedded: deleted bytes are overwritten (`secure_delete`), the write-ahead log is folded in and cut
//! to nothing; the search index is written anew by the command itself, it only marks what is deleted.
//! PostgreSQL: the tables are written anew in the order of their ids, with their indexes, without old
//! versions. Cannot reach: PostgreSQL's own write-ahead log and its archive, blocks that a file system
//! freed, snapshots and backups made before.

use super::{Conn, StorageError, q};

/// What is to be swept. The embedded database is one file: there it is all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Traces {
    /// Words and order of a meeting.
    pub meetings: bool,
    /// A record with everything that quotes it. Large tables: seconds, and rare.
    pub record: bool,
}

impl Traces {
    /// Is anything?
    pub fn any(self) -> bool {
        self.meetings || self.record
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { meetings: self.meetings || other.meetings, record: self.record || other.record }
    }
}

/// How long a sweep waits for a reader, in milliseconds: meanwhile nothing else is written.
const SQLITE_WAIT: &str = "PRAGMA busy_timeout = 200";
/// As the connection was opened.
const SQLITE_WAIT_BEFORE: &str = "PRAGMA busy_timeout = 10000";

/// Takes old versions out first. `CLUSTER` alone would keep those that a transaction of any other database
/// of the same server might still see by its number; `VACUUM` asks only about this one.
const POSTGRES_OLD: &str = "VACUUM meeting_questions, meeting_remarks, meeting_reports, sealed_comments, comment_readings, meeting_seats, meeting_roll";

/// Every table whose words can be taken offline or name nobody, and those whose order must not say who came when. `CLUSTER` writes a table anew in the
/// order of an index; the old file is unlinked at the commit.
const POSTGRES: &str = "SET LOCAL lock_timeout = '200ms';
     CLUSTER meeting_questions USING meeting_questions_pkey;
     CLUSTER meeting_remarks USING meeting_remarks_pkey;
     CLUSTER meeting_reports USING meeting_reports_pkey;
     CLUSTER sealed_comments USING sealed_comments_pkey;
     CLUSTER comment_readings USING comment_readings_pkey;
     CLUSTER meeting_seats USING meeting_seats_pkey;
     CLUSTER meeting_roll USING meeting_roll_pkey";

/// As [`POSTGRES_OLD`], for a record that was erased.
const POSTGRES_OLD_RECORD: &str = "VACUUM records, record_corrections, record_duties, offline_requests, evidence_links, evidence_uploads, drafts, report_drafts, meeting_reports, audit_details, commands, search_index";

/// As [`POSTGRES`], for a record that was erased, each by itself: they are large, and whoever reads one of
/// them does not wait for the others.
const POSTGRES_RECORD: [&str; 12] = [
    "SET LOCAL lock_timeout = '200ms'; CLUSTER records USING records_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER record_corrections USING record_corrections_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER record_duties USING record_duties_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER offline_requests USING offline_requests_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER evidence_links USING evidence_links_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER evidence_uploads USING evidence_uploads_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER drafts USING drafts_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER report_drafts USING report_drafts_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER meeting_reports USING meeting_reports_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER audit_details USING audit_details_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER commands USING commands_pkey",
    "SET LOCAL lock_timeout = '200ms'; CLUSTER search_index USING search_index_pkey",
];

/// Sweeps, outside of any transaction. `false` where a reader was in the way: to be done again.
///
/// # Errors
/// The database failed.
pub(super) async fn sweep(conn: &mut Conn, of: Traces) -> Result<bool, StorageError> {
    if conn.is_sqlite() {
        conn.script(SQLITE_WAIT).await?;
        let rows = conn.rows(q("PRAGMA wal_checkpoint(TRUNCATE)")).await;
        conn.script(SQLITE_WAIT_BEFORE).await?;
        return rows?.first().map_or(Ok(false), |row| Ok(row.int("busy")? == 0));
    }
    let mut whole = true;
    if of.meetings {
        conn.script(POSTGRES_OLD).await?;
        whole &= anew(conn, POSTGRES).await?;
    }
    if of.record {
        conn.script(POSTGRES_OLD_RECORD).await?;
        for table in POSTGRES_RECORD {
            whole &= anew(conn, table).await?;
        }
    }
    Ok(whole)
}

/// Writes tables anew in one transaction; `false` where a reader was in the way.
async fn anew(conn: &mut Conn, tables: &'static str) -> Result<bool, StorageError> {
    conn.script("BEGIN").await?;
    let done = conn.script(tables).await;
    conn.script(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    match done {
        Ok(()) => Ok(true),
        // 55P03: lock_not_available.
        Err(StorageError::Db(sqlx::Error::Database(e))) if e.code().is_some_and(|c| c == "55P03") => Ok(false),
        Err(e) => Err(e),
    }
}
