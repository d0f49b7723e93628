//! The numbers of a round that stay true: after the seal and a restart, with paper, and where the plan recuses.

use domain::reviews::{Identity, Mode, Plan, Recusal};
use server::storage::q;

use super::{
    open_round,
    world::{Kind, approved, does, marks, meeting, next_step, pairs, plan},
};
use crate::{
    duties::rows,
    harness::{BOTH, Client, Database, TestApp},
};

/// A counter types a sheet; `words` is what stands on it about the first presenter.
async fn enters(who: &mut Client, counter: &str, plan: &Plan, (group, number): (&str, &str), words: &str) {
    let mut sheet = marks(plan, "better");
    sheet.extend([("group".to_owned(), group.to_owned()), ("number".to_owned(), number.to_owned())]);
    if !words.is_empty() {
        sheet.push((format!("c.{}", plan.presenters[0].id), words.to_owned()));
    }
    does(who, counter, "录入这一张", &pairs(&sheet)).await;
}

#[tokio::test]
async fn paper_and_turnout_stay_after_the_seal_and_words_on_paper_are_sealed() {
    for database in BOTH {
        let mut app = TestApp::new(database).await;
        let (id, plan) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
        let (console, counter, teller) =
            (format!("/hall/{id}"), format!("/hall/{id}/counter"), format!("/hall/{id}/teller"));
        let (desk, screen) = (format!("/hall/{id}/check-in"), format!("/screen/{id}"));
        let mut operator = app.sign_in("office").await;
        does(&mut operator, &console, "开始签到", &[]).await;
        for group in ["a", "b", "c"] {
            does(&mut operator, &desk, "按组登记到场", &[("group", group), ("count", "2")]).await;
        }
        does(&mut operator, &console, "开始测评", &[]).await;
        for group in ["a", "b", "c"] {
            does(&mut operator, &desk, "按组发纸质表", &[("group", group), ("count", "2")]).await;
        }
        // Nobody of them has a phone: that is not 「都交了」.
        let html = operator.get(&console).await.text();
        assert!(html.contains("纸质 <b data-live=\"paper_left\">6</b> 张待录入"), "{html}");
        assert!(html.contains("data-show=\"all_in:true\" hidden>"), "{html}");
        // Two of each group cannot be counted apart: said by turnout alone.
        let mut watcher = app.sign_in("deputy").await;
        for html in [html, watcher.get(&teller).await.text()] {
            assert!(html.contains("有的组不足 5 张，不单独统计") && html.contains("权重不单独起作用"), "{html}");
        }
        does(&mut operator, &console, "收回测评表", &[]).await;
        let (mut first, mut second) = (app.sign_in("team").await, app.sign_in("team2").await);
        let drawn = first.get(&counter).await.text();
        assert!(
            drawn.contains("照抄") && drawn.contains("<textarea name=\"c.") && !drawn.contains("另行抄录"),
            "{drawn}"
        );
        assert!(drawn.contains("<span class=\"pair\"><label for=\"spoiled-a\">"), "{drawn}");
        for sheet in [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1"), ("c", "2")] {
            let words = if sheet == ("a", "1") { ["请多下基层", "请多下基层。"] } else { ["", ""] };
            enters(&mut first, &counter, &plan, sheet, words[0]).await;
            enters(&mut second, &counter, &plan, sheet, words[1]).await;
        }
        for login in ["deputy", "general"] {
            does(&mut app.sign_in(login).await, &teller, "确认封存", &[]).await;
        }
        let texts: Vec<String> =
            rows(&app, q("SELECT text FROM sealed_comments")).await.iter().map(|r| r.text("text").unwrap()).collect();
        assert_eq!(texts, ["请多下基层。"], "one opinion, the longer copy");
        for restarted in [false, true] {
            if restarted {
                app = app.restart().await;
                operator = app.sign_in("office").await;
                watcher = app.sign_in("deputy").await;
            }
            let html = watcher.get(&teller).await.text();
            assert!(!html.contains("没有发出纸质测评表"), "{html}");
            assert_eq!(html.matches("data-label=\"发出\">2<").count(), 3, "{html}");
            assert_eq!(html.matches("data-label=\"录入一致\">2<").count(), 3, "{html}");
            assert!(operator.get(&console).await.text().contains("data-live=\"returned\">6<"));
            let html = operator.get(&screen).await.text();
            assert!(html.contains("words\">已封存</h1>") && html.contains("class=\"s-seal\">"), "{html}");
            assert!(html.contains("data-live=\"returned\">6<") && html.contains("data-live=\"present\">6<"), "{html}");
            let views = app.app.rooms().meeting(id).await.unwrap().views();
            assert_eq!((views.screen.returned, views.chair.screen.returned), (6, 6));
        }
        does(&mut operator, &console, "结束会议", &[]).await;
        does(&mut operator, &console, "转入一人一单", &[]).await;
        let html = operator.get(&console).await.text();
        assert!(
            html.contains("href=\"/reviews/feedback\">打开评议反馈单") && html.contains("/documents/count/"),
            "{html}"
        );
        assert!(!html.contains("big\" disabled"), "{html}");
    }
}

#[tokio::test]
async fn whom_the_plan_recuses_from_the_only_presenter_is_not_waited_for() {
    for mode in [Mode::OneByOne, Mode::Together] {
        let app = TestApp::new(Database::Sqlite).await;
        let mut own = plan(&app, Kind { mode, ..Kind::default() });
        let alone = mode == Mode::OneByOne;
        own.recusals =
            own.raters[..2].iter().map(|r| Recusal { rater: r.id, presenter: own.presenters[0].id }).collect();
        let (id, plan) = approved(&app, own).await;
        let (console, screen) = (format!("/hall/{id}"), format!("/screen/{id}"));
        let (mut operator, mut raters) = if alone {
            let mut operator = app.sign_in("office").await;
            does(&mut operator, &console, "开始签到", &[]).await;
            let mut raters = Vec::new();
            for (login, _) in super::RATERS {
                raters.push(super::come_in(&app, &mut operator, id, login).await);
            }
            assert!(operator.get(&screen).await.text().contains("data-live=\"present\">6<"));
            while next_step(&mut operator, id).await != "收回测评表" {
                let words = next_step(&mut operator, id).await;
                does(&mut operator, &console, &words, &[]).await;
            }
            (operator, raters)
        } else {
            open_round(&app, id).await
        };
        let sheet = vec![(format!("v.{}", plan.presenters[usize::from(!alone)].id), "good".to_owned())];
        let both = marks(&plan, "good");
        for (i, rater) in raters.iter_mut().enumerate() {
            let page = format!("/room/{id}");
            match (alone, i < 2) {
                (true, true) => assert!(rater.get(&page).await.text().contains("这一轮您不用评议")),
                (true, false) | (false, true) => drop(does(rater, &page, "提交", &pairs(&sheet)).await),
                (false, false) => drop(does(rater, &page, "提交", &pairs(&both)).await),
            }
        }
        // Those who have somebody to rate: four with the one presenter, all six with both on the sheet.
        let due = if alone { 4 } else { 6 };
        let html = operator.get(&screen).await.text();
        assert!(html.contains(&format!("data-live=\"returned\">{due}<")), "{html}");
        assert!(html.contains(&format!("data-live=\"present\">{due}<")) && !html.contains("回避"), "{html}");
        let html = operator.get(&console).await.text();
        assert!(html.contains("data-show=\"all_in:true\">到会的都交了"), "{html}");
        assert!(!html.contains("<li>评议"), "nobody is missing: {html}");
    }
}
