//! 「转线下」 beside other people's work: what only sounds alike survives, what quotes it in the own post goes, what
//! quotes it elsewhere is named; and what has no page yet goes offline, too.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::storage::q;

use super::{
    offline::{ask, handle, places},
    one,
    proxy::decide,
    saved,
};
use crate::{
    duties::{done, rows},
    harness::{BOTH, Client, TestApp},
};

const STOCK: &str = "深入学习贯彻全面从严治党各项决策部署和工作要求";
const CLUE: &str = "有教职工反映食堂采购员长期收受供货商的购物卡";
const PLACE: &str = "区政府第一会议室";

async fn draft(client: &mut Client, subject: &str, text: &str) {
    let fields = [("form", "records.new"), ("subject", subject), ("seen", ""), ("f.text", text), ("f.d.place", PLACE)];
    client.post("/drafts", &fields).await;
}

async fn fields(app: &TestApp, login: &str) -> String {
    let find = q("SELECT d.fields FROM drafts d JOIN accounts a ON a.id = d.account_id WHERE a.person_id = $1")
        .bind(app.district.person(login));
    rows(app, find).await.iter().map(|row| row.text("fields").unwrap()).collect()
}

#[tokio::test]
async fn what_others_wrote_survives_and_the_copy_in_the_own_post_goes() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &[("text", STOCK), ("kind", "visit")]).await;
        let text = format!("到{PLACE}开会，{STOCK}。{CLUE}。会后与两名同志谈话。");
        let id = saved(&mut leader, &[("text", &text), ("kind", "visit"), ("d.place", PLACE)]).await;
        // The same phrase and the same place: nobody's business; the very sentence, in the own post and elsewhere.
        draft(&mut app.sign_in("leader_a").await, "", &format!("{STOCK}，研究下半年的重点工作")).await;
        draft(&mut app.sign_in("leader_c").await, "", &format!("听说{CLUE}")).await;
        draft(&mut leader, "", &format!("{STOCK}，下周再开一次会\n会后与两名同志谈话")).await;
        draft(&mut app.sign_in("liaison_b").await, "", &format!("本周小结\n{CLUE}，已报告\n下周安排")).await;
        let before = [fields(&app, "leader_a").await, fields(&app, "leader_b").await, fields(&app, "leader_c").await];
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let page = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("别处还有相同的句子") && page.contains("没有提交的草稿"), "{page}");
        assert!(!page.contains("购物卡") && page.matches("没有提交的草稿").count() == 1, "{page}");
        assert!(!leader.get(&format!("/handling/{id}")).await.text().contains("别处还有"));
        for login in ["office", "deputy"] {
            assert!(handle(&app, login, &id).await.contains(CLUE));
        }
        let after = [fields(&app, "leader_a").await, fields(&app, "leader_b").await, fields(&app, "leader_c").await];
        assert_eq!(after, before, "{database:?}");
        let liaison = fields(&app, "liaison_b").await;
        assert!(!liaison.contains("购物卡") && liaison.contains("（此处内容已转线下）"), "{liaison}");
        assert!(liaison.contains("本周小结") && liaison.contains("下周安排") && liaison.contains(PLACE), "{liaison}");
        let log = rows(
            &app,
            q("SELECT d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
               WHERE a.action = 'records.offline_draft'"),
        )
        .await;
        assert_eq!(log.iter().map(|row| row.text("text").unwrap()).collect::<Vec<_>>(), ["沈宏斌"]);
        assert!(one(&mut leader, &id).await["row"]["text"].as_str().unwrap().contains("只留页码"));
        let done = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert!(done.contains("已经删除") && !done.contains("正在清除"), "{done}");
    }
}

async fn listed(client: &mut Client, app: &TestApp, id: &str) -> bool {
    let post = app.district.school_post.to_string();
    let mut found = false;
    for (path, form) in [
        ("/api/records/book", json!({ "post": post })),
        ("/api/records/todo", json!({})),
        ("/api/search/find", json!({ "q": "转线下" })),
        ("/api/search/find", json!({ "q": "购物卡" })),
    ] {
        let text = client.call(path, form).await.text().replace(&format!("/handling/{id}"), "");
        found |= text.contains(id);
    }
    found
}

#[tokio::test]
async fn what_was_not_confirmed_or_not_taken_goes_offline_too() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        for state in ["proxy", "refused", "withdrawn"] {
            let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
            let id = saved(&mut liaison, &[("text", CLUE), ("kind", "visit")]).await;
            match state {
                "refused" => drop(decide(&mut leader, &id, "refuse", &[("reason", "不宜记录")]).await),
                "withdrawn" => drop(decide(&mut liaison, &id, "withdraw", &[]).await),
                _ => {}
            }
            let before = one(&mut leader, &id).await;
            assert!(!before["officers"].as_array().unwrap().is_empty(), "{state} is offered: {before}");
            ask(&app, &mut leader, &id, ["office", "deputy"]).await;
            let waiting = one(&mut leader, &id).await;
            assert_eq!((waiting["row"]["page"].clone(), waiting["handling"].clone()), (Value::Null, json!(true)));
            assert!(!waiting.to_string().contains("购物卡") && !waiting.to_string().contains("不宜记录"), "{waiting}");
            for client in [&mut leader, &mut liaison] {
                assert!(!listed(client, &app, &id).await, "{database:?} {state}");
            }
            // Taken back it stands as before; nothing else may be done with it meanwhile.
            assert!(decide(&mut leader, &id, "confirm", &[]).await.contains("draft="));
            done(&mut leader, "/handling/back", &[("id", &id)]).await;
            let again = one(&mut leader, &id).await;
            for part in ["row", "details", "may_confirm", "may_resend"] {
                assert_eq!(again[part], before[part], "{state} {part}");
            }
            ask(&app, &mut leader, &id, ["office", "deputy"]).await;
            for login in ["office", "deputy"] {
                assert!(handle(&app, login, &id).await.contains(CLUE), "{state}");
            }
            assert!(!listed(&mut leader, &app, &id).await && !listed(&mut liaison, &app, &id).await);
            let row = &rows(&app, q("SELECT state, page, text FROM records WHERE id = $1").bind(&id)).await[0];
            assert_eq!((row.text("state").unwrap(), row.opt_int("page").unwrap()), ("offline".to_owned(), None));
            assert_eq!(places(&app, database, CLUE).await, Vec::<String>::new(), "{database:?} {state}");
            assert!(app.sign_in("office").await.get(&format!("/handling/{id}")).await.text().contains("已经删除"));
            // The next page is the first: no number went with it.
        }
        let mut leader = app.sign_in("leader_b").await;
        let next = saved(&mut leader, &[("text", "下一条")]).await;
        assert_eq!(one(&mut leader, &next).await["row"]["page"], 1);
    }
}

/// The mark of the kept years on a page.
async fn mark(client: &mut Client) -> String {
    client.get("/home").await.text().split("kept").nth(1).unwrap().chars().take(30).collect()
}

#[tokio::test]
async fn only_the_phones_of_the_post_drop_their_year() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut other) = (app.sign_in("leader_b").await, app.sign_in("leader_a").await);
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let before = (mark(&mut leader).await, mark(&mut other).await);
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let asked = mark(&mut leader).await;
        assert!(asked != before.0 && mark(&mut other).await == before.1, "{database:?}");
        for login in ["office", "deputy"] {
            handle(&app, login, &id).await;
        }
        let erased = mark(&mut leader).await;
        assert!(erased != asked && erased != before.0 && mark(&mut other).await == before.1);
        app.clock.set_day(parse_iso("2026-11-20").unwrap());
        let again = (mark(&mut app.sign_in("leader_b").await).await, mark(&mut app.sign_in("leader_a").await).await);
        assert_eq!(again, (erased, before.1), "days change nothing");
    }
}
