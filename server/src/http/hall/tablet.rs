//! The desk's devices: a shared tablet of the hall, and a seat handed over on the desk's own device.
//! Refuses everybody but the chair and the operators.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, header},
    response::Response,
};
use domain::reviews::Part;

use super::{Hall, desk, problem};
use crate::{
    App,
    http::{
        fields::Fields,
        policy::{Builder, Policy},
        reply, session,
    },
    live::SEAT_COOKIE,
};

/// Seconds that a seat handed over on the desk's own device is kept.
const ONE_BALLOT: i64 = 30 * 60;

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/hall/{id}/tablet", Policy::SignedIn, tablet).form("/hall/{id}/hand", Policy::SignedIn, hand)
}

/// Turns this device into a tablet of the hall: signed out, with nothing but the ticket to check in.
async fn tablet(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator], false).await?;
    fields.only(&[]).map_err(|r| super::refused(&r.into()))?;
    let ticket = hall.room.open_tablet(&hall.actor).map_err(|e| super::refused(&e))?;
    app.services()
        .end_session(&hall.actor, hall.actor.session)
        .await
        .map_err(|e| super::refused(&crate::services::told(e)))?;
    let mut response = reply::to(&format!("/m/{}?ticket={ticket}", hall.id));
    response.headers_mut().append(header::SET_COOKIE, session::session_cookie(app.config(), "", 0));
    Ok(response)
}

/// Seats whoever stands at the desk on this device, for one ballot; then it is the desk's again.
async fn hand(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator], false).await?;
    let result = async {
        fields.only(&["seat"])?;
        hall.room.hand_seat(&hall.actor, fields.parsed("seat")?).await
    }
    .await;
    match result {
        Ok(grant) => {
            let mut response = reply::to(&format!("/room/{id}?tablet=desk"));
            let cookie = session::cookie(app.config(), SEAT_COOKIE, &grant.token, Some(ONE_BALLOT));
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(e) => {
            let mut page = desk::page(&app, &visitor, &hall, &problem(Some(&e.to_string())), "").await?;
            *page.status_mut() = StatusCode::from_u16(e.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(page)
        }
    }
}
