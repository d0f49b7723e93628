//! `/records/{id}/evidence`: the files of a book, to be put beside another of its records too. A page without wasm,
//! its form a plain one. Nothing is ticked beforehand; every text is escaped here.

use app::api::{ApiError, Visitor, drafts::Draft};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{Rejection, ids::RecordId, records::RecordKind};
use serde::Deserialize;

use super::super::{
    bare,
    paper_pages::{Head, marks, page},
    posted::{Home, Posted, actor},
    reply::{self, escape},
};
use crate::{
    App,
    services::{
        evidence::{LINK_DRAFT, Link, Shelf, Shelved},
        parse,
    },
};

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Part of a name.
    #[serde(default)]
    q: String,
    draft: Option<String>,
}

fn place(record: RecordId) -> String {
    format!("/records/{record}/evidence")
}

/// `GET /records/{id}/evidence`.
pub async fn shelf(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Ok(Query(asked)) = query else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "地址不对。请从履责记录页重新进入。"));
    };
    let job = async {
        let record: RecordId = parse(&id)?;
        let shelf = app.services().evidence_shelf(&actor, record, &asked.q, asked.draft.as_deref()).await?;
        Ok::<_, ApiError>((record, shelf))
    };
    let (record, shelf) = job.await.map_err(|e| reply::refused(&e))?;
    let note = format!("{}年度，最近添加的在前", shelf.year);
    let head = Head { title: "用已有材料", note: &note, back: &format!("/records/{record}#evidence") };
    let marks = [
        marks(&app, &visitor.viewer),
        bare::hidden("_draft", asked.draft.as_deref().unwrap_or_default()),
        bare::hidden("record", &record.to_string()),
    ];
    Ok(page(&visitor.viewer, &head, &body(&marks.concat(), record, &shelf, &asked.q)))
}

fn body(marks: &str, record: RecordId, shelf: &Shelf, named: &str) -> String {
    let place = place(record);
    let problem = bare::problem(Some(shelf.draft.problem.as_str()).filter(|words| !words.is_empty()));
    let named = named.trim();
    if shelf.rows.is_empty() && named.is_empty() {
        return format!(
            "{problem}<div class=\"empty\"><b>没有可以用的材料</b><p>这里列出本年度记录本里其他记录的材料。还没有时，请在记录页添加文件。</p>\
             <div class=\"actions\"><a class=\"btn primary\" href=\"/records/{record}#evidence\">返回记录</a></div></div>"
        );
    }
    let find = format!(
        "<section class=\"card\"><form class=\"form\" method=\"get\" action=\"{place}\">{field}\
         <div class=\"actions\"><button class=\"btn\">查找</button>{all}</div></form></section>",
        field = bare::field("q", "按文件名查找", "search", named, "", "maxlength=\"60\" autocomplete=\"off\""),
        all = if named.is_empty() {
            String::new()
        } else {
            format!("<a class=\"btn plain\" href=\"{place}\">全部</a>")
        },
    );
    if shelf.rows.is_empty() {
        return format!(
            "{problem}{find}<div class=\"empty\"><b>没有找到</b><p>没有文件名含「{}」的材料。请换一个词再找。</p></div>",
            escape(named)
        );
    }
    let more = if shelf.more {
        "<p class=\"hint\">只列出最近添加的。更早的请按文件名查找。</p>"
    } else {
        ""
    };
    let talks = if shelf.rows.iter().any(|row| row.of == RecordKind::Talk) {
        "<p class=\"hint\">谈心谈话里的材料用到别的记录后，能看到那条记录的人也能打开它。</p>"
    } else {
        ""
    };
    let rows: String = shelf.rows.iter().map(|row| line(row, &shelf.draft)).collect();
    format!(
        "{problem}{find}<form class=\"form\" method=\"post\" action=\"/evidence/link\" autocomplete=\"off\">{marks}\
         <section class=\"card\"><fieldset class=\"field\"><legend>勾选要用的材料</legend>{rows}</fieldset>{more}{talks}\
         <p class=\"hint\">不用重新上传，也不另占空间。在一条记录里撤下，别的记录里仍然有。</p></section>\
         <div class=\"primary-bar\"><button class=\"btn primary\">添加到这条记录</button></div></form>",
    )
}

fn line(row: &Shelved, draft: &Draft) -> String {
    let id = row.id.to_string();
    let checked = if draft.has("evidence", &id) { " checked" } else { "" };
    let thumb = if row.kind.is_picture() {
        format!("<img src=\"/evidence/{id}/thumb\" alt=\"\" loading=\"lazy\" width=\"64\" height=\"64\"> ")
    } else {
        String::new()
    };
    let from = row.page.map_or_else(|| "代录".to_owned(), |page| format!("第 {page} 页"));
    format!(
        "<div class=\"field check\"><label><input type=\"checkbox\" name=\"evidence\" value=\"{id}\"{checked}> \
         <span>{thumb}<b>{name}</b><br><small>{kind} · {size} · {added} · {from} {of}</small></span></label></div>",
        name = escape(&row.name),
        kind = row.kind.label(),
        size = row.size,
        added = row.added,
        of = row.of.label(),
    )
}

/// `POST /evidence/link`: the ticked files stand beside the record too.
pub async fn link(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "evidence"])?;
        fields.once(&["evidence"])?;
        let record: RecordId = fields.parsed("record").map_err(|_| Rejection::NotFound)?;
        let files = fields.ids("evidence").map_err(|_| Rejection::NotFound)?;
        posted.services().link_evidence(&posted.actor, Link { command: fields.command()?, record, files }).await
    };
    let done = job.await;
    let Ok(record) = posted.fields.parsed::<RecordId>("record") else {
        return reply::refused(&done.err().unwrap_or(ApiError::Unavailable));
    };
    match done {
        // Whoever may not do this has no page to go back to either.
        Err(e) if e.status() == 404 => reply::refused(&e),
        done => {
            let home = Home::new(LINK_DRAFT, place(record)).about(record.to_string());
            posted.ended(async { done }, home, |()| format!("/records/{record}#evidence")).await
        }
    }
}
