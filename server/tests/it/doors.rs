//! The door is closed: attack tests generated from the inventory, so that a route
//! added later is covered without anybody asking (B02–B05, B12, F01–F06, E01, E06).

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use domain::people::Role;
use serde_json::{Value, json};
use server::{
    http::policy::{Entry, Kind, Policy},
    storage::q,
};

use crate::harness::{Client, Database, Reply, TestApp};

const NOBODYS_ID: &str = "01930000-0000-7000-8000-000000000000";

/// A path pattern with every parameter filled in.
fn concrete(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { NOBODYS_ID } else { part }).collect::<Vec<_>>().join("/")
}

fn is_write(entry: &Entry) -> bool {
    entry.kind.method() != "GET"
}

/// A well-formed, empty request of the kind of the route.
fn request(entry: &Entry) -> (axum::http::request::Builder, Body) {
    let builder = Request::builder().uri(concrete(entry.path));
    match entry.kind {
        Kind::Page | Kind::File | Kind::Data | Kind::Stream => (builder.method(Method::GET), Body::empty()),
        Kind::Api | Kind::Replace => {
            (builder.method(entry.kind.method()).header(header::CONTENT_TYPE, "application/json"), Body::from("{}"))
        }
        Kind::Form => (
            builder.method(Method::POST).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
            Body::from(format!("command={NOBODYS_ID}")),
        ),
        Kind::Function => (
            builder.method(Method::POST).header(header::CONTENT_TYPE, "application/json"),
            Body::from(r#"{"form":{}}"#),
        ),
        Kind::Upload => (
            builder.method(Method::POST).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x"),
            Body::from("--x--\r\n"),
        ),
    }
}

async fn knock(client: &mut Client, entry: &Entry) -> Reply {
    let (builder, body) = request(entry);
    client.send(builder, body).await
}

/// Rows of the log, without those that the denials themselves leave.
async fn audit_size(app: &TestApp) -> i64 {
    let row = app
        .app
        .store()
        .read()
        .row(q("SELECT COUNT(*) AS n FROM audit WHERE action <> 'people.denied'"))
        .await
        .unwrap()
        .unwrap();
    row.int("n").unwrap()
}

#[tokio::test]
async fn every_server_function_is_in_the_inventory_and_nothing_else() {
    let app = TestApp::new(Database::Sqlite).await;
    let declared: BTreeSet<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let listed: BTreeSet<String> =
        app.entries.iter().filter(|e| e.kind == Kind::Function).map(|e| e.path.to_owned()).collect();
    assert_eq!(declared, listed, "a server function without a policy, or a policy without a function");
    for path in declared {
        assert!(
            path.starts_with("/api/") && !path.chars().any(|c| c.is_ascii_digit()),
            "{path} has no explicit endpoint"
        );
    }
}

#[tokio::test]
async fn every_page_of_the_bundles_is_in_the_inventory() {
    let app = TestApp::new(Database::Sqlite).await;
    for (path, _) in app::routes::PAGES {
        assert!(
            app.entries.iter().any(|e| e.path == *path && e.kind == Kind::Page),
            "{path} is routed in the browser but not on the server"
        );
    }
    let doubled: BTreeSet<_> = app.entries.iter().map(|e| (e.path, is_write(e))).collect();
    assert_eq!(doubled.len(), app.entries.len(), "two entries for one route");
}

#[tokio::test]
async fn without_a_session_everything_but_the_public_is_denied() {
    let app = TestApp::new(Database::Sqlite).await;
    let before = audit_size(&app).await;
    for entry in app.entries.iter().filter(|e| e.policy != Policy::Public) {
        let reply = knock(&mut app.visitor(), entry).await;
        match entry.kind {
            Kind::Page => {
                assert_eq!(reply.status, 303, "{}", entry.path);
                assert!(reply.location().starts_with("/signin?next="), "{}", entry.path);
            }
            _ => assert_eq!(reply.status, 401, "{}", entry.path),
        }
    }
    assert_eq!(audit_size(&app).await, before, "a denied request changed something");
}

#[tokio::test]
async fn roles_not_named_by_the_policy_get_the_answer_of_a_missing_page() {
    let app = TestApp::new(Database::Sqlite).await;
    let logins = [
        ("leader_a", Role::Principal),
        ("liaison_a", Role::Liaison),
        ("team", Role::ResidentTeam),
        ("office", Role::ConductOffice),
        ("deputy", Role::DeputySecretary),
        ("secretary", Role::Secretary),
        ("general", Role::GeneralOffice),
        ("sysadmin", Role::SystemAdmin),
        ("security", Role::SecurityAdmin),
        ("audit", Role::AuditAdmin),
    ];
    for (login, role) in logins {
        let mut client = app.sign_in(login).await;
        for entry in &app.entries {
            let Policy::Roles(roles) = entry.policy else { continue };
            if roles.contains(&role) {
                continue;
            }
            let reply = knock(&mut client, entry).await;
            assert_eq!(reply.status, 404, "{login} on {}", entry.path);
        }
    }
}

#[tokio::test]
async fn writes_from_elsewhere_are_refused_before_they_are_read() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    let before = audit_size(&app).await;
    let foreign: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://127.0.0.1:3000.evil.example")],
        &[("origin", "null")],
        // No word of where it comes from, and no form token.
        &[],
    ];
    client.site = None;
    for entry in app.entries.iter().filter(|e| is_write(e)) {
        for headers in foreign {
            let (mut builder, body) = request(entry);
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            let reply = client.send(builder, body).await;
            assert_eq!(reply.status, 403, "{} with {headers:?}", entry.path);
        }
    }
    assert_eq!(audit_size(&app).await, before);
}

#[tokio::test]
async fn an_old_browser_is_believed_by_its_form_token() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    let page = client.get("/records/new").await.text();
    let token = page.split("name=\"_token\" value=\"").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    let command = page.split("name=\"command\" value=\"").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    let post = page.split("name=\"post\" value=\"").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    client.site = None;
    let fields = |token: &str| {
        vec![
            ("command".to_owned(), command.clone()),
            ("post".to_owned(), post.clone()),
            ("text".to_owned(), "老浏览器也能记".to_owned()),
            ("event_on".to_owned(), String::new()),
            ("_token".to_owned(), token.to_owned()),
        ]
    };
    for (token, status) in [("forged".to_owned(), 403), (token, 303)] {
        let list = fields(&token);
        let pairs: Vec<(&str, &str)> = list.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(client.post("/records/save", &pairs).await.status, status);
    }
}

#[tokio::test]
async fn only_the_expected_content_type_and_size_pass() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    for entry in app.entries.iter().filter(|e| is_write(e)) {
        let own = match entry.kind {
            Kind::Function | Kind::Api | Kind::Replace => "application/json",
            Kind::Upload => "multipart/form-data; boundary=x",
            _ => "application/x-www-form-urlencoded",
        };
        for kind in [
            "text/plain",
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "",
        ] {
            if kind == own {
                continue;
            }
            let builder = Request::builder()
                .method(entry.kind.method())
                .uri(concrete(entry.path))
                .header(header::CONTENT_TYPE, kind);
            let reply = client.send(builder, Body::from("form=1")).await;
            assert_eq!(reply.status, 415, "{} as {kind}", entry.path);
        }
        if entry.kind != Kind::Upload {
            let builder = Request::builder()
                .method(entry.kind.method())
                .uri(concrete(entry.path))
                .header(header::CONTENT_TYPE, own);
            let reply = client.send(builder, Body::from(vec![b'a'; entry.limit() + 1])).await;
            assert_eq!(reply.status, 413, "{}", entry.path);
        }
    }
}

#[tokio::test]
async fn unknown_fields_are_refused_not_ignored() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("office").await;
    let before = audit_size(&app).await;
    for entry in app.entries.iter().filter(|e| e.kind == Kind::Function) {
        for body in [
            json!({ "form": { "role": "secretary" } }),
            json!({ "form": {}, "actor": "x" }),
            json!({ "form": [] }),
            json!([]),
            json!({}),
            Value::Null,
        ] {
            let builder = Request::builder()
                .method(Method::POST)
                .uri(entry.path)
                .header(header::CONTENT_TYPE, "application/json");
            let reply = client.send(builder, Body::from(body.to_string())).await;
            let refused = matches!(reply.status, 404 | 422);
            assert!(refused, "{} took {body}: {} {}", entry.path, reply.status, reply.text());
        }
    }
    for entry in app.entries.iter().filter(|e| e.kind == Kind::Form && e.policy != Policy::Public) {
        let reply = client
            .post(&concrete(entry.path), &[("command", NOBODYS_ID), ("role", "secretary"), ("created_by", "x")])
            .await;
        let refused = reply.location().contains("draft=") || matches!(reply.status, 400..=499);
        assert!(refused, "{} took unknown fields: {} → {}", entry.path, reply.status, reply.location());
    }
    assert_eq!(audit_size(&app).await, before, "a refused form changed something");
}

#[tokio::test]
async fn deep_nesting_and_broken_text_are_plain_refusals() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    let deep = format!("{{\"form\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for entry in app.entries.iter().filter(|e| e.kind == Kind::Function) {
        for body in [deep.as_str(), "{\"form\":", "\u{0}", "{\"form\":{\"q\":1e999}}"] {
            let builder = Request::builder()
                .method(Method::POST)
                .uri(entry.path)
                .header(header::CONTENT_TYPE, "application/json");
            let reply = client.send(builder, Body::from(body.to_owned())).await;
            assert!(matches!(reply.status, 400..=499), "{}: {}", entry.path, reply.status);
        }
    }
}

#[tokio::test]
async fn server_functions_never_redirect_to_a_referer() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    for entry in app.entries.iter().filter(|e| e.kind == Kind::Function) {
        let (builder, body) = request(entry);
        let builder = builder.header(header::ACCEPT, "text/html").header(header::REFERER, "https://evil.example/");
        let reply = client.send(builder, body).await;
        assert!(!(300..400).contains(&reply.status), "{} redirects", entry.path);
        assert_eq!(reply.location(), "");
    }
}

#[tokio::test]
async fn pages_carry_the_fixed_headers_and_their_own_nonce() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.sign_in("leader_a").await;
    let mut nonces = BTreeSet::new();
    for entry in app.entries.iter().filter(|e| e.kind == Kind::Page) {
        let reply = knock(&mut client, entry).await;
        let head = |name: &str| reply.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(head("x-content-type-options"), "nosniff", "{}", entry.path);
        assert_eq!(head("x-frame-options"), "DENY");
        assert_eq!(head("referrer-policy"), "same-origin");
        assert_eq!(head("cache-control"), "no-store", "{}", entry.path);
        let policy = head("content-security-policy");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{}: {policy}", entry.path);
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"),
            "{}: {policy}",
            entry.path
        );
        let text = reply.text();
        assert!(!text.contains("hashed:"), "{} shows a password hash", entry.path);
        if let Some(nonce) = policy.split("'nonce-").nth(1).and_then(|r| r.split('\'').next()) {
            assert!(nonces.insert(nonce.to_owned()), "{} repeats a nonce", entry.path);
            for tag in text.split("<script").skip(1) {
                assert!(tag.split('>').next().unwrap().contains(nonce), "{}: a script without the nonce", entry.path);
            }
        }
        assert!(!text.contains(" onclick=") && !text.contains(" style=\""), "{}: inline handler or style", entry.path);
    }
    assert!(!nonces.is_empty());
}

#[tokio::test]
async fn what_is_not_there_says_so_and_other_methods_are_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.visitor();
    for path in [
        "/.git/config",
        "/pkg/unknown.js",
        "/pkg/..%2f..%2fetc%2fpasswd",
        "/wuze.toml",
        "/metrics",
        "/debug",
        "/data/wuze.db",
    ] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
    for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::CONNECT] {
        let builder = Request::builder().method(method.clone()).uri("/");
        assert_eq!(client.send(builder, Body::empty()).await.status, 405, "{method}");
    }
    let builder = Request::builder().method(Method::GET).uri("/signin").header(header::HOST, "evil.example");
    let page = client.send(builder, Body::empty()).await.text();
    assert!(!page.contains("evil.example"), "the Host header got into the page");
}
