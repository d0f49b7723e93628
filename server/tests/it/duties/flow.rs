//! H1 from the draft to the receipt, on both databases.

use serde_json::json;
use server::storage::q;

use super::{agree, done, execute, issued, made, page, published, refused, rows, send, sqlite, step, version};
use crate::harness::{BOTH, TestApp};

const PATH: &str = "M10 10L20 20L30 10L40 30L50 20";

#[tokio::test]
async fn comment_return_approve_issue_sign() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let mut deputy = app.sign_in("deputy").await;
        let mut liaison = app.sign_in("liaison_b").await;
        let mut leader = app.sign_in("leader_b").await;
        published(&mut office).await;
        let list = made(&mut office, "区教育局").await;
        // A draft is nobody's business but the office's.
        assert_eq!(leader.call("/api/duties/list", json!({ "id": list })).await.status, 404);
        step(&mut office, &list, "send", &[]).await;
        let asked = page(&mut liaison, "/api/duties/list", &list).await;
        assert_eq!(asked["state"], "commenting");
        assert!(asked["note"].as_str().unwrap().contains("11月9日"), "five working days: {}", asked["note"]);
        // Nobody has answered and the days are not over.
        let seen = version(&mut office, &list).await;
        let no =
            refused(&mut office, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "submit")]).await;
        assert!(no.contains("单位还没有反馈意见"));
        done(&mut liaison, "/duties/lists/comment", &[("leader", &list), ("comment", "建议合并第3项")]).await;
        step(&mut office, &list, "submit", &[]).await;
        // 退回 needs a reason, and what was typed stays.
        let seen = version(&mut deputy, &list).await;
        let no = refused(
            &mut deputy,
            "/duties/lists/step",
            &[("leader", &list), ("seen", &seen), ("step", "return"), ("reason", " ")],
        )
        .await;
        assert!(no.contains("退回理由还没有填写"));
        step(&mut deputy, &list, "return", &[("reason", "条目不够具体")]).await;
        let back = page(&mut office, "/api/duties/list", &list).await;
        assert_eq!((back["state"].clone(), back["returned"].clone()), (json!("draft"), json!("条目不够具体")));
        // Round again.
        step(&mut office, &list, "send", &[]).await;
        done(&mut leader, "/duties/lists/comment", &[("leader", &list), ("comment", ""), ("back", "mine")]).await;
        step(&mut office, &list, "submit", &[]).await;
        step(&mut deputy, &list, "approve", &[]).await;
        step(&mut office, &list, "issue", &[("effective_on", "2026-01-01")]).await;
        let waiting = page(&mut leader, "/api/duties/sign", &list).await;
        assert_eq!(waiting["name"], "叶国平");
        assert_eq!(waiting["items"].as_array().unwrap().len(), 6);
        let seen = waiting["version"].to_string();
        let to = done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("drawing", PATH)]).await;
        assert_eq!(to, format!("/duties/sign/{list}?done=signed"));
        let signed = page(&mut office, "/api/duties/list", &list).await;
        assert_eq!(
            (signed["state"].clone(), signed["signature"]["label"].clone()),
            (json!("signed"), json!("手写签名"))
        );
        // The signature is bound to person, edition and content.
        let rows = rows(&app, q("SELECT * FROM signatures WHERE subject = $1").bind(&list)).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text("purpose").unwrap(), "duties.receipt");
        assert_eq!(rows[0].int("version").unwrap(), 1);
        assert_eq!(rows[0].text("person_id").unwrap(), app.district.person("leader_b").to_string());
        assert_eq!(rows[0].text("content_hash").unwrap().len(), 64);
        // The board's own thread and the audit chain know every step.
        let told = super::rows(
            &app,
            q("SELECT title FROM thread_events WHERE post_id = $1 ORDER BY at, id").bind(app.district.school_post),
        )
        .await;
        assert!(told.iter().any(|r| r.text("title").unwrap().starts_with("签收2026年第一责任人履责清单")));
        let actions = super::rows(
            &app,
            q("SELECT action FROM audit WHERE object = $1 ORDER BY seq").bind(format!("leader_list:{list}")),
        )
        .await;
        let actions: Vec<String> = actions.iter().map(|r| r.text("action").unwrap()).collect();
        for action in ["duties.returned", "duties.approved", "duties.issued", "duties.signed"] {
            assert!(actions.iter().any(|a| a == action), "{action} in {actions:?}");
        }
    }
}

#[tokio::test]
async fn a_stale_version_changes_nothing_and_a_double_click_happens_once() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let list = made(&mut office, "区教育局").await;
    let seen = version(&mut office, &list).await;
    let key = super::command();
    let fields = [("command", key.as_str()), ("leader", &list), ("seen", &seen), ("step", "send")];
    let first = office.post("/duties/lists/step", &fields).await;
    let again = office.post("/duties/lists/step", &fields).await;
    assert_eq!(first.location(), again.location());
    let no = refused(&mut office, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "send")]).await;
    assert!(no.contains("刚刚被别人改过"));
    assert_eq!(page(&mut office, "/api/duties/list", &list).await["version"], 2);
}

#[tokio::test]
async fn only_those_whose_step_it_is_take_it() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let list = made(&mut office, "区教育局").await;
    step(&mut office, &list, "send", &[]).await;
    let mut liaison = app.sign_in("liaison_b").await;
    done(&mut liaison, "/duties/lists/comment", &[("leader", &list), ("comment", "")]).await;
    step(&mut office, &list, "submit", &[]).await;
    let seen = version(&mut office, &list).await;
    for login in ["office", "leader_b", "liaison_b", "team", "leader_a", "member_a", "general", "sysadmin", "audit"] {
        let mut client = app.sign_in(login).await;
        let fields = [("leader", list.as_str()), ("seen", seen.as_str()), ("step", "approve")];
        let reply = send(&mut client, "/duties/lists/step", &fields).await;
        assert!(reply.location().contains("draft=") || reply.status == 404, "{login} approved");
    }
    let mut deputy = app.sign_in("deputy").await;
    step(&mut deputy, &list, "approve", &[]).await;
    let seen = version(&mut deputy, &list).await;
    refused(&mut deputy, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "issue")]).await;
    step(&mut office, &list, "issue", &[]).await;
    // Neither another head nor the 联络员 signs for him, whatever name is typed.
    for login in ["leader_a", "liaison_b", "office"] {
        let mut client = app.sign_in(login).await;
        let seen = version(&mut office, &list).await;
        let fields = [("leader", list.as_str()), ("seen", seen.as_str()), ("typed", "叶国平")];
        assert!(send(&mut client, "/duties/sign", &fields).await.location().contains("draft="), "{login} signed");
        assert_eq!(client.call("/api/duties/sign", json!({ "id": list })).await.status, 404, "{login}");
    }
}

#[tokio::test]
async fn whoever_submitted_never_approves() {
    let app = sqlite().await;
    // One person holds both roles.
    super::execute(
        &app,
        q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
           VALUES ('11111111-1111-4111-8111-111111111111', $1, $2, 'deputy_secretary', $3, 'active', 'system', '2024-01-01')")
            .bind(app.district.id)
            .bind(app.district.person("office"))
            .bind(app.district.office),
    )
    .await;
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let list = made(&mut office, "区教育局").await;
    step(&mut office, &list, "send", &[]).await;
    let mut liaison = app.sign_in("liaison_b").await;
    done(&mut liaison, "/duties/lists/comment", &[("leader", &list), ("comment", "")]).await;
    step(&mut office, &list, "submit", &[]).await;
    let seen = version(&mut office, &list).await;
    let no =
        refused(&mut office, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "approve")]).await;
    assert!(no.contains("不能由您自己审定"));
    let mut deputy = app.sign_in("deputy").await;
    step(&mut deputy, &list, "approve", &[]).await;
}

#[tokio::test]
async fn typed_and_paper_signatures() {
    let app = sqlite().await;
    let list = issued(&app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let mut office = app.sign_in("office").await;
    let seen = version(&mut office, &list).await;
    let no = refused(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "叶国萍")]).await;
    assert!(no.contains("与签收人不一致") && no.contains("叶国萍"));
    let no = refused(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("drawing", "<svg>")]).await;
    assert!(no.contains("签名没有写完整"));
    // The head does not note his own paper; neither does a body that does not supervise him.
    let mut team2 = app.sign_in("team2").await;
    for client in [&mut leader, &mut team2] {
        let fields =
            [("leader", list.as_str()), ("seen", seen.as_str()), ("paper_on", "2026-11-12"), ("handler", "甲")];
        assert!(send(client, "/duties/lists/paper", &fields).await.location().contains("draft="));
    }
    // Two weeks later; sessions have ended meanwhile.
    app.clock.set_day(domain::time::parse_iso("2026-11-16").unwrap());
    let mut office = app.sign_in("office").await;
    let mut team = app.sign_in("team").await;
    let paper = [("leader", list.as_str()), ("seen", seen.as_str()), ("paper_on", "2026-11-20"), ("handler", "黎若水")];
    assert!(refused(&mut team, "/duties/lists/paper", &paper).await.contains("晚于今天"));
    let paper = [("leader", list.as_str()), ("seen", seen.as_str()), ("paper_on", "2026-11-13"), ("handler", "黎若水")];
    done(&mut team, "/duties/lists/paper", &paper).await;
    let signed = page(&mut office, "/api/duties/list", &list).await;
    assert_eq!(signed["signature"]["label"], "纸质已签");
    assert_eq!(signed["signature"]["name"], "叶国平");
    assert_eq!(signed["signature"]["handler"], "黎若水");

    let typed = sqlite().await;
    let list = issued(&typed, "东湖街道").await;
    let mut leader = typed.sign_in("leader_a").await;
    let seen = page(&mut leader, "/api/duties/sign", &list).await["version"].to_string();
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", " 段敏 ")]).await;
    // Signed is signed: once more is refused.
    let no = refused(&mut leader, "/duties/sign", &[("leader", &list), ("seen", "6"), ("typed", "段敏")]).await;
    assert!(no.contains("已签收"));
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    published(&mut office).await;
    let school = made(&mut office, "区教育局").await;
    let town = super::list_of(&mut office, "东湖街道").await;
    let (a, b) = (format!("{school}:1"), format!("{town}:7"));
    let fields = [("year", "2026"), ("step", "send"), ("pick", a.as_str()), ("pick", b.as_str())];
    let no = refused(&mut office, "/duties/batch", &fields).await;
    assert!(no.contains("这一批都没有办理"));
    assert_eq!(page(&mut office, "/api/duties/list", &school).await["state"], "draft");
    let b = format!("{town}:1");
    let fields = [("year", "2026"), ("step", "send"), ("pick", a.as_str()), ("pick", b.as_str())];
    assert!(done(&mut office, "/duties/batch", &fields).await.contains("done=sent&n=2"));
    assert_eq!(page(&mut office, "/api/duties/list", &town).await["state"], "commenting");
}

#[tokio::test]
async fn a_batch_is_issued_only_after_the_page_that_says_what_happens() {
    let app = sqlite().await;
    let (mut office, mut deputy) = (app.sign_in("office").await, app.sign_in("deputy").await);
    published(&mut office).await;
    execute(&app, q("UPDATE districts SET enabled_on = '2026-01-01'")).await;
    let school = made(&mut office, "区教育局").await;
    let town = super::list_of(&mut office, "东湖街道").await;
    for list in [&school, &town] {
        step(&mut office, list, "send", &[]).await;
        agree(&app, &mut office, list).await;
        step(&mut office, list, "submit", &[]).await;
        step(&mut deputy, list, "approve", &[]).await;
    }
    let mut picks = Vec::new();
    for list in [&school, &town] {
        picks.push(format!("{list}:{}", version(&mut office, list).await));
    }
    let text = office.get("/duties?year=2026&state=approved").await.text();
    assert!(text.contains("全部 2 项") && text.contains("data-all=\"pick\""), "{text}");
    // Ticked one by one, and all of the page without a tick: the same question, and nothing done by it.
    let by_one = [("year", "2026"), ("step", "issue"), ("pick", picks[0].as_str())];
    let all = [("year", "2026"), ("step", "issue"), ("all", "1"), ("state", "approved")];
    for (fields, count, other) in [(&by_one[..], 1, "东湖街道"), (&all[..], 2, "区财政局")] {
        let reply = send(&mut office, "/duties/batch", fields).await;
        let text = reply.text();
        assert_eq!(reply.status, 200, "{text}");
        assert!(text.contains(&format!("下达 {count} 份2026年第一责任人履责清单？")), "{text}");
        assert!(text.contains("<li>区教育局</li>") && !text.contains(other) && text.contains("不能撤回"), "{text}");
        assert_eq!(text.matches("name=\"pick\"").count(), count);
        assert_eq!(page(&mut office, "/api/duties/list", &school).await["state"], "approved");
    }
    // 「全部」 takes only those on which the step can be done, and says so where there is none.
    let no = refused(
        &mut office,
        "/duties/batch",
        &[("year", "2026"), ("step", "submit"), ("all", "1"), ("state", "approved")],
    )
    .await;
    assert!(no.contains("没有可以提交审定的"), "{no}");
    // A list seen in another version is not asked about but refused.
    let stale = format!("{school}:1");
    let no = refused(&mut office, "/duties/batch", &[("year", "2026"), ("step", "issue"), ("pick", &stale)]).await;
    assert!(no.contains("这一批都没有办理"), "{no}");
    let sure = [("year", "2026"), ("step", "issue"), ("pick", &picks[0]), ("pick", &picks[1]), ("sure", "1")];
    assert!(done(&mut office, "/duties/batch", &sure).await.contains("done=issued&n=2"));
    assert_eq!(page(&mut office, "/api/duties/list", &town).await["state"], "issued");
    // What waits now stands beside 待办 in the menu of the one it waits for, and nowhere else.
    let mut leader = app.sign_in("leader_b").await;
    let menu = leader.get("/board").await.text();
    let menu = menu.split("aria-label=\"主菜单\"").nth(1).unwrap().split("</nav>").next().unwrap();
    assert!(menu.contains("<b class=\"count\">1<"), "{menu}");
    assert!(!office.get("/board").await.text().contains("class=\"count\""));
    assert!(!leader.get("/home").await.text().contains("class=\"count\""));
}
