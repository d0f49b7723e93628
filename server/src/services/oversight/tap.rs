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
    turned,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Remarks as the rules compare them.
pub fn marks(all: &[KeptRemark]) -> Vec<Mark<'_>> {
    all.iter()
        .map(|m| Mark { record: m.record, duty: m.duty, remark: &m.plain, text: &m.text, reach: &m.reach })
        .collect()
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
/// Two marks contradict each other, of one reader or of two; names both.
pub fn agreed_among(all: &[KeptRemark]) -> Result<(), Rejection> {
    let pair = all.iter().enumerate().find_map(|(at, m)| Some((m, opposite(all, at)?)));
    let Some((one, other)) = pair else { return Ok(()) };
    let said = |m: &KeptRemark| format!("{}标为“{}”（{}）", m.about(), m.plain.kind.label(), m.names());
    let (first, second) = (said(one), said(other));
    let way = turned::way_out(one).or_else(|| turned::way_out(other));
    let words = if let Some(way) = way {
        format!("翻阅人员的意见相反：{first}，{second}，反馈意见没有定稿。{way}。")
    } else if one.names() == other.names() {
        format!("同一名翻阅人员的两条意见相反：{first}，{second}，反馈意见没有定稿。请撤回或改标其中一条。")
    } else {
        format!("翻阅人员的意见相反：{first}，{second}，反馈意见没有定稿。请商定后由其中一人改标或撤回。")
    };
    Err(Rejection::state(words))
}

/// The first remark that says the opposite of this one.
fn opposite(all: &[KeptRemark], at: usize) -> Option<&KeptRemark> {
    let marks = marks(all);
    let against = |other: &usize| *other != at && contradicting(&[marks[at], marks[*other]])[0];
    (0..all.len()).find(against).map(|other| &all[other])
}

/// Which remark says the opposite of this one, in words for the row: `与林思源11月5日的“印证充分”不一致`, with what it is
/// about where that is another thing.
pub fn against_words(all: &[KeptRemark], at: usize) -> String {
    let about = all[at].about();
    opposite(all, at).map_or_else(String::new, |m| {
        let on = if m.about() == about { String::new() } else { format!("对{}", m.about()) };
        let (by, day, kind) = (m.names(), zh_short(m.at.day()), m.plain.kind.label());
        let way = turned::way_out(&all[at]).or_else(|| turned::way_out(m));
        let way = way.unwrap_or_else(|| "请商定后改标或撤回一条".to_owned());
        format!("与{by}{day}{on}的“{kind}”不一致，两条都已保留。{way}")
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
