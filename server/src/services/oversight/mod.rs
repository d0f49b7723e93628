//! 督责: registered readings of a book (翻阅检查) and the statutory 调取. A reading opens a book to
//! named persons on its days and to nobody else; what both signed never changes; a 调取 is taken
//! offline by two persons and is no reading.

mod about;
mod again;
mod choose;
mod ending;
mod finish;
mod formers;
mod here;
mod hits;
mod in_book;
mod list;
mod look;
mod owing;
mod page;
mod propose;
mod register;
mod remark;
mod second;
mod sheet;
mod sight;
mod signing;
mod store;
mod taking;
mod tap;
mod todo;
mod turned;
mod unmatch;

use app::api::{
    ApiError,
    oversight::{Oversight, ReadingPage, ReadingQuery, ReadingsPage, ReadingsQuery, TakingsPage, TakingsQuery},
};
use async_trait::async_trait;
use domain::people::access::Actor;

use super::Services;

pub use finish::{Do, Step};
pub use look::Look;
pub use register::Register;
pub use remark::{About, NewRemark, RemarkStep};
pub use taking::{Ask, Decide, Taken, Verdict};
pub use unmatch::Unmatch;

pub(crate) use finish::step as step_quietly;
pub(in crate::services) use hits::refuted;
pub(in crate::services) use in_book::book_remarks;
pub(in crate::services) use propose::place_of;
pub(crate) use register::{candidates, checked, register_all};
pub(crate) use remark::{step as remark_quietly, write as write_quietly};
pub(in crate::services) use sight::{reading_of, running};
pub(in crate::services) use store::facts;
pub(crate) use store::{Sampled, has_records};

/// Form of the drafts of the registration.
pub const REGISTER: &str = "oversight.register";
/// Form of the drafts of one reading.
pub const SHEET: &str = "oversight.step";
/// Form of the drafts of remarks.
pub const REMARK: &str = "oversight.remark";
/// Form of the drafts of 调取.
pub const TAKING: &str = "oversight.taking";

#[async_trait]
impl Oversight for Services {
    async fn readings(&self, actor: &Actor, query: ReadingsQuery) -> Result<ReadingsPage, ApiError> {
        self.readings_page(actor, query).await
    }

    async fn reading(&self, actor: &Actor, query: ReadingQuery) -> Result<ReadingPage, ApiError> {
        self.reading_page(actor, query).await
    }

    async fn takings(&self, actor: &Actor, query: TakingsQuery) -> Result<TakingsPage, ApiError> {
        self.takings_page(actor, query).await
    }
}
