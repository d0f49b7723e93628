//! What takes a matter back or round an obstacle: a unit of the lists that ended before anything was sent, and a seal that
//! was set by mistake.

use domain::{
    Rejection,
    ids::{DistrictId, UnitId, WarningId, WarningNoticeId},
    papers::number::Series,
    people::access::Actor,
};

use super::{
    super::{numbers, posts},
    cells,
    course::SIGN_DAYS,
    signs::ASK_AGAIN,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// A unit of the lists ended before they were sent up: what stands there then was not reviewed with another unit in it.
pub(super) async fn inherit(tx: &mut Tx, district: DistrictId, kept: &Kept, unit: UnitId) -> Result<String, Failure> {
    let stage = kept.matter.stage;
    if stage.is_sent() || stage.is_over() || !stage.fills() {
        let words = "这件事现在不能改责任单位，没有保存。已送审的请先退回修改，提示单已发出的请在提示单里改送。";
        return Err(Rejection::state(words).into());
    }
    let today = tx.now().day();
    let whole = store::whole(tx, kept.id, today).await?;
    let Some((heir, name)) = whole.heirs.get(&unit) else {
        return Err(Rejection::state("这个单位没有撤并，或没有承接单位，没有改动。请在责任清单里另选单位。").into());
    };
    cells::inherit(tx, &whole, unit, *heir).await?;
    let gone = q("DELETE FROM warning_countersigns WHERE matter_id = $1 AND unit_id = $2");
    tx.execute(gone.bind(kept.id).bind(unit)).await?;
    if stage == domain::warnings::Stage::Countersign {
        let due = posts::calendar(tx, district).await?.plus_working(today, SIGN_DAYS);
        let row = vec![kept.id.into(), (*heir).into(), district.into(), "asked".into(), due.into()];
        let head = "INSERT INTO warning_countersigns (matter_id, unit_id, district_id, state, due_on)";
        // Where the heir stood in the lists before, it is asked again: it has more now.
        tx.insert_all(head, vec![row], ASK_AGAIN).await?;
    }
    Ok(format!("{} → {name}", whole.name(unit)))
}

/// Was a notice delivered, or anything noted since the seal?
pub(super) async fn begun(tx: &mut Tx, id: WarningId) -> Result<bool, StorageError> {
    let find = q("SELECT (SELECT COUNT(*) FROM warning_notices n WHERE n.matter_id = $1
                      AND n.state IN ('delivered', 'signed', 'answered'))
                    + (SELECT COUNT(*) FROM warning_talks t WHERE t.matter_id = $1)
                    + (SELECT COUNT(*) FROM warning_progress p WHERE p.matter_id = $1)
                    + (SELECT COUNT(*) FROM warning_starts s WHERE s.matter_id = $1) AS n");
    Ok(tx.row(find.bind(id)).await?.map_or(Ok(0), |row| row.int("n"))? > 0)
}

/// What waits is not made, what was made is void with its number: a number is never used twice.
pub(super) async fn recall(tx: &mut Tx, actor: &Actor, kept: &Kept, reason: &str) -> Result<(), Failure> {
    let gone = q("DELETE FROM warning_notices WHERE matter_id = $1 AND state = 'queued' AND number = ''");
    tx.execute(gone.bind(kept.id)).await?;
    let find = q("SELECT id FROM warning_notices WHERE matter_id = $1 AND state <> 'void' ORDER BY position, id");
    for row in tx.rows(find.bind(kept.id)).await? {
        let id: WarningNoticeId = row.id("id")?;
        let subject = format!("notice:{id}");
        if let Some(number) = numbers::of_subject(tx, actor.district, Series::WarningNotice, &subject).await? {
            numbers::void(tx, actor, &number, reason).await?;
        }
    }
    let void = q("UPDATE warning_notices SET state = 'void', moved = $1, version = version + 1
                  WHERE matter_id = $2 AND state <> 'void'");
    tx.execute(void.bind(format!("撤回用印：{reason}")).bind(kept.id)).await?;
    let set = q("UPDATE warning_matters SET sent_on = NULL, issued_on = NULL WHERE id = $1");
    tx.execute(set.bind(kept.id)).await?;
    Ok(())
}

/// A 提请启动 that nobody answered would be left lying by the end of its matter.
pub(super) async fn nothing_asked(tx: &mut Tx, id: WarningId) -> Result<(), Failure> {
    let find = q("SELECT COUNT(*) AS n FROM warning_starts WHERE matter_id = $1 AND state = 'asked'");
    match tx.row(find.bind(id)).await?.map_or(Ok(0), |row| row.int("n"))? {
        0 => Ok(()),
        n => Err(Rejection::state(format!("还有 {n} 件提请启动没有答复，没有办结。请先由分管副书记答复。")).into()),
    }
}
