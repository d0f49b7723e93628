//! Forms of those who prepare a meeting from their own side: the presenter's report and
//! facts, sealed questions, suggestions without a name, 「转线下」.

use app::api::{ApiError, Visitor};
use axum::{Extension, response::Response};
use domain::Rejection;

use super::{
    fields::{self, Fields},
    handling_sheet::{self, HandlingSheet},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::reviews::{
    offline::{Clue, Handling, OfflineSheet},
    questions::QuestionForm,
    reports::{OwnReport, ReportStep},
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/reviews/report", Policy::SignedIn, report)
        .form("/reviews/facts", Policy::SignedIn, facts)
        .form("/reviews/questions", Policy::SignedIn, question)
        .form("/reviews/suggest", Policy::SignedIn, suggest)
        .form("/reviews/offline", Policy::SignedIn, offline)
        .form("/reviews/offline/erase", Policy::SignedIn, erase)
}

fn own(fields: &Fields) -> Result<OwnReport, Rejection> {
    Ok(OwnReport {
        meeting: fields.parsed("meeting")?,
        presenter: fields.parsed("presenter")?,
        seen: fields.parsed("seen")?,
        command: fields.command()?,
        body: fields.body(),
    })
}

async fn report(posted: Posted) -> Response {
    let read = || {
        let fields = posted.only(&["meeting", "presenter", "seen", "do", "text"])?;
        let step = match fields.text("do").as_str() {
            "hand" => ReportStep::Hand(fields.text("text")),
            "keep" => ReportStep::Keep(fields.text("text")),
            _ => return Err(fields::incomplete()),
        };
        Ok((own(fields)?, step))
    };
    let done = if posted.fields.text("do") == "hand" { "handed" } else { "kept" };
    own_step(&posted, read(), done).await
}

async fn facts(posted: Posted) -> Response {
    let read = || {
        let fields = posted.only(&["meeting", "presenter", "seen", "shown", "note"])?;
        Ok((own(fields)?, ReportStep::Facts { shown: fields.text("shown"), note: fields.text("note") }))
    };
    own_step(&posted, read(), "checked").await
}

async fn own_step(posted: &Posted, form: Result<(OwnReport, ReportStep), Rejection>, done: &str) -> Response {
    let job = async {
        let (form, step) = form?;
        posted.services().own_report(&posted.actor, form, step).await
    };
    let (meeting, presenter) = (posted.fields.text("meeting"), posted.fields.text("presenter"));
    let page = format!("/reviews/{}/report/{}", reply::encode(&meeting), reply::encode(&presenter));
    let home = Home::new("reviews.report", &*page).about(presenter);
    posted.ended(job, home, |()| format!("{page}?done={done}")).await
}

async fn question(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["meeting", "presenter", "question", "seen", "do", "text"])?;
        let question = fields.maybe("question")?;
        let form = QuestionForm {
            meeting: fields.parsed("meeting")?,
            presenter: fields.parsed("presenter")?,
            question,
            seen: fields.text("seen"),
            text: fields.text("text"),
            drop: fields.text("do") == "drop",
            command: fields.command()?,
            body: fields.body(),
        };
        posted.services().draft_question(&posted.actor, form).await
    };
    let page = format!("/reviews/{}/questions", reply::encode(&posted.fields.text("meeting")));
    let home = Home::new("reviews.question", &*page).about(posted.fields.text("presenter"));
    posted.ended(job, home, |()| format!("{page}?done=saved")).await
}

/// Without a name: a refused text is not kept as a draft either, for a draft belongs to an account.
async fn suggest(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["meeting", "presenter", "text"])?;
        let about = (fields.parsed("meeting")?, fields.parsed("presenter")?);
        let command = fields.command()?;
        posted.services().suggest_question(&posted.actor, about, command, &fields.text("text")).await
    };
    match job.await {
        Ok(()) => {
            let (meeting, presenter) = (posted.fields.text("meeting"), posted.fields.text("presenter"));
            reply::to(&format!(
                "/reviews/{}/pack/{}?done=suggested",
                reply::encode(&meeting),
                reply::encode(&presenter)
            ))
        }
        Err(e) => sorry(&e, "建议不记名，所以没有存草稿：请用浏览器的后退键回到表单，内容还在那里。"),
    }
}

fn sorry(error: &ApiError, more: &str) -> Response {
    let words = if error.status() == 422 { format!("{error}{more}") } else { error.to_string() };
    let mut response = reply::sorry(reply::status(error), &words);
    if error.status() == 404 {
        response.extensions_mut().insert(super::guard::Denied);
    }
    response
}

/// Which clue, and who looks at it.
fn handling(fields: &Fields) -> Result<Handling, Rejection> {
    let clue = match fields.text("what").as_str() {
        "question" => Clue::Question(fields.parsed("id")?),
        "remark" => Clue::Remark(fields.text("id")),
        "note" => Clue::Note(fields.parsed("id")?),
        _ => return Err(Rejection::state("页面内容不完整，没有转出。请刷新页面后重试。")),
    };
    Ok(Handling { meeting: fields.parsed("meeting")?, clue, officers: handling_sheet::officers(fields)? })
}

/// Nothing is erased by showing the sheet.
async fn offline(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let job = async {
        let of = handling(posted.only(&["meeting", "what", "id", "first", "second"])?)?;
        posted.services().show_offline(&posted.actor, of).await
    };
    match job.await {
        Ok(sheet) => printed(&sheet, &posted.fields, &visitor),
        Err(e) => sorry(&e, ""),
    }
}

/// 「已打印，删除」. A second click finds nothing left and says the same.
async fn erase(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["meeting", "what", "id", "first", "second", "seen", "printed"])?;
        let of = handling(fields)?;
        handling_sheet::printed(fields)?;
        posted.services().erase_offline(&posted.actor, of, fields.text("seen").trim()).await
    };
    let meeting = reply::encode(&posted.fields.text("meeting"));
    match job.await {
        // A remark is the hall's, where its operator came from.
        Ok(()) if posted.fields.text("what") == "remark" => reply::to(&format!("/hall/{meeting}")),
        Ok(()) => reply::to(&format!("/reviews/{meeting}?tab=reports&done=offline")),
        Err(e) => sorry(&e, ""),
    }
}

fn printed(sheet: &OfflineSheet, fields: &Fields, visitor: &Visitor) -> Response {
    let answer = HandlingSheet {
        action: "/reviews/offline/erase",
        repeat: &["meeting", "what", "id", "first", "second"],
        seen: &sheet.seen,
        title: "请先打印，再删除",
        check: "办理单已经打印，两名干部已经签字",
        button: "已打印，删除",
        notice: "按 Ctrl+P 打印，由两名干部签字后交信访室。打印好以前系统里的内容不会删除；删除后不能恢复。",
        source: format!("{}，{}，涉及{}。", sheet.title, sheet.what, sheet.presenter),
        text: &sheet.text,
        lines: &[],
        files: &[],
        officers: &sheet.officers,
        at: sheet.at,
    };
    answer.answer(fields, visitor)
}
