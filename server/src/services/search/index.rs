//! The index: written in the transaction of the record it is about, so that what is saved is
//! found and what is taken back is not. Owns which record is which document, and rebuilding.
//!
//! The latest text is searched. What stood before a correction is not: somebody who corrected a
//! name or a number must not be found by it, and both texts still stand on the record's page.
//!
//! Whoever changes a record's text, fields, kind, state, items, marks or event date, or shares it, calls [`replace`] in
//! the same command; a record that leaves its table leaves the index first by [`remove`].

use std::collections::HashMap;

use domain::{
    ids::{PersonId, RecordId},
    records::{RecordDetails, RecordKind},
    search::Doc,
};

use super::super::records::Past;
use crate::storage::{Failure, Pool, Query, Row, StorageError, Store, Tx, q};

/// Edition of the tokens (`domain::search::Doc::tokens`, cutting, folding). Another one in the
/// database is rebuilt at the start.
pub const EDITION: i64 = 4;
/// Records of a rebuild in one command: about a third of a second of the writer.
const AT_ONCE: i64 = 2_000;

const COLUMNS: &str =
    "SELECT r.id, r.district_id, r.post_id, r.state, r.kind, r.text, r.details, r.event_on, r.late, r.verified_at,
    r.shared, r.author_person, r.proxy_person FROM records r";
const CODES: &str = "SELECT record_id, code FROM record_duties WHERE unmatched_why IS NULL";
const CORRECTIONS: &str = "SELECT * FROM record_corrections WHERE 1 = 1";

/// Puts a new record into the index, as its newest document.
pub async fn add(tx: &mut Tx, id: RecordId) -> Result<(), StorageError> {
    let Some((row, tokens)) = one(tx, id).await? else { return Ok(()) };
    let doc = next(tx).await?;
    put(tx, doc, &row, tokens).await
}

/// [`add`] of a record written in this command, whose `doc` is at hand: nothing is read again.
pub async fn add_new(tx: &mut Tx, id: RecordId, doc: &Doc<'_>) -> Result<(), StorageError> {
    let row = tx
        .row(
            q("INSERT INTO search_docs (doc, district_id, record_id)
               VALUES ((SELECT COALESCE(MAX(d.doc), 0) + 1 FROM search_docs d), $1, $2) RETURNING doc")
            .bind(doc.district)
            .bind(id),
        )
        .await?
        .ok_or_else(|| StorageError::shape("doc"))?;
    let tokens = doc.tokens().into_iter().collect::<Vec<_>>().join(" ");
    write(tx, row.int("doc")?, tokens).await
}

/// Brings a record's document up to date; it keeps its place among the others.
pub async fn replace(tx: &mut Tx, id: RecordId) -> Result<(), StorageError> {
    let Some(doc) = document(tx, id).await? else { return add(tx, id).await };
    let Some((_, tokens)) = one(tx, id).await? else { return remove(tx, id).await };
    tx.execute(q("DELETE FROM search_index WHERE rowid = $1").bind(doc)).await?;
    write(tx, doc, tokens).await
}

/// Takes a record out of the index.
pub async fn remove(tx: &mut Tx, id: RecordId) -> Result<(), StorageError> {
    if let Some(doc) = document(tx, id).await? {
        tx.execute(q("DELETE FROM search_index WHERE rowid = $1").bind(doc)).await?;
        tx.execute(q("DELETE FROM search_docs WHERE doc = $1").bind(doc)).await?;
    }
    Ok(())
}

async fn document(tx: &mut Tx, id: RecordId) -> Result<Option<i64>, StorageError> {
    let row = tx.row(q("SELECT doc FROM search_docs WHERE record_id = $1").bind(id)).await?;
    row.map(|row| row.int("doc")).transpose()
}

async fn next(tx: &mut Tx) -> Result<i64, StorageError> {
    let row = tx.row(q("SELECT COALESCE(MAX(doc), 0) + 1 AS doc FROM search_docs")).await?;
    row.map_or(Ok(1), |row| row.int("doc"))
}

async fn put(tx: &mut Tx, doc: i64, row: &Row, tokens: String) -> Result<(), StorageError> {
    let values = vec![doc.into(), row.text("district_id")?.into(), row.text("id")?.into()];
    tx.insert("INSERT INTO search_docs (doc, district_id, record_id)", values).await?;
    write(tx, doc, tokens).await
}

async fn write(tx: &mut Tx, doc: i64, tokens: String) -> Result<(), StorageError> {
    let text = if tx.is_sqlite() {
        "INSERT INTO search_index (rowid, tokens) VALUES ($1, $2)"
    } else {
        "INSERT INTO search_index (rowid, tokens) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))"
    };
    tx.execute(q(text).bind(doc).bind(tokens)).await?;
    Ok(())
}

/// A record with its tokens; `None` where there is none.
async fn one(tx: &mut Tx, id: RecordId) -> Result<Option<(Row, String)>, StorageError> {
    let about = |text: &'static str| q(text).push_bind("AND record_id = ?", id);
    let Some(row) = tx.row(q(COLUMNS).push_bind("WHERE r.id = ?", id)).await? else { return Ok(None) };
    let beside = Beside::read(tx, about(CODES), about(CORRECTIONS)).await?;
    let tokens = beside.tokens(&row)?;
    Ok(Some((row, tokens)))
}

/// What of records stands in other tables, by record.
struct Beside {
    codes: HashMap<String, Vec<String>>,
    /// What their corrections say about them.
    past: HashMap<String, Past>,
}

impl Beside {
    async fn read(tx: &mut Tx, codes: Query, corrections: Query) -> Result<Self, StorageError> {
        let mut beside = Self { codes: HashMap::new(), past: HashMap::new() };
        for row in tx.rows(codes).await? {
            beside.codes.entry(row.text("record_id")?).or_default().push(row.text("code")?);
        }
        let mut changes: HashMap<String, Vec<Row>> = HashMap::new();
        for row in tx.rows(corrections).await? {
            changes.entry(row.text("record_id")?).or_default().push(row);
        }
        for (record, rows) in changes {
            beside.past.insert(record, Past::of(&rows)?);
        }
        Ok(beside)
    }

    /// Tokens with spaces between; none of them holds one.
    fn tokens(&self, row: &Row) -> Result<String, StorageError> {
        let past = self.past.get(&row.text("id")?).copied().unwrap_or_default();
        let (state, text) = (row.text("state")?, row.text("text")?);
        let kind = row.keyed("kind", RecordKind::from_key)?;
        let details = row.json::<RecordDetails>("details")?.searched(kind);
        let doc = Doc {
            district: row.id("district_id")?,
            post: row.id("post_id")?,
            state: &state,
            kind,
            text: &text,
            details: &details,
            event_on: row.day("event_on")?,
            late: row.flag("late")?,
            verified: row.opt_int("verified_at")?.is_some(),
            corrected: past.corrected,
            added: past.added_on.is_some(),
            talked: past.talked,
            shared: row.flag("shared")?,
            author: row.id("author_person")?,
            proxy: row.opt_id::<PersonId>("proxy_person")?,
            codes: self.codes.get(&row.text("id")?).map_or(&[], Vec::as_slice),
        };
        Ok(doc.tokens().into_iter().collect::<Vec<_>>().join(" "))
    }
}

/// Is every record in the index, so that what it does not find is not there?
///
/// # Errors
/// Storage failed.
pub async fn is_whole(read: &Pool) -> Result<bool, StorageError> {
    let row = read.row(q("SELECT whole FROM search_state WHERE edition = $1").bind(EDITION)).await?;
    row.map_or(Ok(false), |row| row.flag("whole"))
}

/// Indexes what an earlier version or edition left; how many records. Nothing to do is one query.
/// Goes on where a rebuild was cut short.
///
/// # Errors
/// Storage failed; the next start goes on.
pub async fn refresh(store: &Store) -> Result<u64, Failure> {
    let row = store.read().row(q("SELECT reached, whole FROM search_state WHERE edition = $1").bind(EDITION)).await?;
    match row {
        Some(row) if row.flag("whole")? => Ok(0),
        Some(row) => fill(store, row.text("reached")?).await,
        None => rebuild(store).await,
    }
}

/// Makes the whole index anew, in the order of the records' ids, which is that of their writing;
/// how many records.
///
/// # Errors
/// Storage failed; the next start goes on.
pub async fn rebuild(store: &Store) -> Result<u64, Failure> {
    store
        .write(|tx| {
            Box::pin(async move {
                if tx.is_sqlite() {
                    tx.execute(q("INSERT INTO search_index (search_index) VALUES ('delete-all')")).await?;
                } else {
                    // A million rows are entered in order at the end, not one by one.
                    tx.execute(q("DROP INDEX IF EXISTS search_index_tokens")).await?;
                    tx.execute(q("DELETE FROM search_index")).await?;
                }
                tx.execute(q("DELETE FROM search_docs")).await?;
                tx.execute(q("DELETE FROM search_state")).await?;
                let values = vec![EDITION.into(), "".into(), false.into()];
                tx.insert("INSERT INTO search_state (edition, reached, whole)", values).await?;
                Ok(())
            })
        })
        .await?;
    fill(store, String::new()).await
}

async fn fill(store: &Store, mut reached: String) -> Result<u64, Failure> {
    let mut all = 0;
    loop {
        let from = reached.clone();
        let (done, last) = store.write(move |tx| Box::pin(batch(tx, from))).await?;
        all += done;
        let Some(last) = last else { break };
        tracing::info!(records = all, "indexing for search");
        reached = last;
    }
    store
        .write(|tx| {
            Box::pin(async move {
                if tx.is_sqlite() {
                    tx.execute(q("INSERT INTO search_index (search_index) VALUES ('optimize')")).await?;
                } else {
                    tx.execute(q("CREATE INDEX IF NOT EXISTS search_index_tokens ON search_index USING GIN (tokens) WITH (fastupdate = off)")).await?;
                    tx.execute(q("ANALYZE search_index")).await?;
                }
                tx.execute(q("UPDATE search_state SET whole = 1 WHERE edition = $1").bind(EDITION)).await?;
                Ok(())
            })
        })
        .await?;
    Ok(all)
}

/// Records after `from`: how many, and the last one; `None` at the end.
async fn batch(tx: &mut Tx, from: String) -> Result<(u64, Option<String>), Failure> {
    let rows =
        tx.rows(q(COLUMNS).push_bind("WHERE r.id > ?", &from).push_bind("ORDER BY r.id LIMIT ?", AT_ONCE)).await?;
    let Some(last) = rows.last().map(|row| row.text("id")).transpose()? else { return Ok((0, None)) };
    let about =
        |text: &'static str| q(text).push_bind("AND record_id > ?", &from).push_bind("AND record_id <= ?", &last);
    let beside = Beside::read(tx, about(CODES), about(CORRECTIONS)).await?;
    let mut doc = next(tx).await?;
    let mut done = 0;
    for row in &rows {
        put(tx, doc, row, beside.tokens(row)?).await?;
        doc += 1;
        done += 1;
    }
    tx.execute(q("UPDATE search_state SET reached = $1 WHERE edition = $2").bind(&last).bind(EDITION)).await?;
    Ok((done, Some(last)))
}
