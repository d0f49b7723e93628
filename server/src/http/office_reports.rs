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
    services::reports::{Act, NEW, New, NewOutside, OUTSIDE, STEP, Save, Skeleton, Step, TEXT},
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
        };
        if !sure && !posted.services().existing_reports(&posted.actor, &form).await?.is_empty() {
            let draft = Draft { fields: fields.content(), problem: String::new(), problem_field: None };
            let id = posted.services().keep(&posted.actor, NEW, "", draft).await?;
            return Ok(format!("/reports?draft={id}#again"));
        }
        let id = posted.services().new_report(&posted.actor, form).await?;
        Ok::<_, ApiError>(format!("/reports/{id}"))
    };
    posted.ended(job, Home::new(NEW, "/reports").at("#new"), |place| place).await
}

/// The page of the report a form is about.
fn place(posted: &Posted) -> (String, String) {
    let id = posted.fields.text("report");
    let page = format!("/reports/{}", reply::encode(&id).replace('/', "%2F"));
    (id, page)
}

async fn text(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["report", "part", "seen", "text"])?;
        let form = Save {
            command: fields.command()?,
            report: fields.parsed("report")?,
            part: Judgement::from_key(&fields.text("part")).ok_or_else(incomplete)?,
            seen: fields.parsed("seen")?,
            text: fields.text("text"),
        };
        posted.services().save_report_text(&posted.actor, form).await
    };
    let (id, page) = place(&posted);
    let part = Judgement::from_key(&posted.fields.text("part")).map_or("", Judgement::key);
    let subject = format!("{id}:{part}");
    posted.ended(job, Home::new(TEXT, &*page).about(subject), |()| format!("{page}?done=1&write=1#part-{part}")).await
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
    let (act, after) = match posted.fields.text("do").as_str() {
        // Who files it may be none of its readers.
        "file" => ("#file", "/reports?done=filed".to_owned()),
        "drop" => ("", "/reports?done=dropped".to_owned()),
        "approve" | "return" => ("#decide", format!("{page}?done=1")),
        "refresh" | "cancel" => ("", page.clone()),
        _ => ("", format!("{page}?done=1")),
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
    let home = Home::new(OUTSIDE, "/reports").at("#outside");
    posted.ended(job, home, |()| "/reports?done=outside#outside".to_owned()).await
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
