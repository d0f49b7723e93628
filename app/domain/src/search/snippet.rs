//! The part of a text around the words that were found, in pieces: what was found and what stands
//! between. Refuses markup; pieces are text and stay text.

use serde::{Deserialize, Serialize};

use super::{Word, fold::folded};

/// Characters before the first word.
const BEFORE: usize = 16;

/// A piece of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Text as it was typed.
    pub text: String,
    /// One of the words.
    pub hit: bool,
}

/// `width` characters of `text` (the beginning, where no word stands in it).
pub fn snippet(text: &str, words: &[Word], width: usize) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let folded = folded(text);
    let mut hits = vec![false; chars.len()];
    let mut first = None;
    for word in words {
        let wanted: Vec<char> = word.text.chars().collect();
        for (place, part) in folded.windows(wanted.len().max(1)).enumerate() {
            if !part.iter().map(|(c, _)| c).eq(wanted.iter()) {
                continue;
            }
            for at in part.iter().map(|(_, at)| *at) {
                if let Some(hit) = hits.get_mut(at) {
                    *hit = true;
                }
            }
            let at = folded.get(place).map_or(0, |(_, at)| *at);
            first = Some(first.map_or(at, |f: usize| f.min(at)));
        }
    }
    let most = chars.len().saturating_sub(width);
    let from = first.unwrap_or(0).saturating_sub(BEFORE).min(most);
    let mut out: Vec<Piece> = Vec::new();
    if from > 0 {
        out.push(Piece { text: "…".to_owned(), hit: false });
    }
    for (c, hit) in chars.iter().zip(&hits).skip(from).take(width) {
        let c = if c.is_whitespace() { ' ' } else { *c };
        match out.last_mut() {
            Some(last) if last.hit == *hit => last.text.push(c),
            _ => out.push(Piece { text: c.to_string(), hit: *hit }),
        }
    }
    if from + width < chars.len() {
        match out.last_mut() {
            Some(last) if !last.hit => last.text.push('…'),
            _ => out.push(Piece { text: "…".to_owned(), hit: false }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::words;

    fn pieces(text: &str, typed: &str, width: usize) -> String {
        let marked = |p: Piece| if p.hit { format!("[{}]", p.text) } else { p.text };
        snippet(text, &words(typed).unwrap(), width).into_iter().map(marked).collect()
    }

    #[test]
    fn every_word_is_marked_as_typed() {
        assert_eq!(pieces("与Ａ4组谈话，再谈话", "谈话 a4", 40), "与[Ａ4]组[谈话]，再[谈话]");
        assert_eq!(pieces("<b>𠮷䶮</b>😀", "䶮 😀", 40), "<b>𠮷[䶮]</b>[😀]");
        assert_eq!(pieces("第①项\n完", "1", 40), "第[①]项 完");
        assert_eq!(pieces("没有", "廉政", 40), "没有");
    }

    #[test]
    fn long_texts_are_cut_around_the_first_word() {
        let text = format!("{}廉政{}", "前".repeat(50), "后".repeat(50));
        assert_eq!(pieces(&text, "廉政", 30), format!("…{}[廉政]{}…", "前".repeat(16), "后".repeat(12)));
        assert_eq!(pieces(&text, "无", 10), format!("{}…", "前".repeat(10)));
    }
}
