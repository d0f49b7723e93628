//! 督责的节奏: the plan of the year, kept by itself; notes drafted by the bodies and approved by the office; what the
//! office does with a step; the readings and the reminder that do the steps; the season board.

mod act;
mod attach;
mod days;
mod draft;
mod gather;
mod line;
mod one;
mod page;
mod plan;
mod sending;
mod store;
mod todo;

use app::api::{
    ApiError,
    season::{Season, SeasonPage, SeasonQuery, StepPage, StepQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use act::{Act, Do};
pub use attach::attach;
pub use days::SetDays;
pub use draft::{Decided, Drafted, Picked};

pub(crate) use act::act_quietly;
pub(in crate::services) use attach::{closed, registered, withdrawn};
pub(crate) use draft::{decide_quietly, draft_quietly};
pub(crate) use plan::keep_all;
pub(in crate::services) use plan::keep_unit;
pub(in crate::services) use sending::of_quarter;
pub(crate) use sending::round_ended;
pub(in crate::services) use store::of_posts;

/// Form of the drafts of the board: words, decisions, days.
pub const SEASON: &str = "season.board";
/// Form of the drafts of one step.
pub const STEP: &str = "season.step";

#[async_trait]
impl Season for Services {
    async fn season(&self, actor: &Actor, query: SeasonQuery) -> Result<SeasonPage, ApiError> {
        self.season_page(actor, query).await
    }

    async fn season_step(&self, actor: &Actor, query: StepQuery) -> Result<StepPage, ApiError> {
        self.season_step_page(actor, query).await
    }
}
