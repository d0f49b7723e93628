//! What proves that a problem was put right: records and 制度 of the unit's own. What somebody else keeps is not found,
//! whatever its id.

use std::collections::BTreeMap;

use domain::{
    Rejection,
    accountability::{Item, Proof},
    ids::{DistrictId, RecordId, RegulationId},
    people::access::{self, Actor, PostRef},
    records::RecordKind,
    time::{Day, zh_short},
};

use crate::{
    services::rows::Rows,
    storage::{Failure, Query, Row, StorageError, q},
};

/// Choices of each kind.
const SHOWN: i64 = 30;
const RECORDS: &str = "SELECT r.id, r.year, r.page, r.kind, r.event_on FROM records r
  WHERE r.district_id = $1 AND r.post_id = $2 AND r.state = 'recorded' AND r.page IS NOT NULL";
const REGULATIONS: &str = "SELECT g.id, g.title FROM regulations g
  WHERE g.district_id = $1 AND g.unit_id = $2 AND g.withdrawn_at IS NULL";

fn records(district: DistrictId, item: &Item) -> Query {
    q(RECORDS).bind(district).bind(item.post)
}

fn regulations(district: DistrictId, item: &Item) -> Query {
    q(REGULATIONS).bind(district).bind(item.unit)
}

/// Page, day and kind: what the office reads of a record in any case, and nothing of its text.
fn record(row: &Row) -> Result<Proof, StorageError> {
    let kind = row.keyed("kind", RecordKind::from_key)?;
    let (day, page): (Day, i64) = (row.day("event_on")?, row.int("page")?);
    let title = format!("{}年履责记录第{page}页（{} {}）", row.year("year")?, zh_short(day), kind.label());
    Ok(Proof { kind: "record".to_owned(), id: row.text("id")?, title })
}

fn regulation(row: &Row) -> Result<Proof, StorageError> {
    Ok(Proof { kind: "regulation".to_owned(), id: row.text("id")?, title: format!("《{}》", row.text("title")?) })
}

/// What the unit can name: its records since the problem was put on the account, and its 制度. Key and words.
pub(super) async fn provable(
    rows: &mut impl Rows,
    district: DistrictId,
    item: &Item,
) -> Result<Vec<(String, String)>, StorageError> {
    let since = records(district, item).push_bind("AND r.event_on >= ?", item.handed());
    let found = rows.all(since.push_bind("ORDER BY r.event_on DESC, r.id DESC LIMIT ?", SHOWN)).await?;
    let mut out = found.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let made = regulations(district, item).push_bind("ORDER BY g.adopted_on DESC, g.id DESC LIMIT ?", SHOWN);
    for row in rows.all(made).await? {
        out.push(regulation(&row)?);
    }
    Ok(out.into_iter().map(|proof| (format!("{}:{}", proof.kind, proof.id), proof.title)).collect())
}

fn nothing() -> Rejection {
    Rejection::field("proof", "没有找到所选的佐证，没有保存。只能关联本单位挂账以后的履责记录和制度，请重新选择。")
}

/// The chosen proofs, each looked up as the unit's own.
///
/// # Errors
/// One that is not there, another unit's, or of before the problem was put on the account.
pub(super) async fn chosen(
    rows: &mut impl Rows,
    district: DistrictId,
    item: &Item,
    keys: &[String],
) -> Result<Vec<Proof>, Failure> {
    let mut found: BTreeMap<String, Proof> = BTreeMap::new();
    let (mut of_records, mut of_regulations) = (Vec::new(), Vec::new());
    for key in keys {
        match key.split_once(':') {
            Some(("record", id)) => of_records.push(id.parse::<RecordId>().map_err(|_| nothing())?),
            Some(("regulation", id)) => of_regulations.push(id.parse::<RegulationId>().map_err(|_| nothing())?),
            _ => return Err(nothing().into()),
        }
    }
    if !of_records.is_empty() {
        let since = records(district, item).push_bind("AND r.event_on >= ?", item.handed());
        for row in rows.all(since.and_in("r.id", of_records)).await? {
            let proof = record(&row)?;
            found.insert(format!("record:{}", proof.id), proof);
        }
    }
    if !of_regulations.is_empty() {
        for row in rows.all(regulations(district, item).and_in("g.id", of_regulations)).await? {
            let proof = regulation(&row)?;
            found.insert(format!("regulation:{}", proof.id), proof);
        }
    }
    keys.iter().map(|key| found.get(key).cloned().ok_or_else(|| nothing().into())).collect()
}

/// Words of the proofs, each with its address where the reader may open what stands there.
pub(super) fn shown(actor: &Actor, post: PostRef, item: &Item) -> Vec<(String, String)> {
    let reads = access::read_book(actor, post).is_ok();
    item.proofs
        .iter()
        .map(|proof| {
            let link = match proof.kind.as_str() {
                "record" if reads => format!("/records/{}", proof.id),
                "regulation" => format!("/accountability/regulations?unit={}", item.unit),
                _ => String::new(),
            };
            (proof.title.clone(), link)
        })
        .collect()
}
