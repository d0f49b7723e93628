//! The drawer: a cell with its reason and items, an item with its thread.

use app::api::{
    ApiError,
    board::{CellItem, CellPage, CellQuery, ItemPage, ItemQuery, OccurrenceRow, ThreadRow},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Duty, Tone, Visibility},
    duties::{Action, OccurrenceState, Source, cadence, period_label},
    ids::{DutyId, PostId},
    people::access::{self, Actor},
    records::CARRIED,
    reports::Period,
    time::{Day, sane_year, zh_short},
};

use super::{
    super::{
        Services,
        duties::sight,
        facts,
        facts::{Known, Occurrence},
        items::issued_item,
        parse,
        posts::PostInfo,
        reports,
        reviews::report::{closed_grades, closed_words},
        rules::{kind_words, version_words},
        storage,
    },
    is_office,
    wen::wen,
};
use crate::storage::{Row, StorageError, q};

impl Services {
    /// A post whose row the actor's board shows, and whether he may open its book too: 班子成员
    /// and the 办公室 see the row only. Anything else is "not found".
    async fn row_in_sight(&self, actor: &Actor, id: &str) -> Result<(PostInfo, bool), ApiError> {
        let info = self.post_info(actor, parse(id)?, self.today()).await?;
        let scope = access::board_scope(actor).map_err(|_| Rejection::NotFound)?;
        let book = access::read_book(actor, info.access()).is_ok();
        // The row of the 区委书记 is his own and the 区纪委书记's, who read the book as well.
        if scope.holds(info.unit) && (book || !info.leads_district) {
            Ok((info, book))
        } else {
            Err(Rejection::NotFound.into())
        }
    }

    pub(super) async fn cell_page(&self, actor: &Actor, query: CellQuery) -> Result<CellPage, ApiError> {
        let (info, book) = self.row_in_sight(actor, &query.post).await?;
        let year = sane_year(query.year.unwrap_or_else(|| self.today().year()));
        let duty = Duty::from_key(&query.duty).ok_or(Rejection::NotFound)?;
        let cell = self
            .store
            .read()
            .row(
                q("SELECT * FROM board_cells WHERE post_id = $1 AND year = $2 AND duty = $3")
                    .bind(info.post)
                    .bind(year)
                    .bind(duty.key()),
            )
            .await
            .map_err(storage)?;
        let (tone, word, text, why, progress) = match &cell {
            Some(row) => read_cell(row).map_err(storage)?,
            None => {
                let why = format!("{year}年还没有这一环节的数据。");
                (Tone::None, Tone::None.word().to_owned(), "—".to_owned(), why, String::new())
            }
        };
        let mut read = self.store.read().clone();
        let readable = sight::reads_items(&mut read, actor, info.post, year).await.map_err(storage)?;
        let (text, why) = if readable { (text, why) } else { (tone.word().to_owned(), tone.word().to_owned()) };
        let closed = closed_grades(&mut read, actor, year).await.map_err(storage)?;
        let (text, why) = match closed.iter().find(|(post, _)| *post == info.post && duty == Duty::Ping) {
            Some((_, reviewed)) => (closed_words(*reviewed), closed_words(*reviewed)),
            None => (text, why),
        };
        let (mut items, rule) = if book && readable && duty == Duty::Lv {
            self.cell_items(info.post, year).await.map_err(storage)?
        } else {
            Default::default()
        };
        let wish = query.period.as_deref().and_then(Period::from_key).filter(|period| period.year == year);
        let period = wish.filter(|_| !items.is_empty());
        if let Some(period) = period {
            let due = reports::due_in(&mut read, actor.district, info.post, period).await.map_err(storage)?;
            items.retain(|item| due.contains(&item.duty));
        }
        let (ledger, problems) = if duty == Duty::Wen {
            wen(self.store.read(), actor, &info, (year, self.today())).await.map_err(storage)?
        } else {
            Default::default()
        };
        let thread = if book { self.thread(actor, &info, year, None).await? } else { Vec::new() };
        let thread = thread.into_iter().filter(|row| row.stage == duty.key()).collect();
        Ok(CellPage {
            unit: info.unit_name.clone(),
            head: info.who(),
            duty: duty.key().to_owned(),
            tone,
            word,
            text,
            why,
            rule,
            progress,
            items,
            only: period.map(Period::label).unwrap_or_default(),
            ledger,
            problems,
            thread,
            book,
        })
    }

    /// Items with their stored colours, the most urgent first, and the rule line.
    async fn cell_items(&self, post: PostId, year: i32) -> Result<(Vec<CellItem>, String), StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q(concat!(
                    "SELECT c.duty_id, c.code, c.tone, c.word, c.reason, c.rule_version,
                       (SELECT COUNT(*) FROM occurrences o WHERE o.post_id = c.post_id AND o.year = c.year
                         AND o.duty_id = c.duty_id AND o.state = 'carried') AS carried, COALESCE(",
                    issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
                    ", '') AS text FROM colours c WHERE c.post_id = $1 AND c.year = $2"
                ))
                .bind(post)
                .bind(year),
            )
            .await?;
        let mut rule = String::new();
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            rule = version_words(row.int("rule_version")?);
            let stored = (row.keyed("tone", Tone::from_key)?, row.text("word")?, row.text("reason")?);
            let (tone, word, why) = if row.int("carried")? > 0 { carried(year) } else { stored };
            let (duty, code, text) = (row.text("duty_id")?, row.text("code")?, row.text("text")?);
            items.push(CellItem { duty, code, text, tone, word, why });
        }
        items.sort_by_cached_key(|i| (std::cmp::Reverse(i.tone), domain::duties::DutyItem::order(&i.code)));
        Ok((items, rule))
    }

    async fn thread(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
        duty: Option<DutyId>,
    ) -> Result<Vec<ThreadRow>, ApiError> {
        let mut find = q("SELECT * FROM thread_events WHERE district_id = $1 AND post_id = $2 AND year = $3")
            .bind(actor.district)
            .bind(info.post)
            .bind(year);
        find = match duty {
            // What concerns the whole list belongs to the thread of every item.
            Some(duty) => find.push_bind("AND (duty_id = ? OR duty_id IS NULL AND stage = 'ming')", duty),
            None => find.push("AND duty_id IS NULL"),
        };
        let rows = self.store.read().rows(find.push("ORDER BY at, id")).await.map_err(storage)?;
        let owner = actor.terms.iter().any(|t| t.post == info.post);
        let office = is_office(actor);
        let mut out = Vec::new();
        for row in &rows {
            let visibility = row.keyed("visibility", Visibility::from_key).map_err(storage)?;
            if visibility.shows_to(owner, office) {
                out.push(thread_row(row).map_err(storage)?);
            }
        }
        Ok(out)
    }

    pub(super) async fn item_page(&self, actor: &Actor, query: ItemQuery) -> Result<ItemPage, ApiError> {
        let (info, book) = self.row_in_sight(actor, &query.post).await?;
        if !book {
            return Err(Rejection::NotFound.into());
        }
        let duty: DutyId = parse(&query.item)?;
        let today = self.today();
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let mut read = self.store.read().clone();
        if !sight::reads_items(&mut read, actor, info.post, year).await.map_err(storage)? {
            return Err(Rejection::NotFound.into());
        }
        let known = facts::gather(&mut read, actor.district, info.post, year, today)
            .await
            .map_err(storage)?
            .ok_or(Rejection::NotFound)?;
        let item = known.items.iter().find(|i| i.duty == duty).cloned().ok_or(Rejection::NotFound)?;
        let colour = self
            .store
            .read()
            .row(
                q("SELECT * FROM colours WHERE post_id = $1 AND year = $2 AND duty_id = $3")
                    .bind(info.post)
                    .bind(year)
                    .bind(duty),
            )
            .await
            .map_err(storage)?;
        let (tone, word, why, version) = match &colour {
            Some(row) => (
                row.keyed("tone", Tone::from_key).map_err(storage)?,
                row.text("word").map_err(storage)?,
                row.text("reason").map_err(storage)?,
                row.int("rule_version").map_err(storage)?,
            ),
            None => (Tone::None, Tone::None.word().to_owned(), "还没有到期事项。".to_owned(), 1),
        };
        let gone_on = |o: &Occurrence| o.plain.duty == duty && o.plain.state == OccurrenceState::Carried;
        let (tone, word, why) = if known.occurrences.iter().any(gone_on) { carried(year) } else { (tone, word, why) };
        let source = match (item.action, item.source) {
            (Action::Optional, Some(source)) if access::sees_sources(actor) => format!(" · 来源：{}", source.label()),
            (Action::Optional, Some(_)) => format!(" · {}", Source::OUTSIDE),
            _ => String::new(),
        };
        let hard = known.rules.counts_as_hard(item.hard, &item.code, &item.short());
        let red = known.rules.hard_can_be_red && hard;
        let kind = kind_words((tone, &word), hard, &known.rules);
        Ok(ItemPage {
            unit: info.unit_name.clone(),
            head: info.who(),
            code: item.code.clone(),
            text: item.text.clone(),
            group: item.group.clone(),
            note: format!("{} · {}{source}", item.action.label(), item.frequency.label()),
            tone,
            word,
            why,
            rule: format!("{} · {kind}", version_words(version)),
            occurrences: occurrence_rows(&known, &item, red, today),
            thread: self.thread(actor, &info, year, Some(duty)).await?,
        })
    }
}

/// An item of a closed book whose open part the next year asks for: its stored colour stands still, and is not said.
fn carried(year: i32) -> (Tone, String, String) {
    (Tone::None, CARRIED.to_owned(), format!("没有记录的部分已结转到{}年。", year + 1))
}

fn read_cell(row: &Row) -> Result<(Tone, String, String, String, String), StorageError> {
    let tone = row.keyed("tone", Tone::from_key)?;
    Ok((tone, row.text("word")?, row.text("text")?, row.text("why")?, row.text("tally")?))
}

fn thread_row(row: &Row) -> Result<ThreadRow, StorageError> {
    Ok(ThreadRow {
        stage: row.text("stage")?,
        title: row.text("title")?,
        note: zh_short(row.instant("at")?.day()),
        link: row.text("link")?,
    })
}

fn occurrence_rows(known: &Known, item: &domain::duties::DutyItem, red: bool, today: Day) -> Vec<OccurrenceRow> {
    let state = |o: &Occurrence| match &o.satisfied {
        Some(s) if s.recorded_on > o.plain.due => {
            let word = if s.verified { "已核实" } else { "补记" };
            (Tone::Ok, format!("{}落实，{}记录（{word}）", zh_short(s.event_on), zh_short(s.recorded_on)))
        }
        Some(s) if s.verified => (Tone::Ok, format!("{}落实，已核实", zh_short(s.event_on))),
        Some(s) => (Tone::Ok, format!("{}落实，已记录", zh_short(s.event_on))),
        None if o.plain.state == OccurrenceState::Carried => (Tone::None, CARRIED.to_owned()),
        None if o.plain.due < today && red => (Tone::Late, "还没有记录".to_owned()),
        None if o.plain.due < today => (Tone::Warn, "还没有记录".to_owned()),
        None => (Tone::None, "未到期".to_owned()),
    };
    known
        .occurrences
        .iter()
        .filter(|o| o.plain.duty == item.duty)
        .filter(|o| matches!(o.plain.state, OccurrenceState::Open | OccurrenceState::Carried))
        // Gaps before the arrival or in a vacancy are nobody's.
        .filter(|o| o.satisfied.is_some() || known.facts.obliges(o.plain.due))
        .map(|o| {
            let (tone, words) = state(o);
            OccurrenceRow {
                period: period_label(cadence(item), o.plain.window),
                due: zh_short(o.plain.due),
                state: words,
                tone,
            }
        })
        .collect()
}
