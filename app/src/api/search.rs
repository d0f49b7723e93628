//! 搜索 over records, units and people, as far as the viewer may see. Port, server function and
//! wire types. A snippet is text in pieces, never markup.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{PersonId, PostId, RecordId},
    search::Piece,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, records::RecordRow};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What is looked for; empty parts do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// Words, as typed.
    pub q: Option<String>,
    /// 履责类型, by key.
    pub kind: Option<String>,
    /// Printed number of an item.
    pub item: Option<String>,
    /// Month of the event, `2026-11`.
    pub month: Option<String>,
    /// `recorded`, `proxy`, `refused`, `late`, `corrected`, `verified`.
    pub status: Option<String>,
    /// Only in the book of this post.
    pub post: Option<String>,
    /// Records before this one (id of the last one shown).
    pub before: Option<String>,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The row, without its text.
    pub row: RecordRow,
    /// Unit of the book; empty where the viewer has one book only.
    pub unit: String,
    /// Year of the book.
    pub year: i32,
    /// Part of the text; empty where the viewer may not read it.
    pub snippet: Vec<Piece>,
}

/// A unit with its head that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPost {
    /// Unit.
    pub unit: String,
    /// `孔一帆，党工委书记`.
    pub who: String,
    /// Post.
    pub post: PostId,
    /// The viewer may open the book; otherwise the row of the board.
    pub book: bool,
}

/// A person of the directory that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPerson {
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Places held.
    pub place: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// Something was asked for.
    pub asked: bool,
    /// The viewer has records to search.
    pub records: bool,
    /// The viewer reads what is not confirmed too.
    pub drafts: bool,
    /// Of some books the viewer reads the outline only.
    pub outline: bool,
    /// The one book that is searched: unit and head.
    pub about: Option<String>,
    /// Records, newest first.
    pub rows: Vec<Found>,
    /// Units and heads, on the first page.
    pub posts: Vec<FoundPost>,
    /// People of the directory, on the first page.
    pub persons: Vec<FoundPerson>,
    /// There may be older ones: cursor of the next page.
    pub older: Option<RecordId>,
}

/// Port of the search.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Search: Send + Sync {
    /// Searches.
    async fn find(&self, actor: &Actor, query: SearchQuery) -> Result<SearchPage, ApiError>;
}

/// Searches.
#[server(endpoint = "search/find", input = Json)]
pub async fn find(form: SearchQuery) -> Result<SearchPage, ApiError> {
    let call = Call::current().await?;
    answer(call.search().find(call.actor(), form).await)
}
