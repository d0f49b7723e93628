//! The pages and forms of signing in: password, PIN of a bound device, and the header
//! of a trusted proxy. No scripts anywhere.

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::Rejection;
use serde::Deserialize;

use super::{
    accept::Peer,
    bare::{self, field, hidden, sign_in_page, token},
    fields::Fields,
    policy::{Builder, Kind, Policy},
    reply, reset_forms,
    session::{self, Client, DEVICE, cookie, cookie_of, session_cookie},
};
use crate::{
    App,
    services::people::{
        devices::DevicePin,
        sessions::Opened,
        sign_in::{Claim, Header, Password, Refused, SignIn},
    },
};

/// Adds the pages and forms.
pub(super) fn routes(builder: Builder) -> Builder {
    super::resume_forms::routes(super::activate_forms::routes(builder))
        .get(Kind::File, "/signin", Policy::Public, sign_in_get)
        .form("/signin", Policy::Public, sign_in_post)
        .form("/signin/header", Policy::Public, header_post)
        .get(Kind::File, "/pin", Policy::Public, pin_get)
        .form("/pin", Policy::Public, pin_post)
}

/// What the pages take from their address.
#[derive(Debug, Default, Deserialize)]
struct Ask {
    /// Where to go afterwards.
    next: Option<String>,
    /// `password`: not by PIN although the device is bound.
    by: Option<String>,
    /// Just signed out.
    out: Option<String>,
}

/// Words for a browser, for the list of own sessions.
pub(super) fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
    let first = |choices: &[(&str, &'static str)], otherwise: &'static str| {
        choices.iter().find(|(mark, _)| agent.contains(mark)).map_or(otherwise, |(_, word)| *word)
    };
    let place = first(
        &[
            ("iPhone", "苹果手机"),
            ("iPad", "苹果平板"),
            ("Android", "安卓手机"),
            ("Windows", "Windows 电脑"),
            ("Macintosh", "苹果电脑"),
            ("Linux", "国产或 Linux 电脑"),
        ],
        "其他设备",
    );
    let program = first(
        &[
            ("taurus", "浙政钉"),
            ("DingTalk", "钉钉"),
            ("MicroMessenger", "微信"),
            ("Edg/", "Edge"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome 内核"),
            ("Safari/", "Safari"),
        ],
        "浏览器",
    );
    format!("{place} · {program}")
}

/// Only our own paths come back.
pub(super) fn own_path(next: &str) -> Option<&str> {
    (next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && next.len() <= 500).then_some(next)
}

pub(super) fn welcome(app: &App, opened: &Opened, next: &str) -> Response {
    let next = reset_forms::first_page(opened, own_path(next).unwrap_or("/"));
    let mut response = reply::to(&next);
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app.config(), &opened.token, opened.max_age));
    response
}

/// What a refused visitor reads: one answer for unknown and wrong.
pub(super) fn refusal(refused: Refused) -> (StatusCode, String, Option<u32>) {
    match refused {
        Refused::Wrong => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "账号名或密码不对，没有登录。请核对后重新输入；忘记密码请联系系统管理员。".into(),
            None,
        ),
        Refused::Wait(s) => (StatusCode::TOO_MANY_REQUESTS, format!("尝试次数较多，请等 {s} 秒后再试。"), Some(s)),
        Refused::Unbound => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "这台设备的绑定已失效。请用密码登录，或请系统管理员重新打印启用单后再绑定。".into(),
            None,
        ),
        Refused::Storage(e) => {
            let error = crate::services::storage(e);
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string(), None)
        }
    }
}

pub(super) fn with_retry(mut response: Response, seconds: Option<u32>) -> Response {
    if let Some(s) = seconds
        && let Ok(value) = HeaderValue::from_str(&s.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

async fn sign_in_get(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
) -> Response {
    let next = ask.next.unwrap_or_default();
    if visitor.actor.is_some() {
        return reply::to(own_path(&next).unwrap_or("/"));
    }
    if ask.by.as_deref() != Some("password")
        && let Some(token) = cookie_of(app.config(), &headers, DEVICE)
        && matches!(app.services().device(&token).await, Ok(Some(_)))
    {
        return reply::to(&format!("/pin?next={}", reply::encode(&next)));
    }
    let out = if ask.out.is_some() { OUT.to_owned() } else { reset_forms::ended(&app, &headers).await };
    sign_in_form(&app, &visitor, StatusCode::OK, "", &next, None, &out)
}

/// Just signed out.
const OUT: &str = "<div class=\"notice ok\" role=\"status\"><b>已退出</b></div>";

fn sign_in_form(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    login: &str,
    next: &str,
    words: Option<&str>,
    gone: &str,
) -> Response {
    let viewer = &visitor.viewer;
    let by_header = app.config().login_header.is_some();
    let single = if by_header {
        format!(
            "<form method=\"post\" action=\"/signin/header\">{}{}<div class=\"actions\">\
             <button class=\"btn block\">用统一身份认证登录</button></div></form>",
            token(viewer),
            hidden("next", next),
        )
    } else {
        String::new()
    };
    let inner = format!(
        "{gone}{problem}<form class=\"form\" method=\"post\" action=\"/signin\">{token}{next}{login}{password}\
         <div class=\"actions\"><button class=\"btn primary block\">登录</button></div></form>{single}\
         <details class=\"more\"><summary>第一次使用？</summary>\
         <p>请向本单位联络员或系统管理员领取启用单，按单子上的账号名和启用码办理。</p>\
         <p><a href=\"/activate\">我有启用单</a></p></details>",
        problem = bare::problem(words),
        token = token(viewer),
        next = hidden("next", next),
        login = field(
            "login",
            "账号名",
            "text",
            login,
            "",
            "required autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""
        ),
        password = field("password", "密码", "password", "", "", "required autocomplete=\"current-password\""),
    );
    sign_in_page(viewer, status, "登录", &inner)
}

async fn sign_in_post(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let (login, password, next) = (fields.text("login"), fields.text("password"), fields.text("next"));
    if let Err(r) = fields.only(&["login", "password", "next"]) {
        return sign_in_form(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, "", "", Some(&r.to_string()), "");
    }
    let claim = Claim::Password { login: &login, password: &password };
    match enter(&app, &client, &headers, &Password, claim).await {
        Ok(opened) => welcome(&app, &opened, &next),
        Err(refused) => {
            let (status, words, wait) = refusal(refused);
            with_retry(sign_in_form(&app, &visitor, status, &login, &next, Some(&words), ""), wait)
        }
    }
}

/// Signs in, with the failures of one address counted around it.
pub(super) async fn enter(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    way: &dyn SignIn,
    claim: Claim<'_>,
) -> Result<Opened, Refused> {
    let services = app.services();
    let now = services.now();
    let attempts = services.attempts();
    if let Some(seconds) = attempts.address_waits(&client.0, now) {
        return Err(Refused::Wait(seconds));
    }
    let before = cookie_of(app.config(), headers, "wuze");
    let entered = services.sign_in(way, claim, label(headers), before).await;
    if matches!(entered, Err(Refused::Wrong)) {
        attempts.failed_from(&client.0, now);
    }
    entered
}

/// What somebody reads whom the configured proxy does not vouch for.
pub(super) const NOT_VOUCHED: &str =
    "统一身份认证没有认出您在本系统的账号，没有登录。请用账号名和密码登录，或联系系统管理员。";

/// Signs in whom the configured proxy vouches for.
pub(super) async fn enter_by_header(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    peer: Option<Extension<Peer>>,
) -> Result<Opened, Refused> {
    let vouches = peer.is_some_and(|Extension(p)| session::is_proxy(app.config(), p.0.ip()));
    let name = app.config().login_header.as_deref().filter(|_| vouches);
    let login = name.and_then(|name| headers.get(name)).and_then(|v| v.to_str().ok()).unwrap_or("");
    if login.is_empty() {
        return Err(Refused::Wrong);
    }
    enter(app, client, headers, &Header, Claim::Header { login }).await
}

async fn header_post(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let next = fields.text("next");
    let entered = if fields.only(&["next"]).is_ok() {
        enter_by_header(&app, &client, &headers, peer).await
    } else {
        Err(Refused::Wrong)
    };
    let refused = match entered {
        Ok(opened) => return welcome(&app, &opened, &next),
        Err(refused) => refused,
    };
    let (status, mut words, wait) = refusal(refused);
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        words = NOT_VOUCHED.into();
    }
    with_retry(sign_in_form(&app, &visitor, status, "", &next, Some(&words), ""), wait)
}

async fn pin_get(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
) -> Response {
    let next = ask.next.unwrap_or_default();
    if visitor.actor.is_some() {
        return reply::to(own_path(&next).unwrap_or("/"));
    }
    match person_of(&app, &headers).await {
        Ok(Some(person)) => {
            let gone = reset_forms::ended(&app, &headers).await;
            pin_form(&visitor, StatusCode::OK, &person, (&next, &gone), None)
        }
        _ => reply::to(&format!("/signin?by=password&next={}", reply::encode(&next))),
    }
}

pub(super) async fn person_of(app: &App, headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(token) = cookie_of(app.config(), headers, DEVICE) else { return Ok(None) };
    let device = app.services().device(&token).await.map_err(crate::services::storage)?;
    Ok(device.map(|d| d.person))
}

fn pin_form(
    visitor: &Visitor,
    status: StatusCode,
    person: &str,
    (next, gone): (&str, &str),
    words: Option<&str>,
) -> Response {
    let viewer = &visitor.viewer;
    let inner = format!(
        "{gone}{problem}<form class=\"form\" method=\"post\" action=\"/pin\">{token}{next}{pin}\
         <div class=\"actions\"><button class=\"btn primary block\">进入</button></div></form>\
         <details class=\"more\"><summary>不是您，或忘了密码？</summary>\
         <p><a href=\"/signin?by=password\">用账号名和密码登录</a></p><p><a href=\"/activate\">我有新的启用单</a></p></details>",
        problem = bare::problem(words),
        token = token(viewer),
        next = hidden("next", next),
        pin = field(
            "pin",
            "六位密码",
            "password",
            "",
            "",
            "required inputmode=\"numeric\" maxlength=\"6\" autocomplete=\"off\" autofocus"
        ),
    );
    sign_in_page(viewer, status, &format!("{person}，请输入密码"), &inner)
}

async fn pin_post(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let next = fields.text("next");
    let device = cookie_of(app.config(), &headers, DEVICE).unwrap_or_default();
    let person = match (fields.only(&["pin", "next"]), person_of(&app, &headers).await) {
        (Ok(()), Ok(Some(person))) => person,
        (Err(r), _) => return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, &r.to_string()),
        (_, Err(e)) => return reply::sorry(StatusCode::SERVICE_UNAVAILABLE, &e.to_string()),
        (_, Ok(None)) => {
            let (status, words, _) = refusal(Refused::Unbound);
            return sign_in_form(&app, &visitor, status, "", &next, Some(&words), "");
        }
    };
    let pin = fields.text("pin");
    match enter(&app, &client, &headers, &DevicePin, Claim::Device { token: &device, pin: &pin }).await {
        Ok(opened) => welcome(&app, &opened, &next),
        Err(Refused::Unbound) => {
            let (status, words, _) = refusal(Refused::Unbound);
            let mut response = sign_in_form(&app, &visitor, status, "", &next, Some(&words), "");
            response.headers_mut().append(header::SET_COOKIE, cookie(app.config(), DEVICE, "", Some(0)));
            response
        }
        Err(refused) => {
            let (status, mut words, wait) = refusal(refused);
            if status == StatusCode::UNPROCESSABLE_ENTITY {
                words = Rejection::state("密码不对，没有进入。请重新输入；连续 10 次不对，这台设备要重新绑定。")
                    .to_string();
            }
            with_retry(pin_form(&visitor, status, &person, (&next, ""), Some(&words)), wait)
        }
    }
}
