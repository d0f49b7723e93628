//! The whole 《履责记录本》 of a post and year for its viewer: one value that pages and papers
//! draw. A fixed number of statements, whatever the book holds (asked in `tests/it/book`); colours are read as
//! stored.
//! What the viewer may not read never leaves this file.

mod entries;

use std::collections::{HashMap, HashSet};

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    board::{Progress, Tone},
    duties::{DutyItem, ExistingOccurrence, ListState, OccurrenceState},
    ids::{DutyId, LeaderListId, PostId, RecordId},
    oversight::Purpose,
    people::access::{self, Actor, Sight},
    records::{BookHead, BookItem, BookList, BookRemark, BookSignature, CARRIED, MonthFacts, YearBook, year_months},
    signature::Signing,
    time::{self, Day, first_of, last_of, sane_year},
};

use super::{
    super::{Services, duties::sight, facts, items, oversight, posts::PostInfo, rows::Rows, storage},
    closing,
};
use crate::storage::{Pool, Row, StorageError, q};

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
        let sight = self.sight_of(actor, &info, year).await?;
        if sight.is_from_outside() {
            self.note_reading(actor, &info, year, sight == Sight::Reading).await?;
        }
        let heads = self.heads_of(actor, info.post, year).await?;
        let mut read = self.store.read().clone();
        Reader { actor, info: &info, year, sight, taken: false }.book(&mut read, heads).await.map_err(storage)
    }

    /// The book as a statutory 调取 copies it: all words of every page that counts, talks among them. Notes
    /// nothing and asks for no right: its only caller has asked and noted.
    pub(in crate::services) async fn book_taken(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
    ) -> Result<YearBook, ApiError> {
        let heads = self.heads_of(actor, info.post, year).await?;
        let mut read = self.store.read().clone();
        Reader { actor, info, year, sight: Sight::Full, taken: true }.book(&mut read, heads).await.map_err(storage)
    }
}

/// Who reads which book how far.
struct Reader<'a> {
    actor: &'a Actor,
    info: &'a PostInfo,
    year: i32,
    sight: Sight,
    /// For a statutory 调取.
    taken: bool,
}

/// The list of the year: the one in force, else the last that was.
struct List {
    id: LeaderListId,
    shown: BookList,
    /// First day on which any edition of the year obliges.
    from: Day,
}

/// One tick of a record, as far as it still stands.
struct Tick {
    record: RecordId,
    duty: DutyId,
    code: String,
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
        let occurrences: Vec<ExistingOccurrence> =
            facts::occurrences(read, info.post, year).await?.into_iter().map(|o| o.plain).collect();
        let ticks = self.ticks(read, &duties).await?;
        let entries = self.entries(read, &ticks).await?;
        let pages: HashMap<RecordId, (Option<u32>, u32)> =
            entries.iter().map(|e| (e.record, (e.page, e.event_on.month()))).collect();
        let recorded: HashSet<(DutyId, u32)> = ticks
            .iter()
            .filter_map(|t| pages.get(&t.record).filter(|(page, _)| page.is_some()).map(|(_, month)| (t.duty, *month)))
            .collect();
        let start = list.as_ref().zip(heads.first()).map(|(list, head)| list.from.max(head.from).max(enabled));
        let facts = MonthFacts { year, start, items: &duties, occurrences: &occurrences, recorded: &recorded };
        let months = year_months(&facts);
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
            closed_on: closing::closed_on(read, info.post, year).await?,
        })
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
                issued_on: row.opt_instant("issued_at")?.map(time::Instant::day),
                signed_on: row.opt_day("signed_on")?,
            },
            from,
        }))
    }

    /// Ticks of all records of the year, in printed order. The number kept with a tick is that of its day; where
    /// the list has the item still, what is printed is its number of today.
    async fn ticks(&self, read: &mut Pool, items: &[DutyItem]) -> Result<Vec<Tick>, StorageError> {
        let today: HashMap<DutyId, &str> = items.iter().map(|item| (item.duty, item.code.as_str())).collect();
        let rows = read
            .all(
                q("SELECT d.record_id, d.duty_id, d.code FROM record_duties d JOIN records r ON r.id = d.record_id
                   WHERE r.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND d.unmatched_why IS NULL")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year),
            )
            .await?;
        let mut ticks = rows
            .iter()
            .map(|row| {
                let duty: DutyId = row.id("duty_id")?;
                let code = today.get(&duty).map_or_else(|| row.text("code"), |code| Ok((*code).to_owned()))?;
                Ok(Tick { record: row.id("record_id")?, duty, code })
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        ticks.sort_by_cached_key(|tick| DutyItem::order(&tick.code));
        Ok(ticks)
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
        oversight::book_remarks(read, self.actor.district, self.info.post, self.year).await
    }

    /// Receipts of the lists of the year and the signature of its closing, oldest first.
    async fn signatures(&self, read: &mut Pool) -> Result<Vec<BookSignature>, StorageError> {
        let rows = read
            .all(
                q("SELECT s.purpose, s.subject, s.signing, s.at, p.name, n.purpose AS reading, n.closed_on
                   FROM signatures s JOIN persons p ON p.id = s.person_id LEFT JOIN inspections n ON n.id = s.subject
                   WHERE s.district_id = $1 AND s.post_id = $2
                     AND ((s.purpose = 'duties.receipt' AND s.subject IN (SELECT id FROM leader_lists WHERE post_id = $2 AND year = $3))
                       OR (s.purpose = 'records.closing' AND s.subject = $4)
                       OR (s.purpose IN ('oversight.reader', 'oversight.head') AND EXISTS (SELECT 1 FROM inspections i
                         WHERE i.id = s.subject AND i.year = $3 AND i.standing = 'closed' AND i.edition = s.version)))
                   ORDER BY s.at, s.id")
                .bind(self.actor.district)
                .bind(self.info.post)
                .bind(self.year)
                .bind(closing::subject(self.info.post, self.year)),
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
        "records.closing" => ("年度结转".to_owned(), ""),
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
