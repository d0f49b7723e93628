//! Drafts that the browser saves by itself: one per form, never over an unseen one, never another's.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use domain::time::DAY_MS;
use server::storage::q;

mod begun;

use crate::duties::execute;
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

/// Texts of the unfinished notes, the newest first.
async fn notes(client: &mut Client) -> Vec<String> {
    let reply = client.get("/drafts?form=records.new&subject=0199b3a4-0000-7000-8000-00000000000f&all=1").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let text = |note: &serde_json::Value| note["fields"][0][1].as_str().unwrap().to_owned();
    reply.json()["notes"].as_array().unwrap().iter().map(text).collect()
}

async fn note(client: &mut Client, subject: &str, seen: &str, text: &str) -> Reply {
    client.post("/drafts", &[NEW[0], ("subject", subject), ("seen", seen), ("f.text", text)]).await
}

async fn done_with(client: &mut Client, subject: &str, seen: &str) {
    let gone = client.post("/drafts/drop", &[NEW[0], ("subject", subject), ("seen", seen)]).await;
    assert_eq!(gone.status, 204);
}

#[tokio::test]
async fn notes_are_kept_apart_and_saving_one_leaves_the_others() {
    let [one, two, three] = ["1", "2", "3"].map(|n| format!("0199b3a4-0000-7000-8000-00000000000{n}"));
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        assert!(notes(&mut leader).await.is_empty());
        // An id number in one of them is nobody else's: it stays within its note, and ends alone.
        note(&mut leader, &one, "", "甲句 11010519491231002X").await;
        app.clock.advance_ms(1_000);
        let second = version(&note(&mut leader, &two, "", "乙句").await);
        app.clock.advance_ms(1_000);
        let third = version(&note(&mut leader, &three, "", "丙句").await);
        assert_eq!(notes(&mut leader).await, ["丙句", "乙句", "甲句 11010519491231002X"], "{database:?}");
        let newest = leader.get("/drafts?form=records.new&all=1").await.json()["notes"][0].clone();
        assert_eq!((newest["subject"].as_str(), newest["version"].as_str()), (Some(&*three), Some(&*third)));
        // The second device sees each by itself, and writes on in one of them.
        let mut desk = app.sign_in("leader_a").await;
        let on = version(&note(&mut desk, &two, &second, "乙句，再写").await);
        assert_eq!(note(&mut leader, &two, &second, "乙句，另写").await.status, 409);
        // The record of the third note is saved, and its draft is done with.
        done_with(&mut leader, &three, &third).await;
        assert_eq!(notes(&mut leader).await, ["乙句，再写", "甲句 11010519491231002X"], "{database:?}");
        done_with(&mut leader, &two, &second).await;
        assert_eq!(notes(&mut leader).await.len(), 2, "written on since");
        done_with(&mut leader, &two, &on).await;
        assert_eq!(notes(&mut leader).await, ["甲句 11010519491231002X"]);
        assert!(notes(&mut app.sign_in("leader_b").await).await.is_empty());
        app.clock.advance_ms(DAY_MS);
        let mut later = app.sign_in("leader_a").await;
        assert!(notes(&mut later).await.is_empty(), "with an id number the server keeps it a day");
    }
}

#[tokio::test]
async fn home_says_that_a_note_is_not_finished() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        assert!(!leader.get("/home").await.text().contains("没写完的随手记"));
        note(&mut leader, "0199b3a4-0000-7000-8000-000000000001", "", "写到一半").await;
        let home = leader.get("/home").await.text();
        assert!(home.contains("有一份没写完的随手记") && home.contains("继续写"), "{home}");
        // One tap: the words stand in the form, without scripts too.
        let link = home.split("href=\"").find(|link| link.starts_with("/records/new?draft=")).unwrap();
        let form = leader.get(link.split('"').next().unwrap()).await.text();
        assert!(form.contains("写到一半") && form.contains("name=\"_draft\""), "{form}");
        assert!(!form.contains("还没有保存") && !form.contains("写的内容留作草稿"), "{form}");
        note(&mut leader, "0199b3a4-0000-7000-8000-000000000002", "", "又一份").await;
        let home = leader.get("/home").await.text();
        assert!(home.contains("有 2 份没写完的随手记") && !home.contains("/records/new?draft="), "{database:?} {home}");
        // Another form's draft is none.
        let mut other = app.sign_in("leader_b").await;
        other.post("/drafts", &[("form", "reviews.report"), ("subject", "x"), ("f.text", "报告")]).await;
        assert!(!other.get("/home").await.text().contains("没写完的随手记"));
    }
}

#[tokio::test]
async fn notes_of_a_role_that_ended_are_not_counted() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (of, person) = (app.district.clone(), app.district.person("liaison_a"));
        let mut liaison = app.sign_in("liaison_a").await;
        let name = |n: usize| format!("0199b3a4-0000-7000-8000-0000000000{n:02}");
        for n in 0..40 {
            assert_eq!(note(&mut liaison, &name(n), "", "替原单位写的").await.status, 200);
        }
        assert!(liaison.get("/home").await.text().contains("有 40 份没写完的随手记"), "{database:?}");
        assert_eq!(note(&mut liaison, &name(40), "", "多出的一份").await.status, 422);

        // He drafts for another unit now: nobody can open the old ones, so nobody is told of them or has to delete them.
        let grant = q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
                       VALUES ('22222222-2222-4222-8222-222222222222', $1, $2, 'liaison', $3, 'active', 'system', '2026-01-01')");
        execute(&app, grant.bind(of.id).bind(person).bind(of.civil)).await;
        let ended = q("UPDATE role_grants SET ends_on = '2026-10-01' WHERE person_id = $1 AND unit_id = $2");
        execute(&app, ended.bind(person).bind(of.town)).await;
        let mut liaison = app.sign_in("liaison_a").await;
        assert!(notes(&mut liaison).await.is_empty());
        assert!(!liaison.get("/home").await.text().contains("没写完的随手记"));
        assert_eq!(note(&mut liaison, &name(40), "", "替新单位写的").await.status, 200);
        assert!(liaison.get("/home").await.text().contains("有一份没写完的随手记"));
        assert_eq!(notes(&mut liaison).await, ["替新单位写的"]);
    }
}

#[tokio::test]
async fn a_refused_note_says_that_it_stays() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    assert!(!leader.get("/records/new").await.text().contains("写的内容留作草稿"));
    let refused = record(&mut leader, &[("text", "与 11010519491231002X 谈话")]).await;
    let page = leader.get(&refused).await.text();
    assert!(page.contains("写的内容留作草稿") && page.contains("服务器只留 1 天"), "{page}");
    assert!(page.contains("href=\"/drafts\""));
    // Thrown away there, its text is no unfinished note either; others stay.
    note(&mut leader, "0199b3a4-0000-7000-8000-000000000001", "", "与 11010519491231002X 谈话").await;
    note(&mut leader, "0199b3a4-0000-7000-8000-000000000002", "", "还没写完").await;
    let draft = refused.split("draft=").nth(1).unwrap();
    let away = [("command", "0199b3a4-0000-7000-8000-000000000000"), ("draft", draft)];
    assert_eq!(leader.post("/drafts/forget", &away).await.location(), "/drafts");
    assert_eq!(notes(&mut leader).await, ["还没写完"]);
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
