//! What is due and what was finished, in lines that each open their place. Whatever many units share on one day is
//! one line, grouped by the database.

use std::collections::{BTreeSet, HashMap};

use domain::{
    accountability::{Item, State, Waits},
    ids::DutyId,
    oversight::Purpose,
    overview::{Line, LineKind, units_in_words},
    season::StepKind,
    time::{Day, WorkCalendar, iso},
};

use super::{
    super::posts,
    View,
    facts::{self, Coming},
};
use crate::storage::{Pool, Row, StorageError, q};

/// Items and readings of one panel at most; the ledger has the others.
const MANY: i64 = 2_000;
/// An item that only lists handed down have, for all whose sight is wider.
const HANDED_DOWN: &str = "下达给下属单位的条目";
/// Characters of a problem in a line.
const PROBLEM: usize = 40;

/// What is due up to `until`, and what is past its day.
pub(super) async fn due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    let (mut lines, receipts, hard, items, readings, coming) = tokio::try_join!(
        steps_due(read, view, until),
        receipts_due(read, view, until),
        hard_due(read, view, until),
        items_due(read, view, until),
        readings_due(read, view, until),
        facts::coming(read, view),
    )?;
    lines.extend(receipts);
    lines.extend(hard);
    lines.extend(items);
    lines.extend(readings);
    lines.extend(coming.into_iter().filter(|m| m.on <= until).map(meeting));
    Ok(lines)
}

/// What was finished since the first of the month.
pub(super) async fn closed(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let (mut lines, receipts, items, readings, reviews) = tokio::try_join!(
        steps_done(read, view),
        receipts_signed(read, view),
        items_closed(read, view),
        readings_closed(read, view),
        reviews_sealed(read, view),
    )?;
    lines.extend(receipts);
    lines.extend(items);
    lines.extend(readings);
    lines.extend(reviews);
    Ok(lines)
}

/// A line from a grouped row with `on_day`, `units` and `first`, the first unit's name.
fn grouped(row: &Row, kind: LineKind, what: String, by: &str, to: String) -> Result<Line, StorageError> {
    let units = row.small("units")?;
    Ok(Line {
        on: row.day("on_day")?,
        kind,
        what,
        who: units_in_words(&row.text("first")?, units),
        units,
        by: by.to_owned(),
        late: false,
        to,
    })
}

/// A line of steps with the board that shows exactly these: `filter` says of which day and in which state.
fn step_line(view: &View, row: &Row, filter: &str) -> Result<Line, StorageError> {
    let kind = row.keyed("kind", StepKind::from_key)?;
    let what = kind.title(row.small("period")?);
    let by = row.opt_text("body")?.unwrap_or_else(|| "归口表没有监督单位".to_owned());
    let body = row.opt_text("body_id")?.unwrap_or_else(|| "none".to_owned());
    let year = row.year("year")?;
    let to = format!("/oversight/season?year={year}&kind={}&body={body}&{filter}#steps", kind.key());
    // What nobody did in a year is still due on 1 January, in the plan of its year.
    let what = if year == view.year() { what } else { format!("{year}年{what}") };
    grouped(row, LineKind::Step, what, &by, to)
}

async fn steps_due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    let find = q("SELECT s.due_on AS on_day, s.year, s.kind, s.period, s.body_id, b.name AS body,
                    COUNT(*) AS units, MIN(u.name) AS first
                  FROM season_steps s JOIN units u ON u.id = s.unit_id LEFT JOIN units b ON b.id = s.body_id
                  WHERE s.district_id = $1 AND s.year IN ($2, $3) AND s.due_on <= $4 AND s.paused_on IS NULL
                    AND s.state NOT IN ('done', 'cancelled')")
    .bind(view.district)
    .bind(view.year() - 1)
    .bind(view.year())
    .bind(until);
    let find = view.within(find).push("GROUP BY s.due_on, s.year, s.kind, s.period, s.body_id, b.name");
    let line = |row: &Row| {
        let on: Day = row.day("on_day")?;
        let late = on < view.today;
        let filter = format!("day={}&state={}", iso(on), if late { "late" } else { "coming" });
        Ok(Line { late, ..step_line(view, row, &filter)? })
    };
    read.rows(find).await?.iter().map(line).collect()
}

async fn steps_done(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let find = q("SELECT s.done_on AS on_day, s.year, s.kind, s.period, s.body_id, b.name AS body,
                    COUNT(*) AS units, MIN(u.name) AS first
                  FROM season_steps s JOIN units u ON u.id = s.unit_id LEFT JOIN units b ON b.id = s.body_id
                  WHERE s.district_id = $1 AND s.year IN ($2, $3) AND s.done_on >= $4 AND s.state = 'done'")
    .bind(view.district)
    .bind(view.year() - 1)
    .bind(view.year())
    .bind(view.month());
    let find = view.within(find).push("GROUP BY s.done_on, s.year, s.kind, s.period, s.body_id, b.name");
    let line = |row: &Row| {
        let filter = format!("done_on={}&state=done", iso(row.day("on_day")?));
        step_line(view, row, &filter)
    };
    read.rows(find).await?.iter().map(line).collect()
}

const HEAD: &str = "党组织主要负责人";
const LIST: &str = "第一责任人履责清单";

async fn receipts_due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    let find = q("SELECT d.receipt_due AS on_day, COUNT(*) AS units, MIN(u.name) AS first
                  FROM leader_lists d JOIN units u ON u.id = d.unit_id
                  WHERE d.district_id = $1 AND d.year = $2 AND d.state = 'issued' AND d.receipt_due <= $3")
    .bind(view.district)
    .bind(view.year())
    .bind(until);
    let rows = read.rows(view.within(find).push("GROUP BY d.receipt_due")).await?;
    rows.iter()
        .map(|row| {
            let line = grouped(row, LineKind::Receipt, LIST.to_owned(), HEAD, "/duties?state=issued".to_owned())?;
            Ok(Line { late: line.on < view.today, ..line })
        })
        .collect()
}

async fn receipts_signed(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let find = q("SELECT d.signed_on AS on_day, COUNT(*) AS units, MIN(u.name) AS first
                  FROM leader_lists d JOIN units u ON u.id = d.unit_id
                  WHERE d.district_id = $1 AND d.year = $2 AND d.state = 'signed' AND d.signed_on >= $3")
    .bind(view.district)
    .bind(view.year())
    .bind(view.month());
    let rows = read.rows(view.within(find).push("GROUP BY d.signed_on")).await?;
    rows.iter()
        .map(|row| grouped(row, LineKind::Receipt, LIST.to_owned(), HEAD, "/duties?state=signed".to_owned()))
        .collect()
}

// The state is no way in: at the end of a year nearly all that is open falls due in the same days, and only the few
// hard items are wanted.
const OPEN: &str = "SELECT o.duty_id, o.due_on AS on_day, COUNT(DISTINCT o.post_id) AS units, MIN(u.name) AS first,
    MIN(o.post_id) AS post
  FROM occurrences o JOIN units u ON u.id = o.unit_id
  WHERE o.district_id = $1 AND o.year = $2 AND o.due_on >= $3 AND o.due_on <= $4
    AND o.state || '' = 'open' AND o.record_id IS NULL AND (u.ends_on IS NULL OR u.ends_on >= $3)";

// What turned red stays until there is a record; the colour knows what fell due in a vacancy and is nobody's.
const RED: &str = "SELECT o.duty_id, o.due_on AS on_day, COUNT(DISTINCT o.post_id) AS units, MIN(u.name) AS first,
    MIN(o.post_id) AS post
  FROM colours c JOIN occurrences o ON o.post_id = c.post_id AND o.year = c.year AND o.duty_id = c.duty_id
    JOIN units u ON u.id = o.unit_id
  WHERE c.district_id = $1 AND c.year = $2 AND c.tone = 'late' AND o.due_on < $3
    AND o.state || '' = 'open' AND o.record_id IS NULL AND (u.ends_on IS NULL OR u.ends_on >= $3)";

/// Items without a record that the rules in force call hard, one line for each item and day: those to come and those
/// that are red. An index finds the occurrences of items that their lists mark; their texts are read of the few that
/// are due.
async fn hard_due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    let rules = posts::rules(&mut read.clone(), view.district).await?;
    let open = || view.within(q(OPEN).bind(view.district).bind(view.year()).bind(view.today).bind(until));
    let grouping = "GROUP BY o.duty_id, o.due_on";
    let order = "ORDER BY o.due_on, o.duty_id LIMIT ?";
    let marked = open()
        .push("AND o.duty_id IN (SELECT e.duty_id FROM leader_items e WHERE e.district_id = $1 AND e.hard = 1)")
        .push(grouping);
    let mut rows = read.rows(marked.push_bind(order, MANY)).await?;
    let red = view.within(q(RED).bind(view.district).bind(view.year()).bind(view.today)).push(grouping);
    rows.extend(read.rows(red.push_bind(order, MANY)).await?);
    // Numbers that the rules add, an item or a whole 大项.
    for code in &rules.hard.also {
        let named = open().push_bind("AND (o.code = ?", code).push_bind("OR o.code LIKE ?)", format!("{code}.%"));
        rows.extend(read.rows(named.push(grouping).push_bind(order, MANY)).await?);
    }
    let duties = rows.iter().map(|row| row.text("duty_id")).collect::<Result<BTreeSet<_>, _>>()?;
    if duties.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT e.duty_id, MIN(e.code) AS code, MIN(e.text) AS text, MAX(e.hard) AS hard,
                    MIN(CASE WHEN d.from_unit_id IS NULL THEN e.text END) AS told
                  FROM leader_items e JOIN leader_lists d ON d.id = e.list_id WHERE e.district_id = $1")
    .bind(view.district);
    // The index holds marked items alone.
    let find = if rules.hard.also.is_empty() { find.push("AND e.hard = 1") } else { find };
    let mut texts = HashMap::new();
    for row in read.rows(find.and_in("e.duty_id", &duties).push("GROUP BY e.duty_id")).await? {
        let (code, text) = (row.text("code")?, row.text("text")?);
        if rules.counts_as_hard(row.flag("hard")?, &code, &text) {
            // What a list handed down says stays with parent and subordinate.
            let told = row.opt_text("told")?.map_or_else(|| HANDED_DOWN.to_owned(), |text| short(&text));
            texts.insert(row.text("duty_id")?, format!("{code} {told}"));
        }
    }
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for row in &rows {
        let (duty, on): (DutyId, Day) = (row.id("duty_id")?, row.day("on_day")?);
        let Some(what) = texts.get(&duty.to_string()).filter(|_| told.insert((duty, on))) else { continue };
        let to = if row.small("units")? == 1 {
            format!("/board?post={}&duty=lv&item={duty}", row.text("post")?)
        } else {
            format!("/board?state=due.{duty}.{}", iso(on))
        };
        out.push(Line { late: on < view.today, ..grouped(row, LineKind::Hard, what.clone(), HEAD, to)? });
    }
    Ok(out)
}

/// The beginning of a text that would fill a line.
fn short(text: &str) -> String {
    if text.chars().count() <= PROBLEM {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(PROBLEM).collect();
    out.push('…');
    out
}

const ITEMS: &str = "SELECT t.id, t.item, u.name AS unit_name, b.name AS body FROM items t
  JOIN units u ON u.id = t.unit_id LEFT JOIN oversight_map m ON m.unit_id = u.id
  LEFT JOIN units b ON b.id = COALESCE(m.team_id, m.office_id)
  WHERE t.district_id = $1";

async fn items_due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    // What waits for a body, a receipt or a plan has a day of its own, counted in working days.
    let find = q(ITEMS).bind(view.district).push("AND t.state NOT IN ('closed', 'suspended')").push_bind(
        "AND (t.due_on <= ? OR t.state IN ('unsigned', 'planning', 'checking', 'checked', 'deciding'))",
        until,
    );
    let rows = read.rows(view.within(find).push_bind("ORDER BY t.due_on, t.id LIMIT ?", MANY)).await?;
    let calendar: WorkCalendar = posts::calendar(&mut read.clone(), view.district).await?;
    let mut out = Vec::new();
    for row in &rows {
        let item: Item = row.json("item")?;
        let Some((on, waits)) = item.due(&calendar).filter(|(on, _)| *on <= until) else { continue };
        let unit = row.text("unit_name")?;
        let by = match waits {
            Waits::Unit => unit.clone(),
            Waits::Checker => row.opt_text("body")?.unwrap_or_else(|| "监督单位".to_owned()),
            Waits::Office => "党风政风监督室".to_owned(),
            Waits::Deputy => "分管副书记".to_owned(),
            Waits::Nobody => continue,
        };
        out.push(Line {
            on,
            kind: LineKind::Item,
            what: format!("{}：{}", item.state.label(), short(&item.problem)),
            who: unit,
            units: 1,
            by,
            // The delay of what was excused is none.
            late: on < view.today && !(waits == Waits::Unit && item.excused),
            to: format!("/accountability/{}", item.id),
        });
    }
    Ok(out)
}

async fn items_closed(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let find =
        q(ITEMS).bind(view.district).push("AND t.state = 'closed'").push_bind("AND t.closed_on >= ?", view.month());
    let rows = read.rows(view.within(find).push_bind("ORDER BY t.closed_on DESC, t.id LIMIT ?", MANY)).await?;
    rows.iter()
        .map(|row| {
            let item: Item = row.json("item")?;
            Ok(Line {
                on: item.closed_on.unwrap_or(view.today),
                kind: LineKind::Item,
                what: format!("{}：{}", State::Closed.label(), short(&item.problem)),
                who: row.text("unit_name")?,
                units: 1,
                by: "党风政风监督室".to_owned(),
                late: false,
                to: format!("/accountability/{}", item.id),
            })
        })
        .collect()
}

const READINGS: &str = "SELECT n.id, n.purpose, n.body, n.to_day, n.closed_on, u.name AS unit_name FROM inspections n
  JOIN units u ON u.id = n.unit_id WHERE n.district_id = $1";

fn reading_line(row: &Row, on: Day, words: &str, late: bool) -> Result<Line, StorageError> {
    Ok(Line {
        on,
        kind: LineKind::Reading,
        what: format!("{}{words}", row.keyed("purpose", Purpose::from_key)?.label()),
        who: row.text("unit_name")?,
        units: 1,
        by: row.text("body")?,
        late,
        to: format!("/oversight/{}", row.text("id")?),
    })
}

async fn readings_due(read: &Pool, view: &View, until: Day) -> Result<Vec<Line>, StorageError> {
    let find = q(READINGS)
        .bind(view.district)
        .push("AND n.standing IN ('open', 'feedback')")
        .push_bind("AND n.to_day <= ?", until);
    let rows = read.rows(view.within(find).push_bind("ORDER BY n.to_day, n.id LIMIT ?", MANY)).await?;
    rows.iter()
        .map(|row| {
            let on = row.day("to_day")?;
            reading_line(row, on, "，双方签字", on < view.today)
        })
        .collect()
}

async fn readings_closed(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let find = q(READINGS)
        .bind(view.district)
        .push("AND n.standing = 'closed'")
        .push_bind("AND n.closed_on >= ?", view.month());
    let rows = read.rows(view.within(find).push_bind("ORDER BY n.closed_on DESC, n.id LIMIT ?", MANY)).await?;
    rows.iter().map(|row| reading_line(row, row.day("closed_on")?, "", false)).collect()
}

fn meeting(of: Coming) -> Line {
    Line {
        on: of.on,
        kind: LineKind::Review,
        what: of.title,
        who: "全区".to_owned(),
        units: 1,
        by: "党风政风监督室".to_owned(),
        late: false,
        to: format!("/reviews#m-{}", of.id),
    }
}

/// Meetings with a sealed result of a unit in sight; never a grade.
async fn reviews_sealed(read: &Pool, view: &View) -> Result<Vec<Line>, StorageError> {
    let find = q("SELECT r.meeting_id, g.title, r.on_day, COUNT(*) AS units, MIN(u.name) AS first
                  FROM review_results r JOIN meetings g ON g.id = r.meeting_id JOIN units u ON u.id = r.unit_id
                  WHERE r.district_id = $1 AND r.on_day >= $2")
    .bind(view.district)
    .bind(view.month());
    let rows = read.rows(view.within(find).push("GROUP BY r.meeting_id, g.title, r.on_day")).await?;
    rows.iter()
        .map(|row| {
            let to = format!("/reviews#m-{}", row.text("meeting_id")?);
            grouped(row, LineKind::Review, row.text("title")?, "党风政风监督室", to)
        })
        .collect()
}
