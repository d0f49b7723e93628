//! Whom a report may be about, and which posts that comes to. The district's own leader (区委书记) is in none: what is
//! known of him is the 区纪委书记's alone.

use domain::{
    Rejection,
    ids::{DistrictId, UnitId},
    people::{
        UnitKind,
        access::{Actor, draft_office_report},
    },
    reports::Cover,
    time::Day,
};

use super::{super::rows::Rows, gather::Covered};
use crate::storage::{Failure, StorageError, q};

/// Head posts of a cover on a day, in the order of the directory.
pub async fn posts(
    from: &mut impl Rows,
    district: DistrictId,
    cover: Cover,
    today: Day,
) -> Result<Vec<Covered>, StorageError> {
    let mut find =
        q("SELECT p.id AS post_id, u.id AS unit_id, u.name, u.kind FROM posts p JOIN units u ON u.id = p.unit_id
                  LEFT JOIN oversight_map m ON m.unit_id = u.id
                  WHERE p.district_id = $1 AND p.is_head = 1 AND (p.ends_on IS NULL OR p.ends_on >= $2)
                    AND (u.ends_on IS NULL OR u.ends_on >= $2) AND u.leads_district = 0
                    AND u.kind NOT IN ('team', 'committee', 'commission')")
        .bind(district)
        .bind(today);
    find = match cover {
        Cover::District => find,
        Cover::Kind(kind) => find.push_bind("AND u.kind = ?", kind.key()),
        Cover::Body(body) => find.push_bind("AND (m.team_id = ?", body).push_bind("OR m.office_id = ?)", body),
        Cover::Unit(unit) => find.push_bind("AND u.id = ?", unit),
    };
    let mut rows = from.all(find.push("ORDER BY u.position, u.name, p.position, p.id")).await?;
    // The districts' own order of kinds (镇街 first), as on the board.
    rows.sort_by_key(|row| {
        let kind = row.text("kind").ok().and_then(|kind| UnitKind::from_key(&kind));
        UnitKind::ALL.iter().position(|k| Some(*k) == kind)
    });
    rows.iter()
        .map(|row| Ok(Covered { post: row.id("post_id")?, unit: row.id("unit_id")?, name: row.text("name")? }))
        .collect()
}

/// What a cover is called. Not found where it names a unit that is none of the district.
pub async fn name(from: &mut impl Rows, district: DistrictId, cover: Cover) -> Result<String, Failure> {
    let unit = match cover {
        Cover::District => {
            let row = from.first(q("SELECT name FROM districts WHERE id = $1").bind(district)).await?;
            return Ok(row.ok_or(Rejection::NotFound)?.text("name")?);
        }
        Cover::Kind(kind) => return Ok(kind.label().to_owned()),
        Cover::Body(unit) | Cover::Unit(unit) => unit,
    };
    let find = q("SELECT name, kind FROM units WHERE id = $1 AND district_id = $2").bind(unit).bind(district);
    let row = from.first(find).await?.ok_or(Rejection::NotFound)?;
    let kind = row.keyed("kind", UnitKind::from_key)?;
    let name = row.text("name")?;
    match cover {
        Cover::Body(_) if !matches!(kind, UnitKind::Team | UnitKind::Commission) => Err(Rejection::NotFound.into()),
        Cover::Body(_) => Ok(format!("{name}归口单位")),
        _ => Ok(name),
    }
}

/// Covers that the actor may write about: key and name, the wider first.
pub async fn choices(from: &mut impl Rows, actor: &Actor, today: Day) -> Result<Vec<(String, String)>, StorageError> {
    let mut all = Vec::new();
    let mut offer = |cover: Cover, name: String| {
        if draft_office_report(actor, cover).is_ok() {
            all.push((cover.key(), name));
        }
    };
    offer(Cover::District, "全区".to_owned());
    for kind in UnitKind::ALL.into_iter().filter(|kind| kind.answers_for_a_list()) {
        offer(Cover::Kind(kind), format!("全部{}", kind.label()));
    }
    let bodies = from
        .all(
            q("SELECT u.id, u.name FROM units u WHERE u.district_id = $1 AND (u.ends_on IS NULL OR u.ends_on >= $2)
                 AND EXISTS (SELECT 1 FROM oversight_map m WHERE m.team_id = u.id OR m.office_id = u.id)
               ORDER BY u.position, u.name, u.id")
            .bind(actor.district)
            .bind(today),
        )
        .await?;
    for row in &bodies {
        let unit: UnitId = row.id("id")?;
        offer(Cover::Body(unit), format!("{}归口单位", row.text("name")?));
    }
    for covered in posts(from, actor.district, Cover::District, today).await? {
        offer(Cover::Unit(covered.unit), covered.name);
    }
    // A unit with two head posts stands once.
    all.dedup();
    Ok(all)
}
