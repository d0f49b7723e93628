//! The counts: seven queries, each grouped by the database, whatever the number of units.

use domain::{
    accountability::{State, Waits},
    board::{Progress, Tally, Tone},
    ids::{DistrictId, UnitId},
    overview::{FlowFacts, ItemFacts, Pattern, Standing, StepFacts, standing},
    people::{UnitKind, access::Scope},
    reviews::Plan,
    season::StepState,
    time::Day,
};

use super::View;
use crate::storage::{Pool, Query, Row, StorageError, q};

/// Units named on the wall at most.
const NAMED: i64 = 24;

/// Place of a tone in its own order, and back with [`tone`]: numbers can be compared in SQL.
macro_rules! rank {
    () => {
        "CASE c.tone WHEN 'late' THEN 4 WHEN 'pending' THEN 3 WHEN 'warn' THEN 2 WHEN 'ok' THEN 1 ELSE 0 END"
    };
    ($duty:literal) => {
        concat!("MAX(CASE WHEN c.duty = '", $duty, "' THEN ", rank!(), " ELSE 0 END) AS ", $duty)
    };
}

/// Head posts that run today with their cells of the year: the rows of the board.
macro_rules! rows {
    () => {
        "FROM units u JOIN posts p ON p.unit_id = u.id AND p.is_head = 1 AND (p.ends_on IS NULL OR p.ends_on >= $2)
           LEFT JOIN board_cells c ON c.post_id = p.id AND c.year = $3
         WHERE u.district_id = $1 AND (u.ends_on IS NULL OR u.ends_on >= $2)
           AND u.kind NOT IN ('team', 'committee', 'commission')"
    };
}

const PATTERNS: &str = concat!(
    "SELECT x.kind, x.ming, x.lv, x.du, x.ping, x.wen, COUNT(*) AS units FROM (SELECT u.kind AS kind, p.id AS post_id, ",
    rank!("ming"),
    ", ",
    rank!("lv"),
    ", ",
    rank!("du"),
    ", ",
    rank!("ping"),
    ", ",
    rank!("wen"),
    " ",
    rows!()
);

const NAMES: &str = concat!("SELECT u.name, u.position, u.id ", rows!());

/// Everything that the chain is folded from.
pub(super) async fn gather(read: &Pool, view: &View) -> Result<FlowFacts, StorageError> {
    let (standing, unsigned, progress, steps, readings, (meetings, next_meeting), items) = tokio::try_join!(
        by_type(read, view),
        unsigned(read, view),
        progress(read, view),
        steps(read, view),
        readings(read, view),
        meetings(read, view),
        items(read, view),
    )?;
    Ok(FlowFacts { standing, unsigned, progress, steps, readings, meetings, next_meeting, items })
}

/// Name of the district.
pub(super) async fn district(read: &Pool, id: DistrictId) -> Result<String, StorageError> {
    let row = read.row(q("SELECT name FROM districts WHERE id = $1").bind(id)).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.text("name"))
}

fn tone(row: &Row, column: &str) -> Result<Tone, StorageError> {
    let rank = row.int(column)?;
    Ok([Tone::None, Tone::Ok, Tone::Warn, Tone::Pending, Tone::Late]
        .into_iter()
        .zip(0..)
        .find(|(_, n)| *n == rank)
        .map_or(Tone::None, |(tone, _)| tone))
}

pub(in crate::services) async fn by_type(read: &Pool, view: &View) -> Result<Standing, StorageError> {
    let find = view
        .within(q(PATTERNS).bind(view.district).bind(view.today).bind(view.year()))
        .push("GROUP BY u.kind, p.id) AS x GROUP BY x.kind, x.ming, x.lv, x.du, x.ping, x.wen");
    let rows = read.rows(find).await?;
    let patterns = rows
        .iter()
        .map(|row| {
            Ok(Pattern {
                kind: row.keyed("kind", UnitKind::from_key)?,
                cells: [tone(row, "ming")?, tone(row, "lv")?, tone(row, "du")?, tone(row, "ping")?, tone(row, "wen")?],
                units: row.small("units")?,
            })
        })
        .collect::<Result<Vec<_>, StorageError>>()?;
    Ok(standing(patterns))
}

/// Units with something 逾期 or 待核, in the district's own order.
pub(super) async fn urgent(read: &Pool, view: &View) -> Result<Vec<String>, StorageError> {
    let find = view
        .within(q(NAMES).bind(view.district).bind(view.today).bind(view.year()))
        .push("AND c.tone IN ('late', 'pending') GROUP BY u.id, u.name, u.position")
        .push_bind("ORDER BY u.position, u.name, u.id LIMIT ?", NAMED);
    read.rows(find).await?.iter().map(|row| row.text("name")).collect()
}

async fn unsigned(read: &Pool, view: &View) -> Result<u32, StorageError> {
    let find = q("SELECT COUNT(DISTINCT d.post_id) AS n FROM leader_lists d JOIN units u ON u.id = d.unit_id
                  WHERE d.district_id = $1 AND d.year = $2 AND d.state = 'issued'
                    AND (d.receipt_due IS NULL OR d.receipt_due >= $3)");
    count(read, view.within(find.bind(view.district).bind(view.year()).bind(view.today))).await
}

/// The one number of a query.
async fn count(read: &Pool, find: Query) -> Result<u32, StorageError> {
    read.row(find).await?.map_or(Ok(0), |row| row.small("n"))
}

/// Items by how far they are: all of the district or the team, less those of units that ended or are not in sight. Two
/// seeks of one index; asking of each of 60,000 items whether its unit is one of these takes more than twice as long.
async fn progress(read: &Pool, view: &View) -> Result<Tally, StorageError> {
    // The index alone answers it: no text of a colour is read.
    let find = q("SELECT c.progress, COUNT(*) AS n FROM colours c WHERE c.district_id = $1 AND c.year = $2")
        .bind(view.district)
        .bind(view.year());
    let all = match &view.scope {
        Scope::District => find.clone(),
        Scope::Units(units) => find.clone().and_in("c.unit_id", units.iter().copied()),
    };
    let without = find
        .push("AND c.progress IN ('done', 'going', 'not_due')")
        .push_bind("AND c.unit_id IN (SELECT u.id FROM units u WHERE u.district_id = $1 AND (u.ends_on < ?", view.today)
        .push(if view.leading { "))" } else { "OR u.leads_district = 1))" });
    let without = match &view.scope {
        Scope::District => without,
        Scope::Units(units) => without.and_in("c.unit_id", units.iter().copied()),
    };
    let (all, without) =
        tokio::try_join!(read.rows(all.push("GROUP BY c.progress")), read.rows(without.push("GROUP BY c.progress")))?;
    let mut counts = [0_u32; 3];
    for (row, minus) in all.iter().map(|row| (row, false)).chain(without.iter().map(|row| (row, true))) {
        let n = row.small("n")?;
        let at = match row.keyed("progress", Progress::from_key)? {
            Progress::Done => &mut counts[0],
            Progress::Going => &mut counts[1],
            Progress::NotDue => &mut counts[2],
        };
        *at = if minus { at.saturating_sub(n) } else { *at + n };
    }
    let [done, going, not_due] = counts;
    Ok(Tally { done, going, not_due, ..Tally::default() })
}

async fn steps(read: &Pool, view: &View) -> Result<StepFacts, StorageError> {
    let find = q("SELECT s.state, CASE WHEN s.due_on < $3 THEN 1 ELSE 0 END AS passed,
                    CASE WHEN s.body_id IS NULL THEN 1 ELSE 0 END AS nobody,
                    CASE WHEN s.paused_on IS NULL THEN 0 ELSE 1 END AS held, COUNT(*) AS n
                  FROM season_steps s WHERE s.district_id = $1 AND s.year = $2 AND s.state <> 'cancelled'")
    .bind(view.district)
    .bind(view.year())
    .bind(view.today)
    .and_scope("s.unit_id", &view.scope);
    let find = if view.leading {
        find
    } else {
        find.push("AND s.unit_id NOT IN (SELECT u.id FROM units u WHERE u.district_id = $1 AND u.leads_district = 1)")
    };
    let mut out = StepFacts::default();
    for row in read.rows(find.push("GROUP BY s.state, passed, nobody, held")).await? {
        let n = row.small("n")?;
        if !row.keyed("state", StepState::from_key)?.is_open() {
            out.done += n;
            continue;
        }
        // Nobody's delay while the post is vacant.
        match (row.flag("held")?, row.flag("passed")?) {
            (true, _) => {}
            (false, true) => out.late += n,
            (false, false) => out.open += n,
        }
        if row.flag("nobody")? {
            out.unassigned += n;
        }
    }
    Ok(out)
}

/// Books by year, as the list of books shows them: a book read twice is one.
async fn readings(read: &Pool, view: &View) -> Result<Vec<(i32, u32)>, StorageError> {
    let find = q("SELECT n.year, COUNT(DISTINCT n.post_id) AS n FROM inspections n JOIN units u ON u.id = n.unit_id
                  WHERE n.district_id = $1 AND n.standing IN ('open', 'feedback') AND n.from_day <= $2")
    .bind(view.district)
    .bind(view.today);
    let rows = read.rows(view.within(find).push("GROUP BY n.year ORDER BY n.year")).await?;
    rows.iter().map(|row| Ok((row.year("year")?, row.small("n")?))).collect()
}

/// A meeting that is approved and has not begun.
pub(in crate::services) struct Coming {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its day.
    pub on: Day,
}

/// Meetings to come that are about a unit in sight, the next one first.
pub(in crate::services) async fn coming(read: &Pool, view: &View) -> Result<Vec<Coming>, StorageError> {
    let find = q("SELECT id, title, on_day, plan FROM meetings
                  WHERE district_id = $1 AND on_day >= $2 AND state IN ('approved', 'preparing') ORDER BY on_day, id")
    .bind(view.district)
    .bind(view.today);
    let mut out = Vec::new();
    for row in read.rows(find).await? {
        let plan: Plan = row.json("plan")?;
        let about = |unit: UnitId| view.scope.holds(unit);
        if view.scope == Scope::District || plan.presenters.iter().any(|p| about(p.unit)) {
            out.push(Coming { id: row.text("id")?, title: row.text("title")?, on: row.day("on_day")? });
        }
    }
    Ok(out)
}

async fn meetings(read: &Pool, view: &View) -> Result<(u32, Option<Day>), StorageError> {
    let coming = coming(read, view).await?;
    Ok((u32::try_from(coming.len()).unwrap_or(u32::MAX), coming.first().map(|m| m.on)))
}

async fn items(read: &Pool, view: &View) -> Result<ItemFacts, StorageError> {
    // The narrow lines: what was excused has no day there that passes.
    let find = q("SELECT t.state, CASE WHEN t.due_on < $2 THEN 1 ELSE 0 END AS passed, COUNT(*) AS n
                  FROM item_lines t JOIN units u ON u.id = t.unit_id
                  WHERE t.district_id = $1 AND (t.state <> 'closed' OR t.closed_on >= $3)")
    .bind(view.district)
    .bind(view.today)
    .bind(view.month());
    let mut out = ItemFacts::default();
    for row in read.rows(view.within(find).push("GROUP BY t.state, passed")).await? {
        let (state, n) = (row.keyed("state", State::from_key)?, row.small("n")?);
        if state == State::Closed {
            out.closed += n;
            continue;
        }
        if row.flag("passed")? && state.waits() == Waits::Unit {
            out.overdue += n;
        }
        out.stages.push((state.stage(), n));
    }
    Ok(out)
}
