//! What a part of a .docx says: its tags and the text of its runs, in order. Owns what every reader must leave
//! out: deleted text, fields' codes, what `mc:Fallback` repeats. Refuses DOCTYPEs and entities of one's own.

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::error::ImportError;

/// One thing said.
pub(super) enum Piece<'a> {
    /// A tag without its prefix; `holds` when it has a content and an end of its own.
    Tag { name: &'a str, tag: &'a BytesStart<'a>, holds: bool },
    /// The end of a tag.
    End(&'a str),
    /// Text of a run.
    Text(&'a str),
}

/// Hands every piece of `xml` to `take`.
///
/// # Errors
/// Damaged or hostile XML, or what `take` says.
pub(super) fn each(xml: &str, mut take: impl FnMut(Piece<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(xml);
    let mut in_text = false;
    // mc:Fallback repeats what mc:Choice already said.
    let mut fallback = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| ImportError::Damaged)?;
        match &event {
            Event::DocType(_) => return Err(ImportError::Doctype),
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) => {
                let holds = matches!(event, Event::Start(_));
                match tag.local_name().as_ref() {
                    "Fallback" if holds => fallback += 1,
                    _ if fallback > 0 => {}
                    "t" => in_text = holds,
                    name => take(Piece::Tag { name, tag, holds })?,
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "Fallback" => fallback = fallback.saturating_sub(1),
                _ if fallback > 0 => {}
                "t" => in_text = false,
                name => take(Piece::End(name))?,
            },
            Event::Text(text) if in_text => take(Piece::Text(&text.xml10_content()))?,
            Event::CData(text) if in_text => take(Piece::Text(text))?,
            Event::GeneralRef(reference) if in_text => {
                take(Piece::Text(entity(reference)?.encode_utf8(&mut [0; 4])))?;
            }
            _ => {}
        }
    }
}

/// The five predefined entities and character numbers; anything else would need a DOCTYPE.
fn entity(reference: &BytesRef<'_>) -> Result<char, ImportError> {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return Ok(c);
    }
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(ImportError::Doctype),
    }
}
