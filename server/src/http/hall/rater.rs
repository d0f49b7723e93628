//! `/room/{id}`: the rater's page. What the room is doing, the sheet, what became of it. With scripts
//! the phone keeps and resends it; without, the same form is posted and answered by a page.
//! Refuses to know more than the room: what was typed in a refused form is drawn and kept nowhere.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    ids::MeetingId,
    reviews::{Meeting, Phase, RoundState, Scale, Secrecy},
};

use super::{
    Page, key_of, offline, problem,
    sheet::{self, Offers},
    status, tablet,
    truth::Told,
};
use crate::{
    App,
    http::{
        bare,
        policy::{Builder, Kind, Policy},
        reply::escape,
        session,
    },
    live::{Held, HeldRound, SEAT_COOKIE, code::fingerprint},
};

/// What anonymous raters are promised (interfaces.md 6.11). Said, and nothing beyond it.
const PROMISE: &str = "封存前，为了让您能修改，服务器暂时知道哪张票来自哪个席位；封存时对应关系连同密钥一起销毁，\
     之后数据库、日志和备份里都没有谁投了什么。";
/// What named raters are told.
const NAMED: &str = "这次测评记名：封存后，您的席位和您的测评表留在一起，由区纪委监委保管。";

/// Adds the page.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/room/{id}", Policy::Public, open)
}

#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    sent: Option<String>,
    round: Option<String>,
    tablet: Option<String>,
}

pub(super) fn seat_token(app: &App, headers: &HeaderMap) -> Option<String> {
    session::cookie_of(app.config(), headers, SEAT_COOKIE)
}

/// Somebody without a seat of this meeting: how to get one.
pub(super) fn no_seat(app: &App, visitor: &Visitor, words: &str) -> Response {
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
    // A tablet of the hall stays one whatever address it is on, else the next one would find this one's seat.
    let shared = tablet::tablet_of(&app, &headers).is_some_and(|(meeting, _)| meeting == id);
    let said = asked.tablet.filter(|t| [tablet::SHARED, "desk"].contains(&t.as_str()));
    let told = Told {
        sent: asked.sent,
        sent_round: asked.round.unwrap_or_default(),
        tablet: said.or_else(|| shared.then(|| tablet::SHARED.to_owned())).unwrap_or_default(),
        status: StatusCode::OK,
        ..Told::default()
    };
    page(&app, &visitor, id, &headers, told).await
}

/// The page of a seat.
pub(super) async fn page(app: &App, visitor: &Visitor, id: MeetingId, headers: &HeaderMap, told: Told) -> Response {
    let Ok(room) = app.rooms().meeting(id).await else { return super::missing() };
    let Some(token) = seat_token(app, headers) else {
        return no_seat(app, visitor, "这部手机还没有在这次会议签到，或签到已过期。请扫大屏上的二维码。");
    };
    let held = match room.sheet(&token) {
        Ok(held) => held,
        Err(r) => return no_seat(app, visitor, &r.to_string()),
    };
    let meeting = room.meeting();
    // 「已计入」 of an address that was kept, or of a phone whose owner took paper afterwards.
    let unsure = match &held.round {
        Some(round) if round.state == RoundState::Sealed && told.sent.as_deref().is_some_and(|s| s != "closed") => {
            !room.surely_counted(&token, round.id).await
        }
        _ => false,
    };
    let told = if unsure { Told { sent: None, ..told } } else { told };
    let (main, footer) = match &held.round {
        _ if held.on_paper => (on_paper(), String::new()),
        _ if held.late => (format!("{LATE}{}", waiting(&meeting, &told.tablet)), String::new()),
        Some(round) if !matches!(round.state, RoundState::Sealed | RoundState::Void | RoundState::Lost) => {
            paper(visitor, id, &token, &held, round, &told)
        }
        Some(round) => {
            (format!("{}{}", ended(id, &token, &held, round, &told), waiting(&meeting, &told.tablet)), String::new())
        }
        None => (waiting(&meeting, &told.tablet), String::new()),
    };
    let promise = match (meeting.plan.secrecy, meeting.rounds.last().map(|r| r.state)) {
        (Secrecy::Named, _) => format!("<p class=\"promise\">{NAMED}</p>"),
        // What was promised is done, or being done: 大屏 and 监票人 read which.
        (Secrecy::Anonymous, Some(RoundState::Sealed)) => String::new(),
        (Secrecy::Anonymous, _) => {
            format!("<p class=\"promise\" data-show=\"state:none,open,paused,closed,void,lost\">{PROMISE}</p>")
        }
    };
    let page = Page {
        viewer: &visitor.viewer,
        title: &meeting.plan.title,
        family: "rater",
        stream: Some((id, "rater")),
        // Nothing is drawn again on a rater's page, whatever the room does.
        watch: "",
        scripts: &["live.js", "seat.js", "ballot.js"],
        refresh: 0,
        now: app.services().now().0,
    };
    let body = format!(
        "<header class=\"rater-head\"><h1>{title}</h1><p>{label}　{secrecy}</p></header>\
         <p class=\"now-line\" data-live=\"line\" aria-live=\"polite\">{line}</p>{offline}\
         <main id=\"main\">{problem}{main}{promise}{tablet}</main>{footer}",
        title = escape(&meeting.plan.title),
        label = escape(&held.label),
        secrecy = if meeting.plan.secrecy == Secrecy::Anonymous { "无记名测评" } else { "记名测评" },
        line = escape(&status::line(&meeting)),
        offline = offline(
            "网络断了（<span data-since></span> 起），正在重连。<span data-saved>您填的还在这个页面里。</span>"
        ),
        problem = problem(told.problem.as_deref()),
        tablet = leave_form(visitor, id, &told.tablet),
    );
    page.answer(told.status, &body)
}

/// A seat that came in after 收回.
const LATE: &str = "<div class=\"row\"><p class=\"who\">您已签到<small>这一轮的测评表在您签到前已经收回，没有您的测评表，您不用填写。\
     您不计入这一轮的实到人数。</small></p></div>";

/// A seat that took paper: nothing to fill in here.
fn on_paper() -> String {
    "<div class=\"row\"><p class=\"who\">您领了纸质测评表<small>这个席位的电子票已停用，请填写纸质测评表，交到票箱。</small></p></div>".into()
}

/// Before a round: what is going on, and a way to look again without scripts. With scripts the sheet opens by itself.
fn waiting(meeting: &Meeting, tablet: &str) -> String {
    if meeting.phase > Phase::Running {
        return "<div class=\"row\"><p class=\"who\">会议已结束<small>谢谢您参加评议。</small></p></div>".into();
    }
    let ask = if tablet.is_empty() { String::new() } else { format!("tablet={tablet}") };
    let last = meeting.rounds.last();
    let open = last.is_some_and(|r| matches!(r.state, RoundState::Open | RoundState::Paused));
    let soon = if !open && meeting.plan.presenters.iter().any(|p| meeting.is_left(p.id)) {
        "<small data-show=\"state:none,sealed,void,lost\">测评开始后，这里会出现测评表。</small>"
    } else {
        ""
    };
    // What this page was drawn at: live.js opens the sheet by itself when the room has moved on.
    let drawn = last.map(|r| format!("{}.{}", r.id, key_of(&r.state))).unwrap_or_default();
    format!(
        "<div class=\"row\"><p class=\"who\">您已签到，请留在会场{soon}</p>\
     <p data-show=\"state:open,paused\" hidden><a class=\"btn primary big\" id=\"open-sheet\" data-drawn=\"{drawn}\" href=\"?{ask}\">打开测评表</a></p>\
     <noscript><p><a class=\"btn\" href=\"?{ask}\">看看开始了没有</a></p></noscript></div>\
     <div class=\"row\" id=\"probe\"><p>手机连接：<b data-word>还没有试</b></p><button type=\"button\" class=\"btn small\">试一次</button></div>"
    )
}

/// A round that is over. The empty form lets the phone wipe its copy and say what it knows: after
/// the seal the server itself no longer knows whose ballot was in.
fn ended(id: MeetingId, token: &str, held: &Held, round: &HeldRound, told: &Told) -> String {
    let (class, word, more) = told.ended(round);
    format!(
        "<p id=\"state\" class=\"state-box {class}\" role=\"status\"><b data-word>{word}</b><span data-more>{more}</span></p>\
         <form id=\"ballot\" data-put=\"/api/v1/rounds/{round}/ballot\" data-key=\"{id}.{key}\" data-round=\"{round}\" data-state=\"{state}\" data-held=\"\" hidden>{epoch}</form>",
        key = &fingerprint(token)[..12],
        round = round.id,
        state = key_of(&round.state),
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
    let received = held.received;
    let (class, word, more) = told.truth(round, received, spent(held));
    if round.sheet.lines.is_empty() {
        let words = "<div class=\"row\"><p class=\"who\">这一轮您不用评议<small>述责对象与您有回避关系，不计入应到。</small></p></div>";
        return (words.to_owned(), String::new());
    }
    let note = format!(
        "<p class=\"note warn\" id=\"sheet-note\" hidden>新的一轮测评开始了。<a href=\"/room/{id}{}\">打开新的测评表</a></p>",
        if told.tablet.is_empty() { String::new() } else { format!("?tablet={}", told.tablet) },
    );
    let form = format!(
        "{again}<form id=\"ballot\" method=\"post\" action=\"/room/{id}/ballot\" data-put=\"/api/v1/rounds/{round}/ballot\" \
         data-key=\"{id}.{key}\" data-round=\"{round}\" data-state=\"{state}\" data-held=\"{rev}\" data-how=\"{how}\" data-scale=\"{scale}\"{once}>\
         {csrf}{h_round}{h_epoch}{h_rev}{h_tablet}<p class=\"promise\">{lead}{change}　<b data-progress></b></p>{rows}</form>",
        again = again(held, received && told.typed.is_empty() && state != RoundState::Closed),
        once = if held.single { " data-once" } else { "" },
        round = round.id,
        // The credential's fingerprint, cut: a new phone, card or person on a tablet starts empty.
        key = &fingerprint(token)[..12],
        state = key_of(&state),
        // 0: what is in came from a device before; this one begins to count.
        rev = if received { held.rev.unwrap_or(0).to_string() } else { String::new() },
        how = if told.late(round, received) { "late" } else { "" },
        scale = if rules.scale == Scale::Points { "points" } else { "grades" },
        csrf = bare::token(&visitor.viewer),
        h_round = bare::hidden("round", &round.id.to_string()),
        h_epoch = bare::hidden("epoch", &held.epoch.to_string()),
        h_rev = bare::hidden("rev", &held.rev.unwrap_or(0).saturating_add(1).to_string()),
        h_tablet = bare::hidden("tablet", &told.tablet),
        lead = if round.sheet.lines.len() > 1 {
            "每位都要有总体评价，或选弃权、回避。边听边填，都填好后一起提交。"
        } else {
            "选一个总体评价，或选弃权、回避。"
        },
        change = if held.single { "会场平板上只交一次。" } else { "收回以前可以修改。" },
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

/// A tablet's seat that has cast from this tablet: its next change is refused. What is in from a device before may be
/// replaced once.
fn spent(held: &Held) -> bool {
    held.single && held.rev.is_some()
}

/// What is in is never read back: a form that comes up empty says what another press would do. Where the
/// phone's own copy fills it, ballot.js takes the note away.
fn again(held: &Held, said: bool) -> String {
    if spent(held) {
        return String::new();
    }
    format!(
        "<p class=\"note warn\" id=\"again\"{}><span{}>本轮已重新开放：</span>您交的那张仍然有效，这里不显示您填了什么；\
         重新提交会整张替换，包括意见。</p>",
        if said { "" } else { " hidden" },
        if held.reopened { "" } else { " hidden" },
    )
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
