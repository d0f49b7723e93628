//! A12, activation and PIN: printed codes, bound devices, rotation.

use server::storage::q;

use super::{audited, command, count, live};
use crate::harness::{BOTH, Client, Database, PASSWORD, TestApp, times};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Prints the slip of an account and reads login and code off the page.
pub(super) async fn slip(app: &TestApp, by: &mut Client, login: &str) -> String {
    let account = app.district.account(login).to_string();
    let person = app.district.person(login).to_string();
    let fields = [("command", command(9)), ("person", person), ("account", account)];
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let mut reply = by.post("/people/accounts/slip", &fields).await;
    if reply.location().contains("done=reset_asked") {
        // Opened before: a second person confirms, of whom one is the security administrator.
        fields.extend([("reset", "confirm"), ("secret", PASSWORD)]);
        for second in ["security", "sysadmin"] {
            if reply.status != 200 {
                reply = app.sign_in(second).await.post("/people/accounts/slip", &fields).await;
            }
        }
    }
    assert_eq!(reply.status, 200, "{} {}", reply.location(), reply.text());
    let page = reply.text();
    assert!(page.contains(login));
    let code = page.split("slip-code mono\">").nth(1).unwrap().split("</p>").next().unwrap().replace("<br>", "");
    assert_eq!(code.replace('-', "").len(), 26);
    assert_eq!(count(app, q("SELECT COUNT(*) AS n FROM activations WHERE code_hash = $1").bind(&code)).await, 0);
    code
}

pub(super) async fn bind(app: &TestApp, login: &str, code: &str, pin: &str) -> Client {
    let mut phone = app.visitor();
    let fields = [("login", login), ("code", code), ("way", "device"), ("pin", pin), ("again", pin)];
    let reply = phone.post("/activate", &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(phone.post("/me/reset", &[]).await.location(), "/", "「知道了」");
    phone
}

#[tokio::test]
async fn a_slip_binds_a_phone_and_the_pin_opens_it_for_ninety_days() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let code = slip(&app, &mut admin, "leader_a").await;
        // First the code, then what it opens; small letters and no dashes do.
        let typed = code.to_lowercase().replace('-', "");
        let page = app.visitor().post("/activate", &[("login", "leader_a"), ("code", &typed)]).await.text();
        assert!(page.contains("绑定这台手机"), "{page}");
        let mut phone = bind(&app, "leader_a", &typed, "204817").await;
        let first = live(&app, &phone).await.unwrap().actor.session;
        assert_eq!(phone.get("/").await.location(), "/home");

        app.clock.advance_ms(31 * MINUTE);
        assert_eq!(phone.get("/home").await.location(), "/signin?next=/home");
        assert_eq!(phone.get("/signin?next=/home").await.location(), "/pin?next=/home");
        assert!(phone.get("/pin?next=/home").await.text().contains("段敏，请输入密码"));
        assert_eq!(phone.post("/pin", &[("pin", "204818"), ("next", "/home")]).await.status, 422);
        assert_eq!(phone.post("/pin", &[("pin", "204817"), ("next", "/home")]).await.location(), "/home");
        let second = live(&app, &phone).await.unwrap().actor.session;
        assert_ne!(first, second, "a PIN opens a new session");

        app.clock.advance_ms(90 * DAY);
        assert!(phone.get("/pin").await.location().starts_with("/signin?by=password"));
        assert_eq!(phone.post("/pin", &[("pin", "204817")]).await.status, 422);
    }
}

#[tokio::test]
async fn ten_wrong_pins_unbind_the_device_and_the_password_still_works() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let code = slip(&app, &mut admin, "leader_a").await;
        let mut phone = bind(&app, "leader_a", &code, "204817").await;
        phone.cookies.retain(|(n, _)| n != "wuze");
        let mut looked = 0;
        let mut last = String::new();
        while looked < 10 {
            let reply = phone.post("/pin", &[("pin", "111222")]).await;
            if reply.status == 429 {
                let wait: i64 = reply.headers["retry-after"].to_str().unwrap().parse().unwrap();
                app.clock.advance_ms(wait * 1_000);
                continue;
            }
            looked += 1;
            last = reply.text();
        }
        assert!(last.contains("绑定已失效"), "{last}");
        assert_eq!(audited(&app, "people.device_unbound").await, 1);
        assert_eq!(app.visitor().post("/signin", &[("login", "leader_a"), ("password", PASSWORD)]).await.status, 303);
    }
}

#[tokio::test]
async fn a12_codes_open_one_account_once_within_a_fortnight() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        let code = slip(&app, &mut admin, "leader_a").await;
        let refused = |login: &'static str, code: String| {
            let mut client = app.visitor();
            async move {
                let reply = client.post("/activate", &[("login", login), ("code", &code)]).await;
                assert_eq!(reply.status, 422);
                let text = reply.text();
                text.split("<p>").nth(1).unwrap().split("</p>").next().unwrap().to_owned()
            }
        };
        let foreign = refused("leader_b", code.clone()).await;
        let wrong = refused("leader_a", "AAAA-BBBB-CCCC".into()).await;
        let unknown = refused("nobody_a", code.clone()).await;
        assert!(foreign == wrong && wrong == unknown, "one answer: {foreign} {wrong} {unknown}");
        // A weak PIN does not use the code up.
        let weak =
            [("login", "leader_a"), ("code", code.as_str()), ("way", "device"), ("pin", "123456"), ("again", "123456")];
        let reply = app.visitor().post("/activate", &weak).await;
        assert!(reply.text().contains("太简单"));
        bind(&app, "leader_a", &code, "204817").await;
        refused("leader_a", code).await;
        // Printing again ends the code before; time ends the rest.
        let old = slip(&app, &mut admin, "leader_b").await;
        let new = slip(&app, &mut admin, "leader_b").await;
        refused("leader_b", old).await;
        app.clock.advance_ms(14 * DAY + 1);
        refused("leader_b", new).await;
    }
}

#[tokio::test]
async fn a12_guessed_codes_open_nothing_and_are_soon_not_looked_at() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    slip(&app, &mut admin, "leader_a").await;
    let mut guesser = app.visitor();
    let mut looked_at = 0;
    for n in 0..times("A12 guessed codes", 40, 100_000) {
        let (login, code) = (["leader_a", "leader_b", "nobody_a"][n % 3], format!("K7QF-2M9T-{n:06}"));
        let reply = guesser.post("/activate", &[("login", login), ("code", &code)]).await;
        // 429: the address has to wait too, after 300 failures within the minute.
        assert!(matches!(reply.status, 422 | 429), "{}", reply.status);
        looked_at += usize::from(!reply.text().contains("秒后再试"));
    }
    // Five guesses of each name, then they wait: the clock of this test stands still.
    assert!(looked_at <= 15, "{looked_at}");
    assert_eq!(audited(&app, "people.activated").await, 0);
}

#[tokio::test]
async fn an_office_slip_sets_a_password_and_ends_every_session() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let before = app.sign_in("member_a").await;
        let mut admin = app.sign_in("sysadmin").await;
        let code = slip(&app, &mut admin, "member_a").await;
        let mut client = app.visitor();
        let page = client.post("/activate", &[("login", "member_a"), ("code", &code)]).await.text();
        assert!(page.contains("设一个密码") && !page.contains("绑定这台手机"));
        let base = [("login", "member_a"), ("code", code.as_str())];
        let device = [base[0], base[1], ("way", "device"), ("pin", "204817"), ("again", "204817")];
        assert!(client.post("/activate", &device).await.text().contains("只能用来设置密码"));
        let short = [base[0], base[1], ("way", "password"), ("password", "kurz"), ("again", "kurz")];
        assert!(client.post("/activate", &short).await.text().contains("密码太短"));
        let good = [base[0], base[1], ("way", "password"), ("password", "gui-hua-kai-le"), ("again", "gui-hua-kai-le")];
        assert_eq!(client.post("/activate", &good).await.status, 303);
        assert!(live(&app, &before).await.is_none());
        assert!(live(&app, &client).await.is_some());
        assert_eq!(
            app.visitor().post("/signin", &[("login", "member_a"), ("password", "gui-hua-kai-le")]).await.status,
            303
        );
    }
}

#[tokio::test]
async fn the_pin_is_changed_with_the_present_one_and_a_lost_phone_is_ended() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let code = slip(&app, &mut admin, "leader_a").await;
    let mut phone = bind(&app, "leader_a", &code, "204817").await;
    let wrong = phone.post("/me/pin", &[("current", "999999"), ("pin", "730162"), ("again", "730162")]).await;
    assert!(wrong.location().contains("draft="));
    let right = phone.post("/me/pin", &[("current", "204817"), ("pin", "730162"), ("again", "730162")]).await;
    assert_eq!(right.location(), "/me?done=pin");
    assert!(live(&app, &phone).await.is_some());

    let mut desk = app.sign_in("leader_a").await;
    let page = desk.call("/api/people/me", serde_json::json!({})).await.json();
    let device = page["devices"][0]["id"].as_str().unwrap().to_owned();
    desk.post("/me/device", &[("command", &command(1)), ("device", &device)]).await;
    assert!(live(&app, &phone).await.is_none());
    phone.cookies.retain(|(n, _)| n != "wuze");
    assert_eq!(phone.post("/pin", &[("pin", "730162")]).await.status, 422);
}

#[tokio::test]
async fn slips_for_units_leave_out_who_is_in_and_who_needs_the_security_administrator() {
    let app = TestApp::new(Database::Sqlite).await;
    let d = app.district.clone();
    app.app
        .store()
        .write(|tx| {
            Box::pin(async move {
                Ok(tx
                    .execute(q(
                        "UPDATE accounts SET password_hash = '' WHERE login IN ('leader_a', 'liaison_a', 'team')",
                    ))
                    .await?)
            })
        })
        .await
        .unwrap();
    let mut admin = app.sign_in("sysadmin").await;
    let (town, team) = (d.town.to_string(), d.team.to_string());
    let page = admin.post("/people/slips", &[("command", &command(1)), ("unit", &town), ("unit", &team)]).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert_eq!(
        text.matches("class=\"slip\"").count(),
        2,
        "leader and 联络员; the member is in, the team is not hers to print"
    );
    assert!(text.contains("段敏") && text.contains("耿伟") && !text.contains("黎若水"));
    assert_eq!(page.headers["cache-control"], "no-store");
    let mut security = app.sign_in("security").await;
    let text = security.post("/people/slips", &[("command", &command(2)), ("unit", &team)]).await.text();
    assert!(text.contains("黎若水"));
    // Nobody prints his own.
    let own = [
        ("command", command(3)),
        ("person", d.person("security").to_string()),
        ("account", d.account("security").to_string()),
    ];
    let own: Vec<(&str, &str)> = own.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert!(security.post("/people/accounts/slip", &own).await.location().contains("draft="));
}
