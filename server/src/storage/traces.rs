//! What a database keeps of a change beside the rows: old versions, free pages, its log. Commands that
//! promise to leave nothing ([`Tx::leave_no_trace`](super::Tx::leave_no_trace),
//! [`Tx::leave_no_trace_of_record`](super::Tx::leave_no_trace_of_record)) are answered when it is swept, or,
//! where a reader is in the way, when it was tried; then again until he is gone. One step is one turn of the
//! writer: whoever else writes is answered between two of them. What is owed is the process's own; the next
//! process sweeps again what went offline within a day before it started.
//!
//! Embedded: deleted bytes are overwritten (`secure_delete`); the search index only marks what is deleted, its
//! parts are joined anew some pages at a time; then the write-ahead log is folded in and cut to nothing.
//! PostgreSQL: the tables are written anew in the order of their ids, with their indexes, without old
//! versions. Cannot reach: PostgreSQL's own write-ahead log and its archive, blocks that a file system
//! freed, snapshots and backups made before.

use super::{Conn, StorageError, q};

/// What is to be swept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Traces {
    /// Words and order of a meeting, and of suggestions without a name.
    pub meetings: bool,
    /// A record or a text that went offline, with everything that quotes it. Large tables: seconds, and rare.
    pub record: bool,
}

/// How long a step waits for a reader, in milliseconds: meanwhile nothing else is written.
const SQLITE_WAIT: &str = "PRAGMA busy_timeout = 200";
/// As the connection was opened.
const SQLITE_WAIT_BEFORE: &str = "PRAGMA busy_timeout = 10000";
/// Joins the parts of the search index, 2,000 pages (about 8 MB) at a time: some 100 ms.
const SQLITE_JOIN: &str = "INSERT INTO search_index (search_index, rank) VALUES ('merge', -2000)";
/// The rest at once, where others write so much meanwhile that the joining comes to no end.
const SQLITE_JOIN_ALL: &str = "INSERT INTO search_index (search_index) VALUES ('optimize')";
/// Joinings before that.
const JOININGS: u32 = 64;

/// A table written anew: old versions out first. `CLUSTER` alone would keep those that a transaction of any
/// other database of the same server might still see by its number; `VACUUM` asks only about this one.
/// `CLUSTER` writes it in the order of an index, and the old file is unlinked at the commit.
struct Table {
    old: &'static str,
    anew: &'static str,
}

macro_rules! tables {
    ($($name:literal),+ $(,)?) => {
        [$(Table {
            old: concat!("VACUUM ", $name),
            anew: concat!("SET LOCAL lock_timeout = '200ms'; CLUSTER ", $name, " USING ", $name, "_pkey"),
        }),+]
    };
}

/// First the tables whose words can be taken offline or name nobody, and those whose order must not say who
/// came when ([`MEETINGS`] of them); then those of a record.
const TABLES: [Table; 31] = tables![
    "relief_suggestions",
    "meeting_questions",
    "meeting_remarks",
    "sealed_comments",
    "comment_readings",
    "meeting_seats",
    "meeting_roll",
    "meeting_reports",
    "records",
    "record_corrections",
    "record_duties",
    "offline_requests",
    "evidence_links",
    "evidence_uploads",
    "drafts",
    "report_drafts",
    "feedback_sheets",
    "inspection_remarks",
    "inspections",
    "items",
    "item_events",
    "item_grams",
    "item_lines",
    "tolerance_cases",
    "tolerance_events",
    "clearances",
    "approvals",
    "thread_events",
    "audit_details",
    "commands",
    "search_index",
];
/// Steps of a meeting, and of a suggestion without a name: the first eight tables.
const MEETINGS: u32 = (1 << 8) - 1;
/// Steps of a record: from the eighth table on.
const RECORD: u32 = ((1 << TABLES.len()) - 1) & !((1 << 7) - 1);
/// Steps of the embedded database, the first before the second.
const JOIN: u32 = 1;
const CUT_LOG: u32 = 2;

/// Tells somebody that his command is done.
type Tell = Box<dyn FnOnce() + Send>;

/// What is still to be swept, and who waits for it.
#[derive(Default)]
pub(super) struct Owed {
    /// Steps as bits.
    due: u32,
    /// Of these, the ones in which a reader was in the way since the last pause.
    blocked: u32,
    /// Bit after which the next one is looked for.
    last: u32,
    joinings: u32,
    waiting: Vec<(u32, Tell)>,
}

impl Owed {
    /// Adds what a command left; `tell` is called when each of its steps was taken or tried.
    pub fn add(&mut self, of: Traces, sqlite: bool, tell: Tell) {
        let steps = match (sqlite, of.meetings, of.record) {
            (_, false, false) => 0,
            (true, _, true) => JOIN | CUT_LOG,
            (true, true, false) => CUT_LOG,
            (false, true, true) => MEETINGS | RECORD,
            (false, true, false) => MEETINGS,
            (false, false, true) => RECORD,
        };
        if steps == 0 {
            return tell();
        }
        self.due |= steps;
        self.blocked &= !steps;
        self.joinings = 0;
        self.waiting.push((steps, tell));
    }

    /// Is anything owed?
    pub fn any(&self) -> bool {
        self.due != 0
    }

    /// Is there a step that was not tried since the last pause?
    pub fn ready(&self) -> bool {
        self.due & !self.blocked != 0
    }

    /// After a pause: what a reader blocked is tried again.
    pub fn again(&mut self) {
        self.blocked = 0;
    }

    /// Nothing can be tried now; whoever waits goes on waiting.
    pub fn put_off(&mut self) {
        self.blocked = self.due;
    }

    /// One step. One that failed is tried again: what it is about is committed already.
    pub async fn step(&mut self, conn: &mut Conn) {
        let ready = self.due & !self.blocked;
        if ready == 0 {
            return;
        }
        // In turn, so that a busy hall does not keep a record waiting; embedded: always in order.
        let later = if conn.is_sqlite() { 0 } else { ready & !((self.last << 1).wrapping_sub(1)) };
        let from = if later == 0 { ready } else { later };
        let step = from & from.wrapping_neg();
        let taken = if conn.is_sqlite() { self.embedded(conn, step).await } else { table(conn, step).await };
        match taken {
            Ok(Taken::Part) => return,
            Ok(Taken::Whole) => self.due &= !step,
            Ok(Taken::Blocked) => self.blocked |= step,
            Err(e) => {
                tracing::error!(error = %e, "traces of erased words could not be swept; trying again");
                self.blocked |= step;
            }
        }
        self.last = step;
        for (steps, tell) in std::mem::take(&mut self.waiting) {
            match steps & !step {
                0 => tell(),
                rest => self.waiting.push((rest, tell)),
            }
        }
    }

    async fn embedded(&mut self, conn: &mut Conn, step: u32) -> Result<Taken, StorageError> {
        if step == JOIN {
            self.joinings += 1;
            if self.joinings > JOININGS {
                conn.script(SQLITE_JOIN_ALL).await?;
                return Ok(Taken::Whole);
            }
            let before = changes(conn).await?;
            conn.script(SQLITE_JOIN).await?;
            // Fewer than two: there was nothing to join.
            return Ok(if changes(conn).await? - before < 2 { Taken::Whole } else { Taken::Part });
        }
        conn.script(SQLITE_WAIT).await?;
        let rows = conn.rows(q("PRAGMA wal_checkpoint(TRUNCATE)")).await;
        conn.script(SQLITE_WAIT_BEFORE).await?;
        let busy = rows?.first().map_or(Ok(true), |row| Ok::<_, StorageError>(row.int("busy")? != 0))?;
        Ok(if busy { Taken::Blocked } else { Taken::Whole })
    }
}

/// What became of a step.
enum Taken {
    Part,
    Whole,
    /// A reader was in the way.
    Blocked,
}

async fn changes(conn: &mut Conn) -> Result<i64, StorageError> {
    let rows = conn.rows(q("SELECT total_changes() AS n")).await?;
    rows.first().map_or(Ok(0), |row| row.int("n"))
}

/// Writes a table anew.
async fn table(conn: &mut Conn, step: u32) -> Result<Taken, StorageError> {
    let Some(table) = TABLES.get(usize::try_from(step.trailing_zeros()).unwrap_or(usize::MAX)) else {
        return Ok(Taken::Whole);
    };
    conn.script(table.old).await?;
    conn.script("BEGIN").await?;
    let done = conn.script(table.anew).await;
    conn.script(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    match done {
        Ok(()) => Ok(Taken::Whole),
        // 55P03: lock_not_available.
        Err(StorageError::Db(sqlx::Error::Database(e))) if e.code().is_some_and(|c| c == "55P03") => Ok(Taken::Blocked),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[test]
    fn whoever_left_nothing_is_told_at_once_and_the_others_wait_for_their_own_steps() {
        let told = Arc::new(AtomicU32::new(0));
        let tell = |told: &Arc<AtomicU32>| -> Tell {
            let told = told.clone();
            Box::new(move || {
                told.fetch_add(1, Ordering::Relaxed);
            })
        };
        let mut owed = Owed::default();
        owed.add(Traces::default(), false, tell(&told));
        assert!(!owed.any() && told.load(Ordering::Relaxed) == 1);
        owed.add(Traces { meetings: true, record: false }, false, tell(&told));
        assert!(owed.ready() && owed.due == MEETINGS && told.load(Ordering::Relaxed) == 1);
        // A blocked table is not asked again before the pause, and a new command asks again.
        owed.blocked = MEETINGS;
        assert!(!owed.ready() && owed.any());
        owed.add(Traces { meetings: false, record: true }, false, tell(&told));
        assert_eq!(owed.due & !owed.blocked, RECORD);
        assert_eq!((MEETINGS & RECORD).count_ones(), 1, "meeting_reports");
        assert_eq!((MEETINGS | RECORD).count_ones() as usize, TABLES.len());
    }
}
