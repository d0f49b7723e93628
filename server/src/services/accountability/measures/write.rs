//! What is written of a measure: filled in, confirmed, sent back, struck out; the dictionaries.

use domain::{
    Rejection,
    accountability::{Dictionary, Dual, Measure, MeasureKind, NewMeasure, Responsibility},
    ids::{DistrictId, ItemId, MeasureId, PersonId, PostId},
    people::access::{self as sight, Actor},
    time::Day,
};
use serde::Serialize;

use super::{
    super::{access::sees, store},
    Found, MEASURES, dictionary, read,
};
use crate::{
    random,
    services::posts,
    storage::{Failure, StorageError, Tx, q},
};

/// What is done with a measure.
#[derive(Debug, Clone, Serialize)]
pub enum MeasureDo {
    /// Filled in.
    Enter(Fill),
    /// Filled in anew after a return.
    Mend(MeasureId, u32, Fill),
    /// The second person agrees.
    Confirm(MeasureId, u32),
    /// The second person sends it back.
    Return(MeasureId, u32, String),
    /// Struck out.
    StrikeOut(MeasureId, u32, String),
    /// A kind is added to the dictionaries, on their version.
    AddKind(u32, MeasureKind),
    /// A kind is no longer chosen, or again.
    RetireKind(u32, String, bool),
}

/// The form, before the post's unit is known.
#[derive(Debug, Clone, Serialize)]
pub struct Fill {
    /// Head post of the unit.
    pub post: PostId,
    /// The problem it follows from.
    pub item: Option<ItemId>,
    /// Key of the kind.
    pub kind: String,
    /// Level.
    pub responsibility: Option<Responsibility>,
    /// 文号.
    pub number: String,
    /// Day of the decision.
    pub decided_on: Day,
    /// Day of the publication.
    pub published_on: Option<Day>,
    /// 一案双查: number and day, where it is marked.
    pub dual: Option<(String, Option<Day>)>,
}

async fn load(tx: &mut Tx, actor: &Actor, id: MeasureId, seen: u32) -> Result<Found, Failure> {
    let find = q(MEASURES).bind(actor.district).push_bind("AND m.id = ?", id);
    let found = read(&tx.row(find).await?.ok_or(Rejection::NotFound)?)?;
    let _seen = sight::see_measure(actor, found.post()).map_err(|_| Rejection::NotFound)?;
    if found.measure.version != seen {
        return Err(Rejection::Stale.into());
    }
    Ok(found)
}

async fn filled(tx: &mut Tx, actor: &Actor, fill: Fill) -> Result<NewMeasure, Failure> {
    let today = tx.now().day();
    let missing = || Rejection::field("post", "还没有选单位，没有保存。请选择。");
    let info = posts::post(tx, actor.district, fill.post, today).await?.ok_or_else(missing)?;
    let _proof = sight::enter_measure(actor, info.access()).map_err(|_| missing())?;
    if let Some(item) = fill.item {
        let kept = store::load(tx, actor.district, item).await?;
        if !sees(actor, &kept) || kept.item.unit != info.unit {
            return Err(Rejection::field("item", "没有找到这个单位的这一问题，没有保存。请从问题的页面进入。").into());
        }
    }
    let dual = match fill.dual {
        None => None,
        Some((number, Some(on))) => Some(Dual { number, on }),
        Some((_, None)) => {
            return Err(Rejection::field("dual_on", "还没有填一案双查日期，没有保存。请选择日期。").into());
        }
    };
    Ok(NewMeasure {
        unit: info.unit,
        post: info.post,
        item: fill.item,
        kind: fill.kind,
        responsibility: fill.responsibility,
        number: fill.number,
        decided_on: fill.decided_on,
        published_on: fill.published_on,
        dual,
    })
}

pub(super) async fn act(tx: &mut Tx, actor: &Actor, what: MeasureDo) -> Result<(), Failure> {
    let me: (PersonId, String) = (actor.person, actor.name.clone());
    let today = tx.now().day();
    let (words, measure) = match what {
        MeasureDo::AddKind(seen, kind) => return change(tx, actor, seen, |own| own.add(kind)).await,
        MeasureDo::RetireKind(seen, key, retired) => {
            return change(tx, actor, seen, |own| own.retire(&key, retired)).await;
        }
        MeasureDo::Enter(fill) => {
            let (dictionary, _) = dictionary(tx, actor.district).await?;
            let new = filled(tx, actor, fill).await?;
            let id = MeasureId(random::id(tx.now()));
            let measure = Measure::enter(id, new, me, &dictionary, today)?;
            insert(tx, actor.district, &measure).await?;
            ("填写", measure)
        }
        MeasureDo::Mend(id, seen, fill) => {
            let mut found = load(tx, actor, id, seen).await?;
            let (dictionary, _) = dictionary(tx, actor.district).await?;
            let new = filled(tx, actor, fill).await?;
            found.measure.mend(new, me, &dictionary, today)?;
            ("修改", found.measure)
        }
        MeasureDo::Confirm(id, seen) => {
            let mut found = load(tx, actor, id, seen).await?;
            let _proof = sight::confirm_measure(actor, found.post())?;
            found.measure.confirm(me)?;
            ("核对", found.measure)
        }
        MeasureDo::Return(id, seen, reason) => {
            let mut found = load(tx, actor, id, seen).await?;
            let _proof = sight::confirm_measure(actor, found.post())?;
            found.measure.send_back(me.0, &reason)?;
            ("退回", found.measure)
        }
        MeasureDo::StrikeOut(id, seen, reason) => {
            let mut found = load(tx, actor, id, seen).await?;
            let _proof = sight::enter_measure(actor, found.post())?;
            found.measure.strike_out(me.0, &reason)?;
            ("作废", found.measure)
        }
    };
    save(tx, &measure).await?;
    // Number and kind, as they were published; nothing else is known here.
    let details = format!("{words} {} {}", measure.label, measure.what.number);
    let object = format!("measure:{}", measure.id);
    tx.audit(actor.district, Some(actor.account), "accountability.measure", &object, details.trim()).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, district: DistrictId, measure: &Measure) -> Result<(), StorageError> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO measures (id, district_id, unit_id, post_id, item_id, state, kind, measure, published_on, version,
         made_at)",
        vec![
            measure.id.into(),
            district.into(),
            measure.what.unit.into(),
            measure.what.post.into(),
            measure.what.item.into(),
            measure.state.key().into(),
            (&measure.what.kind).into(),
            text_of(measure)?.into(),
            measure.what.published_on.unwrap_or(measure.what.decided_on).into(),
            measure.version.into(),
            now.into(),
        ],
    )
    .await
    .map(drop)
}

fn text_of(measure: &Measure) -> Result<String, StorageError> {
    serde_json::to_string(measure).map_err(|_| StorageError::shape("measure"))
}

async fn save(tx: &mut Tx, measure: &Measure) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE measures SET state = $1, kind = $2, measure = $3, published_on = $4, version = $5, item_id = $6
           WHERE id = $7")
        .bind(measure.state.key())
        .bind(&measure.what.kind)
        .bind(text_of(measure)?)
        .bind(measure.what.published_on.unwrap_or(measure.what.decided_on))
        .bind(measure.version)
        .bind(measure.what.item)
        .bind(measure.id),
    )
    .await
    .map(drop)
}

/// Changes the dictionaries on the version that was seen.
async fn change(
    tx: &mut Tx,
    actor: &Actor,
    seen: u32,
    how: impl FnOnce(&mut Dictionary) -> Result<(), Rejection>,
) -> Result<(), Failure> {
    let _proof = sight::keep_dictionary(actor)?;
    let (mut own, version) = dictionary(tx, actor.district).await?;
    if version != seen {
        return Err(Rejection::Stale.into());
    }
    how(&mut own)?;
    let (text, now) = (serde_json::to_string(&own).map_err(|_| StorageError::shape("entries"))?, tx.now());
    tx.execute(
        q("INSERT INTO measure_dictionaries (district_id, entries, version, changed_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (district_id) DO UPDATE SET entries = $2, version = $3, changed_at = $4")
        .bind(actor.district)
        .bind(text)
        .bind(version + 1)
        .bind(now),
    )
    .await?;
    let object = format!("district:{}", actor.district);
    tx.audit(actor.district, Some(actor.account), "accountability.dictionary", &object, "处理方式").await?;
    Ok(())
}
