//! One tap on a row of the sheet: the own mark on the same thing is changed, never doubled; two readers' marks stand
//! beside each other, and what contradicts another is named until one of them gives way.

use domain::{
    Rejection,
    ids::{RecordId, RemarkId},
    oversight::{Mark, Tap, contradicting, tap},
    people::access::Actor,
    time::zh_short,
};

use super::{
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

/// While a mismatch about a record stands, no other says the same about it: it would be the same one twice.
pub async fn once(tx: &mut Tx, record: RecordId, text: &str) -> Result<(), Failure> {
    let same = tx
        .row(
            q("SELECT id FROM inspection_remarks WHERE record_id = $1 AND kind = 'mismatch' AND text = $2
               AND withdrawn_at IS NULL LIMIT 1")
            .bind(record)
            .bind(text),
        )
        .await?;
    if same.is_some() {
        let words = "这条记录已经有一条说明相同的“与实际不符”，没有重复保存。请认定那一条，或写明另外不符的情况。";
        return Err(Rejection::field("text", words).into());
    }
    Ok(())
}
