//! Papers that do not change once they are signed, words that stay on paper, the reports of the 区委书记's talk, and the
//! list that could not be opened at once.

use serde_json::json;
use server::storage::q;

use super::{MINUTES, act, approved, arrives, cannot, lent, no, page, parts, registered, signed_by_all, take};
use crate::{
    duties::{done, published, refused, rows},
    harness::{BOTH, Database, TestApp},
};

async fn sqlite() -> TestApp {
    TestApp::new(Database::Sqlite).await
}

#[tokio::test]
async fn a_promise_stays_as_it_was_signed() {
    let app = sqlite().await;
    let id = approved(&app, 1).await;
    act(&app, "office", &id, "hold", &MINUTES).await;
    signed_by_all(&app, &id).await;
    let settings = [
        ("seen", "0"),
        ("lead_city", "city_secretary"),
        ("lead_district", "secretary"),
        ("lead_department", "team"),
        ("kind_town", "district"),
        ("kind_department", "district"),
        ("kind_enterprise", "district"),
        ("kind_leading", "city"),
        ("kind_subordinate", "department"),
        ("register", "5"),
        ("prepare", "10"),
        ("talk_months", "1"),
        ("meet", "7"),
        ("plan", "15"),
        ("stage_months", "2"),
        ("report_months", "3"),
        ("tracking", "10"),
        ("areas", "主体责任"),
        ("commitment", "后来改写的承诺"),
    ];
    done(&mut app.sign_in("office").await, "/talks/settings", &settings).await;
    let paper = app.sign_in("member_a").await.get(&format!("/documents/talk-commitment/{id}/page")).await.text();
    assert!(paper.contains("末位表态") && !paper.contains("后来改写的承诺"), "{paper}");
    assert!(!page(&mut app.sign_in("member_a").await, &id).await.to_string().contains("后来改写的承诺"));
}

#[tokio::test]
async fn words_that_stay_on_paper_are_left_in_no_draft() {
    let app = sqlite().await;
    let id = registered(&app).await;
    let typed = [
        ("list", "problem"),
        ("area", "主体责任"),
        ("symptom", "只写在纸上的表现"),
        ("cause", "只写在纸上的原因"),
        ("remedy", ""),
    ];
    no(&app, "team", &id, "/talks/line", &typed).await;
    let drafts = async || rows(&app, q("SELECT fields FROM drafts WHERE form = 'talks.line'")).await;
    assert_eq!(drafts().await.len(), 1, "a refused form is kept");
    let seal = [("list", "problem"), ("do", "seal"), ("number", "交底清单2026-3"), ("place", "区纪委机要室")];
    take(&app, "office", &id, "/talks/line", &seal).await;
    assert!(drafts().await.is_empty(), "but not when the words go back to the paper");
    let back = no(&app, "team", &id, "/talks/line", &typed).await;
    assert!(back.contains("也没有留作草稿") && !back.contains("只写在纸上"), "{back}");
    assert!(drafts().await.iter().all(|row| !row.text("fields").unwrap().contains("只写在纸上")));
    // A deadline that no item can have is refused here, not with the last signature.
    let far = [("list", "problem"), ("area", "主体责任"), ("due", "2028-01-01")];
    assert!(no(&app, "office", &id, "/talks/line", &far).await.contains("期限最长"));
}

#[tokio::test]
async fn the_reports_of_the_districts_leader_are_confirmed_by_a_higher_level_on_paper() {
    let app = sqlite().await;
    let term = arrives(&app, "member_a", app.district.leading_post, "2026-11-02").await.to_string();
    let place = done(&mut app.sign_in("secretary").await, "/talks/register", &[("term", &term)]).await;
    let id = place.split('/').nth(2).unwrap().to_owned();
    super::problem(&app, "secretary", &id, "主体责任", "研究不经常").await;
    let duty = [("list", "duty"), ("text", "每季度专题研究一次"), ("frequency", "quarterly")];
    take(&app, "secretary", &id, "/talks/line", &duty).await;
    let risk = [
        ("list", "risk"),
        ("post_name", "办公室"),
        ("point", "零星采购"),
        ("level", "middle"),
        ("control", "比价"),
        ("owner", "主任"),
    ];
    take(&app, "secretary", &id, "/talks/line", &risk).await;
    act(&app, "secretary", &id, "ask", &[]).await;
    let paper = [("paper_on", "2026-11-02"), ("handler", "林思源")];
    act(&app, "secretary", &id, "approve_paper", &paper).await;
    act(&app, "secretary", &id, "delegate", &[("speaker", "city_secretary"), ("speaker_name", "市纪委书记某")]).await;
    act(&app, "secretary", &id, "hold", &MINUTES).await;
    for what in ["record", "commitment"] {
        let fields = [("paper", what), ("side", "leader"), ("typed", "王晓岚")];
        take(&app, "member_a", &id, "/talks/sign", &fields).await;
    }
    let outside = [("paper", "record"), ("side", "speaker"), ("do", "paper"), paper[0], paper[1]];
    take(&app, "secretary", &id, "/talks/sign", &outside).await;
    let no_of = page(&mut app.sign_in("secretary").await, &id).await["items"][0]["no"].as_u64().unwrap();
    let mut report = parts();
    report.push((format!("progress_{no_of}"), "done".into()));
    report.push((format!("words_{no_of}"), "已建立制度".into()));
    report.push(("then".into(), "send".into()));
    take(&app, "member_a", &id, "/talks/report", &lent(&report)).await;
    act(&app, "secretary", &id, "file_report", &[]).await;
    let mut found = parts();
    found.push((format!("kind_{no_of}"), "proved".into()));
    found.push((format!("words_{no_of}"), "看过制度".into()));
    found.push(("then".into(), "send".into()));
    take(&app, "secretary", &id, "/talks/tracking", &lent(&found)).await;
    assert!(cannot(&app, "secretary", &id, "file_tracking", &[]).await.contains("须由另一位同志审核"));
    let own = [("reviewer", "罗启明"), paper[0], paper[1]];
    assert!(cannot(&app, "secretary", &id, "file_tracking_paper", &own).await.contains("以外的同志"));
    let higher = [("reviewer", "市纪委副书记某"), paper[0], paper[1]];
    act(&app, "secretary", &id, "file_tracking_paper", &higher).await;
    let one = page(&mut app.sign_in("secretary").await, &id).await;
    assert_eq!(one["talk"]["tracking"]["filed"][1], "市纪委副书记某");
    assert!(one["talk"]["tracking"]["number"].as_str().unwrap().contains("〔2026〕1号"));
}

#[tokio::test]
async fn with_everybody_else_no_paper_stands_for_the_second_person() {
    let app = sqlite().await;
    let id = super::signed(&app, 1).await;
    let fields = [("reviewer", "某人"), ("paper_on", "2026-11-02"), ("handler", "林思源")];
    assert!(cannot(&app, "office", &id, "file_tracking_paper", &fields).await.contains("不登记纸质审核"));
}

#[tokio::test]
async fn a_list_that_could_not_be_opened_is_opened_later() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let term = arrives(&app, "member_a", app.district.school_post, "2026-11-02").await.to_string();
    let place = done(&mut office, "/talks/register", &[("term", &term)]).await;
    let id = place.split('/').nth(2).unwrap().to_owned();
    super::problem(&app, "office", &id, "主体责任", "研究不经常").await;
    super::rest(&app, &id).await;
    act(&app, "office", &id, "ask", &[]).await;
    act(&app, "secretary", &id, "approve", &[]).await;
    // The 书记 says himself who leads it.
    let speaker = app.district.person("secretary").to_string();
    act(&app, "secretary", &id, "delegate", &[("speaker", "secretary"), ("speaker_person", &speaker)]).await;
    act(&app, "office", &id, "hold", &MINUTES).await;
    signed_by_all(&app, &id).await;
    let one = page(&mut office, &id).await;
    assert!(one["talk"]["list_words"].as_str().unwrap().contains("还没有已发布的清单模板"), "{one}");
    assert!(one["may"].as_array().unwrap().contains(&json!("list")));
    // What the items came from is the word of whoever approved the lists, never of the head who signed.
    let opened = rows(&app, q("SELECT person_name, by_role FROM item_events WHERE step = 'open'")).await;
    let opened: Vec<_> = opened.iter().map(|r| (r.text("person_name").unwrap(), r.text("by_role").unwrap())).collect();
    assert_eq!(opened, [("罗启明".to_owned(), "secretary".to_owned())]);
    published(&mut office).await;
    act(&app, "office", &id, "list", &[]).await;
    let lists = q("SELECT id FROM leader_lists WHERE post_id = $1").bind(app.district.school_post);
    assert_eq!(rows(&app, lists).await.len(), 1);
    assert!(cannot(&app, "office", &id, "list", &[]).await.contains("不用再开"));
}

#[tokio::test]
async fn nobody_is_registered_whom_no_body_supervises() {
    let app = sqlite().await;
    let term = arrives(&app, "member_a", app.district.town_post, "2026-11-02").await.to_string();
    let mut office = app.sign_in("office").await;
    assert!(refused(&mut office, "/talks/register", &[("term", &term)]).await.contains("还没有归口"));
    assert!(rows(&app, q("SELECT id FROM talks")).await.is_empty());
}

#[tokio::test]
async fn reports_and_the_years_sheet_know_of_a_talk_and_not_what_was_said() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = super::signed(&app, 2).await;
        let no = super::problems(&app, &id).await[0].0;
        let (point, how, by) = (format!("problem:{no}"), format!("how_{no}"), format!("by_{no}"));
        let plan = [("point", point.as_str()), (how.as_str(), "查会议记录"), (by.as_str(), "2026-12-01")];
        take(&app, "team", &id, "/talks/checks", &plan).await;

        app.clock.advance_ms(60_000);
        let mut office = app.sign_in("office").await;
        let cover = format!("unit:{}", app.district.school);
        let report = crate::reports::computed(&app, &mut office, "half_year", &cover, "2026-h2").await;
        let page = crate::reports::page(&mut office, &report).await;
        let block = page["facts"].as_array().unwrap().iter().find(|b| b["block"] == "talks").unwrap();
        let value = |id: &str| {
            let lines = block["lines"].as_array().unwrap();
            lines.iter().find(|l| l["id"] == id).unwrap()["value"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            (value("held"), value("problems"), value("closed")),
            (" 1 人次".into(), " 2 个".into(), " 0 个".into())
        );
        assert_eq!(block["rows"][0]["link"], format!("/talks/{id}"), "{database:?}");
        assert!(!block.to_string().contains("个问题的表现") && !block.to_string().contains("逐条指出问题"));

        // What the plan asks to be looked at stands on the sheet of the readers, and on nobody else's.
        let reading = crate::oversight::registered(&app, "2026-11-02", "2026-11-06").await;
        let sheet = async |login: &str| {
            app.sign_in(login).await.call("/api/oversight/one", json!({ "id": reading })).await.json()
        };
        let own = sheet("office").await;
        assert_eq!(own["planned"][0]["how"], "查会议记录", "{database:?}: {own}");
        assert!(own["planned"][0]["seen"].as_str().unwrap().contains("还没有督查"));
        assert_eq!(sheet("member_a").await["planned"], json!([]), "{database:?}");
    }
}
