//! A document as .xlsx: one sheet, block below block, tables as real cells with their spans. Text
//! cells only: nothing in it is a formula, whatever it begins with.

use domain::documents::{Align, Block, Cell, Doc, Orientation, Table};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::page::{EMPTY_DAY, places};

/// Longest text of a cell in the format.
const CELL_MAX: usize = 32_767;
/// Most page breaks of a sheet in the format.
const BREAKS_MAX: usize = 1_023;
/// Width of the sheet in characters, shared by the columns.
const WIDTH: f64 = 96.0;

/// The file's bytes.
///
/// # Errors
/// The library refused something, which no document of ours should cause.
pub fn xlsx(doc: &Doc) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_paper_size(9);
    if doc.orientation == Orientation::Landscape {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    if !doc.watermark.trim().is_empty() {
        // An ampersand is a code there, and a header holds 255 characters.
        let words: String = doc.watermark.replace('&', "＆").chars().take(200).collect();
        sheet.set_header(format!("&C{words}"));
    }
    let mut draw = Drawing::new(doc, sheet)?;
    draw.line(&doc.number, &draw.right.clone())?;
    draw.line(&doc.title, &draw.title.clone())?;
    draw.line(&doc.subtitle, &draw.mid.clone())?;
    for block in &doc.blocks {
        draw.block(block)?;
    }
    draw.line(&doc.footer, &draw.plain.clone())?;
    let breaks = std::mem::take(&mut draw.breaks);
    if !breaks.is_empty() {
        // Setting them replaces those set before.
        draw.sheet.set_page_breaks(&breaks)?;
    }
    book.save_to_buffer()
}

struct Drawing<'a> {
    sheet: &'a mut Worksheet,
    at: u32,
    /// Rows above which a new page begins.
    breaks: Vec<u32>,
    columns: u16,
    title: Format,
    strong: Format,
    plain: Format,
    mid: Format,
    right: Format,
}

impl<'a> Drawing<'a> {
    fn new(doc: &Doc, sheet: &'a mut Worksheet) -> Result<Self, XlsxError> {
        let tables = || doc.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
        let widest = tables().max_by_key(|t| t.columns.len());
        let columns = widest.map_or(0, |t| t.columns.len()).max(4);
        if let Some(table) = widest.filter(|t| t.columns.len() == columns) {
            let sum = table.columns.iter().map(|c| c.width).sum::<u32>().max(1);
            for (n, column) in (0_u16..).zip(&table.columns) {
                sheet.set_column_width(n, (WIDTH * f64::from(column.width) / f64::from(sum)).max(6.0))?;
            }
        } else {
            for n in 0..4 {
                sheet.set_column_width(n, WIDTH / 4.0)?;
            }
        }
        let wrapped = || Format::new().set_text_wrap().set_align(FormatAlign::VerticalCenter);
        Ok(Self {
            sheet,
            at: 0,
            breaks: Vec::new(),
            columns: u16::try_from(columns).unwrap_or(u16::MAX),
            title: wrapped().set_bold().set_font_size(16).set_align(FormatAlign::Center),
            strong: wrapped().set_bold(),
            plain: wrapped(),
            mid: wrapped().set_align(FormatAlign::Center),
            right: wrapped().set_align(FormatAlign::Right),
        })
    }

    /// A text over the whole width, on a row of its own; nothing for an empty text.
    fn line(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.wide(0, self.columns - 1, text, format)?;
        // Merged cells do not grow by themselves.
        let lines = text.split('\n').map(|l| l.chars().count() / 46 + 1).sum::<usize>().min(20);
        if lines > 1 {
            self.sheet.set_row_height(self.at, 16.0 * f64::from(u32::try_from(lines).unwrap_or(1)))?;
        }
        self.at += 1;
        Ok(())
    }

    fn wide(&mut self, from: u16, to: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let text = clipped(text);
        if from == to {
            self.sheet.write_string_with_format(self.at, from, text, format)?;
        } else {
            self.sheet.merge_range(self.at, from, self.at, to, &text, format)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), XlsxError> {
        let (plain, strong, mid) = (self.plain.clone(), self.strong.clone(), self.mid.clone());
        match block {
            Block::Title { text, .. } => self.line(text, &strong),
            Block::Paragraph { text } | Block::Note { text } => self.line(text, &plain),
            Block::Centered { text } => self.line(text, &mid),
            Block::List { items } => items.iter().try_for_each(|t| self.line(t, &plain)),
            Block::Table(table) | Block::Map { outline: table, .. } => self.table(table),
            Block::KeyValues { pairs } => pairs.0.iter().try_for_each(|(key, value)| self.pair(key, value)),
            Block::Signatures { places } => places.iter().try_for_each(|p| {
                let day = if p.day.is_empty() { EMPTY_DAY } else { &p.day };
                self.pair(&format!("{}：{}", p.role, p.name), day)
            }),
            Block::Drawing { label, .. } => self.line(label, &plain),
            Block::Qr { data, label } => {
                self.line(data, &mid)?;
                self.line(label, &mid)
            }
            Block::Code { label, text } => self.pair(label, text),
            // The table beside it holds the numbers.
            Block::Figure { .. } => Ok(()),
            Block::Lines { count } => {
                self.at += count;
                Ok(())
            }
            Block::Cut | Block::PageBreak => {
                if self.at > 0 && self.breaks.len() < BREAKS_MAX {
                    self.breaks.push(self.at);
                }
                Ok(())
            }
        }
    }

    fn pair(&mut self, key: &str, value: &str) -> Result<(), XlsxError> {
        let (plain, strong) = (self.plain.clone(), self.strong.clone());
        let middle = self.columns / 2;
        self.wide(0, middle - 1, key, &strong)?;
        self.wide(middle, self.columns - 1, value, &plain)?;
        self.at += 1;
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), XlsxError> {
        for (rows, header) in [(&table.header, true), (&table.rows, false)] {
            for (cells, begins) in rows.iter().zip(places(table.columns.len(), rows)) {
                for (cell, at) in cells.iter().zip(begins) {
                    self.cell(table, cell, at, header)?;
                }
                self.at += 1;
            }
        }
        self.at += 1;
        Ok(())
    }

    fn cell(&mut self, table: &Table, cell: &Cell, at: usize, header: bool) -> Result<(), XlsxError> {
        let align = cell.align.or(table.columns.get(at).map(|c| c.align)).unwrap_or_default();
        let mut format = Format::new()
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_align(match align {
                Align::Start => FormatAlign::Left,
                Align::Center => FormatAlign::Center,
                Align::End => FormatAlign::Right,
            });
        if header || cell.strong {
            format = format.set_bold();
        }
        let column = u16::try_from(at).unwrap_or(u16::MAX);
        let text = clipped(&cell.text);
        let (down, across) = (cell.rows.max(1) - 1, u16::try_from(cell.columns.max(1) - 1).unwrap_or(0));
        if down == 0 && across == 0 {
            self.sheet.write_string_with_format(self.at, column, text, &format)?;
        } else {
            self.sheet.merge_range(self.at, column, self.at + down, column + across, &text, &format)?;
        }
        Ok(())
    }
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= CELL_MAX { text.to_owned() } else { text.chars().take(CELL_MAX).collect() }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_page_break_stays() {
        let mut doc = Doc::new("两次分页");
        for text in ["第一页", "第二页", "第三页"] {
            if text != "第一页" {
                doc.push(Block::PageBreak);
            }
            doc.paragraph(text);
        }
        let bytes = xlsx(&doc).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut sheet = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert_eq!(sheet.matches("<brk ").count(), 2, "{sheet}");
    }
}
