//! One command's view of the batch transaction: queries, audit, thread.

use std::collections::{BTreeMap, HashMap};

use domain::{
    audit::Entry,
    board::ThreadEvent,
    ids::{AccountId, DistrictId, PostId},
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{
    Conn, Query, Row, StorageError, Value,
    awake::awake,
    late::{self, Late, Mark},
    q,
    traces::Traces,
};
use crate::random;

/// Rows of one INSERT. SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
const ROWS_AT_ONCE: usize = 200;
const COMMANDS: &str = "INSERT INTO commands (account_id, key, district_id, body_hash, answer, at)";

/// A command inside the writer's transaction. Dropping it does nothing: the
/// writer keeps or rolls back the command's savepoint.
pub struct Tx {
    pub(super) conn: Conn,
    pub(super) now: Instant,
    pub(super) traces: Traces,
    /// Last number and hash of each audit chain that this batch wrote to: nobody else writes
    /// while the batch is open.
    heads: HashMap<DistrictId, (i64, String)>,
    /// Rows that are written once for the whole batch.
    late: Late,
    /// What is put back where the command is taken back.
    before: Before,
    /// Posts whose colours wait for the last of several steps, each with the first year that they touch.
    held: Option<BTreeMap<(DistrictId, PostId), i32>>,
}

/// How things stood before the running command.
#[derive(Debug, Default)]
struct Before {
    heads: HashMap<DistrictId, (i64, String)>,
    mark: Mark,
    /// Rows of the earlier commands that the running one had to have written: with its savepoint they are taken
    /// back, too.
    written: Option<Late>,
}

impl Tx {
    pub(super) fn new(conn: Conn, now: Instant) -> Self {
        let (late, before) = (Late::default(), Before::default());
        Self { conn, now, traces: Traces::default(), heads: HashMap::new(), late, before, held: None }
    }

    /// A command begins.
    pub(super) fn begin(&mut self) {
        self.before = Before { heads: self.heads.clone(), mark: self.late.mark(), written: None };
        self.held = None;
    }

    /// The command was rolled back: what is known of its writes is not true any more.
    pub(super) fn taken_back(&mut self) {
        let before = std::mem::take(&mut self.before);
        self.heads = before.heads;
        match before.written {
            Some(late) => self.late = late,
            None => self.late.cut(&before.mark),
        }
    }

    /// Writes what waits: before the commit, and before a statement that would miss it.
    pub(super) async fn write_late(&mut self) -> Result<(), StorageError> {
        if !self.late.waits() {
            return Ok(());
        }
        if self.before.written.is_none() {
            let mut earlier = self.late.clone();
            earlier.cut(&self.before.mark);
            self.before.written = Some(earlier);
        }
        for (head, rows) in std::mem::take(&mut self.late) {
            // As many texts as there are sizes of a batch would push the others out of the prepared ones.
            let planned = rows.len() == 1;
            for some in rows.chunks(ROWS_AT_ONCE) {
                let mut query = q(head).push("VALUES");
                for (n, row) in some.iter().enumerate() {
                    query = if n == 0 { query } else { query.push(",") }.row(row.clone());
                }
                let query = if planned { query } else { query.for_these_values() };
                awake(self.conn.is_sqlite(), self.conn.execute(query)).await?;
            }
        }
        Ok(())
    }

    /// [`write_late`](Self::write_late) where `query` is about one of those tables.
    async fn caught_up(&mut self, query: &Query) -> Result<(), StorageError> {
        if self.late.concerns(&query.text) { self.write_late().await } else { Ok(()) }
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

    /// From here on the colours of a post wait for [`release_colours`](Self::release_colours): a command that takes many
    /// steps on one post colours it once. `false` where they wait already: who began it ends it.
    pub fn hold_colours(&mut self) -> bool {
        let begun = self.held.is_none();
        self.held.get_or_insert_default();
        begun
    }

    /// Notes that a post is to be coloured from `year` on; `false` where nobody waits, so that it is done at once.
    pub fn colours_wait(&mut self, district: DistrictId, post: PostId, year: i32) -> bool {
        let Some(held) = &mut self.held else { return false };
        held.entry((district, post)).and_modify(|first| *first = year.min(*first)).or_insert(year);
        true
    }

    /// What waited, with the first year of each; nothing waits any more.
    pub fn release_colours(&mut self) -> BTreeMap<(DistrictId, PostId), i32> {
        self.held.take().unwrap_or_default()
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
        self.caught_up(&query).await?;
        awake(self.conn.is_sqlite(), self.conn.rows(query)).await
    }

    /// The first row, if any.
    pub async fn row(&mut self, query: Query) -> Result<Option<Row>, StorageError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, StorageError> {
        self.caught_up(&query).await?;
        awake(self.conn.is_sqlite(), self.conn.execute(query)).await
    }

    /// Appends rows to one of the tables of [`late`], once for the whole batch. No statement of this batch misses them.
    pub fn append(&mut self, head: &'static str, rows: impl IntoIterator<Item = Vec<Value>>) {
        self.late.add(head, rows);
    }

    /// The hash of the body and the answer of a command of `(account, key)` that was carried out before, also earlier
    /// in this batch.
    pub(super) async fn answered(
        &mut self,
        account: AccountId,
        key: &str,
    ) -> Result<Option<[String; 2]>, StorageError> {
        let text = |value: Option<&Value>| match value {
            Some(Value::Text(Some(text))) => text.clone(),
            _ => String::new(),
        };
        if let Some(row) = self.late.find(COMMANDS, [&account.to_string(), key]) {
            return Ok(Some([text(row.get(3)), text(row.get(4))]));
        }
        let find =
            q("SELECT body_hash, answer FROM commands WHERE account_id = $1 AND key = $2").bind(account).bind(key);
        // Past `caught_up`: what waits was looked at above.
        let row = awake(self.conn.is_sqlite(), self.conn.rows(find)).await?.into_iter().next();
        row.map(|row| Ok([row.text("body_hash")?, row.text("answer")?])).transpose()
    }

    /// Keeps the answer of a command.
    pub(super) fn keep_answer(&mut self, account: AccountId, key: &str, body_hash: String, answer: String) {
        let row = vec![account.into(), key.into(), "".into(), body_hash.into(), answer.into(), self.now.into()];
        self.append(COMMANDS, [row]);
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
        // What is hashed is what is stored.
        let (object, details) = (&late::plain(object), &late::plain(details));
        let digest = digest(&salt, details);
        let actor = actor.map_or_else(|| "system".to_owned(), |a| a.to_string());
        let entry = Entry { seq, prev: &prev, at: self.now, actor: &actor, action, object, digest: &digest };
        let hash = hash(&entry);
        let row = vec![
            district.into(),
            seq.into(),
            self.now.into(),
            (&actor).into(),
            action.into(),
            object.into(),
            (&digest).into(),
            (&prev).into(),
            (&hash).into(),
        ];
        self.append("INSERT INTO audit (district_id, seq, at, actor, action, object, digest, prev, hash)", [row]);
        let row = vec![district.into(), seq.into(), salt.into(), details.into()];
        self.append("INSERT INTO audit_details (district_id, seq, salt, text)", [row]);
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
    #[expect(clippy::unused_async, reason = "whether the rows wait or go out at once is not the caller's business")]
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
        self.append(
            "INSERT INTO thread_events (id, district_id, post_id, year, duty_id, stage, at, source, title, link, visibility)",
            rows.collect::<Vec<_>>(),
        );
        Ok(())
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
