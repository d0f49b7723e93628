//! 申请核对: the head asks whether a colour or a fact of his portrait is right, the supervising body answers, and
//! the answer comes back to where he asked. And 「已补记，待核」 in batches.
//!
//! Other features put a question beside their facts with [`views`] and the form `POST /oversight/checks/ask`.

mod ask;
mod page;
mod portrait;
mod said;
mod store;
mod verify;

use app::api::{
    ApiError,
    checks::{Checks, ChecksPage, ChecksQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use ask::{AskCheck, CheckAct, CheckStep};
pub(crate) use ask::{ask_quietly, step_quietly};
pub(in crate::services) use store::{open_keys, views};
pub use verify::Verified;

/// Form of the drafts of a question, beside what it is about.
pub const ASK: &str = "oversight.ask_check";
/// Form of the drafts of answers and batches.
pub const CHECKS: &str = "oversight.checks";

#[async_trait]
impl Checks for Services {
    async fn checks(&self, actor: &Actor, query: ChecksQuery) -> Result<ChecksPage, ApiError> {
        self.checks_page(actor, query).await
    }
}
