//! A meeting with cards and paper: codes printed once, two 计票人, differences without the reading,
//! the seal refused in plain words until the piles agree; prints without number or QR.

use domain::reviews::{Identity, Mode};

use super::world::{Kind, RATERS, does, forms, marks, meeting, pairs, press};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn a_meeting_on_paper_only() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
    let (console, desk, counter, teller) = (
        format!("/hall/{id}"),
        format!("/hall/{id}/check-in"),
        format!("/hall/{id}/counter"),
        format!("/hall/{id}/teller"),
    );
    let mut operator = app.sign_in("office").await;
    does(&mut operator, &console, "开始签到", &[]).await;
    for group in ["a", "b", "c"] {
        does(&mut operator, &desk, "按组登记到场", &[("group", group), ("count", "2")]).await;
    }
    let many = press(&mut operator, &desk, "按组登记到场", &[("group", "a"), ("count", "2")]).await;
    assert_eq!(many.status, 422);
    assert!(many.text().contains("还没有签到的只有 0 人"));
    does(&mut operator, &console, "开始测评", &[]).await;
    for group in ["a", "b", "c"] {
        does(&mut operator, &desk, "按组发纸质表", &[("group", group), ("count", "2")]).await;
    }
    let mut first = app.sign_in("team").await;
    let mut second = app.sign_in("team2").await;
    does(&mut operator, &console, "收回测评表", &[]).await;
    let mut watcher = app.sign_in("deputy").await;
    let early = press(&mut watcher, &teller, "确认封存", &[]).await;
    assert_eq!(early.status, 422, "{}", early.text());
    assert!(watcher.get(&teller).await.text().contains("现在还不能封存"));
    for (group, number) in [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1"), ("c", "2")] {
        let mut sheet = marks(&plan, "better");
        sheet.extend([("group".to_owned(), group.to_owned()), ("number".to_owned(), number.to_owned())]);
        does(&mut first, &counter, "录入这一张", &pairs(&sheet)).await;
        let spoiled = (group, number) == ("c", "2");
        if spoiled {
            // One reads 差, and neither sees what the other read.
            let mut other = marks(&plan, "poor");
            other.extend([("group".to_owned(), group.to_owned()), ("number".to_owned(), number.to_owned())]);
            does(&mut second, &counter, "录入这一张", &pairs(&other)).await;
            for who in [&mut first, &mut second] {
                let html = who.get(&counter).await.text();
                assert!(html.contains("浅黄色第2张两人录入不一致"), "{html}");
                assert!(!html.contains(" checked"), "no reading is shown");
            }
            // Nobody can read it: both take it back and it is declared spoiled.
            for who in [&mut first, &mut second] {
                does(who, &counter, "撤回我录的", &[]).await;
            }
            // Both count it, neither sees what the other counted.
            let counted = [("group", "c"), ("spoiled", "1"), ("unreturned", "0")];
            does(&mut first, &counter, "登记", &counted).await;
            let html = second.get(&counter).await.text();
            assert!(
                html.contains("浅黄色的废票、未收回张数还差一人清点登记") && !html.contains("两人一致："),
                "{html}"
            );
            let many = [("group", "c"), ("spoiled", "1"), ("unreturned", "1")];
            let over = press(&mut second, &counter, "登记", &many).await;
            assert!(over.status == 422 && over.text().contains("请核对废票和未收回张数"), "{}", over.text());
            does(&mut second, &counter, "登记", &counted).await;
            assert!(first.get(&counter).await.text().contains("两人一致：废票 1 张，未收回 0 张"));
        } else {
            does(&mut second, &counter, "录入这一张", &pairs(&sheet)).await;
        }
    }
    let half = format!("v.{}", plan.presenters[0].id);
    let third = marks(&plan, "good").into_iter().chain([("group".into(), "a".into()), ("number".into(), "3".into())]);
    let third: Vec<(String, String)> = third.collect();
    let over = press(&mut first, &counter, "录入这一张", &pairs(&third)).await;
    assert!(over.status == 422 && over.text().contains("发出纸质测评表 2 张，没有第 3 张"), "{}", over.text());
    let missing = press(&mut first, &counter, "录入这一张", &[("group", "a"), ("number", "3")]).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("还没有总体评价"));
    assert!(!missing.text().contains("data-kept"), "nothing was typed");
    let some = [("group", "a"), ("number", "3"), (half.as_str(), "good")];
    let half = press(&mut first, &counter, "录入这一张", &some).await;
    assert!(half.status == 422 && half.text().contains("data-kept"), "a page with typed values is not drawn again");
    for login in ["deputy", "general"] {
        let mut who = app.sign_in(login).await;
        does(&mut who, &teller, "确认封存", &[]).await;
    }
    assert!(operator.get(&format!("/screen/{id}")).await.text().contains("已封存　校验码"));
    does(&mut operator, &console, "结束会议", &[]).await;
}

#[tokio::test]
async fn a_paper_ballot_names_who_is_appraised_in_its_round() {
    let app = TestApp::new(Database::Sqlite).await;
    let ballots =
        async |client: &mut crate::harness::Client, id| client.get(&format!("/hall/{id}/papers/ballots")).await.text();
    let (id, plan) = meeting(&app, Kind { mode: Mode::OneByOne, ..Kind::default() }).await;
    let mut operator = app.sign_in("office").await;
    let html = ballots(&mut operator, id).await;
    assert_eq!(html.matches("paper-ballot\"").count(), 6, "two presenters, three groups");
    for sheet in html.split("paper-ballot\"").skip(1) {
        assert_ne!(sheet.contains("叶国平"), sheet.contains("&lt;b&gt;"), "one name on a sheet: {sheet}");
        // What the two are asked for when they enter it stands on it.
        assert!(plan.rules.dimensions.iter().all(|d| sheet.contains(d.label.as_str())), "{sheet}");
    }
    // Who does not report is on none.
    let (id, plan) = meeting(&app, Kind::default()).await;
    assert!(ballots(&mut operator, id).await.contains("叶国平"));
    does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
    let absent = plan.presenters[1].id.to_string();
    let fields = [("presenter", absent.as_str()), ("reason", "因公出差")];
    does(&mut operator, &format!("/hall/{id}"), "未述责", &fields).await;
    let html = ballots(&mut operator, id).await;
    assert!(html.matches("paper-ballot\"").count() == 3 && !html.contains("叶国平"), "{html}");
}

#[tokio::test]
async fn cards_are_printed_once_and_let_somebody_in() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, _) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
    let mut operator = app.sign_in("office").await;
    does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
    let printed = press(&mut operator, &format!("/hall/{id}/papers"), "打印评议卡", &[]).await;
    assert_eq!(printed.status, 200);
    let html = printed.text();
    assert_eq!(html.matches("slip-card\"").count(), 6);
    assert!(html.contains("粉色 01") && html.contains("class=\"qr\"") && !html.contains("评议secretary"));
    let code = html.split("card-code\">").nth(1).unwrap().split("</p>").next().unwrap().replace("<br>", "-");
    let page = operator.get(&format!("/screen/{id}/code")).await.text();
    let digits: String = page.split("<b>").nth(1).unwrap().chars().take(7).filter(char::is_ascii_digit).collect();
    // Somebody without an account: digits first, then the card, typed sloppily.
    let mut guest = app.visitor();
    assert_eq!(guest.get("/m").await.status, 200);
    let wrong = guest.post("/m/check-in", &[("code", "000000"), ("card", "")]).await;
    assert!(wrong.status == 422 || digits == "000000", "{}", wrong.status);
    let step =
        guest.post("/m/check-in", &[("code", &format!("{} {}", &digits[..3], &digits[3..])), ("card", "")]).await;
    assert_eq!(step.status, 200, "{}", step.text());
    let (_, fields, _) = forms(&step.text()).remove(0);
    let mut sent = pairs(&fields);
    sent.retain(|(n, _)| *n != "card");
    let typed = code.to_lowercase().replace('-', " ");
    let bad: Vec<_> = sent.iter().copied().chain([("card", "AAAA")]).collect();
    let refused = guest.post("/m/check-in", &bad).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("没有这张评议卡") && refused.text().contains("value=\"AAAA\""));
    sent.push(("card", &typed));
    let inside = guest.post("/m/check-in", &sent).await;
    assert_eq!(inside.location(), format!("/room/{id}"), "{}", inside.text());
    assert!(guest.get(&inside.location()).await.text().contains("请留在会场"));
    let again = operator.get(&format!("/hall/{id}/check-in")).await.text();
    assert!(again.contains("手机签到") && !again.contains(&code));
    // A card that nobody was ticked for: said before the round, on all three pages, until it is settled.
    let (desk, over) = (format!("/hall/{id}/check-in"), "签到的卡比名册上登记的人多");
    let mut watcher = app.sign_in("deputy").await;
    assert!(again.contains(over) && again.contains("已用卡签到 1 张，名册上登记到场或发卡 0 人"), "{again}");
    assert!(operator.get(&format!("/hall/{id}")).await.text().contains(over));
    assert!(watcher.get(&format!("/hall/{id}/teller")).await.text().contains(over));
    does(&mut operator, &desk, "到场并发卡", &[]).await;
    assert!(!operator.get(&desk).await.text().contains(over));
    // The desk closes the phone: the page says so, and nothing is taken from it any more.
    let asked = press(&mut operator, &desk, "确认停用手机", &[("sure", "")]).await;
    assert!(asked.status == 422 && asked.text().contains("要先确认"), "{}", asked.text());
    does(&mut operator, &desk, "确认停用手机", &[]).await;
    assert_eq!(guest.get(&format!("/room/{id}")).await.status, 403);
    does(&mut operator, &desk, "恢复", &[]).await;
    let html = operator.get(&desk).await.text();
    assert!(html.contains("▲ 等待重新签到") && !html.contains("✓ 手机签到"), "{html}");
    // The roll prints everybody by strokes; the ballots have neither number nor QR.
    let roll = operator.get(&format!("/hall/{id}/papers/roll")).await.text();
    for (login, _) in RATERS {
        assert!(roll.contains(&format!("评议{login}")), "{login}: {roll}");
    }
    assert!(roll.contains("姓氏笔画"), "{roll}");
    let ballots = operator.get(&format!("/hall/{id}/papers/ballots")).await.text();
    assert_eq!(ballots.matches("paper-ballot\"").count(), 3);
    assert!(!ballots.contains("class=\"qr\"") && ballots.contains("浅绿色"));
}

#[tokio::test]
async fn a_shared_tablet_seats_one_after_the_other() {
    let app = TestApp::new(Database::Sqlite).await;
    let (id, plan) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
    let mut operator = app.sign_in("office").await;
    does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
    let html = press(&mut operator, &format!("/hall/{id}/papers"), "打印评议卡", &[]).await.text();
    let codes: Vec<String> =
        html.split("card-code\">").skip(1).map(|p| p.split("</p>").next().unwrap().replace("<br>", "-")).collect();
    let mut tablet = app.sign_in("office").await;
    let opened = does(&mut tablet, &format!("/hall/{id}/check-in"), "把这台设备设为会场平板", &[]).await;
    let door = opened.location();
    assert_eq!(door, format!("/m/{id}"), "no ticket in the address");
    let ticket = tablet.cookies.iter().find(|(n, _)| n == "wuze_tablet").unwrap().1.clone();
    let html = tablet.get(&door).await.text();
    assert!(!html.contains(ticket.split_once('.').unwrap().1), "nor in the page");
    assert!(tablet.get("/m").await.text().contains("评议卡上的卡号"), "a card's QR opens the same form");
    let copied = app.visitor().get(&format!("{door}?ticket={}", ticket.split_once('.').unwrap().1)).await;
    assert_eq!(copied.status, 404, "an address with it opens nothing");
    assert_eq!(app.visitor().get(&door).await.status, 404);
    assert!(tablet.get(&format!("/hall/{id}")).await.location().starts_with("/signin"), "the tablet is signed out");
    for code in &codes[..4] {
        let inside = does(&mut tablet, &door, "签到", &[("card", code)]).await;
        assert!(inside.location().ends_with("?tablet=hall"), "{}", inside.location());
        if code == &codes[3] {
            does(&mut operator, &format!("/hall/{id}"), "开始测评", &[]).await;
            let cast = does(&mut tablet, &inside.location(), "提交", &pairs(&marks(&plan, "good"))).await;
            assert_eq!(cast.location(), format!("{door}?said=received"));
            assert!(tablet.get(&cast.location()).await.text().contains("请把平板交给下一位"));
            assert_eq!(tablet.get(&format!("/room/{id}")).await.status, 403, "the seat left the tablet");
        } else {
            let left = does(&mut tablet, &inside.location(), "交给下一位", &[]).await;
            assert_eq!(left.location(), door);
        }
    }
    // Who has not cast comes in again by himself; who has, only through the desk.
    let again = does(&mut tablet, &door, "签到", &[("card", &codes[0])]).await;
    does(&mut tablet, &again.location(), "交给下一位", &[]).await;
    let second = press(&mut tablet, &door, "签到", &[("card", &codes[3])]).await;
    assert!(second.status == 422 && second.text().contains("请到签到台请工作人员办理换机"), "{}", second.text());
    let desk = format!("/hall/{id}/check-in");
    let changed = does(&mut operator, &desk, "换机", &[]).await;
    assert!(operator.get(&changed.location()).await.text().contains("已办理换机"));
    let inside = does(&mut tablet, &door, "签到", &[("card", &codes[3])]).await;
    let cast = does(&mut tablet, &inside.location(), "提交修改", &pairs(&marks(&plan, "fair"))).await;
    assert_eq!(cast.location(), format!("{door}?said=received"));
    assert_eq!(press(&mut tablet, &door, "签到", &[("card", &codes[3])]).await.status, 422, "once");
}

#[tokio::test]
async fn the_desk_counts_a_form_that_is_sent_twice_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, _) = meeting(&app, Kind { identity: Identity::Card, ..Kind::default() }).await;
        let desk = format!("/hall/{id}/check-in");
        let mut operator = app.sign_in("office").await;
        does(&mut operator, &format!("/hall/{id}"), "开始签到", &[]).await;
        let arrive = form(&operator.get(&desk).await.text(), "按组登记到场", &[("group", "a"), ("count", "1")]);
        let first = operator.post(&arrive.0, &pairs(&arrive.1)).await;
        let again = operator.post(&arrive.0, &pairs(&arrive.1)).await;
        assert_eq!((first.status, again.status), (303, 303), "{}", again.text());
        assert_eq!(first.location(), again.location());
        // Which card is void now, both times: it must leave the pile.
        for answer in [&first, &again] {
            let html = operator.get(&answer.location()).await.text();
            assert!(html.contains("这 1 张评议卡从卡堆里取出") && html.contains("<li>粉色 02</li>"), "{html}");
            assert!(html.contains("data-live=\"present\">1<"), "{html}");
        }
        // The same form for another number is no retry.
        let other: Vec<_> =
            pairs(&arrive.1).into_iter().filter(|(n, _)| *n != "count").chain([("count", "2")]).collect();
        assert_eq!(operator.post(&arrive.0, &other).await.status, 422);
        let bare: Vec<_> = pairs(&arrive.1).into_iter().filter(|(n, _)| *n != "command").collect();
        assert_eq!(operator.post(&arrive.0, &bare).await.status, 422, "no key, no counting");
        for group in ["a", "b"] {
            does(&mut operator, &desk, "按组登记到场", &[("group", group), ("count", "1")]).await;
        }
        does(&mut operator, &desk, "按组登记到场", &[("group", "c"), ("count", "2")]).await;
        does(&mut operator, &format!("/hall/{id}"), "开始测评", &[]).await;
        let html = operator.get(&desk).await.text();
        assert!(html.contains("已登记发出：还没有"));
        let paper = form(&html, "按组发纸质表", &[("group", "a"), ("count", "1")]);
        let unsure: Vec<_> = pairs(&paper.1).into_iter().filter(|(n, _)| *n != "sure").collect();
        let asked = operator.post(&paper.0, &unsure).await;
        assert!(asked.status == 422 && asked.text().contains("不能撤回"), "{}", asked.text());
        for _ in 0..2 {
            assert_eq!(operator.post(&paper.0, &pairs(&paper.1)).await.status, 303);
        }
        let html = operator.get(&desk).await.text();
        assert!(html.contains(" 1 张。") && html.matches("✓ 已领纸质表").count() == 1, "{html}");
        // One seat: asked once more, and who has paper is not offered it again.
        let before = html.matches("确认发纸质表").count();
        does(&mut operator, &desk, "确认发纸质表", &[]).await;
        let html = operator.get(&desk).await.text();
        assert_eq!(html.matches("✓ 已领纸质表").count(), 2);
        assert_eq!(html.matches("确认发纸质表").count(), before - 1);
    }
}

/// A form of a page with more fields typed in, to be sent more than once.
fn form(html: &str, words: &str, more: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    let found = forms(html).into_iter().find(|(.., w)| w.split('|').any(|w| w == words));
    let (action, mut fields, _) = found.unwrap_or_else(|| panic!("no button {words}: {html}"));
    fields.retain(|(n, _)| more.iter().all(|(m, _)| m != n));
    fields.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    (action, fields)
}
