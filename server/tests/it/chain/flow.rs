//! The flow: every number opens exactly what it counts, for whoever may see it, by stages and bodies alone.

use super::*;
use crate::harness::{BOTH, logins};

async fn flow(client: &mut Client) -> Value {
    let reply = client.call("/api/chain/flow", json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// The filters of an address as a form; years as numbers.
fn form(to: &str) -> Value {
    let (_, asked) = to.split_once('?').unwrap_or((to, ""));
    let pairs = asked.split('&').filter_map(|part| part.split_once('='));
    let value = |name: &str, value: &str| {
        if name == "year" { json!(value.parse::<i32>().unwrap()) } else { json!(value) }
    };
    Value::Object(pairs.map(|(name, text)| (name.to_owned(), value(name, text))).collect())
}

/// How many rows the page behind a number shows.
async fn behind(client: &mut Client, to: &str) -> u64 {
    let rows = |page: &Value| u64::try_from(page["rows"].as_array().unwrap().len()).unwrap();
    let (path, by_total) = match to.split('?').next().unwrap() {
        "/duties" => ("/api/duties/overview", false),
        "/board" => ("/api/board/matrix", false),
        "/oversight/season" => ("/api/season/board", true),
        "/oversight/checks" => ("/api/oversight/checks", false),
        "/reviews" => ("/api/reviews/meetings", false),
        "/accountability" => ("/api/accountability/ledger", true),
        other => panic!("{other}"),
    };
    let reply = client.call(path, form(to)).await;
    assert_eq!(reply.status, 200, "{to}: {}", reply.text());
    let page = reply.json();
    if by_total { page["total"].as_u64().unwrap() } else { rows(&page) }
}

#[tokio::test]
async fn every_number_opens_what_it_counts() {
    for database in BOTH {
        let (app, _) = with_list(database).await;
        let (first, _) = (by_hand(&app, "公示栏没有更新").await, by_hand(&app, "台账缺项").await);
        struck_off(&app, &first).await;
        app.clock.set_day(domain::time::parse_iso("2026-11-20").unwrap());
        for login in ["office", "deputy", "secretary", "team"] {
            let mut client = app.sign_in(login).await;
            let page = flow(&mut client).await;
            let spots: Vec<&Value> =
                page["flow"]["links"].as_array().unwrap().iter().flat_map(|l| l["spots"].as_array().unwrap()).collect();
            assert!(spots.iter().any(|s| s["duty"] == "wen" && s["label"] == "待签收"), "{login}: {page}");
            for spot in spots.iter().chain([&&page["flow"]["closed"]]) {
                let (n, to) = (spot["n"].as_u64().unwrap(), spot["to"].as_str().unwrap());
                assert_eq!(behind(&mut client, to).await, n, "{database:?} {login}: {spot}");
            }
            // Waiting is said by body, in days.
            let unit = &page["flow"]["seats"][0];
            assert_eq!(unit["seat"], "unit");
            assert!(unit["days"].as_u64().unwrap() >= 18, "{login}: {unit}");
            let html = client.get("/chain").await;
            assert_eq!(html.status, 200);
            let html = html.text();
            assert!(html.contains("五责流转图") && html.contains("chain-flow") && html.contains("等在哪里"));
            // Stages and bodies only: neither units nor persons are named.
            let text = page.to_string();
            assert!(!text.contains("区教育局") && !text.contains("叶国平"), "{login}: {text}");
            let file = client.get("/chain/export").await;
            assert_eq!((file.status, &file.body[..2]), (200, b"PK".as_slice()));
        }
        let office = flow(&mut app.sign_in("office").await).await;
        let other = flow(&mut app.sign_in("team2").await).await;
        assert_eq!((office["flow"]["closed"]["n"].as_u64(), other["flow"]["closed"]["n"].as_u64()), (Some(1), Some(0)));
    }
}

#[tokio::test]
async fn only_those_who_see_the_overview_see_the_flow() {
    let app = TestApp::new(Database::Sqlite).await;
    for login in logins() {
        let mut client = app.sign_in(login).await;
        let may = matches!(login, "office" | "office2" | "deputy" | "secretary" | "team" | "team2");
        assert_eq!(client.call("/api/chain/flow", json!({})).await.status == 200, may, "{login}");
        assert_eq!(client.get("/chain").await.status == 200, may, "{login}");
        assert_eq!(client.get("/chain/export").await.status == 200, may, "{login}");
    }
    let mut office = app.sign_in("office").await;
    assert_ne!(office.call("/api/chain/flow", json!({ "year": 2026 })).await.status, 200);
}
