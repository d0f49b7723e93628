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
pub mod chain;
pub mod checks;
pub mod drafts;
pub mod duties;
mod error;
pub mod evidence;
pub mod imports;
pub mod letters;
pub mod numbers;
pub mod oversight;
pub mod overview;
pub mod people;
pub mod portrait;
pub mod records;
pub mod relief;
pub mod reminders;
pub mod reports;
pub mod reviews;
pub mod rules;
pub mod search;
pub mod season;
pub mod settings;
pub mod tolerance;
pub mod talks;
pub mod warnings;

#[cfg(feature = "ssr")]
pub use call::{Backend, Call, Visitor};
pub use error::ApiError;
