//! What the browser may ask of the server: one module per feature with its wire
//! types, its server functions and (on the server) its port trait.
//!
//! Every server function takes one argument `form`, a struct that refuses
//! unknown fields, has an explicit endpoint, and starts with [`Call::current`].

pub mod accountability;
pub mod audit;
pub mod board;
pub mod book;
#[cfg(feature = "ssr")]
mod call;
pub mod drafts;
pub mod duties;
mod error;
pub mod evidence;
pub mod imports;
pub mod oversight;
pub mod people;
pub mod records;
pub mod reminders;
pub mod reviews;
pub mod search;
pub mod settings;

#[cfg(feature = "ssr")]
pub use call::{Backend, Call, Visitor};
pub use error::ApiError;
