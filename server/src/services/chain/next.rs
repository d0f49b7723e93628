//! Problems as suggestions for the 自选动作 of a list, what was answered to them, and which items of a list came from one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    chain::{Answer, Problem, Suggestion, suggestions},
    ids::{DistrictId, DutyId, ItemId, PostId},
    people::access::Actor,
    time::{Day, first_of},
};

use crate::{
    services::{
        accountability::{
            access::sees,
            store::{self, Kept},
        },
        rows::Rows,
    },
    storage::{StorageError, Tx, q},
};

/// Problems looked at for one list; those struck off last come first.
const LOOKED_AT: i64 = 200;

/// A suggestion with what stands around it.
pub(in crate::services) struct Offered {
    /// The suggestion.
    pub(in crate::services) plain: Suggestion,
    /// `2026-003`.
    pub(in crate::services) number: String,
}

/// What was answered for `year`, by problem.
async fn answers(
    rows: &mut impl Rows,
    ids: impl IntoIterator<Item = ItemId>,
    year: i32,
) -> Result<HashMap<ItemId, Answer>, StorageError> {
    let find = q("SELECT item_id, answer FROM chain_proposals WHERE year = $1").bind(year).and_in("item_id", ids);
    let rows = rows.all(find).await?;
    rows.iter().map(|row| Ok((row.id("item_id")?, row.keyed("answer", Answer::from_key)?))).collect()
}

/// Suggestions for the list of post and year, of the problems that the actor sees. `texts`: what stands in the list.
pub(in crate::services) async fn offered(
    rows: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    year: i32,
    texts: &BTreeSet<String>,
) -> Result<Vec<Offered>, StorageError> {
    let before = first_of(year - 1, 1);
    let find = store::items_query(actor.district)
        .push_bind("AND i.post_id = ?", post)
        .push_bind("AND i.id IN (SELECT l.item_id FROM item_lines l WHERE l.post_id = ?", post)
        .push_bind("AND (l.closed_on >= ?", before)
        .push_bind("OR (l.repeats IS NOT NULL AND l.opened_on >= ?)))", before)
        .push_bind("ORDER BY COALESCE(i.closed_on, i.opened_on) DESC, i.id LIMIT ?", LOOKED_AT);
    let all = rows.all(find).await?.iter().map(store::read).collect::<Result<Vec<Kept>, _>>()?;
    let all: Vec<Kept> = all.into_iter().filter(|kept| sees(actor, kept)).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let said = answers(rows, all.iter().map(|kept| kept.item.id), year).await?;
    let problems: Vec<Problem> = all
        .iter()
        .map(|kept| Problem {
            id: kept.item.id,
            kind: kept.item.kind,
            opened_on: kept.item.opened_on,
            closed_on: kept.item.closed_on,
            repeats: kept.item.repeats,
            problem: kept.item.problem.clone(),
            demand: kept.item.demand.clone(),
            answer: said.get(&kept.item.id).copied(),
        })
        .collect();
    let numbers: BTreeMap<ItemId, &str> = all.iter().map(|kept| (kept.item.id, kept.number.as_str())).collect();
    let number = |id: ItemId| numbers.get(&id).copied().unwrap_or_default().to_owned();
    let found = suggestions(&problems, year, texts);
    Ok(found.into_iter().map(|plain| Offered { number: number(plain.id), plain }).collect())
}

/// Notes an answer. What was settled stays settled; that the unit asks is no more than a word beside it.
pub(in crate::services) async fn note(
    tx: &mut Tx,
    actor: &Actor,
    (id, post, year): (ItemId, PostId, i32),
    answer: Answer,
    duty: Option<DutyId>,
) -> Result<(), StorageError> {
    let today = tx.now().day();
    tx.execute(
        q("INSERT INTO chain_proposals (item_id, year, district_id, post_id, answer, duty_id, by_name, on_day)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (item_id, year) DO UPDATE SET answer = excluded.answer, duty_id = excluded.duty_id,
             by_name = excluded.by_name, on_day = excluded.on_day")
        .bind(id)
        .bind(year)
        .bind(actor.district)
        .bind(post)
        .bind(answer.key())
        .bind(duty)
        .bind(&actor.name)
        .bind(today),
    )
    .await
    .map(drop)
}

/// Items of a list that came from a problem which the actor sees: item, problem, its number.
pub(in crate::services) async fn origins(
    rows: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    year: i32,
) -> Result<Vec<(DutyId, ItemId, String)>, StorageError> {
    let find = q("SELECT c.item_id, c.duty_id FROM chain_proposals c
         WHERE c.district_id = $1 AND c.post_id = $2 AND c.year = $3 AND c.answer = 'taken' AND c.duty_id IS NOT NULL
         ORDER BY c.item_id");
    let found = rows.all(find.bind(actor.district).bind(post).bind(year)).await?;
    let pairs = found
        .iter()
        .map(|row| Ok((row.id("item_id")?, row.id("duty_id")?)))
        .collect::<Result<Vec<(ItemId, DutyId)>, StorageError>>()?;
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let find = store::items_query(actor.district).and_in("i.id", pairs.iter().map(|(item, _)| *item));
    let mut kept = HashMap::new();
    for row in rows.all(find).await? {
        let one = store::read(&row)?;
        kept.insert(one.item.id, one);
    }
    let out = pairs.into_iter().filter_map(|(item, duty)| {
        let one = kept.get(&item).filter(|one| sees(actor, one))?;
        Some((duty, item, one.number.clone()))
    });
    Ok(out.collect())
}

/// What became of a problem in the lists of later years, in one sentence for the office.
pub(in crate::services) async fn became(
    rows: &mut impl Rows,
    district: DistrictId,
    id: ItemId,
) -> Result<Option<String>, StorageError> {
    let all = of_problems(rows, district, &[id]).await?;
    let words = all.last().map(|one| match (one.answer, &one.issued) {
        (Answer::Taken, Some(code)) => format!("已列入{}年第一责任人履责清单自选动作 {code}", one.year),
        (Answer::Taken, None) if one.listed => format!("已列入{}年第一责任人履责清单草稿", one.year),
        (Answer::Taken, None) => format!("曾列入{}年第一责任人履责清单草稿，后移出", one.year),
        (answer, _) => format!("{}年第一责任人履责清单：{}", one.year, answer.label()),
    });
    Ok(words)
}

/// What became of some problems in the lists of later years.
pub(super) struct Proposed {
    /// The problem.
    pub(super) item: ItemId,
    /// Year of the list.
    pub(super) year: i32,
    /// The answer.
    pub(super) answer: Answer,
    /// The item of the list that it became.
    pub(super) duty: Option<DutyId>,
    /// Who, on which day.
    pub(super) by: (String, Day),
    /// Its printed number in a list that was handed out.
    pub(super) issued: Option<String>,
    /// It stands in the newest list of that year, handed out or not.
    pub(super) listed: bool,
}

/// Answers about some problems, the oldest first. One statement.
pub(super) async fn of_problems(
    rows: &mut impl Rows,
    district: DistrictId,
    ids: &[ItemId],
) -> Result<Vec<Proposed>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT c.item_id, c.year, c.answer, c.duty_id, c.by_name, c.on_day,
           (SELECT i.code FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
             WHERE l.post_id = c.post_id AND l.year = c.year AND i.duty_id = c.duty_id
               AND l.state IN ('issued', 'signed', 'superseded', 'frozen') ORDER BY l.edition DESC LIMIT 1) AS issued,
           (SELECT COUNT(*) FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
             WHERE l.post_id = c.post_id AND l.year = c.year AND i.duty_id = c.duty_id AND l.edition = (
               SELECT MAX(n.edition) FROM leader_lists n WHERE n.post_id = l.post_id AND n.year = l.year)) AS listed
         FROM chain_proposals c WHERE c.district_id = $1")
    .bind(district)
    .and_in("c.item_id", ids.iter().copied())
    .push("ORDER BY c.on_day, c.year, c.item_id");
    let rows = rows.all(find).await?;
    rows.iter()
        .map(|row| {
            Ok(Proposed {
                item: row.id("item_id")?,
                year: row.year("year")?,
                answer: row.keyed("answer", Answer::from_key)?,
                duty: row.opt_id("duty_id")?,
                by: (row.text("by_name")?, row.day("on_day")?),
                issued: row.opt_text("issued")?,
                listed: row.int("listed")? > 0,
            })
        })
        .collect()
}
