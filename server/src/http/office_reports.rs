//! Forms of the office's reports, and the skeleton of a paper that is finished outside. Plain posts for every browser;
//! what is refused comes back to its page with every word.

use app::api::{
    ApiError, Visitor,
    drafts::{Draft, Drafts as _},
    reports::{Reports as _, ReportsQuery},
};
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{StatusCode, Uri},
    response::Response,
};
use domain::{
    Rejection,
    reports::{Judgement, Kind as ReportKind, Outside, Period},
};
use serde::Deserialize;

use super::{
    document_files,
    fields::{Fields, incomplete},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
    table_files::{self, Sheet, TableFile},
};
use crate::{
    App,
    services::reports::{Act, NEW, New, NewOutside, OUTSIDE, STEP, Save, Saved, Skeleton, Step, TEXT, Then, TypedPart},
};

/// Adds the forms and the file.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/reports/new", Policy::SignedIn, new)
        .form("/reports/text", Policy::SignedIn, text)
        .form("/reports/step", Policy::SignedIn, step)
        .form("/reports/outside", Policy::SignedIn, outside)
        .get(Kind::File, "/reports/skeleton", Policy::SignedIn, skeleton)
        .get(Kind::File, "/reports/export", Policy::SignedIn, export)
}

fn period(fields: &Fields) -> Result<Period, Rejection> {
    Period::from_key(&fields.text("period"))
        .ok_or_else(|| Rejection::field("period", "时段不在可选范围，没有新建报告。请重新选择。"))
}

/// Without `sure` a report that holds the same facts already is shown first.
async fn new(posted: Posted) -> Response {
    let sure = posted.fields.text("sure") == "1";
    let job = async {
        let fields = posted.only(&["kind", "cover", "period", "sure"])?;
        let form = New {
            command: fields.command()?,
            kind: ReportKind::from_key(&fields.text("kind"))
                .ok_or_else(|| Rejection::field("kind", "报告种类不在可选范围，没有新建报告。请重新选择。"))?,
            cover: fields.text("cover"),
            period: period(fields)?,
            sure,
        };
        let there = async || {
            Ok::<_, ApiError>(!sure && !posted.services().existing_reports(&posted.actor, &form).await?.is_empty())
        };
        let known = there().await?;
        let made = if known { None } else { Some(posted.services().new_report(&posted.actor, form.clone()).await) };
        match made {
            Some(Ok(id)) => return Ok(format!("/reports/{id}")),
            // Another may have begun it between the question and the answer: it is asked about like any other.
            Some(Err(no)) if !there().await? => return Err(no),
            Some(Err(_)) | None => {}
        }
        let draft = Draft { fields: fields.content(), problem: String::new(), problem_field: None };
        let id = posted.services().keep(&posted.actor, NEW, "", draft).await?;
        Ok::<_, ApiError>(format!("/reports?draft={id}#again"))
    };
    posted.ended(job, Home::new(NEW, "/reports").at("#new"), |place| place).await
}

/// The page of the report a form is about.
fn place(posted: &Posted) -> (String, String) {
    let id = posted.fields.text("report");
    let page = format!("/reports/{}", reply::encode(&id).replace('/', "%2F"));
    (id, page)
}

/// Prefixes of the fields of a judgement.
const WORDS: &str = "text.";
const SEEN: &str = "seen.";

/// The boxes of the form: each with its text and what the form was given of it.
fn boxes(posted: &Posted) -> Result<Vec<TypedPart>, Rejection> {
    let mut known: Vec<String> = ["report", "version", "then"].map(str::to_owned).into();
    known.extend(Judgement::ALL.iter().flat_map(|part| [WORDS, SEEN].map(|prefix| format!("{prefix}{}", part.key()))));
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let fields = posted.only(&known)?;
    fields.once(&[])?;
    let mut parts = Vec::new();
    for part in Judgement::ALL {
        let Some(text) = fields.sent(&format!("{WORDS}{}", part.key())) else { continue };
        let seen = fields.text(&format!("{SEEN}{}", part.key())).parse().map_err(|()| incomplete())?;
        parts.push(TypedPart { part, seen, text });
    }
    if parts.is_empty() { Err(incomplete()) } else { Ok(parts) }
}

async fn text(posted: Posted) -> Response {
    let job = async {
        let (parts, fields) = (boxes(&posted)?, &posted.fields);
        let then = match fields.sent("then").as_deref() {
            None => None,
            Some("ask") => Some((fields.parsed("version")?, Then::Ask)),
            Some("refresh") => Some((fields.parsed("version")?, Then::Refresh)),
            Some(_) => return Err(incomplete().into()),
        };
        let form = Save { command: fields.command()?, report: fields.parsed("report")?, parts, then };
        posted.services().save_report_texts(&posted.actor, form).await
    };
    let (id, page) = place(&posted);
    let home = Home::new(TEXT, &*page).about(id).at("#write");
    let to = |done: Saved| match done {
        Saved::Saved => format!("{page}?done=saved&write=1#write"),
        Saved::Asked => format!("{page}?done=asked"),
        Saved::Refreshed => page.clone(),
        Saved::Unready => format!("{page}?done=unready&write=1"),
        Saved::Moved => format!("{page}?done=moved&write=1"),
    };
    posted.ended(job, home, to).await
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["report", "seen", "do", "reason", "reader"])?;
        let act = match fields.text("do").as_str() {
            "refresh" => Act::Refresh,
            "cancel" => Act::Cancel,
            "ask" => Act::Ask,
            "approve" => Act::Approve,
            "return" => Act::Return,
            "file" => Act::File { readers: fields.ids("reader")? },
            "widen" => Act::Widen { readers: fields.ids("reader")? },
            "drop" => Act::Drop,
            _ => return Err(incomplete().into()),
        };
        let form = Step {
            command: fields.command()?,
            report: fields.parsed("report")?,
            seen: fields.parsed("seen")?,
            act,
            reason: fields.text("reason"),
        };
        posted.services().report_step(&posted.actor, form).await
    };
    let (id, page) = place(&posted);
    // What was done is said by its own word.
    let (act, after) = match posted.fields.text("do").as_str() {
        "ask" => ("", format!("{page}?done=asked")),
        "approve" => ("#decide", format!("{page}?done=approved")),
        "return" => ("#decide", format!("{page}?done=returned")),
        "file" => ("#file", format!("{page}?done=filed")),
        "widen" => ("#widen", format!("{page}?done=widened")),
        "drop" => ("#drop", "/reports?done=dropped".to_owned()),
        _ => ("", page.clone()),
    };
    posted.ended(job, Home::new(STEP, &*page).about(id).at(act), |()| after).await
}

async fn outside(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["paper", "number", "on", "copies"])?;
        let copies = fields.text("copies");
        let form = NewOutside {
            command: fields.command()?,
            paper: Outside::from_key(&fields.text("paper"))
                .ok_or_else(|| Rejection::field("paper", "文书不在可选范围，没有登记。请重新选择。"))?,
            number: fields.text("number"),
            on: fields.needed_day("on", "成文日期", "还没有填成文日期，没有登记。请选择日期。")?,
            copies: copies
                .trim()
                .parse()
                .map_err(|_| Rejection::field("copies", "份数不是数字，没有登记。请填写整数。"))?,
        };
        posted.services().register_outside_paper(&posted.actor, form).await
    };
    let home = Home::new(OUTSIDE, "/reports").at("#register");
    posted.ended(job, home, |()| "/reports?done=outside#register".to_owned()).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    paper: String,
    cover: String,
    period: String,
}

async fn skeleton(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = query.ok().and_then(|Query(asked)| {
        let (paper, period) = (Outside::from_key(&asked.paper)?, Period::from_key(&asked.period)?);
        Some(Skeleton { paper, cover: asked.cover, period })
    });
    let Some(form) = form else {
        let words = "底稿的条件不对，没有生成。请回到“报告”页重新选择。";
        return Err(reply::sorry(StatusCode::BAD_REQUEST, words));
    };
    let job = async {
        let doc = app.services().report_skeleton(&actor, form).await?;
        document_files::docx(doc).await
    };
    job.await.map_err(|e| reply::refused(&e))
}

/// The tables of the list, page by page as it shows them.
async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, table_files::asked::<ReportsQuery>(&uri)?);
    let page = app.services().reports(&actor, query).await.map_err(|e| reply::refused(&e))?;
    let mut reports = Sheet::new("报告", &[("报告", 24), ("范围", 24), ("时段", 16), ("进度", 18), ("起草", 18)]);
    page.rows.into_iter().for_each(|row| reports.row([row.kind, row.cover, row.period, row.state, row.writer]));
    let mut outside =
        Sheet::new("线下文书登记", &[("文书", 20), ("文号", 22), ("日期", 16), ("份数", 8), ("登记", 18)]);
    page.outside
        .into_iter()
        .for_each(|row| outside.row([row.paper, row.number, row.on, row.copies.to_string(), row.who]));
    TableFile::new("reports.xlsx", "报告")
        .note(format!("截至{}", page.today))
        .sheet(reports)
        .sheet(outside)
        .answer()
        .await
}
