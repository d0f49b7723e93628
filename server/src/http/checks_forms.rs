//! Forms of 申请核对, and of 已核实 for many records at once.

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
};
use axum::response::Response;
use domain::{
    Rejection,
    ids::{CheckId, RecordId},
    oversight::CheckSubject,
};

use super::{
    fields::incomplete,
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::checks::{ASK, AskCheck, CHECKS, CheckAct, CheckStep};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/oversight/checks/ask", Policy::SignedIn, ask)
        .form("/oversight/checks/step", Policy::SignedIn, step)
        .form("/oversight/checks/verify", Policy::SignedIn, verify)
}

/// Where somebody asked: the page of the subject, with its own query.
fn asked_at(posted: &Posted) -> (String, String) {
    let (post, year, key) = (posted.fields.text("post"), posted.fields.text("year"), posted.fields.text("key"));
    let (post, year) = (reply::encode(&post), reply::encode(&year));
    if posted.fields.text("kind") == "portrait" {
        // The key names the term before the number.
        let (term, fact) = key.split_once(':').unwrap_or_default();
        let (term, fact) = (reply::encode(term), reply::encode(fact));
        (format!("/portrait?term={term}&year={year}&fact={fact}"), "#fact".to_owned())
    } else {
        (format!("/oversight/colours/{post}?year={year}"), format!("#i{}", reply::encode(&key)))
    }
}

async fn ask(posted: Posted) -> Response {
    let (page, place) = asked_at(&posted);
    let job = async {
        let fields = posted.only(&["kind", "post", "year", "key", "words"])?;
        let kind = fields.text("kind");
        if !CheckSubject::KINDS.contains(&kind.as_str()) {
            return Err(incomplete().into());
        }
        let form = AskCheck {
            command: fields.command()?,
            kind,
            post: fields.parsed("post")?,
            year: fields.parsed("year")?,
            key: fields.text("key"),
            words: fields.text("words"),
        };
        posted.services().ask_check(&posted.actor, form).await
    };
    let subject = format!("{}/{}", posted.fields.text("post"), posted.fields.text("key"));
    let subject: String = subject.chars().take(160).collect();
    let home = Home::new(ASK, page.clone()).about(subject).at(place.clone());
    posted.ended(job, home, |_| format!("{page}&done=asked{place}")).await
}

async fn step(posted: Posted) -> Response {
    let act = match posted.fields.text("do").as_str() {
        "correct" => Some(CheckAct::Correct),
        "uphold" => Some(CheckAct::Uphold),
        "withdraw" => Some(CheckAct::Withdraw),
        "seen" => Some(CheckAct::Seen),
        _ => None,
    };
    let own = matches!(act, Some(CheckAct::Withdraw | CheckAct::Seen));
    let job = async {
        let fields = posted.only(&["check", "do", "words", "page", "kind", "post", "year", "key"])?;
        let form = CheckStep {
            command: fields.command()?,
            check: fields.parsed::<CheckId>("check")?,
            act: act.ok_or_else(|| Rejection::field("answer", "还没有选“已更正”或“维持原判”，没有保存。"))?,
            words: fields.text("words"),
        };
        posted.services().check_step(&posted.actor, form).await
    };
    if own {
        let (page, place) = asked_at(&posted);
        let home = Home::new(ASK, page.clone()).at(place.clone());
        return posted.ended(job, home, |()| format!("{page}&done=stepped{place}")).await;
    }
    let check = posted.fields.text("check");
    // The page of the list that the question stands on, and the question itself.
    let page = match posted.fields.text("page").parse::<u32>() {
        Ok(n) if n > 1 => format!("/oversight/checks?page={n}"),
        _ => "/oversight/checks".to_owned(),
    };
    let place = format!("#c{}", reply::encode(&check));
    let home = Home::new(CHECKS, page).about(check).at(place);
    posted.ended(job, home, |()| "/oversight/checks?done=answered".to_owned()).await
}

/// What became of each row is said on the page; those that were refused with their reason.
async fn verify(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "paper"])?;
        let (plain, paper) = (fields.ids::<RecordId>("record")?, fields.ids::<RecordId>("paper")?);
        let done = posted.services().verify_many(&posted.actor, fields.command()?, &plain, &paper).await?;
        let refused: Vec<_> = done.iter().filter_map(|v| Some((v.record, v.refused.clone()?))).collect();
        let counts = format!("{}-{}", done.len() - refused.len(), refused.len());
        if refused.is_empty() {
            return Ok(format!("/oversight/checks?done={counts}#pending"));
        }
        let problem = format!("{} 条没有核实，原因写在各条下面。", refused.len());
        let said = |(record, why): &(RecordId, String)| ("refused".to_owned(), format!("{record} {why}"));
        let draft = Draft { fields: refused.iter().map(said).collect(), problem, problem_field: None };
        let draft = posted.services().keep(&posted.actor, CHECKS, "batch", draft).await?;
        Ok::<_, ApiError>(format!("/oversight/checks?done={counts}&draft={draft}#pending"))
    };
    posted.ended(job, Home::new(CHECKS, "/oversight/checks").about("verify").at("#pending"), |place| place).await
}
