//! The second handler of a statutory 调取 (practice 3.3): another of the office, who confirms an approved
//! request with his own secret before the first may take the copy. Kept as a signature under the request,
//! which no page of the unit reads.

use domain::{
    Rejection,
    ids::{PersonId, TakingId},
    people::access::{self, Actor},
    signature::Signing,
};

use super::{
    super::{people::fingerprint, posts::PostInfo},
    taking::note,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx},
};

/// Purpose of the second handler's signature.
const BY_SECOND: &str = "oversight.taking_second";

/// Requests with their second handler.
pub const TAKINGS: &str = "SELECT t.*, s.person_id AS second_by, s.at AS second_at, n.name AS second_name
  FROM book_takings t LEFT JOIN signatures s ON s.subject = t.id AND s.purpose = 'oversight.taking_second'
  LEFT JOIN persons n ON n.id = s.person_id WHERE t.district_id = $1";

/// Approved, and no second handler yet?
pub fn waits(row: &Row) -> Result<bool, StorageError> {
    Ok(row.text("state")? == "approved" && row.opt_text("second_by")?.is_none())
}

/// May the actor confirm as the second handler? Of the office like the first; neither he nor the approver.
pub fn may_confirm(actor: &Actor, row: &Row, info: &PostInfo) -> Result<bool, StorageError> {
    let other = row.id::<PersonId>("asked_by")? != actor.person && row.opt_id("decided_by")? != Some(actor.person);
    Ok(waits(row)? && other && access::ask_taking(actor, Some(info.access())).is_ok())
}

/// Keeps the confirmation.
pub async fn confirm(tx: &mut Tx, actor: &Actor, row: &Row, info: &PostInfo) -> Result<(), Failure> {
    let _proof = access::ask_taking(actor, Some(info.access())).map_err(|_| Rejection::NotFound)?;
    if !may_confirm(actor, row, info)? {
        let words = "这件调取不需要您确认：还没有审批、已经确认，或者您已经经办。没有保存，请刷新页面查看。";
        return Err(Rejection::state(words).into());
    }
    let (id, number) = (row.id::<TakingId>("id")?, row.text("number")?);
    let signing = serde_json::to_string(&Signing::Typed { name: actor.name.clone() });
    tx.insert(
        "INSERT INTO signatures (id, district_id, purpose, subject, version, content_hash, person_id, post_id, at, signing)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            BY_SECOND.into(),
            id.to_string().into(),
            1.into(),
            fingerprint(&format!("{number} {} {}", info.post, row.year("year")?)).into(),
            actor.person.into(),
            info.post.into(),
            tx.now().into(),
            signing.map_err(|_| StorageError::shape("signing"))?.into(),
        ],
    )
    .await?;
    note(tx, actor, "oversight.taking_seconded", id, &number).await
}
