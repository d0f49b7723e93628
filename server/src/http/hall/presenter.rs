//! `/hall/{id}/presenter`: the presenter's own page: the order, his turn, his clock. Nothing of ballots.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::reviews::{Part, Phase, Step};

use super::{Hall, status, work};
use crate::{
    App,
    http::{
        policy::{Builder, Kind, Policy},
        reply::escape,
    },
};

/// Adds the page.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::Page, "/hall/{id}/presenter", Policy::SignedIn, open)
}

async fn open(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Presenter], false).await?;
    let meeting = &hall.meeting;
    let all = &meeting.plan.presenters;
    let mine = all.iter().position(|p| p.person == hall.actor.person).unwrap_or(0);
    let at = meeting.at.and_then(|id| all.iter().position(|p| p.id == id));
    let running = meeting.phase == Phase::Running;
    let turn = match at {
        _ if meeting.gathered().is_some() => "正在综合评议（集中测评，一张票）".to_owned(),
        Some(at) if at == mine && running => match meeting.step {
            Step::Report => "请您述责".to_owned(),
            step => format!("正在对您{}", step.label()),
        },
        Some(at) if at < mine && running => match mine - at {
            1 => "下一位就是您".to_owned(),
            n => format!("前面还有 {n} 位"),
        },
        _ if meeting.called.contains(&all[mine].id) => "您已述责，谢谢".to_owned(),
        _ => "还没有轮到您".to_owned(),
    };
    let clock = if meeting.gathered().is_some() || meeting.phase > Phase::Running {
        String::new()
    } else if running && at == Some(mine) && meeting.step == Step::Report {
        status::clock(meeting, app.services().now())
    } else {
        format!("<p class=\"hint\">述责 {} 分钟，从主持人请您开始计时起算。</p>", meeting.plan.rules.speech_minutes)
    };
    let rows: String = all
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let tag = if i == mine { " <span class=\"tag ok\">您</span>" } else { "" };
            let now = if at == Some(i) && running && meeting.gathered().is_none() {
                format!(" <span class=\"tag\">{}</span>", meeting.step.label())
            } else if meeting.called.contains(&p.id) {
                " <span class=\"tag\">已述责</span>".to_owned()
            } else {
                String::new()
            };
            format!(
                "<li{}><div>{}　{}{tag}{now}<small>{}</small></div></li>",
                if i == mine { " class=\"on\"" } else { "" },
                i + 1,
                escape(&p.name),
                escape(&p.title)
            )
        })
        .collect();
    let live = format!(
        "<section class=\"card\"><p class=\"who\">{turn}<small>您是第 {} 位，共 {} 位</small></p>{clock}</section>\
         <section class=\"card\"><h2>述责顺序</h2><ol class=\"order\">{rows}</ol></section>",
        mine + 1,
        all.len(),
        turn = escape(&turn),
    );
    Ok(work(&app, &visitor, &hall, "/presenter", "我的述责", ("presenter", "phase at step runs"), &live))
}
