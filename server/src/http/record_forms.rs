//! Forms of 履责: save, correct, confirm, refuse, verify. Plain posts for every browser.

use app::api::{
    ApiError,
    records::{ConfirmAll, CorrectRecord, DecideRecord, Records as _, SaveRecord, SavedRecord},
};
use axum::response::Response;
use domain::records::RecordKind;

use super::{
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/records/save", Policy::SignedIn, save)
        .form("/records/correct", Policy::SignedIn, correct)
        .form("/records/decide", Policy::SignedIn, decide)
        .form("/records/confirm", Policy::SignedIn, confirm_all)
}

async fn save(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["post", "kind", "text", "event_on", "duty"])?;
        let form = SaveRecord {
            command: fields.command()?,
            post: fields.parsed("post")?,
            kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
            text: fields.text("text"),
            event_on: fields.text("event_on"),
            duties: fields.ids("duty")?,
        };
        posted.services().save(&posted.actor, form).await
    };
    let to = |saved: SavedRecord| format!("/records/{}?saved=1", saved.record);
    posted.ended(job, Home::new("records.new", "/records/new"), to).await
}

async fn correct(posted: Posted) -> Response {
    let job = async {
        let known = ["record", "seen", "text", "kind", "event_on", "items", "duty", "reason"];
        let fields = posted.only(&known)?;
        // A form without the chips says nothing about them.
        let duties = fields.opt("items").map(|_| fields.ids("duty")).transpose()?;
        let form = CorrectRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            text: fields.text("text"),
            kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
            event_on: fields.text("event_on"),
            duties,
            reason: fields.text("reason"),
        };
        posted.services().correct(&posted.actor, form).await
    };
    one_record(&posted, job).await
}

async fn decide(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "seen", "decision", "reason"])?;
        let form = DecideRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            decision: fields.text("decision"),
            reason: fields.text("reason"),
        };
        posted.services().decide(&posted.actor, form).await
    };
    one_record(&posted, job).await
}

/// Back to the record, or to its form with every word kept.
async fn one_record(posted: &Posted, job: impl Future<Output = Result<SavedRecord, ApiError>>) -> Response {
    let id = posted.fields.text("record");
    let home = Home::new("records.correct", format!("/records/{}", reply::encode(&id))).about(id);
    posted.ended(job, home, |saved| format!("/records/{}", saved.record)).await
}

async fn confirm_all(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record"])?;
        let form = ConfirmAll { command: fields.command()?, records: fields.ids("record")? };
        posted.services().confirm_all(&posted.actor, form).await
    };
    match job.await {
        Ok(_) => reply::to("/records"),
        Err(e) => reply::refused(&e),
    }
}
