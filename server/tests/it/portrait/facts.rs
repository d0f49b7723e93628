//! Numbers and the facts behind them.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{number, numbers, own, school, term_of};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, Database, TestApp},
    reviews::sealed as after,
};

#[tokio::test]
async fn every_number_opens_as_many_facts_on_both_databases() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = own(&mut leader, json!({})).await;
        let all = numbers(&page);
        assert!(all.iter().filter(|(_, n)| *n > 0).count() > 10, "{all:?}");
        for (key, n) in all.into_iter().filter(|(_, n)| *n > 0) {
            let opened = own(&mut leader, json!({ "fact": key })).await;
            let facts = opened["panel"]["rows"].as_array().unwrap().len();
            assert_eq!(u64::try_from(facts).unwrap(), n, "{database:?} {key}");
            assert_eq!(opened["panel"]["may_ask"], true, "{key}");
        }
        // Against the tables: each item that fell due in the quarter once, however often.
        for (quarter, from, to) in [
            ("2026q1", "2026-01-01", "2026-03-31"),
            ("2026q2", "2026-04-01", "2026-06-30"),
            ("2026q3", "2026-07-01", "2026-09-30"),
            ("2026q4", "2026-10-01", "2026-12-31"),
        ] {
            let due = rows(
                &app,
                q("SELECT DISTINCT duty_id FROM occurrences WHERE post_id = $1 AND state = 'open' AND due_on >= $2 AND due_on <= $3")
                    .bind(app.district.school_post)
                    .bind(from)
                    .bind(to),
            )
            .await
            .len();
            let parts = ["in_time", "late", "wanting", "pending"];
            let sum: u64 = parts.iter().filter_map(|part| number(&page, &format!("{quarter}.{part}"))).sum();
            assert_eq!(sum, u64::try_from(due).unwrap(), "{database:?} {quarter}");
        }
        // Recorded on the first of November for September: 补记; for October's quarter: in time.
        assert_eq!(number(&page, "2026q3.late"), Some(1));
        assert_eq!(number(&page, "2026q4.in_time"), Some(2), "6.3 and 3.3: {page}");
        assert_eq!(number(&page, "2026q1.late"), Some(0));
        // Signed on the day it was handed out.
        assert_eq!(number(&page, "2026q4.signed"), Some(1));
        // No reading, no review, no finding: gaps, no zeros.
        for key in ["2026q4.sound", "2026q4.result", "2026q4.open"] {
            assert_eq!(number(&page, key), None, "{key}");
        }
        assert_eq!(number(&page, "2026.group.13.any_time"), Some(1));
        let running: Vec<bool> =
            page["portrait"]["columns"].as_array().unwrap().iter().map(|c| c["running"] == true).collect();
        assert_eq!(running, [false, false, false, true]);
    }
}

#[tokio::test]
async fn findings_have_their_days_and_readings_their_remarks() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        // The announced last day is still ahead when both have signed.
        let id = crate::oversight::registered(&app, "2026-11-02", "2026-11-27").await;
        for (n, kind) in ["sound", "wanting", "mismatch"].into_iter().enumerate() {
            execute(
                &app,
                q("INSERT INTO inspection_remarks (id, inspection_id, district_id, kind, text, by_person, by_name, at)
                   VALUES ($1, $2, $3, $4, '金丝雀意见', $5, '', $6)")
                .bind(format!("00000000-0000-7000-8000-00000000000{n}"))
                .bind(&id)
                .bind(app.district.id)
                .bind(kind)
                .bind(app.district.person("office"))
                .bind(i64::try_from(n).unwrap()),
            )
            .await;
        }
        let mut leader = app.sign_in("leader_b").await;
        let page = own(&mut leader, json!({})).await;
        assert_eq!(number(&page, "2026q4.sound"), None, "not signed by both yet");
        crate::oversight::shut(&app).await;
        let page = own(&mut leader, json!({})).await;
        assert_eq!(number(&page, "2026q4.sound"), Some(1));
        assert_eq!(number(&page, "2026q4.to_add"), Some(1));
        // Only one person's word.
        assert_eq!(number(&page, "2026q4.mismatch"), Some(0));
        let opened = own(&mut leader, json!({ "fact": "2026q4.to_add" })).await;
        assert_eq!(opened["panel"]["rows"][0]["link"], format!("/oversight/{id}"));
        assert!(!opened.to_string().contains("金丝雀意见"));
    }
}

#[tokio::test]
async fn a_result_is_told_first_and_a_finding_has_its_days() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        after::sealed(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = own(&mut leader, json!({})).await;
        assert_eq!(number(&page, "2026q4.result"), None, "not before it was handed to him, face to face");
        after::handed_with(&app, "台账更新不及时").await;
        let page = own(&mut leader, json!({})).await;
        assert_eq!(number(&page, "2026q4.result"), Some(1));
        assert!(page.to_string().contains("2026年度 "), "{page}");
        let parts =
            |page: &serde_json::Value| ["opened", "closed", "open"].map(|p| number(page, &format!("2026q4.{p}")));
        assert_eq!(parts(&page), [Some(1), Some(0), Some(1)]);
        assert_eq!(page["portrait"]["findings"][0]["closed_on"], serde_json::Value::Null);
        // Struck off eighteen days later.
        app.clock.set_day(parse_iso("2026-11-20").unwrap());
        let close = "UPDATE items SET item = REPLACE(item, '\"closed_on\":null', '\"closed_on\":\"2026-11-20\"')";
        execute(&app, q(close)).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = own(&mut leader, json!({})).await;
        assert_eq!(parts(&page), [Some(1), Some(1), Some(0)]);
        assert_eq!(page["portrait"]["findings"][0]["days"], 18, "{database:?}");
        let opened = own(&mut leader, json!({ "fact": "2026q4.closed" })).await;
        assert!(opened["panel"]["rows"][0]["link"].as_str().unwrap().starts_with("/accountability/"));
        // 区纪委 bodies that oversee the unit know the 等次; the paper says it too.
        let seen = super::overseen(&app, "team").await.json();
        assert_eq!(number(&seen, "2026q4.result"), Some(1));
    }
}

#[tokio::test]
async fn bad_addresses_are_answered_and_nothing_breaks() {
    let app = TestApp::new(Database::Sqlite).await;
    school(&app).await;
    let mut leader = app.sign_in("leader_b").await;
    for form in [
        json!({ "fact": "2026q4.score" }),
        json!({ "fact": "2026q2.sound" }),
        json!({ "fact": "'; DROP TABLE terms" }),
        json!({ "term": "nothing" }),
        json!({ "term": app.district.school_post }),
    ] {
        assert_eq!(leader.call("/api/portrait/own", form.clone()).await.status, 404, "{form}");
    }
    for year in [-1, 0, 1999, 2025, 2027, 9_999] {
        let page = own(&mut leader, json!({ "year": year })).await;
        assert_eq!(page["portrait"]["year"], 2026, "{year}: held to the term and the enabled years");
    }
    // A district that is enabled tomorrow has nothing yet, and says so.
    execute(&app, q("UPDATE districts SET enabled_on = '2026-12-01'")).await;
    let page = leader.get("/portrait").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("从2026年12月1日起算，还没有数据"), "{}", page.text());
}

/// 「变化」 is of the running quarter: its numbers are gone with it, what was asked about them is not.
#[tokio::test]
async fn an_answer_is_read_where_it_was_asked_when_the_number_is_gone() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let panel = own(&mut leader, json!({ "fact": "2026q4.since.done" })).await["panel"].clone();
        let post = app.district.school_post.to_string();
        let about = [
            ("kind", "portrait"),
            ("post", post.as_str()),
            ("year", "2026"),
            ("key", panel["subject"].as_str().unwrap()),
        ];
        done(&mut leader, "/oversight/checks/ask", &about).await;
        app.clock.set_day(parse_iso("2027-01-04").unwrap());
        let id = rows(&app, q("SELECT id FROM fact_checks")).await[0].text("id").unwrap();
        let answer = [("check", id.as_str()), ("do", "uphold"), ("words", "按记录日期计算")];
        done(&mut app.sign_in("team").await, "/oversight/checks/step", &answer).await;
        let mut leader = app.sign_in("leader_b").await;
        let panel = own(&mut leader, json!({ "fact": "2026q4.since.done" })).await["panel"].clone();
        assert!(panel["asked"][0]["answer"].as_str().unwrap().contains("按记录日期计算"), "{database:?}: {panel}");
        assert_eq!((&panel["may_ask"], panel["rows"].as_array().unwrap().len()), (&json!(false), 0));
        // He can say that he knows it, and nobody opens a number that nothing was asked about.
        let mut seen = about.to_vec();
        seen.extend([("check", id.as_str()), ("do", "seen")]);
        done(&mut leader, "/oversight/checks/step", &seen).await;
        assert!(!leader.get("/todo").await.text().contains("核对答复"), "{database:?}");
        let other = json!({ "fact": "2026q4.since.late" });
        assert_eq!(leader.call("/api/portrait/own", other).await.status, 404, "{database:?}");
    }
}

#[tokio::test]
async fn the_head_asks_for_a_check_where_he_reads() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let panel = own(&mut leader, json!({ "fact": "2026q3.late" })).await["panel"].clone();
        let subject = panel["subject"].as_str().unwrap().to_owned();
        assert_eq!(subject, format!("{}:2026q3.late", term_of(&app, "leader_b").await));
        let post = app.district.school_post.to_string();
        let form = |key: &str| {
            [
                ("kind", "portrait"),
                ("post", post.as_str()),
                ("year", "2026"),
                ("key", key),
                ("words", "9月20日已经谈过"),
            ]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
        };
        let fields = form(&subject);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let place = done(&mut leader, "/oversight/checks/ask", &fields).await;
        assert!(place.starts_with("/portrait?") && place.contains("fact=2026q3.late"), "{place}");
        let shown = leader.get(place.split('#').next().unwrap()).await.text();
        assert!(shown.contains("待答复") && shown.contains("9月20日已经谈过"), "{shown}");
        // Once.
        refused(&mut leader, "/oversight/checks/ask", &fields).await;
        let kept = rows(&app, q("SELECT title, shown FROM fact_checks")).await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].text("title").unwrap(), "履责画像　2026年第三季度履责：补记");
        assert_eq!(kept[0].text("shown").unwrap(), "1 项");
        // Not of a number that is not there, and not by anybody else.
        for (login, key) in [
            ("leader_b", format!("{}:2026q3.score", term_of(&app, "leader_b").await)),
            ("leader_a", subject.clone()),
            ("liaison_b", subject.clone()),
            ("office", subject.clone()),
        ] {
            let fields = form(&key);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let reply = crate::duties::send(&mut app.sign_in(login).await, "/oversight/checks/ask", &fields).await;
            assert!(reply.location().contains("draft=") || reply.status >= 400, "{login}: {}", reply.location());
        }
        assert_eq!(rows(&app, q("SELECT id FROM fact_checks")).await.len(), 1);
        // The answer comes back to where he asked.
        let id = rows(&app, q("SELECT id FROM fact_checks")).await[0].text("id").unwrap();
        let mut team = app.sign_in("team").await;
        let answer = [("check", id.as_str()), ("do", "uphold"), ("words", "记录日期在到期日之后")];
        done(&mut team, "/oversight/checks/step", &answer).await;
        let panel = own(&mut leader, json!({ "fact": "2026q3.late" })).await["panel"].clone();
        assert!(panel["asked"][0]["answer"].as_str().unwrap().contains("记录日期在到期日之后"), "{panel}");
        assert_eq!(panel["may_ask"], true);
        // What is said of a year stays open to question after its book was closed; its colours do not.
        super::closed(&app, 2026).await;
        let again = form(&subject);
        let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        done(&mut leader, "/oversight/checks/ask", &again).await;
        let colours = leader.call("/api/oversight/colours", json!({ "post": post, "year": 2026 })).await.json();
        let asks = |row: &serde_json::Value| row["may_ask"] == true;
        assert!(!colours["rows"].as_array().unwrap().iter().any(asks), "no button that is refused: {colours}");
    }
}
