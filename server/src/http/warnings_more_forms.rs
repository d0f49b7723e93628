//! Forms of what follows the seal of “一件事”: notices delivered, signed for, answered; 会商, process stages, 提请启动.

use app::api::ApiError;
use axum::response::Response;
use domain::{
    Rejection,
    ids::{WarningLineId, WarningNoticeId},
};

use super::{
    fields::{Fields, incomplete},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
    warnings_forms::{number, place},
};
use crate::services::warnings::{Do, Follow, NOTICE, Note, NoticeForm};

/// Adds them.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/warnings/deliver", Policy::SignedIn, deliver)
        .form("/warnings/notice", Policy::SignedIn, notice)
        .form("/warnings/follow", Policy::SignedIn, follow)
}

/// Notices that were ticked, each with the version that the page showed: `id.version`.
fn picked(fields: &Fields) -> Result<Vec<(WarningNoticeId, i64)>, Rejection> {
    let one = |value: &String| {
        let (id, seen) = value.split_once('.').ok_or_else(incomplete)?;
        Ok((id.parse().map_err(|_| incomplete())?, seen.parse().map_err(|_| incomplete())?))
    };
    fields.many("pick").iter().map(one).collect()
}

async fn deliver(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let fields = posted.only(&["matter", "view", "pick", "on"])?;
        let what = Do::Deliver(fields.day("on", "送达日期")?);
        let form = NoticeForm { command: fields.command()?, notices: picked(fields)?, what };
        posted.services().notice_do(&posted.actor, form).await
    };
    posted.ended(job, home.at("#notices"), |()| done).await
}

/// Leader, 科室 and measure of each line: `leader.<id>`, `office.<id>`, `measure.<id>`.
fn lines(posted: &Posted) -> Result<(Vec<String>, Vec<(WarningLineId, [String; 3])>), Rejection> {
    let (mut names, mut out): (Vec<String>, Vec<(WarningLineId, [String; 3])>) = (Vec::new(), Vec::new());
    for (name, _) in posted.fields.content() {
        let Some((what, id)) = name.split_once('.') else { continue };
        if !["leader", "office", "measure"].contains(&what) {
            continue;
        }
        let id: WarningLineId = id.parse().map_err(|_| incomplete())?;
        names.push(name.clone());
        if out.iter().all(|(known, _)| *known != id) {
            let typed = ["leader", "office", "measure"].map(|what| posted.fields.text(&format!("{what}.{id}")));
            out.push((id, typed));
        }
    }
    Ok((names, out))
}

async fn notice(posted: Posted) -> Response {
    let id = posted.fields.text("notice");
    let page = format!("/warnings/notices/{}", reply::encode(&id));
    let job = async {
        let (names, lines) = lines(&posted)?;
        let mut known = vec!["notice", "seen", "do", "on", "paper_on", "handler", "measures", "adopted_on"];
        known.extend(names.iter().map(String::as_str));
        let fields = posted.only(&known)?;
        let what = match fields.text("do").as_str() {
            "deliver" => Do::Deliver(fields.day("on", "送达日期")?),
            "sign" => Do::Sign,
            "paper" => Do::Paper(fields.day("paper_on", "纸质签字日期")?, fields.text("handler")),
            "answer" => Do::Answer(fields.text("measures"), fields.day("adopted_on", "党组会日期")?, lines),
            "move" => Do::Move,
            _ => return Err(ApiError::from(incomplete())),
        };
        let notices = vec![(fields.parsed("notice")?, fields.parsed("seen")?)];
        posted.services().notice_do(&posted.actor, NoticeForm { command: fields.command()?, notices, what }).await
    };
    posted.ended(job, Home::new(NOTICE, page.clone()).about(id), |()| format!("{page}?done=1")).await
}

async fn follow(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known = [
            "matter",
            "view",
            "do",
            "held_on",
            "words",
            "found",
            "advised",
            "duty",
            "stage",
            "done_on",
            "held_by",
            "situation",
            "unit",
            "start",
            "seen",
        ];
        let fields = posted.only(&known)?;
        let note = match fields.text("do").as_str() {
            "talk" => {
                let (found, advised) = (number(fields, "found", 0)?, number(fields, "advised", 0)?);
                Note::Talk(fields.day("held_on", "会商日期")?, fields.text("words"), found, advised)
            }
            "progress" => Note::Progress(
                fields.parsed("duty")?,
                number(fields, "stage", 0)?,
                fields.day("done_on", "完成日期")?,
                fields.maybe("held_by")?,
                fields.text("words"),
            ),
            "start" => {
                let none =
                    |name: &str, what: &str| Rejection::field(name, format!("还没有选{what}，没有提请。请选择。"));
                Note::Start(
                    fields.maybe("situation")?.ok_or_else(|| none("situation", "情形"))?,
                    fields.maybe("unit")?.ok_or_else(|| none("unit", "责任单位"))?,
                    fields.text("words"),
                )
            }
            "take" | "decline" => Note::Answer(
                fields.text("start"),
                fields.parsed("seen")?,
                fields.text("do") == "take",
                fields.text("words"),
            ),
            _ => return Err(incomplete().into()),
        };
        let form = Follow { command: fields.command()?, matter: fields.parsed("matter")?, note };
        posted.services().follow_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#follow"), |()| done).await
}
