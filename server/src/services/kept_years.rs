//! Own years that phones keep (public/year.js): a mark that every page carries and that changes when texts of
//! one's post were closed or erased or are not shared any more. A phone that finds another one drops what it has
//! before it asks again. The mark is a digest of stored rows of this post and this year and the last: the same
//! after a restart, and what happens to other posts changes nothing.

use std::collections::BTreeSet;

use chrono::Datelike as _;
use domain::{
    ids::{DistrictId, PersonId, PostId},
    time::Day,
};
use sha2::{Digest, Sha256};

use super::rows::Rows;
use crate::storage::{StorageError, q};

/// The mark for somebody and the post whose book he keeps.
///
/// # Errors
/// Storage failed.
pub async fn mark(
    rows: &mut impl Rows,
    person: PersonId,
    post: Option<PostId>,
    today: Day,
) -> Result<String, StorageError> {
    let Some(post) = post else { return Ok(digest(BTreeSet::new())) };
    let from = today.year() - 1;
    // Each time something is asked for, taken back or erased is a change; so is a talk of somebody else that is
    // shared or not any more. Whoever wrote it keeps it either way.
    let find = q("SELECT o.id, o.state FROM records r JOIN offline_requests o ON o.subject_id = r.id
           WHERE r.post_id = $1 AND r.year >= $2
         UNION ALL SELECT id, '' AS state FROM records
           WHERE post_id = $1 AND year >= $2 AND shared = 1 AND author_person <> $3")
    .bind(post)
    .bind(from)
    .bind(person);
    let said = rows.all(find).await?;
    let said = said.iter().map(|row| Ok(format!("{} {}", row.text("id")?, row.text("state")?)));
    Ok(digest(said.collect::<Result<BTreeSet<String>, StorageError>>()?))
}

/// The mark for a reader of running readings: what was asked for, taken back or erased of the books he reads, and which
/// readings are his; the sheets that his phone keeps (public/onsite.js, public/sheets.js) go with it.
///
/// # Errors
/// Storage failed.
pub async fn mark_of_reader(
    rows: &mut impl Rows,
    district: DistrictId,
    person: PersonId,
    today: Day,
) -> Result<String, StorageError> {
    let find = q("SELECT n.id, '' AS state FROM inspections n JOIN inspection_readers p ON p.inspection_id = n.id
           WHERE p.person_id = $1 AND n.district_id = $3 AND n.standing = 'open' AND n.from_day <= $2 AND n.to_day >= $2
         UNION ALL SELECT o.id, o.state FROM offline_requests o JOIN records r ON r.id = o.subject_id
           JOIN inspections n ON n.post_id = r.post_id AND n.year = r.year
           JOIN inspection_readers p ON p.inspection_id = n.id
           WHERE p.person_id = $1 AND n.district_id = $3 AND n.standing = 'open' AND n.from_day <= $2 AND n.to_day >= $2")
    .bind(person)
    .bind(today)
    .bind(district);
    let said = rows.all(find).await?;
    let said = said.iter().map(|row| Ok(format!("{} {}", row.text("id")?, row.text("state")?)));
    Ok(digest(said.collect::<Result<BTreeSet<String>, StorageError>>()?))
}

fn digest(said: BTreeSet<String>) -> String {
    if said.is_empty() {
        return "0".to_owned();
    }
    let text = said.into_iter().collect::<Vec<_>>().join("\n");
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(text));
    u32::from_be_bytes([a, b, c, d]).to_string()
}
