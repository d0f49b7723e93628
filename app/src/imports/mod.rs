//! Imports: the upload form that every feature can put on its page, the page for
//! people and 归口表, and the one preview. Plain forms throughout.

mod preview;
mod start;

pub use preview::PreviewView;
pub use start::{StartView, UploadForm};

use leptos_router::params::ParamsMap;

/// 「已导入：新增 n、更新 n、跳过 n」 from the address that a commit leads to.
pub(crate) fn counted(query: &ParamsMap) -> Option<String> {
    let n = |name: &str| query.get(name).and_then(|n| n.parse::<u32>().ok());
    let (new, updated, skipped) = (n("new")?, n("updated")?, n("skipped")?);
    Some(format!("已导入：新增 {new}、更新 {updated}、跳过 {skipped}。"))
}
