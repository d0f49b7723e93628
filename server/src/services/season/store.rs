//! Rows of steps. Only queries and mapping.

use std::collections::HashMap;

use domain::{
    Rejection,
    ids::{DistrictId, InspectionId, PersonId, PostId, SeasonStepId, UnitId},
    oversight::PlanStep,
    people::access::{PostRef, StepOf},
    season::{Place, SeasonDays, StepKind, StepState, late},
    time::Day,
};

use super::super::rows::Rows;
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// A step with the names around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: SeasonStepId,
    /// Its post.
    pub post: PostRef,
    /// Name of the unit.
    pub unit_name: String,
    /// Kind, year, period.
    pub place: Place,
    /// 1, or the number of the part of one that is split.
    pub part: u32,
    /// Whose it is.
    pub body: Option<UnitId>,
    /// Its name.
    pub body_name: String,
    /// The person it was given to.
    pub assignee: Option<PersonId>,
    /// His name.
    pub assignee_name: String,
    /// Due by the calendar.
    pub planned_on: Day,
    /// Due now.
    pub due: Day,
    /// Why it was moved.
    pub moved_why: String,
    /// State.
    pub state: StepState,
    /// Words for the unit, or how the step is to be done.
    pub note: String,
    /// Who drafted them,
    pub drafted_by: Option<PersonId>,
    /// by name.
    pub drafted_name: String,
    /// Who decided, and when.
    pub decided: (String, Option<Day>),
    /// Why they were returned.
    pub returned_why: String,
    /// The reading that does it.
    pub inspection: Option<InspectionId>,
    /// Since when the vacant post holds it.
    pub paused_on: Option<Day>,
    /// When it was done.
    pub done_on: Option<Day>,
    /// Handler of what was done on paper.
    pub handler: String,
    /// Why it was cancelled; of one that is done, what there is of it on paper.
    pub ended_why: String,
    /// Version for forms.
    pub version: i64,
}

impl Kept {
    /// For access.
    pub fn of(&self) -> StepOf {
        StepOf { post: self.post, body: self.body, assignee: self.assignee }
    }

    /// `区教育局 半年梳理（2）`: for audit and messages.
    pub fn title(&self) -> String {
        let part = if self.part > 1 { format!("（{}）", self.part) } else { String::new() };
        format!("{} {}年{}{part}", self.unit_name, self.place.year, self.place.kind.title(self.place.period))
    }

    /// Where its note stands, whatever became of the step meanwhile.
    pub fn of_note(&self) -> StepState {
        match (self.note.is_empty(), self.returned_why.is_empty(), self.decided.1) {
            (true, ..) => StepState::Planned,
            (false, false, _) => StepState::Returned,
            (false, true, Some(_)) => StepState::Approved,
            (false, true, None) => StepState::Drafted,
        }
    }

    /// Is it late on `today`?
    pub fn late(&self, today: Day) -> bool {
        late(self.state, self.due, self.paused_on.is_some(), today)
    }

    /// Does the 监督室 keep it waiting? It decides on notes, and it sends the reminder.
    pub fn waits_for_office(&self) -> bool {
        self.state == StepState::Drafted || (self.place.kind == StepKind::QuarterReminder && self.state.is_open())
    }
}

/// Steps with the names around them, to go on with `AND`.
pub fn select(district: DistrictId) -> Query {
    q("SELECT e.*, u.name AS unit_name, u.leads_district, b.name AS body_name,
         s.name AS assignee_name
       FROM season_steps e JOIN units u ON u.id = e.unit_id JOIN posts p ON p.id = e.post_id
         LEFT JOIN units b ON b.id = e.body_id LEFT JOIN persons s ON s.id = e.assignee_id
       WHERE e.district_id = $1")
    .bind(district)
}

/// One of [`select`].
pub fn kept(row: &Row) -> Result<Kept, StorageError> {
    Ok(Kept {
        id: row.id("id")?,
        post: PostRef {
            post: row.id("post_id")?,
            unit: row.id("unit_id")?,
            leads_district: row.flag("leads_district")?,
        },
        unit_name: row.text("unit_name")?,
        place: place(row)?,
        part: row.small("part")?,
        body: row.opt_id("body_id")?,
        body_name: row.opt_text("body_name")?.unwrap_or_default(),
        assignee: row.opt_id("assignee_id")?,
        assignee_name: row.opt_text("assignee_name")?.unwrap_or_default(),
        planned_on: row.day("planned_on")?,
        due: row.day("due_on")?,
        moved_why: row.text("moved_why")?,
        state: row.keyed("state", StepState::from_key)?,
        note: row.text("note")?,
        drafted_by: row.opt_id("drafted_by")?,
        drafted_name: row.text("drafted_name")?,
        decided: (row.text("decided_name")?, row.opt_day("decided_on")?),
        returned_why: row.text("returned_why")?,
        inspection: row.opt_id("inspection_id")?,
        paused_on: row.opt_day("paused_on")?,
        done_on: row.opt_day("done_on")?,
        handler: row.text("handler")?,
        ended_why: row.text("ended_why")?,
        version: row.int("version")?,
    })
}

/// Kind, year, period of a row.
pub fn place(row: &Row) -> Result<Place, StorageError> {
    Ok(Place { kind: row.keyed("kind", StepKind::from_key)?, year: row.year("year")?, period: row.small("period")? })
}

/// One step, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: SeasonStepId) -> Result<Kept, Failure> {
    let row = from.first(select(district).push_bind("AND e.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(kept(&row)?)
}

/// All parts of the step of a post, in order.
pub async fn parts_of(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    place: Place,
) -> Result<Vec<Kept>, StorageError> {
    let find = select(district)
        .push_bind("AND e.post_id = ?", post)
        .push_bind("AND e.year = ?", place.year)
        .push_bind("AND e.kind = ?", place.kind.key())
        .push_bind("AND e.period = ?", place.period)
        .push("ORDER BY e.part");
    from.all(find).await?.iter().map(kept).collect()
}

/// Every change of a step is one of its versions; somebody else's in between is stale.
///
/// # Errors
/// It is not the version that was seen.
pub async fn stepped(tx: &mut Tx, kept: &Kept, seen: i64) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE season_steps SET version = version + 1, changed_at = $1 WHERE id = $2 AND version = $3")
                .bind(tx.now())
                .bind(kept.id)
                .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// The days of the plan with their version; the defaults (示范) have version 0.
pub async fn days(from: &mut impl Rows, district: DistrictId) -> Result<(SeasonDays, i64), StorageError> {
    let row = from.first(q("SELECT days, version FROM season_settings WHERE district_id = $1").bind(district)).await?;
    row.map_or_else(|| Ok((SeasonDays::default(), 0)), |row| Ok((row.json("days")?, row.int("version")?)))
}

/// Steps of 半年梳理 and 年底检查 of some posts, as the board asks for them. One statement.
pub async fn of_posts(
    from: &mut impl Rows,
    posts: &[PostId],
    year: i32,
) -> Result<HashMap<PostId, Vec<PlanStep>>, StorageError> {
    let find = q("SELECT post_id, kind, state, due_on, done_on, paused_on FROM season_steps
                  WHERE year = $1 AND kind <> 'quarter_reminder'")
    .bind(year);
    let rows = from.all(find.and_in("post_id", posts.iter().copied()).push("ORDER BY post_id, kind, part")).await?;
    let mut all: HashMap<PostId, Vec<PlanStep>> = HashMap::new();
    for row in &rows {
        let Some(purpose) = row.keyed("kind", StepKind::from_key)?.purpose() else { continue };
        all.entry(row.id("post_id")?).or_default().push(PlanStep {
            purpose,
            state: row.keyed("state", StepState::from_key)?,
            due: row.day("due_on")?,
            done_on: row.opt_day("done_on")?,
            paused: row.opt_day("paused_on")?.is_some(),
        });
    }
    Ok(all)
}
