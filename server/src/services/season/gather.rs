//! What the plan of the year is made from: posts with their heads and bodies, and the steps that are stored.

use std::collections::HashMap;

use domain::{
    ids::{DistrictId, PostId, SeasonStepId, UnitId},
    people::UnitKind,
    season::{Life, Place, StepState, Watch},
    time::Day,
};

use super::{super::rows::Rows, store};
use crate::storage::{StorageError, q};

/// A post with what its plan depends on.
pub(super) struct Planned {
    pub post: PostId,
    pub unit: UnitId,
    pub name: String,
    pub kind: UnitKind,
    pub life: Life,
    pub watch: Watch,
    /// First day of the present head; `None` while vacant.
    pub head: Option<Day>,
}

/// A stored step as the plan looks at it.
pub(super) struct Stored {
    pub id: SeasonStepId,
    pub place: Place,
    pub body: Option<UnitId>,
    pub by_hand: bool,
    pub planned_on: Day,
    pub due: Day,
    pub moved: bool,
    pub state: StepState,
    pub linked: bool,
    pub paused: bool,
}

/// Head posts that answer for a list, those that ended among them.
pub(super) async fn planned(
    from: &mut impl Rows,
    district: DistrictId,
    today: Day,
    only: Option<UnitId>,
) -> Result<Vec<Planned>, StorageError> {
    let mut find = q("SELECT p.id AS post_id, p.starts_on AS post_from, p.ends_on AS post_to, u.id AS unit_id, u.name,
             u.kind, u.leads_district, u.starts_on, u.ends_on, m.team_id, m.office_id,
             (SELECT MAX(t.starts_on) FROM terms t WHERE t.post_id = p.id AND t.starts_on <= $2
                AND (t.ends_on IS NULL OR t.ends_on >= $2)) AS head_from
           FROM posts p JOIN units u ON u.id = p.unit_id LEFT JOIN oversight_map m ON m.unit_id = u.id
           WHERE p.district_id = $1 AND p.is_head = 1 AND u.kind NOT IN ('team', 'committee', 'commission')")
    .bind(district)
    .bind(today);
    if let Some(unit) = only {
        find = find.push_bind("AND u.id = ?", unit);
    }
    let rows = from.all(find.push("ORDER BY u.position, u.name, p.position, p.id")).await?;
    rows.iter()
        .map(|row| {
            let ends = [row.opt_day("ends_on")?, row.opt_day("post_to")?];
            Ok(Planned {
                post: row.id("post_id")?,
                unit: row.id("unit_id")?,
                name: row.text("name")?,
                kind: row.keyed("kind", UnitKind::from_key)?,
                life: Life {
                    from: row.day("starts_on")?.max(row.day("post_from")?),
                    to: ends.into_iter().flatten().min(),
                    leads_district: row.flag("leads_district")?,
                },
                watch: Watch { team: row.opt_id("team_id")?, office: row.opt_id("office_id")? },
                head: row.opt_day("head_from")?,
            })
        })
        .collect()
}

pub(super) async fn stored(
    from: &mut impl Rows,
    district: DistrictId,
    years: [i32; 2],
    only: Option<UnitId>,
) -> Result<HashMap<PostId, Vec<Stored>>, StorageError> {
    let mut find = q("SELECT * FROM season_steps WHERE district_id = $1 AND (year = $2 OR (year = $3
                        AND state NOT IN ('done', 'cancelled')))")
    .bind(district)
    .bind(years[0])
    .bind(years[1]);
    if let Some(unit) = only {
        find = find.push_bind("AND unit_id = ?", unit);
    }
    let mut all: HashMap<PostId, Vec<Stored>> = HashMap::new();
    for row in &from.all(find.push("ORDER BY post_id, year, kind, period, part")).await? {
        all.entry(row.id("post_id")?).or_default().push(Stored {
            id: row.id("id")?,
            place: store::place(row)?,
            body: row.opt_id("body_id")?,
            by_hand: row.flag("by_hand")?,
            planned_on: row.day("planned_on")?,
            due: row.day("due_on")?,
            moved: !row.text("moved_why")?.is_empty(),
            state: row.keyed("state", StepState::from_key)?,
            linked: row.opt_text("inspection_id")?.is_some(),
            paused: row.opt_text("paused_on")?.is_some(),
        });
    }
    Ok(all)
}
