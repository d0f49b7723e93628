//! What the signature under a closing covers: the content of a book, and nothing that may still come to it.
//! Of each record its page, state, kind, text, fields, days, author and drafter, the ticks as the author left
//! them, every correction, and the 佐证材料 that stand beside it. Not covered: versions of rows, 已核实, who
//! may read a talk, 取消对应 and remarks of a 翻阅检查.

use sha2::{Digest as _, Sha256};

use super::{CLOSING, Of, subject};
use crate::{
    services::rows::Rows,
    storage::{Query, Row, StorageError, q},
};

/// How hashes are made now. Kept beside each signature, so that those of an earlier form still verify:
/// 1 covered the records with the versions of their rows, without corrections, ticks and files.
pub const FORMAT: i64 = 2;

/// Condition on the records `r` of a book that are hashed.
const OF_BOOK: &str = "r.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND r.state NOT IN ('refused', 'offline')";

/// One column into the hash.
enum Column {
    /// Text; NULL is told from nothing.
    Text(&'static str),
    /// A number.
    Number(&'static str),
}

use Column::{Number, Text};

const RECORD: [Column; 10] = [
    Text("id"),
    Number("page"),
    Text("state"),
    Text("kind"),
    Text("text"),
    Text("details"),
    Text("event_on"),
    Text("recorded_on"),
    Text("author_person"),
    Text("proxy_person"),
];
const TICK: [Column; 3] = [Text("record_id"), Text("duty_id"), Text("code")];
const CORRECTION: [Column; 15] = [
    Text("record_id"),
    Number("seq"),
    Number("at"),
    Text("person_id"),
    Text("reason"),
    Text("before_text"),
    Text("after_text"),
    Text("before_kind"),
    Text("after_kind"),
    Text("before_event"),
    Text("after_event"),
    Text("before_codes"),
    Text("after_codes"),
    Text("before_details"),
    Text("after_details"),
];
const FILE: [Column; 3] = [Text("record_id"), Text("hash"), Text("name")];

/// Hash of the content of a book as it stands: what is signed, and what shows that something came or went
/// since a form was shown.
pub async fn content_hash(rows: &mut impl Rows, of: Of) -> Result<String, StorageError> {
    let book = |select: &'static str, order: &'static str| {
        q(select).bind(of.district).bind(of.post).bind(of.year).push("WHERE").push(OF_BOOK).push(order)
    };
    let mut hasher = Sha256::new();
    let records = book("SELECT r.* FROM records r", "ORDER BY r.id");
    section(rows, &mut hasher, "records", records, &RECORD).await?;
    // What its author took off himself is no tick of his; what an inspector took off still is.
    let ticks = book(
        "SELECT d.record_id, d.duty_id, d.code FROM record_duties d JOIN records r ON r.id = d.record_id",
        "AND (d.unmatched_why IS NULL OR d.unmatched_by <> r.author_person) ORDER BY d.record_id, d.duty_id",
    );
    section(rows, &mut hasher, "ticks", ticks, &TICK).await?;
    let corrections = book(
        "SELECT c.* FROM record_corrections c JOIN records r ON r.id = c.record_id",
        "ORDER BY c.record_id, c.seq",
    );
    section(rows, &mut hasher, "corrections", corrections, &CORRECTION).await?;
    let files = book(
        "SELECT l.record_id, l.hash, l.name FROM evidence_links l JOIN records r ON r.id = l.record_id",
        "AND l.withdrawn_at IS NULL ORDER BY l.record_id, l.hash",
    );
    section(rows, &mut hasher, "files", files, &FILE).await?;
    Ok(hex::encode(hasher.finalize()))
}

/// One kind of rows, with how many there are: nothing of it reads as part of the next.
async fn section(
    rows: &mut impl Rows,
    hasher: &mut Sha256,
    name: &str,
    query: Query,
    columns: &[Column],
) -> Result<(), StorageError> {
    let found = rows.all(query).await?;
    put(hasher, Some(name));
    put(hasher, Some(&found.len().to_string()));
    for row in &found {
        for column in columns {
            put(hasher, value(row, column)?.as_deref());
        }
    }
    Ok(())
}

fn value(row: &Row, column: &Column) -> Result<Option<String>, StorageError> {
    match column {
        Text(name) => row.opt_text(name),
        Number(name) => Ok(row.opt_int(name)?.map(|n| n.to_string())),
    }
}

/// A part with its length before it; nothing is told from an empty text.
fn put(hasher: &mut Sha256, part: Option<&str>) {
    match part {
        None => hasher.update([0]),
        Some(part) => {
            hasher.update([1]);
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part);
        }
    }
}

/// The first form of the hash, for books that were closed with it.
async fn first_form(rows: &mut impl Rows, of: Of) -> Result<String, StorageError> {
    let found = rows
        .all(
            q("SELECT id, page, state, kind, text, details, event_on, version FROM records
               WHERE district_id = $1 AND post_id = $2 AND year = $3 AND state NOT IN ('refused', 'offline') ORDER BY id")
            .bind(of.district)
            .bind(of.post)
            .bind(of.year),
        )
        .await?;
    let mut hasher = Sha256::new();
    for row in &found {
        let page = row.opt_int("page")?.map(|p| p.to_string()).unwrap_or_default();
        let mut update = |part: String| {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part);
        };
        update(page);
        for column in ["id", "state", "kind", "text", "details", "event_on"] {
            update(row.text(column)?);
        }
        hasher.update(row.int("version")?.to_be_bytes());
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Is a closed book what was signed? `None` where nobody signed, and where the first form of the hash cannot
/// tell: it also changed with marks.
pub async fn still_signed(rows: &mut impl Rows, of: Of) -> Result<Option<bool>, StorageError> {
    let signed = rows
        .first(
            q("SELECT version, content_hash FROM signatures WHERE subject = $1 AND purpose = $2 AND district_id = $3
               ORDER BY at DESC LIMIT 1")
            .bind(subject(of.post, of.year))
            .bind(CLOSING)
            .bind(of.district),
        )
        .await?;
    let Some(row) = signed else { return Ok(None) };
    let hash = row.text("content_hash")?;
    if row.int("version")? < FORMAT {
        return Ok((first_form(rows, of).await? == hash).then_some(true));
    }
    Ok(Some(content_hash(rows, of).await? == hash))
}
