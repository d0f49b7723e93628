//! Fields in one part of a Word file. Only the words between `<w:t>` and `</w:t>` are ever changed, by
//! their place in the text, so that every other byte stays.

use domain::papers::Fields;
use quick_xml::{Reader, events::Event};

use super::{super::docx::text as escaped, Found};

/// Longest name of a field, in characters; what is longer is no field but somebody's braces.
const NAME_MAX: usize = 30;

/// Bytes in which a field must end; every opening is followed no further.
const FIELD_BYTES: usize = 4 * NAME_MAX + 80;
/// Most paragraphs within paragraphs (text boxes in text boxes); Word writes two or three.
const NESTED_MAX: usize = 16;
/// Most elements within elements; a table in a table in a text box has some sixty.
const DEPTH_MAX: usize = 400;
/// Most different fields; no paper has more than some thirty.
const FIELDS_MAX: usize = 200;
/// Most openings without an end that are kept to be named.
const BROKEN_MAX: usize = 8;
/// Largest paragraph that is repeated for each line of a value, in bytes.
const REPEATED_MAX: usize = 64 * 1024;

/// The words of one `<w:t>`: from and to in the part, and where they begin among the paragraph's.
struct Words {
    from: usize,
    to: usize,
    at: usize,
}

/// A paragraph: where it stands, and its words.
struct Paragraph {
    from: usize,
    to: usize,
    words: Vec<Words>,
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
    let (mut words_from, mut depth) = (None, 0_usize);
    loop {
        let before = usize::try_from(reader.buffer_position()).map_err(|_| ())?;
        let event = reader.read_event().map_err(|_| ())?;
        let after = usize::try_from(reader.buffer_position()).map_err(|_| ())?;
        let name_is = |name: &[u8], tag: &str| name == tag.as_bytes();
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > DEPTH_MAX || open.len() > NESTED_MAX {
                    return Err(());
                }
                let name = tag.name();
                let name = name_bytes(&name);
                if name_is(name, "w:p") {
                    // Those around it were marked when this one's own parent opened.
                    if let Some(around) = open.last_mut() {
                        around.once = true;
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
                depth = depth.saturating_sub(1);
                let name = tag.name();
                let name = name_bytes(&name);
                if name_is(name, "w:t") {
                    if let (Some(from), Some(p)) = (words_from.take(), open.last_mut()) {
                        let at = p.words.last().map_or(0, |w| w.at + w.to - w.from);
                        p.words.push(Words { from, to: before, at });
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
        self.words.iter().filter_map(|w| text.get(w.from..w.to)).collect()
    }

    /// Its fields; `broken` takes what follows an opening without an end.
    fn fields(&self, text: &str, broken: &mut Vec<String>) -> Vec<Field> {
        let said = self.said(text);
        let mut out = Vec::new();
        let mut at = 0;
        while let Some((from, open)) = first(&said, at, usize::MAX, ["{{", "｛｛"]) {
            let inner = from + open;
            let end = first(&said, inner, FIELD_BYTES, ["}}", "｝｝"]);
            let name = end.and_then(|(to, _)| said.get(inner..to)).map(str::trim).unwrap_or_default();
            match end {
                Some((to, close)) if name.chars().count() <= NAME_MAX && !name.contains(['{', '｛']) => {
                    out.push(Field { name: name.to_owned(), from, to: to + close });
                    at = to + close;
                }
                _ => {
                    if broken.len() < BROKEN_MAX {
                        broken.push(said.get(inner..).unwrap_or_default().chars().take(12).collect());
                    }
                    at = inner;
                }
            }
        }
        out
    }

    /// Changes to the part that put `value` in the place of a field: the first run takes it, the rest of
    /// the field goes out of the others.
    fn put(&self, field: &Field, value: &str, edits: &mut Vec<(usize, usize, String)>) {
        let mut first = true;
        let reached = self.words.partition_point(|w| w.at + w.to - w.from <= field.from);
        for w in self.words.get(reached..).unwrap_or_default() {
            if w.at >= field.to {
                break;
            }
            let (from, to) = (field.from.max(w.at), field.to.min(w.at + w.to - w.from));
            if from < to {
                let words = if first { value.to_owned() } else { String::new() };
                edits.push((w.from + from - w.at, w.from + to - w.at, words));
                first = false;
            }
        }
    }
}

/// The first of two spellings that begins within `far` bytes from `at` on: place and length. One look
/// at each letter, whichever spelling is there.
fn first(text: &str, at: usize, far: usize, spellings: [&str; 2]) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let mut near = rest.char_indices().take_while(|(from, _)| *from < far);
    near.find_map(|(from, _)| {
        let here = rest.get(from..)?;
        spellings.iter().find(|s| here.starts_with(**s)).map(|s| (at + from, s.len()))
    })
}

/// Notes the fields of a part.
pub(super) fn find(text: &str, found: &mut Found) -> Result<(), ()> {
    for paragraph in paragraphs(text)? {
        for field in paragraph.fields(text, &mut found.open) {
            // More than there are names for: one of those kept is unknown already.
            if found.names.len() < FIELDS_MAX && !found.names.contains(&field.name) {
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
            && paragraph.to - paragraph.from <= REPEATED_MAX
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
