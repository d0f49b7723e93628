//! How a running reading opens a book: asked by the book, one record, its files and the search, so
//! that the rule stands in one place.

use std::collections::HashMap;

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{InspectionId, PostId},
    oversight::Inspection,
    people::access::{self, Actor, Reading, Sight},
    time::Day,
};

use super::{
    super::{Services, posts::PostInfo, rows::Rows, storage},
    store,
};
use crate::storage::{StorageError, q};

/// A reading in which the actor reads today.
#[derive(Debug, Clone)]
pub struct Running {
    /// Id.
    pub id: InspectionId,
    /// As rules know it.
    pub plain: Inspection,
    /// The proof.
    pub proof: Reading,
}

/// Readings in which the actor is a named reader and whose days have come, by post.
pub async fn running(
    from: &mut impl Rows,
    actor: &Actor,
    post: Option<PostId>,
    today: Day,
) -> Result<HashMap<PostId, Running>, StorageError> {
    let mut find = q("SELECT i.* FROM inspections i JOIN inspection_readers r ON r.inspection_id = i.id
                      WHERE i.district_id = $1 AND r.person_id = $2 AND i.standing = 'open'
                        AND i.from_day <= $3 AND i.to_day >= $3")
    .bind(actor.district)
    .bind(actor.person)
    .bind(today);
    if let Some(post) = post {
        find = find.push_bind("AND i.post_id = ?", post);
    }
    let mut out = HashMap::new();
    for row in &from.all(find).await? {
        let post: PostId = row.id("post_id")?;
        let plain = store::plain(row, vec![actor.person])?;
        if let Some(proof) = access::reading(actor, post, &plain, today) {
            out.insert(post, Running { id: row.id("id")?, plain, proof });
        }
    }
    Ok(out)
}

/// The running reading of exactly this book.
pub async fn reading_of(
    from: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    year: i32,
    today: Day,
) -> Result<Option<Running>, StorageError> {
    let mut all = running(from, actor, Some(post), today).await?;
    Ok(all.remove(&post).filter(|r| r.plain.year == year))
}

impl Services {
    /// How much of the book of a post and year the actor reads now.
    ///
    /// # Errors
    /// Not found where he may not open it, like one that does not exist.
    pub(in crate::services) async fn sight_of(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
    ) -> Result<Sight, ApiError> {
        let sight = access::read_book(actor, info.access()).map_err(|_| Rejection::NotFound)?;
        if sight != Sight::Outline {
            return Ok(sight);
        }
        let mut read = self.store.read().clone();
        let reading = reading_of(&mut read, actor, info.post, year, self.today()).await.map_err(storage)?;
        Ok(access::read_during(actor, info.access(), year, reading.map(|r| r.proof))
            .map_err(|_| Rejection::NotFound)?)
    }
}
