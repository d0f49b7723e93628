//! `GET /drafts` without a form: what the server did not take, with the reason and the way back to each form.
//! Plain HTML without a bundle; every text is escaped here.

use app::api::{ApiError, Visitor};
use axum::response::Response;
use domain::{
    Rejection,
    ids::DraftId,
    people::access::Actor,
    time::{Instant, zh_short},
};

use super::{
    bare,
    paper_pages::{Head, marks, page},
    policy::{Builder, Policy},
    posted::Posted,
    reply::{self, escape},
};
use crate::{
    App,
    services::drafts::{DAYS, KEPT, RefusedForm, SECRET_DAYS},
};

/// Adds the form.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/drafts/forget", Policy::SignedIn, forget)
}

/// `11月22日 11:00`: every line alike, today's too.
fn moment(at: Instant) -> String {
    format!("{} {}", zh_short(at.day()), at.clock())
}

/// The page.
pub async fn list(app: &App, actor: &Actor, visitor: &Visitor) -> Result<Response, ApiError> {
    let all = app.services().refused_forms(actor).await?;
    let head = Head { title: "没有通过的内容", note: "", back: "/todo" };
    if all.is_empty() {
        let empty =
            "<div class=\"empty\"><b>没有留下的内容</b><p>提交时没有通过的内容会列在这里，改好后可以再提交。</p></div>";
        return Ok(page(&visitor.viewer, &head, empty));
    }
    let hint = format!(
        "<p class=\"hint\">提交时没有通过，写的都留着：点开改好，再提交。留 {DAYS} 天，最多 {KEPT} 份，再多时先去掉最早的；含身份证号或密级标志的只留 {SECRET_DAYS} 天。</p>"
    );
    let cards: String = all.iter().map(|one| card(app, visitor, one)).collect();
    Ok(page(&visitor.viewer, &head, &format!("{hint}{cards}")))
}

fn card(app: &App, visitor: &Visitor, one: &RefusedForm) -> String {
    format!(
        "<section class=\"card\"><h2>{name} <small>{at}</small></h2><p class=\"read\">{start}</p>\
         <p class=\"error\">{why}</p><form class=\"actions\" method=\"post\" action=\"/drafts/forget\">{marks}{id}\
         <a class=\"btn primary\" href=\"{back}\">接着改</a><button class=\"btn\">不要了</button></form></section>",
        back = escape(&one.back),
        name = one.name,
        start = escape(&one.start),
        at = moment(one.at),
        why = escape(&one.why),
        marks = marks(app, &visitor.viewer),
        id = bare::hidden("draft", &one.id.to_string()),
    )
}

/// `POST /drafts/forget`: 「不要了」, for one of his own.
async fn forget(posted: Posted) -> Response {
    let job = async {
        let id: DraftId = posted.only(&["draft"])?.parsed("draft")?;
        if posted.services().drop_refused(&posted.actor, id).await? {
            return Ok(());
        }
        Err(ApiError::from(Rejection::NotFound))
    };
    match job.await {
        Ok(()) => reply::to("/drafts"),
        Err(e) => reply::refused(&e),
    }
}
