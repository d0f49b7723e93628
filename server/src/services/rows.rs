//! Loaders that work inside a command and outside: both a [`Tx`] and a [`Pool`] give rows.

use std::future::Future;

use crate::storage::{Pool, Query, Row, StorageError, Tx};

/// Gives rows.
pub trait Rows: Send {
    /// All rows of a query.
    fn all(&mut self, query: Query) -> impl Future<Output = Result<Vec<Row>, StorageError>> + Send;

    /// The first row, if any.
    fn first(&mut self, query: Query) -> impl Future<Output = Result<Option<Row>, StorageError>> + Send {
        async move { Ok(self.all(query).await?.into_iter().next()) }
    }
}

impl Rows for Tx {
    async fn all(&mut self, query: Query) -> Result<Vec<Row>, StorageError> {
        self.rows(query).await
    }
}

impl Rows for Pool {
    async fn all(&mut self, query: Query) -> Result<Vec<Row>, StorageError> {
        self.rows(query).await
    }
}
