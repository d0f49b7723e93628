//! 通报: the list and one paper. Plain forms; nothing here decides who may do what.

mod list;
mod one;

pub use list::LettersView;
pub use one::LetterView;
