//! `/room/{id}`: the rater's page. What the room is doing, the sheet, what became of it. With scripts
//! the phone keeps and resends it; without, the same form is posted and answered by a page.
//! Ballots pass through this module and are kept nowhere: a refused form is drawn again at once.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use domain::{
    Rejection,
    ids::MeetingId,
    reviews::{Meeting, Phase, RoundState, Scale, Secrecy, Verdict},
};

use super::{
    Page,
    ballot::{self, Typed},
    offline, problem,
    sheet::{self, Offers},
    status,
};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
        session,
    },
    live::{self, Held, HeldRound, SEAT_COOKIE, code::fingerprint},
};

/// What anonymous raters are promised (interfaces.md 6.11). Said, and nothing beyond it.
const PROMISE: &str = "封存前，为了让您能修改，服务器暂时知道哪张票来自哪个席位；封存时对应关系连同密钥一起销毁，\
     之后数据库、日志和备份里都没有谁投了什么。";
/// What named raters are told.
const NAMED: &str = "这次测评记名：封存后，您的席位和您的测评表留在一起，由区纪委监委保管。";

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/room/{id}", Policy::Public, open).form("/room/{id}/ballot", Policy::Public, cast).form(
        "/room/{id}/leave",
        Policy::Public,
        leave,
    )
}

#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    sent: Option<String>,
    round: Option<String>,
    tablet: Option<String>,
}

/// What a page is drawn with beside the room.
#[derive(Debug, Default)]
struct Told {
    typed: Typed,
    wrong: Vec<Rejection>,
    problem: Option<String>,
    sent: Option<String>,
    sent_round: String,
    tablet: String,
    status: StatusCode,
}

impl Told {
    /// Was this browser told that its ballot of the round was received?
    fn sent_in(&self, round: &HeldRound) -> bool {
        matches!(self.sent.as_deref(), Some("accepted" | "superseded")) && self.sent_round == round.id.to_string()
    }
}

fn seat_token(app: &App, headers: &HeaderMap) -> Option<String> {
    session::cookie_of(app.config(), headers, SEAT_COOKIE)
}

/// Somebody without a seat of this meeting: how to get one.
fn no_seat(app: &App, visitor: &Visitor, words: &str) -> Response {
    let page = Page {
        viewer: &visitor.viewer,
        title: "会场",
        family: "rater",
        stream: None,
        watch: "",
        scripts: &[],
        refresh: 0,
        now: app.services().now().0,
    };
    let body = format!(
        "<header class=\"rater-head\"><h1>会场</h1></header><main id=\"main\"><div class=\"note warn\"><b>请先签到</b>{}</div>\
         <p><a class=\"btn primary big\" href=\"/m\">输入大屏上的数字</a></p></main>",
        escape(words)
    );
    page.answer(StatusCode::FORBIDDEN, &body)
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<MeetingId>() else { return super::missing() };
    let asked = asked.map(|q| q.0).unwrap_or_default();
    let told = Told {
        sent: asked.sent,
        sent_round: asked.round.unwrap_or_default(),
        tablet: asked.tablet.unwrap_or_default(),
        status: StatusCode::OK,
        ..Told::default()
    };
    page(&app, &visitor, id, &headers, told).await
}

async fn page(app: &App, visitor: &Visitor, id: MeetingId, headers: &HeaderMap, told: Told) -> Response {
    let Ok(room) = app.rooms().meeting(id).await else { return super::missing() };
    let Some(token) = seat_token(app, headers) else {
        return no_seat(app, visitor, "这部手机还没有在这次会议签到，或签到已过期。请扫大屏上的二维码。");
    };
    let held = match room.sheet(&token) {
        Ok(held) => held,
        Err(r) => return no_seat(app, visitor, &r.to_string()),
    };
    let meeting = room.meeting();
    let (main, footer) = match &held.round {
        _ if held.on_paper => (on_paper(), String::new()),
        Some(round) if !matches!(round.state, RoundState::Sealed | RoundState::Void | RoundState::Lost) => {
            paper(visitor, id, &token, &held, round, &told)
        }
        Some(round) => (format!("{}{}", ended(id, &token, &held, round, &told), waiting(&meeting)), String::new()),
        None => (waiting(&meeting), String::new()),
    };
    let page = Page {
        viewer: &visitor.viewer,
        title: &meeting.plan.title,
        family: "rater",
        stream: Some((id, "rater")),
        // Nothing is drawn again on a rater's page, whatever the room does.
        watch: "",
        scripts: &["live.js", "ballot.js"],
        refresh: 0,
        now: app.services().now().0,
    };
    let body = format!(
        "<header class=\"rater-head\"><h1>{title}</h1><p>{label}　{secrecy}</p></header>\
         <p class=\"now-line\" data-live=\"line\" aria-live=\"polite\">{line}</p>{offline}\
         <main id=\"main\">{problem}{main}<p class=\"promise\">{promise}</p>{tablet}</main>{footer}",
        title = escape(&meeting.plan.title),
        label = escape(&held.label),
        secrecy = if meeting.plan.secrecy == Secrecy::Anonymous { "无记名测评" } else { "记名测评" },
        line = escape(&status::line(&meeting)),
        offline = offline(
            "网络断了（<span data-since></span> 起），正在重连。<span data-saved>您填的还在这个页面里。</span>"
        ),
        problem = problem(told.problem.as_deref()),
        promise = if meeting.plan.secrecy == Secrecy::Anonymous { PROMISE } else { NAMED },
        tablet = leave_form(visitor, id, &told.tablet),
    );
    page.answer(told.status, &body)
}

/// A seat that took paper: nothing to fill in here.
fn on_paper() -> String {
    "<div class=\"row\"><p class=\"who\">您领了纸质测评表<small>这个席位的电子票已停用，请填写纸质测评表，交到票箱。</small></p></div>".into()
}

/// Before a round: what is going on, and a way to look again without scripts.
fn waiting(meeting: &Meeting) -> String {
    if meeting.phase > Phase::Running {
        return "<div class=\"row\"><p class=\"who\">会议已结束<small>谢谢您参加评议。</small></p></div>".into();
    }
    "<div class=\"row\"><p class=\"who\">请留在会场<small>测评开始后，这里会出现测评表。</small></p>\
     <p data-show=\"state:open,paused\" hidden><a class=\"btn primary big\" href=\"?\">打开测评表</a></p>\
     <noscript><p><a class=\"btn\" href=\"?\">看看开始了没有</a></p></noscript></div>\
     <div class=\"row\" id=\"probe\"><p>手机连接：<b data-word>还没有试</b></p><button type=\"button\" class=\"btn small\">试一次</button></div>"
        .into()
}

/// A round that is over. The empty form lets the phone wipe its copy and say what it knows: after
/// the seal the server itself no longer knows whose ballot was in.
fn ended(id: MeetingId, token: &str, held: &Held, round: &HeldRound, told: &Told) -> String {
    let (class, word, more) = match round.state {
        RoundState::Void => ("bad", "本轮作废，不计入", "请等下一轮开始"),
        RoundState::Lost => ("bad", "需重新测评", "请等下一轮开始"),
        _ if told.sent_in(round) => ("good", "✓ 已计入", "已封存"),
        _ => ("", "这一轮已封存", "收回前显示“已收到”的都已计入"),
    };
    format!(
        "<p id=\"state\" class=\"state-box {class}\" role=\"status\"><b data-word>{word}</b><span data-more>{more}</span></p>\
         <form id=\"ballot\" data-key=\"{id}.{key}\" data-round=\"{round}\" data-state=\"{state}\" data-held=\"\" hidden>{epoch}</form>",
        key = &fingerprint(token)[..12],
        round = round.id,
        state = state_key(round.state),
        epoch = bare::hidden("epoch", &held.epoch.to_string()),
    )
}

fn paper(
    visitor: &Visitor,
    id: MeetingId,
    token: &str,
    held: &Held,
    round: &HeldRound,
    told: &Told,
) -> (String, String) {
    let (state, rules) = (round.state, &round.rules);
    let received = held.rev.is_some();
    let (class, word, more) = truth(state, received, told);
    if round.sheet.lines.is_empty() {
        let words = "<div class=\"row\"><p class=\"who\">这一轮您不用评议<small>述责对象与您有回避关系，不计入应到。</small></p></div>";
        return (words.to_owned(), String::new());
    }
    let note = format!(
        "<p class=\"note warn\" id=\"sheet-note\" hidden>新的一轮测评开始了。<a href=\"/room/{id}\">打开新的测评表</a></p>"
    );
    let form = format!(
        "<form id=\"ballot\" method=\"post\" action=\"/room/{id}/ballot\" data-put=\"/api/v1/rounds/{round}/ballot\" \
         data-key=\"{id}.{key}\" data-round=\"{round}\" data-state=\"{state}\" data-held=\"{rev}\" data-scale=\"{scale}\">\
         {csrf}{h_round}{h_epoch}{h_rev}{h_tablet}<p class=\"promise\">{lead}　<b data-progress></b></p>{rows}</form>",
        round = round.id,
        // The credential's fingerprint, cut: a new phone, card or person on a tablet starts empty.
        key = &fingerprint(token)[..12],
        state = state_key(state),
        rev = held.rev.map_or_else(String::new, |r| r.to_string()),
        scale = if rules.scale == Scale::Points { "points" } else { "grades" },
        csrf = bare::token(&visitor.viewer),
        h_round = bare::hidden("round", &round.id.to_string()),
        h_epoch = bare::hidden("epoch", &held.epoch.to_string()),
        h_rev = bare::hidden("rev", &(held.rev.unwrap_or(0) + 1).to_string()),
        h_tablet = bare::hidden("tablet", &told.tablet),
        lead = if round.sheet.lines.len() > 1 {
            "每位都要有总体评价，或选弃权、回避。边听边填，都填好后一起提交；封存前可以修改。"
        } else {
            "选一个总体评价，或选弃权、回避。封存前可以修改。"
        },
        rows = sheet::rows(&round.sheet, rules, &told.typed, &told.wrong, Offers { recuse: true, comment: true }),
    );
    let button = if state == RoundState::Closed {
        String::new()
    } else {
        format!(
            "<button class=\"btn primary big\" form=\"ballot\" data-submit{}>{}</button>",
            if state == RoundState::Paused { " disabled" } else { "" },
            if received { "提交修改" } else { "提交" }
        )
    };
    let footer = format!(
        "<div class=\"send\"><div><p id=\"state\" class=\"state-box {class}\" role=\"status\"><b data-word>{word}</b><span data-more>{more}</span></p>{button}</div></div>"
    );
    (format!("{note}{form}"), footer)
}

fn state_key(state: RoundState) -> &'static str {
    match state {
        RoundState::Open => "open",
        RoundState::Paused => "paused",
        RoundState::Closed => "closed",
        RoundState::Sealed => "sealed",
        RoundState::Void => "void",
        RoundState::Lost => "lost",
    }
}

/// What is true of this seat's ballot, in the words of the page.
fn truth(state: RoundState, received: bool, told: &Told) -> (&'static str, &'static str, &'static str) {
    let sent = told.sent.as_deref();
    if sent == Some("closed") && !received {
        return ("bad", "已封存，这张未计入", "测评表已收回");
    }
    match (state, received) {
        (RoundState::Open | RoundState::Paused, true) if sent == Some("superseded") => {
            ("good", "✓ 已收到", "您后来交的那张更新，以后来的为准")
        }
        (RoundState::Open, true) => ("good", "✓ 已收到", "封存前可以修改"),
        (RoundState::Paused, true) => ("good", "✓ 已收到", "测评暂停，继续后可以修改"),
        (RoundState::Open, false) => ("", "还没有交", ""),
        (RoundState::Paused, false) => ("wait", "测评暂停", "填好的不会丢，继续后再提交"),
        (RoundState::Closed, true) => ("good", "✓ 已计入", "测评表已收回"),
        (RoundState::Sealed, true) => ("good", "✓ 已计入", "已封存"),
        (RoundState::Closed | RoundState::Sealed, false) => {
            ("bad", "没有收到您的测评表", "测评表已收回，这一轮没有计入")
        }
        (RoundState::Void, _) => ("bad", "本轮作废，不计入", "请等下一轮开始"),
        (RoundState::Lost, _) => ("bad", "需重新测评", "请等下一轮开始"),
    }
}

fn leave_form(visitor: &Visitor, id: MeetingId, tablet: &str) -> String {
    if tablet.is_empty() {
        return String::new();
    }
    format!(
        "<form method=\"post\" action=\"/room/{id}/leave\" data-leave>{}{}<input type=\"hidden\" name=\"received\" value=\"\"><button class=\"btn\">交给下一位</button></form>",
        bare::token(&visitor.viewer),
        bare::hidden("tablet", tablet),
    )
}

async fn cast(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let Ok(id) = id.parse::<MeetingId>() else { return super::missing() };
    let Ok(room) = app.rooms().meeting(id).await else { return super::missing() };
    let tablet = fields.text("tablet");
    let refused = |words: Option<String>, wrong: Vec<Rejection>, status: StatusCode| Told {
        typed: Typed::of(&fields),
        wrong,
        problem: words,
        tablet: tablet.clone(),
        status,
        ..Told::default()
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(token) = seat_token(&app, &headers) else {
        return no_seat(&app, &visitor, "这部手机还没有在这次会议签到，或签到已过期，这张没有收下。请重新签到后再填。");
    };
    let held = match room.sheet(&token) {
        Ok(held) => held,
        Err(r) => {
            let told = refused(Some(r.to_string()), Vec::new(), unprocessable);
            return page(&app, &visitor, id, &headers, told).await;
        }
    };
    let Some(round) = &held.round else {
        let told = refused(Some("还没有开始测评，这张没有收下。".into()), Vec::new(), unprocessable);
        return page(&app, &visitor, id, &headers, told).await;
    };
    let posted = match ballot::read(&fields, &round.sheet, &round.rules) {
        Ok(posted) => posted,
        Err(wrong) => {
            let general: Vec<String> =
                wrong.iter().filter(|r| r.field_name().is_none()).map(ToString::to_string).collect();
            let words = if general.is_empty() {
                format!("有 {} 位还没有填好，请看下面标红的。您填的都还在。", wrong.len())
            } else {
                general.join(" ")
            };
            let told = refused(Some(words), wrong, unprocessable);
            return page(&app, &visitor, id, &headers, told).await;
        }
    };
    let cast_in = posted.round;
    let answer = room.cast(&token, cast_in, posted.epoch, posted.rev, posted.ballot).await;
    match answer {
        Ok(verdict) if verdict.counts() => {
            let word = if verdict == Verdict::Superseded { "superseded" } else { "accepted" };
            if tablet.is_empty() {
                reply::to(&format!("/room/{id}?sent={word}&round={cast_in}"))
            } else {
                gone(&app, &after(id, &tablet, true))
            }
        }
        Ok(Verdict::Closed) => reply::to(&format!("/room/{id}?sent=closed")),
        Ok(other) => {
            let words = live::words(other);
            let told = refused(Some(words.into()), Vec::new(), StatusCode::CONFLICT);
            page(&app, &visitor, id, &headers, told).await
        }
        Err(e) => {
            let status = StatusCode::from_u16(e.status()).unwrap_or(unprocessable);
            let told = refused(Some(e.to_string()), Vec::new(), status);
            page(&app, &visitor, id, &headers, told).await
        }
    }
}

/// Where a shared device goes after a ballot: to the next one's check-in, or back to the desk.
fn after(id: MeetingId, tablet: &str, received: bool) -> String {
    let said = if received { "&said=received" } else { "" };
    if tablet == "desk" {
        format!("/hall/{id}/check-in?q={said}")
    } else {
        format!("/m/{id}?ticket={}{said}", reply::encode(tablet))
    }
}

/// Takes the seat off this device.
fn gone(app: &App, path: &str) -> Response {
    let mut response = reply::to(path);
    response.headers_mut().append(header::SET_COOKIE, session::cookie(app.config(), SEAT_COOKIE, "", Some(0)));
    response
}

async fn leave(State(app): State<App>, Path(id): Path<String>, fields: Fields) -> Response {
    if let Err(r) = fields.only(&["tablet", "received"]) {
        return super::refused(&r.into());
    }
    let Ok(id) = id.parse::<MeetingId>() else { return super::missing() };
    gone(&app, &after(id, &fields.text("tablet"), fields.opt("received").is_some()))
}
