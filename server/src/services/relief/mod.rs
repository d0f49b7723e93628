//! 减负反馈: totals of what was asked of people, suggestions of what is not needed, and their answers.
//!
//! A suggestion without a name leaves nothing of the account: no command, no audit row, no draft, no time of day
//! ([`nameless`]). Figures are totals of the district; nothing here answers for one person or one unit.

mod answer;
pub(crate) mod figures;
mod nameless;
mod page;
mod subject;
mod suggest;
mod todo;

use app::api::{
    ApiError,
    relief::{Relief, ReliefPage, ReliefQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use answer::{Answer, SetRates};
pub use nameless::Heard;
pub(crate) use nameless::id as nameless_id;
pub use suggest::{Suggest, Withdraw};

/// Form of the drafts of a suggestion under the own name.
pub const SUGGEST: &str = "relief.suggest";
/// Form of the drafts of answers.
pub const ANSWER: &str = "relief.answer";
/// Form of the drafts of rates.
pub const RATES: &str = "relief.rates";

#[async_trait]
impl Relief for Services {
    async fn relief_page(&self, actor: &Actor, query: ReliefQuery) -> Result<ReliefPage, ApiError> {
        self.relief_page_of(actor, query, page::WORDS).await
    }
}

impl Services {
    /// A page for the file: for the office with the words of nearly everybody.
    ///
    /// # Errors
    /// As the page's.
    pub async fn relief_for_file(&self, actor: &Actor, query: ReliefQuery) -> Result<ReliefPage, ApiError> {
        self.relief_page_of(actor, query, page::FILE_WORDS).await
    }
}
