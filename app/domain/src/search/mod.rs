//! 搜索: how Chinese text is cut for an index that has no word list, what a query means, and
//! which of an index's documents a reader may match by which of their words. Pure: makes tokens
//! and expressions over them. Refuses storage; the two databases' query languages are the server's.

mod doc;
mod expr;
mod fold;
mod query;
mod snippet;
mod spelling;
mod tokens;

pub use doc::{Doc, Mark, Outlook, Reach};
pub use expr::Expr;
pub use fold::fold;
pub use query::{Meta, QUERY_MAX, WORDS_MAX, Word, month_mark, words};
pub use snippet::{Piece, snippet};
pub use spelling::{Spelling, is_spelt};
pub use tokens::text_tokens;
