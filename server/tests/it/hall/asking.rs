//! 询问 in the hall: sealed questions are opened at their step and not before, marked as asked, and
//! taken 转线下, by the console's own forms.

use domain::ids::{MeetingId, PresenterId, QuestionId};
use server::{
    random,
    storage::{Failure, q},
};

use super::{
    open_round,
    world::{Kind, does, forms, meeting, press},
};
use crate::{
    duties::rows,
    harness::{BOTH, TestApp},
};

const SEALED: &str = "整改为什么拖了<半年>？";
const SUGGESTED: &str = "请说说窗口排队的事";

/// A sealed question of the school's team and a suggestion without a name.
async fn hand_in(app: &TestApp, meeting: MeetingId, presenter: PresenterId) {
    let (district, unit) = (app.district.id, app.district.school);
    let now = app.app.services().now();
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                for (text, anonymous) in [(SEALED, false), (SUGGESTED, true)] {
                    let author = (!anonymous).then(|| unit.to_string());
                    tx.insert(
                        "INSERT INTO meeting_questions (id, meeting_id, presenter_id, district_id, text, author_unit, state, anonymous)",
                        vec![
                            QuestionId(random::id(now)).into(),
                            meeting.into(),
                            presenter.into(),
                            district.into(),
                            text.into(),
                            author.into(),
                            "sealed".into(),
                            anonymous.into(),
                        ],
                    )
                    .await?;
                }
                Ok::<(), Failure>(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn sealed_questions_are_opened_at_their_step() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (id, plan) = meeting(&app, Kind::default()).await;
        let (console, action) = (format!("/hall/{id}"), format!("/hall/{id}/questions"));
        let (first, second) = (plan.presenters[0].id, plan.presenters[1].id);
        hand_in(&app, id, first).await;
        let (mut operator, _) = open_round(&app, id).await;
        let open = |presenter: PresenterId| [("do", "open".to_owned()), ("presenter", presenter.to_string())];
        let called = forms(&operator.get(&console).await.text()).into_iter().find(|f| f.2.starts_with("请")).unwrap();
        does(&mut operator, &console, &called.2, &[]).await;
        // 述责: no button, and no way around it.
        let html = operator.get(&console).await.text();
        assert!(!html.contains("启封询问题") && !html.contains("排队"), "{html}");
        let early = open(first);
        let early: Vec<_> = early.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let refused = operator.post(&action, &early).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("没有启封"));
        does(&mut operator, &console, "转到询问", &[]).await;
        let html = operator.get(&console).await.text();
        assert!(html.contains("启封询问题") && !html.contains("排队"), "opened by nobody yet: {html}");
        let other = open(second);
        let other: Vec<_> = other.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(operator.post(&action, &other).await.status, 422, "not the presenter at hand");
        for login in ["leader_a", "deputy", "team", "office2"] {
            assert_eq!(app.sign_in(login).await.post(&action, &early).await.status, 404, "{login}");
        }
        let opened = does(&mut operator, &console, "启封询问题", &[("do", "open")]).await;
        assert!(opened.location().ends_with("said=opened"), "{}", opened.location());
        let html = operator.get(&console).await.text();
        assert!(html.contains("整改为什么拖了&lt;半年&gt;？") && html.contains(SUGGESTED), "{html}");
        assert!(html.contains("区教育局") && html.contains("不记名的建议"));
        does(&mut operator, &console, "已问", &[("do", "asked")]).await;
        assert!(operator.get(&console).await.text().contains("✓ 已问"));
        let opened = rows(&app, q("SELECT seq FROM audit WHERE action = 'reviews.questions_opened'")).await;
        assert_eq!(opened.len(), 1, "opening leaves one line");
        // A clue goes 转线下: off the console at once, to two officers, never the one who sent it.
        let (person, another) = (app.district.person("office2").to_string(), app.district.person("deputy").to_string());
        let officers = [("first", person.as_str()), ("second", another.as_str())];
        let own = app.district.person("office").to_string();
        let refused = press(&mut operator, &console, "转出", &[("first", &own), ("second", &another)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(operator.get(&console).await.text().contains(SUGGESTED));
        let sent = press(&mut operator, &console, "转出", &officers).await;
        assert_eq!(sent.location(), format!("/hall/{id}?said=done"));
        assert!(!operator.get(&console).await.text().contains(SUGGESTED));
        let find = q("SELECT subject_id FROM offline_requests WHERE subject = 'question' AND state = 'open'");
        let clue = rows(&app, find).await[0].text("subject_id").unwrap();
        let sheet = app.sign_in("office2").await.post("/handling/sheet", &[("id", &clue)]).await;
        assert_eq!(sheet.status, 200, "{}", sheet.text());
        assert!(sheet.text().contains("转线下办理单") && sheet.text().contains(SUGGESTED), "{}", sheet.text());
        // Nothing of it is there any more at the next step.
        does(&mut operator, &console, "转到点评", &[]).await;
        let html = operator.get(&console).await.text();
        assert!(!html.contains("启封询问题") && !html.contains(SUGGESTED));
    }
}
