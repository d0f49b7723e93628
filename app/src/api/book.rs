//! 《履责记录本》 as a book: leaves to turn, the mind map, the calendar, and 年度结转. Port, server
//! functions and wire types. Everything but the closing is read only.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    duties::Together,
    ids::{CommandId, PostId},
    people::access::Sight,
    records::{Around, BookHead, BookList, BookMonth, ClosingEffects, MapNode},
    signature::Signing,
    time::Day,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What stands on the cover, for every page of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookFace {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// District.
    pub district: String,
    /// Unit.
    pub unit: String,
    /// Title of the post.
    pub title: String,
    /// Who held the post in the year.
    pub heads: Vec<BookHead>,
    /// How much the viewer reads.
    pub sight: Sight,
    /// The list.
    pub list: Option<BookList>,
    /// 年度结转.
    pub closed_on: Option<Day>,
    /// Somebody signed it; a book that closed by itself has no signature.
    #[serde(default)]
    pub closing_signed: bool,
    /// The viewer may close it now.
    pub may_close: bool,
}

/// Leaves of the book around the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnPage {
    /// Cover.
    pub face: BookFace,
    /// Leaves.
    pub around: Around,
    /// The tree, where its leaf is among them.
    pub map: Option<MapNode>,
}

/// The mind map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPage {
    /// Cover.
    pub face: BookFace,
    /// The tree.
    pub tree: MapNode,
}

/// The calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthsPage {
    /// Cover.
    pub face: BookFace,
    /// Twelve months, with what one activity can serve in each.
    pub months: Vec<(BookMonth, Vec<Together>)>,
    /// The running month; none in another year.
    pub now: Option<u32>,
}

/// What closing the book would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingPage {
    /// Cover.
    pub face: BookFace,
    /// What it does.
    pub effects: ClosingEffects,
    /// Pages that went offline since it was closed.
    #[serde(default)]
    pub offline: u32,
    /// Is a closed book what was signed? None before, without a signature, and where that cannot be told.
    #[serde(default)]
    pub intact: Option<bool>,
    /// The viewer may not read what waits; it goes back all the same.
    pub outline: bool,
    /// Who signs: the head, or whoever closes for a vacant post.
    pub signer: String,
    /// The viewer signs himself on the screen; otherwise he notes a paper signature.
    pub on_screen: bool,
    /// Hash of the content shown: what is signed.
    pub seen: String,
    /// Last day before it closes by itself; none where that is switched off.
    pub automatic: Option<Day>,
    /// Idempotency key of the form.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which book, and where it is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnQuery {
    /// Post; the own one when empty.
    pub post: Option<String>,
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Key of the leaf; the cover when empty.
    pub at: Option<String>,
}

/// Which book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearQuery {
    /// Post; the own one when empty.
    pub post: Option<String>,
    /// Year; this one when empty, for the closing the last one.
    pub year: Option<i32>,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// Closes a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseYear {
    /// Idempotency key.
    pub command: CommandId,
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Hash of the content that the page showed.
    pub seen: String,
    /// Signature.
    pub signing: Signing,
}

/// Port of the book's service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait YearBooks: Send + Sync {
    /// Leaves of the book.
    async fn turn(&self, actor: &Actor, query: TurnQuery) -> Result<TurnPage, ApiError>;
    /// The mind map.
    async fn map(&self, actor: &Actor, query: YearQuery) -> Result<MapPage, ApiError>;
    /// The calendar.
    async fn months(&self, actor: &Actor, query: YearQuery) -> Result<MonthsPage, ApiError>;
    /// What closing would do.
    async fn closing(&self, actor: &Actor, query: YearQuery) -> Result<ClosingPage, ApiError>;
    /// Closes the book of a year.
    async fn close_year(&self, actor: &Actor, form: CloseYear) -> Result<(), ApiError>;
}

/// Leaves of the book.
#[server(endpoint = "book/turn", input = Json)]
pub async fn turn(form: TurnQuery) -> Result<TurnPage, ApiError> {
    let call = Call::current().await?;
    answer(call.year_books().turn(call.actor(), form).await)
}

/// The mind map.
#[server(endpoint = "book/map", input = Json)]
pub async fn map(form: YearQuery) -> Result<MapPage, ApiError> {
    let call = Call::current().await?;
    answer(call.year_books().map(call.actor(), form).await)
}

/// The calendar.
#[server(endpoint = "book/calendar", input = Json)]
pub async fn months(form: YearQuery) -> Result<MonthsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.year_books().months(call.actor(), form).await)
}

/// What closing would do.
#[server(endpoint = "book/closing", input = Json)]
pub async fn closing(form: YearQuery) -> Result<ClosingPage, ApiError> {
    let call = Call::current().await?;
    answer(call.year_books().closing(call.actor(), form).await)
}
