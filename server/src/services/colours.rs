//! Stored colours: recomputed on write, at midnight for what time changes, at
//! start-up, and on a change of rules or holidays. Reads never recompute.

use std::collections::HashMap;

use app::api::ApiError;
use domain::{
    board::{Colour, Tone, evaluate, row},
    ids::{DistrictId, PostId, UnitId},
    time::{Day, iso},
};

use super::{Services, facts, posts, storage, told};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Posts recoloured in one command: keeps other writes waiting no longer than a few milliseconds each.
const AT_ONCE: usize = 16;

/// Recomputes colours and cells of a post and notes every change of tone.
pub async fn refresh(tx: &mut Tx, district: DistrictId, post: PostId, year: i32, today: Day) -> Result<(), Failure> {
    let Some(known) = facts::gather(tx, district, post, year, today).await? else { return Ok(()) };
    let rules = posts::rules(tx, district).await?;
    let colours = evaluate(&rules, &known.facts, today);
    let cells = row(&rules, &known.facts, &colours, today);
    let before = stored(tx, post, year).await?;
    store_colours(tx, district, &known.info, year, &colours, before).await?;
    tx.execute(q("DELETE FROM board_cells WHERE post_id = $1 AND year = $2").bind(post).bind(year)).await?;
    for cell in &cells.cells {
        let tally = if cell.duty == domain::board::Duty::Lv && cells.tally.all() > 0 {
            format!(
                "年度应落实 {} 条：已落实 {} 条，推进中 {} 条，未到期 {} 条",
                cells.tally.all(),
                cells.tally.done,
                cells.tally.going,
                cells.tally.not_due
            )
        } else {
            String::new()
        };
        tx.insert(
            "INSERT INTO board_cells (post_id, year, duty, district_id, unit_id, tone, word, text, why, tally, valid_until)",
            vec![
                post.into(),
                year.into(),
                cell.duty.key().into(),
                district.into(),
                known.info.unit.into(),
                cell.tone.key().into(),
                (&cell.word).into(),
                (&cell.text).into(),
                (&cell.why).into(),
                tally.into(),
                cell.valid_until.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// A stored colour as one line of its columns, so that an unchanged one is not written again.
struct Before {
    tone: Tone,
    line: String,
}

async fn stored(tx: &mut Tx, post: PostId, year: i32) -> Result<HashMap<String, Before>, StorageError> {
    let rows = tx.rows(q("SELECT * FROM colours WHERE post_id = $1 AND year = $2").bind(post).bind(year)).await?;
    rows.iter()
        .map(|row| {
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
            Ok((row.text("duty_id")?, Before { tone: row.keyed("tone", Tone::from_key)?, line }))
        })
        .collect()
}

/// Columns of a colour as one text; the separator cannot occur in any of them.
fn line(columns: [&str; 8]) -> String {
    columns.join("\u{1f}")
}

/// Writes what changed: a saved record touches one to four of sixty items.
async fn store_colours(
    tx: &mut Tx,
    district: DistrictId,
    info: &posts::PostInfo,
    year: i32,
    colours: &[Colour],
    mut before: HashMap<String, Before>,
) -> Result<(), StorageError> {
    let (post, unit): (PostId, UnitId) = (info.post, info.unit);
    let now = tx.now();
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
        let old = before.remove(&colour.duty_id.to_string());
        if old.as_ref().is_some_and(|old| old.line == new) {
            continue;
        }
        if old.is_some() {
            drop_colour(tx, post, year, &colour.duty_id.to_string()).await?;
        }
        tx.insert(
            "INSERT INTO colours (post_id, year, duty_id, district_id, unit_id, code, tone, word, reason, facts, progress, rule_version, valid_until)",
            vec![
                post.into(),
                year.into(),
                colour.duty_id.into(),
                district.into(),
                unit.into(),
                (&colour.code).into(),
                colour.tone.key().into(),
                colour.word().into(),
                (&colour.reason).into(),
                (&facts).into(),
                colour.progress.key().into(),
                colour.rule_version.into(),
                colour.valid_until.into(),
            ],
        )
        .await?;
        let was = old.map_or(Tone::None, |old| old.tone);
        if was != colour.tone {
            tx.insert(
                "INSERT INTO colour_changes (id, district_id, post_id, year, duty_id, before_tone, after_tone, reason, facts, rule_version, at)",
                vec![
                    random::id(now).to_string().into(),
                    district.into(),
                    post.into(),
                    year.into(),
                    colour.duty_id.into(),
                    was.key().into(),
                    colour.tone.key().into(),
                    (&colour.reason).into(),
                    facts.into(),
                    colour.rule_version.into(),
                    now.into(),
                ],
            )
            .await?;
        }
    }
    // Items that the list in force no longer has.
    for duty in before.keys() {
        drop_colour(tx, post, year, duty).await?;
    }
    Ok(())
}

async fn drop_colour(tx: &mut Tx, post: PostId, year: i32, duty: &str) -> Result<(), StorageError> {
    tx.execute(
        q("DELETE FROM colours WHERE post_id = $1 AND year = $2 AND duty_id = $3").bind(post).bind(year).bind(duty),
    )
    .await
    .map(drop)
}

impl Services {
    /// Recolours every post whose colours end by `today` (midnight, start-up). Returns how many posts changed hands.
    pub async fn recolour_due(&self) -> Result<u32, ApiError> {
        let today = self.today();
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT DISTINCT district_id, post_id, year FROM board_cells
                   WHERE valid_until IS NOT NULL AND valid_until <= $1")
                .bind(today),
            )
            .await
            .map_err(storage)?;
        let due = rows
            .iter()
            .map(|row| Ok((row.id("district_id")?, row.id("post_id")?, row.year("year")?)))
            .collect::<Result<Vec<_>, StorageError>>()
            .map_err(storage)?;
        self.recolour(due, today).await
    }

    /// Recolours every post of a year (rules or holidays changed).
    pub async fn recolour_district(&self, district: DistrictId, year: i32) -> Result<u32, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT DISTINCT post_id FROM leader_lists WHERE district_id = $1 AND year = $2")
                    .bind(district)
                    .bind(year),
            )
            .await
            .map_err(storage)?;
        let all = rows
            .iter()
            .map(|row| Ok((district, row.id("post_id")?, year)))
            .collect::<Result<Vec<_>, StorageError>>()
            .map_err(storage)?;
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
