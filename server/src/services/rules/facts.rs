//! The facts of a whole district, some posts at a time: what a dry run is made over. Items and their occurrences
//! only; the other columns of the board do not follow the editable rules.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    board::{Fact, Facts, ItemFacts, Satisfied},
    duties::{DutyItem, Frequency},
    ids::{DistrictId, DutyId, LeaderListId, OccurrenceId, PostId},
    time::{Day, Window, first_of},
};

use super::super::{facts, oversight, posts, rows::Rows, tolerance};
use crate::storage::{Row, StorageError, q};

/// Posts loaded at once: a few megabytes.
pub const AT_ONCE: usize = 64;

/// A post with a list in force.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Post.
    pub post: PostId,
    /// Unit name.
    pub unit: String,
    /// The list.
    pub list: LeaderListId,
}

/// Posts of the year with a list in force, in the order of the directory; that of the 区委书记 only where
/// `with_leader`.
pub async fn listed(
    rows: &mut impl Rows,
    district: DistrictId,
    year: i32,
    with_leader: bool,
) -> Result<Vec<Listed>, StorageError> {
    let found = rows
        .all(
            q("SELECT d.id, d.post_id, u.name FROM leader_lists d
               JOIN posts p ON p.id = d.post_id JOIN units u ON u.id = p.unit_id
               WHERE d.district_id = $1 AND d.year = $2 AND d.state IN ('issued', 'signed') AND u.leads_district <= $3
               ORDER BY u.position, u.name, p.position, p.id, d.edition DESC")
            .bind(district)
            .bind(year)
            .bind(with_leader),
        )
        .await?;
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for row in &found {
        let post = row.id("post_id")?;
        if seen.insert(post) {
            out.push(Listed { post, unit: row.text("name")?, list: row.id("id")? });
        }
    }
    Ok(out)
}

/// What does not differ from post to post.
pub struct Around {
    year: i32,
    today: Day,
    enabled: Day,
    terms: HashMap<PostId, Vec<(Day, Option<Day>)>>,
    refuted: BTreeSet<PostId>,
    excused: BTreeSet<OccurrenceId>,
}

impl Around {
    /// Loads it.
    pub async fn load(rows: &mut impl Rows, district: DistrictId, year: i32, today: Day) -> Result<Self, StorageError> {
        let enabled = posts::enabled_on(rows, district).await?.unwrap_or(first_of(year, 1));
        let found = rows
            .all(
                q("SELECT post_id, starts_on, ends_on FROM terms WHERE district_id = $1 ORDER BY post_id, starts_on, id")
                    .bind(district),
            )
            .await?;
        let mut terms: HashMap<PostId, Vec<(Day, Option<Day>)>> = HashMap::new();
        for row in &found {
            terms.entry(row.id("post_id")?).or_default().push(facts::term(row)?);
        }
        let found = rows
            .all(
                q("SELECT DISTINCT n.post_id FROM inspections n JOIN inspection_remarks m ON m.inspection_id = n.id
                   WHERE n.district_id = $1 AND n.year = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL")
                .bind(district)
                .bind(year),
            )
            .await?;
        let refuted = found.iter().map(|row| row.id("post_id")).collect::<Result<_, _>>()?;
        let excused = tolerance::excused_in(rows, district).await?;
        Ok(Self { year, today, enabled, terms, refuted, excused })
    }

    /// The facts of some posts, in their order.
    pub async fn facts(&self, rows: &mut impl Rows, some: &[Listed]) -> Result<Vec<Facts>, StorageError> {
        let mut items = items(rows, some).await?;
        let mut occurrences = self.occurrences(rows, some).await?;
        let recorded = self.recorded(rows, some).await?;
        let mut out = Vec::with_capacity(some.len());
        for one in some {
            let mut made = items.remove(&one.list).unwrap_or_default();
            for item in &mut made {
                item.recorded = recorded.contains(&(one.post, item.duty));
                item.occurrences = occurrences.remove(&(one.post, item.duty)).unwrap_or_default();
            }
            if self.refuted.contains(&one.post) {
                let refuted = oversight::refuted(rows, one.post, self.year).await?;
                for item in &mut made {
                    item.refuted = refuted.get(&item.duty).copied();
                }
            }
            let terms = self.terms.get(&one.post).map_or(&[][..], Vec::as_slice);
            let bare = facts::of_items(one.post, self.year, Some(self.enabled), terms, &[], &[], self.today);
            out.push(Facts { items: made, excused: self.excused.clone(), ..bare });
        }
        Ok(out)
    }

    async fn occurrences(
        &self,
        rows: &mut impl Rows,
        some: &[Listed],
    ) -> Result<HashMap<(PostId, DutyId), Vec<Fact>>, StorageError> {
        let find =
            q("SELECT o.id, o.post_id, o.duty_id, o.window_from, o.window_to, o.due_on, o.record_id, o.event_on,
                        o.recorded_on, CASE WHEN o.verified_at IS NULL THEN 0 ELSE 1 END AS verified
                      FROM occurrences o WHERE o.year = $1 AND o.state = 'open'")
            .bind(self.year)
            .and_in("o.post_id", some.iter().map(|one| one.post))
            .push("ORDER BY o.due_on, o.code, o.id")
            .at_once(&[
                "id",
                "post_id",
                "duty_id",
                "window_from",
                "window_to",
                "due_on",
                "record_id",
                "event_on",
                "recorded_on",
                "verified",
            ]);
        let mut out: HashMap<(PostId, DutyId), Vec<Fact>> = HashMap::new();
        for row in &rows.all(find).await? {
            out.entry((row.id("post_id")?, row.id("duty_id")?)).or_default().push(fact(row)?);
        }
        Ok(out)
    }

    async fn recorded(&self, rows: &mut impl Rows, some: &[Listed]) -> Result<HashSet<(PostId, DutyId)>, StorageError> {
        let find = q("SELECT DISTINCT r.post_id, d.duty_id FROM record_duties d JOIN records r ON r.id = d.record_id
                      WHERE r.year = $1 AND r.state = 'recorded' AND d.unmatched_why IS NULL")
        .bind(self.year)
        .and_in("r.post_id", some.iter().map(|one| one.post))
        .at_once(&["post_id", "duty_id"]);
        rows.all(find).await?.iter().map(|row| Ok((row.id("post_id")?, row.id("duty_id")?))).collect()
    }
}

fn fact(row: &Row) -> Result<Fact, StorageError> {
    let satisfied = match (row.opt_id("record_id")?, row.opt_day("event_on")?, row.opt_day("recorded_on")?) {
        (Some(record), Some(event_on), Some(recorded_on)) => {
            Some(Satisfied { record, event_on, recorded_on, verified: row.flag("verified")? })
        }
        _ => None,
    };
    let window = Window { from: row.day("window_from")?, to: row.day("window_to")? };
    Ok(Fact { id: row.id("id")?, window, due: row.day("due_on")?, satisfied })
}

/// Items of the lists, without their occurrences.
async fn items(rows: &mut impl Rows, some: &[Listed]) -> Result<HashMap<LeaderListId, Vec<ItemFacts>>, StorageError> {
    let find = q(
        "SELECT t.list_id, t.duty_id, t.code, t.text, t.frequency, t.hard, t.routine FROM leader_items t WHERE 1 = 1",
    )
    .and_in("t.list_id", some.iter().map(|one| one.list))
    .push("ORDER BY t.list_id, t.position, t.duty_id")
    .at_once(&["list_id", "duty_id", "code", "text", "frequency", "hard", "routine"]);
    let mut out: HashMap<LeaderListId, Vec<ItemFacts>> = HashMap::new();
    for row in &rows.all(find).await? {
        let frequency = row.keyed("frequency", Frequency::from_key)?;
        // See `duties::cadence`: monthly routine is confirmed once a quarter.
        let routine = frequency == Frequency::Monthly && row.flag("routine")?;
        out.entry(row.id("list_id")?).or_default().push(ItemFacts {
            duty: row.id("duty_id")?,
            code: row.text("code")?,
            text: DutyItem::shorten(&row.text("text")?),
            cadence: if routine { Frequency::Quarterly } else { frequency },
            hard: row.flag("hard")?,
            recorded: false,
            refuted: None,
            occurrences: Vec::new(),
        });
    }
    Ok(out)
}
