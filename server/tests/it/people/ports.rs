//! Sign-in as a port: a proxy's header, outside providers, an empty installation (A14).

use async_trait::async_trait;
use domain::people::Role;
use server::{
    services::people::sign_in::{Assertion, Claim, Provider, Refused},
    storage::{Failure, q},
};

use super::{count, live, post_from};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn a_login_header_counts_only_from_the_proxy_and_only_when_configured() {
    let proxy = [192, 0, 2, 7];
    let header = [("x-login-name", "office")];
    let app = TestApp::with(Database::Sqlite, |c| {
        c.trusted_proxies = vec![proxy.into()];
        c.login_header = Some("x-login-name".into());
    })
    .await;
    let mut client = app.visitor();
    assert!(client.get("/signin").await.text().contains("统一身份认证"));
    assert_eq!(post_from(&mut client, [192, 0, 2, 8], &header, "/signin/header", &[]).await.status, 422);
    assert_eq!(post_from(&mut client, proxy, &[("x-login-name", "nobody_a")], "/signin/header", &[]).await.status, 422);
    assert_eq!(
        post_from(&mut client, proxy, &header, "/signin/header", &[("next", "/board")]).await.location(),
        "/board"
    );
    assert!(live(&app, &client).await.unwrap().actor.has(Role::ConductOffice));
    // The header alone, without signing in by it, is nothing.
    let app = TestApp::with(Database::Sqlite, |c| c.trusted_proxies = vec![proxy.into()]).await;
    assert_eq!(post_from(&mut app.visitor(), proxy, &header, "/signin/header", &[]).await.status, 422);
}

/// Knows one ticket.
struct Fake(&'static str);

#[async_trait]
impl Provider for Fake {
    fn key(&self) -> &'static str {
        self.0
    }
    async fn login_of(&self, assertion: &str) -> Option<String> {
        (assertion == "ticket-1").then(|| "Leader_A".to_owned())
    }
}

#[tokio::test]
async fn outside_providers_are_one_more_way_in() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let services = app.app.services();
        for key in ["oidc", "zwding"] {
            let way = Assertion(Fake(key));
            let wrong = services.sign_in(&way, Claim::Assertion { text: "ticket-2" }, "测试".into(), None).await;
            assert!(matches!(wrong, Err(Refused::Wrong)));
            let other = services.sign_in(&way, Claim::Header { login: "leader_a" }, "测试".into(), None).await;
            assert!(matches!(other, Err(Refused::Wrong)), "a way takes only its own claim");
            let opened =
                services.sign_in(&way, Claim::Assertion { text: "ticket-1" }, "测试".into(), None).await.unwrap();
            let session = services.session(&opened.token).await.unwrap().unwrap();
            assert_eq!(session.actor.person, app.district.person("leader_a"));
            let said = count(&app, q("SELECT COUNT(*) AS n FROM audit_details WHERE text = $1").bind(key)).await;
            assert_eq!(said, 1, "the log says by which way");
        }
    }
}

#[tokio::test]
async fn a14_there_is_no_account_by_default_and_setup_closes_behind_the_first() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // As after a fresh install: nobody.
        app.app
            .store()
            .write(|tx| {
                Box::pin(async move {
                    tx.execute(q("DELETE FROM role_grants")).await?;
                    tx.execute(q("DELETE FROM accounts")).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        for (login, password) in [("admin", "admin"), ("root", "root"), ("sysadmin", "kai-men-jian-shan")] {
            assert_eq!(app.visitor().post("/signin", &[("login", login), ("password", password)]).await.status, 422);
        }
        let services = app.app.services();
        assert!(services.create_first_admin("guanli", "史丽华", "12345678").await.is_err(), "no guessable password");
        services.create_first_admin("guanli", "史丽华", "gui-hua-kai-le").await.unwrap();
        let second = services.create_first_admin("guanli2", "陶文博", "gui-hua-kai-le").await;
        assert!(matches!(second, Err(Failure::Rejected(_))));
        let mut client = app.visitor();
        assert_eq!(client.post("/signin", &[("login", "guanli"), ("password", "gui-hua-kai-le")]).await.status, 303);
        let actor = live(&app, &client).await.unwrap().actor;
        assert!(actor.has(Role::SystemAdmin) && !actor.has(Role::SecurityAdmin) && !actor.has(Role::ConductOffice));
        services.create_admin(Role::SecurityAdmin, "anquan", "邹秋实", "gui-hua-kai-le").await.unwrap();
        assert!(services.create_admin(Role::Secretary, "shuji", "罗启明", "gui-hua-kai-le").await.is_err());
        assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM accounts")).await, 2);
    }
}
