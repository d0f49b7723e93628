//! 「转线下」 in a large district: what is everybody's is asked of the index and looked at by id, drafts are read
//! page by page, and the two officers see all that is erased.

use domain::time::Instant;
use server::{
    random,
    storage::{counted, q},
};

use super::{
    offline::{ask, handle, sheet},
    one, saved,
};
use crate::{
    duties::{done, execute, rows},
    harness::{BOTH, Client, TestApp},
};

const STOCK: &str = "深入学习贯彻全面从严治党各项决策部署和工作要求";
const CLUE: &str = "有教职工反映食堂采购员长期收受供货商的购物卡";

/// A draft of somebody with these words, straight into the table.
async fn draft(app: &TestApp, login: &str, n: i64, text: &str) {
    let fields = serde_json::json!([["text", text]]).to_string();
    let insert = q("INSERT INTO drafts (id, district_id, account_id, form, subject, fields, updated_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), a.id, 'records.new', CAST($3 AS TEXT), CAST($4 AS TEXT), 5
         FROM accounts a WHERE a.person_id = $5");
    let id = random::id(Instant(n)).to_string();
    let insert = insert.bind(&id).bind(app.district.id).bind(&id).bind(fields);
    execute(app, insert.bind(app.district.person(login))).await;
}

/// Drafts that hold words, of somebody.
async fn holding(app: &TestApp, login: &str, words: &str) -> usize {
    let find = q("SELECT d.fields FROM drafts d JOIN accounts a ON a.id = d.account_id WHERE a.person_id = $1");
    let all = rows(app, find.bind(app.district.person(login))).await;
    all.iter().filter(|row| row.text("fields").unwrap().contains(words)).count()
}

async fn erased(app: &TestApp, leader: &mut Client, text: &str) {
    let id = saved(leader, &[("text", text), ("kind", "visit")]).await;
    ask(app, leader, &id, ["office", "deputy"]).await;
    for login in ["office", "deputy"] {
        handle(app, login, &id).await;
    }
}

#[tokio::test]
async fn only_what_the_index_names_is_compared() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let mut other = app.sign_in("leader_a").await;
        // The index is whole from the first start on; whichever edition it is.
        for edition in 1..20 {
            let whole =
                q("INSERT INTO search_state (edition, reached, whole) VALUES ($1, '', 1) ON CONFLICT DO NOTHING");
            execute(&app, whole.bind(edition)).await;
        }
        let stock = saved(&mut other, &[("text", STOCK), ("kind", "visit")]).await;
        let text = format!("{STOCK}。{CLUE}");
        draft(&app, "leader_b", 1, &format!("{STOCK}，下周再议")).await;
        erased(&app, &mut leader, &text).await;
        assert_eq!(holding(&app, "leader_b", STOCK).await, 1, "{database:?}: everybody's phrase");
        // A part is asked about in the task of the request, as often for a long book as for a short one.
        let id = saved(&mut leader, &[("text", &text), ("kind", "visit")]).await;
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let mut office = app.sign_in("office").await;
        let path = format!("/handling/{id}");
        let few = counted(office.get(&path)).await.1;
        for n in 0..60 {
            saved(&mut other, &[("text", &format!("{n}：{STOCK}")), ("kind", "visit")]).await;
        }
        assert_eq!(counted(office.get(&path)).await.1, few, "{database:?}");
        done(&mut leader, "/handling/back", &[("id", &id)]).await;
        // While the index is being made every record is looked at; what it does not name is compared with nothing.
        execute(&app, q("DELETE FROM search_index")).await;
        execute(&app, q("DELETE FROM search_docs")).await;
        execute(&app, q("UPDATE search_state SET whole = 0")).await;
        erased(&app, &mut leader, &text).await;
        assert_eq!(holding(&app, "leader_b", STOCK).await, 1, "{database:?}: looked at {stock}");
        execute(&app, q("DELETE FROM search_docs")).await;
        execute(&app, q("UPDATE search_state SET whole = 1")).await;
        erased(&app, &mut leader, &text).await;
        assert_eq!(holding(&app, "leader_b", STOCK).await, 0, "{database:?}: no scan of the district");
    }
}

#[tokio::test]
async fn every_draft_is_reached_page_by_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        for n in 0..130 {
            draft(&app, "liaison_b", n, if n % 2 == 0 { CLUE } else { "无关的一件" }).await;
            draft(&app, "leader_c", 200 + n, if n == 129 { CLUE } else { "无关的一件" }).await;
        }
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let page = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert_eq!(page.matches("没有提交的草稿").count(), 1, "{database:?} {page}");
        for login in ["office", "deputy"] {
            handle(&app, login, &id).await;
        }
        assert_eq!(holding(&app, "liaison_b", "购物卡").await, 0, "{database:?}");
        assert_eq!(holding(&app, "leader_c", "购物卡").await, 1, "{database:?}: named, never touched");
    }
}

#[tokio::test]
async fn a_long_list_of_places_ends_and_everything_is_cut() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        for _ in 0..33 {
            saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        }
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        for n in 0..40 {
            draft(&app, "liaison_b", n, CLUE).await;
        }
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let page = app.sign_in("office").await.get(&format!("/handling/{id}")).await.text();
        assert_eq!(page.matches("<li>同一记录本").count(), 30, "{database:?} {page}");
        assert!(page.contains("第 30 页</li><li>等（只列出前 30 处）</li>"), "{page}");
        for login in ["office", "deputy"] {
            handle(&app, login, &id).await;
        }
        assert_eq!(holding(&app, "liaison_b", "购物卡").await, 0, "{database:?}");
    }
}

#[tokio::test]
async fn the_officers_see_earlier_fields_and_reasons_before_they_are_erased() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let first = [("text", CLUE), ("kind", "visit"), ("d.place", "后勤食堂"), ("d.problems", "采购由一人经手")];
        let id = saved(&mut leader, &first).await;
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
        let change = [
            ("command", command.as_str()),
            ("record", &id),
            ("seen", &seen),
            ("text", CLUE),
            ("kind", "visit"),
            ("d.place", "后勤食堂"),
            ("d.problems", "已请有关部门核实"),
            ("only", "details"),
            ("reason", "原先写得太细"),
        ];
        let to = leader.post("/records/correct", &change).await.location();
        assert!(!to.contains("draft="), "{to}");
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        let shown = sheet(&app, "office", &id).await;
        for words in ["更正前", "发现的问题：采购由一人经手", "已请有关部门核实", "更正原因", "原先写得太细"]
        {
            assert!(shown.contains(words), "{database:?} {words}: {shown}");
        }
        assert_eq!(shown.matches("后勤食堂").count(), 1, "what stayed as it was stands once: {shown}");
    }
}
