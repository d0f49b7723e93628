//! `/hall/{id}/teller`: 监票人. Turnout, paper out and back per group, 确认封存; why it is not possible
//! yet stands beside the button in plain words.

use std::fmt::Write as _;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    response::Response,
};
use domain::{
    ids::CommandId,
    reviews::{Command, PaperCount, Part, RoundState, Secrecy},
};

use super::{Hall, commands, console, problem, said, status, warnings, work};
use crate::{
    App,
    http::{
        bare,
        policy::{Builder, Kind, Policy},
        reply::escape,
    },
    random,
};

/// Adds the page.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/hall/{id}/teller", Policy::SignedIn, open)
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    asked: Result<Query<console::Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Teller], false).await?;
    let asked = asked.map(|q| q.0).unwrap_or_default();
    Ok(page(&app, &visitor, &hall, asked.said.as_deref(), None).await)
}

/// The page of a 监票人.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    hall: &Hall,
    said_key: Option<&str>,
    refused: Option<&str>,
) -> Response {
    let meeting = &hall.meeting;
    let facts = hall.room.facts();
    let live = format!(
        "{}{}{}<div class=\"cols\"><div class=\"wide\"><section class=\"card\"><p class=\"who\">{}</p>{}{}</section>{}</div><div>{}{}</div></div>",
        said(said_key),
        problem(refused),
        warnings::of(hall, &facts).await,
        escape(&status::line(meeting)),
        status::steps(meeting),
        seal(app, visitor, hall),
        paper(&facts.paper, meeting.current().is_none()),
        status::turnout(meeting, &facts),
        status::papers(hall),
    );
    work(
        app,
        visitor,
        hall,
        "/teller",
        "监票",
        ("teller", "phase at step round state confirmed certificate destroyed notice paper present few"),
        &live,
    )
}

fn seal(app: &App, visitor: &Visitor, hall: &Hall) -> String {
    let meeting = &hall.meeting;
    let facts = hall.room.facts();
    let wait = |words: &str, hint: &str| {
        format!("<button class=\"btn big\" disabled>{words}</button><p class=\"hint\">{hint}</p>")
    };
    let Some(round) = meeting.current() else {
        return match meeting.rounds.last() {
            Some(r) if r.state == RoundState::Sealed => format!(
                "<div class=\"note ok\"><b>已封存</b>校验码 <span class=\"mono\">{}</span>　请核对与大屏上的一致。{}。{}</div>",
                escape(r.certificate.as_deref().unwrap_or("")),
                status::link(hall),
                status::notice(hall),
            ),
            Some(r) if matches!(r.state, RoundState::Void | RoundState::Lost) => wait("等重新测评", r.state.label()),
            _ => wait("还没有测评", "测评收回后，在这里确认封存。"),
        };
    };
    if round.state != RoundState::Closed {
        return wait("等收回", "测评进行中。主持人宣布收回、会务操作员收回以后，在这里确认封存。");
    }
    if round.confirmed.contains(&hall.actor.person) {
        let after = match meeting.plan.secrecy {
            Secrecy::Anonymous => "两名监票人都确认后立即封存，随后销毁对应关系。",
            Secrecy::Named => "两名监票人都确认后立即封存。",
        };
        return wait("您已确认，等另一名监票人", after);
    }
    let unsettled: Vec<String> = facts
        .paper
        .iter()
        .filter(|group| group.out != group.known())
        .map(|PaperCount { name, out, entered, spoiled, unreturned }| {
            let back = entered + spoiled;
            if back > *out {
                format!("{name}：收回 {back} 张，多于发出 {out} 张，只能作废本轮，请告诉会务操作员")
            } else {
                format!(
                    "{name}：发出 {out} 张，已录入 {entered} 张、废票 {spoiled} 张、未收回 {unreturned} 张，还差 {} 张",
                    out.saturating_sub(back + unreturned)
                )
            }
        })
        .collect();
    let hint = if unsettled.is_empty() {
        "确认前请核对到会人数和收回数。封存后不能再改，结果由封存的测评表算出。".to_owned()
    } else {
        format!("现在还不能封存：{}。", escape(&unsettled.join("；")))
    };
    let off: Vec<String> = round.taken_off.iter().filter_map(|p| meeting.taken_off(*p)).collect();
    let off = if off.is_empty() {
        String::new()
    } else {
        format!(
            "<div class=\"note warn\"><b>测评开始后注明未述责，对他的评价不计入</b>{}。请核对属实。</div>",
            escape(&off.join("；"))
        )
    };
    let key = CommandId(random::id(app.services().now()));
    format!(
        "{off}<form method=\"post\" action=\"/hall/{}/command\">{}{}{}{}<button class=\"btn primary big\">确认封存</button></form>\
         <p class=\"hint\">{hint}已确认 {} 人。</p>",
        hall.id,
        bare::token(&visitor.viewer),
        bare::hidden("command", &key.to_string()),
        bare::hidden("from", "teller"),
        commands::hidden(&Command::ConfirmSeal { round: round.id }),
        round.confirmed.len(),
    )
}

/// `over`: of the sealed round, which had paper.
fn paper(groups: &[PaperCount], over: bool) -> String {
    if groups.iter().all(|group| group.out + group.known() == 0) {
        return "<section class=\"card\"><h2>纸质测评表</h2><p class=\"muted\">没有发出纸质测评表。</p></section>"
            .into();
    }
    let mut rows = String::new();
    for group in groups {
        let PaperCount { name, out, entered, spoiled, unreturned } = group;
        let back = group.known();
        let tag = match back.cmp(out) {
            std::cmp::Ordering::Equal => "<span class=\"tag ok\">✓ 一致</span>".to_owned(),
            std::cmp::Ordering::Less => format!("<span class=\"tag warn\">▲ 还差 {}</span>", out - back),
            std::cmp::Ordering::Greater => format!("<span class=\"tag bad\">◆ 多出 {}</span>", back - out),
        };
        let _ = write!(
            rows,
            "<tr><td>{}</td><td class=\"num-col\" data-label=\"发出\">{out}</td><td class=\"num-col\" data-label=\"录入一致\">{entered}</td>\
             <td class=\"num-col\" data-label=\"废票\">{spoiled}</td><td class=\"num-col\" data-label=\"未收回\">{unreturned}</td>\
             <td data-label=\"核对\">{tag}</td></tr>",
            escape(name)
        );
    }
    format!(
        "<section class=\"card\"><h2>纸质测评表{}</h2><table class=\"stack-table\"><thead><tr><th>分组</th><th class=\"num-col\">发出</th>\
         <th class=\"num-col\">两人录入一致</th><th class=\"num-col\">废票</th><th class=\"num-col\">未收回</th><th>核对</th></tr></thead><tbody>{rows}</tbody></table></section>",
        if over { " <small>已封存</small>" } else { "" },
    )
}
