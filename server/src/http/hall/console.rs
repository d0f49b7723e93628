//! `/hall/{id}`: the console of 主持人 and 会务操作员. One big button that is always the right next
//! action, everything else below it; who is there and who has not returned; what to undo, with a reason.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    ids::{CommandId, RoundId},
    reviews::{Announce, Command, Meeting, Part, Phase, RoundState, Step},
};
use serde::Deserialize;

use super::{
    Hall, asking,
    commands::{self, Kept},
    next::{self, Next},
    problem, said, status, warnings, work,
};
use crate::{
    App,
    http::{
        bare,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
    },
    random,
};

/// Adds the pages.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/hall/{id}", Policy::SignedIn, open)
}

/// What a page of the hall may be asked with.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// What happened, as one of our own words.
    pub said: Option<String>,
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let all = [Part::Chair, Part::Operator, Part::Teller, Part::Counter, Part::Presenter];
    let hall = Hall::open(&app, &visitor, &id, &all, false).await?;
    // One address for everybody with a part: each is led to his own page.
    if !hall.is(Part::Chair) && !hall.is(Part::Operator) {
        let own = [(Part::Teller, "teller"), (Part::Counter, "counter"), (Part::Presenter, "presenter")];
        let page = own.iter().find(|(part, _)| hall.is(*part)).map_or("presenter", |(_, page)| *page);
        return Ok(reply::to(&format!("/hall/{id}/{page}")));
    }
    let asked = asked.map(|q| q.0).unwrap_or_default();
    Ok(page(&app, &visitor, &hall, asked.said.as_deref(), None, &Kept::default()).await)
}

/// A form of one button.
struct Form<'a> {
    hall: &'a Hall,
    token: String,
    app: &'a App,
}

impl Form<'_> {
    fn start(&self, command: &Command) -> String {
        let id = CommandId(random::id(self.app.services().now()));
        format!(
            "<form method=\"post\" action=\"/hall/{}/command\">{}{}{}{}",
            self.hall.id,
            self.token,
            bare::hidden("command", &id.to_string()),
            bare::hidden("seen", &self.hall.meeting.seq.to_string()),
            commands::hidden(command),
        )
    }

    fn button(&self, command: &Command, words: &str, class: &str) -> String {
        format!("{}<button class=\"btn {class}\">{}</button></form>", self.start(command), escape(words))
    }

    /// A button that asks for a reason first; stays open with what was typed when refused.
    fn reason(&self, command: &Command, words: &str, label: &str, hint: &str, kept: &Kept) -> String {
        let key = commands::key(command);
        let about = match command {
            Command::Excuse { presenter, .. } => presenter.to_string(),
            _ => String::new(),
        };
        let again = kept.what == key && (about.is_empty() || about == kept.presenter);
        let (open, typed) = if again { (" open", kept.reason.as_str()) } else { ("", "") };
        format!(
            "<details class=\"more\"{open}><summary class=\"btn small\">{words}…</summary>{start}\
             <div class=\"field\"><label for=\"{key}{about}-r\">{label}</label><textarea id=\"{key}{about}-r\" name=\"reason\" \
             maxlength=\"200\" required>{typed}</textarea><p class=\"quiet\">{hint}</p></div>\
             <button class=\"btn\">{words}</button></form></details>",
            words = escape(words),
            start = self.start(command),
            label = escape(label),
            hint = escape(hint),
            typed = escape(typed),
        )
    }

    /// A button that asks once more.
    fn confirm(&self, command: &Command, words: &str, question: &str) -> String {
        format!(
            "<details class=\"more\"><summary class=\"btn small\">{words}…</summary><div><p>{question}</p>{}</div></details>",
            self.button(command, words, ""),
            words = escape(words),
            question = escape(question),
        )
    }
}

/// The console.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    said_key: Option<&str>,
    refused: Option<&str>,
    kept: &Kept,
) -> Response {
    let meeting = &hall.meeting;
    let facts = hall.room.facts();
    let now = app.services().now();
    let form = Form { hall, token: bare::token(&visitor.viewer), app };
    let spoken = meeting.clock.spoken(now) > 0;
    let fresh = RoundId(random::id(now));
    let mut next = next::next(meeting, &facts, spoken, fresh);
    let open = match meeting.phase {
        // Pressing is judged again; without the list the button still says what is open.
        Phase::Feedback => app.services().open_sheets(hall.actor.district, hall.id).await.ok().flatten(),
        _ => None,
    };
    if let Some((n, list)) = &open {
        next = Next {
            command: None,
            words: format!("还有 {n} 张反馈单没有交接"),
            hint: format!("{list}。都当面交接以后归档。"),
        };
    }
    let live = format!(
        "{said}{problem}{notice}{undone}{warnings}<div class=\"cols\"><div class=\"wide\">{now}{remarks}{order}</div><div>{count}{more}{links}</div></div>",
        said = said(said_key),
        problem = problem(refused),
        notice = status::notice(hall),
        undone = undone(meeting),
        warnings = warnings::of(hall, &facts).await,
        now = at_hand(&form, meeting, &next, now),
        order = order(&form, meeting, kept),
        remarks = asking::cards(app, visitor, hall, kept).await,
        count = status::turnout(meeting, &facts),
        more = round_tools(&form, meeting, kept)
            + &ending_tools(&form, meeting, open.is_some(), kept)
            + &status::papers(hall)
            + &feedback(app, hall).await,
        links = links(hall),
    );
    work(app, visitor, hall, "", "会议控制", ("chair", "seq present entitled notice all_in paper_left few"), &live)
}

fn at_hand(form: &Form<'_>, meeting: &Meeting, next: &Next, now: domain::time::Instant) -> String {
    let who =
        meeting.who().filter(|_| meeting.phase <= Phase::Running).map_or_else(String::new, |(name, title, place)| {
            let place = if place.is_empty() { place } else { format!("　{place}") };
            format!("<p class=\"who\">{}<small>{}{}</small></p>", escape(&name), escape(&title), escape(&place))
        });
    let clock = if meeting.at.is_some() && meeting.step == Step::Report && meeting.phase == Phase::Running {
        status::clock(meeting, now)
    } else {
        String::new()
    };
    let press = match &next.command {
        Some(command) => form.button(command, &next.words, "primary big"),
        // The sheets are handed over elsewhere: the way there, not a button that does nothing.
        None if meeting.phase == Phase::Feedback => format!(
            "<p class=\"who\">{}</p><p><a class=\"btn primary big\" href=\"/reviews/feedback\">打开评议反馈单</a></p>",
            escape(&next.words)
        ),
        None => format!("<button class=\"btn big\" disabled>{}</button>", escape(&next.words)),
    };
    format!(
        "<section class=\"card\" aria-label=\"现在\">{who}{steps}{clock}{press}<p class=\"hint\">{hint}</p>{tools}</section>",
        steps = status::steps(meeting),
        hint = escape(&next.hint),
        tools = step_tools(form, meeting),
    )
}

/// The other steps and the clock: what the big button does not do now.
fn step_tools(form: &Form<'_>, meeting: &Meeting) -> String {
    // After 收回 nobody's steps are gone back to: reopening or the next presenter comes first.
    let over = meeting.current().is_some_and(|r| r.state == RoundState::Closed);
    let left = meeting.at.is_some_and(|at| meeting.is_left(at));
    if meeting.phase != Phase::Running || over || !left {
        return String::new();
    }
    let mut out = String::from("<div class=\"acts\" role=\"group\" aria-label=\"其他\">");
    if meeting.step == Step::Report {
        let run = meeting.clock.since.is_none();
        out += &form.button(&Command::RunClock { run }, if run { "计时" } else { "停表" }, "small");
    }
    for step in Step::ALL {
        if step != meeting.step {
            out += &form.button(&Command::MoveTo { step }, &format!("转到{}", step.label()), "small");
        }
    }
    out + "</div>"
}

fn order(form: &Form<'_>, meeting: &Meeting, kept: &Kept) -> String {
    let rows: String = meeting
        .plan
        .presenters
        .iter()
        .map(|p| {
            let here = meeting.at == Some(p.id) && meeting.phase == Phase::Running && meeting.gathered().is_none();
            let sealed = meeting.sealed(p.id);
            let tag = if let Some(round) = sealed {
                let code = round.certificate.as_deref().unwrap_or("");
                format!("<span class=\"tag ok\">✓ 已封存</span> <small class=\"mono\">{}</small>", escape(code))
            } else if let Some(reason) = meeting.excused.get(&p.id) {
                format!("<span class=\"tag warn\">未述责</span> <small>{}</small>", escape(reason))
            } else if here {
                format!("<span class=\"tag\">{}</span>", meeting.step.label())
            } else if meeting.called.contains(&p.id) {
                "<span class=\"tag\">已述责</span>".to_owned()
            } else {
                String::new()
            };
            let mut act = String::new();
            if !here && sealed.is_none() && matches!(meeting.phase, Phase::CheckIn | Phase::Running) {
                act += &form.button(&Command::Call { presenter: p.id }, "请述责", "small");
            }
            let may_excuse = !meeting.excused.contains_key(&p.id)
                && !meeting.called.contains(&p.id)
                && sealed.is_none()
                && matches!(meeting.phase, Phase::CheckIn | Phase::Running);
            if may_excuse {
                act += &form.reason(
                    &Command::Excuse { presenter: p.id, reason: String::new() },
                    "未述责",
                    &format!("{}未述责的原因", p.name),
                    "例如本人因公未到会。从测评表上去掉，原因印在计票报告单上；再请述责就恢复。",
                    kept,
                );
            }
            let may_tell = meeting.plan.announce == Announce::Chair;
            if sealed.is_some() && may_tell && !meeting.announced.contains(&p.id) {
                act += &form.button(&Command::Announce { presenter: p.id }, "宣布结果", "small");
            }
            format!(
                "<li{on}><div>{name} {tag}<small>{title}</small></div>{act}</li>",
                on = if here { " class=\"on\"" } else { "" },
                name = escape(&p.name),
                title = escape(&p.title),
            )
        })
        .collect();
    format!("<section class=\"card\"><h2>述责顺序</h2><ol class=\"order\">{rows}</ol></section>")
}

/// The last round counts nothing: said first, for the next button starts another one.
fn undone(meeting: &Meeting) -> &'static str {
    match meeting.rounds.last().map(|r| r.state) {
        Some(RoundState::Void) if meeting.phase == Phase::Running => {
            "<div class=\"note warn\"><b>上一轮已作废</b>已销毁该轮的测评表，请重新开始测评。</div>"
        }
        Some(RoundState::Lost) if meeting.phase == Phase::Running => {
            "<div class=\"note bad\"><b>需重新测评</b>服务器是从备份恢复的，上一轮的测评表不在备份里。请重新开始测评。</div>"
        }
        _ => "",
    }
}

fn round_tools(form: &Form<'_>, meeting: &Meeting, kept: &Kept) -> String {
    let Some(round) = meeting.current() else { return String::new() };
    let void = form.reason(
        &Command::VoidRound { reason: String::new() },
        "作废本轮",
        "作废的原因",
        "例如收回多于发出。会印在计票报告单上；本轮的测评表全部销毁，要重新测评。",
        kept,
    );
    let tools = match round.state {
        RoundState::Open => {
            format!(
                "{}{}{void}",
                form.button(&Command::PauseRound, "暂停测评", "small"),
                form.confirm(
                    &Command::CloseRound,
                    "收回测评表",
                    "收回后没交的不再接收，等监票人封存。封存前可以重新开放。"
                )
            )
        }
        RoundState::Paused => format!(
            "{}{}{void}",
            form.button(&Command::ResumeRound, "继续测评", "small"),
            form.confirm(&Command::CloseRound, "收回测评表", "收回后没交的不再接收，等监票人封存。")
        ),
        _ => format!(
            "{}{void}",
            form.reason(
                &Command::ReopenRound { reason: String::new() },
                "重新开放",
                "重新开放的原因",
                "会印在计票报告单上。监票人已作的确认作废，要再确认一次。",
                kept
            )
        ),
    };
    format!(
        "<section class=\"card\"><h2>本轮测评 <small>{}</small></h2><div class=\"acts\">{tools}</div></section>",
        round.state.label()
    )
}

/// Ways past the big button at the end: a result that stays unannounced, sheets that stay open.
fn ending_tools(form: &Form<'_>, meeting: &Meeting, open: bool, kept: &Kept) -> String {
    let mut tools = String::new();
    let told = meeting.plan.announce != Announce::Chair || next::untold(meeting).is_none();
    let settled = meeting.current().is_none() && !meeting.plan.presenters.iter().any(|p| meeting.is_left(p.id));
    if !told && settled && meeting.phase == Phase::Running {
        let words = "还有结果没有宣布。结束后仍可以逐位宣布。";
        tools += &form.confirm(&Command::Finish, "结束会议", words);
    }
    if !told && meeting.phase == Phase::Announcing {
        tools += &form.confirm(&Command::StartFeedback, "转入一人一单", "没有宣布的不再上大屏，会后一人一单反馈。");
    }
    if open {
        tools += &form.reason(
            &Command::Archive { reason: String::new() },
            "先行归档",
            "先行归档的原因",
            "原因和没有交接的反馈单会记入日志。归档后反馈单仍要接着办，会议不能再改。",
            kept,
        );
    }
    if tools.is_empty() {
        return tools;
    }
    format!("<section class=\"card\"><h2>其他</h2><div class=\"acts\">{tools}</div></section>")
}

/// After 转入一人一单 the work goes on outside the hall.
async fn feedback(app: &App, hall: &Hall) -> String {
    let meeting = &hall.meeting;
    if meeting.phase < Phase::Feedback {
        return String::new();
    }
    let mut links = String::from("<p><a class=\"btn\" href=\"/reviews/feedback\">评议反馈单</a></p>");
    // Chair and 监票人 have it in their own card.
    let shown = !status::papers(hall).is_empty();
    for round in meeting.rounds.iter().filter(|r| r.state == RoundState::Sealed && !shown) {
        if app.services().count_paper(&hall.actor, round.id).await.is_ok() {
            links += &format!("<p><a class=\"btn\" href=\"/documents/count/{}/page\">计票报告单</a></p>", round.id);
        }
    }
    format!("<section class=\"card\"><h2>一人一单</h2>{links}</section>")
}

fn links(hall: &Hall) -> String {
    let id = hall.id;
    format!(
        "<section class=\"card\"><h2>大屏</h2><p><a class=\"btn\" href=\"/screen/{id}\" target=\"_blank\" rel=\"noopener\">打开大屏</a></p>\
         <p class=\"quiet\">把新窗口拖到投影上，按 F11 全屏。大屏不显示未宣布的结果。</p></section>"
    )
}
