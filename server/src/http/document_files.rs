//! Documents: `GET /documents/{what}/{id}/{form}` and the ledger as .xlsx. Each is asked of its own
//! service, which answers only whoever may read the thing itself.

use app::{
    api::{ApiError, Visitor, accountability::LedgerQuery},
    viewer::Viewer,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    documents::Doc,
    papers::{Paper, meeting_fields, official::is_out},
    people::{Role, access::Actor},
    time::zh_short,
};

use super::{
    bare,
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply,
    table_files::{self, Sheet, TableFile},
};
use crate::{
    App,
    documents::{Form, drawn, off_thread, template},
    services::parse,
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
    if form == Form::Docx
        && let Some(own) = in_own_form(&app, &actor, &what, &doc).await.map_err(|e| sorry(&e))?
    {
        return Ok(own);
    }
    // Both ids were parsed: what goes into the links is what was asked for, escaped.
    let place = format!("/documents/{}/{}", reply::encode(&what), reply::encode(&id));
    answer(&visitor.viewer, doc, form, &place, &back).await.map_err(|e| sorry(&e))
}

async fn found(app: &App, actor: &Actor, what: &str, id: &str) -> Result<(Doc, String), ApiError> {
    match what {
        "count" => Ok((app.services().count_paper(actor, parse(id)?).await?, "/reviews".to_owned())),
        "reading" => {
            let doc = app.services().reading_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/oversight/{}", reply::encode(id))))
        }
        "portrait" => app.services().portrait_paper(actor, parse(id)?).await,
        "circular" => app.services().circular_paper(actor, id).await,
        "tolerance" => app.services().tolerance_paper(actor, id).await,
        what if what.starts_with("talk-") => {
            let doc = app.services().talk_paper(actor, what, parse(id)?).await?;
            Ok((doc, format!("/talks/{}", reply::encode(id))))
        }
        "report" => {
            let doc = app.services().office_report_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/reports/{}", reply::encode(id))))
        }
        "notice" => {
            let doc = app.services().notice_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/warnings/notices/{}", reply::encode(id))))
        }
        "notices" => {
            let doc = app.services().notices_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/warnings/{}?view=notices", reply::encode(id))))
        }
        "matter" => {
            let doc = app.services().lists_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/warnings/{}", reply::encode(id))))
        }
        "advice" => {
            let doc = app.services().advice_paper(actor, parse(id)?).await?;
            Ok((doc, format!("/accountability/advices/{}", reply::encode(id))))
        }
        "feedback" => {
            let doc = app.services().feedback_paper(actor, id).await?;
            let leads = [Role::ConductOffice, Role::DeputySecretary, Role::Secretary].into_iter().any(|r| actor.has(r));
            let place = if leads { "feedback" } else { "mine" };
            Ok((doc, format!("/reviews/{place}/{}", reply::encode(id))))
        }
        _ => Err(Rejection::NotFound.into()),
    }
}

/// The paper for which the district may have a form of its own; none of a book's, which have their own address.
fn paper_of(what: &str, doc: &Doc) -> Option<Paper> {
    let paper = match what {
        "advice" if doc.title.ends_with(Paper::Suggestion.label()) => Some(Paper::Suggestion),
        "advice" => Some(Paper::Recommendation),
        other => Paper::from_key(other),
    };
    paper.filter(|paper| !paper.is_of_book())
}

/// The paper in the district's own Word file, where there is one. A sheet that is not signed yet carries its
/// state as its number, which the district's form may have no place for: it stays in the house's form.
async fn in_own_form(app: &App, actor: &Actor, what: &str, doc: &Doc) -> Result<Option<Response>, ApiError> {
    let Some(paper) = paper_of(what, doc).filter(|_| is_out(doc)) else { return Ok(None) };
    let services = app.services();
    let Some(bytes) = services.template_of(actor.district, paper).await? else { return Ok(None) };
    let fields = meeting_fields(paper, doc, &services.district_name(actor.district).await?, services.today());
    let name = format!("{}.docx", doc.title);
    let filled = off_thread(move || template::filled(&bytes, &fields)).await?;
    Ok(Some(file("document.docx", &name, DOCX, filled)))
}

/// What the ledger shows, all of its pages, in columns that the import reads again.
async fn ledger(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, table_files::asked::<LedgerQuery>(&uri)?);
    let rows = app.services().ledger_file(&actor, query).await.map_err(|e| sorry(&e))?;
    let mut sheet = Sheet::new(
        "问题整改台账",
        &[
            ("编号", 12),
            ("单位", 20),
            ("来源", 16),
            ("问题", 44),
            ("整改要求", 44),
            ("责任领导", 12),
            ("责任部门", 16),
            ("挂账日期", 16),
            ("整改期限", 16),
            ("进度", 20),
            ("外部编号", 24),
        ],
    );
    for row in rows {
        let kind = if row.repeated { format!("{}（重复发生）", row.kind) } else { row.kind };
        let quick = if row.quick { "（立行立改）" } else { "" };
        let state = if row.word == row.state { row.state } else { format!("{}（{}）", row.state, row.word) };
        let cells = [
            row.number,
            row.unit,
            kind,
            row.problem,
            row.demand,
            row.owner,
            row.department,
            row.opened_on,
            row.deadline,
            format!("{state}{quick}"),
            row.external,
        ];
        sheet.row(cells);
    }
    let note = format!("截至{}", zh_short(app.services().today()));
    TableFile::new("ledger.xlsx", "问题整改台账").note(note).sheet(sheet).answer().await
}

/// The document as an answer. `place` is its address without the form, for the links between
/// forms; `back` is where its page leads back to.
///
/// # Errors
/// The drawing failed.
pub async fn answer(viewer: &Viewer, doc: Doc, form: Form, place: &str, back: &str) -> Result<Response, ApiError> {
    let title = doc.title.clone();
    let bytes = drawn(doc, form).await?;
    let links = Links { place, query: "", back, more: String::new() };
    Ok(drawn_answer(viewer, &title, bytes, form, &links))
}

/// Where the links above a document lead.
pub struct Links<'a> {
    /// Its address without the form.
    pub place: &'a str,
    /// `?from=3&to=9`, kept by the links between forms; may be empty.
    pub query: &'a str,
    /// Where its page leads back to.
    pub back: &'a str,
    /// Further links, as markup.
    pub more: String,
}

/// What was drawn in a form, as an answer.
pub fn drawn_answer(viewer: &Viewer, title: &str, bytes: Vec<u8>, form: Form, links: &Links<'_>) -> Response {
    match form {
        Form::Page | Form::Print => {
            let inner = String::from_utf8_lossy(&bytes);
            let body = format!("{}{inner}", tools(form, links));
            bare::page(viewer, StatusCode::OK, title, &body)
        }
        Form::Docx => file("document.docx", &format!("{title}.docx"), DOCX, bytes),
        Form::Xlsx => file(
            "document.xlsx",
            &format!("{title}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes,
        ),
    }
}

/// Type of a .docx.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A link that looks like a button.
pub fn button(path: &str, words: &str) -> String {
    format!("<a class=\"btn\" href=\"{}\">{words}</a>", reply::escape(path))
}

/// A document that leaves as a file and is drawn nowhere else.
///
/// # Errors
/// The drawing failed.
pub async fn docx(doc: Doc) -> Result<Response, ApiError> {
    let title = doc.title.clone();
    let bytes = drawn(doc, Form::Docx).await?;
    Ok(file(
        "document.docx",
        &format!("{title}.docx"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        bytes,
    ))
}

/// The line of links above a document on the screen; never printed.
fn tools(form: Form, links: &Links<'_>) -> String {
    let Links { place, query, back, more } = links;
    let other = match form {
        Form::Print => button(&format!("{place}/page{query}"), "看屏幕版"),
        _ => button(&format!("{place}/print{query}"), "打印版"),
    };
    format!(
        "<nav class=\"doc-tools screen-only actions\" aria-label=\"文书\">{}{other}{}{}{more}</nav>",
        button(back, "返回"),
        button(&format!("{place}/docx{query}"), "下载 .docx"),
        button(&format!("{place}/xlsx{query}"), "下载 .xlsx"),
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
