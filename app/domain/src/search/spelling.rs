//! Finding people and units by the letters of their names: `zgp` for 曾国平, `jiaoyu` or `jyj`
//! for 区教育局. The readings come from whoever knows them.

/// A name and its readings.
#[derive(Debug, Clone, Copy)]
pub struct Spelling<'a> {
    /// `曾国平`.
    pub name: &'a str,
    /// `zeng guo ping`.
    pub pinyin: &'a str,
}

/// Fewest letters that mean a name.
const LETTERS_MIN: usize = 2;

/// Is `word`, which is folded, part of the name, or of its letters from the start of a syllable?
pub fn is_spelt(of: Spelling<'_>, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    if super::fold(of.name).contains(word) {
        return true;
    }
    if word.len() < LETTERS_MIN || !word.chars().all(|c| c.is_ascii_alphanumeric()) {
        return false;
    }
    let syllables: Vec<&str> = of.pinyin.split_whitespace().collect();
    let initials: String = syllables.iter().filter_map(|s| s.chars().next()).collect();
    initials.contains(word) || (0..syllables.len()).any(|from| syllables[from..].concat().starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_characters_syllables_and_initials() {
        let of = Spelling { name: "曾国平", pinyin: "zeng guo ping" };
        for word in ["曾", "国平", "zgp", "gp", "zeng", "zengguo", "guop", "zengguoping"] {
            assert!(is_spelt(of, word), "{word}");
        }
        for word in ["", "z", "zp", "eng", "平国", "zgpx"] {
            assert!(!is_spelt(of, word), "{word}");
        }
        assert!(is_spelt(Spelling { name: "区教育局", pinyin: "qu jiao yu ju" }, "jyj"));
        assert!(is_spelt(Spelling { name: "𠮷䶮", pinyin: "" }, "䶮"));
    }
}
