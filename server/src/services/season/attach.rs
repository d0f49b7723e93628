//! A step and the reading that does it: registered for it, taken back, signed by both.

use domain::{
    Rejection,
    ids::{DistrictId, InspectionId, PostId, SeasonStepId},
    oversight::{Purpose, Standing},
    people::access::{self, Actor},
    season::{Place, StepKind, StepState},
    time::Day,
};

use super::store::{self, Kept};
use crate::storage::{Failure, Tx, q};

/// A reading as its step needs it.
struct Read {
    post: PostId,
    year: i32,
    purpose: Purpose,
    standing: Standing,
}

async fn read(tx: &mut Tx, district: DistrictId, id: InspectionId) -> Result<Read, Failure> {
    let row = tx
        .row(
            q("SELECT post_id, year, purpose, standing FROM inspections WHERE id = $1 AND district_id = $2")
                .bind(id)
                .bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(Read {
        post: row.id("post_id")?,
        year: row.year("year")?,
        purpose: row.keyed("purpose", Purpose::from_key)?,
        standing: row.keyed("standing", Standing::from_key)?,
    })
}

/// Links a registered reading to the step that it was registered for. A reading does one step, and a step is done by
/// one reading.
///
/// # Errors
/// The step is not the actor's to see, of another post, year or purpose, ended, or has a reading already.
pub async fn attach(tx: &mut Tx, actor: &Actor, step: SeasonStepId, inspection: InspectionId) -> Result<(), Failure> {
    let kept = store::load(tx, actor.district, step).await?;
    let _proof = access::see_step(actor, kept.of()).map_err(|_| Rejection::NotFound)?;
    let read = read(tx, actor.district, inspection).await?;
    let same =
        kept.post.post == read.post && kept.place.year == read.year && kept.place.kind.purpose() == Some(read.purpose);
    if !same {
        return Err(Rejection::field(
            "purpose",
            "这次翻阅检查的单位、年度或类型与督责安排里的这一步不一致，没有登记。请核对后再登记。",
        )
        .into());
    }
    kept.state.changes()?;
    if kept.inspection.is_some_and(|other| other != inspection) {
        return Err(Rejection::state("督责安排里的这一步已经登记过翻阅检查，没有重复登记。请打开那一次办理。").into());
    }
    // Linked by itself to another part when it was registered.
    unlink(tx, actor, inspection, Some(step)).await?;
    if kept.inspection.is_some() {
        return Ok(());
    }
    link(tx, actor, &kept, inspection).await
}

async fn link(tx: &mut Tx, actor: &Actor, kept: &Kept, inspection: InspectionId) -> Result<(), Failure> {
    tx.execute(
        q("UPDATE season_steps SET inspection_id = $1, state = 'underway', version = version + 1, changed_at = $2
           WHERE id = $3")
        .bind(inspection)
        .bind(tx.now())
        .bind(kept.id),
    )
    .await?;
    let object = format!("season:{}", kept.id);
    tx.audit(actor.district, Some(actor.account), "season.attached", &object, &kept.title()).await?;
    Ok(())
}

/// The step that a reading does: the one it was registered for, else the first open one of its post, year and purpose
/// without a reading.
async fn step_of(tx: &mut Tx, district: DistrictId, id: InspectionId, read: &Read) -> Result<Option<Kept>, Failure> {
    let Some(kind) = StepKind::of_purpose(read.purpose) else { return Ok(None) };
    let all = store::parts_of(tx, district, read.post, Place { kind, year: read.year, period: 1 }).await?;
    let linked = all.iter().find(|step| step.inspection == Some(id)).cloned();
    Ok(linked.or_else(|| all.into_iter().find(|step| step.state.is_open() && step.inspection.is_none())))
}

/// Links readings just registered to the open steps of their posts, the first part without a reading of each.
///
/// # Errors
/// Storage failed.
pub async fn registered(
    tx: &mut Tx,
    actor: &Actor,
    (purpose, year): (Purpose, i32),
    made: &[(PostId, InspectionId)],
) -> Result<(), Failure> {
    let Some(kind) = StepKind::of_purpose(purpose) else { return Ok(()) };
    let find = store::select(actor.district)
        .push_bind("AND e.year = ?", year)
        .push_bind("AND e.kind = ?", kind.key())
        .push("AND e.inspection_id IS NULL AND e.state NOT IN ('done', 'cancelled')")
        .and_in("e.post_id", made.iter().map(|(post, _)| *post));
    let rows = tx.rows(find.push("ORDER BY e.post_id, e.part")).await?;
    let open = rows.iter().map(store::kept).collect::<Result<Vec<_>, _>>()?;
    for (post, id) in made {
        if let Some(step) = open.iter().find(|step| step.post.post == *post) {
            link(tx, actor, step, *id).await?;
        }
    }
    Ok(())
}

/// A reading was taken back: its step waits for another one.
///
/// # Errors
/// Storage failed.
pub async fn withdrawn(tx: &mut Tx, actor: &Actor, id: InspectionId) -> Result<(), Failure> {
    unlink(tx, actor, id, None).await
}

/// Takes a reading off the open steps that it is linked to, but for `but`.
async fn unlink(tx: &mut Tx, actor: &Actor, id: InspectionId, but: Option<SeasonStepId>) -> Result<(), Failure> {
    let find = store::select(actor.district)
        .push_bind("AND e.inspection_id = ?", id)
        .push("AND e.state NOT IN ('done', 'cancelled') ORDER BY e.id");
    let steps = tx.rows(find).await?.iter().map(store::kept).collect::<Result<Vec<_>, _>>()?;
    for step in steps.iter().filter(|step| Some(step.id) != but) {
        // Back to where its note stood.
        tx.execute(
            q("UPDATE season_steps SET inspection_id = NULL, state = $1, version = version + 1, changed_at = $2
               WHERE id = $3")
            .bind(step.of_note().key())
            .bind(tx.now())
            .bind(step.id),
        )
        .await?;
        let object = format!("season:{}", step.id);
        tx.audit(actor.district, Some(actor.account), "season.detached", &object, &step.title()).await?;
    }
    Ok(())
}

/// Links steps just planned to the readings that there are already: registered or signed before the plan was made.
///
/// # Errors
/// Storage failed.
pub async fn adopt(tx: &mut Tx, district: DistrictId, posts: &[PostId], year: i32) -> Result<(), Failure> {
    let find = q("SELECT e.id AS step_id, n.id, n.standing, n.closed_on FROM season_steps e
                  JOIN inspections n ON n.post_id = e.post_id AND n.year = e.year
                    AND ((e.kind = 'mid_year' AND n.purpose = 'half_year')
                      OR (e.kind = 'year_end' AND n.purpose = 'year_end'))
                  WHERE e.district_id = $1 AND e.year = $2 AND e.part = 1 AND e.state = 'planned'
                    AND e.inspection_id IS NULL AND n.standing <> 'withdrawn'")
    .bind(district)
    .bind(year)
    .and_in("e.post_id", posts.iter().copied())
    .push("ORDER BY e.id, CASE WHEN n.standing = 'closed' THEN 0 ELSE 1 END, n.announced_at, n.id");
    let mut last: Option<SeasonStepId> = None;
    for row in tx.rows(find).await? {
        let step: SeasonStepId = row.id("step_id")?;
        if last == Some(step) {
            continue;
        }
        last = Some(step);
        let signed = row.keyed("standing", Standing::from_key)? == Standing::Closed;
        tx.execute(
            q("UPDATE season_steps SET inspection_id = $1, state = $2, done_on = $3, paused_on = NULL WHERE id = $4")
                .bind(row.id::<InspectionId>("id")?)
                .bind(if signed { StepState::Done } else { StepState::Underway }.key())
                .bind(if signed { row.opt_day("closed_on")? } else { None })
                .bind(step),
        )
        .await?;
    }
    Ok(())
}

/// Both signed a reading: its step is done. Whoever calls recolours the post afterwards.
///
/// # Errors
/// Storage failed.
pub async fn closed(tx: &mut Tx, actor: &Actor, id: InspectionId, on: Day) -> Result<(), Failure> {
    let read = read(tx, actor.district, id).await?;
    if read.standing != Standing::Closed {
        return Ok(());
    }
    let Some(step) = step_of(tx, actor.district, id, &read).await? else { return Ok(()) };
    if !step.state.is_open() {
        return Ok(());
    }
    tx.execute(
        q("UPDATE season_steps SET inspection_id = $1, state = 'done', done_on = $2, paused_on = NULL,
             version = version + 1, changed_at = $3 WHERE id = $4")
        .bind(id)
        .bind(on)
        .bind(tx.now())
        .bind(step.id),
    )
    .await?;
    let object = format!("season:{}", step.id);
    tx.audit(actor.district, Some(actor.account), "season.done", &object, &step.title()).await?;
    Ok(())
}
