//! Fields of a kind: with the sentence or later, both versions kept, read by whoever reads the text.

use serde_json::json;
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::{issued, rows},
    harness::{BOTH, Client, Database, TestApp},
};

/// Sends 「补充细节」 for the record as it stands now; where it leads.
async fn add(leader: &mut Client, id: &str, more: &[(&str, &str)]) -> String {
    let now = one(leader, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let mut fields = vec![("command", command), ("record", id), ("seen", seen.as_str()), ("only", "details")];
    fields.extend_from_slice(more);
    leader.post("/records/correct", &fields).await.location()
}

#[tokio::test]
async fn fields_come_with_the_sentence_or_later_and_both_versions_stay() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let with = [("kind", "visit"), ("text", "到窗口蹲点"), ("d.place", "政务大厅"), ("d.problems", "")];
        let id = saved(&mut leader, &with).await;
        let now = one(&mut leader, &id).await;
        assert_eq!(now["row"]["details"], json!([["地点", "政务大厅"]]));
        assert!(leader.get(&format!("/records/{id}")).await.text().contains("政务大厅"));
        // Adding needs no reason.
        let more =
            [("kind", "visit"), ("d.place", "政务大厅"), ("d.assigned_to", "综合科"), ("d.due_on", "2026-12-01")];
        assert_eq!(add(&mut leader, &id, &more).await, format!("/records/{id}?done=added"));
        let now = one(&mut leader, &id).await;
        let lines = json!([["地点", "政务大厅"], ["交办给谁", "综合科"], ["办理期限", "2026年12月1日"]]);
        assert_eq!(now["row"]["details"], lines);
        assert_eq!(now["row"]["text"], "到窗口蹲点");
        let kept = &now["corrections"][0];
        assert_eq!((kept["supplement"].clone(), kept["reason"].clone()), (json!(true), json!("")));
        assert_eq!(kept["parts"], json!([["交办给谁", "", "综合科"], ["办理期限", "", "2026年12月1日"]]));
        // A 补充 with its day, no 更正: on the page, in the list, in the book and on paper.
        assert_eq!(now["row"]["tags"], json!(["11月2日补充"]));
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(!page.contains("有更正") && !page.contains("<del>"), "nothing was corrected");
        let book = leader.call("/api/book/turn", json!({ "post": null, "year": 2026, "at": "p1" })).await.text();
        assert!(book.contains("\"supplement\":true") && !book.contains("补充细节"), "{book}");
        // Changing does; what came in stays in the form.
        let changed = [("kind", "visit"), ("d.place", "码头"), ("d.assigned_to", "综合科"), ("d.due_on", "2026-12-01")];
        let back = add(&mut leader, &id, &changed).await;
        assert!(back.contains("draft="), "{back}");
        assert!(leader.get(&back).await.text().contains("码头"));
        let why = [&changed[..], &[("reason", "地点记错")]].concat();
        assert_eq!(add(&mut leader, &id, &why).await, format!("/records/{id}?done=added"));
        let now = one(&mut leader, &id).await;
        assert_eq!(now["corrections"][1]["parts"], json!([["地点", "政务大厅", "码头"]]));
        assert_eq!(
            (now["row"]["tags"].clone(), now["corrections"][1]["reason"].clone()),
            (json!(["有更正", "11月2日补充"]), json!("地点记错"))
        );
        // Whoever may not read the text reads no field of it.
        for login in ["office", "team"] {
            let page = app.sign_in(login).await.get(&format!("/records/{id}")).await.text();
            assert!(!page.contains("综合科") && !page.contains("政务大厅"), "{login}");
        }
    }
}

#[tokio::test]
async fn a_field_that_the_kind_does_not_have_is_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    for (fields, words) in [
        (vec![("kind", "endorsement"), ("d.points", "批示内容")], "不记"),
        (vec![("kind", "talk"), ("d.talk", "inquiry")], "谈话函询不入本系统"),
        (vec![("kind", "talk"), ("d.talk", "reminder"), ("d.points", "内容")], "不记"),
        (vec![("kind", "visit"), ("d.due_on", "下周")], "不是日期"),
        (vec![("kind", "visit"), ("d.place", "【机密】")], "密级标志"),
    ] {
        let (command, post, _) = form(&mut leader).await;
        let all =
            [&[("command", command.as_str()), ("post", &post), ("text", "一句话"), ("event_on", "")], &fields[..]];
        let back = leader.post("/records/save", &all.concat()).await.location();
        assert!(back.starts_with("/records/new?draft="), "{back}");
        let page = leader.get(&back).await.text();
        assert!(page.contains(words) && page.contains("一句话"), "{words}");
    }
    let (command, post, _) = form(&mut leader).await;
    let unknown = [("command", command.as_str()), ("post", &post), ("text", "一句话"), ("d.id_number", "1")];
    assert!(leader.post("/records/save", &unknown).await.location().contains("draft="));
}

#[tokio::test]
async fn of_a_reminder_talk_only_the_mark_and_its_term_are_kept() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (command, post, _) = form(&mut leader).await;
        let fields = [
            ("command", command.as_str()),
            ("post", &post),
            ("text", "就报销一事提醒"),
            ("event_on", ""),
            ("kind", "talk"),
            ("d.talk", "reminder"),
            ("d.due_on", "2026-12-01"),
        ];
        let back = leader.post("/records/save", &fields).await.location();
        let page = leader.get(&back).await.text();
        assert!(page.contains("只存“提醒谈话：已谈”") && page.contains("就报销一事提醒"), "one tap, nothing lost");
        let id = saved(&mut leader, &[&fields[2..], &[("look", "mark")]].concat()).await;
        let now = one(&mut leader, &id).await;
        assert_eq!(now["row"]["text"], "提醒谈话：已谈");
        assert_eq!(now["row"]["details"], json!([["谈话类型", "提醒谈话"], ["到期日", "2026年12月1日"]]));
        // Without a sentence there is nothing to ask.
        let bare = [("kind", "talk"), ("d.talk", "admonition"), ("text", ""), ("d.document", "〔2026〕3号")];
        let id = saved(&mut leader, &bare).await;
        assert_eq!(one(&mut leader, &id).await["row"]["text"], "诫勉：只作标记");
    }
}

#[tokio::test]
async fn suggestions_follow_the_type_of_talk_and_the_item_of_a_reminder_survives() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let page = leader.call("/api/records/new", json!({})).await.json();
    let suggested = page["suggested"].as_array().unwrap();
    let of = |talk: &str| suggested.iter().find(|s| s["talk"] == talk).unwrap()["why"].as_str().unwrap().to_owned();
    assert!(of("young").contains("6.3"), "{}", of("young"));
    assert_eq!(of("lower"), "", "a talk with a lower head is not one with young officials");
    assert!(suggested.iter().all(|s| s["talk"] != "inquiry"));
    let duty = page["choices"][0]["duty"].as_str().unwrap().to_owned();
    let first = leader.get(&format!("/records/new?duty={duty}")).await.text();
    assert!(first.contains("name=\"about\""));
    let (command, post, _) = form(&mut leader).await;
    let empty = [("command", command.as_str()), ("post", &post), ("text", ""), ("event_on", ""), ("about", &duty)];
    let back = leader.post("/records/save", &empty).await.location();
    assert!(back.starts_with(&format!("/records/new?duty={duty}&draft=")), "{back}");
    assert!(leader.get(&back).await.text().contains("name=\"about\""));
}

#[tokio::test]
async fn of_an_endorsement_only_the_mark_is_kept() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let said = "请从严核查某项目招标一事并报我";
        let (command, post, _) = form(&mut leader).await;
        let mark = [("kind", "endorsement"), ("d.title", "信访件办理单"), ("d.document", "〔2026〕3号")];
        let own = [("command", command.as_str()), ("post", &post), ("text", said), ("event_on", "")];
        // Asked before it is dropped: nothing is stored, nothing typed is lost, the page says what will stand.
        let back = leader.post("/records/save", &[&own[..], &mark[..]].concat()).await.location();
        let page = leader.get(&back).await.text();
        assert!(
            page.contains("只存“签批督办：只作标记”") && page.contains(said) && page.contains("信访件办理单"),
            "{page}"
        );
        assert!(rows(&app, q("SELECT id FROM records")).await.is_empty());
        let kept = [("look", "keep")];
        let again = leader.post("/records/save", &[&own[..], &mark[..], &kept[..]].concat()).await.location();
        assert!(again.contains("draft="), "no other answer keeps the sentence: {again}");
        let by_call = json!({ "command": crate::duties::command(), "post": post, "kind": "endorsement", "text": said,
            "event_on": "", "duties": [] });
        assert_ne!(leader.call("/api/records/save", by_call).await.status, 200);
        let id = saved(&mut leader, &[&[("text", said), ("look", "mark")], &mark[..]].concat()).await;
        let now = one(&mut leader, &id).await;
        assert_eq!(now["row"]["text"], "签批督办：只作标记");
        assert_eq!(now["row"]["details"], json!([["件名", "信访件办理单"], ["文号", "〔2026〕3号"]]));
        let stored = rows(&app, q("SELECT text, details FROM records")).await;
        assert_eq!(stored.len(), 1, "{database:?}");
        assert!(!format!("{}{}", stored[0].text("text").unwrap(), stored[0].text("details").unwrap()).contains("招标"));
        // Without a sentence there is nothing to ask; a name is no place for contents either.
        let id = saved(&mut leader, &[("kind", "endorsement"), ("text", "")]).await;
        assert_eq!(one(&mut leader, &id).await["row"]["text"], "签批督办：只作标记");
        let long = "字".repeat(61);
        let back = add(&mut leader, &id, &[("kind", "endorsement"), ("d.title", &long)]).await;
        assert!(back.contains("draft="), "{back}");
        // A record with a sentence does not become one later.
        let other = saved(&mut leader, &[("text", said)]).await;
        let back = add(&mut leader, &other, &[("kind", "endorsement")]).await;
        assert!(leader.get(&back).await.text().contains("不能改为只存标记的类型"), "{back}");
    }
}
