//! Rows of the table for the open interface of live meetings.

use serde_json::json;

use super::{
    table::{Ask, api, get},
    world::Ids,
};

/// Who sees the chair's view of the school's meeting: its staff, and 党风政风监督室.
const STAFF: [&str; 4] = ["secretary", "office", "office2", "deputy"];
const TELLERS: [&str; 2] = ["office2", "deputy"];
const COMMAND: [&str; 2] = ["secretary", "office"];
const PRESENT: [&str; 5] = ["secretary", "office", "office2", "deputy", "leader_b"];
const NOBODY: [&str; 0] = [];

/// Requests about the school's meeting; `None` for other paths.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let meeting = &of.meeting;
    let room = |rest: &str| format!("/api/v1/rooms/{meeting}/{rest}");
    let command = |name: &str, who: &[&'static str]| api("POST", room("commands"), json!({ "command": name }), who);
    Some(match path {
        "/api/v1/rooms/{id}/code" => vec![get(room("code"), &STAFF)],
        "/api/v1/rooms/{id}/stream" => vec![
            get(room("stream?role=chair"), &STAFF),
            get(room("stream?role=screen"), &STAFF),
            get(room("stream?role=teller"), &["office", "office2", "deputy"]),
            get(room("stream?role=presenter"), &PRESENT),
            // A rater's goes by the seat, whoever is signed in.
            get(room("stream?role=rater"), &NOBODY),
            get(room("stream?role=nobody"), &NOBODY),
        ],
        "/api/v1/rooms/{id}/sheet" => vec![get(room("sheet"), &NOBODY)],
        "/api/v1/rooms/{id}/echo" => vec![api("POST", room("echo"), json!({ "number": 1 }), &NOBODY)],
        "/api/v1/rooms/{id}/commands" => {
            vec![command("open_check_in", &COMMAND), command("confirm_seal", &TELLERS)]
        }
        // No round was held: the id of the meeting is as good as any.
        "/api/v1/rounds/{id}/ballot" => {
            let ballot = json!({ "epoch": 1, "rev": 1, "ballot": { "lines": [] } });
            vec![api("PUT", format!("/api/v1/rounds/{meeting}/ballot"), ballot, &NOBODY)]
        }
        "/api/v1/rounds/{id}/bundle.json" => vec![get(format!("/api/v1/rounds/{meeting}/bundle.json"), &NOBODY)],
        _ => return None,
    })
}
