//! Items of the closed loop that say what a record said: one that came from a remark on the record loses problem and
//! demand, others of the same post the lines that quote it, with their history, their lines of the thread and what the
//! log says of them. Numbers, days and states stay. Named to the two officers before; refuses other posts' items.

use domain::ids::{DistrictId, PostId, RecordId};
use serde_json::Value;

use super::{
    super::super::rows::Rows,
    places::Places,
    words::{CUT, Words},
};
use crate::storage::{StorageError, Tx, q};

/// Beginning of every line that an item leaves in the thread.
const THREAD: &str = "问题整改 · ";

/// An item after its words are cut.
struct Found {
    id: String,
    number: String,
    item: Value,
    /// Steps of the history, with what stands there instead.
    events: Vec<(i64, String)>,
    /// What stood there.
    before: Vec<String>,
    /// The problem, which the thread tells, is another.
    retold: bool,
}

/// Items that lose words.
async fn found(
    rows: &mut impl Rows,
    post: PostId,
    record: RecordId,
    words: &Words,
) -> Result<Vec<Found>, StorageError> {
    let find = q("SELECT i.id, i.year, i.number, i.item, CAST(CASE WHEN i.origin = 'oversight' AND EXISTS (
           SELECT 1 FROM inspection_remarks m WHERE m.id = i.origin_id AND m.record_id = $1)
           THEN 1 ELSE 0 END AS BIGINT) AS about FROM items i WHERE i.post_id = $2 ORDER BY i.year, i.number");
    let items = rows.all(find.bind(record).bind(post)).await?;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT e.item_id, e.seq, e.step, e.words FROM item_events e JOIN items i ON i.id = e.item_id
         WHERE i.post_id = $1 AND e.words <> '' ORDER BY e.item_id, e.seq");
    let events = rows.all(find.bind(post)).await?;
    let mut out = Vec::new();
    for row in &items {
        let (id, about) = (row.text("id")?, row.flag("about")?);
        let mut item: Value = row.json("item")?;
        let told = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let (problem, demand) = (told(&item, "problem"), told(&item, "demand"));
        let mut own = words.clone();
        let mut before = Vec::new();
        if about {
            for (name, text) in [("problem", &problem), ("demand", &demand)] {
                if text != CUT && !text.is_empty() {
                    own.add(text);
                    before.push(text.clone());
                    item[name] = Value::from(CUT);
                }
            }
        }
        let mut touched = own.cut_strings(&mut item) || !before.is_empty();
        let mut steps = Vec::new();
        for event in events.iter().filter(|event| event.text("item_id").is_ok_and(|of| of == id)) {
            let text = event.text("words")?;
            let whole = about && event.text("step")? == "open" && text != CUT;
            if let Some(after) = if whole { Some(CUT.to_owned()) } else { own.cut(&text) } {
                steps.push((event.int("seq")?, after));
                before.push(text);
            }
        }
        touched |= !steps.is_empty();
        if touched {
            let retold = told(&item, "problem") != problem;
            let number = format!("{}-{:03}", row.int("year")?, row.int("number")?);
            out.push(Found { id, number, item, events: steps, before, retold });
        }
    }
    Ok(out)
}

/// Names them.
pub async fn named(
    rows: &mut impl Rows,
    post: PostId,
    record: RecordId,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    for one in found(rows, post, record, words).await? {
        places.add(format!("问题整改 {}（办结时由系统删去）", one.number));
    }
    Ok(())
}

/// Cuts them.
pub async fn cut(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    record: RecordId,
    words: &Words,
) -> Result<(), StorageError> {
    for mut one in found(tx, post, record, words).await? {
        // Whoever has the item open must look again before he takes a step.
        if let Some(version) = one.item["version"].as_u64() {
            one.item["version"] = Value::from(version + 1);
        }
        let item = serde_json::to_string(&one.item).map_err(|_| StorageError::shape("item"))?;
        let change = q("UPDATE items SET item = $1, version = version + 1 WHERE id = $2");
        tx.execute(change.bind(item).bind(&one.id)).await?;
        let id = one.id.parse().map_err(|_| StorageError::shape("item"))?;
        crate::services::accountability::lines::reword(tx, id).await?;
        for (seq, after) in &one.events {
            let change = q("UPDATE item_events SET words = $1 WHERE item_id = $2 AND seq = $3");
            tx.execute(change.bind(after).bind(&one.id).bind(*seq)).await?;
        }
        if one.retold {
            retell(tx, district, post, &one.id).await?;
        }
        forget(tx, district, &one, words).await?;
    }
    Ok(())
}

/// The thread tells the beginning of the problem.
async fn retell(tx: &mut Tx, district: DistrictId, post: PostId, item: &str) -> Result<(), StorageError> {
    let find = q("SELECT id, title FROM thread_events WHERE district_id = $1 AND post_id = $2 AND link = $3");
    for row in &tx.rows(find.bind(district).bind(post).bind(format!("/accountability/{item}"))).await? {
        let title = row.text("title")?;
        let Some((step, _)) = title.split_once('：').filter(|(step, _)| step.starts_with(THREAD)) else { continue };
        let change = q("UPDATE thread_events SET title = $1 WHERE id = $2").bind(format!("{step}：{CUT}"));
        tx.execute(change.bind(row.text("id")?)).await?;
    }
    Ok(())
}

/// The chain of the log holds digests only: it stays whole.
async fn forget(tx: &mut Tx, district: DistrictId, one: &Found, words: &Words) -> Result<(), StorageError> {
    let find =
        q("SELECT d.seq, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
         WHERE a.district_id = $1 AND a.object = $2 AND a.action LIKE 'accountability.%'");
    for row in &tx.rows(find.bind(district).bind(format!("item:{}", one.id))).await? {
        let line = row.text("text")?;
        if words.are_in(&line) || one.before.iter().any(|text| line.contains(text.trim())) {
            let gone = q("DELETE FROM audit_details WHERE district_id = $1 AND seq = $2").bind(district);
            tx.execute(gone.bind(row.int("seq")?)).await?;
        }
    }
    Ok(())
}
