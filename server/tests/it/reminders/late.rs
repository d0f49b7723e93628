//! What is set late: a deadline at short notice is heard of with the next digest, a reminder that no working day is
//! left for is not approved, and the card shows what is new behind however many 催办.

use server::storage::q;

use super::{d, desk, remind, told};
use crate::{
    duties::{self, done, execute, refused},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn a_deadline_at_short_notice_is_mentioned_before_its_last_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        app.clock.set_day(d("2026-11-03"));
        duties::issued(&app, "区教育局").await;
        // On Tuesday at 0:00 he hears of something else.
        let of = (app.district.id, app.district.person("leader_b"));
        let insert =
            q("INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link)
                        VALUES ('r', $1, $2, 'digest', '2026-11-03', '2026-11-03', $3, 1, '', '', '')");
        let midnight = domain::time::Instant::start_of(d("2026-11-03"));
        execute(&app, insert.bind(of.0).bind(of.1).bind(midnight)).await;
        // On the same day the list is issued, to be signed by Thursday.
        let issued = midnight.plus_ms(36_000_000);
        let set = q("UPDATE leader_lists SET receipt_due = '2026-11-05', issued_at = $1 WHERE state = 'issued'");
        execute(&app, set.bind(issued)).await;
        remind(&app, "2026-11-04").await;
        let days: Vec<String> = told(&app, "leader_b").await.into_iter().map(|(_, day)| day).collect();
        assert_eq!(days, ["2026-11-03", "2026-11-04"], "{database:?}: a day before its last");
    }
}

#[tokio::test]
async fn what_cannot_go_out_any_more_is_not_approved() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        remind(&app, "2026-12-01").await;
        let holiday = q("INSERT INTO holidays (district_id, day, kind, name)
                         VALUES ($1, '2026-12-31', 'holiday', '调休')");
        execute(&app, holiday.bind(app.district.id)).await;
        app.clock.set_day(d("2026-12-31"));
        let seen = desk(&app, "office").await["round"]["version"].to_string();
        let decide = |what| [("year", "2026"), ("quarter", "4"), ("seen", seen.as_str()), ("do", what)];
        let mut office = app.sign_in("office").await;
        let words = refused(&mut office, "/reminders/decide", &decide("send")).await;
        assert!(words.contains("本季度已经没有工作日"), "{database:?}: {words}");
        assert_eq!(desk(&app, "office").await["round"]["state"], "draft");
        done(&mut office, "/reminders/decide", &decide("skip")).await;
    }
}

#[tokio::test]
async fn news_stand_on_the_card_behind_any_number_of_urges() {
    let app = TestApp::new(Database::Sqlite).await;
    duties::issued(&app, "区教育局").await;
    let (district, person) = (app.district.id, app.district.person("liaison_b"));
    for n in 0..8_i64 {
        let (kind, title) =
            if n == 0 { ("digest", "近期到期的法定事项 3 项") } else { ("urge", "请跟进") };
        let insert =
            q("INSERT INTO reminders (id, district_id, person_id, kind, mark, on_day, at, n, title, note, link)
                        VALUES ($1, $2, $3, $4, $1, '2026-11-02', $5, 1, $6, '', '')");
        let row = insert.bind(format!("11111111-1111-4111-8111-11111111111{n}")).bind(district).bind(person);
        execute(&app, row.bind(kind).bind(n).bind(title)).await;
    }
    let page = app.sign_in("liaison_b").await.get("/month").await.text();
    assert!(page.contains("近期到期的法定事项 3 项") && !page.contains("请跟进"), "{page}");
}
