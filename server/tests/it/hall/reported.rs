//! What a meeting with fresh users showed: cards printed once more, a round opened again, steps left out, numbers
//! of a form that nobody can count on.

use domain::reviews::{Identity, Mode};
use server::storage::q;

use super::{
    open_round,
    world::{Kind, come_in, does, forms, marks, meeting, pairs, press},
};
use crate::{
    duties::rows,
    harness::{BOTH, Database, TestApp},
};

#[tokio::test]
async fn printing_the_cards_again_says_how_many_stop_working_and_asks_why() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, _) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
        let papers = format!("/hall/{id}/papers");
        let mut operator = app.sign_in("office").await;
        let printed = press(&mut operator, &papers, "打印评议卡", &[]).await.text();
        // A colour per sheet, the number below the QR.
        assert_eq!(printed.matches("<div class=\"cards\">").count(), 3, "{printed}");
        assert!(printed.find("</svg>").unwrap() < printed.find("card-code\">").unwrap());
        let html = operator.get(&papers).await.text();
        assert!(html.contains("还没有签到的 6 张卡会立即作废") && !html.contains("重新打印的原因"), "{html}");
        let unsure = operator.post(&format!("{papers}/cards"), &[("voids", "6")]).await;
        assert!(unsure.status == 403 || unsure.status == 422, "{}", unsure.status);
        let unsure = press(&mut operator, &papers, "作废旧卡，重新打印", &[("sure", "")]).await;
        assert!(unsure.status == 422 && unsure.text().contains("还没有打印"), "{}", unsure.text());
        // A page that somebody had open before the first print: nothing is void unseen.
        let first = press(&mut operator, &papers, "作废旧卡，重新打印", &[("voids", "0"), ("sure", "")]).await;
        assert!(first.status == 422 && first.text().contains("现在有 6 张"), "{}", first.text());
        let again = press(&mut operator, &papers, "作废旧卡，重新打印", &[]).await;
        assert_eq!(again.text().matches("slip-card\"").count(), 6);
        does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
        let why = press(&mut operator, &papers, "作废旧卡，重新打印", &[("reason", " ")]).await;
        assert!(why.status == 422 && why.text().contains("请写明原因"), "{}", why.text());
        let named = press(&mut operator, &papers, "作废旧卡，重新打印", &[("reason", "一摞卡被拿走")]).await;
        assert_eq!(named.status, 200, "{}", named.text());
        let noted =
            q("SELECT t.text FROM audit a JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
                       WHERE a.action = 'reviews.desk' ORDER BY a.seq");
        let noted: Vec<String> = rows(&app, noted).await.iter().map(|r| r.text("text").unwrap()).collect();
        assert!(noted.iter().any(|t| t.contains("作废 6 张") && t.contains("一摞卡被拿走")), "{noted:?}");
    }
}

#[tokio::test]
async fn a_form_that_comes_up_empty_says_what_another_press_replaces() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind::default()).await;
    let (mut operator, mut raters) = open_round(&app, id).await;
    let (room, console) = (format!("/room/{id}"), format!("/hall/{id}"));
    let fresh = raters[0].get(&room).await.text();
    assert!(fresh.contains("id=\"again\" hidden") && fresh.contains("收回以前可以修改"), "{fresh}");
    assert!(!fresh.contains("封存前可以修改"));
    let mut sheet = marks(&plan, "good");
    sheet.push((format!("c.{}", plan.presenters[0].id), "只有我知道的话".to_owned()));
    let sent = does(&mut raters[0], &room, "提交", &pairs(&sheet)).await;
    let html = raters[0].get(&sent.location()).await.text();
    assert!(html.contains("id=\"again\"><span hidden>") && html.contains("重新提交会整张替换，包括意见"), "{html}");
    assert!(!html.contains("只有我知道的话") && !html.contains(" checked"), "nothing is read back");
    does(&mut operator, &console, "收回测评表", &[]).await;
    assert!(!raters[0].get(&room).await.text().contains("id=\"again\"><span"));
    does(&mut operator, &console, "重新开放", &[("reason", "两位刚到")]).await;
    let html = raters[0].get(&room).await.text();
    assert!(html.contains("id=\"again\"><span>本轮已重新开放：</span>您交的那张仍然有效"), "{html}");
    // Who came in and waits is told so, and no more than is true.
    let html = raters[1].get(&room).await.text();
    assert!(html.contains("id=\"again\" hidden"), "{html}");
}

#[tokio::test]
async fn a_counter_that_nobody_can_go_on_from_is_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind::default()).await;
    let (_, mut raters) = open_round(&app, id).await;
    let room = format!("/room/{id}");
    for rev in ["1000001", "4294967295"] {
        let mut sent = marks(&plan, "good");
        sent.push(("rev".to_owned(), rev.to_owned()));
        let refused = press(&mut raters[0], &room, "提交", &pairs(&sent)).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let html = raters[0].get(&room).await;
        assert!(html.status == 200 && html.text().contains("还没有交"));
    }
    let mut last = marks(&plan, "good");
    last.push(("rev".to_owned(), "1000000".to_owned()));
    does(&mut raters[0], &room, "提交", &pairs(&last)).await;
    let drawn = forms(&raters[0].get(&room).await.text()).into_iter().find(|f| f.0.ends_with("/ballot")).unwrap();
    assert!(drawn.1.contains(&("rev".to_owned(), "1000001".to_owned())), "{:?}", drawn.1);
}

#[tokio::test]
async fn only_steps_that_were_entered_are_ticked() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, _) = meeting(&app, Kind { mode: Mode::OneByOne, ..Kind::default() }).await;
    let console = format!("/hall/{id}");
    let mut operator = app.sign_in("office").await;
    does(&mut operator, &console, "开始签到", &[]).await;
    let mut rater = come_in(&app, &mut operator, id, "secretary").await;
    let html = rater.get(&format!("/room/{id}")).await.text();
    assert!(html.contains("您已签到，请留在会场") && html.contains("测评开始后，这里会出现测评表"), "{html}");
    assert!(html.contains("id=\"open-sheet\" data-drawn=\"\""), "{html}");
    for login in ["member_a", "liaison_a", "liaison_b"] {
        come_in(&app, &mut operator, id, login).await;
    }
    does(&mut operator, &console, "请述责", &[]).await;
    does(&mut operator, &console, "转到综合评议", &[]).await;
    for page in [console.clone(), format!("/screen/{id}")] {
        let html = operator.get(&page).await.text();
        assert!(html.contains("<li class=\"done\">述责</li>"), "{html}");
        assert!(!html.contains("<li class=\"done\">询问</li>") && !html.contains("<li class=\"done\">点评</li>"));
    }
    does(&mut operator, &console, "转到点评", &[]).await;
    does(&mut operator, &console, "转到综合评议", &[]).await;
    let html = operator.get(&console).await.text();
    assert!(html.contains("<li class=\"done\">点评</li>") && !html.contains("<li class=\"done\">询问</li>"), "{html}");
}
