//! 文书 drawn: one [`Doc`] as page, A4 print page, .docx and .xlsx. Owns layout and file formats.
//! Refuses content: not a word is added that the description does not hold, but for page numbers
//! and empty places to sign. Fonts go by name; nothing is embedded.

mod docx;
mod page;
mod print;
pub mod template;
#[cfg(test)]
mod tests;
mod xlsx;

use app::api::ApiError;
use domain::documents::Doc;
use tokio::sync::Semaphore;

pub use docx::docx;
pub use page::html;
pub use print::sheet;
pub use xlsx::xlsx;

/// In which form a document is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For the screen.
    Page,
    /// A4, to be printed from the browser.
    Print,
    /// .docx for WPS and Word.
    Docx,
    /// .xlsx.
    Xlsx,
}

impl Form {
    /// The form of a URL's last word.
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "page" => Self::Page,
            "print" => Self::Print,
            "docx" => Self::Docx,
            "xlsx" => Self::Xlsx,
            _ => return None,
        })
    }
}

/// Documents drawn at once. Each takes up to a second of a core and some tens of megabytes; a press of
/// many hands on 「下载」 must not take the machine from those who write records.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// Draws a document off the request threads: it is CPU work, up to a second for a whole book.
///
/// # Errors
/// The drawing itself failed, which only a fault of ours can cause.
pub async fn drawn(doc: Doc, form: Form) -> Result<Vec<u8>, ApiError> {
    off_thread(move || as_form(&doc, form)).await
}

/// Makes a file off the request threads, a few at once.
///
/// # Errors
/// `make` gave nothing.
pub async fn off_thread<T, F>(make: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    F: FnOnce() -> Option<T> + Send + 'static,
{
    let Ok(_turn) = DRAWING.acquire().await else { return Err(ApiError::Unavailable) };
    let Ok(Some(made)) = tokio::task::spawn_blocking(make).await else {
        tracing::error!("a document was not drawn");
        return Err(ApiError::Unavailable);
    };
    Ok(made)
}

/// The document in a form; `None` where it could not be drawn.
pub fn as_form(doc: &Doc, form: Form) -> Option<Vec<u8>> {
    match form {
        Form::Page => Some(html(doc).into_bytes()),
        Form::Print => Some(sheet(doc).into_bytes()),
        Form::Docx => docx(doc).ok(),
        Form::Xlsx => xlsx(doc).ok(),
    }
}
