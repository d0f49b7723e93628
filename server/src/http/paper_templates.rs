//! `/papers/templates`: the district's own Word files with {{字段}}. The office hands one in for each
//! paper, sees which fields it holds and how it will look, and takes it out again.

use app::{
    api::{ApiError, Visitor, drafts::Drafts as _},
    viewer::Viewer,
};
use axum::{
    Extension,
    extract::{Multipart, Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    papers::{Paper, sample_fields},
    people::access,
    time::zh,
};
use serde::Deserialize;

use super::{
    bare,
    document_files::{DOCX, file},
    paper_pages::{marks, office},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply::{self, escape},
    upload_form::UploadForm,
};
use crate::{
    App,
    documents::{off_thread, template},
    services::records::papers::templates::TemplateRow,
};

/// Form of the drafts of a refused file.
const DRAFT: &str = "papers.template";
const PLACE: &str = "/papers/templates";

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, PLACE, Policy::SignedIn, list)
        .get(Kind::File, "/papers/templates/{paper}/{which}", Policy::SignedIn, one)
        .upload("/papers/templates/put", Policy::SignedIn, put)
        .form("/papers/templates/remove", Policy::SignedIn, remove)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    draft: Option<String>,
    done: Option<String>,
}

async fn list(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Ok(Query(asked)) = query else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "地址不对。请从文书页重新进入。"));
    };
    let rows = app.services().paper_templates(&actor).await.map_err(|e| reply::refused(&e))?;
    let draft = app.services().load(&actor, DRAFT, asked.draft.as_deref()).await.map_err(|e| reply::refused(&e))?;
    let about = draft.value("paper", String::new());
    let cards: String = Paper::ALL
        .into_iter()
        .map(|paper| {
            let problem = Some(draft.problem.as_str()).filter(|p| about == paper.key() && !p.is_empty());
            card(&app, &visitor.viewer, paper, rows.iter().find(|row| row.paper == paper), problem)
        })
        .collect();
    let done =
        if asked.done.is_some() { "<div class=\"notice ok\" role=\"status\"><p>已办好。</p></div>" } else { "" };
    let body = format!(
        "{done}\
         <p class=\"hint\">在区里自己的 Word 文件（.docx）里，把要自动填写的地方写成 {{{{单位}}}} 这样的字段，上传后下载这种文书时就用区里的格式；\
         其余内容原样不动。使用区里格式的文件不加水印。</p>{cards}"
    );
    Ok(office(&visitor.viewer, "文书模板", PLACE, &body))
}

fn card(app: &App, viewer: &Viewer, paper: Paper, row: Option<&TemplateRow>, problem: Option<&str>) -> String {
    let (key, marks) = (paper.key(), marks(app, viewer));
    let names: Vec<String> = paper.names().iter().map(|name| format!("{{{{{name}}}}}")).collect();
    let state = row.map_or_else(
        || "<p>没有上传，使用通用格式。</p>".to_owned(),
        |row| {
            let found: Vec<String> = row.fields.iter().map(|name| format!("{{{{{name}}}}}")).collect();
            format!(
                "<p>在用：{}（{}，{}上传）</p><p>找到的字段：{}</p><div class=\"actions\">\
                 <a class=\"btn\" href=\"{PLACE}/{key}/sample\">下载填写示例</a>\
                 <a class=\"btn\" href=\"{PLACE}/{key}/file\">下载模板原件</a></div>\
                 <form method=\"post\" action=\"{PLACE}/remove\">{marks}{}<div class=\"actions\">\
                 <button class=\"btn\">停用，恢复通用格式</button></div></form>",
                escape(&row.name),
                escape(&row.handed_by),
                zh(row.handed_at.day()),
                escape(&found.join("、")),
                bare::hidden("paper", key),
            )
        },
    );
    format!(
        "<section class=\"card\" id=\"{key}\"><h2>{label}</h2>{problem}{state}\
         <p class=\"hint\">可用字段：{names}</p>\
         <form method=\"post\" action=\"{PLACE}/put\" enctype=\"multipart/form-data\">{marks}{hidden}\
         <div class=\"field\"><label for=\"file-{key}\">Word 文档（.docx）</label>\
         <input id=\"file-{key}\" type=\"file\" name=\"file\" accept=\".docx\" required>\
         <p class=\"hint\">不超过 5 MB，不能带宏。</p></div>\
         <div class=\"actions\"><button class=\"btn\">上传</button></div></form></section>",
        label = paper.label(),
        problem = bare::problem(problem),
        names = escape(&names.join("、")),
        hidden = bare::hidden("paper", key),
    )
}

/// `sample` is the file with every field saying its own name, `file` the file as it was handed in.
async fn one(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((paper, which)): Path<(String, String)>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let job = async {
        let paper = Paper::from_key(&paper).ok_or(Rejection::NotFound)?;
        let bytes = app.services().template_file(&actor, paper).await?;
        match which.as_str() {
            "file" => Ok((paper.label().to_owned(), bytes)),
            "sample" => {
                let made = off_thread(move || template::filled(&bytes, &sample_fields(paper))).await?;
                Ok((format!("{}（示例）", paper.label()), made))
            }
            _ => Err(ApiError::from(Rejection::NotFound)),
        }
    };
    let (name, bytes) = job.await.map_err(|e| reply::refused(&e))?;
    Ok(file("template.docx", &format!("{name}.docx"), DOCX, bytes))
}

async fn put(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    mut parts: Multipart,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let UploadForm { fields, file } = UploadForm::read(&mut parts, &["paper"], "没有收下").await?;
    // Nobody else learns that there is such a form.
    let _proof = access::keep_templates(&actor).map_err(|e| reply::refused(&e.into()))?;
    let taken = async {
        let paper = Paper::from_key(&fields.text("paper")).ok_or(Rejection::NotFound)?;
        let file = file.unwrap_or_default();
        app.services().put_template(&actor, fields.command()?, paper, (file.name, file.bytes)).await
    };
    Ok(match taken.await {
        Ok(()) => reply::to(&format!("{PLACE}?done=1")),
        Err(e) => Posted { app, actor, fields }.back(Home::new(DRAFT, PLACE), &e).await,
    })
}

async fn remove(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["paper"])?;
        let paper = Paper::from_key(&fields.text("paper")).ok_or(Rejection::NotFound)?;
        posted.services().remove_template(&posted.actor, fields.command()?, paper).await
    };
    match job.await {
        Ok(()) => reply::to(&format!("{PLACE}?done=1")),
        Err(e) => reply::refused(&e),
    }
}
