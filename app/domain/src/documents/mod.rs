//! 文书: what a document says, without how it looks. Page, A4 print, .docx and .xlsx are renderers
//! of one [`Doc`], so that they cannot differ in content. Refuses layout beyond what the rules of
//! 公文 name: levels of titles, tables, signature lines, page breaks.

mod build;
mod doc;
mod plain;

pub use build::table;
pub use doc::{Align, Block, Cell, Column, Doc, KeyValues, Orientation, Signature, Table};
