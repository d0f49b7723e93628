//! Records that hold a whole sentence of what goes offline: the same book's, which keep it beside everything else
//! that is cut, and those of other books, by which a sentence is everybody's. Both are named to the two officers
//! by their pages alone.

use std::collections::BTreeSet;

use domain::ids::{DistrictId, PostId, RecordId};

use super::{super::super::rows::Rows, places::Places, words::Words};
use crate::storage::{StorageError, q};

/// Names other records of the same book: text, fields, and what stood there before a correction. Year by year.
pub async fn same_book(
    rows: &mut impl Rows,
    post: PostId,
    but: Option<RecordId>,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    if words.has_no_sentence() {
        return Ok(());
    }
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    let years = rows.all(q("SELECT DISTINCT year FROM records WHERE post_id = $1 ORDER BY year").bind(post)).await?;
    for year in &years {
        let year = year.int("year")?;
        let find = q("SELECT id, page, text, details FROM records
               WHERE post_id = $1 AND year = $2 AND id <> $3 AND state NOT IN ('stub', 'offline')
             UNION ALL SELECT r.id, r.page, c.before_text AS text, COALESCE(c.before_details, '') AS details
               FROM record_corrections c JOIN records r ON r.id = c.record_id
               WHERE r.post_id = $1 AND r.year = $2 AND r.id <> $3 AND r.state NOT IN ('stub', 'offline')")
        .bind(post)
        .bind(year)
        .bind(&but);
        let mut found = BTreeSet::new();
        for row in &rows.all(find).await? {
            if words.whole_sentence_in(&row.text("text")?) || words.whole_sentence_in(&row.text("details")?) {
                found.insert((row.opt_int("page")?.unwrap_or(i64::MAX), row.text("id")?));
            }
        }
        for (page, _) in found {
            places.add(match page {
                i64::MAX => format!("同一记录本，{year}年没有编页的一条记录"),
                page => format!("同一记录本，{year}年第 {page} 页"),
            });
        }
        if places.are_full() {
            break;
        }
    }
    Ok(())
}

/// Names records of other books: unit, post and page.
pub async fn other_books(
    rows: &mut impl Rows,
    district: DistrictId,
    records: BTreeSet<RecordId>,
    places: &mut Places,
) -> Result<(), StorageError> {
    if records.is_empty() || places.are_full() {
        return Ok(());
    }
    let find = q("SELECT r.page, r.year, o.title, u.name FROM records r JOIN posts o ON o.id = r.post_id
         JOIN units u ON u.id = o.unit_id WHERE r.district_id = $1")
    .bind(district)
    .and_in("r.id", records)
    .push("ORDER BY u.name, r.year, r.page");
    for row in &rows.all(find).await? {
        let page = row.opt_int("page")?.map_or_else(|| "没有编页的一条记录".to_owned(), |page| format!("第 {page} 页"));
        places.add(format!("{}{}《履责记录本》{}年{page}", row.text("name")?, row.text("title")?, row.int("year")?));
    }
    Ok(())
}
