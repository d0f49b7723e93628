//! 申请核对 and the batch of 「已补记，待核」 through the whole router on both databases.

mod corrected;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{command, done, execute, issued, refused, rows},
    harness::{BOTH, Client, Database, TestApp},
    records::saved,
};

/// The item of a printed number.
async fn duty(app: &TestApp, code: &str) -> String {
    rows(app, q("SELECT duty_id FROM colours WHERE code = $1").bind(code)).await[0].text("duty_id").unwrap()
}

/// What a question about the school's item sends.
async fn about(app: &TestApp, code: &str, words: &str) -> Vec<(String, String)> {
    let pairs = [
        ("kind", "colour".to_owned()),
        ("post", app.district.school_post.to_string()),
        ("year", "2026".to_owned()),
        ("key", duty(app, code).await),
        ("words", words.to_owned()),
    ];
    pairs.into_iter().map(|(n, v)| (n.to_owned(), v)).collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

async fn ask(app: &TestApp, client: &mut Client, code: &str, words: &str) -> String {
    let fields = about(app, code, words).await;
    done(client, "/oversight/checks/ask", &borrowed(&fields)).await
}

async fn not(app: &TestApp, client: &mut Client, code: &str, words: &str) -> String {
    let fields = about(app, code, words).await;
    refused(client, "/oversight/checks/ask", &borrowed(&fields)).await
}

/// The newest question.
async fn newest(app: &TestApp) -> String {
    rows(app, q("SELECT id FROM fact_checks ORDER BY asked_at DESC, id DESC")).await[0].text("id").unwrap()
}

async fn colours(client: &mut Client, app: &TestApp, code: &str) -> Value {
    let post = app.district.school_post.to_string();
    let page = client.call("/api/oversight/colours", json!({ "post": post, "year": 2026 })).await.json();
    page["rows"].as_array().unwrap().iter().find(|r| r["code"] == code).unwrap().clone()
}

async fn listed(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/oversight/checks", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

#[tokio::test]
async fn asked_with_one_tap_answered_and_back_at_the_same_place() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        assert_eq!(colours(&mut head, &app, "6.3").await["may_ask"], true);
        let place = ask(&app, &mut head, "6.3", "").await;
        assert!(place.contains("/oversight/colours/") && place.contains("done=asked#i"), "{place}");
        let row = colours(&mut head, &app, "6.3").await;
        assert_eq!((row["may_ask"].as_bool(), row["checks"][0]["state"].as_str()), (Some(false), Some("asked")));
        // The first Monday of November: five working days later is the Monday after.
        assert!(row["checks"][0]["asked"].as_str().unwrap().contains("11月9日前答复"), "{row}");
        assert!(not(&app, &mut head, "6.3", "再问").await.contains("还在等答复"), "one open question per subject");

        let id = newest(&app).await;
        for (login, words) in [("team", true), ("office", true), ("team2", false), ("deputy", false)] {
            let mut client = app.sign_in(login).await;
            let found = listed(&mut client, json!({})).await;
            let mine = found["rows"].as_array().unwrap().iter().any(|r| r["may_answer"] == true);
            assert_eq!(mine, words, "{login}: {found}");
            assert_eq!(client.get("/todo").await.text().contains("申请核对"), words, "{login}");
        }
        let mut team = app.sign_in("team").await;
        let shown = team.get("/oversight/checks").await.text();
        assert!(shown.contains("6.3") && shown.contains("叶国平"), "facts stand beside the question");
        let step = |act, words| [("check", id.as_str()), ("do", act), ("words", words)];
        let none = refused(&mut team, "/oversight/checks/step", &step("uphold", "")).await;
        assert!(none.contains("答复还没有填写"));
        done(&mut team, "/oversight/checks/step", &step("uphold", "第三季度没有谈话记录")).await;
        let twice = refused(&mut team, "/oversight/checks/step", &step("correct", "改")).await;
        assert!(twice.contains("已经答复过"));

        let row = colours(&mut head, &app, "6.3").await;
        let check = &row["checks"][0];
        assert!(check["answer"].as_str().unwrap().contains("维持原判：第三季度没有谈话记录（黎若水"), "{check}");
        assert_eq!(check["unseen"], true);
        assert!(head.get("/todo").await.text().contains("核对答复"));
        let mut seen = about(&app, "6.3", "").await;
        seen.push(("check".into(), id.clone()));
        seen.push(("do".into(), "seen".into()));
        done(&mut head, "/oversight/checks/step", &borrowed(&seen)).await;
        assert!(!head.get("/todo").await.text().contains("核对答复"));
        // Again: only with what is new.
        let bare = not(&app, &mut head, "6.3", "").await;
        assert!(bare.contains("再次申请请写明"), "{bare}");
        ask(&app, &mut head, "6.3", "9月12日的谈话已补记").await;
        let log =
            rows(&app, q("SELECT action FROM audit WHERE action LIKE 'oversight.fact_check%' ORDER BY seq")).await;
        assert_eq!(log.len(), 3);
        // The words are between the head and who answers; the log says that there were some.
        let details = rows(&app, q("SELECT text FROM audit_details ORDER BY seq")).await;
        let said: Vec<String> = details.iter().map(|row| row.text("text").unwrap()).collect();
        let words = ["第三季度没有谈话记录", "9月12日的谈话已补记"];
        assert!(!said.iter().any(|text| words.iter().any(|w| text.contains(w))), "{database:?}: {said:?}");
        let done_list = listed(&mut team, json!({ "show": "done" })).await;
        assert_eq!(done_list["rows"].as_array().unwrap().len(), 1);
        assert_eq!(team.get("/oversight/checks/export?show=done").await.status, 200);
    }
}

#[tokio::test]
async fn only_the_head_asks_and_only_about_what_is_his() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let fields = about(&app, "6.3", "").await;
    for login in ["leader_a", "liaison_b", "member_a", "team", "office", "secretary", "sysadmin"] {
        let mut client = app.sign_in(login).await;
        let page = refused(&mut client, "/oversight/checks/ask", &borrowed(&fields)).await;
        assert!(page.contains("没有找到"), "{login}");
    }
    let mut head = app.sign_in("leader_b").await;
    let wrong = |name: &str, value: &str| {
        let mut all = fields.clone();
        all.retain(|(n, _)| n != name);
        all.push((name.to_owned(), value.to_owned()));
        all
    };
    let table = [
        (wrong("key", &command()), "没有找到"),
        (wrong("key", "'; DROP TABLE"), "没有找到"),
        (wrong("kind", "person"), "不完整"),
        (wrong("year", "2031"), "没有找到"),
        (wrong("post", &app.district.civil_post.to_string()), "没有找到"),
        (wrong("words", &"字".repeat(501)), "超过了 500 个字"),
    ];
    for (fields, words) in table {
        let reply = crate::duties::send(&mut head, "/oversight/checks/ask", &borrowed(&fields)).await;
        assert!(reply.location().contains("draft="), "{words}");
        let draft = reply.location().split("draft=").nth(1).unwrap().split('#').next().unwrap().to_owned();
        let problem =
            rows(&app, q("SELECT problem FROM drafts WHERE id = $1").bind(&draft)).await[0].text("problem").unwrap();
        assert!(problem.contains(words), "{words}: {problem}");
    }
    // Nothing to ask about where nothing needs attention.
    assert!(not(&app, &mut head, "13.4", "").await.contains("不需要关注"));
    assert!(rows(&app, q("SELECT id FROM fact_checks")).await.is_empty());
}

#[tokio::test]
async fn taken_back_and_not_by_others() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut head = app.sign_in("leader_b").await;
    ask(&app, &mut head, "6.3", "").await;
    let id = newest(&app).await;
    let mut fields = about(&app, "6.3", "").await;
    fields.push(("check".into(), id.clone()));
    fields.push(("do".into(), "withdraw".into()));
    for login in ["leader_a", "liaison_b", "office", "team2"] {
        let mut client = app.sign_in(login).await;
        let reply = crate::duties::send(&mut client, "/oversight/checks/step", &borrowed(&fields)).await;
        assert!(reply.location().contains("draft="), "{login}: {}", reply.location());
    }
    done(&mut head, "/oversight/checks/step", &borrowed(&fields)).await;
    let mut team = app.sign_in("team").await;
    let late = [("check", id.as_str()), ("do", "uphold"), ("words", "核对过")];
    assert!(refused(&mut team, "/oversight/checks/step", &late).await.contains("已经撤回"));
    // Taken back, it may be asked again without a word.
    ask(&app, &mut head, "6.3", "").await;
}

#[tokio::test]
async fn a_successor_is_told_why_he_cannot_ask_yet() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        ask(&app, &mut head, "6.3", "").await;
        assert_eq!(colours(&mut head, &app, "6.3").await["before_me"], false);
        crate::portrait::succeeded_by(&app, "member_a").await;
        let mut successor = app.sign_in("member_a").await;
        let row = colours(&mut successor, &app, "6.3").await;
        let shown = (row["may_ask"].as_bool(), row["before_me"].as_bool(), row["checks"].as_array().map(Vec::len));
        assert_eq!(shown, (Some(false), Some(true), Some(0)), "{row}");
    }
}

#[tokio::test]
async fn many_late_records_turn_green_at_once_for_their_reader_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        let study = duty(&app, "3.3").await;
        let first = saved(&mut head, &[("text", "六月专题研究"), ("event_on", "2026-06-12"), ("duty", &study)]).await;
        assert_eq!(colours(&mut head, &app, "3.3").await["tone"], "pending");
        let mut office = app.sign_in("office").await;
        let waiting = listed(&mut office, json!({})).await["pending"].clone();
        assert_eq!((waiting.as_array().unwrap().len(), waiting[0]["may_verify"].as_bool()), (1, Some(false)));
        assert!(waiting[0]["hint"].as_str().unwrap().contains("登记翻阅检查"));
        // Without a reading the row says why, and nothing else is wrong.
        let place = done_with(&mut office, &[("record", &first)]).await;
        let text = office.get(place.split('#').next().unwrap()).await.text();
        assert!(place.contains("done=0-1") && text.contains("不在您登记的翻阅检查期间"), "{place}");
        assert!(refused(&mut office, "/oversight/checks/verify", &[]).await.contains("还没有选记录"));

        app.clock.advance_ms(1_000);
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let unknown = command();
        let place = done_with(&mut office, &[("record", &first), ("record", &unknown)]).await;
        assert!(place.contains("done=1-1"), "one row keeps no other back: {place}");
        assert_eq!(colours(&mut head, &app, "3.3").await["tone"], "ok");
        let row = colours(&mut head, &app, "3.3").await;
        assert_eq!(
            (row["changes"][0]["from"][0].as_str(), row["changes"][0]["to"][0].as_str()),
            (Some("pending"), Some("ok"))
        );
        // The same unit's own people never check it, nor does anybody who is no reader.
        for login in ["leader_b", "liaison_b", "team2"] {
            let mut client = app.sign_in(login).await;
            let reply =
                crate::duties::send(&mut client, "/oversight/checks/verify", &[("record", first.as_str())]).await;
            assert!(reply.location().contains("draft="), "{login}: {}", reply.location());
        }
    }
}

async fn done_with(client: &mut Client, fields: &[(&str, &str)]) -> String {
    let reply = crate::duties::send(client, "/oversight/checks/verify", fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    reply.location()
}

#[tokio::test]
async fn the_days_for_an_answer_are_the_bodys_and_colour_no_unit() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut head = app.sign_in("leader_b").await;
    ask(&app, &mut head, "6.3", "").await;
    execute(&app, q("UPDATE fact_checks SET due_on = '2026-10-30'")).await;
    let mut team = app.sign_in("team").await;
    let found = listed(&mut team, json!({})).await;
    assert_eq!(found["rows"][0]["late"], true);
    assert!(team.get("/oversight/checks").await.text().contains("答复已超期"));
    assert_eq!(colours(&mut head, &app, "6.3").await["tone"], "warn");
}

#[tokio::test]
async fn what_may_be_verified_now_is_not_crowded_out() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut head = app.sign_in("leader_b").await;
        let study = duty(&app, "3.3").await;
        let first = saved(&mut head, &[("text", "六月专题研究"), ("event_on", "2026-06-12"), ("duty", &study)]).await;
        // More than a page of another year, which the list begins with.
        let colour =
            "INSERT INTO colours (post_id, year, duty_id, district_id, unit_id, code, tone, word, reason, facts,
                        progress, rule_version)
                      SELECT post_id, 2027, duty_id, district_id, unit_id, code, tone, word, reason, facts, progress,
                        rule_version FROM colours WHERE code = '3.3'";
        execute(&app, q(colour)).await;
        for n in 1..=100_i64 {
            let id = format!("00000000-0000-7000-8000-000000000{n:03}");
            let record =
                "INSERT INTO records (id, district_id, post_id, unit_id, year, page, state, kind, text, event_on,
                            recorded_at, recorded_on, author_person)
                          SELECT $1, district_id, post_id, unit_id, 2027, $2, state, kind, text, event_on, recorded_at,
                            recorded_on, author_person FROM records WHERE id = $3";
            execute(&app, q(record).bind(&id).bind(n).bind(&first)).await;
            let item = "INSERT INTO record_duties (record_id, duty_id, district_id, code)
                        SELECT $1, duty_id, district_id, code FROM record_duties WHERE record_id = $2";
            execute(&app, q(item).bind(&id).bind(&first)).await;
        }
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let waiting = listed(&mut app.sign_in("office").await, json!({})).await["pending"].clone();
        assert_eq!(waiting.as_array().unwrap().len(), 100, "{database:?}");
        assert_eq!((&waiting[0]["record"], &waiting[0]["may_verify"]), (&json!(first), &json!(true)), "{database:?}");
    }
}
