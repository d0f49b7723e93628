//! Pages of the 履责画像: the own one and those that somebody oversees are the same sheet; the list of the latter.

mod facts;
mod list;
mod sheet;
mod tables;

pub use list::PortraitsView;
pub use sheet::{OverseenView, OwnView};
pub use tables::figures;
