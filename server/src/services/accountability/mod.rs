//! 问责: the closed loop (挂账销号). Items are opened by the features that find something and live
//! here alone: steps, history, ledger, export. Refuses a status anywhere else.

pub mod access;
pub(in crate::services) mod look;
pub mod open;
mod page;
pub mod step;
pub mod store;
pub mod todo;

use app::api::{
    ApiError,
    accountability::{Accountability, LedgerPage, LedgerQuery, LoopPage, LoopQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use page::DRAFT;

#[async_trait]
impl Accountability for Services {
    async fn ledger(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError> {
        self.ledger_page(actor, query).await
    }

    async fn closed_loop(&self, actor: &Actor, query: LoopQuery) -> Result<LoopPage, ApiError> {
        self.loop_page(actor, query).await
    }
}
