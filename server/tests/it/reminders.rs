//! 提醒 through the whole router: the quota with a clock that moves, 催办 once for a deadline, the
//! feed behind a secret, the month's card.

mod late;
mod outbox;
mod posts;
mod robot;
mod standing;

use chrono::Datelike as _;
use domain::time::{Day, iso, parse_iso};
use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{self, done, refused, rows},
    harness::{BOTH, TestApp},
    reviews::sealed::{handed_item, sealed},
};

fn d(day: &str) -> Day {
    parse_iso(day).unwrap()
}

/// Kind and day of everything a person was told.
async fn told(app: &TestApp, login: &str) -> Vec<(String, String)> {
    let found = rows(
        app,
        q("SELECT kind, on_day FROM reminders WHERE person_id = $1 ORDER BY at, id").bind(app.district.person(login)),
    )
    .await;
    found.iter().map(|r| (r.text("kind").unwrap(), r.text("on_day").unwrap())).collect()
}

async fn quarters(app: &TestApp, login: &str) -> usize {
    told(app, login).await.iter().filter(|(kind, _)| kind == "quarter").count()
}

async fn remind(app: &TestApp, day: &str) -> u64 {
    app.clock.set_day(d(day));
    app.app.services().remind().await.unwrap()
}

async fn todos(app: &TestApp, login: &str) -> String {
    app.sign_in(login).await.call("/api/records/todo", json!({})).await.text()
}

async fn desk(app: &TestApp, login: &str) -> Value {
    app.sign_in(login).await.call("/api/reminders/desk", json!({})).await.json()
}

#[tokio::test]
async fn one_reminder_a_quarter_and_only_after_approval() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        remind(&app, "2026-11-30").await;
        assert!(desk(&app, "office").await["round"].is_null());
        remind(&app, "2026-12-01").await;
        remind(&app, "2026-12-02").await;
        assert_eq!(quarters(&app, "leader_b").await, 0);
        assert!(todos(&app, "office").await.contains("审定2026年第四季度履责提醒"));
        // The menu counts exactly what 待办 lists, reminders among it.
        let mut office = app.sign_in("office").await;
        let listed = office.call("/api/records/todo", json!({})).await.json()["rows"].as_array().unwrap().len();
        let menu = office.get("/board").await.text();
        assert!(listed > 0 && menu.contains(&format!("<b class=\"count\">{listed}<")), "{listed}: {menu}");
        app.clock.set_day(d("2026-12-05"));
        let page = desk(&app, "office").await;
        let preview = page["round"]["preview"].to_string();
        assert!(preview.contains("叶国平") && !preview.contains("沈宏斌"), "{preview}");
        let seen = page["round"]["version"].to_string();
        let fields = [("year", "2026"), ("quarter", "4"), ("seen", seen.as_str()), ("do", "send")];
        for login in ["leader_b", "team", "deputy", "sysadmin"] {
            refused(&mut app.sign_in(login).await, "/reminders/decide", &fields).await;
        }
        // A Saturday: approved, and sent on Monday.
        let mut office = app.sign_in("office").await;
        done(&mut office, "/reminders/decide", &fields).await;
        assert_eq!(quarters(&app, "leader_b").await, 0);
        assert!(refused(&mut office, "/reminders/decide", &fields).await.contains("已经决定过"));
        remind(&app, "2026-12-06").await;
        assert_eq!(quarters(&app, "leader_b").await, 0);
        for day in ["2026-12-07", "2026-12-07", "2026-12-08", "2026-11-30", "2026-12-31"] {
            remind(&app, day).await;
        }
        assert_eq!(quarters(&app, "leader_b").await, 1);
        assert_eq!(quarters(&app, "liaison_b").await + quarters(&app, "leader_a").await, 0);
        assert!(todos(&app, "leader_b").await.contains("2026年第四季度履责提醒"));
        // Read and gone; somebody else cannot do that.
        let id = rows(&app, q("SELECT id FROM reminders WHERE kind = 'quarter'")).await[0].text("id").unwrap();
        refused(&mut app.sign_in("liaison_b").await, "/reminders/seen", &[("id", &id)]).await;
        done(&mut app.sign_in("leader_b").await, "/reminders/seen", &[("id", &id)]).await;
        assert!(!todos(&app, "leader_b").await.contains("第四季度履责提醒"));
        let totals = desk(&app, "office").await["totals"].clone();
        assert_eq!(totals[3]["times"][0], 1);
        assert!(!totals.to_string().contains("叶国平"));
    }
}

#[tokio::test]
async fn deadlines_are_merged_into_one_digest_a_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        let due = rows(&app, q("SELECT receipt_due FROM leader_lists WHERE receipt_due IS NOT NULL")).await[0]
            .day("receipt_due")
            .unwrap();
        for _ in 0..3 {
            app.app.services().remind().await.unwrap();
        }
        let day = chrono::Days::new(1);
        while app.app.services().today() < due + chrono::Days::new(5) {
            let next = app.app.services().today() + day;
            app.clock.set_day(next);
            app.app.services().remind().await.unwrap();
        }
        let got = told(&app, "leader_b").await;
        let receipts: Vec<_> = got.iter().filter(|(kind, _)| kind == "digest").map(|(_, day)| day.as_str()).collect();
        let mut once = receipts.clone();
        once.dedup();
        assert_eq!(receipts, once);
        assert!(receipts.contains(&iso(due).as_str()), "{receipts:?} without {due}");
        // Only the head can sign; nobody is told on a day off.
        assert!(told(&app, "liaison_b").await.is_empty());
        assert!(got.iter().all(|(_, day)| d(day).weekday().num_days_from_monday() < 5), "{got:?}");
    }
}

#[tokio::test]
async fn a_liaison_is_asked_once_and_the_leader_never() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let item = handed_item(&app).await;
        let fields = [("subject", "item"), ("id", item.as_str())];
        let mut team = app.sign_in("team").await;
        refused(&mut team, "/reminders/urge", &fields).await;
        let mut due = rows(&app, q("SELECT due_on FROM items")).await[0].day("due_on").unwrap();
        while due.weekday().num_days_from_monday() > 4 {
            due = due - chrono::Days::new(1);
        }
        app.clock.set_day(due);
        for login in ["team2", "leader_b", "liaison_b", "deputy"] {
            refused(&mut app.sign_in(login).await, "/reminders/urge", &fields).await;
        }
        let mut team = app.sign_in("team").await;
        let page = team.call("/api/reminders/urges", json!({})).await.text();
        assert!(page.contains(&item), "{page}");
        done(&mut team, "/reminders/urge", &fields).await;
        let mut office = app.sign_in("office").await;
        for client in [&mut team, &mut office] {
            assert!(refused(client, "/reminders/urge", &fields).await.contains("每个期限只提醒一次"));
        }
        assert!(todos(&app, "liaison_b").await.contains("请跟进：整改"));
        assert!(told(&app, "leader_b").await.iter().all(|(kind, _)| kind != "urge"));
        assert!(!todos(&app, "leader_b").await.contains("请跟进"));
        let thread = rows(&app, q("SELECT title FROM thread_events WHERE source = 'reminders.urged'")).await;
        assert_eq!(thread.len(), 1);
        let page = team.call("/api/reminders/urges", json!({})).await.text();
        assert!(page.contains("黎若水"));
    }
}

#[tokio::test]
async fn what_can_be_urged_says_what_the_board_says() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        let post = app.district.school_post;
        let said = q("UPDATE colours SET tone = 'warn', word = '需关注' WHERE post_id = $1").bind(post);
        duties::execute(&app, said).await;
        // Past the last day of the year: by its date alone everything would be 逾期.
        app.clock.set_day(d("2027-01-04"));
        let page = app.sign_in("team").await.call("/api/reminders/urges", json!({})).await.json();
        let shown: Vec<&Value> =
            page["rows"].as_array().unwrap().iter().filter(|row| row["subject"] == "occurrence").collect();
        assert!(!shown.is_empty(), "{database:?}: {page}");
        for row in shown {
            assert_eq!((&row["tone"], &row["word"]), (&json!("warn"), &json!("需关注")), "{database:?}: {row}");
        }
    }
}

#[tokio::test]
async fn the_month_shows_the_list_and_prints_without_scripts() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let page = leader.get("/month").await;
        assert_eq!(page.status, 200);
        let text = page.text();
        assert!(text.contains("十一月") && text.contains("签收2026年第一责任人履责清单"), "{text}");
        assert!(leader.get("/home").await.text().contains("href=\"/month\""), "one line of the home leads here");
        for month in ["0", "13", "x"] {
            assert_eq!(leader.get(&format!("/month?year=2026&month={month}")).await.status, 200);
        }
        // Nothing leaves the house before the district wants it.
        assert!(!text.contains("/month/ics"), "{text}");
        let file = leader.get("/month/ics?year=2026&month=11").await;
        assert!(file.status >= 400 && file.text().contains("没有打开日历订阅"), "{database:?}: {}", file.status);
        let mut sysadmin = app.sign_in("sysadmin").await;
        done(&mut sysadmin, "/reminders/channels", &[("feed", "on")]).await;
        assert!(leader.get("/month").await.text().contains("/month/ics"), "{database:?}");
        let file = leader.get("/month/ics?year=2026&month=11").await;
        assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
        let text = file.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.contains("SUMMARY:履责提醒（有 "), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        // The office reads the outline, without what waits for the unit.
        let post = app.district.school_post;
        let page = app.sign_in("office").await.get(&format!("/month?post={post}")).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("签收2026年第一责任人履责清单"));
        assert_eq!(app.sign_in("leader_a").await.get(&format!("/month?post={post}")).await.status, 404);
    }
}

#[tokio::test]
async fn a_feed_is_off_secret_and_revocable() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        duties::issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let make = [("do", "make")];
        assert!(refused(&mut leader, "/reminders/feed", &make).await.contains("没有打开"));
        refused(&mut leader, "/reminders/ways", &[("way", "feed"), ("email", "")]).await;
        refused(&mut leader, "/reminders/channels", &[("feed", "on")]).await;
        let mut sysadmin = app.sign_in("sysadmin").await;
        done(&mut sysadmin, "/reminders/channels", &[("feed", "on")]).await;
        // A channel that nobody configured cannot be switched on.
        assert!(refused(&mut sysadmin, "/reminders/channels", &[("email", "on")]).await.contains("配置文件"));
        done(&mut leader, "/reminders/ways", &[("way", "feed"), ("email", "")]).await;
        let shown = duties::send(&mut leader, "/reminders/feed", &make).await.text();
        let at = shown.find("/calendar/").unwrap();
        let path: String = shown[at..].chars().take("/calendar/.ics".len() + 64).collect();
        let kept = rows(&app, q("SELECT secret_hash FROM reminder_feeds")).await[0].text("secret_hash").unwrap();
        assert!(!path.contains(&kept));
        let mut anybody = app.visitor();
        let reply = anybody.get(&path).await;
        assert_eq!(
            (reply.status, reply.headers["content-type"].to_str().unwrap()),
            (200, "text/calendar; charset=utf-8")
        );
        let text = reply.text();
        assert!(text.contains("BEGIN:VTIMEZONE") && text.contains("SEQUENCE:0"), "{text}");
        for line in text.split("\r\n").filter(|l| l.starts_with("SUMMARY")) {
            assert!(line.starts_with("SUMMARY:履责提醒（有 ") && line.ends_with("项）"), "{line}");
        }
        assert!(!text.contains("叶国平") && !text.contains("教育"));
        assert_eq!(anybody.get(&path).await.text(), text);
        // Everything done: the days stay as cancelled, one sequence on.
        duties::execute(&app, q("UPDATE occurrences SET record_id = 'x'")).await;
        duties::execute(&app, q("UPDATE leader_lists SET state = 'signed'")).await;
        let after = anybody.get(&path).await.text();
        let count = |text: &str, words: &str| text.matches(words).count();
        assert_eq!(count(&after, "BEGIN:VEVENT"), count(&text, "BEGIN:VEVENT"));
        assert_eq!(count(&after, "STATUS:CANCELLED"), count(&text, "BEGIN:VEVENT"));
        assert_eq!(count(&after, "SEQUENCE:1"), count(&text, "BEGIN:VEVENT"));
        // Unknown, malformed and revoked addresses cannot be told apart.
        let unknown = format!("/calendar/{}.ics", "0".repeat(64));
        done(&mut leader, "/reminders/feed", &[("do", "end")]).await;
        let mut answers = Vec::new();
        for wrong in [path.as_str(), &unknown, "/calendar/x.ics", "/calendar/x"] {
            let reply = anybody.get(wrong).await;
            answers.push((reply.status, reply.body));
        }
        assert!(answers.iter().all(|a| a.0 == 404 && a.1 == answers[0].1));
    }
}
