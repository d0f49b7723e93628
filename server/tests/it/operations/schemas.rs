//! Both migration folders make the same tables, and the export knows every column.

use std::collections::{BTreeMap, BTreeSet};

use server::{
    operations::tables::{LEFT_OUT, SECRET, TABLES},
    storage::q,
};

use crate::harness::{Database, TestApp};

/// Table → column → (type, may be null).
type Schema = BTreeMap<String, BTreeMap<String, (String, bool)>>;

async fn schema(database: Database) -> Schema {
    let test = TestApp::new(database).await;
    let query = match database {
        Database::Sqlite => q("SELECT m.name AS t, p.name AS c, p.type AS kind, (p.\"notnull\" OR p.pk > 0) AS filled
             FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"),
        Database::Postgres => q("SELECT table_name::text AS t, column_name::text AS c, data_type::text AS kind,
             CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS filled
             FROM information_schema.columns WHERE table_schema = 'public'"),
    };
    let mut schema = Schema::new();
    for row in test.app.store().read().rows(query).await.unwrap() {
        // Tables in which SQLite keeps the search index.
        if row.text("t").unwrap().starts_with("search_index_") {
            continue;
        }
        let kind = match row.text("kind").unwrap().to_lowercase().as_str() {
            "blob" => "bytea".to_owned(),
            other => other.to_owned(),
        };
        schema
            .entry(row.text("t").unwrap())
            .or_default()
            .insert(row.text("c").unwrap(), (kind, row.flag("filled").unwrap()));
    }
    schema
}

#[tokio::test]
async fn both_migration_folders_make_the_same_tables() {
    let (sqlite, postgres) = (schema(Database::Sqlite).await, schema(Database::Postgres).await);
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    // The search index is a full-text table here and rows with an inverted index there.
    for (table, columns) in sqlite.iter().filter(|(table, _)| *table != "search_index") {
        assert_eq!(columns, &postgres[table], "{table}");
    }
}

#[tokio::test]
async fn every_column_is_exported_or_left_out_on_purpose() {
    let schema = schema(Database::Sqlite).await;
    let mut known: BTreeSet<&str> = LEFT_OUT.iter().map(|(table, _)| *table).collect();
    for table in TABLES {
        assert!(known.insert(table.name), "{} is named twice", table.name);
        let mut columns: BTreeSet<&str> = table.columns.iter().copied().collect();
        columns.extend(SECRET.iter().filter(|(t, _)| *t == table.name).map(|(_, c)| *c));
        let found: BTreeSet<&str> = schema[table.name].keys().map(String::as_str).collect();
        assert_eq!(columns, found, "{}: add the column to server::operations::tables", table.name);
    }
    assert_eq!(known, schema.keys().map(String::as_str).collect());
}

#[test]
fn nothing_that_smells_of_a_secret_is_exported() {
    for table in TABLES {
        for column in table.columns {
            let smells = ["password", "token", "pin_", "code_hash", "secret", "key_hash"];
            assert!(!smells.iter().any(|s| column.contains(s)), "{}.{column}", table.name);
        }
    }
}
