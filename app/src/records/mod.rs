//! Pages of 履责: the leader's home, 随手记, the book, one record.

mod book;
mod chips;
mod details;
mod entry;
mod home;
mod one;
mod own;
mod todo;

pub use book::BookView;
pub(crate) use book::tags;
pub use entry::NewRecordView;
pub use home::HomeView;
pub use one::RecordView;
pub use todo::TodoView;
