//! Cutting: text becomes single characters, pairs of neighbours, and words of letters or digits.
//! Refuses punctuation: nobody looks for it, and an index language would read it as its own.

use std::collections::BTreeSet;

use super::fold::fold;

/// Longest word of letters or digits, in characters; what stands behind is checked in the text.
const LATIN_MAX: usize = 32;

/// How a folded character takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A character that stands for itself: 汉字, kana, emoji.
    Sign,
    /// Part of a word of letters.
    Letter,
    /// Part of a number.
    Digit,
    /// Ends what stands before it.
    Gap,
}

fn class(c: char) -> Class {
    let code = u32::from(c);
    match c {
        _ if c.is_ascii_digit() => Class::Digit,
        _ if c.is_ascii_alphabetic() => Class::Letter,
        _ if c.is_ascii() => Class::Gap,
        _ if c.is_whitespace() || c.is_control() => Class::Gap,
        _ => match code {
            // Signs and punctuation: Latin-1, general, CJK, vertical, small and full-width forms.
            0x80..=0xBF
            | 0xD7
            | 0xF7
            | 0x2000..=0x206F
            | 0x3000..=0x3004
            | 0x3008..=0x3020
            | 0x3030
            | 0x30FB
            | 0xFE10..=0xFE6F
            | 0xFF00..=0xFF0F
            | 0xFF1A..=0xFF20
            | 0xFF3B..=0xFF40
            | 0xFF5B..=0xFF65
            | 0xFFE0..=0xFFFF => Class::Gap,
            // Latin with marks, Greek, Cyrillic and their like are written in words.
            0xC0..=0x1FFF if c.is_alphabetic() => Class::Letter,
            _ => Class::Sign,
        },
    }
}

/// Is there something in `folded` that an index holds?
pub(super) fn is_searchable(c: char) -> bool {
    class(c) != Class::Gap
}

/// What of a word must be in a document that holds it: pairs where there are neighbours, a
/// single character only where it stands alone.
pub(super) fn needed(folded: &str) -> BTreeSet<String> {
    cut(folded, false)
}

/// Everything of `text` by which a document can be found.
pub fn text_tokens(text: &str) -> BTreeSet<String> {
    cut(&fold(text), true)
}

fn cut(folded: &str, singles: bool) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut chars = folded.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        let kind = class(c);
        match kind {
            Class::Gap => before = None,
            Class::Letter | Class::Digit => {
                before = None;
                let mut word = String::from(c);
                let mut length = 1;
                while let Some(more) = chars.next_if(|c| class(*c) == kind) {
                    if length < LATIN_MAX {
                        word.push(more);
                        length += 1;
                    }
                }
                out.insert(word);
            }
            Class::Sign => {
                let neighbour = before.or_else(|| chars.peek().copied().filter(|n| class(*n) == Class::Sign));
                if singles || neighbour.is_none() {
                    out.insert(c.to_string());
                }
                if let Some(left) = before {
                    out.insert([left, c].iter().collect());
                }
                before = Some(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<String> {
        text_tokens(text).into_iter().collect()
    }

    fn word(word: &str) -> Vec<String> {
        needed(&fold(word)).into_iter().collect()
    }

    #[test]
    fn characters_pairs_and_words() {
        assert_eq!(text("廉政会"), ["会", "廉", "廉政", "政", "政会"]);
        assert_eq!(text("A4纸，3.3条"), ["3", "4", "a", "条", "纸"]);
        assert_eq!(text("𠮷䶮😀"), ["䶮", "䶮😀", "😀", "𠮷", "𠮷䶮"]);
        assert_eq!(text("“‘·、。"), Vec::<String>::new());
    }

    #[test]
    fn a_word_needs_its_pairs() {
        assert_eq!(word("廉政会"), ["廉政", "政会"]);
        assert_eq!(word("党"), ["党"]);
        assert_eq!(word("GB18030标准"), ["18030", "gb", "标准"]);
        assert_eq!(word("4纸"), ["4", "纸"]);
        assert_eq!(word("\"*-:"), Vec::<String>::new());
    }

    #[test]
    fn what_a_word_needs_is_in_every_text_that_holds_it() {
        let long = "到西桥街道窗口蹲点，听群众说ＡＢ－12号材料重复提交；当场定了合并2张表。𠮷䶮镇😀！";
        let chars: Vec<char> = long.chars().collect();
        let whole = text_tokens(long);
        for from in 0..chars.len() {
            for to in from + 1..=chars.len() {
                // Part of a word of letters is no word.
                let cuts = |at: usize| {
                    at > 0 && at < chars.len() && {
                        let (a, b) = (fold(&chars[at - 1].to_string()), fold(&chars[at].to_string()));
                        let kind = |s: &str| s.chars().next().map_or(Class::Gap, class);
                        kind(&a) == kind(&b) && matches!(kind(&a), Class::Letter | Class::Digit)
                    }
                };
                if cuts(from) || cuts(to) {
                    continue;
                }
                let part: String = chars[from..to].iter().collect();
                assert!(needed(&fold(&part)).is_subset(&whole), "{part}");
            }
        }
    }

    #[test]
    fn tokens_hold_nothing_that_an_index_language_reads() {
        for token in text_tokens("a\"b*c NEAR(x) -y col:z 'q' \\ \u{0} & | ! ( ) <-> 廉'政") {
            assert!(token.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit()), "{token}");
        }
    }
}
