//! 三色预警: the editable rules — drafts, dry run, adoption, versions — and the history of every colour. The rules
//! themselves are `domain::board`'s; stored colours are `colours`'.

mod draft;
mod dry;
mod facts;
mod file;
mod history;
mod page;
mod step;
mod todo;

use app::api::{
    ApiError,
    rules::{ColoursPage, ColoursQuery, Rules, RulesPage, RulesQuery},
};
use async_trait::async_trait;
use domain::people::{Role, access::Actor};

use super::Services;

pub use draft::SaveRules;
pub(crate) use draft::save_quietly;
pub use dry::Run;
pub use file::{from_json, to_json};
pub(crate) use step::step_quietly;
pub use step::{RuleAct, RuleStep, Stepped};

/// Form of the drafts, of the rules and of their steps.
pub const RULES: &str = "oversight.rules";

/// Is the actor one of those who adopt rules, whoever drafted them?
fn decides(actor: &Actor) -> bool {
    actor.has(Role::DeputySecretary) || actor.has(Role::Secretary)
}

#[async_trait]
impl Rules for Services {
    async fn rules(&self, actor: &Actor, query: RulesQuery) -> Result<RulesPage, ApiError> {
        self.rules_page(actor, query).await
    }

    async fn colours(&self, actor: &Actor, query: ColoursQuery) -> Result<ColoursPage, ApiError> {
        self.colours_page(actor, query).await
    }
}
