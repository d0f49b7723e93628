//! Rows of cases. Only queries and mapping; a case is kept as the rules know it.

use domain::{
    Rejection,
    ids::{ClearanceId, DistrictId, ToleranceId},
    people::access::PostRef,
    tolerance::{Case, Clearance, ClearanceState, Concerned},
};

use super::super::rows::Rows;
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// A case with its unit.
#[derive(Debug, Clone)]
pub(super) struct Kept<T> {
    /// Case.
    pub plain: T,
    /// Unit name.
    pub unit: String,
    /// Post of the 区委书记.
    pub leads_district: bool,
    /// 文号; empty before.
    pub number: String,
}

impl Kept<Case> {
    /// For access.
    pub fn access(&self) -> PostRef {
        PostRef { post: self.plain.post, unit: self.plain.unit, leads_district: self.leads_district }
    }
}

impl Kept<Clearance> {
    /// For access.
    pub fn access(&self) -> PostRef {
        PostRef { post: self.plain.post, unit: self.plain.unit, leads_district: self.leads_district }
    }
}

fn read<T: serde::de::DeserializeOwned>(row: &Row) -> Result<Kept<T>, StorageError> {
    Ok(Kept {
        plain: row.json("plain")?,
        unit: row.text("unit_name")?,
        leads_district: row.flag("leads_district")?,
        number: row.text("number")?,
    })
}

/// Cases of a district; more conditions can be pushed (`c` case).
pub(super) fn cases(district: DistrictId) -> Query {
    q("SELECT c.plain, c.number, u.name AS unit_name, u.leads_district
       FROM tolerance_cases c JOIN units u ON u.id = c.unit_id WHERE c.district_id = $1")
    .bind(district)
}

/// 澄清 of a district; more conditions can be pushed (`c` case).
pub(super) fn clearances(district: DistrictId) -> Query {
    q("SELECT c.plain, c.number, u.name AS unit_name, u.leads_district
       FROM clearances c JOIN units u ON u.id = c.unit_id WHERE c.district_id = $1")
    .bind(district)
}

/// Cases of a query of [`cases`].
pub(super) async fn all_cases(from: &mut impl Rows, find: Query) -> Result<Vec<Kept<Case>>, StorageError> {
    from.all(find).await?.iter().map(read).collect()
}

/// 澄清 of a query of [`clearances`].
pub(super) async fn all_clearances(from: &mut impl Rows, find: Query) -> Result<Vec<Kept<Clearance>>, StorageError> {
    from.all(find).await?.iter().map(read).collect()
}

/// One case, or 「没有找到」.
pub(super) async fn case(from: &mut impl Rows, district: DistrictId, id: ToleranceId) -> Result<Kept<Case>, Failure> {
    let row = from.first(cases(district).push_bind("AND c.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// One 澄清, or 「没有找到」.
pub(super) async fn clearance(
    from: &mut impl Rows,
    district: DistrictId,
    id: ClearanceId,
) -> Result<Kept<Clearance>, Failure> {
    let row = from.first(clearances(district).push_bind("AND c.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// Does anything follow, and be it the note of a 勉励谈话? Such cases come first in lists, and into 待办.
fn case_waits(case: &Case) -> bool {
    !case.state.is_over() || case.suggests_talk()
}

fn clearance_waits(case: &Clearance) -> bool {
    match case.state {
        ClearanceState::Asked | ClearanceState::Approved => true,
        ClearanceState::Done => case.receipt.is_none() || case.talk.is_none(),
        ClearanceState::Refused => false,
    }
}

fn text_of(plain: &impl serde::Serialize) -> Result<String, StorageError> {
    serde_json::to_string(plain).map_err(|_| StorageError::shape("plain"))
}

/// Keeps a new case.
pub(super) async fn insert_case(tx: &mut Tx, district: DistrictId, case: &Case) -> Result<(), StorageError> {
    let person = match &case.concerned {
        Concerned::Head { person, .. } => Some(person.to_string()),
        Concerned::Cadre { .. } | Concerned::Unit => None,
    };
    tx.insert(
        "INSERT INTO tolerance_cases (id, district_id, unit_id, post_id, about, state, by_person, for_person, proposed,
         waits, asked_on, plain, version)",
        vec![
            case.id.into(),
            district.into(),
            case.unit.into(),
            case.post.into(),
            case.about.key().into(),
            case.state.key().into(),
            case.by.0.into(),
            person.into(),
            case.proposed.into(),
            case_waits(case).into(),
            case.asked_on.into(),
            text_of(case)?.into(),
            case.version.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Saves a case after a step, if nobody changed it since version `seen`.
pub(super) async fn save_case(tx: &mut Tx, case: &Case, number: &str, seen: u32) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE tolerance_cases SET state = $1, verifier = $2, number = $3, plain = $4, version = $5, waits = $6
               WHERE id = $7 AND version = $8")
            .bind(case.state.key())
            .bind(case.verifier.as_ref().map(|(person, _)| person.to_string()))
            .bind(number)
            .bind(text_of(case)?)
            .bind(case.version)
            .bind(case_waits(case))
            .bind(case.id)
            .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// A line of the course of a case.
pub(super) async fn note(
    tx: &mut Tx,
    district: DistrictId,
    id: ToleranceId,
    step: &str,
    name: &str,
    words: &str,
) -> Result<(), StorageError> {
    let last = tx.row(q("SELECT COALESCE(MAX(seq), 0) AS n FROM tolerance_events WHERE case_id = $1").bind(id)).await?;
    let seq = last.map_or(Ok(0), |row| row.int("n"))? + 1;
    let now = tx.now();
    tx.insert(
        "INSERT INTO tolerance_events (case_id, seq, district_id, at, step, person_name, words)",
        vec![id.into(), seq.into(), district.into(), now.into(), step.into(), name.into(), words.into()],
    )
    .await?;
    Ok(())
}

/// Keeps a new 澄清.
pub(super) async fn insert_clearance(tx: &mut Tx, district: DistrictId, case: &Clearance) -> Result<(), StorageError> {
    tx.insert(
        "INSERT INTO clearances (id, district_id, unit_id, post_id, about, state, person_id, by_person, waits, asked_on,
         plain, version)",
        vec![
            case.id.into(),
            district.into(),
            case.unit.into(),
            case.post.into(),
            case.about.key().into(),
            case.state.key().into(),
            case.person.0.into(),
            case.by.0.into(),
            clearance_waits(case).into(),
            case.asked_on.into(),
            text_of(case)?.into(),
            case.version.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Saves a 澄清 after a step, if nobody changed it since version `seen`.
pub(super) async fn save_clearance(tx: &mut Tx, case: &Clearance, number: &str, seen: u32) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE clearances SET state = $1, number = $2, plain = $3, version = $4, waits = $5
               WHERE id = $6 AND version = $7")
            .bind(case.state.key())
            .bind(number)
            .bind(text_of(case)?)
            .bind(case.version)
            .bind(clearance_waits(case))
            .bind(case.id)
            .bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}
