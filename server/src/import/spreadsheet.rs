//! .xlsx and .xls through calamine, cell by cell: never the dense range, which
//! one far-off cell makes gigabytes large. Owns sheets, merges, shown numbers
//! and stored results of formulas; refuses to evaluate one.

use std::io::Cursor;

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};
use chrono::NaiveDate;
use domain::time::{Day, iso};

use super::{
    error::ImportError,
    grid::{Book, Builder, Cell, Fault, Merge, Origin},
    numbers,
};

/// Merged ranges read per sheet.
const MAX_MERGES: usize = 20_000;
/// Sheets read per workbook.
const MAX_SHEETS: usize = 64;

/// Reads an .xlsx that passed the limits.
pub(super) fn read_xlsx(bytes: &[u8]) -> Result<Book, ImportError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(from_xlsx)?;
    let (sheets, notes) = visible(workbook.sheets_metadata());
    let mut tables = Vec::new();
    for name in sheets {
        let mut builder = Builder::new(name.clone());
        for merge in workbook.merge_cells_by_sheet_name(&name).map_err(from_xlsx)?.iter().take(MAX_MERGES) {
            builder.merge(merge_of(merge));
        }
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(from_xlsx)?;
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(from_xlsx)? {
            let (row, column) = cell.get_position();
            let format =
                || cells.styles().get(style).and_then(|s| s.number_format.as_ref()).map(|f| f.format_code.as_str());
            builder.put(row.saturating_add(1), index(column), from_ref(cell.get_value(), format))?;
        }
        drop(cells);
        let mut formulas = workbook.worksheet_cells_reader(&name).map_err(from_xlsx)?;
        while let Some(record) = formulas.next_cell_with_formula_metadata().map_err(from_xlsx)? {
            let (row, column) = (record.pos.0.saturating_add(1), index(record.pos.1));
            // A stored empty text is a result; no value at all means it was never calculated.
            if record.formula.is_some() && record.value == DataRef::Empty && !builder.has(row, column) {
                builder.put(row, column, Cell { fault: Some(Fault::NoResult), ..Cell::default() })?;
            }
        }
        tables.push(builder.finish());
    }
    some(Book { origin: Origin::Xlsx, tables, notes })
}

/// Reads an .xls that passed the limits.
pub(super) fn read_xls(bytes: &[u8]) -> Result<Book, ImportError> {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(from_xls)?;
    let (sheets, notes) = visible(workbook.sheets_metadata());
    let mut tables = Vec::new();
    for name in sheets {
        let mut builder = Builder::new(name.clone());
        for merge in workbook.merge_cells_by_sheet_name(&name).map_err(from_xls)?.iter().take(MAX_MERGES) {
            builder.merge(merge_of(merge));
        }
        let range = workbook.worksheet_range(&name).map_err(from_xls)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(top).saturating_add(1);
            builder.put(row, column + index(left), from_data(value))?;
        }
        tables.push(builder.finish());
    }
    some(Book { origin: Origin::Xls, tables, notes })
}

fn some(book: Book) -> Result<Book, ImportError> {
    if book.tables.iter().all(|table| table.rows.is_empty()) { Err(ImportError::Empty) } else { Ok(book) }
}

fn visible(sheets: &[Sheet]) -> (Vec<String>, Vec<String>) {
    let mut notes = Vec::new();
    let mut names = Vec::new();
    for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet).take(MAX_SHEETS) {
        if sheet.visible == SheetVisible::Visible {
            names.push(sheet.name.clone());
        } else {
            notes.push(format!("隐藏的工作表“{}”没有读取。", sheet.name));
        }
    }
    (names, notes)
}

fn index(column: u32) -> usize {
    usize::try_from(column).unwrap_or(usize::MAX)
}

fn merge_of(dimensions: &Dimensions) -> Merge {
    Merge {
        top: dimensions.start.0.saturating_add(1),
        left: index(dimensions.start.1),
        bottom: dimensions.end.0.saturating_add(1),
        right: index(dimensions.end.1),
    }
}

fn from_ref<'f>(value: &DataRef<'_>, format: impl FnOnce() -> Option<&'f str>) -> Cell {
    match value {
        DataRef::Empty => Cell::default(),
        DataRef::Int(n) => Cell { number: true, ..Cell::text(n.to_string()) },
        DataRef::Float(n) => Cell { number: true, ..Cell::text(numbers::shown(*n, format())) },
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => Cell::text(s.as_str()),
        DataRef::SharedString(s) => Cell::text(*s),
        DataRef::Bool(b) => truth(*b),
        DataRef::DateTime(d) => moment(d),
        DataRef::Error(e) => Cell { fault: Some(Fault::ErrorValue), ..Cell::text(e.to_string()) },
    }
}

fn from_data(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::default(),
        Data::Int(n) => Cell { number: true, ..Cell::text(n.to_string()) },
        Data::Float(n) => Cell { number: true, ..Cell::text(numbers::general(*n)) },
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => Cell::text(s.as_str()),
        Data::Bool(b) => truth(*b),
        Data::DateTime(d) => moment(d),
        Data::Error(e) => Cell { fault: Some(Fault::ErrorValue), ..Cell::text(e.to_string()) },
    }
}

fn truth(value: bool) -> Cell {
    Cell::text(if value { "TRUE" } else { "FALSE" })
}

/// A stored date is shown as `2026-03-12`, whatever its own format.
fn moment(value: &ExcelDateTime) -> Cell {
    if value.is_duration() {
        return Cell { number: true, ..Cell::text(numbers::general(value.as_f64())) };
    }
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    let date: Option<Day> = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    match date {
        Some(date) => Cell { date: Some(date), ..Cell::text(iso(date)) },
        None => Cell { number: true, ..Cell::text(numbers::general(value.as_f64())) },
    }
}

fn from_xlsx(error: XlsxError) -> ImportError {
    match error {
        XlsxError::Password => ImportError::Encrypted,
        _ => ImportError::Damaged,
    }
}

fn from_xls(error: XlsError) -> ImportError {
    match error {
        XlsError::Password => ImportError::Encrypted,
        _ => ImportError::Damaged,
    }
}
