//! 提醒: who is told what, when, and through which channel. Every interruption is a row of a stored
//! ledger, allowed by `domain::reminders::may_interrupt` inside the same command; what leaves the
//! system goes through the outbox and says only how many.

mod card;
mod cards;
mod carrier;
mod desk;
mod due;
mod feed;
mod job;
mod outbox;
mod robot;
mod round;
mod smtp;
mod switches;
mod tell;
mod todo;
mod urge;
mod ways;

use app::api::{
    ApiError,
    records::TodoRow,
    reminders::{DeskPage, DraftQuery, MonthCardPage, MonthQuery, Reminders, UrgesPage, WaysPage},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use carrier::{Carrier, Letter, Wire};
pub use outbox::sender;
pub use round::Decision;
pub use switches::Switches;
pub use urge::Subject;

/// Drafts of the forms: ways, desk, urges.
pub const WAYS_DRAFT: &str = "reminders.ways";
/// Of the desk.
pub const DESK_DRAFT: &str = "reminders.desk";
/// Of 催办.
pub const URGE_DRAFT: &str = "reminders.urge";

#[async_trait]
impl Reminders for Services {
    async fn month_card(&self, actor: &Actor, query: MonthQuery) -> Result<MonthCardPage, ApiError> {
        self.card_page(actor, query).await
    }

    async fn reminder_ways(&self, actor: &Actor, query: DraftQuery) -> Result<WaysPage, ApiError> {
        self.ways_page(actor, query).await
    }

    async fn reminder_desk(&self, actor: &Actor, query: DraftQuery) -> Result<DeskPage, ApiError> {
        self.desk_page(actor, query).await
    }

    async fn urgeable(&self, actor: &Actor, query: DraftQuery) -> Result<UrgesPage, ApiError> {
        self.urges_page(actor, query).await
    }

    async fn reminder_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        self.todo_rows(actor).await
    }
}
