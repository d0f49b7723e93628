//! The pages of the hall through the whole router, as a browser without scripts uses them: from
//! check-in to the seal by pressing the next-step button, refusals that keep what was typed, paper.

mod asking;
mod numbers;
mod paper;
mod reported;
mod sizes;
mod truth;
pub mod world;

use domain::reviews::{Announce, Identity, Mode, Scale};
use server::storage::q;

use self::world::{Kind, RATERS, WILD, come_in, does, marks, meeting, next_step, pairs, press};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn a_meeting_is_held_by_pressing_the_next_step() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, plan) = meeting(&app, Kind::default()).await;
        let (console, screen, teller) = (format!("/hall/{id}"), format!("/screen/{id}"), format!("/hall/{id}/teller"));
        let mut operator = app.sign_in("office").await;
        assert_eq!(next_step(&mut operator, id).await, "开始签到");
        does(&mut operator, &console, "开始签到", &[]).await;
        assert_eq!(next_step(&mut operator, id).await, "还差 4 人到会");
        let mut raters = Vec::new();
        for (login, _) in RATERS {
            raters.push(come_in(&app, &mut operator, id, login).await);
        }
        assert!(operator.get(&screen).await.text().contains("data-live=\"present\">6<"));
        let mut pressed = Vec::new();
        while let words = next_step(&mut operator, id).await
            && words != "收回测评表"
        {
            does(&mut operator, &console, &words, &[]).await;
            pressed.push(words);
            let first = pressed.len() == 1;
            for rater in raters.iter_mut().filter(|_| first) {
                let page = format!("/room/{id}");
                let reply = does(rater, &page, "提交", &pairs(&marks(&plan, "better"))).await;
                assert!(reply.location().contains("sent=accepted"), "{}", reply.location());
                assert!(rater.get(&reply.location()).await.text().contains("✓ 已收到"));
            }
        }
        assert_eq!(
            pressed,
            [
                "开始测评",
                &format!(
                    "请{}述责",
                    WILD.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
                ),
                "开始计时",
                "转入询问",
                "转入点评",
                "请叶国平述责",
                "开始计时",
                "转入询问",
                "转入点评",
                "转入综合评议"
            ]
        );
        let shown = operator.get(&screen).await.text();
        assert!(shown.contains("data-live=\"returned\">6<") && shown.contains("封存前不显示任何结果"));
        // One sheet for all: whoever reported last is not singled out; the code and where to type it stand there.
        for page in [&screen, &console] {
            let html = operator.get(page).await.text();
            assert!(html.contains("集中测评") && html.contains("2 名述责对象，一张票"), "{html}");
        }
        assert!(!shown.contains("<h1 class=\"s-name\">叶国平") && shown.contains("实到"), "{shown}");
        assert!(shown.contains("签到二维码") && shown.contains("/m</em>"), "{shown}");
        does(&mut operator, &console, "收回测评表", &[]).await;
        let closed = operator.get(&screen).await.text();
        assert!(!closed.contains("签到二维码") && closed.contains("集中测评"), "{closed}");
        assert!(!operator.get(&format!("{screen}/code")).await.text().contains("二维码"));
        let late = raters[0].get(&format!("/room/{id}")).await.text();
        assert!(late.contains("✓ 已计入") && !late.contains("data-submit"), "{late}");
        let mut first = app.sign_in("deputy").await;
        does(&mut first, &teller, "确认封存", &[]).await;
        assert!(first.get(&teller).await.text().contains("您已确认，等另一名监票人"));
        let mut second = app.sign_in("general").await;
        does(&mut second, &teller, "确认封存", &[]).await;
        let sealed = operator.get(&screen).await.text();
        assert!(sealed.contains("已封存　校验码<b>"), "{sealed}");
        // 会后反馈: no result anywhere, whatever the phase.
        does(&mut operator, &console, "结束会议", &[]).await;
        for page in [&screen, &console, &teller] {
            let mut looks = if page == &teller { first.clone() } else { operator.clone() };
            let html = looks.get(page).await.text();
            assert!(!html.contains("评议结果</h1>") && !html.contains("80.00"), "{html}");
        }
        let seal = raters[1].get(&format!("/room/{id}")).await.text();
        assert!(seal.contains("这一轮已封存"), "{seal}");
        assert_eq!(next_step(&mut operator, id).await, "转入一人一单");
        // 归档 waits for the sheets, or goes on with a reason.
        does(&mut operator, &console, "转入一人一单", &[]).await;
        let waiting = operator.get(&console).await.text();
        assert!(waiting.contains("还有 2 张反馈单没有交接") && waiting.contains("（拟稿）"), "{waiting}");
        assert_eq!(press(&mut operator, &console, "先行归档", &[("reason", " ")]).await.status, 422);
        does(&mut operator, &console, "先行归档", &[("reason", "两位外出培训")]).await;
        assert_eq!(next_step(&mut operator, id).await, "会议已归档");
        let noted =
            q("SELECT t.text FROM audit a JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
                       WHERE a.action IN ('reviews.archived_open', 'reviews.command') ORDER BY a.seq DESC LIMIT 2");
        let noted: Vec<String> =
            crate::duties::rows(&app, noted).await.iter().map(|r| r.text("text").unwrap()).collect();
        assert!(noted[0].contains("两位外出培训") && noted[1].contains("叶国平（拟稿）"), "{noted:?}");
    }
}

#[tokio::test]
async fn a_refused_ballot_comes_back_with_every_value() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind::default()).await;
    let (mut operator, mut raters) = open_round(&app, id).await;
    let room = format!("/room/{id}");
    let (first, second) = (plan.presenters[0].id, plan.presenters[1].id);
    let (v, d, c) = (format!("v.{first}"), format!("d.{first}.team"), format!("c.{second}"));
    let typed = [(v.as_str(), "fair"), (d.as_str(), "good"), (c.as_str(), "请多到<一线>")];
    let reply = press(&mut raters[0], &room, "提交", &typed).await;
    assert_eq!(reply.status, 422);
    let html = reply.text();
    assert!(html.contains("对“叶国平”还没有总体评价"));
    assert!(html.contains(&format!("name=\"{v}\" value=\"fair\" checked")));
    assert!(html.contains(&format!("name=\"{d}\" value=\"good\" checked")));
    assert!(html.contains("请多到&lt;一线&gt;") && !html.contains("请多到<一线>"));
    assert!(html.contains("&lt;b&gt;甲&lt;/b&gt;") && !html.contains("<b>甲</b>"), "names are escaped");
    // Nothing of it was received, and it stands in no table of drafts.
    assert!(raters[0].get(&room).await.text().contains("还没有交"));
    assert!(operator.get(&format!("/screen/{id}")).await.text().contains("data-live=\"returned\">0<"));
    // A foreign field, another's presenter, another scale, a long comment.
    let long = "长".repeat(501);
    for (name, value) in [("role", "chair"), (v.as_str(), "85"), (c.as_str(), &long), ("v.x", "good")] {
        let whole = marks(&plan, "good");
        let mut sent: Vec<(&str, &str)> = pairs(&whole).into_iter().filter(|(n, _)| *n != name).collect();
        sent.push((name, value));
        assert_eq!(press(&mut raters[0], &room, "提交", &sent).await.status, 422, "{name}");
    }
    // Sent twice with the same key: one ballot; then a newer one, then the old one again.
    let html = raters[0].get(&room).await.text();
    let (action, fields, _) = world::forms(&html).into_iter().find(|f| f.0.ends_with("/ballot")).unwrap();
    let mut old = fields.clone();
    old.extend(marks(&plan, "good"));
    for _ in 0..2 {
        assert_eq!(raters[0].post(&action, &pairs(&old)).await.status, 303);
    }
    let newer = does(&mut raters[0], &room, "提交修改", &pairs(&marks(&plan, "abstain"))).await;
    assert!(newer.location().contains("sent=accepted"));
    let late = raters[0].post(&action, &pairs(&old)).await;
    assert!(late.location().contains("sent=superseded"), "{}", late.location());
    let mut other = fields;
    other.extend(marks(&plan, "poor"));
    for (name, value) in &mut other {
        if name == "rev" {
            *value = "2".into();
        }
    }
    assert_eq!(raters[0].post(&action, &pairs(&other)).await.status, 409, "the same key with other content");
    // Nobody without a seat, nobody with another's page.
    let mut nobody = app.visitor();
    assert_eq!(nobody.get(&room).await.status, 403);
    assert_eq!(nobody.post(&action, &pairs(&old)).await.status, 403);
}

/// A meeting whose round is open, with everybody in.
async fn open_round(
    app: &TestApp,
    id: domain::ids::MeetingId,
) -> (crate::harness::Client, Vec<crate::harness::Client>) {
    let mut operator = app.sign_in("office").await;
    does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
    let mut raters = Vec::new();
    for (login, _) in RATERS {
        raters.push(come_in(app, &mut operator, id, login).await);
    }
    does(&mut operator, &format!("/hall/{id}"), "开始测评", &[]).await;
    (operator, raters)
}

#[tokio::test]
async fn a_stale_button_and_a_missing_reason_say_so() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind::default()).await;
    let (mut operator, mut raters) = open_round(&app, id).await;
    let console = format!("/hall/{id}");
    let old = operator.get(&console).await.text();
    does(&mut operator, &console, "暂停测评", &[]).await;
    let paused = press(&mut raters[0], &format!("/room/{id}"), "提交", &pairs(&marks(&plan, "good"))).await;
    assert_eq!(paused.status, 409);
    assert!(paused.text().contains("value=\"good\" checked"), "nothing typed is lost by a pause");
    let (action, fields, _) =
        world::forms(&old).into_iter().find(|f| f.2 == "收回测评表").expect("the page had a button");
    let stale = operator.post(&action, &pairs(&fields)).await;
    assert_eq!(stale.status, 409);
    assert!(stale.text().contains("另一位会务人员刚刚操作过"));
    does(&mut operator, &console, "继续测评", &[]).await;
    does(&mut operator, &console, "收回测评表", &[]).await;
    let empty = press(&mut operator, &console, "重新开放", &[("reason", "  ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("重新开放要写明原因"));
    does(&mut operator, &console, "重新开放", &[("reason", "两位刚到")]).await;
    does(&mut operator, &console, "作废本轮", &[("reason", "收回多于发出")]).await;
    assert!(operator.get(&console).await.text().contains("上一轮已作废"));
    // Buttons of others: no page, no command.
    for login in ["leader_c", "sysadmin", "audit"] {
        let mut other = app.sign_in(login).await;
        for page in ["", "/teller", "/counter", "/check-in", "/papers", "/ready", "/presenter"] {
            assert_eq!(other.get(&format!("{console}{page}")).await.status, 404, "{login} {page}");
        }
        assert_eq!(other.get(&format!("/screen/{id}")).await.status, 404);
        assert_eq!(other.post(&action, &pairs(&fields)).await.status, 404);
    }
    // Each part is led to its own page.
    let mut presenter = app.sign_in("leader_a").await;
    assert_eq!(presenter.get(&console).await.location(), format!("{console}/presenter"));
    assert!(presenter.get(&format!("{console}/presenter")).await.text().contains("您是第 1 位"));
}

#[tokio::test]
async fn results_are_on_the_screen_only_when_the_chair_announces_them() {
    let app = TestApp::new(Database::Sqlite).await;
    let kind =
        Kind { mode: Mode::OneByOne, announce: Announce::Chair, scale: Scale::Points, identity: Identity::Account };
    let (id, plan) = meeting(&app, kind).await;
    let mut operator = app.sign_in("office").await;
    let (console, screen) = (format!("/hall/{id}"), format!("/screen/{id}"));
    does(&mut operator, &console, "开始签到", &[]).await;
    let mut raters = Vec::new();
    for (login, _) in RATERS {
        raters.push(come_in(&app, &mut operator, id, login).await);
    }
    while let words = next_step(&mut operator, id).await
        && words != "收回测评表"
    {
        does(&mut operator, &console, &words, &[]).await;
    }
    let only = vec![(format!("v.{}", plan.presenters[0].id), "93".to_owned())];
    for rater in &mut raters {
        let page = format!("/room/{id}");
        let bad = vec![(format!("v.{}", plan.presenters[0].id), "120".to_owned())];
        assert_eq!(press(rater, &page, "提交", &pairs(&bad)).await.status, 422);
        does(rater, &page, "提交", &pairs(&only)).await;
    }
    does(&mut operator, &console, "收回测评表", &[]).await;
    for login in ["deputy", "general"] {
        let mut teller = app.sign_in(login).await;
        does(&mut teller, &format!("/hall/{id}/teller"), "确认封存", &[]).await;
    }
    assert!(!operator.get(&screen).await.text().contains("评议结果"));
    let words = next_step(&mut operator, id).await;
    assert!(words.starts_with("宣布") && words.ends_with("的结果"), "{words}");
    does(&mut operator, &console, &words, &[]).await;
    let shown = operator.get(&screen).await.text();
    assert!(shown.contains("评议结果") && shown.contains("<td>好</td>"), "{shown}");
    // Whole numbers only: the code for coming in may begin with any digits.
    assert!(!shown.contains("93.00") && !shown.contains(">93<"), "等次 is shown, no score");
    assert_eq!(next_step(&mut operator, id).await, "请叶国平述责");
}
