//! The rows of the sheet: the open book beside the list. Each sampled item with its records as far as the viewer may
//! read them, the marks on both, the open items of the post, the draw computed again, and where the readers stopped.

use std::collections::{HashMap, HashSet};

use app::api::{
    ApiError,
    oversight::{MarkLine, OpenRow, RedrawView, Resume, SampleRow, SheetRecord},
    records::RecordRow,
};
use domain::{
    duties::Source,
    ids::{DutyId, PersonId, RecordId},
    oversight::{Sampling, redraw, why_so_many},
    people::access::{self, Actor, Sight},
    time::{Instant, zh_short},
};

use super::{
    super::{Services, accountability::look, posts, storage},
    hits::{self, Hit, comes_to},
    store::{Kept, KeptRemark, Sampled},
    tap,
};
use crate::storage::{Row, StorageError, q};

/// A record with what decides whose time it is.
struct Shown {
    row: RecordRow,
    author: Option<PersonId>,
    author_name: String,
    /// Two of this reading said that it does not match: it stands for the item no more.
    gone: bool,
}

/// Marks on the rows, as one viewer sees them.
pub(super) struct Marks<'a> {
    /// Remarks in his sight.
    pub all: &'a [KeptRemark],
    /// Which of them he sees.
    pub seen: &'a HashSet<domain::ids::RemarkId>,
    /// Who looks.
    pub viewer: PersonId,
    /// He reads it and it runs: he is told what contradicts; to others the other mark may not be there.
    pub tells: bool,
    /// What the records of waiting mismatches correspond to.
    pub hits: &'a HashMap<RecordId, Vec<Hit>>,
}

impl Marks<'_> {
    /// Whose word is waited for, and what it comes to: whoever is about to say the same reads it before.
    fn waits(&self, m: &KeptRemark) -> String {
        if !self.tells || !m.plain.waits_for_second() {
            return String::new();
        }
        if m.plain.by == self.viewer {
            return "　（待另一名翻阅人员认定）".to_owned();
        }
        let hits = m.record.and_then(|record| self.hits.get(&record)).map_or(&[][..], Vec::as_slice);
        format!("　（待第二人认定：您也标“与实际不符”即为认定。{}）", comes_to(m, hits))
    }

    fn on(&self, record: Option<RecordId>, duty: Option<DutyId>) -> Vec<MarkLine> {
        let line = |(at, m): (usize, &KeptRemark)| {
            let said = if m.text.is_empty() { String::new() } else { format!("　{}", m.text) };
            MarkLine {
                kind: m.plain.kind,
                words: format!("{}　{}{said}{}", m.by_name, zh_short(m.at.day()), self.waits(m)),
                own: m.plain.by == self.viewer,
                against: if self.tells { tap::against_words(self.all, at) } else { String::new() },
            }
        };
        self.all
            .iter()
            .enumerate()
            .filter(|(_, m)| !m.plain.withdrawn && self.seen.contains(&m.id))
            .filter(|(_, m)| match record {
                // What is said of a page for one item stands beside that item only.
                Some(_) => m.record == record && (m.duty.is_none() || m.duty == duty),
                None => m.record.is_none() && m.duty == duty,
            })
            .map(line)
            .collect()
    }
}

impl Services {
    /// The sample with the pages that correspond to each item: what one would look up anyway. Five statements.
    pub(super) async fn sample_rows(
        &self,
        actor: &Actor,
        kept: &Kept,
        sight: Sight,
        marks: &Marks<'_>,
    ) -> Result<Vec<SampleRow>, ApiError> {
        let mut records = self.shown_records(actor, kept, sight).await?;
        let ids: HashSet<RecordId> = records.values().flatten().map(|shown| shown.row.id).collect();
        let items = hits::standing(&mut self.store.read().clone(), ids).await.map_err(storage)?;
        let present = kept.info.head.as_ref().map(|head| head.person);
        let record = |shown: Shown, duty: DutyId| {
            let row = shown.row;
            let page = row.page.map_or_else(|| "未编页".to_owned(), |page| format!("第 {page} 页"));
            let other = shown.author.is_some() && shown.author != present;
            SheetRecord {
                id: row.id,
                words: format!(
                    "{page}　{}　{}{}",
                    row.event_on,
                    row.kind.label(),
                    if shown.gone { "（已取消对应）" } else { "" }
                ),
                text: row.text,
                talk: row.talk,
                details: row.details,
                tags: row.tags,
                of: if other { format!("{}任内", shown.author_name) } else { String::new() },
                items: items.get(&row.id).cloned().unwrap_or_default(),
                marks: marks.on(Some(row.id), Some(duty)),
            }
        };
        let rows = kept.sample.iter().map(|sampled| {
            let own = records.remove(&sampled.duty).unwrap_or_default();
            SampleRow {
                duty: sampled.duty,
                code: sampled.code.clone(),
                text: sampled.text.clone(),
                bare: own.iter().all(|shown| shown.gone),
                records: own.into_iter().map(|shown| record(shown, sampled.duty)).collect(),
                marks: marks.on(None, Some(sampled.duty)),
            }
        });
        Ok(rows.collect())
    }

    /// Records by item, as far as `sight` reaches; who left in the middle reads his own words.
    async fn shown_records(
        &self,
        actor: &Actor,
        kept: &Kept,
        sight: Sight,
    ) -> Result<HashMap<DutyId, Vec<Shown>>, ApiError> {
        let read = self.store.read();
        // What this reading itself took off stays beside its item, with the mark that says why.
        let find = q("SELECT d.record_id, d.duty_id, CASE WHEN d.unmatched_why IS NULL THEN 0 ELSE 1 END AS gone
                      FROM record_duties d JOIN records r ON r.id = d.record_id
                      WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND (d.unmatched_why IS NULL
                        OR d.cause_id IN (SELECT m.id FROM inspection_remarks m WHERE m.inspection_id = $3))")
        .bind(kept.info.post)
        .bind(kept.plain.year)
        .bind(kept.id)
        .and_in("d.duty_id", kept.sample.iter().map(|sampled| sampled.duty))
        .push("ORDER BY r.page, d.record_id, d.duty_id");
        let ticks = read.rows(find).await.map_err(storage)?;
        let pairs = ticks
            .iter()
            .map(|row| Ok((row.id("duty_id")?, row.id("record_id")?, row.flag("gone")?)))
            .collect::<Result<Vec<(DutyId, RecordId, bool)>, StorageError>>()
            .map_err(storage)?;
        let find = q("SELECT r.*, p.name AS proxy_name, a.name AS author_name FROM records r
                      LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
                      WHERE r.district_id = $1")
        .bind(actor.district)
        .and_in("r.id", pairs.iter().map(|(_, record, _)| *record))
        .push("ORDER BY r.page, r.id");
        let rows: Vec<Row> = read.rows(find).await.map_err(storage)?;
        let former = kept.is_former(actor);
        let reach = if former { Sight::Full } else { sight };
        let shown = self.record_rows(actor, &rows, reach).await?;
        let mut known: HashMap<RecordId, (RecordRow, Option<PersonId>, String)> = HashMap::new();
        for (row, mut record) in rows.iter().zip(shown) {
            let author: Option<PersonId> = row.opt_id("author_person").map_err(storage)?;
            // His time is what he wrote; what came after him is his successor's.
            if former && author != Some(actor.person) {
                record.text = None;
                record.details.clear();
            }
            let name = row.opt_text("author_name").map_err(storage)?.unwrap_or_default();
            known.insert(record.id, (record, author, name));
        }
        let mut out: HashMap<DutyId, Vec<Shown>> = HashMap::new();
        for (duty, record, gone) in pairs {
            if let Some((row, author, author_name)) = known.get(&record).cloned() {
                out.entry(duty).or_default().push(Shown { row, author, author_name, gone });
            }
        }
        Ok(out)
    }

    /// Open items of the post: findings of 三交底, 提示单, 评议 and earlier inspections, each looked at where it is kept.
    pub(super) async fn open_rows(&self, actor: &Actor, kept: &Kept) -> Result<Vec<OpenRow>, StorageError> {
        let mut read = self.store.read().clone();
        let since = Instant::start_of(kept.plain.from);
        let all = look::open_of(&mut read, actor, kept.info.post, since).await?;
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let calendar = posts::calendar(&mut read, actor.district).await?;
        let inside = access::sees_sources(actor);
        let rows = all.into_iter().map(|open| {
            let item = &open.kept.item;
            // Where a problem comes from stays inside; what a review found its own presenter knows.
            let source = if inside || item.origin.feature == "reviews" { item.kind.label() } else { Source::OUTSIDE };
            let look =
                |(name, at, words): (String, Instant, String)| format!("{name}　{}　{words}", zh_short(at.day()));
            OpenRow {
                id: item.id,
                words: format!("{}　{source}", open.kept.number),
                problem: item.problem.clone(),
                demand: item.demand.clone(),
                state: format!("{}。{}", item.state.label(), item.words(&calendar)),
                looks: open.looks.into_iter().map(look).collect(),
            }
        });
        Ok(rows.collect())
    }

    /// The draw computed again from the list of that day, or from today's where that one was not kept.
    pub(super) async fn redraw_view(&self, kept: &Kept) -> Result<Option<RedrawView>, StorageError> {
        let Sampling::Draw { share, seed, least, of } = kept.sampling else { return Ok(None) };
        let old = kept.pool.is_empty();
        let pool = if old { self.list_today(kept).await? } else { kept.pool.clone() };
        let duties: Vec<DutyId> = pool.iter().map(|item| item.duty).collect();
        let sample: Vec<DutyId> = kept.sample.iter().map(|item| item.duty).collect();
        let again = redraw(of.unwrap_or(kept.id.0), seed, (share, least), &duties, &sample);
        let named = |duty: DutyId| {
            let item = pool.iter().find(|item| item.duty == duty);
            item.map_or_else(String::new, |item| format!("{} {}", item.code, item.text))
        };
        let lines = again.lines.into_iter().map(|line| (named(line.duty), line.rank, line.drawn)).collect();
        let words = format!("{}{}", why_so_many(share, least, duties.len()), kept.sampling.words());
        Ok(Some(RedrawView { words, lines, same: again.same, kept: !old }))
    }

    async fn list_today(&self, kept: &Kept) -> Result<Vec<Sampled>, StorageError> {
        let mut read = self.store.read().clone();
        let (post, year) = (kept.info.post, kept.plain.year);
        let items = super::register::items_read(&mut read, &[post], year).await?;
        let items = items.get(&post).map_or(&[][..], Vec::as_slice);
        Ok(items.iter().map(|i| Sampled { duty: i.duty, code: i.code.clone(), text: i.text.clone() }).collect())
    }
}

/// Why so many items were drawn; empty for a choice by hand, and where the list of that day was not kept.
pub(super) fn many_words(kept: &Kept) -> String {
    match kept.sampling {
        Sampling::Draw { share, least, .. } if !kept.pool.is_empty() || kept.sample.is_empty() => {
            why_so_many(share, least, kept.pool.len())
        }
        _ => String::new(),
    }
}

/// How far the readers have come: an item is done with once it or one of its records is marked.
pub(super) fn resume(sample: &[SampleRow]) -> Option<Resume> {
    let done = |row: &SampleRow| !row.marks.is_empty() || row.records.iter().any(|r| !r.marks.is_empty());
    let marked = sample.iter().filter(|row| done(row)).count();
    let next = sample.iter().find(|row| !done(row)).map(|row| (row.duty.to_string(), row.code.clone()));
    (!sample.is_empty()).then(|| Resume { words: format!("抽查 {} 条，已标 {marked} 条", sample.len()), next })
}
