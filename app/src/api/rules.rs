//! 三色预警: the rules in force, drafts of other ones with their dry run, and the history of every colour.

use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    ids::{CommandId, DutyId, PostId, RuleDraftId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::{checks::CheckView, drafts::Draft};

/// What of the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesQuery {
    /// A draft of the rules, or `new`.
    #[serde(default)]
    pub id: Option<String>,
    /// `1`: with its dry run.
    #[serde(default)]
    pub dry: Option<String>,
    /// Only items that become this tone.
    #[serde(default)]
    pub to: Option<String>,
    /// Only items of this post.
    #[serde(default)]
    pub post: Option<String>,
    /// Page of the dry run, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// What was typed before a refusal.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A draft of the rules in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleDraftRow {
    /// Id.
    pub id: RuleDraftId,
    /// 「11月5日，何文起草」.
    pub title: String,
    /// Word of its state.
    pub state: String,
    /// What it changes, in words.
    pub changes: Vec<String>,
}

/// A version of the past or the one in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleVersionRow {
    /// 「规则第2版」.
    pub label: String,
    /// When and by whom it was adopted.
    pub adopted: String,
    /// What it changed, in words.
    pub changes: Vec<String>,
}

/// An item that the draft colours otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRow {
    /// Unit.
    pub unit: String,
    /// Page of the item's colours.
    pub link: String,
    /// Number and short text.
    pub item: String,
    /// Tone, its word and the reason today.
    pub from: (Tone, String, String),
    /// Tone, its word and the reason under the draft.
    pub to: (Tone, String, String),
}

/// A dry run over today's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryPage {
    /// Day whose facts were used.
    pub as_of: String,
    /// Tone, items today, items under the draft.
    pub totals: Vec<(Tone, u32, u32)>,
    /// Items that change, in all.
    pub changed: u32,
    /// Lists that wait for their receipt and whose days, call or colour change.
    #[serde(default)]
    pub receipts: u32,
    /// Those of this page, in the districts' own order of units.
    pub rows: Vec<ShiftRow>,
    /// Units with a change: post, name.
    pub units: Vec<(PostId, String)>,
    /// The draft makes everything red: the reason of an item that shows it.
    pub all_red: String,
    /// The draft makes (nearly) every item hard: what is wrong, with an example.
    pub all_hard: String,
    /// What whoever decides should see first.
    pub warnings: Vec<String>,
    /// Numbers that the draft names and no list has.
    pub unknown: Vec<String>,
    /// Filter: tone.
    pub to: String,
    /// Filter: post.
    pub post: String,
    /// Page, from 1.
    pub page: u32,
    /// Are there more pages?
    pub more: bool,
}

/// A draft of the rules, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct RuleDraftPage {
    /// Id; `None` while it was never saved.
    pub id: Option<RuleDraftId>,
    /// Version for forms.
    pub version: i64,
    /// Version of the rules that its fields show and its changes are told from.
    pub base: u32,
    /// 「规则第2版」: that version.
    pub base_label: String,
    /// Another version is in force by now, and the draft is not settled.
    pub stale: bool,
    /// Word of its state, with who and when.
    pub state: String,
    /// Why it came back.
    pub returned: String,
    /// Why the district changes its rules.
    pub note: String,
    /// Values of the form.
    pub fields: BTreeMap<String, String>,
    /// What it changes, in words.
    pub changes: Vec<String>,
    /// What to know though nothing is wrong.
    pub notes: Vec<String>,
    /// The rules in words.
    pub parts: Vec<(String, Vec<String>)>,
    /// May it be edited?
    pub may_edit: bool,
    /// May it be sent for approval?
    pub may_ask: bool,
    /// May it be taken back?
    pub may_withdraw: bool,
    /// May the viewer adopt or return it?
    pub may_decide: bool,
    /// The dry run, where it was asked for.
    pub dry: Option<DryPage>,
}

/// `/oversight/rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesPage {
    /// 「规则第2版」.
    pub label: String,
    /// The program brought these rules along (示范); the district adopted none of its own yet.
    pub sample: bool,
    /// Since when, by whom.
    pub adopted: String,
    /// The rules in force, in words.
    pub parts: Vec<(String, Vec<String>)>,
    /// Versions, the newest first.
    pub versions: Vec<RuleVersionRow>,
    /// Drafts that wait; empty for those who neither draft nor decide.
    pub drafts: Vec<RuleDraftRow>,
    /// May the viewer draft?
    pub may_draft: bool,
    /// The opened draft.
    pub open: Option<RuleDraftPage>,
    /// Rows of additional rules in the form.
    pub rule_rows: usize,
    /// Key for forms.
    pub command: CommandId,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Whose colours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColoursQuery {
    /// Post.
    pub post: String,
    /// Year.
    #[serde(default)]
    pub year: Option<i32>,
    /// What was typed before a refusal.
    #[serde(default)]
    pub draft: Option<String>,
}

/// What a colour rests on: words, and where to read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactLink {
    /// 「第一季度，3月31日到期」, 「第 3 页，3月5日」.
    pub words: String,
    /// Page; empty where there is none.
    pub link: String,
}

/// A change of a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColourChange {
    /// When.
    pub at: String,
    /// Before, with its word.
    pub from: (Tone, String),
    /// After, with its word.
    pub to: (Tone, String),
    /// Why.
    pub reason: String,
    /// 「规则第2版」.
    pub rule: String,
    /// It is of the time of somebody who headed the post before.
    pub earlier: bool,
    /// What it rested on.
    pub facts: Vec<FactLink>,
}

/// An item with its colour and all that it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColourRow {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: String,
    /// Tone.
    pub tone: Tone,
    /// Word beside the icon.
    pub word: String,
    /// Why.
    pub why: String,
    /// 「规则第2版（示范） · 硬性事项，逾期会变红」.
    pub rule: String,
    /// What it rests on.
    pub facts: Vec<FactLink>,
    /// Changes, the newest first.
    pub changes: Vec<ColourChange>,
    /// Questions about it, the newest first; the head's and the office's only.
    pub checks: Vec<CheckView>,
    /// Is a question of somebody who held the post before still open? The head may ask again after its answer.
    pub before_me: bool,
    /// May the viewer ask for a check now?
    pub may_ask: bool,
}

/// `/oversight/colours/{post}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColoursPage {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// Who headed the post in the year, with the days where it was more than one or somebody else than today.
    pub who: String,
    /// Whose colours these are, where the present head did not hold the post the whole year; empty otherwise.
    pub earlier: String,
    /// Year.
    pub year: i32,
    /// Years to choose.
    pub years: Vec<i32>,
    /// The unit's own colour: tone, word, duty, why.
    pub worst: (Tone, String, String, String),
    /// Items in printed order.
    pub rows: Vec<ColourRow>,
    /// The viewer is the head.
    pub head: bool,
    /// Working days for an answer.
    pub days: u32,
    /// Why nothing is shown; empty otherwise.
    pub closed: String,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of 三色预警.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Rules: Send + Sync {
    /// Rules in force, versions, drafts, and one of them opened.
    async fn rules(&self, actor: &Actor, query: RulesQuery) -> Result<RulesPage, ApiError>;
    /// The colours of a post with their history.
    async fn colours(&self, actor: &Actor, query: ColoursQuery) -> Result<ColoursPage, ApiError>;
}

/// Rules in force, versions, drafts.
#[server(endpoint = "oversight/rules", input = Json)]
pub async fn rule_page(form: RulesQuery) -> Result<RulesPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.rules().rules(call.actor(), form).await)
}

/// The colours of a post with their history.
#[server(endpoint = "oversight/colours", input = Json)]
pub async fn colours(form: ColoursQuery) -> Result<ColoursPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.rules().colours(call.actor(), form).await)
}
