//! Walks the audit chain of every district and names what was edited, removed,
//! inserted or reordered. Needs nothing but the rows: the canonical bytes come
//! from `domain::audit`, so a stand-alone verifier would find the same.

use std::collections::BTreeMap;

use domain::{audit::Entry, time::Instant};

use super::{
    Trouble,
    checkpoint::Checkpoint,
    findings::{Finding, explain_moves},
};
use crate::storage::{Conn, Row, StorageError, audit_digest, audit_hash, q};

/// Rows fetched at once.
const PAGE: i64 = 4_000;
/// Rows with a wrong hash that are compared with each other for an exchange; more than this is not tampering by hand.
const SUSPECTS: usize = 400;
/// How far a row may have been shifted to be recognised without its partner.
const NEAR: i64 = 16;

/// The state of one district's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// District id.
    pub district: String,
    /// District name; empty where the district itself is gone.
    pub name: String,
    /// Number of the last row.
    pub size: i64,
    /// Hash of the last row.
    pub head: String,
    /// Rows whose texts were lawfully removed (their digest still stands).
    pub details_removed: u64,
    /// What is wrong, by row.
    pub findings: Vec<Finding>,
}

/// Verifies every chain the connection sees, and those that only a checkpoint knows.
///
/// # Errors
/// The database is gone. A chain that is broken is an answer, not an error.
pub async fn verify(conn: &mut Conn, checkpoints: &[Checkpoint]) -> Result<Vec<Chain>, Trouble> {
    let rows = conn
        .rows(q("SELECT i.id AS id, COALESCE(d.name, '') AS name FROM
                   (SELECT id FROM districts UNION SELECT district_id AS id FROM audit) i
                 LEFT JOIN districts d ON d.id = i.id ORDER BY i.id"))
        .await?;
    let mut districts = BTreeMap::new();
    for checkpoint in checkpoints {
        districts.insert(checkpoint.district.clone(), checkpoint.name.clone());
    }
    for row in &rows {
        districts.insert(row.text("id")?, row.text("name")?);
    }
    let mut chains = Vec::new();
    for (district, name) in districts {
        let known: Vec<&Checkpoint> = checkpoints.iter().filter(|c| c.district == district).collect();
        chains.push(walk(conn, district, name, &known).await?);
    }
    Ok(chains)
}

/// A row as stored.
struct Stored {
    seq: i64,
    at: Instant,
    actor: String,
    action: String,
    object: String,
    digest: String,
    prev: String,
    hash: String,
}

impl Stored {
    fn read(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            seq: row.int("seq")?,
            at: row.instant("at")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            object: row.text("object")?,
            digest: row.text("digest")?,
            prev: row.text("prev")?,
            hash: row.text("hash")?,
        })
    }

    /// Was this row written as number `seq`?
    fn is(&self, seq: i64) -> bool {
        let entry = Entry {
            seq,
            prev: &self.prev,
            at: self.at,
            actor: &self.actor,
            action: &self.action,
            object: &self.object,
            digest: &self.digest,
        };
        audit_hash(&entry) == self.hash
    }
}

/// The row before the present one.
#[derive(Clone)]
struct Before {
    seq: i64,
    hash: String,
    sound: bool,
}

async fn walk(conn: &mut Conn, district: String, name: String, known: &[&Checkpoint]) -> Result<Chain, Trouble> {
    let mut chain = Chain { district, name, size: 0, head: String::new(), details_removed: 0, findings: Vec::new() };
    let mut suspects: Vec<Stored> = Vec::new();
    let mut before = Before { seq: 0, hash: String::new(), sound: true };
    let mut from = i64::MIN;
    loop {
        let rows = conn
            .rows(
                q("SELECT a.seq AS seq, a.at AS at, a.actor AS actor, a.action AS action, a.object AS object,
                     a.digest AS digest, a.prev AS prev, a.hash AS hash, t.salt AS salt, t.text AS text
                   FROM audit a LEFT JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
                   WHERE a.district_id = $1 AND a.seq >= $2 ORDER BY a.seq LIMIT $3")
                .bind(&chain.district)
                .bind(from)
                .bind(PAGE),
            )
            .await?;
        for row in &rows {
            let seq = row.int("seq")?;
            before = step(&mut chain, &mut suspects, before, seq, row);
            for checkpoint in known.iter().filter(|c| c.size == seq && c.head != before.hash) {
                chain.findings.push(Finding::Rewritten { seq: checkpoint.size });
            }
        }
        match rows.last() {
            Some(last) if i64::try_from(rows.len()).is_ok_and(|n| n == PAGE) => from = last.int("seq")? + 1,
            _ => break,
        }
    }
    chain.size = before.seq;
    chain.head = before.hash;
    classify(&mut chain.findings, &suspects);
    tail(conn, &mut chain, known).await?;
    chain.findings.sort();
    chain.findings.dedup();
    Ok(chain)
}

fn step(chain: &mut Chain, suspects: &mut Vec<Stored>, before: Before, seq: i64, row: &Row) -> Before {
    if seq < 1 {
        chain.findings.push(Finding::Inserted { from: seq, to: seq });
        return before;
    }
    let gap = seq > before.seq + 1;
    if gap {
        chain.findings.push(Finding::Removed { from: before.seq + 1, to: seq - 1 });
    }
    let Ok(stored) = Stored::read(row) else {
        // A value of another type than we write.
        chain.findings.push(Finding::Edited { seq });
        return Before { seq, hash: String::new(), sound: false };
    };
    let sound = stored.is(seq);
    if sound && before.sound && !gap && stored.prev != before.hash {
        chain.findings.push(Finding::Rehashed { seq: before.seq });
    }
    if sound {
        match (row.opt_text("salt"), row.opt_text("text")) {
            (Ok(None), Ok(None)) => chain.details_removed += 1,
            (Ok(Some(salt)), Ok(Some(text))) if audit_digest(&salt, &text) == stored.digest => {}
            _ => chain.findings.push(Finding::DetailsChanged { seq }),
        }
    }
    let hash = stored.hash.clone();
    if !sound {
        suspects.push(stored);
    }
    Before { seq, hash, sound }
}

/// Rows with a wrong hash: were they written at another place, or changed?
fn classify(findings: &mut Vec<Finding>, suspects: &[Stored]) {
    let mut moves = Vec::new();
    let mut edited = Vec::new();
    for stored in suspects {
        let near = (1..=NEAR).flat_map(|n| [stored.seq - n, stored.seq + n]);
        let others = suspects.iter().take(SUSPECTS).map(|s| s.seq);
        match near.chain(others).find(|seq| *seq > 0 && *seq != stored.seq && stored.is(*seq)) {
            Some(original) => moves.push((stored.seq, original)),
            None => edited.push(stored.seq),
        }
    }
    let told = explain_moves(&moves);
    edited
        .retain(|seq| !told.iter().any(|m| matches!(m, Finding::Inserted { from, to } if (from..=to).contains(&seq))));
    findings.extend(told);
    findings.extend(edited.into_iter().map(|seq| Finding::Edited { seq }));
}

/// Is the end where it was last seen? Details without their row give a cut away, a checkpoint proves it.
async fn tail(conn: &mut Conn, chain: &mut Chain, known: &[&Checkpoint]) -> Result<(), Trouble> {
    let orphan = conn
        .rows(q("SELECT MAX(seq) AS seq FROM audit_details WHERE district_id = $1").bind(&chain.district))
        .await?
        .first()
        .map_or(Ok(None), |row| row.opt_int("seq"))?
        .unwrap_or(0);
    let seen = known.iter().map(|c| c.size).chain([orphan]).max().unwrap_or(0);
    if seen > chain.size {
        chain.findings.push(Finding::TailCut { from: chain.size + 1, to: seen });
    }
    Ok(())
}
