//! What the unit is asked, where it sees it and sees its answer again; what the office is told
//! on the way: a return without changes, an import, an empty holiday table.

use serde_json::json;

use super::{done, made, page, published, refused, sqlite, step, version};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn a_comment_is_asked_for_at_home_and_seen_again_with_its_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let mut leader = app.sign_in("leader_b").await;
        published(&mut office).await;
        let list = made(&mut office, "区教育局").await;
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_comment"], json!(null));
        step(&mut office, &list, "send", &[]).await;
        let home = leader.call("/api/records/home", json!({})).await.json();
        assert_eq!(home["to_comment"], json!([2026, "请于11月9日前反馈"]));
        assert!(leader.get("/home").await.text().contains("2026年第一责任人履责清单正在征求您的意见"));
        app.clock.advance_ms(1_000);
        let fields = [("leader", list.as_str()), ("comment", "建议合并第3项"), ("back", "mine")];
        let to = done(&mut leader, "/duties/lists/comment", &fields).await;
        assert_eq!(to, "/duties/mine?year=2026&done=commented");
        let mine = leader.get(&to).await.text();
        assert!(
            mine.contains("建议合并第3项") && mine.contains("11月2日 叶国平"),
            "his words come back with their day"
        );
        assert!(mine.contains("补充意见"));
        let theirs = leader.get(&format!("/duties/lists/{list}")).await.text();
        assert!(theirs.contains("已提交意见") && theirs.contains("再提意见…"));
        // Answered: nothing waits any more.
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_comment"], json!(null));
        assert_eq!(leader.call("/api/records/todo", json!({})).await.json()["rows"], json!([]));
    }
}

#[tokio::test]
async fn after_a_return_the_unit_is_asked_again_only_about_changed_items() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let mut deputy = app.sign_in("deputy").await;
        let mut leader = app.sign_in("leader_b").await;
        published(&mut office).await;
        let list = made(&mut office, "区教育局").await;
        // A first draft never skips the unit.
        assert_eq!(page(&mut office, "/api/duties/list", &list).await["may"]["submit"], false);
        step(&mut office, &list, "send", &[]).await;
        done(&mut leader, "/duties/lists/comment", &[("leader", &list), ("comment", "")]).await;
        step(&mut office, &list, "submit", &[]).await;
        step(&mut deputy, &list, "return", &[("reason", "请再核对")]).await;
        assert_eq!(page(&mut office, "/api/duties/list", &list).await["may"]["submit"], true);
        assert!(office.get(&format!("/duties/lists/{list}")).await.text().contains("条目未改，直接提交审定"));
        step(&mut office, &list, "submit", &[]).await;
        assert_eq!(page(&mut office, "/api/duties/list", &list).await["state"], "reviewing");
        step(&mut deputy, &list, "return", &[("reason", "去掉一条")]).await;
        let before = page(&mut office, "/api/duties/list", &list).await;
        let duty = before["items"][0]["item"]["duty"].as_str().unwrap();
        let (drop, seen) = (format!("drop:{duty}"), before["version"].to_string());
        done(&mut office, "/duties/lists/item", &[("leader", &list), ("seen", &seen), ("do", &drop)]).await;
        let seen = version(&mut office, &list).await;
        let fields = [("leader", list.as_str()), ("seen", &seen), ("step", "submit")];
        assert!(refused(&mut office, "/duties/lists/step", &fields).await.contains("请先送单位征求意见"));
        app.clock.advance_ms(1_000);
        step(&mut office, &list, "send", &[]).await;
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_comment"][0], 2026);
        // The answer of the round before is not shown as the answer of this one.
        assert!(!leader.get("/duties/mine").await.text().contains("您单位已提交的意见"));
    }
}

#[tokio::test]
async fn an_import_says_what_it_did_on_the_page_it_leads_to() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let target = json!({ "list": "first_responsible", "year": 2026 }).to_string();
    let fields = [("kind", "duties"), ("target", target.as_str()), ("pasted", super::PASTED)];
    let reply = office.upload("/imports/upload", &fields, "", b"").await;
    let upload = reply.location().rsplit('/').next().unwrap().to_owned();
    let to = done(&mut office, "/imports/commit", &[("upload", &upload)]).await;
    assert_eq!(to, "/duties?year=2026&done=imported&new=6&updated=0&skipped=0");
    assert!(office.get(&to).await.text().contains("已导入：新增 6、更新 0、跳过 0。"));
}

#[tokio::test]
async fn an_empty_holiday_table_is_said_plainly() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    // In November the next year is at hand.
    let text = office.get("/duties").await.text();
    assert!(text.contains("2027年节假日还没有录入") && !text.contains("2026年节假日还没有录入"));
    app.clock.set_day(domain::time::parse_iso("2027-03-01").unwrap());
    let mut office = app.sign_in("office").await;
    for path in ["/duties", "/duties/calendar", "/board"] {
        let text = office.get(path).await.text();
        assert!(text.contains("2027年节假日还没有录入") && !text.contains("2028年节假日"), "{path}");
        assert!(text.contains("到期日按周一至周五计算") && text.contains("去录入2027年节假日"), "{path}");
    }
    done(&mut office, "/duties/calendar/days", &[("year", "2027"), ("paste", "2027-10-01 放假 国庆节")]).await;
    // In October nothing is said of the next year; in November the board of the office says it, nobody else's.
    app.clock.set_day(domain::time::parse_iso("2027-10-29").unwrap());
    let mut office = app.sign_in("office").await;
    for path in ["/duties", "/duties/calendar", "/board"] {
        assert!(!office.get(path).await.text().contains("节假日还没有录入"), "{path}");
    }
    app.clock.set_day(domain::time::parse_iso("2027-11-01").unwrap());
    let text = app.sign_in("office").await.get("/board").await.text();
    assert!(text.contains("2028年节假日还没有录入") && text.contains("/duties/calendar?year=2028"));
    assert!(!app.sign_in("leader_a").await.get("/board").await.text().contains("节假日还没有录入"));
}

#[tokio::test]
async fn an_empty_signature_comes_back_to_its_pad() {
    let app = sqlite().await;
    let list = super::issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let seen = page(&mut leader, "/api/duties/sign", &list).await["version"].to_string();
    let fields = [("leader", list.as_str()), ("seen", &seen), ("typed", ""), ("drawing", "")];
    let reply = super::send(&mut leader, "/duties/sign", &fields).await;
    let (path, place) = reply.location().split_once('#').map(|(p, at)| (p.to_owned(), at.to_owned())).unwrap();
    assert_eq!(place, "sign");
    let text = leader.get(&path).await.text();
    let form = text.split("id=\"sign\"").nth(1).unwrap();
    assert!(form.contains("role=\"alert\""), "the message stands in the form that the address names");
}
