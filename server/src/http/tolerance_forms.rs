//! Forms of 容错纠错 and 澄清正名. Plain posts for every browser; what was typed is kept when a rule says no.

use axum::response::Response;
use domain::{
    Rejection,
    people::access,
    tolerance::{Application, Findings, Step, TalkState, Way},
};

use super::{
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::tolerance::{
    ASK, Ask, AskClear, CLEAR, CLEAR_STEP, ClearStep, Doing, NoteTalk, SETTINGS, STEP, Said, SetSettings, Take, Whom,
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/tolerance/ask", Policy::SignedIn, ask)
        .form("/tolerance/step", Policy::SignedIn, step)
        .form("/tolerance/talk", Policy::SignedIn, talk)
        .form("/tolerance/settings", Policy::SignedIn, settings)
        .form("/clearances/ask", Policy::SignedIn, ask_clear)
        .form("/clearances/step", Policy::SignedIn, clear_step)
}

/// The page on which a post is chosen.
fn desk(posted: &Posted) -> String {
    format!("/tolerance?post={}", reply::encode(&posted.fields.text("post")))
}

async fn ask(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["post", "about", "matter", "whom", "cadre", "facts", "reasons", "remedy"])?;
        let whom = match fields.text("whom").as_str() {
            "head" => Whom::Head,
            "cadre" => Whom::Cadre(fields.text("cadre")),
            "unit" => Whom::Unit,
            _ => return Err(Rejection::field("whom", "还没有选给谁提出，没有提交。请选一项。").into()),
        };
        let form = Ask {
            post: fields.parsed("post")?,
            about: fields.text("about"),
            matter: fields.text("matter"),
            whom,
            application: Application {
                facts: fields.text("facts"),
                reasons: fields.text("reasons"),
                remedy: fields.text("remedy"),
            },
        };
        posted.services().ask_tolerance(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(ASK, desk(&posted)).about(posted.fields.text("post")).at("#ask");
    posted.ended(job, home, |id| format!("/tolerance/{id}?done=1")).await
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let known = [
            "case",
            "seen",
            "step",
            "verifier",
            "reason",
            "motive",
            "procedure",
            "outcome",
            "remedy",
            "situation",
            "eligible",
            "told_on",
            "how",
            "used",
        ];
        let fields = posted.only(&known)?;
        fields.once(&["situation"])?;
        let step = Step::from_key(&fields.text("step"))
            .ok_or_else(|| Rejection::state("没有这样的操作。请刷新页面后重试。"))?;
        let eligible = match fields.text("eligible").as_str() {
            "yes" => true,
            "no" => false,
            _ if step != Step::Verify => false,
            _ => {
                let words = "还没有选是否属于可容错情形，没有提交。请选一项。";
                return Err(Rejection::field("eligible", words).into());
            }
        };
        let said = Said {
            verifier: fields.maybe("verifier")?,
            reason: fields.text("reason"),
            findings: Findings {
                motive: fields.text("motive"),
                procedure: fields.text("procedure"),
                outcome: fields.text("outcome"),
                remedy: fields.text("remedy"),
                situations: fields.many("situation"),
                eligible,
            },
            told_on: fields.day("told_on", "反馈日期")?,
            how: fields.text("how"),
            used: fields.text("used"),
        };
        let form = Take { case: fields.parsed("case")?, seen: fields.parsed("seen")?, step, said };
        posted.services().take_tolerance_step(&posted.actor, fields.command()?, form).await
    };
    let id = posted.fields.text("case");
    let page = format!("/tolerance/{}", reply::encode(&id));
    let to = format!("{page}?done=1");
    posted.ended(job, Home::new(STEP, page).about(id).at("#next"), |()| to).await
}

async fn talk(posted: Posted) -> Response {
    let case = posted.fields.text("case");
    let clearance = posted.fields.text("clearance");
    let job = async {
        let fields = posted.only(&["case", "clearance", "seen", "talk", "talk_on", "talk_by"])?;
        let state = fields
            .chosen("talk", |word| match word {
                "held" => Some(TalkState::Held),
                "skipped" => Some(TalkState::Skipped),
                _ => None,
            })?
            .ok_or_else(|| Rejection::field("talk", "还没有选已谈还是不需要，没有保存。请选一项。"))?;
        let form = NoteTalk {
            case: fields.maybe("case")?,
            clearance: fields.maybe("clearance")?,
            seen: fields.parsed("seen")?,
            state,
            on: fields.day("talk_on", "日期")?,
            by: fields.text("talk_by"),
        };
        posted.services().note_encouragement(&posted.actor, fields.command()?, form).await
    };
    let (form, page, id) = if clearance.is_empty() {
        (STEP, format!("/tolerance/{}", reply::encode(&case)), case)
    } else {
        (CLEAR_STEP, format!("/clearances/{}", reply::encode(&clearance)), clearance)
    };
    posted.ended(job, Home::new(form, page).about(id).at("#talk"), |page| format!("{page}?done=1")).await
}

async fn settings(posted: Posted) -> Response {
    let job = async {
        // Whoever may not set anything is told so, and not what is wrong with what he sent.
        let _proof = access::set_tolerance(&posted.actor)?;
        let fields = posted.only(&["clearance", "situations", "seen"])?;
        let form = SetSettings {
            clearance: fields.opt("clearance").is_some(),
            situations: fields.text("situations"),
            seen: fields.parsed("seen")?,
        };
        posted.services().set_tolerance(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(SETTINGS, "/tolerance").at("#settings");
    posted.ended(job, home, |()| "/tolerance?done=settings#settings".to_owned()).await
}

async fn ask_clear(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["post", "about", "way", "summary", "untrue"])?;
        let form = AskClear {
            post: fields.parsed("post")?,
            about: fields.text("about"),
            way: fields.chosen("way", Way::from_key)?,
            summary: fields.text("summary"),
            untrue: fields.opt("untrue").is_some(),
        };
        posted.services().ask_clearance(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(CLEAR, desk(&posted)).at("#clear");
    posted.ended(job, home, |id| format!("/clearances/{id}?done=1")).await
}

async fn clear_step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["clearance", "seen", "do", "reason", "done_on", "where", "paper_on", "handler"])?;
        let doing = match fields.text("do").as_str() {
            "approve" => Doing::Approve,
            "refuse" => Doing::Refuse(fields.text("reason")),
            "carry" => Doing::Carry(fields.day("done_on", "澄清日期")?, fields.text("where")),
            "receive" => Doing::Receive,
            "paper" => Doing::Paper(fields.day("paper_on", "纸质确认日期")?, fields.text("handler")),
            _ => return Err(Rejection::state("没有这样的操作。请刷新页面后重试。").into()),
        };
        let form = ClearStep { case: fields.parsed("clearance")?, seen: fields.parsed("seen")?, doing };
        posted.services().clearance_step(&posted.actor, fields.command()?, form).await
    };
    let id = posted.fields.text("clearance");
    let page = format!("/clearances/{}", reply::encode(&id));
    let to = format!("{page}?done=1");
    posted.ended(job, Home::new(CLEAR_STEP, page).about(id).at("#next"), |()| to).await
}
