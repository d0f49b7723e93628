//! What two said and one of them sees otherwise now: his 「印证充分」 asks for the withdrawal, the other one's confirms
//! it; and what is told of it where the feedback can not be written.

use domain::{
    ids::PersonId,
    oversight::{REMARK_MAX, RemarkKind, Retracting, turned},
    people::access::Actor,
};

use super::{
    remark::{NewRemark, ask_to_retract, retract},
    store::{self, Kept, KeptRemark},
    tap::marks,
};
use crate::storage::{Failure, Tx};

/// 「印证充分」 of one of the two who said that it does not match: of its author it asks for the withdrawal, of the other
/// one it confirms what was asked for. Out of turn it changes nothing about the mismatch, and the page says whose turn
/// it is.
pub async fn turn(tx: &mut Tx, actor: &Actor, kept: &Kept, form: &NewRemark, said: &str) -> Result<(), Failure> {
    if form.kind != RemarkKind::Sound {
        return Ok(());
    }
    let all = store::remarks(tx, actor.district, kept.id).await?;
    let seconds: Vec<Option<PersonId>> = all.iter().map(|m| m.agreed_by).collect();
    let mut why = format!("{}改为“印证充分”", actor.name);
    // A reason is not longer than a remark.
    if !said.is_empty() && said.chars().count() + why.chars().count() < REMARK_MAX {
        why = format!("{why}：{said}");
    }
    for at in turned(&marks(&all), &seconds, actor.person, (form.record, form.duty)) {
        let remark = &all[at];
        if remark.item.is_some() {
            continue;
        }
        match remark.plain.retract(actor.person, remark.agreed_by, remark.leaving()) {
            Ok(Retracting::Whole) => retract(tx, actor, kept, remark, &why).await?,
            Ok(Retracting::Asked) => ask_to_retract(tx, actor, remark, &why).await?,
            Err(_) => {}
        }
    }
    Ok(())
}

/// What becomes of a mismatch of two that somebody contradicts: who has to do what next. None where it is one person's
/// word, which he changes himself.
pub fn way_out(m: &KeptRemark) -> Option<String> {
    if m.plain.kind != RemarkKind::Mismatch || !m.plain.agreed || m.plain.withdrawn {
        return None;
    }
    let (by, second) = (&m.by_name, &m.agreed_name);
    Some(if m.item.is_some() {
        "“与实际不符”已经转为整改事项，不能撤回，请撤回“印证充分”".to_owned()
    } else if m.plain.waits_for_answer() {
        format!("负责人已对“与实际不符”申请核对，请{by}或{second}在答复里撤回；维持的，撤回“印证充分”")
    } else if m.plain.check_asked {
        "“与实际不符”已经核对并答复维持，不能撤回，请撤回“印证充分”".to_owned()
    } else if m.leaving() {
        format!("{by}已提出撤回“与实际不符”，待{second}同意：在这条意见下点“撤回…”，或在同一处也标“印证充分”")
    } else {
        format!(
            "“与实际不符”经{by}、{second}两人认定，一人改标不算撤回：先由{by}提出（点“撤回…”或在同一处标“印证充分”），再由{second}同意；维持的，撤回“印证充分”"
        )
    })
}
