//! One command's view of the batch transaction: queries, audit, thread.

use std::collections::HashMap;

use domain::{
    audit::Entry,
    board::ThreadEvent,
    ids::{AccountId, DistrictId},
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{Conn, Query, Row, StorageError, Value, q, traces::Traces};
use crate::random;

/// Rows of one INSERT. SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
const ROWS_AT_ONCE: usize = 200;

/// A command inside the writer's transaction. Dropping it does nothing: the
/// writer keeps or rolls back the command's savepoint.
pub struct Tx {
    pub(super) conn: Conn,
    pub(super) now: Instant,
    pub(super) traces: Traces,
    /// Last number and hash of each audit chain that this batch wrote to: nobody else writes
    /// while the batch is open.
    heads: HashMap<DistrictId, (i64, String)>,
}

impl Tx {
    pub(super) fn new(conn: Conn, now: Instant) -> Self {
        Self { conn, now, traces: Traces::default(), heads: HashMap::new() }
    }

    /// The command was rolled back: what is known of its writes is not true any more.
    pub(super) fn taken_back(&mut self) {
        self.heads.clear();
    }

    /// Server time of this command; the same for everything it writes.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Moves this command's time to `now`. For the demonstration district only, which writes
    /// its history with its own dates; the writer's own time is back with the next command.
    pub fn pretend(&mut self, now: Instant) {
        self.now = now;
    }

    /// What this command changed shall not be found in old versions, free pages or the embedded
    /// database's log either: swept after the commit, before this command is answered.
    pub fn leave_no_trace(&mut self) {
        self.traces.meetings = true;
    }

    /// As [`leave_no_trace`](Self::leave_no_trace), for the words of a record and whatever quotes them.
    pub fn leave_no_trace_of_record(&mut self) {
        self.traces.record = true;
    }

    /// Is this the embedded database?
    pub fn is_sqlite(&self) -> bool {
        self.conn.is_sqlite()
    }

    /// All rows.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StorageError> {
        self.conn.rows(query).await
    }

    /// The first row, if any.
    pub async fn row(&mut self, query: Query) -> Result<Option<Row>, StorageError> {
        Ok(self.conn.rows(query).await?.into_iter().next())
    }

    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, StorageError> {
        self.conn.execute(query).await
    }

    /// Inserts one row: `columns` is the static head `INSERT INTO t (a, b)`.
    pub async fn insert(&mut self, head: &'static str, values: Vec<Value>) -> Result<u64, StorageError> {
        self.execute(q(head).push("VALUES").row(values)).await
    }

    /// Inserts rows of the same columns, many in one statement; none is no statement. `tail`
    /// stands after them: empty, or what happens to a row that is there already.
    pub async fn insert_all(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Value>>,
        tail: &'static str,
    ) -> Result<u64, StorageError> {
        let mut rows = rows.into_iter();
        let mut touched = 0;
        while let Some(first) = rows.next() {
            let mut query = q(head).push("VALUES").row(first);
            for row in rows.by_ref().take(ROWS_AT_ONCE - 1) {
                query = query.push(",").row(row);
            }
            touched += self.execute(query.push(tail)).await?;
        }
        Ok(touched)
    }

    /// Appends to the audit chain. `details` holds the texts; only their salted
    /// digest is chained, so they can be removed by law without breaking it.
    pub async fn audit(
        &mut self,
        district: DistrictId,
        actor: Option<AccountId>,
        action: &'static str,
        object: &str,
        details: &str,
    ) -> Result<(), StorageError> {
        let (last, prev) = match self.heads.remove(&district) {
            Some(head) => head,
            None => self.audit_head(district).await?,
        };
        let seq = last + 1;
        let salt = random::token();
        let digest = digest(&salt, details);
        let actor = actor.map_or_else(|| "system".to_owned(), |a| a.to_string());
        let entry = Entry { seq, prev: &prev, at: self.now, actor: &actor, action, object, digest: &digest };
        let hash = hash(&entry);
        self.insert(
            "INSERT INTO audit (district_id, seq, at, actor, action, object, digest, prev, hash)",
            vec![
                district.into(),
                seq.into(),
                self.now.into(),
                (&actor).into(),
                action.into(),
                object.into(),
                (&digest).into(),
                (&prev).into(),
                (&hash).into(),
            ],
        )
        .await?;
        self.insert(
            "INSERT INTO audit_details (district_id, seq, salt, text)",
            vec![district.into(), seq.into(), salt.into(), details.into()],
        )
        .await?;
        self.heads.insert(district, (seq, hash));
        Ok(())
    }

    /// Number and hash of the last entry; 0 and nothing before the first.
    async fn audit_head(&mut self, district: DistrictId) -> Result<(i64, String), StorageError> {
        let row = self
            .row(q("SELECT seq, hash FROM audit WHERE district_id = $1 ORDER BY seq DESC LIMIT 1").bind(district))
            .await?;
        row.map_or_else(|| Ok((0, String::new())), |row| Ok((row.int("seq")?, row.text("hash")?)))
    }

    /// Appends to the thread of an item (or of the post, where no item is meant).
    pub async fn thread(&mut self, district: DistrictId, event: &ThreadEvent) -> Result<(), StorageError> {
        self.thread_all(district, std::slice::from_ref(event)).await
    }

    /// Appends events of one command at once.
    pub async fn thread_all(&mut self, district: DistrictId, events: &[ThreadEvent]) -> Result<(), StorageError> {
        let rows = events.iter().map(|event| {
            vec![
                random::id(self.now).to_string().into(),
                district.into(),
                event.post.into(),
                event.year.into(),
                event.duty.into(),
                event.stage.key().into(),
                event.at.into(),
                (&event.source).into(),
                (&event.title).into(),
                event.link.clone().unwrap_or_default().into(),
                event.visibility.key().into(),
            ]
        });
        let rows = rows.collect();
        self.insert_all(
            "INSERT INTO thread_events (id, district_id, post_id, year, duty_id, stage, at, source, title, link, visibility)",
            rows,
            "",
        )
        .await
        .map(drop)
    }
}

/// Digest of removable details.
pub fn digest(salt: &str, details: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt.as_bytes());
    hasher.update([0]);
    hasher.update(details.as_bytes());
    hex::encode(hasher.finalize())
}

/// Hash of a chained entry.
pub fn hash(entry: &Entry<'_>) -> String {
    hex::encode(Sha256::digest(entry.canonical()))
}
