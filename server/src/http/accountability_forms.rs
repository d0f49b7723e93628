//! Forms of 问责 and of the feedback after a review: one step of an item, the draft of a sheet, its
//! signatures, the reading of a comment. Plain posts for every browser.

use axum::response::Response;
use domain::{
    Rejection,
    accountability::{Paper, Step},
    reviews::{PROBLEMS_MAX, SuperiorSign},
    signature::Signing,
};

use super::{
    fields::Fields,
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::{
    accountability::{DRAFT as ITEM_DRAFT, step::StepWords},
    reviews::{
        comments::{DRAFT as COMMENT_DRAFT, PaperReader, Reading},
        feedback::{DRAFT as SHEET_DRAFT, Do},
    },
};

/// Fields of a step; each step reads its own.
const STEP: [&str; 17] = [
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
    "proof",
    "unit",
    "earlier",
];

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/accountability/step", Policy::SignedIn, step)
        .form("/reviews/feedback/draft", Policy::SignedIn, draft)
        .form("/reviews/feedback/step", Policy::SignedIn, sheet_step)
        .form("/reviews/comments/read", Policy::SignedIn, read)
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&STEP)?;
        fields.once(&["proof"])?;
        let step = Step::from_key(&fields.text("step"))
            .ok_or_else(|| Rejection::state("没有这样的操作。请刷新页面后重试。"))?;
        let said = StepWords {
            words: fields.text("words"),
            until: fields.day("until", "日期")?,
            adopted_on: fields.day("adopted_on", "党组会日期")?,
            owner: fields.maybe("owner")?,
            owner_name: fields.text("owner_name"),
            department: fields.text("department"),
            ruling: fields.text("ruling"),
            paper: paper(fields)?,
            ledger: fields.text("ledger"),
            number: fields.text("number"),
            proofs: fields.many("proof"),
            unit: fields.maybe("unit")?,
            earlier: fields.text("earlier"),
        };
        let (key, item, seen) = (fields.command()?, fields.parsed("item")?, fields.parsed("seen")?);
        posted.services().take_step(&posted.actor, key, item, seen, step, said).await
    };
    let id = posted.fields.text("item");
    let page = format!("/accountability/{}", reply::encode(&id));
    posted.ended(job, Home::new(ITEM_DRAFT, &*page).about(id), |()| format!("{page}?done=1")).await
}

fn paper(fields: &Fields) -> Result<Option<Paper>, Rejection> {
    let on = fields.day("paper_on", "纸质签字日期")?;
    match (on, fields.opt("handler")) {
        (None, None) => Ok(None),
        (Some(on), handler) => Ok(Some(Paper { on, handler: handler.unwrap_or_default() })),
        (None, Some(_)) => Err(Rejection::field("paper_on", "还没有填纸质签字日期，没有保存。请选择日期。")),
    }
}

async fn draft(posted: Posted) -> Response {
    let read = || {
        let names: Vec<String> = (0..PROBLEMS_MAX)
            .flat_map(|n| ["problem", "requirement", "due", "duty"].map(|name| format!("{name}_{n}")))
            .collect();
        let mut known = vec!["sheet", "seen", "do", "opinion"];
        known.extend(names.iter().map(String::as_str));
        let fields = posted.only(&known)?;
        let mut problems = Vec::new();
        for n in 0..PROBLEMS_MAX {
            let text = fields.text(&format!("problem_{n}"));
            let requirement = fields.text(&format!("requirement_{n}"));
            let due = fields.day(&format!("due_{n}"), "整改期限")?;
            if text.trim().is_empty() && requirement.trim().is_empty() && due.is_none() {
                continue;
            }
            let due =
                due.ok_or_else(|| Rejection::field(format!("due_{n}"), "还没有填整改期限，没有保存。请选择日期。"))?;
            problems.push((text, requirement, due, fields.maybe(&format!("duty_{n}"))?));
        }
        Ok(Do::Draft { opinion: fields.text("opinion"), problems, ask: fields.text("do") == "ask" })
    };
    sheet_done(&posted, read()).await
}

async fn sheet_step(posted: Posted) -> Response {
    let read = || {
        let known = ["sheet", "seen", "step", "reason", "typed", "drawing", "paper_on", "handler", "signer"];
        let fields = posted.only(&known)?;
        let screen = || match fields.opt("drawing") {
            Some(path) => Signing::Drawn { path },
            None => Signing::Typed { name: fields.text("typed") },
        };
        Ok(match fields.text("step").as_str() {
            "sign" => Do::Sign,
            "return" => Do::Return { reason: fields.text("reason") },
            "give" => Do::Give { signing: screen() },
            "receive" => Do::Receive { signing: screen() },
            "paper" => {
                let missing = "还没有填纸质签收日期，没有保存。请选择日期。";
                let on = fields.needed_day("paper_on", "纸质签收日期", missing)?;
                Do::Paper { signing: Signing::Paper { on, handler: fields.text("handler") } }
            }
            "above" => {
                let on = fields.needed_day("paper_on", "签发日期", "还没有填签发日期，没有保存。请选择日期。")?;
                let (signer, handler) = (fields.text("signer"), fields.text("handler"));
                Do::SignAbove { paper: SuperiorSign { signer, on, handler } }
            }
            _ => return Err(Rejection::state("没有这样的操作。请刷新页面后重试。")),
        })
    };
    sheet_done(&posted, read()).await
}

/// Back to the sheet; the presenter's own page is another than the office's.
async fn sheet_done(posted: &Posted, what: Result<Do, Rejection>) -> Response {
    let id = posted.fields.text("sheet");
    let place = if posted.fields.text("step") == "receive" { "mine" } else { "feedback" };
    let page = format!("/reviews/{place}/{}", reply::encode(&id));
    let home = Home::new(SHEET_DRAFT, &*page).about(&*id);
    let job = async {
        let (key, seen) = (posted.fields.command()?, posted.fields.parsed("seen")?);
        posted.services().sheet_do(&posted.actor, key, id, seen, what?).await
    };
    posted.ended(job, home, |()| format!("{page}?done=1")).await
}

async fn read(posted: Posted) -> Response {
    let comment = posted.fields.text("comment");
    let page = format!("/reviews/comments?meeting={}", reply::encode(&posted.fields.text("meeting")));
    let home = Home::new(COMMENT_DRAFT, page).about(&*comment);
    let job = async {
        let fields = posted.only(&["meeting", "comment", "decision", "words", "second", "second_on", "reason"])?;
        let reading = Reading::from_key(&fields.text("decision"))
            .ok_or_else(|| Rejection::state("还没有选处理意见，没有保存。请选一项。"))?;
        // The day stands in the form already: only a name or a reason says that somebody read on paper.
        let second = match (fields.opt("second"), fields.opt("reason")) {
            (None, None) => None,
            _ => Some(PaperReader {
                name: fields.text("second"),
                on: fields
                    .day("second_on", "纸质阅看日期")?
                    .ok_or_else(|| Rejection::field("second_on", "还没有填纸质阅看日期，没有保存。请填写日期。"))?,
                reason: fields.text("reason"),
            }),
        };
        let key = fields.command()?;
        posted.services().read_comment(&posted.actor, key, comment, reading, fields.text("words"), second).await
    };
    posted.ended(job, home, |meeting| format!("/reviews/comments?meeting={meeting}&done=1")).await
}
