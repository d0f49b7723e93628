//! 年度报告 and 述责述廉报告: drawn, changed in place, drawn again, exported, taken over.

use serde_json::json;

use super::{book, docx_words, record, shown};
use crate::{
    duties::{done, refused, send},
    harness::{BOTH, Client, Database, TestApp},
    reviews::planning,
};

/// Version of a section as its form on the page says it.
async fn seen(client: &mut Client, page: &str, key: &str) -> String {
    let text = client.get(page).await.text();
    let form = text.split(&format!("id=\"s-{key}\"")).nth(1).unwrap_or_else(|| panic!("no section {key}"));
    form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_report_is_drawn_changed_and_drawn_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = book(&app).await;
        let (mut leader, mut liaison) = (app.sign_in("leader_a").await, app.sign_in("liaison_a").await);
        let page = format!("/papers/annual/{post}/2026");
        let of = [("post", post.as_str()), ("year", "2026"), ("kind", "annual")];
        assert!(leader.get(&page).await.text().contains("还没有起草"));
        done(&mut liaison, "/papers/draw", &of).await;
        let text = leader.get(&page).await.text();
        assert!(text.contains("11月2日专题研究部署，党工委会研究全面从严治党任务（记录本第1页）"), "{text}");
        assert!(text.contains("10月20日谈心谈话（记录本第2页") && !text.contains("王某"), "no notes of talks");
        assert!(!text.contains("代录一条没有确认的") && text.contains("〔请填写："));
        let version = seen(&mut leader, &page, "group-3").await;
        let change = |text: &'static str| [("key", "group-3"), ("seen", ""), ("text", text)];
        let mut fields = [&of[..], &change("亲自部署，逐项落实。")].concat();
        fields[4].1 = &version;
        let place = done(&mut leader, "/papers/section", &fields).await;
        assert!(place.contains("done=1#s-group-3"), "{place}");
        // The 联络员 saw the version before: refused, and his words are kept.
        let mut stale = [&of[..], &change("联络员的说法")].concat();
        stale[4].1 = &version;
        let draft = refused(&mut liaison, "/papers/section", &stale).await;
        assert!(draft.contains("刚刚被别人改过"), "{draft}");
        // A new record: the changed section keeps its words and says what is new.
        record(&mut leader, "又开了一次专题会", "study", &["3.3"], "2026-11-01").await;
        done(&mut leader, "/papers/draw", &of).await;
        let text = leader.get(&page).await.text();
        assert!(text.contains("亲自部署，逐项落实。") && text.contains("记录本里新增"), "{text}");
        assert!(text.contains("又开了一次专题会"));
        let now = seen(&mut leader, &page, "group-3").await;
        let mut looked = [&of[..], &change("亲自部署，逐项落实。"), &[("looked", "1")]].concat();
        looked[4].1 = &now;
        done(&mut leader, "/papers/section", &looked).await;
        assert!(!leader.get(&page).await.text().contains("记录本里新增"));
        for form in ["page", "print", "docx", "xlsx"] {
            let reply = leader.get(&format!("/documents/annual/{post}/2026/{form}")).await;
            assert_eq!(reply.status, 200, "{form}");
            let words = if form.ends_with('x') { docx_words(&reply) } else { reply.text() };
            assert!(words.contains("亲自部署，逐项落实。") && words.contains("（一）政治建设"), "{form}");
            if form == "docx" {
                shown("annual.docx", &reply.body);
            }
        }
    }
}

#[tokio::test]
async fn what_must_not_enter_and_who_must_not_read() {
    let app = TestApp::new(Database::Sqlite).await;
    let post = book(&app).await;
    let mut leader = app.sign_in("leader_a").await;
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    done(&mut leader, "/papers/draw", &of).await;
    let page = format!("/papers/conduct/{post}/2026");
    let version = seen(&mut leader, &page, "clean").await;
    let bad = [&of[..], &[("key", "clean"), ("seen", &version), ("text", "证件11010519491231002X")]].concat();
    assert!(refused(&mut leader, "/papers/section", &bad).await.contains("不能存入"));
    let other = [&of[..], &[("key", "nothing"), ("seen", "1"), ("text", "甲")]].concat();
    assert!(refused(&mut leader, "/papers/section", &other).await.contains("没有这一部分"));
    let extra = [&of[..], &[("key", "clean"), ("seen", &version), ("text", "甲"), ("version", "9")]].concat();
    assert!(refused(&mut leader, "/papers/section", &extra).await.contains("没有的内容"));
    let hostile =
        [&of[..], &[("key", "clean"), ("seen", &version), ("text", "</textarea><script>alert(1)</script>")]].concat();
    done(&mut leader, "/papers/section", &hostile).await;
    let text = leader.get(&page).await.text();
    assert!(!text.contains("<script>alert") && text.contains("&lt;/textarea&gt;"));
    for login in ["office", "secretary", "leader_b", "liaison_b", "team", "member_a"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.get(&page).await.status, 404, "{login}");
        assert_eq!(client.get(&format!("/documents/conduct/{post}/2026/docx")).await.status, 404, "{login}");
        assert_eq!(send(&mut client, "/papers/draw", &of).await.status, 404, "{login}");
    }
    for path in
        [format!("/papers/secret/{post}/2026"), format!("/papers/annual/{post}/0"), "/papers/annual/x/2026".into()]
    {
        assert_eq!(leader.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_report_is_taken_over_into_the_meeting() {
    let app = TestApp::new(Database::Sqlite).await;
    let planned = planning::approved(&app, "年度述责评议会", "2026-12-09").await;
    let (meeting, presenter) = (planned.meeting.as_str(), planned.presenters[0].as_str());
    let plan = planning::page(&mut app.sign_in("office").await, meeting).await;
    let post = plan["plan"]["presenters"][0]["post"].as_str().unwrap().to_owned();
    let login = ["leader_a", "leader_b", "leader_c"]
        .into_iter()
        .find(|l| plan["plan"]["presenters"][0]["person"] == json!(app.district.person(l).to_string()))
        .unwrap();
    let mut leader = app.sign_in(login).await;
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    done(&mut leader, "/papers/draw", &of).await;
    let page = leader.get(&format!("/papers/conduct/{post}/2026")).await.text();
    assert!(page.contains("取用到“年度述责评议会”的述责报告"), "{page}");
    let about = [&of[..], &[("meeting", meeting), ("presenter", presenter)]].concat();
    let place = send(&mut leader, "/papers/take", &about).await.location();
    assert!(place.starts_with(&format!("/reviews/{meeting}/report/{presenter}?draft=")), "{place}");
    assert!(leader.get(&place).await.text().contains("廉洁自律情况"));
    assert_eq!(send(&mut app.sign_in("office").await, "/papers/take", &about).await.status, 404);
    shown("conduct.docx", &leader.get(&format!("/documents/conduct/{post}/2026/docx")).await.body);
}
