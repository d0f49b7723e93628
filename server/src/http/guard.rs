//! The door: every request passes `policy`, every write passes `write`.
//!
//! Leptos server functions by themselves take cross-site and text/plain posts,
//! redirect to any Referer, and ignore unknown fields; this module is why that
//! cannot happen here.

use app::api::{ApiError, Visitor};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Rejection, people::Role};

use tokio::time::timeout;

use super::{
    limits::{FORM_TIME, UPLOAD_TIME},
    live,
    policy::{Entry, FORM_LIMIT, Kind, Policy},
    reply, resume_forms,
};

/// Marks an answer that hides a denial behind a redirect (a form goes back to its page).
#[derive(Debug, Clone, Copy)]
pub struct Denied;

/// The origin of `public_url`, put into every request by the router.
#[derive(Debug, Clone)]
pub struct PublicOrigin(pub String);

/// Checks the caller against the policy of the route.
pub async fn policy(entry: Entry, req: Request, next: Next) -> Response {
    if other_account(&req) {
        return refuse(entry, &ApiError::SignIn);
    }
    let visitor = req.extensions().get::<Visitor>();
    let actor = visitor.and_then(|v| v.actor.as_deref());
    let allowed = match (entry.policy, actor) {
        (Policy::Public, _) | (Policy::SignedIn | Policy::Seat, Some(_)) => true,
        (Policy::Seat, None) if live::claims_seat(req.headers()) => true,
        (Policy::Roles(roles), Some(actor)) => roles.iter().any(|r: &Role| actor.has(*r)),
        (_, None) => {
            return match entry.kind {
                Kind::Page => {
                    let next_path = req.uri().path_and_query().map_or("/", |p| p.as_str());
                    Redirect::to(&format!("/signin?next={}", reply::encode(next_path))).into_response()
                }
                Kind::File | Kind::Form | Kind::Upload => resume_forms::link(entry, &req),
                _ => refuse(entry, &ApiError::SignIn),
            };
        }
    };
    if allowed {
        next.run(req).await
    } else {
        // The same answer as for something that does not exist.
        refuse(entry, &Rejection::NotAllowed.into())
    }
}

/// Checks where a write comes from and what it carries, before anything is read of it.
pub async fn write(entry: Entry, req: Request, next: Next) -> Response {
    let wanted = match entry.kind {
        Kind::Function | Kind::Api | Kind::Replace => "application/json",
        Kind::Upload => "multipart/form-data",
        _ => "application/x-www-form-urlencoded",
    };
    if !content_type(req.headers()).eq_ignore_ascii_case(wanted) {
        return said(entry, StatusCode::UNSUPPORTED_MEDIA_TYPE, "提交的格式不对，没有保存。请从本系统的页面提交。");
    }
    let (mut parts, body) = req.into_parts();
    // Server functions never redirect: without these two there is nothing to redirect to.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let origin = parts.extensions.get::<PublicOrigin>().cloned();
    // No browser sends a token of ours by itself: whoever does, knows it. It must be what lets the
    // caller in, so beside a session's cookie it counts for nothing.
    let only_token = live::bearer(&parts.headers).is_some() && !parts.headers.contains_key(header::COOKIE);
    let same = if only_token && entry.kind.is_open_interface() {
        Some(true)
    } else {
        from_here(&parts.headers, origin.as_ref())
    };
    if same == Some(false) {
        return said(
            entry,
            StatusCode::FORBIDDEN,
            "这次提交不是从本系统的页面发出的，没有保存。请从本系统的页面重新提交。",
        );
    }
    let from_page = origin.as_ref().is_some_and(|o| referred(&parts.headers, o));
    parts.headers.remove(header::REFERER);
    if entry.kind == Kind::Upload {
        // A file is not buffered here; its handler checks the token in the form.
        return match same {
            Some(true) => match timeout(UPLOAD_TIME, next.run(Request::from_parts(parts, body))).await {
                Ok(response) => response,
                Err(_) => said(entry, StatusCode::REQUEST_TIMEOUT, "文件传得太慢，没有保存。请换一个网络再试。"),
            },
            _ => said(entry, StatusCode::FORBIDDEN, "浏览器没有说明提交的来源，没有保存。请换一个浏览器重试。"),
        };
    }
    let too_large = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<usize>().ok())
        .is_some_and(|n| n > entry.limit());
    let read =
        if too_large { Ok(None) } else { timeout(FORM_TIME, to_bytes(body, entry.limit())).await.map(Result::ok) };
    let Ok(bytes) = read else {
        return said(entry, StatusCode::REQUEST_TIMEOUT, "网络太慢，内容没有送到，没有保存。请重试。");
    };
    let Some(bytes) = bytes else {
        return said(entry, StatusCode::PAYLOAD_TOO_LARGE, "提交的内容太大，没有保存。请删减后再提交。");
    };
    if entry.kind == Kind::Function && !only_form(&bytes) {
        return said(
            entry,
            StatusCode::UNPROCESSABLE_ENTITY,
            "提交的内容不完整或格式不对，没有保存。请刷新页面后重试。",
        );
    }
    // A session that ended took its token along. Without one nothing but the question to sign in again can follow.
    let only_asked = from_page
        && entry.kind == Kind::Form
        && entry.needs_session()
        && parts.extensions.get::<Visitor>().is_some_and(|v| v.actor.is_none());
    if same.is_none() && !only_asked {
        let token = parts.extensions.get::<Visitor>().map(|v| v.viewer.form_token.clone()).unwrap_or_default();
        if token.is_empty() || form_token(&bytes) != Some(token) {
            return said(entry, StatusCode::FORBIDDEN, "页面已过期，没有保存。请返回上一页刷新后重新提交。");
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if entry.kind == Kind::Function { honest(response).await } else { response }
}

/// Leptos answers 500 for arguments that do not parse; the error in the body knows better.
async fn honest(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, FORM_LIMIT).await.unwrap_or_default();
    let told = serde_json::from_slice::<ApiError>(&bytes).unwrap_or(ApiError::Unavailable);
    parts.status = StatusCode::from_u16(told.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::from_parts(parts, Body::from(bytes))
}

/// Did the request come from our own pages? `None` when the browser does not say.
fn from_here(headers: &HeaderMap, origin: Option<&PublicOrigin>) -> Option<bool> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return Some(site == "same-origin");
    }
    let said = headers.get(header::ORIGIN)?;
    Some(origin.is_some_and(|o| said == o.0.as_str()))
}

/// Does the Referer name a page of ours? No page of another house can make a browser say so.
fn referred(headers: &HeaderMap, origin: &PublicOrigin) -> bool {
    let said = headers.get(header::REFERER).and_then(|v| v.to_str().ok());
    said.and_then(|v| v.strip_prefix(origin.0.as_str())).is_some_and(|path| path.starts_with('/'))
}

/// Is this from a page of another account than the one signed in now (a forgotten tab on a
/// shared device)? What the outbox kept of one person must not enter the book of another.
fn other_account(req: &Request) -> bool {
    let Some(said) = req.headers().get("x-wuze-account") else { return false };
    req.extensions().get::<Visitor>().is_none_or(|v| said != v.viewer.account.as_str())
}

fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .unwrap_or("")
        .trim()
}

/// A server function takes exactly one argument, `form`; anything beside it is an attack or a mistake.
fn only_form(bytes: &[u8]) -> bool {
    let parsed: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(bytes);
    parsed.is_ok_and(|map| map.len() == 1 && map.get("form").is_some_and(serde_json::Value::is_object))
}

fn form_token(bytes: &[u8]) -> Option<String> {
    super::fields::pairs(bytes).into_iter().find(|(name, _)| name == "_token").map(|(_, value)| value)
}

fn refuse(entry: Entry, error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match entry.kind {
        Kind::Function => (status, reply::json_error(error)).into_response(),
        kind if kind.is_open_interface() => live::sorry(status, &error.to_string(), None),
        Kind::Page if status == StatusCode::NOT_FOUND => {
            reply::sorry(status, "没有找到这个页面。地址可能写错了，或内容不在您的查看范围。")
        }
        _ => reply::sorry(status, &error.to_string()),
    }
}

fn said(entry: Entry, status: StatusCode, words: &str) -> Response {
    match entry.kind {
        Kind::Function => (status, reply::json_error(&Rejection::state(words).into())).into_response(),
        kind if kind.is_open_interface() => live::sorry(status, words, None),
        _ => reply::sorry(status, words),
    }
}

/// Headers of every answer. Pages and data are never kept by a cache (B12).
pub async fn headers(req: Request, next: Next) -> Response {
    let secure = req.extensions().get::<PublicOrigin>().is_some_and(|o| o.0.starts_with("https:"));
    // TRACE and friends never reach a handler.
    if !matches!(*req.method(), Method::GET | Method::HEAD | Method::POST | Method::PUT) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut response = next.run(req).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}
