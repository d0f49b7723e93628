//! The preset of a periodic change of password: off by default, and where it is on, an old
//! password opens nothing but its own change.

use serde_json::json;
use server::storage::{Failure, q};

use super::audited;
use crate::harness::{BOTH, PASSWORD, TestApp};

const DAY_MS: i64 = 86_400_000;
const NEW: &str = "chun-feng-hua-yu";

/// Says when everybody chose the password.
async fn chosen(app: &TestApp, at: Option<i64>) {
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(q("UPDATE accounts SET chosen_at = $1").bind(at)).await?;
                Ok::<(), Failure>(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn an_old_password_opens_only_its_change() {
    for database in BOTH {
        let app = TestApp::with(database, |c| c.password_max_age_days = 90).await;
        let now = app.app.services().now().0;
        chosen(&app, Some(now - 90 * DAY_MS)).await;
        let mut young = app.sign_in("leader_a").await;
        assert_eq!(young.get("/home").await.status, 200, "{database:?}: the last day");
        chosen(&app, Some(now - 90 * DAY_MS - 1)).await;
        assert_eq!(young.get("/home").await.status, 200, "asked at sign-in, not in the middle of the work");

        let mut old = app.sign_in("leader_a").await;
        for path in ["/", "/home", "/records/new"] {
            let page = old.get(path).await;
            assert_eq!(page.status, 403, "{path}");
            let text = page.text();
            assert!(text.contains("密码已到期") && text.contains("href=\"/me\""), "{text}");
        }
        let call = old.call("/api/records/home", json!({})).await;
        assert_eq!(call.status, 403);
        assert!(call.text().contains("密码已到期"), "{}", call.text());
        assert_eq!(old.post("/post", &[("post", &app.district.town_post.to_string())]).await.status, 403);
        let me = old.get("/me").await;
        assert_eq!(me.status, 200);
        assert!(me.text().contains("action=\"/me/password\""));

        let change = |new: &'static str| [("current", PASSWORD), ("password", new), ("again", new)];
        let same = old.post("/me/password", &change(PASSWORD)).await;
        assert!(old.get(&same.location()).await.text().contains("新密码和现在的一样"));
        assert_eq!(old.get("/home").await.status, 403, "still");
        let done = old.post("/me/password", &change(NEW)).await;
        assert!(!done.location().contains("draft="), "{}", done.location());
        assert_eq!(old.get("/home").await.status, 200);
        assert_eq!(audited(&app, "people.password_changed").await, 1);

        let mut again = app.visitor();
        assert_eq!(again.post("/signin", &[("login", "leader_a"), ("password", NEW)]).await.status, 303);
        assert_eq!(again.get("/home").await.status, 200);
        app.clock.advance_ms(91 * DAY_MS);
        let mut later = app.visitor();
        assert_eq!(later.post("/signin", &[("login", "leader_a"), ("password", NEW)]).await.status, 303);
        assert_eq!(later.get("/home").await.status, 403);
    }
}

#[tokio::test]
async fn nobody_is_asked_unless_the_installation_says_so() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        chosen(&app, None).await;
        let mut leader = app.sign_in("leader_a").await;
        assert_eq!(leader.get("/home").await.status, 200, "{database:?}");
    }
}

#[tokio::test]
async fn a_password_whose_age_nobody_knows_is_old() {
    let app = TestApp::with(crate::harness::Database::Sqlite, |c| c.password_max_age_days = 90).await;
    chosen(&app, None).await;
    let mut leader = app.sign_in("leader_a").await;
    assert_eq!(leader.get("/home").await.status, 403);
}
