//! Which row is which item of the draft. Owns identity; refuses to guess by
//! similarity: texts are equal or they are not.

use std::collections::{HashMap, HashSet};

use domain::duties::{DutyItem, Evidence};

use super::Draft;
use crate::import::folding::same_text;

/// A text for comparison.
pub(super) fn folded(text: &str) -> String {
    same_text(text)
}

/// Do the texts differ at most in blanks, full-width forms and trailing stops?
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || folded(a) == folded(b)
}

/// Are the same kinds named, in whatever order?
pub(super) fn same_set(a: &[Evidence], b: &[Evidence]) -> bool {
    let sorted = |list: &[Evidence]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list.dedup();
        list
    };
    sorted(a) == sorted(b)
}

/// The item of each draft row. Equal number and text first, then equal text (a
/// renumbered item stays itself), then equal number (its text was edited).
pub(super) fn items<'c>(drafts: &[Draft<'_>], current: &'c [DutyItem]) -> Vec<Option<&'c DutyItem>> {
    let texts: Vec<String> = current.iter().map(|item| folded(&item.text)).collect();
    let mut by_code: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (item, text)) in current.iter().zip(&texts).enumerate() {
        by_code.entry(&item.code).or_default().push(at);
        by_text.entry(text).or_default().push(at);
    }
    let keys: Vec<String> = drafts.iter().map(|draft| folded(&draft.text)).collect();
    let mut found: Vec<Option<usize>> = vec![None; drafts.len()];
    let mut used = HashSet::new();
    for pass in 0..3 {
        for ((draft, key), place) in drafts.iter().zip(&keys).zip(found.iter_mut()) {
            if place.is_some() {
                continue;
            }
            let candidates = if pass == 2 { by_code.get(draft.code.as_str()) } else { by_text.get(key.as_str()) };
            let fits = |at: &&usize| {
                !used.contains(*at) && (pass != 0 || current.get(**at).is_some_and(|item| item.code == draft.code))
            };
            if let Some(at) = candidates.and_then(|list| list.iter().find(fits)).copied() {
                used.insert(at);
                *place = Some(at);
            }
        }
    }
    found.into_iter().map(|at| at.and_then(|at| current.get(at))).collect()
}
