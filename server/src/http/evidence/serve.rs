//! What goes out. Pictures are ours and may be looked at; documents are saved. A sandbox without
//! anything allowed stands around both, and no cache keeps them.

use std::io::SeekFrom;

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::evidence::Kind;
use futures::stream;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use super::super::{posted::actor, reply};
use crate::{
    App,
    services::{evidence::Opened, parse},
};

/// Bytes read at once.
const STEP: usize = 64 * 1024;
/// Nothing in the file may run, load or send anything, however it is opened.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// `GET /evidence/{id}`.
pub async fn file(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Response> {
    let opened = opened(&app, &visitor, &id).await?;
    let path = app.services().evidence_files().file(&opened.hash);
    let file = File::open(&path).await.map_err(|e| lost(&e, &opened))?;
    let size = file.metadata().await.map_err(|e| lost(&e, &opened))?.len();
    let way = if opened.kind.is_picture() { "inline" } else { "attachment" };
    let name = format!("{way}; filename=\"evidence.{}\"; filename*=UTF-8''{}", opened.kind.key(), name(&opened.name));
    let mut response = match range(&asked, &opened.hash, size) {
        Some((from, to)) => {
            let mut part = streamed(file, from, to - from + 1).await.map_err(|e| lost(&e, &opened))?;
            *part.status_mut() = StatusCode::PARTIAL_CONTENT;
            insert(&mut part, header::CONTENT_RANGE, &format!("bytes {from}-{to}/{size}"));
            part
        }
        None => streamed(file, 0, size).await.map_err(|e| lost(&e, &opened))?,
    };
    insert(&mut response, header::CONTENT_DISPOSITION, &name);
    insert(&mut response, header::ETAG, &format!("\"{}\"", opened.hash));
    insert(&mut response, header::ACCEPT_RANGES, "bytes");
    Ok(guarded(response, opened.kind.mime()))
}

/// `GET /evidence/{id}/thumb`: a small JPEG, for pictures only.
pub async fn thumb(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let opened = opened(&app, &visitor, &id).await?;
    if !opened.kind.is_picture() {
        return Err(reply::refused(&domain::Rejection::NotFound.into()));
    }
    let path = app.services().evidence_files().thumb(&opened.hash);
    let bytes = tokio::fs::read(&path).await.map_err(|e| lost(&e, &opened))?;
    Ok(guarded(Body::from(bytes).into_response(), Kind::Jpeg.mime()))
}

async fn opened(app: &App, visitor: &Visitor, id: &str) -> Result<Opened, Response> {
    let actor = actor(visitor)?;
    let found = async { app.services().evidence_file(&actor, parse(id)?).await };
    found.await.map_err(|e| reply::refused(&e))
}

/// A row without its file: the operator must know, the person only that it is not there now.
fn lost(e: &std::io::Error, opened: &Opened) -> Response {
    tracing::error!(error = %e, hash = opened.hash, "a file of evidence cannot be read");
    reply::refused(&ApiError::Unavailable)
}

fn insert(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn guarded(mut response: Response, kind: &'static str) -> Response {
    insert(&mut response, header::CONTENT_TYPE, kind);
    insert(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    insert(&mut response, header::CACHE_CONTROL, "private, no-store");
    insert(&mut response, header::HeaderName::from_static("x-download-options"), "noopen");
    response
}

/// RFC 5987: everything but letters, digits and a few signs as bytes.
fn name(text: &str) -> String {
    reply::encode(text).replace('/', "%2F")
}

/// The part that was asked for: one range, of the file as it is.
fn range(asked: &HeaderMap, hash: &str, size: u64) -> Option<(u64, u64)> {
    let said = |name: header::HeaderName| asked.get(name).and_then(|v| v.to_str().ok());
    if said(header::IF_RANGE).is_some_and(|tag| tag.trim_matches('"') != hash) {
        return None;
    }
    let (from, to) = said(header::RANGE)?.strip_prefix("bytes=")?.split_once('-')?;
    let last = size.checked_sub(1)?;
    let (from, to) = if from.is_empty() {
        (size.saturating_sub(to.parse().ok()?), last)
    } else {
        (from.parse().ok()?, if to.is_empty() { last } else { to.parse::<u64>().ok()?.min(last) })
    };
    (from <= to).then_some((from, to))
}

/// `len` bytes from `from`, a piece at a time.
async fn streamed(mut file: File, from: u64, len: u64) -> std::io::Result<Response> {
    if from > 0 {
        file.seek(SeekFrom::Start(from)).await?;
    }
    let pieces = stream::try_unfold((file, len), |(mut file, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let want = usize::try_from(left).unwrap_or(STEP).min(STEP);
        let mut piece = vec![0; want];
        let n = file.read(&mut piece).await?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        piece.truncate(n);
        let left = left - u64::try_from(n).unwrap_or(left);
        Ok(Some((Bytes::from(piece), (file, left))))
    });
    let mut response = Body::from_stream(pieces).into_response();
    insert(&mut response, header::CONTENT_LENGTH, &len.to_string());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &str) -> HeaderMap {
        [(header::RANGE, HeaderValue::from_str(value).unwrap())].into_iter().collect()
    }

    #[test]
    fn one_range_or_the_whole() {
        let table = [
            ("bytes=0-9", Some((0, 9))),
            ("bytes=90-", Some((90, 99))),
            ("bytes=90-500", Some((90, 99))),
            ("bytes=-10", Some((90, 99))),
            ("bytes=-500", Some((0, 99))),
            ("bytes=100-", None),
            ("bytes=9-3", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("bytes=x-", None),
            ("bytes=-0", None),
        ];
        for (value, expected) in table {
            assert_eq!(range(&asked(value), "h", 100), expected, "{value}");
        }
        assert_eq!(range(&asked("bytes=0-0"), "h", 0), None);
        let mut other = asked("bytes=0-9");
        other.insert(header::IF_RANGE, HeaderValue::from_static("\"another\""));
        assert_eq!(range(&other, "h", 100), None);
    }

    #[test]
    fn names_are_written_in_ascii() {
        assert_eq!(name("照片 a/b.jpg"), "%E7%85%A7%E7%89%87%20a%2Fb.jpg");
    }
}
