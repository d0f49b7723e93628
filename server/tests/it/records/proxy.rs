//! 代录 (H2) through the router: days, edits, refusals, and talks that the head shares.

use domain::time::parse_iso;
use serde_json::{Value, json};
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::{execute, issued, rows},
    harness::{BOTH, Client, TestApp},
};

pub async fn decide(client: &mut Client, id: &str, decision: &str, more: &[(&str, &str)]) -> String {
    let now = one(client, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let mut fields = vec![("command", command), ("record", id), ("seen", seen.as_str()), ("decision", decision)];
    fields.extend_from_slice(more);
    if !more.iter().any(|(n, _)| *n == "reason") {
        fields.push(("reason", ""));
    }
    client.post("/records/decide", &fields).await.location()
}

pub async fn todo(client: &mut Client) -> Value {
    client.call("/api/records/todo", json!({})).await.json()
}

#[tokio::test]
async fn not_confirmed_in_ten_working_days_it_goes_back_and_can_be_sent_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "组织学习"), ("kind", "lecture")]).await;
        let late = saved(&mut liaison, &[("text", "上月的事"), ("event_on", "2026-10-20")]).await;
        assert_eq!(one(&mut liaison, &id).await["row"]["drafted_late"], false);
        assert_eq!(one(&mut liaison, &late).await["row"]["drafted_late"], true);
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(todo(&mut leader).await["to_confirm"].as_array().unwrap().len(), 2);
        // 2 November is a Monday: until the 16th.
        app.clock.set_day(parse_iso("2026-11-17").unwrap());
        let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
        assert!(todo(&mut leader).await["to_confirm"].as_array().unwrap().is_empty());
        assert_eq!(leader.call("/api/records/home", json!({})).await.json()["to_confirm"], 0);
        assert!(todo(&mut liaison).await["rows"].to_string().contains("退回的代录"));
        let now = one(&mut leader, &id).await;
        assert_eq!((now["may_confirm"].clone(), now["may_resend"].clone()), (json!(false), json!(false)));
        assert!(decide(&mut leader, &id, "confirm", &[]).await.contains("draft="));
        assert!(one(&mut liaison, &id).await["may_resend"] == true);
        assert!(decide(&mut liaison, &id, "resend", &[("text", "组织学习两次")]).await.starts_with("/records/"));
        assert_eq!(todo(&mut leader).await["to_confirm"], json!([id]));
        decide(&mut leader, &id, "confirm", &[]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["page"].clone(), now["row"]["text"].clone()), (json!(1), json!("组织学习两次")));
        let never = rows(&app, q("SELECT page FROM records WHERE id = $1").bind(late)).await;
        assert_eq!(never[0].opt_int("page").unwrap(), None, "what nobody confirmed does not count");
    }
}

#[tokio::test]
async fn the_head_may_change_it_while_confirming_and_both_authors_are_shown() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let id = saved(&mut liaison, &[("text", "与两人谈")]).await;
        let mut leader = app.sign_in("leader_b").await;
        // What must not enter is refused here as everywhere; a clue-like word asks.
        assert!(decide(&mut leader, &id, "confirm", &[("text", "证件11010519491231002X")]).await.contains("draft="));
        let back = decide(&mut leader, &id, "confirm", &[("text", "与三人谈线索管理")]).await;
        assert!(leader.get(&back).await.text().contains("value=\"confirm+keep\""));
        decide(&mut leader, &id, "confirm+keep", &[("text", "与三人谈线索管理")]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["page"].clone(), now["row"]["text"].clone()), (json!(1), json!("与三人谈线索管理")));
        let kept = &now["corrections"][0];
        assert_eq!((kept["before"].clone(), kept["by"].clone()), (json!("与两人谈"), json!("叶国平")));
        assert_eq!(now["row"]["proxy"], "沈宏斌");
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("与两人谈") && page.contains("叶国平") && page.contains("沈宏斌"));
    }
}

#[tokio::test]
async fn all_go_back_at_once_with_one_reason() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let first = saved(&mut liaison, &[("text", "一")]).await;
    let second = saved(&mut liaison, &[("text", "二")]).await;
    let mut leader = app.sign_in("leader_b").await;
    let refuse = |command: String, reason: &'static str| {
        let (first, second) = (first.clone(), second.clone());
        vec![
            ("command", command),
            ("record", first),
            ("record", second),
            ("seen", "1".to_owned()),
            ("seen", "1".to_owned()),
            ("do", "refuse".to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    for (reason, state, words) in [
        ("", "proxy", "全部退回的原因还没有填写"),
        ("证件11010519491231002X", "proxy", "身份证号"),
        ("请写明参会人", "refused", "已退回 2 条"),
    ] {
        let command = todo(&mut leader).await["command"].as_str().unwrap().to_owned();
        let fields = refuse(command, reason);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        // Refused on the same page, at its field, with every word.
        let place = leader.post("/records/confirm", &fields).await.location();
        let page = leader.get(&place).await.text();
        assert!(place.starts_with("/todo?") && page.contains(words), "{place} {reason}");
        assert!(page.contains(reason) || state == "refused", "{reason}");
        assert_eq!(page.matches("id=\"reason-e\"").count(), usize::from(state == "proxy"), "{reason}");
        let states = rows(&app, q("SELECT state FROM records")).await;
        assert!(states.iter().all(|r| r.text("state").unwrap() == state), "{reason}");
    }
    assert!(todo(&mut liaison).await["rows"].to_string().contains("请写明参会人"));
}

#[tokio::test]
async fn the_list_shows_what_is_to_be_confirmed_and_says_how_many_were() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut liaison = app.sign_in("liaison_b").await;
        let long = "到政务服务窗口蹲点，".repeat(6);
        let first = saved(&mut liaison, &[("text", &long), ("kind", "visit")]).await;
        let second = saved(&mut liaison, &[("text", "与三名干部谈心"), ("kind", "talk")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let shown = todo(&mut leader).await;
        let titles: Vec<&str> =
            shown["rows"].as_array().unwrap().iter().map(|r| r["title"].as_str().unwrap()).collect();
        assert!(titles.contains(&"确认代录：与三名干部谈心"), "{titles:?}");
        assert!(titles.iter().any(|t| t.ends_with('…') && t.chars().count() == 5 + 40 + 1), "{titles:?}");
        assert!(shown["rows"].to_string().contains("蹲点调研 · 11月2日发生"));
        // What is changed after the page was shown was not read: it stays.
        change(&mut liaison, &second, &[("text", "与四名干部谈心"), ("kind", "talk")]).await;
        let ids: Vec<&str> = shown["to_confirm"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        assert_eq!(ids.len(), 2);
        let seen: Vec<String> = shown["seen"].as_array().unwrap().iter().map(Value::to_string).collect();
        let mut fields = vec![("command", shown["command"].as_str().unwrap()), ("do", "confirm"), ("reason", "")];
        fields.extend(ids.iter().map(|id| ("record", *id)));
        fields.extend(seen.iter().map(|seen| ("seen", seen.as_str())));
        let place = leader.post("/records/confirm", &fields).await.location();
        assert!(leader.get(&place).await.text().contains("已确认 1 条"), "{place}");
        assert_eq!(one(&mut leader, &first).await["row"]["page"], 1);
        assert_eq!(one(&mut leader, &second).await["row"]["unconfirmed"], true);
    }
}

/// Sends 「修改」 of an unconfirmed 代录; where it leads.
pub async fn change(client: &mut Client, id: &str, more: &[(&str, &str)]) -> String {
    let now = one(client, id).await;
    let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
    let mut fields = vec![("command", command), ("record", id), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    client.post("/records/correct", &fields).await.location()
}

#[tokio::test]
async fn its_author_changes_or_takes_back_what_is_not_confirmed() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut liaison = app.sign_in("liaison_b").await;
        let duty = form(&mut liaison).await.2.into_iter().find(|(code, _)| code == "6.3").unwrap().1;
        let id = saved(&mut liaison, &[("text", "与两人谈"), ("kind", "talk")]).await;
        let page = liaison.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("修改…") && page.contains("撤回") && !page.contains("更正…"), "his own draft");
        let more =
            [("text", "与三人谈"), ("kind", "talk"), ("event_on", "2026-11-01"), ("items", "1"), ("duty", &duty)];
        assert_eq!(change(&mut liaison, &id, &more).await, format!("/records/{id}?done=changed"));
        for bad in [[("text", "证件11010519491231002X"), ("kind", "talk")], [("text", "与三人谈"), ("kind", "talk")]]
        {
            assert!(change(&mut liaison, &id, &bad).await.contains("draft="), "{bad:?}");
        }
        let mut leader = app.sign_in("leader_b").await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["text"].clone(), now["row"]["codes"].clone()), (json!("与三人谈"), json!(["6.3"])));
        assert_eq!(now["row"]["tags"], json!(["代录，待确认", "11月2日已修改"]));
        assert_eq!((now["row"]["event_on"].clone(), now["corrections"].clone()), (json!("11月1日"), json!([])));
        assert!(todo(&mut leader).await["rows"].to_string().contains("11月2日已修改"));
        // Nobody else changes it, not even its head.
        assert!(!leader.get(&format!("/records/{id}")).await.text().contains("修改…"));
        for other in ["leader_b", "office"] {
            let mut other = app.sign_in(other).await;
            let fields = [
                ("command", now["command"].as_str().unwrap()),
                ("record", &id),
                ("seen", "2"),
                ("text", "改"),
                ("reason", "改"),
            ];
            assert!(other.post("/records/correct", &fields).await.location().contains("draft="));
        }
        decide(&mut leader, &id, "confirm", &[]).await;
        let now = one(&mut leader, &id).await;
        assert_eq!((now["row"]["page"].clone(), now["row"]["tags"].clone()), (json!(1), json!(["代录 沈宏斌"])));
        assert!(change(&mut liaison, &id, &[("text", "与五人谈")]).await.contains("draft="));
        assert!(decide(&mut liaison, &id, "withdraw", &[]).await.contains("draft="));

        let back = saved(&mut liaison, &[("text", "写错了的一条")]).await;
        assert!(decide(&mut leader, &back, "withdraw", &[]).await.contains("draft="), "only its author");
        assert_eq!(decide(&mut liaison, &back, "withdraw", &[]).await, format!("/records/{back}"));
        let now = one(&mut liaison, &back).await;
        assert_eq!(
            (now["row"]["tags"].clone(), now["row"]["refused"].clone()),
            (json!(["代录 沈宏斌", "已撤回"]), json!(null))
        );
        assert!(!todo(&mut leader).await["rows"].to_string().contains("写错了的一条"));
        assert!(!todo(&mut liaison).await["rows"].to_string().contains("写错了的一条"));
        let book = leader.get("/book?leaf=waiting").await.text();
        assert!(!book.contains("写错了的一条"), "taken back, it is in no book");
        // He may put it right and send it again.
        change(&mut liaison, &back, &[("text", "写对了的一条")]).await;
        decide(&mut liaison, &back, "resend", &[]).await;
        assert_eq!(todo(&mut leader).await["to_confirm"], json!([back]));
        for (reason, field) in [("身份证号11010519491231002X", true), ("请补时间", false)] {
            let place = decide(&mut leader, &back, "refuse", &[("reason", reason)]).await;
            assert_eq!(place.contains("draft="), field, "{reason}");
            assert!(!field || leader.get(&place).await.text().contains("id=\"reason-e\""), "said at its field");
        }
    }
}

#[tokio::test]
async fn a_successor_refuses_nothing_drafted_for_his_predecessor() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let id = saved(&mut liaison, &[("text", "替前任代录")]).await;
    execute(&app, q("UPDATE records SET author_person = $1").bind(app.district.person("leader_c"))).await;
    let mut leader = app.sign_in("leader_b").await;
    assert!(decide(&mut leader, &id, "refuse", &[("reason", "不采用")]).await.contains("draft="));
    assert_eq!(rows(&app, q("SELECT state FROM records")).await[0].text("state").unwrap(), "proxy");
}

#[tokio::test]
async fn a_talk_is_read_by_the_liaison_only_while_it_is_shared() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("kind", "talk"), ("text", "谈话要点金丝雀"), ("d.follow_up", "金丝雀二")]).await;
        let mut liaison = app.sign_in("liaison_b").await;
        for (decision, reads) in [("", false), ("share", true), ("unshare", false)] {
            if !decision.is_empty() {
                decide(&mut leader, &id, decision, &[]).await;
            }
            let page = liaison.get(&format!("/records/{id}")).await.text();
            assert_eq!(page.contains("金丝雀"), reads, "{decision}");
            assert_eq!(page.contains("金丝雀二"), reads, "{decision}");
            assert!(!app.sign_in("office").await.get(&format!("/records/{id}")).await.text().contains("金丝雀"));
        }
        // He shares nothing himself, and checks nothing of his own unit.
        for decision in ["share", "verify"] {
            assert!(decide(&mut liaison, &id, decision, &[]).await.contains("draft="), "{decision}");
        }
        assert!(!liaison.get(&format!("/records/{id}")).await.text().contains("金丝雀"));
        let (command, post, _) = form(&mut leader).await;
        assert!(!command.is_empty() && !post.is_empty());
    }
}
