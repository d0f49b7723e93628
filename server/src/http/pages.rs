//! Pages rendered by the bundles. Always complete (`SsrMode::Async`): streamed
//! out-of-order parts would show only their fallbacks without scripts.

use app::{
    routes::Bundle,
    shell::{provide_visitor, shell},
};
use axum::{body::Body, extract::Request, response::Response};
use futures::future::BoxFuture;

use super::assets;
use crate::App;

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
        let answer = handler(req);
        Box::pin(answer)
    }
}
