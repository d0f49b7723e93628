//! 履责: the leader's home, 随手记, the book's list of records. Port and server functions;
//! wire types stand beside.

mod book;
mod entry;
mod home;

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;

pub use book::{BookPage, BookQuery, CorrectRecord, Correction, DecideRecord, RecordPage, RecordQuery, RecordRow};
pub use entry::{Choice, LookAgain, NewRecordPage, NewRecordQuery, SaveRecord, SavedRecord, Suggested};
pub use home::{ChainLink, ConfirmAll, HomePage, HomeQuery, PostChoice, Reminder, ReminderGroup, TodoPage, TodoRow};

/// Port of the record service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Records: Send + Sync {
    /// The leader's or 联络员's home.
    async fn home(&self, actor: &Actor) -> Result<HomePage, ApiError>;
    /// The form of 随手记.
    async fn new_page(&self, actor: &Actor, query: NewRecordQuery) -> Result<NewRecordPage, ApiError>;
    /// Saves a record, or a 代录 where a 联络员 writes.
    async fn save(&self, actor: &Actor, form: SaveRecord) -> Result<SavedRecord, ApiError>;
    /// Rows of a book.
    async fn book(&self, actor: &Actor, query: BookQuery) -> Result<BookPage, ApiError>;
    /// One record.
    async fn record(&self, actor: &Actor, query: RecordQuery) -> Result<RecordPage, ApiError>;
    /// Corrects a record; both texts stay.
    async fn correct(&self, actor: &Actor, form: CorrectRecord) -> Result<SavedRecord, ApiError>;
    /// Confirms, refuses or verifies.
    async fn decide(&self, actor: &Actor, form: DecideRecord) -> Result<SavedRecord, ApiError>;
    /// What waits for the viewer.
    async fn todo(&self, actor: &Actor, query: HomeQuery) -> Result<TodoPage, ApiError>;
    /// Confirms or refuses every waiting 代录; returns how many.
    async fn confirm_all(&self, actor: &Actor, form: ConfirmAll) -> Result<u32, ApiError>;
}

/// The leader's home.
#[server(endpoint = "records/home", input = Json)]
pub async fn home(form: HomeQuery) -> Result<HomePage, ApiError> {
    let _ = form;
    let call = Call::current().await?;
    super::call::answer(call.records().home(call.actor()).await)
}

/// The form of 随手记.
#[server(endpoint = "records/new", input = Json)]
pub async fn new_record(form: NewRecordQuery) -> Result<NewRecordPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().new_page(call.actor(), form).await)
}

/// Saves a record from a hydrated page.
#[server(endpoint = "records/save", input = Json)]
pub async fn submit_record(form: SaveRecord) -> Result<SavedRecord, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().save(call.actor(), form).await)
}

/// Rows of a book.
#[server(endpoint = "records/book", input = Json)]
pub async fn book(form: BookQuery) -> Result<BookPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().book(call.actor(), form).await)
}

/// One record.
#[server(endpoint = "records/one", input = Json)]
pub async fn record(form: RecordQuery) -> Result<RecordPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().record(call.actor(), form).await)
}

/// What waits for the viewer.
#[server(endpoint = "records/todo", input = Json)]
pub async fn todo(form: HomeQuery) -> Result<TodoPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.records().todo(call.actor(), form).await)
}
