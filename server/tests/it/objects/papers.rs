//! Rows of the table for papers: the book as a document, reports drafted from it, templates.

use super::{
    table::{Ask, form, get},
    world::Ids,
};

/// Those who read the school's book, in full or as an outline.
const BOOK: [&str; 7] = ["leader_b", "liaison_b", "team", "office", "office2", "deputy", "secretary"];
/// Those who read the book of the 区委书记.
const LEADING: [&str; 2] = ["district_head", "secretary"];
/// Those who draft the school's reports.
const DRAFTS: [&str; 2] = ["leader_b", "liaison_b"];
const NOBODY: [&str; 0] = [];

/// Requests about the papers of a book; `None` for paths of other features.
pub fn asks(path: &str, of: &Ids) -> Option<Vec<Ask>> {
    let (post, leading) = (&of.post, &of.leading);
    let about = [("post", post.as_str()), ("year", "2026"), ("kind", "conduct")];
    Some(match path {
        "/documents/{what}/{id}/{year}/{form}" => vec![
            get(format!("/documents/book/{post}/2026/page"), &BOOK),
            get(format!("/documents/book/{post}/2026/docx?kind=talk"), &BOOK),
            get(format!("/documents/remarks/{post}/2026/page"), &BOOK),
            get(format!("/documents/book/{leading}/2026/page"), &LEADING),
            get(format!("/documents/annual/{post}/2026/page"), &DRAFTS),
            get(format!("/documents/conduct/{post}/2026/docx"), &DRAFTS),
        ],
        "/papers" => vec![get(format!("/papers?post={post}"), &BOOK), get(format!("/papers?post={leading}"), &LEADING)],
        "/papers/{kind}/{post}/{year}" => vec![get(format!("/papers/annual/{post}/2026"), &DRAFTS)],
        "/papers/draw" => vec![form(&about, &DRAFTS)],
        "/papers/save" => {
            let fields = [&about[..], &[("seen.clean", "999.0"), ("text.clean", "别人改的")]].concat();
            vec![form(&fields, &NOBODY).seen_by(&DRAFTS)]
        }
        "/papers/take" => {
            let fields = [&about[..], &[("meeting", of.meeting.as_str()), ("presenter", &of.presenter)]].concat();
            vec![form(&fields, &DRAFTS)]
        }
        // The office's own page; a draft is the writer's.
        "/papers/templates" => vec![get(format!("/papers/templates?draft={}", of.draft), &NOBODY)],
        "/papers/templates/{paper}/{which}" | "/papers/templates/put" | "/papers/templates/remove" => Vec::new(),
        _ => return None,
    })
}
