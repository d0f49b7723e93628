//! Finds the header row below title rows and maps columns by header text and
//! aliases in any order. Owns which table, row and column is read; drops
//! 身份证号 and birth columns unread and says so. Refuses to check values.

use std::collections::BTreeMap;

use super::{
    dates,
    folding::{header, same_text, tidy, without_brackets},
    grid::{Book, Cell, Fault, Grid, Origin, Row, column_letter},
    identity,
    leaving::{self, LeftOut},
    preview::{CellProblem, row_list},
};
use domain::time::Day;

/// Rows with content searched for a header.
pub(super) const SEARCH_ROWS: usize = 40;
/// A header is short; longer texts are titles or data.
pub(super) const HEADER_CHARS: usize = 30;

/// A column that a reader knows.
pub(super) struct Field {
    /// Stable key.
    pub(super) key: &'static str,
    /// Chinese name, first of [`Self::names`].
    pub(super) names: &'static [&'static str],
    /// Words that mark the column where no name fits exactly.
    pub(super) hints: &'static [&'static str],
}

impl Field {
    pub(super) fn label(&self) -> &'static str {
        self.names.first().copied().unwrap_or(self.key)
    }
}

/// A table with its header found.
pub(super) struct Table<'b> {
    pub(super) grid: &'b Grid,
    fields: &'static [Field],
    /// Column of each field, in the order of `fields`.
    columns: Vec<Option<usize>>,
    headers: Vec<String>,
    first: usize,
}

/// What was found in a book.
pub(super) struct Found<'b> {
    pub(super) tables: Vec<Table<'b>>,
    pub(super) notes: Vec<String>,
    pub(super) problems: Vec<CellProblem>,
}

impl<'b> Table<'b> {
    fn column(&self, key: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.key == key).and_then(|at| self.columns.get(at).copied().flatten())
    }

    /// Is there such a column?
    pub(super) fn has(&self, key: &str) -> bool {
        self.column(key).is_some()
    }

    /// The cell of a field, if it has content.
    pub(super) fn cell(&self, row: &'b Row, key: &str) -> Option<&'b Cell> {
        self.column(key).and_then(|column| row.cell(column))
    }

    /// The tidied text of a field; empty where there is none.
    pub(super) fn text(&self, row: &'b Row, key: &str) -> String {
        self.cell(row, key).map(|cell| tidy(&cell.text)).unwrap_or_default()
    }

    /// The day of a field: `None` where empty, `Err` where it is no date.
    pub(super) fn day(&self, row: &'b Row, key: &str) -> Result<Option<Day>, ()> {
        match self.cell(row, key) {
            None => Ok(None),
            Some(cell) => dates::day(cell).map(Some).ok_or(()),
        }
    }

    /// A problem at the cell of a field.
    pub(super) fn problem(&self, row: &Row, key: &str, message: impl Into<String>) -> CellProblem {
        let column = self.column(key);
        CellProblem {
            sheet: self.grid.name.clone(),
            row: row.number,
            column: column_letter(column.unwrap_or(0)),
            header: column.and_then(|c| self.headers.get(c)).cloned().unwrap_or_default(),
            value: column.and_then(|c| row.cell(c)).map(|cell| identity::masked(&cell.text)).unwrap_or_default(),
            message: message.into(),
        }
    }

    /// Data rows below the header; what a printed sheet carries besides is left out.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'b Row> {
        self.grid.rows.iter().skip(self.first).filter(|row| self.left_out(row).is_none())
    }

    /// Why a row below the header is none of the data.
    fn left_out(&self, row: &Row) -> Option<LeftOut> {
        let above = self.grid.rows.get(..self.first).unwrap_or_default();
        let titles = self.columns.iter().flatten().filter_map(|at| Some((*at, self.headers.get(*at)?.as_str())));
        leaving::why(row, above, titles)
    }

    /// Which rows are left out, by reason, in words.
    fn left_out_notes(&self, many: bool) -> Vec<String> {
        let mut rows: BTreeMap<LeftOut, Vec<u32>> = BTreeMap::new();
        let numbered = self.fields.iter().any(|f| f.key == "code");
        for row in self.grid.rows.iter().skip(self.first) {
            // A reader that knows numbers tells the rows with nothing but a number by itself.
            let bare = || (!numbered && self.says_nothing(row)).then_some(LeftOut::Bare);
            if let Some(why) = self.left_out(row).or_else(bare) {
                rows.entry(why).or_default().push(row.number);
            }
        }
        let place = if many { format!("“{}”", self.grid.name) } else { String::new() };
        rows.into_iter().map(|(why, rows)| format!("跳过{place}{}：{}。", row_list(&rows), why.label())).collect()
    }

    /// Has the row no content of its own in any column that is read (a running number in front of blank rows)?
    pub(super) fn says_nothing(&self, row: &Row) -> bool {
        self.fields
            .iter()
            .zip(&self.columns)
            .filter(|(field, _)| field.key != "code")
            .all(|(_, column)| column.and_then(|c| row.cell(c)).is_none_or(|cell| cell.filled))
    }

    /// Cells that any reader must refuse: formulas without result, error values, 身份证号.
    pub(super) fn faults(&self, row: &'b Row) -> Vec<CellProblem> {
        self.fields
            .iter()
            .filter_map(|field| {
                let cell = self.cell(row, field.key)?;
                let message = match cell.fault {
                    Some(Fault::NoResult) => {
                        "这一格是公式，文件里没有保存计算结果。请在表格里选中后复制、按“值”粘贴，保存后再上传。"
                    }
                    Some(Fault::ErrorValue) => "这一格是公式出错的结果。请改成要填的文字。",
                    None if identity::holds_number(&cell.text) => "这里含有身份证号，不能存入本系统。请删去后再上传。",
                    None => return None,
                };
                Some(self.problem(row, field.key, message))
            })
            .collect()
    }
}

/// Finds the table(s) of a book. Of a workbook the first sheet that fits is
/// read, of a document every table that fits; `enough` says whether the mapped
/// keys make a table.
pub(super) fn find<'b>(book: &'b Book, fields: &'static [Field], enough: fn(&[&str]) -> bool) -> Found<'b> {
    let mut found = Found { tables: Vec::new(), notes: book.notes.clone(), problems: Vec::new() };
    let mut unread = Vec::new();
    for grid in &book.tables {
        let table = locate(grid, fields, enough);
        match table {
            Some(table) if book.origin == Origin::Word || found.tables.is_empty() => found.tables.push(table),
            _ if !grid.rows.is_empty() => unread.push(grid.name.as_str()),
            _ => {}
        }
    }
    // An empty sheet must not hide the filled one behind it.
    if found.tables.len() == 1 && found.tables.iter().all(|t| t.rows().next().is_none()) {
        let filled = book.tables.iter().filter_map(|g| locate(g, fields, enough)).find(|t| t.rows().next().is_some());
        if let Some(table) = filled {
            unread.retain(|name| *name != table.grid.name);
            found.tables = vec![table];
        }
    }
    if found.tables.is_empty() {
        found.problems.push(no_header(book, fields));
    } else if !unread.is_empty() && unread.iter().any(|name| *name != super::template::GUIDE) {
        unread.retain(|name| *name != super::template::GUIDE);
        let what = if book.origin == Origin::Word { "没有找到表头" } else { "不是本次读取的表" };
        found.notes.push(format!("“{}”{what}，没有读取。", unread.join("”“")));
    }
    let mut notes = Vec::new();
    let many = found.tables.len() > 1;
    for table in &mut found.tables {
        drop_columns(table, &mut notes);
        notes.extend(table.left_out_notes(many));
    }
    found.notes.append(&mut notes);
    found
}

fn no_header(book: &Book, fields: &'static [Field]) -> CellProblem {
    let grid = book.tables.iter().find(|g| !g.rows.is_empty());
    let row = grid.and_then(|g| g.rows.first());
    let first = row.and_then(|r| r.own().next());
    let labels: Vec<&str> = fields.iter().take(5).map(Field::label).collect();
    CellProblem {
        sheet: grid.map(|g| g.name.clone()).unwrap_or_default(),
        row: row.map_or(1, |r| r.number),
        column: column_letter(first.map_or(0, |(column, _)| column)),
        header: String::new(),
        value: first.map(|(_, cell)| identity::masked(&cell.text)).unwrap_or_default(),
        message: format!(
            "没有找到表头。请在表里留一行列名，如“{}”；也可以下载模板，把内容粘贴进去。",
            labels.join("”“")
        ),
    }
}

fn locate<'b>(grid: &'b Grid, fields: &'static [Field], enough: fn(&[&str]) -> bool) -> Option<Table<'b>> {
    let mut best: Option<(usize, Table<'b>)> = None;
    for at in 0..grid.rows.len().min(SEARCH_ROWS) {
        for depth in 1..=2 {
            let Some(titles) = titles(grid, at, depth) else { continue };
            let columns = assign(fields, &titles);
            let keys: Vec<&str> =
                fields.iter().zip(&columns).filter(|(_, column)| column.is_some()).map(|(f, _)| f.key).collect();
            let score = keys.len();
            if !enough(&keys) || best.as_ref().is_some_and(|(most, _)| *most >= score) {
                continue;
            }
            let table = Table { grid, fields, columns, headers: titles, first: at + depth };
            best = Some((score, table));
        }
    }
    best.map(|(_, table)| table)
}

/// Header texts of one row, or of two where a merged title spans finer ones.
fn titles(grid: &Grid, at: usize, depth: usize) -> Option<Vec<String>> {
    let top = grid.rows.get(at)?;
    let width = grid.width();
    let tidy_short = |text: &str| {
        let text = tidy(text);
        if text.chars().count() <= HEADER_CHARS { text } else { String::new() }
    };
    if depth == 1 {
        return Some((0..width).map(|c| tidy_short(top.cell(c).map_or("", |cell| &cell.text))).collect());
    }
    let below = grid.rows.get(at + 1)?;
    // Only a merge in the upper row makes two rows one header.
    grid.merges.iter().find(|m| m.top == top.number && m.bottom == top.number && m.right > m.left)?;
    Some(
        (0..width)
            .map(|column| {
                let upper = tidy_short(grid.shown(top, column));
                let lower = below.cell(column).filter(|cell| !cell.filled).map_or("", |cell| &cell.text);
                let lower = tidy_short(lower);
                if lower.is_empty() || upper == lower { upper } else { format!("{upper}{lower}") }
            })
            .collect(),
    )
}

/// Column of each field: exact names first (earlier names win), then hints on columns left over.
fn assign(fields: &[Field], titles: &[String]) -> Vec<Option<usize>> {
    let folded: Vec<(String, String)> = titles
        .iter()
        .map(|title| {
            let full = header(title);
            let bare = without_brackets(&full);
            (full, bare)
        })
        .collect();
    let mut taken = vec![false; titles.len()];
    for (place, (full, _)) in taken.iter_mut().zip(&folded) {
        *place = full.is_empty() || identity::forbidden_header(full);
    }
    let mut columns = vec![None; fields.len()];
    for (field, column) in fields.iter().zip(columns.iter_mut()) {
        *column = field.names.iter().map(|name| header(name)).find_map(|name| {
            folded.iter().enumerate().position(|(at, (full, bare))| {
                !taken.get(at).copied().unwrap_or(true) && (*full == name || *bare == name)
            })
        });
        if let Some(place) = column.and_then(|at| taken.get_mut(at)) {
            *place = true;
        }
    }
    for (field, column) in fields.iter().zip(columns.iter_mut()).filter(|(_, column)| column.is_none()) {
        *column = field.hints.iter().find_map(|hint| {
            folded
                .iter()
                .enumerate()
                .position(|(at, (full, _))| !taken.get(at).copied().unwrap_or(true) && full.contains(hint))
        });
        if let Some(place) = column.and_then(|at| taken.get_mut(at)) {
            *place = true;
        }
    }
    columns
}

/// Drops columns of 身份证号 and birth dates, and says which other columns are not read.
fn drop_columns(table: &mut Table<'_>, notes: &mut Vec<String>) {
    let mut ignored = Vec::new();
    for (column, title) in table.headers.iter().enumerate() {
        let mut values = table
            .grid
            .rows
            .iter()
            .skip(table.first)
            .filter_map(|row| row.cell(column))
            .filter(|cell| !cell.filled)
            .take(500);
        let (ids, total) = values.by_ref().fold((0_usize, 0_usize), |(ids, total), cell| {
            (ids + usize::from(identity::holds_number(&cell.text)), total + 1)
        });
        let mapped = table.columns.iter_mut().find(|place| **place == Some(column));
        let letter = column_letter(column);
        let named = if title.is_empty() { String::new() } else { format!("“{}”", identity::masked(title)) };
        let forbidden = identity::forbidden_header(&header(title));
        // Half or more of the values: the whole column is personal data. A single stray
        // number in a column that is read is reported at its cell.
        if forbidden || (ids > 0 && (mapped.is_none() || ids * 2 >= total)) {
            if let Some(place) = mapped {
                *place = None;
            }
            notes.push(format!("{letter}列{named}是身份证号或出生信息，已整列丢弃，没有读取。"));
        } else if mapped.is_none() && total > 0 && !same_text(title).is_empty() {
            ignored.push(format!("{letter}列{named}"));
        }
    }
    if !ignored.is_empty() {
        notes.push(format!("{}没有对应的内容，没有导入。", ignored.join("、")));
    }
}
