//! Forms of 问责 and of the feedback after a review: one step of an item, the draft of a sheet, its
//! signatures, the reading of a comment. Plain posts for every browser.

use app::api::{ApiError, Visitor};
use axum::{Extension, extract::State, response::Response};
use domain::{
    Rejection,
    accountability::{Paper, Step},
    people::access::Actor,
    reviews::PROBLEMS_MAX,
    signature::Signing,
    time::Day,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    record_forms::actor,
    reply,
};
use crate::{
    App,
    services::{
        accountability::{DRAFT as ITEM_DRAFT, step::StepWords},
        reviews::{
            comments::{DRAFT as COMMENT_DRAFT, Reading},
            feedback::{DRAFT as SHEET_DRAFT, Do},
        },
    },
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/accountability/step", Policy::SignedIn, step)
        .form("/reviews/feedback/draft", Policy::SignedIn, draft)
        .form("/reviews/feedback/step", Policy::SignedIn, sheet_step)
        .form("/reviews/comments/read", Policy::SignedIn, read)
}

async fn step(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let id = fields.text("item");
    let page = format!("/accountability/{}", reply::encode(&id));
    let form = || {
        fields.only(&[
            "item",
            "seen",
            "step",
            "words",
            "until",
            "adopted_on",
            "owner",
            "owner_name",
            "department",
            "ruling",
            "paper_on",
            "handler",
            "ledger",
            "number",
        ])?;
        let step = Step::from_key(&fields.text("step"))
            .ok_or_else(|| Rejection::state("没有这样的操作。请刷新页面后重试。"))?;
        let said = StepWords {
            words: fields.text("words"),
            until: fields.day("until", "日期")?,
            adopted_on: fields.day("adopted_on", "党组会日期")?,
            owner: fields.opt("owner").map(|_| fields.parsed("owner")).transpose()?,
            owner_name: fields.text("owner_name"),
            department: fields.text("department"),
            ruling: fields.text("ruling"),
            paper: paper(&fields)?,
            ledger: fields.text("ledger"),
            number: fields.text("number"),
        };
        Ok::<_, Rejection>((fields.command()?, fields.parsed("item")?, fields.parsed("seen")?, step, said))
    };
    let result = match form() {
        Ok((key, item, seen, step, said)) => app.services().take_step(&actor, key, item, seen, step, said).await,
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(()) => reply::to(&format!("{page}?done=1")),
        Err(e) => fields::back(&app, &actor, ITEM_DRAFT, &id, &page, &fields, &e).await,
    })
}

fn paper(fields: &Fields) -> Result<Option<Paper>, Rejection> {
    let on = fields.day("paper_on", "纸质签字日期")?;
    match (on, fields.opt("handler")) {
        (None, None) => Ok(None),
        (Some(on), handler) => Ok(Some(Paper { on, handler: handler.unwrap_or_default() })),
        (None, Some(_)) => Err(Rejection::field("paper_on", "还没有填纸质签字日期，没有保存。请选择日期。")),
    }
}

async fn draft(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        let names: Vec<String> = (0..PROBLEMS_MAX)
            .flat_map(|n| ["problem", "requirement", "due", "duty"].map(|name| format!("{name}_{n}")))
            .collect();
        let mut known = vec!["sheet", "seen", "do", "opinion"];
        known.extend(names.iter().map(String::as_str));
        fields.only(&known)?;
        let mut problems = Vec::new();
        for n in 0..PROBLEMS_MAX {
            let text = fields.text(&format!("problem_{n}"));
            let requirement = fields.text(&format!("requirement_{n}"));
            let due = fields.day(&format!("due_{n}"), "整改期限")?;
            let duty = format!("duty_{n}");
            if text.trim().is_empty() && requirement.trim().is_empty() && due.is_none() {
                continue;
            }
            let due: Day =
                due.ok_or_else(|| Rejection::field(format!("due_{n}"), "还没有填整改期限，没有保存。请选择日期。"))?;
            let duty = fields.opt(&duty).map(|_| fields.parsed(&duty)).transpose()?;
            problems.push((text, requirement, due, duty));
        }
        Ok::<_, Rejection>(Do::Draft { opinion: fields.text("opinion"), problems, ask: fields.text("do") == "ask" })
    };
    let what = form();
    Ok(sheet_done(&app, &actor, &fields, what).await)
}

async fn sheet_step(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["sheet", "seen", "step", "reason", "typed", "drawing", "paper_on", "handler"])?;
        let screen = || match fields.opt("drawing") {
            Some(path) => Signing::Drawn { path },
            None => Signing::Typed { name: fields.text("typed") },
        };
        Ok::<_, Rejection>(match fields.text("step").as_str() {
            "sign" => Do::Sign,
            "return" => Do::Return { reason: fields.text("reason") },
            "give" => Do::Give { signing: screen() },
            "receive" => Do::Receive { signing: screen() },
            "paper" => {
                let on = fields
                    .day("paper_on", "纸质签收日期")?
                    .ok_or_else(|| Rejection::field("paper_on", "还没有填纸质签收日期，没有保存。请选择日期。"))?;
                Do::Paper { signing: Signing::Paper { on, handler: fields.text("handler") } }
            }
            _ => return Err(Rejection::state("没有这样的操作。请刷新页面后重试。")),
        })
    };
    let what = form();
    Ok(sheet_done(&app, &actor, &fields, what).await)
}

/// Back to the sheet; the presenter's own page is another than the office's.
async fn sheet_done(app: &App, actor: &Actor, fields: &Fields, what: Result<Do, Rejection>) -> Response {
    let id = fields.text("sheet");
    let receives = matches!(what, Ok(Do::Receive { .. })) || fields.text("step") == "receive";
    let place = if receives { "mine" } else { "feedback" };
    let page = format!("/reviews/{place}/{}", reply::encode(&id));
    let result: Result<(), ApiError> = async {
        let (key, seen) = (fields.command()?, fields.parsed("seen")?);
        app.services().sheet_do(actor, key, id.clone(), seen, what?).await
    }
    .await;
    match result {
        Ok(()) => reply::to(&format!("{page}?done=1")),
        Err(e) => fields::back(app, actor, SHEET_DRAFT, &id, &page, fields, &e).await,
    }
}

async fn read(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["meeting", "comment", "decision", "words"])?;
        let reading = Reading::from_key(&fields.text("decision"))
            .ok_or_else(|| Rejection::state("还没有选处理意见，没有保存。请选一项。"))?;
        Ok::<_, Rejection>((fields.command()?, reading))
    };
    let result = match form() {
        Ok((key, reading)) => {
            app.services().read_comment(&actor, key, fields.text("comment"), reading, fields.text("words")).await
        }
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(meeting) => reply::to(&format!("/reviews/comments?meeting={meeting}&done=1")),
        Err(e) => {
            let page = format!("/reviews/comments?meeting={}", reply::encode(&fields.text("meeting")));
            fields::back(&app, &actor, COMMENT_DRAFT, &fields.text("comment"), &page, &fields, &e).await
        }
    })
}
