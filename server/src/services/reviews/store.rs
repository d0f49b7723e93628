//! Rows of meetings: load, save with version check, the parts table. Who may and when is
//! decided by the callers.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    approval::Decision,
    ids::{AccountId, DistrictId, MeetingId, PersonId},
    people::{Role, access::Actor},
    reviews::{Part, Phase, Plan},
    time::Day,
};

use super::super::rows::Rows;
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// State of a plan before the meeting itself has one.
pub const DRAFT: &str = "draft";
/// 提请审定.
pub const ASKED: &str = "asked";
/// 退回.
pub const RETURNED: &str = "returned";
/// 审定; afterwards the key of the meeting's phase stands here.
pub const APPROVED: &str = "approved";

/// A meeting as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Id.
    pub id: MeetingId,
    /// District.
    pub district: DistrictId,
    /// `draft`, `asked`, `returned`, `approved`, or the key of a phase.
    pub state: String,
    /// Plan.
    pub plan: Plan,
    /// Row version.
    pub version: i64,
}

impl Stored {
    fn of(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id("id")?,
            district: row.id("district_id")?,
            state: row.text("state")?,
            plan: row.json("plan")?,
            version: row.int("version")?,
        })
    }

    /// May the plan be changed?
    pub fn editable(&self) -> bool {
        self.state == DRAFT || self.state == RETURNED
    }

    /// Was the plan approved (and the meeting perhaps begun)?
    pub fn approved(&self) -> bool {
        !self.editable() && self.state != ASKED
    }

    /// Approved and not begun: check-in has not been opened.
    pub fn preparing(&self) -> bool {
        self.state == APPROVED || self.state == Phase::Preparing.key()
    }

    /// Has it begun, and is it not over?
    pub fn running(&self) -> bool {
        [Phase::CheckIn, Phase::Running].iter().any(|p| p.key() == self.state)
    }

    /// Word on pages.
    pub fn label(&self) -> &'static str {
        match self.state.as_str() {
            DRAFT => "起草",
            ASKED => "待审定",
            RETURNED => "已退回",
            APPROVED => "已审定，筹备中",
            key => [Phase::CheckIn, Phase::Running, Phase::Announcing, Phase::Feedback, Phase::Archived]
                .into_iter()
                .find(|p| p.key() == key)
                .map_or("已审定，筹备中", Phase::label),
        }
    }
}

/// A meeting of the district.
///
/// # Errors
/// [`Rejection::NotFound`] where there is none.
pub async fn load(rows: &mut impl Rows, district: DistrictId, id: MeetingId) -> Result<Stored, Failure> {
    let row = rows
        .first(q("SELECT * FROM meetings WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(Stored::of(&row)?)
}

/// Every meeting of the district, the latest day first.
pub async fn all(rows: &mut impl Rows, district: DistrictId) -> Result<Vec<Stored>, StorageError> {
    let rows = rows
        .all(q("SELECT * FROM meetings WHERE district_id = $1 ORDER BY on_day DESC, id DESC LIMIT 200").bind(district))
        .await?;
    rows.iter().map(Stored::of).collect()
}

/// Approved meetings that have not begun, from `today` on: what somebody may still have to do.
pub async fn coming(rows: &mut impl Rows, district: DistrictId, today: Day) -> Result<Vec<Stored>, StorageError> {
    let rows = rows
        .all(
            q("SELECT * FROM meetings WHERE district_id = $1 AND on_day >= $2 AND state IN ('approved', 'preparing')
               ORDER BY on_day, id")
            .bind(district)
            .bind(today),
        )
        .await?;
    rows.iter().map(Stored::of).collect()
}

/// Meetings in one of `states`, the earliest day first.
pub async fn in_states(
    rows: &mut impl Rows,
    district: DistrictId,
    states: &[&str],
) -> Result<Vec<Stored>, StorageError> {
    let find =
        q("SELECT * FROM meetings WHERE district_id = $1").bind(district).and_in("state", states.iter().copied());
    rows.all(find.push("ORDER BY on_day, id")).await?.iter().map(Stored::of).collect()
}

/// A meeting as the actor saw it, for a change.
pub async fn open(tx: &mut Tx, district: DistrictId, id: MeetingId, seen: i64) -> Result<Stored, Failure> {
    let stored = load(&mut *tx, district, id).await?;
    if stored.version != seen {
        return Err(Rejection::Stale.into());
    }
    Ok(stored)
}

/// Saves plan and state; the parts table follows the plan.
pub async fn save(tx: &mut Tx, stored: &mut Stored) -> Result<(), Failure> {
    let plan = serde_json::to_string(&stored.plan).map_err(|_| StorageError::shape("plan"))?;
    let touched = tx
        .execute(
            q("UPDATE meetings SET year = $1, on_day = $2, title = $3, state = $4, plan = $5, version = version + 1
               WHERE id = $6 AND district_id = $7 AND version = $8")
            .bind(stored.plan.year)
            .bind(stored.plan.on)
            .bind(&stored.plan.title)
            .bind(&stored.state)
            .bind(plan)
            .bind(stored.id)
            .bind(stored.district)
            .bind(stored.version),
        )
        .await?;
    if touched == 0 {
        return Err(Rejection::Stale.into());
    }
    stored.version += 1;
    rebuild_people(tx, stored).await?;
    Ok(())
}

/// Adds a meeting.
pub async fn insert(tx: &mut Tx, by: AccountId, stored: &Stored) -> Result<(), StorageError> {
    let plan = serde_json::to_string(&stored.plan).map_err(|_| StorageError::shape("plan"))?;
    let now = tx.now();
    tx.insert(
        "INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, version, created_by, created_at)",
        vec![
            stored.id.into(),
            stored.district.into(),
            stored.plan.year.into(),
            stored.plan.on.into(),
            (&stored.plan.title).into(),
            (&stored.state).into(),
            plan.into(),
            stored.version.into(),
            by.into(),
            now.into(),
        ],
    )
    .await?;
    rebuild_people(tx, stored).await
}

async fn rebuild_people(tx: &mut Tx, stored: &Stored) -> Result<(), StorageError> {
    tx.execute(q("DELETE FROM meeting_people WHERE meeting_id = $1").bind(stored.id)).await?;
    let plan = &stored.plan;
    let everybody: BTreeSet<PersonId> = plan
        .officers()
        .chain(plan.raters.iter().filter_map(|r| r.person))
        .chain(plan.presenters.iter().map(|p| p.person))
        .collect();
    for person in everybody {
        for part in plan.parts(person) {
            tx.insert(
                "INSERT INTO meeting_people (meeting_id, person_id, part, district_id)",
                vec![stored.id.into(), person.into(), part_key(part).into(), stored.district.into()],
            )
            .await?;
        }
    }
    Ok(())
}

/// Those who run a meeting.
trait Officers {
    fn officers(&self) -> impl Iterator<Item = PersonId> + '_;
}

impl Officers for Plan {
    fn officers(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.chair
            .into_iter()
            .chain(self.operators.iter().copied())
            .chain(self.tellers.iter().copied())
            .chain(self.counters.iter().copied())
    }
}

/// Storage key of a part.
pub fn part_key(part: Part) -> &'static str {
    match part {
        Part::Chair => "chair",
        Part::Operator => "operator",
        Part::Teller => "teller",
        Part::Counter => "counter",
        Part::Rater => "rater",
        Part::Presenter => "presenter",
    }
}

/// Word of a part.
pub fn part_label(part: Part) -> &'static str {
    match part {
        Part::Chair => "主持人",
        Part::Operator => "会务操作员",
        Part::Teller => "监票人",
        Part::Counter => "计票人",
        Part::Rater => "评议人员",
        Part::Presenter => "述责对象",
    }
}

/// The parts of the actor in a meeting; those of a plan that was not approved count for nothing.
pub fn parts_of(actor: &Actor, stored: &Stored) -> BTreeSet<Part> {
    if stored.district == actor.district && stored.approved() {
        stored.plan.parts(actor.person)
    } else {
        BTreeSet::new()
    }
}

/// Has the actor one of `parts` in an approved meeting?
pub fn has_part(actor: &Actor, stored: &Stored, parts: &[Part]) -> bool {
    parts_of(actor, stored).iter().any(|p| parts.contains(p))
}

/// A decision to keep.
#[derive(Debug, Clone)]
pub struct Kept<'a> {
    /// What it is about.
    pub subject: &'a str,
    /// Word of the step.
    pub step: &'a str,
    /// In which role.
    pub role: Role,
    /// Outcome.
    pub decision: Decision,
    /// Reason.
    pub reason: &'a str,
    /// On paper: day and handler.
    pub paper: Option<(Day, String)>,
}

/// Keeps a decision for ever.
pub async fn keep(tx: &mut Tx, actor: &Actor, kept: Kept<'_>) -> Result<(), StorageError> {
    let key = match kept.decision {
        Decision::Agreed => "agreed",
        Decision::Returned => "returned",
        Decision::Commented => "commented",
    };
    let (on, handler) = kept.paper.map_or((None, None), |(on, handler)| (Some(on), Some(handler)));
    let now = tx.now();
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason,
         paper_on, paper_handler, at)",
        vec![
            random::id(now).to_string().into(),
            actor.district.into(),
            kept.subject.into(),
            kept.step.into(),
            kept.role.key().into(),
            actor.account.into(),
            (&actor.name).into(),
            key.into(),
            kept.reason.into(),
            on.into(),
            handler.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Units that have not ended, in printed order.
pub async fn unit_names(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<Vec<(domain::ids::UnitId, String)>, StorageError> {
    let rows = rows
        .all(
            q("SELECT id, name FROM units WHERE district_id = $1 AND ends_on IS NULL ORDER BY position, pinyin, id")
                .bind(district),
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}
