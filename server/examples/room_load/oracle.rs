//! What the result has to be, by the phones' own book: the last grade that each was told is counted.

use std::collections::BTreeMap;

use domain::reviews::{Bundle, Mark, Vote};
use serde_json::Value;

use super::hall::{Hall, Outcome};

/// Per grade, how many ballots.
pub type Count = BTreeMap<String, usize>;

/// Compares a sealed bundle with the phones' book; what differs, in words.
pub fn differences(hall: &Hall, bundle: &Value, book: &[Option<&str>]) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut expected = Count::new();
    for grade in book.iter().flatten() {
        *expected.entry((*grade).to_owned()).or_default() += 1;
    }
    let read: Bundle = serde_json::from_value(bundle.clone())?;
    found.extend(read.differences().into_iter().map(|d| format!("recount: {d:?}")));
    for result in &read.results {
        let mut counted = Count::new();
        for ballot in read.ballots.iter().filter(|b| b.presenter == result.presenter) {
            let key = match &ballot.vote {
                Vote::Rate { overall: Mark::Grade(grade), .. } => grade.key().to_owned(),
                other => format!("{other:?}"),
            };
            *counted.entry(key).or_default() += 1;
        }
        if counted != expected {
            found.push(format!("{}: counted {counted:?}, the phones say {expected:?}", result.name));
        }
        let returned = expected.values().sum::<usize>();
        if result.tally.returned as usize != returned {
            found.push(format!("{}: returned {} of {returned}", result.name, result.tally.returned));
        }
    }
    if read.results.is_empty() {
        found.push("the bundle has no result".into());
    }
    if let Err(e) = hall.verify(bundle) {
        found.push(format!("wuze verify-meeting: {e}"));
    }
    Ok(found)
}
