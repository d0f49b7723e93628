//! 问题整改 of the period: what was open, opened and struck off, and how long that took. Only number, kind, days and
//! state: the words of a problem stay in the ledger.

use std::collections::HashMap;

use chrono::Datelike as _;
use domain::{
    accountability::{ItemKind, State, Step, Waits},
    reports::{Block, FactBlock, FactLine, FactRow},
    time::{Day, Instant, zh, zh_short},
};

use super::{super::super::rows::Rows, Ask, columns, counted, counts, line_of};
use crate::storage::{StorageError, q};

const ITEMS: &str = "SELECT n.id, n.post_id, n.year, n.number, n.kind, n.opened_on, n.due_on, n.item,
    (SELECT MIN(x.on_day) FROM excused x WHERE x.sort = 'item' AND x.subject_id = n.id) AS excused_on FROM items n
  WHERE n.district_id = $1 AND n.opened_on <= $2 AND (n.closed_on IS NULL OR n.closed_on >= $3)";

const EVENTS: &str = "SELECT e.item_id, e.step, e.state, e.at FROM item_events e JOIN items n ON n.id = e.item_id
  WHERE e.district_id = $1 AND e.at <= $2";

struct Event {
    step: Step,
    state: State,
    at: Instant,
}

struct Problem {
    id: String,
    number: String,
    kind: ItemKind,
    opened: Day,
    due: Day,
    before_extension: Option<Day>,
    /// Since when its delay counts as none: 容错 or 澄清.
    excused: Option<Day>,
}

/// Where a problem stood at a moment; `None` where it was not on the account yet.
fn standing(events: &[Event], at: Instant) -> Option<State> {
    events.iter().rfind(|event| event.at <= at).map(|event| event.state)
}

/// Items that were open in the period.
pub(super) async fn items(from: &mut impl Rows, ask: &Ask, empty: FactBlock) -> Result<FactBlock, StorageError> {
    let (window, until, end) = (ask.period.window(), ask.until(), ask.end());
    let find = q(ITEMS).bind(ask.district).bind(until).bind(window.from);
    let found = ask
        .by(from, &find, ("n.post_id", "ORDER BY n.year, n.number"), |row| {
            let item: domain::accountability::Item = row.json("item")?;
            let problem = Problem {
                id: row.text("id")?,
                number: format!("{}-{:03}", row.int("year")?, row.int("number")?),
                kind: row.keyed("kind", ItemKind::from_key)?,
                opened: row.day("opened_on")?,
                due: row.day("due_on")?,
                before_extension: item.extension.filter(|e| e.granted == Some(true)).map(|e| e.from),
                excused: row.opt_day("excused_on")?,
            };
            Ok((row.text("post_id")?, problem))
        })
        .await?;
    let events: HashMap<String, Vec<Event>> = ask
        .by(from, &q(EVENTS).bind(ask.district).bind(ask.as_of), ("n.post_id", "ORDER BY e.item_id, e.seq"), |row| {
            let event = Event {
                step: row.keyed("step", Step::from_key)?,
                state: row.keyed("state", State::from_key)?,
                at: row.instant("at")?,
            };
            Ok((row.text("item_id")?, event))
        })
        .await?;
    let source = |count| ask.listed("问题整改台账", "/accountability", count);
    let (mut rows, mut told) = (Vec::new(), Told::default());
    // A day of another year than the period's says so.
    let dated = |day: Day| if day.year() == ask.period.year { zh_short(day) } else { zh(day) };
    for covered in &ask.posts {
        for problem in found.get(&covered.post.to_string()).into_iter().flatten() {
            let own = events.get(&problem.id).map_or(&[][..], Vec::as_slice);
            // Put on the account after the moment asked about.
            let Some(state) = standing(own, end) else { continue };
            let counts = told.add(problem, own, state, (window.from, until, end));
            let closed = own.iter().rfind(|e| e.step == Step::Strike && e.at <= end).map(|e| e.at.day());
            let ended = match closed.filter(|_| state == State::Closed) {
                Some(on) => format!("已销号 {}", dated(on)),
                // What the ledger calls the stage, for who reads it without the ledger.
                None if state == State::Working => "整改中".to_owned(),
                None => state.label().to_owned(),
            };
            rows.push(FactRow {
                id: problem.id.clone(),
                cells: vec![
                    covered.name.clone(),
                    problem.number.clone(),
                    problem.kind.label().to_owned(),
                    dated(problem.opened),
                    ended,
                ],
                link: format!("/accountability/{}", problem.id),
                grade: None,
                counts,
            });
        }
    }
    if rows.is_empty() {
        let words = format!("{}没有挂账的问题，本期没有数据。", ask.period.label());
        return Ok(FactBlock { empty: words, sources: vec![source(0)], ..empty });
    }
    let shown = source(counted(rows.len()));
    Ok(FactBlock {
        lines: told.lines(),
        columns: columns(&["单位", "编号", "来源", "挂账", "期末"]),
        rows,
        note: "问题内容在台账里；用时按自然日计算。".to_owned(),
        sources: vec![shown],
        ..empty
    })
}

/// The middle of sorted days, whole ones; of two in the middle their mean, rounded up.
fn median(days: &[i64]) -> Option<i64> {
    let high = *days.get(days.len() / 2)?;
    let low = *days.get((days.len() - 1) / 2)?;
    Some((low + high + 1).div_euclid(2))
}

#[derive(Default)]
struct Told {
    before: u32,
    opened: u32,
    closed: u32,
    open: u32,
    overdue: u32,
    days: Vec<i64>,
}

impl Told {
    /// Counts a problem; the lines that count it.
    fn add(
        &mut self,
        problem: &Problem,
        events: &[Event],
        state: State,
        (from, until, end): (Day, Day, Instant),
    ) -> Vec<String> {
        let (new, closed) = (problem.opened >= from, state == State::Closed);
        // An extension that was granted later moved the deadline that counted then.
        let extended = events.iter().any(|e| e.step == Step::Extend && e.at <= end);
        let due = problem.before_extension.filter(|_| !extended).unwrap_or(problem.due);
        let excused = problem.excused.is_some_and(|on| on <= until);
        let overdue = !closed && state.waits() == Waits::Unit && until > due && !excused;
        self.opened += u32::from(new);
        self.before += u32::from(!new);
        self.closed += u32::from(closed);
        self.open += u32::from(!closed);
        self.overdue += u32::from(overdue);
        let struck = events.iter().rfind(|e| e.step == Step::Strike && e.at <= end).filter(|_| closed);
        if let Some(struck) = struck {
            self.days.push((struck.at.day() - problem.opened).num_days());
        }
        counts([
            ("before", !new),
            ("opened", new),
            ("closed", closed),
            ("open", !closed),
            ("overdue", overdue),
            ("speed", struck.is_some()),
        ])
    }

    fn lines(mut self) -> Vec<FactLine> {
        let line = |id: &str, label: &str, value: String| line_of(Block::Loop, id, label, value);
        let mut lines = vec![
            line("before", "期初在办", format!(" {} 项", self.before)),
            line("opened", "本期挂账", format!(" {} 项", self.opened)),
            line("closed", "本期销号", format!(" {} 项", self.closed)),
            line("open", "期末在办", format!(" {} 项", self.open)),
            line("overdue", "其中逾期", format!(" {} 项", self.overdue)),
        ];
        self.days.sort_unstable();
        if let Some(middle) = median(&self.days) {
            lines.push(line("speed", "已销号的从挂账到销号", format!("一般 {middle} 天（中位数）")));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        let found = [&[][..], &[7], &[1, 9], &[1, 4, 90], &[2, 3, 4, 50]].map(median);
        assert_eq!(found, [None, Some(7), Some(5), Some(4), Some(4)]);
    }
}
