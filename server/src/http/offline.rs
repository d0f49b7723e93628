//! What a device needs to open without a network: the worker's script and the page it shows then.
//! Both are the same for everybody and name nobody; the person's own year is put into the page on
//! the device (`public/year.js`), and so is a sheet that its reader keeps (`public/sheets.js`). Refuses to
//! hand out anything that depends on a session.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::records::RecordKind;
use sha2::{Digest as _, Sha256};

use super::{
    assets,
    policy::{Builder, Kind, Policy},
};

/// The page, with `{NAME}` for the address of an asset and `{kinds}` for the chips.
const PAGE: &str = include_str!("offline.html");
/// Assets that the page needs; the worker keeps these and the page, and nothing else.
const SHELL: [&str; 8] =
    ["drafts.js", "icon.svg", "kept.js", "main.css", "onsite.js", "outbox.js", "sheets.js", "year.js"];
/// Our own scripts, nothing inline: a kept page cannot carry a nonce.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The worker asks for what pages ask for, and nothing else. Without a policy of its own it would get the
/// one of plain answers, under which it may not ask for anything.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'";

/// Adds the routes.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/offline", Policy::Public, offline).get(Kind::File, "/worker.js", Policy::Public, worker)
}

/// The page as HTML.
fn page() -> String {
    let kinds = RecordKind::ALL.iter().fold(String::new(), |mut out, kind| {
        let _ = write!(
            out,
            "<label class=\"chip\"><input type=\"radio\" name=\"kind\" value=\"{}\"><span>{}</span></label>",
            kind.key(),
            kind.label()
        );
        out
    });
    let html = PAGE.replace("{kinds}", &kinds);
    SHELL.iter().fold(html, |html, name| html.replace(&format!("{{{name}}}"), &assets::url(name)))
}

/// `GET /offline`.
async fn offline() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (headers, page()).into_response()
}

/// `GET /worker.js`: the script with the build it belongs to, so that browsers take a new build for
/// a new worker and an unchanged one for the same.
async fn worker() -> Response {
    let Some(script) = assets::source("worker.js") else { return StatusCode::NOT_FOUND.into_response() };
    let page = page();
    let build = build(&page, script);
    let shell: Vec<String> = SHELL.iter().map(|name| assets::url(name)).collect();
    let told = serde_json::json!({ "build": build, "shell": shell });
    let mut body = format!("self.wuze = {told};\n").into_bytes();
    body.extend_from_slice(script);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY)),
    ];
    (headers, body).into_response()
}

/// Names a build by what the worker keeps: the page holds the hashed address of every asset.
fn build(page: &str, script: &[u8]) -> String {
    let hash = Sha256::new().chain_update(page).chain_update(script).finalize();
    hash.iter().take(6).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_kind_and_no_gap() {
        let page = page();
        assert!(!page.contains('{'), "a name without an asset: {page}");
        for kind in RecordKind::ALL {
            assert!(page.contains(kind.label()) && page.contains(kind.key()));
        }
        // The few fields of a kind follow later, and the form says so (they may be added to a record at any time).
        assert!(page.contains("送出后打开这条记录再补"));
        assert!(!page.contains("<script>") && !page.contains("style="), "its policy forbids inline code");
    }

    #[test]
    fn another_page_or_script_is_another_build() {
        assert_eq!(build("a", b"b"), build("a", b"b"));
        assert_ne!(build("a", b"b"), build("a2", b"b"));
        assert_ne!(build("a", b"b"), build("a", b"b2"));
    }
}
