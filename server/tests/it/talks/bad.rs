//! What must not happen, and what is refused with its reason.

use serde_json::json;
use server::storage::q;

use super::{MINUTES, act, approved, cannot, no, page, registered, rest, signed, take};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{Database, PASSWORD, TestApp},
};

async fn sqlite() -> TestApp {
    TestApp::new(Database::Sqlite).await
}

#[tokio::test]
async fn empty_lists_do_not_go_on_and_nobody_approves_his_own() {
    let app = sqlite().await;
    let id = registered(&app).await;
    assert!(cannot(&app, "office", &id, "ask", &[]).await.contains("问题清单还是空的"));
    let bare = [("list", "problem"), ("area", "主体责任"), ("symptom", "研究不经常"), ("remedy", "每季度研究")];
    assert!(no(&app, "office", &id, "/talks/line", &bare).await.contains("病因"));
    let past = [bare[0], bare[1], bare[2], bare[3], ("cause", "不重视"), ("due", "2026-10-01")];
    assert!(no(&app, "office", &id, "/talks/line", &past).await.contains("整改期限应晚于今天"));
    super::problem(&app, "office", &id, "主体责任", "研究不经常").await;
    rest(&app, &id).await;
    act(&app, "office", &id, "ask", &[]).await;
    assert!(cannot(&app, "office", &id, "approve", &[]).await.contains("没有办理这件事的权限"));
    assert!(cannot(&app, "team", &id, "approve", &[]).await.contains("没有办理这件事的权限"));
    assert!(cannot(&app, "secretary", &id, "return", &[("reason", " ")]).await.contains("退回原因"));
    // Whoever had a hand in the lists does not approve them, the 书记 neither.
    act(&app, "secretary", &id, "return", &[("reason", "病因写具体")]).await;
    let one = page(&mut app.sign_in("office").await, &id).await;
    assert_eq!(
        (one["talk"]["state"].clone(), one["talk"]["returned"].clone()),
        (json!("preparing"), json!("病因写具体"))
    );
}

#[tokio::test]
async fn a_talk_is_due_once_and_not_for_him_who_was_there() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let list = office.call("/api/talks/list", json!({})).await.json();
    assert_eq!(list["due"], json!([]), "terms before the 启用日 make nothing due");
    let old = rows(&app, q("SELECT id FROM terms WHERE post_id = $1").bind(app.district.town_post)).await;
    let old = old[0].text("id").unwrap();
    refused(&mut office, "/talks/register", &[("term", &old)]).await;
    let id = registered(&app).await;
    let term = rows(&app, q("SELECT term_id FROM talks")).await[0].text("term_id").unwrap();
    refused(&mut office, "/talks/register", &[("term", &term)]).await;
    // One that went no further makes room for another.
    act(&app, "office", &id, "end", &[("reason", "登记有误")]).await;
    let place = done(&mut office, "/talks/register", &[("term", &term)]).await;
    assert!(place.contains("/prepare"));
    // 派驻组 and administrators register nothing.
    for login in ["team", "sysadmin", "leader_a"] {
        send(&mut app.sign_in(login).await, "/talks/register", &[("term", &term)]).await;
    }
    assert_eq!(rows(&app, q("SELECT id FROM talks")).await.len(), 2);
}

#[tokio::test]
async fn the_rule_says_who_talks_and_refuses_a_circle() {
    let app = sqlite().await;
    let id = approved(&app, 1).await;
    let team = app.district.person("team").to_string();
    let fields = [("speaker", "team"), ("speaker_person", team.as_str()), ("reason", "书记委托")];
    assert!(cannot(&app, "office", &id, "delegate", &fields).await.contains("区管的谈话由区纪委书记"));
    let head = app.district.person("member_a").to_string();
    let own = [("speaker", "secretary"), ("speaker_person", head.as_str())];
    cannot(&app, "office", &id, "delegate", &own).await;
    let mut office = app.sign_in("office").await;
    let settings = [
        ("seen", "0"),
        ("lead_city", "city_secretary"),
        ("lead_district", "secretary"),
        ("lead_department", "team"),
        ("delegation", "secretary:deputy"),
        ("delegation", "deputy:team"),
        ("delegation", "team:secretary"),
        ("kind_town", "district"),
        ("kind_department", "district"),
        ("kind_enterprise", "district"),
        ("kind_leading", "city"),
        ("kind_subordinate", "department"),
        ("register", "5"),
        ("prepare", "10"),
        ("talk_months", "1"),
        ("meet", "7"),
        ("plan", "15"),
        ("stage_months", "2"),
        ("report_months", "3"),
        ("tracking", "10"),
        ("areas", "主体责任"),
        ("commitment", "照单整改"),
    ];
    assert!(refused(&mut office, "/talks/settings", &settings).await.contains("绕了一圈"));
    let straight: Vec<(&str, &str)> =
        settings.iter().copied().filter(|(_, value)| *value != "team:secretary").collect();
    done(&mut office, "/talks/settings", &straight).await;
    assert!(refused(&mut office, "/talks/settings", &straight).await.contains("刚刚被别人改过"));
    send(&mut app.sign_in("team").await, "/talks/settings", &straight).await;
    assert_eq!(rows(&app, q("SELECT version FROM talk_settings")).await.len(), 1);
}

#[tokio::test]
async fn signatures_are_the_signers_and_old_pages_change_nothing() {
    let app = sqlite().await;
    let id = approved(&app, 2).await;
    let mut early = MINUTES;
    early[0].1 = "2026-11-03";
    assert!(cannot(&app, "office", &id, "hold", &early).await.contains("谈话日期应在"));
    act(&app, "office", &id, "hold", &MINUTES).await;
    let sign = |name: &'static str| [("paper", "record"), ("side", "leader"), ("typed", name)];
    assert!(no(&app, "member_a", &id, "/talks/sign", &sign("叶国平")).await.contains("不一致"));
    for login in ["office", "secretary", "team"] {
        let said = no(&app, login, &id, "/talks/sign", &sign("王晓岚")).await;
        assert!(said.contains("没有办理这件事的权限"), "{login}");
    }
    let mut leader = app.sign_in("member_a").await;
    let stale = [("talk", id.as_str()), ("seen", "1"), ("paper", "record"), ("side", "leader"), ("typed", "王晓岚")];
    assert!(refused(&mut leader, "/talks/sign", &stale).await.contains("刚刚被别人改过"));
    take(&app, "member_a", &id, "/talks/sign", &sign("王晓岚")).await;
    assert!(no(&app, "member_a", &id, "/talks/sign", &sign("王晓岚")).await.contains("不用再签"));
    // The same form twice is one signature.
    assert_eq!(rows(&app, q("SELECT id FROM signatures WHERE subject = $1").bind(&id)).await.len(), 1);
}

#[tokio::test]
async fn a_head_who_left_answers_for_nothing_and_his_items_stay() {
    let app = sqlite().await;
    let id = signed(&app, 3).await;
    execute(
        &app,
        q("UPDATE terms SET ends_on = '2026-11-20' WHERE post_id = $1 AND ends_on IS NULL")
            .bind(app.district.school_post),
    )
    .await;
    app.clock.set_day(domain::time::parse_iso("2026-11-23").unwrap());
    let mut left = app.sign_in("member_a").await;
    let one = page(&mut left, &id).await;
    assert_eq!((one["left"].clone(), one["own"].clone()), (json!(true), json!(true)));
    let fields = [("part_ecology", "好"), ("part_problems", "好"), ("part_risks", "好"), ("then", "send")];
    assert!(no(&app, "member_a", &id, "/talks/report", &fields).await.contains("没有办理这件事的权限"));
    act(&app, "office", &id, "end", &[("reason", "负责人调离")]).await;
    assert_eq!(rows(&app, q("SELECT id FROM items WHERE closed_on IS NULL")).await.len(), 3);
    // A unit that is renamed keeps its old name on what was signed.
    execute(&app, q("UPDATE units SET name = '区教育体育局' WHERE id = $1").bind(app.district.school)).await;
    let one = page(&mut app.sign_in("office").await, &id).await;
    assert_eq!((one["talk"]["unit_name"].clone(), one["unit_now"].clone()), (json!("区教育局"), json!("区教育体育局")));
}

#[tokio::test]
async fn what_must_not_be_stored_is_refused_and_what_was_typed_is_kept() {
    let app = sqlite().await;
    let id = registered(&app).await;
    let secret = [
        ("list", "problem"),
        ("area", "主体责任"),
        ("symptom", "当事人身份证号 11010519491231002X"),
        ("cause", "不重视"),
        ("remedy", "整改"),
    ];
    let back = no(&app, "office", &id, "/talks/line", &secret).await;
    assert!(back.contains("不能存入") && back.contains("不重视"));
    let odd = [("list", "problem"), ("area", "主体责任"), ("hack", "1")];
    no(&app, "office", &id, "/talks/line", &odd).await;
    assert!(rows(&app, q("SELECT talk FROM talks")).await[0].text("talk").unwrap().contains("\"problems\":[]"));
}

#[tokio::test]
async fn on_the_commissions_tablet_the_head_proves_who_signs() {
    let app = sqlite().await;
    let id = approved(&app, 1).await;
    act(&app, "office", &id, "hold", &MINUTES).await;
    let here = |secret: &'static str| {
        [("paper", "record"), ("side", "leader"), ("do", "here"), ("typed", "王晓岚"), ("secret", secret)]
    };
    // Whoever does not hold the talk tries nobody's password.
    assert!(no(&app, "team", &id, "/talks/sign", &here(PASSWORD)).await.contains("没有办理这件事的权限"));
    let back = no(&app, "office", &id, "/talks/sign", &here("guess")).await;
    assert!(back.contains("密码或数字密码不对") && !back.contains("guess"));
    assert!(rows(&app, q("SELECT id FROM signatures WHERE subject = $1").bind(&id)).await.is_empty());
    let told = app.sign_in("member_a").await.get("/me").await.text();
    assert!(told.contains("谈话现场的设备"), "{told}");
    take(&app, "office", &id, "/talks/sign", &here(PASSWORD)).await;
    let signed = rows(&app, q("SELECT person_id FROM signatures WHERE subject = $1").bind(&id)).await;
    assert_eq!(signed[0].text("person_id").unwrap(), app.district.person("member_a").to_string());
    let audited = rows(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'talks.here_refused'")).await;
    assert_eq!(audited[0].int("n").unwrap(), 1);
}
