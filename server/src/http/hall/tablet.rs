//! The desk's devices: a shared tablet of the hall, and a seat handed over on the desk's own device. The
//! tablet's ticket is given to its browser once, as a cookie that no script and no address holds.
//! Refuses everybody but the chair and the operators.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use domain::ids::MeetingId;

use super::{Hall, desk};
use crate::{
    App,
    http::{
        fields::Fields,
        policy::{Builder, Policy},
        reply, session,
    },
    live::{SEAT_COOKIE, code::TABLET_MS},
};

/// Seconds that a seat handed over on the desk's own device is kept.
const ONE_BALLOT: i64 = 30 * 60;

/// Cookie of a tablet of the hall: its meeting and its ticket, for twelve hours.
const TABLET_COOKIE: &str = "wuze_tablet";

/// Word of a shared tablet in forms and addresses; the desk's own device is `desk`.
pub(super) const SHARED: &str = "hall";

/// The meeting and the ticket of a shared tablet.
pub(super) fn tablet_of(app: &App, headers: &HeaderMap) -> Option<(MeetingId, String)> {
    let value = session::cookie_of(app.config(), headers, TABLET_COOKIE)?;
    let (meeting, ticket) = value.split_once('.')?;
    Some((meeting.parse().ok()?, ticket.to_owned()))
}

fn tablet_cookie(app: &App, meeting: MeetingId, ticket: &str) -> HeaderValue {
    session::cookie(app.config(), TABLET_COOKIE, &format!("{meeting}.{ticket}"), Some(TABLET_MS / 1_000))
}

/// The desk's button for it.
pub(super) fn section(meeting: MeetingId, token: &str) -> String {
    format!(
        "<section class=\"card\"><h2>会场平板</h2><p class=\"quiet\">给没有手机的人用。在平板上登录本账号，打开这一页，再按下面的按钮：\
         平板会退出您的账号，只剩签到页；每人交完一张，自动回到签到页给下一位。</p>\
         <form method=\"post\" action=\"/hall/{meeting}/tablet\">{token}<button class=\"btn\">把这台设备设为会场平板</button></form></section>"
    )
}

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
    let hall = Hall::run(&app, &visitor, &id).await?;
    fields.only(&[]).map_err(|r| super::refused(&r.into()))?;
    let ticket = hall.room.open_tablet(&hall.actor).map_err(|e| super::refused(&e))?;
    app.services()
        .end_session(&hall.actor, hall.actor.session)
        .await
        .map_err(|e| super::refused(&crate::services::told(e)))?;
    let mut response = reply::to(&format!("/m/{}", hall.id));
    response.headers_mut().append(header::SET_COOKIE, tablet_cookie(&app, hall.id, &ticket));
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
    let hall = Hall::run(&app, &visitor, &id).await?;
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
        Err(e) => desk::refused(&app, &visitor, &hall, &e, "").await,
    }
}
