//! 跟踪问效: the 会商 every two weeks, the process stages of each sub-item (组长跟流程), and 「提请启动」. A listed problem
//! that was found is put before the 分管副书记; what is decided is decided outside, and only that it was taken is noted.

use std::collections::BTreeMap;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, UnitId, WarningId, WarningLineId},
    people::access::{self, Actor},
    text,
    time::{Day, zh},
    warnings::{Stage, next_talk},
};
use serde::Serialize;

use super::{
    super::{Services, posts, rows::Rows},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Most problems or suggestions of one 会商.
const FOUND_MAX: u32 = 999;

/// What is noted.
#[derive(Debug, Clone, Serialize)]
pub enum Note {
    /// 会商: the day, what was said, problems found, suggestions made.
    Talk(Option<Day>, String, u32, u32),
    /// A process stage: duty, number from 0, done on, the unit that it waits for, words.
    Progress(WarningLineId, u32, Option<Day>, Option<UnitId>, String),
    /// 提请启动: situation, unit, facts.
    Start(WarningLineId, UnitId, String),
    /// Its answer: id, version, taken (to be decided outside) or not, words.
    Answer(String, i64, bool, String),
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct Follow {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// What.
    pub note: Note,
}

/// When the next 会商 is due; none before the notices are out or after the end.
pub async fn talk_due(from: &mut impl Rows, kept: &Kept, district: DistrictId) -> Result<Option<Day>, StorageError> {
    let (Stage::Responding, Some(sent)) = (kept.matter.stage, kept.sent_on) else { return Ok(None) };
    let find = q("SELECT COALESCE(MAX(held_on), '') AS held_on FROM warning_talks WHERE matter_id = $1");
    let last = from.first(find.bind(kept.id)).await?.map(|row| row.text("held_on")).transpose()?;
    let last = last.and_then(|text| domain::time::parse_iso(&text)).unwrap_or(sent);
    Ok(Some(next_talk(last, &posts::calendar(from, district).await?)))
}

/// The last 会商 of every matter that is being responded to.
pub async fn last_talks(from: &mut impl Rows, district: DistrictId) -> Result<BTreeMap<WarningId, Day>, StorageError> {
    let find = q("SELECT t.matter_id, MAX(t.held_on) AS held_on FROM warning_talks t
                  JOIN warning_matters m ON m.id = t.matter_id
                  WHERE m.district_id = $1 AND m.stage = 'responding' GROUP BY t.matter_id");
    from.all(find.bind(district)).await?.iter().map(|row| Ok((row.id("matter_id")?, row.day("held_on")?))).collect()
}

async fn note(tx: &mut Tx, actor: &Actor, form: &Follow) -> Result<(), Failure> {
    let (kept, _) = store::seen(tx, actor, form.matter).await?;
    if kept.matter.stage != Stage::Responding {
        let words = format!("这件事现在是“{}”，没有保存。请刷新页面查看最新进度。", kept.matter.stage.label());
        return Err(Rejection::state(words).into());
    }
    match &form.note {
        Note::Talk(on, words, found, advised) => {
            let _proof = access::follow_matter(actor, &kept.bodies())?;
            talk(tx, actor, &kept, (*on, words, *found, *advised)).await
        }
        Note::Progress(duty, stage, done, held, words) => {
            let _proof = access::follow_matter(actor, &kept.bodies())?;
            progress(tx, actor, &kept, *duty, (*stage, *done, *held, words)).await
        }
        Note::Start(situation, unit, words) => {
            let _proof = access::follow_matter(actor, &kept.bodies())?;
            start(tx, actor, &kept, (*situation, *unit, words)).await
        }
        Note::Answer(id, seen, takes, words) => {
            let _proof = access::answer_start(actor)?;
            answer(tx, actor, &kept, (id, *seen, *takes, words)).await
        }
    }
}

async fn talk(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (on, words, found, advised): (Option<Day>, &str, u32, u32),
) -> Result<(), Failure> {
    let today = tx.now().day();
    let on = on.ok_or_else(|| Rejection::field("held_on", "还没有填会商日期，没有保存。请选择日期。"))?;
    if on > today || kept.sent_on.is_some_and(|sent| on < sent) {
        return Err(Rejection::field("held_on", "会商日期应在用印之后、今天以前，没有保存。请核对日期。").into());
    }
    let words = text::required("words", "会商情况", words, text::LINE_MAX)?;
    if found > FOUND_MAX || advised > FOUND_MAX {
        return Err(Rejection::field("found", format!("个数应在 0 到 {FOUND_MAX} 之间，没有保存。请改正。")).into());
    }
    let due = talk_due(tx, kept, actor.district).await?.unwrap_or(on);
    tx.insert(
        "INSERT INTO warning_talks (id, district_id, matter_id, due_on, held_on, words, found, advised, by_name, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.into(),
            due.into(),
            on.into(),
            (&words).into(),
            found.into(),
            advised.into(),
            (&actor.name).into(),
            tx.now().into(),
        ],
    )
    .await?;
    store::note(tx, actor, kept, ("warnings.talked", "会商", "commented"), &format!("{} {words}", zh(on))).await?;
    Ok(())
}

async fn progress(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    duty: WarningLineId,
    (stage, done, held, words): (u32, Option<Day>, Option<UnitId>, &str),
) -> Result<(), Failure> {
    let today = tx.now().day();
    let whole = store::whole(tx, kept.id, today).await?;
    if whole.lists.duties.iter().all(|d| d.id != duty) {
        return Err(Rejection::NotFound.into());
    }
    let at = stage_of(tx, kept.id, duty).await?;
    let count = u32::try_from(kept.stages.len().max(1)).unwrap_or(1);
    if stage >= count || stage != at {
        let words = match kept.stages.get(usize::try_from(at).unwrap_or_default()) {
            Some(name) => format!("这一项现在在“{name}”环节，没有保存。请按顺序逐个环节登记。"),
            None => "这一项的流程环节已经走完，没有保存。".to_owned(),
        };
        return Err(Rejection::field("stage", words).into());
    }
    if let Some(done) = done
        && (done > today || kept.sent_on.is_some_and(|sent| done < sent))
    {
        return Err(Rejection::field("done_on", "完成日期应在用印之后、今天以前，没有保存。请核对日期。").into());
    }
    if done.is_some() && held.is_some() {
        let words = "已经完成的环节不会再等别的单位，没有保存。请只填一样。";
        return Err(Rejection::field("held_by", words).into());
    }
    if let Some(unit) = held {
        super::new::answering(tx, actor.district, unit, today)
            .await
            .map_err(|_| Rejection::field("held_by", "这个单位不在可选单位里，没有保存。请重新选择。"))?;
    }
    let words = text::optional("words", "情况", words, text::LINE_MAX)?;
    if done.is_none() && held.is_none() && words.is_empty() {
        return Err(Rejection::field("words", "请填完成日期、正在等待的单位或情况，没有保存。").into());
    }
    tx.insert(
        "INSERT INTO warning_progress (id, district_id, matter_id, duty_id, stage_no, done_on, held_by, on_day, words,
           by_name, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.into(),
            duty.into(),
            stage.into(),
            done.into(),
            held.into(),
            today.into(),
            (&words).into(),
            (&actor.name).into(),
            tx.now().into(),
        ],
    )
    .await?;
    store::audit(tx, actor, kept, "warnings.progressed", &words).await?;
    Ok(())
}

/// The stage that a duty is at, from 0.
async fn stage_of(tx: &mut Tx, id: WarningId, duty: WarningLineId) -> Result<u32, StorageError> {
    let find = q("SELECT COUNT(DISTINCT stage_no) AS n FROM warning_progress
                  WHERE matter_id = $1 AND duty_id = $2 AND done_on IS NOT NULL");
    tx.row(find.bind(id).bind(duty)).await?.map_or(Ok(0), |row| row.small("n"))
}

async fn start(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (situation, unit, words): (WarningLineId, UnitId, &str),
) -> Result<(), Failure> {
    let today = tx.now().day();
    let whole = store::whole(tx, kept.id, today).await?;
    if whole.lists.situations.iter().all(|s| s.id != situation) {
        return Err(Rejection::field("situation", "还没有选问责清单里的情形，没有提请。请选一种。").into());
    }
    if whole.lists.cells.iter().all(|c| c.unit != unit) {
        return Err(Rejection::field("unit", "还没有选责任单位，没有提请。请选一家。").into());
    }
    let words = text::required("words", "发现的情况", words, text::LINE_MAX)?;
    tx.insert(
        "INSERT INTO warning_starts (id, district_id, matter_id, situation_id, unit_id, words, state, asked_by,
           asked_name, asked_on, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.into(),
            situation.into(),
            unit.into(),
            (&words).into(),
            "asked".into(),
            actor.person.into(),
            (&actor.name).into(),
            today.into(),
            tx.now().into(),
        ],
    )
    .await?;
    let words = format!("{}：{words}", whole.name(unit));
    store::note(tx, actor, kept, ("warnings.start_asked", "提请启动", "asked"), &words).await?;
    Ok(())
}

async fn answer(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (id, seen, takes, words): (&str, i64, bool, &str),
) -> Result<(), Failure> {
    let today = tx.now().day();
    let find = q("SELECT state, asked_by FROM warning_starts WHERE id = $1 AND matter_id = $2");
    let row = tx.row(find.bind(id).bind(kept.id)).await?.ok_or(Rejection::NotFound)?;
    if row.text("state")? != "asked" {
        return Err(Rejection::state("这件提请已经答复，没有重复保存。请刷新页面查看。").into());
    }
    if row.text("asked_by")? == actor.person.to_string() {
        return Err(Rejection::state("自己提请的由另一位同志答复，没有保存。").into());
    }
    let words = if takes {
        text::optional("words", "办理意见", words, text::LINE_MAX)?
    } else {
        text::required("words", "不启动的原因", words, text::LINE_MAX)?
    };
    let state = if takes { "taken" } else { "declined" };
    let set = q("UPDATE warning_starts SET state = $1, answer = $2, answered_name = $3, answered_on = $4,
                   version = version + 1 WHERE id = $5 AND version = $6");
    let set = set.bind(state).bind(&words).bind(&actor.name).bind(today).bind(id).bind(seen);
    if tx.execute(set).await? == 0 {
        return Err(Rejection::Stale.into());
    }
    let said = if takes { format!("受理，线下按权限办理 {words}") } else { format!("不启动：{words}") };
    let decision = if takes { "agreed" } else { "refused" };
    store::note(tx, actor, kept, ("warnings.start_answered", "提请启动", decision), said.trim()).await?;
    Ok(())
}

impl Services {
    /// Notes a 会商, a stage or a 提请启动.
    ///
    /// # Errors
    /// Not his, not now, wrong words, or storage failed.
    pub async fn follow_matter(&self, actor: &Actor, form: Follow) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { note(tx, &actor, &form).await })
        })
        .await
    }
}

/// The same in a story that is told at once.
pub(crate) async fn follow_quietly(tx: &mut Tx, actor: &Actor, form: &Follow) -> Result<(), Failure> {
    note(tx, actor, form).await
}
