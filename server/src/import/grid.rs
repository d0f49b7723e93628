//! A table as the user sees it: row numbers and column letters of his own file.
//! Owns the filling of merged cells; refuses any meaning of the cells.

use std::collections::BTreeMap;

use domain::time::Day;
use serde::{Deserialize, Serialize};

use super::{
    error::ImportError,
    limits::{MAX_COLUMNS, MAX_ROWS},
};

/// Rows above the data that do not count against [`MAX_ROWS`] (titles, header, notes).
const HEADROOM: usize = 50;
/// Cells that merges may fill in one table; beyond it the rest stays as it is.
const MAX_FILLED: usize = 200_000;

/// Kind of file a book came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// .xlsx
    Xlsx,
    /// .xls
    Xls,
    /// .csv, .txt, .tsv
    Csv,
    /// Tables of a .docx
    Word,
    /// Pasted text
    Paste,
}

/// Everything read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// Kind of file.
    pub origin: Origin,
    /// Visible sheets, or the tables of a document, in order.
    pub tables: Vec<Grid>,
    /// What was left out while reading, in Chinese.
    pub notes: Vec<String>,
}

/// One sheet or table. Only rows with content are held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Sheet name, or 「表格2」.
    pub name: String,
    /// Rows in order of their number.
    pub rows: Vec<Row>,
    /// Merged ranges.
    pub merges: Vec<Merge>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Row number as in the file, from 1.
    pub number: u32,
    /// Cells by column, from A; may be shorter than the table is wide.
    pub cells: Vec<Cell>,
}

/// One cell, as text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cell {
    /// What the program shows, trimmed at both ends.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// It was stored as a number, so trailing zeros may be lost.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub number: bool,
    /// It was stored as a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Why the text cannot be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The text was copied down from the merged cell above.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub filled: bool,
}

/// Why a cell has no reliable text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A formula without a stored result (formulas are never evaluated here).
    NoResult,
    /// An error value such as `#REF!`.
    ErrorValue,
}

/// A merged range: rows as numbered in the file (from 1), columns from 0, all inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// First row number.
    pub top: u32,
    /// First column.
    pub left: usize,
    /// Last row number.
    pub bottom: u32,
    /// Last column.
    pub right: usize,
}

impl Cell {
    /// A plain text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn holds_something(&self) -> bool {
        !self.text.is_empty() || self.fault.is_some()
    }
}

impl Row {
    /// The cell of a column, if there is one with content.
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).filter(|cell| cell.holds_something())
    }

    /// Own cells with content (not copied from a merge), by column.
    pub fn own(&self) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells.iter().enumerate().filter(|(_, cell)| cell.holds_something() && !cell.filled)
    }
}

impl Grid {
    /// The text that a cell shows, taken from the anchor where it lies in a merged range.
    pub fn shown<'a>(&'a self, row: &'a Row, column: usize) -> &'a str {
        if let Some(cell) = row.cell(column) {
            return &cell.text;
        }
        self.merge_at(row.number, column)
            .and_then(|merge| {
                let at = self.rows.binary_search_by_key(&merge.top, |r| r.number).ok()?;
                self.rows.get(at)?.cell(merge.left)
            })
            .map_or("", |cell| &cell.text)
    }

    /// The merged range over a cell.
    pub fn merge_at(&self, row: u32, column: usize) -> Option<&Merge> {
        self.merges.iter().find(|m| m.top <= row && row <= m.bottom && m.left <= column && column <= m.right)
    }

    /// Columns up to the last one with content.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
    }
}

/// Collects cells in any order and makes a [`Grid`] of them.
#[derive(Debug, Default)]
pub(super) struct Builder {
    name: String,
    rows: BTreeMap<u32, Vec<Cell>>,
    merges: Vec<Merge>,
}

impl Builder {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Puts a cell at row number `row` (from 1) and `column` (from 0); cells without content are dropped.
    pub(super) fn put(&mut self, row: u32, column: usize, mut cell: Cell) -> Result<(), ImportError> {
        let text = cell.text.trim();
        if text.len() != cell.text.len() {
            cell.text = String::from(text);
        }
        if !cell.holds_something() {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(ImportError::TooManyColumns { sheet: self.name.clone() });
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize_with(column + 1, Cell::default);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        if self.rows.len() > MAX_ROWS + HEADROOM {
            return Err(ImportError::TooManyRows { sheet: self.name.clone() });
        }
        Ok(())
    }

    /// Is there content at this place?
    pub(super) fn has(&self, row: u32, column: usize) -> bool {
        self.rows.get(&row).and_then(|cells| cells.get(column)).is_some_and(Cell::holds_something)
    }

    pub(super) fn merge(&mut self, merge: Merge) {
        if (merge.bottom > merge.top || merge.right > merge.left) && merge.left < MAX_COLUMNS {
            self.merges.push(merge);
        }
    }

    /// The grid, its merged cells filled downward in their first column.
    pub(super) fn finish(self) -> Grid {
        let mut rows: Vec<Row> = self.rows.into_iter().map(|(number, cells)| Row { number, cells }).collect();
        let mut filled = 0;
        for merge in self.merges.iter().filter(|m| m.bottom > m.top) {
            let Ok(top) = rows.binary_search_by_key(&merge.top, |r| r.number) else { continue };
            let Some(anchor) = rows.get(top).and_then(|row| row.cell(merge.left)).cloned() else { continue };
            for row in rows.iter_mut().skip(top + 1).take_while(|r| r.number <= merge.bottom) {
                filled += 1;
                if filled > MAX_FILLED {
                    break;
                }
                if row.cells.len() <= merge.left {
                    row.cells.resize_with(merge.left + 1, Cell::default);
                }
                if let Some(cell) = row.cells.get_mut(merge.left).filter(|cell| !cell.holds_something()) {
                    *cell = Cell { filled: true, ..anchor.clone() };
                }
            }
        }
        Grid { name: self.name, rows, merges: self.merges }
    }
}

/// Column letters of a column from 0: `A`, `Z`, `AA`.
pub fn column_letter(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_a_spreadsheet() {
        assert_eq!(
            ["A", "Z", "AA", "AZ", "BA", "IV"],
            [0, 25, 26, 51, 52, 255].map(column_letter).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn a_merged_group_is_filled_down_but_never_makes_a_row() {
        let mut builder = Builder::new("x");
        builder.put(2, 0, Cell::text(" 政治建设 ")).unwrap();
        builder.put(2, 1, Cell::text("甲")).unwrap();
        builder.put(3, 1, Cell::text("乙")).unwrap();
        builder.put(9, 0, Cell::text("  ")).unwrap();
        builder.merge(Merge { top: 2, left: 0, bottom: 5, right: 0 });
        let grid = builder.finish();
        assert_eq!(grid.rows.len(), 2);
        let below = grid.rows[1].cell(0).unwrap();
        assert!(below.filled && below.text == "政治建设");
        assert_eq!(grid.rows[1].own().count(), 1);
    }
}
