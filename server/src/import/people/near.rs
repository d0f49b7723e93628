//! Units that a name list would make, and which existing name each may be a misspelling of.
//! Refuses to decide: it only says so.

use pinyin::ToPinyin as _;

use super::rows::Draft;
use crate::import::{folding::same_text, preview::UnitFact};

/// Names listed one by one in the note about units that resemble none.
const NAMED: usize = 20;
/// Names up to this length (characters) resemble another at one change only: 财政局 and 公安局 do not.
const SHORT: usize = 4;

/// One note for every unit that resembles an existing one, and one for all the others.
pub(super) fn new_units(drafts: &[Draft], units: &[UnitFact]) -> Vec<String> {
    let mut seen: Vec<&str> = Vec::new();
    for draft in drafts.iter().filter(|d| d.unit.id.is_none()) {
        if !seen.contains(&draft.unit.name.as_str()) {
            seen.push(&draft.unit.name);
        }
    }
    let known: Vec<Known<'_>> =
        units.iter().flat_map(|u| std::iter::once(&u.name).chain(&u.former)).map(|name| Known::of(name)).collect();
    let mut notes = Vec::new();
    let mut plain = Vec::new();
    for name in seen {
        match nearest(name, &known) {
            Some(near) => notes.push(format!("将新建单位：{name}（与“{near}”相近，请核对）")),
            None => plain.push(name),
        }
    }
    if !plain.is_empty() {
        let more = if plain.len() > NAMED { format!(" 等 {} 个", plain.len()) } else { String::new() };
        plain.truncate(NAMED);
        notes.push(format!("将新建单位：{}{more}", plain.join("、")));
    }
    notes
}

/// An existing name with what it is compared by.
struct Known<'u> {
    name: &'u str,
    folded: Vec<char>,
    sound: String,
}

impl<'u> Known<'u> {
    fn of(name: &'u str) -> Self {
        let folded = same_text(name);
        Self { name, sound: sound(&folded), folded: folded.chars().collect() }
    }
}

/// Syllables without tones; other characters stand for themselves.
fn sound(text: &str) -> String {
    text.chars()
        .zip(text.to_pinyin())
        .map(|(c, p)| p.map_or_else(|| c.to_string(), |p| format!("{} ", p.plain())))
        .collect()
}

/// The existing name that sounds alike or is one or two characters away.
fn nearest<'u>(name: &str, known: &[Known<'u>]) -> Option<&'u str> {
    let own = Known::of(name);
    let near = known.iter().filter_map(|other| {
        let most = if own.folded.len().max(other.folded.len()) <= SHORT { 1 } else { 2 };
        if own.folded.len().abs_diff(other.folded.len()) > most {
            return None;
        }
        let away = distance(&own.folded, &other.folded);
        // A whole name of one or two characters has nothing left in common after as many changes.
        let alike = own.sound == other.sound || (away <= most && own.folded.len().min(other.folded.len()) > most);
        alike.then_some((away, other.name))
    });
    near.min().map(|(_, name)| name)
}

/// Levenshtein distance in characters.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = i;
        let mut last = i + 1;
        if let Some(first) = above.first_mut() {
            *first = last;
        }
        for (right, cell) in b.iter().zip(above.iter_mut().skip(1)) {
            let changed = corner + usize::from(left != right);
            corner = *cell;
            last = changed.min(corner + 1).min(last + 1);
            *cell = last;
        }
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Known, nearest};

    #[test]
    fn misspelt_names_are_recognised_and_different_ones_are_not() {
        let known: Vec<Known<'_>> = ["东湖街道", "财政局", "城东小学"].map(Known::of).into();
        assert_eq!(nearest("东湖街到", &known), Some("东湖街道"));
        assert_eq!(nearest("东胡街道办", &known), Some("东湖街道"));
        assert_eq!(nearest("才正局", &known), Some("财政局"));
        assert_eq!(nearest("公安局", &known), None);
        assert_eq!(nearest("西桥镇", &known), None);
    }
}
