//! One command's view of the batch transaction: queries, audit, thread.

use domain::{
    audit::Entry,
    board::ThreadEvent,
    ids::{AccountId, DistrictId},
    time::Instant,
};
use sha2::{Digest, Sha256};

use super::{Conn, Query, Row, StorageError, Value, q};
use crate::random;

/// A command inside the writer's transaction. Dropping it does nothing: the
/// writer keeps or rolls back the command's savepoint.
pub struct Tx {
    pub(super) conn: Conn,
    pub(super) now: Instant,
}

impl Tx {
    /// Server time of this command; the same for everything it writes.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Moves this command's time to `now`. For the demonstration district only, which writes
    /// its history with its own dates; the writer's own time is back with the next command.
    pub fn pretend(&mut self, now: Instant) {
        self.now = now;
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
        let mut query = q(head).push("VALUES (");
        for (i, value) in values.into_iter().enumerate() {
            query = query.push_bind(if i == 0 { "?" } else { ", ?" }, value);
        }
        self.execute(query.push(")")).await
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
        let head = self
            .row(q("SELECT seq, hash FROM audit WHERE district_id = $1 ORDER BY seq DESC LIMIT 1").bind(district))
            .await?;
        let (seq, prev) = match head {
            Some(row) => (row.int("seq")? + 1, row.text("hash")?),
            None => (1, String::new()),
        };
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
                hash.into(),
            ],
        )
        .await?;
        self.insert(
            "INSERT INTO audit_details (district_id, seq, salt, text)",
            vec![district.into(), seq.into(), salt.into(), details.into()],
        )
        .await?;
        Ok(())
    }

    /// Appends to the thread of an item (or of the post, where no item is meant).
    pub async fn thread(&mut self, district: DistrictId, event: &ThreadEvent) -> Result<(), StorageError> {
        self.insert(
            "INSERT INTO thread_events (id, district_id, post_id, year, duty_id, stage, at, source, title, link, visibility)",
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
            ],
        )
        .await?;
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
