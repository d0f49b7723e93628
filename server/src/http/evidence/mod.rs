//! 佐证材料 over HTTP: pieces of an upload, the plain forms, files and thumbnails. Refuses to serve
//! anything as a page: pictures only as we encoded them, everything else to be saved.

mod reuse;
mod send;
mod serve;
mod sip;

use super::policy::{Builder, Kind, Policy};

/// Adds the routes.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/evidence/begin", Policy::SignedIn, send::begin)
        .upload("/evidence/piece", Policy::SignedIn, send::piece)
        .form("/evidence/finish", Policy::SignedIn, send::finish)
        .upload("/evidence/add", Policy::SignedIn, send::add)
        .get(Kind::Page, "/records/{id}/evidence", Policy::SignedIn, reuse::shelf)
        .form("/evidence/link", Policy::SignedIn, reuse::link)
        .form("/evidence/withdraw", Policy::SignedIn, send::withdraw)
        .get(Kind::File, "/evidence/{id}", Policy::SignedIn, serve::file)
        .get(Kind::File, "/evidence/{id}/thumb", Policy::SignedIn, serve::thumb)
}
