//! Pages rendered by the bundles. Always complete (`SsrMode::Async`): streamed
//! out-of-order parts would show only their fallbacks without scripts.
//!
//! A render now and then never wakes up again (seen once in some ten thousand: every
//! query answered, no task runnable). A page only reads, so it is simply drawn again.

use std::time::Duration;

use app::{
    routes::Bundle,
    shell::{provide_visitor, shell},
};
use axum::{
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use futures::future::BoxFuture;
use tokio::time::timeout;

use super::{assets, reply};
use crate::App;

/// Longest time for one attempt: a page takes 5 to 50 ms, on a loaded machine a second.
const ATTEMPTS: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(10)];

/// Handler that renders the page of the request with the app of `bundle`.
pub fn render(
    app: &App,
    bundle: Bundle,
) -> impl Fn(Request<Body>) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static {
    let _ = app;
    let handler = leptos_axum::render_app_async_with_context(
        || {
            provide_visitor();
        },
        move || shell(bundle, assets::ALL),
    );
    move |req| {
        let handler = handler.clone();
        Box::pin(async move {
            let (parts, _) = req.into_parts();
            for longest in ATTEMPTS {
                let again = Request::from_parts(parts.clone(), Body::empty());
                if let Ok(response) = timeout(longest, handler(again)).await {
                    return response.into_response();
                }
                tracing::warn!(path = parts.uri.path(), "a page did not finish; drawing it again");
            }
            reply::sorry(StatusCode::SERVICE_UNAVAILABLE, "页面暂时没有打开。请刷新再试；多次不成请联系系统管理员。")
        })
    }
}
