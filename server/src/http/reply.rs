//! Plain answers: a page that says what happened, redirects that stay here, JSON errors.

use app::api::ApiError;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::http::assets;

/// A page without scripts that says what happened and how to go on. Never echoes input.
pub fn sorry(status: StatusCode, words: &str) -> Response {
    // Nothing was tried where nothing is there.
    let heading = if status == StatusCode::NOT_FOUND { "没有找到" } else { "没有办成" };
    told(status, heading, words, ("/", "回到首页"))
}

/// As [`sorry`], for whom there is no live session: leads through the door to `next`, a path of ours.
pub fn sign_in_again(heading: &str, words: &str, next: &str) -> Response {
    told(StatusCode::UNAUTHORIZED, heading, words, (&format!("/signin?next={}", encode(next)), "重新登录"))
}

fn told(status: StatusCode, heading: &str, words: &str, (link, label): (&str, &str)) -> Response {
    let body = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>五责链</title>\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main class=\"main\" id=\"main\">\
         <div class=\"result warn\"><h1>{}</h1><p>{}</p>\
         <div class=\"actions\"><a class=\"btn primary\" href=\"{}\">{label}</a></div></div></main></body></html>",
        assets::url("main.css"),
        escape(heading),
        escape(words),
        escape(link),
    );
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], body).into_response()
}

/// The status of an error.
pub fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}

/// A page that says what an error says, where no form takes it back.
pub fn refused(error: &ApiError) -> Response {
    sorry(status(error), &error.to_string())
}

/// An error as a server function sends it.
pub fn json_error(error: &ApiError) -> Json<ApiError> {
    Json(error.clone())
}

/// 303 to a path of ours; anything else leads home (no open redirects).
pub fn to(path: &str) -> Response {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n', '\t'])
        && HeaderValue::from_str(path).is_ok();
    Redirect::to(if ours { path } else { "/" }).into_response()
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Percent-encodes text for a query value.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&format!("{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_not_there_is_called_so() {
        for (status, heading) in [(StatusCode::NOT_FOUND, "没有找到"), (StatusCode::FORBIDDEN, "没有办成")] {
            let body = axum::body::to_bytes(sorry(status, "请核对。").into_body(), 10_000).await.unwrap();
            let text = String::from_utf8(body.to_vec()).unwrap();
            assert!(text.contains(&format!("<h1>{heading}</h1>")), "{text}");
        }
    }

    #[test]
    fn redirects_never_leave() {
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nSet-Cookie: x=1"] {
            assert_eq!(to(bad).headers()[header::LOCATION], "/");
        }
        assert_eq!(to("/board?year=2026").headers()[header::LOCATION], "/board?year=2026");
    }
}
