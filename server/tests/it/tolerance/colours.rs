//! The result takes back the colours that it caused.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{allowed, application, asked};
use crate::{
    duties::{self, done, execute, refused, rows},
    harness::{BOTH, TestApp},
};

/// A signed list of the school, the day on which its first half-year is over, and the red item with its occurrence.
async fn late(app: &TestApp) -> (String, String) {
    let list = duties::issued(app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let seen = duties::version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "叶国平")]).await;
    app.clock.set_day(parse_iso("2027-01-20").unwrap());
    app.app.services().recolour_due().await.unwrap();
    let find = q("SELECT o.id, o.duty_id FROM occurrences o
                    JOIN colours c ON c.duty_id = o.duty_id AND c.post_id = o.post_id
                  WHERE o.post_id = $1 AND o.state = 'open' AND o.due_on < '2027-01-01' AND c.tone IN ('warn', 'late')
                    AND (SELECT COUNT(*) FROM occurrences n WHERE n.duty_id = o.duty_id AND n.post_id = o.post_id
                      AND n.state = 'open' AND n.due_on < '2027-01-20') = 1
                  ORDER BY o.code, o.id");
    let found = rows(app, find.bind(app.district.school_post)).await;
    (found[0].text("id").unwrap(), found[0].text("duty_id").unwrap())
}

async fn tone(app: &TestApp, duty: &str) -> (String, String) {
    let find = q("SELECT tone, reason FROM colours WHERE post_id = $1 AND duty_id = $2");
    let row = &rows(app, find.bind(app.district.school_post).bind(duty)).await[0];
    (row.text("tone").unwrap(), row.text("reason").unwrap())
}

#[tokio::test]
async fn an_occurrence_is_asked_for_no_more() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (occurrence, duty) = late(&app).await;
        assert_ne!(tone(&app, &duty).await.0, "ok");
        let about = format!("occurrence:{occurrence}");
        let mut leader = app.sign_in("leader_b").await;
        assert!(leader.get("/tolerance").await.text().contains(&about), "offered to its head");
        let id = asked(&app, "leader_b", &about, "head").await;
        let post = app.district.school_post.to_string();
        let again = refused(&mut leader, "/tolerance/ask", &application(&post, &about, "head")).await;
        assert!(again.contains("已经提出过"), "{again}");
        allowed(&app, &id).await;
        let (now, reason) = tone(&app, &duty).await;
        assert_eq!(now, "none", "{reason}");
        // The board says nothing of why.
        assert!(!reason.contains("容错") && !reason.contains("澄清"), "{reason}");
        let state = rows(&app, q("SELECT state FROM occurrences WHERE id = $1").bind(&occurrence)).await;
        assert_eq!(state[0].text("state").unwrap(), "excused");
        // Time brings it back no more.
        app.clock.set_day(parse_iso("2027-01-28").unwrap());
        app.app.services().recolour_due().await.unwrap();
        assert_eq!(tone(&app, &duty).await.0, "none");
    }
}

#[tokio::test]
async fn an_item_is_overdue_no_more() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        crate::reviews::sealed::sealed(&app).await;
        let item = crate::reviews::sealed::handed_with(&app, "专题研究不够").await;
        app.clock.set_day(parse_iso("2027-06-30").unwrap());
        let id = asked(&app, "leader_b", &format!("item:{item}"), "unit").await;
        allowed(&app, &id).await;
        let kept = rows(&app, q("SELECT item FROM items WHERE id = $1").bind(&item)).await;
        let kept: domain::accountability::Item = kept[0].json("item").unwrap();
        assert!(kept.excused && !kept.is_overdue(parse_iso("2027-06-30").unwrap()));
        let cell = q("SELECT text FROM board_cells WHERE post_id = $1 AND duty = 'wen' AND year = 2027");
        let cell = rows(&app, cell.bind(app.district.school_post)).await;
        assert!(cell.iter().all(|row| !row.text("text").unwrap().contains("逾期 1")));
    }
}

#[tokio::test]
async fn what_was_before_his_term_is_not_a_heads_to_ask_for() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (occurrence, _) = late(&app).await;
        let (post, about) = (app.district.school_post.to_string(), format!("occurrence:{occurrence}"));
        // The head of that day has left; another one came.
        let person = app.district.person("liaison_b");
        execute(&app, q("UPDATE terms SET ends_on = '2027-01-05' WHERE post_id = $1").bind(&post)).await;
        let term = q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on)
                      VALUES ($1, $2, $3, $4, '2027-01-06')");
        execute(&app, term.bind(crate::duties::command()).bind(app.district.id).bind(&post).bind(person)).await;
        let mut new = app.sign_in("liaison_b").await;
        let no = refused(&mut new, "/tolerance/ask", &application(&post, &about, "head")).await;
        assert!(no.contains("发生在叶国平任内"), "{no}");
        // Those who supervise propose it for him, and he reads it although he left.
        let id = asked(&app, "team", &about, "head").await;
        let mut former = app.sign_in("leader_b").await;
        assert_eq!(former.call("/api/tolerance/one", json!({ "id": id })).await.status, 200);
        assert_eq!(new.call("/api/tolerance/one", json!({ "id": id })).await.status, 404);
    }
}
