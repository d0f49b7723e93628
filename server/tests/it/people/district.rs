//! The district's name, the frame of the pages for those who work in the office, the switch
//! between posts, the banner of plain http, slips of all units at once.

use server::storage::q;

use super::{audited, command, refusal};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn the_district_is_renamed_on_a_page_and_audited() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut admin = app.sign_in("sysadmin").await;
        assert!(admin.get("/people").await.text().contains("修改区名…"));
        let (first, second, third) = (command(1), command(2), command(3));
        let form = |key: &'static str, seen: &'static str, name: &'static str| {
            [("command", key), ("seen", seen), ("district", name)]
        };
        let rename = form(Box::leak(first.into_boxed_str()), "滨海示范区", "云𠮷区");
        assert_eq!(admin.post("/people/district", &rename).await.location(), "/people?done=district");
        assert_eq!(admin.post("/people/district", &rename).await.location(), "/people?done=district");
        assert_eq!(audited(&app, "people.district_renamed").await, 1);
        assert!(admin.get("/people").await.text().contains("云𠮷区"));
        assert!(app.visitor().get("/signin").await.text().contains("云𠮷区"));
        // Somebody was faster, or nothing is typed.
        let stale =
            admin.post("/people/district", &form(Box::leak(second.into_boxed_str()), "滨海示范区", "乙区")).await;
        assert!(refusal(&mut admin, &stale).await.contains("刚刚被别人改过"));
        let empty = admin.post("/people/district", &form(Box::leak(third.into_boxed_str()), "云𠮷区", " ")).await;
        assert!(refusal(&mut admin, &empty).await.contains("区名还没有填写"));
        for login in ["leader_a", "team", "security", "deputy"] {
            let mut other = app.sign_in(login).await;
            let key = command(9);
            let fields = [("command", key.as_str()), ("seen", "云𠮷区"), ("district", "丙区")];
            assert!(other.post("/people/district", &fields).await.status >= 400, "{login}");
        }
    }
}

#[tokio::test]
async fn office_people_get_the_frame_of_the_office() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let book = format!("/records?post={}", app.district.town_post);
    for path in ["/me", book.as_str()] {
        let text = office.get(path).await.text();
        assert!(text.contains("main read-wide") && text.contains("class=\"side\""), "{path}");
        assert!(!text.contains("class=\"phone\""), "{path}");
    }
    let mut leader = app.sign_in("leader_a").await;
    let text = leader.get("/me").await.text();
    assert!(text.contains("class=\"phone\"") && !text.contains("read-wide"));
}

#[tokio::test]
async fn two_posts_are_switched_in_the_head_of_home_and_book() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    assert!(!leader.get("/home").await.text().contains("切换岗位"), "one post, no switch");
    let (district, person, post) = (app.district.id, app.district.person("leader_a"), app.district.civil_post);
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(q("UPDATE terms SET ends_on = '2026-10-31' WHERE post_id = $1").bind(post)).await?;
                let insert = q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on)
                                VALUES ('11111111-1111-4111-8111-111111111111', $1, $2, $3, '2026-11-01')");
                Ok(tx.execute(insert.bind(district).bind(post).bind(person)).await?)
            })
        })
        .await
        .unwrap();
    for path in ["/home", "/records"] {
        let text = leader.get(path).await.text();
        let head = text.split("phone-head").nth(1).unwrap().split("</header>").next().unwrap();
        assert!(head.contains("切换岗位") && head.contains("action=\"/post\""), "{path}");
        assert!(head.contains("区民政局") && head.contains("东湖街道"), "{path}");
    }
    leader.post("/post", &[("post", &post.to_string())]).await;
    let home = leader.call("/api/records/home", serde_json::json!({})).await.json();
    assert!(home["unit"].as_str().unwrap().starts_with("区民政局"), "{}", home["unit"]);
}

#[tokio::test]
async fn plain_http_is_said_on_every_page() {
    let app = TestApp::with(Database::Sqlite, |config| {
        config.addr = ([0, 0, 0, 0], 3000).into();
        config.public_url = "http://wuze.example:3000".into();
        config.insecure = true;
    })
    .await;
    let words = "正以不加密的 http 对外提供服务";
    assert!(app.visitor().get("/signin").await.text().contains(words));
    for (login, path) in [("office", "/board"), ("office", "/me"), ("leader_a", "/home"), ("leader_a", "/records/new")]
    {
        let text = app.sign_in(login).await.get(path).await.text();
        // Once for the browser that hydrates, once to be read.
        assert!(text.contains("class=\"banner warn\"") && text.contains(words), "{login} {path}");
    }
    let safe = TestApp::new(Database::Sqlite).await;
    assert!(!safe.sign_in("office").await.get("/board").await.text().contains(words));
}

#[tokio::test]
async fn slips_of_several_units_or_of_all() {
    let app = TestApp::new(Database::Sqlite).await;
    app.app
        .store()
        .write(|tx| {
            Box::pin(async move {
                let closed =
                    q("UPDATE accounts SET password_hash = '' WHERE login IN ('liaison_a', 'member_a', 'liaison_b')");
                Ok(tx.execute(closed).await?)
            })
        })
        .await
        .unwrap();
    let mut office = app.sign_in("office").await;
    assert!(office.get("/people/slips").await.text().contains("打印全部单位的启用单（3 人）"));
    let slips = |text: String| text.matches("class=\"slip\"").count();
    let (town, school) = (app.district.town.to_string(), app.district.school.to_string());
    let (one, two, three) = (command(1), command(2), command(3));
    let reply = office.post("/people/slips", &[("command", &one), ("unit", &town)]).await;
    assert_eq!(slips(reply.text()), 2);
    // Two have a slip in hand now: nothing is printed before it is decided whether those end.
    let page = office.get("/people/slips").await.text();
    assert_eq!((page.matches("已打印（11月2日）").count(), page.matches("未打印").count()), (2, 1), "{page}");
    let both = [("command", two.as_str()), ("unit", &town), ("unit", &school)];
    let asked = office.post("/people/slips", &both).await.text();
    assert!(asked.contains("有 2 人已经打印过启用单") && asked.contains("旧码立即作废"), "{asked}");
    assert!(asked.contains("只打印没有打印过的 1 人") && slips(asked) == 0);
    let old = code_of(&app, "liaison_a").await;
    let kept = office.post("/people/slips", &[&both[..], &[("again", "keep")]].concat()).await.text();
    assert!(kept.contains("2 人手里的启用单继续有效") && slips(kept) == 1);
    assert_eq!(code_of(&app, "liaison_a").await, old);
    let ended = office.post("/people/slips", &[("command", &three), ("all", "1"), ("again", "end")]).await.text();
    assert_eq!(slips(ended), 3);
    assert_ne!(code_of(&app, "liaison_a").await, old);
    // One person by himself; the slip leads to the page with his account name, the code is typed.
    let person = app.district.person("member_a").to_string();
    let one = [("command", command(4)), ("person", person.clone()), ("again", "end".into())];
    let one: Vec<(&str, &str)> = one.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = office.post("/people/slips", &one).await.text();
    assert!(text.contains("<svg class=\"qr\"") && slips(text) == 1);
    let page = office.get(&format!("/people/{person}")).await.text();
    assert!(page.contains("已打印（2026年11月2日），还没有使用") && page.contains("重新打印启用单"), "{page}");
    assert!(page.contains("手里那张的启用码立即作废"));
    let form = app.visitor().get("/activate?login=member_a").await.text();
    assert!(form.contains("value=\"member_a\""), "{form}");
    let odd = app.visitor().get("/activate?login=%22%3E%3Cscript%3E&code=ABCD").await;
    assert!(odd.status == 200 && !odd.text().contains("<script>") && !odd.text().contains("ABCD"));
}

/// What is stored of the code that opens an account now.
async fn code_of(app: &TestApp, login: &str) -> String {
    let found = q("SELECT c.code_hash FROM activations c JOIN accounts a ON a.id = c.account_id WHERE a.login = $1")
        .bind(login);
    app.app.store().read().row(found).await.unwrap().unwrap().text("code_hash").unwrap()
}
