//! A 述责报告 from a .docx: its text goes into the form as an unsent draft, the file is not kept. Whose report it
//! may be is decided by the service.

use app::api::{ApiError, drafts::Draft};
use axum::{
    Extension,
    extract::{Multipart, State},
    response::Response,
};
use domain::Rejection;

use super::{
    policy::{Builder, Policy},
    posted::{Home, Posted, actor},
    reply,
    upload_form::UploadForm,
};
use crate::{App, services::parse};

/// Form of the drafts of a report.
const DRAFT: &str = "reviews.report";

/// Adds the form.
pub fn routes(builder: Builder) -> Builder {
    builder.upload("/reviews/report/file", Policy::SignedIn, upload)
}

async fn upload(
    State(app): State<App>,
    Extension(visitor): Extension<app::api::Visitor>,
    mut parts: Multipart,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let UploadForm { fields, file } = UploadForm::read(&mut parts, &["meeting", "presenter"], "没有读入").await?;
    let (meeting, presenter) = (fields.text("meeting"), fields.text("presenter"));
    let page = format!("/reviews/{}/report/{}", reply::encode(&meeting), reply::encode(&presenter));
    let taken = async {
        let (about, file) = ((parse(&meeting)?, parse(&presenter)?), file.unwrap_or_default());
        let text = app.services().read_report_file(&actor, about, file.name, file.bytes).await?;
        let draft = Draft { fields: vec![("text".to_owned(), text)], problem: String::new(), problem_field: None };
        app.backend().drafts().keep(&actor, DRAFT, &presenter, draft).await
    };
    Ok(match taken.await {
        Ok(id) => reply::to(&format!("{page}?draft={id}&done=read")),
        // Nobody's report: no draft is kept about what is not there.
        Err(e @ ApiError::Rejected(Rejection::NotFound)) => reply::sorry(reply::status(&e), &e.to_string()),
        Err(e) => Posted { app, actor, fields }.back(Home::new(DRAFT, &*page).about(presenter), &e).await,
    })
}
