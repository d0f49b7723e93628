//! A slip for an account that was opened before is a reset: two persons, and its owner reads of it.

use server::storage::q;

use super::{audited, command, count, live, row};
use crate::harness::{BOTH, Client, Database, PASSWORD, Reply, TestApp};

const SLIP: &str = "/people/accounts/slip";

async fn slip(app: &TestApp, by: &mut Client, login: &str, more: &[(&str, &str)]) -> Reply {
    let (person, account) = (app.district.person(login).to_string(), app.district.account(login).to_string());
    let own = [("command", command(9)), ("person", person), ("account", account)];
    let mut fields: Vec<(&str, &str)> = own.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.extend_from_slice(more);
    by.post(SLIP, &fields).await
}

async fn refusal(by: &mut Client, reply: &Reply) -> String {
    assert!(reply.location().contains("draft="), "{} {}", reply.status, reply.location());
    by.get(&reply.location()).await.text()
}

fn code_of(page: &str) -> String {
    page.split("slip-code mono\">").nth(1).unwrap().split("</p>").next().unwrap().replace("<br>", "")
}

const CONFIRM: [(&str, &str); 2] = [("reset", "confirm"), ("secret", PASSWORD)];

async fn codes(app: &TestApp) -> i64 {
    count(app, q("SELECT COUNT(*) AS n FROM activations")).await
}

#[tokio::test]
async fn nobody_alone_takes_over_an_opened_account_and_its_owner_is_told() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut desk = app.sign_in("leader_a").await;
        let (mut office, mut admin) = (app.sign_in("office").await, app.sign_in("sysadmin").await);
        let mut security = app.sign_in("security").await;

        // One person gets no code, however he asks.
        let asked = slip(&app, &mut office, "leader_a", &[]).await;
        assert!(asked.location().contains("done=reset_asked"), "{} {}", asked.status, asked.text());
        let own = slip(&app, &mut office, "leader_a", &CONFIRM).await;
        assert!(refusal(&mut office, &own).await.contains("不能自己确认"));
        let again = slip(&app, &mut office, "leader_a", &[]).await;
        assert!(refusal(&mut office, &again).await.contains("等第二人确认"));
        let two = slip(&app, &mut admin, "leader_a", &CONFIRM).await;
        assert!(refusal(&mut admin, &two).await.contains("须有一位安全管理员"));
        let wrong = slip(&app, &mut security, "leader_a", &[CONFIRM[0], ("secret", "wrong-one-here")]).await;
        assert!(refusal(&mut security, &wrong).await.contains("不对"));
        assert_eq!(codes(&app).await, 0);
        let kept = row(&app, q("SELECT fields FROM drafts WHERE fields LIKE '%wrong-one-here%'")).await;
        assert!(kept.is_none(), "a secret is in no draft");
        assert!(security.get("/todo").await.text().contains("重置登录方式"));

        // The second person gets it, once.
        let printed = slip(&app, &mut security, "leader_a", &CONFIRM).await;
        assert_eq!(printed.status, 200, "{}", printed.location());
        let code = code_of(&printed.text());
        let twice = slip(&app, &mut security, "leader_a", &CONFIRM).await;
        assert!(refusal(&mut security, &twice).await.contains("没有等待确认的重置"));
        assert_eq!((audited(&app, "people.reset_asked").await, audited(&app, "people.reset_confirmed").await), (1, 1));

        // The owner reads of it in the session he has, and in the one that ends why it ended.
        let names = |login: &'static str| {
            let find = q("SELECT name FROM persons WHERE id = $1").bind(app.district.person(login));
            row(&app, find)
        };
        let asked_by = names("office").await.unwrap().text("name").unwrap();
        let confirmed_by = names("security").await.unwrap().text("name").unwrap();
        let day = domain::time::zh_short(app.app.services().today());
        let line = format!("您的登录方式在{day}由{asked_by}、{confirmed_by}重置");
        assert!(live(&app, &desk).await.is_none(), "at once, not when the code is used");
        let door = desk.get("/signin").await.text();
        assert!(door.contains(&line) && door.contains("这里的登录已结束"), "{door}");
        let chosen = [("login", "leader_a"), ("code", code.as_str()), ("way", "password")];
        let words = [("password", "gui-hua-kai-le"), ("again", "gui-hua-kai-le")];
        let mut opened = app.visitor();
        let reply = opened.post("/activate", &[&chosen[..], &words[..]].concat()).await;
        assert_eq!(reply.location(), "/me/reset");
        let again = app.visitor().post("/activate", &[("login", "leader_a"), ("code", &code)]).await;
        assert_eq!(again.status, 422, "the code opens once");

        // Until he says that he knows.
        let mut next = app.visitor();
        let fields = [("login", "leader_a"), ("password", "gui-hua-kai-le"), ("next", "/records")];
        assert_eq!(next.post("/signin", &fields).await.location(), "/me/reset");
        assert!(next.get("/me/reset").await.text().contains(&line));
        assert!(next.get("/home").await.text().contains(&line));
        assert_eq!(next.post("/me/reset", &[]).await.location(), "/");
        assert!(!next.get("/home").await.text().contains(&line));
        assert_eq!(app.visitor().post("/signin", &fields).await.location(), "/records");
        assert_eq!(audited(&app, "people.reset_seen").await, 1);
    }
}

#[tokio::test]
async fn a_lost_phone_opens_nothing_from_the_confirmation_on() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut office, mut security) = (app.sign_in("office").await, app.sign_in("security").await);
        let bind = |code: String, pin: &'static str| {
            let mut phone = app.visitor();
            async move {
                let way = [("login", "leader_a"), ("code", code.as_str()), ("way", "device")];
                let reply = phone.post("/activate", &[&way[..], &[("pin", pin), ("again", pin)]].concat()).await;
                assert_eq!(reply.status, 303, "{}", reply.text());
                phone
            }
        };
        slip(&app, &mut office, "leader_a", &[]).await;
        let code = code_of(&slip(&app, &mut security, "leader_a", &CONFIRM).await.text());
        let mut lost = bind(code, "204817").await;
        assert!(live(&app, &lost).await.is_some());
        app.clock.advance_ms(60_000);
        let other = app.sign_in("leader_b").await;

        // Asked for, nothing ends yet; confirmed, the old phone is out before the new one is bound.
        slip(&app, &mut office, "leader_a", &[]).await;
        assert!(live(&app, &lost).await.is_some());
        let code = code_of(&slip(&app, &mut security, "leader_a", &CONFIRM).await.text());
        assert!(live(&app, &lost).await.is_none() && live(&app, &other).await.is_some(), "{database:?}");
        let left = q("SELECT COUNT(*) AS n FROM devices WHERE account_id = $1 AND ended_at IS NULL");
        assert_eq!(count(&app, left.bind(app.district.account("leader_a"))).await, 0);
        let door = lost.get("/signin").await.text();
        assert!(door.contains("重置，这里的登录已结束"), "{door}");
        lost.cookies.retain(|(name, _)| name != "wuze");
        let refused = lost.post("/pin", &[("pin", "204817")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("绑定已失效"), "{}", refused.text());

        // The code still binds the new phone, and the old one stays out.
        let new = bind(code, "731946").await;
        assert!(live(&app, &new).await.is_some());
        assert_eq!(lost.post("/pin", &[("pin", "204817")]).await.status, 422);
    }
}

#[tokio::test]
async fn an_ask_is_taken_back_and_ends_by_itself() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut admin, mut security) = (app.sign_in("sysadmin").await, app.sign_in("security").await);
    slip(&app, &mut admin, "leader_a", &[]).await;
    let dropped = slip(&app, &mut security, "leader_a", &[("reset", "drop")]).await;
    assert!(dropped.location().contains("done=reset_dropped"));
    let late = slip(&app, &mut security, "leader_a", &CONFIRM).await;
    assert!(refusal(&mut security, &late).await.contains("没有等待确认的重置"));
    slip(&app, &mut admin, "leader_a", &[]).await;
    app.clock.advance_ms(8 * domain::time::DAY_MS);
    let mut security = app.sign_in("security").await;
    let late = slip(&app, &mut security, "leader_a", &CONFIRM).await;
    assert!(refusal(&mut security, &late).await.contains("没有等待确认的重置"));
    assert_eq!(codes(&app).await, 0);
}

#[tokio::test]
async fn an_account_nobody_opened_needs_one_person_and_an_ended_phone_does_not_make_it_one() {
    let app = TestApp::new(Database::Sqlite).await;
    let closed = |login: &'static str| {
        let empty = q("UPDATE accounts SET password_hash = '' WHERE login = $1").bind(login);
        app.app.store().write(move |tx| Box::pin(async move { Ok(tx.execute(empty).await?) }))
    };
    closed("leader_a").await.unwrap();
    let mut admin = app.sign_in("sysadmin").await;
    let first = slip(&app, &mut admin, "leader_a", &[]).await;
    assert_eq!(first.status, 200);
    let code = code_of(&first.text());
    let pin =
        [("login", "leader_a"), ("code", code.as_str()), ("way", "device"), ("pin", "204817"), ("again", "204817")];
    let mut phone = app.visitor();
    assert_eq!(phone.post("/activate", &pin).await.location(), "/", "nothing to be told");
    // The 安全管理员 ends the phone: the way around the second person, were it one.
    let mut security = app.sign_in("security").await;
    let (person, account) = (app.district.person("leader_a").to_string(), app.district.account("leader_a").to_string());
    let end = [("command", command(3)), ("person", person.clone()), ("account", account), ("devices", "1".into())];
    let end: Vec<(&str, &str)> = end.iter().map(|(n, v)| (*n, v.as_str())).collect();
    security.post("/people/accounts/end-sessions", &end).await;
    assert!(slip(&app, &mut security, "leader_a", &[]).await.location().contains("done=reset_asked"));
    let many = security.post("/people/slips", &[("command", &command(4)), ("person", &person)]).await;
    assert!(!many.text().contains("slip-code"), "nor with the others");
}
