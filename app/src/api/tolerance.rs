//! 容错纠错 and 澄清正名. Port, server functions and wire types.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, PersonId, PostId},
    tolerance::{Application, CaseState, ClearanceState, Findings, Step, Way},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToleranceQuery {
    /// Post for which something is to be proposed.
    #[serde(default)]
    pub post: Option<String>,
    /// What a link brought along: `item:…`.
    #[serde(default)]
    pub about: Option<String>,
    /// Page of cases, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A case in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// Its page.
    pub link: String,
    /// What it is about.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Whom it is for.
    pub who: String,
    /// `11月5日`.
    pub on: String,
    /// 「待认定」.
    pub state: String,
    /// Nothing follows any more.
    pub over: bool,
}

/// What can be chosen for a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subjects {
    /// Post.
    pub post: String,
    /// Unit and head.
    pub label: String,
    /// Keys and words.
    pub choices: Vec<(String, String)>,
    /// The head asks for himself; else it is proposed.
    pub own: bool,
}

/// What the office sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToleranceSettings {
    /// 澄清正名 is used.
    pub clearance: bool,
    /// Situations, one a line.
    pub situations: String,
    /// Who confirmed it; empty while 示范.
    pub confirmed: String,
    /// Version for the form.
    pub seen: u32,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TolerancePage {
    /// Cases in sight.
    pub cases: Vec<CaseRow>,
    /// More follow.
    pub next: bool,
    /// Page of them.
    pub page: u32,
    /// 澄清 in sight.
    pub clearances: Vec<CaseRow>,
    /// 澄清 is used here.
    pub clears: bool,
    /// Posts for which the viewer may propose: id and words.
    pub posts: Vec<(PostId, String)>,
    /// The chosen post, or the viewer's own.
    pub subjects: Option<Subjects>,
    /// What a link brought along and can be chosen.
    pub about: String,
    /// For the 监督室.
    pub settings: Option<ToleranceSettings>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// Which form it is of: `ask`, `clear`, `settings`.
    pub draft_of: String,
}

/// Which case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A line of the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseRow {
    /// 「受理」.
    pub step: String,
    /// `林思源，2026年11月5日`.
    pub who: String,
    /// Words.
    pub words: String,
}

/// A case of 容错.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePage {
    /// Id.
    pub id: String,
    /// Version for forms.
    pub seen: u32,
    /// What it is about.
    pub title: String,
    /// 「履责清单事项」.
    pub kind: String,
    /// Unit.
    pub unit: String,
    /// Whom it is for.
    pub who: String,
    /// Who asked or proposed, and when.
    pub asked: String,
    /// State.
    pub state: CaseState,
    /// Application.
    pub application: Application,
    /// Verifier; empty before.
    pub verifier: String,
    /// What was verified; only for those who may know of it before it is told.
    pub findings: Option<Findings>,
    /// Who decided, and when; empty before it may be known.
    pub decided: String,
    /// Reason of the last decision, refusal or return.
    pub reason: String,
    /// 文号.
    pub number: String,
    /// When and how it was told.
    pub told: String,
    /// For what it was used.
    pub used: String,
    /// 勉励谈话 as noted.
    pub talk: String,
    /// A 勉励谈话 is suggested, and the viewer may note it.
    pub notes_talk: bool,
    /// Steps that the viewer may take.
    pub steps: Vec<Step>,
    /// Who may verify.
    pub verifiers: Vec<(PersonId, String)>,
    /// Situations of the district.
    pub situations: Vec<String>,
    /// Course.
    pub course: Vec<CourseRow>,
    /// There is a 认定书 to print.
    pub paper: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// A case of 澄清.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearPage {
    /// Id.
    pub id: String,
    /// Version for forms.
    pub seen: u32,
    /// What was recorded.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Whom it is for.
    pub who: String,
    /// Who proposed it, and when.
    pub asked: String,
    /// State.
    pub state: ClearanceState,
    /// Summary of the conclusion.
    pub summary: String,
    /// Way.
    pub way: Way,
    /// Who decided, and when.
    pub decided: String,
    /// Why it was refused.
    pub reason: String,
    /// 文号.
    pub number: String,
    /// Carried out.
    pub done: String,
    /// Receipt.
    pub receipt: String,
    /// 勉励谈话 as noted.
    pub talk: String,
    /// A 勉励谈话 is suggested, and the viewer may note it.
    pub notes_talk: bool,
    /// What the viewer may do: `decide`, `carry`, `receive`, `paper`.
    pub acts: Vec<String>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of 容错纠错.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Tolerance: Send + Sync {
    /// The page.
    async fn tolerance_page(&self, actor: &Actor, query: ToleranceQuery) -> Result<TolerancePage, ApiError>;
    /// A case.
    async fn tolerance_case(&self, actor: &Actor, query: CaseQuery) -> Result<CasePage, ApiError>;
    /// A 澄清.
    async fn clearance_case(&self, actor: &Actor, query: CaseQuery) -> Result<ClearPage, ApiError>;
}

/// The page.
#[server(endpoint = "tolerance/page", input = Json)]
pub async fn tolerance_desk(form: ToleranceQuery) -> Result<TolerancePage, ApiError> {
    let call = Call::current().await?;
    answer(call.tolerance().tolerance_page(call.actor(), form).await)
}

/// A case.
#[server(endpoint = "tolerance/one", input = Json)]
pub async fn tolerance_one(form: CaseQuery) -> Result<CasePage, ApiError> {
    let call = Call::current().await?;
    answer(call.tolerance().tolerance_case(call.actor(), form).await)
}

/// A 澄清.
#[server(endpoint = "clearances/one", input = Json)]
pub async fn clearance_one(form: CaseQuery) -> Result<ClearPage, ApiError> {
    let call = Call::current().await?;
    answer(call.tolerance().clearance_case(call.actor(), form).await)
}
