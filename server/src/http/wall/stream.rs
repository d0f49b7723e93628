//! The live stream (SSE) of the wall: the newest whole state at once, then whenever it changes. Who may look is asked
//! again every 15 seconds, of a session that the stream itself does not keep alive.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use rand::Rng as _;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{Asked, admitted, hub::Shown};
use crate::{
    App,
    http::{live, session},
    services::storage,
};

/// A comment this often keeps proxies from cutting a silent stream; and this often is asked again who may look.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The last event of a stream whose session ended.
const ENDED: &str = "event: ended\ndata: {}\n\n";

struct Open {
    first: Option<Bytes>,
    events: watch::Receiver<Arc<Shown>>,
    closing: CancellationToken,
    app: App,
    token: String,
    names: bool,
    asked: Instant,
    gone: bool,
}

impl Open {
    /// May this one still look? Storage that does not answer ends nothing: nor would it tell more.
    async fn holds(&self) -> bool {
        match self.app.services().session_still(&self.token).await {
            Ok(Some(live)) => !live.must_change && admitted(&live.actor, self.names).is_ok(),
            Ok(None) => false,
            Err(_) => true,
        }
    }
}

pub(super) async fn open(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let names = asked.names();
    let joined = async {
        let actor = visitor.actor.as_deref().ok_or(ApiError::SignIn)?;
        admitted(actor, names)?;
        let token = session::cookie_of(app.config(), &headers, "wuze").ok_or(ApiError::SignIn)?;
        let wall = app.walls().of(actor.district);
        // Listened to first: what is written meanwhile is not missed.
        let mut events = wall.subscribe(names);
        wall.now(names).await.map_err(storage)?;
        let newest = events.borrow_and_update().clone();
        Ok::<_, ApiError>((token, events, newest))
    };
    let (token, events, newest) = match joined.await {
        Ok(found) => found,
        Err(e) => return live::failed(&e),
    };
    // Screens that lost the server come back spread over two seconds, not all in one.
    let retry = 500 + rand::rng().next_u32() % 2_000;
    let mut first = format!("retry: {retry}\n\n").into_bytes();
    first.extend_from_slice(&newest.bytes);
    let closing = app.walls().closing().clone();
    let open =
        Open { first: Some(first.into()), events, closing, app, token, names, asked: Instant::now(), gone: false };
    let body = Body::from_stream(stream::unfold(open, next));
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform")),
    ];
    let mut response = (fixed, body).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn next(mut open: Open) -> Option<(Result<Bytes, Infallible>, Open)> {
    if let Some(first) = open.first.take() {
        return Some((Ok(first), open));
    }
    if open.gone {
        return None;
    }
    let bytes = tokio::select! {
        biased;
        () = open.closing.cancelled() => return None,
        changed = open.events.changed() => {
            changed.ok()?;
            open.events.borrow_and_update().bytes.clone()
        }
        () = sleep(HEARTBEAT) => Bytes::from_static(b":\n\n"),
    };
    // Events that come all the time must not put the question off.
    if open.asked.elapsed() >= HEARTBEAT {
        if !open.holds().await {
            open.gone = true;
            return Some((Ok(Bytes::from_static(ENDED.as_bytes())), open));
        }
        open.asked = Instant::now();
    }
    Some((Ok(bytes), open))
}
