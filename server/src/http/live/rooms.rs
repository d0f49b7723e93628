//! Joining a meeting, one's sheet, echoes, commands.

use app::api::{ApiError, Visitor};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    ids::{CommandId, MeetingId, RoundId},
    reviews::{Command, Dimension, RoundState, Scale, SheetLine},
};
use serde::{Deserialize, Serialize};

use super::{
    OPENAPI,
    answer::{Body, failed, sorry, unreadable},
    seat_cookie, seat_of,
};
use crate::{
    App,
    http::session::Client,
    live::{CheckIn, Device, Held, Need, Room, code::SLOT_MS},
    services::parse,
};

/// `POST …/join`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    /// A ticket from the check-in page.
    ticket: Option<String>,
    /// Six digits or the QR token from the hall's screen, instead of a ticket.
    code: Option<String>,
    /// Code of a drawn card; without one the signed-in account is checked in.
    card: Option<String>,
}

/// What a seat holds, on the wire.
#[derive(Serialize)]
struct SeatAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    seat_token: Option<String>,
    label: String,
    group: String,
    epoch: u32,
    single: bool,
    /// Rev of the newest ballot of this device that is durable.
    rev: Option<u32>,
    /// A ballot of the seat is durable, also one of a device before.
    received: bool,
    on_paper: bool,
    /// Checked in after 收回: no ballot of this round any more.
    late: bool,
    round: Option<RoundAnswer>,
}

#[derive(Serialize)]
struct RoundAnswer {
    id: RoundId,
    state: RoundState,
    scale: Scale,
    dimensions: Vec<Dimension>,
    sheet: Vec<SheetLine>,
}

impl SeatAnswer {
    fn of(held: Held, seat_token: Option<String>) -> Self {
        let round = held.round.map(|r| RoundAnswer {
            id: r.id,
            state: r.state,
            scale: r.rules.scale,
            dimensions: r.rules.dimensions,
            sheet: r.sheet.lines,
        });
        Self {
            seat_token,
            label: held.label,
            group: held.group,
            epoch: held.epoch,
            single: held.single,
            rev: held.rev,
            received: held.received,
            on_paper: held.on_paper,
            late: held.late,
            round,
        }
    }
}

/// The description of the interface.
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], OPENAPI).into_response()
}

pub(super) async fn join(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
    client: Option<Extension<Client>>,
    headers: HeaderMap,
    Body(form): Body<Join>,
) -> Response {
    let seat = seat_of(app.config(), &headers);
    let client = super::client(client.as_deref());
    let made = async {
        let room = app.rooms().meeting(parse::<MeetingId>(&id)?).await?;
        let ticket = match (form.ticket, form.code) {
            (Some(ticket), _) => ticket,
            (None, code) => room.ticket(&code.unwrap_or_default(), &client)?,
        };
        let who = match (&form.card, visitor.actor.as_deref()) {
            (Some(card), _) => CheckIn::Card(card),
            (None, Some(actor)) => CheckIn::Account(actor),
            (None, None) => return Err(ApiError::SignIn),
        };
        let device = Device { seat: seat.as_deref(), form: &visitor.viewer.form_token };
        let grant = room.check_in(&ticket, who, device).await?;
        let held = room.sheet(&grant.token)?;
        Ok((held, grant.token))
    };
    match made.await {
        Ok((held, token)) => {
            let cookie = seat_cookie(app.config(), &token);
            ([(header::SET_COOKIE, cookie)], Json(SeatAnswer::of(held, Some(token)))).into_response()
        }
        Err(e) => failed(&e),
    }
}

/// The room and the token of a request that goes by its seat.
async fn seated(app: &App, id: &str, headers: &HeaderMap) -> Result<(std::sync::Arc<Room>, String), ApiError> {
    let token = seat_of(app.config(), headers).ok_or(ApiError::SignIn)?;
    let room = app.rooms().meeting(parse::<MeetingId>(id)?).await?;
    Ok((room, token))
}

/// What a request without a seat of this meeting is told: 403, as for a ballot.
pub(super) fn seatless(error: &ApiError) -> Response {
    match error {
        ApiError::Rejected(domain::Rejection::State { message }) => sorry(StatusCode::FORBIDDEN, message, None),
        other => failed(other),
    }
}

pub(super) async fn sheet(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match seated(&app, &id, &headers).await.and_then(|(room, token)| room.sheet(&token)) {
        Ok(held) => Json(SeatAnswer::of(held, None)).into_response(),
        Err(e) => seatless(&e),
    }
}

/// What a hall's screen shows at the door.
#[derive(Serialize)]
struct CodeAnswer {
    code: String,
    url: String,
    /// Milliseconds until the next one.
    changes_in: i64,
}

pub(super) async fn code(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let Some(actor) = visitor.actor.as_deref() else { return failed(&ApiError::SignIn) };
    let found = async {
        let room = app.rooms().room(actor.district, parse::<MeetingId>(&id)?).await?;
        room.may(actor, Need::See)?;
        Ok::<_, ApiError>(room)
    };
    match found.await {
        Ok(room) => {
            let (code, url) = room.code();
            let changes_in = SLOT_MS - app.store().now().0.rem_euclid(SLOT_MS);
            Json(CodeAnswer { code, url, changes_in }).into_response()
        }
        Err(e) => failed(&e),
    }
}

/// `POST …/echo`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Echo {
    /// Number of the `echo` event.
    number: u64,
}

pub(super) async fn echo(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(form): Body<Echo>,
) -> Response {
    match seated(&app, &id, &headers).await.and_then(|(room, token)| room.echo(&token, form.number)) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(e) => seatless(&e),
    }
}

/// `POST …/commands`: `key` and `seen` beside the fields of the command.
#[derive(Serialize)]
struct Done {
    seq: u64,
}

pub(super) async fn command(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
    Body(mut fields): Body<serde_json::Map<String, serde_json::Value>>,
) -> Response {
    let Some(actor) = visitor.actor.as_deref() else { return failed(&ApiError::SignIn) };
    let key = fields.remove("key").and_then(|v| serde_json::from_value::<CommandId>(v).ok());
    let seen = fields.remove("seen").map_or(Some(None), |v| serde_json::from_value::<Option<u64>>(v).ok());
    let command = serde_json::from_value::<Command>(serde_json::Value::Object(fields)).ok();
    let (Some(key), Some(seen), Some(command)) = (key, seen, command) else { return unreadable() };
    let done = async {
        let room = app.rooms().room(actor.district, parse::<MeetingId>(&id)?).await?;
        room.command(actor, key, seen, command).await
    };
    match done.await {
        Ok(seq) => Json(Done { seq }).into_response(),
        Err(e) => failed(&e),
    }
}
