//! What a question about the 履责画像 is about: the portrait itself knows its facts. The key of the subject is the
//! term and the number, `{term}:{fact}`.

use domain::{oversight::CheckSubject, people::access::Actor, time::Day};

use super::{
    super::{portrait, rows::Rows},
    ask::Stands,
};
use crate::storage::StorageError;

/// The number of a portrait as it stands now; `None` where there is none, or the actor has no sight of it.
pub(super) async fn stands(
    rows: &mut impl Rows,
    actor: &Actor,
    subject: &CheckSubject,
    today: Day,
) -> Result<Option<Stands>, StorageError> {
    let CheckSubject::Portrait { post, year, key } = subject else { return Ok(None) };
    let found = portrait::stands(rows, actor, (*post, *year, key), today).await?;
    Ok(found.map(|(title, shown)| Stands { title, shown, tone: None, duty: None }))
}
