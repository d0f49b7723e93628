//! Who reads what: sources inside, the record between the two sides, numbers only, the 区委书记's talk.

use serde_json::json;
use server::storage::q;

use super::{MINUTES, act, arrives, page, registered, rest, signed, take};
use crate::{
    duties::{done, rows},
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn sources_stay_inside_and_the_record_between_the_two_sides() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = signed(&app, 2).await;
        for (login, source, record) in [
            ("office", true, true),
            ("secretary", true, true),
            ("team", false, true),
            ("member_a", false, true),
            ("liaison_b", false, false),
        ] {
            let one = page(&mut app.sign_in(login).await, &id).await;
            let text = one.to_string();
            assert_eq!(text.contains("\"patrol\""), source, "{login}");
            assert_eq!(text.contains("逐条指出问题"), record, "{login}");
            assert_eq!(one["inside"], json!(["office", "secretary", "team"].contains(&login)), "{login}");
            let html = app.sign_in(login).await.get(&format!("/talks/{id}")).await.text();
            assert_eq!(html.contains("巡视巡察"), source, "{login}");
        }
        for login in ["leader_a", "leader_c", "team2", "sysadmin", "audit", "general"] {
            let mut client = app.sign_in(login).await;
            assert_eq!(client.call("/api/talks/one", json!({ "id": id })).await.status, 404, "{login}");
            let paper = client.get(&format!("/documents/talk-record/{id}/page")).await;
            assert_eq!(paper.status, 404, "{login}");
        }
        let paper = app.sign_in("liaison_b").await.get(&format!("/documents/talk-record/{id}/page")).await;
        assert_eq!(paper.status, 404);
        let lists = app.sign_in("member_a").await.get(&format!("/documents/talk-lists/{id}/page")).await.text();
        assert!(lists.contains("第1个问题的表现") && !lists.contains("巡视巡察"));
        // The ledger tells the unit what is wrong and nothing of where it comes from.
        let items = rows(&app, q("SELECT item FROM items")).await;
        assert!(items.iter().all(|row| !row.text("item").unwrap().contains("patrol")));
    }
}

#[tokio::test]
async fn numbers_only_leaves_no_word_of_a_problem() {
    let app = TestApp::new(Database::Sqlite).await;
    let id = registered(&app).await;
    super::problem(&app, "office", &id, "主体责任", "不可外传的表现").await;
    rest(&app, &id).await;
    let seal = [("list", "problem"), ("do", "seal"), ("number", "交底清单2026-3"), ("place", "区纪委机要室")];
    take(&app, "office", &id, "/talks/line", &seal).await;
    act(&app, "office", &id, "ask", &[]).await;
    act(&app, "secretary", &id, "approve", &[]).await;
    let speaker = app.district.person("secretary").to_string();
    act(&app, "office", &id, "delegate", &[("speaker", "secretary"), ("speaker_person", &speaker)]).await;
    act(&app, "office", &id, "hold", &MINUTES).await;
    super::signed_by_all(&app, &id).await;
    let stored = rows(&app, q("SELECT talk FROM talks")).await[0].text("talk").unwrap();
    assert!(!stored.contains("不可外传"), "{stored}");
    let item = rows(&app, q("SELECT item FROM items")).await[0].text("item").unwrap();
    assert!(item.contains("交底清单2026-3") && !item.contains("不可外传"), "{item}");
}

#[tokio::test]
async fn the_talk_with_the_districts_leader_is_his_and_the_secretarys() {
    let app = TestApp::new(Database::Sqlite).await;
    let term = arrives(&app, "member_a", app.district.leading_post, "2026-11-02").await.to_string();
    let mut office = app.sign_in("office").await;
    assert_eq!(office.call("/api/talks/list", json!({})).await.json()["due"], json!([]));
    crate::duties::refused(&mut office, "/talks/register", &[("term", &term)]).await;
    let mut secretary = app.sign_in("secretary").await;
    let place = done(&mut secretary, "/talks/register", &[("term", &term)]).await;
    let id = place.split('/').nth(2).unwrap().to_owned();
    let one = page(&mut secretary, &id).await;
    assert_eq!(
        (one["talk"]["level"].clone(), one["talk"]["lead"]["speaker"].clone()),
        (json!("city"), json!("city_secretary"))
    );
    for login in ["office", "deputy", "team", "general", "liaison_a"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.call("/api/talks/one", json!({ "id": id })).await.status, 404, "{login}");
        let list = client.call("/api/talks/list", json!({})).await.text();
        assert!(!list.contains(&id), "{login}");
    }
    // No line of it stands in a thread that anybody else reads.
    let thread = rows(&app, q("SELECT title FROM thread_events WHERE source LIKE 'talks.%'")).await;
    assert!(thread.is_empty());
}

#[tokio::test]
async fn every_turn_stands_in_the_right_list_of_things_to_do() {
    let app = TestApp::new(Database::Sqlite).await;
    let todo = async |login: &str| app.sign_in(login).await.call("/api/records/todo", json!({})).await.text();
    arrives(&app, "member_a", app.district.school_post, "2026-11-02").await;
    assert!(todo("office").await.contains("登记“三交底”廉政谈话"));
    assert!(!todo("team").await.contains("三交底"));
    let id = signed(&app, 1).await;
    assert!(todo("liaison_b").await.contains("召开党组会研究"));
    assert!(todo("team").await.contains("定监督检查方案"));
    let own = todo("member_a").await;
    assert!(own.contains("三交底") && own.contains(&format!("/talks/{id}")), "{own}");
    assert!(!todo("team2").await.contains("三交底"));
}

#[tokio::test]
async fn the_inspection_sheet_of_the_year_brings_the_problems_that_are_open() {
    let app = TestApp::new(Database::Sqlite).await;
    let id = signed(&app, 2).await;
    let reading = crate::oversight::registered(&app, "2026-11-02", "2026-11-06").await;
    let sheet = app.sign_in("office").await.call("/api/oversight/one", json!({ "id": reading })).await.json();
    let items: Vec<&str> =
        sheet["items"].as_array().unwrap().iter().map(|row| row["problem"].as_str().unwrap()).collect();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|words| words.contains("个问题的表现")), "{items:?}");
    // What is due stands in the reminders of everything else, for the head and his 联络员.
    let todo = app.sign_in("member_a").await.get("/month").await;
    assert_eq!(todo.status, 200);
    assert!(!id.is_empty());
}
