//! Forms and files of 提醒: plain posts for every browser, the month as a calendar file, and the
//! public feed behind a secret address.

use app::api::{ApiError, Visitor, reminders::MonthQuery};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    reminders::{Quarter, ReminderWay},
};

use super::{
    bare,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply::{self, escape},
    session::Client,
};
use crate::{
    App,
    services::reminders::{DESK_DRAFT, Decision, Subject, Switches, URGE_DRAFT, WAYS_DRAFT},
};

/// Adds them.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/reminders/ways", Policy::SignedIn, ways)
        .form("/reminders/feed", Policy::SignedIn, feed)
        .form("/reminders/test", Policy::SignedIn, test)
        .form("/reminders/decide", Policy::SignedIn, decide)
        .form("/reminders/channels", Policy::SignedIn, channels)
        .form("/reminders/urge", Policy::SignedIn, urge)
        .form("/reminders/seen", Policy::SignedIn, seen)
        .get(Kind::File, "/month/ics", Policy::SignedIn, month)
        .get(Kind::File, "/calendar/{secret}", Policy::Public, published)
}

async fn ways(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["way", "email"])?;
        let choices = ReminderWay::ALL.map(|way| (way.key(), way));
        let way = fields.choice("way", &choices)?;
        posted.services().choose_way(&posted.actor, fields.command()?, way, &fields.text("email")).await
    };
    posted.ended(job, Home::new(WAYS_DRAFT, "/reminders/ways"), |()| "/reminders/ways?done=1".into()).await
}

async fn feed(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["do"])?;
        if fields.choice("do", &[("make", true), ("end", false)])? {
            return posted.services().new_feed(&posted.actor).await.map(Some);
        }
        posted.services().end_feed(&posted.actor).await.map(|()| None)
    };
    match job.await {
        Ok(Some(secret)) => address(&posted.app, &visitor, &secret),
        Ok(None) => reply::to("/reminders/ways?done=1"),
        Err(e) => posted.back(Home::new(WAYS_DRAFT, "/reminders/ways"), &e).await,
    }
}

/// The address, on this one answer only.
fn address(app: &App, visitor: &Visitor, secret: &str) -> Response {
    let url = format!("{}/calendar/{secret}.ics", app.config().origin());
    let body = format!(
        "<main class=\"main read\" id=\"main\"><h1>日历订阅地址</h1>\
         <div class=\"notice warn\" role=\"status\"><b>地址只显示这一次</b>\
         <p>请现在复制到手机日历的“添加订阅日历”里。谁有这个地址，谁就能看到有几项，请不要转发。丢了可以换一个新地址，旧地址作废。</p></div>\
         <p class=\"mono\">{}</p><p><a class=\"btn\" href=\"/reminders/ways\">返回提醒方式</a></p></main>",
        escape(&url),
    );
    bare::page(&visitor.viewer, StatusCode::OK, "日历订阅地址", &body)
}

async fn test(posted: Posted) -> Response {
    let group = posted.fields.opt("group").is_some();
    let job = async {
        let fields = posted.only(&["group"])?;
        if group {
            let _yes = fields.choice("group", &[("yes", true)])?;
        }
        posted.services().test_message(&posted.actor, fields.command()?, group).await
    };
    let (form, page) = if group { (DESK_DRAFT, "/reminders") } else { (WAYS_DRAFT, "/reminders/ways") };
    posted.ended(job, Home::new(form, page), |()| format!("{page}?done=1")).await
}

async fn decide(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["year", "quarter", "seen", "do"])?;
        let of = Quarter { year: fields.parsed("year")?, quarter: fields.parsed("quarter")? };
        let decision = fields.choice("do", &[("send", Decision::Send), ("skip", Decision::Skip)])?;
        let (key, seen) = (fields.command()?, fields.parsed("seen")?);
        posted.services().decide_round(&posted.actor, key, of, seen, decision).await
    };
    posted.ended(job, Home::new(DESK_DRAFT, "/reminders"), |()| "/reminders?done=1".into()).await
}

async fn channels(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["email", "feed", "robot"])?;
        let on = |name: &str| match fields.opt(name) {
            None => Ok(false),
            Some(_) => fields.choice(name, &[("on", true)]),
        };
        let on = Switches { email: on("email")?, feed: on("feed")?, robot: on("robot")? };
        posted.services().set_switches(&posted.actor, fields.command()?, on).await
    };
    posted.ended(job, Home::new(DESK_DRAFT, "/reminders"), |()| "/reminders?done=1".into()).await
}

async fn urge(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["subject", "id"])?;
        let subject = match &*fields.text("subject") {
            "item" => Subject::Item(fields.parsed("id").map_err(|_| Rejection::NotFound)?),
            "occurrence" => Subject::Occurrence(fields.parsed("id").map_err(|_| Rejection::NotFound)?),
            _ => return Err(Rejection::NotFound.into()),
        };
        posted.services().urge(&posted.actor, fields.command()?, subject).await
    };
    posted.ended(job, Home::new(URGE_DRAFT, "/reminders/urges"), |()| "/reminders/urges?done=1".into()).await
}

async fn seen(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["id"])?;
        let id = fields.parsed("id").map_err(|_| Rejection::NotFound)?;
        posted.services().seen_reminder(&posted.actor, id).await
    };
    posted.ended(job, Home::new(WAYS_DRAFT, "/reminders/ways"), |()| "/month".into()).await
}

async fn month(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<MonthQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let actor = match actor(&visitor) {
        Ok(actor) => actor,
        Err(response) => return response,
    };
    let Ok(Query(query)) = query else { return reply::refused(&ApiError::Rejected(Rejection::NotFound)) };
    match app.services().month_calendar(&actor, query).await {
        Ok(text) => calendar(text, true),
        Err(e) => reply::refused(&e),
    }
}

/// The feed. Nothing tells an unknown address from a revoked one; who guesses has to wait.
async fn published(State(app): State<App>, Extension(client): Extension<Client>, Path(name): Path<String>) -> Response {
    let services = app.services();
    let now = app.store().now();
    if services.attempts().address_waits(&client.0, now).is_some() {
        return reply::sorry(StatusCode::TOO_MANY_REQUESTS, "请求太频繁，请稍后再试。");
    }
    let secret = name.strip_suffix(".ics").unwrap_or_default();
    match services.feed(secret).await {
        Ok(Some(text)) => calendar(text, false),
        Ok(None) => {
            services.attempts().failed_from(&client.0, now);
            reply::sorry(StatusCode::NOT_FOUND, "没有找到这个日历，地址可能已经停用。")
        }
        Err(e) => reply::refused(&e),
    }
}

fn calendar(text: String, file: bool) -> Response {
    let place = if file { "attachment; filename=\"month.ics\"" } else { "inline; filename=\"wuze.ics\"" };
    (
        StatusCode::OK,
        [
            (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
            (header::CONTENT_DISPOSITION, place),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
        text,
    )
        .into_response()
}
