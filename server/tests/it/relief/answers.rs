//! Suggestions under the own name and their answers: limits, rights, what everybody sees.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{answer, page, suggest, with_list};
use crate::{
    duties::{command, done, refused, rows, send},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_suggestion_is_answered_for_everybody_who_said_so() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let items = with_list(&app).await;
        let about = format!("item:{}", items.iter().find(|(code, _)| code == "6.3").unwrap().1);
        suggest(&app, "leader_b", &about, "与 6.1 差不多").await;
        let mut liaison = app.sign_in("liaison_b").await;
        let share = [("about", about.as_str()), ("words", "每季度太密"), ("share", "1")];
        done(&mut liaison, "/relief/suggest", &share).await;

        // The office reads who and what; others that two said so, by when it is answered, and no word.
        let seen = page(&mut app.sign_in("office").await).await;
        let row = &seen["open"][0];
        assert_eq!((row["voices"].clone(), seen["open_total"].clone()), (json!(2), json!(1)));
        assert!(row["title"].as_str().unwrap().starts_with("6.3 与年轻干部"), "{row}");
        assert_eq!(row["due"], "11月16日");
        let words = row["words"].to_string();
        assert!(words.contains("叶国平") && words.contains("每季度太密") && words.contains("与 6.1 差不多"), "{words}");
        let mut other = app.sign_in("leader_a").await;
        let text = other.get("/relief").await.text();
        assert!(text.contains("6.3 与年轻干部") && text.contains("2 次提出") && !text.contains("每季度太密"), "{text}");
        assert!(!text.contains("叶国平"));
        let todo = app.sign_in("office").await.get("/todo").await.text();
        assert!(todo.contains("减负建议待答复 · 1 件") && todo.contains("请于11月16日前答复"), "{todo}");

        // Only the office answers, with a reason or a change.
        let mut leader = app.sign_in("leader_b").await;
        let fields = [("about", about.as_str()), ("verdict", "adopted"), ("changed", "改为每半年")];
        assert!(refused(&mut leader, "/relief/answer", &fields).await.contains("没有办理这件事的权限"));
        let mut office = app.sign_in("office").await;
        let no = refused(&mut office, "/relief/answer", &[("about", about.as_str()), ("verdict", "declined")]).await;
        assert!(no.contains("理由还没有填写"), "{no}");
        let no = refused(&mut office, "/relief/answer", &[("about", about.as_str()), ("verdict", "maybe")]).await;
        assert!(no.contains("还没有选答复"), "{no}");
        answer(&app, &about, "adopted", "下一版起改为每半年", "").await;

        let seen = page(&mut other).await;
        assert_eq!((seen["tally"].clone(), seen["open_total"].clone()), (json!([1, 1]), json!(0)));
        let row = &seen["answers"][0];
        assert_eq!((row["voices"].clone(), row["changed"].clone()), (json!(2), json!("下一版起改为每半年")));
        // Only the words whose writer agreed, without his name.
        assert_eq!(row["words"], json!(["每季度太密"]));
        let text = other.get("/relief").await.text();
        assert!(text.contains("采纳率 100%") && !text.contains("叶国平") && !text.contains("沈宏斌"));
        let mine = page(&mut leader).await["mine"][0].clone();
        assert_eq!((mine["verdict"].clone(), mine["words"].clone()), (json!("adopted"), json!("与 6.1 差不多")));

        // Answered once; and then a new round may begin.
        let again = send(
            &mut office,
            "/relief/answer",
            &[("about", about.as_str()), ("verdict", "declined"), ("reason", "再想想")],
        )
        .await;
        assert!(again.location().contains("draft="));
        suggest(&app, "leader_b", &about, "").await;
        assert_eq!(page(&mut other).await["open_total"], json!(1));
        let log = rows(&app, q("SELECT action FROM audit WHERE action LIKE 'relief.%' ORDER BY seq")).await;
        let log: Vec<String> = log.iter().map(|r| r.text("action").unwrap()).collect();
        assert_eq!(log, ["relief.suggested", "relief.suggested", "relief.answered", "relief.suggested"]);
    }
}

#[tokio::test]
async fn one_open_voice_a_person_and_subject() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let (key, about) = (command(), "reminder:quarter");
        let fields = [("command", key.as_str()), ("about", about), ("words", "一年两次就够")];
        // The same click twice is one suggestion.
        for _ in 0..2 {
            let reply = leader.post("/relief/suggest", &fields).await;
            assert!(reply.location().contains("done=suggested"), "{}", reply.location());
        }
        let no = refused(&mut leader, "/relief/suggest", &[("about", about), ("words", "再说一次")]).await;
        assert!(no.contains("已经提过") && no.contains("再说一次"), "{no}");
        let voice = page(&mut leader).await["mine"][0]["id"].as_str().unwrap().to_owned();
        // Nobody takes back what another said.
        let mut other = app.sign_in("leader_c").await;
        assert!(send(&mut other, "/relief/withdraw", &[("voice", voice.as_str())]).await.location().contains("draft="));
        done(&mut leader, "/relief/withdraw", &[("voice", &voice)]).await;
        assert_eq!(page(&mut leader).await["mine"], json!([]));
        suggest(&app, "leader_a", about, "现在说").await;
        suggest(&app, "leader_c", about, "").await;
        let voice = page(&mut other).await["mine"][0]["id"].as_str().unwrap().to_owned();
        answer(&app, about, "partly", "并入本月卡", "季度的仍要留").await;
        // What was adopted in part is not called adopted among what became lighter.
        let text = other.get("/relief").await.text();
        assert!(text.contains("部分采纳的建议") && !text.contains("日采纳的建议"), "{text}");
        let no = refused(&mut other, "/relief/withdraw", &[("voice", voice.as_str())]).await;
        assert!(no.contains("已经答复"), "{no}");
    }
}

#[tokio::test]
async fn what_is_not_there_for_somebody_cannot_be_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let items = with_list(&app).await;
        let about = format!("item:{}", items[0].1);
        // An item of the own list, or of the template for those who read templates.
        for login in ["leader_b", "liaison_b", "office", "team", "deputy"] {
            suggest(&app, login, &about, "").await;
        }
        for login in ["leader_c", "district_head", "sysadmin", "audit"] {
            let mut client = app.sign_in(login).await;
            for about in [about.as_str(), "item:00000000-0000-7000-8000-000000000009", "item:6.3", "person:1", ""] {
                let reply = send(&mut client, "/relief/suggest", &[("about", about)]).await;
                assert!(reply.location().contains("draft="), "{login} {about}: {}", reply.location());
            }
            let text = client.get(&format!("/relief?about={about}")).await.text();
            assert!(!text.contains(&format!("value=\"{about}\"")), "{login} is offered it");
        }
        let mut leader = app.sign_in("leader_a").await;
        let no = refused(&mut leader, "/relief/suggest", &[("about", "other"), ("words", " ")]).await;
        assert!(no.contains("还没有写是什么事"), "{no}");
        let no =
            refused(&mut leader, "/relief/suggest", &[("about", "rule:window"), ("words", "11010519491231002X")]).await;
        assert!(no.contains("不能存入本系统"), "{no}");
        let reply = send(&mut leader, "/relief/suggest", &[("about", "rule:window"), ("who", "x")]).await;
        assert!(reply.location().contains("draft="));
        // 别的事 are each a subject of their own.
        suggest(&app, "leader_a", "other", "大屏不用每天开").await;
        suggest(&app, "leader_a", "other", "通知少转一次").await;
        assert_eq!(page(&mut leader).await["open_total"], json!(3));
    }
}

#[tokio::test]
async fn an_item_of_one_unit_is_called_by_no_name() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        crate::duties::published(&mut office).await;
        let list = crate::duties::made(&mut office, "区教育局").await;
        let seen = crate::duties::version(&mut office, &list).await;
        let item = [
            ("leader", list.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", "14.1"),
            ("group", "自选动作"),
            ("text", "核对校园食堂采购台账"),
            ("frequency", "quarterly"),
            ("action", "optional"),
        ];
        done(&mut office, "/duties/lists/item", &item).await;
        let mut deputy = app.sign_in("deputy").await;
        crate::duties::through(&app, &mut office, &mut deputy, &list).await;
        let find = q("SELECT duty_id FROM leader_items WHERE code = '14.1'");
        let about = format!("item:{}", rows(&app, find).await[0].text("duty_id").unwrap());
        suggest(&app, "leader_b", &about, "").await;
        let mut other = app.sign_in("leader_a").await;
        assert_eq!(page(&mut other).await["open"][0]["title"], "一个单位清单里的自选动作");
        assert!(page(&mut office).await["open"][0]["title"].as_str().unwrap().contains("校园食堂"));
        answer(&app, &about, "declined", "", "今年的重点").await;
        assert!(!other.get("/relief").await.text().contains("食堂"));
    }
}

#[tokio::test]
async fn an_answer_that_is_late_is_the_offices_delay() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    suggest(&app, "leader_a", "step:comment", "").await;
    let late = |page: &serde_json::Value| page["open"][0]["late"].clone();
    app.clock.set_day(parse_iso("2026-11-16").unwrap());
    assert_eq!(late(&page(&mut app.sign_in("leader_a").await).await), json!(false));
    app.clock.set_day(parse_iso("2026-11-17").unwrap());
    let mut leader = app.sign_in("leader_a").await;
    assert_eq!(late(&page(&mut leader).await), json!(true));
    assert!(leader.get("/relief").await.text().contains("监督室已超期"));
    // The office may set other days.
    let mut office = app.sign_in("office").await;
    let seen = page(&mut office).await["seen"].as_str().unwrap().to_owned();
    let rates = [("tap", "3"), ("field", "30"), ("reminder", "20"), ("days", "20"), ("seen", seen.as_str())];
    assert!(send(&mut leader, "/relief/rates", &rates).await.location().contains("draft="));
    done(&mut office, "/relief/rates", &rates).await;
    let now = page(&mut leader).await;
    assert_eq!((late(&now), now["rates"]["tap"].clone()), (json!(false), json!(3)));
    assert!(now["confirmed"].as_str().unwrap().starts_with("林思源"));
    assert!(refused(&mut office, "/relief/rates", &rates).await.contains("刚刚被别人改过"));
}
