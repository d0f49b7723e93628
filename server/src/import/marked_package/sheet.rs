//! A worksheet with other styles on some cells and a column of remarks added.
//! Owns order of rows and cells; refuses to touch a value.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    escape::escape,
    events::{BytesStart, Event},
};

use super::{attribute, prefix_of, retagged, styles::Styled, walk};
use crate::import::{
    error::ImportError,
    grid::column_letter,
    marked::{Marks, REMARK, column_index},
    template::clipped,
};

/// Width of the column of remarks, in characters.
const REMARK_WIDTH: u32 = 48;

/// Style indices of the given cells, as far as they exist.
pub(super) fn styles_of(xml: &str, cells: &BTreeSet<(u32, usize)>) -> Result<Vec<usize>, ImportError> {
    let mut place = Position::default();
    let mut styles = Vec::new();
    walk(xml, |event, _| {
        if let Event::Start(tag) | Event::Empty(tag) = event {
            match tag.local_name().as_ref() {
                "row" => place.row(tag),
                "c" if cells.contains(&place.cell(tag)) => styles.push(style(tag)),
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(styles)
}

fn style(tag: &BytesStart<'_>) -> usize {
    attribute(tag, "s").and_then(|s| s.parse().ok()).unwrap_or(0)
}

/// Where the walk is; `r` attributes are optional in the format.
#[derive(Default)]
struct Position {
    row: u32,
    next_column: usize,
}

impl Position {
    fn row(&mut self, tag: &BytesStart<'_>) {
        self.row = attribute(tag, "r").and_then(|r| r.parse().ok()).unwrap_or(self.row.saturating_add(1));
        self.next_column = 0;
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> (u32, usize) {
        let letters = attribute(tag, "r").map(|r| r.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned());
        let column = letters.and_then(|l| column_index(&l)).unwrap_or(self.next_column);
        self.next_column = column + 1;
        (self.row, column)
    }
}

/// What still has to be written: per row the bad cells and the remark.
struct Pending<'a> {
    rows: BTreeMap<u32, BTreeMap<usize, Option<String>>>,
    styled: &'a Styled,
    prefix: String,
}

impl Pending<'_> {
    /// A cell that the sheet does not have yet.
    fn fresh(&self, row: u32, column: usize, remark: Option<&str>) -> String {
        let (p, at) = (&self.prefix, format!("{}{row}", column_letter(column)));
        match remark {
            None => format!("<{p}c r=\"{at}\" s=\"{}\"/>", self.styled.marked(0)),
            Some(text) => format!(
                "<{p}c r=\"{at}\" s=\"{}\" t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>",
                self.styled.remark,
                escape(printable(text))
            ),
        }
    }

    /// Cells of a row that stand before `column`, taken out.
    fn before(&mut self, row: u32, column: usize) -> String {
        let Some(cells) = self.rows.get_mut(&row) else { return String::new() };
        let later = cells.split_off(&column);
        let due = std::mem::replace(cells, later);
        due.iter().map(|(column, remark)| self.fresh(row, *column, remark.as_deref())).collect()
    }

    /// Whole rows that stand before `row`, taken out.
    fn rows_before(&mut self, row: u32) -> String {
        let later = self.rows.split_off(&row);
        let due = std::mem::replace(&mut self.rows, later);
        let p = self.prefix.clone();
        let mut out = String::new();
        for (row, cells) in due.into_iter().filter(|(_, cells)| !cells.is_empty()) {
            let cells: String =
                cells.iter().map(|(column, remark)| self.fresh(row, *column, remark.as_deref())).collect();
            out.extend([&format!("<{p}row r=\"{row}\">"), &cells, &format!("</{p}row>")].map(String::as_str));
        }
        out
    }
}

/// XML 1.0 has no place for most control characters.
fn printable(text: &str) -> String {
    clipped(text).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The sheet with its marks.
pub(super) fn rewrite(xml: &str, marks: &Marks, styled: &Styled) -> Result<String, ImportError> {
    let mut rows: BTreeMap<u32, BTreeMap<usize, Option<String>>> = BTreeMap::new();
    for (row, column) in &marks.cells {
        rows.entry(*row).or_default().insert(*column, None);
    }
    rows.entry(marks.header_row).or_default().insert(marks.remark_column, Some(REMARK.to_owned()));
    for (row, remark) in &marks.remarks {
        let text = if *row == marks.header_row { format!("{REMARK}\n{remark}") } else { remark.clone() };
        rows.entry(*row).or_default().insert(marks.remark_column, Some(text));
    }
    let lowest = rows.keys().next_back().copied().unwrap_or(1);
    let mut pending = Pending { rows, styled, prefix: String::new() };
    let mut out = String::with_capacity(xml.len() + 4_096);
    let mut place = Position::default();
    let mut widths = Widths { column: u32::try_from(marks.remark_column).unwrap_or(u32::MAX) + 1, done: false };
    let mut in_cols = false;
    // Inside a cell that is replaced by a remark nothing is copied.
    let mut skipping = false;
    walk(xml, |event, raw| {
        if skipping {
            skipping = !matches!(event, Event::End(tag) if tag.local_name().as_ref() == "c");
            return Ok(());
        }
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let empty = matches!(event, Event::Empty(_));
                match tag.local_name().as_ref() {
                    "dimension" => out.push_str(
                        &dimension(tag, marks.remark_column, lowest, empty).unwrap_or_else(|| raw.to_owned()),
                    ),
                    "cols" => {
                        in_cols = true;
                        out.push_str(raw);
                    }
                    "col" if in_cols && empty => out.push_str(&widths.around(tag).unwrap_or_else(|| raw.to_owned())),
                    "sheetData" => {
                        pending.prefix = prefix_of(tag);
                        if !in_cols {
                            let p = &pending.prefix;
                            out.extend(
                                [&format!("<{p}cols>"), &widths.own(p), &format!("</{p}cols>")].map(String::as_str),
                            );
                        }
                        if empty {
                            out.push_str(&retagged(tag, &[], false));
                            out.push_str(&pending.rows_before(u32::MAX));
                            out.extend(["</", tag.name().as_ref(), ">"]);
                        } else {
                            out.push_str(raw);
                        }
                    }
                    "row" => {
                        place.row(tag);
                        out.push_str(&pending.rows_before(place.row));
                        if pending.rows.contains_key(&place.row) {
                            // `spans` would no longer be true; it is only an optimisation.
                            out.push_str(&retagged(tag, &[("spans", None)], false));
                            if empty {
                                out.push_str(&pending.before(place.row, usize::MAX));
                                out.extend(["</", tag.name().as_ref(), ">"]);
                            }
                        } else {
                            out.push_str(raw);
                        }
                    }
                    "c" => {
                        let (row, column) = place.cell(tag);
                        out.push_str(&pending.before(row, column));
                        match pending.rows.get_mut(&row).and_then(|cells| cells.remove(&column)) {
                            None => out.push_str(raw),
                            Some(None) => {
                                let marked = styled.marked(style(tag)).to_string();
                                out.push_str(&retagged(tag, &[("s", Some(marked))], empty));
                            }
                            Some(Some(remark)) => {
                                out.push_str(&pending.fresh(row, column, Some(&remark)));
                                skipping = !empty;
                            }
                        }
                    }
                    _ => out.push_str(raw),
                }
            }
            Event::End(tag) => {
                match tag.local_name().as_ref() {
                    "row" => out.push_str(&pending.before(place.row, usize::MAX)),
                    "sheetData" => out.push_str(&pending.rows_before(u32::MAX)),
                    "cols" if !widths.done => {
                        let p = tag.name().prefix().map(|p| format!("{}:", p.as_ref())).unwrap_or_default();
                        out.push_str(&widths.own(&p));
                    }
                    _ => {}
                }
                out.push_str(raw);
            }
            _ => out.push_str(raw),
        }
        Ok(())
    })?;
    Ok(out)
}

/// `A1:F79` widened to hold the remarks.
fn dimension(tag: &BytesStart<'_>, column: usize, row: u32, empty: bool) -> Option<String> {
    let range = attribute(tag, "ref")?;
    let (from, to) = range.split_once(':').unwrap_or((&range, &range));
    let split = to.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = to.split_at(split);
    let column = column_letter(column_index(letters)?.max(column));
    let row = digits.parse::<u32>().ok()?.max(row);
    Some(retagged(tag, &[("ref", Some(format!("{from}:{column}{row}")))], empty))
}

/// The width of the column of remarks (from 1); ranges of columns may cover it.
struct Widths {
    column: u32,
    done: bool,
}

impl Widths {
    fn own(&mut self, prefix: &str) -> String {
        self.done = true;
        let n = self.column;
        format!("<{prefix}col min=\"{n}\" max=\"{n}\" width=\"{REMARK_WIDTH}\" customWidth=\"1\"/>")
    }

    /// A range of columns with ours cut out of it or put before it, in order.
    fn around(&mut self, tag: &BytesStart<'_>) -> Option<String> {
        let (min, max): (u32, u32) = (attribute(tag, "min")?.parse().ok()?, attribute(tag, "max")?.parse().ok()?);
        if self.done || max < self.column {
            return None;
        }
        let own = self.own(&prefix_of(tag));
        let part = |from: u32, to: u32| {
            if from > to {
                String::new()
            } else {
                retagged(tag, &[("min", Some(from.to_string())), ("max", Some(to.to_string()))], true)
            }
        };
        let n = self.column;
        Some(if min > n {
            format!("{own}{}", part(min, max))
        } else {
            format!("{}{own}{}", part(min, n - 1), part(n + 1, max))
        })
    }
}
