//! The season board: what is due by whom, as a list and as a month, with a line for each body.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    season::{BodyLine, DayMark, SeasonPage, SeasonQuery},
};
use chrono::{Datelike as _, Days};
use domain::{
    ids::{CommandId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    reminders::Quarter,
    season::{StepKind, StepState, late},
    time::{Day, first_of, last_of, parse_iso, sane_year, zh_short},
};

use super::{
    super::{
        Services, parse, posts,
        reports::slice::{self, Slice},
        rows::Rows,
        storage, told,
    },
    SEASON,
    line::{OFFICE, row},
    sending, store,
};
use crate::{
    random,
    storage::{Pool, Query, StorageError, q},
};

/// Steps of a page of the list.
const ROWS: u32 = 100;

/// Steps in the actor's sight, to go on with `AND`: the same rule as `access::see_step`, for a whole list.
pub(super) fn in_sight(mut find: Query, actor: &Actor) -> Query {
    if !actor.has(Role::Secretary) {
        find = find.push("AND u.leads_district = 0");
    }
    if access::sees_all_steps(actor) {
        return find;
    }
    find = find.push_bind("AND (e.assignee_id = ?", actor.person);
    for body in access::bodies(actor) {
        find = find.push_bind("OR e.body_id = ?", body);
    }
    for unit in &actor.watched {
        find = find.push_bind("OR e.unit_id = ?", *unit);
    }
    find.push(")")
}

/// The filters of the page.
fn filtered(
    mut find: Query,
    (asked, slice): (&SeasonQuery, Option<&Slice>),
    year: i32,
    today: Day,
) -> Result<Query, ApiError> {
    find = find.push_bind("AND e.year = ?", year);
    if let Some(slice) = slice {
        find = slice.steps(find);
    }
    if let Some(month) = asked.month.filter(|m| (1..=12).contains(m)) {
        find = find
            .push_bind("AND e.due_on >= ?", first_of(year, month))
            .push_bind("AND e.due_on <= ?", last_of(year, month));
    }
    if let Some(day) = asked.day.as_deref().and_then(parse_iso) {
        find = find.push_bind("AND e.due_on = ?", day);
    }
    if let Some(day) = asked.done_on.as_deref().and_then(parse_iso) {
        find = find.push_bind("AND e.done_on = ?", day);
    }
    match asked.body.as_deref() {
        None => {}
        Some("none") => find = find.push("AND e.body_id IS NULL"),
        Some(body) => find = find.push_bind("AND e.body_id = ?", parse::<UnitId>(body)?),
    }
    if let Some(kind) = asked.kind.as_deref().and_then(StepKind::from_key) {
        find = find.push_bind("AND e.kind = ?", kind.key());
    }
    match asked.state.as_deref() {
        Some("open") => find = find.push("AND e.state NOT IN ('done', 'cancelled')"),
        Some("late") => {
            find = find
                .push("AND e.state NOT IN ('done', 'cancelled') AND e.paused_on IS NULL")
                .push_bind("AND e.due_on < ?", today);
        }
        Some("coming") => {
            find = find
                .push("AND e.state NOT IN ('done', 'cancelled') AND e.paused_on IS NULL")
                .push_bind("AND e.due_on >= ?", today);
        }
        Some(key) => {
            if let Some(state) = StepState::from_key(key) {
                find = find.push_bind("AND e.state = ?", state.key());
            }
        }
        None => {}
    }
    Ok(find)
}

impl Services {
    pub(super) async fn season_page(&self, actor: &Actor, query: SeasonQuery) -> Result<SeasonPage, ApiError> {
        let _proof = access::see_season(actor)?;
        let today = self.today();
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let mut read = self.store.read().clone();
        let draft = self.load(actor, SEASON, query.draft.as_deref()).await?;
        let calendar_view = query.view.as_deref() == Some("month");
        let mut asked = SeasonQuery { year: Some(year), draft: None, ..query };
        if calendar_view {
            asked.month = Some(asked.month.filter(|m| (1..=12).contains(m)).unwrap_or_else(|| today.month()));
        }
        // What is still to be done comes first; of a month, a day or a year that is over, all of it.
        let whole = calendar_view || asked.month.is_some() || asked.day.is_some() || year < today.year();
        if asked.state.is_none() && !whole {
            asked.state = Some("open".to_owned());
        }
        let page = asked.page.unwrap_or(1).clamp(1, 1_000);
        let wish = (asked.cover.as_deref(), asked.period.as_deref());
        let slice = slice::of(&mut read, actor, wish, today).await.map_err(told)?;
        let what = (&asked, slice.as_ref());
        let find = filtered(in_sight(store::select(actor.district), actor), what, year, today)?;
        let (mut rows, total) = if calendar_view {
            (Vec::new(), 0)
        } else {
            let n = filtered(in_sight(counted(actor), actor), what, year, today)?;
            let n = read.first(n).await.map_err(storage)?.map_or(Ok(0), |row| row.small("n")).map_err(storage)?;
            let find = find
                .push("ORDER BY e.due_on, u.position, u.name, e.kind, e.period, e.part, e.id")
                .push_bind("LIMIT ?", ROWS + 1)
                .push_bind("OFFSET ?", (page - 1) * ROWS);
            (read.all(find).await.map_err(storage)?, n)
        };
        let more = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        let steps = rows.iter().map(store::kept).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        let decided = sending::decided_in(&mut read, actor.district, year).await.map_err(storage)?;
        let rows: Vec<_> = steps.iter().map(|step| row(step, actor, today, &decided)).collect();
        let marks = if calendar_view { self.season_marks(actor, what, year, today).await? } else { Vec::new() };
        let office = access::set_season(actor).is_ok();
        let lines = self.season_bodies(actor, year, today).await.map_err(storage)?;
        let waiting = if office { self.season_drafts(actor, year).await.map_err(storage)? } else { 0 };
        let months = asked.month.unwrap_or_else(|| today.month());
        Ok(SeasonPage {
            off: if calendar_view {
                days_off(&mut read, actor, year, months).await.map_err(storage)?
            } else {
                Vec::new()
            },
            bodies: lines.iter().filter_map(|line| Some((line.body?, line.name.clone()))).collect(),
            unassigned: self.season_unassigned(actor, year).await.map_err(storage)?,
            planned: !lines.is_empty(),
            summary: lines,
            years: self.season_years(actor, year).await.map_err(storage)?,
            drafts: rows.iter().any(|row| row.may_draft),
            round: if office { round_words(&mut read, actor, today).await.map_err(storage)? } else { String::new() },
            days: if office { Some(store::days(&mut read, actor.district).await.map_err(storage)?) } else { None },
            command: CommandId(random::id(self.clock.now())),
            only: slice.map(|slice| slice.words).unwrap_or_default(),
            asked,
            year,
            rows,
            marks,
            total,
            page,
            more,
            waiting,
            office,
            today,
            draft,
        })
    }

    /// Steps of a month by day and kind.
    async fn season_marks(
        &self,
        actor: &Actor,
        (asked, slice): (&SeasonQuery, Option<&Slice>),
        year: i32,
        today: Day,
    ) -> Result<Vec<DayMark>, ApiError> {
        let start = q("SELECT e.due_on, e.kind, e.period, e.state, COUNT(*) AS n FROM season_steps e
                       JOIN units u ON u.id = e.unit_id WHERE e.district_id = $1")
        .bind(actor.district);
        let asked = SeasonQuery { day: None, done_on: None, ..asked.clone() };
        let find = filtered(in_sight(start, actor), (&asked, slice), year, today)?;
        let find =
            find.push("GROUP BY e.due_on, e.kind, e.period, e.state ORDER BY e.due_on, e.kind, e.period, e.state");
        let mut out: Vec<DayMark> = Vec::new();
        for row in &self.store.read().rows(find).await.map_err(storage)? {
            let one = || -> Result<_, StorageError> {
                let kind = row.keyed("kind", StepKind::from_key)?;
                let open = row.keyed("state", StepState::from_key)?.is_open();
                Ok((row.day("due_on")?, kind.title(row.small("period")?), row.small("n")?, open))
            };
            let (day, title, n, open) = one().map_err(storage)?;
            let going = if open { n } else { 0 };
            match out.last_mut().filter(|mark| mark.day == day && mark.title == title) {
                Some(mark) => {
                    mark.n += n;
                    mark.open += going;
                }
                None => out.push(DayMark { day, title, n, open: going }),
            }
        }
        Ok(out)
    }

    /// A line for each body, in the order of the directory, steps of nobody last.
    async fn season_bodies(&self, actor: &Actor, year: i32, today: Day) -> Result<Vec<BodyLine>, StorageError> {
        let start = q("SELECT e.body_id, e.kind, e.state, e.due_on, CASE WHEN e.paused_on IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS held,
                         COUNT(*) AS n, MAX(b.name) AS name, MAX(b.position) AS place
                       FROM season_steps e JOIN units u ON u.id = e.unit_id LEFT JOIN units b ON b.id = e.body_id
                       WHERE e.district_id = $1")
        .bind(actor.district);
        let find = in_sight(start.push_bind("AND e.year = ?", year), actor)
            .push("GROUP BY e.body_id, e.kind, e.state, e.due_on, CASE WHEN e.paused_on IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END")
            .push("ORDER BY CASE WHEN e.body_id IS NULL THEN 1 ELSE 0 END, MAX(b.position), e.body_id, e.due_on, e.kind, e.state");
        let rows = self.store.read().rows(find).await?;
        let mut all: Vec<(Option<UnitId>, String, Standing)> = Vec::new();
        let mut at_office = 0;
        for row in &rows {
            let body = row.opt_id("body_id")?;
            let name = row.opt_text("name")?.unwrap_or_else(|| "未归口".to_owned());
            if all.last().is_none_or(|(last, ..)| *last != body) {
                all.push((body, name, Standing::default()));
            }
            let (kind, state) = (row.keyed("kind", StepKind::from_key)?, row.keyed("state", StepState::from_key)?);
            let (due, n, held) = (row.day("due_on")?, row.small("n")?, row.flag("held")?);
            let late = late(state, due, held, today);
            // A reminder that is late, and words that wait for approval, are the 监督室's delay.
            if late && (kind == StepKind::QuarterReminder || state == StepState::Drafted) {
                at_office += n;
            }
            let Some((.., standing)) = all.last_mut() else { continue };
            standing.count(kind, state, due, late, held, n);
        }
        let mut lines: Vec<BodyLine> = all.into_iter().map(|(body, name, s)| s.line(body, name)).collect();
        if at_office > 0 {
            lines.push(BodyLine {
                body: None,
                filter: "state=late".to_owned(),
                name: format!("{OFFICE}（审定、发送）"),
                tone: "warn".to_owned(),
                word: "▲ 有超期".to_owned(),
                words: format!("有 {at_office} 项等待审定或发送，已超过期限"),
            });
        }
        Ok(lines)
    }

    async fn season_drafts(&self, actor: &Actor, year: i32) -> Result<u32, StorageError> {
        let find = in_sight(counted(actor), actor).push_bind("AND e.year = ?", year).push("AND e.state = 'drafted'");
        self.store.read().row(find).await?.map_or(Ok(0), |row| row.small("n"))
    }

    /// Units whose steps nobody has.
    async fn season_unassigned(&self, actor: &Actor, year: i32) -> Result<Vec<String>, StorageError> {
        let start = q("SELECT u.name FROM season_steps e JOIN units u ON u.id = e.unit_id WHERE e.district_id = $1")
            .bind(actor.district);
        let find = in_sight(start.push_bind("AND e.year = ?", year), actor)
            .push("AND e.body_id IS NULL AND e.state NOT IN ('done', 'cancelled')")
            .push("GROUP BY u.id, u.name, u.position ORDER BY u.position, u.name, u.id");
        self.store.read().rows(find).await?.iter().map(|row| row.text("name")).collect()
    }

    async fn season_years(&self, actor: &Actor, shown: i32) -> Result<Vec<i32>, StorageError> {
        let find = q("SELECT DISTINCT year FROM season_steps WHERE district_id = $1 ORDER BY year DESC");
        let rows = self.store.read().rows(find.bind(actor.district)).await?;
        let mut years = rows.iter().map(|row| row.year("year")).collect::<Result<Vec<_>, _>>()?;
        if !years.contains(&shown) {
            years.push(shown);
        }
        years.sort_unstable_by(|a, b| b.cmp(a));
        Ok(years)
    }
}

/// How many steps, to go on with `AND`.
pub(super) fn counted(actor: &Actor) -> Query {
    q("SELECT COUNT(*) AS n FROM season_steps e JOIN units u ON u.id = e.unit_id WHERE e.district_id = $1")
        .bind(actor.district)
}

/// How a body stands.
#[derive(Debug, Default)]
struct Standing {
    open: u32,
    late: u32,
    next: Option<Day>,
}

impl Standing {
    fn count(&mut self, kind: StepKind, state: StepState, due: Day, late: bool, held: bool, n: u32) {
        if !state.is_open() {
            return;
        }
        self.open += n;
        if late && kind != StepKind::QuarterReminder && state != StepState::Drafted {
            self.late += n;
        } else if !late && !held {
            self.next = Some(self.next.map_or(due, |next| next.min(due)));
        }
    }

    fn line(self, body: Option<UnitId>, name: String) -> BodyLine {
        let next = self.next.map(|day| format!("，最近一项{}前", zh_short(day))).unwrap_or_default();
        let late = if self.late > 0 { format!("，其中 {} 项超过期限", self.late) } else { String::new() };
        let (tone, word, words) = match (self.open, self.late, body) {
            (0, ..) => ("ok", "✓ 已全部完成", String::new()),
            (open, _, None) => ("warn", "▲ 待归口", format!("有 {open} 项没有承办单位")),
            (open, 0, _) => ("none", "— 按期进行", format!("还有 {open} 项{next}")),
            (open, ..) => ("warn", "▲ 有超期", format!("还有 {open} 项{late}{next}")),
        };
        let filter = body.map_or_else(|| "body=none".to_owned(), |body| format!("body={body}"));
        BodyLine { body, filter, name, tone: tone.to_owned(), word: word.to_owned(), words }
    }
}

/// Days off of a month, so that the calendar shows why something is due earlier.
async fn days_off(read: &mut Pool, actor: &Actor, year: i32, month: u32) -> Result<Vec<Day>, StorageError> {
    let calendar = posts::calendar(read, actor.district).await?;
    let (first, last) = (first_of(year, month), last_of(year, month));
    let days = u64::from(last.day() - first.day());
    Ok((0..=days).map(|n| first + Days::new(n)).filter(|day| !calendar.is_working(*day)).collect())
}

/// What the quarter's one sending stands at.
async fn round_words(read: &mut Pool, actor: &Actor, today: Day) -> Result<String, StorageError> {
    let of = Quarter::of(today);
    let row = read
        .first(
            q("SELECT state FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND quarter = $3")
                .bind(actor.district)
                .bind(of.year)
                .bind(of.quarter),
        )
        .await?;
    let Some(row) = row else { return Ok(String::new()) };
    Ok(match row.text("state")?.as_str() {
        "draft" => format!("{of}的提醒已起草，还没有审定发送"),
        "approved" => format!("{of}的提醒已审定，下一个工作日发送"),
        "sent" => format!("{of}的提醒已发送"),
        _ => format!("{of}的提醒已决定不发"),
    })
}
