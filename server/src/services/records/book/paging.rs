//! Pages of the list of a book: first what has no page number yet (代录 that waits or came back), the newest
//! first, then the numbered pages. Keyset, so that what is written meanwhile neither repeats nor hides a row.

use domain::{ids::RecordId, time::Instant};

use super::super::super::Services;
use crate::storage::{Query, Row, StorageError};

/// Rows of a page.
const ROWS: i64 = 50;

/// The last row of a page: the next page goes on behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// This page number.
    Page(u32),
    /// A record without one: when it was written, and which.
    Waiting(Instant, RecordId),
}

impl Behind {
    /// `23`, or `w1763780400000-` and an id; `None` for anything else, which is the first page.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Some(waiting) = text.strip_prefix('w') else { return text.parse().ok().map(Self::Page) };
        let (at, id) = waiting.split_once('-')?;
        Some(Self::Waiting(Instant(at.parse().ok()?), id.parse().ok()?))
    }

    /// As an address carries a record without a page.
    fn waiting(row: &Row) -> Result<String, StorageError> {
        Ok(format!("w{}-{}", row.instant("recorded_at")?.0, row.id::<RecordId>("id")?))
    }
}

impl Services {
    /// A page of `find`, and the address of what stands behind it.
    pub(super) async fn book_rows(
        &self,
        find: Query,
        behind: Option<Behind>,
    ) -> Result<(Vec<Row>, Option<String>), StorageError> {
        let full = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let mut rows = Vec::new();
        if !matches!(behind, Some(Behind::Page(_))) {
            let mut waiting = find.clone().push("AND r.page IS NULL");
            if let Some(Behind::Waiting(at, id)) = behind {
                let same = waiting.push_bind("AND (r.recorded_at < ? OR", at).push_bind("(r.recorded_at = ?", at);
                waiting = same.push_bind("AND r.id < ?))", id);
            }
            let order = waiting.push("ORDER BY r.recorded_at DESC, r.id DESC").push_bind("LIMIT ?", ROWS + 1);
            rows = self.store.read().rows(order).await?;
            if rows.len() > full {
                rows.truncate(full);
                let older = rows.last().map(Behind::waiting).transpose()?;
                return Ok((rows, older));
            }
        }
        let page = if let Some(Behind::Page(page)) = behind { page } else { u32::MAX };
        let find = find.push("AND r.page IS NOT NULL").push_bind("AND r.page < ?", page);
        let mut paged =
            self.store.read().rows(find.push("ORDER BY r.page DESC").push_bind("LIMIT ?", ROWS + 1)).await?;
        let more = paged.len() > full;
        paged.truncate(full);
        rows.extend(paged);
        let last = rows.last().filter(|_| more).map(|row| row.int("page")).transpose()?;
        Ok((rows, last.map(|page| page.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_page_or_a_record_and_nothing_else() {
        assert_eq!(Behind::read("23"), Some(Behind::Page(23)));
        let id = "0199b3a4-0000-7000-8000-000000000000";
        let waiting = Behind::Waiting(Instant(1_763_780_400_000), id.parse().unwrap());
        assert_eq!(Behind::read(&format!("w1763780400000-{id}")), Some(waiting));
        for odd in ["", "-1", "w", "w1", "w1-x", "x23", "w-1", &format!("wx-{id}")] {
            assert_eq!(Behind::read(odd), None, "{odd}");
        }
    }
}
