//! The live stream (SSE): the newest whole state of one's role, first at once, then whenever it
//! changes. `id: EPOCH.SEQ`; `?after=` or `Last-Event-ID` takes up where a connection broke. An epoch
//! nobody knows (the server was started again) is answered with `resync` and the state.
//!
//! One small state per stream, no task, no buffer: 3,000 phones share the same bytes. Who may listen
//! is asked again every 15 seconds: a session that ended, a part or a seat that was taken away ends
//! the stream; a phone is told so (`revoked`). A seat has so many streams and an account so many; beyond, the oldest gets `gone` and ends.
//! A rater's is asked of memory; the few of the staff cost a look at the database each.

use std::{sync::Arc, time::Duration};

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{Rejection, ids::MeetingId, people::access::Actor, time::Instant};
use futures::stream;
use rand::Rng as _;
use serde::Deserialize;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{answer::failed, rooms::seatless, seat_of};
use crate::{
    App,
    http::session,
    live::{Line, Listening, LiveRole, Need, Room, Sent, Whose},
    services::parse,
};

/// A comment this often keeps proxies and mobile carriers from cutting a silent stream; and this
/// often is asked again who may listen.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The last event of a stream that a newer one took the place of: whoever gets it must not come back by
/// itself, or the two would oust each other for ever.
const GONE: &str = "event: gone\ndata: {\"error\":\"这个页面已在别处打开多次，这里不再更新。需要时请刷新页面。\"}\n\n";

/// The last event of a phone whose seat was closed at the desk, or went to another device.
const REVOKED: &str = "event: revoked\ndata: {\"error\":\"这部手机已停用，不能再提交。停用前显示“已收到”的那一张仍然有效。请到签到台办理。\"}\n\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    role: Option<String>,
    after: Option<String>,
}

struct Open {
    first: Option<Bytes>,
    events: watch::Receiver<Arc<Sent>>,
    /// A rater's: asked to answer, and not sent as a state that who joins later would answer again.
    echoes: Option<watch::Receiver<u64>>,
    closing: CancellationToken,
    pass: Pass,
    /// When was last asked who may listen.
    asked: Instant,
    line: Line,
    /// Its last event was sent.
    gone: bool,
    _listening: Option<Listening>,
}

/// What lets a stream go on.
struct Pass {
    app: App,
    /// Held, so that the room is not dropped while somebody listens.
    room: Arc<Room>,
    role: LiveRole,
    /// Token of the seat, or of the session.
    token: String,
    whose: Whose,
}

impl Pass {
    /// May this one still listen? Storage that does not answer ends nothing: nor would it tell more.
    async fn holds(&self) -> bool {
        if self.role == LiveRole::Rater {
            return self.room.holds_seat(&self.token);
        }
        // In a box, made for the few who are asked of the database: as a part of every stream this question
        // would take 9 KB of each, whether anybody asks it or not.
        match Box::pin(self.app.services().session_still(&self.token)).await {
            Ok(Some(live)) => !live.must_change && self.room.may(&live.actor, need_of(self.role)).is_ok(),
            Ok(None) => false,
            Err(_) => true,
        }
    }

    /// Does the device of a rater hold its seat no more?
    fn closed(&self) -> bool {
        self.role == LiveRole::Rater && !self.room.holds_seat(&self.token)
    }

    fn now(&self) -> Instant {
        self.app.services().now()
    }
}

pub(super) async fn open(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let role = asked.role.as_deref().map_or(Some(LiveRole::Rater), LiveRole::from_key);
    let admitted = async {
        let role = role.ok_or(Rejection::NotFound)?;
        let room = app.rooms().meeting(parse::<MeetingId>(&id)?).await?;
        admit(&app, room, role, &visitor, &headers)
    };
    let pass = match admitted.await {
        Ok(found) => found,
        Err(e) if role == Some(LiveRole::Rater) => return seatless(&e),
        Err(e) => return failed(&e),
    };
    let mut events = pass.room.subscribe(pass.role);
    let newest = events.borrow_and_update().clone();
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok().map(str::to_owned)).or(asked.after);
    let first = Some(first(last.as_deref(), &newest));
    let open = Open {
        first,
        events,
        echoes: (pass.role == LiveRole::Rater).then(|| pass.room.echoes()),
        closing: app.rooms().closing().clone(),
        asked: pass.now(),
        line: pass.room.line(pass.whose),
        gone: false,
        _listening: (pass.role == LiveRole::Rater).then(|| pass.room.listen()),
        pass,
    };
    let body = Body::from_stream(stream::unfold(open, next));
    let fixed = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform")),
    ];
    let mut response = (fixed, body).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// A rater needs a seat of this meeting; everybody else a part in it.
fn admit(app: &App, room: Arc<Room>, role: LiveRole, visitor: &Visitor, headers: &HeaderMap) -> Result<Pass, ApiError> {
    let pass = |room, role, token, whose| Pass { app: app.clone(), room, role, token, whose };
    if role == LiveRole::Rater {
        let token = seat_of(app.config(), headers).ok_or(ApiError::SignIn)?;
        let seat = room.sheet(&token)?.seat;
        return Ok(pass(room, role, token, Whose::Seat(seat)));
    }
    let actor = visitor.actor.as_deref().ok_or(ApiError::SignIn)?;
    let token = session::cookie_of(app.config(), headers, "wuze").ok_or(ApiError::SignIn)?;
    let role = own(&room, actor, role);
    room.may(actor, need_of(role))?;
    Ok(pass(room, role, token, Whose::Account(actor.account)))
}

/// A 计票人 who asks for the 监票人's view gets his own: the paper alone.
fn own(room: &Room, actor: &Actor, role: LiveRole) -> LiveRole {
    let counts = role == LiveRole::Teller && room.may(actor, Need::Confirm).is_err();
    if counts && room.may(actor, Need::Count).is_ok() { LiveRole::Counter } else { role }
}

/// Turnout and who is missing are for the chair, the operators and the 监票人 alone.
fn need_of(role: LiveRole) -> Need {
    match role {
        LiveRole::Chair => Need::Command,
        LiveRole::Teller => Need::Confirm,
        LiveRole::Counter => Need::Tally,
        LiveRole::Presenter => Need::Present,
        LiveRole::Screen | LiveRole::Rater => Need::See,
    }
}

/// What a fresh connection gets at once: nothing new, the state, or `resync` and the state.
fn first(last: Option<&str>, newest: &Sent) -> Bytes {
    // Phones that lost the server come back spread over two seconds, not all in one.
    let retry = 500 + rand::rng().next_u32() % 2_000;
    let mut bytes = format!("retry: {retry}\n\n").into_bytes();
    let cursor = last.filter(|l| !l.is_empty()).map(|l| {
        l.split_once('.').and_then(|(epoch, seq)| Some((epoch.parse::<u64>().ok()?, seq.parse::<u64>().ok()?)))
    });
    match cursor {
        Some(Some((epoch, seq))) if epoch == newest.epoch && seq == newest.seq => return bytes.into(),
        Some(Some((epoch, _))) if epoch == newest.epoch => {}
        Some(_) => bytes.extend_from_slice(b"event: resync\ndata: {}\n\n"),
        None => {}
    }
    bytes.extend_from_slice(&newest.bytes);
    bytes.into()
}

/// The number of the next echo; never for those who are not asked.
async fn asked(echoes: &mut Option<watch::Receiver<u64>>) -> u64 {
    if let Some(echoes) = echoes
        && echoes.changed().await.is_ok()
    {
        return *echoes.borrow_and_update();
    }
    std::future::pending().await
}

async fn next(mut open: Open) -> Option<(Result<Bytes, std::convert::Infallible>, Open)> {
    if let Some(first) = open.first.take() {
        return Some((Ok(first), open));
    }
    if open.gone {
        return None;
    }
    let bytes = tokio::select! {
        biased;
        () = open.closing.cancelled() => return None,
        () = open.line.ousted() => {
            open.gone = true;
            let words = if open.pass.closed() { REVOKED } else { GONE };
            return Some((Ok(Bytes::from_static(words.as_bytes())), open));
        }
        changed = open.events.changed() => {
            changed.ok()?;
            open.events.borrow_and_update().bytes.clone()
        }
        number = asked(&mut open.echoes) => Bytes::from(format!("event: echo\ndata: {number}\n\n")),
        () = sleep(HEARTBEAT) => Bytes::from_static(b":\n\n"),
    };
    let now = open.pass.now();
    // Events that come all the time must not put the question off.
    if u128::try_from(now.0 - open.asked.0).map_or(true, |ms| ms >= HEARTBEAT.as_millis()) {
        if !open.pass.holds().await {
            open.gone = true;
            return open.pass.closed().then(|| (Ok(Bytes::from_static(REVOKED.as_bytes())), open));
        }
        open.asked = now;
    }
    Some((Ok(bytes), open))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(last: Option<&str>) -> String {
        let bytes = Bytes::from_static(b"id: 7.3\nevent: state\ndata: {}\n\n");
        let newest = Sent { epoch: 7, seq: 3, bytes, data: Bytes::new() };
        let text = String::from_utf8(first(last, &newest).to_vec()).unwrap();
        text.split_once("\n\n").unwrap().1.to_owned()
    }

    /// What a stream keeps while nothing happens, beside the connection's two buffers of 8 KB.
    #[test]
    fn a_waiting_stream_is_small() {
        fn size_of_answer<F>(_: fn(Open) -> F) -> usize {
            size_of::<F>() + size_of::<Open>()
        }
        assert!(size_of_answer(next) <= 1_536, "{} bytes", size_of_answer(next));
    }

    #[test]
    fn a_cursor_decides_what_comes_first() {
        let state = "id: 7.3\nevent: state\ndata: {}\n\n";
        assert_eq!(told(None), state);
        assert_eq!(told(Some("7.3")), "");
        assert_eq!(told(Some("7.2")), state);
        for unknown in ["6.3", "x", "7", "7.", ".3"] {
            assert_eq!(told(Some(unknown)), format!("event: resync\ndata: {{}}\n\n{state}"), "{unknown}");
        }
    }
}
