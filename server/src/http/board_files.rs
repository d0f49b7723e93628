//! `GET /board/export`: what the board shows, as .xlsx. Text cells only, no number
//! columns, the units' own order: never a ranking.

use app::api::{
    Visitor,
    board::{Board as _, BoardPage, BoardQuery},
};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::board::Duty;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{
    policy::{Builder, Kind, Policy},
    reply,
};
use crate::App;

/// Adds the file.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/board/export", Policy::SignedIn, export)
}

async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<BoardQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Response> {
    let actor = super::posted::actor(&visitor)?;
    let sorry = |e: &dyn std::fmt::Display, status| reply::sorry(status, &e.to_string());
    let Ok(Query(query)) = query else {
        return Err(sorry(&"导出条件不对。请回到看板重新选择条件后再导出。", axum::http::StatusCode::BAD_REQUEST));
    };
    let page = app
        .services()
        .matrix(&actor, query)
        .await
        .map_err(|e| sorry(&e, axum::http::StatusCode::from_u16(e.status()).unwrap_or_default()))?;
    // A thousand rows take some milliseconds of pure CPU: off the request threads.
    let made = tokio::task::spawn_blocking(move || workbook(&page)).await;
    let Ok(Ok(bytes)) = made else {
        return Err(sorry(&app::api::ApiError::Unavailable, axum::http::StatusCode::SERVICE_UNAVAILABLE));
    };
    Ok(xlsx("board.xlsx", "五责链看板.xlsx", bytes))
}

/// An .xlsx download; `plain` is the ASCII name for old browsers (RFC 6266).
pub fn xlsx(plain: &str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", reply::encode(name));
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn workbook(page: &BoardPage) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("五责链看板")?;
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, format!("{}年度五责链看板（截至{}）", page.year, page.as_of), &bold)?;
    sheet.write_string_with_format(1, 0, "单位", &bold)?;
    sheet.write_string_with_format(1, 1, "负责人", &bold)?;
    for (column, duty) in (2_u16..).zip(Duty::ALL) {
        sheet.write_string_with_format(1, column, duty.label(), &bold)?;
        sheet.set_column_width(column, 26)?;
    }
    sheet.set_column_width(0, 22)?;
    sheet.set_freeze_panes(2, 1)?;
    for (line, row) in (2_u32..).zip(&page.rows) {
        sheet.write_string(line, 0, &row.unit)?;
        sheet.write_string(line, 1, &row.head)?;
        for (column, cell) in (2_u16..).zip(&row.cells) {
            sheet.write_string(line, column, format!("{} {}　{}", cell.0.icon(), cell.1, cell.2))?;
        }
    }
    book.save_to_buffer()
}
