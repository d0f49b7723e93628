//! 姓氏笔画 order: computed here, stored, and the same on both databases; rows of an older
//! schema get their keys at the start.

use server::{
    operations::midnight,
    services::people::names::stroke_key,
    storage::{Failure, q},
};

use super::count;
use crate::harness::{BOTH, TestApp};

const NAMES: [&str; 11] = ["魏明", "丁一", "王二", "李三", "王一", "卜凡", "赵六", "欧阳九", "𠮷田", "陈七", "刘八"];

#[tokio::test]
async fn an_upgraded_database_gets_its_keys_and_both_sort_alike() {
    let mut orders = Vec::new();
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (store, district) = (app.app.store(), app.district.id);
        // As the migration leaves them: names without a key, or with one of another edition.
        store
            .write(move |tx| {
                Box::pin(async move {
                    for (n, name) in NAMES.iter().enumerate() {
                        let id = format!("01940000-0000-7000-8000-{n:012}");
                        let old = if n % 2 == 0 { "" } else { "ff" };
                        tx.insert(
                            "INSERT INTO persons (id, district_id, name, strokes)",
                            vec![id.into(), district.into(), (*name).into(), old.into()],
                        )
                        .await?;
                    }
                    Ok::<(), Failure>(())
                })
            })
            .await
            .unwrap();
        midnight::run(&midnight::jobs(&app.app)).await;
        for table in [
            "SELECT COUNT(*) AS n FROM persons WHERE strokes = ''",
            "SELECT COUNT(*) AS n FROM units WHERE strokes = ''",
        ] {
            assert_eq!(count(&app, q(table)).await, 0, "{database:?}");
        }
        assert_eq!(app.app.services().refresh_strokes().await.unwrap(), 0, "the second time there is nothing to do");
        let sorted = q("SELECT name FROM persons WHERE id LIKE '0194%' ORDER BY strokes, id");
        let rows = store.read().rows(sorted).await.unwrap();
        orders.push(rows.iter().map(|r| r.text("name").unwrap()).collect::<Vec<_>>());
    }
    assert_eq!(orders[0], orders[1]);
    let mut wanted = NAMES.map(str::to_owned).to_vec();
    wanted.sort_by_key(|name| stroke_key(name));
    assert_eq!(orders[0], wanted);
    assert_eq!((wanted[0].as_str(), wanted[10].as_str()), ("丁一", "魏明"));
}

#[tokio::test]
async fn a_new_or_corrected_name_has_its_key_at_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        app.app.services().refresh_strokes().await.unwrap();
        let mut sysadmin = app.sign_in("sysadmin").await;
        let unit = app.district.town.to_string();
        let seen = super::version(&app, &unit).await;
        let command = super::command(1);
        let fields = [
            ("command", command.as_str()),
            ("unit", unit.as_str()),
            ("seen", seen.as_str()),
            ("name", "丁家街道"),
            ("from_day", "2026-11-02"),
        ];
        let reply = sysadmin.post("/people/units/rename", &fields).await;
        assert!(!reply.location().contains("draft="), "{}", reply.location());
        let stored = super::row(&app, q("SELECT name, strokes FROM units WHERE id = $1").bind(&unit)).await.unwrap();
        assert_eq!(stored.text("strokes").unwrap(), stroke_key("丁家街道"));
        assert_eq!(app.app.services().refresh_strokes().await.unwrap(), 0, "{database:?}");
    }
}
