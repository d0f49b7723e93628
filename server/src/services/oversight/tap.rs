//! One tap on a row of the sheet: the own mark on the same thing is changed, never doubled; two readers' marks stand
//! beside each other, and what contradicts another is named until one of them gives way.

use domain::{
    Rejection,
    ids::{DutyId, RecordId, RemarkId},
    oversight::{Mark, RemarkKind, Tap, contradicting, joined, seconded, tap},
    people::access::Actor,
    time::zh_short,
};

use super::{
    super::records::ticks,
    remark::{NewRemark, audit},
    store::{self, Kept, KeptRemark},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Remarks as the rules compare them.
pub fn marks(all: &[KeptRemark]) -> Vec<Mark<'_>> {
    all.iter().map(|m| Mark { record: m.record, duty: m.duty, remark: &m.plain, text: &m.text }).collect()
}

/// Makes room for a tap. The remark that says the same already, where there is one: nothing is written then.
pub async fn settle(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    form: &NewRemark,
    text: &str,
) -> Result<Option<RemarkId>, Failure> {
    let all = store::remarks(tx, actor.district, kept.id).await?;
    match tap(&marks(&all), actor.person, (form.record, form.duty), (form.kind, text)) {
        Tap::New => Ok(None),
        Tap::Same(at) => Ok(Some(all[at].id)),
        Tap::Instead(at) => {
            let why = format!("本人改为“{}”", form.kind.label());
            give_way(tx, all[at].id, &why).await?;
            audit(tx, actor, "oversight.retracted", all[at].id, &why).await?;
            Ok(None)
        }
    }
}

/// The mismatch of another reader that this one confirms, where there is one: the same record and items, or the same
/// item. What the actor marked there otherwise gives way.
pub async fn second_word(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    form: &NewRemark,
) -> Result<Option<KeptRemark>, Failure> {
    if form.kind != RemarkKind::Mismatch {
        return Ok(None);
    }
    let all = store::remarks(tx, actor.district, kept.id).await?;
    let (about, ticked) = ((form.record, form.duty), corresponds(tx, form.record).await?);
    let marks = marks(&all);
    let Some(first) = seconded(&marks, actor.person, about, &ticked).first().map(|at| all[*at].clone()) else {
        return Ok(None);
    };
    if let Tap::Instead(at) = tap(&marks, actor.person, about, (form.kind, ""))
        && all[at].plain.kind != RemarkKind::Mismatch
    {
        let why = format!("本人改为“{}”", form.kind.label());
        give_way(tx, all[at].id, &why).await?;
        audit(tx, actor, "oversight.retracted", all[at].id, &why).await?;
    }
    Ok(Some(first))
}

/// What the actor had written of the same mismatch himself goes into the one that he confirms; its words, unless he
/// says some now.
pub async fn join(tx: &mut Tx, actor: &Actor, kept: &Kept, remark: &KeptRemark, said: &str) -> Result<String, Failure> {
    let all = store::remarks(tx, actor.district, kept.id).await?;
    let ticked = corresponds(tx, remark.record).await?;
    let mut words = said.to_owned();
    for at in joined(&marks(&all), actor.person, (remark.record, remark.duty), &ticked) {
        let why = format!("与{}的意见相同，合并为一条认定", remark.by_name);
        give_way(tx, all[at].id, &why).await?;
        audit(tx, actor, "oversight.retracted", all[at].id, &why).await?;
        if words.is_empty() {
            words.clone_from(&all[at].text);
        }
    }
    Ok(words)
}

async fn corresponds(tx: &mut Tx, record: Option<RecordId>) -> Result<Vec<DutyId>, StorageError> {
    match record {
        Some(record) => ticks::ticked(tx, record).await,
        None => Ok(Vec::new()),
    }
}

async fn give_way(tx: &mut Tx, id: RemarkId, why: &str) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE inspection_remarks SET withdrawn_at = $1, withdrawn_why = $2 WHERE id = $3")
            .bind(tx.now())
            .bind(why)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// May the feedback be written while these stand?
///
/// # Errors
/// Two readers contradict each other; names what about.
pub fn agreed_among(all: &[KeptRemark]) -> Result<(), Rejection> {
    let against = contradicting(&marks(all));
    let found = all.iter().zip(against).find(|(_, against)| *against);
    match found {
        None => Ok(()),
        Some((m, _)) => Err(Rejection::state(format!(
            "{}上两名翻阅人员的意见不一致（{}标为“{}”），反馈意见没有定稿。请商定后由其中一人改过来。",
            m.about(),
            m.by_name,
            m.plain.kind.label()
        ))),
    }
}

/// Which remarks say the opposite of these, in words for the row: `林思源11月5日标为“印证充分”`.
pub fn against_words(all: &[KeptRemark], at: usize) -> String {
    let one = &all[at];
    let marks = marks(all);
    let other = all.iter().zip(&marks).find(|(m, mark)| m.id != one.id && contradicting(&[marks[at], **mark])[0]);
    let other = other.map(|(m, _)| m);
    other.map_or_else(String::new, |m| {
        format!("与{}{}的“{}”不一致，两条都已保留，请商定", m.by_name, zh_short(m.at.day()), m.plain.kind.label())
    })
}

/// While a mismatch about a record (and an item of it) stands, no other says the same about it: it would be the same one
/// twice.
pub async fn once(tx: &mut Tx, (record, duty): (RecordId, Option<DutyId>), text: &str) -> Result<(), Failure> {
    let same = tx
        .row(
            q("SELECT id FROM inspection_remarks WHERE record_id = $1 AND kind = 'mismatch' AND text = $2
               AND (duty_id IS NULL OR $3 = '' OR duty_id = $3) AND withdrawn_at IS NULL LIMIT 1")
            .bind(record)
            .bind(text)
            .bind(duty.map(|d| d.to_string()).unwrap_or_default()),
        )
        .await?;
    if same.is_some() {
        let words = "这条记录已经有一条说明相同的“与实际不符”，没有重复保存。请认定那一条，或写明另外不符的情况。";
        return Err(Rejection::field("text", words).into());
    }
    Ok(())
}
