//! 「下载错误文件」: the user's own workbook with the bad cells coloured and a
//! column 备注. An .xlsx is edited in place; of everything else a new workbook
//! with the same grid is made. Every cell written is text, never a formula.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, XlsxError};

use super::{
    error::ImportError,
    folding::header,
    grid::{Book, Grid, Origin},
    marked_package,
    preview::CellProblem,
    template::clipped,
};

/// Header of the column of remarks.
pub(super) const REMARK: &str = "备注（导入检查）";
/// Colour of bad cells and remarks.
pub(super) const FILL: u32 = 0x00FF_C7CE;

/// What to mark in one sheet.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) sheet: String,
    pub(super) header_row: u32,
    pub(super) remark_column: usize,
    pub(super) cells: BTreeSet<(u32, usize)>,
    pub(super) remarks: BTreeMap<u32, String>,
}

/// Makes the error file of an upload from what is kept of it. For a pasted table give the pasted text as bytes.
///
/// # Errors
/// As [`super::read`], and [`ImportError::NotWritten`].
pub fn error_file(original_name: &str, original: &[u8], problems: &[CellProblem]) -> Result<Vec<u8>, ImportError> {
    let kept = super::kept(original)?;
    let own = kept.is_none();
    let book = kept.map_or_else(|| super::read(original_name, original), Ok)?;
    let marks = marks(&book, problems);
    if own && book.origin == Origin::Xlsx {
        // A package laid out in an unusual way is marked as a plain grid instead.
        if let Ok(bytes) = marked_package::mark(original, &marks) {
            return Ok(bytes);
        }
    }
    redrawn(&book, &marks).map_err(|_| ImportError::NotWritten)
}

fn marks(book: &Book, problems: &[CellProblem]) -> Vec<Marks> {
    let single = book.tables.len() == 1;
    book.tables
        .iter()
        .filter_map(|grid| {
            let here: Vec<&CellProblem> = problems.iter().filter(|p| single || p.sheet == grid.name).collect();
            let first = here.first()?;
            let mut cells = BTreeSet::new();
            let mut remarks: BTreeMap<u32, String> = BTreeMap::new();
            for problem in &here {
                if let Some(column) = column_index(&problem.column) {
                    cells.insert((problem.row, column));
                }
                let remark = remarks.entry(problem.row).or_default();
                if !remark.is_empty() {
                    remark.push('\n');
                }
                remark.extend([&problem.column, "列：", problem.message.as_str()]);
            }
            Some(Marks {
                sheet: grid.name.clone(),
                header_row: header_row(grid, first),
                remark_column: remark_column(grid),
                cells,
                remarks,
            })
        })
        .collect()
}

/// The first free column; that of an earlier check where there is one.
fn remark_column(grid: &Grid) -> usize {
    let earlier = grid.rows.iter().take(50).find_map(|row| row.cells.iter().position(|cell| cell.text == REMARK));
    earlier.unwrap_or_else(|| grid.width())
}

fn header_row(grid: &Grid, problem: &CellProblem) -> u32 {
    let wanted = header(&problem.header);
    let column = column_index(&problem.column).unwrap_or(0);
    let lowest = grid.rows.first().map_or(1, |row| row.number);
    grid.rows
        .iter()
        .take_while(|row| row.number < problem.row)
        .filter(|row| {
            let text = row.cell(column).map(|cell| header(&cell.text)).unwrap_or_default();
            !text.is_empty() && wanted.ends_with(&text)
        })
        .last()
        .map_or(lowest, |row| row.number)
}

/// Column from 0 of its letters.
pub(super) fn column_index(letters: &str) -> Option<usize> {
    let column = letters.bytes().try_fold(0_usize, |sum, b| {
        let digit = usize::from(b.is_ascii_uppercase().then(|| b - b'A' + 1)?);
        sum.checked_mul(26)?.checked_add(digit)
    })?;
    column.checked_sub(1).filter(|c| *c < 16_384)
}

fn redrawn(book: &Book, marks: &[Marks]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let plain = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top).set_quote_prefix();
    let bad = plain.clone().set_background_color(Color::RGB(FILL));
    for (at, grid) in book.tables.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&grid.name, at))?;
        let marks = marks.iter().find(|m| m.sheet == grid.name);
        for merge in &grid.merges {
            let (Ok(left), Ok(right)) = (u16::try_from(merge.left), u16::try_from(merge.right)) else { continue };
            // Overlapping merges of a damaged file are refused; the cells are written all the same.
            let _ =
                sheet.merge_range(merge.top.saturating_sub(1), left, merge.bottom.saturating_sub(1), right, "", &plain);
        }
        for row in &grid.rows {
            for (column, cell) in row.own() {
                let marked = marks.is_some_and(|m| m.cells.contains(&(row.number, column)));
                let format = if marked { &bad } else { &plain };
                let column = u16::try_from(column).unwrap_or(u16::MAX);
                sheet.write_string_with_format(row.number.saturating_sub(1), column, clipped(&cell.text), format)?;
            }
        }
        let Some(marks) = marks else { continue };
        for (row, column) in &marks.cells {
            let empty = grid
                .rows
                .binary_search_by_key(row, |r| r.number)
                .ok()
                .and_then(|found| grid.rows.get(found))
                .is_none_or(|r| r.own().all(|(c, _)| c != *column));
            if empty {
                sheet.write_blank(row.saturating_sub(1), u16::try_from(*column).unwrap_or(u16::MAX), &bad)?;
            }
        }
        let column = u16::try_from(marks.remark_column).unwrap_or(u16::MAX);
        sheet.set_column_width(column, 48)?;
        sheet.write_string_with_format(marks.header_row.saturating_sub(1), column, REMARK, &bad)?;
        for (row, remark) in &marks.remarks {
            // A problem of the header row itself shares its cell with the title.
            let text = if *row == marks.header_row { format!("{REMARK}\n{remark}") } else { remark.clone() };
            sheet.write_string_with_format(row.saturating_sub(1), column, clipped(&text), &bad)?;
        }
    }
    workbook.save_to_buffer()
}

/// A sheet name that every program takes: at most 31 characters, none of `[]:*?/\`.
fn sheet_name(name: &str, at: usize) -> String {
    let clean: String =
        name.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'')).take(24).collect();
    if clean.trim().is_empty() || at > 0 { format!("{clean}({})", at + 1) } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_lead_back_to_columns() {
        for column in [0, 25, 26, 255, 700] {
            assert_eq!(column_index(&crate::import::column_letter(column)), Some(column));
        }
        assert_eq!(column_index(""), None);
        assert_eq!(column_index("A1"), None);
    }
}
