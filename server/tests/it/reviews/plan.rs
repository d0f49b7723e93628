//! H4: plan → ask → return → change → approve → seats, on both databases; the roll from a
//! table; recusals whose reasons stay with the office.

use serde_json::json;
use server::storage::q;

use super::{
    after::ping,
    planning::{approved, change, drafted, new, page, refuse},
};
use crate::{
    duties::{done, execute, rows, send, sqlite},
    harness::{BOTH, TestApp},
};

const DAY: &str = "2026-12-09";

#[tokio::test]
async fn a_plan_goes_out_comes_back_and_makes_seats_when_approved() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = drafted(&app, "2026年度述责述廉评议会", DAY).await;
        let (mut office, mut secretary) = (app.sign_in("office").await, app.sign_in("secretary").await);
        let meeting = planned.meeting.as_str();
        // Dates in working days, with what is missing by name.
        let plan = page(&mut office, meeting).await;
        let dates: Vec<&str> = plan["dates"].as_array().unwrap().iter().map(|d| d["day"].as_str().unwrap()).collect();
        assert_eq!(dates, ["11月18日", "11月25日", "12月2日", "12月4日"]);
        assert_eq!(plan["dates"][1]["missing"], json!(["段敏", "叶国平"]));
        assert_eq!(plan["problems"], json!([]), "{}", plan["problems"]);
        change(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
        // What is asked for is not changed, and not approved by whoever asked.
        let locked =
            refuse(&mut office, meeting, "/reviews/raters", &[("do", "add"), ("name", "某人"), ("group", "a")]).await;
        assert!(locked.contains("待审定"), "{locked:.300}");
        refuse(&mut office, meeting, "/reviews/step", &[("step", "approve")]).await;
        refuse(&mut secretary, meeting, "/reviews/step", &[("step", "return"), ("reason", "")]).await;
        change(&mut secretary, meeting, "/reviews/step", &[("step", "return"), ("reason", "丙组人数偏少")]).await;
        let back = page(&mut office, meeting).await;
        assert_eq!((back["state"].as_str(), back["returned"].as_str()), (Some("已退回"), Some("丙组人数偏少")));
        change(&mut office, meeting, "/reviews/raters", &[("do", "add"), ("name", "𠮷䶮😀"), ("group", "c")]).await;
        change(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
        let mut deputy = app.sign_in("deputy").await;
        change(&mut deputy, meeting, "/reviews/step", &[("step", "approve")]).await;
        let after = page(&mut office, meeting).await;
        assert_eq!(after["approved"], true);
        assert_eq!(after["approvals"].as_array().unwrap().len(), 4);
        let seats = rows(&app, q("SELECT rater_id FROM meeting_seats WHERE meeting_id = $1").bind(meeting)).await;
        assert_eq!(seats.len(), 6);
        assert!(seats.iter().all(|s| s.opt_text("rater_id").unwrap().is_none()), "cards are tied to nobody");
        let roll = rows(&app, q("SELECT rater_id FROM meeting_roll WHERE meeting_id = $1").bind(meeting)).await;
        assert_eq!(roll.len(), 6);
        let part = q("SELECT part FROM meeting_people WHERE meeting_id = $1 AND person_id = $2 ORDER BY part");
        let parts = rows(&app, part.bind(meeting).bind(app.district.person("secretary"))).await;
        let parts: Vec<String> = parts.iter().map(|r| r.text("part").unwrap()).collect();
        assert_eq!(parts, ["chair", "rater"]);
        // 重新报审 takes the seats away again.
        change(&mut office, meeting, "/reviews/step", &[("step", "reopen"), ("reason", "换人")]).await;
        let seats = rows(&app, q("SELECT id FROM meeting_seats WHERE meeting_id = $1").bind(meeting)).await;
        assert!(seats.is_empty());
    }
}

#[tokio::test]
async fn a_decision_on_paper_counts_with_day_and_handler() {
    let app = sqlite().await;
    let planned = drafted(&app, "纸上审定的会议", DAY).await;
    let mut office = app.sign_in("office").await;
    change(&mut office, &planned.meeting, "/reviews/step", &[("step", "ask")]).await;
    let half = [("step", "approve"), ("paper_on", ""), ("paper_handler", "林思源")];
    assert!(refuse(&mut office, &planned.meeting, "/reviews/step", &half).await.contains("日期"));
    let later = [("step", "approve"), ("paper_on", "2026-11-30"), ("paper_handler", "林思源")];
    assert!(refuse(&mut office, &planned.meeting, "/reviews/step", &later).await.contains("晚于今天"));
    let paper = [("step", "approve"), ("paper_on", "2026-11-02"), ("paper_handler", "林思源")];
    change(&mut office, &planned.meeting, "/reviews/step", &paper).await;
    let plan = page(&mut office, &planned.meeting).await;
    assert!(plan["approvals"].to_string().contains("纸质审定：11月2日，经办人 林思源"), "{}", plan["approvals"]);
}

#[tokio::test]
async fn the_roll_comes_from_a_table_with_a_preview() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let meeting = new(&mut office, "导入名册", DAY).await;
        let upload = async |office: &mut crate::harness::Client, pasted: &str| {
            let fields = [("kind", "raters"), ("target", meeting.as_str()), ("pasted", pasted)];
            office.upload("/imports/upload", &fields, "", b"").await.location()
        };
        let good = "姓名\t分组\t单位\n蔡国平\t区纪委监委班子成员\t\n陶文博\t乙\t党风政风监督室\n孙一舟\t特邀\t某商会\n王晓岚\t丙组\t东湖街道";
        let at = upload(&mut office, good).await;
        let id = at.rsplit('/').next().unwrap().to_owned();
        let sheet = office.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone();
        assert_eq!((sheet["new"].as_u64(), &sheet["errors"]), (Some(4), &json!([])), "{sheet}");
        assert_eq!(page(&mut office, &meeting).await["plan"]["raters"], json!([]), "a preview changes nothing");
        let back = done(&mut office, "/imports/commit", &[("upload", &id)]).await;
        assert!(back.starts_with(&format!("/reviews/{meeting}?tab=raters&done=imported")), "{back}");
        let plan = page(&mut office, &meeting).await;
        assert_eq!(plan["plan"]["raters"].as_array().unwrap().len(), 4);
        assert_eq!(plan["plan"]["raters"][2]["person"], json!(null));
        assert_eq!(plan["rater_units"][3], "东湖街道");
        // The same again changes nothing; another group is an update; wrong cells stop everything.
        let again = upload(&mut office, &good.replace("丙组", "甲")).await;
        let id = again.rsplit('/').next().unwrap();
        let sheet = office.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone();
        assert_eq!(
            (sheet["new"].as_u64(), sheet["updated"].as_u64(), sheet["skipped"].as_u64()),
            (Some(0), Some(1), Some(3))
        );
        let bad = upload(&mut office, "姓名\t分组\n蔡国平\t第九组\n陶文博\t乙\n陶文博\t丙").await;
        let id = bad.rsplit('/').next().unwrap();
        let sheet = office.call("/api/imports/upload", json!({ "id": id })).await.json()["sheet"].clone();
        let errors = sheet["errors"].to_string();
        assert!(errors.contains("不认识分组") && errors.contains("重复"), "{errors}");
        let template = office.get("/imports/template/raters").await;
        assert_eq!(template.status, 200);
        // A plan that was approved takes no table.
        let fixed = approved(&app, "已审定", DAY).await;
        let fields = [("kind", "raters"), ("target", fixed.meeting.as_str()), ("pasted", "姓名\t分组\n孙一舟\t丙")];
        let at = office.upload("/imports/upload", &fields, "", b"").await.location();
        let id = at.rsplit('/').next().unwrap().to_owned();
        let reply = send(&mut office, "/imports/commit", &[("upload", &id)]).await;
        assert!(reply.location().contains("draft="), "{}", reply.location());
    }
}

#[tokio::test]
async fn recusals_are_proposed_and_their_reasons_stay_with_the_office() {
    let app = sqlite().await;
    let planned = drafted(&app, "回避", DAY).await;
    let (mut office, meeting) = (app.sign_in("office").await, planned.meeting.as_str());
    // 段敏 rates as well: himself; 王晓岚 is of his unit.
    super::planning::raters(&mut office, meeting, &[("段敏", "c"), ("王晓岚", "c")]).await;
    // A drawn card is held to nothing that was set before: they leave the roll, or accounts are used.
    let plan = page(&mut office, meeting).await;
    let cards = plan["problems"][0][1].as_str().unwrap();
    assert!(cards.contains("认卡不认人") && cards.contains("“段敏”、“王晓岚”"), "{cards}");
    assert_eq!(plan["unheld"].as_array().unwrap().len(), 2);
    assert!(refuse(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await.contains("移出名册"));
    assert!(refuse(&mut office, meeting, "/reviews/recusals", &[("do", "implied")]).await.contains("移出名册"));
    super::planning::accounts(&mut office, meeting, "回避").await;
    let plan = page(&mut office, meeting).await;
    assert_eq!(plan["implied"].as_array().unwrap().len(), 2, "{}", plan["implied"]);
    assert!(plan["problems"].to_string().contains("不能评议本人"), "{}", plan["problems"]);
    refuse(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
    change(&mut office, meeting, "/reviews/recusals", &[("do", "implied")]).await;
    let rater = plan["plan"]["raters"][3]["id"].as_str().unwrap().to_owned();
    let relative = [("do", "add"), ("rater", rater.as_str()), ("presenter", &planned.presenters[1]), ("reason", "")];
    assert!(refuse(&mut office, meeting, "/reviews/recusals", &relative).await.contains("回避原因还没有填写"));
    let relative = [relative[0], relative[1], relative[2], ("reason", "金丝雀亲属关系")];
    change(&mut office, meeting, "/reviews/recusals", &relative).await;
    change(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
    let mut secretary = app.sign_in("secretary").await;
    let seen = secretary.call("/api/reviews/plan", json!({ "id": meeting })).await;
    assert_eq!(seen.json()["recusals"].as_array().unwrap().len(), 3);
    assert!(!seen.text().contains("金丝雀"), "the reason is the office's alone");
    assert!(page(&mut office, meeting).await.to_string().contains("金丝雀亲属关系"));
    change(&mut secretary, meeting, "/reviews/step", &[("step", "approve")]).await;
    // After the approval recusals may still be added, nothing else.
    let late = [("do", "add"), ("rater", rater.as_str()), ("presenter", &planned.presenters[0]), ("reason", "同学")];
    change(&mut office, meeting, "/reviews/recusals", &late).await;
    refuse(&mut office, meeting, "/reviews/base", &[("title", "改名")]).await;
    execute(&app, q("UPDATE meetings SET state = 'running' WHERE id = $1").bind(meeting)).await;
    refuse(&mut office, meeting, "/reviews/recusals", &late).await;
    refuse(&mut office, meeting, "/reviews/step", &[("step", "reopen"), ("reason", "来不及了")]).await;
}

#[tokio::test]
async fn rules_are_editable_counted_as_versions_and_checked() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let meeting = new(&mut office, "规则", DAY).await;
    let rules = |weight: &'static str, valid: &'static str| {
        vec![
            ("key.0", "a"),
            ("name.0", "班子成员"),
            ("weight.0", weight),
            ("colour.0", "粉色"),
            ("name.1", "特邀评议人员"),
            ("weight.1", "40"),
            ("colour.1", "浅黄色"),
            ("scale", "points"),
            ("dimension", "first_responsible"),
            ("point.0", "100"),
            ("point.1", "80"),
            ("point.2", "60"),
            ("point.3", "40"),
            ("line.0", "90"),
            ("line.1", "75"),
            ("line.2", "60"),
            ("start.n", "2"),
            ("start.d", "3"),
            ("valid.n", valid),
            ("valid.d", "2"),
            ("smallest_cell", "5"),
            ("speech_minutes", "8"),
            ("study_below", ""),
        ]
    };
    assert!(refuse(&mut office, &meeting, "/reviews/rules", &rules("0", "1")).await.contains("权重"));
    assert!(refuse(&mut office, &meeting, "/reviews/rules", &rules("六十", "1")).await.contains("不是整数"));
    assert!(refuse(&mut office, &meeting, "/reviews/rules", &rules("60", "3")).await.contains("人数比例"));
    change(&mut office, &meeting, "/reviews/rules", &rules("60", "1")).await;
    let saved = page(&mut office, &meeting).await["plan"]["rules"].clone();
    assert_eq!(saved["version"], 2);
    assert_eq!(saved["groups"][1]["key"], "b");
    assert_eq!(saved["dimensions"].as_array().unwrap().len(), 1);
    change(&mut office, &meeting, "/reviews/rules", &rules("60", "1")).await;
    assert_eq!(page(&mut office, &meeting).await["plan"]["rules"]["version"], 2, "the same rules are no new version");
}

#[tokio::test]
async fn the_board_names_the_day_of_an_approved_meeting_at_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "评议会", DAY).await;
        for unit in ["东湖街道", "区教育局"] {
            let cell = ping(&app, "office", unit).await;
            assert!(cell.contains("12月9日"), "{unit}: {cell}");
        }
        let (mut office, meeting) = (app.sign_in("office").await, planned.meeting.as_str());
        change(&mut office, meeting, "/reviews/step", &[("step", "reopen"), ("reason", "改期")]).await;
        let cell = ping(&app, "office", "区教育局").await;
        assert!(!cell.contains("12月9日"), "{cell}");
        let base = [
            ("title", "评议会"),
            ("year", "2026"),
            ("on_day", "2026-12-16"),
            ("place", "区会议中心"),
            ("mode", "together"),
            ("secrecy", "anonymous"),
            ("identity", "card"),
            ("announce", "afterwards"),
        ];
        change(&mut office, meeting, "/reviews/base", &base).await;
        change(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
        change(&mut app.sign_in("secretary").await, meeting, "/reviews/step", &[("step", "approve")]).await;
        assert!(ping(&app, "office", "东湖街道").await.contains("12月16日"));
    }
}

#[tokio::test]
async fn raters_led_by_a_presenters_committee_are_proposed_and_small_groups_are_said() {
    let app = sqlite().await;
    let planned = drafted(&app, "领导关系", DAY).await;
    let (mut office, meeting) = (app.sign_in("office").await, planned.meeting.as_str());
    super::planning::accounts(&mut office, meeting, "领导关系").await;
    let plan = page(&mut office, meeting).await;
    let warnings = plan["warnings"].to_string();
    assert!(warnings.contains("只有 1 人，不足 5 人") && warnings.contains("权重不再单独起作用"), "{warnings}");
    assert!(!warnings.contains("时限已经过去"), "{warnings}");
    assert!(plan["people"].to_string().contains("（"), "{}", plan["people"]);
    assert_eq!(plan["dates"][3]["word"], "未到");
    let unit = plan["plan"]["presenters"][0]["unit"].as_str().unwrap().to_owned();
    execute(&app, q("UPDATE oversight_map SET committee_id = NULL WHERE unit_id = $1").bind(&unit)).await;
    let before = page(&mut office, meeting).await["implied"].as_array().unwrap().len();
    let committee = rows(&app, q("SELECT id FROM units WHERE kind = 'team' ORDER BY id LIMIT 1")).await;
    let committee = committee[0].text("id").unwrap();
    execute(
        &app,
        q("INSERT INTO oversight_map (unit_id, district_id, committee_id) VALUES ($1, $2, $3)
           ON CONFLICT (unit_id) DO UPDATE SET committee_id = excluded.committee_id")
        .bind(&unit)
        .bind(app.district.id)
        .bind(&committee),
    )
    .await;
    let rater = [("do", "add"), ("name", "外来的纪工委书记"), ("group", "b"), ("unit", committee.as_str())];
    change(&mut office, meeting, "/reviews/raters", &rater).await;
    let plan = page(&mut office, meeting).await;
    assert_eq!(plan["implied"].as_array().unwrap().len(), before + 1, "{}", plan["implied"]);
    assert!(plan["implied"].to_string().contains("受其所在党（工）委领导"), "{}", plan["implied"]);
    change(&mut office, meeting, "/reviews/recusals", &[("do", "implied")]).await;
    assert_eq!(page(&mut office, meeting).await["implied"], json!([]));
}

#[tokio::test]
async fn nothing_is_done_where_there_is_nobody_and_late_dates_are_said() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let meeting = new(&mut office, "空方案", "2026-11-04").await;
    let plan = page(&mut office, &meeting).await;
    for line in plan["dates"].as_array().unwrap() {
        assert_ne!(line["word"], "已办", "{line}");
    }
    assert!(plan["warnings"].to_string().contains("时限已经过去"), "{}", plan["warnings"]);
    let planned = drafted(&app, "报审", DAY).await;
    change(&mut office, &planned.meeting, "/reviews/step", &[("step", "ask")]).await;
    let mut secretary = app.sign_in("secretary").await;
    let seen = secretary.get(&format!("/reviews/{}", planned.meeting)).await.text();
    for word in ["方案摘要", "东湖街道", "权重", "监票人", "无记名", "抽取评议卡", "会后反馈"]
    {
        assert!(seen.contains(word), "{word}");
    }
}
