//! The lists ask the database what a reader may see: they must say what the rule says of each single case and paper, and
//! a page must hold no more than a page.

use serde_json::json;
use server::storage::q;

use super::{act, allowed, asked, switched_on};
use crate::{
    duties::{done, execute, rows},
    harness::{BOTH, TestApp, logins},
};

/// What a list shows against what can be opened one by one.
async fn same(app: &TestApp, list: (&str, &str, &str), one: &str, ids: &[String]) {
    let (call, rows, link) = list;
    for login in logins() {
        let mut client = app.sign_in(login).await;
        let reply = client.call(call, json!({})).await;
        let shown: Vec<String> = match reply.status {
            200 => {
                let page = reply.json();
                let all = page[rows].as_array().unwrap().iter();
                all.map(|row| row[link].as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
            }
            _ => Vec::new(),
        };
        for id in ids {
            let opens = client.call(one, json!({ "id": id })).await.status == 200;
            assert_eq!(shown.contains(id), opens, "{login}: {one} {id}");
        }
    }
}

#[tokio::test]
async fn a_list_shows_what_may_be_opened_and_nothing_else() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        crate::reviews::sealed::sealed(&app).await;
        let item = crate::reviews::sealed::handed_with(&app, "专题研究不够").await;
        switched_on(&app).await;
        // By the head for himself and for the unit, by the team; one on its way, one told.
        let cases = [
            asked(&app, "leader_b", "matter", "head").await,
            asked(&app, "leader_b", "matter", "unit").await,
            asked(&app, "team", "matter", "unit").await,
        ];
        allowed(&app, &cases[0]).await;
        act(&app, "office", &cases[0], "tell", &[("told_on", "2026-11-02"), ("how", "当面")]).await;
        same(&app, ("/api/tolerance/page", "cases", "link"), "/api/tolerance/one", &cases).await;

        let (post, about) = (app.district.school_post.to_string(), format!("item:{item}"));
        let fields =
            [("post", post.as_str()), ("about", &about), ("way", "face"), ("summary", "不实"), ("untrue", "1")];
        let place = done(&mut app.sign_in("team").await, "/clearances/ask", &fields).await;
        let clearance = [place.split(['/', '?']).nth(2).unwrap().to_owned()];
        same(&app, ("/api/tolerance/page", "clearances", "link"), "/api/clearances/one", &clearance).await;
        let find = q("SELECT version FROM clearances WHERE id = $1").bind(&clearance[0]);
        let seen = rows(&app, find).await[0].int("version").unwrap().to_string();
        let fields = [("clearance", clearance[0].as_str()), ("seen", &seen), ("do", "approve")];
        done(&mut app.sign_in("deputy").await, "/clearances/step", &fields).await;
        same(&app, ("/api/tolerance/page", "clearances", "link"), "/api/clearances/one", &clearance).await;

        // A 通报 as a draft, and once it is out.
        let school = app.district.school.to_string();
        let paper = [("title", "值班情况"), ("facts", "记录不完整。"), ("unit", school.as_str())];
        let mut office = app.sign_in("office").await;
        let place = done(&mut office, "/letters/save", &paper).await;
        let letter = [place.split(['/', '?']).nth(2).unwrap().to_owned()];
        same(&app, ("/api/letters/list", "rows", "id"), "/api/letters/one", &letter).await;
        for (login, step, seen) in [("office", "ask", "1"), ("deputy", "approve", "2"), ("general", "issue", "3")] {
            let fields = [("letter", letter[0].as_str()), ("seen", seen), ("do", step)];
            done(&mut app.sign_in(login).await, "/letters/step", &fields).await;
        }
        same(&app, ("/api/letters/list", "rows", "id"), "/api/letters/one", &letter).await;
    }
}

#[tokio::test]
async fn a_page_has_fifty_cases_and_those_that_wait_come_first() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let first = asked(&app, "leader_b", "matter", "unit").await;
        // Sixty that are over, and newer.
        for _ in 0..60 {
            let copy = q("INSERT INTO tolerance_cases (id, district_id, unit_id, post_id, about, state, by_person, proposed,
                            waits, asked_on, number, plain, version)
                          SELECT $1, district_id, unit_id, post_id, about, 'withdrawn', by_person, proposed, 0, '2026-12-01',
                            '', REPLACE(plain, '先行先试的事项', '以前的事项'), version FROM tolerance_cases WHERE id = $2");
            execute(&app, copy.bind(crate::duties::command()).bind(&first)).await;
        }
        assert_eq!(rows(&app, q("SELECT id FROM tolerance_cases")).await.len(), 61);
        let mut office = app.sign_in("office").await;
        let page = office.call("/api/tolerance/page", json!({})).await.json();
        let cases = page["cases"].as_array().unwrap();
        assert_eq!((cases.len(), page["next"].clone()), (50, json!(true)), "{database:?}");
        assert_eq!(cases[0]["title"], "先行先试的事项", "{database:?}: what waits stands first");
        let page = office.call("/api/tolerance/page", json!({ "page": 2 })).await.json();
        assert_eq!((page["cases"].as_array().unwrap().len(), page["next"].clone()), (11, json!(false)));
        // Of what is over nothing waits for anybody.
        let todo = office.get("/todo").await.text();
        assert_eq!(todo.matches("容错纠错 · 待受理").count(), 1, "{database:?}");
    }
}
