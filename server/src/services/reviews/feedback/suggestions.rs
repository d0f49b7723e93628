//! Next year's list: every problem of a handed sheet becomes a suggested 自选动作 in the draft, where
//! 派驻组 and 监督室 keep, change or drop it like any other proposal. Its source stays inside.

use domain::{
    accountability::Item,
    chain::words,
    duties::{Action, DutyItem, DutyListKey, Frequency, Source},
    ids::{ItemId, PostId},
    people::access::Actor,
    reviews::{Feedback, FeedbackState},
};

use crate::{
    services::{
        duties::{
            lists,
            store::{self as duties, ItemsOf},
        },
        rows::Rows,
    },
    storage::{Failure, StorageError, Tx, q},
};

/// What the sealed review of the year before suggests for the list of `year`, numbered behind `items`; each once.
///
/// # Errors
/// Storage failed.
pub async fn suggested(
    tx: &mut Tx,
    post: PostId,
    year: i32,
    items: &[DutyItem],
) -> Result<Vec<DutyItem>, StorageError> {
    let now = tx.now();
    let mut all = items.to_vec();
    let mut found = Vec::new();
    for (text, requirement) in problems(tx, post, year - 1).await? {
        let words = words(&text, &requirement);
        // A list of a version that did not note what it was given.
        if all.iter().any(|i| i.text == words) {
            continue;
        }
        let (group_no, group, code) = lists::optional_place(&all);
        let item = DutyItem {
            duty: lists::new_duty(now),
            code,
            group_no,
            group,
            text: words,
            frequency: Frequency::HalfYearly,
            due: None,
            months: Vec::new(),
            evidence: Vec::new(),
            action: Action::Optional,
            hard: false,
            routine: false,
            list: DutyListKey::first_responsible(),
            source: Some(Source::Suggested),
        };
        all.push(item.clone());
        found.push(item);
    }
    Ok(found)
}

/// Adds the suggestions to the list of the year, where there is one that can still be changed.
pub(super) async fn add_to_open_list(tx: &mut Tx, actor: &Actor, post: PostId, year: i32) -> Result<(), Failure> {
    let Some(row) = duties::newest_list(tx, actor.district, post, year).await? else { return Ok(()) };
    if row.list.check_editable().is_err() {
        return Ok(());
    }
    let mut items = duties::load_items(tx, ItemsOf::Leader(row.list.id)).await?;
    let more = suggested(tx, post, year, &items).await?;
    if more.is_empty() {
        return Ok(());
    }
    let count = more.len();
    items.extend(more);
    duties::replace_items(tx, actor.district, ItemsOf::Leader(row.list.id), &items).await?;
    tx.execute(q("UPDATE leader_lists SET version = version + 1 WHERE id = $1").bind(row.list.id)).await?;
    let words = format!("评议反馈建议自选动作 {count} 条");
    tx.audit(actor.district, Some(actor.account), "duties.proposed", &format!("leader_list:{}", row.list.id), &words)
        .await?;
    Ok(())
}

/// Problems of the handed sheets of post and year that no list was given yet, with what was asked. From now on
/// one was: 不采用 is an answer too, and the same sheet does not ask again.
async fn problems(tx: &mut Tx, post: PostId, year: i32) -> Result<Vec<(String, String)>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT f.id, f.text, f.state FROM feedback_sheets f JOIN meetings m ON m.id = f.meeting_id
               WHERE f.post_id = $1 AND m.year = $2 ORDER BY m.on_day, f.id")
            .bind(post)
            .bind(year),
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let mut sheet: Feedback = row.json("text")?;
        if row.keyed("state", FeedbackState::from_key)? < FeedbackState::Handed || sheet.suggested {
            continue;
        }
        out.extend(sheet.problems.iter().map(|p| (p.text.clone(), p.requirement.clone())));
        sheet.suggested = true;
        let text = serde_json::to_string(&sheet).map_err(|_| StorageError::shape("text"))?;
        tx.execute(q("UPDATE feedback_sheets SET text = $1 WHERE id = $2").bind(text).bind(row.text("id")?)).await?;
    }
    Ok(out)
}

/// Where the suggestions of a list come from: words of the item, the meeting, and its item of the closed loop.
pub(crate) async fn origins(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
) -> Result<Vec<(String, String, Option<ItemId>)>, StorageError> {
    let found = rows
        .all(
            q("SELECT f.text, m.title FROM feedback_sheets f JOIN meetings m ON m.id = f.meeting_id
               WHERE f.post_id = $1 AND m.year = $2 ORDER BY m.on_day, f.id")
            .bind(post)
            .bind(year - 1),
        )
        .await?;
    let mut out = Vec::new();
    for row in &found {
        let sheet: Feedback = row.json("text")?;
        let title = row.text("title")?;
        out.extend(sheet.problems.into_iter().map(|p| (words(&p.text, &p.requirement), title.clone(), p.item)));
    }
    Ok(out)
}

/// Which list an item of the closed loop became a suggestion of, and how that ended so far.
pub(crate) async fn of_item(rows: &mut impl Rows, item: &Item) -> Result<Option<String>, StorageError> {
    if item.origin.feature != "reviews" {
        return Ok(None);
    }
    let row = rows
        .first(
            q("SELECT l.year, i.source FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
               WHERE l.post_id = $1 AND i.text = $2 AND i.source IN ('suggested', 'review')
               ORDER BY l.year DESC, l.edition DESC LIMIT 1")
            .bind(item.post)
            .bind(words(&item.problem, &item.demand)),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let year = row.year("year")?;
    let how = if row.opt_text("source")?.as_deref() == Some(Source::Suggested.key()) { "待定" } else { "已采用" };
    Ok(Some(format!("已列为{year}年第一责任人履责清单的建议（{how}）")))
}
