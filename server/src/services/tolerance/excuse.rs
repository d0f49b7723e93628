//! What a case is about loses the colours that it caused: an occurrence is asked for no more, a 核查不符 counts no
//! more, an item's delay is none. The board says nothing of why.

use chrono::Datelike as _;
use domain::{
    accountability::Item,
    duties::OccurrenceState,
    ids::{DistrictId, PostId},
    tolerance::About,
};

use super::super::{accountability::store, colours, posts};
use crate::storage::{Failure, Tx, q};

/// Whose result takes the colours back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause<'a> {
    /// `tolerance` or `clearance`.
    pub sort: &'static str,
    /// Case.
    pub id: &'a str,
}

/// Takes the colours of `about` back and recolours the post.
///
/// # Errors
/// Storage failed, or the item changed meanwhile.
pub(super) async fn excuse(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    about: About,
    cause: Cause<'_>,
) -> Result<(), Failure> {
    let (today, key) = (tx.now().day(), about.key());
    // A matter in words caused none.
    let Some((sort, subject)) = key.split_once(':') else { return Ok(()) };
    tx.execute(
        q("INSERT INTO excused (district_id, post_id, sort, subject_id, cause, cause_id, on_day)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sort, subject_id) DO NOTHING")
        .bind(district)
        .bind(post)
        .bind(sort)
        .bind(subject)
        .bind(cause.sort)
        .bind(cause.id)
        .bind(today),
    )
    .await?;
    let year = match about {
        About::Occurrence(id) => {
            // One that was recorded late keeps its record: it waits for no checker any more.
            tx.execute(
                q("UPDATE occurrences SET state = $1 WHERE id = $2 AND district_id = $3 AND record_id IS NULL")
                    .bind(OccurrenceState::Excused.key())
                    .bind(id)
                    .bind(district),
            )
            .await?;
            let find = q("SELECT year FROM occurrences WHERE id = $1 AND district_id = $2").bind(id).bind(district);
            tx.row(find).await?.map(|row| row.year("year")).transpose()?
        }
        About::Remark(id) => {
            let find = q("SELECT i.year FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
                          WHERE m.id = $1 AND m.district_id = $2")
            .bind(id)
            .bind(district);
            tx.row(find).await?.map(|row| row.year("year")).transpose()?
        }
        About::Item(id) => {
            let mut item: Item = store::load(tx, district, id).await?.item;
            let seen = item.version;
            item.excused = true;
            item.version += 1;
            store::save(tx, &item, seen).await?;
            None
        }
        About::Matter => None,
    };
    let now = today.year();
    // The row of the running year shows the items of the years before.
    for year in [year, Some(now)].into_iter().flatten().collect::<std::collections::BTreeSet<i32>>() {
        if posts::post(tx, district, post, today).await?.is_some() {
            colours::refresh(tx, district, post, year, today).await?;
        }
    }
    Ok(())
}
