//! What was true a moment ago: rights that are gone (B08), forms of objects that are closed
//! (B11), the same request again (C07), and the audit log that nobody rewrites (B10).

use futures::future::join_all;
use serde_json::json;
use server::{http::policy::Kind, storage::q};

use super::{
    table::{fingerprint, send as ask},
    tables::asks,
    world::{World, one, through_from},
};
use crate::{
    duties::{command, done, execute, rows, send},
    harness::{BOTH, Client, Database, TestApp},
};

async fn book(client: &mut Client, post: &str) -> u16 {
    client.call("/api/records/book", json!({ "post": post })).await.status
}

#[tokio::test]
async fn b08_rights_end_with_the_next_request() {
    let world = World::new(Database::Sqlite).await;
    let (app, ids) = (&world.app, &world.school);
    let mut security = app.sign_in("security").await;
    let mut office = app.sign_in("office2").await;
    // The account.
    let mut liaison = app.sign_in("liaison_b").await;
    assert_eq!(book(&mut liaison, &ids.post).await, 200);
    let (person, account) =
        (app.district.person("liaison_b").to_string(), app.district.account("liaison_b").to_string());
    done(&mut security, "/people/accounts/set", &[("person", &person), ("account", &account), ("state", "disabled")])
        .await;
    assert_eq!(book(&mut liaison, &ids.post).await, 401);
    // The session.
    let mut deputy = app.sign_in("deputy").await;
    assert_eq!(book(&mut deputy, &ids.post).await, 200);
    let (person, account) = (app.district.person("deputy").to_string(), app.district.account("deputy").to_string());
    done(&mut security, "/people/accounts/end-sessions", &[("person", &person), ("account", &account)]).await;
    assert_eq!(book(&mut deputy, &ids.post).await, 401);
    // The role.
    let mut secretary = app.sign_in("secretary").await;
    let person = app.district.person("secretary").to_string();
    assert_eq!(book(&mut secretary, &ids.leading).await, 200);
    let grant = one(app, q("SELECT id FROM role_grants WHERE person_id = $1").bind(&person), "id").await;
    done(&mut security, "/people/roles/end", &[("grant", &grant), ("person", &person)]).await;
    execute(app, q("UPDATE role_grants SET ends_on = '2026-11-01' WHERE id = $1").bind(&grant)).await;
    assert_eq!(book(&mut secretary, &ids.leading).await, 404);
    // The 归口表.
    let mut team = app.sign_in("team").await;
    assert_eq!(book(&mut team, &ids.post).await, 200);
    let seen = one(app, q("SELECT version FROM units WHERE id = $1").bind(&ids.unit), "version").await;
    let team2 = app.district.team2.to_string();
    done(&mut office, "/people/map/save", &[("unit", &ids.unit), ("seen", &seen), ("team", &team2)]).await;
    assert_eq!(book(&mut team, &ids.post).await, 404);
    assert_eq!(book(&mut app.sign_in("team2").await, &ids.post).await, 200);
    // The device: ended, its sessions are gone.
    let mut head = app.sign_in("leader_b").await;
    execute(app, q("UPDATE sessions SET device_id = $1 WHERE account_id = $2").bind(&ids.device).bind(&ids.account))
        .await;
    assert_eq!(book(&mut head, &ids.post).await, 200);
    done(&mut app.sign_in("leader_b").await, "/me/device", &[("device", &ids.device)]).await;
    assert_eq!(book(&mut head, &ids.post).await, 401);
    // The term.
    let mut head = app.sign_in("leader_b").await;
    assert_eq!(book(&mut head, &ids.post).await, 200);
    let seen = one(app, q("SELECT version FROM units WHERE id = $1").bind(&ids.unit), "version").await;
    let end = [("unit", ids.unit.as_str()), ("seen", &seen), ("term", &ids.term), ("ends_on", "2026-11-01")];
    done(&mut office, "/people/terms/end", &end).await;
    assert_eq!(book(&mut head, &ids.post).await, 404);
}

/// Every form about the list, sent by everybody who may see it, with the present version.
async fn nothing_works(world: &World, why: &str) {
    let mut now = world.school.clone();
    let version = "SELECT version FROM leader_lists WHERE id = $1";
    now.versions.list = one(&world.app, q(version).bind(&now.list), "version").await;
    for login in ["office", "deputy", "team", "leader_b", "liaison_b"] {
        let mut client = world.app.sign_in(login).await;
        let before = fingerprint(&world.app).await;
        for entry in world.app.entries.iter().filter(|e| e.kind == Kind::Form && e.path.starts_with("/duties/")) {
            let about_list =
                entry.path.starts_with("/duties/lists/") || matches!(entry.path, "/duties/sign" | "/duties/batch");
            for form in asks(entry.kind, entry.path, &now).unwrap().iter().filter(|_| about_list) {
                if !form.versioned {
                    continue;
                }
                let answer = ask(&world.app, &mut client, entry.path, form).await;
                assert!(answer.is_refusal(), "{login} on a {why} list by {}: {form:?}", entry.path);
            }
        }
        assert_eq!(fingerprint(&world.app).await, before, "{login} changed a {why} list");
    }
}

#[tokio::test]
async fn b11_closed_objects_refuse_their_old_forms() {
    let world = World::new(Database::Sqlite).await;
    let (app, ids) = (&world.app, &world.school);
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    let mut head = app.sign_in("leader_b").await;
    nothing_works(&world, "signed").await;
    // A newer edition in force: the old one only stays to be read.
    let place =
        done(&mut office, "/duties/lists/edition", &[("leader", &ids.list), ("effective_on", "2026-11-02")]).await;
    let newer = place.split(['/', '?']).nth(3).unwrap().to_owned();
    through_from(app, &mut office, &mut deputy, &newer, "2026-11-02").await;
    let state = "SELECT state FROM leader_lists WHERE id = $1";
    assert_eq!(one(app, q(state).bind(&ids.list), "state").await, "superseded");
    nothing_works(&world, "superseded").await;
    // The head changes: what was in force freezes.
    let mut world = world;
    world.school.list = newer;
    let (app, ids) = (&world.app, &world.school);
    let seen = one(app, q("SELECT version FROM units WHERE id = $1").bind(&ids.unit), "version").await;
    let person = app.district.person("member_a").to_string();
    let appoint = [
        ("unit", ids.unit.as_str()),
        ("seen", &seen),
        ("post", &ids.post),
        ("person", &person),
        ("starts_on", "2026-11-02"),
    ];
    done(&mut office, "/people/terms/appoint", &appoint).await;
    assert_eq!(one(app, q(state).bind(&ids.list), "state").await, "frozen");
    nothing_works(&world, "frozen").await;
    let (app, ids) = (&world.app, &world.school);
    // The predecessor's record is nobody's to change, and its 谈话 nobody's to read in full.
    let mut successor = app.sign_in("member_a").await;
    let record = successor.call("/api/records/one", json!({ "id": ids.record })).await.json();
    assert_eq!(record["row"]["text"], json!(null), "a successor reads the predecessor's talk");
    let book = successor.call("/api/records/book", json!({ "post": ids.post })).await.text();
    assert!(!book.contains("金丝雀记录"), "{book}");
    let change = [("record", ids.record.as_str()), ("seen", &ids.versions.record), ("text", "改"), ("reason", "改")];
    assert!(send(&mut successor, "/records/correct", &change).await.location().contains("draft="));
    assert!(send(&mut head, "/records/correct", &change).await.location().contains("draft="));
    // Twice the same end: tasks, templates, uploads, hand-overs.
    let finish =
        [("year", "2026"), ("task", ids.task.as_str()), ("seen", &ids.versions.task), ("done_on", "2026-11-02")];
    done(&mut office, "/duties/tasks/finish", &finish).await;
    let publish = [("template", ids.open_template.as_str()), ("seen", &ids.versions.open_template)];
    done(&mut office, "/duties/templates/publish", &publish).await;
    let upload = [("upload", ids.upload.as_str())];
    send(&mut office, "/imports/commit", &upload).await;
    let before = fingerprint(app).await;
    for seen in ["1", "2", "3"] {
        let finish = [("year", "2026"), ("task", ids.task.as_str()), ("seen", seen), ("done_on", "2026-11-02")];
        assert!(send(&mut office, "/duties/tasks/finish", &finish).await.location().contains("draft="));
        let remove = [("year", "2026"), ("task", ids.task.as_str()), ("seen", seen)];
        assert!(send(&mut office, "/duties/tasks/remove", &remove).await.location().contains("draft="));
        let publish = [("template", ids.open_template.as_str()), ("seen", seen)];
        assert!(send(&mut office, "/duties/templates/publish", &publish).await.location().contains("draft="));
        let drop = format!("drop:{}", ids.duty);
        let item = [("template", ids.open_template.as_str()), ("seen", seen), ("do", &drop)];
        assert!(send(&mut office, "/duties/templates/item", &item).await.location().contains("draft="));
    }
    assert!(!send(&mut office, "/imports/commit", &upload).await.location().starts_with("/duties?"));
    assert_eq!(fingerprint(app).await, before);
}

#[tokio::test]
async fn c07_the_same_again_is_one_record_and_different_ones_number_without_gaps() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let leader = app.sign_in("leader_a").await;
        let post = app.district.town_post.to_string();
        let key = command();
        let body = |text: &str, key: &str| json!({ "command": key, "post": post, "kind": null, "text": text, "event_on": "", "duties": [] });
        let same = join_all((0..20).map(|_| {
            let (mut client, form) = (leader.clone(), body("同一句话", &key));
            async move { client.call("/api/records/save", form).await }
        }))
        .await;
        let first = same[0].json();
        assert!(same.iter().all(|r| r.status == 200 && r.json() == first), "{database:?}");
        let other = leader.clone().call("/api/records/save", body("另一句话", &key)).await;
        assert_eq!(other.status, 422);
        // The key is the account's own: another account's same key is another intention.
        let mut stranger = app.sign_in("leader_b").await;
        let mine = json!({
            "command": key, "post": app.district.school_post.to_string(), "kind": null, "text": "同一句话",
            "event_on": "", "duties": [],
        });
        assert_eq!(stranger.call("/api/records/save", mine).await.status, 200);
        let different = join_all((0..20).map(|n| {
            let (mut client, form) = (leader.clone(), body(&format!("第{n}句话"), &command()));
            async move { client.call("/api/records/save", form).await.json() }
        }))
        .await;
        let mut pages: Vec<i64> = different.iter().map(|r| r["page"].as_i64().unwrap()).collect();
        pages.sort_unstable();
        assert_eq!(pages, (2..=21).collect::<Vec<i64>>(), "{database:?}");
        let kept = rows(&app, q("SELECT id FROM records WHERE post_id = $1").bind(&post)).await;
        assert_eq!(kept.len(), 21);
    }
}

#[tokio::test]
async fn b10_no_route_and_no_code_changes_a_row_of_the_log() {
    let app = TestApp::new(Database::Sqlite).await;
    for entry in app.entries.iter().filter(|e| e.path.contains("audit")) {
        assert!(
            !matches!(entry.kind, Kind::Form | Kind::Upload),
            "{} writes; the log has no forms, only readings and exports",
            entry.path
        );
    }
    // `demo` alone clears a district, and only one that is marked as a demonstration.
    let mut sources = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(path) = sources.pop() {
        if path.is_dir() {
            sources.extend(std::fs::read_dir(&path).unwrap().map(|f| f.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("demo/clear.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for statement in ["UPDATE audit ", "DELETE FROM audit ", "DELETE FROM audit\"", "REPLACE INTO audit"] {
                assert!(!text.contains(statement), "{}: {statement}", path.display());
            }
        }
    }
}
