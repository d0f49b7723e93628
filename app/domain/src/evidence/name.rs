//! Names of files as they are shown and saved. On the disk a file is called by its hash alone.

use super::Kind;
use crate::text::is_hidden;

/// Longest name without its ending, in characters; with 4 bytes each it fits every file system.
const STEM_MAX: usize = 60;
/// What stands where nothing of a name is left.
const UNNAMED: &str = "佐证材料";
/// Longest ending that is taken off, in characters; longer ones are part of the name.
const ENDING_MAX: usize = 5;

/// The last part of `name` without what reorders, hides or means something to a file system,
/// ending as its content says.
pub fn clean_name(name: &str, kind: Kind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !is_hidden(*c) && !matches!(c, '\u{61C}' | '\u{FFF9}'..='\u{FFFB}'))
        .map(|c| if c.is_whitespace() || matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?' | '%') { ' ' } else { c })
        .collect();
    let stem = match plain.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= ENDING_MAX => stem,
        _ => plain.as_str(),
    };
    let words: Vec<&str> = stem.split_whitespace().collect();
    let stem: String = words.join(" ").trim_matches('.').chars().take(STEM_MAX).collect();
    let stem = stem.trim();
    let stem = if stem.is_empty() { UNNAMED } else { stem };
    format!("{stem}.{}", kind.key())
}
