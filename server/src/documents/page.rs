//! A document as HTML. The same markup serves screen and paper; what differs is the frame and
//! its class. Every text is escaped here.

use domain::{
    documents::{Align, Block, Cell, Doc, Orientation, Signature, Table},
    records::{MapKind, map_below, map_layout, map_svg},
};

use crate::http::reply::escape;

/// The document for the screen.
pub fn html(doc: &Doc) -> String {
    format!("<main class=\"main doc\" id=\"main\">{}</main>", article(doc, "doc-body"))
}

/// The document in an `<article>` of the given class.
pub(super) fn article(doc: &Doc, class: &str) -> String {
    // Rough size of a page of text with its tags, to grow the string a few times only.
    let mut out = String::with_capacity(256 + doc.blocks.len() * 256);
    let wide = if doc.orientation == Orientation::Landscape { " wide" } else { "" };
    out.push_str(&format!("<article class=\"{class}{wide}\">"));
    line(&mut out, "p", "doc-number", &doc.number);
    line(&mut out, "h1", "", &doc.title);
    line(&mut out, "p", "doc-sub", &doc.subtitle);
    for block in &doc.blocks {
        draw(&mut out, block);
    }
    line(&mut out, "footer", "doc-foot", &doc.footer);
    // Fixed, so that a browser prints it on every page.
    line(&mut out, "p", "doc-mark", &doc.watermark);
    out.push_str("</article>");
    out
}

fn line(out: &mut String, tag: &str, class: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    if class.is_empty() {
        out.push_str(&format!("<{tag}>{}</{tag}>", broken(text)));
    } else {
        out.push_str(&format!("<{tag} class=\"{class}\">{}</{tag}>", broken(text)));
    }
}

/// Escaped, with line breaks kept.
fn broken(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

fn draw(out: &mut String, block: &Block) {
    match block {
        Block::Title { level, text } => {
            let tag = match level {
                0 | 1 => "h2",
                2 => "h3",
                3 => "h4",
                _ => "h5",
            };
            line(out, tag, "", text);
        }
        Block::Paragraph { text } => text.split('\n').for_each(|one| line(out, "p", "", one)),
        Block::Centered { text } => line(out, "p", "doc-mid", text),
        Block::List { items } => items.iter().for_each(|item| line(out, "p", "doc-item", item)),
        Block::Table(table) => draw_table(out, table),
        Block::Figure { markup, label } => {
            out.push_str(&format!("<div class=\"doc-figure\"><figure class=\"chart\">{markup}</figure>"));
            line(out, "p", "doc-note", label);
            out.push_str("</div>");
        }
        Block::Map { tree, outline } => {
            let drawn = map_svg(&map_layout(tree, &map_below(tree, MapKind::Group)), "主体责任思维导图", |_| None);
            // The sheet shows the drawing, the screen the outline (paper.css).
            out.push_str(&format!("<figure class=\"doc-map\">{drawn}</figure><div class=\"doc-outline\">"));
            draw_table(out, outline);
            out.push_str("</div>");
        }
        Block::KeyValues { pairs } => draw_pairs(out, &pairs.0),
        Block::Signatures { places } => draw_places(out, places),
        Block::Drawing { path, label } => {
            out.push_str(&format!(
                "<figure class=\"doc-drawn\"><svg viewBox=\"0 0 600 200\" role=\"img\" aria-label=\"{label}\">\
                 <path d=\"{path}\" fill=\"none\" stroke=\"#000\" stroke-width=\"4\" stroke-linecap=\"round\" \
                 stroke-linejoin=\"round\"/></svg><figcaption>{label}</figcaption></figure>",
                path = escape(path),
                label = escape(label),
            ));
        }
        Block::Note { text } => line(out, "p", "doc-note", text),
        Block::Lines { count } => {
            out.push_str("<div class=\"doc-lines\">");
            (0..*count).for_each(|_| out.push_str("<i></i>"));
            out.push_str("</div>");
        }
        Block::Qr { data, label } => {
            out.push_str(&format!("<p class=\"doc-mid doc-code\">{}</p>", escape(data)));
            line(out, "p", "doc-mid", label);
        }
        Block::Code { label, text } => {
            out.push_str(&format!(
                "<p class=\"doc-code\">{} <b class=\"mono\">{}</b></p>",
                escape(label),
                escape(text)
            ));
        }
        Block::Cut => out.push_str("<hr class=\"doc-cut\">"),
        Block::PageBreak => out.push_str("<div class=\"doc-break\"></div>"),
    }
}

fn draw_table(out: &mut String, table: &Table) {
    let sum = table.columns.iter().map(|c| c.width).sum::<u32>().max(1);
    out.push_str("<div class=\"doc-wrap\"><table class=\"doc-table\"><colgroup>");
    for column in &table.columns {
        // A tenth of a percent is finer than any printer's line.
        out.push_str(&format!("<col class=\"w{}\">", (column.width * 20 + sum / 2) / sum));
    }
    out.push_str("</colgroup>");
    if !table.header.is_empty() {
        out.push_str("<thead>");
        rows(out, table, &table.header, "th");
        out.push_str("</thead>");
    }
    let tall = if table.row_height > 0 { " class=\"tall\"" } else { "" };
    out.push_str(&format!("<tbody{tall}>"));
    rows(out, table, &table.rows, "td");
    out.push_str("</tbody></table></div>");
}

fn rows(out: &mut String, table: &Table, rows: &[Vec<Cell>], tag: &str) {
    for (cells, places) in rows.iter().zip(places(table.columns.len(), rows)) {
        out.push_str("<tr>");
        for (cell, at) in cells.iter().zip(places) {
            let align = cell.align.or(table.columns.get(at).map(|c| c.align)).unwrap_or_default();
            let class = match align {
                Align::Start => "",
                Align::Center => " class=\"mid\"",
                Align::End => " class=\"end\"",
            };
            let span = |name: &str, n: u32| if n > 1 { format!(" {name}=\"{n}\"") } else { String::new() };
            let text = broken(&cell.text);
            let text = if cell.strong && tag == "td" { format!("<b>{text}</b>") } else { text };
            out.push_str(&format!(
                "<{tag}{class}{}{}>{text}</{tag}>",
                span("colspan", cell.columns),
                span("rowspan", cell.rows)
            ));
        }
        out.push_str("</tr>");
    }
}

/// The column in which each cell of each row begins, spans from above counted in.
pub(super) fn places(width: usize, rows: &[Vec<Cell>]) -> Vec<Vec<usize>> {
    let mut covered = vec![0_u32; width];
    rows.iter()
        .map(|row| {
            let mut at = 0;
            let found = row
                .iter()
                .map(|cell| {
                    while covered.get(at).is_some_and(|c| *c > 0) {
                        at += 1;
                    }
                    let begins = at;
                    for _ in 0..cell.columns.max(1) {
                        if let Some(c) = covered.get_mut(at) {
                            *c = cell.rows.max(1);
                        }
                        at += 1;
                    }
                    begins
                })
                .collect();
            for c in &mut covered {
                *c = c.saturating_sub(1);
            }
            found
        })
        .collect()
}

fn draw_pairs(out: &mut String, pairs: &[(String, String)]) {
    out.push_str("<dl class=\"doc-pairs\">");
    for (key, value) in pairs {
        out.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(key), broken(value)));
    }
    out.push_str("</dl>");
}

fn draw_places(out: &mut String, places: &[Signature]) {
    out.push_str("<div class=\"doc-places\">");
    for place in places {
        let name = if place.name.is_empty() { "<i></i>".to_owned() } else { format!("<b>{}</b>", escape(&place.name)) };
        let day = if place.day.is_empty() { EMPTY_DAY.to_owned() } else { escape(&place.day) };
        out.push_str(&format!("<p>{}：{name}<br>{day}</p>", escape(&place.role)));
    }
    out.push_str("</div>");
}

/// Room for a day written by hand.
pub(super) const EMPTY_DAY: &str = "　　　　年　　月　　日";
