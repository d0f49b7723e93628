//! One confirmation is one copy, of what stood in the book when it was given; the 文号 is a text like any other.

use server::storage::q;

use serde_json::json;

use super::{ids, page, registered, remark, taking::words, written};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, Client, PASSWORD, TestApp},
    records::saved,
};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const FILE: &str = "/oversight/takings/file";

async fn decide(client: &mut Client, id: &str, what: &str) {
    done(client, "/oversight/takings/decide", &[("taking", id), ("do", what), ("secret", PASSWORD)]).await;
}

#[tokio::test]
async fn a_confirmation_gives_one_copy_of_the_book_as_it_stood() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, ..) = written(&app).await;
        let (post, ..) = ids(&app);
        let ask = |number| {
            [
                ("post", post.as_str()),
                ("year", "2026"),
                ("number", number),
                ("reason", "依规调取"),
                ("secret", PASSWORD),
                ("sure", "1"),
            ]
        };
        let mut office = app.sign_in("office").await;
        let bad = refused(&mut office, "/oversight/takings/ask", &ask("文号11010519491231002X")).await;
        assert!(bad.contains("身份证号"), "{bad}");
        done(&mut office, "/oversight/takings/ask", &ask("滨纪〔2026〕9号")).await;
        let id = rows(&app, q("SELECT id FROM book_takings")).await[0].text("id").unwrap();
        decide(&mut app.sign_in("deputy").await, &id, "approve").await;
        decide(&mut app.sign_in("office2").await, &id, "second").await;
        app.clock.advance_ms(MINUTE);
        let mut leader = app.sign_in("leader_b").await;
        crate::search::correct(&mut leader, &work, "确认之后改成的正文", "study").await;
        saved(&mut leader, &[("text", "确认之后才写的一条"), ("kind", "study")]).await;
        let take = [("taking", id.as_str()), ("secret", PASSWORD)];
        let waiting = office.get("/oversight/takings").await.text();
        assert!(waiting.contains("24小时内下载一次") && waiting.contains("确认时"), "{waiting}");
        let file = send(&mut office, FILE, &take).await;
        assert_eq!(file.status, 200, "{database:?} {}", file.location());
        let text = words(&file.body);
        assert!(text.contains("专题研究了从严治党") && text.contains("内容截至"), "{text}");
        assert!(!text.contains("确认之后"), "{database:?}: what was written later: {text}");
        assert!(!text.contains("写错了"), "nor the correction: {text}");
        // Once.
        assert!(refused(&mut office, FILE, &take).await.contains("确认后已经调取过"));
        assert!(office.get("/oversight/takings").await.text().contains("再次调取，须第二名经办人再次确认"));
        // A confirmation holds for a day, and a new one is of the book of that moment.
        app.clock.advance_ms(MINUTE);
        decide(&mut app.sign_in("office2").await, &id, "second").await;
        app.clock.advance_ms(DAY + MINUTE);
        let mut office = app.sign_in("office").await;
        assert!(refused(&mut office, FILE, &take).await.contains("24小时"), "{database:?}");
        decide(&mut app.sign_in("office2").await, &id, "second").await;
        let again = send(&mut office, FILE, &take).await;
        assert_eq!(again.status, 200, "{}", again.location());
        let text = words(&again.body);
        assert!(text.contains("确认之后才写的一条") && text.contains("确认之后改成的正文"), "{text}");
        let log = q("SELECT action FROM audit WHERE action IN ('oversight.taking_seconded', 'oversight.taking_taken')");
        assert_eq!(rows(&app, log).await.len(), 5, "every confirmation and every copy");
    }
}

/// A request that the second handler has just confirmed; its id.
async fn confirmed(app: &TestApp) -> String {
    let (post, ..) = ids(app);
    let ask = [("post", post.as_str()), ("year", "2026"), ("number", "滨纪〔2026〕7号"), ("reason", "依规调取")];
    let sure: Vec<(&str, &str)> = ask.into_iter().chain([("secret", PASSWORD), ("sure", "1")]).collect();
    done(&mut app.sign_in("office").await, "/oversight/takings/ask", &sure).await;
    let id = rows(app, q("SELECT id FROM book_takings")).await[0].text("id").unwrap();
    decide(&mut app.sign_in("deputy").await, &id, "approve").await;
    decide(&mut app.sign_in("office2").await, &id, "second").await;
    id
}

async fn correct(leader: &mut Client, record: &str, more: &[(&str, &str)]) {
    let one = leader.call("/api/records/one", json!({ "id": record })).await.json();
    let (seen, text) = (one["version"].to_string(), one["row"]["text"].as_str().unwrap().to_owned());
    let mut fields = vec![("record", record), ("seen", seen.as_str()), ("text", text.as_str()), ("reason", "记错了")];
    fields.extend_from_slice(more);
    done(leader, "/records/correct", &fields).await;
}

/// What the copy says of a record, from its text to the next one.
fn said<'a>(copy: &'a str, text: &str) -> &'a str {
    let from = copy.find(text).unwrap_or_else(|| panic!("{text} is not in {copy}"));
    let end = copy[from..].find("党组织主要负责人：").map_or(copy.len(), |at| from + at);
    &copy[from..end]
}

#[tokio::test]
async fn a_copy_says_which_items_corresponded_at_the_confirmation() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let reading = registered(&app, "2026-11-02", "2026-11-06").await;
        let find = q(
            "SELECT code, duty_id FROM leader_items WHERE list_id IN (SELECT id FROM leader_lists WHERE post_id = $1)",
        )
        .bind(app.district.school_post);
        let duties = rows(&app, find).await;
        let duty = |code: &str| {
            let row = duties.iter().find(|row| row.text("code").unwrap() == code).unwrap();
            row.text("duty_id").unwrap()
        };
        let (study, talk, declared) = (duty("3.3"), duty("6.3"), duty("13.4"));
        let mut leader = app.sign_in("leader_b").await;
        let mut record = async |text: &str, duty: &str| {
            let mut fields = vec![("text", text), ("kind", "study"), ("event_on", "2026-11-02")];
            fields.extend((!duty.is_empty()).then_some(("duty", duty)));
            saved(&mut leader, &fields).await
        };
        let taken_off = record("后来去掉对应的一条", &study).await;
        let moved = record("后来改了日期的一条", &talk).await;
        let unmatched = record("后来取消对应的一条", &declared).await;
        let refuted = record("后来核查不符的一条", &declared).await;
        let cleared = record("先前核查不符的一条", &declared).await;
        let added = record("后来才对应的一条", "").await;
        let draft =
            saved(&mut app.sign_in("liaison_b").await, &[("text", "确认之后才入册的代录"), ("kind", "study")]).await;
        let step = async |login: &str, remark: &str, act: &str, words: &str| {
            let fields = [("inspection", reading.as_str()), ("remark", remark), ("do", act), ("words", words)];
            done(&mut app.sign_in(login).await, "/oversight/remark/step", &fields).await;
        };
        let mismatch = async |record: &str| {
            let about = [("record", record), ("kind", "mismatch"), ("text", "会议记录没有这项议题")];
            remark(&app, "office", &reading, &about).await
        };
        let before = mismatch(&cleared).await;
        step("office2", &before, "agree", "").await;
        app.clock.advance_ms(MINUTE);
        let id = confirmed(&app).await;
        // All of this comes after the moment that the copy is of.
        app.clock.advance_ms(MINUTE);
        let mut leader = app.sign_in("leader_b").await;
        correct(&mut leader, &taken_off, &[("items", "1")]).await;
        correct(&mut leader, &moved, &[("event_on", "2026-09-28")]).await;
        correct(&mut leader, &added, &[("items", "1"), ("duty", &study)]).await;
        step("leader_b", &before, "ask", "请核对会议记录附件").await;
        step("office", &before, "yield", "附件里有，撤回").await;
        let later = mismatch(&refuted).await;
        step("office2", &later, "agree", "").await;
        let off = [
            ("inspection", reading.as_str()),
            ("record", unmatched.as_str()),
            ("duty", declared.as_str()),
            ("reason", "这一条不能算落实"),
        ];
        done(&mut app.sign_in("office").await, "/oversight/unmatch", &off).await;
        let seen = leader.call("/api/records/one", json!({ "id": draft })).await.json()["version"].to_string();
        let confirm = [("record", draft.as_str()), ("seen", seen.as_str()), ("decision", "confirm")];
        done(&mut leader, "/records/decide", &confirm).await;
        assert!(page(&mut leader, &reading).await["unmatched"].as_array().unwrap().len() >= 2);
        app.clock.advance_ms(MINUTE);
        let take = [("taking", id.as_str()), ("secret", PASSWORD)];
        let file = send(&mut app.sign_in("office").await, FILE, &take).await;
        assert_eq!(file.status, 200, "{database:?} {}", file.location());
        let copy = words(&file.body);
        let table = [
            ("后来去掉对应的一条", "对应清单条目：3.3"),
            ("后来改了日期的一条", "对应清单条目：6.3"),
            ("后来取消对应的一条", "对应清单条目：13.4"),
            ("后来核查不符的一条", "对应清单条目：13.4"),
            ("先前核查不符的一条", ""),
            ("后来才对应的一条", ""),
        ];
        for (text, items) in table {
            let said = said(&copy, text);
            assert!(said.contains(items), "{database:?} {text}: {said}");
            assert_eq!(said.contains("对应清单条目"), !items.is_empty(), "{database:?} {text}: {said}");
        }
        assert!(!copy.contains("9月28日") && !copy.contains("入册的代录"), "{database:?} {copy}");
        assert!(copy.contains("本件不含条目状态和进度"), "{copy}");
        // The book of today is another one.
        let other = [("secret", PASSWORD), ("taking", id.as_str()), ("do", "second")];
        execute(&app, q("UPDATE inspections SET standing = 'closed', closed_on = '2026-11-02'")).await;
        app.clock.advance_ms(MINUTE);
        done(&mut app.sign_in("office2").await, "/oversight/takings/decide", &other).await;
        let copy = words(&send(&mut app.sign_in("office").await, FILE, &take).await.body);
        for (text, items) in table {
            let said = said(&copy, text);
            let now = match text {
                "后来改了日期的一条" => "6.3",
                "先前核查不符的一条" => "13.4",
                "后来才对应的一条" => "3.3",
                _ => "",
            };
            let stands = said.contains(&format!("对应清单条目：{now}"));
            assert!(stands != now.is_empty() || !said.contains("对应清单条目"), "{database:?} {text} {items}: {said}");
        }
        assert!(copy.contains("确认之后才入册的代录"), "{database:?} {copy}");
    }
}
