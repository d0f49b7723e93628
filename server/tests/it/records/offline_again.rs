//! 「转线下」 where the sentence was written twice, and where officers change: nobody looks twice, no handler picks
//! a partner, and whoever looked is named.

use server::storage::q;

use super::{
    form,
    offline::{ask, handle, places, sheet},
    one, saved,
};
use crate::{
    duties::{done, execute, issued, refused, rows},
    harness::{BOTH, Client, TestApp},
};

const CLUE: &str = "有教职工反映食堂采购员长期收受供货商的购物卡";

async fn drafts(app: &TestApp, login: &str) -> String {
    let find = q("SELECT d.fields FROM drafts d JOIN accounts a ON a.id = d.account_id WHERE a.person_id = $1");
    let all = rows(app, find.bind(app.district.person(login))).await;
    all.iter().map(|row| row.text("fields").unwrap()).collect()
}

#[tokio::test]
async fn a_sentence_written_twice_in_the_book_is_cut_and_the_other_page_is_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let duty = form(&mut leader).await.2[0].1.clone();
        let other = saved(&mut leader, &[("text", &format!("{CLUE}。另行研究")), ("kind", "visit")]).await;
        let text = format!("{CLUE}。会后走访");
        let id = saved(&mut leader, &[("text", &text), ("kind", "visit"), ("duty", &duty)]).await;
        let draft = format!("本周小结\n{CLUE}，已报告\n下周安排");
        let fields = [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", draft.as_str())];
        app.sign_in("liaison_b").await.post("/drafts", &fields).await;
        let post = app.district.school_post.to_string();
        done(&mut leader, "/papers/draw", &[("post", &post), ("year", "2026"), ("kind", "annual")]).await;
        let report = || q("SELECT sections FROM report_drafts");
        assert!(rows(&app, report()).await[0].text("sections").unwrap().contains("购物卡"), "the report quotes it");
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        assert!(!rows(&app, report()).await[0].text("sections").unwrap().contains(CLUE), "{database:?}");
        let page = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("别处还有相同的句子") && page.contains("同一记录本，2026年第 1 页"), "{page}");
        assert!(page.contains("查看并打印办理单") && !page.contains("购物卡"), "named before the first look: {page}");
        for login in ["office", "deputy"] {
            assert!(handle(&app, login, &id).await.contains(CLUE));
        }
        let left = drafts(&app, "liaison_b").await;
        assert!(!left.contains("购物卡") && left.contains("本周小结"), "{database:?} {left}");
        assert!(one(&mut leader, &other).await["row"]["text"].as_str().unwrap().contains(CLUE), "the record stays");
    }
}

/// Short, or cut short by the report, and of a kind that its sentence does not name.
#[tokio::test]
async fn what_a_report_draws_with_its_kind_is_cut() {
    let long = "有教职工反映，食堂采购员、仓库保管员，逢年过节，收受供货商的烟酒，".repeat(3);
    for database in BOTH {
        for text in ["有人送购物卡", &long] {
            let app = TestApp::new(database).await;
            issued(&app, "区教育局").await;
            let mut leader = app.sign_in("leader_b").await;
            let duty = form(&mut leader).await.2[0].1.clone();
            saved(&mut leader, &[("text", "到班级听课"), ("kind", "visit")]).await;
            let id = saved(&mut leader, &[("text", text), ("kind", "visit"), ("duty", &duty)]).await;
            let post = app.district.school_post.to_string();
            done(&mut leader, "/papers/draw", &[("post", &post), ("year", "2026"), ("kind", "annual")]).await;
            let said: String = text.chars().take(6).collect();
            let find = || q("SELECT sections FROM report_drafts");
            let drawn = rows(&app, find()).await[0].text("sections").unwrap();
            assert!(drawn.contains(&said) && drawn.contains("（蹲点调研，记录本第2页"), "{drawn}");
            ask(&app, &mut leader, &id, ["office", "deputy"]).await;
            assert!(!rows(&app, find()).await[0].text("sections").unwrap().contains(&said), "{database:?} {text}");
            done(&mut leader, "/handling/back", &[("id", &id)]).await;
            assert_eq!(rows(&app, find()).await[0].text("sections").unwrap(), drawn, "{database:?}");
            ask(&app, &mut leader, &id, ["office", "deputy"]).await;
            for login in ["office", "deputy"] {
                handle(&app, login, &id).await;
            }
            assert_eq!(places(&app, database, &said).await, Vec::<String>::new(), "{database:?} {text}");
        }
    }
}

#[tokio::test]
async fn a_sentence_of_another_book_is_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        saved(&mut app.sign_in("leader_a").await, &[("text", CLUE), ("kind", "visit")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let page = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("《履责记录本》2026年第 1 页"), "{database:?} {page}");
    }
}

/// Names `login` for a slot; is it refused, and with what page?
async fn name(app: &TestApp, client: &mut Client, id: &str, slot: &str, login: &str) -> Option<String> {
    let officer = app.district.person(login).to_string();
    let reply = client.post("/handling/officer", &[("id", id), ("slot", slot), ("officer", &officer)]).await;
    if reply.location().contains("draft=") { Some(client.get(&reply.location()).await.text()) } else { None }
}

#[tokio::test]
async fn nobody_looks_twice_and_everybody_who_looked_is_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let mut first = app.sign_in("office2").await;
        // A handler of the 监督室 names nobody, neither before nor after she looked.
        assert!(name(&app, &mut first, &id, "2", "secretary").await.is_some());
        assert!(sheet(&app, "office2", &id).await.contains(CLUE));
        let own = name(&app, &mut first, &id, "2", "secretary").await.unwrap();
        assert!(own.contains("办理的干部不能更换"), "{database:?} {own}");
        // Shown to two: while she can end it, nobody takes her place.
        for login in ["office2", "secretary"] {
            let no = name(&app, &mut leader, &id, "1", login).await.unwrap();
            assert!(no.contains("已经查看过内容，不能更换"), "{database:?} {no}");
        }
        let page = leader.get(&format!("/handling/{id}")).await.text();
        assert_eq!(page.matches("重新指定…").count(), 1, "{database:?} {page}");
        let grants = |from: &str, to: &str| {
            let change = q("UPDATE role_grants SET state = $1 WHERE person_id = $2 AND state = $3").bind(to);
            change.bind(app.district.person("office2")).bind(from)
        };
        execute(&app, grants("active", "ended")).await;
        assert_eq!(name(&app, &mut leader, &id, "1", "secretary").await, None);
        execute(&app, grants("ended", "active")).await;
        let mut first = app.sign_in("office2").await;
        // Replaced, she looks no more, comes back no more, and stays named.
        assert_eq!(sheet(&app, "office2", &id).await, "");
        assert!(name(&app, &mut leader, &id, "1", "office2").await.is_some());
        assert!(name(&app, &mut leader, &id, "2", "office2").await.is_some());
        assert!(name(&app, &mut first, &id, "2", "office").await.is_some(), "nor does she pick anybody");
        let own = first.get(&format!("/handling/{id}")).await.text();
        assert!(own.contains("后来换了别人办理。您不能再办理") && !own.contains("可以另选一名"), "{own}");
        let page = leader.get(&format!("/handling/{id}")).await.text();
        // Nobody is offered who would be refused.
        let offered = |login: &str| page.contains(&format!("value=\"{}\"", app.district.person(login)));
        for login in ["office2", "deputy", "secretary", "leader_b"] {
            assert!(!offered(login), "{database:?} {login}: {page}");
        }
        assert!(offered("office"), "{page}");
        assert!(page.contains("陶文博") && page.contains("已查看，后来换了别人办理"), "{page}");
        let yes = [("id", id.as_str()), ("printed", "1")];
        refused(&mut first, "/handling/printed", &yes).await;
        for login in ["deputy", "secretary"] {
            let shown = sheet(&app, login, &id).await;
            assert!(shown.contains(CLUE) && shown.contains("此前查看、后换人办理：陶文博"), "{shown}");
            done(&mut app.sign_in(login).await, "/handling/printed", &yes).await;
        }
        assert_eq!(places(&app, database, CLUE).await, Vec::<String>::new(), "{database:?}");
        let page = leader.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("已经删除") && page.contains("陶文博") && page.contains("蔡国平"), "{page}");
    }
}

#[tokio::test]
async fn whoever_asked_is_told_who_else_handles_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        ask(&app, &mut leader, &id, ["deputy", "secretary"]).await;
        let path = format!("/handling/{id}");
        assert!(!leader.get(&path).await.text().contains("经办人由"));
        let mut other = app.sign_in("office2").await;
        assert_eq!(name(&app, &mut other, &id, "1", "office").await, None, "{database:?}");
        for path in [path.as_str(), "/todo"] {
            let page = leader.get(path).await.text();
            assert!(page.contains("经办人由蔡国平改为林思源"), "{database:?} {path} {page}");
        }
        assert_eq!(sheet(&app, "deputy", &id).await, "", "replaced before he looked");
        assert!(sheet(&app, "office", &id).await.contains(CLUE));
        let no = name(&app, &mut other, &id, "1", "deputy").await.unwrap();
        assert!(no.contains("不能更换") && no.contains("确认"), "{database:?} {no}");
        done(&mut app.sign_in("office").await, "/handling/printed", &[("id", &id), ("printed", "1")]).await;
        handle(&app, "secretary", &id).await;
        assert_eq!(app.sign_in("deputy").await.get(&path).await.status, 404, "{database:?}");
    }
}
