//! What does not match is two persons' word and can be checked; a tick is taken off with a reason.

use serde_json::{Value, json};
use server::storage::q;

use super::{not, page, registered, remark, tone, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, Client, TestApp},
};

fn plain<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

#[tokio::test]
async fn what_does_not_match_is_two_persons_word_and_can_be_checked() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "会议记录没有这项议题")];
        let mismatch = remark(&app, "office", &id, &about).await;
        let mut leader = app.sign_in("leader_b").await;
        assert!(page(&mut leader, &id).await["remarks"].as_array().unwrap().is_empty(), "one person's word only");
        let step = |what: &'static str, words: &'static str| {
            vec![
                ("inspection", id.clone()),
                ("remark", mismatch.clone()),
                ("do", what.to_owned()),
                ("words", words.to_owned()),
            ]
        };
        let mut office = app.sign_in("office").await;
        let mut second = app.sign_in("office2").await;
        let (agree, ask, give) =
            (step("agree", ""), step("ask", "请核对会议记录附件"), step("yield", "附件里有，撤回"));
        assert!(refused(&mut office, "/oversight/remark/step", &plain(&agree)).await.contains("另一名"));
        assert!(refused(&mut leader, "/oversight/remark/step", &plain(&ask)).await.contains("没有找到"));
        let none = not(&app, "office", &id, "feedback", &[("words", "意见")]).await;
        assert!(none.contains("第二人认定"), "{none}");
        assert_eq!(tone(&app, &duty).await.0, "ok");
        done(&mut second, "/oversight/remark/step", &plain(&agree)).await;
        let (red, why) = tone(&app, &duty).await;
        assert!(red == "late" && why.contains("核查不符"), "{why}");
        // No date made it red, and its own page says what did.
        let form = json!({ "post": app.district.school_post, "year": 2026 });
        let colours = leader.call("/api/oversight/colours", form).await.json();
        let row = colours["rows"].as_array().unwrap().iter().find(|r| r["duty"] == duty.as_str());
        let row = row.unwrap_or_else(|| panic!("{colours}"));
        assert_eq!(row["word"], "核查不符");
        assert!(row["rule"].as_str().unwrap().contains("核查不符按硬性事项显示红色"), "{row}");
        assert_eq!(row["facts"][0]["link"], format!("/oversight/{id}#remark-{mismatch}"), "{database:?}");
        assert!(row["facts"][0]["words"].as_str().unwrap().contains("与实际不符"), "{row}");
        assert!(row["changes"].as_array().unwrap().iter().any(|change| change["to"][1] == "核查不符"), "{row}");
        assert_eq!(row["facts"][1], Value::Null);
        let form = json!({ "post": app.district.school_post, "item": duty, "year": 2026 });
        let item = office.call("/api/board/item", form).await.json();
        assert!(item["rule"].as_str().unwrap().contains("核查不符按硬性事项显示红色"), "{item}");
        // No date makes it pressing: what is to be done is said, and where it is explained.
        let home = leader.get("/home").await.text();
        assert!(home.contains("核查不符，请核对后更正或补充") && home.contains(&format!("#i{duty}\"")), "{home}");
        let ticks = "SELECT unmatched_why FROM record_duties WHERE record_id = $1";
        assert!(rows(&app, q(ticks).bind(&work)).await[0].text("unmatched_why").unwrap().contains("会议记录没有"));
        refused(&mut second, "/oversight/remark/step", &plain(&agree)).await;
        // The head asks for a check, and is right.
        done(&mut leader, "/oversight/remark/step", &plain(&ask)).await;
        refused(&mut leader, "/oversight/remark/step", &plain(&ask)).await;
        refused(&mut leader, "/oversight/remark/step", &plain(&give)).await;
        done(&mut office, "/oversight/remark/step", &plain(&give)).await;
        assert_eq!(tone(&app, &duty).await.0, "ok");
        assert!(!leader.get("/home").await.text().contains("核查不符，请核对"));
        assert!(rows(&app, q(ticks).bind(&work)).await[0].opt_text("unmatched_why").unwrap().is_none());
    }
}

#[tokio::test]
async fn a_tick_is_taken_off_with_a_reason_and_colours_follow() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let fields = |reason| {
            [("inspection", id.as_str()), ("record", work.as_str()), ("duty", duty.as_str()), ("reason", reason)]
        };
        for login in ["team", "leader_b", "deputy", "team2"] {
            refused(&mut app.sign_in(login).await, "/oversight/unmatch", &fields("不符")).await;
        }
        let mut office = app.sign_in("office").await;
        refused(&mut office, "/oversight/unmatch", &fields("")).await;
        let before = tone(&app, &duty).await;
        done(&mut office, "/oversight/unmatch", &fields("蹲点不是专题研究")).await;
        assert_ne!(tone(&app, &duty).await, before);
        refused(&mut office, "/oversight/unmatch", &fields("再来一次")).await;
        let mut leader = app.sign_in("leader_b").await;
        let seen = page(&mut leader, &id).await["unmatched"].to_string();
        assert!(seen.contains("蹲点不是专题研究"), "{seen}");
        let one = leader.call("/api/records/one", json!({ "id": work })).await.json();
        assert!(one["items"].as_array().unwrap().is_empty());
    }
}

fn step<'a>(reading: &'a str, remark: &'a str, act: &'a str, seen: &'a str) -> [(&'a str, &'a str); 5] {
    [("inspection", reading), ("remark", remark), ("do", act), ("seen", seen), ("words", "核对过了")]
}

const STEP: &str = "/oversight/remark/step";

async fn row_of(client: &mut Client, reading: &str, remark: &str) -> Value {
    let page = page(client, reading).await;
    page["remarks"].as_array().unwrap().iter().find(|row| row["id"] == remark).unwrap().clone()
}

#[tokio::test]
async fn a_mismatch_is_about_what_the_record_claimed_then() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        // An item that its author had taken off himself.
        let other = rows(&app, q("SELECT duty_id, code FROM leader_items WHERE code <> '9.1' ORDER BY code")).await;
        let (other, code) = (other[0].text("duty_id").unwrap(), other[0].text("code").unwrap());
        let taken_off =
            q("INSERT INTO record_duties (record_id, duty_id, district_id, code, unmatched_why, unmatched_by)
                           VALUES ($1, $2, $3, $4, '写错了', $5)");
        let author = app.district.person("leader_b");
        execute(&app, taken_off.bind(&work).bind(&other).bind(app.district.id).bind(code).bind(author)).await;
        // Another record of the same morning stood there before.
        let mut leader = app.sign_in("leader_b").await;
        let form = leader.call("/api/records/new", json!({})).await.json();
        let post = form["post"].as_str().unwrap();
        let fields =
            [("post", post), ("text", "又研究一次"), ("kind", "study"), ("event_on", ""), ("duty", duty.as_str())];
        done(&mut leader, "/records/save", &fields).await;
        let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "没有这项议题")];
        let mismatch = remark(&app, "office", &id, &about).await;
        done(&mut app.sign_in("office2").await, STEP, &step(&id, &mismatch, "agree", "")).await;
        let (red, why) = tone(&app, &duty).await;
        assert!(red == "late" && why.contains("核查不符"), "{database:?}: {red} {why}");
        let (_, why) = tone(&app, &other).await;
        assert!(!why.contains("核查不符"), "{database:?}: {why}");
    }
}

#[tokio::test]
async fn nobody_takes_back_what_another_said() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let (mut office, mut second) = (app.sign_in("office").await, app.sign_in("office2").await);
        let wanting = remark(&app, "office", &id, &[("kind", "wanting"), ("text", "补充会议记录")]).await;
        let no = refused(&mut second, STEP, &step(&id, &wanting, "retract", "0")).await;
        assert!(no.contains("只有填写这条意见的同志可以撤回"), "{no}");
        done(&mut office, STEP, &step(&id, &wanting, "retract", "0")).await;
        let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "没有这项议题")];
        remark(&app, "office", &id, &about).await;
        // Both were written in one instant of the test's clock.
        let find = "SELECT id FROM inspection_remarks WHERE kind = 'mismatch'";
        let mismatch = rows(&app, q(find)).await[0].text("id").unwrap();
        // The same words about the same record would be taken for it.
        let mut again = vec![("inspection", id.as_str())];
        again.extend(about);
        assert!(refused(&mut office, "/oversight/remark", &again).await.contains("说明相同"));
        done(&mut second, STEP, &step(&id, &mismatch, "agree", "")).await;
        // His page is from before the second reader agreed.
        refused(&mut office, STEP, &step(&id, &mismatch, "retract", "0")).await;
        assert!(page(&mut office, &id).await["remarks"].to_string().contains("第二人认定：陶文博\""));
        let row = row_of(&mut office, &id, &mismatch).await;
        let seen = row["seen"].to_string();
        assert!(refused(&mut second, STEP, &step(&id, &mismatch, "retract", &seen)).await.contains("先提出撤回"));
        done(&mut office, STEP, &step(&id, &mismatch, "retract", &seen)).await;
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}: one of the two is not enough");
        let row = row_of(&mut second, &id, &mismatch).await;
        assert!(row["second"].as_str().unwrap().contains("提出撤回") && row["withdrawn"] == "", "{row}");
        let seen = row["seen"].to_string();
        refused(&mut office, STEP, &step(&id, &mismatch, "retract", &seen)).await;
        done(&mut second, STEP, &step(&id, &mismatch, "retract", &seen)).await;
        assert_eq!(tone(&app, &duty).await.0, "ok", "{database:?}");
        let typed = [
            ("inspection", id.as_str()),
            ("record", work.as_str()),
            ("duty", duty.as_str()),
            ("reason", "核查不符：没有这项议题"),
        ];
        assert!(refused(&mut office, "/oversight/unmatch", &typed).await.contains("须由两人认定"));
    }
}

/// One more record of the school's head on `duty`; its id.
async fn again(app: &TestApp, text: &str, duty: &str) -> String {
    let mut leader = app.sign_in("leader_b").await;
    let form = leader.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap();
    let fields = [("post", post), ("text", text), ("kind", "study"), ("event_on", ""), ("duty", duty)];
    done(&mut leader, "/records/save", &fields).await.split(['/', '?']).nth(2).unwrap().to_owned()
}

#[tokio::test]
async fn an_answer_of_the_same_day_belongs_to_its_mismatch() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let refute = async |record: &str, text: &str| {
            app.clock.advance_ms(60_000);
            let about = [("record", record), ("kind", "mismatch"), ("text", text)];
            let mismatch = remark(&app, "office", &id, &about).await;
            app.clock.advance_ms(60_000);
            done(&mut app.sign_in("office2").await, STEP, &step(&id, &mismatch, "agree", "")).await;
            app.clock.advance_ms(60_000);
            mismatch
        };
        refute(&work, "没有这项议题").await;
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}");
        // An hour later he does it, and writes it down: an answer, on the day of the mismatch.
        let answer = again(&app, "下午补上了专题研究", &duty).await;
        let (pending, why) = tone(&app, &duty).await;
        assert!(pending == "pending" && why.contains("现已补记"), "{database:?}: {pending} {why}");
        // That one does not match either: what answered the first mismatch does not answer the second.
        let second = refute(&answer, "下午没有开会").await;
        assert_eq!(tone(&app, &duty).await.0, "late", "{database:?}");
        let third = again(&app, "傍晚又研究一次", &duty).await;
        assert_eq!(tone(&app, &duty).await.0, "pending", "{database:?}");
        let mut office = app.sign_in("office").await;
        let one = office.call("/api/records/one", json!({ "id": third })).await.json();
        let seen = one["version"].to_string();
        let verify = [("record", third.as_str()), ("seen", &seen), ("decision", "verify"), ("reason", "")];
        done(&mut office, "/records/decide", &verify).await;
        assert_eq!(tone(&app, &duty).await.0, "ok", "{database:?}");
        // The second one is taken back by both: its own ticks come back, and no others.
        let mut second_reader = app.sign_in("office2").await;
        for client in [&mut office, &mut second_reader] {
            let seen = row_of(client, &id, &second).await["seen"].to_string();
            done(client, STEP, &step(&id, &second, "retract", &seen)).await;
        }
        let ticks = "SELECT record_id, unmatched_why, cause_id FROM record_duties WHERE duty_id = $1";
        for row in rows(&app, q(ticks).bind(&duty)).await {
            let off = row.text("record_id").unwrap() == work;
            assert_eq!(row.opt_text("unmatched_why").unwrap().is_some(), off, "{database:?}");
            assert_eq!(row.opt_text("cause_id").unwrap().is_some(), off, "{database:?}");
        }
    }
}

#[tokio::test]
async fn sound_needs_words_where_no_page_speaks_for_the_item() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (_, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let other = rows(&app, q("SELECT duty_id FROM leader_items WHERE code <> '9.1' ORDER BY code")).await;
        let other = other[0].text("duty_id").unwrap();
        let mut office = app.sign_in("office").await;
        let mut fields = [("inspection", id.as_str()), ("duty", other.as_str()), ("kind", "sound"), ("text", " ")];
        let no = refused(&mut office, "/oversight/remark", &fields).await;
        assert!(no.contains("还没有对应的记录"), "{database:?}: {no}");
        // The sheet asks for the same before anything is sent, on the device as well (onsite.js).
        let shown = page(&mut office, &id).await;
        let sample = shown["sample"].as_array().unwrap();
        for row in sample {
            assert_eq!(row["bare"] == true, row["duty"] != duty.as_str(), "{database:?}: {row}");
        }
        let html = office.get(&format!("/oversight/{id}")).await.text();
        let bare = sample.iter().filter(|row| row["bare"] == true).count();
        assert_eq!(html.matches("data-onsite-bare").count(), bare, "{database:?}: {html}");
        fields[3].1 = "看了会议纪要原件";
        done(&mut office, "/oversight/remark", &fields).await;
        (fields[1].1, fields[3].1) = (duty.as_str(), "");
        done(&mut office, "/oversight/remark", &fields).await;
        assert_eq!(rows(&app, q("SELECT id FROM inspection_remarks")).await.len(), 2, "{database:?}");
    }
}
