//! 佐证材料: uploads, links to records, who opens what. The bytes are `crate::evidence`'s.
//! Refuses to count files, to ask for one, and to show one to anybody who may not read the record.

mod add;
mod finish;
mod list;
mod reuse;
mod tidy;
mod whole;
mod withdraw;

pub use add::{Begin, Begun, Piece};
pub use finish::{Added, Finish};
pub use list::Opened;
pub use reuse::{DRAFT as LINK_DRAFT, Link, Shelf, Shelved};
pub use withdraw::Withdraw;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::RecordId,
    people::access::{self, Actor, AddEvidence},
    records::takes_records,
    time::Day,
};

use super::{posts, records, rows::Rows};
use crate::storage::{Failure, Row};

/// States of a record that still takes files.
const OPEN: [&str; 2] = ["recorded", "proxy"];

/// May the actor add to this record? Everybody else gets the answer of one that is not there.
async fn may_add(rows: &mut impl Rows, actor: &Actor, record: RecordId, today: Day) -> Result<AddEvidence, Failure> {
    let row = rows.first(records::reach::find(actor.district, record)).await?.ok_or(Rejection::NotFound)?;
    let info = posts::post(rows, actor.district, row.id("post_id")?, today).await?.ok_or(Rejection::NotFound)?;
    let proof =
        access::add_evidence(actor, info.access(), records::reach::hands(&row)?).map_err(|_| Rejection::NotFound)?;
    if !OPEN.contains(&row.text("state")?.as_str()) {
        return Err(Rejection::state("这条记录已退回或已依规移除，不能再添加佐证材料。请重新记录后再添加。").into());
    }
    open_book(rows, &row).await?;
    Ok(proof)
}

/// Nothing is added to a closed book, and nothing taken back from it.
async fn open_book(rows: &mut impl Rows, record: &Row) -> Result<(), Failure> {
    let year = record.year("year")?;
    let closed = records::closing::closed_on(rows, record.id("post_id")?, year).await?;
    Ok(takes_records(year, closed)?)
}

/// Bytes taken by a district: its files, and of the uploads on the way of each other account the
/// largest: a page sends one after the other, and who announces many reserves no more than one. What the
/// actor has on the way himself is asked for with the file in question.
async fn used(rows: &mut impl Rows, actor: &Actor) -> Result<u64, Failure> {
    let row = rows
        .first(
            crate::storage::q(
                "SELECT CAST((SELECT COALESCE(SUM(size), 0) FROM evidence_files WHERE district_id = $1)
                      + (SELECT COALESCE(SUM(largest), 0) FROM (
                           SELECT MAX(size) AS largest FROM evidence_uploads
                           WHERE district_id = $1 AND account_id <> $2 GROUP BY account_id) AS way) AS BIGINT) AS n",
            )
            .bind(actor.district)
            .bind(actor.account),
        )
        .await?;
    let n = row.map_or(Ok(0), |row| row.int("n"))?;
    Ok(u64::try_from(n).unwrap_or(u64::MAX))
}

/// What the browser may learn of a disk that refused; nothing of it was kept.
fn disk(e: &std::io::Error) -> ApiError {
    tracing::error!(error = %e, "evidence not stored");
    if e.kind() == std::io::ErrorKind::StorageFull { ApiError::Full } else { ApiError::Unavailable }
}
