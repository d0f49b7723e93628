//! The rater's forms: a ballot without scripts, and a shared device handed on. Ballots pass through
//! this module and are kept nowhere: a refused form is drawn again at once.

use std::sync::Arc;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use domain::{Rejection, ids::MeetingId, reviews::Verdict};

use super::{
    ballot::{self, Typed},
    rater,
    truth::Told,
};
use crate::{
    App,
    http::{
        fields::Fields,
        policy::{Builder, Policy},
        reply, session,
    },
    live::{self, Room, SEAT_COOKIE},
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/room/{id}/ballot", Policy::Public, cast).form("/room/{id}/leave", Policy::Public, leave)
}

async fn cast(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<MeetingId>() else { return super::missing() };
    let Ok(room) = app.rooms().meeting(id).await else { return super::missing() };
    let tablet = fields.text("tablet");
    let refused = |words: Option<String>, wrong: Vec<Rejection>, status: StatusCode| Told {
        typed: Typed::of(&fields),
        wrong,
        problem: words,
        tablet: tablet.clone(),
        status,
        ..Told::default()
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(token) = rater::seat_token(&app, &headers) else {
        return rater::no_seat(
            &app,
            &visitor,
            "这部手机还没有在这次会议签到，或签到已过期，这张没有收下。请重新签到后再填。",
        );
    };
    let held = match room.sheet(&token) {
        Ok(held) => held,
        Err(r) => {
            let told = refused(Some(r.to_string()), Vec::new(), unprocessable);
            return rater::page(&app, &visitor, id, &headers, told).await;
        }
    };
    let Some(round) = &held.round else {
        let told = refused(Some("还没有开始测评，这张没有收下。".into()), Vec::new(), unprocessable);
        return rater::page(&app, &visitor, id, &headers, told).await;
    };
    let posted = match ballot::read(&fields, &round.sheet, &round.rules) {
        Ok(posted) => posted,
        Err(wrong) => {
            let general: Vec<String> =
                wrong.iter().filter(|r| r.field_name().is_none()).map(ToString::to_string).collect();
            let words = if general.is_empty() {
                format!("有 {} 位还没有填好，请看下面标红的。您填的都还在。", wrong.len())
            } else {
                general.join(" ")
            };
            let told = refused(Some(words), wrong, unprocessable);
            return rater::page(&app, &visitor, id, &headers, told).await;
        }
    };
    let cast_in = posted.round;
    let answer = room.cast(&token, cast_in, posted.epoch, posted.rev, posted.ballot).await;
    match answer {
        Ok(verdict) if verdict.counts() => {
            let word = if verdict == Verdict::Superseded { "superseded" } else { "accepted" };
            if tablet.is_empty() {
                reply::to(&format!("/room/{id}?sent={word}&round={cast_in}"))
            } else {
                leaves(&room, &token).await;
                gone(&app, &after(id, &tablet, true))
            }
        }
        Ok(Verdict::Closed) => reply::to(&format!("/room/{id}?sent=closed&round={cast_in}")),
        Ok(other) => {
            let words = live::words(other);
            let told = refused(Some(words.into()), Vec::new(), StatusCode::CONFLICT);
            rater::page(&app, &visitor, id, &headers, told).await
        }
        Err(e) => {
            let status = StatusCode::from_u16(e.status()).unwrap_or(unprocessable);
            let told = refused(Some(e.to_string()), Vec::new(), status);
            rater::page(&app, &visitor, id, &headers, told).await
        }
    }
}

/// Where a shared device goes after a ballot: to the next one's check-in, or back to the desk.
fn after(id: MeetingId, tablet: &str, received: bool) -> String {
    if tablet == "desk" {
        let said = if received { "&said=received" } else { "" };
        format!("/hall/{id}/check-in?q={said}")
    } else {
        format!("/m/{id}{}", if received { "?said=received" } else { "" })
    }
}

/// The seat has no device any more. Where storage is away, the desk's 换机 helps whoever comes back.
pub(super) async fn leaves(room: &Arc<Room>, token: &str) {
    if let Err(error) = room.leave(token).await {
        tracing::warn!(%error, "a seat was not given back");
    }
}

/// Takes the seat off this device.
fn gone(app: &App, path: &str) -> Response {
    let mut response = reply::to(path);
    response.headers_mut().append(header::SET_COOKIE, session::cookie(app.config(), SEAT_COOKIE, "", Some(0)));
    response
}

async fn leave(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, fields: Fields) -> Response {
    if let Err(r) = fields.only(&["tablet", "received"]) {
        return super::refused(&r.into());
    }
    let Ok(id) = id.parse::<MeetingId>() else { return super::missing() };
    if let (Some(token), Ok(room)) = (rater::seat_token(&app, &headers), app.rooms().meeting(id).await) {
        leaves(&room, &token).await;
    }
    gone(&app, &after(id, &fields.text("tablet"), fields.opt("received").is_some()))
}
