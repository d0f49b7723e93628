//! What the heads of a district have still open in a month: the month's card of everybody, read in sets. A fixed
//! number of statements, however many posts there are.

use std::collections::HashMap;

use chrono::Datelike as _;
use domain::{
    duties::DutyItem,
    ids::{DistrictId, LeaderListId, PostId},
    time::Day,
};

use crate::{
    services::{
        facts::{self, Occurrence},
        items, posts,
        rows::Rows,
    },
    storage::{StorageError, q},
};

/// Lines of every post's card of `today` that are still to do; none where nothing is issued.
pub(super) async fn open_lines(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<HashMap<PostId, u32>, StorageError> {
    let year = today.year();
    let (rules, enabled) = posts::rules_and_day(rows, district).await?;
    let lists = in_force(rows, district, year).await?;
    let mut occurrences = occurrences(rows, district, year).await?;
    let terms = terms(rows, district).await?;
    let mut open = HashMap::new();
    for (post, items) in lists {
        let occurrences = occurrences.remove(&post).unwrap_or_default();
        let terms = terms.get(&post).map_or(&[][..], Vec::as_slice);
        let known = facts::of_items(post, year, enabled, terms, &items, &occurrences, today);
        let card = facts::card(&known, &items, &occurrences, &rules, today);
        let n = card.iter().filter(|line| !line.done).count();
        open.insert(post, u32::try_from(n).unwrap_or(u32::MAX));
    }
    Ok(open)
}

/// Items of the list in force of every post, in printed order.
async fn in_force(
    rows: &mut impl Rows,
    district: DistrictId,
    year: i32,
) -> Result<HashMap<PostId, Vec<DutyItem>>, StorageError> {
    let lists = rows
        .all(
            q("SELECT id, post_id FROM leader_lists
               WHERE district_id = $1 AND year = $2 AND state IN ('issued', 'signed') ORDER BY edition")
            .bind(district)
            .bind(year),
        )
        .await?;
    // The newest edition of a post is the one in force.
    let mut of_post: HashMap<PostId, LeaderListId> = HashMap::new();
    for row in &lists {
        of_post.insert(row.id("post_id")?, row.id("id")?);
    }
    let found = rows
        .all(
            q("SELECT i.* FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
               WHERE l.district_id = $1 AND l.year = $2 AND l.state IN ('issued', 'signed') ORDER BY i.position")
            .bind(district)
            .bind(year),
        )
        .await?;
    let mut of_list: HashMap<LeaderListId, Vec<DutyItem>> = HashMap::new();
    for row in &found {
        of_list.entry(row.id("list_id")?).or_default().push(items::item_of(row)?);
    }
    Ok(of_post.into_iter().map(|(post, list)| (post, of_list.remove(&list).unwrap_or_default())).collect())
}

async fn occurrences(
    rows: &mut impl Rows,
    district: DistrictId,
    year: i32,
) -> Result<HashMap<PostId, Vec<Occurrence>>, StorageError> {
    let found = rows
        .all(
            q("SELECT * FROM occurrences WHERE district_id = $1 AND year = $2 ORDER BY due_on, code")
                .bind(district)
                .bind(year),
        )
        .await?;
    let mut all: HashMap<PostId, Vec<Occurrence>> = HashMap::new();
    for row in &found {
        all.entry(row.id("post_id")?).or_default().push(facts::occurrence(row)?);
    }
    Ok(all)
}

/// Terms of every post, the earliest first.
async fn terms(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<HashMap<PostId, Vec<(Day, Option<Day>)>>, StorageError> {
    let find = q("SELECT post_id, starts_on, ends_on FROM terms WHERE district_id = $1 ORDER BY starts_on");
    let mut all: HashMap<PostId, Vec<(Day, Option<Day>)>> = HashMap::new();
    for row in &rows.all(find.bind(district)).await? {
        all.entry(row.id("post_id")?).or_default().push(facts::term(row)?);
    }
    Ok(all)
}
