//! Closing of a year's book: the check that keeps a closed book closed.

use domain::{ids::PostId, time::Day};

use super::super::rows::Rows;
use crate::storage::{StorageError, q};

/// The day on which a book was closed.
pub async fn closed_on(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Option<Day>, StorageError> {
    let row = rows
        .first(q("SELECT closed_on FROM book_closings WHERE post_id = $1 AND year = $2").bind(post).bind(year))
        .await?;
    row.map(|row| row.day("closed_on")).transpose()
}
