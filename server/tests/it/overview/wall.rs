//! The wall: who may look, no names unless asked for, the same bytes for all, a new state after a write, and an end
//! with the session.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt as _;
use server::{random, storage::q};
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::busy;
use crate::{
    duties::execute,
    harness::{BOTH, Client, Database, TestApp, logins},
};

/// An open stream.
struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(app: &TestApp, client: &Client, names: &str) -> Self {
        let cookie = client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone();
        let request = Request::builder()
            .uri(format!("/api/v1/wall/stream?names={names}"))
            .header(header::COOKIE, format!("wuze={cookie}"));
        let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self { body: response.into_body(), text: String::new() }
    }

    /// Reads until there are `n` states.
    async fn states(&mut self, n: usize) -> &str {
        while self.text.matches("event: state\n").count() < n || !self.text.ends_with("\n\n") {
            let frame = timeout(Duration::from_secs(40), self.body.frame()).await;
            let Ok(Some(Ok(frame))) = frame else { panic!("no state {n}: {}", self.text) };
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
        &self.text
    }
}

/// Puts everybody's 履 at a tone.
async fn paint(app: &TestApp, tone: &str) {
    execute(app, q("UPDATE board_cells SET tone = $1 WHERE duty = 'lv'").bind(tone)).await;
}

#[tokio::test]
async fn the_wall_opens_for_the_house_alone() {
    let app = busy(Database::Sqlite).await;
    for login in logins() {
        let mut client = app.sign_in(login).await;
        let plain = client.get("/wall").await;
        let named = client.get("/wall?names=1").await.status;
        let (may, names) = match login {
            "secretary" | "deputy" | "office" | "office2" => (true, true),
            "general" => (true, false),
            _ => (false, false),
        };
        assert_eq!(plain.status, if may { 200 } else { 404 }, "{login}");
        assert_eq!(named, if names { 200 } else { 404 }, "{login}");
        assert_eq!(plain.text().contains("names=1"), names, "{login}");
    }
    assert_eq!(app.visitor().get("/wall").await.status, 303);
    assert_eq!(app.visitor().get("/api/v1/wall/stream").await.status, 401);
    let mut team = app.sign_in("team").await;
    assert_eq!(team.get("/api/v1/wall/stream").await.status, 404);
    let mut general = app.sign_in("general").await;
    assert_eq!(general.get("/api/v1/wall/stream?names=1").await.status, 404);
}

#[tokio::test]
async fn it_names_no_unit_and_no_person_unless_asked() {
    for database in BOTH {
        let app = busy(database).await;
        paint(&app, "late").await;
        let mut office = app.sign_in("office").await;
        let page = office.get("/wall").await.text();
        let stream = Stream::open(&app, &office, "0").await.states(1).await.to_owned();
        for text in [&page, &stream] {
            for name in ["区教育局", "东湖街道", "叶国平", "段敏", "派驻第一", "专题研究不够"] {
                assert!(!text.contains(name), "{database:?}: {name}");
            }
            assert!(text.contains("逾期") && text.contains("区直部门"), "{database:?}");
        }
        // Works without scripts, loads nothing but its own.
        assert!(page.contains("http-equiv=\"refresh\"") && page.contains("数据时间"));
        let named = office.get("/wall?names=1").await.text();
        assert!(named.contains("区教育局") && !named.contains("叶国平"), "{database:?}");
        // The post of the 区委书记 hangs on no wall.
        assert!(!named.contains("滨海示范区委"), "{database:?}");
    }
}

#[tokio::test]
async fn a_write_brings_one_new_state_to_all() {
    for database in BOTH {
        let app = busy(database).await;
        paint(&app, "ok").await;
        let (office, general) = (app.sign_in("office").await, app.sign_in("general").await);
        let mut first = Stream::open(&app, &office, "0").await;
        let mut second = Stream::open(&app, &general, "0").await;
        let before = first.states(1).await.to_owned();
        second.states(1).await;
        assert!(!before.contains("有事项逾期"), "{before}");
        paint(&app, "late").await;
        let after = first.states(2).await.rsplit("id: ").next().unwrap().to_owned();
        assert!(after.contains("有事项逾期"), "{after}");
        let same = second.states(2).await.rsplit("id: ").next().unwrap().to_owned();
        assert_eq!(after, same, "the same bytes for everybody");
        // What changes nothing on the wall sends nothing: the next state is that of the next change.
        execute(&app, q("UPDATE persons SET phone = '1' WHERE 1 = 1")).await;
        paint(&app, "warn").await;
        let third = first.states(3).await;
        assert_eq!(third.matches("event: state\n").count(), 3);
        assert!(third.rsplit("id: ").next().unwrap().contains("有事项临近到期或需关注"));
    }
}

#[tokio::test]
async fn the_page_shows_what_was_written_without_anybody_streaming() {
    let app = busy(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    paint(&app, "ok").await;
    assert!(!office.get("/wall").await.text().contains("有事项逾期"));
    paint(&app, "late").await;
    // Asked more often than it looks, it shows what it had and when that was.
    let seen = async {
        while !office.get("/wall").await.text().contains("有事项逾期") {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), seen).await.unwrap();
}

#[tokio::test]
async fn what_is_late_leaves_room_for_what_comes() {
    for database in BOTH {
        let app = busy(database).await;
        execute(&app, q("DELETE FROM season_steps WHERE 1 = 1")).await;
        let d = &app.district;
        for part in 1..=20_i64 {
            let due = if part == 20 { "2026-11-12".to_owned() } else { format!("2026-10-{:02}", part + 5) };
            execute(
                &app,
                q("INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, part, body_id, planned_on, due_on, state, made_at, changed_at)
                   VALUES ($1, $2, $3, $4, 2026, 'year_end', 1, $5, $6, $7, $7, 'planned', 0, 0)")
                .bind(random::id(domain::time::Instant(part)).to_string())
                .bind(d.id)
                .bind(d.school)
                .bind(d.school_post)
                .bind(part)
                .bind(d.team)
                .bind(due),
            )
            .await;
        }
        let page = app.sign_in("office").await.get("/wall").await.text();
        let late = "<time>已过期</time><span>督责工作</span><em>▲ 最早10月6日</em><b>19</b>";
        assert!(page.contains(late), "{database:?}: {page}");
        assert!(page.contains("<time>11月12日</time><span>年底检查</span><b>1</b>"), "{database:?}: {page}");
        assert!(page.contains("项，先列过期的") && !page.contains("在后面的日子"), "{database:?}: {page}");
    }
}
