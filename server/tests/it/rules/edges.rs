//! Rules that would make everything red, files that hide something, drafts that others overtook, and years of which a
//! predecessor was the head.

use domain::{
    board::{Condition, HardItems, Rule, RuleSet, Tone},
    duties::ListDays,
};
use serde_json::json;
use server::storage::q;

use super::{borrowed, colour, drafted, eased, fields, not, page, seen, step};
use crate::{
    duties::{done, execute, issued, made, published, refused, rows, through},
    harness::{BOTH, Client, Database, TestApp},
};

fn also(codes: &[&str]) -> RuleSet {
    let hard = HardItems { also: codes.iter().map(|c| (*c).to_owned()).collect(), ..HardItems::default() };
    RuleSet { hard, ..RuleSet::default() }
}

#[tokio::test]
async fn a_list_of_hard_items_that_holds_everything_is_refused_when_saved_and_when_sent_up() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        // While no list is in force, over the published template.
        published(&mut office).await;
        let groups = also(&["1", "3", "6", "9", "12", "13"]);
        let early = refused(&mut office, "/oversight/rules/save", &borrowed(&fields(&groups))).await;
        assert!(early.contains("全部大项"), "{early}");
        let list = made(&mut office, "区教育局").await;
        through(&app, &mut office, &mut app.sign_in("deputy").await, &list).await;
        for rules in [groups, also(&["1.1", "3", "6.3", "9.1", "12", "13.4"])] {
            let said = refused(&mut office, "/oversight/rules/save", &borrowed(&fields(&rules))).await;
            assert!(said.contains("例如 1.1「") && said.contains("没有保存"), "{said}");
            assert!(said.contains(&rules.hard.also.join("、")), "what was typed stays");
            let file = serde_json::to_string(&rules).unwrap();
            let said = refused(&mut office, "/oversight/rules/file", &[("json", &file)]).await;
            assert!(said.contains("没有保存") && said.contains("例如 1.1「"), "{said}");
        }
        assert!(rows(&app, q("SELECT id FROM rule_drafts")).await.is_empty());
        // Written before the lists were: found when it is sent up, and by whoever looks at it.
        let id = drafted(&mut office, &eased()).await;
        let all = serde_json::to_string(&also(&["1", "3", "6", "9", "12", "13"])).unwrap();
        execute(&app, q("UPDATE rule_drafts SET rules = $1 WHERE id = $2").bind(all).bind(&id)).await;
        let shown = office.get(&format!("/oversight/rules?id={id}&dry=1")).await.text();
        assert!(shown.contains("硬性事项写得太多，不能报审"));
        assert!(not(&app, "office", &id, "ask", &[]).await.contains("没有办理"));
    }
}

#[tokio::test]
async fn texts_that_hide_something_come_in_by_no_way() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut office = app.sign_in("office").await;
        let rule = |name: &str| {
            let when = vec![Condition::DaysToDue { at_most: 20 }, Condition::Items { one_of: vec!["6.3".into()] }];
            let rule = Rule { name: name.into(), when, tone: Tone::Warn, because: "示范".into() };
            RuleSet { rules: vec![rule], ..RuleSet::default() }
        };
        for bad in ["=1+1\u{0}\u{b}\u{202e}<b>x", "@SUM(A1)\u{1}\u{fffe}"] {
            let file = serde_json::to_string(&rule(bad)).unwrap();
            let said = refused(&mut office, "/oversight/rules/file", &[("json", &file)]).await;
            assert!(said.contains("看不见的控制字符"), "{said}");
        }
        // A form cleans what is pasted into it; a draft that has it from before is not sent up.
        let id = drafted(&mut office, &rule("提\u{202e}前")).await;
        let kept = rows(&app, q("SELECT rules FROM rule_drafts")).await[0].text("rules").unwrap();
        assert!(kept.contains("\"提前\""), "{kept}");
        let old = kept.replace("提前", "提\\u202e前");
        execute(&app, q("UPDATE rule_drafts SET rules = $1").bind(old)).await;
        assert!(not(&app, "office", &id, "ask", &[]).await.contains("看不见的控制字符"));
    }
}

/// A draft of the office with these days, sent up and adopted.
async fn adopted(app: &TestApp, office: &mut Client, rules: &RuleSet) {
    let id = drafted(office, rules).await;
    step(app, "office", &id, "ask", &[]).await;
    step(app, "deputy", &id, "adopt", &[]).await;
}

#[tokio::test]
async fn an_overtaken_draft_says_so_and_is_written_anew_from_what_is_in_force() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut office = app.sign_in("office").await;
        let mine = RuleSet { yearly_days: 45, ..RuleSet::default() };
        let id = drafted(&mut office, &mine).await;
        adopted(&app, &mut office, &RuleSet { quarterly_days: 40, ..RuleSet::default() }).await;
        let open = page(&mut office, json!({ "id": id })).await["open"].clone();
        assert_eq!((open["stale"].as_bool(), open["may_ask"].as_bool()), (Some(true), Some(false)));
        let told = open["changes"].to_string();
        assert!(told.contains("每年事项") && !told.contains("每季度"), "nobody wrote that: {told}");
        let shown = office.get(&format!("/oversight/rules?id={id}")).await.text();
        assert!(shown.contains("这份草稿按规则第1版起草，现行的已经是规则第2版"));
        assert!(shown.contains("按现行规则重新起草") && !shown.contains("name=\"quarterly_days\""), "{shown}");
        assert!(not(&app, "office", &id, "ask", &[]).await.contains("按现行规则重新起草"));
        step(&app, "office", &id, "rebase", &[]).await;
        let open = page(&mut office, json!({ "id": id })).await["open"].clone();
        assert_eq!(open["stale"], false);
        assert_eq!((&open["fields"]["quarterly_days"], &open["fields"]["yearly_days"]), (&json!("40"), &json!("45")));
        assert!(not(&app, "office", &id, "rebase", &[]).await.contains("已经是按现行规则第2版起草的"));
        // A form that was open while others adopted takes nothing of theirs back.
        adopted(&app, &mut office, &RuleSet { quarterly_days: 40, monthly_days: 7, ..RuleSet::default() }).await;
        let mut typed = fields(&RuleSet { quarterly_days: 40, yearly_days: 50, ..RuleSet::default() });
        let marks = [("id", id.clone()), ("seen", seen(&app, &id).await), ("base", "2".to_owned())];
        typed.extend(marks.map(|(name, value)| (name.to_owned(), value)));
        done(&mut office, "/oversight/rules/save", &borrowed(&typed)).await;
        let open = page(&mut office, json!({ "id": id })).await["open"].clone();
        assert_eq!((&open["fields"]["monthly_days"], &open["fields"]["yearly_days"]), (&json!("7"), &json!("50")));
        step(&app, "office", &id, "ask", &[]).await;
        step(&app, "deputy", &id, "adopt", &[]).await;
        assert_eq!(colour(&app, "6.3").await.1, 4);
        let now = office.get("/oversight/rules").await.text();
        let sample = now.contains("现行：规则第4版（示范");
        assert!(now.contains("现行：规则第4版") && !sample, "the district's own is no sample");
    }
}

#[tokio::test]
async fn a_year_of_a_predecessor_stands_under_his_name() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let post = app.district.school_post.to_string();
        let form = json!({ "post": post, "year": 2026 });
        let before = app.sign_in("leader_b").await.call("/api/oversight/colours", form.clone()).await.json();
        assert_eq!((before["earlier"].as_str(), before["who"].as_str().unwrap().contains('、')), (Some(""), false));
        crate::portrait::succeeded_by(&app, "member_a").await;
        execute(&app, q("UPDATE colour_changes SET at = $1").bind(before_the_change())).await;
        let mut successor = app.sign_in("member_a").await;
        let page = successor.call("/api/oversight/colours", form).await.json();
        let who = page["who"].as_str().unwrap();
        assert!(who.contains("叶国平（至10月31日）") && who.contains("（11月1日起）"), "{database:?}: {who}");
        assert!(page["earlier"].as_str().unwrap().contains("11月1日以前是前任任期"), "{page}");
        let row = page["rows"].as_array().unwrap().iter().find(|r| r["code"] == "3.3").unwrap();
        let old = row["changes"].as_array().unwrap().last().unwrap();
        assert_eq!(old["earlier"], true, "{row}");
        let shown = successor.get(&format!("/oversight/colours/{post}?year=2026")).await.text();
        assert!(shown.contains("前任任期"));
        let last = successor.get(&format!("/oversight/colours/{post}?year=2025")).await.text();
        assert!(last.contains("2025年由前任任职") && last.contains("叶国平"), "{last}");
    }
}

/// A moment of October.
fn before_the_change() -> domain::time::Instant {
    domain::time::Instant::start_of(domain::time::parse_iso("2026-10-08").unwrap())
}

#[tokio::test]
async fn other_days_for_the_receipt_stand_in_the_dry_run() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        app.clock.set_day(domain::time::parse_iso("2026-11-10").unwrap());
        let mut office = app.sign_in("office").await;
        let days = ListDays { receipt: 8, telephone: 12, ..ListDays::default() };
        let id = drafted(&mut office, &RuleSet { list: days, ..RuleSet::default() }).await;
        let open = page(&mut office, json!({ "id": id, "dry": "1" })).await["open"].clone();
        let dry = &open["dry"];
        assert_eq!((&dry["changed"], &dry["receipts"]), (&json!(0), &json!(1)), "{database:?}: {dry}");
        let row = &dry["rows"][0];
        assert_eq!(
            (row["unit"].as_str(), row["item"].as_str()),
            (Some("区教育局"), Some("明责 2026年清单签收")),
            "{row}"
        );
        assert_eq!((row["from"][1].as_str(), row["to"][1].as_str()), (Some("需关注"), Some("待签收")), "{row}");
        let shown = office.get(&format!("/oversight/rules?id={id}&dry=1")).await.text();
        assert!(shown.contains("另有 1 份等待签收的清单"), "{database:?}: {shown}");
        // A signed list has no days any more.
        execute(&app, q("UPDATE leader_lists SET state = 'signed'")).await;
        let open = page(&mut office, json!({ "id": id, "dry": "1" })).await["open"].clone();
        assert_eq!(open["dry"]["receipts"], 0, "{database:?}");
    }
}

#[tokio::test]
async fn the_last_day_that_a_unit_reads_is_the_one_its_colour_goes_by() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let due = async || {
            rows(&app, q("SELECT receipt_due FROM leader_lists WHERE state = 'issued'")).await[0]
                .text("receipt_due")
                .unwrap()
        };
        assert_eq!(due().await, "2026-11-09", "{database:?}");
        let mut office = app.sign_in("office").await;
        let days = ListDays { receipt: 8, telephone: 12, ..ListDays::default() };
        let id = drafted(&mut office, &RuleSet { list: days, ..RuleSet::default() }).await;
        step(&app, "office", &id, "ask", &[]).await;
        assert_eq!(due().await, "2026-11-09", "{database:?}: not before it is adopted");
        step(&app, "deputy", &id, "adopt", &[]).await;
        assert_eq!(due().await, "2026-11-12", "{database:?}");
        let todo = app.sign_in("leader_b").await.get("/todo").await.text();
        assert!(
            todo.contains("请于2026年11月12日前签收") || todo.contains("请于11月12日前签收"),
            "{database:?}: {todo}"
        );
    }
}

#[tokio::test]
async fn only_the_built_in_answer_period_is_called_a_sample() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut office = app.sign_in("office").await;
        let mut head = app.sign_in("leader_b").await;
        let place = format!("/oversight/colours/{}?year=2026", app.district.school_post);
        let before = [office.get("/oversight/checks").await.text(), head.get(&place).await.text()];
        assert!(before.iter().all(|html| html.contains("5 个工作日内（示范）答复")), "{database:?}: {before:?}");
        adopted(&app, &mut office, &RuleSet { check_days: 7, ..RuleSet::default() }).await;
        let after = [office.get("/oversight/checks").await.text(), head.get(&place).await.text()];
        assert!(after.iter().all(|html| html.contains("7 个工作日内答复")), "{database:?}: {after:?}");
    }
}

#[tokio::test]
async fn the_words_of_a_dry_run_are_those_of_the_items_own_page() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let id = drafted(&mut office, &eased()).await;
    let open = page(&mut office, json!({ "id": id, "dry": "1" })).await["open"].clone();
    let shift = &open["dry"]["rows"][0];
    assert_eq!((shift["from"][1].as_str(), shift["to"][1].as_str()), (Some("逾期"), Some("需关注")), "{shift}");
}
