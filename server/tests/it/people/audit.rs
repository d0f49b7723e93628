//! The log as its administrator reads it: names instead of ids, filters, pages, and no texts.

use serde_json::{Value, json};
use server::storage::q;

use super::command;
use crate::harness::{BOTH, Client, Database, TestApp};

async fn log(audit: &mut Client, form: Value) -> Vec<Value> {
    let reply = audit.call("/api/audit/log", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["rows"].as_array().unwrap().clone()
}

fn field<'v>(rows: &'v [Value], name: &str) -> Vec<&'v str> {
    rows.iter().map(|row| row[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn rows_carry_names_and_are_found_by_person_action_object_and_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        let person = app.district.person("liaison_a").to_string();
        let (unit, key) = (app.district.town.to_string(), command(1));
        let fields = [("command", key.as_str()), ("person", &person), ("role", "member"), ("unit", &unit)];
        assert_eq!(office.post("/people/roles/propose", &fields).await.status, 303);
        app.app
            .store()
            .write({
                let (district, account) = (app.district.id, app.district.account("office"));
                let object = format!("unit:{unit}");
                move |tx| {
                    Box::pin(async move {
                        tx.audit(district, Some(account), "people.unit_renamed", &object, "只在明细里的文字").await?;
                        Ok(())
                    })
                }
            })
            .await
            .unwrap();
        let mut audit = app.sign_in("audit").await;
        let given = log(&mut audit, json!({ "action": "people.role_given" })).await;
        let row = given.first().unwrap();
        assert_eq!(row["action"], "授予角色");
        assert!(row["who"].as_str().unwrap().contains("（office）"), "{row}");
        assert!(!row["object"].as_str().unwrap().contains(&person), "{row}");
        assert_eq!(row["link"], Value::Null, "the log opens no door: {row}");
        let renamed = log(&mut audit, json!({ "kind": "unit", "who": "office" })).await;
        assert_eq!(field(&renamed, "object"), ["东湖街道"]);
        assert_eq!(field(&renamed, "action"), ["单位更名"]);
        assert!(log(&mut audit, json!({ "kind": "unit", "who": "leader_a" })).await.is_empty());
        let feature = log(&mut audit, json!({ "action": "people" })).await;
        assert!(feature.len() >= 3, "{feature:?}");
        assert!(log(&mut audit, json!({ "who": "%" })).await.is_empty(), "signs of the query are plain text");
        let today = domain::time::iso(crate::harness::first_day());
        assert!(!log(&mut audit, json!({ "from": today, "to": today })).await.is_empty());
        assert!(log(&mut audit, json!({ "to": "2026-11-01" })).await.is_empty());
        assert!(log(&mut audit, json!({ "from": "2026-11-03" })).await.is_empty());
        let page = audit.get("/audit?kind=unit&action=people").await.text();
        assert!(page.contains("东湖街道") && page.contains("单位更名") && !page.contains("people.unit_renamed<"));
        assert!(!page.contains("只在明细里的文字"), "details are not for the auditor");
    }
}

#[tokio::test]
async fn pages_go_on_from_the_last_row_with_the_same_filters() {
    let app = TestApp::new(Database::Sqlite).await;
    let (district, account) = (app.district.id, app.district.account("office"));
    let unit = format!("unit:{}", app.district.town);
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                for _ in 0..150 {
                    tx.audit(district, Some(account), "people.unit_renamed", &unit, "").await?;
                    tx.audit(district, None, "people.sign_in_refused", "login:0011223344556677", "").await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut audit = app.sign_in("audit").await;
    let first = log(&mut audit, json!({ "kind": "unit" })).await;
    let last = first.last().unwrap()["seq"].as_i64().unwrap();
    let second = log(&mut audit, json!({ "kind": "unit", "before": last })).await;
    assert_eq!((first.len(), second.len()), (100, 50));
    assert!(second.iter().all(|row| row["seq"].as_i64().unwrap() < last && row["object"] == "东湖街道"));
    let page = audit.get("/audit?kind=unit").await.text();
    assert!(page.contains(&format!("/audit?kind=unit&amp;before={last}")), "{page}");
    let system = log(&mut audit, json!({ "who": "系统" })).await;
    assert_eq!((system.len(), system[0]["object"].as_str()), (100, Some("未知账号名 00112233")));
    let unknown = app.app.store().read().row(q("SELECT COUNT(*) AS n FROM audit WHERE action LIKE '%unit%'")).await;
    assert_eq!(unknown.unwrap().unwrap().int("n").unwrap(), 150);
}
