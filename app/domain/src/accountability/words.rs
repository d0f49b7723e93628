//! Pairs of characters that the ledger is searched by: what looks the same is the same (`search::fold`), and a pair never
//! spans punctuation.

use std::collections::BTreeSet;

use crate::search::fold;

/// Characters of a text that are searched; a ledger's line says in these what it is about.
const CHARS: usize = 160;
/// Most pairs of a question: more narrow nothing down.
const ASKED_MAX: usize = 12;

fn runs(text: &str) -> Vec<Vec<char>> {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .map(|run| run.chars().collect::<Vec<_>>())
        .filter(|run| !run.is_empty())
        .collect()
}

fn pairs(runs: &[Vec<char>]) -> impl Iterator<Item = String> + '_ {
    runs.iter().flat_map(|run| run.windows(2).map(|pair| pair.iter().collect()))
}

/// Pairs that stand for a text.
pub fn grams(text: &str) -> BTreeSet<String> {
    let head: String = text.chars().take(CHARS).collect();
    pairs(&runs(&head)).collect()
}

/// Pairs that a line must have all of; `None` where nothing can be searched for (a single character).
pub fn asked(typed: &str) -> Option<Vec<String>> {
    let set: BTreeSet<String> = pairs(&runs(typed)).collect();
    if set.is_empty() { None } else { Some(set.into_iter().take(ASKED_MAX).collect()) }
}

/// `2026-003` as it stands in the ledger: year and running number.
pub fn numbered(typed: &str) -> Option<(i32, i64)> {
    let folded = fold(typed);
    let (year, number) = folded.trim().split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(number) || number.len() > 9 {
        return None;
    }
    Some((year.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_by_any_two_characters_of_it() {
        let line = grams("零星工程未按“三重一大”制度上会（2026年）");
        for typed in ["零星", "三重一大", "２０２６", "工程 制度"] {
            assert!(asked(typed).unwrap().iter().all(|pair| line.contains(pair)), "{typed}");
        }
        assert!(!asked("按三").unwrap().iter().all(|pair| line.contains(pair)), "no pair spans a mark");
        assert_eq!(asked("大"), None);
        assert_eq!(asked("、 "), None);
        assert!(asked(&"长".repeat(9)).unwrap().len() == 1);
    }

    #[test]
    fn a_number_of_the_ledger_is_one() {
        assert_eq!(numbered(" 2026-003 "), Some((2026, 3)));
        for other in ["2026", "26-3", "2026-", "2026-x", "2026-1234567890"] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }
}
