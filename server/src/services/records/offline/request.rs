//! A request to take a record offline, as its rows have it, with the two officers.

use domain::{
    ids::{DistrictId, PersonId, RecordId},
    time::Instant,
};

use super::{super::super::rows::Rows, held::Held};
use crate::storage::{StorageError, q};

/// One of the two.
#[derive(Debug, Clone)]
pub struct Officer {
    /// 1 or 2.
    pub slot: i64,
    /// Who.
    pub person: PersonId,
    /// Name when he was named.
    pub name: String,
    /// It was shown to him.
    pub seen: bool,
    /// He printed and signed.
    pub done: bool,
}

/// A request that is not ended.
#[derive(Debug)]
pub struct Request {
    /// Id.
    pub id: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// His name.
    pub asked_name: String,
    /// When.
    pub asked_at: Instant,
    /// One of the two has looked.
    pub looked: bool,
    held: String,
    /// The two.
    pub officers: Vec<Officer>,
}

impl Request {
    /// The words.
    pub fn held(&self) -> Result<Held, StorageError> {
        serde_json::from_str(&self.held).map_err(|_| StorageError::shape("held"))
    }
}

/// The open request of a record.
pub async fn open(
    rows: &mut impl Rows,
    district: DistrictId,
    record: RecordId,
) -> Result<Option<Request>, StorageError> {
    let find = q("SELECT * FROM offline_requests WHERE district_id = $1 AND record_id = $2 AND state = 'open'")
        .bind(district)
        .bind(record);
    let Some(row) = rows.first(find).await? else { return Ok(None) };
    let id = row.text("id")?;
    let officers = rows
        .all(q("SELECT * FROM offline_officers WHERE request_id = $1 ORDER BY slot").bind(&id))
        .await?
        .iter()
        .map(|row| {
            Ok(Officer {
                slot: row.int("slot")?,
                person: row.id("person_id")?,
                name: row.text("name")?,
                seen: row.opt_int("seen_at")?.is_some(),
                done: row.opt_int("done_at")?.is_some(),
            })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(Some(Request {
        id,
        asked_by: row.id("asked_by")?,
        asked_name: row.text("asked_name")?,
        asked_at: row.instant("asked_at")?,
        looked: row.opt_int("looked_at")?.is_some(),
        held: row.text("held")?,
        officers,
    }))
}
