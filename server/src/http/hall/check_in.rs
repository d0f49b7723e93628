//! `/m`: coming in. A GET with a code of the hall's screen answers a form with a signed ticket of five
//! minutes; the POST checks in and sets the seat's cookie. Accounts press one button; cards are typed
//! or scanned. A tablet of the hall brings its ticket in a cookie, and nothing of it in an address or a
//! page. Never says whether a code was wrong or a card was: only what to do.

use std::sync::Arc;

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use domain::{
    Rejection,
    ids::MeetingId,
    reviews::{Identity, Meeting},
};

use super::{
    Page, cast, problem, rater,
    tablet::{SHARED, tablet_of},
};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        live::seat_cookie,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
        session::Client,
    },
    live::{CheckIn, Device, Room},
};

/// Adds the pages and the form.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/m", Policy::Public, front).get(Kind::Page, "/m/{code}", Policy::Public, by_code).form(
        "/m/check-in",
        Policy::Public,
        check_in,
    )
}

/// The form as it is drawn: first, and again when it was refused.
#[derive(Debug, Default)]
struct Form {
    meeting: Option<MeetingId>,
    ticket: String,
    code: String,
    card: String,
    problem: Option<String>,
    received: bool,
    /// A tablet of the hall: the ticket is in its cookie.
    tablet: bool,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    ticket: Option<String>,
    said: Option<String>,
}

async fn front(State(app): State<App>, Extension(visitor): Extension<Visitor>, headers: HeaderMap) -> Response {
    // A card's QR scanned with a tablet of the hall opens this page.
    if let Some((meeting, _)) = tablet_of(&app, &headers)
        && let Ok(room) = app.rooms().meeting(meeting).await
    {
        let form = Form { meeting: Some(meeting), tablet: true, ..Form::default() };
        return draw(&app, &visitor, Some(&room.meeting()), &form, StatusCode::OK);
    }
    draw(&app, &visitor, None, &Form::default(), StatusCode::OK)
}

async fn by_code(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(Client(client)): Extension<Client>,
    Path(code): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|q| q.0).unwrap_or_default();
    // After signing in, or on a tablet of the hall: the ticket is there already. One of twelve hours is
    // taken from no address: it would stay in the history of a device that goes through many hands.
    let meeting = code.parse::<MeetingId>().ok();
    let tablet = meeting.is_some() && tablet_of(&app, &headers).map(|t| t.0) == meeting;
    let ticket = asked.ticket.filter(|t| t.starts_with('p'));
    if let (Some(meeting), true) = (meeting, tablet || ticket.is_some()) {
        let Ok(room) = app.rooms().meeting(meeting).await else { return super::missing() };
        let received = asked.said.as_deref() == Some("received");
        let (tablet, ticket) = (ticket.is_none(), ticket.unwrap_or_default());
        let form = Form { meeting: Some(meeting), ticket, received, tablet, ..Form::default() };
        return draw(&app, &visitor, Some(&room.meeting()), &form, StatusCode::OK);
    }
    match app.rooms().by_code(&code, &client) {
        Ok((room, ticket)) => {
            let form = Form { meeting: Some(room.id()), ticket, ..Form::default() };
            draw(&app, &visitor, Some(&room.meeting()), &form, StatusCode::OK)
        }
        Err(e) => {
            // Of a scanned address nothing was typed that could be corrected.
            let words = match &e {
                ApiError::Rejected(Rejection::State { message }) => message.clone(),
                _ if meeting.is_some() => "这台会场平板的签到已到时限，或没有设好。请会务人员在签到台重新设置。".into(),
                _ => "这个码已经更换，或者还没有开始签到。请重新扫大屏上的二维码，或输入现在显示的六位数字。".into(),
            };
            let form = Form { problem: Some(words), ..Form::default() };
            draw(&app, &visitor, None, &form, StatusCode::NOT_FOUND)
        }
    }
}

fn draw(app: &App, visitor: &Visitor, meeting: Option<&Meeting>, form: &Form, status: StatusCode) -> Response {
    let page = Page {
        viewer: &visitor.viewer,
        title: "会场签到",
        family: "rater",
        stream: None,
        watch: "",
        scripts: &["check-in.js"],
        refresh: 0,
        now: app.services().now().0,
    };
    let head = meeting.map_or_else(
        || "<h1>会场签到</h1><p>述责述廉评议会</p>".to_owned(),
        |m| {
            format!(
                "<h1>{}</h1><p>{}　{}</p>",
                escape(&m.plan.title),
                escape(&domain::time::zh(m.plan.on)),
                escape(&m.plan.place)
            )
        },
    );
    let received = if form.received {
        "<div class=\"note ok\" role=\"status\"><b>已收到</b>请把平板交给下一位。</div>"
    } else {
        ""
    };
    let body = format!(
        "<header class=\"rater-head\">{head}</header><main id=\"main\">{received}{}{}</main>",
        problem(form.problem.as_deref()),
        inner(visitor, meeting, form),
    );
    page.answer(status, &body)
}

fn inner(visitor: &Visitor, meeting: Option<&Meeting>, form: &Form) -> String {
    let token = bare::token(&visitor.viewer);
    let hidden = form.meeting.map_or_else(String::new, |m| {
        let way = if form.tablet { bare::hidden("tablet", SHARED) } else { bare::hidden("ticket", &form.ticket) };
        format!("{}{way}", bare::hidden("meeting", &m.to_string()))
    });
    let start = format!(
        "<form class=\"row\" method=\"post\" action=\"/m/check-in\" data-check-in{}>{token}{hidden}",
        form.meeting
            .filter(|_| !form.tablet)
            .map_or_else(String::new, |m| format!(" data-ticket=\"{m}/{}\"", escape(&form.ticket))),
    );
    let digits = format!(
        "<div class=\"field\" data-digits><label for=\"code\">大屏上的六位数字</label><input class=\"code-in\" id=\"code\" name=\"code\" \
         inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"7\" value=\"{}\"></div>",
        escape(&form.code)
    );
    let card = format!(
        "<div class=\"field\"><label for=\"card\">评议卡上的卡号</label><input id=\"card\" name=\"card\" autocomplete=\"off\" \
         autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"60\" value=\"{}\" class=\"mono\">\
         <p class=\"quiet\">{hint}横线和大小写不用管。</p></div>",
        escape(&form.card),
        // The camera of a phone would open its own browser.
        hint = if form.tablet {
            "照着卡上的卡号输入。"
        } else {
            "用手机相机扫卡上的码，卡号会自动填好。"
        },
    );
    match meeting.map(|m| m.plan.identity) {
        Some(Identity::Card) => format!("{start}{card}<button class=\"btn primary big\">签到</button></form>"),
        Some(Identity::Account) => match &visitor.actor {
            Some(actor) => format!(
                "{start}<p class=\"who\">{}<small>{}</small></p><button class=\"btn primary big\">签到</button></form>\
                 <p class=\"promise\">不是您本人？请先<a href=\"/me\">退出</a>，再重新扫码。</p>",
                escape(&actor.name),
                escape(&visitor.viewer.unit),
            ),
            None => {
                let back = form.meeting.map_or_else(String::new, |m| {
                    let ticket = if form.tablet { String::new() } else { format!("?ticket={}", form.ticket) };
                    reply::encode(&format!("/m/{m}{ticket}"))
                });
                format!(
                    "<div class=\"row\"><p>这次会议用各人的账号签到，请先登录，五分钟内有效。</p>\
                     <p><a class=\"btn primary big\" href=\"/signin?next={back}\">登录</a></p></div>"
                )
            }
        },
        None => format!(
            "{start}{digits}<details{}><summary>有评议卡</summary>{card}</details><button class=\"btn primary big\">下一步</button></form>\
             <p class=\"promise\">扫大屏上的二维码可以直接进来，不用输数字。大屏每 30 秒换一次。</p>",
            if form.card.is_empty() { "" } else { " open" }
        ),
    }
}

async fn check_in(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(Client(client)): Extension<Client>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let mut form = Form {
        meeting: fields.text("meeting").parse().ok(),
        ticket: fields.opt("ticket").filter(|t| t.starts_with('p')).unwrap_or_default(),
        code: fields.text("code"),
        card: fields.text("card"),
        tablet: fields.text("tablet") == SHARED,
        ..Form::default()
    };
    if let Err(r) = fields.only(&["meeting", "ticket", "code", "card", "tablet"]) {
        return super::refused(&r.into());
    }
    let found = match form.meeting {
        Some(meeting) => app.rooms().meeting(meeting).await,
        None => {
            let digits: String = form.code.chars().filter(char::is_ascii_digit).collect();
            app.rooms().by_code(&digits, &client).map(|(room, ticket)| {
                form.meeting = Some(room.id());
                form.ticket = ticket;
                room
            })
        }
    };
    let room = match found {
        Ok(room) => room,
        Err(e) => {
            form.problem = Some(e.to_string());
            form.meeting = None;
            return draw(&app, &visitor, None, &form, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let meeting = room.meeting();
    // The first step of somebody who came by digits: now his account or his card is asked for.
    let by_digits = !fields.text("code").is_empty() && fields.text("meeting").is_empty();
    let nothing_yet = by_digits && meeting.plan.identity == Identity::Account && visitor.actor.is_none();
    if nothing_yet || (by_digits && meeting.plan.identity == Identity::Card && form.card.trim().is_empty()) {
        return draw(&app, &visitor, Some(&meeting), &form, StatusCode::OK);
    }
    let before = rater::seat_token(&app, &headers);
    let ticket = if form.tablet {
        tablet_of(&app, &headers).filter(|t| Some(t.0) == form.meeting).map(|t| t.1).unwrap_or_default()
    } else {
        form.ticket.clone()
    };
    match grant(&visitor, &room, &form, (&ticket, before.as_deref())).await {
        Ok(token) => {
            // Whoever had the tablet before went away without handing it on.
            if let Some(before) = before.filter(|b| form.tablet && *b != token) {
                cast::leaves(&room, &before).await;
            }
            let tablet = if form.tablet { format!("?tablet={SHARED}") } else { String::new() };
            let mut response = reply::to(&format!("/room/{}{tablet}", room.id()));
            response.headers_mut().append(header::SET_COOKIE, seat_cookie(app.config(), &token));
            response
        }
        Err(e) => {
            form.problem = Some(e.to_string());
            let status = StatusCode::from_u16(e.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            draw(&app, &visitor, Some(&meeting), &form, status)
        }
    }
}

async fn grant(
    visitor: &Visitor,
    room: &Arc<Room>,
    form: &Form,
    (ticket, seat): (&str, Option<&str>),
) -> Result<String, ApiError> {
    let who = match (room.meeting().plan.identity, &visitor.actor) {
        (Identity::Card, _) => CheckIn::Card(&form.card),
        (Identity::Account, Some(actor)) => CheckIn::Account(actor),
        (Identity::Account, None) => return Err(Rejection::state("这次会议用各人的账号签到，请先登录。").into()),
    };
    let device = Device { seat, form: &visitor.viewer.form_token };
    Ok(room.check_in(ticket, who, device).await?.token)
}
