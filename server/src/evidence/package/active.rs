//! The fields and formulas of an office package that was looked over: their codes, however they are split over runs
//! and parts. Refuses by the rules of `domain::evidence`.

use std::io::{Cursor, Read as _};

use domain::evidence::{Kind, Unfit, field_is_harmless, formula_acts, formula_leads_out};
use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{in_utf8, value};

/// Most bytes of one part; the whole package was measured before.
const PART_MAX: u64 = 64 << 20;
/// `<?xm` in EBCDIC.
const EBCDIC: &[u8] = b"\x4C\x6F\xA7\x94";
/// Most fields within fields; a contents list has two.
const DEPTH_MAX: usize = 64;

/// The code of a field that was begun.
#[derive(Default)]
struct Code {
    text: String,
    /// Another field stands in it, before its result.
    composed: bool,
    /// Its result has begun.
    shown: bool,
}

impl Code {
    fn check(&self, template: bool) -> Result<(), Unfit> {
        if field_is_harmless(&self.text, template, self.composed) { Ok(()) } else { Err(Unfit::Active) }
    }
}

/// Looks at every part that is XML, whatever it is called: a relationship may lead anywhere.
pub(super) fn check(
    zip: &mut ZipArchive<Cursor<&[u8]>>,
    names: &[String],
    kind: Kind,
    template: bool,
) -> Result<(), Unfit> {
    for name in names {
        let mut bytes = Vec::new();
        let entry = zip.by_name(name).map_err(|_| Unfit::Damaged)?;
        entry.take(PART_MAX).read_to_end(&mut bytes).map_err(|_| Unfit::Damaged)?;
        // Other programs read XML in these too; no office program writes it.
        if is_wide(&bytes) || bytes.starts_with(EBCDIC) {
            return Err(Unfit::Damaged);
        }
        let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        if plain.trim_ascii_start().first() != Some(&b'<') {
            continue;
        }
        let text = in_utf8(std::str::from_utf8(plain).map_err(|_| Unfit::Damaged)?)?;
        if kind == Kind::Docx {
            fields(text, template)?;
        } else {
            formulas(text)?;
        }
    }
    Ok(())
}

/// Is it markup in UTF-16 or UTF-32, with or without a mark? Pictures, fonts and printer settings hold zeros too, but do
/// not begin with `<`.
fn is_wide(bytes: &[u8]) -> bool {
    let first = |width: usize, little: bool| {
        let units = bytes.chunks_exact(width).map(|unit| {
            let one = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
            if little { unit.iter().rev().fold(0, one) } else { unit.iter().fold(0, one) }
        });
        units.skip_while(|c| matches!(c, 0xFEFF | 0x20 | 0x09 | 0x0A | 0x0D)).take(1).any(|c| c == u32::from(b'<'))
    };
    [(2, true), (2, false), (4, true), (4, false)].into_iter().any(|(width, little)| first(width, little))
}

/// What a reference in a text stands for; one's own entities would need a DOCTYPE.
fn meant(reference: &str) -> Result<String, Unfit> {
    unescape(&format!("&{reference};")).map(std::borrow::Cow::into_owned).map_err(|_| Unfit::Damaged)
}

fn fields(xml: &str, template: bool) -> Result<(), Unfit> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut loose, mut in_code): (Vec<Code>, Code, bool) = (Vec::new(), Code::default(), false);
    loop {
        let event = reader.read_event().map_err(|_| Unfit::Damaged)?;
        let said = match &event {
            Event::DocType(_) => return Err(Unfit::Damaged),
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                match tag.local_name().as_ref() {
                    "instrText" | "delInstrText" => in_code = matches!(event, Event::Start(_)),
                    "fldSimple" => Code { text: value(tag, "instr")?, ..Code::default() }.check(template)?,
                    "fldChar" => turned(tag, &mut open, template)?,
                    _ => {}
                }
                continue;
            }
            Event::End(tag) => {
                in_code &= !matches!(tag.local_name().as_ref(), "instrText" | "delInstrText");
                continue;
            }
            Event::Text(text) if in_code => text.xml10_content().into_owned(),
            Event::CData(text) if in_code => text.to_string(),
            Event::GeneralRef(reference) if in_code => meant(reference)?,
            _ => continue,
        };
        // What stands in a result, or in no field at all, is looked at by itself.
        match open.last_mut().filter(|code| !code.shown) {
            Some(code) => code.text.push_str(&said),
            None => loose.text.push_str(&said),
        }
    }
    // Never ended: some programs end them with the text.
    open.iter().try_for_each(|code| code.check(template))?;
    loose.check(template)
}

/// A field begins, shows its result, or ends.
fn turned(tag: &BytesStart<'_>, open: &mut Vec<Code>, template: bool) -> Result<(), Unfit> {
    match value(tag, "fldCharType")?.as_str() {
        "begin" => {
            if open.len() >= DEPTH_MAX {
                return Err(Unfit::Damaged);
            }
            if let Some(around) = open.last_mut() {
                around.composed |= !around.shown;
            }
            open.push(Code::default());
        }
        "separate" => {
            if let Some(code) = open.last_mut() {
                code.shown = true;
                code.check(template)?;
            }
        }
        "end" => {
            if let Some(code) = open.pop() {
                code.check(template)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn formulas(xml: &str) -> Result<(), Unfit> {
    let mut reader = Reader::from_str(xml);
    let mut formula: Option<String> = None;
    let is_one = |name: &str| matches!(name, "f" | "definedName" | "formula" | "formula1" | "formula2" | "ddeLink");
    loop {
        let event = reader.read_event().map_err(|_| Unfit::Damaged)?;
        let said = match &event {
            Event::DocType(_) => return Err(Unfit::Damaged),
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.local_name();
                if name.as_ref() == "ddeLink" {
                    return Err(Unfit::Active);
                }
                if is_one(name.as_ref()) && matches!(event, Event::Start(_)) {
                    formula = Some(String::new());
                }
                continue;
            }
            Event::End(tag) => {
                if is_one(tag.local_name().as_ref())
                    && let Some(formula) = formula.take()
                    && (formula_acts(&formula) || formula_leads_out(&formula))
                {
                    return Err(Unfit::Active);
                }
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.to_string(),
            Event::GeneralRef(reference) => meant(reference)?,
            _ => continue,
        };
        if let Some(formula) = formula.as_mut() {
            formula.push_str(&said);
        }
    }
}
