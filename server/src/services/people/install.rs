//! An empty installation: its district, the commission's unit and the first persons.
//! Used by the command line only; refuses a second district.

use domain::{
    ids::{DistrictId, PersonId, UnitId},
    people::UnitKind,
    time::Day,
};

use super::names;
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Name of a district that nobody has named yet.
const DISTRICT: &str = "本区";
/// Name of the commission's unit until it is renamed.
const COMMISSION: &str = "区纪委监委";

/// The installation's district, made where there is none (the writer is alone, so no second can appear).
pub(crate) async fn district(tx: &mut Tx) -> Result<DistrictId, StorageError> {
    if let Some(row) = tx.row(q("SELECT id FROM districts ORDER BY created_at, id LIMIT 1")).await? {
        return row.id("id");
    }
    let now = tx.now();
    let id = DistrictId(random::id(now));
    tx.insert(
        "INSERT INTO districts (id, name, created_at)",
        vec![id.into(), DISTRICT.into(), now.into()],
    )
    .await?;
    Ok(id)
}

/// District and the unit in which administrators hold their roles.
pub(super) async fn home(tx: &mut Tx, today: Day) -> Result<(DistrictId, UnitId), Failure> {
    let district = district(tx).await?;
    let row = tx
        .row(
            q("SELECT id FROM units WHERE district_id = $1 AND kind = $2 AND ends_on IS NULL ORDER BY position, id LIMIT 1")
                .bind(district)
                .bind(UnitKind::Commission.key()),
        )
        .await?;
    if let Some(row) = row {
        return Ok((district, row.id("id")?));
    }
    let unit = UnitId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on, pinyin)",
        vec![
            unit.into(),
            district.into(),
            COMMISSION.into(),
            UnitKind::Commission.key().into(),
            today.into(),
            names::unit_key(COMMISSION).into(),
        ],
    )
    .await?;
    Ok((district, unit))
}

/// A new person.
pub(super) async fn person(tx: &mut Tx, district: DistrictId, name: &str) -> Result<PersonId, StorageError> {
    let id = PersonId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO persons (id, district_id, name, pinyin, initials)",
        vec![id.into(), district.into(), name.into(), names::person_key(name).into(), names::initials(name).into()],
    )
    .await?;
    Ok(id)
}
