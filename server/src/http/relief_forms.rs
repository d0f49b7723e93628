//! Forms of 减负反馈: a suggestion with or without a name, taking it back, the office's answer, the rates.

use app::api::ApiError;
use axum::response::Response;
use domain::{
    Rejection,
    relief::{Rates, Verdict},
};

use super::{
    guard::Denied,
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::relief::{ANSWER, Answer, RATES, SUGGEST, SetRates, Suggest, Withdraw};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/relief/suggest", Policy::SignedIn, suggest)
        .form("/relief/withdraw", Policy::SignedIn, withdraw)
        .form("/relief/answer", Policy::SignedIn, answer)
        .form("/relief/rates", Policy::SignedIn, rates)
}

async fn suggest(posted: Posted) -> Response {
    let nameless = posted.fields.text("nameless") == "1";
    let read = || {
        let fields = posted.only(&["about", "words", "share", "nameless"])?;
        if fields.opt("about").is_none() {
            return Err(Rejection::field("about", "还没有选是哪件事，没有提交。请选一项。"));
        }
        let form = Suggest {
            about: fields.text("about").trim().to_owned(),
            words: fields.text("words"),
            share: fields.text("share") == "1",
        };
        Ok((fields.command()?, form))
    };
    if nameless {
        return without_name(&posted, read()).await;
    }
    let job = async {
        let (key, form) = read()?;
        posted.services().suggest_relief(&posted.actor, key, form).await
    };
    posted.ended(job, Home::new(SUGGEST, "/relief").at("#suggest"), |()| "/relief?done=suggested#mine".into()).await
}

/// Without a name: a refused text is not kept as a draft either, for a draft belongs to an account.
async fn without_name(posted: &Posted, form: Result<(domain::ids::CommandId, Suggest), Rejection>) -> Response {
    let job = async {
        let (key, form) = form?;
        posted.services().suggest_nameless(&posted.actor, key, form).await
    };
    match job.await {
        Ok(()) => {
            // The same words may stand in a draft that was refused under the name before.
            posted.mended(Home::new(SUGGEST, "/relief").at("#suggest")).await;
            if posted.fields.opt("_draft").is_some()
                && let Err(error) = posted.services().sweep_named_draft().await
            {
                tracing::warn!(?error, "a draft that was dropped may be left in old pages");
            }
            reply::to("/relief?done=nameless#suggest")
        }
        Err(e) => sorry(&e),
    }
}

fn sorry(error: &ApiError) -> Response {
    let words = if error.status() == 422 {
        format!("{error}不署名的不存草稿：请用浏览器的后退键回到表单，内容还在那里。")
    } else {
        error.to_string()
    };
    let mut response = reply::sorry(reply::status(error), &words);
    if error.status() == 404 {
        response.extensions_mut().insert(Denied);
    }
    response
}

async fn withdraw(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["voice"])?;
        let form = Withdraw { voice: fields.parsed("voice")? };
        posted.services().withdraw_relief(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(SUGGEST, "/relief").about(posted.fields.text("voice")).at("#mine");
    posted.ended(job, home, |()| "/relief?done=withdrawn#mine".into()).await
}

async fn answer(posted: Posted) -> Response {
    let job = async {
        // Whoever may not answer is told so, and not what is wrong with what he sent.
        let _proof = domain::people::access::answer_relief(&posted.actor)?;
        let fields = posted.only(&["about", "verdict", "reason", "changed"])?;
        let verdict = Verdict::from_key(&fields.text("verdict"))
            .ok_or_else(|| Rejection::field("verdict", "还没有选答复，没有保存。请选采纳、部分采纳或不采纳。"))?;
        let form = Answer {
            about: fields.text("about"),
            verdict,
            reason: fields.text("reason"),
            changed: fields.text("changed"),
        };
        posted.services().answer_relief(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(ANSWER, "/relief").about(posted.fields.text("about")).at("#open");
    posted.ended(job, home, |()| "/relief?done=answered#answers".into()).await
}

async fn rates(posted: Posted) -> Response {
    let job = async {
        let _proof = domain::people::access::answer_relief(&posted.actor)?;
        let fields = posted.only(&["tap", "field", "reminder", "days", "seen"])?;
        let typed = ["tap", "field", "reminder", "days"].map(|name| fields.text(name));
        let [tap, field, reminder, days] = &typed;
        let form = SetRates { rates: Rates::typed([tap, field, reminder, days])?, seen: fields.text("seen") };
        posted.services().set_relief_rates(&posted.actor, fields.command()?, form).await
    };
    posted.ended(job, Home::new(RATES, "/relief").at("#rates"), |()| "/relief?done=rates#rates".into()).await
}
