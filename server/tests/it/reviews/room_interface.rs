//! The description of the open interface against what the server answers: methods, types of bodies,
//! where a request comes from, and which words of status are written down for it.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

use super::hall::{CHAIR, Hall};
use crate::harness::{Database, Reply};

/// Sends without a word of where it comes from, but for `more`.
async fn send(hall: &Hall, method: &Method, path: &str, kind: &str, more: &[(&str, &str)], body: Vec<u8>) -> Reply {
    let mut client = hall.app.visitor();
    client.site = None;
    let mut request = Request::builder().method(method.clone()).uri(path).header(header::CONTENT_TYPE, kind);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    client.send(request, Body::from(body)).await
}

#[tokio::test]
async fn the_description_says_what_the_server_answers() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let described = hall.app.visitor().get("/api/v1/openapi.json").await.json();
    let paths = described["paths"].as_object().unwrap();
    let words = described["info"]["description"].as_str().unwrap();
    assert!(["405", "415", "413", "403", "Origin"].iter().all(|w| words.contains(w)), "{words}");
    let origin = ("origin", "http://127.0.0.1:3000");
    let mut writes = 0;
    for (path, ways) in paths {
        let at = path.replace("{id}", &hall.meeting.to_string());
        let methods = [Method::GET, Method::POST, Method::PUT];
        for method in &methods {
            let Some(way) = ways.get(method.as_str().to_lowercase()) else {
                let other = send(&hall, method, &at, "application/json", &[origin], b"{}".to_vec()).await;
                // Whoever is nobody learns of no method; a path for writing looks at the body first.
                let public = ways.as_object().unwrap().values().any(|w| {
                    let ways = w["security"].as_array().unwrap();
                    ways.is_empty() || ways.contains(&json!({}))
                });
                assert_eq!(other.status, if public { 405 } else { 401 }, "{method} {path}");
                assert!(!public || other.text().is_empty());
                let only_writes = ways.get("get").is_none();
                let bare = send(&hall, method, &at, "text/plain", &[origin], b"{}".to_vec()).await.status;
                assert_eq!(bare, if only_writes { 415 } else { other.status }, "{method} {path}");
                continue;
            };
            if *method == Method::GET {
                continue;
            }
            writes += 1;
            let said = |reply: &Reply, status: u16| {
                assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
                assert!(reply.json()["error"].is_string(), "{method} {path}");
                assert!(
                    way["responses"].get(status.to_string()).is_some(),
                    "{status} of {method} {path} is not described"
                );
            };
            said(&send(&hall, method, &at, "text/plain", &[origin], b"{}".to_vec()).await, 415);
            said(&send(&hall, method, &at, "application/json", &[], b"{}".to_vec()).await, 403);
            let cross = [("sec-fetch-site", "cross-site"), origin];
            said(&send(&hall, method, &at, "application/json", &cross, b"{}".to_vec()).await, 403);
            let foreign = [("origin", "https://other.example")];
            said(&send(&hall, method, &at, "application/json", &foreign, b"{}".to_vec()).await, 403);
            said(&send(&hall, method, &at, "application/json", &[origin], vec![b' '; 300_000]).await, 413);
            // From here on it is the room that answers, and only with what is written down.
            let reply = send(&hall, method, &at, "application/json", &[origin], b"[1]".to_vec()).await;
            assert!(way["responses"].get(reply.status.to_string()).is_some(), "{} of {method} {path}", reply.status);
        }
    }
    assert_eq!(writes, 4);
    // A seat's token alone is enough where there is one; beside a cookie it is not.
    hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
    let cards = hall.room().await.deal_cards(&hall.actor(super::hall::OPERATOR).await).await.unwrap();
    let phone = hall.join(&cards[0].code).await;
    let bearer = format!("Bearer {}", phone.token);
    let echo = format!("/api/v1/rooms/{}/echo", hall.meeting);
    let body = || json!({ "number": 1 }).to_string().into_bytes();
    let alone = [("authorization", bearer.as_str())];
    assert_eq!(send(&hall, &Method::POST, &echo, "application/json", &alone, body()).await.status, 204);
    let beside = [("authorization", bearer.as_str()), ("cookie", "wuze=x")];
    assert_eq!(send(&hall, &Method::POST, &echo, "application/json", &beside, body()).await.status, 403);
    // Joining has no token yet: without an origin it is refused, with ours it is let in.
    let join = format!("/api/v1/rooms/{}/join", hall.meeting);
    let come = json!({ "code": hall.room().await.code().0, "card": cards[1].code }).to_string().into_bytes();
    assert_eq!(send(&hall, &Method::POST, &join, "application/json", &[], come.clone()).await.status, 403);
    let joined = send(&hall, &Method::POST, &join, "application/json", &[origin], come).await;
    assert_eq!((joined.status, joined.json()["label"].is_string()), (200, true), "{}", joined.text());
    let note = paths["/api/v1/rooms/{id}/join"]["post"]["description"].as_str().unwrap();
    assert!(note.contains("换机") && words.contains("签到（join）时还没有席位凭据，所以要带 Origin"));
    assert_eq!(described["components"]["schemas"]["Error"]["required"], Value::from(vec!["error"]));
}
