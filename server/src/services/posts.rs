//! A post with its unit and present head, and the district's calendar and rules.

use std::collections::HashMap;

use domain::{
    board::RuleSet,
    ids::{DistrictId, PersonId, PostId, TermId, UnitId},
    people::{
        Role,
        access::{Actor, PostRef},
    },
    time::{Day, DayKind, WorkCalendar},
};

use super::rows::Rows;
use crate::storage::{Row, StorageError, q};

/// The present head of a post.
#[derive(Debug, Clone)]
pub struct Head {
    /// Term.
    pub term: TermId,
    /// Person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// First day.
    pub from: Day,
    /// 主持工作.
    pub acting: bool,
}

/// A post with what decides access to it.
#[derive(Debug, Clone)]
pub struct PostInfo {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: UnitId,
    /// Unit name.
    pub unit_name: String,
    /// Title such as 党工委书记.
    pub title: String,
    /// 区委书记's post.
    pub leads_district: bool,
    /// Present head; `None` while vacant.
    pub head: Option<Head>,
}

impl PostInfo {
    /// For access.
    pub fn access(&self) -> PostRef {
        PostRef { post: self.post, unit: self.unit, leads_district: self.leads_district }
    }

    /// `孔一帆，党工委书记` or 「空缺」.
    pub fn who(&self) -> String {
        match &self.head {
            Some(head) => format!("{}，{}", head.name, self.title),
            None => format!("{}（空缺）", self.title),
        }
    }
}

/// A head post of the district with its head on `today`.
pub async fn post(
    rows: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    today: Day,
) -> Result<Option<PostInfo>, StorageError> {
    let found = rows
        .first(
            q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name, u.leads_district
               FROM posts p JOIN units u ON u.id = p.unit_id
               WHERE p.id = $1 AND p.district_id = $2 AND p.is_head = 1")
            .bind(post)
            .bind(district),
        )
        .await?;
    let Some(row) = found else { return Ok(None) };
    let now = rows
        .first(
            q("SELECT t.id AS term_id, t.starts_on, t.acting, s.id AS person_id, s.name
               FROM terms t JOIN persons s ON s.id = t.person_id
               WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY t.starts_on DESC LIMIT 1")
            .bind(post)
            .bind(today),
        )
        .await?
        .map(|row| head(&row))
        .transpose()?;
    info(&row, now).map(Some)
}

/// Head posts of the units in which the actor holds one of `roles` (联络员, member): in the order of his grants, the
/// one chosen in the session first. Never that of the 区委书记, for whom nobody works (`access::draft_record`).
pub async fn worked_for(
    rows: &mut impl Rows,
    actor: &Actor,
    roles: &[Role],
    today: Day,
) -> Result<Vec<PostId>, StorageError> {
    let mut units: Vec<UnitId> = Vec::new();
    for grant in actor.grants.iter().filter(|g| roles.contains(&g.role)) {
        if !units.contains(&grant.unit) {
            units.push(grant.unit);
        }
    }
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let find = q("SELECT p.id, p.unit_id FROM posts p JOIN units u ON u.id = p.unit_id
                  WHERE p.district_id = $1 AND p.is_head = 1 AND u.leads_district = 0
                  AND (p.ends_on IS NULL OR p.ends_on >= $2)")
    .bind(actor.district)
    .bind(today)
    .and_in("p.unit_id", units.iter().copied());
    let found = rows.all(find.push("ORDER BY p.position, p.id")).await?;
    let found: Result<Vec<(PostId, UnitId)>, StorageError> =
        found.iter().map(|row| Ok((row.id("id")?, row.id("unit_id")?))).collect();
    let mut found = found?;
    // Stable: within a unit the order of its posts stays.
    found.sort_by_key(|(post, unit)| (actor.post != Some(*post), units.iter().position(|u| u == unit)));
    Ok(found.into_iter().map(|(post, _)| post).collect())
}

/// All head posts of the district with their heads on `today`, in the order of the directory, those that ended
/// among them. Two statements, however many there are.
pub async fn heads(rows: &mut impl Rows, district: DistrictId, today: Day) -> Result<Vec<PostInfo>, StorageError> {
    let terms = rows
        .all(
            q("SELECT t.post_id, t.id AS term_id, t.starts_on, t.acting, s.id AS person_id, s.name
               FROM terms t JOIN persons s ON s.id = t.person_id
               WHERE t.district_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY t.starts_on")
            .bind(district)
            .bind(today),
        )
        .await?;
    // Of two that overlap, whoever came last.
    let mut present = HashMap::new();
    for row in &terms {
        present.insert(row.id::<PostId>("post_id")?, head(row)?);
    }
    let found = rows
        .all(
            q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name, u.leads_district
               FROM posts p JOIN units u ON u.id = p.unit_id
               WHERE p.district_id = $1 AND p.is_head = 1 ORDER BY u.position, u.name, p.position, p.id")
            .bind(district),
        )
        .await?;
    found
        .iter()
        .map(|row| {
            let post = row.id("post_id")?;
            info(row, present.remove(&post))
        })
        .collect()
}

fn head(row: &Row) -> Result<Head, StorageError> {
    Ok(Head {
        term: row.id("term_id")?,
        person: row.id("person_id")?,
        name: row.text("name")?,
        from: row.day("starts_on")?,
        acting: row.flag("acting")?,
    })
}

fn info(row: &Row, head: Option<Head>) -> Result<PostInfo, StorageError> {
    Ok(PostInfo {
        post: row.id("post_id")?,
        unit: row.id("unit_id")?,
        unit_name: row.text("unit_name")?,
        title: row.text("title")?,
        leads_district: row.flag("leads_district")?,
        head,
    })
}

/// The editable holiday table.
pub async fn calendar(rows: &mut impl Rows, district: DistrictId) -> Result<WorkCalendar, StorageError> {
    let rows = rows.all(q("SELECT day, kind FROM holidays WHERE district_id = $1").bind(district)).await?;
    let days = rows
        .iter()
        .map(|row| {
            let kind = if row.text("kind")? == "workday" { DayKind::Workday } else { DayKind::Holiday };
            Ok((row.day("day")?, kind))
        })
        .collect::<Result<Vec<_>, StorageError>>()?;
    Ok(WorkCalendar::new(days))
}

/// 启用日; `None` until it is set.
pub async fn enabled_on(rows: &mut impl Rows, district: DistrictId) -> Result<Option<Day>, StorageError> {
    let row = rows.first(q("SELECT enabled_on FROM districts WHERE id = $1").bind(district)).await?;
    row.map_or(Ok(None), |row| row.opt_day("enabled_on"))
}

/// The adopted rules, the defaults (示范) where none were adopted.
pub async fn rules(rows: &mut impl Rows, district: DistrictId) -> Result<RuleSet, StorageError> {
    Ok(rules_and_day(rows, district).await?.0)
}

/// [`rules`] and 启用日 at once.
pub async fn rules_and_day(rows: &mut impl Rows, district: DistrictId) -> Result<(RuleSet, Option<Day>), StorageError> {
    let row = rows
        .first(
            q("SELECT d.enabled_on,
                 (SELECT r.rules FROM rule_sets r WHERE r.district_id = d.id ORDER BY r.version DESC LIMIT 1) AS rules
               FROM districts d WHERE d.id = $1")
            .bind(district),
        )
        .await?;
    row.map_or_else(|| Ok((RuleSet::default(), None)), |row| Ok((rules_of(&row)?, row.opt_day("enabled_on")?)))
}

/// Rules from a row with `rules`, NULL where none were adopted.
pub fn rules_of(row: &Row) -> Result<RuleSet, StorageError> {
    match row.opt_text("rules")? {
        Some(_) => row.json("rules"),
        None => Ok(RuleSet::default()),
    }
}
