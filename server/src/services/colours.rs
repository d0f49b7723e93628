//! Stored colours: recomputed on write, at midnight for what time changes, at
//! start-up, and on a change of rules or holidays. Reads never recompute.

mod named;

use std::collections::{BTreeSet, HashMap};

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    board::{Cell, Colour, Duty, Tally, Tone, evaluate, row},
    ids::{DistrictId, DutyId, PostId, UnitId},
    time::{Day, iso},
};

pub use named::{Named, touch};

use super::{Services, facts, records::closing, storage, told};
use crate::{
    random,
    storage::{Failure, Query, Row, StorageError, Tx, q},
};

/// Posts recoloured in one command: keeps other writes waiting no longer than a few milliseconds each.
const AT_ONCE: usize = 16;

/// Recomputes colours and cells of a post and notes every change of tone. A closed book keeps those it was closed
/// with: neither time nor new rules, another head or a later finding changes them.
pub async fn refresh(tx: &mut Tx, district: DistrictId, post: PostId, year: i32, today: Day) -> Result<(), Failure> {
    // The book of a running year is never closed: saving pays nothing for the question.
    if year < today.year() && closing::closed_on(tx, post, year).await?.is_some() {
        return Ok(());
    }
    let Some(known) = facts::gather(tx, district, post, year, today).await? else { return Ok(()) };
    let colours = evaluate(&known.rules, &known.facts, today);
    let row = row(&known.rules, &known.facts, &colours, today);
    let of = Of { district, post, unit: known.info.unit, year };
    let kept = tx.rows(q("SELECT * FROM colours WHERE post_id = $1 AND year = $2").bind(post).bind(year)).await?;
    let mut before = kept
        .iter()
        .map(|row| Ok((row.id("duty_id")?, kept_line(row)?)))
        .collect::<Result<HashMap<DutyId, Before>, StorageError>>()?;
    store_colours(tx, of, &colours, &mut before).await?;
    if !before.is_empty() {
        // Items that the list in force no longer has.
        let gone = q("DELETE FROM colours WHERE post_id = $1 AND year = $2").bind(post).bind(year);
        tx.execute(gone.and_in("duty_id", before.into_keys())).await?;
    }
    store_cells(tx, of, &row.cells, row.tally).await?;
    Ok(())
}

/// The colours of a closed book end on no day any more.
pub async fn stand_still(tx: &mut Tx, post: PostId, year: i32) -> Result<(), StorageError> {
    for query in [
        q("UPDATE colours SET valid_until = NULL WHERE post_id = $1 AND year = $2 AND valid_until IS NOT NULL"),
        q("UPDATE board_cells SET valid_until = NULL WHERE post_id = $1 AND year = $2 AND valid_until IS NOT NULL"),
    ] {
        tx.execute(query.bind(post).bind(year)).await?;
    }
    Ok(())
}

/// [`refresh`] of every year that the board has of a post: its terms changed.
pub async fn refresh_rows(tx: &mut Tx, district: DistrictId, post: PostId, today: Day) -> Result<(), Failure> {
    let rows = tx.rows(q("SELECT DISTINCT year FROM board_cells WHERE post_id = $1").bind(post)).await?;
    for row in rows {
        refresh(tx, district, post, row.year("year")?, today).await?;
    }
    Ok(())
}

/// Whose colours.
#[derive(Debug, Clone, Copy)]
struct Of {
    district: DistrictId,
    post: PostId,
    unit: UnitId,
    year: i32,
}

/// A stored colour as one line of its columns, so that an unchanged one is not written again.
struct Before {
    tone: Tone,
    line: String,
}

fn kept_line(row: &Row) -> Result<Before, StorageError> {
    let line = line([
        &row.text("code")?,
        &row.text("tone")?,
        &row.text("word")?,
        &row.text("reason")?,
        &row.text("facts")?,
        &row.text("progress")?,
        &row.int("rule_version")?.to_string(),
        &row.opt_text("valid_until")?.unwrap_or_default(),
    ]);
    Ok(Before { tone: row.keyed("tone", Tone::from_key)?, line })
}

/// Columns of a colour as one text; the separator cannot occur in any of them.
fn line(columns: [&str; 8]) -> String {
    columns.join("\u{1f}")
}

/// Writes what changed, and takes each of `colours` out of `before`. Was anything written?
async fn store_colours(
    tx: &mut Tx,
    of: Of,
    colours: &[Colour],
    before: &mut HashMap<DutyId, Before>,
) -> Result<bool, StorageError> {
    let now = tx.now();
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for colour in colours {
        let facts: Vec<String> = colour.facts.iter().map(ToString::to_string).collect();
        let facts = facts.join(",");
        let new = line([
            &colour.code,
            colour.tone.key(),
            colour.word(),
            &colour.reason,
            &facts,
            colour.progress.key(),
            &colour.rule_version.to_string(),
            &colour.valid_until.map(iso).unwrap_or_default(),
        ]);
        let old = before.remove(&colour.duty_id);
        if old.as_ref().is_some_and(|old| old.line == new) {
            continue;
        }
        let was = old.map_or(Tone::None, |old| old.tone);
        if was != colour.tone {
            changes.push(vec![
                random::id(now).to_string().into(),
                of.district.into(),
                of.post.into(),
                of.year.into(),
                colour.duty_id.into(),
                was.key().into(),
                colour.tone.key().into(),
                (&colour.reason).into(),
                (&facts).into(),
                colour.rule_version.into(),
                now.into(),
            ]);
        }
        rows.push(vec![
            of.post.into(),
            of.year.into(),
            colour.duty_id.into(),
            of.district.into(),
            of.unit.into(),
            (&colour.code).into(),
            colour.tone.key().into(),
            colour.word().into(),
            (&colour.reason).into(),
            facts.into(),
            colour.progress.key().into(),
            colour.rule_version.into(),
            colour.valid_until.into(),
        ]);
    }
    let written = !rows.is_empty();
    tx.insert_all(
        "INSERT INTO colours (post_id, year, duty_id, district_id, unit_id, code, tone, word, reason, facts, progress, rule_version, valid_until)",
        rows,
        "ON CONFLICT (post_id, year, duty_id) DO UPDATE SET district_id = excluded.district_id,
           unit_id = excluded.unit_id, code = excluded.code, tone = excluded.tone, word = excluded.word,
           reason = excluded.reason, facts = excluded.facts, progress = excluded.progress,
           rule_version = excluded.rule_version, valid_until = excluded.valid_until",
    )
    .await?;
    tx.append(
        "INSERT INTO colour_changes (id, district_id, post_id, year, duty_id, before_tone, after_tone, reason, facts, rule_version, at)",
        changes,
    );
    Ok(written)
}

/// Writes cells of the row; `tally` stands with 履责.
async fn store_cells(tx: &mut Tx, of: Of, cells: &[Cell], tally: Tally) -> Result<(), StorageError> {
    let rows = cells.iter().map(|cell| {
        let tally = if cell.duty == Duty::Lv && tally.all() > 0 {
            format!("年度应落实 {} 条：{}", tally.all(), tally.words())
        } else {
            String::new()
        };
        vec![
            of.post.into(),
            of.year.into(),
            cell.duty.key().into(),
            of.district.into(),
            of.unit.into(),
            cell.tone.key().into(),
            (&cell.word).into(),
            (&cell.text).into(),
            (&cell.why).into(),
            tally.into(),
            cell.valid_until.into(),
        ]
    });
    tx.insert_all(
        "INSERT INTO board_cells (post_id, year, duty, district_id, unit_id, tone, word, text, why, tally, valid_until)",
        rows.collect(),
        "ON CONFLICT (post_id, year, duty) DO UPDATE SET district_id = excluded.district_id,
           unit_id = excluded.unit_id, tone = excluded.tone, word = excluded.word, text = excluded.text,
           why = excluded.why, tally = excluded.tally, valid_until = excluded.valid_until",
    )
    .await
    .map(drop)
}

impl Services {
    /// Recolours every post whose colours end by `today` or are of older rules (midnight, start-up). Returns how many
    /// were recoloured.
    pub async fn recolour_due(&self) -> Result<u32, ApiError> {
        let today = self.today();
        let ended = q("SELECT DISTINCT district_id, post_id, year FROM board_cells
                       WHERE valid_until IS NOT NULL AND valid_until <= $1")
        .bind(today);
        // Rules were adopted, and the recolouring after it was cut short.
        let older = q("SELECT DISTINCT c.district_id, c.post_id, c.year FROM colours c WHERE c.year >= $1
                       AND c.rule_version < (SELECT MAX(s.version) FROM rule_sets s WHERE s.district_id = c.district_id)")
        .bind(today.year());
        let mut due = BTreeSet::new();
        for find in [ended, older] {
            due.extend(self.rows_of(find).await.map_err(storage)?);
        }
        self.recolour(due.into_iter().collect(), today).await
    }

    /// Recolours every row of the board from this year on: the rules changed. Some posts at a time, so that others
    /// go on writing in between.
    pub async fn recolour_after_rules(&self, district: DistrictId) -> Result<u32, ApiError> {
        let today = self.today();
        let find =
            q("SELECT DISTINCT district_id, post_id, year FROM board_cells WHERE district_id = $1 AND year >= $2");
        let all = self.rows_of(find.bind(district).bind(today.year())).await.map_err(storage)?;
        self.recolour(all, today).await
    }

    async fn rows_of(&self, find: Query) -> Result<Vec<(DistrictId, PostId, i32)>, StorageError> {
        let rows = self.store.read().rows(find).await?;
        rows.iter().map(|row| Ok((row.id("district_id")?, row.id("post_id")?, row.year("year")?))).collect()
    }

    /// Recolours every post of a year (holidays changed).
    pub async fn recolour_district(&self, district: DistrictId, year: i32) -> Result<u32, ApiError> {
        let find =
            q("SELECT DISTINCT district_id, post_id, year FROM leader_lists WHERE district_id = $1 AND year = $2");
        let all = self.rows_of(find.bind(district).bind(year)).await.map_err(storage)?;
        self.recolour(all, self.today()).await
    }

    /// Recolours those of some posts that have a row on the board of a year, a few at a time.
    pub(super) async fn recolour_rows(
        &self,
        district: DistrictId,
        year: i32,
        posts: Vec<PostId>,
    ) -> Result<u32, ApiError> {
        let find =
            q("SELECT DISTINCT district_id, post_id, year FROM board_cells WHERE district_id = $1 AND year = $2");
        let all = self.rows_of(find.bind(district).bind(year).and_in("post_id", posts)).await.map_err(storage)?;
        self.recolour(all, self.today()).await
    }

    async fn recolour(&self, posts: Vec<(DistrictId, PostId, i32)>, today: Day) -> Result<u32, ApiError> {
        let count = u32::try_from(posts.len()).unwrap_or(u32::MAX);
        for some in posts.chunks(AT_ONCE) {
            let some = some.to_vec();
            self.store
                .write(move |tx| {
                    Box::pin(async move {
                        for (district, post, year) in some {
                            refresh(tx, district, post, year, today).await?;
                        }
                        Ok(())
                    })
                })
                .await
                .map_err(told)?;
        }
        Ok(count)
    }
}
