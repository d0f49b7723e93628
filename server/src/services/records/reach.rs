//! How far somebody's sight of one record reaches, for what stands beside it. The same steps as
//! the record's own page, so that a file is never more open than the text.

use app::api::{ApiError, records::RecordRow};
use domain::{
    ids::{DistrictId, PersonId, PostId, RecordId},
    people::access::{Actor, Hands, PostRef},
};

use super::{
    super::{Services, storage},
    book::{hidden, shown_in_outline},
};
use crate::storage::{Query, Row, StorageError, q};

/// A record as seen by somebody who may know of it.
pub(crate) struct Reach {
    /// Its post, for access.
    pub post: PostRef,
    /// Whose it is.
    pub hands: Hands,
    /// `recorded`, `proxy`, `refused`, `stub`, `offline`.
    pub state: String,
    /// May he read its text?
    pub reads_text: bool,
}

impl Reach {
    /// Did it go offline?
    pub fn is_offline(&self) -> bool {
        matches!(self.state.as_str(), "stub" | "offline")
    }
}

/// The row of a record with its author and drafter.
pub(crate) fn find(district: DistrictId, id: RecordId) -> Query {
    q("SELECT r.*, p.name AS proxy_name, a.name AS author_name FROM records r
       LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
       WHERE r.id = $1 AND r.district_id = $2")
    .bind(id)
    .bind(district)
}

/// Whose record a row is.
pub(crate) fn hands(row: &Row) -> Result<Hands, StorageError> {
    Ok(Hands { author: row.id::<PersonId>("author_person")?, proxy: row.opt_id("proxy_person")? })
}

impl Services {
    /// The actor's sight of a record.
    ///
    /// # Errors
    /// Not found, like a record that is not there.
    pub(crate) async fn reach(&self, actor: &Actor, id: RecordId) -> Result<Reach, ApiError> {
        let found = self.store.read().row(find(actor.district, id)).await.map_err(storage)?;
        let row = found.ok_or_else(hidden)?;
        let post: PostId = row.id("post_id").map_err(storage)?;
        let info = self.post_info(actor, post, self.today()).await?;
        let sight = self.sight_of(actor, &info, row.year("year").map_err(storage)?).await?;
        let state = row.text("state").map_err(storage)?;
        if sight.is_from_outside() && !shown_in_outline(&state) {
            return Err(hidden());
        }
        let shown = self.record_row(actor, &row, sight).await?;
        Ok(Reach {
            post: info.access(),
            hands: hands(&row).map_err(storage)?,
            // What was lawfully removed has no text and no files.
            reads_text: shown.text.is_some() && !matches!(state.as_str(), "stub" | "offline"),
            state,
        })
    }

    /// The actor's sight of some records of one book, one answer for each row, in order: the record as far as he
    /// reads it, nothing where he may not know of it. The rows are of records that are still there.
    ///
    /// # Errors
    /// Not found for everybody who may not open the book.
    pub(crate) async fn seen_of_book(
        &self,
        actor: &Actor,
        (post, year): (PostId, i32),
        rows: &[Row],
    ) -> Result<Vec<Option<RecordRow>>, ApiError> {
        let info = self.post_info(actor, post, self.today()).await?;
        let sight = self.sight_of(actor, &info, year).await?;
        let mut out = Vec::with_capacity(rows.len());
        for (row, seen) in rows.iter().zip(self.record_rows(actor, rows, sight).await?) {
            let known = !sight.is_from_outside() || shown_in_outline(&row.text("state").map_err(storage)?);
            out.push(known.then_some(seen));
        }
        Ok(out)
    }
}
