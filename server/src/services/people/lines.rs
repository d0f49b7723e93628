//! Lines shared by the directory's pages: units with heads, roles, 归口, spans.

use std::collections::HashMap;

use app::api::people::{Bodies, GrantLine, OversightLine, UnitLine};
use domain::{
    ids::{AccountId, DistrictId, UnitId},
    people::{Role, UnitKind, access::Actor},
    time::{Day, zh},
};

use super::order::{body_key, in_order};
use crate::{
    services::rows::Rows,
    storage::{Query, Row, StorageError, q},
};

/// `2021年12月1日起` or `2021年12月1日—2026年3月11日`.
pub(super) fn span(from: Day, to: Option<Day>) -> String {
    match to {
        Some(to) => format!("{}—{}", zh(from), zh(to)),
        None => format!("{}起", zh(from)),
    }
}

/// The running term of every head post by unit: `孔一帆，党工委书记`, and whether it is vacant.
pub(super) async fn heads(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<HashMap<UnitId, (String, bool)>, StorageError> {
    let found = rows
        .all(
            q("SELECT o.unit_id, o.title, p.name, t.acting FROM posts o
               LEFT JOIN terms t ON t.post_id = o.id AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               LEFT JOIN persons p ON p.id = t.person_id
               WHERE o.district_id = $1 AND o.is_head = 1 AND o.ends_on IS NULL ORDER BY t.starts_on")
            .bind(district)
            .bind(today),
        )
        .await?;
    let mut heads = HashMap::new();
    for row in found {
        let title = row.text("title")?;
        let line = match row.opt_text("name")? {
            Some(name) if row.opt_int("acting")? == Some(1) => (format!("{name}，{title}（主持工作）"), false),
            Some(name) => (format!("{name}，{title}"), false),
            None => (format!("{title}空缺"), true),
        };
        heads.insert(row.id("unit_id")?, line);
    }
    Ok(heads)
}

/// Names of all units of the district, ended ones too.
pub(super) async fn unit_names(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<HashMap<UnitId, String>, StorageError> {
    let found = rows.all(q("SELECT id, name FROM units WHERE district_id = $1").bind(district)).await?;
    found.iter().map(|r| Ok((r.id("id")?, r.text("name")?))).collect()
}

/// 归口 of every unit.
pub(super) async fn oversight(
    rows: &mut impl Rows,
    district: DistrictId,
    names: &HashMap<UnitId, String>,
) -> Result<HashMap<UnitId, OversightLine>, StorageError> {
    let found = rows
        .all(
            q("SELECT unit_id, team_id, office_id, committee_id FROM oversight_map WHERE district_id = $1")
                .bind(district),
        )
        .await?;
    let body = |id: Option<UnitId>| id.map(|id| (id, names.get(&id).cloned().unwrap_or_default()));
    found
        .iter()
        .map(|r| {
            let line = OversightLine {
                team: body(r.opt_id("team_id")?),
                office: body(r.opt_id("office_id")?),
                committee: body(r.opt_id("committee_id")?),
            };
            Ok((r.id("unit_id")?, line))
        })
        .collect()
}

/// Supervising bodies in words.
pub(super) fn watched_by(line: Option<&OversightLine>) -> String {
    let Some(line) = line else { return String::new() };
    let names: Vec<&str> =
        [&line.team, &line.office, &line.committee].into_iter().flatten().map(|(_, name)| name.as_str()).collect();
    names.join("、")
}

/// Running bodies that can supervise.
pub(super) async fn bodies(rows: &mut impl Rows, district: DistrictId) -> Result<Bodies, StorageError> {
    let found = rows
        .all(
            q("SELECT id, name, kind, pinyin FROM units WHERE district_id = $1 AND ends_on IS NULL
                 AND kind IN ('team', 'commission', 'committee') ORDER BY position, id")
            .bind(district),
        )
        .await?;
    let mut bodies = Bodies::default();
    for row in in_order(found)? {
        let one = (row.id("id")?, row.text("name")?);
        match row.keyed("kind", UnitKind::from_key)? {
            UnitKind::Team => bodies.teams.push(one),
            UnitKind::Commission => bodies.offices.push(one),
            _ => bodies.committees.push(one),
        }
    }
    Ok(bodies)
}

/// Running units by kind and place.
pub(super) async fn running_units(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<Vec<(UnitId, String)>, StorageError> {
    let found = rows
        .all(
            q("SELECT id, name, kind, pinyin FROM units WHERE district_id = $1 AND ends_on IS NULL
               ORDER BY position, id")
            .bind(district),
        )
        .await?;
    let mut all = Vec::with_capacity(found.len());
    for row in &found {
        let (name, kind) = (row.text("name")?, row.keyed("kind", UnitKind::from_key)?);
        // Business units in the district's own order, bodies by number.
        let key = is_body(kind).then(|| Ok::<_, StorageError>(body_key(&name, &row.text("pinyin")?))).transpose()?;
        all.push(((UnitKind::ALL.iter().position(|k| *k == kind), key), (row.id("id")?, name)));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all.into_iter().map(|(_, unit)| unit).collect())
}

/// Does a unit of this kind supervise others?
pub(super) fn is_body(kind: UnitKind) -> bool {
    matches!(kind, UnitKind::Team | UnitKind::Commission | UnitKind::Committee)
}

/// A unit as a line.
pub(super) fn unit_line(
    row: &Row,
    heads: &HashMap<UnitId, (String, bool)>,
    by: &HashMap<UnitId, OversightLine>,
) -> Result<UnitLine, StorageError> {
    let id: UnitId = row.id("id")?;
    let (head, vacant) = heads.get(&id).cloned().unwrap_or_default();
    let ended = row.opt_day("ends_on")?.map(|day| format!("{}撤并", zh(day))).unwrap_or_default();
    Ok(UnitLine {
        id,
        name: row.text("name")?,
        kind: row.keyed("kind", UnitKind::from_key)?,
        head,
        vacant,
        ended,
        watched_by: watched_by(by.get(&id)),
    })
}

/// The start of every question about roles.
pub(super) fn grants_query(district: DistrictId) -> Query {
    q("SELECT g.id, g.person_id, p.name AS person, g.role, g.unit_id, u.name AS unit, g.state, g.proposed_by,
         b.name AS proposer, p.pinyin
       FROM role_grants g JOIN persons p ON p.id = g.person_id JOIN units u ON u.id = g.unit_id
       LEFT JOIN accounts a ON a.id = g.proposed_by LEFT JOIN persons b ON b.id = a.person_id
       WHERE g.district_id = $1 AND g.state <> 'ended'")
    .bind(district)
}

/// A role as a line, with what the actor may do to it.
pub(super) fn grant_line(row: &Row, actor: &Actor) -> Result<GrantLine, StorageError> {
    let person = row.id("person_id")?;
    let role: Role = row.keyed("role", Role::from_key)?;
    let waits = row.text("state")? == "proposed";
    let proposer: Option<AccountId> = row.text("proposed_by")?.parse().ok();
    let security = actor.has(Role::SecurityAdmin) && person != actor.person;
    let people = actor.has(Role::SystemAdmin) || actor.has(Role::ConductOffice);
    Ok(GrantLine {
        id: row.text("id")?,
        person,
        name: row.text("person")?,
        role,
        unit: row.id("unit_id")?,
        unit_name: row.text("unit")?,
        waits,
        proposed_by: row.opt_text("proposer")?.unwrap_or_else(|| "导入".into()),
        may_confirm: waits && security && proposer != Some(actor.account),
        may_end: if role.needs_confirmation() && !waits { security } else { people },
    })
}
