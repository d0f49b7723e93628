//! A document as an A4 sheet after GB/T 9704: 版心 156 × 225 mm, 3号仿宋, 22 lines of 28 characters,
//! page numbers right on odd pages and left on even ones (where the browser has margin boxes).
//! The rules stand in style/paper.css.

use domain::documents::Doc;

use super::page::article;

/// The document as a printed page.
pub fn sheet(doc: &Doc) -> String {
    format!("<main id=\"main\">{}</main>", article(doc, "print-page paper"))
}
