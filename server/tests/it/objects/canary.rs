//! B06, B04: a text that stands in every field of one unit is never read by a stranger,
//! anywhere, and no answer to anybody carries a secret.

use axum::http::{Method, Request, header};
use serde_json::json;
use server::{
    http::policy::{Kind, Policy},
    storage::q,
};

use super::{
    table::{To, readable},
    tables::asks,
    world::{CANARY, Ids, World},
};
use crate::{
    duties::rows,
    harness::{Client, Database, Reply},
};

/// Bodies of everything a login can read: pages, files and functions, with the ids of the
/// school, with none, and searching for the canary.
async fn everything(world: &World, client: &mut Client) -> Vec<(String, Reply)> {
    let mut all = Vec::new();
    for entry in world.app.entries.iter().filter(|e| e.policy != Policy::Public) {
        let about = asks(entry.kind, entry.path, &world.school).unwrap_or_default();
        match entry.kind {
            Kind::Page | Kind::File => {
                let mut paths: Vec<String> = about
                    .into_iter()
                    .filter_map(|ask| match ask.to {
                        To::Get(path) => Some(path),
                        _ => None,
                    })
                    .collect();
                if !entry.path.contains('{') {
                    paths.push(entry.path.to_owned());
                    paths.extend(["q", "find"].map(|name| format!("{}?{name}={CANARY_URL}", entry.path)));
                }
                if entry.path == "/duties/export" {
                    paths.extend(["year", "tasks"].map(|what| format!("/duties/export?what={what}")));
                }
                for path in paths {
                    let reply = client.get(&path).await;
                    all.push((path, reply));
                }
            }
            Kind::Function if entry.path != "/api/records/save" => {
                let mut forms: Vec<serde_json::Value> = about
                    .into_iter()
                    .filter_map(|ask| match ask.to {
                        To::Call(form) => Some(form),
                        _ => None,
                    })
                    .collect();
                forms.push(json!({}));
                forms.extend(["q", "find"].map(|name| json!({ name: CANARY })));
                for form in forms {
                    let reply = client.call(entry.path, form.clone()).await;
                    all.push((format!("{} {form}", entry.path), reply));
                }
            }
            _ => {}
        }
    }
    all
}

/// The canary, percent-encoded.
const CANARY_URL: &str = "%E9%87%91%E4%B8%9D%E9%9B%80";

#[tokio::test]
async fn b06_the_canary_is_read_by_nobody_outside() {
    let world = World::new(Database::Sqlite).await;
    let mut found = Vec::new();
    // Who must not even read the names of the unit and its people, and who may, in the
    // directory and in the log.
    for (login, names) in [
        ("leader_c", true),
        ("team2", true),
        ("member_a", true),
        ("liaison_a", true),
        ("district_head", true),
        ("audit", false),
        ("sysadmin", false),
        ("security", false),
    ] {
        let mut client = world.app.sign_in(login).await;
        for (place, reply) in everything(&world, &mut client).await {
            let mut text = asked_away(&readable(&reply.body));
            if place.starts_with("/audit") {
                // The log names meetings by their titles, on its pages and in its file.
                text = text.replace("金丝雀评议会", "");
            }
            let words: &[&str] = if names { &[CANARY, "区教育局", "叶国平", "沈宏斌"] } else { &[CANARY] };
            for word in words {
                if text.contains(word) {
                    let at = text.find(word).unwrap();
                    let from = text[..at].char_indices().rev().nth(40).map_or(0, |(n, _)| n);
                    let around: String = text[from..].chars().take(100).collect();
                    found.push(format!("{login} reads {word} in {place}: …{around}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

/// Without what the reader himself asked for: a search field shows its own words again.
fn asked_away(text: &str) -> String {
    text.replace(&format!("value=\"{CANARY}\""), "").replace(&format!("「{CANARY}」"), "")
}

#[tokio::test]
async fn b06_texts_of_records_stay_with_the_head() {
    let world = World::new(Database::Sqlite).await;
    // Office eyes read kinds and dates; the 联络员 no notes of talks; nobody what is not confirmed.
    for (login, hidden) in [
        ("office", &["金丝雀记录", "金丝雀代录", "金丝雀草稿"] as &[&str]),
        ("deputy", &["金丝雀记录", "金丝雀代录", "金丝雀草稿"]),
        ("secretary", &["金丝雀记录", "金丝雀代录", "金丝雀草稿"]),
        ("general", &["金丝雀记录", "金丝雀代录", "金丝雀草稿"]),
        ("team", &["金丝雀记录", "金丝雀代录", "金丝雀草稿"]),
        ("liaison_b", &["金丝雀记录", "金丝雀草稿"]),
    ] {
        let mut client = world.app.sign_in(login).await;
        for (place, reply) in everything(&world, &mut client).await {
            let text = readable(&reply.body);
            for word in hidden {
                assert!(!text.contains(word), "{login} reads {word} in {place}");
            }
        }
    }
}

#[tokio::test]
async fn b06_totals_count_only_what_is_in_sight() {
    let world = World::new(Database::Sqlite).await;
    for (login, units) in [("leader_c", 1), ("member_a", 1), ("team2", 1), ("team", 1), ("district_head", 1)] {
        let mut client = world.app.sign_in(login).await;
        let board = client.call("/api/board/matrix", json!({})).await.json();
        assert_eq!(
            (board["total"].as_i64(), board["rows"].as_array().map(Vec::len)),
            (Some(units), Some(1)),
            "{login}"
        );
        let searched = client.call("/api/board/matrix", json!({ "q": "教育" })).await.json();
        assert_eq!(searched["total"], i64::from(login == "team"), "{login}");
        let lists = client.call("/api/duties/overview", json!({})).await.json();
        assert_eq!(lists["total"], units, "{login}");
        let waiting: i64 = lists["waiting"].as_array().unwrap().iter().filter_map(|w| w["count"].as_i64()).sum();
        assert!(waiting <= units, "{login}: {lists}");
        let tasks = client.call("/api/duties/tasks", json!({})).await.json();
        assert_eq!(tasks["rows"].as_array().unwrap().len(), usize::from(login == "team"), "{login}");
    }
    for login in ["sysadmin", "security", "audit"] {
        let mut client = world.app.sign_in(login).await;
        for path in ["/api/board/matrix", "/api/duties/overview", "/api/duties/tasks", "/api/records/home"] {
            assert_eq!(client.call(path, json!({})).await.status, 404, "{login} on {path}");
        }
        assert_eq!(client.get("/board/export").await.status, 404, "{login}");
    }
}

#[tokio::test]
async fn b04_no_answer_carries_a_secret() {
    let world = World::new(Database::Sqlite).await;
    let mut sysadmin = world.app.sign_in("sysadmin").await;
    let ids: &Ids = &world.school;
    // A slip makes a code; only this one answer shows it, and nothing its hash.
    let slip = [("person", ids.person.as_str()), ("account", ids.account.as_str())];
    let asked = crate::duties::send(&mut sysadmin, "/people/accounts/slip", &slip).await;
    assert!(asked.location().contains("done=reset_asked"), "{}", asked.location());
    let confirm = [slip[0], slip[1], ("reset", "confirm"), ("secret", crate::harness::PASSWORD)];
    let mut security = world.app.sign_in("security").await;
    let printed = crate::duties::send(&mut security, "/people/accounts/slip", &confirm).await.text();
    let code = printed.split("slip-code mono\">").nth(1).unwrap().split("</p>").next().unwrap().replace("<br>", "");
    assert!(code.len() > 20, "{printed}");
    let mut secrets = vec![code, "hashed:".to_owned(), "canary-pin".to_owned(), "$argon2".to_owned()];
    for query in [
        "SELECT code_hash AS v FROM activations",
        "SELECT token_hash AS v FROM devices",
        "SELECT pin_hash AS v FROM devices",
        "SELECT token_hash AS v FROM sessions",
        "SELECT form_token AS v FROM sessions",
    ] {
        secrets.extend(rows(&world.app, q(query)).await.iter().map(|r| r.text("v").unwrap()));
    }
    for login in ["leader_b", "liaison_b", "team", "office", "sysadmin", "security", "audit"] {
        // A session of its own, whose form token is not among the secrets of the others.
        let mut client = world.app.sign_in(login).await;
        let token = client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone();
        for (place, reply) in everything(&world, &mut client).await {
            let text = readable(&reply.body);
            for secret in secrets.iter().chain([&token]) {
                assert!(!text.contains(secret.as_str()), "{login} reads {secret} in {place}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_of_a_unit_is_in_the_head_of_an_answer() {
    let world = World::new(Database::Sqlite).await;
    let mut stranger = world.app.sign_in("leader_c").await;
    for path in [format!("/records/{}", world.school.record), format!("/duties/lists/{}", world.school.list)] {
        for method in [Method::HEAD, Method::GET] {
            let request = Request::builder().method(method).uri(&path).header(header::RANGE, "bytes=0-10");
            let reply = stranger.send(request, axum::body::Body::empty()).await;
            assert_eq!(reply.status, 404, "{path}");
            assert!(!format!("{:?}", reply.headers).contains("accept-ranges"));
        }
    }
}
