//! `/screen/{id}`: the big screen. One name, one step, one count, readable from twenty metres; the
//! code to come in; results only when they are announced by the rules of the meeting.

use std::fmt::Write as _;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    reviews::{Announce, BundleResult, Meeting, Outcome, Part, Phase, RoomFacts, RoundState, Step},
    time::Instant,
};

use super::{Hall, Page, offline, qr, status};
use crate::{
    App,
    http::{
        policy::{Builder, Kind, Policy},
        reply::escape,
    },
    live::code::SLOT_MS,
};

/// Adds the pages.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/screen/{id}", Policy::SignedIn, open).get(
        Kind::Page,
        "/screen/{id}/code",
        Policy::SignedIn,
        code,
    )
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator], true).await?;
    let now = app.services().now();
    let told = results(&hall).await;
    let page = Page {
        viewer: &visitor.viewer,
        title: &format!("大屏 · {}", hall.meeting.plan.title),
        family: "screen",
        stream: Some((hall.id, "screen")),
        watch: "phase at step round state announced confirmed certificate destroyed runs",
        scripts: &["live.js", "work.js"],
        refresh: 10,
        now: now.0,
    };
    let body = format!(
        "{offline}<header class=\"s-top\"><b>{title}</b><span>{place}</span><span data-wall aria-hidden=\"true\">{wall}</span></header>\
         <main id=\"live\" class=\"s-live\">{live}</main>",
        offline = offline("▲ 大屏与服务器断开（<span data-since></span> 起），正在重连，数字停在断开时"),
        title = escape(&hall.meeting.plan.title),
        place = escape(&hall.meeting.plan.place),
        wall = wall(now),
        live = draw(&hall, now, &told),
    );
    Ok(page.answer(StatusCode::OK, &body))
}

async fn code(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator], true).await?;
    let now = app.services().now();
    let page = Page {
        viewer: &visitor.viewer,
        title: "签到码",
        family: "screen",
        stream: None,
        watch: "",
        scripts: &[],
        refresh: 25,
        now: now.0,
    };
    Ok(page.answer(StatusCode::OK, &format!("<main><h1 class=\"vh\">签到码</h1>{}</main>", code_box(&hall, now))))
}

/// `10:41:07` in Asia/Shanghai.
fn wall(now: Instant) -> String {
    format!("{}:{:02}", now.clock(), now.0.div_euclid(1000).rem_euclid(60))
}

/// Results that may be told, in the order of the meeting.
async fn results(hall: &Hall) -> Vec<BundleResult> {
    let mut told = Vec::new();
    if hall.meeting.plan.announce == Announce::Afterwards {
        return told;
    }
    for presenter in &hall.meeting.plan.presenters {
        // A result that cannot be read now is asked for again with the next event.
        if let Ok(Some(result)) = hall.room.results(presenter.id).await {
            told.push(result);
        }
    }
    told
}

fn draw(hall: &Hall, now: Instant, told: &[BundleResult]) -> String {
    let meeting = &hall.meeting;
    let facts = hall.room.facts();
    let code = code_box(hall, now);
    format!(
        "<div class=\"s-mid\"><div class=\"s-main\">{}</div>{code}</div><div class=\"s-foot\">{}{}</div>",
        centre(meeting, now, told, typed(&hall.room.code().1)),
        count(meeting, &facts),
        last_line(meeting, status::link(hall)),
    )
}

fn centre(meeting: &Meeting, now: Instant, told: &[BundleResult], place: &str) -> String {
    let shown = result_table(meeting, told);
    if !shown.is_empty() {
        return shown;
    }
    let words = |big: &str, below: &str| {
        format!("<h1 class=\"s-name words\">{}</h1><p class=\"s-title\">{}</p>", escape(big), escape(below))
    };
    if let Some(code) = sealed(meeting) {
        return format!(
            "<h1 class=\"s-name words\">已封存</h1><p class=\"s-title\">封存校验码，请监票人核对</p><p class=\"s-seal\">{}</p>",
            escape(code)
        );
    }
    match (meeting.phase, meeting.who()) {
        (Phase::Preparing, _) => words("会议即将开始", &meeting.plan.place),
        (Phase::CheckIn, None) => format!(
            "<h1 class=\"s-name words\">请扫码签到</h1><p class=\"s-title\">扫不了码的，用浏览器打开<b>{}</b>输入六位数字</p>",
            escape(place),
        ),
        // All on one sheet: whoever reported last is not singled out.
        (Phase::CheckIn | Phase::Running, Some((_, sheet, place))) if place.is_empty() => format!(
            "<h1 class=\"s-name words\">综合评议</h1><p class=\"s-title\">集中测评<span>{}</span></p>{}",
            escape(&sheet),
            status::steps(meeting),
        ),
        (Phase::Running, None) => words("会议进行中", &meeting.plan.place),
        (Phase::CheckIn | Phase::Running, Some((name, title, place))) => {
            let clock =
                if meeting.step == Step::Report && meeting.current().is_none_or(|r| r.state != RoundState::Closed) {
                    status::clock(meeting, now)
                } else {
                    String::new()
                };
            let long = if name.chars().count() > 5 { " long" } else { "" };
            format!(
                "<h1 class=\"s-name{long}\">{}</h1><p class=\"s-title\">{}<span>{}</span></p>{}{clock}",
                escape(&name),
                escape(&title),
                escape(&place),
                status::steps(meeting),
            )
        }
        (Phase::Announcing | Phase::Feedback | Phase::Archived, _) => words(
            "会议结束",
            if meeting.plan.announce == Announce::Afterwards {
                "评议结果会后一人一单反馈"
            } else {
                "谢谢各位"
            },
        ),
    }
}

/// The code of the round sealed last, while the room is still at it: nobody else was called since.
fn sealed(meeting: &Meeting) -> Option<&str> {
    let round = meeting.rounds.last().filter(|r| r.state == RoundState::Sealed)?;
    if meeting.phase != Phase::Running || meeting.at.is_some_and(|at| meeting.is_left(at)) {
        return None;
    }
    round.certificate.as_deref()
}

/// Names and 等次 of those announced; never one score beside another.
fn result_table(meeting: &Meeting, told: &[BundleResult]) -> String {
    if told.is_empty() {
        return String::new();
    }
    // While the meeting goes on with somebody else, his name is on the screen.
    if meeting.at.is_some_and(|at| meeting.sealed(at).is_none()) && meeting.phase == Phase::Running {
        return String::new();
    }
    let mut rows = String::new();
    for result in told {
        let t = &result.tally;
        let grade = match &t.outcome {
            Outcome::Graded { grade, .. } => grade.label(),
            Outcome::TooFewValid => "有效票不足，不计结果",
            Outcome::TooFewToShow => "人数过少，只公布收回情况",
        };
        let _ = write!(
            rows,
            // No counts: a smaller 应到 in one row would show who was recused from.
            "<tr><td>{}</td><td>{grade}</td></tr>",
            escape(&result.name),
        );
    }
    format!("<h1 class=\"s-title\">评议结果</h1><table class=\"s-result\"><tbody>{rows}</tbody></table>")
}

fn count(meeting: &Meeting, facts: &RoomFacts) -> String {
    let p = facts.presence;
    if matches!(meeting.phase, Phase::Announcing | Phase::Feedback | Phase::Archived | Phase::Preparing) {
        return String::new();
    }
    if meeting.current().is_none() && sealed(meeting).is_none() {
        let part = status::share(p.present, p.entitled);
        return format!(
            "<p class=\"s-count\">实到<strong data-live=\"present\">{}</strong>人<span class=\"gap\">/</span>应到\
             <strong class=\"small-num\" data-live=\"entitled\">{}</strong>人</p>\
             <svg class=\"bar\" role=\"presentation\"><rect height=\"100%\" width=\"{part}%\" data-live-width=\"present\" data-of=\"entitled\"/></svg>",
            p.present, p.entitled
        );
    }
    let part = status::share(facts.returned, p.present);
    format!(
        "<p class=\"s-count\">收回<strong data-live=\"returned\">{}</strong>张<span class=\"gap\">/</span>实到\
         <strong class=\"small-num\" data-live=\"present\">{}</strong>人</p>\
         <svg class=\"bar\" role=\"presentation\"><rect height=\"100%\" width=\"{part}%\" data-live-width=\"returned\" data-of=\"present\"/></svg>",
        facts.returned, p.present
    )
}

fn last_line(meeting: &Meeting, link: &str) -> String {
    let round = meeting.rounds.last();
    let (left, right) = match round.map(|r| (r.state, r)) {
        Some((RoundState::Sealed, r)) => {
            (format!("已封存　校验码<b>{}</b>", escape(r.certificate.as_deref().unwrap_or(""))), link.to_owned())
        }
        Some((RoundState::Closed, r)) => {
            let n = r.confirmed.len();
            (
                "测评表已收回，封存前不显示任何结果".to_owned(),
                format!("监票人　已确认 {n} / {}", meeting.plan.tellers.len()),
            )
        }
        Some((RoundState::Open, _)) => ("测评进行中，封存前不显示任何结果".to_owned(), "监票人　收回后确认".to_owned()),
        Some((RoundState::Paused, _)) => ("测评暂停，填好的不会丢".to_owned(), String::new()),
        Some((RoundState::Void | RoundState::Lost, r)) => (r.state.label().to_owned(), "请等下一轮开始".to_owned()),
        None => (format!("述责 {} 位", meeting.plan.presenters.len()), String::new()),
    };
    format!(
        "<p class=\"s-last{}\"><span>{left}</span><span>{right}</span></p>",
        if round.is_some_and(|r| r.state == RoundState::Sealed) { " sealed" } else { "" }
    )
}

/// The QR code, its six digits, where to type them, and when `live.js` asks for the next. Nothing once coming
/// in leads to no ballot any more.
fn code_box(hall: &Hall, now: Instant) -> String {
    if !hall.meeting.lets_in() {
        return String::new();
    }
    let (digits, url) = hall.room.code();
    let place = typed(&url);
    let long = if place.len() > 16 { " class=\"long\"" } else { "" };
    let next = SLOT_MS - now.0.rem_euclid(SLOT_MS) + 150;
    let (first, last) = digits.split_at(digits.len().min(3));
    format!(
        "<section id=\"code\" class=\"s-code\" aria-label=\"签到码\" data-from=\"/screen/{}/code\" data-next=\"{next}\">{}\
         <b>{first} {last}</b><small>扫码进入，或在浏览器打开</small><em{long}>{}</em><small>输入六位数字。每 30 秒更换</small></section>",
        hall.id,
        qr::svg(&url, "签到二维码"),
        escape(place),
    )
}

/// What somebody types who cannot scan: host and short path, of the address in the QR code.
fn typed(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.rfind("/m/").map_or(host, |end| &host[..end + 2])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_address_to_type_is_short() {
        assert_eq!(super::typed("https://wuze.example:8443/m/00ff00ff"), "wuze.example:8443/m");
    }
}
