//! The head changes in the middle: the reading is of his time who was there. He answers what concerns it and may sign;
//! who comes after him reads what was found, and no talk of the other's.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::{random, storage::q};

use super::{act, only, page, registered, remark, written};
use crate::{
    duties::{done, execute, refused},
    harness::{BOTH, TestApp},
};

/// leader_b left on 6 November, member_a came on the 7th; a reading from the 2nd to the 10th of the item of two records
/// of his, one of them a talk. Its id, the record of work, the talk.
async fn changed(app: &TestApp) -> (String, String, String) {
    let (work, _, duty) = written(app).await;
    let mut leader = app.sign_in("leader_b").await;
    let post = app.district.school_post.to_string();
    let fields = [
        ("post", post.as_str()),
        ("text", "与副局长谈了分管领域的风险"),
        ("kind", "talk"),
        ("event_on", ""),
        ("duty", &duty),
    ];
    let place = done(&mut leader, "/records/save", &fields).await;
    let talk = place.split(['/', '?']).nth(2).unwrap().to_owned();
    let id = registered(app, "2026-11-02", "2026-11-10").await;
    only(app, &id, &[&duty]).await;
    remark(app, "office", &id, &[("record", &work), ("kind", "wanting"), ("text", "补充签到表"), ("tap", "1")]).await;
    let gone = q("UPDATE terms SET ends_on = '2026-11-06' WHERE post_id = $1").bind(app.district.school_post);
    execute(app, gone).await;
    let new =
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-07')");
    let new = new.bind(random::id(domain::time::Instant(9)).to_string()).bind(app.district.id);
    execute(app, new.bind(app.district.school_post).bind(app.district.person("member_a"))).await;
    app.clock.set_day(parse_iso("2026-11-08").unwrap());
    (id, work, talk)
}

fn record<'a>(page: &'a Value, id: &str) -> &'a Value {
    page["sample"][0]["records"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap()
}

#[tokio::test]
async fn who_left_answers_for_his_time_and_who_came_reads_no_talk_of_his() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, work, talk) = changed(&app).await;
        let said = "与副局长谈了分管领域的风险";
        let office = page(&mut app.sign_in("office").await, &id).await;
        let change = office["change"].as_str().unwrap();
        assert!(change.contains("叶国平（任至11月6日）") && change.contains("11月7日起由王晓岚接任"), "{change}");
        assert_eq!(record(&office, &work)["of"], "叶国平任内", "{database:?}");
        assert!(record(&office, &talk)["text"].is_null(), "no reading opens a talk");
        let next = page(&mut app.sign_in("member_a").await, &id).await;
        assert!(record(&next, &talk)["text"].is_null() && !next.to_string().contains(said), "{next}");
        assert_eq!(record(&next, &work)["text"], "专题研究了从严治党");
        let html = app.sign_in("member_a").await.get(&format!("/oversight/{id}")).await.text();
        assert!(!html.contains(said), "{html}");
        // Who left sees the sheet with his own words, and nothing else of the book.
        let mut former = app.sign_in("leader_b").await;
        let own = page(&mut former, &id).await;
        assert!(own["head"] == true && own["may_remark"] == false, "{own}");
        assert_eq!(record(&own, &talk)["text"], said);
        assert_eq!(own["remarks"][0]["may_ask"], true);
        let remark = own["remarks"][0]["id"].as_str().unwrap().to_owned();
        assert_ne!(former.call("/api/records/one", json!({ "id": work })).await.status, 200);
        let ask = [("inspection", id.as_str()), ("remark", &remark), ("do", "ask"), ("words", "签到表在附件里")];
        done(&mut former, "/oversight/remark/step", &ask).await;
        // Somebody who left before the reading began is a stranger to it.
        assert_eq!(app.sign_in("leader_c").await.call("/api/oversight/one", json!({ "id": id })).await.status, 404);
    }
}

#[tokio::test]
async fn what_is_of_the_next_heads_time_is_not_his_to_ask_about() {
    let app = TestApp::new(BOTH[0]).await;
    let (id, ..) = changed(&app).await;
    let post = app.district.school_post.to_string();
    let mut next = app.sign_in("member_a").await;
    let fields = [("post", post.as_str()), ("text", "新到任调研"), ("kind", "visit"), ("event_on", "")];
    let place = done(&mut next, "/records/save", &fields).await;
    let new = place.split(['/', '?']).nth(2).unwrap().to_owned();
    let words = [("record", new.as_str()), ("kind", "wanting"), ("text", "补充调研提纲")];
    let about = remark(&app, "office", &id, &words).await;
    let mut former = app.sign_in("leader_b").await;
    assert!(!page(&mut former, &id).await["remarks"].to_string().contains("补充调研提纲"));
    let ask = [("inspection", id.as_str()), ("remark", about.as_str()), ("do", "ask"), ("words", "请核对")];
    assert!(refused(&mut former, "/oversight/remark/step", &ask).await.contains("没有找到"));
    done(&mut next, "/oversight/remark/step", &ask).await;
}

#[tokio::test]
async fn who_left_signs_for_his_time_or_who_came_signs_after_him() {
    for database in BOTH {
        for (login, name, words) in
            [("leader_b", "叶国平", "叶国平（检查时在任，任至11月6日）"), ("member_a", "王晓岚", "王晓岚")]
        {
            let app = TestApp::new(database).await;
            let (id, ..) = changed(&app).await;
            act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
            let signers = page(&mut app.sign_in("office").await, &id).await["signers"].to_string();
            assert!(signers.contains("王晓岚") && signers.contains("叶国平"), "{signers}");
            let todo = app.sign_in("leader_b").await.call("/api/records/todo", json!({})).await.text();
            assert!(todo.contains("您任内的年底检查：反馈意见可以签字"), "{todo}");
            act(&app, login, &id, "sign", &[("typed", name)]).await;
            let todo = app.sign_in("leader_b").await.call("/api/records/todo", json!({})).await.text();
            assert!(!todo.contains("反馈意见可以签字"), "one hand of the head's side is enough: {todo}");
            act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
            assert_eq!(page(&mut app.sign_in("office").await, &id).await["phase"], "closed", "{database:?} {login}");
            let sheet = app.sign_in("office").await.get(&format!("/documents/reading/{id}/page")).await.text();
            assert!(sheet.contains(words), "{words}: {sheet}");
        }
    }
}
