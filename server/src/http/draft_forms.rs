//! Drafts as the browser's script saves them: one per account, form and subject; a form for new things has one
//! for each note that was begun, with the note's own id as its subject. Refuses
//! names that do not start with `f.`, so that no field of a form can pass for one of ours,
//! and never overwrites a draft that its writer has not seen (409 with both). Without a form, a look is for the
//! list of refused ones.

use app::api::{ApiError, Visitor};
use axum::{
    Extension, Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Rejection,
    people::access::Actor,
    time::{self, Instant},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    fields::Fields,
    policy::{Builder, Kind, Policy},
    posted::{Posted, actor},
    reply,
};
use crate::{
    App,
    services::drafts::{About, Autosaved, Kept},
};

/// Prefix of the draft's own fields in the form.
const FIELD: &str = "f.";
/// Forms that the browser's script saves by itself.
const FORMS: [&str; 11] = [
    "records.new",
    "records.correct",
    "reviews.report",
    "oversight.remark",
    "papers.report",
    "reports.text",
    "talks.report",
    "talks.tracking",
    "tolerance.ask",
    "tolerance.step",
    "letters.save",
];
/// Longest name of a form or subject, in bytes; a subject is mostly an id of 36.
const NAME: usize = 80;

/// Adds the routes.
pub fn routes(builder: Builder) -> Builder {
    let builder = builder.get(Kind::File, "/drafts", Policy::SignedIn, look).form("/drafts", Policy::SignedIn, save);
    super::refused_forms::routes(builder.form("/drafts/drop", Policy::SignedIn, discard))
}

/// Which draft a look is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    form: Option<String>,
    #[serde(default)]
    subject: String,
    /// `1`: every note of this form, not one of them.
    all: Option<String>,
}

fn about(form: String, subject: String) -> Result<About, ApiError> {
    let plain =
        |text: &str| text.len() <= NAME && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:/".contains(&b));
    if !FORMS.contains(&form.as_str()) || !plain(&subject) {
        return Err(Rejection::state("页面内容不完整，草稿没有存下。请刷新页面后重试。").into());
    }
    Ok(About { form, subject })
}

/// `10:32` today, else with the day.
fn moment(at: Instant, now: Instant) -> String {
    if at.day() == now.day() { at.clock() } else { format!("{} {}", time::zh_short(at.day()), at.clock()) }
}

fn told(kept: &Kept, now: Instant) -> Json<serde_json::Value> {
    Json(json!({ "saved_at": moment(kept.at, now), "version": kept.at.0.to_string(), "fields": kept.fields }))
}

/// `GET /drafts?form=&subject=`: the draft, or 204; with `all=1` every draft of the form as `notes`, each with
/// its subject, its id and the refused form that it `mends`, and the `refused` ones that are listed by themselves; `GET /drafts`: the page of refused forms.
async fn look(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Ok(Query(asked)) = asked else {
        let no = Rejection::state("地址里的内容不完整，没有打开草稿。请从“待办”进入，或刷新页面后重试。");
        return Err(reply::refused(&no.into()));
    };
    let Some(form) = asked.form else {
        let page = super::refused_forms::list(&app, &actor, &visitor).await;
        return Ok(page.unwrap_or_else(|e| reply::refused(&e)));
    };
    let about = match about(form, asked.subject) {
        Ok(about) => about,
        Err(e) => return Ok(reply::refused(&e)),
    };
    if asked.all.is_some() {
        return Ok(notes(&app, &actor, &about.form).await.unwrap_or_else(|e| reply::refused(&e)));
    }
    let job = async { app.services().autosaved(&actor, &about).await };
    Ok(match job.await {
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Ok(Some(kept)) => told(&kept, app.services().now()).into_response(),
        Err(e) => reply::refused(&e),
    })
}

async fn notes(app: &App, actor: &Actor, form: &str) -> Result<Response, ApiError> {
    let now = app.services().now();
    let all = app.services().unfinished(actor, form).await?;
    let notes: Vec<_> = all
        .iter()
        .map(|(subject, kept)| {
            let mut note = told(kept, now).0;
            note["subject"] = json!(subject);
            note["id"] = json!(kept.id.to_string());
            if let Some(refused) = kept.mends {
                note["mends"] = json!(refused.to_string());
            }
            note
        })
        .collect();
    let refused: Vec<_> = app.services().refused_ids(actor, form).await?.iter().map(ToString::to_string).collect();
    Ok(Json(json!({ "notes": notes, "refused": refused })).into_response())
}

/// `POST /drafts`: keeps the fields; 204 when there are none (and no draft any more), 409 with
/// the other draft when `seen` is not its version.
async fn save(posted: Posted) -> Response {
    let job = async {
        let own = own(&posted.fields)?;
        let (about, seen) = draft(&posted.fields)?;
        // A new note with nothing but its day has not been begun.
        let empty = |(name, value): &(String, String)| {
            value.trim().is_empty() || (about.form == "records.new" && name == "event_on")
        };
        if own.iter().all(empty) {
            posted.services().drop_autosaved(&posted.actor, &about, seen).await?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        let mends = posted.fields.text("mends").parse().ok();
        let saved = posted.services().autosave(&posted.actor, &about, own, seen, mends).await?;
        let now = posted.services().now();
        Ok::<_, ApiError>(match saved {
            Autosaved::Saved(at) => {
                Json(json!({ "saved_at": moment(at, now), "version": at.0.to_string() })).into_response()
            }
            Autosaved::Newer(kept) => (StatusCode::CONFLICT, told(&kept, now)).into_response(),
        })
    };
    job.await.unwrap_or_else(|e| reply::refused(&e))
}

/// The draft's own fields, without their prefix.
fn own(fields: &Fields) -> Result<Vec<(String, String)>, Rejection> {
    let mut own = Vec::new();
    for (name, value) in fields.content() {
        match name.strip_prefix(FIELD) {
            Some(plain) if !plain.is_empty() => own.push((plain.to_owned(), value)),
            _ if matches!(name.as_str(), "form" | "subject" | "seen" | "mends") => {}
            _ => return Err(Rejection::state("表单里有本页没有的内容，草稿没有存下。请刷新页面后重新填写。")),
        }
    }
    Ok(own)
}

/// `POST /drafts/drop`: 204; with `seen` only the version that was seen.
async fn discard(posted: Posted) -> Response {
    let job = async {
        let (about, seen) = draft(posted.only(&["form", "subject", "seen"])?)?;
        posted.services().drop_autosaved(&posted.actor, &about, seen).await
    };
    match job.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(e) => reply::refused(&e),
    }
}

/// Which draft, and which version of it was seen.
fn draft(fields: &Fields) -> Result<(About, Option<Instant>), ApiError> {
    let about = about(fields.text("form"), fields.text("subject"))?;
    Ok((about, fields.maybe("seen")?.map(Instant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_short() {
        assert!(about("records.new".into(), String::new()).is_ok());
        assert!(about("records.correct".into(), "0199b3a4-0000-7000-8000-000000000000".into()).is_ok());
        assert!(about(String::new(), String::new()).is_err());
        assert!(about("a'b".into(), String::new()).is_err());
        assert!(about("zzz".into(), String::new()).is_err(), "no form of ours");
        assert!(about("records.new".into(), "a".repeat(NAME + 1)).is_err());
    }

    #[test]
    fn a_draft_of_another_day_names_it() {
        let noon = Instant(1_763_780_400_000); // 2025-11-22 11:00 in Shanghai
        assert_eq!(moment(noon, noon.plus_ms(60_000)), "11:00");
        assert_eq!(moment(noon, noon.plus_ms(time::DAY_MS)), "11月22日 11:00");
    }
}
