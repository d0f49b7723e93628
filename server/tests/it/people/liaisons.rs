//! Who may be the 联络员 of a unit, and that its head is told.

use domain::{
    ids::{PostId, TermId},
    people::Role,
};
use serde_json::{Value, json};
use server::{random, storage::q};

use super::{command, count, live, refusal};
use crate::harness::{BOTH, Client, Database, Reply, TestApp};

async fn propose(app: &TestApp, client: &mut Client, n: u32, login: &str, role: &str, unit: impl ToString) -> Reply {
    let (key, person, unit) = (command(n), app.district.person(login).to_string(), unit.to_string());
    let fields = [("command", key.as_str()), ("person", &person), ("role", role), ("unit", &unit)];
    client.post("/people/roles/propose", &fields).await
}

/// A post of the town's staff for somebody.
async fn employ(app: &TestApp, login: &str) {
    let (district, unit, person) = (app.district.id, app.district.town, app.district.person(login));
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let (post, term) = (PostId(random::id(tx.now())), TermId(random::id(tx.now())));
                let day = "2024-01-01";
                tx.insert(
                    "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
                    vec![post.into(), district.into(), unit.into(), "办公室干部".into(), false.into(), day.into()],
                )
                .await?;
                tx.insert(
                    "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
                    vec![term.into(), district.into(), post.into(), person.into(), day.into()],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

/// What the home of the town's head says of 联络员.
async fn told(client: &mut Client) -> Vec<String> {
    let page = client.call("/api/records/home", json!({})).await.json();
    let all = page["announced"].as_array().unwrap().clone();
    all.iter().filter(|one| one[0] == "新任联络员").map(|one| one[2].as_str().unwrap().to_owned()).collect()
}

async fn listed(client: &mut Client) -> Value {
    client.call("/api/people/me", json!({})).await.json()["liaisons"].clone()
}

#[tokio::test]
async fn a_liaison_works_in_the_unit_and_its_head_is_told() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let d = app.district.clone();
        let mut office = app.sign_in("office").await;
        let reply = propose(&app, &mut office, 1, "member_a", "liaison", d.town).await;
        assert!(refusal(&mut office, &reply).await.contains("此人在「东湖街道」没有任职"));
        employ(&app, "member_a").await;
        let reply = propose(&app, &mut office, 2, "member_a", "liaison", d.school).await;
        assert!(refusal(&mut office, &reply).await.contains("此人在「区教育局」没有任职"));
        let mut leader = app.sign_in("leader_a").await;
        assert!(told(&mut leader).await.is_empty(), "who has been one for years is no news");
        let reply = propose(&app, &mut office, 3, "member_a", "liaison", d.town).await;
        assert!(reply.location().contains("done=role_given"), "{}", reply.location());
        let member = app.sign_in("member_a").await;
        assert!(live(&app, &member).await.unwrap().actor.has(Role::Liaison));

        let words = told(&mut leader).await;
        assert_eq!(words.len(), 1, "{words:?}");
        assert!(words[0].starts_with("王晓岚 自11月2日起任东湖街道联络员，可以代您起草"), "{words:?}");
        assert!(words[0].contains("有异议请与党风政风监督室联系"), "{words:?}");
        let lines = listed(&mut leader).await;
        assert_eq!((&lines[0][0], &lines[0][2]), (&json!("王晓岚"), &json!("自2026年11月2日起")), "{lines}");
        assert_eq!(lines[1][0], "耿伟");
        assert!(leader.get("/me").await.text().contains("东湖街道联络员：可以代您起草"));
        // Not to the head of another unit, and not to those who work for this one.
        for login in ["leader_b", "liaison_a"] {
            let mut other = app.sign_in(login).await;
            assert!(told(&mut other).await.is_empty(), "{login}");
            assert!(!listed(&mut other).await.to_string().contains("王晓岚"), "{login}");
        }

        // Ended the same day: he could read all the same.
        let grant =
            q("SELECT id FROM role_grants WHERE person_id = $1 AND role = 'liaison'").bind(d.person("member_a"));
        let grant = super::row(&app, grant).await.unwrap().text("id").unwrap();
        let (key, person) = (command(4), d.person("member_a").to_string());
        let fields = [("command", key.as_str()), ("grant", &grant), ("person", &person)];
        assert!(!office.post("/people/roles/end", &fields).await.location().contains("draft="));
        assert!(told(&mut leader).await[0].contains("王晓岚 11月2日至11月2日曾任东湖街道联络员"));
        assert!(!listed(&mut leader).await.to_string().contains("王晓岚"));
        app.clock.advance_ms(14 * 24 * 3_600_000);
        assert!(told(&mut app.sign_in("leader_a").await).await.is_empty());
    }
}

#[tokio::test]
async fn who_drafts_supervises_nobody_and_the_other_way_round() {
    let app = TestApp::new(Database::Sqlite).await;
    let d = app.district.clone();
    let mut admin = app.sign_in("sysadmin").await;
    for (n, login) in (1..).zip(["team", "office2", "secretary", "deputy", "general", "security", "audit"]) {
        employ(&app, login).await;
        let reply = propose(&app, &mut admin, n, login, "liaison", d.town).await;
        assert!(refusal(&mut admin, &reply).await.contains("须与监督、管理的角色分开"), "{login}");
    }
    for (n, (role, unit)) in (20..).zip([
        ("resident_team", d.team),
        ("conduct_office", d.office),
        ("general_office", d.office),
        ("audit_admin", d.office),
    ]) {
        let reply = propose(&app, &mut admin, n, "liaison_a", role, unit).await;
        assert!(refusal(&mut admin, &reply).await.contains("不能再任"), "{role}");
    }
    let given = q("SELECT COUNT(*) AS n FROM role_grants WHERE role = 'liaison'");
    assert_eq!(count(&app, given).await, 2);
    let waiting = q("SELECT COUNT(*) AS n FROM role_grants WHERE state = 'proposed'");
    assert_eq!(count(&app, waiting).await, 0);
}
