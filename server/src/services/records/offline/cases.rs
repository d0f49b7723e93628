//! 容错 and 澄清 of the same post that say what a record said, and reasons of the approvals of its lists: they lose the
//! lines that quote it. States, days and hands stay. Papers that were issued (通报, 工作建议) are only named
//! ([`super::shown`]).

use domain::ids::{DistrictId, PostId};
use serde_json::Value;

use super::words::Words;
use crate::storage::{StorageError, Tx, q};

/// Where a case stands, and how it is written again.
const CASES: [(&str, &str); 2] = [
    (
        "SELECT id, plain FROM tolerance_cases WHERE district_id = $1 AND post_id = $2 ORDER BY id",
        "UPDATE tolerance_cases SET plain = $1, version = version + 1 WHERE id = $2",
    ),
    (
        "SELECT id, plain FROM clearances WHERE district_id = $1 AND post_id = $2 ORDER BY id",
        "UPDATE clearances SET plain = $1, version = version + 1 WHERE id = $2",
    ),
];

/// Cuts them.
pub async fn cut(tx: &mut Tx, district: DistrictId, post: PostId, words: &Words) -> Result<(), StorageError> {
    for (find, change) in CASES {
        for row in &tx.rows(q(find).bind(district).bind(post)).await? {
            let mut plain: Value = row.json("plain")?;
            if !words.cut_strings(&mut plain) {
                continue;
            }
            // Whoever has the case open must look again before he takes a step.
            if let Some(version) = plain["version"].as_u64() {
                plain["version"] = Value::from(version + 1);
            }
            let text = serde_json::to_string(&plain).map_err(|_| StorageError::shape("plain"))?;
            tx.execute(q(change).bind(text).bind(row.text("id")?)).await?;
        }
    }
    let find = q("SELECT e.case_id, e.seq, e.words FROM tolerance_events e JOIN tolerance_cases c ON c.id = e.case_id
         WHERE e.district_id = $1 AND c.post_id = $2 AND e.words <> '' ORDER BY e.case_id, e.seq");
    for row in &tx.rows(find.bind(district).bind(post)).await? {
        let Some(after) = words.cut(&row.text("words")?) else { continue };
        let change = q("UPDATE tolerance_events SET words = $1 WHERE case_id = $2 AND seq = $3");
        tx.execute(change.bind(after).bind(row.text("case_id")?).bind(row.int("seq")?)).await?;
    }
    let find = q("SELECT a.id, a.reason FROM approvals a WHERE a.district_id = $1 AND a.reason <> ''
         AND a.subject IN (SELECT l.id FROM leader_lists l WHERE l.post_id = $2) ORDER BY a.id");
    for row in &tx.rows(find.bind(district).bind(post)).await? {
        let Some(after) = words.cut(&row.text("reason")?) else { continue };
        tx.execute(q("UPDATE approvals SET reason = $1 WHERE id = $2").bind(after).bind(row.text("id")?)).await?;
    }
    Ok(())
}
