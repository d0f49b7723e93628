//! Forward-only migrations, one pair of files per change, each in its own transaction.

use super::{Conn, StorageError, q};

/// One schema change for both databases.
pub struct Migration {
    /// Number, from 1 without gaps.
    pub version: i64,
    /// File name without number and ending.
    pub name: &'static str,
    /// SQLite text.
    pub sqlite: &'static str,
    /// PostgreSQL text.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// Every migration, in order.
pub const MIGRATIONS: &[Migration] = migrations![
    1 "0001_people",
    2 "0002_ledger",
    3 "0003_duties",
    4 "0004_records",
    5 "0005_corrections",
    6 "0006_strokes",
    7 "0007_reviews",
    8 "0008_accountability",
    9 "0009_marks",
    10 "0010_words",
    11 "0011_search",
    12 "0012_evidence",
    13 "0013_details",
    14 "0014_oversight",
    15 "0015_reminders",
    16 "0016_closing",
    17 "0017_papers",
    18 "0018_remark_approval",
    19 "0019_offline_requests",
    20 "0020_offline_texts",
    21 "0021_answers",
    22 "0022_rules",
    23 "0023_season",
    24 "0024_sheet",
    25 "0025_reports",
    26 "0026_portrait",
    27 "0027_relief",
    28 "0028_overview",
    29 "0029_accountability",
    30 "0030_talks",
    31 "0031_warnings",
    32 "0032_documents",
    33 "0033_tolerance",
    34 "0034_chain",
];

const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_versions (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL)";

/// The newest version applied to the database; 0 for an empty one.
pub async fn schema_version(conn: &mut Conn) -> Result<i64, StorageError> {
    conn.script(CREATE).await?;
    let rows = conn.rows(q("SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions")).await?;
    rows.first().map_or(Ok(0), |row| row.int("version"))
}

/// Brings the schema up to date. Refuses a newer one: an old program must not write into it.
pub async fn migrate(conn: &mut Conn) -> Result<(), StorageError> {
    let known = MIGRATIONS.last().map_or(0, |m| m.version);
    let found = schema_version(conn).await?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().filter(|m| m.version > found) {
        let text = if conn.is_sqlite() { migration.sqlite } else { migration.postgres };
        conn.script("BEGIN").await?;
        let step = async {
            conn.script(text).await?;
            conn.execute(
                q("INSERT INTO schema_versions (version, name) VALUES ($1, $2)")
                    .bind(migration.version)
                    .bind(migration.name),
            )
            .await
        };
        match step.await {
            Ok(_) => conn.script("COMMIT").await?,
            Err(e) => {
                // The failed statement already ended the transaction on some paths.
                let _ = conn.script("ROLLBACK").await;
                return Err(e);
            }
        }
        tracing::info!(version = migration.version, name = migration.name, "schema migrated");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_stands_in_the_list_without_gaps() {
        for (n, migration) in (1..).zip(MIGRATIONS) {
            assert_eq!(migration.version, n);
            assert!(migration.name.starts_with(&format!("{n:04}_")), "{}", migration.name);
        }
        for database in ["sqlite", "postgres"] {
            let folder = format!("{}/migrations/{database}", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(std::fs::read_dir(folder).unwrap().count(), MIGRATIONS.len(), "{database}");
        }
    }
}
