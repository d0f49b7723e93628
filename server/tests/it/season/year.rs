//! A whole year, night by night, for twenty-four units: several kinds, a vacancy, a change of head, a unit that starts in
//! May, one that ends in October, one head of two posts. Every reminder, the colours of chosen items to the day, every
//! step of the plan; and whatever stands stored is what a fresh evaluation says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use domain::{
    board::{evaluate, row},
    ids::{PostId, UnitId},
    time::{Day, iso, parse_iso},
};
use serde_json::json;
use server::{operations::midnight, services::facts, storage::q};

use super::house::{CHANGED, ENDS, MORE, More, NEW_IN_MAY, NOBODYS, TWICE, VACANT, added, arrives};
use crate::{
    duties::{done, execute, published, rows},
    harness::{Database, TestApp},
};

/// Last day of the unit that ends.
const LAST: &str = "2026-10-31";
/// Nights on which everything stored is compared with a fresh evaluation, beside those of changes.
const COMPARED: u64 = 7;

fn d(text: &str) -> Day {
    parse_iso(text).unwrap()
}

/// Takes every list one step further on which it can be done.
async fn batch(app: &TestApp, login: &str, state: &str, step: &str) {
    // The list of the 区委书记 goes another way.
    let find = q("SELECT id, version FROM leader_lists WHERE state = $1 AND post_id <> $2 ORDER BY id");
    let find = find.bind(state).bind(app.district.leading_post);
    let picks: Vec<String> = rows(app, find)
        .await
        .iter()
        .map(|row| format!("{}:{}", row.text("id").unwrap(), row.int("version").unwrap()))
        .collect();
    if picks.is_empty() {
        return;
    }
    let mut fields = vec![("year", "2026"), ("step", step), ("sure", "1")];
    fields.extend(picks.iter().map(|pick| ("pick", pick.as_str())));
    done(&mut app.sign_in(login).await, "/duties/batch", &fields).await;
}

/// Every list that is not issued yet, as far as the calendar lets it go.
async fn issue(app: &TestApp) {
    batch(app, "office", "commenting", "submit").await;
    batch(app, "deputy", "reviewing", "approve").await;
    batch(app, "office", "approved", "issue").await;
}

/// The round of the quarter, decided by the office.
async fn decide(app: &TestApp) {
    let mut office = app.sign_in("office").await;
    let round = office.call("/api/reminders/desk", json!({})).await.json()["round"].clone();
    let (quarter, seen) = (round["quarter"].to_string(), round["version"].to_string());
    let fields = [("year", "2026"), ("quarter", &quarter), ("seen", &seen), ("do", "send")];
    done(&mut office, "/reminders/decide", &fields).await;
}

/// Heads of posts with a list in force, but for the post of the 区委书记: whoever has something open.
async fn owed(app: &TestApp, on: Day) -> BTreeSet<String> {
    let find =
        q("SELECT DISTINCT t.person_id FROM terms t JOIN posts p ON p.id = t.post_id JOIN units u ON u.id = p.unit_id
                  JOIN leader_lists g ON g.post_id = t.post_id AND g.year = 2026 AND g.state IN ('issued', 'signed')
                  WHERE u.leads_district = 0 AND t.starts_on <= $1 AND (t.ends_on IS NULL OR t.ends_on >= $1)");
    rows(app, find.bind(on)).await.iter().map(|row| row.text("person_id").unwrap()).collect()
}

async fn version(app: &TestApp, unit: UnitId) -> String {
    let find = q("SELECT version FROM units WHERE id = $1").bind(unit);
    rows(app, find).await[0].int("version").unwrap().to_string()
}

async fn appoint(app: &TestApp, unit: UnitId, post: PostId, name: &str, day: &str) {
    let seen = version(app, unit).await;
    let (unit, post) = (unit.to_string(), post.to_string());
    let fields = [
        ("unit", unit.as_str()),
        ("seen", &seen),
        ("post", &post),
        ("person", "new"),
        ("name", name),
        ("starts_on", day),
    ];
    done(&mut app.sign_in("office").await, "/people/terms/appoint", &fields).await;
}

/// A record of the school's head on an item.
async fn record(app: &TestApp, code: &str, event_on: &str) {
    let mut leader = app.sign_in("leader_b").await;
    let find = q("SELECT duty_id FROM leader_items WHERE code = $1").bind(code);
    let duty = rows(app, find).await[0].text("duty_id").unwrap();
    let form = leader.call("/api/records/new", json!({})).await.json();
    let fields = [
        ("post", form["post"].as_str().unwrap()),
        ("text", "按清单办理"),
        ("kind", "study"),
        ("event_on", event_on),
        ("duty", &duty),
    ];
    done(&mut leader, "/records/save", &fields).await;
}

/// The office notes what was done on paper.
async fn paper(app: &TestApp, post: PostId, kind: &str) {
    let find = q("SELECT id, version FROM season_steps WHERE post_id = $1 AND kind = $2").bind(post).bind(kind);
    let step = rows(app, find).await.remove(0);
    let (id, seen, on) =
        (step.text("id").unwrap(), step.int("version").unwrap().to_string(), iso(app.app.services().today()));
    let fields = [
        ("step", id.as_str()),
        ("seen", &seen),
        ("do", "paper"),
        ("on", &on),
        ("handler", "黎若水"),
        ("why", "双方签字的检查单"),
    ];
    done(&mut app.sign_in("office").await, "/oversight/season/act", &fields).await;
}

/// What happens on a day, after its night.
async fn happens(app: &TestApp, more: &More, day: &str) {
    let of = |n: usize| (more.0[n].0, more.0[n].1);
    match day {
        "2026-01-05" => {
            let mut office = app.sign_in("office").await;
            published(&mut office).await;
            let fields = [("year", "2026"), ("kind", ""), ("effective_on", "2026-01-01")];
            done(&mut office, "/duties/make", &fields).await;
            execute(app, q("UPDATE leader_items SET hard = 1 WHERE code = '3.3'")).await;
            batch(app, "office", "draft", "send").await;
        }
        "2026-01-20" => issue(app).await,
        "2026-03-10" | "2026-06-10" | "2026-09-12" => decide(app).await,
        "2026-03-25" => record(app, "6.3", "2026-03-25").await,
        "2026-05-06" => arrives(app, more).await,
        "2026-06-01" => {
            let (unit, post) = of(CHANGED);
            appoint(app, unit, post, "新任甲", day).await;
            issue(app).await;
        }
        "2026-06-30" => {
            let (unit, post) = of(VACANT);
            let term = rows(app, q("SELECT id FROM terms WHERE post_id = $1").bind(post)).await[0].text("id").unwrap();
            let (seen, unit) = (version(app, unit).await, unit.to_string());
            let fields = [("unit", unit.as_str()), ("seen", &seen), ("term", &term), ("ends_on", day)];
            done(&mut app.sign_in("office").await, "/people/terms/end", &fields).await;
        }
        "2026-07-06" => {
            record(app, "3.3", "2026-06-28").await;
            paper(app, app.district.school_post, "mid_year").await;
        }
        "2026-08-10" => {
            let (unit, post) = of(VACANT);
            appoint(app, unit, post, "新任乙", day).await;
            issue(app).await;
        }
        LAST => {
            let (unit, _) = of(ENDS);
            let (seen, unit) = (version(app, unit).await, unit.to_string());
            let fields = [("unit", unit.as_str()), ("seen", &seen), ("ends_on", day)];
            done(&mut app.sign_in("office").await, "/people/units/end", &fields).await;
        }
        "2026-12-15" => paper(app, app.district.school_post, "year_end").await,
        _ => {}
    }
}

/// Every row of the board as it is stored is what its facts say today.
async fn fresh(app: &TestApp, today: Day) {
    let mut read = app.app.store().read().clone();
    let posts = rows(app, q("SELECT DISTINCT post_id FROM board_cells WHERE year = 2026 ORDER BY post_id")).await;
    for found in &posts {
        let post: PostId = found.id("post_id").unwrap();
        let known = facts::gather(&mut read, app.district.id, post, 2026, today).await.unwrap().unwrap();
        let colours = evaluate(&known.rules, &known.facts, today);
        let wanted: BTreeSet<[String; 3]> =
            colours.iter().map(|c| [c.code.clone(), c.tone.key().to_owned(), c.reason.clone()]).collect();
        let find = q("SELECT code, tone, reason FROM colours WHERE post_id = $1 AND year = 2026").bind(post);
        let stored: BTreeSet<[String; 3]> =
            rows(app, find).await.iter().map(|r| ["code", "tone", "reason"].map(|n| r.text(n).unwrap())).collect();
        assert_eq!(stored, wanted, "{today} {post}");
        let cells = row(&known.rules, &known.facts, &colours, today).cells;
        let wanted: BTreeSet<[String; 4]> = cells
            .iter()
            .map(|c| [c.duty.key().to_owned(), c.tone.key().to_owned(), c.text.clone(), c.why.clone()])
            .collect();
        let find = q("SELECT duty, tone, text, why FROM board_cells WHERE post_id = $1 AND year = 2026").bind(post);
        let stored: BTreeSet<[String; 4]> =
            rows(app, find).await.iter().map(|r| ["duty", "tone", "text", "why"].map(|n| r.text(n).unwrap())).collect();
        assert_eq!(stored, wanted, "{today} {post}");
    }
}

/// A step as the year leaves it: due day, state, day on which it was done.
type Left = (String, String, String);

fn left(due: &str, state: &str, done_on: &str) -> Left {
    (due.to_owned(), state.to_owned(), done_on.to_owned())
}

/// What the year leaves of the plan of a post, told without the code that made it.
fn expected(app: &TestApp, more: &More, post: PostId) -> BTreeMap<(String, i64), Left> {
    let place = more.0.iter().position(|(_, p, _)| *p == post);
    let mut all = BTreeMap::new();
    if post != app.district.leading_post {
        for (quarter, due, sent) in
            [(1, "2026-03-25", "2026-03-10"), (2, "2026-06-25", "2026-06-10"), (3, "2026-09-25", "2026-09-14")]
        {
            if place != Some(NEW_IN_MAY) || quarter > 1 {
                all.insert(("quarter_reminder".to_owned(), quarter), left(due, "done", sent));
            }
        }
        // Nobody decided on the fourth one.
        let state = if place == Some(ENDS) { "cancelled" } else { "planned" };
        all.insert(("quarter_reminder".to_owned(), 4), left("2026-12-25", state, ""));
    }
    let mid = match place {
        // Twenty working days after the new head came.
        Some(VACANT) => left("2026-09-04", "planned", ""),
        // Ended with its unit, which it had outlived by months.
        Some(ENDS) => left("2026-07-14", "cancelled", ""),
        _ if post == app.district.school_post => left("2026-07-14", "done", "2026-07-06"),
        _ => left("2026-07-14", "planned", ""),
    };
    all.insert(("mid_year".to_owned(), 1), mid);
    let end = match place {
        Some(ENDS) => left("2026-12-18", "cancelled", ""),
        _ if post == app.district.school_post => left("2026-12-18", "done", "2026-12-15"),
        _ => left("2026-12-18", "planned", ""),
    };
    all.insert(("year_end".to_owned(), 1), end);
    all
}

async fn year(database: Database) {
    let app = TestApp::new(database).await;
    app.clock.set_day(d("2025-12-31"));
    let more = added(&app).await;
    let nights = midnight::jobs(&app.app);
    let mut reminded: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut today = d("2026-01-01");
    let mut nth = 0_u64;
    while today <= d("2026-12-31") {
        app.clock.set_day(today);
        let day = iso(today);
        // On its working day the night sends what was approved before, to whoever is owed it then.
        let waiting = q("SELECT quarter FROM reminder_rounds WHERE state = 'approved'");
        let mut sends = !rows(&app, waiting).await.is_empty() && day == "2026-09-14";
        for (name, job) in &nights {
            job().await.unwrap_or_else(|error| panic!("{day} {name}: {error:?}"));
        }
        happens(&app, &more, &day).await;
        sends |= matches!(day.as_str(), "2026-03-10" | "2026-06-10");
        if sends {
            reminded.insert(day.clone(), owed(&app, today).await);
        }
        if nth.is_multiple_of(COMPARED) || matches!(&day[5..], "06-01" | "06-30" | "07-01" | "08-10" | "12-31") {
            fresh(&app, today).await;
        }
        (today, nth) = (today + Days::new(1), nth + 1);
    }

    // Every reminder: who and when, and nothing beyond the quota.
    assert_eq!(reminded.keys().collect::<Vec<_>>(), ["2026-03-10", "2026-06-10", "2026-09-14"], "{database:?}");
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sent = rows(&app, q("SELECT person_id, kind, mark, on_day FROM reminders ORDER BY on_day, person_id")).await;
    let mut slots = BTreeSet::new();
    for row in &sent {
        let [person, kind, mark, on] = ["person_id", "kind", "mark", "on_day"].map(|name| row.text(name).unwrap());
        assert!(slots.insert((person.clone(), kind.clone(), mark)), "{database:?}: twice");
        let weekday = chrono::Datelike::weekday(&d(&on)).num_days_from_monday();
        assert!(weekday < 5 && on != "2026-07-15", "{database:?} {on}: a day off");
        assert_ne!(kind, "urge", "nobody was urged");
        if kind == "quarter" {
            told.entry(on).or_default().insert(person);
        }
    }
    assert_eq!(told, reminded, "{database:?}");
    // The head of two posts is one person, and his two posts are one reminder.
    let twice = more.0[TWICE[0]].2.to_string();
    assert!(told.values().all(|persons| persons.contains(&twice)), "{database:?}");
    let vacant = more.0[VACANT].2.to_string();
    assert!(told["2026-06-10"].contains(&vacant) && !told["2026-09-14"].contains(&vacant), "{database:?}");

    // Colours of the chosen items, to the day.
    let find = q("SELECT h.before_tone, h.after_tone, h.at FROM colour_changes h WHERE h.post_id = $1 AND h.duty_id IN
                    (SELECT duty_id FROM leader_items WHERE code = $2) ORDER BY h.at, h.id");
    for (code, wanted) in [
        ("6.3", vec![("2026-03-21", "none", "warn"), ("2026-03-25", "warn", "ok"), ("2026-06-20", "ok", "warn")]),
        (
            "3.3",
            vec![("2026-06-10", "none", "warn"), ("2026-07-01", "warn", "late"), ("2026-07-06", "late", "pending")],
        ),
        ("9.1", vec![("2026-12-01", "none", "warn")]),
    ] {
        let changes: Vec<(String, String, String)> = rows(&app, find.clone().bind(app.district.school_post).bind(code))
            .await
            .iter()
            .map(|row| {
                let on = iso(row.instant("at").unwrap().day());
                (on, row.text("before_tone").unwrap(), row.text("after_tone").unwrap())
            })
            .collect();
        let wanted: Vec<_> = wanted.into_iter().map(|(on, a, b)| (on.to_owned(), a.to_owned(), b.to_owned())).collect();
        assert_eq!(changes, wanted, "{database:?} {code}");
    }

    // Every step of the plan, of every unit.
    let posts = rows(&app, q("SELECT DISTINCT post_id FROM season_steps ORDER BY post_id")).await;
    assert_eq!(posts.len(), 4 + MORE, "{database:?}");
    for found in &posts {
        let post: PostId = found.id("post_id").unwrap();
        let find = q("SELECT kind, period, due_on, state, done_on, body_id FROM season_steps WHERE post_id = $1");
        let steps = rows(&app, find.bind(post)).await;
        let stored: BTreeMap<(String, i64), Left> = steps
            .iter()
            .map(|row| {
                let done_on = row.opt_text("done_on").unwrap().unwrap_or_default();
                let key = (row.text("kind").unwrap(), row.int("period").unwrap());
                (key, (row.text("due_on").unwrap(), row.text("state").unwrap(), done_on))
            })
            .collect();
        assert_eq!(stored, expected(&app, &more, post), "{database:?} {post}");
        if let Some(n) = more.0.iter().position(|(_, p, _)| *p == post) {
            let body = match n {
                NOBODYS => None,
                n if n % 4 == 0 => Some(app.district.office),
                _ => Some(app.district.team2),
            };
            for row in &steps {
                assert_eq!(row.opt_id::<UnitId>("body_id").unwrap(), body, "{database:?} 单位{n:02}");
            }
        }
    }
}

#[tokio::test]
async fn a_year_of_twenty_four_units_on_sqlite() {
    year(Database::Sqlite).await;
}

#[tokio::test]
async fn a_year_of_twenty_four_units_on_postgres() {
    year(Database::Postgres).await;
}
