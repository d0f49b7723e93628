//! 通报: written, approved, numbered, received.

mod page;
mod step;
mod store;
mod todo;

use app::api::{
    ApiError,
    letters::{LetterPage, LetterQuery, Letters, LettersPage, LettersQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use step::{Act, SaveLetter, StepLetter};
pub(crate) use step::{save_quietly, step_quietly};

/// Form of the drafts of a paper.
pub const SAVE: &str = "letters.save";
/// Form of the drafts of a step.
pub const STEP: &str = "letters.step";

#[async_trait]
impl Letters for Services {
    async fn letters_page(&self, actor: &Actor, query: LettersQuery) -> Result<LettersPage, ApiError> {
        self.letters_seen(actor, query).await
    }

    async fn letter_page(&self, actor: &Actor, query: LetterQuery) -> Result<LetterPage, ApiError> {
        self.letter_seen(actor, query).await
    }
}
