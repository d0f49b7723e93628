//! Forms of those who prepare a meeting from their own side: the presenter's report and
//! facts, sealed questions, suggestions without a name, 「转线下」.

use app::api::ApiError;
use axum::response::Response;
use domain::Rejection;

use super::{
    fields::{self, Fields},
    handling_sheet,
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::reviews::{
    offline::{Clue, Handling},
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
        let fields = posted.only(&["meeting", "presenter", "seen", "do", "text", "look"])?;
        let (text, look) = (fields.text("text"), fields.look()?);
        let step = match fields.text("do").as_str() {
            hand @ ("hand" | "late") => ReportStep::Hand { text, look, late: hand == "late" },
            "keep" => ReportStep::Keep { text, look },
            _ => return Err(fields::incomplete()),
        };
        Ok((own(fields)?, step))
    };
    let done = if posted.fields.text("do") == "keep" { "kept" } else { "handed" };
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

/// The words leave the page; on to where the two handle it, or back to the console.
async fn offline(posted: Posted) -> Response {
    let job = async {
        let of = handling(posted.only(&["meeting", "what", "id", "first", "second", "from"])?)?;
        posted.services().ask_text_offline(&posted.actor, of).await
    };
    match job.await {
        Ok(_) if posted.fields.text("from") == "hall" => {
            reply::to(&format!("/hall/{}?said=done", reply::encode(&posted.fields.text("meeting"))))
        }
        Ok(id) => reply::to(&format!("/handling/{}", reply::encode(&id))),
        Err(e) => sorry(&e, "请返回上一页重新办理。"),
    }
}
