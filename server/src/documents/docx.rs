//! A document as .docx (OOXML), written part by part into a zip: A4 after GB/T 9704, page numbers
//! right on odd and left on even pages, header rows of tables repeated.
//!
//! Written by hand, not by docx-rs: that crate cannot repeat header rows and would link a second
//! zip and a second XML reader. Drawn signatures are named, not drawn, and a QR code gives its text.

use std::io::{Cursor, Write as _};

use domain::documents::{Align, Block, Cell, Doc, Orientation, Signature, Table};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::page::{EMPTY_DAY, places};

mod package;

use package::{HEAD, W};

/// 版心 in twentieths of a point: 156 × 225 mm.
const TEXT_WIDTH: u32 = 8_845;
const TEXT_HEIGHT: u32 = 12_756;
/// 22 lines of 29 pt and 28 characters of 15.79 pt, of which 3号 has 16: 0.207 pt less, in 4,096ths.
const GRID: &str = "<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"-849\"/>";

/// The file's bytes.
///
/// # Errors
/// Writing into memory failed.
pub fn docx(doc: &Doc) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut parts = package::parts(doc);
    parts.push(("word/document.xml", document(doc)));
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn document(doc: &Doc) -> String {
    let wide = doc.orientation == Orientation::Landscape;
    let width = if wide { TEXT_HEIGHT } else { TEXT_WIDTH };
    let mut out = String::with_capacity(4_096 + doc.blocks.len() * 512);
    out.push_str(&format!("{HEAD}<w:document {W}><w:body>"));
    if !doc.number.trim().is_empty() {
        out.push_str(&paragraph("DocEnd", "", &doc.number));
    }
    out.push_str(&paragraph("DocTitle", "", &doc.title));
    if !doc.subtitle.trim().is_empty() {
        out.push_str(&paragraph("DocSub", "", &doc.subtitle));
    }
    out.push_str(&paragraph("DocPlain", "", ""));
    for block in &doc.blocks {
        draw(&mut out, block, width);
    }
    // 37 28 35 26 mm; on its side the binding edge is above.
    let (size, margins) = if wide {
        (
            "w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"",
            "w:top=\"1588\" w:right=\"1984\" w:bottom=\"1474\" w:left=\"2098\"",
        )
    } else {
        ("w:w=\"11906\" w:h=\"16838\"", "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\"")
    };
    out.push_str(&format!(
        "<w:sectPr>{}<w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/>\
         <w:pgSz {size}/><w:pgMar {margins} w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/>\
         {GRID}</w:sectPr></w:body></w:document>",
        if doc.watermark.trim().is_empty() { "" } else { package::HEADERS }
    ));
    out
}

/// Escaped; characters that XML 1.0 does not know are left out.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

fn run(words: &str, properties: &str) -> String {
    let properties = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    let lines: Vec<String> =
        words.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", text(line))).collect();
    format!("<w:r>{properties}{}</w:r>", lines.join("<w:br/>"))
}

fn paragraph(style: &str, more: &str, words: &str) -> String {
    let run = if words.is_empty() { String::new() } else { run(words, "") };
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{more}</w:pPr>{run}</w:p>")
}

fn draw(out: &mut String, block: &Block, width: u32) {
    match block {
        Block::Title { level, text } => {
            let style = match level {
                0 | 1 => "DocOne",
                2 => "DocTwo",
                _ => "DocBody",
            };
            out.push_str(&paragraph(style, "<w:keepNext/>", text));
        }
        Block::Paragraph { text } => text.split('\n').for_each(|t| out.push_str(&paragraph("DocBody", "", t))),
        Block::Centered { text } => out.push_str(&paragraph("DocMid", "", text)),
        Block::List { items } => items.iter().for_each(|t| out.push_str(&paragraph("DocBody", "", t))),
        Block::Table(table) | Block::Map { outline: table, .. } => draw_table(out, table, width),
        Block::KeyValues { pairs } => draw_pairs(out, &pairs.0, width),
        Block::Signatures { places } => draw_places(out, places, width),
        Block::Drawing { label, .. } => out.push_str(&paragraph("DocPlain", "", label)),
        Block::Note { text } => out.push_str(&paragraph("DocNote", "", text)),
        // The table beside it holds the numbers.
        Block::Figure { .. } => {}
        Block::Lines { count } => {
            let ruled = format!("<w:pBdr><w:bottom {LINE}/><w:between {LINE}/></w:pBdr>");
            (0..*count).for_each(|_| out.push_str(&paragraph("DocPlain", &ruled, "")));
        }
        Block::Qr { data, label } => {
            out.push_str(&paragraph("DocMid", "", data));
            out.push_str(&paragraph("DocMid", "", label));
        }
        Block::Code { label, text } => {
            let code = run(text, "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\"/><w:b/>");
            out.push_str(&format!(
                "<w:p><w:pPr><w:pStyle w:val=\"DocPlain\"/></w:pPr>{}{}{code}</w:p>",
                run(label, ""),
                run("　", ""),
            ));
        }
        Block::Cut => out.push_str(&paragraph(
            "DocNote",
            "<w:pBdr><w:bottom w:val=\"dashed\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>",
            "",
        )),
        // What is left of the paragraph stands on the new page: 1 pt of it.
        Block::PageBreak => out.push_str(
            "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr><w:r><w:br w:type=\"page\"/></w:r></w:p>",
        ),
    }
}

const LINE: &str = "w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"";

fn begin_table(out: &mut String, widths: &[u32], ruled: bool) {
    let edges: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .iter()
        .map(|edge| if ruled { format!("<w:{edge} {LINE}/>") } else { format!("<w:{edge} w:val=\"nil\"/>") })
        .collect();
    // Without rules a text stands flush with the paragraphs, and half a line holds a day.
    let margins = if ruled {
        ""
    } else {
        "<w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar>"
    };
    let grid: Vec<String> = widths.iter().map(|w| format!("<w:gridCol w:w=\"{w}\"/>")).collect();
    out.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>{edges}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/>{margins}</w:tblPr><w:tblGrid>{}</w:tblGrid>",
        widths.iter().sum::<u32>(),
        grid.concat()
    ));
}

fn draw_table(out: &mut String, table: &Table, width: u32) {
    let sum = table.columns.iter().map(|c| c.width).sum::<u32>().max(1);
    let widths: Vec<u32> = table.columns.iter().map(|c| width * c.width / sum).collect();
    begin_table(out, &widths, true);
    rows(out, table, &table.header, &widths, true);
    rows(out, table, &table.rows, &widths, false);
    out.push_str("</w:tbl>");
    // Two tables in a row would become one.
    out.push_str(&paragraph("DocNote", "", ""));
}

fn rows(out: &mut String, table: &Table, rows: &[Vec<Cell>], widths: &[u32], header: bool) {
    // Rows still covered from above and the columns of the covering cell, per first column.
    let mut covered: Vec<(u32, u32)> = vec![(0, 1); widths.len()];
    for (cells, begins) in rows.iter().zip(places(widths.len(), rows)) {
        let height = if header || table.row_height == 0 {
            String::new()
        } else {
            // 1 mm is 56.7 twentieths of a point.
            format!("<w:trHeight w:val=\"{}\" w:hRule=\"atLeast\"/>", table.row_height * 567 / 10)
        };
        let repeat = if header { "<w:tblHeader/>" } else { "" };
        out.push_str(&format!("<w:tr><w:trPr><w:cantSplit/>{height}{repeat}</w:trPr>"));
        let mut at = 0;
        while at < widths.len() {
            let (left, across) = covered[at];
            if left > 0 {
                covered[at].0 -= 1;
                tc(out, widths, at, across, "<w:vMerge/>", &paragraph("DocCell", "", ""));
                at += across.max(1) as usize;
                continue;
            }
            let Some(n) = begins.iter().position(|b| *b == at) else {
                at += 1;
                continue;
            };
            let cell = &cells[n];
            let merge = if cell.rows > 1 { "<w:vMerge w:val=\"restart\"/>" } else { "" };
            covered[at] = (cell.rows.max(1) - 1, cell.columns.max(1));
            let align = cell.align.or(table.columns.get(at).map(|c| c.align)).unwrap_or_default();
            let jc = match align {
                Align::Start => "",
                Align::Center => "<w:jc w:val=\"center\"/>",
                Align::End => "<w:jc w:val=\"right\"/>",
            };
            let style = if header { "DocHead" } else { "DocCell" };
            let bold = if cell.strong && !header { "<w:b/>" } else { "" };
            let content =
                format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{jc}</w:pPr>{}</w:p>", run(&cell.text, bold));
            tc(out, widths, at, cell.columns, merge, &content);
            at += cell.columns.max(1) as usize;
        }
        out.push_str("</w:tr>");
    }
}

fn tc(out: &mut String, widths: &[u32], at: usize, across: u32, merge: &str, content: &str) {
    let width: u32 = widths.iter().skip(at).take(across.max(1) as usize).sum();
    let span = if across > 1 { format!("<w:gridSpan w:val=\"{across}\"/>") } else { String::new() };
    out.push_str(&format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{merge}<w:vAlign w:val=\"center\"/></w:tcPr>{content}</w:tc>"
    ));
}

/// Two pairs a line, without rules.
fn draw_pairs(out: &mut String, pairs: &[(String, String)], width: u32) {
    let widths = [width / 2, width / 2];
    begin_table(out, &widths, false);
    for two in pairs.chunks(2) {
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for at in 0..2 {
            let content = two.get(at).map_or_else(
                || paragraph("DocPlain", "", ""),
                |(key, value)| {
                    format!(
                        "<w:p><w:pPr><w:pStyle w:val=\"DocPlain\"/></w:pPr>{}{}{}</w:p>",
                        run(key, ""),
                        run("：", ""),
                        run(value, "")
                    )
                },
            );
            tc(out, &widths, at, 1, "", &content);
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    out.push_str(&paragraph("DocNote", "", ""));
}

fn draw_places(out: &mut String, places: &[Signature], width: u32) {
    let widths = [width / 2, width / 2];
    out.push_str(&paragraph("DocPlain", "", ""));
    begin_table(out, &widths, false);
    for two in places.chunks(2) {
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for at in 0..2 {
            let content = two.get(at).map_or_else(
                || paragraph("DocPlain", "", ""),
                |place| {
                    // Thirteen characters stand in half a line, the colon is one of them.
                    let rule = "　".repeat(12_usize.saturating_sub(place.role.chars().count()).clamp(4, 7));
                    let (name, line) = if place.name.is_empty() {
                        (rule.as_str(), "<w:u w:val=\"single\"/>")
                    } else {
                        (place.name.as_str(), "")
                    };
                    let day = if place.day.is_empty() { EMPTY_DAY } else { &place.day };
                    format!(
                        "<w:p><w:pPr><w:pStyle w:val=\"DocPlain\"/><w:keepNext/></w:pPr>{}{}{}</w:p>{}",
                        run(&place.role, ""),
                        run("：", ""),
                        run(name, line),
                        paragraph("DocPlain", "", day)
                    )
                },
            );
            tc(out, &widths, at, 1, "", &content);
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    out.push_str(&paragraph("DocNote", "", ""));
}
