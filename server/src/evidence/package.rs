//! Looks into an office package without unpacking it: names of its parts, the list of their types and
//! their relationships, read as XML so that no way of writing a value hides it. Refuses what it cannot
//! read to the end.

use std::io::{Cursor, Read as _};

use domain::evidence::{self, Kind, Related, Typed, Unfit};
use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

mod active;

use crate::import::{self, ImportError};

/// Most bytes of one list; that of types of a long report has some 50 KB.
const LIST_MAX: u64 = 2 * 1024 * 1024;
/// Most bytes of all lists together.
const LISTS_MAX: u64 = 8 * 1024 * 1024;
/// Most attributes of one line in them; three or four are usual.
const ATTRIBUTES_MAX: usize = 16;

/// The kind of a zip archive.
///
/// # Errors
/// Not Word or Excel, with macros, with links out of it or files in it, with fields or formulas that act, unpacking to
/// far too much, or damaged.
pub fn look(bytes: &[u8]) -> Result<Kind, Unfit> {
    look_into(bytes, false)
}

/// As [`look`], for a template: of fields it may hold page numbers and the day alone.
///
/// # Errors
/// As [`look`].
pub fn look_at_template(bytes: &[u8]) -> Result<Kind, Unfit> {
    look_into(bytes, true)
}

fn look_into(bytes: &[u8], template: bool) -> Result<Kind, Unfit> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit::Damaged)?;
    // Something stands before the archive.
    if zip.offset() != 0 {
        return Err(Unfit::Two);
    }
    // Of two parts of one name we would see one, and another program the other.
    if declared(bytes) != Some(zip.len()) {
        return Err(Unfit::Damaged);
    }
    let mut names = Vec::new();
    for name in zip.file_names() {
        names.push(name.map_err(|_| Unfit::Damaged)?.into_owned());
    }
    let (mut types, mut relations, mut left) = (Vec::new(), Vec::new(), LISTS_MAX);
    for name in &names {
        let small = name.to_ascii_lowercase();
        if small == "[content_types].xml" {
            lines(&text(&mut zip, name, &mut left)?, |tag| {
                if matches!(tag.local_name().as_ref(), "Default" | "Override") {
                    types.push(Typed { part: value(tag, "PartName")?, content: value(tag, "ContentType")? });
                }
                Ok(())
            })?;
        } else if small.rsplit('.').next() == Some("rels") {
            lines(&text(&mut zip, name, &mut left)?, |tag| {
                if tag.local_name().as_ref() == "Relationship" {
                    let (kind, target) = (value(tag, "Type")?, value(tag, "Target")?);
                    relations.push(Related { kind, target, mode: value(tag, "TargetMode")? });
                }
                Ok(())
            })?;
        }
    }
    let kind = evidence::package(names.iter().map(String::as_str), &types, &relations)?;
    // The limits of templates and tables; before anything but the lists above is unpacked.
    import::inspect(bytes).map_err(|e| if matches!(e, ImportError::Bomb) { Unfit::Bomb } else { Unfit::Damaged })?;
    active::check(&mut zip, &names, kind, template)?;
    Ok(kind)
}

/// Entries according to the end record; `None` for Zip64, which no file of our size needs.
fn declared(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.get(bytes.len().saturating_sub(evidence::TAIL)..)?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let count: [u8; 2] = tail.get(at + 10..at + 12)?.try_into().ok()?;
    let count = u16::from_le_bytes(count);
    (count != u16::MAX).then_some(usize::from(count))
}

fn text(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str, left: &mut u64) -> Result<String, Unfit> {
    let entry = zip.by_name(name).map_err(|_| Unfit::Damaged)?;
    let most = LIST_MAX.min(*left);
    let mut out = Vec::new();
    entry.take(most + 1).read_to_end(&mut out).map_err(|_| Unfit::Damaged)?;
    let size = u64::try_from(out.len()).unwrap_or(u64::MAX);
    if size > most {
        return Err(Unfit::Damaged);
    }
    *left -= size;
    let out = String::from_utf8(out).map_err(|_| Unfit::Damaged)?;
    in_utf8(&out).map(str::to_owned)
}

/// XML without its mark, where it says of itself nothing else than UTF-8: read in another encoding the same bytes say
/// something else.
fn in_utf8(xml: &str) -> Result<&str, Unfit> {
    let plain = xml.trim_start_matches('\u{FEFF}').trim_start();
    let declaration = plain.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or("", |(d, _)| d);
    let declaration = declaration.to_ascii_lowercase();
    if xml.contains('\0') || (declaration.contains("encoding") && !declaration.contains("utf-8")) {
        return Err(Unfit::Damaged);
    }
    Ok(plain)
}

fn lines(xml: &str, mut each: impl FnMut(&BytesStart<'_>) -> Result<(), Unfit>) -> Result<(), Unfit> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| Unfit::Damaged)? {
            Event::Start(tag) | Event::Empty(tag) => each(&tag)?,
            Event::DocType(_) => return Err(Unfit::Damaged),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// An attribute with its character references resolved; empty without one.
fn value(tag: &BytesStart<'_>, name: &str) -> Result<String, Unfit> {
    let mut found = None;
    for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
        let attribute = attribute.map_err(|_| Unfit::Damaged)?;
        if count >= ATTRIBUTES_MAX {
            return Err(Unfit::Damaged);
        }
        if attribute.key.local_name().as_ref() == name {
            let value = unescape(&attribute.value).map_err(|_| Unfit::Damaged)?.into_owned();
            if found.replace(value).is_some() {
                return Err(Unfit::Damaged);
            }
        }
    }
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests;
