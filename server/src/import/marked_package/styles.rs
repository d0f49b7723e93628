//! `styles.xml` with one more fill and, for every style that a bad cell has, a
//! copy of it with that fill. Refuses to touch any existing style.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use super::{prefix_of, retagged, walk};
use crate::import::{error::ImportError, marked::FILL};

/// The extended styles.
pub(super) struct Styled {
    pub(super) xml: String,
    /// Old style index → its marked copy.
    copies: BTreeMap<usize, usize>,
    /// Style of the remarks.
    pub(super) remark: usize,
}

impl Styled {
    /// The marked copy of a style; that of the default where the index is unknown.
    pub(super) fn marked(&self, style: usize) -> usize {
        self.copies.get(&style).or_else(|| self.copies.get(&0)).copied().unwrap_or(self.remark)
    }
}

/// Adds the fill and the copies of the styles `used`.
pub(super) fn extend(xml: &str, used: &[usize]) -> Result<Styled, ImportError> {
    let (fills, formats, prefix) = survey(xml)?;
    let p = prefix.as_str();
    let mut wanted: Vec<usize> = used.iter().copied().filter(|s| *s < formats.len()).chain([0]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut copies = BTreeMap::new();
    let mut added = String::new();
    let mut next = formats.len();
    for style in wanted {
        if let Some(source) = formats.get(style) {
            added.push_str(&with_fill(source, fills)?);
            copies.insert(style, next);
            next += 1;
        }
    }
    let remark = next;
    let remark_format = format!(
        "<{p}xf numFmtId=\"49\" fontId=\"0\" fillId=\"{fills}\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFill=\"1\" applyAlignment=\"1\"><{p}alignment vertical=\"top\" wrapText=\"1\"/></{p}xf>"
    );
    added.push_str(&remark_format);
    let fill = format!(
        "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"FF{FILL:06X}\"/><{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
    );
    let mut out = String::with_capacity(xml.len() + added.len() + fill.len());
    walk(xml, |event, raw| {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "fills" => {
                out.push_str(&retagged(tag, &[("count", Some((fills + 1).to_string()))], false));
            }
            Event::Start(tag) if tag.local_name().as_ref() == "cellXfs" => {
                out.push_str(&retagged(tag, &[("count", Some((remark + 1).to_string()))], false));
            }
            Event::End(tag) if tag.local_name().as_ref() == "fills" => {
                out.push_str(&fill);
                out.push_str(raw);
            }
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => {
                out.push_str(&added);
                out.push_str(raw);
            }
            _ => out.push_str(raw),
        }
        Ok(())
    })?;
    Ok(Styled { xml: out, copies, remark })
}

/// Number of fills, the source of every cell format, and the prefix in use.
fn survey(xml: &str) -> Result<(usize, Vec<String>, String), ImportError> {
    let mut fills = 0;
    let mut formats: Vec<String> = Vec::new();
    let mut prefix = None;
    let (mut in_fills, mut in_formats) = (false, false);
    let mut open = String::new();
    walk(xml, |event, raw| {
        let inside = !open.is_empty();
        if inside {
            open.push_str(raw);
        }
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let empty = matches!(event, Event::Empty(_));
                match tag.local_name().as_ref() {
                    "fills" => in_fills = !empty,
                    "cellXfs" => {
                        in_formats = !empty;
                        prefix = Some(prefix_of(tag));
                    }
                    "fill" if in_fills => fills += 1,
                    "xf" if in_formats && !inside => {
                        if empty {
                            formats.push(raw.to_owned());
                        } else {
                            raw.clone_into(&mut open);
                        }
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "fills" => in_fills = false,
                "cellXfs" => in_formats = false,
                "xf" if inside => formats.push(std::mem::take(&mut open)),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    match prefix {
        Some(prefix) if fills > 0 && !formats.is_empty() => Ok((fills, formats, prefix)),
        _ => Err(ImportError::Damaged),
    }
}

fn with_fill(source: &str, fill: usize) -> Result<String, ImportError> {
    let mut out = String::new();
    let mut first = true;
    walk(source, |event, raw| {
        match event {
            Event::Start(tag) | Event::Empty(tag) if first => {
                first = false;
                let changes = [("fillId", Some(fill.to_string())), ("applyFill", Some("1".to_owned()))];
                out.push_str(&retagged(tag, &changes, matches!(event, Event::Empty(_))));
            }
            _ => out.push_str(raw),
        }
        Ok(())
    })?;
    Ok(out)
}
