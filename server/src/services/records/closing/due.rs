//! 到期自动结转: books that nobody closed by the district's day.

use std::collections::HashMap;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    ids::DistrictId,
    records::{ClosedBy, automatic_day, closes_by_itself},
    time::Day,
};

use super::{
    super::super::{Services, rows::Rows, storage, told},
    Closer, Of, close, closed_on,
};
use crate::storage::{Pool, StorageError, q};

/// Books closed in one command. Each takes a few dozen statements, and other writes wait for all of
/// them; that is once a year, at midnight.
const AT_ONCE: usize = 16;
/// Name of the setting of a district: `03-31`, or `off`.
pub(super) const SETTING: &str = "book_closes_on";

/// The district's day, as a month and day.
pub(super) async fn day_of(rows: &mut impl Rows, district: DistrictId) -> Result<Option<(u32, u32)>, StorageError> {
    let row = rows.first(q("SELECT settings FROM districts WHERE id = $1").bind(district)).await?;
    let Some(row) = row else { return Ok(automatic_day(None)) };
    let settings: serde_json::Value = row.json("settings")?;
    Ok(automatic_day(settings.get(SETTING).and_then(serde_json::Value::as_str)))
}

/// Books of past years that are still open.
async fn open_books(read: &mut Pool, today: Day) -> Result<Vec<Of>, StorageError> {
    let rows = read
        .all(
            q("SELECT b.district_id, b.post_id, p.unit_id, b.year FROM (
                 SELECT district_id, post_id, year FROM leader_lists
                   WHERE year < $1 AND state IN ('issued', 'signed', 'superseded', 'frozen')
                 UNION SELECT district_id, post_id, year FROM records WHERE year < $1 AND state NOT IN ('refused', 'offline')) b
               JOIN posts p ON p.id = b.post_id
               WHERE NOT EXISTS (SELECT 1 FROM book_closings c WHERE c.post_id = b.post_id AND c.year = b.year)
               ORDER BY b.year, b.post_id")
            .bind(today.year()),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Of {
                district: row.id("district_id")?,
                post: row.id("post_id")?,
                unit: row.id("unit_id")?,
                year: row.year("year")?,
            })
        })
        .collect()
}

impl Services {
    /// Closes what is due (midnight, start-up). Answers how many books were closed here: one that
    /// somebody signed in between does not count.
    ///
    /// # Errors
    /// Of the storage; what was closed before stays closed.
    pub async fn close_due_books(&self) -> Result<u64, ApiError> {
        let today = self.today();
        let mut read = self.store.read().clone();
        let mut days: HashMap<DistrictId, Option<(u32, u32)>> = HashMap::new();
        let mut due = Vec::new();
        for of in open_books(&mut read, today).await.map_err(storage)? {
            let day = match days.get(&of.district) {
                Some(day) => *day,
                None => {
                    let day = day_of(&mut read, of.district).await.map_err(storage)?;
                    days.insert(of.district, day);
                    day
                }
            };
            if closes_by_itself(of.year, today, day) {
                due.push(of);
            }
        }
        let mut closed = 0;
        for some in due.chunks(AT_ONCE) {
            let some = some.to_vec();
            closed += self
                .store
                .write(move |tx| {
                    Box::pin(async move {
                        let mut closed = 0_u64;
                        let closer = Closer { by: ClosedBy::Due, account: None, signed: None };
                        for of in some {
                            // Somebody may have signed in between.
                            if closed_on(tx, of.post, of.year).await?.is_none() {
                                close(tx, of, &closer, today).await?;
                                closed += 1;
                            }
                        }
                        Ok(closed)
                    })
                })
                .await
                .map_err(told)?;
        }
        Ok(closed)
    }
}
