//! 容错纠错 and 澄清正名: the desk, one case, one 澄清. Plain forms; nothing here decides who may do what.

mod case;
mod clear;
mod list;

pub use case::CaseView;
pub use clear::ClearView;
pub use list::DeskView;
