//! The board: rows within the actor's scope from the stored cells, the drawer of a
//! cell, the thread of an item, and the export of what is shown.

mod filter;
mod item;
mod matrix;
mod wen;

use app::api::{
    ApiError,
    board::{Board, BoardPage, BoardQuery, CellPage, CellQuery, ItemPage, ItemQuery},
};
use async_trait::async_trait;
use domain::people::{Role, access::Actor};

use super::Services;

#[async_trait]
impl Board for Services {
    async fn matrix(&self, actor: &Actor, query: BoardQuery) -> Result<BoardPage, ApiError> {
        self.board_page(actor, query).await
    }

    async fn cell(&self, actor: &Actor, query: CellQuery) -> Result<CellPage, ApiError> {
        self.cell_page(actor, query).await
    }

    async fn item(&self, actor: &Actor, query: ItemQuery) -> Result<ItemPage, ApiError> {
        self.item_page(actor, query).await
    }
}

/// Does the actor read threads as the office or a supervising body?
pub(in crate::services) fn is_office(actor: &Actor) -> bool {
    [Role::ConductOffice, Role::Secretary, Role::DeputySecretary, Role::SupervisionOffice, Role::ResidentTeam]
        .into_iter()
        .any(|role| actor.has(role))
}
