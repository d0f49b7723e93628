//! Imports: the upload form that every feature can put on its page, the page for
//! people and 归口表, and the one preview. Plain forms throughout.

mod preview;
mod start;

pub use preview::PreviewView;
pub use start::{StartView, UploadForm};
