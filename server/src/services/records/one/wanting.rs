//! What a record without an item could correspond to: the suggestions of its kind, or of the kind that its
//! sentence sounds like. Said on its author's own page only; never ticked for him.

use app::api::records::RecordRow;
use domain::{
    ids::{DutyId, PostId},
    people::access::Actor,
    records::{RecordKind, resembles, suggest, suggest_like, why, why_like},
    time::Day,
};

use super::super::super::{facts, rows::Rows};
use crate::storage::{Row, StorageError};

/// Said where no item is near.
const OPEN: &str = "还没有对应清单条目";

/// One sentence, and the items that it names.
pub(super) async fn suggests(
    from: &mut impl Rows,
    actor: &Actor,
    post: PostId,
    year: i32,
    (shown, row): (&RecordRow, &Row),
    today: Day,
) -> Result<(String, Vec<DutyId>), StorageError> {
    let nothing = || (OPEN.to_owned(), Vec::new());
    let heard = shown.text.as_deref().filter(|_| shown.kind == RecordKind::Other).and_then(resembles);
    let kind = heard.unwrap_or(shown.kind);
    if kind == RecordKind::Other {
        return Ok(nothing());
    }
    let Some(known) = facts::gather(from, actor.district, post, year, today).await? else { return Ok(nothing()) };
    let plain: Vec<_> = known.occurrences.into_iter().map(|o| o.plain).collect();
    let on = row.day("event_on")?;
    let (found, words) = match shown.text.as_deref().filter(|_| heard.is_some()) {
        Some(text) => {
            let found = suggest_like(kind, text, &known.items, &plain, on);
            let words = why_like(kind, &found);
            (found, words)
        }
        None => {
            let found = suggest(kind, &known.items, &plain, on);
            let words = why(kind, &found);
            (found, words)
        }
    };
    if words.is_empty() {
        return Ok(nothing());
    }
    Ok((words, found.into_iter().map(|s| s.duty).collect()))
}
