//! 三色预警: the editable rules — drafts, dry run, adoption, versions — and the history of every colour. The rules
//! themselves are `domain::board`'s; stored colours are `colours`'.

mod draft;
mod dry;
mod facts;
mod file;
mod heads;
mod history;
mod page;
mod reach;
mod step;
mod todo;

use app::api::{
    ApiError,
    rules::{ColoursPage, ColoursQuery, Rules, RulesPage, RulesQuery},
};
use async_trait::async_trait;
use domain::{
    board::{REFUTED, RuleSet, Tone},
    people::{Role, access::Actor},
};

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

/// 「规则第1版（示范）」: only the rules that the program brings along are a sample.
pub(in crate::services) fn version_words(version: i64) -> String {
    format!("规则第{version}版{}", if version == i64::from(page::BROUGHT) { "（示范）" } else { "" })
}

/// What kind of item it is under the rules that made its colour, or what made it red though its kind does not.
pub(in crate::services) fn kind_words((tone, word): (Tone, &str), hard: bool, rules: &RuleSet) -> &'static str {
    match (hard, rules.hard_can_be_red) {
        _ if word == REFUTED && tone == Tone::Late => "核查不符按硬性事项显示红色",
        _ if word == REFUTED => "核查不符，这版规则不显示红色",
        (true, true) => "硬性事项，逾期会变红",
        (true, false) => "硬性事项，这版规则不使用红色",
        (false, _) => "一般事项，不会变红",
    }
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
