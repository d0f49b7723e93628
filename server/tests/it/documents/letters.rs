//! 通报: another hand approves, the number comes with the seal, units receive on the screen or on paper.

use serde_json::json;
use server::storage::q;

use super::{page, row};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, Client, TestApp},
};

async fn written(client: &mut Client, units: &[String]) -> String {
    let mut fields = vec![
        ("title", "节日期间作风建设情况"),
        ("facts", "监督中发现，值班制度执行不严。"),
        ("demands", "严格值班。\n报送整改情况。"),
    ];
    fields.extend(units.iter().map(|unit| ("unit", unit.as_str())));
    let place = done(client, "/letters/save", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn seen(app: &TestApp, letter: &str) -> String {
    let found = rows(app, q("SELECT version FROM letters WHERE id = $1").bind(letter)).await;
    found[0].int("version").unwrap().to_string()
}

async fn act(app: &TestApp, login: &str, letter: &str, more: &[(&str, &str)]) {
    let seen = seen(app, letter).await;
    let mut fields = vec![("letter", letter), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    done(&mut app.sign_in(login).await, "/letters/step", &fields).await;
}

async fn not(app: &TestApp, login: &str, letter: &str, more: &[(&str, &str)]) -> String {
    let seen = seen(app, letter).await;
    let mut fields = vec![("letter", letter), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    refused(&mut app.sign_in(login).await, "/letters/step", &fields).await
}

#[tokio::test]
async fn a_circular_is_approved_numbered_received_and_voided() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let units = [app.district.town.to_string(), app.district.school.to_string()];
        let mut office = app.sign_in("office").await;
        let letter = written(&mut office, &units).await;
        // Nobody outside reads a draft, and it has no number.
        let mut head = app.sign_in("leader_a").await;
        assert_eq!(head.call("/api/letters/one", json!({ "id": letter })).await.status, 404);
        let draft = office.get(&format!("/documents/circular/{letter}/page")).await.text();
        assert!(draft.contains("草稿，未编文号") && draft.contains("东湖街道、区教育局："), "{draft}");
        assert!(not(&app, "office", &letter, &[("do", "issue")]).await.contains("不能编号用印"));

        act(&app, "office", &letter, &[("do", "ask")]).await;
        let todo = app.sign_in("deputy").await.get("/todo").await.text();
        assert!(todo.contains("通报 · 待审定"), "{todo}");
        assert!(not(&app, "office", &letter, &[("do", "approve")]).await.contains("没有办理这件事的权限"));
        act(&app, "deputy", &letter, &[("do", "return"), ("reason", "数字再核对")]).await;
        act(&app, "office", &letter, &[("do", "ask")]).await;
        act(&app, "deputy", &letter, &[("do", "approve")]).await;
        act(&app, "general", &letter, &[("do", "issue")]).await;
        let paper = head.get(&format!("/documents/circular/{letter}/print")).await.text();
        assert!(paper.contains("滨纪通〔2026〕1号") && paper.contains("2026年11月2日"), "{paper}");
        let docx = head.get(&format!("/documents/circular/{letter}/docx")).await;
        assert_eq!((docx.status, docx.body.starts_with(b"PK")), (200, true));
        crate::papers::shown("circular.docx", &docx.body);
        let register = page(&mut app.sign_in("general").await).await;
        assert_eq!(register["rows"][0]["title"], "关于节日期间作风建设情况的通报");
        assert_eq!(register["rows"][0]["link"], format!("/letters/{letter}"));

        // Each unit for itself; a stranger not at all.
        assert!(head.get("/todo").await.text().contains("签收通报"));
        act(&app, "leader_a", &letter, &[("do", "receive"), ("unit", &units[0])]).await;
        let no = not(&app, "leader_a", &letter, &[("do", "receive"), ("unit", &units[0])]).await;
        assert!(no.contains("已经签收过"), "{no}");
        let no = not(&app, "leader_a", &letter, &[("do", "receive"), ("unit", &units[1])]).await;
        assert!(no.contains("没有办理这件事的权限"), "{no}");
        let early = [("do", "paper"), ("unit", &*units[1]), ("paper_on", "2026-11-01"), ("handler", "林思源")];
        assert!(not(&app, "office", &letter, &early).await.contains("纸质签收日期要在印发之日"));
        let paper = [("do", "paper"), ("unit", &*units[1]), ("paper_on", "2026-11-02"), ("handler", "林思源")];
        act(&app, "office", &letter, &paper).await;
        let one = app.sign_in("office").await.call("/api/letters/one", json!({ "id": letter })).await.json();
        assert_eq!(one["waiting"], 0, "{one}");
        assert!(one["receipts"].to_string().contains("纸质已签，经办人 林思源"), "{one}");
        assert_eq!(app.sign_in("leader_c").await.call("/api/letters/one", json!({ "id": letter })).await.status, 404);
        // Its own unit alone is what a unit reads of the receipts.
        let own = app.sign_in("leader_a").await.call("/api/letters/one", json!({ "id": letter })).await.json();
        assert_eq!(own["receipts"].as_array().unwrap().len(), 1, "{own}");

        // Voided: the number stays as a stub, and the next one is another.
        assert!(not(&app, "office", &letter, &[("do", "void"), ("reason", " ")]).await.contains("作废原因还没有填写"));
        act(&app, "office", &letter, &[("do", "void"), ("reason", "印发范围有误")]).await;
        let register = page(&mut app.sign_in("general").await).await;
        assert_eq!(register["rows"][0]["void"], "印发范围有误");
        assert_eq!(row(&register, "circular")["next"], 2);
        let void = [("of", "void"), ("series", "circular"), ("year", "2026"), ("number", "1"), ("reason", "再作废")];
        let no = refused(&mut app.sign_in("office").await, "/numbers/void", &void).await;
        assert!(no.contains("请打开那份文书作废"), "{no}");
    }
}

#[tokio::test]
async fn units_that_ended_or_are_none_are_refused() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let none = [("title", "甲"), ("facts", "乙"), ("demands", "")];
        assert!(refused(&mut office, "/letters/save", &none).await.contains("还没有选收文单位"));
        let civil = app.district.civil.to_string();
        execute(&app, q("UPDATE units SET ends_on = '2026-10-31' WHERE id = $1").bind(&civil)).await;
        let gone = [("title", "甲"), ("facts", "乙"), ("unit", civil.as_str())];
        assert!(refused(&mut office, "/letters/save", &gone).await.contains("已经撤并"));
        let place = done(&mut office, "/letters/save", &[("title", "甲"), ("facts", "乙"), ("all", "1")]).await;
        let letter = place.split(['/', '?']).nth(2).unwrap().to_owned();
        let count = q("SELECT COUNT(*) AS n FROM letter_units WHERE letter_id = $1").bind(&letter);
        assert_eq!(rows(&app, count).await[0].int("n").unwrap(), 2, "neither what ended nor 区委 itself");
    }
}

#[tokio::test]
async fn a_unit_that_ends_before_the_seal_sends_the_paper_back() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let units = [app.district.town.to_string(), app.district.civil.to_string()];
        let letter = written(&mut app.sign_in("office").await, &units).await;
        act(&app, "office", &letter, &[("do", "ask")]).await;
        act(&app, "deputy", &letter, &[("do", "approve")]).await;
        execute(&app, q("UPDATE units SET ends_on = '2026-10-31' WHERE id = $1").bind(&units[1])).await;
        let no = not(&app, "general", &letter, &[("do", "issue")]).await;
        assert!(no.contains("区民政局已经撤并") && no.contains("退回起草人"), "{no}");
        assert!(rows(&app, q("SELECT number FROM document_numbers")).await.is_empty(), "no number was spent");
        assert!(not(&app, "deputy", &letter, &[("do", "return"), ("reason", "改")]).await.contains("权限"));
        act(&app, "general", &letter, &[("do", "return"), ("reason", "单位已撤并")]).await;
        // It is another paper now, and is approved anew.
        assert!(not(&app, "general", &letter, &[("do", "issue")]).await.contains("不能编号用印"));
        let todo = app.sign_in("office").await.get("/todo").await.text();
        assert!(todo.contains("通报 · 已退回"), "{todo}");
    }
}
