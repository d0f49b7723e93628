//! 履责画像: the own one, those that somebody oversees, and the facts behind each number.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, PostId, TermId},
    portrait::Portrait,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::{checks::CheckView, drafts::Draft};

/// Which of the own portraits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortraitQuery {
    /// Term; without, the one of the post chosen in the session, or the last one.
    pub term: Option<String>,
    /// Year; without, the present one.
    pub year: Option<i32>,
    /// Key of the number whose facts are shown; one of them by itself behind a colon.
    pub fact: Option<String>,
    /// Draft of a question to continue.
    pub draft: Option<String>,
}

/// Which portrait of a post that somebody oversees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverseenQuery {
    /// Post.
    pub post: String,
    /// Term; without, the running one, or the last one.
    pub term: Option<String>,
    /// Year.
    pub year: Option<i32>,
    /// Key of the number whose facts are shown.
    pub fact: Option<String>,
}

/// Which part of the list of portraits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortraitsQuery {
    /// The last post of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A fact behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRow {
    /// Printed number; may be empty.
    pub code: String,
    /// What it is.
    pub title: String,
    /// What is known of it.
    pub words: String,
    /// Where the viewer may read it; empty where he may not, or where there is nothing.
    pub link: String,
    /// Name of this one fact for the question about it.
    pub subject: String,
    /// Questions about it with their answers, the newest first.
    pub asked: Vec<CheckView>,
    /// The viewer may ask for a check of it.
    pub may_ask: bool,
}

/// One number with everything behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactPanel {
    /// Key.
    pub key: String,
    /// Year it is of.
    pub year: i32,
    /// What it counts.
    pub words: String,
    /// As many as the number says.
    pub rows: Vec<FactRow>,
    /// What was asked about once and is not behind the number any more.
    pub gone: Vec<FactRow>,
    /// Questions about the number as such (申请核对) with their answers, the newest first.
    pub asked: Vec<CheckView>,
    /// Working days for an answer.
    pub days: u32,
    /// The viewer may ask for a check of the number as such.
    pub may_ask: bool,
    /// Name of the number for the question: number and term, so that a successor never meets it.
    pub subject: String,
}

/// A portrait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitPage {
    /// The viewer's own.
    pub own: bool,
    /// Post.
    pub post: PostId,
    /// Term.
    pub term: TermId,
    /// Unit.
    pub unit: String,
    /// `叶国平，党组织书记`.
    pub who: String,
    /// 「2024年3月1日起任职」.
    pub days: String,
    /// The term is over: nothing changes any more.
    pub ended: bool,
    /// Terms to choose, the latest first.
    pub terms: Vec<(TermId, String)>,
    /// The portrait, without the facts behind its numbers.
    pub portrait: Portrait,
    /// The facts behind the number that was opened.
    pub panel: Option<FactPanel>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// A post of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitRow {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// Head and title, or 「（空缺）」.
    pub who: String,
    /// Days of the running term; empty while vacant.
    pub days: String,
    /// Somebody holds the post.
    pub held: bool,
    /// Earlier terms since the 启用日, the latest first.
    pub earlier: Vec<(TermId, String)>,
}

/// Portraits in the order of the directory: never by what they show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitsPage {
    /// Posts in sight.
    pub rows: Vec<PortraitRow>,
    /// It is not the first page.
    pub later: bool,
    /// The last post of this page, where more follow.
    pub next: Option<PostId>,
}

/// Port of 履责画像.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Portraits: Send + Sync {
    /// The own one.
    async fn own(&self, actor: &Actor, query: PortraitQuery) -> Result<PortraitPage, ApiError>;
    /// One that the actor oversees.
    async fn overseen(&self, actor: &Actor, query: OverseenQuery) -> Result<PortraitPage, ApiError>;
    /// All that he oversees.
    async fn list(&self, actor: &Actor, query: PortraitsQuery) -> Result<PortraitsPage, ApiError>;
}

/// The own one.
#[server(endpoint = "portrait/own", input = Json)]
pub async fn own_portrait(form: PortraitQuery) -> Result<PortraitPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.portraits().own(call.actor(), form).await)
}

/// One that the viewer oversees.
#[server(endpoint = "portrait/one", input = Json)]
pub async fn overseen_portrait(form: OverseenQuery) -> Result<PortraitPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.portraits().overseen(call.actor(), form).await)
}

/// All that the viewer oversees.
#[server(endpoint = "portrait/list", input = Json)]
pub async fn overseen_portraits(form: PortraitsQuery) -> Result<PortraitsPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.portraits().list(call.actor(), form).await)
}
