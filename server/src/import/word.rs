//! Tables of a .docx: vertical merges (`vMerge`) and spanned columns (`gridSpan`)
//! as an office document uses them. Owns text of cells only; refuses everything outside tables.

use quick_xml::events::BytesStart;

use super::{
    error::ImportError,
    grid::{Book, Builder, Cell, Grid, Merge, Origin},
    limits::{self, MAX_COLUMNS},
    word_text::{self, Piece},
};

/// Tables nested deeper are refused: the document is damaged or hostile.
const MAX_DEPTH: usize = 8;
/// Tables of one document.
const MAX_TABLES: usize = 500;

/// Reads a .docx that passed the limits.
pub(super) fn read(bytes: &[u8]) -> Result<Book, ImportError> {
    let mut archive = limits::open(bytes)?;
    let text = limits::part(&mut archive, "word/document.xml")?;
    let tables = tables(&text)?;
    if tables.is_empty() {
        return Err(ImportError::NoTable);
    }
    Ok(Book { origin: Origin::Word, tables, notes: Vec::new() })
}

/// One table being read.
struct Open {
    order: usize,
    builder: Builder,
    row: u32,
    column: usize,
    span: usize,
    joins_above: bool,
    starts_merge: bool,
    text: String,
    paragraphs: usize,
    /// Per column: first row of the vertical merge that is open there.
    merge_tops: Vec<Option<u32>>,
}

impl Open {
    fn new(order: usize) -> Self {
        Self {
            order,
            builder: Builder::new(format!("表格{}", order + 1)),
            row: 0,
            column: 0,
            span: 1,
            joins_above: false,
            starts_merge: false,
            text: String::new(),
            paragraphs: 0,
            merge_tops: Vec::new(),
        }
    }

    fn start_cell(&mut self) {
        self.span = 1;
        self.joins_above = false;
        self.starts_merge = false;
        self.text.clear();
        self.paragraphs = 0;
    }

    fn end_cell(&mut self) -> Result<(), ImportError> {
        let column = self.column;
        self.column = column.saturating_add(self.span);
        if column >= MAX_COLUMNS {
            return Err(ImportError::TooManyColumns { sheet: format!("表格{}", self.order + 1) });
        }
        if self.merge_tops.len() <= column {
            self.merge_tops.resize(column + 1, None);
        }
        if !self.joins_above {
            self.close_merge(column, self.row.saturating_sub(1));
        }
        if self.starts_merge
            && let Some(place) = self.merge_tops.get_mut(column)
        {
            *place = Some(self.row);
        }
        if self.span > 1 {
            self.builder.merge(Merge { top: self.row, left: column, bottom: self.row, right: column + self.span - 1 });
        }
        let text = std::mem::take(&mut self.text);
        self.builder.put(self.row, column, Cell::text(text))
    }

    /// A tag inside the table.
    fn tag(&mut self, name: &str, tag: &BytesStart<'_>, holds: bool) -> Result<(), ImportError> {
        match name {
            "tr" => {
                self.row = self.row.saturating_add(1);
                self.column = 0;
            }
            // Cells left out at the start of a row still take their columns.
            "gridBefore" => self.column = value(tag).and_then(|v| v.parse().ok()).unwrap_or(0).min(MAX_COLUMNS),
            "tc" => {
                self.start_cell();
                if !holds {
                    self.end_cell()?;
                }
            }
            "gridSpan" => self.span = value(tag).and_then(|v| v.parse().ok()).unwrap_or(1).clamp(1, MAX_COLUMNS),
            "vMerge" => {
                self.starts_merge = value(tag).as_deref() == Some("restart");
                self.joins_above = !self.starts_merge;
            }
            "p" if holds => {
                if self.paragraphs > 0 && !self.text.is_empty() {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
            }
            "br" | "cr" => self.text.push('\n'),
            "tab" if self.paragraphs > 0 && !self.text.is_empty() => self.text.push(' '),
            "noBreakHyphen" => self.text.push('-'),
            _ => {}
        }
        Ok(())
    }

    fn close_merge(&mut self, column: usize, bottom: u32) {
        if let Some(top) = self.merge_tops.get_mut(column).and_then(Option::take) {
            self.builder.merge(Merge { top, left: column, bottom, right: column });
        }
    }

    fn finish(mut self) -> (usize, Grid) {
        for column in 0..self.merge_tops.len() {
            self.close_merge(column, self.row);
        }
        (self.order, self.builder.finish())
    }
}

fn value(tag: &BytesStart<'_>) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == "val")
        .map(|a| a.value.into_owned())
}

fn tables(xml: &str) -> Result<Vec<Grid>, ImportError> {
    let mut stack: Vec<Open> = Vec::new();
    let mut done: Vec<(usize, Grid)> = Vec::new();
    let mut count = 0;
    word_text::each(xml, |piece| {
        match (piece, stack.last_mut()) {
            (Piece::Tag { name: "tbl", holds: true, .. }, _) => {
                if stack.len() >= MAX_DEPTH || count >= MAX_TABLES {
                    return Err(ImportError::Bomb);
                }
                stack.push(Open::new(count));
                count += 1;
            }
            (Piece::Tag { name, tag, holds }, Some(open)) => open.tag(name, tag, holds)?,
            (Piece::Text(text), Some(open)) => open.text.push_str(text),
            (Piece::End("tc"), Some(open)) => open.end_cell()?,
            (Piece::End("tbl"), _) => done.extend(stack.pop().map(Open::finish)),
            _ => {}
        }
        Ok(())
    })?;
    done.sort_by_key(|(order, _)| *order);
    Ok(done.into_iter().map(|(_, grid)| grid).filter(|grid| !grid.rows.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_and_spans_keep_their_columns() {
        let grids = tables(
            r#"<w:document xmlns:w="w"><w:body><w:tbl>
            <w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>宽</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>组 &amp; 一</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>
            <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p></w:tc><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr>
            </w:tbl></w:body></w:document>"#,
        )
        .unwrap();
        let grid = &grids[0];
        assert_eq!(grid.rows[0].cells[2].text, "丙");
        assert_eq!(grid.rows[1].cells[0].text, "组 & 一");
        assert!(grid.rows[2].cells[0].filled);
        assert_eq!(grid.rows[2].cells[1].text, "2");
        assert_eq!(grid.rows[2].cells[2].text, "甲\n乙");
    }
}
