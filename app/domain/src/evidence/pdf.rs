//! What a PDF does by itself when it is opened, and what it carries: actions at opening, scripts, attachments. Decides on
//! the bytes as they stand; unpacks no streams. Refuses an action that it cannot read to its end.

/// Names in a PDF that let it run something, or that hold another file or lead into one.
const ACTS: [&[u8]; 9] = [
    b"JavaScript",
    b"Launch",
    b"EmbeddedFiles",
    b"EmbeddedFile",
    b"RichMedia",
    b"ImportData",
    b"SubmitForm",
    b"GoToR",
    b"GoToE",
];
/// Longest name that is read, in bytes as written (`#xx` counts three).
const NAME_MAX: usize = 64;
/// Most `/OpenAction` that are followed; a document has one, and one more with each time it was saved.
const OPENINGS: usize = 16;
/// Most `/AA` that are read; a form with fields that do something has some hundreds, and they are scripts.
const OCCASIONS: usize = 4_096;
/// Most objects that are looked up for all of them, and how often: `/AA`, its actions, and one more.
const WANTED: usize = 64;
const ROUNDS: usize = 3;
/// Most places at which they are found; each time a document is saved adds one.
const FOUND: usize = 256;
/// How far an action is read, in bytes.
const ACTION_MAX: usize = 4_096;
/// Most values within values of an action.
const DEPTH_MAX: usize = 16;

/// What stands where an action may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// After `/OpenAction`: an action, or a place to go to.
    Opening,
    /// After `/AA`: actions by what sets them off.
    Occasions,
    /// Under one of these.
    Occasion,
}

/// Does a PDF run something when it is opened, or hold another file? Looks at what stands in the file as it is;
/// what is packed into object streams is not unpacked.
pub fn pdf_acts(bytes: &[u8]) -> bool {
    let (mut at, mut openings, mut occasions, mut packed) = (0, 0, 0, false);
    let mut wanted: Vec<(Place, u32)> = Vec::new();
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'/')) {
        let from = at + found + 1;
        let (name, end) = name_at(bytes, from);
        let rest = bytes.get(end..).unwrap_or_default();
        if ACTS.contains(&name.as_slice()) || (matches!(name.as_slice(), b"JS" | b"XFA") && is_script(rest)) {
            return true;
        }
        packed |= name == b"ObjStm";
        let harmless = match name.as_slice() {
            b"OpenAction" => {
                openings += 1;
                openings <= OPENINGS && is_harmless(head(rest), Place::Opening, &mut wanted)
            }
            // Two letters alone may be chance in a picture.
            b"AA" if begins_actions(rest) => {
                occasions += 1;
                occasions <= OCCASIONS && is_harmless(head(rest), Place::Occasions, &mut wanted)
            }
            _ => true,
        };
        if !harmless {
            return true;
        }
        at = from;
    }
    !referred_are_harmless(bytes, wanted, packed)
}

/// Are the objects harmless that were named where an action may stand? One that is not found stands in an object
/// stream, where there is one.
fn referred_are_harmless(bytes: &[u8], mut wanted: Vec<(Place, u32)>, packed: bool) -> bool {
    let (mut done, mut seen): (Vec<(Place, u32)>, usize) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|one| !done.contains(one));
        if wanted.is_empty() {
            return true;
        }
        if done.len() + wanted.len() > WANTED {
            return false;
        }
        let (mut found, mut next) = (vec![false; wanted.len()], Vec::new());
        let mut at = 0;
        while let Some(here) = bytes.get(at..).and_then(|rest| rest.windows(3).position(|w| w == b"obj")) {
            let object = number_before(bytes.get(..at + here).unwrap_or_default());
            at += here + 3;
            for ((place, _), found) in wanted.iter().zip(&mut found).filter(|((_, n), _)| Some(*n) == object) {
                seen += 1;
                if seen > FOUND || !is_harmless(head(bytes.get(at..).unwrap_or_default()), *place, &mut next) {
                    return false;
                }
                *found = true;
            }
        }
        if !packed && found.contains(&false) {
            return false;
        }
        done.append(&mut wanted);
        wanted = next;
    }
    wanted.iter().all(|one| done.contains(one))
}

/// Is a value harmless where it stands? Objects that it names are added to `wanted`.
fn is_harmless(value: &[u8], place: Place, wanted: &mut Vec<(Place, u32)>) -> bool {
    let value = trimmed(value);
    if value.starts_with(b"null") {
        return true;
    }
    if let Some((object, _)) = reference(value) {
        wanted.push((place, object));
        return true;
    }
    if !value.starts_with(b"<<") {
        // A font may be called AA as well.
        return if place == Place::Opening { value.first() == Some(&b'[') } else { !value.is_empty() };
    }
    match (entries(value), place) {
        (None, _) => false,
        (Some(all), Place::Occasions) => all.iter().all(|(_, action)| is_harmless(action, Place::Occasion, wanted)),
        (Some(all), Place::Occasion) => only_goes_to(&all),
        (Some(all), Place::Opening) => all.iter().any(|(name, _)| name == b"S") && only_goes_to(&all),
    }
}

/// Is the action a place in the document, and nothing after it? What has no `/S` is no action.
fn only_goes_to(entries: &[(Vec<u8>, &[u8])]) -> bool {
    entries.iter().all(|(name, value)| match name.as_slice() {
        b"S" => value.first() == Some(&b'/') && name_at(value, 1).0 == b"GoTo",
        b"Next" => value.starts_with(b"null"),
        _ => true,
    })
}

/// As much as is read of an action.
fn head(rest: &[u8]) -> &[u8] {
    rest.get(..ACTION_MAX.min(rest.len())).unwrap_or_default()
}

/// Does what follows `/AA` look like actions? A remark that does not end hides what it is.
fn begins_actions(rest: &[u8]) -> bool {
    let rest = rest.get(..256.min(rest.len())).unwrap_or_default();
    let value = trimmed(rest);
    value.starts_with(b"<<") || reference(value).is_some() || (value.is_empty() && rest.contains(&b'%'))
}

/// The name that begins at `from`, with `#xx` resolved, and where it ends.
fn name_at(bytes: &[u8], from: usize) -> (Vec<u8>, usize) {
    let rest = bytes.get(from..).unwrap_or_default();
    let raw: Vec<u8> = rest.iter().take(NAME_MAX).take_while(|b| is_regular(**b)).copied().collect();
    let mut name = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let hex = |n: usize| raw.get(at + n).and_then(|b| char::from(*b).to_digit(16));
        match (byte, hex(1), hex(2)) {
            (b'#', Some(high), Some(low)) => {
                name.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                name.push(*byte);
                at += 1;
            }
        }
    }
    (name, from + raw.len())
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

/// Part of a name, a number or a word.
fn is_regular(byte: u8) -> bool {
    !is_blank(byte) && !b"()<>[]{}/%".contains(&byte)
}

/// Without the white space and remarks before it.
fn trimmed(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.get(bytes.iter().take_while(|b| is_blank(**b)).count()..).unwrap_or_default();
        if bytes.first() != Some(&b'%') {
            return bytes;
        }
        let remark = bytes.iter().take_while(|b| !matches!(b, b'\r' | b'\n')).count();
        bytes = bytes.get(remark..).unwrap_or_default();
    }
}

/// After `/JS` stands a text, or where one is. Three bytes alone may be chance in a picture.
fn is_script(rest: &[u8]) -> bool {
    let rest = trimmed(rest.get(..64.min(rest.len())).unwrap_or_default());
    matches!(rest.first(), Some(b'(' | b'<' | b'[')) || reference(rest).is_some()
}

/// A number at the beginning, with any zeros before it, and what follows it.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = bytes.split_at(bytes.iter().take_while(|b| b.is_ascii_digit()).count());
    let last = digits.len().checked_sub(1)?;
    let zeros = digits.iter().take(last).take_while(|b| **b == b'0').count();
    Some((std::str::from_utf8(digits.get(zeros..)?).ok()?.parse().ok()?, rest))
}

/// `12 0 R`: the number of the object, and what follows.
fn reference(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (object, rest) = number(bytes)?;
    let (_, rest) = number(Some(trimmed(rest)).filter(|next| next.len() < rest.len())?)?;
    let rest = trimmed(rest).strip_prefix(b"R")?;
    rest.first().is_none_or(|b| !is_regular(*b)).then_some((object, rest))
}

/// The number of the object whose `obj` follows: `4 0 `, with any white space. The generation says nothing: readers that
/// mend a file do not ask for it.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let bytes = bytes.get(bytes.len().saturating_sub(ACTION_MAX)..)?;
    let (bytes, _) = split_end(bytes, is_blank);
    let (bytes, generation) = split_end(bytes, |b| b.is_ascii_digit());
    let (bytes, gap) = split_end(bytes, is_blank);
    let (_, object) = split_end(bytes, |b| b.is_ascii_digit());
    if generation.is_empty() || gap.is_empty() {
        return None;
    }
    number(object).map(|(object, _)| object)
}

/// What stands before the bytes at the end that fit, and these.
fn split_end(bytes: &[u8], fits: fn(u8) -> bool) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.len() - bytes.iter().rev().take_while(|b| fits(**b)).count())
}

/// The entries of a dictionary; `None` where it is none, or cannot be read to its end.
fn entries(bytes: &[u8]) -> Option<Vec<(Vec<u8>, &[u8])>> {
    let mut rest = trimmed(bytes.strip_prefix(b"<<")?);
    let mut all = Vec::new();
    while !rest.starts_with(b">>") {
        let (name, end) = rest.first().filter(|b| **b == b'/').map(|_| name_at(rest, 1))?;
        let value = trimmed(rest.get(end..)?);
        let behind = after(value, DEPTH_MAX)?;
        all.push((name, value.get(..value.len() - behind.len())?));
        rest = trimmed(behind);
    }
    Some(all)
}

/// What follows the value that begins here; `None` where it does not end.
fn after(value: &[u8], deep: usize) -> Option<&[u8]> {
    let deep = deep.checked_sub(1)?;
    if let Some((_, rest)) = reference(value) {
        return Some(rest);
    }
    let until = |open: &[u8], close: &[u8]| {
        let mut rest = trimmed(value.strip_prefix(open)?);
        while !rest.starts_with(close) {
            rest = trimmed(after(rest, deep)?);
        }
        rest.strip_prefix(close)
    };
    match value.first()? {
        b'<' if value.starts_with(b"<<") => until(b"<<", b">>"),
        b'[' => until(b"[", b"]"),
        b'<' => value.get(value.iter().position(|b| *b == b'>')? + 1..),
        b'(' => after_text(value),
        b'/' => value.get(name_at(value, 1).1..),
        byte if is_regular(*byte) => value.get(value.iter().take_while(|b| is_regular(**b)).count()..),
        _ => None,
    }
}

/// What follows a text in brackets, which may hold brackets.
fn after_text(text: &[u8]) -> Option<&[u8]> {
    let (mut open, mut at) = (0_usize, 0);
    loop {
        match text.get(at)? {
            b'\\' => at += 1,
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        at += 1;
        if open == 0 {
            return text.get(at..);
        }
    }
}

#[cfg(test)]
mod tests;
