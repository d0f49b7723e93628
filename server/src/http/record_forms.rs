//! Forms of 履责: save, correct, confirm, refuse, verify. Plain posts for every browser.

use app::api::{
    ApiError,
    drafts::Drafts as _,
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

/// Of what a form may send several: items, and what is ticked.
fn lists() -> Vec<&'static str> {
    let ticked = DetailField::ALL.into_iter().filter(|field| matches!(field.shape(), FieldShape::Ticks));
    std::iter::once("duty").chain(ticked.map(DetailField::name)).collect()
}

/// Fields of the kinds as posted; those left empty are not there.
fn details(fields: &Fields) -> Result<RecordDetails, Rejection> {
    let value = |field: DetailField| match field.shape() {
        FieldShape::Ticks => fields.many(field.name()).join("、"),
        _ => fields.text(field.name()),
    };
    let typed = DetailField::ALL.into_iter().map(|field| (field, value(field)));
    Ok(RecordDetails {
        talk: fields.chosen("d.talk", TalkType::from_key)?,
        values: typed.filter(|(_, value)| !value.trim().is_empty()).collect(),
    })
}

async fn save(posted: Posted) -> Response {
    let posted = looked_before(posted, "records.new").await;
    let job = async {
        let fields = posted.only(&with_details(&["post", "kind", "text", "event_on", "duty", "about"]))?;
        fields.once(&lists())?;
        let form = SaveRecord {
            command: fields.command()?,
            post: fields.parsed("post")?,
            kind: fields.chosen("kind", RecordKind::from_key)?,
            text: fields.text("text"),
            event_on: fields.text("event_on"),
            duties: fields.ids("duty")?,
            details: details(fields)?,
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

/// What was answered about the same words when they came back for another reason: nobody is asked twice.
async fn looked_before(mut posted: Posted, form: &'static str) -> Posted {
    let tried = posted.fields.opt("_draft").filter(|_| posted.fields.opt("look").is_none());
    let Some(tried) = tried else { return posted };
    // A draft that is gone only means that the question is asked again.
    let Ok(draft) = posted.services().load(&posted.actor, form, Some(tried.as_str())).await else { return posted };
    let words = |fields: &[(String, String)]| {
        let said = |(name, value): &&(String, String)| {
            (name == "text" || name == "kind" || name.starts_with("d.")) && !value.trim().is_empty()
        };
        fields.iter().filter(said).cloned().collect::<Vec<_>>()
    };
    let look = draft.value("look", "");
    // A reason written since is asked about like every other one.
    let reason = posted.fields.text("reason");
    let new = reason != draft.value("reason", "");
    // Where nobody can say whether it would be, too.
    if new && posted.services().hints_at_a_clue(&posted.actor, &reason).await.unwrap_or(true) {
        return posted;
    }
    if !look.is_empty() && words(&draft.fields) == words(&posted.fields.content()) {
        posted.fields.add("look", look);
    }
    posted
}

async fn correct(posted: Posted) -> Response {
    let posted = looked_before(posted, "records.correct").await;
    let job = async {
        let known = ["record", "seen", "text", "kind", "event_on", "items", "duty", "reason", "only"];
        let fields = posted.only(&with_details(&known))?;
        fields.once(&lists())?;
        // 「补充细节」 says nothing about the sentence, 「更正」 nothing about the fields.
        let detailed = fields.text("only") == "details";
        // A form without the chips says nothing about them.
        let duties = fields.opt("items").map(|_| fields.ids("duty")).transpose()?;
        let form = CorrectRecord {
            command: fields.command()?,
            record: fields.parsed("record")?,
            seen: fields.parsed("seen")?,
            text: (!detailed).then(|| fields.text("text")),
            kind: fields.chosen("kind", RecordKind::from_key)?,
            event_on: fields.text("event_on"),
            duties,
            details: detailed.then(|| details(fields)).transpose()?,
            look: Look::from_key(&fields.text("look")),
            reason: fields.text("reason"),
        };
        posted.services().correct(&posted.actor, form).await
    };
    let adds = posted.fields.text("only") == "details";
    let place = if adds { "#adding" } else { "#correct" };
    let to = move |saved: SavedRecord| {
        let done = match saved.page {
            None => "changed",
            Some(_) if adds => "added",
            Some(_) => "corrected",
        };
        format!("/records/{}?done={done}", saved.record)
    };
    one_record(&posted, job, place, to).await
}

async fn decide(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "seen", "decision", "reason", "text"])?;
        fields.once(&[])?;
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
    one_record(&posted, job, "#decide", |saved| format!("/records/{}", saved.record)).await
}

/// To where `to` says, or back to the form at `place` with every word kept.
async fn one_record(
    posted: &Posted,
    job: impl Future<Output = Result<SavedRecord, ApiError>>,
    place: &'static str,
    to: impl FnOnce(SavedRecord) -> String,
) -> Response {
    let id = posted.fields.text("record");
    let home = Home::new("records.correct", format!("/records/{}", reply::encode(&id))).about(id).at(place);
    posted.ended(job, home, to).await
}

async fn confirm_all(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "seen", "do", "reason"])?;
        fields.once(&["record", "seen"])?;
        let refuse = (fields.text("do") == "refuse").then(|| fields.text("reason"));
        let (records, seen) = (fields.ids("record")?, fields.ids("seen")?);
        if let Some(reason) = &refuse {
            posted.services().looked_twice(&posted.actor, "records.confirm", ("reason", reason.as_str())).await?;
        }
        let form = ConfirmAll { command: fields.command()?, records, seen, refuse };
        posted.services().confirm_all(&posted.actor, form).await
    };
    let done = if posted.fields.text("do") == "refuse" { "refused" } else { "confirmed" };
    posted.ended(job, Home::new("records.confirm", "/todo"), |n| format!("/todo?done={done}-{n}")).await
}
