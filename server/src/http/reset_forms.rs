//! The line that an owner reads after others set his way in anew, until he says that he knows; and the one that a
//! session ended by it leaves at the door. Bare pages: nothing of it stands in a bundle.

use app::api::Visitor;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    bare,
    posted::{Posted, actor},
    reply::{self, escape},
    session::{self, cookie_of},
};
use crate::{
    App,
    services::{people::sessions::Opened, storage, told},
};

/// Where somebody goes who just came in.
pub(super) fn first_page(opened: &Opened, next: &str) -> String {
    if opened.reset { "/me/reset".to_owned() } else { next.to_owned() }
}

/// `GET /me/reset`: the line, with 「知道了」.
pub(super) async fn page(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let line = app.services().unread_reset(&actor).await.map_err(|e| reply::refused(&storage(e)))?;
    let Some(line) = line else { return Ok(reply::to(session::home_of(&visitor.viewer))) };
    let viewer = &visitor.viewer;
    let inner = format!(
        "<div class=\"notice warn\" role=\"alert\"><b>{line}</b>\
         <p>如果不是您要求的，请立即联系安全管理员，并告诉纪委机关。</p></div>\
         <form method=\"post\" action=\"/me/reset\">{token}<div class=\"actions\">\
         <button class=\"btn primary block\">知道了</button><a class=\"btn block\" href=\"/\">以后再看</a></div></form>",
        line = escape(&line),
        token = bare::token(viewer),
    );
    // The same line stands in the banner of every other page.
    let mut alone = viewer.clone();
    alone.banner = String::new();
    Ok(bare::sign_in_page(&alone, StatusCode::OK, "登录方式已重置", &inner))
}

/// `POST /me/reset`: 「知道了」.
pub(super) async fn seen(posted: Posted) -> Response {
    let job = async {
        posted.only(&[])?;
        posted.services().saw_reset(&posted.actor).await
    };
    match job.await {
        Ok(()) => reply::to("/"),
        Err(e) => reply::refused(&told(e)),
    }
}

/// Why the session of this browser ended, for the pages of the door; empty where no reset ended it.
pub(super) async fn ended(app: &App, headers: &HeaderMap) -> String {
    let Some(token) = cookie_of(app.config(), headers, "wuze") else { return String::new() };
    match app.services().ended_by_reset(&token).await {
        Ok(Some(line)) => format!(
            "<div class=\"notice warn\" role=\"alert\"><b>{}，这里的登录已结束</b>\
             <p>如果不是您要求的，请立即联系安全管理员，并告诉纪委机关。</p></div>",
            escape(&line)
        ),
        _ => String::new(),
    }
}
