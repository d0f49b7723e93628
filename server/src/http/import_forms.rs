//! Imports: upload or paste, answer, commit, error file, template. One set of
//! routes for every kind of table; who may import what is the kind's own rule.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Multipart, Path, State, multipart::Field},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Rejection, ids::UploadId};

use super::{
    fields::Fields,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
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

#[derive(Default)]
struct Form {
    kind: String,
    target: String,
    pasted: String,
    file: Option<Incoming>,
    chosen: Chosen,
    /// 「更换」: show the page of the choices, take nothing in.
    change: bool,
}

async fn upload(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    mut parts: Multipart,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let mut form = match read(&mut parts).await {
        Ok(form) => form,
        Err(words) => return Ok(reply::sorry(StatusCode::PAYLOAD_TOO_LARGE, words)),
    };
    let Some(kind) = imports::target(&form.kind) else {
        return Ok(reply::sorry(StatusCode::NOT_FOUND, &Rejection::NotFound.to_string()));
    };
    let chosen = kind.chosen(form.target.clone(), &form.chosen);
    if let Ok(target) = &chosen {
        form.target.clone_from(target);
    }
    let back = kind.back(&form.target);
    if form.change && chosen.is_ok() {
        return Ok(reply::to(&back));
    }
    let file = match (form.file, form.pasted.trim()) {
        (Some(file), _) => Ok(file),
        (None, "") => Err(Rejection::field("file", "还没有选文件，也没有粘贴表格。请选择文件，或把表格粘贴进来。")),
        (None, pasted) => Ok(Incoming::paste(pasted)),
    };
    let taken: Result<UploadId, Failure> = match chosen.and(file) {
        Ok(file) => app.services().take_upload(&actor, kind, form.target, file).await,
        Err(r) => Err(r.into()),
    };
    Ok(match taken {
        Ok(id) => reply::to(&format!("/imports/{id}")),
        Err(e) => {
            let fields = Fields::new(vec![("pasted".into(), form.pasted)]);
            Posted { app, actor, fields }.back(Home::new(DRAFT, back), &told(e)).await
        }
    })
}

async fn read(parts: &mut Multipart) -> Result<Form, &'static str> {
    let broken = "文件没有传完整，或超过 20 MB，没有导入。请检查网络和文件大小后重新上传。";
    let mut form = Form::default();
    while let Some(field) = parts.next_field().await.map_err(|_| broken)? {
        match field.name().unwrap_or_default() {
            "kind" => form.kind = text(field).await.ok_or(broken)?,
            "target" => form.target = text(field).await.ok_or(broken)?,
            "pasted" => form.pasted = text(field).await.ok_or(broken)?,
            "list" => form.chosen.list = Some(text(field).await.ok_or(broken)?),
            "year" => form.chosen.year = Some(text(field).await.ok_or(broken)?),
            "unit_kind" => form.chosen.unit_kind = Some(text(field).await.ok_or(broken)?),
            "change" => {
                drop(text(field).await);
                form.change = true;
            }
            "_token" | "command" => drop(text(field).await),
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|_| broken)?;
                if !bytes.is_empty() || !name.is_empty() {
                    form.file = Some(Incoming { name: plain_name(&name), bytes: bytes.to_vec(), pasted: false });
                }
            }
            _ => return Err("表单里有本页没有的内容，没有导入。请刷新页面后重新上传。"),
        }
    }
    Ok(form)
}

async fn text(field: Field<'_>) -> Option<String> {
    field.text().await.ok()
}

/// The last part of a file name without what could reorder or hide text; it is only shown.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !domain::text::is_hidden(*c) && !matches!(c, '"' | '<' | '>')).take(120).collect()
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
