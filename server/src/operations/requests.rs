//! Around every request: its number, one log line, the counters. Where a TLS proxy
//! is the only one to talk to us, refuses everybody else. Never logs a query
//! string, a body, an id in a path, or anything at all of a ballot.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tracing::Instrument as _;

use super::metrics::Metrics;
use crate::{
    config::Settings,
    http::{
        accept::Peer,
        policy::{Entry, Kind},
    },
    random,
};

/// Routes whose use must leave no trace: a line or a count beside a time would tell who voted when.
/// The seat's page is among them: a browser without scripts comes back to it with every ballot.
const UNSEEN: (&str, &str) = ("/ballot", "/room/");
/// Header that carries the number of a request, for the one who asks why.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the middleware needs.
pub struct Requests {
    metrics: Arc<Metrics>,
    kinds: HashMap<(bool, &'static str), &'static str>,
    proxies: Vec<IpAddr>,
    /// Refuse whoever does not come through a proxy.
    proxies_only: bool,
}

impl Requests {
    /// For these routes under these settings.
    pub fn new(entries: &[Entry], settings: &Settings, metrics: Arc<Metrics>) -> Self {
        let kinds = entries
            .iter()
            .map(|e| match e.kind {
                Kind::Page => ((false, e.path), "page"),
                Kind::File => ((false, e.path), "file"),
                Kind::Data => ((false, e.path), "data"),
                Kind::Stream => ((false, e.path), "stream"),
                Kind::Form => ((true, e.path), "form"),
                Kind::Upload => ((true, e.path), "upload"),
                Kind::Function => ((true, e.path), "function"),
                Kind::Api | Kind::Replace => ((true, e.path), "api"),
            })
            .collect();
        Self {
            metrics,
            kinds,
            proxies: settings.trusted_proxies.clone(),
            proxies_only: settings.behind_proxy() && !settings.insecure && !settings.addr.ip().is_loopback(),
        }
    }

    /// Puts the middleware around `router`.
    pub fn around(self, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::new(self), observe))
    }
}

async fn observe(State(requests): State<Arc<Requests>>, req: Request, next: Next) -> Response {
    if let Some(peer) = req.extensions().get::<Peer>().copied() {
        let trusted = requests.proxies.contains(&peer.0.ip().to_canonical());
        if requests.proxies_only && !trusted && !peer.0.ip().is_loopback() {
            return StatusCode::FORBIDDEN.into_response();
        }
    }
    let path = req.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    let route = path.as_deref().unwrap_or("-");
    if route.ends_with(UNSEEN.0) || route.starts_with(UNSEEN.1) {
        return next.run(req).await;
    }
    let method = req.method().clone();
    let posted = matches!(method, Method::POST | Method::PUT);
    let kind = match requests.kinds.get(&(posted, route)) {
        Some(kind) => *kind,
        None if route.starts_with("/pkg/") => "asset",
        None => "unknown",
    };
    let mut id = random::token();
    id.truncate(16);
    let span = tracing::info_span!("request", id = %id);
    let began = Instant::now();
    let mut response = next.run(req).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status();
    requests.metrics.answered(kind, status.as_u16(), took);
    span.in_scope(|| {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(%method, route, status = status.as_u16(), ms, "answered");
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
