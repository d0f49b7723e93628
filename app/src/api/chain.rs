//! The chain closed: the thread of an item from its list to the next year's, and the flow between the five duties.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    board::Tone,
    chain::{Flow, Thread},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// Which thread: of an item of a list (`post`, `duty`, `year`), or of a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreadQuery {
    /// Post id.
    #[serde(default)]
    pub post: Option<String>,
    /// Item of its list.
    #[serde(default)]
    pub duty: Option<String>,
    /// Year; this one when empty.
    #[serde(default)]
    pub year: Option<i32>,
    /// A problem of the closed loop: the thread of the item that it is about, else its own.
    #[serde(default)]
    pub problem: Option<String>,
}

/// The thread as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPage {
    /// `6.3 与年轻干部经常性谈心谈话`; of a problem without an item its own words.
    pub title: String,
    /// Unit, head, year.
    pub lead: String,
    /// Kind of the item, its frequency, its source as the reader may know it.
    pub note: String,
    /// State of the item with its word; none for a problem without an item.
    pub state: Option<(Tone, String)>,
    /// The thread.
    pub thread: Thread,
    /// Where it stands, in one sentence.
    pub words: String,
    /// Only the problems are shown: the reader may not open the book.
    pub only_problems: bool,
    /// The item on the board; empty where there is none.
    pub board: String,
    /// The item in other years: label, address; the one shown is marked.
    pub years: Vec<(i32, String, bool)>,
}

/// The flow of this year: there is nothing to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowQuery {}

/// The flow between the five duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPage {
    /// Year.
    pub year: i32,
    /// `11月20日`.
    pub as_of: String,
    /// The whole district; else the units of the viewer's 归口.
    pub district: bool,
    /// The picture.
    pub flow: Flow,
}

/// Port of the service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Chain: Send + Sync {
    /// One thread.
    async fn thread(&self, actor: &Actor, query: ThreadQuery) -> Result<ThreadPage, ApiError>;
    /// The flow.
    async fn flow(&self, actor: &Actor, query: FlowQuery) -> Result<FlowPage, ApiError>;
}

/// One thread.
#[server(endpoint = "chain/thread", input = Json)]
pub async fn one_thread(form: ThreadQuery) -> Result<ThreadPage, ApiError> {
    let call = Call::current().await?;
    answer(call.chain().thread(call.actor(), form).await)
}

/// The flow.
#[server(endpoint = "chain/flow", input = Json)]
pub async fn whole_flow(form: FlowQuery) -> Result<FlowPage, ApiError> {
    let call = Call::current().await?;
    answer(call.chain().flow(call.actor(), form).await)
}
