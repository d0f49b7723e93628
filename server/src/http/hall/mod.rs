//! Pages of the hall: check-in, ballot, big screen, console, tellers, counters, desk, presenter,
//! prints. Bare HTML with forms that work without scripts; `live.js`, `seat.js` and `ballot.js` only add to it.
//! Refuses rules (the room's and `domain::reviews`') and wasm; every text is escaped where it is put in.

#![expect(clippy::format_collect, reason = "short lists, drawn once per look; a fold would hide the markup")]

mod asking;
mod ballot;
mod cast;
mod check_in;
mod commands;
mod console;
mod counter;
mod desk;
mod groups;
mod next;
mod papers;
mod presenter;
pub(super) mod qr;
mod rater;
mod ready;
mod screen;
mod sheet;
mod status;
mod tablet;
mod teller;
mod truth;
mod warnings;

use std::{fmt::Write as _, sync::Arc};

use app::{
    api::{ApiError, Visitor},
    viewer::Viewer,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    ids::MeetingId,
    people::access::Actor,
    reviews::{Meeting, Part},
};

use super::{
    assets,
    policy::{Builder, Policy},
    reply::{self, escape, refused},
};
use crate::{App, live::Room};

/// Our own scripts and the room's stream; nothing inline, nothing foreign.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds the pages and forms of the hall.
pub fn routes(builder: Builder) -> Builder {
    let builder = check_in::routes(builder);
    let builder = rater::routes(builder);
    let builder = cast::routes(builder);
    let builder = screen::routes(builder);
    let builder = console::routes(builder);
    let builder = asking::routes(builder);
    let builder = ready::routes(builder);
    let builder = teller::routes(builder);
    let builder = counter::routes(builder);
    let builder = desk::routes(builder);
    let builder = tablet::routes(builder);
    let builder = presenter::routes(builder);
    let builder = papers::routes(builder);
    builder.form("/hall/{id}/command", Policy::SignedIn, commands::run)
}

/// Stands in a form that came back with what was typed: `work.js` leaves such a form alone.
const KEPT: &str = "<span data-kept hidden></span>";

/// The key of a unit variant, as the open interface says it.
fn key_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A page of the hall.
pub(super) struct Page<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Title of the window.
    pub title: &'a str,
    /// Family of pages in `hall.css`: `rater`, `work`, `screen`, `paper`.
    pub family: &'static str,
    /// Stream of the room to listen to: meeting and role.
    pub stream: Option<(MeetingId, &'static str)>,
    /// Values of the view that make `#live` be drawn again.
    pub watch: &'static str,
    /// Scripts of `public/`.
    pub scripts: &'static [&'static str],
    /// Seconds after which a browser without scripts asks again; 0: never.
    pub refresh: u32,
    /// Server time in milliseconds, for the clocks.
    pub now: i64,
}

impl Page<'_> {
    /// The whole answer. `body` is markup of our own with every text escaped.
    pub fn answer(&self, status: StatusCode, body: &str) -> Response {
        let viewer = self.viewer;
        let mut head = String::new();
        for script in self.scripts {
            let _ = write!(head, "<script src=\"{}\" defer></script>", assets::url(script));
        }
        if self.refresh > 0 {
            let _ = write!(head, "<noscript><meta http-equiv=\"refresh\" content=\"{}\"></noscript>", self.refresh);
        }
        let mut marks = format!("class=\"{}\" data-now=\"{}\"", self.family, self.now);
        if let Some((meeting, role)) = self.stream {
            let _ = write!(
                marks,
                " data-stream=\"/api/v1/rooms/{meeting}/stream?role={role}\" data-watch=\"{}\"",
                self.watch
            );
        }
        let html = format!(
            "<!DOCTYPE html><html lang=\"zh-CN\" class=\"{family}-root\" data-size=\"{size}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
             <meta name=\"renderer\" content=\"webkit\"><meta name=\"format-detection\" content=\"telephone=no\">\
             <title>{title}</title><link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\
             <link rel=\"stylesheet\" href=\"{css}\">{head}</head><body {marks}>{banner}{body}</body></html>",
            family = self.family,
            size = escape(if viewer.size.is_empty() { "standard" } else { &viewer.size }),
            title = escape(self.title),
            icon = assets::url("icon.svg"),
            css = assets::url("hall.css"),
            banner = if viewer.banner.is_empty() {
                String::new()
            } else {
                format!("<div class=\"banner\" role=\"note\">{}</div>", escape(&viewer.banner))
            },
        );
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
        ];
        (status, headers, html).into_response()
    }
}

/// The note that the connection is gone; `live.js` shows it after three seconds.
pub(super) fn offline(words: &str) -> String {
    format!("<div id=\"offline\" class=\"offline\" role=\"status\" hidden>{words}</div>")
}

/// The room of a page's address, and the actor of its session.
pub(super) struct Hall {
    pub room: Arc<Room>,
    pub meeting: Arc<Meeting>,
    pub actor: Arc<Actor>,
    pub id: MeetingId,
}

impl Hall {
    /// Opens the room for somebody who has one of `parts` in it, or as `office` runs it for the district.
    /// Everybody else gets the answer of a page that does not exist.
    pub async fn open(app: &App, visitor: &Visitor, id: &str, parts: &[Part], office: bool) -> Result<Self, Response> {
        let Some(actor) = visitor.actor.clone() else { return Err(reply::to("/signin")) };
        let Ok(id) = id.parse::<MeetingId>() else { return Err(missing()) };
        let room = app.rooms().room(actor.district, id).await.map_err(|e| refused(&e))?;
        let meeting = room.meeting();
        let held = meeting.plan.parts(actor.person);
        let allowed =
            parts.iter().any(|p| held.contains(p)) || (office && actor.has(domain::people::Role::ConductOffice));
        if !allowed {
            return Err(missing());
        }
        Ok(Self { room, meeting, actor, id })
    }

    /// [`open`](Self::open) for those who run the meeting: its chair and operators.
    pub async fn run(app: &App, visitor: &Visitor, id: &str) -> Result<Self, Response> {
        Self::open(app, visitor, id, &[Part::Chair, Part::Operator], false).await
    }

    /// Does the actor have `part` in this meeting?
    pub fn is(&self, part: Part) -> bool {
        self.meeting.plan.parts(self.actor.person).contains(&part)
    }
}

/// The answer of a page that does not exist, or not for this person.
pub(super) fn missing() -> Response {
    refused(&Rejection::NotFound.into())
}

/// A page that says itself why a form of it was refused.
fn refused_on(mut page: Response, error: &ApiError) -> Response {
    *page.status_mut() = reply::status(error);
    page
}

/// Masthead of a working page with the ways to the others that this person may open.
pub(super) fn masthead(hall: &Hall, here: &str) -> String {
    let plan = &hall.meeting.plan;
    let runs = hall.is(Part::Chair) || hall.is(Part::Operator);
    let mut links = String::new();
    let mut link = |allowed: bool, path: &str, word: &str| {
        if allowed {
            let current = if path == here { " aria-current=\"page\"" } else { "" };
            let _ = write!(links, "<a href=\"/hall/{}{path}\"{current}>{word}</a>", hall.id);
        }
    };
    link(runs, "", "会议控制");
    link(runs, "/check-in", "签到台");
    link(runs, "/ready", "开会前检查");
    link(hall.is(Part::Teller), "/teller", "监票");
    link(hall.is(Part::Counter), "/counter", "计票录入");
    link(hall.is(Part::Presenter), "/presenter", "我的述责");
    link(runs, "/papers", "打印");
    format!(
        "<header class=\"mast screen-only\"><b>{}</b><span>{}　{}</span><nav aria-label=\"本次会议\">{links}\
         <a href=\"/\">退出会议页面</a></nav></header>",
        escape(&plan.title),
        escape(&domain::time::zh(plan.on)),
        escape(&plan.place),
    )
}

/// A working page: masthead, offline note, the part that is drawn again.
pub(super) fn work(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    here: &str,
    heading: &str,
    stream: (&'static str, &'static str),
    live: &str,
) -> Response {
    let page = Page {
        viewer: &visitor.viewer,
        title: &format!("{heading} · {}", hall.meeting.plan.title),
        family: "work",
        stream: Some((hall.id, stream.0)),
        watch: stream.1,
        scripts: &["live.js", "work.js"],
        refresh: 20,
        now: app.services().now().0,
    };
    let body = format!(
        "{mast}{offline}<main class=\"wrap\" id=\"main\"><div class=\"head\"><h1>{heading}</h1>\
         <span class=\"muted\" data-live=\"line\">{line}</span>\
         <span class=\"tag warn\" id=\"stale\" role=\"status\" hidden>▲ 会场有变化，手头这项办完后更新</span></div>\
         <div id=\"live\" data-page=\"/hall/{id}{here}\">{live}</div></main>",
        mast = masthead(hall, here),
        offline = offline(
            "与服务器的连接断了（<span data-since></span> 起），正在重连。页面上的数字停在断开时；已经办的都已存好。"
        ),
        heading = escape(heading),
        id = hall.id,
        line = escape(&status::line(&hall.meeting)),
    );
    page.answer(StatusCode::OK, &body)
}

/// What a form said when it came back: `?said=…` is one of our own words, never free text.
pub(super) fn said(key: Option<&str>) -> String {
    let (kind, words) = match key {
        Some("done") => ("ok", "已办。"),
        Some("opened") => ("ok", "已启封。问过的请点“已问”。"),
        Some("none") => ("ok", "没有封存的询问题和建议。"),
        Some("asked") => ("ok", "已记为已问。"),
        Some("given") => ("ok", "已登记发卡。"),
        Some("arrived") => ("ok", "已登记到场。"),
        Some("papers") => ("ok", "已登记发出纸质测评表。"),
        Some("paper") => ("ok", "已登记发出纸质测评表，该席位的电子票停用。"),
        Some("revoked") => ("ok", "已停用。请本人重新签到，原来的手机不能再提交。"),
        Some("changed") => (
            "ok",
            "已办理换机：五分钟内，本人可以用这张卡在另一台设备上，或在签到处的平板上，再签到一次。签到后，原来的设备不能再提交。",
        ),
        Some("entered") => ("ok", "已录入。"),
        Some("withdrawn") => ("ok", "已撤回您录的这一张。"),
        Some("restored") => ("ok", "已恢复。请本人重新签到。"),
        Some("returned") => ("ok", "已登记退卡。"),
        Some("received") => ("ok", "平板上的测评表已收到，请接着登记下一位。"),
        Some("spoiled") => ("ok", "已登记您清点的废票和未收回张数。"),
        _ => return String::new(),
    };
    format!("<div class=\"note {kind}\" role=\"status\"><p>{words}</p></div>")
}

/// The notice of a refusal on the page it belongs to.
pub(super) fn problem(words: Option<&str>) -> String {
    words.map_or_else(String::new, |w| {
        format!("<div class=\"note bad\" role=\"alert\"><b>没有办成</b>{}</div>", escape(w))
    })
}
