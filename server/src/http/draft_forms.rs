//! Drafts as the browser's script saves them: one per account, form and subject. Refuses
//! names that do not start with `f.`, so that no field of a form can pass for one of ours,
//! and never overwrites a draft that its writer has not seen (409 with both). Without a form, a look is for the
//! list of refused ones.

use app::api::{ApiError, Visitor};
use axum::{
    Extension, Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Rejection,
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
}

fn about(form: String, subject: String) -> Result<About, ApiError> {
    let plain =
        |text: &str| text.len() <= NAME && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:/".contains(&b));
    if form.is_empty() || !plain(&form) || !plain(&subject) {
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

/// `GET /drafts?form=&subject=`: the draft, or 204; `GET /drafts`: the page of refused forms.
async fn look(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Some(form) = asked.form else {
        let page = super::refused_forms::list(&app, &actor, &visitor).await;
        return Ok(page.unwrap_or_else(|e| reply::refused(&e)));
    };
    let job = async { app.services().autosaved(&actor, &about(form, asked.subject)?).await };
    Ok(match job.await {
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Ok(Some(kept)) => told(&kept, app.services().now()).into_response(),
        Err(e) => reply::refused(&e),
    })
}

/// `POST /drafts`: keeps the fields; 204 when there are none (and no draft any more), 409 with
/// the other draft when `seen` is not its version.
async fn save(posted: Posted) -> Response {
    let job = async {
        let own = own(&posted.fields)?;
        let (about, seen) = draft(&posted.fields)?;
        if own.iter().all(|(_, value)| value.trim().is_empty()) {
            posted.services().drop_autosaved(&posted.actor, &about, seen).await?;
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        let saved = posted.services().autosave(&posted.actor, &about, own, seen).await?;
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
            _ if matches!(name.as_str(), "form" | "subject" | "seen") => {}
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
        assert!(about("a".repeat(NAME + 1), String::new()).is_err());
    }

    #[test]
    fn a_draft_of_another_day_names_it() {
        let noon = Instant(1_763_780_400_000); // 2025-11-22 11:00 in Shanghai
        assert_eq!(moment(noon, noon.plus_ms(60_000)), "11:00");
        assert_eq!(moment(noon, noon.plus_ms(time::DAY_MS)), "11月22日 11:00");
    }
}
