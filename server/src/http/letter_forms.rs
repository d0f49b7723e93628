//! Forms of 通报: written, and its steps.

use axum::response::Response;
use domain::{Rejection, people::access};

use super::{
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::letters::{Act, SAVE, STEP, SaveLetter, StepLetter};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/letters/save", Policy::SignedIn, save).form("/letters/step", Policy::SignedIn, step)
}

async fn save(posted: Posted) -> Response {
    let job = async {
        // Whoever may not write one is told so, and not what is wrong with what he sent.
        let _proof = access::draft_letter(&posted.actor)?;
        let fields = posted.only(&["letter", "seen", "title", "facts", "demands", "unit", "all"])?;
        let letter = match fields.maybe("letter")? {
            Some(id) => Some((id, fields.parsed("seen")?)),
            None => None,
        };
        let form = SaveLetter {
            letter,
            title: fields.text("title"),
            facts: fields.text("facts"),
            demands: fields.text("demands"),
            units: fields.ids("unit")?,
            all: fields.opt("all").is_some(),
        };
        posted.services().save_letter(&posted.actor, fields.command()?, form).await
    };
    let id = posted.fields.text("letter");
    let page = if id.is_empty() { "/letters".to_owned() } else { format!("/letters/{}", reply::encode(&id)) };
    let home = Home::new(SAVE, page).about(id).at("#write");
    posted.ended(job, home, |id| format!("/letters/{id}?done=1")).await
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["letter", "seen", "do", "reason", "unit", "paper_on", "handler"])?;
        let reason = || fields.text("reason");
        let act = match fields.text("do").as_str() {
            "ask" => Act::Ask,
            "approve" => Act::Approve,
            "return" => Act::Return(reason()),
            "issue" => Act::Issue,
            "void" => Act::Void(reason()),
            "drop" => Act::Drop(reason()),
            "receive" => Act::Receive(fields.parsed("unit")?),
            "paper" => {
                let unit = fields
                    .maybe("unit")?
                    .ok_or_else(|| Rejection::field("unit", "还没有选单位，没有保存。请选一个单位。"))?;
                Act::Paper(unit, fields.day("paper_on", "纸质签收日期")?, fields.text("handler"))
            }
            _ => return Err(Rejection::state("没有这样的操作。请刷新页面后重试。").into()),
        };
        let form = StepLetter { letter: fields.parsed("letter")?, seen: fields.parsed("seen")?, act };
        posted.services().letter_step(&posted.actor, fields.command()?, form).await
    };
    let id = posted.fields.text("letter");
    let page = format!("/letters/{}", reply::encode(&id));
    let to = format!("{page}?done=1");
    posted.ended(job, Home::new(STEP, page).about(id).at("#next"), |()| to).await
}
