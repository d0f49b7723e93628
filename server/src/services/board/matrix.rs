//! The matrix. Reads stored cells only: one query for the rows, one for the cells.

use std::collections::HashMap;

use app::api::{
    ApiError,
    board::{BoardCell, BoardPage, BoardQuery, BoardRow},
};
use chrono::Datelike as _;
use domain::{
    board::{Duty, Tone},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    time::{Day, sane_year, zh_short},
};

use super::super::{
    Services,
    duties::{calendar, sight},
    people::{names::initials, order::in_order},
    reviews::report::{closed_grades, closed_words},
    storage,
};
use crate::storage::{Query, StorageError, q};

const ROWS: &str = "SELECT p.id AS post_id, u.name AS unit_name, u.kind, u.pinyin AS unit_pinyin,
      t.person_id, s.name AS head_name, s.pinyin, s.initials, m.team_id, m.office_id
    FROM units u
    JOIN posts p ON p.unit_id = u.id AND p.is_head = 1 AND (p.ends_on IS NULL OR p.ends_on >= $2)
    LEFT JOIN terms t ON t.post_id = p.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
    LEFT JOIN persons s ON s.id = t.person_id
    LEFT JOIN oversight_map m ON m.unit_id = u.id
    WHERE u.district_id = $1 AND (u.ends_on IS NULL OR u.ends_on >= $2)
      AND u.kind NOT IN ('team', 'committee', 'commission')";

impl Services {
    pub(super) async fn board_page(&self, actor: &Actor, query: BoardQuery) -> Result<BoardPage, ApiError> {
        let scope = access::board_scope(actor)?;
        let today = self.today();
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let mut find = q(ROWS).bind(actor.district).bind(today).and_scope("u.id", &scope);
        if !actor.has(Role::Secretary) {
            // 区委书记's row is for himself and the 区纪委书记.
            find = find.push("AND (u.leads_district = 0").push_bind("OR t.person_id = ?)", actor.person);
        }
        let find = find.push("ORDER BY u.position, u.name");
        let mut rows = self.store.read().rows(find).await.map_err(storage)?;
        // The districts' own order of kinds (镇街 first), which no alphabet knows.
        rows.sort_by_key(|row| {
            let kind = row.text("kind").ok().and_then(|k| UnitKind::from_key(&k));
            UnitKind::ALL.iter().position(|k| Some(*k) == kind)
        });
        let mut cells = self.cells(cells_query(actor, year)).await?;
        // Words of items handed down stay below; the board shows their states only.
        let closed = sight::closed_posts(&mut self.store.read().clone(), actor, year).await.map_err(storage)?;
        for post in closed {
            for cell in cells.get_mut(&post.to_string()).into_iter().flatten() {
                cell.2 = cell.0.word().to_owned();
            }
        }
        let ping = Duty::ALL.iter().position(|d| *d == Duty::Ping).unwrap_or(0);
        for (post, reviewed) in closed_grades(&mut self.store.read().clone(), actor, year).await.map_err(storage)? {
            if let Some(cell) = cells.get_mut(&post.to_string()).and_then(|five| five.get_mut(ping)) {
                cell.2 = closed_words(reviewed);
            }
        }
        let wanted = self.rows_wanted(actor.district, year, query.state.as_deref()).await?;
        let mut out = Vec::with_capacity(rows.len());
        let (mut total, mut attention) = (0_u32, 0_u32);
        let mut kinds: Vec<(String, String)> = Vec::new();
        let mut team_ids: Vec<String> = Vec::new();
        for row in &rows {
            let kind = row.text("kind").map_err(storage)?;
            let post = row.text("post_id").map_err(storage)?;
            let five = cells.remove(&post).unwrap_or_else(empty_cells);
            let needs = five.iter().any(|c| c.0.needs_attention());
            if !kinds.iter().any(|(k, _)| *k == kind) {
                let label = UnitKind::from_key(&kind).map_or("", UnitKind::label);
                kinds.push((kind.clone(), label.to_owned()));
            }
            let mut watched_by = Vec::new();
            for column in ["team_id", "office_id"] {
                if let Some(id) = row.opt_text(column).map_err(storage)? {
                    if !team_ids.contains(&id) {
                        team_ids.push(id.clone());
                    }
                    watched_by.push(id);
                }
            }
            if query.kind.as_ref().is_some_and(|k| *k != kind) {
                continue;
            }
            if query.team.as_ref().is_some_and(|t| !watched_by.contains(t)) {
                continue;
            }
            let unit = row.text("unit_name").map_err(storage)?;
            let head = row.opt_text("head_name").map_err(storage)?;
            if let Some(text) = &query.q {
                let hay = [
                    unit.clone(),
                    initials(&unit),
                    head.clone().unwrap_or_default(),
                    row.text("unit_pinyin").map_err(storage)?,
                    row.opt_text("pinyin").map_err(storage)?.unwrap_or_default(),
                    row.opt_text("initials").map_err(storage)?.unwrap_or_default(),
                ];
                let needle = text.trim().to_lowercase();
                if !hay.iter().any(|h| h.to_lowercase().contains(&needle)) {
                    continue;
                }
            }
            total += 1;
            attention += u32::from(needs);
            if !wanted.keeps(&post, &five) {
                continue;
            }
            out.push(BoardRow { post, unit, head: head.unwrap_or_else(|| "空缺".to_owned()), kind, cells: five });
        }
        Ok(BoardPage {
            year,
            years: self.years(actor, year).await?,
            as_of: zh_short(today),
            rows: out,
            total,
            attention,
            kinds,
            teams: self.names(&team_ids).await?,
            no_holidays: self.without_holidays(actor, today).await?,
        })
    }

    async fn cells(&self, find: Query) -> Result<HashMap<String, Vec<BoardCell>>, ApiError> {
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let mut cells: HashMap<String, Vec<BoardCell>> = HashMap::new();
        for row in &rows {
            let read = || -> Result<_, StorageError> {
                let duty = row.keyed("duty", Duty::from_key)?;
                let place = Duty::ALL.iter().position(|d| *d == duty).unwrap_or(0);
                let cell = BoardCell(row.keyed("tone", Tone::from_key)?, row.text("word")?, row.text("text")?);
                Ok((row.text("post_id")?, place, cell))
            };
            let (post, place, cell) = read().map_err(storage)?;
            if let Some(slot) = cells.entry(post).or_insert_with(empty_cells).get_mut(place) {
                *slot = cell;
            }
        }
        Ok(cells)
    }

    async fn years(&self, actor: &Actor, shown: i32) -> Result<Vec<i32>, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT DISTINCT year FROM leader_lists WHERE district_id = $1 ORDER BY year DESC")
                    .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let mut years: Vec<i32> = rows.iter().filter_map(|r| r.year("year").ok()).collect();
        if !years.contains(&shown) {
            years.push(shown);
        }
        years.sort_unstable_by(|a, b| b.cmp(a));
        Ok(years)
    }

    /// Years that the office has to fill in; nobody else is told.
    async fn without_holidays(&self, actor: &Actor, today: Day) -> Result<Vec<i32>, ApiError> {
        if access::edit_lists(actor).is_err() {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        calendar::missing(&mut read, actor.district, today.year(), today).await.map_err(storage)
    }

    async fn names(&self, units: &[String]) -> Result<Vec<(String, String)>, ApiError> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let find = q("SELECT id, name, kind, pinyin FROM units WHERE 1 = 1").and_in("id", units.iter());
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let mut rows = in_order(rows).map_err(storage)?;
        // 派驻组 before 联系室, as the rest of the product names them.
        rows.sort_by_key(|row| row.text("kind").ok().as_deref() != Some(UnitKind::Team.key()));
        rows.iter().map(|r| Ok((r.text("id")?, r.text("name")?))).collect::<Result<_, StorageError>>().map_err(storage)
    }
}

fn cells_query(actor: &Actor, year: i32) -> Query {
    q("SELECT post_id, duty, tone, word, text FROM board_cells WHERE district_id = $1 AND year = $2")
        .bind(actor.district)
        .bind(year)
}

fn empty_cells() -> Vec<BoardCell> {
    Duty::ALL.iter().map(|_| BoardCell(Tone::None, Tone::None.word().to_owned(), "—".to_owned())).collect()
}
