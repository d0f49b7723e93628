//! What is no report: a period to come, another body's units, the same facts twice.

use server::storage::q;

use super::{begun, computed, count, page};
use crate::{
    duties::{done, refused, send},
    harness::{Database, TestApp},
};

#[tokio::test]
async fn a_form_that_makes_no_report_says_why() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut team) = (app.sign_in("office").await, app.sign_in("team").await);
    let school = format!("unit:{}", app.district.school);
    let leading = format!("unit:{}", app.district.leading);
    for (kind, cover, period, words) in [
        ("quarter", "district", "2027-q1", "还没有开始"),
        ("quarter", "district", "2026-h1", "请选择合适的时段"),
        ("year_end", "district", "2026-q1", "请选择合适的时段"),
        ("quarter", "everybody", "2026-q4", "范围不在可选范围"),
        ("portrait", "district", "2026-q4", "报告种类不在可选范围"),
        ("quarter", "district", "soon", "时段不在可选范围"),
        // Nobody of this kind, and the 区委书记, who is in no report.
        ("quarter", "kind:enterprise", "2026-q4", "这个范围里没有单位"),
        ("quarter", leading.as_str(), "2026-q4", "这个范围里没有单位"),
    ] {
        let back = refused(&mut office, "/reports/new", &[("kind", kind), ("cover", cover), ("period", period)]).await;
        assert!(back.contains(words), "{kind} {cover} {period}: {back}");
    }
    // A team writes about its own units only.
    for cover in ["district", &format!("unit:{}", app.district.civil), &format!("body:{}", app.district.team2)] {
        let form = [("kind", "quarter"), ("cover", cover), ("period", "2026-q4")];
        assert!(refused(&mut team, "/reports/new", &form).await.contains("没有找到这项内容"), "{cover}");
    }
    begun(&mut team, "quarter", &school, "2026-q4").await;
    begun(&mut team, "quarter", &format!("body:{}", app.district.team), "2026-q4").await;
    for login in ["leader_b", "liaison_b", "sysadmin", "deputy", "general"] {
        let mut other = app.sign_in(login).await;
        let form = [("kind", "quarter"), ("cover", school.as_str()), ("period", "2026-q4")];
        refused(&mut other, "/reports/new", &form).await;
    }
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM reports")).await, 2);
    for login in ["leader_b", "liaison_b", "sysadmin", "security"] {
        assert_eq!(app.sign_in(login).await.get("/reports").await.status, 404, "{login}");
    }
}

#[tokio::test]
async fn a_period_without_data_is_explained() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let id = computed(&app, &mut office, "ecology", "district", "2025").await;
    let found = page(&mut office, &id).await;
    let facts = found["facts"].as_array().unwrap();
    assert_eq!(facts.len(), 8);
    for block in facts {
        assert!(
            !block["empty"].as_str().unwrap().is_empty() && block["rows"].as_array().unwrap().is_empty(),
            "{block}"
        );
    }
    let html = office.get(&format!("/reports/{id}")).await.text();
    assert!(html.contains("本期没有数据"), "{html}");
}

#[tokio::test]
async fn the_same_facts_are_pointed_out_before_a_second_report() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut office2) = (app.sign_in("office").await, app.sign_in("office2").await);
    let first = computed(&app, &mut office, "ecology", "district", "2026-h2").await;
    let again =
        |kind: &'static str, cover: String| vec![("kind".to_owned(), kind.to_owned()), ("cover".to_owned(), cover)];
    for fields in [
        again("ecology", "district".to_owned()),
        // Every fact of a smaller one stands in the larger.
        again("half_year", format!("unit:{}", app.district.school)),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let all = [&fields[..], &[("period", "2026-h2")]].concat();
        let reply = send(&mut office2, "/reports/new", &all).await;
        let asked = office2.get(reply.location().split('#').next().unwrap()).await.text();
        assert!(asked.contains("已经有这些事实的报告") && asked.contains(&first), "{asked}");
    }
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM reports")).await, 1, "nothing before the second tap");
    let sure = [("kind", "ecology"), ("cover", "district"), ("period", "2026-h2"), ("sure", "1")];
    done(&mut office2, "/reports/new", &sure).await;
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM reports")).await, 2);
    // Another period asks for other facts.
    let other = [("kind", "quarter"), ("cover", "district"), ("period", "2026-q3")];
    assert!(done(&mut office2, "/reports/new", &other).await.starts_with("/reports/0"));
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_report() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let key = crate::duties::command();
    let fields =
        [("command", key.as_str()), ("kind", "quarter"), ("cover", "district"), ("period", "2026-q4"), ("sure", "1")];
    let (one, two) = (office.post("/reports/new", &fields).await, office.post("/reports/new", &fields).await);
    assert_eq!((one.status, one.location()), (two.status, two.location()));
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM reports")).await, 1);
}

#[tokio::test]
async fn two_forms_of_the_same_moment_make_one_report() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut office2) = (app.sign_in("office").await, app.sign_in("office2").await);
    let fields = [("kind", "quarter"), ("cover", "district"), ("period", "2026-q4")];
    let both = tokio::join!(send(&mut office, "/reports/new", &fields), send(&mut office2, "/reports/new", &fields));
    assert_eq!(count(&app, q("SELECT COUNT(*) AS n FROM reports")).await, 1);
    let (mut other, place) =
        if both.0.location().contains("draft=") { (office, both.0.location()) } else { (office2, both.1.location()) };
    let asked = other.get(place.split('#').next().unwrap()).await.text();
    assert!(asked.contains("已经有这些事实的报告"), "{asked}");
}

#[tokio::test]
async fn the_list_leaves_as_a_workbook_for_whoever_may_see_it() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    computed(&app, &mut office, "quarter", "district", "2026-q4").await;
    let file = office.get("/reports/export").await;
    assert_eq!(file.status, 200, "{}", file.text());
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("reports.xlsx"));
    assert_eq!(app.sign_in("leader_b").await.get("/reports/export").await.status, 404);
    assert_eq!(office.get("/reports/export?order=n").await.status, 400);
}
