//! 申请核对: the form and its answer beside a colour or a fact, and the office's list with what waits for the checker.

mod ask;
mod list;

pub use ask::{ask_form, check_lines};
pub use list::ChecksView;
