//! Marks cells inside an .xlsx package: one more fill in the styles, other
//! styles on the bad cells, remarks as inline strings. Everything else is
//! copied byte for byte, so merges, widths, formulas and pictures survive.

mod sheet;
mod styles;

use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{error::ImportError, limits, marked::Marks};

/// The marked copy of a package.
///
/// # Errors
/// [`ImportError::Damaged`] where the package is laid out in a way not handled here.
pub(super) fn mark(bytes: &[u8], marks: &[Marks]) -> Result<Vec<u8>, ImportError> {
    let mut archive = limits::open(bytes)?;
    let workbook = limits::part(&mut archive, "xl/workbook.xml")?;
    let relations = relations(&limits::part(&mut archive, "xl/_rels/workbook.xml.rels")?)?;
    let styles_path =
        relations.values().find(|r| r.kind.ends_with("/styles")).map(|r| r.path.clone()).ok_or(ImportError::Damaged)?;
    let sheets = sheets(&workbook)?;
    let mut texts = Vec::new();
    for mark in marks {
        let id = sheets.get(&mark.sheet).ok_or(ImportError::Damaged)?;
        let path = relations.get(id).map(|r| r.path.clone()).ok_or(ImportError::Damaged)?;
        let text = limits::part(&mut archive, &path)?;
        texts.push((mark, path, text));
    }
    let mut used = Vec::new();
    for (mark, _, text) in &texts {
        used.extend(sheet::styles_of(text, &mark.cells)?);
    }
    let styled = styles::extend(&limits::part(&mut archive, &styles_path)?, &used)?;
    let mut replaced = BTreeMap::new();
    for (mark, path, text) in &texts {
        replaced.insert(path.clone(), sheet::rewrite(text, mark, &styled)?);
    }
    replaced.insert(styles_path, styled.xml);
    repack(archive, &replaced).map_err(|_| ImportError::NotWritten)
}

fn repack(
    mut archive: ZipArchive<Cursor<&[u8]>>,
    replaced: &BTreeMap<String, String>,
) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        match replaced.get(&name) {
            Some(text) => {
                writer.start_file(name, SimpleFileOptions::default())?;
                writer.write_all(text.as_bytes())?;
            }
            None => writer.raw_copy_file(entry)?,
        }
    }
    Ok(writer.finish()?.into_inner())
}

struct Relation {
    kind: String,
    path: String,
}

/// Raw value of an attribute by local name, entities resolved.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)
        .and_then(|a| unescape(&a.value).ok().map(std::borrow::Cow::into_owned))
}

fn relations(xml: &str) -> Result<BTreeMap<String, Relation>, ImportError> {
    let mut found = BTreeMap::new();
    tags(xml, |tag| {
        if tag.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(kind), Some(target)) =
                (attribute(tag, "Id"), attribute(tag, "Type"), attribute(tag, "Target"))
        {
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            found.insert(id, Relation { kind, path });
        }
    })?;
    Ok(found)
}

/// Sheet name → relation id.
fn sheets(xml: &str) -> Result<BTreeMap<String, String>, ImportError> {
    let mut found = BTreeMap::new();
    tags(xml, |tag| {
        if tag.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(tag, "name"), attribute(tag, "id"))
        {
            found.insert(name, id);
        }
    })?;
    Ok(found)
}

fn tags(xml: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| ImportError::Damaged)? {
            Event::Start(tag) | Event::Empty(tag) => each(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// A start or empty tag written again with other attributes (`None` removes one).
fn retagged(tag: &BytesStart<'_>, changes: &[(&str, Option<String>)], empty: bool) -> String {
    let mut out = format!("<{}", tag.name().as_ref());
    for attribute in tag.attributes().with_checks(false).flatten() {
        if !changes.iter().any(|(name, _)| *name == attribute.key.as_ref()) {
            // The raw value is still escaped; a double quote can only come from single-quoted source.
            out.extend([" ", attribute.key.as_ref(), "=\"", &attribute.value.replace('"', "&quot;"), "\""]);
        }
    }
    for (name, value) in changes {
        if let Some(value) = value {
            out.extend([" ", name, "=\"", value, "\""]);
        }
    }
    out.push_str(if empty { "/>" } else { ">" });
    out
}

/// Prefix of a tag with its colon: `x:` or nothing.
fn prefix_of(tag: &BytesStart<'_>) -> String {
    tag.name().prefix().map(|p| format!("{}:", p.as_ref())).unwrap_or_default()
}

/// Walks the events of a text with their byte ranges.
fn walk(xml: &str, mut each: impl FnMut(&Event<'_>, &str) -> Result<(), ImportError>) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(xml);
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| ImportError::Damaged)?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| ImportError::Damaged)?;
        let raw = xml.get(from..to).ok_or(ImportError::Damaged)?;
        if matches!(event, Event::Eof) {
            return Ok(());
        }
        each(&event, raw)?;
        from = to;
    }
}
