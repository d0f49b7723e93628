//! Rows of the table for 佐证材料: a file beside the talk of the school's head, which he alone reads.

use super::{
    table::{Ask, form, get},
    world::Ids,
};
use crate::{evidence, harness::TestApp};

/// The head. The 联络员 reads no notes of talks, the office no texts at all.
const HEAD: [&str; 1] = ["leader_b"];
/// Those who may add to a 代录 that waits.
const PROXY: [&str; 2] = ["leader_b", "liaison_b"];
const NOBODY: [&str; 0] = [];

/// Requests about a file or an upload; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let hash = "0".repeat(64);
    Some(match path {
        "/evidence/{id}" => vec![get(format!("/evidence/{}", of.evidence), &HEAD)],
        "/evidence/{id}/thumb" => vec![get(format!("/evidence/{}/thumb", of.evidence), &HEAD)],
        "/evidence/begin" => {
            let fields =
                [("upload", of.upload.as_str()), ("record", &of.record), ("name", "别人的.pdf"), ("size", "9")];
            vec![form(&fields, &HEAD)]
        }
        "/evidence/finish" => vec![form(&[("upload", &of.upload), ("hash", &hash)], &NOBODY)],
        "/records/{id}/evidence" => vec![
            get(format!("/records/{}/evidence", of.record), &HEAD),
            get(format!("/records/{}/evidence", of.proxy), &PROXY),
        ],
        // A file of the head's talk: his 联络员 may add to the 代录, but not this.
        "/evidence/link" => {
            let to = |record: &str| form(&[("record", record), ("evidence", &of.evidence)], &HEAD);
            vec![to(&of.record), to(&of.proxy)]
        }
        "/evidence/withdraw" => vec![form(&[("evidence", &of.evidence), ("reason", "别人撤的")], &HEAD)],
        // Files do not fit into this table; `evidence::sending` tries them with every login.
        "/evidence/piece" | "/evidence/add" => Vec::new(),
        _ => return None,
    })
}

/// A file beside a record of the school's head.
pub async fn of_school(app: &TestApp, record: &str) -> String {
    let mut leader = app.sign_in("leader_b").await;
    evidence::added(&mut leader, record, "金丝雀佐证.jpg", &evidence::photo(40, 30, 1)).await
}
