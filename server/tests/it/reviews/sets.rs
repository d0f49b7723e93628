//! 会后 read in sets, whatever the number of presenters; a paper of an earlier day noted later.

use domain::{
    accountability::{Item, State},
    time::{WorkCalendar, iso, parse_iso},
};
use serde_json::json;
use server::storage::{counted, q};

use super::sealed::{MEETING, id, sealed, seen, signed_sheet};
use crate::{
    duties::{done, execute, rows},
    harness::{BOTH, Client, TestApp},
};

async fn asked(client: &mut Client, path: &str, form: serde_json::Value) -> u64 {
    let (reply, n) = counted(client.call(path, form)).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    n
}

#[tokio::test]
async fn the_sheets_of_a_meeting_ask_as_often_for_two_as_for_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let mut deputy = app.sign_in("deputy").await;
        let path = "/api/reviews/sheets";
        let form = json!({ "meeting": id(MEETING) });
        let list = deputy.call(path, form.clone()).await.json();
        let grades: Vec<&str> = list["rows"].as_array().unwrap().iter().map(|r| r["grade"].as_str().unwrap()).collect();
        let waits: Vec<&str> =
            list["rows"].as_array().unwrap().iter().map(|r| r["comments"].as_str().unwrap()).collect();
        assert_eq!(grades, ["较好", "好"]);
        assert_eq!(waits, ["2 条意见待两人阅定", ""]);
        let two = asked(&mut deputy, path, form.clone()).await;
        execute(&app, q("DELETE FROM feedback_sheets WHERE presenter_id <> $1").bind(id(super::sealed::SCHOOL))).await;
        assert_eq!(asked(&mut deputy, path, form).await, two);
    }
}

#[tokio::test]
async fn the_list_of_meetings_asks_as_often_for_three_as_for_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let mut office = app.sign_in("office").await;
        let path = "/api/reviews/meetings";
        let one = asked(&mut office, path, json!({})).await;
        for n in 1..=2_u128 {
            let copy = q("INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, created_at)
                 SELECT CAST($1 AS TEXT), district_id, year, on_day, title, state, plan, created_at FROM meetings WHERE id = $2")
                .bind(id(0xE0 + n))
                .bind(id(MEETING));
            execute(&app, copy).await;
        }
        let list = office.call(path, json!({})).await.json();
        let rows = list["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 3);
        // What followed stands at its own meeting only.
        let followed = |r: &&serde_json::Value| r["links"].to_string().contains("一人一单");
        assert_eq!(rows.iter().filter(followed).count(), 1);
        assert_eq!(asked(&mut office, path, json!({})).await, one);
    }
}

#[tokio::test]
async fn a_paper_noted_days_later_counts_from_the_day_on_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let sheet = signed_sheet(&app).await;
        app.clock.set_day(parse_iso("2026-11-20").unwrap());
        let mut office = app.sign_in("office").await;
        let version = seen(&mut office, &sheet).await;
        let paper = [
            ("sheet", sheet.as_str()),
            ("seen", &version),
            ("step", "paper"),
            ("paper_on", "2026-11-05"),
            ("handler", "林思源"),
        ];
        done(&mut office, "/reviews/feedback/step", &paper).await;
        let items = rows(&app, q("SELECT item FROM items")).await;
        let item: Item = serde_json::from_str(&items[0].text("item").unwrap()).unwrap();
        assert_eq!((iso(item.opened_on), iso(item.deadline)), ("2026-11-05".into(), "2027-01-15".into()));
        // 方案 in 15 working days of that day, not of the day of the note.
        let due = item.due(&WorkCalendar::default()).map(|(day, _)| iso(day));
        assert_eq!((item.state, due), (State::Planning, Some("2026-11-26".to_owned())));
        let events = rows(&app, q("SELECT paper_on FROM item_events WHERE step = 'sign'")).await;
        assert_eq!(events[0].text("paper_on").unwrap(), "2026-11-05");
    }
}
