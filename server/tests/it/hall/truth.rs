//! What a phone is told after 收回: which ballot counts, and what the server no longer knows.

use super::{
    open_round,
    world::{Kind, does, forms, marks, meeting, pairs},
};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn a_late_change_is_told_apart_from_what_counts() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, plan) = meeting(&app, Kind::default()).await;
        let (mut operator, mut raters) = open_round(&app, id).await;
        let (room, console, screen) = (format!("/room/{id}"), format!("/hall/{id}"), format!("/screen/{id}"));
        let drawn = |html: &str| forms(html).into_iter().find(|f| f.0.ends_with("/ballot")).unwrap();
        let whole = |fields: &[(String, String)], mark: &str| {
            let mut fields = fields.to_vec();
            fields.extend(marks(&plan, mark));
            fields
        };
        // Five hand in; the first keeps the page to change it, the sixth never sent anything.
        let (action, blank, _) = drawn(&raters[0].get(&room).await.text());
        let kept = whole(&blank, "good");
        for rater in raters.iter_mut().take(5) {
            does(rater, &room, "提交", &pairs(&marks(&plan, "good"))).await;
        }
        let (_, change, _) = drawn(&raters[0].get(&room).await.text());
        let (_, never, _) = drawn(&raters[5].get(&room).await.text());
        for step in ["收回测评表"] {
            does(&mut operator, &console, step, &[]).await;
        }
        let late = raters[0].post(&action, &pairs(&whole(&change, "poor"))).await;
        let html = raters[0].get(&late.location()).await.text();
        assert!(late.location().contains("sent=closed&round="), "{}", late.location());
        assert!(html.contains("计入的是上一次交的") && html.contains("最后一次修改未计入"), "{html}");
        assert!(html.contains("data-how=\"late\"") && !html.contains("✓ 已计入"));
        // The same ballot once more is acknowledged once more.
        let again = raters[0].post(&action, &pairs(&kept)).await;
        assert!(again.location().contains("sent=accepted"), "{}", again.location());
        assert!(raters[0].get(&again.location()).await.text().contains("✓ 已计入"));
        let nothing = raters[5].post(&action, &pairs(&whole(&never, "good"))).await;
        let html = raters[5].get(&nothing.location()).await.text();
        assert!(html.contains("已封存，这张未计入") && !html.contains("✓ 已计入"), "{html}");
        // Open again: the address still says closed, the page does not.
        does(&mut operator, &console, "重新开放", &[("reason", "一位刚到")]).await;
        assert!(raters[0].get(&late.location()).await.text().contains("收回以前可以修改"));
        does(&mut operator, &console, "收回测评表", &[]).await;
        assert!(!operator.get(&screen).await.text().contains("对应关系已销毁"), "not before it is so");
        for login in ["deputy", "general"] {
            does(&mut app.sign_in(login).await, &format!("{console}/teller"), "确认封存", &[]).await;
        }
        assert!(operator.get(&screen).await.text().contains("席位与测评表的对应关系已销毁"));
        // After the seal: a retry whose answer was lost counts, one that never came does not.
        let retry = raters[0].post(&action, &pairs(&kept)).await;
        assert!(retry.location().contains("sent=accepted"), "{}", retry.location());
        assert!(raters[0].get(&retry.location()).await.text().contains("✓ 已计入"));
        let nothing = raters[5].post(&action, &pairs(&whole(&never, "good"))).await;
        let html = raters[5].get(&nothing.location()).await.text();
        assert!(nothing.location().contains("sent=closed") && html.contains("这一张未计入"), "{html}");
    }
}
