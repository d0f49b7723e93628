//! One thread: all six stations, for whoever may see them and as much of them as he may.

use super::*;
use crate::harness::BOTH;

#[tokio::test]
async fn a_thread_runs_from_the_list_to_the_next_years() {
    for database in BOTH {
        let (app, list) = with_list(database).await;
        let (post, item_of_list) = (app.district.school_post.to_string(), duty(&app, &list, "3.3").await);
        record(&mut app.sign_in("leader_b").await, "专题研究一次", "study", &item_of_list).await;
        let problem = by_hand(&app, "专题研究走过场").await;
        about(&app, &problem, &item_of_list).await;
        let asked = json!({ "post": post, "duty": item_of_list, "year": 2026 });
        let mut office = app.sign_in("office").await;
        let shown = thread(&mut office, asked.clone()).await;
        assert!(shown["title"].as_str().unwrap().starts_with("3.3 "), "{shown}");
        assert!(at(&shown, "ming").iter().any(|t| t.contains("下达")), "{shown}");
        assert!(at(&shown, "lv").iter().any(|t| t.contains("专题研究部署")), "{shown}");
        assert!(at(&shown, "wen")[0].contains("专题研究走过场"), "{shown}");
        assert_eq!((&shown["thread"]["now"], &shown["thread"]["closed"]), (&json!("wen"), &json!(false)));
        assert!(at(&shown, "next").is_empty());
        struck_off(&app, &problem).await;
        let shown = thread(&mut office, asked.clone()).await;
        let knot = &shown["thread"]["stretches"][4]["knots"][0];
        let course: Vec<&str> =
            knot["lines"].as_array().unwrap().iter().map(|l| l["words"].as_str().unwrap()).collect();
        assert_eq!((course.len(), knot["open"].as_bool()), (5, Some(false)), "{course:?}");
        assert!(course[4].starts_with("销号"), "{course:?}");
        // Into the next year's draft, then handed out.
        let draft = next_list(&app).await;
        learn(&mut office, &draft, "taken", &problem).await;
        let shown = thread(&mut office, json!({ "problem": problem })).await;
        assert!(at(&shown, "next").iter().any(|t| t.contains("已列入2027年清单草稿")), "{shown}");
        // What stands in a draft is not the unit's yet.
        let own = thread(&mut app.sign_in("leader_b").await, asked.clone()).await;
        assert!(at(&own, "next").is_empty(), "{own}");
        handed_out(&app, &draft).await;
        for login in ["leader_b", "office", "team"] {
            let mut client = app.sign_in(login).await;
            let shown = thread(&mut client, asked.clone()).await;
            assert!(at(&shown, "next").iter().any(|t| t.contains("已列入2027年清单自选动作")), "{login}: {shown}");
            assert_eq!(shown["thread"]["closed"], true, "{login}: {shown}");
            let html = client.get(&format!("/chain/item?post={post}&duty={item_of_list}&year=2026")).await;
            assert_eq!(html.status, 200);
            assert!(html.text().contains("全程一条线") && html.text().contains("链条已闭环"));
            let file = client.get(&format!("/chain/item/export?problem={problem}")).await;
            assert_eq!((file.status, &file.body[..2]), (200, b"PK".as_slice()));
        }
        // The new item leads back to the problem that it came from.
        let taken = rows(&app, q("SELECT duty_id FROM chain_proposals WHERE year = 2027")).await;
        let new = json!({ "post": post, "duty": taken[0].text("duty_id").unwrap(), "year": 2027 });
        let shown = thread(&mut office, new).await;
        assert!(at(&shown, "ming").iter().any(|t| t.contains("号问题列为自选动作")), "{shown}");
    }
}

#[tokio::test]
async fn sources_stay_inside_and_strangers_find_nothing() {
    for database in BOTH {
        let (app, list) = with_list(database).await;
        let (post, item_of_list) = (app.district.school_post.to_string(), duty(&app, &list, "3.3").await);
        let problem = by_hand(&app, "专题研究走过场").await;
        about(&app, &problem, &item_of_list).await;
        let asked = json!({ "post": post, "duty": item_of_list, "year": 2026 });
        for login in ["leader_b", "liaison_b"] {
            let mut client = app.sign_in(login).await;
            let text = client.call("/api/chain/thread", asked.clone()).await.text();
            assert!(text.contains("监督中发现") && !text.contains("日常监督"), "{login}: {text}");
            let html = client.get(&format!("/chain/item?problem={problem}")).await.text();
            assert!(!html.contains("日常监督"), "{login}");
        }
        for login in ["leader_a", "liaison_a", "team2", "general", "leader_c", "sysadmin", "audit"] {
            let mut client = app.sign_in(login).await;
            for form in [asked.clone(), json!({ "problem": problem })] {
                assert_eq!(client.call("/api/chain/thread", form).await.status, 404, "{login}");
            }
            assert_eq!(client.get(&format!("/chain/item/export?problem={problem}")).await.status, 404, "{login}");
        }
        let mut office = app.sign_in("office").await;
        let nothing = server::random::id(domain::time::Instant(3)).to_string();
        for wrong in [
            json!({}),
            json!({ "post": post }),
            json!({ "problem": "x" }),
            json!({ "problem": nothing }),
            json!({ "post": post, "duty": nothing, "year": 2026 }),
            json!({ "post": post, "duty": item_of_list, "year": 1999 }),
        ] {
            assert_eq!(office.call("/api/chain/thread", wrong.clone()).await.status, 404, "{wrong}");
        }
        // A problem about no item of a list has a thread of its own.
        let alone = by_hand(&app, "公示栏没有更新").await;
        let shown = thread(&mut app.sign_in("liaison_b").await, json!({ "problem": alone })).await;
        assert_eq!((&shown["only_problems"], at(&shown, "wen").len()), (&json!(true), 1), "{shown}");
    }
}

#[tokio::test]
async fn the_cell_of_wen_leads_to_just_what_it_counts() {
    for database in BOTH {
        let (app, _) = with_list(database).await;
        let (first, second) = (by_hand(&app, "公示栏没有更新").await, by_hand(&app, "台账缺项").await);
        struck_off(&app, &first).await;
        let asked = json!({ "post": app.district.school_post.to_string(), "duty": "wen", "year": 2026 });
        for login in ["office", "leader_b", "liaison_b", "team"] {
            let mut client = app.sign_in(login).await;
            let cell = client.call("/api/board/cell", asked.clone()).await.json();
            assert_eq!(cell["text"], "整改在办 1 项", "{login}: {cell}");
            assert_eq!(cell["problems"][0]["id"], second, "{login}: {cell}");
            for pair in cell["ledger"].as_array().unwrap() {
                let (words, to) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
                let form: serde_json::Map<String, Value> = to
                    .split_once('?')
                    .unwrap()
                    .1
                    .split('&')
                    .map(|part| part.split_once('=').unwrap())
                    .map(|(name, value)| (name.to_owned(), json!(value)))
                    .collect();
                let found = client.call("/api/accountability/ledger", Value::Object(form)).await.json();
                let n = found["total"].as_u64().unwrap();
                assert!(words.contains(&format!(" {n} 项")), "{login}: {words} and {n}");
            }
            assert_eq!(cell["ledger"].as_array().unwrap().len(), 2, "{login}: {cell}");
        }
        // 区纪委办公室 sees the state of the row, not what is behind it.
        let cell = app.sign_in("general").await.call("/api/board/cell", asked.clone()).await.json();
        assert_eq!((&cell["ledger"], &cell["problems"]), (&json!([]), &json!([])), "{cell}");
    }
}
