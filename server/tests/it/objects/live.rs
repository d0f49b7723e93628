//! Rows of the table for live meetings: the open interface and the pages of the hall.

use serde_json::json;
use server::http::policy::Kind;

use super::{
    table::{Ask, api, form_at, get},
    world::Ids,
};

/// Who sees the chair's view of the school's meeting: its staff, and 党风政风监督室.
const STAFF: [&str; 4] = ["secretary", "office", "office2", "deputy"];
const TELLERS: [&str; 2] = ["office2", "deputy"];
const COMMAND: [&str; 2] = ["secretary", "office"];
const PRESENT: [&str; 5] = ["secretary", "office", "office2", "deputy", "leader_b"];
/// Screen and papers: the chair, the operator, 党风政风监督室.
const SHOW: [&str; 3] = ["secretary", "office", "office2"];
const COUNTERS: [&str; 2] = ["office", "secretary"];
/// Who takes the sealed bundle of a round without names: those who see every score, and its 监票人.
const BUNDLE: [&str; 5] = ["secretary", "office", "office2", "deputy", "general"];
const NOBODY: [&str; 0] = [];

/// Requests about the school's meeting; `None` for other paths.
pub fn asks(kind: Kind, path: &str, of: &Ids) -> Option<Vec<Ask>> {
    match kind {
        Kind::Page | Kind::File => pages(path, of),
        Kind::Form => forms(path, of),
        _ => interface(path, of),
    }
}

fn pages(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let one = |who: &[&'static str]| Some(vec![get(path.replace("{id}", &of.meeting), who)]);
    match path {
        "/hall/{id}" => one(&PRESENT),
        "/hall/{id}/check-in" | "/hall/{id}/ready" => one(&COMMAND),
        "/hall/{id}/counter" => one(&COUNTERS),
        "/hall/{id}/teller" => one(&TELLERS),
        "/hall/{id}/presenter" => one(&["leader_b"]),
        "/hall/{id}/papers"
        | "/hall/{id}/papers/roll"
        | "/hall/{id}/papers/ballots"
        | "/screen/{id}"
        | "/screen/{id}/code" => one(&SHOW),
        _ => None,
    }
}

fn forms(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let one = |fields: &[(&str, &str)], who: &[&'static str]| {
        Some(vec![form_at(path.replace("{id}", &of.meeting), fields, who)])
    };
    match path {
        "/hall/{id}/command" => one(&[("do", "open_check_in")], &STAFF),
        "/hall/{id}/desk" => one(&[("do", "revoke"), ("seat", &of.rater)], &COMMAND),
        "/hall/{id}/hand" => one(&[("seat", &of.rater)], &COMMAND),
        "/hall/{id}/questions" => Some(vec![
            form_at(path.replace("{id}", &of.meeting), &[("do", "open"), ("presenter", &of.presenter)], &COMMAND),
            form_at(
                path.replace("{id}", &of.meeting),
                &[("do", "asked"), ("presenter", &of.presenter), ("question", &of.question)],
                &COMMAND,
            ),
        ]),
        "/hall/{id}/remark" => {
            one(&[("presenter", &of.presenter), ("step", "comments"), ("person_name", "谁"), ("text", "话")], &COMMAND)
        }
        "/hall/{id}/tablet" | "/hall/{id}/echo" | "/hall/{id}/rehearse" | "/hall/{id}/papers/cards" => {
            one(&[], &COMMAND)
        }
        "/hall/{id}/counter" => one(&[("group", "a"), ("number", "1")], &COUNTERS),
        "/hall/{id}/spoiled" => one(&[("group", "a"), ("spoiled", "0"), ("unreturned", "0")], &COUNTERS),
        "/hall/{id}/withdraw" => one(&[("group", "a"), ("number", "1")], &COUNTERS),
        _ => None,
    }
}

fn interface(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let meeting = &of.meeting;
    let room = |rest: &str| format!("/api/v1/rooms/{meeting}/{rest}");
    let command = |name: &str, who: &[&'static str]| api("POST", room("commands"), json!({ "command": name }), who);
    Some(match path {
        "/api/v1/rooms/{id}/code" => vec![get(room("code"), &STAFF)],
        "/api/v1/rooms/{id}/stream" => vec![
            get(room("stream?role=chair"), &COMMAND),
            get(room("stream?role=screen"), &STAFF),
            get(room("stream?role=teller"), &["office", "office2", "deputy", "secretary"]),
            get(room("stream?role=counter"), &["office", "office2", "deputy", "secretary"]),
            get(room("stream?role=presenter"), &PRESENT),
            // A rater's goes by the seat, whoever is signed in.
            get(room("stream?role=rater"), &NOBODY),
            get(room("stream?role=nobody"), &NOBODY),
        ],
        "/api/v1/rooms/{id}/sheet" => vec![get(room("sheet"), &NOBODY)],
        "/api/v1/rooms/{id}/echo" => vec![api("POST", room("echo"), json!({ "number": 1 }), &NOBODY)],
        "/api/v1/rooms/{id}/commands" => {
            let confirm = json!({ "command": "confirm_seal", "round": meeting });
            vec![command("open_check_in", &COMMAND), api("POST", room("commands"), confirm, &TELLERS)]
        }
        // Nobody sits in the room of this one: the id of the meeting is as good as any.
        "/api/v1/rounds/{id}/ballot" => {
            let ballot = json!({ "epoch": 1, "rev": 1, "ballot": { "lines": [] } });
            vec![api("PUT", format!("/api/v1/rounds/{meeting}/ballot"), ballot, &NOBODY)]
        }
        "/api/v1/rounds/{id}/bundle.json" => vec![get(format!("/api/v1/rounds/{}/bundle.json", of.round), &BUNDLE)],
        _ => return None,
    })
}
