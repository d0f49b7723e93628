//! The second handler of a statutory 调取 (practice 3.3): another of the office, who confirms an approved
//! request with his own secret before the first may take the copy. One confirmation is one copy within a day,
//! of what stood in the book when it was given; another copy needs another one. Each is kept as a signature under
//! the request, which no page of the unit reads.

use domain::{
    Rejection,
    ids::{PersonId, TakingId},
    oversight::Taking,
    people::access::{self, Actor},
    signature::{Signature, Signing},
    time::{DAY_MS, Instant, zh, zh_short},
};

use super::{
    super::{people::fingerprint, posts::PostInfo, signatures},
    taking::note,
};
use crate::storage::{Failure, Row, StorageError, Tx};

/// Purpose of the second handler's signature.
const BY_SECOND: &str = "oversight.taking_second";

/// How long a confirmation holds.
const HOLDS_MS: i64 = DAY_MS;

/// Requests with their last confirmation.
pub const TAKINGS: &str = "SELECT t.*, s.person_id AS second_by, s.at AS second_at, s.version AS second_n,
    n.name AS second_name
  FROM book_takings t LEFT JOIN signatures s ON s.subject = t.id AND s.purpose = 'oversight.taking_second'
    AND s.version = (SELECT MAX(l.version) FROM signatures l
      WHERE l.subject = t.id AND l.purpose = 'oversight.taking_second')
  LEFT JOIN persons n ON n.id = s.person_id WHERE t.district_id = $1";

/// The confirmation for which a copy may be taken at `now`: given within a day, and none was taken since.
pub fn confirmed(row: &Row, now: Instant) -> Result<Option<Instant>, StorageError> {
    if !matches!(row.text("state")?.as_str(), "approved" | "taken") {
        return Ok(None);
    }
    let taken = row.opt_instant("taken_at")?;
    let holds = |at: &Instant| now.0 - at.0 <= HOLDS_MS && taken.is_none_or(|taken| taken.0 < at.0);
    Ok(row.opt_instant("second_at")?.filter(holds))
}

/// Approved, and no confirmation that a copy may be taken for?
pub fn waits(row: &Row, now: Instant) -> Result<bool, StorageError> {
    Ok(matches!(row.text("state")?.as_str(), "approved" | "taken") && confirmed(row, now)?.is_none())
}

/// May the actor confirm as the second handler? Of the office like the first; neither he nor the approver.
pub fn may_confirm(actor: &Actor, row: &Row, info: &PostInfo, now: Instant) -> Result<bool, StorageError> {
    let other = row.id::<PersonId>("asked_by")? != actor.person && row.opt_id("decided_by")? != Some(actor.person);
    Ok(waits(row, now)? && other && access::ask_taking(actor, Some(info.access())).is_ok())
}

/// Keeps the confirmation.
pub async fn confirm(tx: &mut Tx, actor: &Actor, row: &Row, info: &PostInfo) -> Result<(), Failure> {
    let _proof = access::ask_taking(actor, Some(info.access())).map_err(|_| Rejection::NotFound)?;
    if !may_confirm(actor, row, info, tx.now())? {
        let words = "这件调取不需要您确认：还没有审批、已经确认，或者您已经经办。没有保存，请刷新页面查看。";
        return Err(Rejection::state(words).into());
    }
    let (id, number) = (row.id::<TakingId>("id")?, row.text("number")?);
    let signature = Signature {
        purpose: BY_SECOND.to_owned(),
        subject: id.to_string(),
        version: row.opt_int("second_n")?.unwrap_or_default() + 1,
        content_hash: fingerprint(&format!("{number} {} {}", info.post, row.year("year")?)),
        person: actor.person,
        post: info.post,
        at: tx.now(),
        signing: Signing::Typed { name: actor.name.clone() },
    };
    signatures::keep(tx, actor.district, &signature).await?;
    note(tx, actor, "oversight.taking_seconded", id, &number).await
}

/// What a request waits for, in words.
pub fn state(row: &Row, info: &PostInfo, now: Instant) -> Result<String, StorageError> {
    Ok(match (row.text("state")?.as_str(), confirmed(row, now)?) {
        ("asked", _) if info.access().leads_district => "待区纪委书记审批".to_owned(),
        ("asked", _) => "待区纪委书记或副书记审批".to_owned(),
        ("refused", _) => "未批准".to_owned(),
        (_, Some(at)) => {
            format!("已确认，待调取：24小时内下载一次，内容截至{} {}确认时", zh_short(at.day()), at.clock())
        }
        ("approved", None) if row.opt_int("second_at")?.is_some() => {
            "确认后24小时内没有调取，待第二名经办人再次确认".to_owned()
        }
        ("approved", None) => "已审批，待第二名经办人确认".to_owned(),
        (_, None) => "已调取；再次调取，须第二名经办人再次确认".to_owned(),
    })
}

/// The words on the copy.
pub fn under(row: &Row, until: Instant, now: Instant) -> Result<Taking, StorageError> {
    let number = row.text("number")?;
    let by = format!(
        "文号 {number}；登记 {}；审批 {}；第二名经办人 {}；调取日期 {}；内容截至 {} {} 确认时。\
         条目序号、补记标记为调取时的，确认后更正的不标已核实；本件不含条目状态和进度。",
        row.text("asked_name")?,
        row.text("decided_name")?,
        row.opt_text("second_name")?.unwrap_or_default(),
        zh(now.day()),
        zh(until.day()),
        until.clock()
    );
    Ok(Taking { number, by })
}
