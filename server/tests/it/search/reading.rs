//! Search inside a 翻阅检查: the texts of that book, that year, those days, and of no other; exactly what
//! the record's own page opens.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{find, ids, reindexed, save};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_reading_opens_the_texts_of_its_year_on_its_days() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut other) = (app.sign_in("leader_b").await, app.sign_in("leader_a").await);
        let this = save(&mut leader, "到窗口蹲点，赤霞一", "visit", "").await;
        let last = save(&mut leader, "到学校蹲点，赤霞二", "visit", "").await;
        let talk = save(&mut leader, "与干部谈话，赤霞三", "talk", "").await;
        let elsewhere = save(&mut other, "在街道蹲点，赤霞四", "visit", "").await;
        let earlier = q("UPDATE records SET year = 2025, event_on = '2025-11-05' WHERE id = $1").bind(&last);
        execute(&app, earlier).await;
        reindexed(&app, &last).await;
        let all = [&this, &last, &talk, &elsewhere];
        crate::oversight::open(&app, app.district.school_post, "office").await;
        execute(&app, q("UPDATE inspections SET from_day = '2026-11-04', to_day = '2026-11-05'")).await;
        for (day, year, opened) in [
            ("2026-11-03", 2026, None),
            ("2026-11-04", 2026, Some(&this)),
            ("2026-11-05", 2025, Some(&last)),
            ("2026-11-06", 2025, None),
        ] {
            app.clock.set_day(parse_iso(day).unwrap());
            execute(&app, q("UPDATE inspections SET year = $1").bind(year)).await;
            for login in ["office", "office2", "team"] {
                let mut client = app.sign_in(login).await;
                let mut readable = Vec::new();
                for id in all {
                    let one = client.call("/api/records/one", json!({ "id": id })).await;
                    if one.status == 200 && one.json()["row"]["text"].is_string() {
                        readable.push(id.clone());
                    }
                }
                let page = find(&mut client, json!({ "q": "赤霞" })).await;
                assert_eq!(ids(&page), readable, "{database:?} {day} {login}: search and page agree");
                let wanted: Vec<String> = opened.into_iter().filter(|_| login == "office").cloned().collect();
                assert_eq!(readable, wanted, "{database:?} {day} {login}");
                assert!(page["older"].is_null(), "{day} {login}");
                // Lines of other years come with no words of theirs.
                let lines = find(&mut client, json!({ "kind": "visit" })).await;
                for row in lines["rows"].as_array().unwrap() {
                    let id = row["row"]["id"].as_str().unwrap().to_owned();
                    let silent = row["snippet"].as_array().unwrap().is_empty();
                    assert_eq!(silent, !readable.contains(&id), "{day} {login}");
                    assert!(silent || row["year"] == year, "{row}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_look_at_a_text_is_noted_also_where_there_is_one_book_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        save(&mut leader, "到窗口蹲点，赤霞一", "visit", "").await;
        let mut team = app.sign_in("team").await;
        // Without a reading there is a line and no text.
        let page = find(&mut team, json!({ "kind": "visit" })).await;
        assert_eq!((ids(&page).len(), page["rows"][0]["unit"].clone()), (1, json!("")), "the team sees one book");
        assert!(rows(&app, q("SELECT viewer FROM readings")).await.is_empty(), "a line is no look");
        crate::oversight::open(&app, app.district.school_post, "team").await;
        assert_eq!(ids(&find(&mut team, json!({ "q": "赤霞" })).await).len(), 1);
        let noted = rows(&app, q("SELECT viewer_name, post_id, year, announced FROM readings")).await;
        assert_eq!(noted.len(), 1, "{database:?}");
        assert_eq!(noted[0].text("viewer_name").unwrap(), "黎若水");
        assert_eq!(noted[0].text("post_id").unwrap(), app.district.school_post.to_string());
        assert_eq!((noted[0].int("year").unwrap(), noted[0].flag("announced").unwrap()), (2026, true));
    }
}

#[tokio::test]
async fn the_looks_of_a_page_are_noted_in_one_command_and_once_an_hour() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut other) = (app.sign_in("leader_b").await, app.sign_in("leader_a").await);
        let ids_of = async || rows(&app, q("SELECT post_id, hour FROM readings ORDER BY hour, post_id")).await.len();
        let mut office = app.sign_in("office").await;
        let mut asked = Vec::new();
        save(&mut leader, "到窗口蹲点，赤霞一", "visit", "").await;
        for post in [app.district.school_post, app.district.town_post] {
            crate::oversight::open(&app, post, "office").await;
            let find = office.call("/api/search/find", json!({ "q": "赤霞" }));
            let (page, n) = server::storage::counted(find).await;
            assert_eq!(page.status, 200, "{}", page.text());
            asked.push((ids(&page.json()).len(), n, ids_of().await));
            save(&mut other, "在街道蹲点，赤霞二", "visit", "").await;
        }
        // The second page opens two books: one row each, no statement more.
        assert_eq!((asked[0].0, asked[0].2, asked[1].0, asked[1].2), (1, 1, 2, 2), "{database:?} {asked:?}");
        assert_eq!(asked[0].1, asked[1].1, "{database:?} {asked:?}");
        let logged = async || rows(&app, q("SELECT seq FROM audit WHERE action = 'records.read'")).await.len();
        assert_eq!(logged().await, 2, "{database:?}");
        find(&mut office, json!({ "q": "赤霞" })).await;
        assert_eq!((ids_of().await, logged().await), (2, 2), "{database:?}");
    }
}
