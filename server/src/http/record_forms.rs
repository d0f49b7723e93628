//! Forms of 履责: save, correct, confirm, refuse, verify. Plain posts for every browser.

use app::api::{
    ApiError,
    records::{ConfirmAll, CorrectRecord, DecideRecord, Records as _, SaveRecord, SavedRecord},
};
use axum::response::Response;
use domain::{
    Rejection,
    records::{DetailField, FieldShape, Look, RecordDetails, RecordKind, TalkType},
};

use super::{
    fields::Fields,
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

/// Names of the fields of the kinds, beside those of the form.
fn with_details(known: &[&'static str]) -> Vec<&'static str> {
    known.iter().copied().chain(["look", "d.talk"]).chain(DetailField::ALL.map(DetailField::name)).collect()
}

/// Fields of the kinds as posted; those left empty are not there.
fn details(fields: &Fields) -> RecordDetails {
    let value = |field: DetailField| match field.shape() {
        FieldShape::Ticks => fields.many(field.name()).join("、"),
        _ => fields.text(field.name()),
    };
    let typed = DetailField::ALL.into_iter().map(|field| (field, value(field)));
    RecordDetails {
        talk: TalkType::from_key(&fields.text("d.talk")),
        values: typed.filter(|(_, value)| !value.trim().is_empty()).collect(),
    }
}

async fn save(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&with_details(&["post", "kind", "text", "event_on", "duty", "about"]))?;
        let form = SaveRecord {
            command: fields.command()?,
            post: fields.parsed("post")?,
            kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
            text: fields.text("text"),
            event_on: fields.text("event_on"),
            duties: fields.ids("duty")?,
            details: details(fields),
            look: Look::from_key(&fields.text("look")),
        };
        posted.services().save(&posted.actor, form).await
    };
    let to = |saved: SavedRecord| format!("/records/{}?saved=1", saved.record);
    // The item of a reminder still stands first when the form comes back.
    let page = match posted.fields.opt("about") {
        Some(duty) => format!("/records/new?duty={}", reply::encode(&duty)),
        None => "/records/new".to_owned(),
    };
    let home = Home::new("records.new", page);
    match job.await {
        // Already saved: it stands in the book.
        Err(ApiError::Rejected(Rejection::DoneBefore)) => {
            posted.mended(home).await;
            reply::to("/records")
        }
        done => posted.ended(std::future::ready(done), home, to).await,
    }
}

async fn correct(posted: Posted) -> Response {
    let job = async {
        let known = ["record", "seen", "text", "kind", "event_on", "items", "duty", "reason", "only"];
        let fields = posted.only(&with_details(&known))?;
        // 「补充细节」 says nothing about the sentence, 「更正」 nothing about the fields.
        let detailed = fields.text("only") == "details";
        // A form without the chips says nothing about them.
        let duties = fields.opt("items").map(|_| fields.ids("duty")).transpose()?;
        let form = CorrectRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            text: (!detailed).then(|| fields.text("text")),
            kind: fields.opt("kind").and_then(|k| RecordKind::from_key(&k)),
            event_on: fields.text("event_on"),
            duties,
            details: detailed.then(|| details(fields)),
            look: Look::from_key(&fields.text("look")),
            reason: fields.text("reason"),
        };
        posted.services().correct(&posted.actor, form).await
    };
    one_record(&posted, job).await
}

async fn decide(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "seen", "decision", "reason", "text"])?;
        // `confirm+keep`: the decision once more, by somebody who looked again.
        let pressed = fields.text("decision");
        let (decision, look) = pressed.split_once('+').unwrap_or((&pressed, ""));
        let form = DecideRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            decision: decision.to_owned(),
            reason: fields.text("reason"),
            text: fields.opt("text"),
            look: Look::from_key(look),
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
        let fields = posted.only(&["record", "seen", "do", "reason"])?;
        let refuse = (fields.text("do") == "refuse").then(|| fields.text("reason"));
        let (records, seen) = (fields.ids("record")?, fields.ids("seen")?);
        let form = ConfirmAll { command: fields.command()?, records, seen, refuse };
        posted.services().confirm_all(&posted.actor, form).await
    };
    let done = if posted.fields.text("do") == "refuse" { "refused" } else { "confirmed" };
    posted.ended(job, Home::new("records.confirm", "/todo"), |n| format!("/todo?done={done}-{n}")).await
}
