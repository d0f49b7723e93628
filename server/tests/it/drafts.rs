//! Drafts that the browser saves by itself: one per form, never over an unseen one, never another's.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use domain::time::DAY_MS;

use crate::harness::{BOTH, Client, Database, Reply, TestApp};

const NEW: [(&str, &str); 2] = [("form", "records.new"), ("subject", "")];

async fn save(client: &mut Client, seen: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = NEW.to_vec();
    all.push(("seen", seen));
    all.extend_from_slice(fields);
    client.post("/drafts", &all).await
}

async fn look(client: &mut Client) -> Reply {
    client.get("/drafts?form=records.new&subject=").await
}

async fn drop_seen(client: &mut Client, seen: &str) -> u16 {
    client.post("/drafts/drop", &[NEW[0], NEW[1], ("seen", seen)]).await.status
}

fn version(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["version"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_draft_per_form_and_never_over_an_unseen_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut phone = app.sign_in("leader_a").await;
        let mut desk = app.sign_in("leader_a").await;
        assert_eq!(look(&mut phone).await.status, 204);

        let first = save(&mut phone, "", &[("f.text", "去码头"), ("f.duty", "1"), ("f.duty", "2")]).await;
        assert_eq!(first.json()["saved_at"], "12:00");
        let seen = look(&mut desk).await;
        assert_eq!(seen.json()["fields"], serde_json::json!([["text", "去码头"], ["duty", "1"], ["duty", "2"]]));
        assert_eq!(version(&seen), version(&first));

        // The desk writes on from what it saw; the phone has not seen that.
        let second = save(&mut desk, &version(&seen), &[("f.text", "去码头，看了防台")]).await;
        assert_ne!(version(&second), version(&first));
        let refused = save(&mut phone, &version(&first), &[("f.text", "去码头，和船长谈")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.json()["fields"][0][1], "去码头，看了防台");
        assert_eq!(refused.json()["version"], version(&second));
        // The same text is no conflict, whoever saved it first (a repeated request).
        let same = save(&mut phone, "", &[("f.text", "去码头，看了防台")]).await;
        assert_eq!(version(&same), version(&second));
        assert_eq!(save(&mut phone, &version(&second), &[("f.text", "两句都要")]).await.status, 200);
    }
}

#[tokio::test]
async fn a_draft_ends_by_dropping_emptying_or_age() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let old = version(&save(&mut leader, "", &[("f.text", "一")]).await);
        app.clock.advance_ms(60_000);
        let new = version(&save(&mut leader, &old, &[("f.text", "二")]).await);
        assert_eq!(drop_seen(&mut leader, &old).await, 204);
        assert_eq!(look(&mut leader).await.status, 200, "somebody wrote on since");
        assert_eq!(drop_seen(&mut leader, &new).await, 204);
        assert_eq!(look(&mut leader).await.status, 204);

        let third = version(&save(&mut leader, "", &[("f.text", "三")]).await);
        assert_eq!(save(&mut leader, &third, &[("f.text", "  ")]).await.status, 204);
        assert_eq!(look(&mut leader).await.status, 204);

        save(&mut leader, "", &[("f.text", "四")]).await;
        app.clock.advance_ms(15 * DAY_MS);
        let mut later = app.sign_in("leader_a").await;
        assert_eq!(look(&mut later).await.status, 204);
    }
}

#[tokio::test]
async fn a_refused_form_and_an_unfinished_one_do_not_meet() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let kept = version(&save(&mut leader, "", &[("f.text", "没写完")]).await);
    let refused = leader.post("/records/save", &[("command", "x"), ("text", "没通过")]).await;
    assert!(refused.location().contains("draft="));
    assert_eq!(version(&look(&mut leader).await), kept);
    leader.post("/drafts/drop", &NEW).await;
    assert!(leader.get(&refused.location()).await.text().contains("没通过"));
}

#[tokio::test]
async fn drafts_are_the_account_s_own() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    save(&mut leader, "", &[("f.text", "只有我看得到")]).await;
    let mut other = app.sign_in("leader_b").await;
    assert_eq!(look(&mut other).await.status, 204);
    other.post("/drafts/drop", &NEW).await;
    assert_eq!(look(&mut leader).await.status, 200);

    let mut nobody = app.visitor();
    assert_eq!(look(&mut nobody).await.status, 401);
    assert_eq!(save(&mut nobody, "", &[("f.text", "x")]).await.status, 401);

    // A tab left open by another account: neither read nor written, on any route.
    for (method, path) in
        [(Method::GET, "/drafts?form=records.new"), (Method::POST, "/drafts"), (Method::POST, "/records/save")]
    {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-wuze-account", "0".repeat(32));
        assert_eq!(leader.send(request, Body::from("form=records.new&f.text=x")).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn odd_names_are_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let long = "a".repeat(81);
    for fields in [
        vec![("form", "records.new"), ("account", "x"), ("f.text", "x")],
        vec![("form", "records.new"), ("f.", "x")],
        vec![("form", ""), ("f.text", "x")],
        vec![("form", "a'; DROP"), ("f.text", "x")],
        vec![("form", long.as_str()), ("f.text", "x")],
        vec![("form", "records.new"), ("seen", "soon"), ("f.text", "x")],
    ] {
        let reply = leader.post("/drafts", &fields).await;
        assert_eq!(reply.status, 422, "{fields:?}");
    }
    assert_eq!(leader.post("/drafts/drop", &[("form", "records.new"), ("all", "1")]).await.status, 422);
    assert_eq!(look(&mut leader).await.status, 204);
}

#[tokio::test]
async fn what_a_device_keeps_of_the_server_is_the_same_for_everybody() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut nobody = app.visitor();
    let mut leader = app.sign_in("leader_a").await;
    let page = nobody.get("/offline").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body, leader.get("/offline").await.body);
    assert!(!page.headers.contains_key(header::SET_COOKIE));
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    // The form goes where 随手记 goes; the device fills in whose it is.
    assert!(page.text().contains("action=\"/records/save\"") && !page.text().contains("name=\"viewer\""));

    // Only a build with assets has a worker.
    let worker = nobody.get("/worker.js").await;
    if worker.status == 200 {
        assert_eq!(worker.body, leader.get("/worker.js").await.body);
        assert_eq!(worker.headers[header::CACHE_CONTROL], "no-cache");
        // Under the policy of plain answers it could not fetch its shell.
        assert!(worker.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("connect-src 'self'"));
        assert!(worker.text().starts_with("self.wuze = {\"build\":\""), "{}", worker.text());
    } else {
        assert_eq!(worker.status, 404);
    }
    // Pages let it in.
    let home = leader.get("/home").await;
    assert!(home.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("worker-src 'self'"));
}

#[tokio::test]
async fn what_was_refused_is_listed_until_it_is_mended_or_thrown_away() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        assert!(leader.get("/drafts").await.text().contains("没有留下的内容"));
        assert!(!todo(&mut leader).await.contains("/drafts"));
        // Two records with a day that has not come; the second try of the first replaces it.
        let late = |text: &'static str| [("text", text), ("event_on", "2099-01-01")];
        let first = record(&mut leader, &late("到码头看防台")).await;
        app.clock.advance_ms(1_000);
        let second = record(&mut leader, &late("与船长谈心")).await;
        let draft = first.split("draft=").nth(1).unwrap().to_owned();
        let mended = [&late("到码头看防台三次")[..], &[("_draft", draft.as_str())]].concat();
        let third = record(&mut leader, &mended).await;
        let page = leader.get("/drafts").await.text();
        assert!(page.contains("随手记") && page.contains("还没有到，没有保存"), "{page}");
        for (place, listed) in [(&first, false), (&second, true), (&third, true)] {
            assert_eq!(page.contains(&format!("href=\"{place}\"")), listed, "{place} {page}");
        }
        // An open page of the first try still shows it, and each line leads to its form.
        for (place, text) in [(&first, "到码头看防台"), (&third, "到码头看防台三次"), (&second, "与船长谈心")]
        {
            assert!(leader.get(place).await.text().contains(text), "{place}");
        }
        assert!(todo(&mut leader).await.contains("\"link\":\"/drafts\""), "{database:?}");
        // Nobody else reads or throws it away.
        let mut other = app.sign_in("leader_b").await;
        assert!(!other.get("/drafts").await.text().contains("码头"));
        let draft = third.split("draft=").nth(1).unwrap().to_owned();
        let away = [("command", "0199b3a4-0000-7000-8000-000000000000"), ("draft", draft.as_str())];
        assert_eq!(other.post("/drafts/forget", &away).await.status, 404);
        // Taken at last, it is gone; the other one is thrown away.
        let taken = record(&mut leader, &[("text", "到码头看防台三次"), ("event_on", ""), ("_draft", &draft)]).await;
        assert!(taken.contains("saved=1"), "{taken}");
        let page = leader.get("/drafts").await.text();
        assert!(!page.contains("码头") && page.contains("与船长谈心"), "{page}");
        let id = second.split("draft=").nth(1).unwrap();
        assert_eq!(leader.post("/drafts/forget", &[away[0], ("draft", id)]).await.location(), "/drafts");
        assert!(leader.get("/drafts").await.text().contains("没有留下的内容"));
        // A refused correction leads back to its record; a refusal of buttons alone is nothing that was written.
        let id = taken.split(['/', '?']).nth(2).unwrap();
        let correct = [away[0], ("record", id), ("seen", "99"), ("text", "改成别的"), ("reason", "写错了")];
        let place = leader.post("/records/correct", &correct).await.location();
        let confirm = [away[0], ("record", id), ("seen", "99"), ("decision", "confirm"), ("reason", "")];
        let plain = leader.post("/records/decide", &confirm).await.location();
        let page = leader.get("/drafts").await.text();
        assert!(page.contains(&format!("href=\"{place}\"")) && !page.contains(&plain), "{page}");
        app.clock.advance_ms(15 * DAY_MS);
        assert!(!app.sign_in("leader_a").await.get("/drafts").await.text().contains("改成别的"));
    }
}

/// Sends 随手记; where the answer leads.
async fn record(client: &mut Client, fields: &[(&str, &str)]) -> String {
    let page = client.call("/api/records/new", serde_json::json!({})).await.json();
    let (command, post) = (page["command"].as_str().unwrap(), page["post"].as_str().unwrap());
    client.post("/records/save", &[&[("command", command), ("post", post)], fields].concat()).await.location()
}

async fn todo(client: &mut Client) -> String {
    client.call("/api/records/todo", serde_json::json!({})).await.text()
}
