//! `/wall`: 大屏 of the district for a wall in the office. Dark, without wasm, live by a stream of whole states; a
//! browser without scripts asks again by itself. Names nobody; whoever may, and asks for it (`?names=1`), has the
//! units named that are 逾期 or 待核.

mod draw;
mod hub;
mod stream;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    people::access::{self, Actor},
    time::Instant,
};
use serde::Deserialize;

use super::{
    assets,
    policy::{Builder, Kind, Policy},
    posted,
    reply::{self, escape},
};
use crate::{App, services::storage};

pub use hub::Walls;

/// Our own script and stream; nothing inline, nothing foreign.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Seconds after which a browser without scripts asks again.
const REFRESH: u32 = 20;

/// Adds the page and its stream.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/wall", Policy::SignedIn, open).get(
        Kind::Stream,
        "/api/v1/wall/stream",
        Policy::SignedIn,
        stream::open,
    )
}

/// How to show it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// `1`: with the names of units.
    names: Option<String>,
}

impl Asked {
    fn names(&self) -> bool {
        self.names.as_deref() == Some("1")
    }
}

/// May the actor look, and with names?
fn admitted(actor: &Actor, names: bool) -> Result<(), Rejection> {
    let _ = access::open_wall(actor).map_err(|_| Rejection::NotFound)?;
    if names {
        let _ = access::name_on_wall(actor).map_err(|_| Rejection::NotFound)?;
    }
    Ok(())
}

/// `10:41:07` in Asia/Shanghai.
fn clock(at: Instant) -> String {
    format!("{}:{:02}", at.clock(), at.0.div_euclid(1000).rem_euclid(60))
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = posted::actor(&visitor)?;
    let names = asked.is_ok_and(|Query(asked)| asked.names());
    admitted(&actor, names).map_err(|e| reply::refused(&e.into()))?;
    let shown = app.walls().of(actor.district).now(names).await.map_err(|e| reply::refused(&storage(e)))?;
    let now = app.services().now();
    let html = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"renderer\" content=\"webkit\">\
         <title>大屏 · 五责链</title><link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{css}\"><script src=\"{js}\" defer></script>\
         <noscript><meta http-equiv=\"refresh\" content=\"{REFRESH}\"></noscript></head>\
         <body data-stream=\"/api/v1/wall/stream?names={names_key}\" data-id=\"{id}\" data-now=\"{now}\">\
         <header class=\"w-top\"><h1>五责链<small>{district}　{year}年度</small></h1>\
         <p id=\"wall-at\" role=\"status\">数据时间 <b data-at>{at}</b></p>\
         <p id=\"wall-off\" role=\"alert\" hidden>连接中断，数字停在 <b data-at>{at}</b>，正在重连</p>\
         <p class=\"w-clock\"><span data-clock>{clock}</span></p></header>\
         <main id=\"live\">{live}</main>\
         <footer class=\"w-foot\"><span>{words}</span>{other}<a href=\"/\">退出大屏</a></footer></body></html>",
        icon = assets::url("icon.svg"),
        css = assets::url("wall.css"),
        js = assets::url("wall.js"),
        names_key = u8::from(names),
        id = escape(&shown.id),
        now = now.0,
        district = escape(&shown.district),
        year = now.day().year(),
        at = shown.at.map(clock).unwrap_or_default(),
        clock = clock(now),
        live = shown.html,
        words = if names {
            "显示有逾期或待核的单位名称"
        } else {
            "只显示数量，不显示单位和人员"
        },
        other = match (names, access::name_on_wall(&actor).is_ok()) {
            (true, _) => "<a href=\"/wall\">不显示单位名称</a>",
            (false, true) => "<a href=\"/wall?names=1\">显示单位名称</a>",
            (false, false) => "",
        },
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
    ];
    Ok((StatusCode::OK, headers, html).into_response())
}
