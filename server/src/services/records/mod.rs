//! 履责: the record book. Append-only: a correction keeps both texts, a page number
//! is given once, and what a 联络员 drafts counts only when the head confirms it.

mod book;
pub(crate) mod closing;
pub(crate) mod correct;
pub(crate) mod decide;
mod home;
mod looks;
pub mod offline;
mod one;
mod opened;
pub mod papers;
mod proxy;
pub(crate) mod reach;
mod rules;
mod save;
pub(crate) mod ticks;
mod todo;
mod turn;
mod year_book;

pub(in crate::services) use book::{Seen, hidden, read_row, shown_in_outline};
pub(in crate::services) use looks::Look;
pub(in crate::services) use one::Past;
pub(crate) use opened::Book;
pub(crate) use reach::Reach;
pub(in crate::services) use rules::{RecordRules, of as record_rules};
pub use save::Writing;
pub(crate) use save::{Into, save_quietly};

use app::api::{
    ApiError,
    records::{
        BookPage, BookQuery, ConfirmAll, CorrectRecord, DecideRecord, HomePage, HomeQuery, NewRecordPage,
        NewRecordQuery, RecordPage, RecordQuery, Records, SaveRecord, SavedRecord, TodoPage,
    },
};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::PostId,
    people::{
        Role,
        access::{self, Actor},
    },
    time::Day,
};

use super::{
    Services,
    posts::{self, PostInfo},
    storage,
};
use crate::storage::StorageError;

#[async_trait]
impl Records for Services {
    async fn home(&self, actor: &Actor) -> Result<HomePage, ApiError> {
        self.home_page(actor).await
    }

    async fn new_page(&self, actor: &Actor, query: NewRecordQuery) -> Result<NewRecordPage, ApiError> {
        self.new_record_page(actor, query).await
    }

    async fn save(&self, actor: &Actor, form: SaveRecord) -> Result<SavedRecord, ApiError> {
        self.save_record(actor, form).await
    }

    async fn book(&self, actor: &Actor, query: BookQuery) -> Result<BookPage, ApiError> {
        self.book_page(actor, query).await
    }

    async fn record(&self, actor: &Actor, query: RecordQuery) -> Result<RecordPage, ApiError> {
        self.record_page(actor, query).await
    }

    async fn correct(&self, actor: &Actor, form: CorrectRecord) -> Result<SavedRecord, ApiError> {
        self.correct_record(actor, form).await
    }

    async fn decide(&self, actor: &Actor, form: DecideRecord) -> Result<SavedRecord, ApiError> {
        self.decide_record(actor, form).await
    }

    async fn todo(&self, actor: &Actor, query: HomeQuery) -> Result<TodoPage, ApiError> {
        self.todo_page(actor, query).await
    }

    async fn confirm_all(&self, actor: &Actor, form: ConfirmAll) -> Result<u32, ApiError> {
        self.confirm_all_records(actor, form).await
    }
}

impl Services {
    /// The posts whose books the actor works in, the chosen one first: his own head posts, or without any the
    /// head posts that he drafts for as 联络员.
    pub(in crate::services) async fn own_posts(&self, actor: &Actor) -> Result<Vec<PostId>, StorageError> {
        if let Some(term) = actor.term() {
            let others = actor.terms.iter().map(|t| t.post).filter(|post| *post != term.post);
            return Ok(std::iter::once(term.post).chain(others).collect());
        }
        posts::worked_for(&mut self.store.read().clone(), actor, &[Role::Liaison], self.today()).await
    }

    /// The post whose book the actor works in: the chosen head post, or the chosen one of
    /// those that a 联络员 drafts for.
    pub(super) async fn own_post(&self, actor: &Actor) -> Result<PostInfo, ApiError> {
        let today = self.today();
        if let Some(term) = actor.term() {
            return self.post_info(actor, term.post, today).await;
        }
        if !actor.has(Role::Liaison) {
            return Err(Rejection::NotAllowed.into());
        }
        let post = self.own_posts(actor).await.map_err(storage)?.first().copied();
        let none = || {
            Rejection::state("目前没有需要您代录的记录本，区委主要负责人的记录本由本人记录。有事项要办的，请看“待办”。")
        };
        self.post_info(actor, post.ok_or_else(none)?, today).await
    }

    /// A post of the actor's district.
    pub(in crate::services) async fn post_info(
        &self,
        actor: &Actor,
        post: PostId,
        today: Day,
    ) -> Result<PostInfo, ApiError> {
        let mut read = self.store.read().clone();
        let info = posts::post(&mut read, actor.district, post, today).await.map_err(storage)?;
        info.ok_or_else(|| Rejection::NotFound.into())
    }

    /// Does the actor write into this book himself, or draft for its head?
    pub(super) fn writes(actor: &Actor, info: &PostInfo) -> Result<Writing, Rejection> {
        if let Ok(proof) = access::write_record(actor, info.post) {
            return Ok(Writing::Head(proof));
        }
        access::draft_record(actor, info.access()).map(Writing::Proxy)
    }
}
