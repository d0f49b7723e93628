//! A ballot on its way in, the sealed bundle on its way out. Goes by the seat alone; never looks up
//! an account, never touches the database while the round is open, and is in no log.

use app::api::{ApiError, Visitor};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Rejection,
    ids::RoundId,
    reviews::{Ballot, Verdict},
};
use serde::{Deserialize, Serialize};

use super::{
    answer::{Body, failed, sorry},
    rooms::seatless,
    seat_of,
};
use crate::{App, live::words, services::parse};

/// Seconds after which a phone sends again what was not taken.
const AGAIN: HeaderValue = HeaderValue::from_static("3");

/// `PUT …/ballot`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cast {
    /// The seat's epoch, as told at joining.
    epoch: u32,
    /// Counter kept with the ballot.
    rev: u32,
    /// The whole ballot.
    ballot: Ballot,
}

#[derive(Serialize)]
struct Taken {
    verdict: Verdict,
    words: &'static str,
}

pub(super) async fn cast(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(form): Body<Cast>,
) -> Response {
    let done = async {
        let token = seat_of(app.config(), &headers).ok_or(ApiError::SignIn)?;
        let round = parse::<RoundId>(&id)?;
        app.rooms().of_round(round).await?.cast(&token, round, form.epoch, form.rev, form.ballot).await
    };
    match done.await {
        Ok(verdict) => {
            let taken = Json(Taken { verdict, words: words(verdict) });
            match verdict {
                Verdict::Accepted
                | Verdict::Same
                | Verdict::Superseded
                | Verdict::SealedCounted
                | Verdict::SealedMixed => taken.into_response(),
                // No 429: phones send again what is answered so, and this is never taken. With another rev it is.
                Verdict::Conflict => sorry(StatusCode::CONFLICT, words(verdict), Some("rev")),
                Verdict::TooMany => sorry(StatusCode::CONFLICT, words(verdict), None),
                // Not 410: there a phone takes an older ballot of its own for counted.
                Verdict::OldDevice | Verdict::OnPaper | Verdict::SealedNothing => {
                    sorry(StatusCode::FORBIDDEN, words(verdict), None)
                }
                Verdict::Closed => sorry(StatusCode::GONE, words(verdict), None),
                Verdict::Paused => later(words(verdict)),
            }
        }
        Err(ApiError::Rejected(Rejection::NotFound)) => {
            sorry(StatusCode::FORBIDDEN, "没有这一轮测评，没有收下。请刷新页面后重新填写。", None)
        }
        Err(ApiError::Unavailable | ApiError::Network) => later("没有收下，请稍候，手机会再送一次。"),
        Err(e) => seatless(&e),
    }
}

fn later(words: &str) -> Response {
    let mut response = sorry(StatusCode::SERVICE_UNAVAILABLE, words, None);
    response.headers_mut().insert(header::RETRY_AFTER, AGAIN);
    response
}

/// The sealed bundle, for whom the page of the 计票报告单 gives it to, noted like there.
pub(super) async fn bundle(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let Some(actor) = visitor.actor.as_deref() else { return failed(&ApiError::SignIn) };
    let found = async {
        let round = parse::<RoundId>(&id)?;
        app.services().take_bundle(actor, round).await.map(|(_, bytes)| (round, bytes))
    };
    match found.await {
        Ok((round, bytes)) => {
            let name = format!("attachment; filename=\"meeting-{round}.json\"");
            let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_DISPOSITION, name), (header::CONTENT_TYPE, json)], bytes).into_response()
        }
        Err(e) => failed(&e),
    }
}
