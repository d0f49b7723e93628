//! Who makes the request: the session cookie becomes a [`Visitor`]. Also the front
//! door `/`, signing out, text size and the choice of post.

use std::net::IpAddr;

use app::{
    api::{ApiError, Visitor},
    viewer::Viewer,
};
use axum::{
    Extension,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Rejection, people::Role};

use super::{
    accept::Peer,
    bare,
    fields::Fields,
    guard::{Denied, PublicOrigin},
    live,
    policy::{Builder, Kind, Policy},
    reply, reset_forms, resume_forms, sign_in_forms,
};
use crate::{App, config::Config, random, services::storage};

/// Cookie that makes a device a bound one.
pub(super) const DEVICE: &str = "wuze-device";
/// Cookie with the form token of visitors without a session.
pub(super) const FORM: &str = "wuze-form";
/// Cookie with the text size of this browser.
const SIZE: &str = "wuze-size";
/// Where a session whose password is over its age may go: to its change, and out.
const WITH_OLD_PASSWORD: [&str; 6] = ["/me", "/me/password", "/me/reset", "/api/people/me", "/signout", "/size"];
/// A year, in seconds.
const YEAR: i64 = 365 * 86_400;

/// Path of our own page that a form came from, before the guard drops the Referer.
#[derive(Debug, Clone)]
pub struct CameFrom(pub String);

/// Client address: of the connection, or what the configured proxy says.
#[derive(Debug, Clone)]
pub struct Client(pub String);

/// A cookie of ours: not for scripts, this site only, and on https bound to this host.
pub(super) fn cookie(config: &Config, name: &str, value: &str, max_age: Option<i64>) -> HeaderValue {
    let (prefix, secure) = if config.is_secure() { ("__Host-", "; Secure") } else { ("", "") };
    let age = max_age.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The session cookie.
pub(super) fn session_cookie(config: &Config, token: &str, max_age: i64) -> HeaderValue {
    cookie(config, "wuze", token, Some(max_age))
}

/// Name of the cookie that says who signed out; `public/year.js` reads it.
const LEFT: &str = "wuze-left";

/// Whose year has to go from this device. For scripts to read, so not `HttpOnly`: it holds the same hash of the
/// account that the device keeps beside its data, and it lives no longer than a kept year (a week). Without an account
/// it ends: nothing was left.
fn left_cookie(config: &Config, account: Option<&str>) -> HeaderValue {
    let (prefix, secure) = if config.is_secure() { ("__Host-", "; Secure") } else { ("", "") };
    let age = if account.is_some() { 7 * 86_400 } else { 0 };
    let account = account.unwrap_or_default();
    HeaderValue::from_str(&format!("{prefix}{LEFT}={account}; Path=/; SameSite=Lax{secure}; Max-Age={age}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Value of one of our cookies in a request.
pub(super) fn cookie_of(config: &Config, headers: &HeaderMap, name: &str) -> Option<String> {
    let wanted = if config.is_secure() { format!("__Host-{name}") } else { name.to_owned() };
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, v)| *n == wanted && !v.is_empty() && v.len() <= 128)
        .map(|(_, v)| v.to_owned())
}

/// Makes the visitor of a request.
pub async fn visitor(State(app): State<App>, mut req: Request, next: Next) -> Response {
    let path = req.uri().path();
    if path.starts_with("/pkg/") || path == "/healthz" || path == "/readyz" {
        return next.run(req).await;
    }
    let config = app.config();
    let bare = matches!(path, "/signin" | "/activate" | "/pin" | resume_forms::PATH);
    let by_seat = live::by_seat(path, req.uri().query());
    let hall = by_seat || path == "/m" || path.starts_with("/m/");
    let live = match cookie_of(config, req.headers(), "wuze") {
        // A ballot knows its seat and nobody else; and 3,000 of them must not meet at the database.
        None => None,
        Some(_) if by_seat => None,
        Some(token) => match app.services().session(&token).await {
            Ok(live) => live,
            Err(e) => {
                // Nobody must be sent to sign in again because the database is away.
                let error = storage(e);
                return reply::sorry(
                    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
                    &error.to_string(),
                );
            }
        },
    };
    let size = cookie_of(config, req.headers(), SIZE).filter(|s| size_of(s).is_some());
    let mut fresh = None;
    let (actor, mut viewer) = if let Some(live) = live {
        let mut viewer = live.viewer;
        if let Some(size) = size {
            viewer.size = size;
        }
        if live.must_change && !WITH_OLD_PASSWORD.contains(&path) {
            return password_is_old(&viewer, path);
        }
        (Some(live.actor), viewer)
    } else {
        let token = cookie_of(config, req.headers(), FORM).unwrap_or_else(|| {
            let token = random::token();
            fresh = Some(token.clone());
            token
        });
        let mut viewer = Viewer {
            size: size.unwrap_or_else(|| "standard".into()),
            form_token: token,
            today: domain::time::iso(app.services().today()),
            ..Viewer::default()
        };
        if bare && let Ok((district, demo)) = app.services().district_sign().await {
            viewer.district = district;
            viewer.demo = demo;
        }
        (None, viewer)
    };
    warn_of_plain_http(config, &mut viewer);
    let from = came_from(&req);
    let client = Client(client(config, &req));
    let asked = actor.clone().map(|actor| (actor, entry(&req), path.to_owned()));
    let extensions = req.extensions_mut();
    extensions.insert(Visitor { backend: app.backend(), actor, viewer });
    extensions.insert(from);
    extensions.insert(client);
    let mut response = next.run(req).await;
    if let Some((actor, Some(entry), path)) = asked
        && (response.status() == StatusCode::NOT_FOUND || response.extensions().get::<Denied>().is_some())
    {
        app.services().note_denied(&actor, &entry, &path).await;
    }
    if (bare || hall || response.extensions().get::<resume_forms::Asks>().is_some())
        && let Some(token) = fresh
    {
        response.headers_mut().append(header::SET_COOKIE, cookie(config, FORM, &token, Some(12 * 3_600)));
    }
    response
}

/// The line above every page while passwords travel in plain text.
pub(super) fn warn_of_plain_http(config: &Config, viewer: &mut Viewer) {
    if let Some(plain) = config.plain_http_banner() {
        viewer.banner = format!("{plain}{}{}", if viewer.banner.is_empty() { "" } else { " " }, viewer.banner);
    }
}

/// `POST /records/save`: the entry of a request, if it is one of ours.
fn entry(req: &Request) -> Option<String> {
    let path = req.extensions().get::<MatchedPath>()?;
    Some(format!("{} {}", req.method(), path.as_str()))
}

/// What a session whose password is over its age gets everywhere else.
fn password_is_old(viewer: &Viewer, path: &str) -> Response {
    if path.starts_with("/api/") {
        let error = ApiError::from(Rejection::state("密码已到期，没有办理。请先到“我的”页面修改密码。"));
        return (StatusCode::FORBIDDEN, reply::json_error(&error)).into_response();
    }
    let inner = format!(
        "<p>按本系统的设置，密码要定期更换。您的密码已到期：请先修改密码，改好后就可以照常使用。</p>\
         <div class=\"actions\"><a class=\"btn primary block\" href=\"/me\">修改密码</a></div>\
         <form method=\"post\" action=\"/signout\">{}<div class=\"actions\">\
         <button class=\"btn block\">退出</button></div></form>",
        bare::token(viewer),
    );
    bare::sign_in_page(viewer, StatusCode::FORBIDDEN, "密码已到期", &inner)
}

fn came_from(req: &Request) -> CameFrom {
    let origin = req.extensions().get::<PublicOrigin>().map(|o| o.0.clone()).unwrap_or_default();
    let path = req
        .headers()
        .get(header::REFERER)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix(origin.as_str()))
        .filter(|p| p.starts_with('/'))
        .unwrap_or("/");
    CameFrom(path.to_owned())
}

fn client(config: &Config, req: &Request) -> String {
    let Some(peer) = req.extensions().get::<Peer>().map(|p| p.0.ip()) else { return "unknown".into() };
    if !is_proxy(config, peer) {
        return peer.to_string();
    }
    // The last entry is the one that the proxy itself appended.
    let told = req
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .next_back()
        .and_then(|v| v.rsplit(',').next())
        .and_then(|v| v.trim().parse::<IpAddr>().ok());
    told.unwrap_or(peer).to_string()
}

/// Does the connection come from the configured proxy?
pub(super) fn is_proxy(config: &Config, peer: IpAddr) -> bool {
    config.trusted_proxies.contains(&peer.to_canonical())
}

/// Where somebody is at home.
pub(super) fn home_of(viewer: &Viewer) -> &'static str {
    let business = viewer
        .roles
        .iter()
        .any(|r| r.needs_confirmation() && !matches!(r, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin));
    if viewer.on_phone_pages() && !business {
        "/home"
    } else if business {
        "/board"
    } else if viewer.has(Role::SecurityAdmin) {
        "/people/roles"
    } else if viewer.has(Role::SystemAdmin) {
        "/people"
    } else if viewer.has(Role::AuditAdmin) {
        "/audit"
    } else if viewer.has(Role::Member) {
        "/board"
    } else {
        "/me"
    }
}

/// `GET /`: leads everybody home.
pub async fn front(Extension(visitor): Extension<Visitor>) -> Response {
    if visitor.actor.is_none() {
        return reply::to("/signin");
    }
    reply::to(home_of(&visitor.viewer))
}

/// Adds the routes of signing in and out.
pub fn routes(builder: Builder) -> Builder {
    sign_in_forms::routes(builder)
        .get(Kind::File, "/me/reset", Policy::SignedIn, reset_forms::page)
        .form("/me/reset", Policy::SignedIn, reset_forms::seen)
        .form("/signout", Policy::SignedIn, sign_out)
        .form("/size", Policy::Public, size)
        .form("/post", Policy::SignedIn, post)
}

async fn sign_out(State(app): State<App>, Extension(visitor): Extension<Visitor>, fields: Fields) -> Response {
    if let Err(r) = fields.only(&["wiped"]) {
        return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, &r.to_string());
    }
    if let Some(actor) = &visitor.actor
        && let Err(e) = app.services().end_session(actor, actor.session).await
    {
        let error = crate::services::told(e);
        return reply::sorry(StatusCode::SERVICE_UNAVAILABLE, &error.to_string());
    }
    let mut response = reply::to("/signin?out=1");
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app.config(), "", 0));
    // A browser that ran no script here has wiped nothing: the next script of ours that runs there, also without a
    // network, takes the own year away before anything is shown. `"storage"` would take unsent records of everybody
    // who uses the device with it, unnamed.
    // One whose script has wiped says so, and leaves no mark of who was here.
    let left = Some(visitor.viewer.account.as_str()).filter(|_| fields.opt("wiped").is_none());
    response.headers_mut().append(header::SET_COOKIE, left_cookie(app.config(), left));
    // Cookies stay: a bound device stays bound, and so does the text size.
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

fn size_of(text: &str) -> Option<&'static str> {
    ["standard", "large", "huge"].into_iter().find(|s| *s == text)
}

async fn size(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(CameFrom(from)): Extension<CameFrom>,
    fields: Fields,
) -> Response {
    let (Ok(()), Some(size)) = (fields.only(&["size"]), size_of(&fields.text("size"))) else {
        return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, "没有这个字号。请返回后重新选择。");
    };
    if let Some(actor) = &visitor.actor
        && let Err(error) = app.services().keep_size(actor, size).await
    {
        // The cookie still does it for this browser.
        tracing::warn!(%error, "text size not kept");
    }
    let mut response = reply::to(&from);
    response.headers_mut().append(header::SET_COOKIE, cookie(app.config(), SIZE, size, Some(YEAR)));
    response
}

async fn post(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(CameFrom(from)): Extension<CameFrom>,
    fields: Fields,
) -> Response {
    let Some(actor) = &visitor.actor else { return reply::to("/signin") };
    let chosen = match fields.only(&["post"]).and_then(|()| fields.parsed("post")) {
        Ok(post) => app.services().choose_post(actor, post).await.map_err(crate::services::told),
        Err(r) => Err(r.into()),
    };
    match chosen {
        Ok(()) => reply::to(&from),
        Err(e) => reply::sorry(StatusCode::from_u16(e.status()).unwrap_or_default(), &e.to_string()).into_response(),
    }
}
