//! People (组织、账号、角色、权限): units, posts, terms, roles and who may do what.

pub mod access;
pub mod appointment;
mod role;
pub mod secrets;
mod unit;

pub use role::{Grant, Role};
pub use unit::{HeadTerm, UnitKind};
