//! What takes two to say is signed by both of them before the sheet closes; without it one reader signs for all.

use super::{act, not, page, registered, remark, written};
use crate::{
    duties::done,
    harness::{BOTH, TestApp},
};

/// Feedback with a finding of two, waiting for signatures; the reading.
async fn found(app: &TestApp) -> String {
    let (work, ..) = written(app).await;
    let id = registered(app, "2026-11-02", "2026-11-06").await;
    let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "没有这项议题")];
    let wrong = remark(app, "office", &id, &about).await;
    let agree = [("inspection", id.as_str()), ("remark", &wrong), ("do", "agree"), ("words", "")];
    done(&mut app.sign_in("office2").await, "/oversight/remark/step", &agree).await;
    act(app, "office", &id, "feedback", &[("words", "第 1 页不符")]).await;
    id
}

#[tokio::test]
async fn a_finding_of_two_is_signed_by_both() {
    for database in BOTH {
        // The second one on his own device, or on paper; the head before or between.
        for (paper, head_first) in [(false, false), (false, true), (true, false), (true, true)] {
            let app = TestApp::new(database).await;
            let id = found(&app).await;
            let mut office = app.sign_in("office").await;
            let shown = page(&mut office, &id).await;
            let awaits = shown["awaits"].as_str().unwrap();
            assert!(awaits.contains("检查人员林思源、陶文博；党组织主要负责人"), "{database:?}: {awaits}");
            if head_first {
                act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
            }
            act(&app, "office", &id, "sign", &[("typed", "林思源")]).await;
            if !head_first {
                act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
            }
            let shown = page(&mut office, &id).await;
            assert_eq!(shown["phase"], "signing", "{database:?} {paper} {head_first}: one of the two signed");
            let html = office.get(&format!("/oversight/{id}")).await.text();
            assert!(html.contains("还差签字：检查人员陶文博") && html.contains("纸质已签…"), "{html}");
            assert!(
                app.sign_in("office2").await.get("/todo").await.text().contains("反馈意见待您签字"),
                "{database:?}"
            );
            if paper {
                let second = app.district.person("office2").to_string();
                let fields = [("signer", second.as_str()), ("paper_on", "2026-11-02"), ("handler", "林思源")];
                act(&app, "office", &id, "paper", &fields).await;
            } else {
                act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
            }
            let shown = page(&mut office, &id).await;
            assert_eq!(shown["phase"], "closed", "{database:?} {paper} {head_first}: {}", shown["awaits"]);
            let printed = office.get(&format!("/documents/reading/{id}/page")).await.text();
            assert!(printed.contains("林思源、陶文博"), "{printed}");
        }
    }
}

#[tokio::test]
async fn on_paper_stands_only_who_has_to_sign() {
    let app = TestApp::new(BOTH[0]).await;
    let id = found(&app).await;
    act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
    let (second, team) = (app.district.person("office2").to_string(), app.district.person("team").to_string());
    for signer in [&second, &team] {
        let fields = [("signer", signer.as_str()), ("paper_on", "2026-11-02"), ("handler", "林思源")];
        not(&app, "office", &id, "paper", &fields).await;
    }
    assert_eq!(page(&mut app.sign_in("office").await, &id).await["phase"], "signing");
}

#[tokio::test]
async fn without_one_a_single_reader_is_enough() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, ..) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        remark(&app, "office", &id, &[("record", &work), ("kind", "wanting"), ("text", "补充签到表")]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        let shown = page(&mut app.sign_in("office").await, &id).await;
        assert_eq!(shown["awaits"], "还差签字：检查人员一名；党组织主要负责人。", "{database:?}");
        act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        assert_eq!(page(&mut app.sign_in("office").await, &id).await["phase"], "closed", "{database:?}");
    }
}
