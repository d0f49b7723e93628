//! Whose a report is: another body of the same range leaves it alone, its readers are kept by others than themselves,
//! and who may not read it learns nothing of it.

use serde_json::json;
use server::storage::q;

use super::{begun, boxes, computed, count, lent, not, page, step, written};
use crate::{
    duties::{refused, send},
    harness::{BOTH, Client, Database, TestApp},
};

/// A report of the 派驻组 about the school, approved.
async fn approved(app: &TestApp, team: &mut Client) -> String {
    let cover = format!("unit:{}", app.district.school);
    let id = computed(app, team, "half_year", &cover, "2026-h2").await;
    written(team, &id, "派驻组写的判断").await;
    step(team, &id, "ask", &[]).await;
    step(&mut app.sign_in("deputy").await, &id, "approve", &[]).await;
    id
}

#[tokio::test]
async fn another_body_of_the_range_leaves_a_report_alone() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        // Another body supervises the same unit, as its 联系室.
        let other = q("UPDATE oversight_map SET office_id = $1 WHERE unit_id = $2");
        crate::duties::execute(&app, other.bind(app.district.team2).bind(app.district.school)).await;
        let role = q("UPDATE role_grants SET role = 'supervision_office' WHERE person_id = $1");
        crate::duties::execute(&app, role.bind(app.district.person("team2"))).await;
        let (mut team, mut team2) = (app.sign_in("team").await, app.sign_in("team2").await);
        let cover = format!("unit:{}", app.district.school);
        let id = computed(&app, &mut team, "half_year", &cover, "2026-h2").await;
        assert_eq!(page(&mut team2, &id).await["may_write"], false, "{database:?}: it reads the draft");
        let fields = boxes(&mut team2, &id, &[("problems", "别的组写的")]).await;
        assert!(refused(&mut team2, "/reports/text", &lent(&fields)).await.contains("没有办理这件事的权限"));
        for act in ["ask", "refresh", "cancel", "drop"] {
            let back = not(&app, &mut team2, &id, act, &[("reason", "不要了")]).await;
            assert!(back.contains("没有办理这件事的权限"), "{act}: {back}");
        }
        written(&mut team, &id, "派驻组写的判断").await;
        step(&mut team, &id, "ask", &[]).await;
        step(&mut app.sign_in("deputy").await, &id, "approve", &[]).await;
        let reader = app.district.person("team2").to_string();
        let back = not(&app, &mut team2, &id, "file", &[("reader", &reader)]).await;
        assert!(back.contains("没有办理这件事的权限"), "{back}");
        assert_eq!(page(&mut team, &id).await["state"], "approved");
    }
}

#[tokio::test]
async fn what_is_another_s_is_given_up_with_a_reason_that_stays() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut team, mut office) = (app.sign_in("team").await, app.sign_in("office").await);
    let cover = format!("unit:{}", app.district.school);
    let id = computed(&app, &mut team, "half_year", &cover, "2026-h2").await;
    assert!(not(&app, &mut office, &id, "drop", &[]).await.contains("作废原因还没有填写"));
    step(&mut office, &id, "drop", &[("reason", "范围选错了")]).await;
    let course = page(&mut team, &id).await["course"].to_string();
    assert!(course.contains("作废") && course.contains("范围选错了"), "{course}");
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reports.dropped'")).await, 1);
    // His own draft everybody drops as he likes.
    let id = begun(&mut team, "quarter", &cover, "2026-q4").await;
    step(&mut team, &id, "drop", &[]).await;
}

#[tokio::test]
async fn who_made_it_reads_it_and_others_are_let_in_by_others() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut team = app.sign_in("team").await;
        let id = approved(&app, &mut team).await;
        // Who reads it anyway is not asked about, and names are told from another by unit or post.
        let candidates = page(&mut team, &id).await["candidates"].to_string();
        assert!(candidates.contains('（') && !candidates.contains(&app.district.person("team").to_string()));
        let chosen = app.district.person("secretary").to_string();
        step(&mut app.sign_in("office").await, &id, "file", &[("reader", &chosen)]).await;
        for login in ["team", "deputy", "office", "secretary"] {
            let mut own = app.sign_in(login).await;
            assert_eq!(page(&mut own, &id).await["closed"], false, "{database:?} {login}");
        }
        // Another of the office keeps the readers and reads nothing.
        let mut office2 = app.sign_in("office2").await;
        let lean = page(&mut office2, &id).await;
        assert_eq!((lean["closed"].as_bool(), lean["may_widen"].as_bool()), (Some(true), Some(true)), "{lean}");
        assert!(!lean.to_string().contains("派驻组写的判断") && lean["facts"].as_array().unwrap().is_empty());
        assert_eq!(lean["hash"], "");
        assert_eq!(office2.get(&format!("/documents/report/{id}/docx")).await.status, 404);
        assert_eq!(office2.get(&format!("/reports/{id}/export")).await.status, 404);
        assert_eq!(office2.get(&format!("/reports/{id}/compare/export")).await.status, 404);
        assert_eq!(office2.call("/api/reports/compare", json!({ "id": id })).await.status, 404);
        let (own, other) = (app.district.person("office2").to_string(), app.district.person("general").to_string());
        let back = not(&app, &mut office2, &id, "widen", &[("reader", &own), ("reason", "想看")]).await;
        assert!(back.contains("不能给自己增加"), "{back}");
        let back = not(&app, &mut office2, &id, "widen", &[("reader", &other), ("reason", "")]).await;
        assert!(back.contains("增加原因还没有填写"), "{back}");
        // A reader of another body lets nobody in.
        let back = not(&app, &mut team, &id, "widen", &[("reader", &other), ("reason", "接任")]).await;
        assert!(back.contains("没有办理这件事的权限"), "{back}");
        let place = step(&mut office2, &id, "widen", &[("reader", &other), ("reason", "接替离岗人员")]).await;
        assert!(office2.get(&place).await.text().contains("已增加阅读人"));
        let mut general = app.sign_in("general").await;
        let opened = page(&mut general, &id).await;
        assert!(opened["course"].to_string().contains("接替离岗人员"), "{opened}");
        assert_eq!(opened["hash_holds"], true, "the report itself stays");
        // No step for those who do not keep readers.
        not(&app, &mut app.sign_in("team2").await, &id, "widen", &[("reader", &own), ("reason", "接任")]).await;
        assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reports.widened'")).await, 1);
    }
}

#[tokio::test]
async fn a_second_report_tells_nothing_of_one_that_is_not_to_be_read() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut team) = (app.sign_in("office").await, app.sign_in("team").await);
    let cover = format!("unit:{}", app.district.school);
    // One of the school and one of the whole district, both filed for the secretary.
    for (kind, cover) in [("half_year", cover.as_str()), ("half_year", "district")] {
        let id = computed(&app, &mut office, kind, cover, "2026-h2").await;
        written(&mut office, &id, "判断").await;
        step(&mut office, &id, "ask", &[]).await;
        step(&mut app.sign_in("deputy").await, &id, "approve", &[]).await;
        let reader = app.district.person("secretary").to_string();
        step(&mut office, &id, "file", &[("reader", &reader)]).await;
    }
    let new = [("kind", "half_year"), ("cover", cover.as_str()), ("period", "2026-h2")];
    let reply = send(&mut team, "/reports/new", &new).await;
    let draft = reply.location().split(['=', '#']).nth(1).unwrap().to_owned();
    let told = team.call("/api/reports/list", json!({ "draft": draft })).await.json()["existing"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1, "nothing of the wider one: {told}");
    let one = &told[0];
    assert!(one["words"].as_str().unwrap().contains("请向党风政风监督室询问"), "{one}");
    for hidden in ["title", "state", "writer"] {
        assert_eq!(one[hidden], "", "{hidden}: {one}");
    }
    assert!(one["id"].is_null(), "{one}");
}
