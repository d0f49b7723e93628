//! The closed loop through the whole router: from the handed sheet to the last item struck off,
//! and the hands that must not be one.

mod bring;
mod ledger;
mod measures;
mod moves;
mod papers;

use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, Client, TestApp},
    reviews::sealed::{handed_item, sealed},
};

/// An installation with one item, signed for.
async fn with_item(database: crate::harness::Database) -> (TestApp, String) {
    let app = TestApp::new(database).await;
    sealed(&app).await;
    let item = handed_item(&app).await;
    (app, item)
}

async fn page(client: &mut Client, item: &str) -> Value {
    client.call("/api/accountability/item", json!({ "id": item })).await.json()
}

fn fields<'a>(item: &'a str, seen: &'a str, step: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("item", item), ("seen", seen), ("step", step)];
    all.extend_from_slice(more);
    all
}

async fn take(app: &TestApp, login: &str, item: &str, step: &str, more: &[(&str, &str)]) {
    let mut client = app.sign_in(login).await;
    let seen = page(&mut client, item).await["version"].to_string();
    done(&mut client, "/accountability/step", &fields(item, &seen, step, more)).await;
}

async fn no(app: &TestApp, login: &str, item: &str, step: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = page(&mut client, item).await["version"].to_string();
    refused(&mut client, "/accountability/step", &fields(item, &seen, step, more)).await
}

async fn plan(app: &TestApp, item: &str) {
    let leader = app.district.person("leader_b").to_string();
    let more =
        [("owner", leader.as_str()), ("department", "办公室"), ("adopted_on", "2026-11-02"), ("words", "建立制度")];
    take(app, "liaison_b", item, "plan", &more).await;
}

/// Filled in, confirmed, applied for.
async fn applied(app: &TestApp, item: &str) {
    take(app, "liaison_b", item, "fill", &[("words", "已研究两次，有会议记录")]).await;
    take(app, "leader_b", item, "lead", &[]).await;
    take(app, "leader_b", item, "apply", &[]).await;
}

async fn state(app: &TestApp, item: &str) -> String {
    rows(app, q("SELECT state FROM items WHERE id = $1").bind(item)).await[0].text("state").unwrap()
}

async fn wen(app: &TestApp) -> (String, String) {
    let board = app.sign_in("office").await.call("/api/board/matrix", json!({})).await.json();
    let row = board["rows"].as_array().unwrap().iter().find(|r| r["unit"] == "区教育局").unwrap().clone();
    let text = |n: usize| row["cells"][4][n].as_str().unwrap().to_owned();
    (text(0), text(2))
}

#[tokio::test]
async fn a_problem_goes_from_the_sheet_to_the_end() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        assert_eq!(wen(&app).await, ("ok".to_owned(), "整改在办 1 项".to_owned()));
        plan(&app, &item).await;
        take(&app, "liaison_b", &item, "progress", &[("words", "已研究一次")]).await;
        take(&app, "liaison_b", &item, "fill", &[("words", "已研究两次，有会议记录")]).await;
        // The filler neither confirms nor strikes off.
        assert!(no(&app, "liaison_b", &item, "strike", &[]).await.contains("没有办理这件事的权限"));
        assert!(no(&app, "liaison_b", &item, "lead", &[]).await.contains("没有办理这件事的权限"));
        take(&app, "leader_b", &item, "lead", &[]).await;
        take(&app, "leader_b", &item, "apply", &[]).await;
        assert!(no(&app, "office", &item, "strike", &[]).await.contains("复核"));
        assert!(no(&app, "leader_b", &item, "check", &[("words", "行")]).await.contains("没有办理这件事的权限"));
        take(&app, "team", &item, "check", &[("words", "现场看过")]).await;
        take(&app, "office2", &item, "strike", &[]).await;
        assert_eq!(state(&app, &item).await, "closed");
        assert_eq!(wen(&app).await, ("ok".to_owned(), "无在办".to_owned()));
        let sheet = rows(&app, q("SELECT state FROM feedback_sheets WHERE handed_at IS NOT NULL")).await;
        assert_eq!(sheet[0].text("state").unwrap(), "closed");
        let steps = rows(&app, q("SELECT step FROM item_events WHERE item_id = $1 ORDER BY seq").bind(&item)).await;
        let steps: Vec<String> = steps.iter().map(|r| r.text("step").unwrap()).collect();
        assert_eq!(steps, ["open", "sign", "plan", "progress", "fill", "lead", "apply", "check", "strike"]);
        let audited = rows(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'accountability.step'")).await;
        assert_eq!(audited[0].int("n").unwrap(), 9);
        let thread = rows(&app, q("SELECT COUNT(*) AS n FROM thread_events WHERE stage = 'wen'")).await;
        assert_eq!(thread[0].int("n").unwrap(), 9);
    }
}

#[tokio::test]
async fn a_checker_of_the_same_unit_is_refused() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        plan(&app, &item).await;
        applied(&app, &item).await;
        let d = &app.district;
        execute(
            &app,
            q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
               VALUES ($1, $2, $3, 'member', $4, 'active', $5, '2026-01-01')")
            .bind(random::id(domain::time::Instant(5)).to_string())
            .bind(d.id)
            .bind(d.person("team"))
            .bind(d.school)
            .bind(d.account("sysadmin")),
        )
        .await;
        no(&app, "team", &item, "check", &[("words", "行")]).await;
        assert_eq!(state(&app, &item).await, "checking");
        // Another team, which does not supervise the unit, does not even find it.
        let mut other = app.sign_in("team2").await;
        assert_eq!(other.call("/api/accountability/item", json!({ "id": item })).await.status, 404);
    }
}

#[tokio::test]
async fn two_returns_lead_to_the_deputy_and_one_extension_is_all() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        plan(&app, &item).await;
        take(&app, "leader_b", &item, "ask_extension", &[("until", "2027-02-15"), ("words", "等验收")]).await;
        no(&app, "leader_b", &item, "ask_extension", &[("until", "2027-03-15"), ("words", "再等")]).await;
        take(&app, "office", &item, "extend", &[]).await;
        no(&app, "leader_b", &item, "ask_extension", &[("until", "2027-03-15"), ("words", "再等")]).await;
        for _ in 0..2 {
            applied(&app, &item).await;
            take(&app, "team", &item, "return", &[("words", "材料不全")]).await;
        }
        assert_eq!(state(&app, &item).await, "deciding");
        no(&app, "office", &item, "decide", &[("ruling", "strike"), ("words", "同意")]).await;
        assert!(no(&app, "deputy", &item, "decide", &[("words", "再改")]).await.contains("还没有选审定意见"));
        take(&app, "deputy", &item, "decide", &[("ruling", "go_on"), ("until", "2027-04-01"), ("words", "再改一次")])
            .await;
        assert_eq!(state(&app, &item).await, "working");
        take(&app, "office", &item, "suspend", &[("words", "等判决")]).await;
        assert_eq!(state(&app, &item).await, "suspended");
        take(&app, "office", &item, "resume", &[]).await;
        assert_eq!(state(&app, &item).await, "working");
    }
}

#[tokio::test]
async fn the_board_turns_red_at_midnight_after_the_deadline() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        plan(&app, &item).await;
        let day = |text: &str| domain::time::parse_iso(text).unwrap();
        app.clock.set_day(day("2027-01-15"));
        app.app.services().recolour_due().await.unwrap();
        let cells = async || {
            let all = rows(
                &app,
                q("SELECT tone, text FROM board_cells WHERE post_id = $1 AND year = 2026 AND duty = 'wen'")
                    .bind(app.district.school_post),
            )
            .await;
            (all[0].text("tone").unwrap(), all[0].text("text").unwrap())
        };
        assert_eq!(cells().await.0, "ok");
        app.clock.set_day(day("2027-01-16"));
        app.app.services().recolour_due().await.unwrap();
        assert_eq!(cells().await, ("late".to_owned(), "整改在办 1 / 逾期 1".to_owned()));
        // Applied for, it is the supervisor's turn and no delay of the unit.
        applied(&app, &item).await;
        assert_eq!(cells().await.0, "ok");
    }
}

#[tokio::test]
async fn the_ledger_filters_by_its_address_and_exports_what_it_shows() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        let count = async |login: &str, query: &str| {
            let text = app.sign_in(login).await.get(&format!("/accountability{query}")).await.text();
            text.matches(&format!("href=\"/accountability/{item}\"")).count()
        };
        let school = app.district.school;
        assert_eq!(count("office", "").await, 1);
        assert_eq!(count("office", &format!("?unit={school}&state=planning&kind=review")).await, 1);
        assert_eq!(count("office", &format!("?unit={}", app.district.civil)).await, 0);
        assert_eq!(count("office", "?state=closed").await, 0);
        assert_eq!(count("office", "?due=overdue").await, 0);
        assert_eq!(count("liaison_b", "?turn=mine").await, 1);
        assert_eq!(count("team", "?turn=mine").await, 0);
        assert_eq!(count("leader_a", "").await, 0);
        let sheet = app.sign_in("office").await.get("/accountability/export?state=planning").await;
        assert_eq!(sheet.status, 200);
        let todo = app.sign_in("liaison_b").await.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("问题整改"), "{todo}");
        // The head answers for what his unit is to do.
        let todo = app.sign_in("leader_b").await.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("问题整改 · 拟方案") && todo.contains("由责任部门办理"), "{todo}");
    }
}

#[tokio::test]
async fn stale_and_repeated_forms_change_nothing() {
    let (app, item) = with_item(crate::harness::Database::Sqlite).await;
    plan(&app, &item).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let old = fields(&item, "1", "fill", &[("words", "做了")]);
    assert!(refused(&mut liaison, "/accountability/step", &old).await.contains("刚刚被别人改过"));
    let secret = fields(&item, "3", "fill", &[("words", "身份证号 11010519491231002X")]);
    send(&mut liaison, "/accountability/step", &secret).await;
    assert_eq!(state(&app, &item).await, "working");
    let reply =
        send(&mut liaison, "/accountability/step", &[("item", item.as_str()), ("step", "fly"), ("seen", "3")]).await;
    assert!(reply.location().contains("draft="));
}

#[tokio::test]
async fn the_head_brings_the_plan_himself_and_leaves_the_filling_in_to_others() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        let shown = page(&mut app.sign_in("leader_b").await, &item).await;
        assert!(shown["why"].as_str().unwrap().contains("也可以由您在系统里报送"), "{}", shown["why"]);
        let more =
            [("owner_name", "叶国平"), ("department", "办公室"), ("adopted_on", "2026-11-02"), ("words", "建立制度")];
        take(&app, "leader_b", &item, "plan", &more).await;
        assert_eq!(state(&app, &item).await, "working");
        take(&app, "leader_b", &item, "progress", &[("words", "已研究一次")]).await;
        let told = no(&app, "leader_b", &item, "fill", &[("words", "已研究两次")]).await;
        assert!(told.contains("没有办理这件事的权限"), "{told}");
    }
}

#[tokio::test]
async fn what_was_late_before_the_head_came_is_no_colour_of_his() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        plan(&app, &item).await;
        app.clock.set_day(domain::time::parse_iso("2027-01-16").unwrap());
        app.app.services().recolour_due().await.unwrap();
        let cell = async || {
            let find = q("SELECT tone, text, why FROM board_cells WHERE post_id = $1 AND year = 2026 AND duty = 'wen'");
            let all = rows(&app, find.bind(app.district.school_post)).await;
            (all[0].text("tone").unwrap(), all[0].text("why").unwrap())
        };
        assert_eq!(cell().await.0, "late");
        // He took over on the day after: the item stays with the post, its delay is not his.
        let term = q("UPDATE terms SET starts_on = '2027-01-16' WHERE post_id = $1").bind(app.district.school_post);
        execute(&app, term).await;
        take(&app, "office", &item, "link", &[("ledger", "七项问题清单"), ("number", "3")]).await;
        let (tone, why) = cell().await;
        assert!(tone == "ok" && why.contains("其中 1 项的期限在现任到任"), "{tone} {why}");
        // The ledger goes on saying that it is late.
        let ledger = app.sign_in("office").await.call("/api/accountability/ledger", json!({ "due": "overdue" })).await;
        assert_eq!(ledger.json()["total"], 1);
    }
}

/// Put on the account by hand, with a deadline of its own where one is given.
async fn by_hand(app: &TestApp, kind: &str, problem: &str, deadline: &str) -> String {
    let post = app.district.school_post.to_string();
    let fields = [
        ("kind", kind),
        ("post", post.as_str()),
        ("problem", problem),
        ("demand", "按期整改到位"),
        ("deadline", deadline),
    ];
    let place = done(&mut app.sign_in("office").await, "/accountability/open", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}
