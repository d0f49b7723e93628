//! The picture of the map as SVG text, for print and for a leaf of the book. No styles, no scripts:
//! classes only, every word escaped.

use std::fmt::Write as _;

use super::{MapBox, MapKind, MapLayout, layout::FONT};

/// The picture, `label` for those who do not see it. `link` gives the address of an item.
pub fn map_svg(layout: &MapLayout, label: &str, link: impl Fn(&MapBox) -> Option<String>) -> String {
    let mut out = format!(
        "<svg class=\"mind-map\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
        layout.width,
        layout.height,
        escaped(label)
    );
    for placed in &layout.boxes {
        if !placed.line.is_empty() {
            // Writing into a String cannot fail.
            let _ = write!(out, "<path class=\"map-line\" d=\"{}\"/>", placed.line);
        }
    }
    for placed in &layout.boxes {
        let href = link(placed);
        if let Some(href) = &href {
            let _ = write!(out, "<a href=\"{}\">", escaped(href));
        }
        let _ = write!(
            out,
            "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
            placed.css(),
            placed.x,
            placed.y,
            placed.w,
            placed.h,
            placed.x + 9,
            placed.baseline(),
            escaped(&placed.words())
        );
        if href.is_some() {
            out.push_str("</a>");
        }
    }
    out.push_str("</svg>");
    out
}

impl MapBox {
    /// Classes of the box: its kind and the tone of its state.
    pub fn css(&self) -> String {
        let kind = match self.kind {
            MapKind::Root => "map-root",
            MapKind::Branch => "map-branch",
            MapKind::Topic => "map-topic",
            MapKind::Group => "map-group",
            MapKind::Item => "map-item",
        };
        match &self.state {
            Some(state) => format!("{kind} {}", state.tone.css()),
            None => kind.to_owned(),
        }
    }

    /// What stands in the box: icon and word of the state, then the title.
    pub fn words(&self) -> String {
        match &self.state {
            Some(state) => format!("{}{} {}", state.tone.icon(), state.word, self.title),
            None => self.title.clone(),
        }
    }

    /// Base line of the words.
    pub fn baseline(&self) -> i32 {
        self.y + self.h / 2 + FONT * 36 / 100
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
