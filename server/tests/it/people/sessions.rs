//! A07–A09: fixation, use after the end, timeouts; own sessions, post, text size.

use domain::people::Role;
use server::storage::q;

use super::{audited, command, count, live, row};
use crate::harness::{BOTH, Client, Database, PASSWORD, TestApp};

const HOUR: i64 = 3_600_000;

fn token(client: &Client) -> String {
    client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone()
}

#[tokio::test]
async fn a07_a_session_set_before_sign_in_is_never_adopted() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut client = app.visitor();
        client.cookies.push(("wuze".into(), "attacker-chosen".into()));
        client.post("/signin", &[("login", "leader_a"), ("password", PASSWORD)]).await;
        let first = client.clone();
        assert_ne!(token(&first), "attacker-chosen");
        // Signing in again gives another one and ends the first.
        client.post("/signin", &[("login", "leader_a"), ("password", PASSWORD)]).await;
        assert_ne!(token(&first), token(&client));
        assert!(live(&app, &first).await.is_none());
        assert!(live(&app, &client).await.is_some());
        let stored =
            count(&app, q("SELECT COUNT(*) AS n FROM sessions WHERE token_hash = $1").bind(token(&client))).await;
        assert_eq!(stored, 0, "the token itself is never stored");
    }
}

#[tokio::test]
async fn a08_a_replayed_cookie_is_dead_after_sign_out_password_change_disabling_and_role_loss() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut client = app.sign_in("leader_a").await;
        let copy = client.clone();
        let page = client.get("/home").await.text();
        let account =
            page.split("&quot;account&quot;:&quot;").nth(1).and_then(|rest| rest.get(..32)).unwrap().to_owned();
        let reply = client.post("/signout", &[]).await;
        assert_eq!(reply.location(), "/signin?out=1");
        // Where no script could wipe, the next one learns whose year has to go. What waits to be sent stays: no `"storage"`.
        let told = |r: &crate::harness::Reply| {
            let all: Vec<String> =
                r.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
            all.iter().any(|c| c.contains(&format!("wuze-left={account}; Path=/")) && !c.contains("HttpOnly"))
        };
        assert!(told(&reply), "{:?}", reply.headers);
        // A script that wiped leaves no mark of who was here.
        let mut wiped = app.sign_in("leader_a").await;
        let after = wiped.post("/signout", &[("wiped", "1")]).await;
        let marks: Vec<_> =
            after.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
        assert!(
            !told(&after) && marks.iter().any(|c| c.contains("wuze-left=;") && c.contains("Max-Age=0")),
            "{marks:?}"
        );
        let week = reply.headers.get_all("set-cookie").iter().any(|v| v.to_str().unwrap().contains("Max-Age=604800"));
        assert!(week, "no longer than what was kept");
        assert_eq!(reply.headers["clear-site-data"], "\"cache\"");
        let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../public/year.js")).unwrap();
        assert!(script.contains("wuze-left") && script.contains("box.del('year', every(left))"));
        assert!(live(&app, &copy).await.is_none());
        assert_eq!(copy.clone().get("/home").await.location(), "/signin?next=/home");

        let other = app.sign_in("leader_a").await;
        let mut client = app.sign_in("leader_a").await;
        let old = client.clone();
        let fields = [("current", PASSWORD), ("password", "gui-hua-kai-le"), ("again", "gui-hua-kai-le")];
        assert_eq!(client.post("/me/password", &fields).await.location(), "/me?done=password");
        assert!(live(&app, &other).await.is_none() && live(&app, &old).await.is_none());
        assert!(live(&app, &client).await.is_some(), "the own browser goes on with a new session");

        let mut admin = app.sign_in("sysadmin").await;
        let (account, person) =
            (app.district.account("leader_a").to_string(), app.district.person("leader_a").to_string());
        let fields = [("command", command(1)), ("account", account), ("person", person), ("state", "disabled".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert!(admin.post("/people/accounts/set", &fields).await.location().contains("done=disabled"));
        assert!(live(&app, &client).await.is_none());
        let again = app.visitor().post("/signin", &[("login", "leader_a"), ("password", "gui-hua-kai-le")]).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("账号名或密码不对"), "a disabled account answers like a wrong password");

        let team = app.sign_in("team").await;
        assert!(live(&app, &team).await.unwrap().actor.has(Role::ResidentTeam));
        let grant =
            row(&app, q("SELECT id FROM role_grants WHERE person_id = $1").bind(app.district.person("team"))).await;
        let (grant, person) = (grant.unwrap().text("id").unwrap(), app.district.person("team").to_string());
        let (one, two) = (command(2), command(3));
        let by_admin =
            admin.post("/people/roles/end", &[("command", &one), ("grant", &grant), ("person", &person)]).await;
        assert!(by_admin.location().contains("draft="), "a role for the whole district is the 安全管理员's to end");
        let mut security = app.sign_in("security").await;
        let ended =
            security.post("/people/roles/end", &[("command", &two), ("grant", &grant), ("person", &person)]).await;
        assert!(ended.location().contains("done=role_ended"), "{}", ended.location());
        let actor = live(&app, &team).await.unwrap().actor;
        assert!(!actor.has(Role::ResidentTeam) && actor.watched.is_empty(), "gone within one request");
    }
}

#[tokio::test]
async fn a09_sessions_end_by_idleness_and_in_any_case() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let idle = app.sign_in("leader_a").await;
        app.clock.advance_ms(8 * HOUR + 1);
        assert!(live(&app, &idle).await.is_none());
        assert_eq!(audited(&app, "people.session_over").await, 1);

        let mut busy = app.sign_in("leader_b").await;
        for _ in 0..11 {
            app.clock.advance_ms(HOUR);
            assert_eq!(busy.get("/").await.location(), "/home");
        }
        app.clock.advance_ms(HOUR);
        assert_eq!(busy.get("/").await.location(), "/signin", "twelve hours are the end");
        assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM sessions")).await, 0);
    }
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended_and_nobody_elses() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let other = app.sign_in("leader_a").await;
        let mut here = app.sign_in("leader_a").await;
        let page = here.call("/api/people/me", serde_json::json!({})).await.json();
        let sessions = page["sessions"].as_array().unwrap().clone();
        assert_eq!(sessions.len(), 2);
        let id = sessions.iter().find(|s| s["here"] == false).unwrap()["id"].as_str().unwrap().to_owned();
        let mut stranger = app.sign_in("leader_b").await;
        let reply = stranger.post("/me/session", &[("command", &command(1)), ("session", &id)]).await;
        assert!(reply.location().contains("draft="));
        assert!(live(&app, &other).await.is_some());
        here.post("/me/session", &[("command", &command(1)), ("session", &id)]).await;
        assert!(live(&app, &other).await.is_none());
        assert!(live(&app, &here).await.is_some());
    }
}

#[tokio::test]
async fn a_post_is_chosen_among_the_own_only_and_stays_chosen() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (d, person) = (app.district.clone(), app.district.person("leader_a"));
        app.app
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    tx.insert(
                        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
                        vec![command(77).into(), d.id.into(), d.civil_post.into(), person.into(), "2026-01-01".into()],
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let mut client = app.sign_in("leader_a").await;
        assert_eq!(live(&app, &client).await.unwrap().viewer.unit, "东湖街道");
        let foreign = app.district.school_post.to_string();
        assert_eq!(client.post("/post", &[("post", &foreign)]).await.status, 404);
        let civil = app.district.civil_post.to_string();
        assert_eq!(client.post("/post", &[("post", &civil)]).await.status, 303);
        assert_eq!(live(&app, &client).await.unwrap().viewer.unit, "区民政局");
        let next = app.sign_in("leader_a").await;
        assert_eq!(
            live(&app, &next).await.unwrap().viewer.unit,
            "区民政局",
            "the next session begins where the last was"
        );
    }
}

#[tokio::test]
async fn the_text_size_is_kept_per_browser_and_account() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.visitor();
    client.post("/size", &[("size", "huge")]).await;
    assert!(client.get("/signin").await.text().contains("data-size=\"huge\""));
    assert_eq!(client.post("/size", &[("size", "\"><script>")]).await.status, 422);
    let mut client = app.sign_in("leader_a").await;
    client.post("/size", &[("size", "large")]).await;
    let elsewhere = app.sign_in("leader_a").await;
    assert_eq!(live(&app, &elsewhere).await.unwrap().viewer.size, "large");
    assert!(client.get("/me").await.text().contains("data-size=\"large\""));
}
