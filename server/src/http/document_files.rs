//! Documents: `GET /documents/{what}/{id}/{form}` and the ledger as .xlsx. Each is asked of its own
//! service, which answers only whoever may read the thing itself.

use app::{
    api::{
        ApiError, Visitor,
        accountability::{Accountability as _, LedgerQuery},
    },
    viewer::Viewer,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    documents::Doc,
    people::{Role, access::Actor},
};

use super::{
    bare,
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply,
};
use crate::{
    App,
    documents::{Form, drawn},
    services::{parse, reviews::papers::ledger_doc},
};

/// Adds the documents.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/documents/{what}/{id}/{form}", Policy::SignedIn, document).get(
        Kind::File,
        "/accountability/export",
        Policy::SignedIn,
        ledger,
    )
}

fn sorry(error: &ApiError) -> Response {
    reply::sorry(StatusCode::from_u16(error.status()).unwrap_or_default(), &error.to_string())
}

async fn document(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((what, id, form)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = Form::from_key(&form).ok_or_else(|| sorry(&Rejection::NotFound.into()))?;
    let (doc, back) = found(&app, &actor, &what, &id).await.map_err(|e| sorry(&e))?;
    // Both ids were parsed: what goes into the links is what was asked for, escaped.
    let place = format!("/documents/{}/{}", reply::encode(&what), reply::encode(&id));
    answer(&visitor.viewer, doc, form, &place, &back).await.map_err(|e| sorry(&e))
}

async fn found(app: &App, actor: &Actor, what: &str, id: &str) -> Result<(Doc, String), ApiError> {
    match what {
        "count" => Ok((app.services().count_paper(actor, parse(id)?).await?, "/reviews".to_owned())),
        "feedback" => {
            let doc = app.services().feedback_paper(actor, id).await?;
            let leads = [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|r| actor.has(r));
            let place = if leads { "feedback" } else { "mine" };
            Ok((doc, format!("/reviews/{place}/{}", reply::encode(id))))
        }
        _ => Err(Rejection::NotFound.into()),
    }
}

async fn ledger(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<LedgerQuery>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Ok(Query(query)) = query else {
        let words = "导出条件不对。请回到台账重新选择条件后再导出。";
        return Err(reply::sorry(StatusCode::BAD_REQUEST, words));
    };
    let page = app.services().ledger(&actor, query).await.map_err(|e| sorry(&e))?;
    answer(&visitor.viewer, ledger_doc(&page), Form::Xlsx, "", "").await.map_err(|e| sorry(&e))
}

/// The document as an answer. `place` is its address without the form, for the links between
/// forms; `back` is where its page leads back to.
///
/// # Errors
/// The drawing failed.
pub async fn answer(viewer: &Viewer, doc: Doc, form: Form, place: &str, back: &str) -> Result<Response, ApiError> {
    let title = doc.title.clone();
    let bytes = drawn(doc, form).await?;
    Ok(match form {
        Form::Page | Form::Print => {
            let inner = String::from_utf8_lossy(&bytes);
            let body = format!("{}{inner}", tools(form, place, back));
            bare::page(viewer, StatusCode::OK, &title, &body)
        }
        Form::Docx => file(
            "document.docx",
            &format!("{title}.docx"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            bytes,
        ),
        Form::Xlsx => file(
            "document.xlsx",
            &format!("{title}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes,
        ),
    })
}

/// The line of links above a document on the screen; never printed.
fn tools(form: Form, place: &str, back: &str) -> String {
    let link = |path: &str, words: &str| format!("<a class=\"btn\" href=\"{}\">{words}</a>", reply::escape(path));
    let other = match form {
        Form::Print => link(&format!("{place}/page"), "看屏幕版"),
        _ => link(&format!("{place}/print"), "打印版"),
    };
    format!(
        "<nav class=\"doc-tools screen-only actions\" aria-label=\"文书\">{}{other}{}{}</nav>",
        link(back, "返回"),
        link(&format!("{place}/docx"), "下载 .docx"),
        link(&format!("{place}/xlsx"), "下载 .xlsx"),
    )
}

/// A download; `plain` is the ASCII name for old browsers (RFC 6266).
pub fn file(plain: &str, name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", reply::encode(name));
    let mut response = Body::from(bytes).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
