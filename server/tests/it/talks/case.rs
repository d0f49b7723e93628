//! The worked case of the article on fictional names: 4 方面 15 个问题, from the arrival through both three-month reports to
//! the last problem struck off.

use serde_json::json;
use server::storage::q;

use super::{MINUTES, act, approved, cannot, lent, no, page, parts, problems, signed_by_all, take};
use crate::{
    duties::{done, rows},
    harness::{BOTH, TestApp},
};

async fn item(app: &TestApp, login: &str, id: &str, step: &str, more: &[(&str, &str)]) {
    let mut client = app.sign_in(login).await;
    let seen = rows(app, q("SELECT version FROM items WHERE id = $1").bind(id)).await[0].int("version").unwrap();
    let seen = seen.to_string();
    let mut fields = vec![("item", id), ("seen", seen.as_str()), ("step", step)];
    fields.extend_from_slice(more);
    done(&mut client, "/accountability/step", &fields).await;
}

fn day(app: &TestApp, text: &str) {
    app.clock.set_day(domain::time::parse_iso(text).unwrap());
}

#[tokio::test]
async fn fifteen_problems_in_four_aspects_go_through_both_reports() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // Registered, prepared by 监督室 and 派驻组, approved by the 书记.
        let id = approved(&app, 15).await;
        let mut office = app.sign_in("office").await;
        let one = page(&mut office, &id).await;
        assert_eq!(one["talk"]["state"], "approved");
        // 规定动作 of the year's list stand in the 履责清单 by themselves, one 自选动作 beside them.
        let duties = one["talk"]["lists"]["duties"].as_array().unwrap();
        assert_eq!(duties.iter().filter(|d| d["optional"] == json!(true)).count(), 1);
        assert_eq!(duties.len(), 7);
        // Nothing of it is the head's before the talk.
        let mut leader = app.sign_in("member_a").await;
        assert_eq!(leader.call("/api/talks/one", json!({ "id": id })).await.status, 404);

        // The talk, and three signatures.
        act(&app, "office", &id, "hold", &MINUTES).await;
        assert!(rows(&app, q("SELECT id FROM items")).await.is_empty(), "nothing is opened before the signatures");
        signed_by_all(&app, &id).await;
        let one = page(&mut office, &id).await;
        assert_eq!(one["talk"]["state"], "signed");
        assert_eq!(one["items"].as_array().unwrap().len(), 15);
        assert_eq!(one["table"]["report_by"], "2027-02-02");
        let number = one["talk"]["number"].as_str().unwrap();
        assert!(number.ends_with("〔2026〕1号"), "{number}");
        let signatures = rows(&app, q("SELECT purpose FROM signatures WHERE subject = $1").bind(&id)).await;
        assert_eq!(signatures.len(), 3);
        // The new head's list is open from the month she arrived, with the 自选动作.
        let list = rows(
            &app,
            q("SELECT id, state, effective_on FROM leader_lists WHERE post_id = $1").bind(app.district.school_post),
        )
        .await;
        let (state, from) = (list[0].text("state").unwrap(), list[0].text("effective_on").unwrap());
        assert_eq!((list.len(), state.as_str(), from.as_str()), (1, "draft", "2026-11-01"));
        let own = q("SELECT code FROM leader_items WHERE list_id = $1 AND action = 'optional'");
        assert_eq!(rows(&app, own.bind(list[0].text("id").unwrap())).await.len(), 1);

        // 党组会, 整改方案: 责任领导, 责任部门, 时限, measures of every problem.
        let all = problems(&app, &id).await;
        assert!(
            no(
                &app,
                "liaison_b",
                &id,
                "/talks/plan",
                &plan(&app, &all, "").iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>()
            )
            .await
            .contains("党组会")
        );
        act(&app, "liaison_b", &id, "meet", &[("met_on", "2026-11-02"), ("met_words", "当天逐条研究部署整改")]).await;
        let late = plan(&app, &all, "2027-03-01");
        assert!(no(&app, "liaison_b", &id, "/talks/plan", &lent(&late)).await.contains("晚于要求的"));
        let fields = plan(&app, &all, "2027-01-15");
        take(&app, "liaison_b", &id, "/talks/plan", &lent(&fields)).await;
        let planned = rows(&app, q("SELECT due_on FROM items WHERE state = 'working'")).await;
        assert_eq!(planned.len(), 15);
        assert!(planned.iter().all(|row| row.text("due_on").unwrap() == "2027-01-15"));

        // The 派驻组 cuts its plan from the lists, and looks by it.
        let (first, last) = (all[0].0, all[14].0);
        let how = [format!("how_{first}"), format!("by_{first}"), format!("problem:{first}")];
        let checks = [("point", how[2].as_str()), (how[0].as_str(), "查会议记录"), (how[1].as_str(), "2026-12-01")];
        take(&app, "team", &id, "/talks/checks", &checks).await;
        let (at, looked) = (first.to_string(), format!("looked_{first}"));
        take(&app, "team", &id, "/talks/look", &[("no", &at), (&looked, "看过三次会议记录")]).await;

        // Two months: the first stage check.
        day(&app, "2026-12-28");
        let mut stage = parts();
        stage.push(("stage_on".into(), "2026-12-28".into()));
        stage.push((format!("kind_{last}"), "differs".into()));
        stage.push((format!("words_{last}"), "制度没有印发".into()));
        assert!(no(&app, "team", &id, "/talks/assess", &lent(&stage)).await.contains("须两人"));
        // Nobody writes down a second one who was not there: one of the unit, himself, a name that nobody has.
        for name in ["王晓岚", "黎若水", "无此人"] {
            let mut with = stage.clone();
            with.push(("second".into(), name.into()));
            assert!(no(&app, "team", &id, "/talks/assess", &lent(&with)).await.contains("一同评估的同志"), "{name}");
        }
        stage.push(("second".into(), "陶文博".into()));
        take(&app, "team", &id, "/talks/assess", &lent(&stage)).await;

        // Every problem through the one loop.
        for (_, one) in &all {
            item(&app, "liaison_b", one, "fill", &[("words", "制度已印发，有会议记录")]).await;
            item(&app, "member_a", one, "lead", &[]).await;
            item(&app, "member_a", one, "apply", &[]).await;
            item(&app, "team", one, "check", &[("words", "看过原件")]).await;
        }
        for (_, one) in &all[..14] {
            item(&app, "office2", one, "strike", &[]).await;
        }

        // From the item back to the talk, for whoever may open it.
        let one = office.call("/api/accountability/item", json!({ "id": all[0].1 })).await.json();
        assert_eq!(one["origin_link"], format!("/talks/{id}"));

        // Three months: the leader's report and the tracking report.
        day(&app, "2027-02-01");
        assert!(no(&app, "team", &id, "/talks/tracking", &lent(&tracking(&all))).await.contains("还没有报送"));
        let mut report = parts();
        for (n, _) in &all {
            report.push((format!("progress_{n}"), "done".into()));
            report.push((format!("words_{n}"), "已建立制度并执行".into()));
        }
        take(&app, "liaison_b", &id, "/talks/report", &lent(&report)).await;
        report.push(("then".into(), "send".into()));
        assert!(no(&app, "liaison_b", &id, "/talks/report", &lent(&report)).await.contains("本人报送"));
        take(&app, "member_a", &id, "/talks/report", &lent(&report)).await;
        act(&app, "office", &id, "file_report", &[]).await;
        day(&app, "2027-02-09");
        let mut found = tracking(&all);
        found.push(("then".into(), "send".into()));
        take(&app, "team", &id, "/talks/tracking", &lent(&found)).await;
        assert!(cannot(&app, "team", &id, "file_tracking", &[]).await.contains("须由另一位同志审核"));
        act(&app, "office", &id, "file_tracking", &[]).await;
        let one = page(&mut app.sign_in("office").await, &id).await;
        assert!(one["talk"]["report"]["number"].as_str().unwrap().contains("〔2027〕1号"));
        assert!(one["talk"]["tracking"]["number"].as_str().unwrap().contains("〔2027〕1号"));

        // The last one is struck off before the talk ends.
        assert!(cannot(&app, "office", &id, "close", &[]).await.contains("还有 1 个问题没有销号"));
        item(&app, "office2", &all[14].1, "strike", &[]).await;
        act(&app, "office", &id, "close", &[]).await;
        let state = rows(&app, q("SELECT state FROM talks")).await[0].text("state").unwrap();
        assert_eq!(state, "closed");
        // Every step is in the history, the log and the thread of the post.
        let steps = rows(&app, q("SELECT step FROM talk_events WHERE talk_id = $1 ORDER BY seq").bind(&id)).await;
        let steps: Vec<String> = steps.iter().map(|row| row.text("step").unwrap()).collect();
        let audited = rows(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'talks.step'")).await;
        assert_eq!(audited[0].int("n").unwrap(), i64::try_from(steps.len()).unwrap());
        let thread = rows(&app, q("SELECT source FROM thread_events WHERE source LIKE 'talks.%'")).await;
        assert!(thread.iter().any(|row| row.text("source").unwrap() == "talks.close"));
        for what in ["lists", "record", "commitment", "plan", "report", "tracking", "checks"] {
            for form in ["page", "print", "docx"] {
                let place = format!("/documents/talk-{what}/{id}/{form}");
                assert_eq!(app.sign_in("office").await.get(&place).await.status, 200, "{place}");
            }
        }
    }
}

/// The fields of the plan: all problems, led by the head, worked on by the office of the unit.
fn plan(app: &TestApp, all: &[(u64, String)], due: &str) -> Vec<(String, String)> {
    let leader = app.district.person("member_a").to_string();
    let mut fields = Vec::new();
    for (no, _) in all {
        fields.push((format!("owner_{no}"), leader.clone()));
        fields.push((format!("department_{no}"), "办公室".to_owned()));
        fields.push((format!("due_{no}"), due.to_owned()));
        fields.push((format!("measures_{no}"), "建立制度，每季度研究".to_owned()));
    }
    fields
}

fn tracking(all: &[(u64, String)]) -> Vec<(String, String)> {
    let mut fields = parts();
    for (no, _) in all {
        fields.push((format!("kind_{no}"), "proved".to_owned()));
        fields.push((format!("words_{no}"), "看过制度和记录".to_owned()));
    }
    fields
}

#[tokio::test]
async fn paper_is_equal_from_the_approval_to_the_report() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let id = super::registered(&app).await;
    super::problem(&app, "office", &id, "主体责任", "研究不经常").await;
    super::rest(&app, &id).await;
    act(&app, "office", &id, "ask", &[]).await;
    let paper = [("paper_on", "2026-11-02"), ("handler", "林思源")];
    act(&app, "office", &id, "approve_paper", &paper).await;
    let speaker = app.district.person("deputy").to_string();
    let asked = [("speaker", "deputy"), ("speaker_person", speaker.as_str())];
    assert!(cannot(&app, "office", &id, "delegate", &asked).await.contains("委托原因还没有填写"));
    let asked = [asked[0], asked[1], ("reason", "书记外出开会")];
    act(&app, "office", &id, "delegate", &asked).await;
    act(&app, "deputy", &id, "hold", &MINUTES).await;
    for (what, side) in [("record", "leader"), ("commitment", "leader"), ("record", "speaker")] {
        let fields =
            [("paper", what), ("side", side), ("do", "paper"), ("paper_on", "2026-11-02"), ("handler", "林思源")];
        take(&app, "office", &id, "/talks/sign", &fields).await;
    }
    let events = rows(&app, q("SELECT paper_handler FROM item_events WHERE step = 'sign'")).await;
    assert_eq!(events[0].text("paper_handler").unwrap(), "林思源");
    let mut report = parts();
    let no = problems(&app, &id).await[0].0;
    report.push((format!("progress_{no}"), "going".into()));
    report.push((format!("words_{no}"), "正在建立制度".into()));
    report.push(("paper_on".into(), "2026-11-02".into()));
    report.push(("handler".into(), "沈宏斌".into()));
    take(&app, "liaison_b", &id, "/talks/report", &lent(&report)).await;
    let one = page(&mut app.sign_in("office").await, &id).await;
    assert_eq!(one["talk"]["report"]["paper"]["handler"], "沈宏斌");
}
