//! Pages rendered by the bundles. Always complete (`SsrMode::Async`): streamed
//! out-of-order parts would show only their fallbacks without scripts.

use std::time::Duration;

use app::{
    api::{Visitor, records::HomeQuery},
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

/// Longest time for a page. It takes 5 to 50 ms, on a loaded machine a second; waiting for a
/// connection of the database gives up earlier by itself.
const LONGEST: Duration = Duration::from_secs(20);

/// Handler that renders the page of the request with the app of `bundle`.
pub fn render(
    app: &App,
    bundle: Bundle,
) -> impl Fn(Request<Body>) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static {
    let _ = app;
    let phone = matches!(bundle, Bundle::Phone | Bundle::Book | Bundle::Sheet);
    let handler = leptos_axum::render_app_async_with_context(
        || {
            provide_visitor();
        },
        move || shell(bundle, assets::ALL),
    );
    move |mut req| {
        let path = req.uri().path().to_owned();
        let handler = handler.clone();
        Box::pin(async move {
            count_todo(&mut req, phone).await;
            let drawn = timeout(LONGEST, handler(req));
            if let Ok(response) = drawn.await {
                return response.into_response();
            }
            tracing::error!(path, "a page did not finish");
            reply::sorry(StatusCode::SERVICE_UNAVAILABLE, "页面暂时没有打开。请刷新再试；多次不成请联系系统管理员。")
        })
    }
}

/// Counts what waits for the viewer, for the menu of the office. A page without the count is better
/// than no page, so that a failure only leaves it out.
async fn count_todo(req: &mut Request<Body>, phone: bool) {
    let Some(visitor) = req.extensions_mut().get_mut::<Visitor>() else { return };
    // Whoever is at home on the phone has no such menu there.
    if phone && visitor.viewer.on_phone_pages() {
        return;
    }
    let (Some(actor), backend) = (visitor.actor.clone(), visitor.backend.clone()) else { return };
    if let Ok(page) = backend.records().todo(&actor, HomeQuery::default()).await {
        visitor.viewer.todo = u32::try_from(page.rows.len()).ok();
    }
}
