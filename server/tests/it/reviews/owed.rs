//! What the pages of the office and of a leader say around a meeting: what waits in 待办, everything that a plan
//! lacks at once, guests of the roll, the facts of 督责, the suggestion for next year's list.

use serde_json::{Value, json};
use server::storage::q;

use super::{
    own::report,
    planning::{approved, change, drafted, new, page, raters, refuse},
    sealed::{handed_item, sealed, sheet_of_school, sheet_page, signed_sheet},
};
use crate::{
    duties::{done, execute, refused, rows, sqlite},
    harness::{BOTH, Client, TestApp},
};

const DAY: &str = "2026-12-09";

async fn todo(app: &TestApp, login: &str) -> Vec<Value> {
    let page = app.sign_in(login).await.call("/api/records/todo", json!({})).await.json();
    page["rows"].as_array().unwrap().clone()
}

fn entry(rows: &[Value], words: &str) -> Option<String> {
    let row = rows.iter().find(|r| r["title"].as_str().unwrap().contains(words))?;
    Some(row["link"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_plan_waits_in_the_list_of_whoever_approves_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = drafted(&app, "2026年度述责述廉评议会", DAY).await;
        let (mut office, mut secretary) = (app.sign_in("office").await, app.sign_in("secretary").await);
        let plan = format!("/reviews/{}", planned.meeting);
        assert_eq!(entry(&todo(&app, "secretary").await, "审定会议方案"), None);
        change(&mut office, &planned.meeting, "/reviews/step", &[("step", "ask")]).await;
        assert_eq!(entry(&todo(&app, "secretary").await, "审定会议方案"), Some(plan.clone()));
        assert_eq!(entry(&todo(&app, "office").await, "审定会议方案"), None);
        let back = [("step", "return"), ("reason", "丙组偏少")];
        change(&mut secretary, &planned.meeting, "/reviews/step", &back).await;
        assert_eq!(entry(&todo(&app, "office").await, "退回"), Some(plan));
        assert_eq!(entry(&todo(&app, "secretary").await, "审定会议方案"), None);
    }
}

#[tokio::test]
async fn a_running_meeting_and_the_fact_check_are_one_tap_away() {
    let app = sqlite().await;
    let planned = approved(&app, "述责", DAY).await;
    let link = entry(&todo(&app, "leader_b").await, "请核对评议材料").unwrap();
    assert!(link.ends_with("#check"), "{link}");
    let page = app.sign_in("leader_b").await.get(link.trim_end_matches("#check")).await.text();
    assert!(page.contains("id=\"check\""), "the place is there");
    assert_eq!(entry(&todo(&app, "secretary").await, "进入会议"), None);
    execute(&app, q("UPDATE meetings SET state = 'check_in' WHERE id = $1").bind(&planned.meeting)).await;
    assert_eq!(entry(&todo(&app, "secretary").await, "进入会议"), Some(format!("/hall/{}", planned.meeting)));
}

#[tokio::test]
async fn a_sheet_waits_for_the_office_then_for_the_deputy_then_for_its_presenter() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        assert!(entry(&todo(&app, "office").await, "拟评议反馈单").unwrap().starts_with("/reviews/feedback?meeting="));
        assert_eq!(entry(&todo(&app, "deputy").await, "签发评议反馈单"), None);
        assert_eq!(entry(&todo(&app, "leader_a").await, "评议反馈单"), None);
        let sheet = signed_sheet(&app).await;
        assert_eq!(
            entry(&todo(&app, "office").await, "当面交接评议反馈单"),
            Some(format!("/reviews/feedback/{sheet}"))
        );
        assert_eq!(entry(&todo(&app, "leader_b").await, "签收评议反馈单"), Some(format!("/reviews/mine/{sheet}")));
        // At the office's address he is led to his own page, where he signs.
        let page = app.sign_in("leader_b").await.get(&format!("/reviews/feedback/{sheet}")).await.text();
        assert!(page.contains(&format!("/reviews/mine/{sheet}")) && page.contains("去签收"), "{page:.400}");
        let mine = app.sign_in("leader_b").await.get(&format!("/reviews/mine/{sheet}")).await.text();
        assert!(mine.contains("2027年1月15日") && !mine.contains("2027-01-15"), "a day as people write it");
    }
    let app = sqlite().await;
    sealed(&app).await;
    let sheet = sheet_of_school(&app).await;
    execute(&app, q("UPDATE feedback_sheets SET state = 'asked' WHERE id = $1").bind(&sheet)).await;
    assert_eq!(entry(&todo(&app, "deputy").await, "签发评议反馈单"), Some(format!("/reviews/feedback/{sheet}")));
}

#[tokio::test]
async fn a_plan_names_everything_that_it_lacks_at_once() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let meeting = new(&mut office, "空的方案", DAY).await;
    let problems = page(&mut office, &meeting).await["problems"].clone();
    for field in ["presenters", "raters", "tellers", "chair", "operators", "counters"] {
        assert!(problems.as_array().unwrap().iter().any(|p| p[0] == field), "{field}: {problems}");
    }
    let shown = office.get(&format!("/reviews/{meeting}")).await.text();
    assert!(shown.contains("还没有述责对象") && shown.contains("监票人应为两名"), "{shown:.300}");
}

#[tokio::test]
async fn guests_keep_their_units_and_two_of_one_name_are_told_apart() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let planned = drafted(&app, "特邀", DAY).await;
        let meeting = planned.meeting.as_str();
        let pasted = "姓名\t分组\t单位\n邵小满\t丙\t区人大代表\n邵小满\t丙\t区政协委员";
        for (new, same) in [(2, 0), (0, 2)] {
            let fields = [("kind", "raters"), ("target", meeting), ("pasted", pasted)];
            let at = office.upload("/imports/upload", &fields, "", b"").await.location();
            let id = at.rsplit('/').next().unwrap().to_owned();
            let sheet = office.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone();
            assert_eq!((sheet["new"].as_u64(), sheet["skipped"].as_u64()), (Some(new), Some(same)), "{sheet}");
            done(&mut office, "/imports/commit", &[("upload", &id)]).await;
        }
        let plan = page(&mut office, meeting).await;
        let units = plan["rater_units"].as_array().unwrap();
        assert!(units.contains(&json!("区人大代表")) && units.contains(&json!("区政协委员")), "{units:?}");
        // By hand the second one of a name is taken with a word that tells him apart.
        raters(&mut office, meeting, &[("俞小满", "c")]).await;
        let again = [("do", "add"), ("name", "俞小满"), ("group", "c"), ("unit", ""), ("place", "")];
        assert!(refuse(&mut office, meeting, "/reviews/raters", &again).await.contains("同名的另一位"));
        let apart = [again[0], again[1], again[2], again[3], ("place", "某商会")];
        change(&mut office, meeting, "/reviews/raters", &apart).await;
        change(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
        change(&mut app.sign_in("secretary").await, meeting, "/reviews/step", &[("step", "approve")]).await;
        let roll = office.get(&format!("/hall/{meeting}/papers/roll")).await.text();
        assert!(roll.contains("<th>单位</th>") && roll.contains("区人大代表") && roll.contains("某商会"), "{roll}");
        assert_eq!(roll.matches("<table").count(), 1, "names of all groups follow each other");
    }
}

#[tokio::test]
async fn the_facts_tell_of_a_reading_that_runs() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "督责", DAY).await;
        let said = async |leader: &mut Client| report(leader, &planned, 1).await["facts"]["oversight"].to_string();
        let mut leader = app.sign_in("leader_b").await;
        assert!(said(&mut leader).await.contains("还没有开展"), "{}", said(&mut leader).await);
        execute(
            &app,
            q("INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing,
                 sampling, sample, announced_by, announced_at)
               VALUES ('i', $1, $2, $3, 2026, 'year_end', '2026-11-01', '2026-11-30', '某组', 'open', '', '', 'a', $4)")
            .bind(app.district.id)
            .bind(app.district.school_post)
            .bind(app.district.school)
            .bind(1_793_600_000_000_i64),
        )
        .await;
        let words = said(&mut leader).await;
        assert!(words.contains("年底检查") && words.contains("正在进行"), "{words}");
    }
}

#[tokio::test]
async fn a_suggestion_is_decided_on_before_the_list_goes_out() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        let item = handed_item(&app).await;
        // The head is told who has the form of the plan.
        let mut leader = app.sign_in("leader_b").await;
        let why = leader.call("/api/accountability/item", json!({ "id": item })).await.json()["why"].to_string();
        assert!(why.contains("整改方案由本单位联络员（"), "{why}");
        let mut office = app.sign_in("office").await;
        crate::duties::published(&mut office).await;
        execute(&app, q("UPDATE templates SET year = 2027")).await;
        let make = [("year", "2027"), ("kind", ""), ("effective_on", "2027-01-01")];
        done(&mut office, "/duties/make", &make).await;
        let find = "SELECT i.duty_id, i.source, i.list_id FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
             WHERE l.year = 2027 AND i.text LIKE '整改%'";
        let found = rows(&app, q(find)).await;
        let (duty, list) = (found[0].text("duty_id").unwrap(), found[0].text("list_id").unwrap());
        let page = office.call("/api/duties/list", json!({ "id": list })).await.json();
        assert_eq!(page["suggestions"][0][3], format!("/accountability/{item}"), "{}", page["suggestions"]);
        assert!(page["suggestions"][0][2].as_str().unwrap().contains("评议反馈的问题"));
        let one = async |office: &mut Client| {
            office.call("/api/accountability/item", json!({ "id": item })).await.json()["suggested"].to_string()
        };
        assert!(one(&mut office).await.contains("2027年") && one(&mut office).await.contains("待定"));
        let version = page["version"].to_string();
        let send = [("leader", list.as_str()), ("seen", &version), ("step", "send")];
        assert!(refused(&mut office, "/duties/lists/step", &send).await.contains("采用"));
        let adopt = format!("adopt:{duty}");
        done(
            &mut office,
            "/duties/lists/item",
            &[("leader", list.as_str()), ("seen", &version), ("do", adopt.as_str())],
        )
        .await;
        assert_eq!(rows(&app, q(find)).await[0].text("source").unwrap(), "review");
        assert!(one(&mut office).await.contains("已采用"));
        let page = office.call("/api/duties/list", json!({ "id": list })).await.json();
        assert_eq!(page["suggestions"], json!(null));
        let version = page["version"].to_string();
        done(&mut office, "/duties/lists/step", &[("leader", list.as_str()), ("seen", &version), ("step", "send")])
            .await;
    }
}

#[tokio::test]
async fn what_was_answered_with_no_is_not_suggested_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        sealed(&app).await;
        handed_item(&app).await;
        let mut office = app.sign_in("office").await;
        crate::duties::published(&mut office).await;
        execute(&app, q("UPDATE templates SET year = 2027")).await;
        let make = [("year", "2027"), ("kind", ""), ("effective_on", "2027-01-01")];
        done(&mut office, "/duties/make", &make).await;
        let find = "SELECT i.duty_id, i.list_id FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
             WHERE l.year = 2027 AND i.text LIKE '整改%'";
        let found = rows(&app, q(find)).await;
        let (duty, list) = (found[0].text("duty_id").unwrap(), found[0].text("list_id").unwrap());
        let page = office.call("/api/duties/list", json!({ "id": list })).await.json();
        let (version, drop) = (page["version"].to_string(), format!("drop:{duty}"));
        let no = [("leader", list.as_str()), ("seen", &version), ("do", drop.as_str())];
        done(&mut office, "/duties/lists/item", &no).await;
        assert!(rows(&app, q(find)).await.is_empty());
        // The list is made anew: the same sheet has had its answer.
        for table in ["DELETE FROM leader_items", "DELETE FROM leader_lists"] {
            execute(&app, q(table)).await;
        }
        done(&mut office, "/duties/make", &make).await;
        assert!(!rows(&app, q("SELECT id FROM leader_lists WHERE year = 2027")).await.is_empty());
        assert!(rows(&app, q(find)).await.is_empty(), "{database:?}");
        // Signed and handed over, the sheet itself is as it was.
        let sheet = sheet_of_school(&app).await;
        assert!(sheet_page(&mut office, &sheet).await.to_string().contains("专题研究不够"));
    }
}
