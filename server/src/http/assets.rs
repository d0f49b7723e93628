//! Embedded assets: hashed names, precompressed, kept by browsers for ever.

use app::shell::Assets;
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// The names and addresses of every asset.
pub const ALL: Assets = Assets(embedded::MANIFEST);

/// Address of an asset by its plain name.
pub fn url(name: &str) -> String {
    ALL.url(name)
}

/// The bytes of an asset by its plain name.
pub fn source(name: &str) -> Option<&'static [u8]> {
    let (_, url) = embedded::MANIFEST.iter().find(|(n, _)| *n == name)?;
    embedded::ASSETS.iter().find(|(path, ..)| path == url).map(|(_, _, plain, _)| *plain)
}

/// Are the browser bundles in this build?
pub fn complete() -> bool {
    embedded::MANIFEST.iter().any(|(name, _)| *name == "phone_bg.wasm")
}

/// `GET /pkg/{name}`: an unknown name is a 404, never the page of another build.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("/pkg/{name}");
    let Some((_, kind, plain, brotli)) = embedded::ASSETS.iter().find(|(p, ..)| *p == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|e| e.trim().split(';').next() == Some("br")));
    let packed = takes_brotli && !brotli.is_empty();
    let mut response = Response::new(Body::from(if packed { *brotli } else { *plain }));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    if packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
