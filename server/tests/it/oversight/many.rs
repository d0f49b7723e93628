//! Many readings and many 调取: page by page, asked of the database as often for many as for few, registered at
//! once and announced once.

use std::collections::BTreeSet;

use domain::time::Instant;
use serde_json::{Value, json};
use server::{
    random,
    storage::{counted, q},
};

use super::{only, page, registered, remark, written};
use crate::{
    duties::{command, done, execute, rows},
    harness::{BOTH, Client, TestApp},
};

/// `n` departments with a head post each, behind those of the district.
async fn departments(app: &TestApp, n: i64) -> Vec<String> {
    let units = q("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
         INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)
         SELECT '019a0000-0000-7000-8000-' || CAST(100000000000 + i AS TEXT), CAST($1 AS TEXT), '又一个局', 'department', 0,
           '2024-01-01', 900 FROM n");
    execute(app, units.bind(app.district.id).bind(n)).await;
    let posts = q("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
         INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)
         SELECT '019a0000-0000-7000-9000-' || CAST(100000000000 + i AS TEXT), CAST($1 AS TEXT),
           '019a0000-0000-7000-8000-' || CAST(100000000000 + i AS TEXT), '党组书记', 1, '2024-01-01' FROM n");
    execute(app, posts.bind(app.district.id).bind(n)).await;
    (1..=n).map(|i| format!("019a0000-0000-7000-9000-{}", 100_000_000_000 + i)).collect()
}

async fn asked(client: &mut Client, path: &str, form: Value) -> u64 {
    let (reply, n) = counted(client.call(path, form)).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    n
}

#[tokio::test]
async fn a_list_of_hundreds_of_books_is_read_page_by_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let few = asked(&mut office, "/api/oversight/list", json!({})).await;
        let made = departments(&app, 430).await;
        assert_eq!(asked(&mut office, "/api/oversight/list", json!({})).await, few, "{database:?}");
        let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let part = office.call("/api/oversight/list", json!({ "after": after })).await.json();
            let rows = part["rows"].as_array().unwrap();
            assert!(!rows.is_empty() && rows.len() <= 200, "{database:?} {}", rows.len());
            seen.extend(rows.iter().map(|row| row["post"].as_str().unwrap().to_owned()));
            (after, pages) = (part["next"].clone(), pages + 1);
            if after.is_null() {
                break;
            }
        }
        let all: BTreeSet<&String> = seen.iter().collect();
        assert!(pages == 3 && all.len() == seen.len() && made.iter().all(|post| all.contains(post)), "{database:?}");
        // What is ticked on a later page is asked about once more, and stays ticked where it was refused.
        let html = office.get("/oversight").await.text();
        assert!(html.contains("后面的单位") && !html.contains("回到第一页"), "{html}");
        let (after, chosen) = (seen[199].clone(), made[429].clone());
        let own = app.district.person("office").to_string();
        let fields = |reader: &'static str| {
            let reader = if reader.is_empty() { "" } else { own.as_str() };
            vec![
                ("year", "2026"),
                ("post", chosen.as_str()),
                ("after", after.as_str()),
                ("purpose", "daily"),
                ("from", "2026-11-05"),
                ("share", "50"),
                ("reader", reader),
            ]
        };
        // A link that asks for a book leads to the page on which it stands, ticked.
        let late = made[429].as_str();
        let asked_for = office.call("/api/oversight/list", json!({ "year": 2026, "post": late })).await.json();
        assert!(asked_for["rows"].as_array().unwrap().iter().any(|row| row["post"] == late), "{database:?}");
        assert_ne!(asked_for["after"], "", "{database:?}");
        let html = office.get(&format!("/oversight?year=2026&post={late}")).await.text();
        let at = html.find(&format!("value=\"{late}\"")).expect("its box");
        let tag = &html[html[..at].rfind('<').unwrap()..at + html[at..].find('>').unwrap()];
        assert!(tag.contains("checked") && html.contains("回到第一页"), "{database:?}: {tag}");
        let near = office.call("/api/oversight/list", json!({ "year": 2026, "post": seen[0] })).await.json();
        assert_eq!((near["after"].as_str(), near["rows"][0]["post"].as_str()), (Some(""), Some(seen[0].as_str())));
        let to = done_at(&mut office, &fields("")).await;
        let back = office.get(&to).await.text();
        assert!(back.contains(&format!("value=\"{after}\"")) && back.contains("后面的单位"), "{database:?}");
        let to = done_at(&mut office, &fields("own")).await;
        let sure = office.get(&to).await.text();
        assert!(sure.contains("确认登记并告知") && sure.contains("又一个局") && !sure.contains("区教育局"), "{sure}");
    }
}

/// Where a form leads, without the place on the page.
async fn done_at(client: &mut Client, fields: &[(&str, &str)]) -> String {
    let reply = crate::duties::send(client, "/oversight/register", fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.location().split('#').next().unwrap().to_owned()
}

#[tokio::test]
async fn many_books_are_registered_at_once_and_announced_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let school = app.district.school_post.to_string();
        let made = departments(&app, 20).await;
        let mut office = app.sign_in("office").await;
        let reader = app.district.person("office").to_string();
        let key = command();
        let fields = |posts: &[String], sure: bool| {
            let mut all: Vec<(String, String)> = posts.iter().map(|post| ("post".into(), post.clone())).collect();
            for (name, value) in [
                ("command", key.as_str()),
                ("year", "2026"),
                ("purpose", "daily"),
                ("from", "2026-11-05"),
                ("share", "50"),
                ("reader", &reader),
                ("sure", if sure { "1" } else { "" }),
            ] {
                all.push((name.into(), value.into()));
            }
            all
        };
        let post = async |office: &mut Client, all: Vec<(String, String)>| {
            let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let (reply, n) = counted(office.post("/oversight/register", &all)).await;
            assert_eq!(reply.status, 303, "{}", reply.text());
            (reply.location(), n)
        };
        let (_, few) = post(&mut office, fields(&made[..1], false)).await;
        let (_, many) = post(&mut office, fields(&made, false)).await;
        assert_eq!(many, few, "{database:?}: checked in sets");
        let mut all = made.clone();
        // One of them twice is one.
        all.extend([school.clone(), made[0].clone()]);
        for _ in 0..2 {
            assert_eq!(post(&mut office, fields(&all, true)).await.0, "/oversight?done=1", "{database:?}");
        }
        let kept = rows(&app, q("SELECT post_id, sample FROM inspections ORDER BY post_id")).await;
        let posts: BTreeSet<String> = kept.iter().map(|row| row.text("post_id").unwrap()).collect();
        assert_eq!((kept.len(), posts.len()), (21, 21), "{database:?}");
        let sample = kept.iter().find(|row| row.text("post_id").unwrap() == school).unwrap().text("sample").unwrap();
        let sample: Value = serde_json::from_str(&sample).unwrap();
        assert_eq!(sample.as_array().unwrap().len(), 3, "half of six items");
        for (what, find) in [
            ("readers", "SELECT inspection_id AS id FROM inspection_readers"),
            ("told", "SELECT id FROM thread_events WHERE source = 'oversight.registered'"),
            ("logged", "SELECT hash AS id FROM audit WHERE action = 'oversight.registered'"),
        ] {
            assert_eq!(rows(&app, q(find)).await.len(), 21, "{database:?} {what}");
        }
        // One that is being read already, and nothing of the rest.
        let left = departments_more(&app).await;
        let again: Vec<String> = vec![left, school];
        let key = command();
        let mut form = fields(&again, true);
        form.retain(|(name, _)| name != "command");
        form.push(("command".into(), key));
        assert!(post(&mut office, form).await.0.contains("draft="), "{database:?}");
        assert_eq!(rows(&app, q("SELECT id FROM inspections")).await.len(), 21, "{database:?}");
    }
}

/// One department more.
async fn departments_more(app: &TestApp) -> String {
    let (unit, post) = (random::id(Instant(31)).to_string(), random::id(Instant(32)).to_string());
    let head = q("INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)
         VALUES ($1, $2, '另一个局', 'department', 0, '2024-01-01', 901)");
    execute(app, head.bind(&unit).bind(app.district.id)).await;
    let head = q("INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)
         VALUES ($1, $2, $3, '党组书记', 1, '2024-01-01')");
    execute(app, head.bind(&post).bind(app.district.id).bind(&unit)).await;
    post
}

#[tokio::test]
async fn a_reading_asks_as_often_for_many_items_and_many_remarks() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (_, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let mut office = app.sign_in("office").await;
        // The item with records stands in both, since reading texts asks once more.
        let drawn = page(&mut office, &id).await;
        let others: Vec<String> = drawn["sample"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["duty"].as_str().unwrap().to_owned())
            .filter(|d| *d != duty)
            .take(2)
            .collect();
        only(&app, &id, &[&duty, &others[0], &others[1]]).await;
        let sampled = page(&mut office, &id).await["sample"].as_array().unwrap().len();
        let many = asked(&mut office, "/api/oversight/one", json!({ "id": id })).await;
        only(&app, &id, &[&duty]).await;
        let one = asked(&mut office, "/api/oversight/one", json!({ "id": id })).await;
        assert!(sampled == 3 && one == many, "{database:?} {one} {many}");
        let records = page(&mut office, &id).await["sample"][0]["records"].clone();
        assert!(records[0]["words"].as_str().unwrap().contains("专题研究部署"), "{records}");
        // Items of remarks on the paper, and proposals among the 待办 of the office.
        let about = [("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充会议记录")];
        let step = "/oversight/remark/step";
        let (mut second, mut counts) = (app.sign_in("office2").await, Vec::new());
        for n in 0..3 {
            remark(&app, "office", &id, &about).await;
            // Written within one millisecond of the clock of the test: the new one is the one without an item.
            let find = q("SELECT id FROM inspection_remarks WHERE proposal_state = ''");
            let wanting = rows(&app, find).await[0].text("id").unwrap();
            let form = |act| vec![("inspection", id.as_str()), ("remark", wanting.as_str()), ("do", act)];
            let proposal = [("words", "记录不全"), ("demand", "补齐"), ("deadline", "2026-12-20")];
            done(&mut office, step, &[form("item"), proposal.to_vec()].concat()).await;
            done(&mut second, step, &[form("approve"), vec![("words", "")]].concat()).await;
            let (paper, asks) = counted(office.get(&format!("/documents/reading/{id}/page"))).await;
            assert!(paper.text().matches("2026年12月20日前").count() == n + 1, "{database:?} {}", paper.text());
            counts.push(asks);
        }
        assert!(counts.iter().all(|n| *n == counts[0]), "{database:?} {counts:?}");
        let mut counts = Vec::new();
        for n in 0..16 {
            let wanting = random::id(Instant(50 + n)).to_string();
            let copy =
                q("INSERT INTO inspection_remarks (id, inspection_id, district_id, duty_id, kind, text, by_person,
                 by_name, at, proposal_state, proposal)
               SELECT CAST($1 AS TEXT), inspection_id, district_id, duty_id, kind, text, by_person, by_name, at,
                 'waiting', proposal FROM inspection_remarks WHERE proposal_state = 'approved' LIMIT 1");
            execute(&app, copy.bind(&wanting)).await;
            counts.push(asked(&mut second, "/api/records/todo", json!({})).await);
        }
        assert!(counts.iter().all(|n| *n == counts[0]), "{database:?} {counts:?}");
        let todo = second.call("/api/records/todo", json!({})).await.json()["rows"].as_array().unwrap().clone();
        let waits = |row: &&Value| row["title"].as_str().unwrap().starts_with("检查意见转整改待审定");
        assert_eq!(todo.iter().filter(waits).count(), 12, "{database:?}");
    }
}

#[tokio::test]
async fn takings_are_found_whatever_others_asked_for_and_read_page_by_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let hidden = departments(&app, 1).await[0].clone();
        // The book of a head whom the 副书记 does not decide about.
        execute(&app, q("UPDATE units SET leads_district = 1 WHERE position = 900")).await;
        let school = app.district.school_post.to_string();
        for (post, from) in [(&school, 1_i64), (&hidden, 1_000)] {
            let takings = q("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130)
                 INSERT INTO book_takings (id, district_id, post_id, year, number, reason, state, asked_by, asked_name, asked_at)
                 SELECT '019a0000-0000-7000-a000-' || CAST(100000000000 + $3 + i AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT),
                   2026, '文号' || CAST($3 + i AS TEXT), '依规', 'asked', CAST($4 AS TEXT), '林思源', $3 + i / 2 FROM n");
            let by = app.district.person("office");
            execute(&app, takings.bind(app.district.id).bind(post).bind(from).bind(by)).await;
        }
        let mut deputy = app.sign_in("deputy").await;
        let (mut seen, mut before, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let part = deputy.call("/api/oversight/takings", json!({ "before": before })).await.json();
            seen.extend(part["rows"].as_array().unwrap().iter().map(|row| row["number"].to_string()));
            (before, pages) = (part["older"].clone(), pages + 1);
            if before.is_null() {
                break;
            }
        }
        let all: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((pages, seen.len(), all.len()), (2, 130, 130), "{database:?}");
        let html = deputy.get("/oversight/takings").await.text();
        assert!(html.contains("更早的调取"), "{html}");
    }
}
