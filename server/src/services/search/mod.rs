//! 搜索: the index and the questions to it. What somebody finds is what `read_book` lets him
//! read: its answers become tokens that every question is joined with inside the index, and
//! every row shown is read by the book's own rule once more. Refuses to filter afterwards.

pub(in crate::services) mod ask;
mod books;
mod find;
pub mod index;

use app::api::{
    ApiError,
    search::{Search, SearchPage, SearchQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::{Services, told};

#[async_trait]
impl Search for Services {
    async fn find(&self, actor: &Actor, query: SearchQuery) -> Result<SearchPage, ApiError> {
        self.search_page(actor, query).await
    }
}

impl Services {
    /// Indexes what an earlier version left; how many records. Runs at the start.
    pub(crate) async fn refresh_search(&self) -> Result<u64, ApiError> {
        // The ledger is searched by its own pairs of characters.
        let items = super::accountability::lines::refresh(&self.store).await.map_err(told)?;
        Ok(items + index::refresh(&self.store).await.map_err(told)?)
    }
}
