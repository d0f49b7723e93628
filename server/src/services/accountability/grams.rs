//! Pairs of characters of what an item says, as rows of the index: written with its line, asked by the ledger's search.
//! The name of another ledger tells where the commission found it: those pairs carry a mark, and only whoever may know
//! sources is asked for them.

use std::collections::BTreeSet;

use domain::accountability::{Item, words::grams};

use crate::{
    services::rows::Rows,
    storage::{Query, StorageError, q},
};

/// Before a pair of what units do not read; no pair of anybody's words holds it.
const INSIDE: char = '※';
/// Characters of a problem that are searched.
const CHARS: usize = 120;
/// A pair that fewer lines hold is where a search begins.
const RARE: i64 = 5_000;

/// The rows of an item, `external` being the words of its number in another ledger.
pub(super) fn of(item: &Item, external: &str) -> BTreeSet<String> {
    let mut all = grams(&item.problem.chars().take(CHARS).collect::<String>());
    let other = grams(external).into_iter();
    if item.kind.is_inside() {
        all.extend(other.map(|pair| format!("{INSIDE}{pair}")));
    } else {
        all.extend(other);
    }
    all
}

/// What stands for a pair; `office` for those who may know sources.
fn rows_of(pair: &str, office: bool) -> Vec<String> {
    let mut all = vec![pair.to_owned()];
    if office {
        all.push(format!("{INSIDE}{pair}"));
    }
    all
}

/// Only lines (`l`) that hold every pair, beginning with the `rarest`.
pub(super) fn only(query: Query, pairs: &[String], rarest: Option<&str>, office: bool) -> Query {
    pairs.iter().fold(query, |query, pair| {
        let head = if Some(pair.as_str()) == rarest {
            "AND l.doc IN (SELECT g.doc FROM item_grams g WHERE g.gram IN"
        } else {
            "AND EXISTS (SELECT 1 FROM item_grams g WHERE g.doc = l.doc AND g.gram IN"
        };
        query.push(head).list(rows_of(pair, office)).push(")")
    })
}

/// The pair of a search that the fewest lines hold, where that is few enough to begin there; a common one is met soon in
/// the order of the ledger.
pub(super) async fn rarest(
    rows: &mut impl Rows,
    pairs: &[String],
    office: bool,
) -> Result<Option<String>, StorageError> {
    let mut best: Option<(i64, &String)> = None;
    for pair in pairs {
        let count = q("SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM item_grams WHERE gram IN");
        let count = count.list(rows_of(pair, office)).push_bind("LIMIT ?) few", RARE);
        let n = rows.first(count).await?.map_or(Ok(0), |row| row.int("n"))?;
        if best.is_none_or(|(least, _)| n < least) {
            best = Some((n, pair));
        }
    }
    Ok(best.filter(|(n, _)| *n < RARE).map(|(_, pair)| pair.clone()))
}
