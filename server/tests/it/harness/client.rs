//! A browser, as far as the server can tell: cookies, forms, server functions.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt as _;

/// Longest time for one answer; the slowest take a second on a loaded machine.
const LONGEST: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

/// A browser with a cookie jar. Sends `Sec-Fetch-Site: same-origin` unless told otherwise.
#[derive(Clone)]
pub struct Client {
    router: Router,
    origin: String,
    pub cookies: Vec<(String, String)>,
    pub site: Option<&'static str>,
}

impl Client {
    pub fn new(router: Router, origin: String) -> Self {
        Self { router, origin, cookies: Vec::new(), site: Some("same-origin") }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        let request = Request::builder().method(Method::GET).uri(path).header(header::ACCEPT, "text/html");
        self.send(request, Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = encode(fields);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Calls a server function with its one argument.
    pub async fn call(&mut self, path: &str, form: Value) -> Reply {
        let body = serde_json::json!({ "form": form }).to_string();
        let request =
            Request::builder().method(Method::POST).uri(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body)).await
    }

    /// A file upload with its fields.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], name: &str, file: &[u8]) -> Reply {
        let mark = "----wuze-test";
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!("--{mark}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        body.extend(
            format!("--{mark}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .into_bytes(),
        );
        body.extend_from_slice(file);
        body.extend(format!("\r\n--{mark}--\r\n").into_bytes());
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={mark}"));
        self.send(request, Body::from(body)).await
    }

    /// Sends any request with the jar's cookies and keeps the cookies of the answer.
    pub async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Reply {
        if let Some(site) = self.site {
            request = request.header("sec-fetch-site", site).header(header::ORIGIN, self.origin.clone());
        }
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(header::COOKIE, jar.join("; "));
        }
        let request = request.body(body).unwrap();
        let what = format!("{} {}", request.method(), request.uri());
        // A request that never wakes up again fails by name instead of holding the whole suite.
        let response = timeout(LONGEST, self.router.clone().oneshot(request))
            .await
            .unwrap_or_else(|_| panic!("{what} did not finish"))
            .unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or("");
            self.cookies.retain(|(n, _)| n != name);
            if !value.is_empty() && !text.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = to_bytes(response.into_body(), 64 * 1024 * 1024).await.unwrap().to_vec();
        Reply { status, headers, body }
    }
}

/// URL-encodes fields; repeated names stay repeated.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v))).collect::<Vec<_>>().join("&")
}
