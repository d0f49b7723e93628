//! The book as leaves, map and calendar through the whole router: who reads how much of it, and
//! what 年度结转 does and refuses.

mod closing;
mod covered;
mod readings;

use domain::ids::{PersonId, TermId};
use serde_json::{Value, json};
use server::{
    random,
    storage::{Query, q},
};

use crate::{
    duties::{done, issued},
    harness::{BOTH, Client, Database, TestApp},
};

pub(super) async fn execute(app: &TestApp, query: Query) {
    app.app.store().write(|tx| Box::pin(async move { Ok(tx.execute(query).await?) })).await.unwrap();
}

/// Saves by form; the record's id.
pub(super) async fn saved(
    client: &mut Client,
    post: &str,
    text: &str,
    kind: &str,
    on: &str,
    duties: &[&str],
) -> String {
    let mut fields = vec![("post", post), ("text", text), ("kind", kind), ("event_on", on)];
    fields.extend(duties.iter().map(|duty| ("duty", *duty)));
    let place = done(client, "/records/save", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

/// Items of the own list by number.
async fn items(client: &mut Client) -> Vec<(String, String)> {
    let form = client.call("/api/records/new", json!({})).await.json();
    let of = |c: &Value| (c["code"].as_str().unwrap().to_owned(), c["duty"].as_str().unwrap().to_owned());
    form["choices"].as_array().unwrap().iter().map(of).collect()
}

fn duty<'a>(items: &'a [(String, String)], code: &str) -> &'a str {
    &items.iter().find(|(own, _)| own == code).unwrap().1
}

/// Every leaf of a book, by turning from the cover to the end: keys and leaves.
pub(super) async fn leaves(client: &mut Client, post: &str, year: i32) -> Vec<(String, Value)> {
    let (mut out, mut at) = (Vec::new(), String::new());
    loop {
        let reply = client.call("/api/book/turn", json!({ "post": post, "year": year, "at": at })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let page = reply.json();
        let around = &page["around"];
        for leaf in around["leaves"].as_array().unwrap() {
            out.push((leaf[0].as_str().unwrap().to_owned(), leaf[1].clone()));
        }
        match around["after"].as_str() {
            Some(next) => at = next.to_owned(),
            None => return out,
        }
    }
}

fn leaf<'a>(leaves: &'a [(String, Value)], key: &str) -> Option<&'a Value> {
    leaves.iter().find(|(own, _)| own == key).map(|(_, leaf)| leaf)
}

#[tokio::test]
async fn the_book_holds_everything_in_its_order() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let items = items(&mut leader).await;
        let post = app.district.school_post.to_string();
        let first = saved(&mut leader, &post, "与两名干部谈心", "other", "", &[duty(&items, "6.3")]).await;
        saved(&mut leader, &post, "一季度的谈心，补上", "other", "2026-02-10", &[duty(&items, "6.3")]).await;
        let correct = [("record", first.as_str()), ("seen", "1"), ("text", "与三名干部谈心"), ("reason", "人数写错")];
        done(&mut leader, "/records/correct", &correct).await;
        let mut liaison = app.sign_in("liaison_b").await;
        saved(&mut liaison, &post, "代录一条", "visit", "", &[]).await;

        let book = leaves(&mut leader, &post, 2026).await;
        let keys: Vec<&str> = book.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "cover",
                "contents",
                "map",
                "months-1",
                "months-2",
                "talks",
                "list-1",
                "p1",
                "p2",
                "waiting",
                "remarks",
                "signatures"
            ]
        );
        let page = &leaf(&book, "p1").unwrap()["page"];
        assert_eq!(page["text"], "与三名干部谈心");
        assert_eq!(page["corrections"][0]["texts"], json!(["与两名干部谈心", "与三名干部谈心"]));
        let late = &leaf(&book, "p2").unwrap()["page"];
        assert_eq!(
            (late["late"].clone(), late["event_on"].clone(), late["recorded_on"].clone()),
            (json!(true), json!("2026-02-10"), json!("2026-11-02"))
        );
        assert_eq!(leaf(&book, "waiting").unwrap()["waiting"][0]["text"], "代录一条");
        let listed = leaf(&book, "list-1").unwrap()["items"].as_array().unwrap();
        let talks = listed.iter().find(|i| i["code"] == "6.3").unwrap();
        assert_eq!(talks["pages"], json!([1, 2]));

        // The map and the calendar show the same list.
        let map = leader.call("/api/book/map", json!({ "post": post })).await.text();
        assert!(map.contains("谈心谈话") && map.contains("怎么问"));
        let months = leader.call("/api/book/calendar", json!({ "post": post })).await.json();
        assert_eq!((months["now"].clone(), months["months"].as_array().unwrap().len()), (json!(11), 12));
        let march = months["months"][2][0]["items"].as_array().unwrap();
        assert!(march.iter().any(|i| i["code"] == "6.3" && i["done"] == true && i["due"] == "2026-03-31"), "{march:?}");

        // Without scripts everything is there.
        let html = leader.get("/book?at=p1").await.text();
        let papers = format!("/papers?post={}&amp;year=2026", app.district.school_post);
        assert!(html.contains(&format!("href=\"{papers}\"")), "{html}");
        assert_eq!(leader.get(&papers.replace("&amp;", "&")).await.status, 200);
        assert!(html.contains("与两名干部谈心") && html.contains("id=\"p1\"") && html.contains("第 1 页"));
        assert!(!html.contains("<textarea") && !html.contains("name=\"text\""), "nothing is edited in place");
        let html = leader.get("/book/map").await.text();
        assert!(html.contains("<details") && html.contains("mind-map"));
        assert!(leader.get("/book/calendar").await.text().contains("十一月"));
    }
}

#[tokio::test]
async fn each_viewer_reads_as_far_as_the_list_of_records_lets_him() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        saved(&mut leader, &post, "与副职谈心的要点", "talk", "", &[]).await;
        saved(&mut leader, &post, "到窗口蹲点", "visit", "", &[]).await;
        let mut liaison = app.sign_in("liaison_b").await;
        saved(&mut liaison, &post, "等待确认的代录", "visit", "", &[]).await;

        let texts = |book: &[(String, Value)]| -> Vec<Option<String>> {
            ["p1", "p2"]
                .iter()
                .map(|key| leaf(book, key).unwrap()["page"]["text"].as_str().map(str::to_owned))
                .collect()
        };
        let full = leaves(&mut leader, &post, 2026).await;
        assert_eq!(texts(&full), [Some("与副职谈心的要点".to_owned()), Some("到窗口蹲点".to_owned())]);
        let drafted = leaves(&mut liaison, &post, 2026).await;
        assert_eq!(texts(&drafted), [None, Some("到窗口蹲点".to_owned())]);
        assert!(leaf(&drafted, "waiting").is_some());
        for login in ["office", "team", "deputy", "secretary"] {
            let mut client = app.sign_in(login).await;
            let outline = leaves(&mut client, &post, 2026).await;
            assert_eq!(texts(&outline), [None, None], "{login}");
            assert!(leaf(&outline, "waiting").is_none(), "{login}");
            let all = client.get(&format!("/book?post={post}&at=p1")).await.text();
            assert!(!all.contains("蹲点</p>") && !all.contains("谈心的要点") && !all.contains("等待确认"), "{login}");
        }
        // 班子成员, another unit, another team, administrators: as if there were no such book.
        for login in ["member_a", "leader_a", "leader_c", "team2", "general", "sysadmin", "audit"] {
            let mut client = app.sign_in(login).await;
            for path in ["/api/book/turn", "/api/book/map", "/api/book/calendar", "/api/book/closing"] {
                let status = client.call(path, json!({ "post": post })).await.status;
                assert!(status == 404, "{login} {path}: {status}");
            }
        }
        // A look from outside is noted.
        let looked = crate::duties::rows(
            &app,
            q("SELECT viewer_name FROM readings WHERE post_id = $1").bind(app.district.school_post),
        )
        .await;
        assert_eq!(looked.len(), 4);
    }
}

#[tokio::test]
async fn a_successor_reads_what_was_done_but_not_the_talks_of_his_predecessor() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    let post = app.district.school_post.to_string();
    saved(&mut leader, &post, "前任的谈话要点", "talk", "", &[]).await;
    saved(&mut leader, &post, "前任的蹲点", "visit", "", &[]).await;
    app.clock.set_day(domain::time::parse_iso("2026-11-16").unwrap());
    succeeded(&app, "2026-11-15", "2026-11-16").await;
    let mut successor = app.sign_in("member_a").await;
    let book = leaves(&mut successor, &post, 2026).await;
    assert_eq!(leaf(&book, "p1").unwrap()["page"]["text"], Value::Null);
    assert_eq!(leaf(&book, "p2").unwrap()["page"]["text"], "前任的蹲点");
    assert_eq!(leaf(&book, "p2").unwrap()["page"]["head"], "叶国平");
    let face = successor.call("/api/book/turn", json!({ "post": post })).await.json()["face"].clone();
    assert_eq!(face["heads"].as_array().unwrap().len(), 2);
    // The predecessor has no book of this post any more.
    let mut gone = app.sign_in("leader_b").await;
    assert_eq!(gone.call("/api/book/turn", json!({ "post": post })).await.status, 404);
}

/// The school's head left on `left`; `member_a` came on `came`.
pub(super) async fn succeeded(app: &TestApp, left: &str, came: &str) {
    let post = app.district.school_post;
    execute(app, q("UPDATE terms SET ends_on = $1 WHERE post_id = $2").bind(left.to_owned()).bind(post)).await;
    let arriving: PersonId = app.district.person("member_a");
    execute(
        app,
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, $5)")
            .bind(TermId(random::id(domain::time::Instant(1))))
            .bind(app.district.id)
            .bind(post)
            .bind(arriving)
            .bind(came.to_owned()),
    )
    .await;
}

#[tokio::test]
async fn a_book_of_five_hundred_records_opens_at_any_page() {
    let app = TestApp::new(Database::Sqlite).await;
    let (post, unit, district) = (app.district.school_post, app.district.school, app.district.id);
    let (author, now) = (app.district.person("leader_b"), domain::time::Instant(1));
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                for page in 1..=500_i64 {
                    tx.insert(
                        "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on, recorded_at, recorded_on, author_person)",
                        vec![
                            random::id(now).to_string().into(),
                            district.into(),
                            post.into(),
                            unit.into(),
                            2026.into(),
                            page.into(),
                            "recorded".into(),
                            "visit".into(),
                            format!("第{page}件事，到一线听情况并当场答复，一百个字左右的一段话。").into(),
                            "2026-05-06".into(),
                            now.into(),
                            "2026-05-06".into(),
                            author.into(),
                        ],
                    )
                    .await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut leader = app.sign_in("leader_b").await;
    // At any page: first, last, and between; what is asked for is there, and of the rest only its neighbours.
    for page in [1, 2, 37, 250, 321, 499, 500] {
        let at = format!("p{page}");
        let reply = leader.call("/api/book/turn", json!({ "at": at })).await;
        let around = reply.json()["around"].clone();
        assert_eq!(around["at"], at);
        let near = around["leaves"].as_array().unwrap();
        let leaf = near.iter().find(|leaf| leaf[0] == at).unwrap_or_else(|| panic!("{at}: {around}"));
        assert!(leaf[1].to_string().contains(&format!("第{page}件事，")), "{leaf}");
        assert!(near.len() <= 12 && reply.text().len() < 20_000, "{at}: {} leaves, {}", near.len(), reply.text().len());
        let html = leader.get(&format!("/book?at={at}")).await.text();
        assert!(html.contains(&format!("第{page}件事，")), "{at} without scripts");
    }
    let all = leaves(&mut leader, &post.to_string(), 2026).await;
    let pages: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with('p')).collect();
    let wanted: Vec<String> = (1..=500).map(|page| format!("p{page}")).collect();
    assert!(wanted.iter().all(|page| pages.contains(&page.as_str())));
    assert_eq!(all.len(), 500 + 8);
}
