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
    let reply = office.post("/people/slips", &[("command", &two), ("unit", &town), ("unit", &school)]).await;
    assert_eq!(slips(reply.text()), 3);
    let reply = office.post("/people/slips", &[("command", &three), ("all", "1")]).await;
    assert_eq!(slips(reply.text()), 3);
}
