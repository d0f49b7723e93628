//! Upgrades: every schema ever finished, with data, comes up to today's on both
//! databases with nothing lost. A fixture `NNNN.jsonl` holds the rows of one district
//! (invented) as they stood at schema version NNNN, a `[table, row]` per line: rows of the
//! demonstration district of that version, and one at least of every table that it leaves
//! empty, in every state that the version's own migrations speak of. Of 0021 these are the
//! proposals, mismatches and late ticks of a reading, requests to go offline and a carried item;
//! of 0028 drafts of rules, 申请核对, steps of 督责, lists that were drawn from, reports with their
//! editions and 减负 suggestions with and without a name.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use domain::time::parse_iso;
use serde_json::Value;
use server::{
    clock::FixedClock,
    operations::{audit, tables},
    storage::{MIGRATIONS, Store, Url, q},
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::harness::{BOTH, Database, empty};

/// Version and rows of every committed fixture.
fn fixtures() -> Vec<(i64, Vec<(String, Value)>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let version = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        found.push((version, rows));
    }
    assert!(!found.is_empty());
    found
}

/// `INSERT` of a fixture row; both databases read these literals the same way.
fn insert(table: &str, row: &Value) -> String {
    let row = row.as_object().unwrap();
    let columns: Vec<&str> = row.keys().map(String::as_str).collect();
    let values: Vec<String> = row
        .values()
        .map(|value| match value {
            Value::Number(n) => n.to_string(),
            Value::String(text) => format!("'{}'", text.replace('\'', "''")),
            other => panic!("{table}: {other}"),
        })
        .collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

/// All statements that bring an empty database to `version` with the fixture's rows.
fn script(version: i64, rows: &[(String, Value)], sqlite: bool) -> Vec<String> {
    let mut all = vec!["CREATE TABLE schema_versions (version BIGINT PRIMARY KEY, name TEXT NOT NULL)".to_owned()];
    for migration in MIGRATIONS.iter().filter(|m| m.version <= version) {
        all.push(if sqlite { migration.sqlite } else { migration.postgres }.to_owned());
        all.push(format!("INSERT INTO schema_versions VALUES ({}, '{}')", migration.version, migration.name));
    }
    all.extend(rows.iter().map(|(table, row)| insert(table, row)));
    all
}

async fn load(url: &Url, statements: Vec<String>) {
    match url {
        Url::Sqlite(path) => {
            let mut conn = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", path.display())).await.unwrap();
            conn.execute("PRAGMA synchronous = OFF; BEGIN").await.unwrap();
            for sql in statements {
                conn.execute(AssertSqlSafe(sql)).await.unwrap();
            }
            conn.execute("COMMIT").await.unwrap();
            conn.close().await.unwrap();
        }
        Url::Postgres(text) => {
            let mut conn = PgConnection::connect(text).await.unwrap();
            conn.execute("BEGIN").await.unwrap();
            for sql in statements {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
            }
            conn.execute("COMMIT").await.unwrap();
            conn.close().await.unwrap();
        }
    }
}

/// Every table with rows of people. The test of exports sees to it that none is missing there.
fn every_table() -> BTreeSet<&'static str> {
    let left_out = tables::LEFT_OUT.iter().map(|(name, _)| *name);
    let all = tables::TABLES.iter().map(|table| table.name).chain(left_out);
    all.filter(|name| !name.starts_with("search_") && *name != "schema_versions").collect()
}

#[test]
fn the_newest_fixture_has_a_row_of_every_table() {
    let (_, rows) = fixtures().into_iter().max_by_key(|(version, _)| *version).unwrap();
    let filled: BTreeSet<&str> = rows.iter().map(|(table, _)| table.as_str()).collect();
    assert_eq!(every_table().difference(&filled).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[tokio::test]
async fn every_finished_schema_upgrades_with_its_data() {
    for (version, rows) in fixtures() {
        for database in BOTH {
            let place = empty(database).await;
            load(&place.url, script(version, &rows, database == Database::Sqlite)).await;
            let clock = Arc::new(FixedClock::at_noon(parse_iso("2026-11-22").unwrap()));
            let store = Store::open(place.url.clone(), clock, false).await.unwrap();
            let newest = MIGRATIONS.last().unwrap().version;
            let found =
                store.read().row(q("SELECT MAX(version) AS version FROM schema_versions")).await.unwrap().unwrap();
            assert_eq!(found.int("version").unwrap(), newest);
            for table in every_table() {
                // A name is no value: counted like this in no other place.
                let count: &'static str = Box::leak(format!("SELECT COUNT(*) AS n FROM {table}").into_boxed_str());
                let found = store.read().row(q(count)).await.unwrap().unwrap();
                let wanted = rows.iter().filter(|(of, _)| of == table).count();
                assert_eq!(found.int("n").unwrap(), i64::try_from(wanted).unwrap(), "{version} {table} {database:?}");
            }
            let wanted = rows.iter().filter(|(table, _)| table == "records").count();
            // What was written before there was a search is found after the first start.
            let indexed = server::services::search::index::refresh(&store).await.unwrap();
            assert_eq!(indexed, u64::try_from(wanted).unwrap(), "{database:?}");
            assert_eq!(server::services::search::index::refresh(&store).await.unwrap(), 0);
            let mut conn = store.read().acquire().await.unwrap();
            for chain in audit::verify(&mut conn, &[]).await.unwrap() {
                assert!(chain.findings.is_empty(), "{database:?}: {:?}", chain.findings);
            }
            drop(conn);
            store.close().await;
        }
    }
}
