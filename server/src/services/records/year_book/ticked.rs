//! Which items the records of a book correspond to: today, or, for the copy of a 调取, at the moment it is of. The
//! stored ticks are those of today; what became of them since stands in the corrections, in the thread (取消对应)
//! and in the remarks (核查不符). A copy is taken within a day of its moment: these are few.

use std::collections::HashMap;

use domain::{
    duties::DutyItem,
    ids::{DutyId, PersonId, RecordId, RemarkId},
    time::Instant,
};

use super::{super::super::rows::Rows, Reader};
use crate::storage::{Pool, Query, Row, StorageError, q};

/// One tick of a record that stands.
pub(super) struct Tick {
    pub record: RecordId,
    pub duty: DutyId,
    pub code: String,
}

/// A correction that came later.
struct Corrected {
    at: Instant,
    /// Printed numbers before and after, where it changed items.
    codes: Option<(String, String)>,
    /// It moved the event: a tick that went with it has its time.
    moved: bool,
}

/// 核查不符 about a record that was agreed or taken back later.
struct Mismatch {
    id: RemarkId,
    duty: Option<DutyId>,
    agreed: Instant,
    withdrawn: Option<Instant>,
}

/// What became of the ticks after `until`.
#[derive(Default)]
struct Since {
    corrected: HashMap<RecordId, Vec<Corrected>>,
    unmatched: HashMap<(RecordId, DutyId), Vec<Instant>>,
    mismatches: HashMap<RecordId, Vec<Mismatch>>,
}

impl Reader<'_> {
    /// Ticks of all records of the year, in printed order. The number kept with a tick is that of its day; where
    /// the list has the item still, what is printed is its number of today.
    pub(super) async fn ticks(&self, read: &mut Pool, items: &[DutyItem]) -> Result<Vec<Tick>, StorageError> {
        let today: HashMap<DutyId, &str> = items.iter().map(|item| (item.duty, item.code.as_str())).collect();
        let find = self
            .of_book(q("SELECT d.record_id, d.duty_id, d.code, d.unmatched_why, d.unmatched_by, d.cause_id,
             d.ticked_at, r.author_person FROM record_duties d JOIN records r ON r.id = d.record_id"));
        let since = match self.until {
            Some(until) => Some((until, self.since(read, until).await?)),
            None => None,
        };
        let rows = read
            .all(match since {
                // A page that went offline corresponds to nothing any more.
                Some(_) => find.push("AND r.state = 'recorded'"),
                None => find.push("AND d.unmatched_why IS NULL"),
            })
            .await?;
        let mut ticks = Vec::with_capacity(rows.len());
        for row in &rows {
            let (record, duty): (RecordId, DutyId) = (row.id("record_id")?, row.id("duty_id")?);
            let own = row.text("code")?;
            let now = today.get(&duty).copied();
            if let Some((until, since)) = &since
                && !since.stood(*until, row, (record, duty), &[own.as_str(), now.unwrap_or(&own)])?
            {
                continue;
            }
            ticks.push(Tick { record, duty, code: now.map_or(own, str::to_owned) });
        }
        ticks.sort_by_cached_key(|tick| DutyItem::order(&tick.code));
        Ok(ticks)
    }

    /// Rows that belong to a record `r` of the book.
    fn of_book(&self, find: Query) -> Query {
        find.push("WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3")
            .bind(self.actor.district)
            .bind(self.info.post)
            .bind(self.year)
    }

    async fn since(&self, read: &mut Pool, until: Instant) -> Result<Since, StorageError> {
        let mut since = Since::default();
        let corrections = self.of_book(q("SELECT c.record_id, c.at, c.before_codes, c.after_codes, c.before_event
             FROM record_corrections c JOIN records r ON r.id = c.record_id"));
        for row in &read.all(corrections.bind(until).push("AND c.at > $4 ORDER BY c.seq")).await? {
            since.corrected.entry(row.id("record_id")?).or_default().push(Corrected {
                at: row.instant("at")?,
                codes: row.opt_text("before_codes")?.zip(row.opt_text("after_codes")?),
                moved: row.opt_day("before_event")?.is_some(),
            });
        }
        let unmatched = self.of_book(q("SELECT r.id, e.duty_id, e.at FROM records r JOIN thread_events e
             ON e.post_id = r.post_id AND e.year = r.year AND e.link = '/records/' || r.id"));
        let unmatched = unmatched.bind(until).push("AND e.source = 'oversight.unmatched' AND e.at > $4");
        for row in &read.all(unmatched).await? {
            if let Some(duty) = row.opt_id("duty_id")? {
                since.unmatched.entry((row.id("id")?, duty)).or_default().push(row.instant("at")?);
            }
        }
        let mismatches = self.of_book(q("SELECT m.id, m.record_id, m.duty_id, m.agreed_at, m.withdrawn_at
             FROM inspection_remarks m JOIN records r ON r.id = m.record_id"));
        let later = "AND m.kind = 'mismatch' AND m.agreed_at IS NOT NULL AND (m.agreed_at > $4 OR m.withdrawn_at > $4)";
        for row in &read.all(mismatches.bind(until).push(later)).await? {
            since.mismatches.entry(row.id("record_id")?).or_default().push(Mismatch {
                id: row.id("id")?,
                duty: row.opt_id("duty_id")?,
                agreed: row.instant("agreed_at")?,
                withdrawn: row.opt_instant("withdrawn_at")?,
            });
        }
        Ok(since)
    }
}

impl Since {
    /// Did the tick of `row` stand at `until`? The first thing that became of it since tells what it was before.
    /// `codes` are the printed numbers of its item: that of its day, and that of today.
    fn stood(&self, until: Instant, row: &Row, of: (RecordId, DutyId), codes: &[&str]) -> Result<bool, StorageError> {
        let stands = row.opt_text("unmatched_why")?.is_none();
        let cause: Option<RemarkId> = row.opt_id("cause_id")?;
        let ticked = row.opt_instant("ticked_at")?;
        let by_author = row.opt_id::<PersonId>("unmatched_by")? == Some(row.id("author_person")?);
        let corrected = self.corrected.get(&of.0).map_or(&[][..], Vec::as_slice);
        // When something became of it, and whether it stood before.
        let mut became: Vec<(Instant, bool)> = Vec::new();
        for one in corrected {
            let among = |printed: &str| printed.split('、').any(|code| !code.is_empty() && codes.contains(&code));
            let changed = one.codes.as_ref().map(|(before, after)| (among(before), among(after)));
            became.extend(changed.filter(|(was, is)| was != is).map(|(was, _)| (one.at, was)));
        }
        became.extend(self.unmatched.get(&of).into_iter().flatten().map(|at| (*at, true)));
        for one in self.mismatches.get(&of.0).into_iter().flatten() {
            let about = one.duty.is_none_or(|only| only == of.1);
            // What was given back has lost its cause: the author's ticks of that time.
            let gave_back =
                one.withdrawn.is_some() && (stands || by_author) && ticked.is_none_or(|at| at <= one.agreed);
            if about && (cause == Some(one.id) || gave_back) {
                became.push((one.agreed, true));
                became.extend(one.withdrawn.map(|at| (at, false)));
            }
        }
        let first = became.into_iter().filter(|(at, _)| *at > until).min_by_key(|(at, _)| *at);
        // A moved event gives its ticks their time anew.
        let kept = || ticked.is_none_or(|at| at <= until) || corrected.iter().any(|one| one.moved);
        Ok(first.map_or_else(|| stands && kept(), |(_, was)| was))
    }
}
