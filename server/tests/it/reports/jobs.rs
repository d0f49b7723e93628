//! Computing in the background: one report at a time, stopped, taken up again, giving way to a meeting.

use serde_json::json;
use server::storage::q;

use super::{a_year, begun, block, computed, count, not, page, step};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Database, TestApp},
    reviews::planning as reviews,
};

async fn jobs(app: &TestApp) -> Vec<String> {
    let find = q("SELECT e.job FROM report_editions e JOIN reports n ON n.id = e.report_id ORDER BY n.made_at, n.id");
    rows(app, find).await.iter().map(|row| row.text("job").unwrap()).collect()
}

#[tokio::test]
async fn reports_wait_for_each_other_and_say_how_far_they_are() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let first = begun(&mut office, "half_year", "district", "2026-h2").await;
        app.clock.advance_ms(5);
        let second = begun(&mut office, "ecology", "district", "2026-h2").await;
        let waiting = page(&mut office, &first).await;
        assert_eq!(
            (waiting["progress"]["job"].as_str(), waiting["progress"]["done"].as_i64()),
            (Some("queued"), Some(0))
        );
        // Without scripts the page refreshes itself; nobody has to wait with writing.
        let html = office.get(&format!("/reports/{first}")).await.text();
        assert!(html.contains("排队等待取数") && html.contains("http-equiv") && html.contains("先写文字"), "{html}");
        let write = office.get(&format!("/reports/{first}?write=1")).await.text();
        assert!(write.contains("保存全部文字") && !write.contains("http-equiv=\"refresh\""), "{write}");
        assert!(not(&app, &mut office, &first, "ask", &[]).await.contains("排队等待取数"));
        let blocks = app.app.services().work_on_reports().await.unwrap();
        assert!(blocks >= 15, "{blocks}");
        assert_eq!(jobs(&app).await, ["done", "done"]);
        // The first was complete before the second began.
        let when = "SELECT MAX(CASE WHEN report_id = $1 THEN computed_at ELSE 0 END) AS first,
                      MIN(CASE WHEN report_id = $2 THEN computed_at END) AS second FROM report_facts";
        let row = &rows(&app, q(when).bind(&first).bind(&second)).await[0];
        assert!(row.int("first").unwrap() <= row.int("second").unwrap());
        let progress = office.call("/api/reports/progress", json!({ "id": first })).await.json();
        assert_eq!((progress["job"].as_str(), progress["done"] == progress["all"]), (Some("done"), true));
    }
}

#[tokio::test]
async fn a_stopped_computing_leaves_nothing_and_can_begin_again() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = begun(&mut office, "quarter", "district", "2026-q4").await;
    step(&mut office, &id, "cancel", &[]).await;
    assert_eq!(app.app.services().work_on_reports().await.unwrap(), 0);
    assert_eq!(page(&mut office, &id).await["progress"]["job"], "cancelled");
    assert!(not(&app, &mut office, &id, "cancel", &[]).await.contains("没有可以取消的取数"));
    let paper = office.get(&format!("/documents/report/{id}/page")).await.text();
    assert!(paper.contains("事实还没有取好") && !paper.contains("1970"), "{paper}");
    step(&mut office, &id, "refresh", &[]).await;
    app.app.services().work_on_reports().await.unwrap();
    assert_eq!(page(&mut office, &id).await["progress"]["job"], "done");
    // A further edition that is stopped leaves the one before it.
    let before = page(&mut office, &id).await["facts"].clone();
    app.clock.advance_ms(60_000);
    step(&mut office, &id, "refresh", &[]).await;
    step(&mut office, &id, "cancel", &[]).await;
    let after = page(&mut office, &id).await;
    assert_eq!((after["facts"] == before, after["editions"].as_array().unwrap().len()), (true, 1));
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM report_editions")).await, 1);
    // Given up, it is listed nowhere.
    step(&mut office, &id, "drop", &[]).await;
    assert!(!office.get("/reports").await.text().contains(&id));
}

#[tokio::test]
async fn a_restart_goes_on_where_it_stopped() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let id = computed(&app, &mut office, "half_year", "district", "2026-h2").await;
        let as_of = "SELECT as_of AS n FROM report_editions";
        let moment = count(&app, q(as_of)).await;
        // As a server leaves it that was stopped in the middle.
        execute(&app, q("UPDATE report_editions SET job = 'running'")).await;
        execute(&app, q("DELETE FROM report_facts WHERE block IN ('loop', 'season', 'talks')")).await;
        let app = app.restart().await;
        app.clock.advance_ms(3_600_000);
        let mut office = app.sign_in("office").await;
        assert_eq!(page(&mut office, &id).await["progress"]["done"], 4);
        app.app.services().work_on_reports().await.unwrap();
        let found = page(&mut office, &id).await;
        assert_eq!((found["progress"]["job"].as_str(), found["progress"]["done"].as_i64()), (Some("done"), Some(7)));
        assert_eq!(count(&app, q(as_of)).await, moment, "all facts are about one moment");
        assert!(block(&found, "loop")["at"].as_i64() > block(&found, "items")["at"].as_i64());
    }
}

#[tokio::test]
async fn a_running_meeting_goes_first() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = begun(&mut office, "quarter", "district", "2026-q4").await;
    let meeting = reviews::new(&mut office, "评议会", "2026-11-05").await;
    let round = server::random::id(domain::time::Instant(7)).to_string();
    let open = q("INSERT INTO meeting_rounds (id, meeting_id, district_id, state) VALUES ($1, $2, $3, 'open')");
    execute(&app, open.bind(&round).bind(&meeting).bind(app.district.id)).await;
    assert_eq!(app.app.services().work_on_reports().await.unwrap(), 0);
    assert!(office.get(&format!("/reports/{id}")).await.text().contains("取数先让路"));
    let cover = format!("unit:{}", app.district.school);
    let skeleton = office.get(&format!("/reports/skeleton?paper=cadres&cover={cover}&period=2026-q4")).await;
    assert!(skeleton.text().contains("请等测评封存后再下载"), "{}", skeleton.text());
    execute(&app, q("UPDATE meeting_rounds SET state = 'sealed', sealed_at = 1")).await;
    app.app.services().work_on_reports().await.unwrap();
    assert_eq!(page(&mut office, &id).await["progress"]["job"], "done");
}

#[tokio::test]
async fn a_computing_that_fails_leaves_no_half_of_the_numbers() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        a_year(&app).await;
        let mut office = app.sign_in("office").await;
        let id = begun(&mut office, "half_year", "district", "2026-h2").await;
        execute(&app, q("UPDATE inspections SET to_day = 'x'")).await;
        app.app.services().work_on_reports().await.unwrap();
        let found = page(&mut office, &id).await;
        assert_eq!((found["progress"]["job"].as_str(), found["facts"].as_array().unwrap().len()), (Some("failed"), 0));
        assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM report_facts")).await, 0, "{database:?}");
        assert!(office.get(&format!("/reports/{id}")).await.text().contains("没有留下不完整的数字"));
        assert!(not(&app, &mut office, &id, "ask", &[]).await.contains("没有送审"));
        execute(&app, q("UPDATE inspections SET to_day = '2026-11-06'")).await;
        step(&mut office, &id, "refresh", &[]).await;
        app.app.services().work_on_reports().await.unwrap();
        assert_eq!(page(&mut office, &id).await["progress"]["done"], 7);
    }
}
