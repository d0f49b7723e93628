//! The sheet on site: the open book beside the list, one tap a mark, two readers at once, open items marked where
//! they are kept, and the head's signature on the reader's screen.

use serde_json::{Value, json};
use server::storage::q;

use super::{act, not, only, page, registered, remark, written};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, PASSWORD, TestApp},
};

/// A reading of the item of the record; id, record, talk, item.
async fn sheet(app: &TestApp) -> (String, String, String) {
    let (work, _, duty) = written(app).await;
    let id = registered(app, "2026-11-02", "2026-11-06").await;
    only(app, &id, &[&duty]).await;
    (id, work, duty)
}

async fn tap(app: &TestApp, login: &str, id: &str, row: (&str, &str), said: (&str, &str)) -> String {
    let fields = [("inspection", id), row, ("kind", said.0), ("text", said.1), ("tap", "1")];
    done(&mut app.sign_in(login).await, "/oversight/remark", &fields).await
}

async fn standing(app: &TestApp) -> Vec<(String, String)> {
    let find = "SELECT kind, by_name FROM inspection_remarks WHERE withdrawn_at IS NULL ORDER BY by_name, kind";
    let found = rows(app, q(find)).await;
    found.iter().map(|row| (row.text("kind").unwrap(), row.text("by_name").unwrap())).collect()
}

#[tokio::test]
async fn the_book_lies_open_beside_the_list_for_its_readers_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, work, _) = sheet(&app).await;
        for (login, reads) in
            [("office", true), ("office2", true), ("leader_b", true), ("team", false), ("deputy", false)]
        {
            let shown = page(&mut app.sign_in(login).await, &id).await;
            let record = &shown["sample"][0]["records"][0];
            assert_eq!(record["id"], work.as_str(), "{login}");
            assert_eq!(record["text"] == "专题研究了从严治党", reads, "{database:?} {login}: {record}");
        }
        // Looking there is a look into the book, and its owner is told.
        let seen = rows(&app, q("SELECT viewer FROM readings WHERE announced = 1")).await;
        assert_eq!(seen.len(), 2, "{database:?}");
        let html = app.sign_in("office").await.get(&format!("/oversight/{id}")).await.text();
        assert!(html.contains("专题研究了从严治党") && html.contains("data-onsite-sheet"), "{html}");
        let html = app.sign_in("leader_b").await.get(&format!("/oversight/{id}")).await.text();
        assert!(!html.contains("data-onsite-sheet"), "only a reader's device keeps it");
    }
}

#[tokio::test]
async fn the_own_mark_is_changed_and_two_readers_marks_merge() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, work, duty) = sheet(&app).await;
        let to = tap(&app, "office", &id, ("record", &work), ("sound", "")).await;
        assert!(to.ends_with(&format!("#row-{work}")), "{to}");
        // Tapped again, and sent again by a device that had no answer: one mark.
        tap(&app, "office", &id, ("record", &work), ("sound", "")).await;
        assert_eq!(standing(&app).await.len(), 1);
        tap(&app, "office", &id, ("record", &work), ("wanting", "补充签到表")).await;
        assert_eq!(standing(&app).await, [("wanting".to_owned(), "林思源".to_owned())], "{database:?}");
        let kept = rows(&app, q("SELECT withdrawn_why FROM inspection_remarks WHERE withdrawn_at IS NOT NULL")).await;
        assert!(kept[0].text("withdrawn_why").unwrap().contains("本人改为“需补充”"), "nothing is lost");
        // Another reader says the opposite: both stand, both are told, and the feedback waits.
        tap(&app, "office2", &id, ("record", &work), ("sound", "")).await;
        assert_eq!(standing(&app).await.len(), 2);
        for login in ["office", "office2"] {
            let shown = page(&mut app.sign_in(login).await, &id).await;
            let marks = shown["sample"][0]["records"][0]["marks"].as_array().unwrap().clone();
            assert_eq!(marks.len(), 2, "{login}");
            assert!(marks.iter().all(|m| m["against"].as_str().unwrap().contains("不一致")), "{marks:?}");
        }
        let none = not(&app, "office", &id, "feedback", &[("words", "意见"), ("early", "1")]).await;
        assert!(none.contains("翻阅人员的意见相反"), "{none}");
        // The head sees neither of one person's 与实际不符 nor that it is there.
        tap(&app, "office", &id, ("record", &work), ("mismatch", "日期对不上")).await;
        let own = page(&mut app.sign_in("leader_b").await, &id).await;
        assert_eq!(own["sample"][0]["records"][0]["marks"].as_array().unwrap().len(), 1, "{own}");
        assert!(!own.to_string().contains("不一致") && !own.to_string().contains("林思源11月"), "{own}");
        tap(&app, "office", &id, ("record", &work), ("wanting", "补充签到表")).await;
        // What is about the item is another thing than what is about the record.
        tap(&app, "office", &id, ("duty", &duty), ("sound", "")).await;
        tap(&app, "office2", &id, ("record", &work), ("wanting", "补充签到表")).await;
        let shown = page(&mut app.sign_in("leader_b").await, &id).await;
        assert!(!shown.to_string().contains("不一致"), "{shown}");
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        // Too late for a tap: told why, and the words are kept.
        let late =
            [("inspection", id.as_str()), ("record", &work), ("kind", "wanting"), ("text", "再补"), ("tap", "1")];
        let back = refused(&mut app.sign_in("office2").await, "/oversight/remark", &late).await;
        assert!(back.contains("已经定稿"), "{back}");
    }
}

#[tokio::test]
async fn what_two_found_not_to_match_stays_beside_its_item() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, work, _) = sheet(&app).await;
        let said = [("record", work.as_str()), ("kind", "mismatch"), ("text", "日期对不上"), ("tap", "1")];
        let mismatch = remark(&app, "office", &id, &said).await;
        let agree = [("inspection", id.as_str()), ("remark", &mismatch), ("do", "agree"), ("words", "")];
        done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agree).await;
        for login in ["office", "leader_b"] {
            let shown = page(&mut app.sign_in(login).await, &id).await;
            let record = &shown["sample"][0]["records"][0];
            assert!(record["words"].as_str().unwrap().contains("已取消对应"), "{database:?} {login}: {shown}");
            assert_eq!(record["marks"][0]["kind"], "mismatch", "{login}");
        }
        // What was marked stays marked.
        assert_eq!(page(&mut app.sign_in("office").await, &id).await["resume"]["words"], "抽查 1 条，已标 1 条");
    }
}

#[tokio::test]
async fn enter_without_a_choice_marks_nothing_and_loses_nothing() {
    let app = TestApp::new(BOTH[0]).await;
    let (id, _, duty) = sheet(&app).await;
    let fields = [("inspection", id.as_str()), ("duty", &duty), ("kind", ""), ("text", "台账在党办"), ("tap", "1")];
    let back = refused(&mut app.sign_in("office").await, "/oversight/remark", &fields).await;
    assert!(back.contains("还没有选意见") && back.contains("value=\"台账在党办\""), "{back}");
    assert!(standing(&app).await.is_empty());
}

/// A finding of the reading that became an open item; its id.
async fn found(app: &TestApp, id: &str, duty: &str) -> String {
    let wanting = remark(app, "office", id, &[("duty", duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
    let step = |act| vec![("inspection", id), ("remark", wanting.as_str()), ("do", act)];
    let more = [("words", "会议记录不全"), ("demand", "补齐会议记录"), ("deadline", "2026-12-20")];
    done(&mut app.sign_in("office").await, "/oversight/remark/step", &[step("item"), more.to_vec()].concat()).await;
    let agree = [step("approve"), vec![("words", "")]].concat();
    done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agree).await;
    rows(app, q("SELECT id FROM items")).await[0].text("id").unwrap()
}

#[tokio::test]
async fn an_open_item_is_marked_in_its_own_history() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, _, duty) = sheet(&app).await;
        let item = found(&app, &id, &duty).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(shown["items"][0]["id"], item.as_str(), "{shown}");
        assert!(shown["items"][0]["words"].as_str().unwrap().contains("督责反馈"));
        // Where it comes from stays inside the office.
        let own = page(&mut app.sign_in("leader_b").await, &id).await;
        assert!(own["items"][0]["words"].as_str().unwrap().contains("监督中发现"), "{own}");
        let marks = rows(&app, q("SELECT id FROM inspection_remarks")).await.len();
        let before = rows(&app, q("SELECT state, version FROM items")).await;
        let fields =
            |kind, text| [("inspection", id.as_str()), ("item", item.as_str()), ("kind", kind), ("text", text)];
        let mut office = app.sign_in("office").await;
        assert!(refused(&mut office, "/oversight/look", &fields("unsettled", " ")).await.contains("写一句看到的情况"));
        refused(&mut office, "/oversight/look", &fields("", "看过")).await;
        for login in ["team", "leader_b", "liaison_b", "deputy", "team2"] {
            refused(&mut app.sign_in(login).await, "/oversight/look", &fields("settled", "")).await;
        }
        done(&mut office, "/oversight/look", &fields("unsettled", "台账没有更新")).await;
        // Tapped twice: one line of the history.
        done(&mut office, "/oversight/look", &fields("unsettled", "台账没有更新 ")).await;
        done(&mut app.sign_in("office2").await, "/oversight/look", &fields("settled", "")).await;
        let after = rows(&app, q("SELECT state, version FROM items")).await;
        let same = |n: usize| (before[n].text("state").unwrap(), before[n].int("version").unwrap());
        assert_eq!((after[0].text("state").unwrap(), after[0].int("version").unwrap()), same(0), "{database:?}");
        assert_eq!(rows(&app, q("SELECT id FROM inspection_remarks")).await.len(), marks, "never a second list");
        let history =
            office.call("/api/accountability/item", json!({ "id": item })).await.json()["history"].to_string();
        assert!(history.contains("仍未整改：台账没有更新") && history.contains("已见整改"), "{history}");
        let looks = page(&mut office, &id).await["items"][0]["looks"].as_array().unwrap().clone();
        assert_eq!(looks.len(), 2, "{looks:?}");
        // An item of another post is none of this reading.
        let other = server::random::id(domain::time::Instant(3)).to_string();
        let wrong = [("inspection", id.as_str()), ("item", other.as_str()), ("kind", "settled"), ("text", "")];
        assert!(refused(&mut office, "/oversight/look", &wrong).await.contains("没有找到"));
        // The loop's own form does not take this step.
        let seen = after[0].int("version").unwrap().to_string();
        let by_hand = [("item", item.as_str()), ("step", "look"), ("seen", &seen), ("words", "已见整改")];
        refused(&mut office, "/accountability/step", &by_hand).await;
    }
}

#[tokio::test]
async fn the_head_signs_on_the_readers_screen_with_a_secret_of_his_own() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, ..) = sheet(&app).await;
        let (head, other) = (app.district.person("leader_b").to_string(), app.district.person("team").to_string());
        let with = |signer: &str, typed: &str, secret: &str| -> Vec<(&'static str, String)> {
            vec![("signer", signer.to_owned()), ("typed", typed.to_owned()), ("secret", secret.to_owned())]
        };
        let plain = |all: &[(&'static str, String)]| -> Vec<(&'static str, &'static str)> {
            all.iter().map(|(n, v)| (*n, &*Box::leak(v.clone().into_boxed_str()))).collect()
        };
        let good = plain(&with(&head, "叶国平", PASSWORD));
        not(&app, "office", &id, "here", &good).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(shown["signers"], json!([[head, "叶国平"]]), "{database:?}");
        for login in ["leader_b", "team", "deputy"] {
            assert_eq!(page(&mut app.sign_in(login).await, &id).await["signers"], json!([]), "{login}");
        }
        let wrong = not(&app, "office", &id, "here", &plain(&with(&head, "叶国平", "bu-dui-de-mi-ma"))).await;
        assert!(wrong.contains("密码或数字密码不对") && !wrong.contains("bu-dui-de-mi-ma"), "{wrong}");
        let drafts = rows(&app, q("SELECT fields FROM drafts")).await;
        assert!(drafts.iter().all(|d| !d.text("fields").unwrap().contains("bu-dui-de-mi-ma")), "no secret is kept");
        not(&app, "office", &id, "here", &plain(&with(&head, "林思源", PASSWORD))).await;
        not(&app, "office", &id, "here", &plain(&with(&other, "黎若水", PASSWORD))).await;
        not(&app, "leader_b", &id, "here", &good).await;
        act(&app, "office", &id, "here", &good).await;
        act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
        let closed = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(closed["phase"], "closed", "{closed}");
        let signed: Vec<Value> = closed["signed"].as_array().unwrap().clone();
        assert!(signed.iter().any(|s| s["role"] == "党组织主要负责人" && s["words"].to_string().contains("叶国平")));
    }
}
