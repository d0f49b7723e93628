//! Records of the book with both texts of every correction.

use std::collections::HashMap;

use domain::{
    ids::{DutyId, PersonId, RecordId},
    records::{BookCorrection, BookEntry},
};

use super::{
    super::{
        super::rows::Rows,
        book::{Seen, read_row},
        one::{Past, adds_only, parts, reason, without_empty},
    },
    Reader,
    ticked::Tick,
};
use crate::storage::{Pool, Row, StorageError, q};

/// Records for their viewer.
const SHOWN: &str = "SELECT r.*, p.name AS proxy_name, a.name AS author_name FROM records r
     LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
     WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND r.state NOT IN ('refused', 'offline')";

/// Records as they stood at `$4`: what a later correction changed as it was before the first of them (the first
/// column of a name counts), without what was saved or confirmed later (entering the book, a record tells the thread).
const TAKEN: &str = "SELECT
       COALESCE((SELECT c.before_text FROM record_corrections c
         WHERE c.record_id = r.id AND c.at > $4 ORDER BY c.seq LIMIT 1), r.text) AS text,
       COALESCE((SELECT c.before_kind FROM record_corrections c
         WHERE c.record_id = r.id AND c.at > $4 AND c.before_kind IS NOT NULL ORDER BY c.seq LIMIT 1), r.kind) AS kind,
       COALESCE((SELECT c.before_event FROM record_corrections c
         WHERE c.record_id = r.id AND c.at > $4 AND c.before_event IS NOT NULL ORDER BY c.seq LIMIT 1), r.event_on) AS event_on,
       COALESCE((SELECT c.before_details FROM record_corrections c
         WHERE c.record_id = r.id AND c.at > $4 AND c.before_details IS NOT NULL ORDER BY c.seq LIMIT 1), r.details) AS details,
       CASE WHEN r.verified_at <= $4 THEN r.verified_at END AS verified_at,
       r.*, p.name AS proxy_name, a.name AS author_name FROM records r
     LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
     WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND r.state NOT IN ('refused', 'offline')
       AND r.recorded_at <= $4 AND (r.proxy_person IS NULL OR ('/records/' || r.id) NOT IN (
         SELECT link FROM thread_events WHERE post_id = $2 AND year = $3 AND source = 'records.saved' AND at > $4))";

impl Reader<'_> {
    pub(super) async fn entries(&self, read: &mut Pool, ticks: &[Tick]) -> Result<Vec<BookEntry>, StorageError> {
        let mut find = q(if self.until.is_some() { TAKEN } else { SHOWN })
            .bind(self.actor.district)
            .bind(self.info.post)
            .bind(self.year);
        if let Some(until) = self.until {
            find = find.bind(until);
        }
        if self.sight.is_from_outside() || self.until.is_some() {
            // Office eyes never see what the head has not confirmed.
            find = find.push("AND r.state IN ('recorded', 'stub')");
        }
        let rows = read
            .all(find.push("ORDER BY CASE WHEN r.page IS NULL THEN 1 ELSE 0 END, r.page, r.event_on, r.id"))
            .await?;
        let corrections = self.corrections(read).await?;
        let mut ticked: HashMap<RecordId, (Vec<String>, Vec<DutyId>)> = HashMap::new();
        for tick in ticks {
            let (codes, duties) = ticked.entry(tick.record).or_default();
            codes.push(tick.code.clone());
            duties.push(tick.duty);
        }
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            let id: RecordId = row.id("id")?;
            let corrections = corrections.get(&id).map_or(&[][..], Vec::as_slice);
            let seen = Seen {
                own: self.until.is_some() || row.id::<PersonId>("author_person")? == self.actor.person,
                drafted: row.opt_id::<PersonId>("proxy_person")? == Some(self.actor.person),
                past: Past::of(corrections)?,
            };
            let state = row.text("state")?;
            let stub = state == "stub";
            let (codes, duties) = ticked.remove(&id).unwrap_or_default();
            let shown = read_row(row, self.sight, seen, codes)?;
            let text = shown.text.filter(|_| !stub);
            let corrections = corrections
                .iter()
                .filter_map(|c| correction(c, text.is_some()).transpose())
                .collect::<Result<_, _>>()?;
            out.push(BookEntry {
                record: id,
                page: shown.page,
                kind: shown.kind,
                // Fields of a kind are as readable as the text.
                details: if text.is_some() { shown.details } else { Vec::new() },
                text,
                event_on: row.day("event_on")?,
                recorded_on: row.day("recorded_on")?,
                late: shown.late,
                proxy: shown.proxy,
                head: row.opt_text("author_name")?.unwrap_or_default(),
                verified: shown.verified,
                codes: shown.codes,
                duties,
                corrections,
                stub,
                talked: seen.past.talked,
            });
        }
        Ok(out)
    }

    /// Corrections of all records of the year, oldest first.
    async fn corrections(&self, read: &mut Pool) -> Result<HashMap<RecordId, Vec<Row>>, StorageError> {
        let rows = read
            .all(
                q("SELECT c.* FROM record_corrections c JOIN records r ON r.id = c.record_id
                   WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND c.at <= $4 ORDER BY c.seq")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year)
                .bind(self.latest()),
            )
            .await?;
        let mut by_record: HashMap<RecordId, Vec<Row>> = HashMap::new();
        for row in rows {
            by_record.entry(row.id("record_id")?).or_default().push(row);
        }
        Ok(by_record)
    }
}

/// A correction as far as its record is `readable`; none where nothing of it may be read.
fn correction(row: &Row, readable: bool) -> Result<Option<BookCorrection>, StorageError> {
    let (before, after) = (row.text("before_text")?, row.text("after_text")?);
    let texts = (readable && before != after).then_some((before, after));
    let mut parts = parts(row)?;
    if !readable && parts.is_empty() {
        return Ok(None);
    }
    let supplement = adds_only(row)?;
    if supplement {
        without_empty(&mut parts);
    }
    let reason = if readable { reason(row, supplement)? } else { String::new() };
    Ok(Some(BookCorrection { on: row.instant("at")?.day(), texts, parts, reason, supplement }))
}
