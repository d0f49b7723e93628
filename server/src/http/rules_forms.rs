//! Forms of the colour rules: saving a draft, taking one in from a file, and its way to adoption.

use std::time::Duration;

use app::api::ApiError;
use axum::response::Response;
use domain::{
    Rejection,
    board::{field_names, from_form, refuse_foreign},
    ids::RuleDraftId,
    people::access,
};

use super::{
    fields::incomplete,
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::{
    App,
    services::rules::{RULES, RuleAct, RuleStep, SaveRules, Stepped, from_json},
};

/// How long the answer waits for the colours to follow; a large district goes on by itself.
const FOLLOW: Duration = Duration::from_secs(3);

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/oversight/rules/save", Policy::SignedIn, save)
        .form("/oversight/rules/file", Policy::SignedIn, take_in)
        .form("/oversight/rules/step", Policy::SignedIn, step)
}

/// The page of a draft.
fn page(id: &str) -> String {
    if id.is_empty() {
        "/oversight/rules?id=new".to_owned()
    } else {
        format!("/oversight/rules?id={}", reply::encode(id))
    }
}

/// Fields of every form about a draft.
fn about(posted: &Posted) -> Result<(Option<RuleDraftId>, i64), Rejection> {
    let seen = posted.fields.opt("seen").map_or(Ok(0), |seen| seen.trim().parse().map_err(|_| incomplete()))?;
    Ok((posted.fields.maybe("id")?, seen))
}

async fn save(posted: Posted) -> Response {
    let id = posted.fields.text("id");
    let dry = posted.fields.text("do") == "dry";
    let job = async {
        // Whoever may not draft is told so, and not what is wrong with what he sent.
        let _proof = access::draft_rules(&posted.actor)?;
        refuse_foreign(posted.fields.all().iter().map(|(name, _)| name.as_str()))?;
        let names = field_names();
        let known: Vec<&str> = names.iter().map(String::as_str).chain(["id", "seen", "base", "do"]).collect();
        let fields = posted.only(&known)?;
        let (draft, seen) = about(&posted)?;
        let rules = from_form(|name| fields.text(name), |name| fields.many(name))?;
        let base = fields.text("base").trim().parse().ok();
        let form = SaveRules { command: fields.command()?, draft, seen, base, note: fields.text("note"), rules };
        posted.services().save_rules(&posted.actor, form).await
    };
    posted
        .ended(job, Home::new(RULES, page(&id)).about(id).at("#form"), |id| {
            if dry {
                format!("/oversight/rules?id={id}&dry=1&done=saved#dry")
            } else {
                format!("/oversight/rules?id={id}&done=saved")
            }
        })
        .await
}

/// The content of a file, pasted: the same as a form filled in.
async fn take_in(posted: Posted) -> Response {
    let job = async {
        let _proof = access::draft_rules(&posted.actor)?;
        let fields = posted.only(&["json", "note"])?;
        let rules = from_json(&fields.text("json"))?;
        let (command, note) = (fields.command()?, fields.text("note"));
        let form = SaveRules { command, draft: None, seen: 0, base: None, note, rules };
        posted.services().save_rules(&posted.actor, form).await
    };
    posted
        .ended(job, Home::new(RULES, "/oversight/rules").about("file").at("#file"), |id| {
            format!("/oversight/rules?id={id}&done=saved")
        })
        .await
}

async fn step(posted: Posted) -> Response {
    let id = posted.fields.text("id");
    let act = match posted.fields.text("do").as_str() {
        "ask" => Some(RuleAct::Ask),
        "withdraw" => Some(RuleAct::Withdraw),
        "drop" => Some(RuleAct::Drop),
        "adopt" => Some(RuleAct::Adopt),
        "return" => Some(RuleAct::Return),
        "rebase" => Some(RuleAct::Rebase),
        _ => None,
    };
    let job = async {
        let fields = posted.only(&["id", "seen", "do", "words", "paper_on", "handler"])?;
        let handler = fields.text("handler");
        let paper = match (fields.day("paper_on", "纸质审定日期")?, handler.trim()) {
            (None, "") => None,
            (Some(on), handler) if !handler.is_empty() => {
                let handler = domain::text::required("handler", "经办人", handler, domain::text::NAME_MAX)?;
                if on > posted.services().today() {
                    return Err(
                        Rejection::field("paper_on", "纸质审定日期还没有到，没有保存。请填实际审定的日期。").into()
                    );
                }
                Some((on, handler))
            }
            _ => {
                let words = "纸质审定要同时填日期和经办人，没有保存。请补全，或都留空。";
                return Err(Rejection::field("paper_on", words).into());
            }
        };
        let form = RuleStep {
            command: fields.command()?,
            draft: fields.parsed("id")?,
            seen: about(&posted)?.1,
            act: act.ok_or_else(incomplete)?,
            words: fields.text("words"),
            paper,
        };
        let done = posted.services().rule_step(&posted.actor, form).await?;
        follow(&posted.app, &posted, &done).await;
        Ok::<_, ApiError>(done)
    };
    let home = Home::new(RULES, page(&id)).about(id.clone()).at("#decide");
    posted
        .ended(job, home, |done| match (done.adopted, act) {
            (Some(version), _) => format!("/oversight/rules?done=adopted-{version}"),
            (None, Some(RuleAct::Drop)) => "/oversight/rules?done=dropped".to_owned(),
            (None, _) => format!("{}&done=stepped", page(&id)),
        })
        .await
}

/// The colours of the district follow adopted rules, in a task of its own: a browser that goes away must not leave
/// them half done. What a restart interrupts is caught up at the next start.
async fn follow(app: &App, posted: &Posted, done: &Stepped) {
    if done.adopted.is_none() {
        return;
    }
    let (app, district) = (app.clone(), posted.actor.district);
    let job = tokio::spawn(async move {
        if let Err(error) = app.services().recolour_after_rules(district).await {
            tracing::warn!(?error, "colours did not follow the adopted rules; they will at the next start or midnight");
        }
    });
    let _ = tokio::time::timeout(FOLLOW, job).await;
}
