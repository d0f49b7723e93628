//! Keeps the plan of the year: made from the calendar for every head post, assigned by the 归口表, paused with a vacancy,
//! ended with its unit. Doing it again changes nothing.

use std::collections::HashSet;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    ids::{DistrictId, PostId, SeasonStepId, UnitId},
    season::{Due, SeasonDays, StepKind, StepState, body_of, plan, resumed},
    time::{Day, WorkCalendar, zh_short},
};

use super::{
    super::{Services, colours, posts, rows::Rows, storage, told},
    attach::adopt,
    gather::{Planned, Stored, planned, stored},
    store,
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Posts kept in one command: other writes wait no longer than a few milliseconds.
const AT_ONCE: usize = 16;
/// Why a step of a unit or post that ended is cancelled.
const ENDED: &str = "单位或岗位已撤并";
/// Why a reminder is cancelled that fell into a vacancy.
const NOBODY: &str = "岗位空缺，本季度没有提醒对象";
/// Why a step has another due day after a vacancy.
const RESUMED: &str = "岗位空缺期间到期，新任负责人到任后顺延";

/// What becomes of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// It is new.
    Add { due: Due, body: Option<UnitId>, vacant: bool },
    /// The calendar or the days of the office moved it.
    Date(SeasonStepId, Day),
    /// The 归口表 gives it to another body.
    Body(SeasonStepId, Option<UnitId>),
    /// Its post fell vacant.
    Pause(SeasonStepId),
    /// The post is held again.
    Resume { step: SeasonStepId, due: Day, why: &'static str },
    /// Nobody will do it.
    Cancel(SeasonStepId, &'static str),
}

/// What becomes of the steps of one post.
#[derive(Debug, Clone)]
struct Work {
    post: PostId,
    unit: UnitId,
    name: String,
    changes: Vec<Change>,
}

/// What the plan of a post becomes on `today`.
fn changes(
    post: &Planned,
    wanted: &[Due],
    steps: &[Stored],
    today: Day,
    days: SeasonDays,
    calendar: &WorkCalendar,
) -> Vec<Change> {
    let mut out = Vec::new();
    let body = body_of(post.kind, post.watch);
    for due in wanted {
        let known =
            steps.iter().any(|s| (s.place.year, s.place.kind, s.place.period) == (due.on.year(), due.kind, due.period));
        // What was due before there was a plan is in nobody's plan.
        if !known && due.on >= today {
            out.push(Change::Add { due: *due, body, vacant: post.head.is_none() });
        }
    }
    for step in steps.iter().filter(|s| s.state.is_open()) {
        if post.life.to.is_some_and(|to| to < today) && !step.linked {
            out.push(Change::Cancel(step.id, ENDED));
            continue;
        }
        if !step.by_hand && !step.linked && step.body != body {
            out.push(Change::Body(step.id, body));
        }
        // What was late before the post fell vacant stays the body's delay.
        if post.head.is_none() && !step.paused && !step.linked && step.due >= today {
            out.push(Change::Pause(step.id));
            continue;
        }
        if let (Some(arrived), true) = (post.head, step.paused) {
            let place = (step.place.year, step.place.period);
            // Whoever was entered only now, for a day before the due day, has all of his time from now on.
            let arrived = if arrived <= step.due && step.due < today { today } else { arrived };
            out.push(match resumed(step.place.kind, place, step.due, arrived, days, calendar) {
                None => Change::Cancel(step.id, NOBODY),
                Some(due) if due == step.due => Change::Resume { step: step.id, due, why: "" },
                Some(due) => Change::Resume { step: step.id, due, why: RESUMED },
            });
            continue;
        }
        let new = wanted
            .iter()
            .find(|due| (due.on.year(), due.kind, due.period) == (step.place.year, step.place.kind, step.place.period));
        if let Some(new) = new
            && !step.moved
            && new.on != step.planned_on
            && step.due >= today
            && new.on >= today
        {
            out.push(Change::Date(step.id, new.on));
        }
    }
    out
}

/// What is to be done for the posts of a district, or of one unit. Six statements.
async fn works(
    from: &mut impl Rows,
    district: DistrictId,
    today: Day,
    only: Option<UnitId>,
) -> Result<Vec<Work>, StorageError> {
    let (days, _) = store::days(from, district).await?;
    let calendar = posts::calendar(from, district).await?;
    // Without a 启用日 nothing has begun.
    let Some(enabled) = posts::enabled_on(from, district).await? else { return Ok(Vec::new()) };
    let all = planned(from, district, today, only).await?;
    let steps = stored(from, district, [today.year(), today.year() - 1], only).await?;
    Ok(all
        .into_iter()
        .filter_map(|post| {
            let wanted = plan(today.year(), post.life, days, &calendar, Some(enabled));
            let own = steps.get(&post.post).map_or(&[][..], Vec::as_slice);
            let changes = changes(&post, &wanted, own, today, days, &calendar);
            (!changes.is_empty()).then_some(Work { post: post.post, unit: post.unit, name: post.name, changes })
        })
        .collect())
}

/// Writes what became of some posts; how many steps changed.
async fn apply(tx: &mut Tx, district: DistrictId, today: Day, works: &[Work]) -> Result<u64, Failure> {
    let now = tx.now();
    let (mut rows, mut n) = (Vec::new(), 0);
    for work in works {
        for change in &work.changes {
            match change {
                Change::Add { due, body, vacant } => rows.push(vec![
                    SeasonStepId(random::id(now)).into(),
                    district.into(),
                    work.unit.into(),
                    work.post.into(),
                    due.on.year().into(),
                    due.kind.key().into(),
                    due.period.into(),
                    (*body).into(),
                    due.on.into(),
                    due.on.into(),
                    StepState::Planned.key().into(),
                    vacant.then_some(today).into(),
                    now.into(),
                    now.into(),
                ]),
                other => n += change_one(tx, district, today, work, other).await?,
            }
        }
    }
    let made = tx
        .insert_all(
            "INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, body_id, planned_on, due_on,
               state, paused_on, made_at, changed_at)",
            rows,
            "ON CONFLICT (post_id, year, kind, period, part) DO NOTHING",
        )
        .await?;
    if made > 0 {
        let posts: Vec<PostId> = works.iter().map(|work| work.post).collect();
        adopt(tx, district, &posts, today.year()).await?;
        let object = format!("season_year:{}", today.year());
        tx.audit(district, None, "season.planned", &object, &format!("{made} 项")).await?;
    }
    for work in works {
        recolour(tx, district, work, today).await?;
    }
    Ok(n + made)
}

async fn change_one(
    tx: &mut Tx,
    district: DistrictId,
    today: Day,
    work: &Work,
    change: &Change,
) -> Result<u64, StorageError> {
    let now = tx.now();
    // Between reading and writing somebody may have ended it, moved it or given it to others.
    let (step, query, words) = match change {
        Change::Add { .. } => return Ok(0),
        Change::Date(step, day) => (
            step,
            q("UPDATE season_steps SET planned_on = $1, due_on = $1, version = version + 1, changed_at = $2
               WHERE id = $3 AND moved_why = '' AND state NOT IN ('done', 'cancelled')")
            .bind(*day)
            .bind(now)
            .bind(*step),
            format!("按工作日历改为{}", zh_short(*day)),
        ),
        Change::Body(step, body) => (
            step,
            q("UPDATE season_steps SET body_id = $1, version = version + 1, changed_at = $2
               WHERE id = $3 AND by_hand = 0 AND state NOT IN ('done', 'cancelled')")
            .bind(*body)
            .bind(now)
            .bind(*step),
            "按归口表改派".to_owned(),
        ),
        Change::Pause(step) => (
            step,
            q("UPDATE season_steps SET paused_on = $1, version = version + 1, changed_at = $2
               WHERE id = $3 AND state NOT IN ('done', 'cancelled')")
            .bind(today)
            .bind(now)
            .bind(*step),
            "岗位空缺，暂停".to_owned(),
        ),
        Change::Resume { step, due, why } => (
            step,
            q("UPDATE season_steps SET paused_on = NULL, due_on = $1,
                 moved_why = CASE WHEN $2 = '' THEN moved_why ELSE $2 END, version = version + 1, changed_at = $3
               WHERE id = $4 AND state NOT IN ('done', 'cancelled')")
            .bind(*due)
            .bind(*why)
            .bind(now)
            .bind(*step),
            format!("负责人到任，{}前完成", zh_short(*due)),
        ),
        Change::Cancel(step, why) => (
            step,
            q("UPDATE season_steps SET state = 'cancelled', ended_why = $1, paused_on = NULL, version = version + 1,
                 changed_at = $2 WHERE id = $3 AND state NOT IN ('done', 'cancelled')")
            .bind(*why)
            .bind(now)
            .bind(*step),
            (*why).to_owned(),
        ),
    };
    let touched = tx.execute(query).await?;
    if touched > 0 {
        let object = format!("season:{step}");
        tx.audit(district, None, "season.kept", &object, &format!("{} {words}", work.name)).await?;
    }
    Ok(touched)
}

/// 督 of the board names the due day: recoloured where it may have changed, and only where there is a row.
async fn recolour(tx: &mut Tx, district: DistrictId, work: &Work, today: Day) -> Result<(), Failure> {
    let named = work.changes.iter().any(|change| match change {
        Change::Add { due, .. } => due.kind != StepKind::QuarterReminder,
        Change::Body(..) => false,
        // A vacancy changes what the cells say of the head, too.
        Change::Pause(_) | Change::Date(..) | Change::Resume { .. } | Change::Cancel(..) => true,
    });
    if !named {
        return Ok(());
    }
    let years: HashSet<i32> = tx
        .rows(q("SELECT DISTINCT year FROM board_cells WHERE post_id = $1").bind(work.post))
        .await?
        .iter()
        .map(|row| row.year("year"))
        .collect::<Result<_, _>>()?;
    for year in [today.year() - 1, today.year()] {
        if years.contains(&year) {
            colours::refresh(tx, district, work.post, year, today).await?;
        }
    }
    Ok(())
}

/// Keeps the plan of one unit at once, inside the command that changed its post, its 归口 or its life.
///
/// # Errors
/// Storage failed.
pub async fn keep_unit(tx: &mut Tx, district: DistrictId, unit: UnitId, today: Day) -> Result<(), Failure> {
    let works = works(tx, district, today, Some(unit)).await?;
    apply(tx, district, today, &works).await.map(drop)
}

/// Keeps the plan of the whole district inside one command: for a story that is told at once.
///
/// # Errors
/// Storage failed.
pub async fn keep_all(tx: &mut Tx, district: DistrictId, today: Day) -> Result<u64, Failure> {
    let works = works(tx, district, today, None).await?;
    apply(tx, district, today, &works).await
}

impl Services {
    /// Keeps the plan of every district (start-up, midnight, after an import); how many steps changed.
    ///
    /// # Errors
    /// Storage failed; what was committed stays.
    pub async fn keep_seasons(&self) -> Result<u64, ApiError> {
        let rows = self.store.read().rows(q("SELECT id FROM districts ORDER BY id")).await.map_err(storage)?;
        let today = self.today();
        let mut n = 0;
        for row in &rows {
            let district: DistrictId = row.id("id").map_err(storage)?;
            let mut read = self.store.read().clone();
            let works = works(&mut read, district, today, None).await.map_err(storage)?;
            for some in works.chunks(AT_ONCE) {
                let some = some.to_vec();
                n += self
                    .store
                    .write(move |tx| Box::pin(async move { apply(tx, district, today, &some).await }))
                    .await
                    .map_err(told)?;
            }
        }
        Ok(n)
    }
}
