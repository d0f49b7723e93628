//! The whole 《履责记录本》 of a post and year for its viewer: one value that pages and papers
//! draw. A fixed number of statements, whatever the book holds (asked in `tests/it/book`); colours are read as
//! stored.
//! What the viewer may not read never leaves this file.

mod entries;
mod ticked;

use std::collections::{HashMap, HashSet};

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    board::{Progress, Tone},
    duties::{DutyItem, ExistingOccurrence, ListState, OccurrenceState},
    ids::{DutyId, LeaderListId, OccurrenceId, PostId, RecordId},
    oversight::Purpose,
    people::access::{self, Actor, Sight},
    records::{
        BookHead, BookItem, BookList, BookRemark, BookSignature, CARRIED, CLOSING_SIGNED, MonthFacts, YearBook,
        year_months,
    },
    signature::Signing,
    time::{self, Day, Instant, first_of, last_of, sane_year},
};

use self::ticked::Tick;
use super::{
    super::{Services, duties::sight, facts, items, oversight, posts::PostInfo, rows::Rows, storage},
    closing,
};
use crate::storage::{Pool, Row, StorageError, q};

/// Later than anything: the year 2999.
const LAST: Instant = Instant(32_472_000_000_000);

impl Services {
    /// The book of a post (the own one without `post`) and year (this one without `year`), as
    /// far as the actor may read it. A look from outside the unit is noted.
    ///
    /// # Errors
    /// Not found where the actor may not open the book, like one that does not exist.
    pub async fn year_book(
        &self,
        actor: &Actor,
        post: Option<PostId>,
        year: Option<i32>,
    ) -> Result<YearBook, ApiError> {
        let info = match post {
            Some(post) => self.post_info(actor, post, self.today()).await?,
            None => self.own_post(actor).await?,
        };
        let year = sane_year(year.unwrap_or_else(|| self.today().year()));
        let (sight, today) = (self.sight_of(actor, &info, year).await?, self.today());
        if sight.is_from_outside() {
            self.note_reading(actor, &info, year, sight == Sight::Reading).await?;
        }
        let heads = self.heads_of(actor, info.post, year).await?;
        let mut read = self.store.read().clone();
        let book = Reader { actor, info: &info, year, sight, until: None }.book(&mut read, heads).await;
        Ok(book.map_err(storage)?.on(today))
    }

    /// The book as a statutory 调取 copies it: all words of every page that counts, talks among them. Notes
    /// nothing and asks for no right: its only caller has asked and noted.
    pub(in crate::services) async fn book_taken(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
        until: Instant,
    ) -> Result<YearBook, ApiError> {
        let heads = self.heads_of(actor, info.post, year).await?;
        let mut read = self.store.read().clone();
        Reader { actor, info, year, sight: Sight::Full, until: Some(until) }
            .book(&mut read, heads)
            .await
            .map_err(storage)
    }
}

/// Who reads which book how far.
struct Reader<'a> {
    actor: &'a Actor,
    info: &'a PostInfo,
    year: i32,
    sight: Sight,
    /// For a statutory 调取: the book as it stood then.
    until: Option<Instant>,
}

/// The list of the year: the one in force, else the last that was.
struct List {
    id: LeaderListId,
    shown: BookList,
    /// First day on which any edition of the year obliges.
    from: Day,
}

impl Reader<'_> {
    async fn book(&self, read: &mut Pool, heads: Vec<BookHead>) -> Result<YearBook, StorageError> {
        let Self { actor, info, year, sight, .. } = *self;
        let (district, enabled) = self.district(read).await?;
        let list = self.list(read).await?;
        let readable = sight::reads_items(read, actor, info.post, year).await?;
        let mut duties = match &list {
            Some(list) => items::items_of_list(read, list.id).await?,
            None => Vec::new(),
        };
        if !readable {
            // A list handed down: states go up, contents do not.
            for item in &mut duties {
                item.text.clear();
            }
        }
        let occurrences = facts::occurrences(read, info.post, year).await?;
        let late = |o: &facts::Occurrence| o.satisfied.is_some_and(|s| s.recorded_on > o.plain.due && !s.verified);
        let awaited: HashSet<OccurrenceId> = occurrences.iter().filter(|o| late(o)).map(|o| o.plain.id).collect();
        let occurrences: Vec<ExistingOccurrence> = occurrences.into_iter().map(|o| o.plain).collect();
        let ticks = self.ticks(read, &duties).await?;
        let entries = self.entries(read, &ticks).await?;
        let pages: HashMap<RecordId, (Option<u32>, u32)> =
            entries.iter().map(|e| (e.record, (e.page, e.event_on.month()))).collect();
        let recorded: HashSet<(DutyId, u32)> = ticks
            .iter()
            .filter_map(|t| pages.get(&t.record).filter(|(page, _)| page.is_some()).map(|(_, month)| (t.duty, *month)))
            .collect();
        let start = list.as_ref().zip(heads.first()).map(|(list, head)| list.from.max(head.from).max(enabled));
        let (awaited, recorded) = (&awaited, &recorded);
        let facts = MonthFacts { year, start, items: &duties, occurrences: &occurrences, awaited, recorded };
        let months = year_months(&facts);
        let closed = closing::closed_by(read, info.post, year, self.latest()).await?;
        let carried = occurrences.iter().filter(|o| o.state == OccurrenceState::Carried).map(|o| o.duty).collect();
        let shown = self.items(read, &duties, &ticks, &pages, readable, &carried).await?;
        Ok(YearBook {
            post: info.post,
            year,
            district,
            unit: self.unit_name(read).await?,
            title: info.title.clone(),
            heads,
            sight,
            list: list.map(|l| l.shown),
            items: shown,
            months,
            entries,
            remarks: self.remarks(read).await?,
            signatures: self.signatures(read).await?,
            closed_on: closed.map(|(on, _)| on),
            closed_by: closed.map(|(_, by)| by),
        })
    }

    /// Nothing that came later is shown.
    fn latest(&self) -> Instant {
        self.until.unwrap_or(LAST)
    }

    /// Name of the district and its 启用日.
    async fn district(&self, read: &mut Pool) -> Result<(String, Day), StorageError> {
        let row = read
            .first(q("SELECT name, enabled_on FROM districts WHERE id = $1").bind(self.actor.district))
            .await?
            .ok_or_else(|| StorageError::shape("district"))?;
        Ok((row.text("name")?, row.opt_day("enabled_on")?.unwrap_or(first_of(self.year, 1))))
    }

    /// The unit as it was called at the end of the year.
    async fn unit_name(&self, read: &mut Pool) -> Result<String, StorageError> {
        let row = read
            .first(
                q("SELECT name FROM unit_names WHERE unit_id = $1 AND from_day <= $2 ORDER BY from_day DESC LIMIT 1")
                    .bind(self.info.unit)
                    .bind(last_of(self.year, 12)),
            )
            .await?;
        row.map_or_else(|| Ok(self.info.unit_name.clone()), |row| row.text("name"))
    }

    async fn list(&self, read: &mut Pool) -> Result<Option<List>, StorageError> {
        let rows = read
            .all(
                q("SELECT id, edition, state, issued_at, signed_on, effective_on FROM leader_lists
                   WHERE district_id = $1 AND post_id = $2 AND year = $3
                     AND state IN ('issued', 'signed', 'superseded', 'frozen') ORDER BY edition DESC")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year),
            )
            .await?;
        let mut from = None;
        let mut shown: Option<(bool, &Row)> = None;
        for row in &rows {
            let effective = row.day("effective_on")?;
            from = Some(from.map_or(effective, |earliest: Day| earliest.min(effective)));
            let in_force = row.keyed("state", ListState::from_key)?.is_in_force();
            if shown.is_none_or(|(forceful, _)| in_force && !forceful) {
                shown = Some((in_force, row));
            }
        }
        let (Some((_, row)), Some(from)) = (shown, from) else { return Ok(None) };
        Ok(Some(List {
            id: row.id("id")?,
            shown: BookList {
                version: row.small("edition")?,
                issued_on: row.opt_instant("issued_at")?.map(Instant::day),
                signed_on: row.opt_day("signed_on")?,
            },
            from,
        }))
    }

    async fn items(
        &self,
        read: &mut Pool,
        duties: &[DutyItem],
        ticks: &[Tick],
        entries: &HashMap<RecordId, (Option<u32>, u32)>,
        readable: bool,
        carried: &HashSet<DutyId>,
    ) -> Result<Vec<BookItem>, StorageError> {
        let rows = read
            .all(
                q("SELECT duty_id, tone, word, reason, progress FROM colours
                   WHERE district_id = $1 AND post_id = $2 AND year = $3")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year),
            )
            .await?;
        let mut colours = HashMap::new();
        for row in &rows {
            let reason = if readable { row.text("reason")? } else { String::new() };
            let tone = row.keyed("tone", Tone::from_key)?;
            let progress = row.keyed("progress", Progress::from_key)?;
            colours.insert(row.id::<DutyId>("duty_id")?, (tone, row.text("word")?, reason, progress));
        }
        let mut pages: HashMap<DutyId, Vec<u32>> = HashMap::new();
        for tick in ticks {
            if let Some((Some(page), _)) = entries.get(&tick.record) {
                pages.entry(tick.duty).or_default().push(*page);
            }
        }
        let shown = duties.iter().map(|item| {
            let uncoloured = || (Tone::None, Tone::None.word().to_owned(), String::new(), Progress::NotDue);
            let (mut tone, mut word, mut reason, progress) = colours.remove(&item.duty).unwrap_or_else(uncoloured);
            if carried.contains(&item.duty) {
                // The colours of a closed book stand still; the next year asks for it.
                (tone, word) = (Tone::None, CARRIED.to_owned());
                reason = format!("没有记录的部分已结转到{}年。", self.year + 1);
            }
            let mut pages = pages.remove(&item.duty).unwrap_or_default();
            pages.sort_unstable();
            BookItem {
                duty: item.duty,
                code: item.code.clone(),
                group_no: item.group_no,
                group: item.group.clone(),
                text: item.text.clone(),
                frequency: item.frequency,
                action: item.action,
                months: item.months.clone(),
                routine: item.routine,
                tone,
                word,
                reason,
                progress,
                pages,
            }
        });
        Ok(shown.collect())
    }

    /// 检查反馈意见 of announced readings, oldest first.
    async fn remarks(&self, read: &mut Pool) -> Result<Vec<BookRemark>, StorageError> {
        // About the head himself: not for his 联络员.
        if access::see_reading(self.actor, self.info.access()).is_err() {
            return Ok(Vec::new());
        }
        oversight::book_remarks(read, self.actor.district, self.info.post, self.year, self.latest()).await
    }

    /// Receipts of the lists of the year and the signature of its closing, oldest first.
    async fn signatures(&self, read: &mut Pool) -> Result<Vec<BookSignature>, StorageError> {
        let rows = read
            .all(
                q("SELECT s.purpose, s.subject, s.signing, s.at, p.name, n.purpose AS reading, n.closed_on
                   FROM signatures s JOIN persons p ON p.id = s.person_id LEFT JOIN inspections n ON n.id = s.subject
                   WHERE s.district_id = $1 AND s.post_id = $2 AND s.at <= $5
                     AND ((s.purpose = 'duties.receipt' AND s.subject IN (SELECT id FROM leader_lists WHERE post_id = $2 AND year = $3))
                       OR (s.purpose = 'records.closing' AND s.subject = $4)
                       OR (s.purpose IN ('oversight.reader', 'oversight.head') AND EXISTS (SELECT 1 FROM inspections i
                         WHERE i.id = s.subject AND i.year = $3 AND i.standing = 'closed' AND i.edition = s.version)))
                   ORDER BY s.at, s.id")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year)
                .bind(closing::subject(self.info.post, self.year))
                .bind(self.latest()),
            )
            .await?;
        let mut signed = rows
            .iter()
            .map(|row| Ok((row.text("subject")?, signature(row)?)))
            .collect::<Result<Vec<_>, StorageError>>()?;
        // What two sign stands together, where the first of them signed.
        let order: Vec<String> = signed.iter().map(|(subject, _)| subject.clone()).collect();
        signed.sort_by_cached_key(|(subject, _)| order.iter().position(|of| of == subject));
        Ok(signed.into_iter().map(|(_, signature)| signature).collect())
    }
}

fn signature(row: &Row) -> Result<BookSignature, StorageError> {
    let reading = || -> Result<String, StorageError> {
        let what = row.keyed("reading", Purpose::from_key)?.label();
        Ok(format!("{what}反馈意见（{}）", time::zh(row.day("closed_on")?)))
    };
    let (purpose, role) = match row.text("purpose")?.as_str() {
        "records.closing" => (CLOSING_SIGNED.to_owned(), ""),
        "oversight.reader" => (reading()?, "检查人员"),
        "oversight.head" => (reading()?, "党组织主要负责人"),
        _ => ("签收履责清单".to_owned(), ""),
    };
    let at = row.instant("at")?.day();
    let (on, drawing, paper) = match row.json("signing")? {
        Signing::Drawn { path } => (at, Some(path), String::new()),
        Signing::Typed { .. } => (at, None, String::new()),
        Signing::Paper { on, handler } => (on, None, format!("纸质已签，经办人：{handler}")),
    };
    Ok(BookSignature { purpose, role: role.to_owned(), name: row.text("name")?, on, drawing, paper })
}
