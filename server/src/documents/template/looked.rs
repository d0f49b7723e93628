//! What must not enter, wherever it stands in a package: the words of all parts that are XML, remarks of the markup, and
//! every value of an attribute. Decides by `domain::records::blocked`; refuses markup that it cannot read to the end.

use std::io::Read as _;

use domain::records::{IDENTITY, blocked};
use quick_xml::{Reader, escape::unescape, events::Event};

use crate::import;

/// Most bytes of one part; the whole package was measured before.
const PART_MAX: u64 = 64 << 20;
/// Stands between values of attributes: no sign of a list, so that the lengths of a drawing make no number.
const BETWEEN: &str = "\n附\n";

/// The words of a part.
#[derive(Default)]
struct Words {
    /// As they are read, a paragraph a line.
    lines: String,
    /// Without any break: a number may stand in cells of one digit each.
    joined: String,
    /// There are paragraphs in it; the numbers of a chart one after another would make one by chance.
    paragraphs: bool,
    /// Values of attributes, and remarks.
    values: String,
}

impl Words {
    fn say(&mut self, words: &str) {
        self.lines.push_str(words);
        self.joined.push_str(words.trim());
    }

    fn value(&mut self, words: &str) {
        self.values.push_str(words);
        self.values.push_str(BETWEEN);
    }

    fn of(xml: &str) -> Result<Self, ()> {
        let (mut reader, mut all) = (Reader::from_str(xml), Self::default());
        loop {
            match reader.read_event().map_err(|_| ())? {
                Event::Text(words) => all.say(&words.xml10_content()),
                Event::CData(words) => all.say(&words),
                Event::GeneralRef(reference) => all.say(&unescape(&format!("&{};", &*reference)).map_err(|_| ())?),
                Event::Comment(words) => all.value(&words),
                Event::PI(words) => all.value(&words),
                Event::Start(tag) | Event::Empty(tag) => {
                    for attribute in tag.attributes().with_checks(false) {
                        let attribute = attribute.map_err(|_| ())?;
                        all.value(&unescape(&attribute.value).map_err(|_| ())?);
                    }
                }
                Event::End(tag) if tag.local_name().as_ref() == "p" => {
                    all.lines.push('\n');
                    all.paragraphs = true;
                }
                // Of a chart, or of what is said of the file, each value is one of its own.
                Event::End(tag) if !tag.name().as_ref().starts_with("w:") => all.lines.push_str(BETWEEN),
                Event::Eof => return Ok(all),
                _ => {}
            }
        }
    }

    fn blocked(&self) -> Option<String> {
        let one_by_one = || blocked(&self.joined).filter(|what| self.paragraphs && what == IDENTITY);
        blocked(&self.lines).or_else(|| blocked(&self.values)).or_else(one_by_one)
    }
}

/// What a package holds that must not be stored; `None` for nothing of the kind.
///
/// # Errors
/// Markup that is damaged.
pub(super) fn over(bytes: &[u8]) -> Result<Option<String>, ()> {
    let mut archive = import::open(bytes).map_err(|_| ())?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| ())?;
        let mut part = Vec::new();
        entry.take(PART_MAX).read_to_end(&mut part).map_err(|_| ())?;
        let part = part.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&part);
        if part.trim_ascii_start().first() != Some(&b'<') {
            continue;
        }
        if let Some(what) = Words::of(std::str::from_utf8(part).map_err(|_| ())?)?.blocked() {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
