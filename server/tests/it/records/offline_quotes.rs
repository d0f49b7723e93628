//! 「转线下」 of everything that a record says beside its text: fields, reasons, names of files are cut where they were
//! quoted, the sheet shows them first, and other texts of the district are named.

use server::storage::q;

use super::{
    offline::{ask, handle},
    one, saved,
};
use crate::{
    duties::{done, rows},
    evidence::{PDF, added},
    harness::{BOTH, Client, TestApp},
};

const CLUE: &str = "有教职工反映食堂采购员长期收受供货商的购物卡";
const TOPICS: &str = "听取食堂大宗食材采购三家比价情况的专项汇报";
const DECIDED: &str = "由后勤处对近三年的采购合同逐份核对并报告结果";
const ATTENDEES: &str = "班子成员和后勤处财务处采购工作小组全体同志";
const REASON: &str = "原先把反映人所在的年级组也写进去了现予以更正";
const FILE: &str = "食堂采购员与供货商往来账目逐笔核对情况说明";
const WHY: &str = "材料里留有反映人的姓名和电话所以先撤下来";
const QUOTED: [&str; 7] = [CLUE, TOPICS, DECIDED, ATTENDEES, REASON, FILE, WHY];
const SHORT: &str = "暂停付款";

async fn told(leader: &mut Client) -> String {
    let fields =
        [("kind", "study"), ("d.topics", TOPICS), ("d.decided", DECIDED), ("d.attendees", ATTENDEES), ("text", CLUE)];
    let id = saved(leader, &fields).await;
    let now = one(leader, &id).await;
    let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
    let change = [
        ("command", command.as_str()),
        ("record", &id),
        ("seen", &seen),
        ("text", "听取汇报"),
        ("kind", "study"),
        ("reason", REASON),
    ];
    let to = leader.post("/records/correct", &change).await.location();
    assert!(!to.contains("draft="), "{to}");
    let now = one(leader, &id).await;
    let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
    let change = [
        ("command", command.as_str()),
        ("record", &id),
        ("seen", &seen),
        ("only", "details"),
        ("kind", "study"),
        ("d.topics", SHORT),
        ("d.decided", DECIDED),
        ("d.attendees", ATTENDEES),
        ("reason", REASON),
    ];
    let to = leader.post("/records/correct", &change).await.location();
    assert!(!to.contains("draft="), "{to}");
    let file = added(leader, &id, &format!("{FILE}.pdf"), PDF).await;
    done(leader, "/evidence/withdraw", &[("evidence", &file), ("reason", WHY)]).await;
    id
}

async fn drafts(app: &TestApp) -> String {
    let all = rows(app, q("SELECT fields FROM drafts")).await;
    all.iter().map(|row| row.text("fields").unwrap()).collect()
}

#[tokio::test]
async fn what_stands_beside_the_text_is_cut_where_it_was_quoted() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        crate::duties::issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let id = told(&mut leader).await;
        let lines: Vec<String> = QUOTED.iter().map(|words| format!("又说{words}这件事")).collect();
        let (text, kept) = (lines.join("\r\n"), "其余照旧");
        let draft = format!("{text}\r\n{kept}");
        let form = [("form", "records.new"), ("subject", ""), ("seen", "")];
        let own = [&form[..], &[("f.text", draft.as_str())]].concat();
        leader.post("/drafts", &own).await;
        // A form of the same words, not saved: its fields go, the short ones too.
        let fields = [("f.text", CLUE), ("f.d.decided", DECIDED), ("f.d.topics", SHORT), ("f.d.document", kept)];
        app.sign_in("liaison_b").await.post("/drafts", &[&form[..], &fields].concat()).await;
        app.sign_in("leader_a").await.post("/drafts", &[&form[..], &[("f.d.topics", SHORT)]].concat()).await;
        let post = app.district.school_post.to_string();
        let of = [("post", post.as_str()), ("year", "2026"), ("kind", "annual")];
        done(&mut leader, "/papers/draw", &of).await;
        let mut sections = crate::papers::reports::form(&mut leader, &format!("/papers/annual/{post}/2026")).await;
        sections.iter_mut().filter(|(name, _)| name == "text.plans").for_each(|(_, words)| words.clone_from(&draft));
        let all: Vec<(&str, &str)> =
            of.into_iter().chain(sections.iter().map(|(n, v)| (n.as_str(), v.as_str()))).collect();
        done(&mut leader, "/papers/save", &all).await;
        let report = q("SELECT sections FROM report_drafts");
        assert!(rows(&app, report.clone()).await[0].text("sections").unwrap().contains(DECIDED), "{database:?}");
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        for login in ["office", "deputy"] {
            let shown = handle(&app, login, &id).await;
            for words in QUOTED {
                assert!(shown.contains(words), "{database:?} {login} {words}: {shown}");
            }
        }
        let (drafts, report) = (drafts(&app).await, rows(&app, report).await[0].text("sections").unwrap());
        for words in QUOTED {
            assert!(!drafts.contains(words), "{database:?} {words}: {drafts}");
            assert!(!report.contains(words), "{database:?} {words}: {report}");
        }
        assert_eq!((drafts.matches(SHORT).count(), drafts.matches(kept).count()), (1, 2), "{database:?} {drafts}");
        assert!(report.contains(kept) && report.contains("（此处内容已转线下）"), "{report}");
    }
}

#[tokio::test]
async fn what_is_in_other_records_too_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        saved(&mut leader, &[("text", "另一次会"), ("kind", "study"), ("d.attendees", ATTENDEES)]).await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "study"), ("d.attendees", ATTENDEES)]).await;
        let form = [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.d.attendees", ATTENDEES)];
        leader.post("/drafts", &form).await;
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        for login in ["office", "deputy"] {
            handle(&app, login, &id).await;
        }
        assert!(drafts(&app).await.contains(ATTENDEES), "{database:?}: everybody's");
    }
}

#[tokio::test]
async fn a_yearly_task_is_named_and_the_log_has_no_words_of_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let (school, title) = (app.district.school.to_string(), format!("任务：{CLUE}。"));
        let task = [
            ("year", "2026"),
            ("unit", school.as_str()),
            ("title", title.as_str()),
            ("node", "四季度"),
            ("due_on", "2026-12-20"),
            ("owner", "叶国平"),
            ("done_mark", "办结"),
            ("source", ""),
        ];
        done(&mut app.sign_in("office").await, "/duties/tasks/add", &task).await;
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let page = app.sign_in("deputy").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("年度任务清单里的任务</li>") && !page.contains("购物卡"), "{database:?} {page}");
        let log =
            q("SELECT d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
             WHERE a.action = 'duties.task_added'");
        assert_eq!(rows(&app, log).await[0].text("text").unwrap(), "2026年", "{database:?}");
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        assert_eq!(rows(&app, q("SELECT title FROM annual_tasks")).await[0].text("title").unwrap(), title);
    }
}

#[tokio::test]
async fn a_case_of_the_post_and_its_approvals_are_cut_and_a_circular_is_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let (post, school) = (app.district.school_post.to_string(), app.district.school.to_string());
        let facts = format!("{CLUE}。");
        let case = [
            ("post", post.as_str()),
            ("about", "matter"),
            ("matter", "先行先试的事项"),
            ("whom", "unit"),
            ("facts", facts.as_str()),
            ("reasons", "没有先例可循。"),
            ("remedy", "已调整方案。"),
        ];
        done(&mut leader, "/tolerance/ask", &case).await;
        let letter = [("title", "节日期间作风情况"), ("facts", facts.as_str()), ("unit", school.as_str())];
        done(&mut app.sign_in("office").await, "/letters/save", &letter).await;
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let page = app.sign_in("deputy").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("节日期间作风情况（通报）") && page.contains("容错纠错材料"), "{database:?} {page}");
        assert!(!page.contains("购物卡"), "{database:?} {page}");
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        let cases = rows(&app, q("SELECT plain, version FROM tolerance_cases")).await;
        let plain = cases[0].text("plain").unwrap();
        assert!(!plain.contains("购物卡") && plain.contains("没有先例可循"), "{database:?} {plain}");
        assert_eq!(cases[0].int("version").unwrap(), 2, "an open page must look again");
        // What the office wrote is the office's to change.
        let letters = rows(&app, q("SELECT plain FROM letters")).await;
        assert!(letters[0].text("plain").unwrap().contains("购物卡"), "{database:?}");
    }
}
