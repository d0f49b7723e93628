//! Forms of 履责: save, correct, confirm, refuse, verify. Plain posts for every browser.

use std::sync::Arc;

use app::api::{
    ApiError, Visitor,
    records::{ConfirmAll, CorrectRecord, DecideRecord, Records as _, SaveRecord, SavedRecord},
};
use axum::{Extension, extract::State, response::Response};
use domain::{Rejection, people::access::Actor, records::RecordKind};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    reply,
};
use crate::App;

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/records/save", Policy::SignedIn, save)
        .form("/records/correct", Policy::SignedIn, correct)
        .form("/records/decide", Policy::SignedIn, decide)
        .form("/records/confirm", Policy::SignedIn, confirm_all)
}

/// The signed-in actor; the policy of the route guarantees one.
pub(super) fn actor(visitor: &Visitor) -> Result<Arc<Actor>, Response> {
    visitor.actor.clone().ok_or_else(|| reply::to("/signin"))
}

async fn save(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let result = match save_form(&fields) {
        Ok(form) => app.services().save(&actor, form).await,
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(saved) => reply::to(&format!("/records/{}?saved=1", saved.record)),
        Err(e) => fields::back(&app, &actor, "records.new", "", "/records/new", &fields, &e).await,
    })
}

fn save_form(fields: &Fields) -> Result<SaveRecord, Rejection> {
    fields.only(&["post", "kind", "text", "event_on", "duty"])?;
    Ok(SaveRecord {
        command: fields.command()?,
        post: fields.parsed("post")?,
        kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
        text: fields.text("text"),
        event_on: fields.text("event_on"),
        duties: fields.ids("duty")?,
    })
}

async fn correct(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["record", "seen", "text", "kind", "event_on", "items", "duty", "reason"])?;
        // A form without the chips says nothing about them.
        let duties = fields.opt("items").map(|_| fields.ids("duty")).transpose()?;
        Ok::<_, Rejection>(CorrectRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            text: fields.text("text"),
            kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
            event_on: fields.text("event_on"),
            duties,
            reason: fields.text("reason"),
        })
    };
    let result = match form() {
        Ok(form) => app.services().correct(&actor, form).await,
        Err(r) => Err(r.into()),
    };
    Ok(ended(&app, &actor, &fields, result).await)
}

async fn decide(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["record", "seen", "decision", "reason"])?;
        Ok::<_, Rejection>(DecideRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            decision: fields.text("decision"),
            reason: fields.text("reason"),
        })
    };
    let result = match form() {
        Ok(form) => app.services().decide(&actor, form).await,
        Err(r) => Err(r.into()),
    };
    Ok(ended(&app, &actor, &fields, result).await)
}

/// Back to the record, or to its form with every word kept.
async fn ended(app: &App, actor: &Actor, fields: &Fields, result: Result<SavedRecord, ApiError>) -> Response {
    match result {
        Ok(saved) => reply::to(&format!("/records/{}", saved.record)),
        Err(e) => {
            let id = fields.text("record");
            let page = format!("/records/{}", reply::encode(&id));
            fields::back(app, actor, "records.correct", &id, &page, fields, &e).await
        }
    }
}

async fn confirm_all(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["record"])?;
        Ok::<_, Rejection>(ConfirmAll { command: fields.command()?, records: fields.ids("record")? })
    };
    let result = match form() {
        Ok(form) => app.services().confirm_all(&actor, form).await,
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(_) => reply::to("/records"),
        Err(e) => reply::sorry(axum::http::StatusCode::from_u16(e.status()).unwrap_or_default(), &e.to_string()),
    })
}
