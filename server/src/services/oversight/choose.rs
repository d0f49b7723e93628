//! The sample chosen by hand instead of the draw: with a reason that the sheet and the paper show, and not fewer items
//! than the draw has. The draw is only put aside: registered again, the book gets it back.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    ids::DutyId,
    oversight::{Sampling, check_word, enough, wanted},
    people::access::{self, Actor},
};

use super::{
    super::settings::share_set,
    register::{items_read, json, sampled, untouched},
    store::Kept,
};
use crate::storage::{Failure, Tx, q};

/// Chooses, while nothing was remarked.
pub async fn choose(tx: &mut Tx, actor: &Actor, kept: &Kept, duties: &[DutyId], why: &str) -> Result<(), Failure> {
    let _proof = access::register_reading(actor, kept.info.access())?;
    untouched(tx, actor, kept).await?;
    let chosen: BTreeSet<DutyId> = duties.iter().copied().collect();
    if chosen.is_empty() {
        return Err(Rejection::field("duty", "还没有选条目，没有保存。请至少选择一条。").into());
    }
    let items = items_read(tx, &[kept.info.post], kept.plain.year).await?;
    let known = items.get(&kept.info.post).map_or(&[][..], Vec::as_slice);
    if chosen.len() > known.len() {
        let words =
            format!("选了 {} 条，现行清单只有 {} 条，没有保存。请刷新页面后重新选择。", chosen.len(), known.len());
        return Err(Rejection::field("duty", words).into());
    }
    let sample = sampled(known, |known| known.iter().copied().filter(|d| chosen.contains(d)).collect());
    if sample.len() != chosen.len() {
        return Err(Rejection::field("duty", "所选条目不在现行清单里，没有保存。请刷新页面后重新选择。").into());
    }
    let replaced = kept.sampling.drawn();
    let (share, least) = match replaced {
        Some(drawn) => (drawn.share, drawn.least),
        // Chosen before the draw was kept beside the choice.
        None => (share_set(tx, actor.district).await?, 0),
    };
    enough(sample.len(), wanted(share, least, known.len()))?;
    let reason = check_word("words", "人工选定的原因", why)?;
    let codes: Vec<&str> = sample.iter().map(|s| s.code.as_str()).collect();
    let said = format!("{}　{reason}", codes.join("、"));
    let (text, sampling) = (json(&sample)?, json(&Sampling::Hand { reason, replaced })?);
    tx.execute(
        q("UPDATE inspections SET sample = $1, sampling = $2 WHERE id = $3").bind(text).bind(sampling).bind(kept.id),
    )
    .await?;
    let object = format!("inspection:{}", kept.id);
    tx.audit(actor.district, Some(actor.account), "oversight.sampled", &object, &said).await?;
    Ok(())
}
