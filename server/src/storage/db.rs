//! Two databases behind one face: run a [`Query`], get [`Row`]s.

use std::{cell::Cell, sync::Arc};

use sqlx::{
    AssertSqlSafe, Column, PgConnection, PgPool, Row as _, SqliteConnection, SqlitePool, TypeInfo, ValueRef,
    pool::PoolConnection,
};

use super::{Query, Row, StorageError, Value};

tokio::task_local! {
    static ASKED: Cell<u64>;
}

/// Runs `work` and counts the queries that it reads with, in its own task: what grows with the rows is too many.
pub async fn counted<F: Future>(work: F) -> (F::Output, u64) {
    let job = async {
        let done = work.await;
        (done, ASKED.with(Cell::get))
    };
    ASKED.scope(Cell::new(0), job).await
}

/// A pool of read connections (PostgreSQL uses it for writing too).
#[derive(Debug, Clone)]
pub enum Pool {
    /// Embedded file.
    Sqlite(SqlitePool),
    /// Server.
    Postgres(PgPool),
}

/// One connection.
#[derive(Debug)]
pub enum Conn {
    /// Embedded file.
    Sqlite(PoolConnection<sqlx::Sqlite>),
    /// Server.
    Postgres(PoolConnection<sqlx::Postgres>),
}

macro_rules! bound {
    ($query:expr) => {{
        let Query { text, values, planned, .. } = $query;
        // Query texts are made of 'static parts and placeholder numbers only (storage::query).
        let mut query = sqlx::query(AssertSqlSafe(text.into_owned())).persistent(planned);
        for value in values {
            query = match value {
                Value::Text(v) => query.bind(v),
                Value::Int(v) => query.bind(v),
                Value::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}

macro_rules! read_rows {
    ($rows:expr, $text:literal, $int:pat, $bytes:pat) => {{
        let rows = $rows;
        let names: Arc<[String]> = rows
            .first()
            .map(|r| r.columns().iter().map(|c| c.name().to_owned()).collect::<Vec<_>>())
            .unwrap_or_default()
            .into();
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut values = Vec::with_capacity(names.len());
            for (i, name) in names.iter().enumerate() {
                let raw = row.try_get_raw(i)?;
                if raw.is_null() {
                    values.push(Value::Text(None));
                    continue;
                }
                let kind = raw.type_info();
                values.push(match kind.name() {
                    $int => Value::Int(Some(row.try_get(i)?)),
                    $bytes => Value::Bytes(Some(row.try_get(i)?)),
                    "INT4" => Value::Int(Some(row.try_get::<i32, _>(i)?.into())),
                    $text | "VARCHAR" | "NAME" => Value::Text(Some(row.try_get(i)?)),
                    _ => return Err(StorageError::shape(name)),
                });
            }
            out.push(Row { names: names.clone(), values });
        }
        out
    }};
}

async fn sqlite_rows(conn: &mut SqliteConnection, mut query: Query) -> Result<Vec<Row>, StorageError> {
    if let columns @ [_, ..] = std::mem::take(&mut query.packed) {
        // An inner query that is ordered is not folded into an outer one that counts: the array keeps its order.
        query.text =
            format!("SELECT json_group_array(json_array({})) AS packed FROM ({})", columns.join(", "), query.text)
                .into();
        let rows = bound!(query).fetch_all(conn).await?;
        return rows.first().map_or_else(|| Ok(Vec::new()), |row| unpacked(row.try_get("packed")?, columns));
    }
    let rows = bound!(query).fetch_all(conn).await?;
    Ok(read_rows!(rows, "TEXT", "INTEGER", "BLOB"))
}

/// Rows of [`Query::at_once`].
fn unpacked(packed: &str, columns: &[&str]) -> Result<Vec<Row>, StorageError> {
    let names: Arc<[String]> = columns.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<Vec<serde_json::Value>> = serde_json::from_str(packed).map_err(|_| StorageError::shape("packed"))?;
    rows.into_iter()
        .map(|row| {
            let values = row.into_iter().zip(columns).map(|(value, name)| {
                Ok(match value {
                    serde_json::Value::Null => Value::Text(None),
                    serde_json::Value::String(text) => Value::Text(Some(text)),
                    other => Value::Int(Some(other.as_i64().ok_or_else(|| StorageError::shape(name))?)),
                })
            });
            Ok(Row { names: names.clone(), values: values.collect::<Result<_, StorageError>>()? })
        })
        .collect()
}

async fn postgres_rows(conn: &mut PgConnection, query: Query) -> Result<Vec<Row>, StorageError> {
    let rows = bound!(query).fetch_all(conn).await?;
    Ok(read_rows!(rows, "TEXT", "INT8", "BYTEA"))
}

impl Conn {
    /// All rows of a query.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StorageError> {
        // Nobody counts outside of `counted`.
        let _ = ASKED.try_with(|n| n.set(n.get() + 1));
        match self {
            Self::Sqlite(conn) => sqlite_rows(conn, query).await,
            Self::Postgres(conn) => postgres_rows(conn, query).await,
        }
    }

    /// Runs a statement; the number of rows it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, StorageError> {
        Ok(match self {
            Self::Sqlite(conn) => bound!(query).execute(&mut **conn).await?.rows_affected(),
            Self::Postgres(conn) => bound!(query).execute(&mut **conn).await?.rows_affected(),
        })
    }

    /// Runs statements without values (migrations, BEGIN, SAVEPOINT).
    pub async fn script(&mut self, text: &'static str) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop)?,
            Self::Postgres(conn) => sqlx::raw_sql(text).execute(&mut **conn).await.map(drop)?,
        }
        Ok(())
    }

    /// Is this the embedded database?
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

impl Pool {
    /// Takes a connection.
    pub async fn acquire(&self) -> Result<Conn, StorageError> {
        Ok(match self {
            Self::Sqlite(pool) => Conn::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// Is this the embedded database?
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// All rows of a query, on any connection.
    pub async fn rows(&self, query: Query) -> Result<Vec<Row>, StorageError> {
        self.acquire().await?.rows(query).await
    }

    /// The first row, if any.
    pub async fn row(&self, query: Query) -> Result<Option<Row>, StorageError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
