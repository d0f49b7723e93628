//! Imports: upload or paste, answer, commit, error file, template. One set of
//! routes for every kind of table; who may import what is the kind's own rule.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Multipart, Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Rejection, ids::UploadId};

use super::{
    fields::Fields,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
    upload_form::UploadForm,
};
use crate::{
    App,
    services::{
        imports::{self, Chosen, ImportTarget, Incoming},
        told,
    },
    storage::Failure,
};

/// Form name of the drafts of refused uploads.
const DRAFT: &str = "imports";
/// Fields of the upload form beside its file; which of the choices a kind has is its own rule.
const NAMES: [&str; 7] = ["kind", "target", "pasted", "list", "year", "unit_kind", "change"];
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Adds the routes.
pub fn routes(builder: Builder) -> Builder {
    builder
        .upload("/imports/upload", Policy::SignedIn, upload)
        .form("/imports/answer", Policy::SignedIn, answer)
        .form("/imports/commit", Policy::SignedIn, commit)
        .get(Kind::File, "/imports/{id}/errors", Policy::SignedIn, errors)
        .get(Kind::File, "/imports/template/{kind}", Policy::SignedIn, template)
}

async fn upload(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    mut parts: Multipart,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let UploadForm { fields, file } = UploadForm::read(&mut parts, &NAMES, "没有导入").await?;
    let pasted = fields.text("pasted");
    let Some(kind) = imports::target(&fields.text("kind")) else {
        return Ok(reply::sorry(StatusCode::NOT_FOUND, &Rejection::NotFound.to_string()));
    };
    let choices = Chosen { list: fields.sent("list"), year: fields.sent("year"), unit_kind: fields.sent("unit_kind") };
    let chosen = kind.chosen(fields.text("target"), &choices);
    let target = chosen.clone().unwrap_or_else(|_| fields.text("target"));
    let back = kind.back(&target);
    // 「更换」: show the page of the choices, take nothing in.
    if fields.sent("change").is_some() && chosen.is_ok() {
        return Ok(reply::to(&back));
    }
    let file = match (file, pasted.trim()) {
        (Some(file), _) => Ok(Incoming { name: shown(&file.name), bytes: file.bytes, pasted: false }),
        (None, "") => Err(Rejection::field("file", "还没有选文件，也没有粘贴表格。请选择文件，或把表格粘贴进来。")),
        (None, pasted) => Ok(Incoming::paste(pasted)),
    };
    let taken: Result<UploadId, Failure> = match chosen.and(file) {
        Ok(file) => app.services().take_upload(&actor, kind, target, file).await,
        Err(r) => Err(r.into()),
    };
    Ok(match taken {
        Ok(id) => reply::to(&format!("/imports/{id}")),
        Err(e) => {
            let fields = Fields::new(vec![("pasted".into(), pasted)]);
            Posted { app, actor, fields }.back(Home::new(DRAFT, back), &told(e)).await
        }
    })
}

/// A file's name as it is shown.
fn shown(name: &str) -> String {
    domain::text::file_name(name, 120).replace(['"', '<', '>'], "")
}

/// What was answered: the names of the answers are the questions' ids; the service takes only those it asked.
fn answers(fields: &Fields) -> Vec<(String, String)> {
    fields.content().into_iter().filter(|(name, _)| name != "upload").collect()
}

async fn answer(posted: Posted) -> Response {
    let job = async {
        let id: UploadId = posted.fields.parsed("upload")?;
        posted.services().answer_upload(&posted.actor, id, answers(&posted.fields)).await?;
        Ok::<_, Failure>(id)
    };
    match job.await {
        Ok(id) => reply::to(&format!("/imports/{id}")),
        Err(e) => reply::refused(&told(e)),
    }
}

async fn commit(posted: Posted) -> Response {
    let page = format!("/imports/{}", reply::encode(&posted.fields.text("upload")));
    let job = async {
        let (id, command) = (posted.fields.parsed("upload")?, posted.fields.command()?);
        // The button stands in the form of the questions; a changed answer is previewed before it counts.
        let changed = posted.services().answers_changed(&posted.actor, id, answers(&posted.fields)).await;
        if changed.map_err(told)? {
            return Ok(format!("{page}?changed=1"));
        }
        posted.services().commit_upload(&posted.actor, command, id).await.map_err(told)
    };
    posted.ended(job, Home::new(DRAFT, &*page), |to| to).await
}

/// A workbook to be saved, never shown in the page (RFC 6266 name).
fn workbook(name: &str, bytes: Vec<u8>) -> Response {
    let value = format!("attachment; filename=\"table.xlsx\"; filename*=UTF-8''{}", reply::encode(name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(XLSX));
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

async fn errors(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let made: Result<_, Failure> = match id.parse() {
        Ok(id) => app.services().error_file(&actor, id).await,
        Err(_) => Err(Rejection::NotFound.into()),
    };
    Ok(match made.map_err(told) {
        Ok((name, bytes)) => workbook(&name, bytes),
        Err(e) => reply::refused(&e),
    })
}

async fn template(Extension(visitor): Extension<Visitor>, Path(kind): Path<String>) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let allowed: Result<&dyn ImportTarget, Rejection> =
        imports::target(&kind).ok_or(Rejection::NotFound).and_then(|t| t.may(&actor).map(|()| t));
    let made = match allowed {
        Ok(target) => imports::template(target).await,
        Err(r) => Err(r.into()),
    };
    Ok(match made {
        Ok((name, bytes)) => workbook(&name, bytes),
        Err(e) => reply::refused(&e),
    })
}
