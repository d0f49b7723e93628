//! A reading in the book: a remark under the day of its writing, both signatures once, praise in no report.

use super::{act, registered, remark, written};
use crate::{
    duties::done,
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_reading_stands_in_the_book_with_its_own_days() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        remark(&app, "office", &id, &[("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
        remark(&app, "office", &id, &[("record", &work), ("kind", "sound"), ("text", "做得扎实")]).await;
        app.clock.advance_ms(3 * 24 * 3_600_000);
        act(&app, "office", &id, "feedback", &[("words", "能够按清单落实")]).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post;
        let book = leader.get(&format!("/documents/book/{post}/2026/page")).await.text();
        let remarks = book.split("翻阅检查反馈意见</h2>").nth(1).unwrap().split("<h2>").next().unwrap();
        let days: Vec<usize> =
            ["2026年11月2日", "2026年11月5日"].iter().map(|day| remarks.matches(day).count()).collect();
        assert_eq!(days, [2, 1], "two remarks of the day they were written, one conclusion: {remarks}");
        let signed = book.split("签名</h2>").nth(1).unwrap();
        assert_eq!(signed.matches("（2026年11月5日）").count(), 1, "{signed}");
        for line in ["检查人员：林思源　2026年11月5日", "党组织主要负责人：叶国平　2026年11月5日"]
        {
            assert_eq!(signed.matches(line).count(), 1, "{line}: {signed}");
        }
        for kind in ["annual", "conduct"] {
            done(&mut leader, "/papers/draw", &[("post", &post.to_string()), ("year", "2026"), ("kind", kind)]).await;
            let page = leader.get(&format!("/papers/{kind}/{post}/2026")).await.text();
            let problems = page.split("id=\"t-problems\"").nth(1).unwrap().split("</textarea>").next().unwrap();
            assert!(problems.contains("11月2日") && problems.contains("需补充：补充会议记录"), "{problems}");
            assert!(!problems.contains("做得扎实") && !problems.contains("能够按清单落实"), "{problems}");
            heads_own(&app, kind, &page).await;
        }
    }
}

/// What the head's drawing took from the reading stays his: the 联络员 neither reads it nor loses it by drawing.
async fn heads_own(app: &TestApp, kind: &str, before: &str) {
    let post = app.district.school_post.to_string();
    let of = [("post", post.as_str()), ("year", "2026"), ("kind", kind)];
    let mut liaison = app.sign_in("liaison_b").await;
    let mut read = vec![liaison.get(&format!("/papers/{kind}/{post}/2026")).await.text()];
    assert!(read[0].contains("由党组织主要负责人本人查看和填写") && !read[0].contains("text.problems"), "{}", read[0]);
    for form in ["page", "print"] {
        read.push(liaison.get(&format!("/documents/{kind}/{post}/2026/{form}")).await.text());
        assert!(read.last().unwrap().contains("这一部分由党组织主要负责人填写"));
    }
    assert!(read.iter().all(|text| !text.contains("补充会议记录")), "{read:?}");
    done(&mut liaison, "/papers/draw", &of).await;
    let sections = crate::papers::reports::form(&mut liaison, &format!("/papers/{kind}/{post}/2026")).await;
    let all: Vec<(&str, &str)> = of.into_iter().chain(sections.iter().map(|(n, v)| (n.as_str(), v.as_str()))).collect();
    done(&mut liaison, "/papers/save", &[&all[..], &[("then", "draw")]].concat()).await;
    let forged = [&all[..], &[("seen.problems", "1.0000000000000001"), ("text.problems", "没有问题")]].concat();
    let refused = crate::duties::refused(&mut liaison, "/papers/save", &forged).await;
    assert!(refused.contains("由党组织主要负责人填写"), "{refused}");
    let problems =
        |page: &str| page.split("id=\"t-problems\"").nth(1).unwrap().split("</textarea>").next().unwrap().to_owned();
    let now = app.sign_in("leader_b").await.get(&format!("/papers/{kind}/{post}/2026")).await.text();
    assert_eq!(problems(&now), problems(before), "{kind}");
}
