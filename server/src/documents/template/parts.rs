//! Fields in one part of a Word file. Only the words between `<w:t>` and `</w:t>` are ever changed, by
//! their place in the text, so that every other byte stays.

use domain::papers::Fields;
use quick_xml::{Reader, events::Event};

use super::{super::docx::text as escaped, Found};

/// Longest name of a field, in characters; what is longer is no field but somebody's braces.
const NAME_MAX: usize = 30;

/// A paragraph: where it stands, and its words.
struct Paragraph {
    from: usize,
    to: usize,
    /// From and to of the words of each `<w:t>`.
    words: Vec<(usize, usize)>,
    /// Holds what must not stand twice: other paragraphs, a section's end, a drawing, a bookmark.
    once: bool,
}

/// A field in a paragraph: its name and its place among the paragraph's words.
struct Field {
    name: String,
    from: usize,
    to: usize,
}

fn paragraphs(text: &str) -> Result<Vec<Paragraph>, ()> {
    let mut reader = Reader::from_str(text);
    let (mut done, mut open): (Vec<Paragraph>, Vec<Paragraph>) = (Vec::new(), Vec::new());
    let mut words_from = None;
    loop {
        let before = usize::try_from(reader.buffer_position()).map_err(|_| ())?;
        let event = reader.read_event().map_err(|_| ())?;
        let after = usize::try_from(reader.buffer_position()).map_err(|_| ())?;
        let name_is = |name: &[u8], tag: &str| name == tag.as_bytes();
        match event {
            Event::Start(tag) => {
                let name = tag.name();
                let name = name_bytes(&name);
                if name_is(name, "w:p") {
                    for p in &mut open {
                        p.once = true;
                    }
                    open.push(Paragraph { from: before, to: before, words: Vec::new(), once: false });
                } else if name_is(name, "w:t") {
                    words_from = Some(after);
                } else if [&b"w:sectPr"[..], b"w:drawing", b"w:pict", b"w:bookmarkStart"].contains(&name)
                    && let Some(p) = open.last_mut()
                {
                    p.once = true;
                }
            }
            Event::Empty(tag) => {
                let name = tag.name();
                if name_is(name_bytes(&name), "w:bookmarkStart")
                    && let Some(p) = open.last_mut()
                {
                    p.once = true;
                }
            }
            Event::End(tag) => {
                let name = tag.name();
                let name = name_bytes(&name);
                if name_is(name, "w:t") {
                    if let (Some(from), Some(p)) = (words_from.take(), open.last_mut()) {
                        p.words.push((from, before));
                    }
                } else if name_is(name, "w:p")
                    && let Some(mut p) = open.pop()
                {
                    p.to = after;
                    done.push(p);
                }
            }
            Event::Eof => return Ok(done),
            _ => {}
        }
    }
}

fn name_bytes<'a>(name: &'a quick_xml::name::QName<'a>) -> &'a [u8] {
    name.as_ref().as_ref()
}

impl Paragraph {
    fn said(&self, text: &str) -> String {
        self.words.iter().filter_map(|(a, b)| text.get(*a..*b)).collect()
    }

    /// Its fields; `broken` takes what follows an opening without an end.
    fn fields(&self, text: &str, broken: &mut Vec<String>) -> Vec<Field> {
        let said = self.said(text);
        let mut out = Vec::new();
        let mut at = 0;
        while let Some((from, open)) = first(&said, at, ["{{", "｛｛"]) {
            let inner = from + open;
            let end = first(&said, inner, ["}}", "｝｝"]);
            let name = end.and_then(|(to, _)| said.get(inner..to)).map(str::trim).unwrap_or_default();
            match end {
                Some((to, close)) if name.chars().count() <= NAME_MAX && !name.contains(['{', '｛']) => {
                    out.push(Field { name: name.to_owned(), from, to: to + close });
                    at = to + close;
                }
                _ => {
                    broken.push(said.get(inner..).unwrap_or_default().chars().take(12).collect());
                    at = inner;
                }
            }
        }
        out
    }

    /// Changes to the part that put `value` in the place of a field: the first run takes it, the rest of
    /// the field goes out of the others.
    fn put(&self, field: &Field, value: &str, edits: &mut Vec<(usize, usize, String)>) {
        let (mut at, mut first) = (0, true);
        for (a, b) in &self.words {
            let (from, to) = (field.from.max(at), field.to.min(at + b - a));
            if from < to {
                let words = if first { value.to_owned() } else { String::new() };
                edits.push((a + from - at, a + to - at, words));
                first = false;
            }
            at += b - a;
        }
    }
}

/// The first of two spellings from `at` on: place and length.
fn first(text: &str, at: usize, spellings: [&str; 2]) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    spellings.iter().filter_map(|s| rest.find(s).map(|found| (at + found, s.len()))).min()
}

/// Notes the fields of a part.
pub(super) fn find(text: &str, found: &mut Found) -> Result<(), ()> {
    for paragraph in paragraphs(text)? {
        for field in paragraph.fields(text, &mut found.open) {
            if !found.names.contains(&field.name) {
                found.names.push(field.name);
            }
        }
    }
    Ok(())
}

/// The part with values in place of its fields; a field without a value stays as it is.
pub(super) fn fill(text: &str, fields: &Fields) -> Option<String> {
    let value = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for paragraph in paragraphs(text).ok()? {
        let places = paragraph.fields(text, &mut Vec::new());
        if let [only] = places.as_slice()
            && let Some(lines) = value(&only.name).filter(|v| v.contains('\n'))
            && !paragraph.once
            && paragraph.said(text).trim().len() == only.to - only.from
        {
            edits.push((paragraph.from, paragraph.to, repeated(text, &paragraph, only, lines)?));
            continue;
        }
        for place in &places {
            if let Some(value) = value(&place.name) {
                let lines: Vec<String> = value.lines().map(|line| escaped(line.trim())).collect();
                paragraph.put(place, &lines.join("</w:t><w:br/><w:t>"), &mut edits);
            }
        }
    }
    apply(text, 0, edits)
}

/// The paragraph once for each line: a report has paragraphs, not one long line with breaks.
fn repeated(text: &str, paragraph: &Paragraph, field: &Field, lines: &str) -> Option<String> {
    let whole = text.get(paragraph.from..paragraph.to)?;
    let mut out = String::new();
    for (n, line) in lines.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        let mut edits = Vec::new();
        paragraph.put(field, &escaped(line.trim()), &mut edits);
        let one = apply(whole, paragraph.from, edits)?;
        // Word's own numbers of paragraphs must not come twice.
        out.push_str(&if n == 0 { one } else { without_number(&one) });
    }
    Some(out)
}

fn without_number(paragraph: &str) -> String {
    let end = paragraph.find('>').unwrap_or(0);
    let (tag, rest) = paragraph.split_at(end);
    let kept: Vec<&str> =
        tag.split(' ').filter(|part| !part.starts_with("w14:paraId=") && !part.starts_with("w14:textId=")).collect();
    format!("{}{rest}", kept.join(" "))
}

/// Carries out changes whose places count from `base`.
fn apply(text: &str, base: usize, mut edits: Vec<(usize, usize, String)>) -> Option<String> {
    edits.sort_by_key(|(from, ..)| *from);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to, words) in edits {
        out.push_str(text.get(at..from.checked_sub(base)?)?);
        out.push_str(&words);
        at = to.checked_sub(base)?;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
