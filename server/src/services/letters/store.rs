//! Rows of 通报. Only queries and mapping.

use domain::{
    Rejection,
    ids::{DistrictId, LetterId, UnitId},
    letters::Circular,
    people::access::{self, Actor},
    time::Day,
};

use super::super::rows::Rows;
use crate::storage::{Failure, StorageError, Tx, q};

/// One paper, or 「没有找到」.
pub(super) async fn load(from: &mut impl Rows, district: DistrictId, id: LetterId) -> Result<Circular, Failure> {
    let find = q("SELECT plain FROM letters WHERE district_id = $1 AND id = $2").bind(district).bind(id);
    let row = from.first(find).await?.ok_or(Rejection::NotFound)?;
    Ok(row.json("plain")?)
}

/// One paper that the actor may read, or 「没有找到」.
pub(super) async fn readable(from: &mut impl Rows, actor: &Actor, id: LetterId) -> Result<Circular, Failure> {
    let paper = load(from, actor.district, id).await?;
    let units: Vec<UnitId> = paper.units.iter().map(|(unit, _)| *unit).collect();
    let _proof = access::see_letter(actor, &units, paper.issued.is_some()).map_err(|_| Rejection::NotFound)?;
    Ok(paper)
}

fn text_of(paper: &Circular) -> Result<String, StorageError> {
    serde_json::to_string(paper).map_err(|_| StorageError::shape("plain"))
}

/// Keeps a new paper with its units.
pub(super) async fn insert(tx: &mut Tx, district: DistrictId, paper: &Circular) -> Result<(), StorageError> {
    tx.insert(
        "INSERT INTO letters (id, district_id, series, state, title, drafted_by, drafted_on, plain, version)",
        vec![
            paper.id.into(),
            district.into(),
            "circular".into(),
            paper.state.key().into(),
            (&paper.words.title).into(),
            paper.drafted_by.0.into(),
            paper.drafted_on.into(),
            text_of(paper)?.into(),
            paper.version.into(),
        ],
    )
    .await?;
    units(tx, district, paper).await
}

/// Writes the units anew; only before it is out, when none of them has confirmed anything.
pub(super) async fn units(tx: &mut Tx, district: DistrictId, paper: &Circular) -> Result<(), StorageError> {
    tx.execute(q("DELETE FROM letter_units WHERE letter_id = $1").bind(paper.id)).await?;
    let rows = paper
        .units
        .iter()
        .map(|(unit, name)| vec![paper.id.into(), (*unit).into(), district.into(), name.into()])
        .collect();
    tx.insert_all("INSERT INTO letter_units (letter_id, unit_id, district_id, unit_name)", rows, "").await?;
    Ok(())
}

/// Saves a paper after a step, if nobody changed it since version `seen`.
pub(super) async fn save(tx: &mut Tx, paper: &Circular, seen: u32) -> Result<(), Failure> {
    let number = paper.issued.as_ref().map(|(number, _)| number.to_string()).unwrap_or_default();
    let touched = tx
        .execute(
            q("UPDATE letters SET state = $1, title = $2, number = $3, drafted_by = $4, issued_on = $5, plain = $6,
                 version = $7 WHERE id = $8 AND version = $9")
            .bind(paper.state.key())
            .bind(&paper.words.title)
            .bind(number)
            .bind(paper.drafted_by.0)
            .bind(paper.issued.as_ref().map(|(_, on)| *on))
            .bind(text_of(paper)?)
            .bind(paper.version)
            .bind(paper.id)
            .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// Units that answer for a list and run on `today`, in the order of the directory.
pub(super) async fn choices(
    from: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<Vec<(UnitId, String)>, StorageError> {
    let find = q("SELECT DISTINCT u.id, u.name, u.position FROM units u JOIN posts p ON p.unit_id = u.id
                  WHERE u.district_id = $1 AND p.is_head = 1 AND u.starts_on <= $2
                    AND (u.ends_on IS NULL OR u.ends_on >= $2) AND u.leads_district = 0
                  ORDER BY u.position, u.name, u.id");
    let rows = from.all(find.bind(district).bind(today)).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}
