//! A 述责报告 from a .docx: its text goes into the form as an unsent draft, the file is not kept. Whose report it
//! may be is decided by the service.

use app::api::{ApiError, drafts::Draft};
use axum::{
    Extension,
    extract::{Multipart, State},
    http::StatusCode,
    response::Response,
};
use domain::Rejection;

use super::{
    fields::Fields,
    policy::{Builder, Policy},
    posted::{Home, Posted, actor},
    reply,
};
use crate::{App, services::parse};

/// Form of the drafts of a report.
const DRAFT: &str = "reviews.report";

/// Adds the form.
pub fn routes(builder: Builder) -> Builder {
    builder.upload("/reviews/report/file", Policy::SignedIn, upload)
}

#[derive(Default)]
struct Form {
    meeting: String,
    presenter: String,
    name: String,
    bytes: Vec<u8>,
}

async fn read(parts: &mut Multipart) -> Result<Form, &'static str> {
    let broken = "文件没有传完整，或太大，没有读入。请检查网络和文件大小后重新上传。";
    let mut form = Form::default();
    while let Some(field) = parts.next_field().await.map_err(|_| broken)? {
        match field.name().unwrap_or_default() {
            "meeting" => form.meeting = field.text().await.map_err(|_| broken)?,
            "presenter" => form.presenter = field.text().await.map_err(|_| broken)?,
            "_token" | "command" | "_draft" => drop(field.text().await),
            "file" => {
                field.file_name().unwrap_or_default().clone_into(&mut form.name);
                form.bytes = field.bytes().await.map_err(|_| broken)?.to_vec();
            }
            _ => return Err("表单里有本页没有的内容，没有读入。请刷新页面后重新上传。"),
        }
    }
    Ok(form)
}

async fn upload(
    State(app): State<App>,
    Extension(visitor): Extension<app::api::Visitor>,
    mut parts: Multipart,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = match read(&mut parts).await {
        Ok(form) => form,
        Err(words) => return Ok(reply::sorry(StatusCode::PAYLOAD_TOO_LARGE, words)),
    };
    let page = format!("/reviews/{}/report/{}", reply::encode(&form.meeting), reply::encode(&form.presenter));
    let (presenter, kept) = (form.presenter.clone(), vec![("meeting".to_owned(), form.meeting.clone())]);
    let taken = async {
        let about = (parse(&form.meeting)?, parse(&form.presenter)?);
        let text = app.services().read_report_file(&actor, about, form.name, form.bytes).await?;
        let draft = Draft { fields: vec![("text".to_owned(), text)], problem: String::new(), problem_field: None };
        app.backend().drafts().keep(&actor, DRAFT, &presenter, draft).await
    };
    Ok(match taken.await {
        Ok(id) => reply::to(&format!("{page}?draft={id}&done=read")),
        // Nobody's report: no draft is kept about what is not there.
        Err(e @ ApiError::Rejected(Rejection::NotFound)) => reply::sorry(reply::status(&e), &e.to_string()),
        Err(e) => {
            let fields = Fields::new(kept);
            Posted { app, actor, fields }.back(Home::new(DRAFT, &*page).about(presenter), &e).await
        }
    })
}
