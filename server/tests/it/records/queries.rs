//! Lists read in sets: a page asks the database as often for many rows as for few.

use domain::{
    ids::{CommandId, PersonId, PostId, TermId, UnitId},
    time::{Instant, parse_iso},
};
use serde_json::{Value, json};
use server::{
    random,
    storage::{Value as Stored, counted, q},
};

use super::saved;
use crate::{
    duties::{execute, issued},
    harness::{BOTH, Client, TestApp},
    oversight::open,
};

/// How often a page asks.
async fn asked(client: &mut Client, path: &str, form: Value) -> u64 {
    let (reply, n) = counted(client.call(path, form)).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert!(n > 0, "{path} is counted");
    n
}

async fn insert(app: &TestApp, head: &'static str, values: Vec<Stored>) {
    execute(app, q(head).push("VALUES").row(values)).await;
}

/// Some more departments with heads, each with a list like that of `like`.
async fn more_posts(app: &TestApp, like: PostId) -> Vec<PostId> {
    let mut posts = Vec::new();
    for n in 0..4_i64 {
        let now = Instant(n);
        let (unit, post) = (UnitId(random::id(now)), PostId(random::id(now)));
        let (person, term, list) = (PersonId(random::id(now)), TermId(random::id(now)), random::id(now).to_string());
        let district = app.district.id;
        insert(
            app,
            "INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)",
            vec![
                unit.into(),
                district.into(),
                "又一个局".into(),
                "department".into(),
                false.into(),
                "2024-01-01".into(),
                (90 + n).into(),
            ],
        )
        .await;
        insert(
            app,
            "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
            vec![post.into(), district.into(), unit.into(), "党组书记".into(), true.into(), "2024-01-01".into()],
        )
        .await;
        insert(app, "INSERT INTO persons (id, district_id, name)", vec![person.into(), district.into(), "甲某".into()])
            .await;
        insert(
            app,
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
            vec![term.into(), district.into(), post.into(), person.into(), "2024-01-01".into()],
        )
        .await;
        execute(
            app,
            q("INSERT INTO leader_lists (id, district_id, post_id, unit_id, year, edition, state, version, template_id, effective_on)
               SELECT CAST($1 AS TEXT), district_id, CAST($2 AS TEXT), CAST($3 AS TEXT), year, edition, state, version, template_id, effective_on FROM leader_lists
               WHERE post_id = $4 AND state = 'issued'")
            .bind(&list)
            .bind(post)
            .bind(unit)
            .bind(like),
        )
        .await;
        execute(
            app,
            q("INSERT INTO leader_items (list_id, duty_id, district_id, code, group_no, group_name, text, frequency,
                 due_month, due_day, months, evidence, action, hard, routine, list_key, source, position)
               SELECT CAST($1 AS TEXT), i.duty_id, i.district_id, i.code, i.group_no, i.group_name, i.text, i.frequency,
                 i.due_month, i.due_day, i.months, i.evidence, i.action, i.hard, i.routine, i.list_key, i.source,
                 i.position FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
               WHERE l.post_id = $2 AND l.state = 'issued'")
            .bind(&list)
            .bind(like),
        )
        .await;
        execute(
            app,
            q("INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from,
                 window_to, counts_from, due_on, state)
               SELECT CAST($1 AS TEXT) || SUBSTR(id, 5), district_id, CAST($2 AS TEXT), CAST($3 AS TEXT), year, duty_id, code, period_no,
                 window_from, window_to, counts_from, due_on, state FROM occurrences WHERE post_id = $4")
            .bind(format!("ffc{n}"))
            .bind(post)
            .bind(unit)
            .bind(like),
        )
        .await;
        posts.push(post);
    }
    posts
}

#[tokio::test]
async fn the_list_of_a_book_asks_as_often_for_many_records() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &[("text", "第一件")]).await;
        let few = asked(&mut leader, "/api/records/book", json!({})).await;
        for n in 0..6 {
            saved(&mut leader, &[("text", &format!("又一件 {n}"))]).await;
        }
        assert_eq!(asked(&mut leader, "/api/records/book", json!({})).await, few, "{database:?}");
        // 待办 and home, of 代录 that wait.
        let mut liaison = app.sign_in("liaison_b").await;
        saved(&mut liaison, &[("text", "代录一件")]).await;
        let mut few = Vec::new();
        for path in ["/api/records/todo", "/api/records/home"] {
            few.push((path, asked(&mut leader, path, json!({})).await, asked(&mut liaison, path, json!({})).await));
        }
        for n in 0..4 {
            saved(&mut liaison, &[("text", &format!("代录又一件 {n}"))]).await;
        }
        for (path, head, drafter) in few {
            assert_eq!(asked(&mut leader, path, json!({})).await, head, "{database:?} {path}");
            assert_eq!(asked(&mut liaison, path, json!({})).await, drafter, "{database:?} {path}");
        }
    }
}

#[tokio::test]
async fn the_lists_of_the_office_ask_as_often_for_many_posts() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        app.clock.set_day(parse_iso("2026-12-01").unwrap());
        app.app.services().remind().await.unwrap();
        let mut office = app.sign_in("office").await;
        let pages = ["/api/oversight/list", "/api/oversight/takings", "/api/reminders/desk"];
        let ask = async |office: &mut Client, command: &str| {
            insert(
                &app,
                "INSERT INTO book_takings (id, district_id, post_id, year, number, reason, state, asked_by, asked_name, asked_at)",
                vec![
                    command.into(),
                    app.district.id.into(),
                    app.district.school_post.into(),
                    2026.into(),
                    command.into(),
                    "依规".into(),
                    "asked".into(),
                    app.district.person("office").into(),
                    "林思源".into(),
                    Instant(1).into(),
                ],
            )
            .await;
            let mut all = Vec::new();
            for path in pages {
                all.push(asked(office, path, json!({})).await);
            }
            all
        };
        open(&app, app.district.school_post, "office").await;
        let id = || CommandId(random::id(Instant(5))).to_string();
        let few = ask(&mut office, &id()).await;
        let before = office.call("/api/reminders/desk", json!({})).await.json()["round"]["preview"].to_string();
        let posts = more_posts(&app, app.district.school_post).await;
        for post in posts {
            open_another(&app, post).await;
        }
        let many = ask(&mut office, &id()).await;
        assert_eq!(many, few, "{database:?} {pages:?}");
        let after = office.call("/api/reminders/desk", json!({})).await.json()["round"]["preview"].to_string();
        assert!(before.contains("叶国平") && !before.contains("甲某") && after.contains("甲某"), "{before} {after}");
        let listed = office.call("/api/oversight/list", json!({})).await.json();
        assert!(listed["rows"].as_array().unwrap().len() >= 7, "{listed}");
    }
}

/// A reading of a post that is done.
async fn open_another(app: &TestApp, post: PostId) {
    execute(
        app,
        q("INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing,
             sampling, sample, announced_by, announced_at, closed_on)
           VALUES ($1, $2, $3, '', 2026, 'year_end', '2026-11-02', '2026-11-03', '', 'closed', '{\"by\":\"hand\"}', '[]', $4, 0, '2026-11-03')")
        .bind(random::id(Instant(9)).to_string())
        .bind(app.district.id)
        .bind(post)
        .bind(app.district.person("office")),
    )
    .await;
}
