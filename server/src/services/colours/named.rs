//! Colours after a record: the items that it names and the one cell they fold into, from
//! what is stored of the others. Refuses to build on a row that time, the rules or the list
//! have left behind; then the whole row is recomputed.

use std::collections::HashMap;

use domain::{
    board::{Cell, Colour, Duty, Facts, NEEDS_ATTENTION, Progress, REFUTED, RuleSet, Tone, evaluate, row},
    duties::DutyItem,
    ids::{DistrictId, DutyId, PostId, UnitId},
    time::Day,
};

use super::{
    super::{
        facts::{self, Occurrence},
        posts,
    },
    Before, Of, kept_line, refresh, store_cells, store_colours,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Cells of a row: one per duty of the chain.
const CELLS: i64 = 5;

/// Items of the list in force that a record names, with their occurrences as they stand now.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Items, without repetition.
    pub items: &'a [DutyItem],
    /// All occurrences of these items in the year.
    pub occurrences: &'a [Occurrence],
    /// How many items the record names: fewer may be in force.
    pub ticks: usize,
}

/// [`refresh`](super::refresh) after a record that counts was entered or confirmed: only the items it names,
/// and the cell that they fold into; nothing else depends on records. Where time or the rules
/// have moved on since the row was coloured, everything is recomputed.
pub async fn touch(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    year: i32,
    by: Named<'_>,
    today: Day,
) -> Result<(), Failure> {
    // One row per term of the post, each with what the row of the board rests on.
    let rows = tx
        .rows(
            q("SELECT t.starts_on, t.ends_on, d.enabled_on,
                 (SELECT r.rules FROM rule_sets r WHERE r.district_id = d.id ORDER BY r.version DESC LIMIT 1) AS rules,
                 (SELECT COUNT(*) FROM board_cells b WHERE b.post_id = $2 AND b.year = $3) AS cells,
                 (SELECT COUNT(*) FROM inspections i JOIN inspection_remarks m ON m.inspection_id = i.id
                   WHERE i.post_id = $2 AND i.year = $3 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL) AS refuted,
                 (SELECT COUNT(*) FROM excused x WHERE x.post_id = $2) AS excused,
                 (SELECT MIN(b.valid_until) FROM board_cells b WHERE b.post_id = $2 AND b.year = $3) AS until
               FROM districts d JOIN terms t ON t.post_id = $2 WHERE d.id = $1 ORDER BY t.starts_on")
            .bind(district)
            .bind(post)
            .bind(year),
        )
        .await?;
    let fresh = match rows.first() {
        // 核查不符 and what was excused are not among what a record brings along: then everything is recomputed.
        Some(row) => {
            row.int("refuted")? == 0
                && row.int("excused")? == 0
                && row.int("cells")? == CELLS
                && row.opt_day("until")?.is_none_or(|until| until > today)
        }
        None => false,
    };
    let done = match rows.first() {
        Some(_) if fresh && by.ticks == 0 => true,
        Some(row) if fresh && by.items.len() == by.ticks => {
            let rules = posts::rules_of(row)?;
            let terms = rows.iter().map(facts::term).collect::<Result<Vec<_>, _>>()?;
            let known =
                facts::of_items(post, year, row.opt_day("enabled_on")?, &terms, by.items, by.occurrences, today);
            named(tx, (district, post, year), &rules, &known, today).await?
        }
        _ => false,
    };
    if done { Ok(()) } else { refresh(tx, district, post, year, today).await }
}

/// Recolours the items of `facts`. `false`, with nothing written, where the stored row cannot
/// be built upon.
async fn named(
    tx: &mut Tx,
    (district, post, year): (DistrictId, PostId, i32),
    rules: &RuleSet,
    facts: &Facts,
    today: Day,
) -> Result<bool, Failure> {
    let duties: Vec<DutyId> = facts.items.iter().map(|item| item.duty).collect();
    let shown = shown(tx, post, year, &duties).await?;
    let rest = rest(tx, post, year, &duties).await?;
    let old = rest.iter().chain(shown.iter().map(|kept| &kept.colour)).any(|c| c.rule_version != rules.version);
    let Some(unit) = shown.first().map(|kept| kept.unit) else { return Ok(false) };
    let kept = duties.iter().all(|duty| shown.iter().any(|kept| kept.colour.duty_id == *duty));
    if old || !kept {
        return Ok(false);
    }
    let of = Of { district, post, unit, year };
    let colours = evaluate(rules, facts, today);
    let mut before = HashMap::new();
    let mut all = rest;
    for kept in shown {
        match colours.iter().find(|new| new.duty_id == kept.colour.duty_id) {
            Some(new) => {
                before.insert(new.duty_id, kept.before);
                all.push(new.clone());
            }
            None => all.push(kept.colour),
        }
    }
    if store_colours(tx, of, &colours, &mut before).await? {
        let row = row(rules, facts, &all, today);
        let fulfilment: Vec<Cell> = row.cells.into_iter().filter(|cell| cell.duty == Duty::Lv).collect();
        store_cells(tx, of, &fulfilment, row.tally).await?;
    }
    Ok(true)
}

/// A stored colour that a cell may name.
struct Kept {
    colour: Colour,
    unit: UnitId,
    before: Before,
}

/// Columns of [`shown`]: those of a colour and the text of its item.
const SHOWN: [&str; 11] = [
    "unit_id",
    "duty_id",
    "code",
    "text",
    "tone",
    "word",
    "reason",
    "facts",
    "progress",
    "rule_version",
    "valid_until",
];

/// Items that the cell of 履责 may name, and those in `duties`, in printed order.
async fn shown(tx: &mut Tx, post: PostId, year: i32, duties: &[DutyId]) -> Result<Vec<Kept>, StorageError> {
    let mut query = q("SELECT c.*, i.text FROM colours c
                       JOIN leader_items i ON i.duty_id = c.duty_id AND i.list_id = (SELECT id
                         FROM leader_lists WHERE post_id = $1 AND year = $2 AND state IN ('issued', 'signed')
                         ORDER BY edition DESC LIMIT 1)
                       WHERE c.post_id = $1 AND c.year = $2 AND (c.tone IN ('late', 'pending', 'warn')")
    .bind(post)
    .bind(year);
    for duty in duties {
        query = query.push_bind("OR c.duty_id = ?", *duty);
    }
    let rows = tx.rows(query.push(") ORDER BY i.position").at_once(&SHOWN)).await?;
    rows.iter()
        .map(|row| {
            let (tone, word) = (row.keyed("tone", Tone::from_key)?, row.text("word")?);
            let colour = Colour {
                duty_id: row.id("duty_id")?,
                code: row.text("code")?,
                text: DutyItem::shorten(&row.text("text")?),
                tone,
                overdue: tone == Tone::Warn && word == NEEDS_ATTENTION,
                refuted: word == REFUTED,
                reason: row.text("reason")?,
                facts: Vec::new(),
                progress: row.keyed("progress", Progress::from_key)?,
                rule_version: row.small("rule_version")?,
                valid_until: row.opt_day("valid_until")?,
            };
            Ok(Kept { unit: row.id("unit_id")?, before: kept_line(row)?, colour })
        })
        .collect()
}

/// The other items, which a cell only counts: without names and reasons.
async fn rest(tx: &mut Tx, post: PostId, year: i32, duties: &[DutyId]) -> Result<Vec<Colour>, StorageError> {
    let mut query = q("SELECT tone, progress, rule_version, COUNT(*) AS n, MIN(valid_until) AS until FROM colours
                       WHERE post_id = $1 AND year = $2 AND tone IN ('ok', 'none')")
    .bind(post)
    .bind(year);
    for duty in duties {
        query = query.push_bind("AND duty_id <> ?", *duty);
    }
    let mut colours = Vec::new();
    // What has no date is counted apart from what has one.
    let query = query
        .push("GROUP BY tone, progress, rule_version, CASE WHEN valid_until IS NULL THEN 1 ELSE 0 END")
        .at_once(&["tone", "progress", "rule_version", "n", "until"]);
    for row in tx.rows(query).await? {
        let colour = Colour {
            duty_id: DutyId(uuid::Uuid::nil()),
            code: String::new(),
            text: String::new(),
            tone: row.keyed("tone", Tone::from_key)?,
            overdue: false,
            refuted: false,
            reason: String::new(),
            facts: Vec::new(),
            progress: row.keyed("progress", Progress::from_key)?,
            rule_version: row.small("rule_version")?,
            valid_until: row.opt_day("until")?,
        };
        let n = usize::try_from(row.int("n")?).map_err(|_| StorageError::shape("n"))?;
        colours.extend(std::iter::repeat_n(colour, n));
    }
    Ok(colours)
}
