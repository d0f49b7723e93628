//! A form whose session had ended: its words come through signing in, are sent once, and go nowhere else.

use axum::{
    body::Body,
    http::{Request, header},
};
use domain::people::secrets::FREE_ATTEMPTS;
use serde_json::json;
use server::http::policy::FORM_LIMIT;

use super::{devices, live};
use crate::harness::{BOTH, Client, Database, PASSWORD, Reply, TestApp};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const WORDS: &str = "到窗口蹲点半天 1+1 & \"两件\" <事>";

/// The hidden fields of a page, as a browser sends them.
fn hidden(page: &str) -> Vec<(String, String)> {
    let text = |t: &str| {
        t.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (text(name), text(rest.split_once('"').unwrap().0))
        })
        .collect()
}

fn value(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
}

/// Sends the form of `page` to `path`, with what is typed into it.
async fn press(client: &mut Client, path: &str, page: &str, typed: &[(&str, &str)]) -> Reply {
    let fields = hidden(page);
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    sent.extend_from_slice(typed);
    client.post(path, &sent).await
}

/// The marks of a new record's form.
async fn marks(client: &mut Client) -> (String, String) {
    let page = client.call("/api/records/new", json!({})).await.json();
    (page["command"].as_str().unwrap().to_owned(), page["post"].as_str().unwrap().to_owned())
}

/// Texts in the own book.
async fn book(client: &mut Client) -> Vec<String> {
    let book = client.call("/api/records/book", json!({})).await.json();
    book["rows"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

fn carries(reply: &Reply) -> bool {
    reply.text().contains("action=\"/signin/resume\"")
}

fn has_session(client: &Client) -> bool {
    client.cookies.iter().any(|(name, _)| name == "wuze")
}

#[tokio::test]
async fn an_expired_session_keeps_the_form_through_signing_in_and_it_is_saved_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (command, post) = marks(&mut leader).await;
        app.clock.advance_ms(8 * HOUR + 1);
        let fields = [
            ("command", command.as_str()),
            ("_token", "of-the-ended-session"),
            ("post", &post),
            ("text", WORDS),
            ("event_on", ""),
        ];
        let asked = leader.post("/records/save", &fields).await;
        assert_eq!(asked.status, 401);
        assert_eq!(asked.headers["cache-control"], "no-store");
        let page = asked.text();
        assert!(carries(&asked) && page.contains("还没有保存") && !page.contains("已保留"), "{page}");
        assert!(!page.contains("<script") && !page.contains("action=\"/size\""), "{page}");
        let held = hidden(&page);
        assert_eq!(value(&held, "to").as_deref(), Some("/records/save"));
        assert_eq!(value(&held, "f.command"), Some(command.clone()));
        assert_eq!(value(&held, "f.text").as_deref(), Some(WORDS));
        assert_eq!(value(&held, "f._token"), None);

        // A wrong password loses nothing.
        let login = |password| [("login", "leader_a"), ("password", password), ("by", "password")];
        let wrong = press(&mut leader, "/signin/resume", &page, &login("wrong-wrong")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("账号名或密码不对") && wrong.text().contains("value=\"leader_a\""));
        assert_eq!(hidden(&wrong.text()), held);

        let entered = press(&mut leader, "/signin/resume", &wrong.text(), &login(PASSWORD)).await;
        assert_eq!(entered.status, 200, "{}", entered.text());
        assert_eq!(entered.headers["cache-control"], "no-store");
        let page = entered.text();
        assert!(page.contains("已登录。刚才填写的内容还在，还没有保存。") && page.contains("继续提交"), "{page}");
        assert!(page.contains("东湖街道 段敏") && page.contains("action=\"/records/save\""), "{page}");
        let offered = hidden(&page);
        assert_eq!(value(&offered, "text").as_deref(), Some(WORDS));
        assert_eq!(value(&offered, "_token"), Some(live(&app, &leader).await.unwrap().viewer.form_token));
        assert!(book(&mut leader).await.is_empty(), "nothing is saved before he says so");

        // An old browser is believed by the new session's token.
        leader.site = None;
        let saved = press(&mut leader, "/records/save", &page, &[]).await;
        assert!(saved.location().contains("saved=1"), "{} {}", saved.status, saved.location());
        let again = press(&mut leader, "/records/save", &page, &[]).await;
        assert_eq!(again.location(), saved.location());
        leader.site = Some("same-origin");
        assert_eq!(book(&mut leader).await, [WORDS]);
    }
}

#[tokio::test]
async fn a_bound_phone_signs_in_by_its_pin_and_keeps_the_form() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut admin = app.sign_in("sysadmin").await;
    let code = devices::slip(&app, &mut admin, "leader_a").await;
    let mut phone = devices::bind(&app, "leader_a", &code, "204817").await;
    let (command, post) = marks(&mut phone).await;
    app.clock.advance_ms(31 * MINUTE);
    let fields = [("command", command.as_str()), ("post", &post), ("text", WORDS), ("event_on", "")];
    let asked = phone.post("/records/save", &fields).await;
    assert_eq!(asked.status, 401);
    assert!(asked.text().contains("段敏，请输入密码") && asked.text().contains("用账号名和密码登录"));
    let held = hidden(&asked.text());
    let typed = |pin| [("pin", pin), ("by", "pin"), ("login", ""), ("password", "")];
    let wrong = press(&mut phone, "/signin/resume", &asked.text(), &typed("204818")).await;
    assert_eq!((wrong.status, hidden(&wrong.text())), (422, held));
    let entered = press(&mut phone, "/signin/resume", &wrong.text(), &typed("204817")).await;
    assert_eq!(entered.status, 200, "{}", entered.text());
    let saved = press(&mut phone, "/records/save", &entered.text(), &[]).await;
    assert!(saved.location().contains("saved=1"), "{}", saved.location());
    assert_eq!(book(&mut phone).await, [WORDS]);
}

#[tokio::test]
async fn a_guesser_waits_here_too_and_the_form_waits_with_him() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.visitor();
    let page = client.post("/records/save", &[("text", WORDS)]).await.text();
    let guess = [("login", "leader_a"), ("password", "wrong-wrong")];
    for _ in 0..FREE_ATTEMPTS {
        assert_eq!(press(&mut client, "/signin/resume", &page, &guess).await.status, 422);
    }
    let right = [("login", "leader_a"), ("password", PASSWORD)];
    let waits = press(&mut client, "/signin/resume", &page, &right).await;
    assert_eq!(waits.status, 429);
    assert_eq!(waits.headers["retry-after"], "1");
    assert_eq!(value(&hidden(&waits.text()), "f.text").as_deref(), Some(WORDS));
}

#[tokio::test]
async fn somebody_else_is_named_and_his_post_is_checked_like_any_other() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut browser = app.sign_in("leader_a").await;
        let (command, post) = marks(&mut browser).await;
        app.clock.advance_ms(8 * HOUR + 1);
        let fields = [("command", command.as_str()), ("post", &post), ("text", WORDS), ("event_on", "")];
        let asked = browser.post("/records/save", &fields).await.text();
        let other = [("login", "leader_b"), ("password", PASSWORD)];
        let entered = press(&mut browser, "/signin/resume", &asked, &other).await.text();
        assert!(entered.contains("区教育局 叶国平") && entered.contains("如果不是您本人填写的"), "{entered}");
        let refused = press(&mut browser, "/records/save", &entered, &[]).await;
        assert!(!refused.location().contains("saved="), "{}", refused.location());
        assert!(book(&mut browser).await.is_empty());
        assert!(book(&mut app.sign_in("leader_a").await).await.is_empty());
    }
}

#[tokio::test]
async fn only_our_own_forms_are_carried_and_only_from_our_own_pages() {
    let app = TestApp::new(Database::Sqlite).await;
    let login = [("login", "leader_a"), ("password", PASSWORD)];
    for to in [
        "",
        "https://evil.example/records/save",
        "//evil.example/records/save",
        "/\\evil.example",
        "javascript:alert(1)",
        "/home",
        "/nowhere",
        "/signin",
        "/signout",
        "/activate",
        "/papers/templates/put",
    ] {
        let mut client = app.visitor();
        let reply = client.post("/signin/resume", &[("to", to), ("f.text", "x"), login[0], login[1]]).await;
        assert_eq!(reply.status, 422, "{to}");
        assert!(!has_session(&client), "{to}: signed in");
    }
    let mut client = app.visitor();
    let odd = [("to", "/records/save"), ("next", "/home"), login[0], login[1]];
    assert_eq!(client.post("/signin/resume", &odd).await.status, 422);
    assert!(!has_session(&client));

    client.site = Some("cross-site");
    assert_eq!(client.post("/records/save", &[("text", "x")]).await.status, 403);
    let whole = [("to", "/records/save"), login[0], login[1]];
    assert_eq!(client.post("/signin/resume", &whole).await.status, 403);

    // A browser that says nothing of itself but the page it came from.
    client.site = None;
    let origin = app.app.config().origin();
    for (referer, status) in [
        ("https://evil.example/records/new".to_owned(), 403),
        (format!("{origin}.evil.example/records/new"), 403),
        (format!("{origin}/records/new"), 401),
    ] {
        let request = Request::builder()
            .method("POST")
            .uri("/records/save")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, &referer);
        let reply = client.send(request, Body::from("text=x")).await;
        assert_eq!(reply.status, status, "{referer}");
        if status == 401 {
            let entered = press(&mut client, "/signin/resume", &reply.text(), &login).await;
            assert_eq!(entered.status, 200, "the token of its page lets it in: {}", entered.text());
        }
    }
}

#[tokio::test]
async fn what_is_carried_stays_text_and_comes_whole() {
    let app = TestApp::new(Database::Sqlite).await;
    let login = [("login", "leader_a"), ("password", PASSWORD)];
    let attack = "\"><script>alert(1)</script><i x='";
    let mut client = app.visitor();
    let asked = client.post("/records/save", &[("text", attack), (attack, "1"), ("duty", "a"), ("duty", "b")]).await;
    let entered = press(&mut client, "/signin/resume", &asked.text(), &login).await;
    for (page, mark) in [(asked.text(), "f."), (entered.text(), "")] {
        assert!(!page.contains("<script") && !page.contains("<i x="), "{page}");
        let fields = hidden(&page);
        assert_eq!(value(&fields, &format!("{mark}text")).as_deref(), Some(attack));
        assert_eq!(value(&fields, &format!("{mark}{attack}")).as_deref(), Some("1"));
        let duties = fields.iter().filter(|(name, _)| *name == format!("{mark}duty")).count();
        assert_eq!(duties, 2, "repeated names stay repeated");
    }
    // As long as a form may be: nine bytes for each character.
    let long = "汉".repeat((FORM_LIMIT - 100) / 9);
    let mut client = app.visitor();
    let asked = client.post("/records/save", &[("text", &long)]).await;
    assert_eq!(asked.status, 401);
    let entered = press(&mut client, "/signin/resume", &asked.text(), &login).await;
    assert_eq!(entered.status, 200);
    assert!(value(&hidden(&entered.text()), "text") == Some(long), "shortened");
}

#[tokio::test]
async fn where_nothing_is_kept_nobody_is_told_that_it_was() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut client = app.visitor();
    let file = client.upload("/papers/templates/put", &[("paper", "x")], "a.docx", b"file").await;
    assert_eq!(file.status, 401);
    assert!(file.text().contains("文件没有保留，请重新选择") && !carries(&file), "{}", file.text());
    assert!(file.text().contains("href=\"/signin?next=/\""));

    let path = "/evidence/01930000-0000-7000-8000-000000000000";
    let link = client.get(path).await;
    assert_eq!(link.status, 401);
    assert!(link.text().contains(&format!("href=\"/signin?next={path}\"")), "{}", link.text());

    let out = client.post("/signout", &[]).await;
    assert_eq!(out.status, 401);
    assert!(!carries(&out));

    // No password is written into a page.
    let fields = [("current", "kai-men-0"), ("password", "gui-hua-kai-le"), ("again", "gui-hua-kai-le")];
    let secret = client.post("/me/password", &fields).await;
    let page = secret.text();
    assert!(secret.status == 401 && page.contains("填过的密码没有带上"), "{page}");
    assert!(!page.contains("kai-men-0") && !page.contains("gui-hua-kai-le"), "{page}");

    // A script keeps what it sends itself.
    for (name, what) in [("x-wuze-account", "0"), ("sec-fetch-mode", "cors")] {
        let request = Request::builder()
            .method("POST")
            .uri("/records/save")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, what);
        let reply = client.send(request, Body::from("text=x")).await;
        assert!(reply.status == 401 && !carries(&reply), "{name}: {}", reply.text());
    }
    for reply in [file, link, out, secret] {
        assert!(!reply.text().contains("已保留"), "{}", reply.text());
    }
    let call = client.call("/api/records/new", json!({})).await;
    assert_eq!(call.status, 401);
    assert!(!call.text().contains("已保留"), "{}", call.text());
}

#[tokio::test]
async fn a_password_over_its_age_is_changed_before_the_form_goes_on() {
    // Nobody knows how old the passwords of the test district are.
    let app = TestApp::with(Database::Sqlite, |c| c.password_max_age_days = 90).await;
    let mut client = app.visitor();
    let asked = client.post("/records/save", &[("text", WORDS)]).await.text();
    let login = [("login", "leader_a"), ("password", PASSWORD)];
    let entered = press(&mut client, "/signin/resume", &asked, &login).await;
    assert_eq!(entered.status, 200);
    assert!(entered.text().contains("密码已到期") && entered.text().contains("href=\"/me\""), "{}", entered.text());
    assert_eq!(value(&hidden(&entered.text()), "text").as_deref(), Some(WORDS));
}
