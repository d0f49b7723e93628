//! The way of a case, and who learns of it.

use serde_json::json;
use server::storage::q;

use super::{FOUND, act, allowed, application, asked, case, not};
use crate::{
    duties::{done, refused, rows},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_case_goes_from_application_to_use() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = asked(&app, "leader_b", "matter", "head").await;
        let todo = app.sign_in("office").await.get("/todo").await.text();
        assert!(todo.contains("容错纠错 · 待受理"), "{todo}");
        let team = app.district.person("team").to_string();
        assert!(not(&app, "office", &id, "accept", &[]).await.contains("还没有选核实人"));
        let head = app.district.person("leader_b").to_string();
        let no = not(&app, "office", &id, "accept", &[("verifier", &head)]).await;
        assert!(no.contains("核实人不在可选范围"), "{no}");
        act(&app, "office", &id, "accept", &[("verifier", &team)]).await;
        // Only the named one verifies, with every part.
        assert!(not(&app, "office", &id, "verify", &FOUND).await.contains("没有办理这件事的权限"));
        let half: Vec<_> = FOUND.into_iter().filter(|(name, _)| *name != "outcome").collect();
        assert!(not(&app, "team", &id, "verify", &half).await.contains("后果还没有填写"));
        let open: Vec<_> = FOUND.into_iter().filter(|(name, _)| *name != "eligible").collect();
        assert!(not(&app, "team", &id, "verify", &open).await.contains("还没有选是否属于可容错情形"));
        let other: Vec<_> =
            FOUND.into_iter().map(|(n, v)| if n == "situation" { (n, "编一种情形") } else { (n, v) }).collect();
        assert!(not(&app, "team", &id, "verify", &other).await.contains("容错情形有改动"));
        act(&app, "team", &id, "verify", &FOUND).await;
        // Whoever asked reads that it is being verified, and nothing of what was found.
        let own = case(&mut app.sign_in("leader_b").await, &id).await;
        assert_eq!((own["state"].clone(), own["findings"].clone()), (json!("verifying"), json!(null)), "{own}");
        for login in ["office", "team"] {
            assert!(not(&app, login, &id, "allow", &[("reason", "同意")]).await.contains("没有"), "{login}");
        }
        assert!(not(&app, "deputy", &id, "allow", &[("reason", " ")]).await.contains("认定意见还没有填写"));
        act(&app, "deputy", &id, "send_back", &[("reason", "程序再核一次")]).await;
        act(&app, "team", &id, "verify", &FOUND).await;
        act(&app, "secretary", &id, "allow", &[("reason", "符合可容错情形。")]).await;
        let own = case(&mut app.sign_in("leader_b").await, &id).await;
        assert_eq!((own["state"].clone(), own["decided"].clone()), (json!("verifying"), json!("")), "not told yet");

        let early = [("told_on", "2026-11-01"), ("how", "当面，林思源")];
        assert!(not(&app, "office", &id, "tell", &early).await.contains("反馈日期要在认定之日"));
        act(&app, "office", &id, "tell", &[("told_on", "2026-11-02"), ("how", "当面反馈，林思源")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let own = case(&mut leader, &id).await;
        assert_eq!((own["state"].clone(), own["number"].clone()), (json!("told"), json!("滨纪容〔2026〕1号")));
        let paper = leader.get(&format!("/documents/tolerance/{id}/page")).await.text();
        assert!(paper.contains("容错纠错认定书") && paper.contains("滨纪容〔2026〕1号") && paper.contains("予以容错"));
        let docx = leader.get(&format!("/documents/tolerance/{id}/docx")).await;
        crate::papers::shown("tolerance.docx", &docx.body);

        // 勉励谈话 is suggested to those who lead, and noted without what was said.
        assert!(app.sign_in("deputy").await.get("/todo").await.text().contains("建议开展勉励谈话"));
        let seen = super::seen(&app, &id).await;
        let talk = [
            ("case", id.as_str()),
            ("seen", &seen),
            ("talk", "held"),
            ("talk_on", "2026-11-02"),
            ("talk_by", "罗启明"),
        ];
        assert!(refused(&mut leader, "/tolerance/talk", &talk).await.contains("没有办理这件事的权限"));
        done(&mut app.sign_in("secretary").await, "/tolerance/talk", &talk).await;
        assert!(!app.sign_in("deputy").await.get("/todo").await.text().contains("建议开展勉励谈话"));
        act(&app, "office", &id, "use", &[("used", "年度考核不作扣分")]).await;
        assert_eq!(case(&mut leader, &id).await["state"], "used");
        // No thread, no search, and the register says the kind alone.
        assert!(rows(&app, q("SELECT id FROM thread_events WHERE source LIKE 'tolerance%'")).await.is_empty());
        let register = app.sign_in("general").await.call("/api/numbers/page", json!({})).await.json();
        let row = &register["rows"][0];
        assert_eq!((&row["label"], &row["title"]), (&json!("容错认定书"), &json!("")));
        assert_eq!(row["who"], "");
    }
}

#[tokio::test]
async fn nobody_else_learns_of_a_case() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = asked(&app, "leader_b", "matter", "head").await;
        for login in ["leader_a", "liaison_b", "member_a", "team2", "general", "sysadmin", "audit", "district_head"] {
            let mut other = app.sign_in(login).await;
            assert_eq!(other.call("/api/tolerance/one", json!({ "id": id })).await.status, 404, "{login}");
            assert!(!other.get("/tolerance").await.text().contains("先行先试"), "{login}");
        }
        // Not even the body that supervises the school, until one of it is named.
        assert_eq!(app.sign_in("team").await.call("/api/tolerance/one", json!({ "id": id })).await.status, 404);
        allowed(&app, &id).await;
        assert_eq!(app.sign_in("team").await.call("/api/tolerance/one", json!({ "id": id })).await.status, 200);
        assert_eq!(app.sign_in("leader_a").await.get(&format!("/documents/tolerance/{id}/page")).await.status, 404);
    }
}

#[tokio::test]
async fn asked_twice_unfilled_or_by_the_wrong_hand_is_refused() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let post = app.district.school_post.to_string();
        let mut leader = app.sign_in("leader_b").await;
        for (name, words) in [
            ("facts", "事情经过还没有填写"),
            ("reasons", "原因还没有填写"),
            ("remedy", "已采取的补救措施还没有填写"),
            ("matter", "事项名称还没有填写"),
        ] {
            let fields: Vec<_> =
                application(&post, "matter", "head").into_iter().filter(|(n, _)| *n != name).collect();
            let no = refused(&mut leader, "/tolerance/ask", &fields).await;
            assert!(no.contains(words), "{name}: {no}");
            assert!(name == "facts" || no.contains("按程序先行先试"), "what was typed is kept");
        }
        let nothing = format!("item:{}", crate::duties::command());
        for (about, whom, words) in [
            ("", "head", "还没有选是哪件事"),
            ("matter", "", "还没有选给谁提出"),
            ("matter", "cadre", "干部姓名还没有填写"),
            (nothing.as_str(), "head", "没有找到"),
        ] {
            let no = refused(&mut leader, "/tolerance/ask", &application(&post, about, whom)).await;
            assert!(no.contains(words), "{about} {whom}: {no}");
        }
        // The 区委书记's is not done here, and he is told so.
        let leading = app.district.leading_post.to_string();
        let mut above = app.sign_in("district_head").await;
        let no = refused(&mut above, "/tolerance/ask", &application(&leading, "matter", "head")).await;
        assert!(no.contains("由上级党组织管理"), "{no}");
        let mut office = app.sign_in("office").await;
        let no = refused(&mut office, "/tolerance/ask", &application(&leading, "matter", "head")).await;
        assert!(no.contains("没有找到"), "{no}");

        // A proposal by those who supervise; whoever proposed decides nothing of it. Taken back before it is verified.
        let id = asked(&app, "team", "matter", "head").await;
        let own = case(&mut app.sign_in("leader_b").await, &id).await;
        assert!(own["asked"].as_str().unwrap().contains("监督单位提出"), "{own}");
        assert!(not(&app, "office", &id, "withdraw", &[]).await.contains("没有办理这件事的权限"));
        act(&app, "team", &id, "withdraw", &[]).await;
        assert!(not(&app, "office", &id, "decline", &[("reason", "不属于")]).await.contains("现在是“已撤回”"));
        // What was verified to be none is not allowed.
        let id = asked(&app, "leader_b", "matter", "unit").await;
        let team = app.district.person("team").to_string();
        act(&app, "office", &id, "accept", &[("verifier", &team)]).await;
        let none: Vec<_> = FOUND
            .into_iter()
            .filter(|(n, _)| *n != "situation")
            .map(|(n, v)| if n == "eligible" { (n, "no") } else { (n, v) })
            .collect();
        act(&app, "team", &id, "verify", &none).await;
        assert!(not(&app, "deputy", &id, "allow", &[("reason", "同意")]).await.contains("不能认定予以容错"));
        act(&app, "deputy", &id, "deny", &[("reason", "不属于可容错情形。")]).await;
        act(&app, "office", &id, "tell", &[("told_on", "2026-11-02"), ("how", "书面，林思源")]).await;
        assert_eq!(case(&mut app.sign_in("leader_b").await, &id).await["state"], "closed");
    }
}

#[tokio::test]
async fn a_verifier_who_left_is_replaced_and_nothing_stands_still() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = asked(&app, "leader_b", "matter", "unit").await;
        let (team, office2) = (app.district.person("team").to_string(), app.district.person("office2").to_string());
        act(&app, "office", &id, "accept", &[("verifier", &team)]).await;
        assert!(not(&app, "office", &id, "reassign", &[]).await.contains("还没有选核实人"));
        let no = not(&app, "office", &id, "reassign", &[("verifier", &team)]).await;
        assert!(no.contains("核实人不在可选范围"), "{no}");
        for login in ["team", "deputy"] {
            not(&app, login, &id, "reassign", &[("verifier", &office2)]).await;
        }
        act(&app, "office", &id, "reassign", &[("verifier", &office2)]).await;
        // The one before does not even find it any more.
        assert_eq!(app.sign_in("team").await.call("/api/tolerance/one", json!({ "id": id })).await.status, 404);
        act(&app, "office2", &id, "verify", &FOUND).await;
        act(&app, "deputy", &id, "allow", &[("reason", "符合可容错情形。")]).await;
        // Whoever asked reads that it was given to another, not to whom.
        let own = case(&mut app.sign_in("leader_b").await, &id).await["course"].to_string();
        assert!(own.contains("改派核实人") && !own.contains("核实人："), "{own}");
    }
}
