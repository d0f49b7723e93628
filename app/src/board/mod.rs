//! Pages of the board (五责链看板).

mod drawer;
mod table;
mod view;

pub use view::BoardView;
pub(crate) use view::escape;
