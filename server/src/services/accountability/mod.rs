//! 问责: the closed loop (挂账销号). Items are opened by the features that find something and live
//! here alone: steps, history, ledger, export. Refuses a status anywhere else.

pub mod access;
pub mod advices;
mod around;
pub mod bring;
pub mod by_hand;
mod figures;
mod find;
mod grams;
mod ledger;
pub(in crate::services) mod lines;
pub(in crate::services) mod look;
pub mod measures;
pub mod open;
mod page;
mod proofs;
pub mod regulations;
pub mod step;
pub mod store;
pub mod todo;

use app::api::{
    ApiError,
    accountability::{
        Accountability, AdvicePage, AdviceQuery, AdvicesPage, AdvicesQuery, FiguresPage, FiguresQuery, LedgerPage,
        LedgerQuery, LoopPage, LoopQuery, MeasuresPage, MeasuresQuery, OpenPage, OpenQuery, RegulationsPage,
        RegulationsQuery,
    },
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub(in crate::services) use ledger::tone as ledger_tone;
pub use page::DRAFT;
pub(in crate::services) use page::place_of;

#[async_trait]
impl Accountability for Services {
    async fn ledger(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError> {
        self.ledger_page(actor, query).await
    }

    async fn closed_loop(&self, actor: &Actor, query: LoopQuery) -> Result<LoopPage, ApiError> {
        self.loop_page(actor, query).await
    }

    async fn opening(&self, actor: &Actor, query: OpenQuery) -> Result<OpenPage, ApiError> {
        self.opening_page(actor, query).await
    }

    async fn statistics(&self, actor: &Actor, query: FiguresQuery) -> Result<FiguresPage, ApiError> {
        self.figures_page(actor, query).await
    }

    async fn measures(&self, actor: &Actor, query: MeasuresQuery) -> Result<MeasuresPage, ApiError> {
        self.measures_page(actor, query).await
    }

    async fn advices(&self, actor: &Actor, query: AdvicesQuery) -> Result<AdvicesPage, ApiError> {
        self.advices_page(actor, query).await
    }

    async fn advice(&self, actor: &Actor, query: AdviceQuery) -> Result<AdvicePage, ApiError> {
        self.advice_page(actor, query).await
    }

    async fn regulations(&self, actor: &Actor, query: RegulationsQuery) -> Result<RegulationsPage, ApiError> {
        self.regulations_page(actor, query).await
    }
}
