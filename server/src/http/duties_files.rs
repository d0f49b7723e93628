//! `GET /duties/export`: templates, leaders' lists, the year's states and yearly tasks as
//! .xlsx. Made from the same pages that the viewer may read, so that internal sources stay
//! where they belong; text cells only, no number columns.

use app::api::{
    ApiError, Visitor,
    duties::{Duties as _, DutiesQuery, ItemRow, ListQuery, TasksQuery, TemplateQuery},
};
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    duties::{DutyItem, Evidence},
    people::access::Actor,
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Deserialize;

use super::{
    board_files::xlsx,
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply,
};
use crate::App;

/// Adds the file.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/duties/export", Policy::SignedIn, export)
}

/// What to export.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// `template`, `list`, `steps`, `year`, `names`, `templates`, `tasks`.
    what: String,
    /// Template or list id.
    #[serde(default)]
    id: String,
    /// Year.
    year: Option<i32>,
    /// Unit kind key.
    kind: Option<String>,
    /// State key.
    state: Option<String>,
    /// Search.
    q: Option<String>,
    /// Unit id of the tasks.
    unit: Option<String>,
}

/// A sheet of words.
struct Sheet {
    name: String,
    widths: Vec<u16>,
    rows: Vec<Vec<String>>,
}

async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let sorry = |e: &ApiError| {
        reply::sorry(StatusCode::from_u16(e.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &e.to_string())
    };
    let Ok(Query(query)) = query else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "导出条件不对。请回到上一页重新点导出。"));
    };
    let sheet = sheet(&app, &actor, query).await.map_err(|e| sorry(&e))?;
    let name = format!("{}.xlsx", sheet.name);
    // Some milliseconds of pure CPU: off the request threads.
    match tokio::task::spawn_blocking(move || workbook(&sheet)).await {
        Ok(Ok(bytes)) => Ok(xlsx("duties.xlsx", &name, bytes)),
        _ => Err(sorry(&ApiError::Unavailable)),
    }
}

async fn sheet(app: &App, actor: &Actor, query: ExportQuery) -> Result<Sheet, ApiError> {
    let services = app.services();
    match query.what.as_str() {
        "template" => {
            let page = services.template(actor, TemplateQuery { id: query.id, ..TemplateQuery::default() }).await?;
            let name = format!("{}（{}年第{}版）", page.line.list, page.line.year, page.line.edition);
            Ok(items(name, &page.items))
        }
        "list" => {
            let page = services.leader_list(actor, ListQuery { id: query.id, ..ListQuery::default() }).await?;
            if !page.contents {
                return Err(Rejection::NotFound.into());
            }
            Ok(items(format!("{}（第{}版）", page.title, page.edition), &page.items))
        }
        "steps" => {
            let page = services.leader_list(actor, ListQuery { id: query.id, ..ListQuery::default() }).await?;
            let head = ["环节", "结果", "办理人", "日期", "意见或理由"];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            rows.extend(page.decisions.into_iter().map(|d| vec![d.step, d.outcome, d.who, d.on, d.reason]));
            let name = format!("{}（第{}版）办理记录", page.title, page.edition);
            Ok(Sheet { name, widths: vec![18, 14, 28, 14, 60], rows })
        }
        "names" => {
            let page = services.overview(actor, DutiesQuery { year: query.year, ..DutiesQuery::default() }).await?;
            let mut rows = vec![["清单", "责任主体"].map(str::to_owned).to_vec()];
            rows.extend(page.lists.into_iter().map(|list| vec![list.name, list.party]));
            Ok(Sheet { name: "责任清单".to_owned(), widths: vec![50, 40], rows })
        }
        "templates" => {
            let page = services.overview(actor, DutiesQuery { year: query.year, ..DutiesQuery::default() }).await?;
            if !page.may.templates {
                return Err(Rejection::NotFound.into());
            }
            let mut rows = vec![["模板", "适用单位", "条目", "状态"].map(str::to_owned).to_vec()];
            for t in page.templates {
                let name = format!("{}（第{}版）", t.list, t.edition);
                rows.push(vec![name, t.kind, format!("{} 条", t.items), t.state]);
            }
            Ok(Sheet { name: format!("{}年清单模板", page.year), widths: vec![50, 24, 10, 14], rows })
        }
        "year" => {
            let wanted =
                DutiesQuery { year: query.year, kind: query.kind, state: query.state, q: query.q, draft: None };
            let page = services.overview(actor, wanted).await?;
            let head = ["单位", "单位类型", "党组织主要负责人", "清单版次", "状态", "说明"];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            for row in page.rows {
                let state = row.state.map_or("未制作", domain::duties::ListState::label).to_owned();
                rows.push(vec![row.unit, row.kind, row.head, row.edition, state, row.note]);
            }
            Ok(Sheet {
                name: format!("{}年第一责任人履责清单办理情况", page.year),
                widths: vec![24, 14, 18, 10, 12, 40],
                rows,
            })
        }
        "tasks" => {
            let wanted = TasksQuery { year: query.year, unit: query.unit, ..TasksQuery::default() };
            let page = services.tasks(actor, wanted).await?;
            let head = ["单位", "任务", "节点", "完成时限", "责任人", "完成标志", "完成情况", "来源"];
            let mut rows = vec![head.map(str::to_owned).to_vec()];
            for row in page.rows {
                let done = row.done_on.map_or_else(|| "未完成".to_owned(), |on| format!("{on}完成"));
                rows.push(vec![row.unit, row.title, row.node, row.due_on, row.owner, row.done_mark, done, row.source]);
            }
            Ok(Sheet {
                name: format!("{}年管党治党责任年度任务清单", page.year),
                widths: vec![22, 40, 24, 14, 14, 30, 18, 16],
                rows,
            })
        }
        _ => Err(Rejection::NotFound.into()),
    }
}

/// Columns that the import reads again, and the source as the viewer may read it.
fn items(name: String, rows: &[ItemRow]) -> Sheet {
    let head = ["编号", "大项", "履责条目", "频次", "佐证材料", "动作类型", "建议月份", "刚性事项", "所属清单", "来源"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        let item = &row.item;
        lines.push(vec![
            item.code.clone(),
            item.group.clone(),
            item.text.clone(),
            frequency(item),
            item.evidence.iter().map(|e| Evidence::label(*e)).collect::<Vec<_>>().join("、"),
            item.action.label().to_owned(),
            item.months.iter().map(u32::to_string).collect::<Vec<_>>().join("、"),
            if item.hard { "是" } else { "否" }.to_owned(),
            row.list.clone(),
            row.source.clone(),
        ]);
    }
    Sheet { name, widths: vec![8, 20, 60, 18, 28, 12, 14, 10, 24, 16], rows: lines }
}

fn frequency(item: &DutyItem) -> String {
    match item.due {
        None => item.frequency.label().to_owned(),
        Some((month, day)) => format!("{}（{month}月{day}日前）", item.frequency.label()),
    }
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name("清单")?;
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    for (column, width) in (0_u16..).zip(&sheet.widths) {
        page.set_column_width(column, *width)?;
    }
    for (line, row) in (0_u32..).zip(&sheet.rows) {
        for (column, text) in (0_u16..).zip(row) {
            // Always a string: a text that looks like a formula stays a text.
            page.write_string_with_format(line, column, text, if line == 0 { &bold } else { &wrap })?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
